"""Who runs, where and with which credentials."""

import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from linernotes.config import settings as module
from linernotes.config.settings import read_settings, shipped_folder
from linernotes.core.errors import ConfigurationError
from tests.samples import settings

SPOTIFY = {"SPOTIFY_CLIENT_ID": "canary-id", "SPOTIFY_CLIENT_SECRET": "canary-secret"}


def test_everything_of_a_home_lies_in_it(tmp_path: Path) -> None:
    found = settings(tmp_path)
    assert found.environment.warehouse.place == str(tmp_path / "warehouse.duckdb")
    assert found.environment.lake.place == str(tmp_path / "lake")
    assert found.spool == tmp_path / "spool"


def test_without_a_home_it_lies_in_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_settings(environ={}).home == tmp_path / ".linernotes"
    assert read_settings(environ={"LINERNOTES_HOME": ""}).home == tmp_path / ".linernotes"


def test_a_home_may_be_written_with_a_tilde(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert read_settings(environ={"LINERNOTES_HOME": "~/music"}).home == tmp_path / "music"


def test_the_environment_wins_over_what_is_stored_beside_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("LINERNOTES_CONTACT=stored@example.org\nSPOTIFY_CLIENT_ID=stored\nEMPTY\n")
    monkeypatch.setattr(os, "environ", {"LINERNOTES_CONTACT": "given@example.org"})
    found = read_settings()
    assert found.contact == "given@example.org"
    assert found.environ["SPOTIFY_CLIENT_ID"] == "stored"


@pytest.mark.parametrize(
    ("flags", "environ", "env"),
    [
        ({}, {}, "local"),
        ({}, {"LINERNOTES_ENV": "local"}, "local"),
        ({"LINERNOTES_ENV": "local"}, {"LINERNOTES_ENV": "prd"}, "local"),
    ],
)
def test_the_environment_is_the_one_that_is_named(flags: dict[str, str], environ: dict[str, str], env: str) -> None:
    assert read_settings(flags, environ).env == env


def test_an_environment_that_is_not_described_is_refused_at_once() -> None:
    with pytest.raises(ConfigurationError, match="unknown environment 'locl'") as refused:
        read_settings({"LINERNOTES_ENV": "locl"}, {})
    assert refused.value.remedy == "did you mean 'local'?"


def test_another_configs_folder_may_be_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"environments\.yaml not found in") as refused:
        read_settings(environ={"LINERNOTES_CONFIGS": str(tmp_path)})
    assert "LINERNOTES_CONFIGS" in refused.value.remedy
    assert read_settings(environ={"LINERNOTES_CONFIGS": str(shipped_folder("configs"))}).configs


def test_credentials_are_given_by_their_role() -> None:
    found = settings(**SPOTIFY)
    provider = found.configs.provider("spotify")
    assert found.credentials(provider) == {"id": SecretStr("canary-id"), "secret": SecretStr("canary-secret")}
    assert found.missing(provider) == []


@pytest.mark.parametrize("value", ["", "   "])
def test_an_empty_credential_is_a_missing_one(value: str) -> None:
    found = settings(**{**SPOTIFY, "SPOTIFY_CLIENT_SECRET": value})
    provider = found.configs.provider("spotify")
    assert found.missing(provider) == ["SPOTIFY_CLIENT_SECRET"]
    assert list(found.credentials(provider)) == ["id"]


def test_a_credential_is_what_stands_between_the_blanks_around_it() -> None:
    assert settings(SPOTIFY_CLIENT_ID=" canary-id\n").secret("SPOTIFY_CLIENT_ID") == SecretStr("canary-id")


def test_settings_can_be_printed_without_showing_a_secret() -> None:
    found = settings(**SPOTIFY)
    assert "canary" not in repr(found) + str(found) + repr(found.credentials(found.configs.provider("spotify")))


@pytest.mark.parametrize(("contact", "end"), [("me@example.org", " (me@example.org)"), ("", ""), ("  ", "")])
def test_services_are_told_who_asks_and_whom_to_write_to(contact: str, end: str) -> None:
    agent = settings(LINERNOTES_CONTACT=contact).user_agent
    assert agent.startswith("linernotes/")
    assert agent.partition("/")[2].partition(" ")[2] == end.strip()


def test_what_travels_with_the_code_is_found_in_a_checkout_and_in_a_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (shipped_folder("configs") / "environments.yaml").is_file()
    package = tmp_path / "linernotes"
    (package / "shipped" / "configs").mkdir(parents=True)
    monkeypatch.setattr(module, "files", lambda _: package)
    assert shipped_folder("configs") == package / "shipped" / "configs"
    with pytest.raises(ConfigurationError, match="dbt_dataplatform/ is missing"):
        shipped_folder("dbt_dataplatform")
