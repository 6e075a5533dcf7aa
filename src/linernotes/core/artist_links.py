"""Artists as people write them down: ids, links and URIs of Spotify and MusicBrainz, and why another link is none."""

import re
from dataclasses import dataclass

from linernotes.core.identifiers import canonical_mbid, is_mbid, is_spotify_id

# Only what people copy: a link in a formula, in angle brackets or quotation marks, and signs that nobody sees.
FORMULA = re.compile(r'^=\s*HYPERLINK\(\s*"([^"]+)"', re.IGNORECASE)
UNSEEN = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
AROUND = " \t\r\n\u00a0<>\"'`,;"
SPOTIFY = re.compile(
    r"(?:https?://)?(?:www\.)?(?:(?:open|play|api)\.spotify\.com/(?:v1/)?(?:intl-[\w-]+/)?(?:embed/)?(?:user/[^/?#]+/(?=\w))?)"
    r"(?P<kind>[a-z]+)(?:/(?P<id>[^/?#]*))?.*|spotify:(?:user:[^:]+:)?(?P<kind2>[a-z]+):(?P<id2>[^:?#]*).*",
    re.ASCII | re.IGNORECASE,
)
MUSICBRAINZ = re.compile(
    r"(?:https?://)?(?:\w+\.)?musicbrainz\.org/(?:ws/2/)?(?P<kind>[a-z-]+)/(?P<id>[^/?#]*).*", re.ASCII | re.IGNORECASE
)
ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.)?(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})(?P<path>[/?#].*)?",
    re.ASCII | re.IGNORECASE,
)
SHORTENED = {"spotify.link", "spotify.app.link", "link.tospotify.com", "spoti.fi", "bit.ly", "t.co", "tinyurl.com"}
OTHER_KINDS = {
    "track": "a track",
    "album": "an album",
    "playlist": "a playlist",
    "show": "a podcast",
    "episode": "an episode of a podcast",
    "audiobook": "an audiobook",
    "chapter": "an audiobook",
    "user": "a user's profile",
    "concert": "a concert",
    "genre": "a genre",
    "local": "a local file",
    "search": "a search",
    "recording": "a recording",
    "release": "a release",
    "release-group": "a release group",
    "work": "a work",
    "label": "a label",
}
COPY_AGAIN = "copy the link again"
WHAT_TO_DO = "use the link of the artist's own page"


@dataclass(frozen=True, slots=True)
class ArtistLink:
    """The id that a text holds, ``spotify`` or ``mbid``, or ``fault``: why the link leads to no artist."""

    spotify: str | None = None
    mbid: str | None = None
    fault: str | None = None


def artist_link(text: str) -> ArtistLink | None:
    """What a text says about an artist if it is a link, a URI or an id; None if it is neither, as a name."""
    given = without_wrapping(text)
    if is_spotify_id(given):
        return ArtistLink(spotify=given)
    if is_mbid(given):
        return ArtistLink(mbid=given.lower())
    if found := SPOTIFY.fullmatch(given):
        return _spotify(found["kind"] or found["kind2"], found["id"] or found["id2"] or "")
    if found := MUSICBRAINZ.fullmatch(given):
        return _musicbrainz(found["kind"].lower(), found["id"])
    return _other_address(given)


def without_wrapping(text: str) -> str:
    """The text without what spreadsheets and mails put around a link."""
    text = UNSEEN.sub("", text).strip()
    formula = FORMULA.match(text)
    return (formula[1] if formula else text).strip(AROUND)


def _spotify(kind: str, key: str) -> ArtistLink:
    kind = kind.lower()
    if kind in ("artist", "artists"):
        key = key.strip(".,;)")
        if is_spotify_id(key):
            return ArtistLink(spotify=key)
        return ArtistLink(fault=f"a Spotify link whose artist id is not 22 letters and digits: {COPY_AGAIN}")
    what = OTHER_KINDS.get(kind.removesuffix("s"), "another page of Spotify")
    return ArtistLink(fault=f"{what}, not an artist: {WHAT_TO_DO}")


def _musicbrainz(kind: str, key: str) -> ArtistLink:
    if kind != "artist":
        named = OTHER_KINDS.get(kind, "another page").partition(" ")
        return ArtistLink(fault=f"{named[0]} MusicBrainz {named[2]}, not an artist: {WHAT_TO_DO}")
    if mbid := canonical_mbid(key):
        return ArtistLink(mbid=mbid)
    return ArtistLink(fault=f"a MusicBrainz link without a valid id: {COPY_AGAIN}")


def _other_address(text: str) -> ArtistLink | None:
    if " " in text or not (found := ADDRESS.fullmatch(text)):
        return None
    host = found["host"].lower()
    if host in SHORTENED:
        return ArtistLink(fault="a short link: open it and copy the address")
    if not found["path"] and not text.lower().startswith(("http", "www.")):
        return None  # will.i.am, Portugal.The Man: names look like hosts
    if host.endswith("spotify.com"):
        return ArtistLink(fault=f"another page of Spotify, not an artist: {WHAT_TO_DO}")
    return ArtistLink(fault=f"another site's link ({host}): use the artist's link at Spotify or MusicBrainz")
