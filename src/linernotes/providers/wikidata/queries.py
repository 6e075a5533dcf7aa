"""The queries to Wikidata: standard SPARQL 1.1 without an engine's extensions, because the engine is being replaced.

The values of an artist are requested in long form, one row per value: side by side, five labels and four genres would
return as twenty rows. All properties are read by the same path through their statements, bound by
VALUES, because a UNION of several paths takes a minute where this takes half a second.
"""

import json
from collections.abc import Iterable
from string import Template

SPOTIFY, LABEL, MANAGER, REPRESENTED_BY = "P1902", "P264", "P1037", "P1875"
GENRE, ORIGIN, CITIZENSHIP = "P136", "P495", "P27"
MBID, DISCOGS, DEEZER, LASTFM = "P434", "P1953", "P2722", "P3192"
THINGS = (LABEL, MANAGER, REPRESENTED_BY, GENRE, ORIGIN, CITIZENSHIP)  # their values are items, which have names
IDS = (MBID, DISCOGS, DEEZER, LASTFM)  # their values are texts
# Spotify's own is included so that an item without other values has a row too.
PROPERTIES = (SPOTIFY, *THINGS, *IDS)

# A future end has not come, an end of unknown date has. This is decided in the query: a response that is parsed again
# from the archive years later must give the same result.
FACTS = Template("""\
PREFIX wd: <http://www.wikidata.org/entity/>
PREFIX wdt: <http://www.wikidata.org/prop/direct/>
PREFIX p: <http://www.wikidata.org/prop/>
PREFIX ps: <http://www.wikidata.org/prop/statement/>
PREFIX pq: <http://www.wikidata.org/prop/qualifier/>
PREFIX wikibase: <http://wikiba.se/ontology#>
SELECT ?spotify ?item ?property ?value ?rank ?end ?ended WHERE {
  VALUES ?spotify { $keys }
  VALUES (?property ?claim ?says) { $properties }
  ?item wdt:P1902 ?spotify .
  ?item ?claim ?statement .
  ?statement ?says ?value .
  ?statement wikibase:rank ?rank .
  OPTIONAL { ?statement pq:P582 ?end }
  BIND(BOUND(?end) && (!isLiteral(?end) || ?end < NOW()) AS ?ended)
}""")

NAMES = Template("""\
PREFIX wd: <http://www.wikidata.org/entity/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?id ?name WHERE {
  VALUES ?id { $ids }
  ?id rdfs:label ?name .
  FILTER(LANG(?name) IN ($languages))
}""")


def facts_of(keys: Iterable[str]) -> str:
    """The query for all values of the artists with these Spotify ids."""
    properties = " ".join(f"(wd:{each} p:{each} ps:{each})" for each in PROPERTIES)
    return FACTS.substitute(keys=" ".join(map(literal, keys)), properties=properties)


def names_of(ids: Iterable[str], languages: Iterable[str]) -> str:
    """The query for the names of these items (Q...)."""
    return NAMES.substitute(ids=" ".join(f"wd:{each}" for each in ids), languages=", ".join(map(literal, languages)))


def literal(text: str) -> str:
    """A text as a SPARQL literal: quotes and backslashes are escaped as in JSON."""
    return json.dumps(text, ensure_ascii=False)  # ensure_ascii would write surrogates, which SPARQL refuses
