"""Deezer: fans, and a page to link to."""

from linernotes.providers.deezer.artists import parse, provider

__all__ = ["parse", "provider"]
