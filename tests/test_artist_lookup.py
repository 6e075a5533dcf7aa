"""Which artist a command's words mean, the same for every command."""

import pytest

from tests.laptop import Laptop

FIRST, SECOND, OTHER = "0" * 21 + "1", "0" * 21 + "2", "0" * 21 + "3"
ROSTER = f"id,name\n{FIRST},Nirvana\n{SECOND},nirvana\n{OTHER},Björk & Friends\n"
COMMANDS = [
    ["plan", "--artist"],
    ["run", "--dry-run", "--artist"],
    ["run", "--artist"],
    ["extract", "spotify", "--artist"],
    ["purge", "--dry-run", "--artist"],
    ["purge", "--yes", "--artist"],
    ["show"],
    ["explain"],
    ["identity", "unset", "ARTIST", "mbid"],
    ["identity", "set", "ARTIST", "mbid=8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11"],
]


def about(command: list[str], artist: str) -> list[str]:
    """The command about an artist, who comes last unless it has a place of its own."""
    return [artist if word == "ARTIST" else word for word in command] if "ARTIST" in command else [*command, artist]


@pytest.fixture
def library(laptop: Laptop) -> Laptop:
    """A home that knows two artists of one name, and a third one."""
    (laptop.home / "roster.csv").write_text(ROSTER, encoding="utf-8")
    assert laptop("import", "roster", str(laptop.home / "roster.csv")).code == 0
    return laptop


def test_every_command_refuses_a_name_of_several_artists_and_shows_their_ids(library: Laptop) -> None:
    for command in COMMANDS:
        said = library(*about(command, "NIRVANA"))
        assert said.code == 2, command
        assert said.complaint == (
            f"linernotes: 2 artists are named 'NIRVANA': {FIRST} (0 followers), {SECOND} (0 followers); "
            "use one of these ids"
        )


def test_every_command_says_how_to_add_an_unknown_artist(library: Laptop) -> None:
    for command in COMMANDS:
        assert library(*about(command, "Nobody")).complaint == (
            "linernotes: no artist found for 'Nobody'; use the full name, or a Spotify id or URL to add a new artist"
        ), command


def test_a_part_of_a_name_or_a_slip_suggests_the_names_that_are_known(library: Laptop) -> None:
    for given in ("björk", "Bjork & Frends"):
        said = library("history", given)
        assert said.complaint == f"linernotes: no artist found for {given!r}; did you mean 'Björk & Friends'?"
    assert library("history", "Nobody").complaint.endswith("use the full name, or a Spotify id or URL")


def test_an_artist_is_known_by_id_url_uri_name_and_other_spellings_of_it(library: Laptop) -> None:
    link, uri = f"https://open.spotify.com/intl-de/artist/{OTHER}?si=1", f"spotify:artist:{OTHER}"
    for given in (OTHER, link, uri, "Björk & Friends", "bjork and friends"):
        planned = library("plan", "--artist", given, "--format", "json")
        assert {row["provider"]: row["items"] for row in planned.rows}["spotify"] == 1, planned.err


def test_an_imported_artist_is_shown_after_the_next_run(library: Laptop) -> None:
    assert library("show", OTHER).complaint == (
        f"linernotes: '{OTHER}' was imported but is not in the tables yet; to build the tables: linernotes run"
    )
