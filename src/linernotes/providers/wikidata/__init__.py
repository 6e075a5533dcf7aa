"""Wikidata: country, label, management and ids of an artist."""

from linernotes.providers.wikidata.artists import check, parse, provider

__all__ = ["check", "parse", "provider"]
