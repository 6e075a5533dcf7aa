"""Settings under the names of other documents, and names that nothing reads."""

import re
import shutil
from pathlib import Path

import pytest

from linernotes.config.aliases import ALIASES, Alias
from linernotes.config.settings import Settings, read_settings, shipped_folder
from linernotes.core.errors import ConfigurationError
from tests.laptop import Laptop
from tests.programs import ROOT
from tests.samples import settings


def refusal(flags: dict[str, str] | None = None, /, **environ: str) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as refused:
        read_settings(flags or {}, environ)
    assert "\n" not in refused.value.message
    return refused.value


@pytest.mark.parametrize("alias", [alias for alias in ALIASES if alias.sets and alias.number], ids=lambda a: a.name)
def test_a_number_under_another_name_is_the_one_under_ours(alias: Alias) -> None:
    assert settings(**{alias.name: "7"}).configs == settings(**{alias.sets: "7"}).configs
    assert settings(**{alias.name: "7"}).configs != settings().configs
    assert settings(**{alias.name: ""}).configs == settings().configs
    assert refusal(**{alias.name: "abc"}).message == f"{alias.name}: not a number"
    assert refusal(**{alias.sets: "abc"}).message == f"{alias.sets}: not a number"


def test_our_name_wins_over_an_alias_and_says_so() -> None:
    found = settings(MAX_RETRIES="4", ENRICHMENT_MAX_RETRIES="7")
    assert found.configs.provider("spotify").attempts == 4
    assert list(map(str, found.ignored)) == ["ENRICHMENT_MAX_RETRIES is ignored: MAX_RETRIES is set too, and wins"]
    assert settings(MAX_RETRIES="7", ENRICHMENT_MAX_RETRIES="7").ignored == []


def test_an_alias_in_the_environment_wins_over_our_name_in_the_env_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("MAX_RETRIES=4\nENRICHMENT_BATCH_SIZE=20\n", encoding="utf-8")
    monkeypatch.setenv("ENRICHMENT_MAX_RETRIES", "7")
    monkeypatch.setenv("BATCH_SIZE", "10")
    spotify = read_settings().configs.provider("spotify")
    assert (spotify.attempts, spotify.batch_size) == (7, 10)


@pytest.mark.parametrize(("labels", "management", "seconds"), [("60", "90", 60), ("90", "60", 60), ("90", "", 90)])
def test_of_two_lifetimes_of_one_answer_the_shorter_holds(labels: str, management: str, seconds: int) -> None:
    found = settings(ENRICHMENT_CACHE_TTL_LABELS=labels, ENRICHMENT_CACHE_TTL_MANAGEMENT=management)
    assert found.configs.provider("wikidata").fresh_seconds == seconds


@pytest.mark.parametrize(
    ("agent", "contact"),
    [
        ("App/1.0 (me@example.org)", "me@example.org"),
        ("App/1.0 ( https://example.org/me )", "https://example.org/me"),
        ("me@example.org", "me@example.org"),
    ],
)
def test_the_contact_is_taken_out_of_a_user_agent(agent: str, contact: str) -> None:
    assert settings(MUSICBRAINZ_USER_AGENT=agent).contact == contact
    assert settings(MUSICBRAINZ_USER_AGENT=agent, LINERNOTES_CONTACT="us@example.org").contact == "us@example.org"


def test_a_user_agent_without_a_contact_is_an_error_that_names_it() -> None:
    assert refusal(MUSICBRAINZ_USER_AGENT="App/1.0").message.startswith("MUSICBRAINZ_USER_AGENT: no email address")


@pytest.mark.parametrize(
    ("name", "likely"),
    [
        ("LINERNOTES_HOEM", "'LINERNOTES_HOME'"),
        ("LINERNOTES_SPOTIFY_PER_SECOND", "'LINERNOTES_SPOTIFY__PER_SECOND'"),
        ("ENRICHMENT_MAX_RETRY", "'ENRICHMENT_MAX_RETRIES'"),
        ("ENRICHMENT_APIFY_TOKEN", "'ENRICHMENT_APIFY_API_TOKEN'"),
    ],
)
def test_a_name_that_nothing_reads_is_named_with_the_nearest_and_never_with_its_value(name: str, likely: str) -> None:
    (warning,) = settings(**{name: "canary-1234"}).ignored
    assert str(warning) == f"{name} is ignored: unknown setting, did you mean {likely}?"


@pytest.mark.parametrize("alias", [alias for alias in ALIASES if not alias.sets], ids=lambda alias: alias.name)
def test_a_known_name_that_changes_nothing_says_why(alias: Alias) -> None:
    (warning,) = settings(**{alias.name: "1"}).ignored
    assert str(warning).startswith(f"{alias.name} is ignored: ")


def test_a_token_that_a_provider_reads_is_not_idle() -> None:
    found = settings(DISCOGS_TOKEN="x", LINERNOTES_LASTFM__CREDENTIALS__KEY="DISCOGS_TOKEN")
    assert found.missing(found.configs.provider("lastfm")) == []
    assert found.ignored == []


def test_commands_warn_in_one_line_per_name(laptop: Laptop) -> None:
    said = laptop("providers", LINERNOTES_HOEM="x", ENRICHMENT_MAX_RETRY="1", SPOTIFY_API_RATE_LIMIT="1234")
    assert said.code == 0
    assert [line for line in said.err.splitlines() if line.startswith("WARNING")] == [
        "WARNING LINERNOTES_HOEM is ignored: unknown setting, did you mean 'LINERNOTES_HOME'?",
        "WARNING SPOTIFY_API_RATE_LIMIT is ignored: the Spotify scripts and the track service win: "
        "180 calls a minute, 3 a second",
        "WARNING ENRICHMENT_MAX_RETRY is ignored: unknown setting, did you mean 'ENRICHMENT_MAX_RETRIES'?",
    ]


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"MAX_RETRIES": "0"}, "MAX_RETRIES: Input should be greater than or equal to 1 (attempts of apify.yaml)"),
        ({"ENRICHMENT_MAX_RETRIES": "0"}, "ENRICHMENT_MAX_RETRIES: Input should be"),
        ({"ENRICHMENT_BATCH_SIZE": "99"}, "ENRICHMENT_BATCH_SIZE: batch_size 99 exceeds the maximum of 50"),
        ({"LINERNOTES_SPOTIFY__BREAKER__FAILURES": "0"}, "LINERNOTES_SPOTIFY__BREAKER__FAILURES: Input should be"),
        ({"LINERNOTES_MAXIMUM_BYTES_BILLED": "much"}, "LINERNOTES_MAXIMUM_BYTES_BILLED: Input should be"),
        ({"DEEZER_TRACKS_ENABLED": "maybe"}, "DEEZER_TRACKS_ENABLED: 'maybe' is neither yes nor no"),
        ({"SPOTIFY_API_URL": "here"}, "SPOTIFY_API_URL: this is not an address that begins with http:// or https://"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_wrong_value_is_an_error_that_names_the_variable_it_is_in(environ: dict[str, str], message: str) -> None:
    assert refusal(**environ).message.startswith(message)


@pytest.mark.parametrize("said", ["", "no", "No", "off", "0", "false"])
def test_whoever_says_no_has_not_switched_a_service_on(said: str) -> None:
    settings = read_settings(environ={"RECCOBEATS_ENABLED": said})
    assert settings.missing(settings.configs.provider("reccobeats")) == ["it is not switched on: RECCOBEATS_ENABLED"]


@pytest.mark.parametrize("said", ["yes", "On", "1", "true"])
def test_whoever_says_yes_has(said: str) -> None:
    settings = read_settings(environ={"RECCOBEATS_ENABLED": said})
    assert settings.missing(settings.configs.provider("reccobeats")) == []


def test_the_page_of_settings_has_every_alias_with_what_it_sets() -> None:
    page = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| [\w ]+ \| (?:`(\w+)` )?\|", page, re.MULTILINE))
    assert rows == {alias.name: alias.sets for alias in ALIASES}


# which environment


def chosen(flags: dict[str, str], **environ: str) -> Settings:
    return read_settings(flags, environ)


@pytest.mark.parametrize("env", ["dev", "prd", "local"])
def test_the_lake_dataset_decides_the_environment(env: str) -> None:
    assert chosen({"LINERNOTES_LAKE_DATASET": f"dp_lake_{env}"}).env == env
    assert chosen({}, LINERNOTES_LAKE_DATASET=f"dp_lake_{env}").env == env
    assert chosen({"LINERNOTES_LAKE_DATASET": f"dp_lake_{env}", "LINERNOTES_ENV": env}).env == env
    assert chosen({"LINERNOTES_LAKE_DATASET": "dp_lake_mine", "LINERNOTES_ENV": env}).env == env


def test_a_dataset_that_belongs_to_no_environment_decides_nothing() -> None:
    assert chosen({"LINERNOTES_LAKE_DATASET": "dp_lake_mine"}).env == "local"


def test_the_dataset_of_another_environment_is_an_error() -> None:
    error = refusal({"LINERNOTES_LAKE_DATASET": "dp_lake_dev", "LINERNOTES_ENV": "prd"})
    assert error.message == "--dataset dp_lake_dev belongs to environment dev, and the environment is prd"
    assert error.remedy == "use --env dev, or another dataset"
    assert (
        "LINERNOTES_LAKE_DATASET dp_lake_prd"
        in refusal(LINERNOTES_LAKE_DATASET="dp_lake_prd", LINERNOTES_ENV="local").message
    )


@pytest.mark.parametrize("flag", ["--project-id", "--gcs-bucket", "--output-dir"])
@pytest.mark.parametrize("env", [(), ("--env", "local")], ids=["no env", "local"])
def test_an_option_that_the_environment_has_no_use_for_is_an_error(
    tmp_path: Path, flag: str, env: tuple[str, ...]
) -> None:
    said = Laptop(tmp_path / "home")("coverage", flag, "x", *env)
    assert said.code == 2
    assert said.complaint == (
        f"linernotes: {flag} has no meaning in environment local; add --env dev or --env prd, or leave {flag} out"
    )
    assert not (tmp_path / "home").exists()


def test_a_variable_that_another_environment_uses_is_no_error() -> None:
    assert chosen({}, GCP_PROJECT_ID="x", GCS_BUCKET="y", LINERNOTES_OUTPUT_DIR="z").env == "local"


# secrets in the wrong place

CANARY = "3f81b27d9c0a4e5f8b1d2c3a4e5f6071"


@pytest.mark.parametrize(
    "variable", ["SPOTIFY__CREDENTIALS__SECRET", "LASTFM__CREDENTIALS__KEY", "APIFY__NEEDS__MAX_USD"]
)
@pytest.mark.parametrize("value", [CANARY, f"[{CANARY}", CANARY.upper(), f"apify_api_{CANARY}"])
def test_a_secret_where_the_name_of_its_variable_belongs_is_refused_and_not_repeated(
    tmp_path: Path, variable: str, value: str
) -> None:
    said = Laptop(tmp_path / "home")("-vv", "providers", **{f"LINERNOTES_{variable}": value})
    assert said.code == 2
    assert f"LINERNOTES_{variable}: " in said.complaint
    assert CANARY not in (said.out + said.err).lower()
    assert not (tmp_path / "home").exists()


def test_a_secret_in_a_providers_file_is_refused_with_what_to_do(tmp_path: Path) -> None:
    folder = shutil.copytree(shipped_folder("configs"), tmp_path / "configs")
    path = folder / "providers" / "spotify.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("secret: SPOTIFY_CLIENT_SECRET", f"secret: {CANARY}"), encoding="utf-8")
    said = Laptop(tmp_path / "home")("run", LINERNOTES_CONFIGS=str(folder))
    assert said.code == 2
    assert "spotify.yaml: credentials: only names of variables belong here" in said.complaint
    assert "put that into .env" in said.complaint
    assert CANARY not in said.out + said.err
    path.write_text(text.replace("options: {}", f"options: {{api_key: {CANARY}}}"), encoding="utf-8")
    error = refusal(LINERNOTES_CONFIGS=str(folder))
    assert "spotify.yaml: options: an option may not hold a secret" in error.message
