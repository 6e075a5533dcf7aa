"""A listener's last plays, and the row of one play."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from linernotes.core.errors import AccessRefused, CallFailed
from linernotes.landing.lines import LineReader
from linernotes.providers.connection import Connection
from linernotes.providers.spotify.recently_played import REACHABLE_PLAYS, ListenerTokens, play_of, recent_plays
from linernotes.sandbox import Faults, Sandbox
from linernotes.sandbox.faults import FaultPlan
from tests.providers.asking import Asks, AsksScript
from tests.samples import ID, dataset
from tests.service import Answer

NAME = "spotify"
Plays = Callable[..., list[dict[str, Any]]]
ITEM: dict[str, Any] = {
    "track": {
        "id": "5L3ecxQnQ9qTBmnLQiwf0C",
        "uri": "spotify:track:5L3ecxQnQ9qTBmnLQiwf0C",
        "name": "Timber",
        "duration_ms": 204_053,
        "external_ids": {"isrc": "USRC11301695"},
        "album": {"id": "2PmgY1fqZFZyTQlZmEXmJi", "name": "Meltdown"},
        "artists": [{"id": ID, "name": "Pitbull"}, {"id": None, "name": "A local hero"}],
    },
    "played_at": "2026-11-01T07:00:00.123Z",
    "context": {"type": "playlist", "uri": "spotify:playlist:37i9dQZF1DXcBWIGoYBM5M"},
}


@pytest.fixture
def plays(asking: Asks) -> Plays:
    """Fetch the plays of the sandbox's only listener."""

    def fetch(after: datetime | None = None, refresh: str = "sandbox-refresh") -> list[dict[str, Any]]:
        asked = asking()
        secrets = {
            **asked.secrets,
            "redirect": SecretStr("http://127.0.0.1:8888/callback"),
            "refresh": SecretStr(refresh),
        }
        session = asked.client.session
        tokens = ListenerTokens(asked.settings, secrets, session)
        return recent_plays(Connection(asked.settings, secrets, session), tokens, after)

    return fetch


def test_all_that_the_service_keeps_comes_newest_first(plays: Plays) -> None:
    played = [item["played_at"] for item in plays()]
    assert len(played) == REACHABLE_PLAYS
    assert played == sorted(played, reverse=True)


def test_only_what_was_played_after_the_last_known_play_comes(plays: Plays) -> None:
    everything = plays()
    known = datetime.fromisoformat(everything[10]["played_at"])
    assert plays(known) == everything[:10]
    assert plays(known - timedelta(milliseconds=1)) == everything[:11]
    assert plays(datetime.now(UTC) + timedelta(days=1)) == []


def test_a_consent_that_is_over_says_what_to_do(plays: Plays, sandbox: Sandbox) -> None:
    with pytest.raises(AccessRefused, match="SPOTIFY_REFRESH_TOKEN has expired or was revoked") as refused:
        plays(refresh="canary-refresh")
    assert "consent" in refused.value.remedy
    assert "6 months" in refused.value.remedy
    assert "canary" not in refused.value.message + refused.value.remedy


def test_refused_credentials_name_all_four_variables(plays: Plays, sandbox: Sandbox) -> None:
    sandbox.faults = Faults(credentials="refused")
    with pytest.raises(AccessRefused, match="invalid_client") as refused:
        plays()
    assert "SPOTIFY_REDIRECT_URI" in refused.value.remedy


def test_a_token_that_ran_out_is_renewed(plays: Plays, sandbox: Sandbox) -> None:
    sandbox.faults = Faults(expire=0.5, seed=next(seed for seed in range(99) if _expires_only_first(seed)))
    assert len(plays()) == REACHABLE_PLAYS
    assert sandbox.calls()["calls"]["POST /api/token"] == 2


def _expires_only_first(seed: int) -> bool:
    faults = Faults(expire=0.5, seed=seed)
    return [FaultPlan(faults, number).strikes("expire") for number in (1, 2)] == [True, False]


def test_what_the_sandbox_serves_becomes_rows_that_the_contract_takes(plays: Plays) -> None:
    reader = LineReader(dataset("spotify/recently_played"))
    for item in plays():
        record, _ = reader.read(json.dumps(play_of(item)).encode())
        assert record is not None


def test_a_play_is_read_column_by_column() -> None:
    assert play_of(ITEM) == {
        "playedAt": "2026-11-01T07:00:00.123Z",
        "trackUri": "spotify:track:5L3ecxQnQ9qTBmnLQiwf0C",
        "trackId": "5L3ecxQnQ9qTBmnLQiwf0C",
        "trackName": "Timber",
        "durationMs": 204_053,
        "isrc": "USRC11301695",
        "albumId": "2PmgY1fqZFZyTQlZmEXmJi",
        "albumName": "Meltdown",
        "artists": [{"id": ID, "name": "Pitbull"}],
        "contextType": "playlist",
        "contextUri": "spotify:playlist:37i9dQZF1DXcBWIGoYBM5M",
    }


def test_a_row_has_the_columns_of_the_contract() -> None:
    assert list(play_of(ITEM)) == [
        column.name for column in dataset("spotify/recently_played").columns if not column.derived
    ]


@pytest.mark.parametrize(
    ("track", "column", "expected"),
    [
        ({"id": None, "uri": "spotify:local:a:b:c:1"}, "trackId", None),
        ({"id": "", "uri": "spotify:local:a:b:c:1"}, "trackId", None),
        ({"id": None, "uri": "spotify:local:a:b:c:1"}, "trackUri", "spotify:local:a:b:c:1"),
        ({"uri": None}, "trackUri", "spotify:track:5L3ecxQnQ9qTBmnLQiwf0C"),
        ({"uri": None, "id": None}, "trackUri", None),
        ({"album": None}, "albumName", None),
        ({"album": {"id": "", "name": ""}}, "albumId", None),
        ({"external_ids": None}, "isrc", None),
        ({"external_ids": {}}, "isrc", None),
        ({"artists": None}, "artists", []),
        ({"artists": [{"id": ID}]}, "artists", [{"id": ID, "name": None}]),
    ],
)
def test_what_a_track_lacks_is_null_or_empty(track: dict[str, Any], column: str, expected: Any) -> None:
    assert play_of({**ITEM, "track": {**ITEM["track"], **track}})[column] == expected


def test_a_play_from_nowhere_has_no_context() -> None:
    row = play_of({**ITEM, "context": None})
    assert (row["contextType"], row["contextUri"]) == (None, None)


@pytest.mark.parametrize(
    "item", [{}, {"track": None}, {**ITEM, "track": None}, {**ITEM, "played_at": None}, {"error": {}}]
)
def test_what_is_no_play_says_what_is_missing(item: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="track or played_at is missing"):
        play_of(item)


@pytest.mark.parametrize(
    "page", [{}, {"items": None}, {"items": {}}, {"error": {"status": 500, "message": "x"}}, [], "x"]
)
def test_a_page_that_is_none_ends_with_one_line(scripted: AsksScript, page: Any) -> None:
    asked, _ = scripted(Answer(200, page))
    with pytest.raises(CallFailed, match="cannot read the page of plays"):
        recent_plays(Connection(asked.settings, asked.secrets, asked.client.session), AnyToken(), None)


def test_a_scope_that_the_listener_did_not_allow_is_told_with_what_helps(scripted: AsksScript) -> None:
    words = "Insufficient client scope"
    asked, _ = scripted(Answer(403, {"error": {"status": 403, "message": words}}))
    with pytest.raises(AccessRefused, match=words) as refused:
        recent_plays(Connection(asked.settings, asked.secrets, asked.client.session), AnyToken(), None)
    assert "linernotes login spotify" in refused.value.remedy


class AnyToken:
    def get_access_token(self, *, renew: bool) -> str:
        return "BQany"


@pytest.mark.parametrize(
    ("odd", "left"),
    [
        ({"name": 5}, {"trackName": None}),
        ({"duration_ms": 204_053.5}, {"durationMs": None}),
        ({"duration_ms": "204053"}, {"durationMs": 204_053}),
        ({"album": 5}, {"albumId": None, "albumName": None}),
        ({"external_ids": []}, {"isrc": None}),
        ({"artists": "Pitbull"}, {"artists": []}),
        ({"artists": [None, {"id": ID, "name": 5}]}, {"artists": [{"id": ID, "name": None}]}),
    ],
    ids=str,
)
def test_a_value_of_another_shape_costs_its_field_alone(odd: dict[str, Any], left: dict[str, Any]) -> None:
    assert play_of({**ITEM, "track": {**ITEM["track"], **odd}}) == {**play_of(ITEM), **left}


@pytest.mark.parametrize("item", [None, 5, [], "x"])
def test_what_is_no_object_is_no_play(item: Any) -> None:
    with pytest.raises(ValueError, match="not a recently-played item"):
        play_of(item)
