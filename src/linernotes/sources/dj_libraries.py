"""Libraries of programs for DJs in XML: rekordbox's, and Traktor's NML. What their owner analysed or corrected counts.

A row has the columns of a table of audio features as texts. Where a file lies on somebody's disk is not among them.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from linernotes.core.errors import BelowExpectations, ConfigurationError
from linernotes.sources.rows import Numbered

MINOR_FROM = 12  # Traktor's numbers of keys: 0 for C major to 11 for B major, then the minor ones
EXPORT_AGAIN = (
    "export it again: rekordbox does with Export Collection in xml format, Traktor with Export the Collection"
)
Row = dict[str, str]


def library_rows(source: IO[bytes], file: str) -> tuple[str, Numbered]:
    """What kind of library an XML file is, and its tracks; a number is that of the track in it.

    Raises:
        ConfigurationError: it is another XML.
        BelowExpectations: it is damaged, or declares entities.
    """
    steps = iterparse(source, events=("start", "end"))
    root = next(_unbroken(steps, file))[1]
    if root.tag not in LIBRARIES:
        raise ConfigurationError(
            f"import {file}: <{root.tag[:40]}> is not the library of a DJ program that is known",
            "use rekordbox's XML, Traktor's NML, M3U or a table",
        )
    kind, tag, row_of = LIBRARIES[root.tag]
    return kind, _rows(_unbroken(steps, file), tag, row_of)


def _unbroken(steps: Any, file: str) -> Iterator[tuple[str, Element]]:
    try:
        yield from steps
    except DefusedXmlException:
        message = f"import {file}: the XML declares entities of its own, as no program for DJs does"
        raise BelowExpectations(message, EXPORT_AGAIN) from None
    except (ParseError, UnicodeError, LookupError):  # the last one: an encoding that does not exist
        raise BelowExpectations(f"import {file}: the XML is damaged or cut off", EXPORT_AGAIN) from None


def _rows(steps: Iterator[tuple[str, Element]], tag: str, row_of: Callable[[Element], Row]) -> Numbered:
    """The tracks of the collection; those of playlists are the same again, by reference."""
    path: list[Element] = []
    number = 0
    for event, element in steps:
        if event == "start":
            path.append(element)
            continue
        if path:
            path.pop()
        if element.tag == tag and path and path[-1].tag == "COLLECTION":
            number += 1
            row = {name: text for name, text in row_of(element).items() if text.strip()}
            yield number, json.dumps(row, ensure_ascii=False), row
            path[-1].clear()


def _of_rekordbox(track: Element) -> Row:
    told = track.attrib
    return {
        "trackName": told.get("Name", ""),
        "artistName": told.get("Artist", ""),
        "albumName": told.get("Album", ""),
        "label": told.get("Label", ""),
        "releaseDate": _year(told.get("Year", "")),
        "durationMs": _milliseconds(told.get("TotalTime", "")),
        "key": told.get("Tonality", ""),
        "tempo": told.get("AverageBpm", ""),
    }


def _of_traktor(entry: Element) -> Row:
    info, album = _attributes(entry, "INFO"), _attributes(entry, "ALBUM")
    return {
        "trackName": entry.get("TITLE", ""),
        "artistName": entry.get("ARTIST", ""),
        "albumName": album.get("TITLE", ""),
        "label": info.get("LABEL", ""),
        "releaseDate": _date(info.get("RELEASE_DATE", "")),
        "durationMs": _milliseconds(info.get("PLAYTIME_FLOAT", "") or info.get("PLAYTIME", "")),
        "tempo": _attributes(entry, "TEMPO").get("BPM", ""),
        **_traktor_key(_attributes(entry, "MUSICAL_KEY").get("VALUE", ""), info.get("KEY", "")),
    }


def _attributes(entry: Element, tag: str) -> Mapping[str, str]:
    found = entry.find(tag)
    return {} if found is None else found.attrib


def _traktor_key(number: str, text: str) -> Row:
    """Pitch class and mode; the number that Traktor computes by, else the text that it shows."""
    if number.isdecimal() and int(number) < 2 * MINOR_FROM:
        return {"key": str(int(number) % MINOR_FROM), "mode": str(int(int(number) < MINOR_FROM))}
    return {"key": text}


def _milliseconds(seconds: str) -> str:
    try:
        return str(round(float(seconds) * 1000) or "")
    except (ValueError, OverflowError):  # not a number, or none that ends
        return ""


def _year(text: str) -> str:
    return text.zfill(4) if text.strip("0") else ""


def _date(text: str) -> str:
    """Traktor writes 1994/8/22, and 1994/1/1 for a year."""
    return "-".join(part.zfill(2) for part in text.split("/")).removesuffix("-01-01")


# By the name of its root: the kind, and how the collection calls a track.
LIBRARIES = {"DJ_PLAYLISTS": ("rekordbox", "TRACK", _of_rekordbox), "NML": ("traktor", "ENTRY", _of_traktor)}
