"""ListenBrainz: what it knows of an artist; recordings looked up by their names; the listens of an account."""

from linernotes.providers.listenbrainz.artists import check, parse, provider

__all__ = ["check", "parse", "provider"]
