"""Deezer: fans, and the link to a page."""

from linernotes.providers.deezer.artists import parse, provider

__all__ = ["parse", "provider"]
