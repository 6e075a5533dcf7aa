"""ReccoBeats: audio features of tracks by their Spotify ids."""

from linernotes.providers.reccobeats.tracks import parse, provider

__all__ = ["parse", "provider"]
