"""MusicBrainz: which artists stand behind Spotify addresses."""

from linernotes.providers.musicbrainz.artists import parse, provider

__all__ = ["parse", "provider"]
