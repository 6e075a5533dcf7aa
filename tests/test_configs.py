"""The files of configs/ are read as they are meant, or it is said what is wrong with them."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import linernotes
from linernotes.config.files import read_configs
from linernotes.config.settings import shipped_folder
from linernotes.core.errors import ConfigurationError
from tests.samples import configs

SOURCES = sorted(Path(linernotes.__file__).parent.rglob("*.py"))
SHIPPED = configs()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configs folder of one's own, to change."""
    return Path(shutil.copytree(shipped_folder("configs"), tmp_path / "configs"))


@pytest.fixture
def changed(folder: Path) -> Callable[..., Path]:
    """Replace a text in one of its files."""

    def change(name: str, old: str, new: str) -> Path:
        path = folder / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        return folder

    return change


def refusal(folder: Path, **environ: str) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as refused:
        read_configs(folder, {"LINERNOTES_HOME": "/nowhere", **environ})
    assert "\n" not in refused.value.message
    return refused.value


@pytest.mark.parametrize(
    ("name", "old", "new", "place", "hint"),
    [
        ("providers/spotify.yaml", "batch_size:", "batchsize:", "batchsize", "did you mean 'batch_size'?"),
        ("providers/spotify.yaml", "attempts:", "attemps:", "attemps", "did you mean 'attempts'?"),
        ("providers/spotify.yaml", "  failures:", "  failure:", "breaker.failure", "did you mean 'failures'?"),
        ("providers/spotify.yaml", "  version:", "  versoin:", "answers.versoin", "did you mean 'version'?"),
        ("datasets/roster/artists.yaml", "pattern:", "patern:", "patern", "did you mean 'pattern'?"),
        ("datasets/roster/artists.yaml", "schema:", "schemas:", "schemas", "did you mean 'schema'?"),
        ("environments.yaml", "lake_dataset:", "lake_data:", "lake_data", "did you mean 'lake_dataset'?"),
        ("slo.yaml", "  success_rate:", "  sucess_rate:", "objectives.sucess_rate", "did you mean 'success_rate'?"),
        ("slo.yaml", "  high_error_rate:", "  high_errors:", "alerts.high_errors", "did you mean 'high_error_rate'?"),
    ],
)
def test_a_key_that_nobody_knows_is_an_error_with_the_likely_one(
    changed: Callable[..., Path], name: str, old: str, new: str, place: str, hint: str
) -> None:
    error = refusal(changed(name, old, new))
    assert error.exit_code == 2
    assert Path(name).name in error.message
    assert f"{place}: " in error.message
    assert error.remedy == hint


@pytest.mark.parametrize(
    ("old", "new"),
    [("attempts:", "per_second: 5\nattempts:"), ("  successes:", "  failures: 3\n  successes:")],
    ids=["at the top", "nested"],
)
def test_a_key_that_stands_twice_is_an_error(changed: Callable[..., Path], old: str, new: str) -> None:
    assert "duplicate key" in refusal(changed("providers/spotify.yaml", old, new)).message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("key: [artistId]", "key: [artist]"),
        ("cluster: [artistId]", "cluster: [artistID]"),
        ("cluster: [artistId]", "partition: day"),
        ("cluster: [artistId]", "instant: seenAt"),
        ("  artistId: {pattern", "  artistid: {pattern"),
    ],
)
def test_a_column_that_is_not_in_the_schema_is_an_error(changed: Callable[..., Path], old: str, new: str) -> None:
    assert "not in the schema" in refusal(changed("datasets/roster/artists.yaml", old, new)).message


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("datasets/roster/artists", "from: artistName", "from: artist", "artistKey: derived from 'artist', no single"),
        ("datasets/roster/artists", "from: artistName", "from: artistKey", "artistKey: derived from 'artistKey', no"),
        (
            "datasets/roster/artists",
            "as: key",
            "as: credits",
            "artistKey: derived as credits, so it has to be a REPEATED",
        ),
        ("datasets/roster/artists", "as: key", "as: hash", "derived.as"),
        (
            "datasets/spotify/recently_played",
            "from: name",
            "from: trackName",
            "artists.nameKey: derived from 'trackName'",
        ),
        (
            "datasets/plays/plays",
            "from: artistName",
            "from: artistIds",
            "artistKey: derived from 'artistIds', no single",
        ),
        ("providers/lastfm", "from: tag", "from: word", "tags.tagKey: derived from 'word', no single STRING beside it"),
    ],
)
def test_a_column_is_derived_from_one_name_beside_it(
    changed: Callable[..., Path], file: str, old: str, new: str, message: str
) -> None:
    assert message in refusal(changed(f"{file}.yaml", old, new)).message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: artistName", 'name: "artistName; drop table x"'),
        ("table: lake_roster__normalized_artists", "table: a.b"),
        ("type: STRING", "type: TEXT"),
        ("version: 2", "version: two"),
        ("mode: REQUIRED", "mode: SOMETIMES"),
    ],
)
def test_a_name_or_type_that_sql_could_not_take_is_an_error(changed: Callable[..., Path], old: str, new: str) -> None:
    refusal(changed("datasets/roster/artists.yaml", old, new))


def test_answers_with_a_second_contract_are_an_error(folder: Path) -> None:
    shutil.copytree(folder / "datasets" / "roster", folder / "datasets" / "deezer")
    path = folder / "datasets" / "deezer" / "artists.yaml"
    path.write_text(path.read_text().replace("provider: roster", "provider: deezer"))
    assert "deezer/artists has two contracts" in refusal(folder).message


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("deezer", "same_name: name", "same_name: nam", "nam: not a column of the answers"),
        ("deezer", "field: fans,", "field: fan,", "fan: not a column of the answers"),
        ("lastfm", "id: mbid", "id: mbids", "similar.mbids: not a column of the answers"),
        ("wikidata", "column: deezerIds", "column: deezerId", "deezerId: not a column of the answers"),
        ("lastfm", "scheme: mbid, id: mbid", "id: mbid", "'id' and 'scheme' must be given together"),
        ("wikidata", "watched: countries, ", "", "country needs 'watched'"),
        ("listenbrainz", "kind: word, precedence: 1, d", "kind: word, precedence: 1, history: x, d", "type is a word"),
        ("apify", "kind: number", "kind: figure", "values.0.kind"),
        ("lastfm", "kind: list, precedence: 3", "kind: word, precedence: 3", "the kind of genres is"),
        ("lastfm", "precedence: 3", "precedence: 2", "precedence 2 of genres of artists is listenbrainz"),
        ("wikidata", "precedence: 2, confidence", "confidence", "precedence 1 of mbid by artistId is wikidata"),
        ("deezer", "values:", "identifies: [{scheme: mbid, column: name}]\nvalues:", "keyed by artistId or mbid"),
    ],
)
def test_what_does_not_fit_the_answers_or_another_provider_is_an_error(
    changed: Callable[..., Path], file: str, old: str, new: str, message: str
) -> None:
    assert message in refusal(changed(f"providers/{file}.yaml", old, new)).message


def test_a_provider_is_keyed_by_what_somebody_identifies(changed: Callable[..., Path]) -> None:
    error = refusal(changed("providers/deezer.yaml", "keyed_by: deezerId", "keyed_by: deezrId"))
    assert error.message == "deezer.yaml: keyed_by: no provider identifies 'deezrId'"
    assert error.remedy == "did you mean 'deezerId'?"
    path = changed("providers/deezer.yaml", "keyed_by: deezrId", "keyed_by: discogsId")
    assert read_configs(path, {"LINERNOTES_HOME": "/nowhere"}).provider("deezer").keyed_by == "discogsId"


def test_what_is_expected_of_a_provider_nobody_knows_is_an_error(changed: Callable[..., Path]) -> None:
    error = refusal(changed("slo.yaml", "  apify:", "  apfiy:"))
    assert error.remedy == "did you mean 'apify'?"


def test_a_provider_is_expected_to_do_what_all_do_unless_it_is_said_otherwise(changed: Callable[..., Path]) -> None:
    own, common = SHIPPED.slo.of("apify"), SHIPPED.slo.of("spotify")
    assert (own.avg_latency_seconds, own.success_rate) == (120, common.success_rate)
    assert common == SHIPPED.slo.objectives


def test_what_is_not_said_of_a_provider_beside_another_is_as_there(changed: Callable[..., Path]) -> None:
    found = configs(SPOTIFY_API_URL="http://127.0.0.1:9/v1", LINERNOTES_SPOTIFY__ATTEMPTS="9").providers
    assert found["spotify_tracks"].urls == found["spotify"].urls
    assert (found["spotify_tracks"].attempts, found["spotify_tracks"].entity) == (9, "track")
    assert configs(LINERNOTES_SPOTIFY_TRACKS__ATTEMPTS="8").provider("spotify_tracks").attempts == 8
    wrong = refusal(changed("providers/spotify_tracks.yaml", "beside: spotify", "beside: spotfy"))
    assert (wrong.message, wrong.remedy) == (
        "spotify_tracks.yaml: beside: unknown provider 'spotfy'",
        "did you mean 'spotify'?",
    )
    itself = refusal(changed("providers/spotify_tracks.yaml", "beside: spotfy", "beside: spotify_tracks"))
    assert "is beside another provider" in itself.message


@pytest.mark.parametrize("text", ["{", "- 1\n- 2\n", "", "a: b: c", "\xff"])
def test_a_file_that_holds_no_settings_is_named(folder: Path, text: str) -> None:
    (folder / "providers" / "spotify.yaml").write_bytes(text.encode("latin-1"))
    assert "spotify.yaml" in refusal(folder).message


@pytest.mark.parametrize(
    ("variable", "value", "path"),
    [
        ("PER_SECOND", "1000", ("per_second", 1000.0)),
        ("BATCH_SIZE", "20", ("batch_size", 20)),
        ("MODE", "development", ("mode", "development")),
        ("BREAKER__FAILURES", "3", ("breaker.failures", 3)),
        ("RETRY_DAYS__FAILED", "[2, 4]", ("retry_days.failed", (2, 4))),
        ("QUOTA_REASONS", "[A, B]", ("quota_reasons", ("A", "B"))),
        ("TITLE", "Mine", ("title", "Mine")),
    ],
)
def test_every_limit_can_be_overridden_from_the_environment(variable: str, value: str, path: tuple[str, Any]) -> None:
    found: Any = configs(**{f"LINERNOTES_SPOTIFY__{variable}": value}).provider("spotify")
    for step in path[0].split("."):
        found = getattr(found, step)
    assert found == path[1]


def test_an_override_wins_over_the_variable_inside_the_file() -> None:
    provider = configs(BATCH_SIZE="10", LINERNOTES_SPOTIFY__BATCH_SIZE="20").provider("spotify")
    assert provider.batch_size == 20


@pytest.mark.parametrize(
    ("variable", "hint"),
    [
        ("PER_SECONDS", "did you mean 'per_second'?"),
        ("BREAKER__FAILURS", "did you mean 'failures'?"),
        ("BREAKR__FAILURES", ""),
        ("BREAKER", ""),
        ("", ""),
        ("BREAKER__FAILURES__X", ""),
        ("PER_SECOND__X", ""),
    ],
)
def test_an_override_that_names_nothing_is_an_error_with_the_likely_name(
    folder: Path, variable: str, hint: str
) -> None:
    error = refusal(folder, **{f"LINERNOTES_SPOTIFY__{variable}": "1"})
    assert f"LINERNOTES_SPOTIFY__{variable}: unknown setting" in error.message
    assert error.remedy == hint or not hint


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PER_SECOND", "0"),
        ("PER_SECOND", "fast"),
        ("PER_SECOND", ""),
        ("MODE", "magic"),
        ("BREAKER__FAILURES", "0"),
        ("CONCURRENCY", "33"),
        ("TIMEOUT", "-1"),
        ("PER_SECOND", "[1"),
    ],
)
def test_a_value_that_makes_no_sense_is_an_error_that_names_its_setting(
    folder: Path, variable: str, value: str
) -> None:
    error = refusal(folder, **{f"LINERNOTES_SPOTIFY__{variable}": value})
    assert variable.lower().replace("__", ".") in error.message.lower().replace("__", ".")


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({}, "https://api.spotify.com/v1"),
        ({"SPOTIFY_API_URL": ""}, "https://api.spotify.com/v1"),
        ({"SPOTIFY_API_URL": "http://127.0.0.1:8650/v1"}, "http://127.0.0.1:8650/v1"),
    ],
)
def test_a_variable_has_its_value_or_the_default_beside_it(environ: dict[str, str], url: str) -> None:
    assert configs(**environ).provider("spotify").urls["api"] == url


def test_a_variable_keeps_its_type() -> None:
    assert configs(MAX_RETRIES="7").provider("spotify").attempts == 7


def test_the_home_is_filled_into_paths_as_it_is() -> None:
    found = read_configs(shipped_folder("configs"), {"LINERNOTES_HOME": "/tmp/it's mine: 007"}).environment("local")
    assert found.warehouse.place == "/tmp/it's mine: 007/warehouse.duckdb"
