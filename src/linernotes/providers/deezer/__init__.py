"""Deezer: fans, and a page to link to."""

from linernotes.providers.deezer.artists import check, parse, provider

__all__ = ["check", "parse", "provider"]
