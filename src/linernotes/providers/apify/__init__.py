"""Apify: monthly listeners, read from Spotify's public pages by a paid actor."""

from linernotes.providers.apify.artists import parse, provider

__all__ = ["parse", "provider"]
