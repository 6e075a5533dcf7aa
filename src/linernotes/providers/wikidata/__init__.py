"""Wikidata: country, label, management and ids of an artist."""

from linernotes.providers.wikidata.artists import parse, provider

__all__ = ["parse", "provider"]
