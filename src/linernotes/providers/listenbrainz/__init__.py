"""ListenBrainz: artists, recordings looked up by name, and the listens of an account."""

from linernotes.providers.listenbrainz.artists import parse, provider

__all__ = ["parse", "provider"]
