"""Apify: monthly listeners, read from Spotify's public pages by an actor that is paid for."""

from linernotes.providers.apify.artists import check, parse, provider

__all__ = ["check", "parse", "provider"]
