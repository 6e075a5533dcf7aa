"""Lines that BigQuery has exported have the same record as those that say it in the contract's form."""

from typing import Any

import msgspec
import pytest

from linernotes.landing.lines import LineReader, Reject
from tests.samples import artist, dataset, lines

PLAY = {
    "playedAt": "2024-03-01T10:00:00Z",
    "playedAtMeans": "start",
    "trackName": "Roads",
    "artistName": "Portishead",
    "msPlayed": 305_000,
    "skipped": False,
    "source": "table",
    "sourceKey": "2024-03-01T10:00:00Z|Portishead|Roads",
}


def record(line: dict[str, Any]) -> Any:
    found: Any = LineReader(dataset("plays/plays")).read(lines(line).strip())[0]
    return msgspec.structs.astuple(found)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"playedAt": "2024-03-01 10:00:00 UTC", "msPlayed": "305000", "skipped": "false"},
        {"playedAt": "2024-03-01 10:00:00.000000 UTC", "sourceKey": None},
        {"playedAt": "2024-03-01 11:00:00+01:00", "sourceKey": None, "source": None, "playedAtMeans": None},
    ],
)
def test_an_exported_line_is_the_line_of_the_contract(changed: dict[str, Any]) -> None:
    assert record(PLAY | changed) == record(PLAY)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"msPlayed": "long"}, "msPlayed"),
        ({"msPlayed": "3.5"}, "msPlayed"),
        ({"playedAt": "2024-03-01 10:00:00"}, "playedAt"),
        ({"sourceKey": None, "trackName": None}, "sourceKey"),
    ],
)
def test_what_is_wrong_in_it_is_still_rejected_by_its_field(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Reject) as rejected:
        record(PLAY | changed)
    assert rejected.value.field == field


def test_answers_of_services_stay_strict() -> None:
    with pytest.raises(Reject):
        LineReader(dataset("spotify/artist_enrichment")).read(lines(artist(popularity="77")).strip())
