"""Apify: monthly listeners, read from Spotify's public pages by an actor that is paid for."""

from linernotes.providers.apify.artists import parse, provider

__all__ = ["parse", "provider"]
