"""MusicBrainz: which artists stand behind Spotify addresses."""

from linernotes.providers.musicbrainz.artists import check, parse, provider

__all__ = ["check", "parse", "provider"]
