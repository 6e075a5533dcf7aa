"""Last.fm: listeners, tags and neighbours of an artist; the scrobbles of an account."""

from linernotes.providers.lastfm.artists import check, parse, provider

__all__ = ["check", "parse", "provider"]
