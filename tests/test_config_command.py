"""``linernotes config``: every setting, its value and where it comes from."""

from pathlib import Path
from typing import Any

import pytest

from linernotes.config.files import OURS
from tests.laptop import Laptop
from tests.samples import configs

CANARY = "canary-3f81b27d"


@pytest.fixture
def laptop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Laptop:
    """A machine that was never used, in an empty folder."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return Laptop(tmp_path / "home")


def listed(laptop: Laptop, *arguments: str, **environ: str) -> dict[str, dict[str, Any]]:
    said = laptop("config", *arguments, "--format", "json", **environ)
    assert said.code == 0, said.err
    return {row["setting"]: row for row in said.rows}


def test_every_provider_setting_is_listed_with_the_line_it_is_in(laptop: Laptop) -> None:
    found = listed(laptop)
    text = Path("configs/providers/spotify.yaml")
    lines = (Path(__file__).parents[1] / text).read_text(encoding="utf-8").splitlines()
    for key, value in {"per_second": 3, "breaker.failures": 5, "retry_days.failed": [1, 3, 7]}.items():
        row = found[f"spotify.{key}"]
        file, _, line = row["source"].rpartition(":")
        assert (row["value"], file) == (value, str(text))
        assert lines[int(line) - 1].strip().startswith(key.rpartition(".")[2])
    assert {name.partition(".")[0] for name in found} >= {*configs().providers, "slo", "environments"}
    assert found["deezer.languages"]["source"] == "default"
    assert not laptop.home.exists()


@pytest.mark.parametrize(
    ("environ", "setting", "source"),
    [
        ({"MAX_RETRIES": "4"}, "spotify.attempts", "MAX_RETRIES (environment)"),
        ({"ENRICHMENT_MAX_RETRIES": "4"}, "spotify.attempts", "ENRICHMENT_MAX_RETRIES (environment)"),
        (
            {"MAX_RETRIES": "9", "LINERNOTES_SPOTIFY__ATTEMPTS": "4"},
            "spotify.attempts",
            "LINERNOTES_SPOTIFY__ATTEMPTS (environment)",
        ),
        (
            {"LINERNOTES_SPOTIFY__ATTEMPTS": "4"},
            "spotify_tracks.attempts",
            "LINERNOTES_SPOTIFY__ATTEMPTS (environment)",
        ),
        ({"MUSICBRAINZ_USER_AGENT": "A/1 (4)"}, "", "no email address"),
    ],
)
def test_a_value_from_a_variable_names_it_as_it_was_typed(
    laptop: Laptop, environ: dict[str, str], setting: str, source: str
) -> None:
    if not setting:
        assert source in laptop("config", **environ).complaint
        return
    row = listed(laptop, **environ)[setting]
    assert (row["value"], row["source"]) == (4, source)


def test_an_option_and_the_env_file_are_told_from_the_environment(laptop: Laptop) -> None:
    Path(".env").write_text("LINERNOTES_CONTACT=me@example.org\nENRICHMENT_BATCH_SIZE=20\n", encoding="utf-8")
    found = listed(laptop, "--env", "dev", "--gcs-bucket", "mine")
    assert found["LINERNOTES_CONTACT"]["source"] == "LINERNOTES_CONTACT (.env)"
    assert found["spotify.batch_size"]["source"] == "ENRICHMENT_BATCH_SIZE (.env)"
    assert found["environments.dev.lake.bucket"]["source"] == "GCS_BUCKET (option)"
    assert found["LINERNOTES_ENV"]["value"] == "dev"


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_a_secret_is_set_or_not_set_and_never_shown(laptop: Laptop, form: str) -> None:
    secrets = {"SPOTIFY_CLIENT_SECRET": CANARY, "SPOTIFY_REFRESH_TOKEN": CANARY, "LASTFM_API_KEY": CANARY}
    secrets |= {"DISCOGS_TOKEN": CANARY, "ENRICHMENT_SOMETHING_TOKEN": CANARY, "LINERNOTES_KEY": CANARY}
    said = laptop("-vv", "config", "--format", form, **secrets)
    assert said.code == 0
    assert CANARY not in said.out + said.err
    found = listed(laptop, **secrets)
    assert found["SPOTIFY_CLIENT_SECRET"]["value"] == "set"
    assert found["SPOTIFY_CLIENT_ID"]["value"] == "not set"


def test_what_nothing_reads_is_flagged_with_the_nearest_name(laptop: Laptop) -> None:
    found = listed(laptop, LINERNOTES_HOEM="x", ENRICHMENT_MAX_RETRY="1", SPOTIFY_API_RATE_LIMIT="1")
    assert found["LINERNOTES_HOEM"]["note"] == "unknown setting, did you mean 'LINERNOTES_HOME'?"
    assert found["ENRICHMENT_MAX_RETRY"]["note"] == "unknown setting, did you mean 'ENRICHMENT_MAX_RETRIES'?"
    assert found["SPOTIFY_API_RATE_LIMIT"]["note"].startswith("the Spotify scripts and the track service win")


def test_the_list_can_be_narrowed(laptop: Laptop) -> None:
    assert set(listed(laptop, "spotify.breaker")) == {
        f"spotify.breaker.{k}" for k in ("failures", "cooldown", "successes")
    }
    assert set(listed(laptop, "--changed", "breaker", CIRCUIT_BREAKER_TIMEOUT="9")) >= {"spotify.breaker.cooldown"}
    assert set(listed(laptop, "--changed")) == {
        "LINERNOTES_HOME",
        "environments.local.lake.path",
        "environments.local.warehouse.path",
    }


def test_every_variable_of_ours_is_listed_somewhere(laptop: Laptop) -> None:
    hidden = {"LINERNOTES_HUB_DATASET", "LINERNOTES_WAREHOUSE_PATH"}  # handed to dbt, never read
    hidden |= {"LINERNOTES_FAULT", "LINERNOTES_STEP"}  # kills the process, for tests alone; set by flows
    values = {"LINERNOTES_MAXIMUM_BYTES_BILLED": "9", "LINERNOTES_LAKE_DATASET": "dp_lake_x", "LINERNOTES_ENV": "dev"}
    found = listed(laptop, **values).values()
    shown = {row["setting"] for row in found} | {row["source"].partition(" ")[0] for row in found}
    assert set(OURS) - hidden <= shown
