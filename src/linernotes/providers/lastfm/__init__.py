"""Last.fm: listeners, tags and neighbours of an artist; the scrobbles of an account."""

from linernotes.providers.lastfm.artists import parse, provider

__all__ = ["parse", "provider"]
