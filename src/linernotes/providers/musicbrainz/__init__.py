"""MusicBrainz: the artists linked to Spotify URLs."""

from linernotes.providers.musicbrainz.artists import parse, provider

__all__ = ["parse", "provider"]
