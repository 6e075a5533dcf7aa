"""Which columns of a roster name the artist: the headings that people use, in any case, order and spelling."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

from linernotes.core.artist_links import artist_link, without_wrapping
from linernotes.core.names import name_key

Use = Literal["link", "number", "name", "own"]

# Headings by their letters and digits alone; the first name column that a row fills is the artist's name.
# fmt: off
LINKS = frozenset([
    "artistid", "artistids", "spotifyid", "spotifyartistid", "spotifyartist", "uri", "artisturi", "url",
    "artisturl", "link", "links", "artistlink", "profile", "artistprofile", "mbid", "artistmbid", "musicbrainz",
    "spotify", "identifier", "artistidentifier", "artisthref", "href", "linkspotify", "idartist", "kunstlerlink",
    "artistpage", "lien", "liens", "lienartiste", "enlace", "enlaces", "enlaceartista", "linkartista", "linkartiest",
    "artiestlink", "artistenlink", "kunstlerseite", "verweis", "collegamento", "ligacao",
])
NAMES = (
    "artistname", "artist", "artists", "artistsname", "nameofartist", "nameartist", "artiststagename", "stagename",
    "artistband", "bandartist", "bandname", "band", "bands", "act", "actname", "performer", "musician", "kunstler",
    "kunstlername", "interpret", "artista", "artiste", "groupname", "group", "nombreartista", "nomartiste",
    "nameoftheartist", "nomdelartiste", "nombredelartista", "nombredeartista", "nomedoartista", "artistas", "artisti",
    "artiest", "artiesten", "artistbandname", "headliner", "musicartist", "recordingartist", "musicians", "performers",
    "kunstlerin", "kunstlerinnen", "mainartist", "primaryartist", "bandas", "banda", "interprete", "interpretes",
    "interpreti", "interpretin", "interpreten", "musiciens", "musicien", "musiker", "musikerin", "musico", "musicista",
    "muzikant", "chanteur", "chanteuse", "cantante", "cantor", "cantora", "uitvoerder", "uitvoerende", "artistes",
    "nomdescene", "bandnaam", "artiestennaam", "gruppenname", "groepsnaam", "groups", "gruppe", "groupe", "groupes",
    "grupo", "grupos", "gruppo", "gruppi", "groep", "fullname", "title", "name", "names", "nombre", "nom", "nome",
    "naam",
)
# Words of a heading that says more at length whose name it is: Nom du groupe, Name der Band, Nome dell'artista.
NAME_WORDS = frozenset(["name", "names", "namen", "nom", "noms", "nombre", "nombres", "nome", "nomes", "nomi", "naam"])
SMALL_WORDS = frozenset([
    "of", "the", "or", "and", "du", "de", "des", "la", "le", "les", "l", "d", "der", "die", "das", "dem", "und", "oder",
    "del", "los", "las", "el", "y", "e", "o", "ou", "et", "di", "dell", "dello", "della", "degli", "da", "do", "dos",
    "das", "van", "het", "en", "of",
])
NOT_A_LINK = (
    "follow", "listener", "popular", "monthly", "playlist", "track", "album", "song", "stream", "image", "genre",
)
OTHERS = (
    "similar", "like", "related", "refer", "recommend", "influence", "support", "feat", "guest", "remix", "ahnlich",
    "vergleich", "empfehl", "einfluss", "parecid", "semblable", "via", "label", "playlist", "produc", "vorbild",
)
# fmt: on
NUMBERS = frozenset({"id"})  # a Spotify id, or the number that a row has in somebody's own system
LONGEST_HEADING = 40
NOT_A_NAME = frozenset({"title", "fullname", "group"})  # these name an artist only where nothing else does
WORD = re.compile(r"[^\W_]+")
DASHES = ("", "-", "--", "\N{EN DASH}", "\N{EM DASH}")
PLACEHOLDERS = frozenset([*DASHES, "?", "n/a", "na", "#n/a", "none", "null", "nan", "tbd", "tba", "unknown"])


@lru_cache(1024)
def use_of(heading: str) -> Use:
    """What a column of that heading holds."""
    key = name_key(heading).strip()
    if len(key) > LONGEST_HEADING or "." in heading.strip("."):  # a link, or a sentence
        return "own"
    if key in NUMBERS:
        return "number"
    about_links = "spotify" in key or "musicbrainz" in key or "mbid" in key
    if key in LINKS or (about_links and not any(word in key for word in NOT_A_LINK) and "name" not in key):
        return "link"
    return "name" if key in NAMES or "artistname" in key or _artist_words(heading) else "own"


def is_strict(heading: str) -> bool:
    """Whether a column can hold nothing but links and ids: ``Spotify link``, and not ``Spotify`` alone."""
    return any(word in name_key(heading) for word in ("id", "uri", "url", "link", "href", "lien", "enlace"))


def column_of_links(header: Sequence[str], rows: Iterable[Sequence[str]]) -> int | None:
    """The place of the one column under an unknown heading that holds links to artists, if no other column does."""
    found: Counter[int] = Counter()
    filled: Counter[int] = Counter()
    for cells in rows:
        for place, cell in enumerate(cells[: len(header)]):
            filled[place] += not is_blank(cell)
            found[place] += is_link(cell)
    if any(use_of(header[place]) == "link" for place in found if found[place]):
        return None
    places = [place for place in found if use_of(header[place]) == "own" and found[place] * 2 > filled[place]]
    about_others = len(places) == 1 and any(word in name_key(header[places[0]]) for word in OTHERS)
    return places[0] if len(places) == 1 and not about_others else None


def name_rank(heading: str) -> int:
    """The place of a column among those that hold names: the artist's before a mere name."""
    key = name_key(heading).strip()
    words = [key] if key in NAMES else _artist_words(heading)
    return min((NAMES.index(word) for word in words), default=0)


def _artist_words(heading: str) -> list[str]:
    """The words for an artist in a heading that says nothing else, such as ``Name der Band``; The Band is a band."""
    words = [key for word in WORD.findall(heading) if (key := name_key(word)) not in SMALL_WORDS]
    of_artists = [word for word in words if word in NAMES and word not in NAME_WORDS and word != "title"]
    of_names = [word for word in words if word in NAME_WORDS]
    heads = of_names or "/" in heading
    return of_artists if heads and len(of_artists) + len(of_names) == len(words) else []


def is_heading(cells: Sequence[str]) -> bool:
    """Whether a row of cells is the heading of a roster."""
    filled = [cell for cell in cells if cell.strip()]
    if any(is_link(cell) for cell in filled):
        return False
    known = [cell for cell in filled if use_of(cell) != "own" and name_key(cell).strip() not in NOT_A_NAME]
    return bool(known)


def is_link(cell: str) -> bool:
    """Whether a cell is a link, a URI or an id that no name looks like."""
    given = without_wrapping(cell)
    found = artist_link(given)
    return found is not None and not is_word(given)


def is_word(text: str) -> bool:
    """Whether a text of 22 letters may as well be one word as a Spotify id."""
    return len(text) == 22 and text.isalpha() and text[1:].islower()


def is_blank(cell: object) -> bool:
    """Whether a cell says nothing, or only that there is nothing to say."""
    return cell is None or (isinstance(cell, str) and cell.strip().casefold() in PLACEHOLDERS)


def headings(cells: Iterable[str]) -> list[str]:
    """Headings that are all different, and none of them empty."""
    found: list[str] = []
    for place, cell in enumerate(cells, 1):
        name = " ".join(cell.split()) or f"column {place}"
        found.append(name if name not in found else f"{name} ({place})")
    return found
