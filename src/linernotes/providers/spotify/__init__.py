"""Spotify: artists, tracks, and a listener's last plays."""

from linernotes.providers.spotify.artists import parse, provider

__all__ = ["parse", "provider"]
