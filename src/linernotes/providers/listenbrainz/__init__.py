"""ListenBrainz: what it knows of an artist; recordings looked up by their names; the listens of an account."""

from linernotes.providers.listenbrainz.artists import parse, provider

__all__ = ["parse", "provider"]
