"""The last lines of a run: what is new, what is missing and why, and the next command."""

from collections.abc import Callable

import duckdb
import pytest

from linernotes.runs.enrich.news import LibrarySize, news_lines
from linernotes.sandbox import Faults, Sandbox
from tests.laptop import Laptop

Ids = Callable[[int], list[str]]
EMPTY = LibrarySize(0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("before", "after", "partial", "lines"),
    [
        (EMPTY, EMPTY, [], ["next: linernotes import plays FILE, or linernotes import roster FILE"]),
        (
            LibrarySize(3, 0, 0, 0, 0),
            LibrarySize(3, 3, 0, 0, 0),
            [],
            ["new: 3 artists enriched; 3 of 3 artists have data", "next: linernotes show ARTIST, linernotes coverage"],
        ),
        (
            LibrarySize(2, 2, 0, 0, 0),
            LibrarySize(9, 3, 1, 2, 2),
            ["lastfm: stopped by --max-minutes"],
            [
                "new: 1 artist enriched, 7 artists added to the library; 3 of 9 artists have data",
                "without data: 1 not fetched yet, 1 not found at any service, 2 failed, to be retried, "
                "2 known by name only (hub_music__svc_unresolved_artists says why)",
                "next: linernotes run continues when the rest is due",
            ],
        ),
        (
            LibrarySize(1, 1, 0, 0, 0),
            LibrarySize(1, 1, 0, 0, 0),
            ["spotify: skipped, SPOTIFY_CLIENT_ID not set; 1 item is pending"],
            [
                "1 of 1 artist has data",
                "next: set what is missing, then linernotes run; linernotes doctor says how to add",
            ],
        ),
    ],
    ids=["nothing", "all", "some", "no credentials"],
)
def test_what_is_said_follows_from_the_numbers(
    before: LibrarySize, after: LibrarySize, partial: list[str], lines: list[str]
) -> None:
    said = news_lines(before.known, after, partial, ["spotify"] if "not set" in str(partial) else [])
    assert len(said) == len(lines)
    for line, start in zip(said, lines, strict=True):
        assert line.startswith(start)


def test_a_run_ends_with_what_is_new_and_with_the_next_command(
    online: Laptop, sandbox: Sandbox, fated: Callable[[str, int], list[str]], artists: Ids
) -> None:
    online("import", "roster", online.roster(*artists(3), *fated("deleted", 1)))
    said = online("run", "--provider", "spotify")
    assert said.code == 0, said.err
    assert said.err.splitlines()[-3:] == [
        "new: 3 artists enriched, 4 artists added to the library; 3 of 4 artists have data",
        "without data: 1 not found at any service",
        "next: linernotes show ARTIST, linernotes coverage, or linernotes report top-artists",
    ]
    again = online("run", "--provider", "spotify").err.splitlines()
    assert "nothing to enrich: all artists are up to date" in again
    assert again[-3] == "3 of 4 artists have data"
    assert "3 of 4 artists have data: a value of some service counts for them" in online("coverage").err

    with duckdb.connect(str(online.home / "warehouse.duckdb")) as connection:  # as an older version leaves it
        connection.execute("drop view dp_hub_local.hub_music__int_tracks_signature")
    assert online("run", "--provider", "spotify").err.splitlines()[-3] == "3 of 4 artists have data"

    sandbox.faults = Faults(server_errors=1)
    failed = online("run", "--provider", "spotify", "--artist", artists(1)[0])
    assert failed.code == 1
    assert "next: " not in failed.err
