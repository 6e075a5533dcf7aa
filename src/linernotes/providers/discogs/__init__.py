"""Discogs: labels, catalogue numbers, countries, genres and styles of releases."""

from linernotes.providers.discogs.releases import parse, provider

__all__ = ["parse", "provider"]
