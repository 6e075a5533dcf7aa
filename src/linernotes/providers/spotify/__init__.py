"""Spotify: artists, tracks, and a listener's last plays."""

from linernotes.providers.spotify.artists import check, parse, provider

__all__ = ["check", "parse", "provider"]
