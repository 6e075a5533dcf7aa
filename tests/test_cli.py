"""The command line as people meet it: help, reports, doctor, folders, secrets."""

import base64
import csv
import io
import json
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from linernotes.cli.app import cli
from linernotes.sandbox import Faults, Sandbox
from linernotes.sandbox.services.tokens import Tokens
from tests.laptop import TABLES, Laptop
from tests.samples import artist, keys, lines

Ids = Callable[[int], list[str]]
REPORTS = [
    ("coverage",),
    ("stale",),
    ("stale", "--days", "0"),
    ("latest",),
    ("identities",),
    ("identities", "--disputed"),
    ("providers",),
    ("plan",),
    ("doctor", "--offline"),
]
SECRETS = ("SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET", "SPOTIFY_REFRESH_TOKEN")


def commands(group: click.Group = cli, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command by the words that call it."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield (*path, name), command


@pytest.mark.parametrize(("words", "command"), list(commands()), ids=[" ".join(words) for words, _ in commands()])
def test_every_command_helps_and_takes_an_environment(
    tmp_path: Path, words: tuple[str, ...], command: click.Command
) -> None:
    laptop = Laptop(tmp_path / "home")
    said = laptop(*words, "--help")
    assert said.code == 0
    assert "--env" in said.out
    assert command.help
    assert command.help.split(".")[0] in " ".join(said.out.split())
    assert laptop(*words, "--env").code == 2


def test_alone_it_helps(tmp_path: Path) -> None:
    said = Laptop(tmp_path / "home")()
    assert said.code == 2
    assert all(words[0] in said.err for words, _ in commands())


@pytest.mark.parametrize("command", REPORTS, ids=" ".join)
def test_a_report_is_alone_on_standard_output(laptop: Laptop, artists: Ids, command: tuple[str, ...]) -> None:
    environ = {"SPOTIFY_CLIENT_ID": "an-id", "SPOTIFY_CLIENT_SECRET": "a-secret"}
    laptop.drop(lines(*map(artist, artists(3))))
    laptop("ingest")
    table, listed = laptop(*command, **environ), laptop(*command, "--format", "json", **environ)
    text = laptop("-v", *command, "--format", "csv", **environ)
    assert (table.code, listed.code, text.code) == (0, 0, 0)
    rows = listed.rows
    assert isinstance(rows, list)
    assert len(list(csv.DictReader(io.StringIO(text.out)))) == len(rows)
    assert table.out or table.err.endswith("none\n")
    assert "linernotes: " not in table.err
    assert listed.err == ""


def test_an_empty_hub_answers_too(laptop: Laptop) -> None:
    for command in ("stale", "latest"):
        assert laptop(command, "--format", "json").rows == []
        assert (laptop(command).out, "none" in laptop(command).err) == ("", True)
    coverage = laptop("coverage", "--format", "json").rows
    assert {(row["artists"], row["pctMissing"]) for row in coverage} == {(0, None)}
    assert {(row["items"], row["calls"], row["minutes"], row["days"]) for row in laptop.planned().values()} == {
        (0, 0, 0, 0)
    }


@pytest.mark.parametrize(
    "command",
    [
        ("coverage",),
        ("providers",),
        ("rejects",),
        ("metrics",),
        ("show", "Gims"),
        ("explain", "Gims"),
        ("identities",),
        ("report", "top-artists"),
        ("top", "artists"),
        ("history", "Gims"),
        ("discoveries",),
        ("sql", "select 1"),
        ("sql", ".tables"),
    ],
    ids=" ".join,
)
def test_reading_makes_nothing_and_says_which_home_is_empty(tmp_path: Path, command: tuple[str, ...]) -> None:
    new = Laptop(tmp_path / "new")
    said = new(*command)
    assert (said.code, said.out) == (2, "")
    assert f"there is nothing in {new.home} yet; to begin: linernotes import plays" in said.complaint
    assert not new.home.exists()


def test_a_home_without_tables_names_the_command_that_builds_them(tmp_path: Path) -> None:
    imported = Laptop(tmp_path / "home")
    (imported.home / "lake").mkdir(parents=True)
    said = imported("top", "artists")
    assert said.code == 2
    assert f"the tables in {imported.home / 'warehouse.duckdb'} are not built yet" in said.complaint
    assert "to build them: linernotes run, or linernotes transform" in said.complaint
    assert [path.name for path in imported.home.iterdir()] == ["lake"]


def test_coverage_counts_every_artist_once(
    online: Laptop, artists: Ids, fated: Callable[[str, int], list[str]]
) -> None:
    deleted, asked = fated("deleted", 1), artists(4)
    online("import", "roster", online.roster(*deleted, *asked))
    online("extract", "spotify")
    online("ingest")
    online("import", "roster", online.roster(*artists(7)))
    (row,) = [each for each in online("coverage", "--format", "json").rows if each["provider"] == "spotify"]
    assert [row[name] for name in ("artists", "enriched", "notFound", "pending", "failed")] == [8, 4, 1, 3, 0]
    assert (row["unenrichedArtistCount"], row["pctMissing"]) == (4, 50.0)


def test_stale_and_latest_tell_old_from_new(laptop: Laptop, artists: Ids) -> None:
    old, new = artists(2)
    laptop.drop(lines(artist(old, enrichedAt="2026-01-01T00:00:00Z"), artist(new, popularity=40, followerCount=7)))
    laptop.make_tables()
    assert [row["artistId"] for row in laptop("stale", "--days", "200", "--format", "json").rows] == [old]
    assert {row["artistId"] for row in laptop("stale", "--days", "0", "--format", "json").rows} == {old, new}
    assert laptop("latest", "--format", "json").rows == []  # neither is of this week


# doctor


@pytest.mark.parametrize(
    ("secret", "code", "state", "words"),
    [
        ("sandbox-secret", 0, "ok", "credentials accepted"),
        ("", 2, "problem", "SPOTIFY_CLIENT_SECRET not set"),
        ("sandbox-client", 2, "problem", "have the same value"),
        ("guessed-wrong", 3, "problem", "SPOTIFY_CLIENT_SECRET were rejected"),
    ],
)
def test_doctor_tells_what_is_wrong_with_the_credentials_and_what_to_do(
    online: Laptop, sandbox: Sandbox, secret: str, code: int, state: str, words: str
) -> None:
    said = online("doctor", "--format", "json", SPOTIFY_CLIENT_SECRET=secret)
    assert said.code == code
    (finding,) = [row for row in said.rows if row["what"] == "spotify"]
    assert finding["state"] == state
    assert words in finding["finding"]
    assert bool(finding["remedy"]) == (state == "problem")
    assert sandbox.calls()["calls"].get("GET /v1/artists", 0) == 0


def test_doctor_ends_with_every_problem_there_is(online: Laptop) -> None:
    said = online("doctor", SPOTIFY_CLIENT_ID="", DEEZER_API_URL="http://127.0.0.1:1")
    assert said.code == 1
    assert re.search(
        r"doctor: \d+ problems: deezer: no_connection, deezer_related: no_connection \(try again later", said.complaint
    )
    assert said.complaint.endswith("; spotify: SPOTIFY_CLIENT_ID not set (see .env.example)")
    assert "linernotes doctor" not in said.complaint  # nobody is sent to where they are


def test_doctor_names_every_service_that_a_wrong_setting_keeps_from_calling(online: Laptop) -> None:
    said = online("doctor", "--format", "json", REQUESTS_CA_BUNDLE="/nowhere.pem", DEEZER_API_URL="https://127.0.0.1:1",
                  MUSICBRAINZ_API_URL="https://127.0.0.1:1/ws/2", LINERNOTES_CONTACT="me@example.org")  # fmt: skip
    (row,) = [row for row in said.rows if "REQUESTS_CA_BUNDLE" in row["finding"]]
    assert {"deezer", "musicbrainz"} <= set(row["what"].split(", "))
    assert said.code == 2
    assert {row["what"] for row in said.rows if row["finding"] == "credentials accepted"} >= {"spotify"}


def test_doctor_tells_how_the_last_run_went(online: Laptop, sandbox: Sandbox, artists: Ids) -> None:
    def told() -> list[str]:
        return [row["finding"] for row in online("doctor", "--format", "json").rows if row["what"] == "last run"]

    online("import", "roster", online.roster(*artists(30)))
    assert told() == []
    sandbox.faults = Faults(server_errors=1)
    assert online("run", "--mode", "backfill", "--provider", "spotify").code == 1
    sandbox.faults = Faults()
    not_all, failed = told()
    assert not_all.startswith("incomplete: spotify")
    assert re.fullmatch(r"\d+ of \d+ items failed", failed)
    assert online("run", "--mode", "backfill", "--provider", "spotify").code == 0
    assert told() == []


def test_doctor_does_not_knock_where_we_are_told_to_stay_away(online: Laptop, sandbox: Sandbox, artists: Ids) -> None:
    online("import", "roster", online.roster(*artists(1)))
    sandbox.faults = Faults.parse("quota=0")
    online("extract", "spotify")
    sandbox.reset()
    said = online("doctor", "--format", "json")
    assert said.code == 0
    assert [row["state"] for row in said.rows if row["finding"].startswith("cooling down until")] == ["note"]
    assert not [route for route in sandbox.calls()["calls"] if "/v1/" in route or "/api/token" in route]


def test_doctor_sees_what_waits_and_how_old_the_last_run_is(laptop: Laptop, artists: Ids) -> None:
    laptop.drop(lines(*map(artist, artists(2))))
    said = laptop("doctor", "--offline", "--format", "json", LINERNOTES_CONTACT="me@example.org")
    findings = {row["finding"]: row["remedy"] for row in said.rows}
    assert findings["1 file in landing/, not loaded yet"] == "run: linernotes ingest"
    assert "no run has finished yet" in findings
    assert "contact address is set" in findings
    assert laptop.lake("spotify/landing")


def test_doctor_finds_nothing_wrong_with_a_machine_that_is_merely_new(tmp_path: Path) -> None:
    said = Laptop(tmp_path / "new")("doctor", "--offline", "--format", "json")
    assert [row["what"] for row in said.rows if row["state"] == "problem"] == ["spotify"], said.out
    assert [row["finding"] for row in said.rows if row["what"] == "freshness"] == ["no run has finished yet"]
    assert [row["remedy"] for row in said.rows if "linernotes run" in row["remedy"]] == ["run: linernotes run"]


def test_doctor_says_once_what_is_true_of_several(laptop: Laptop) -> None:
    environ = {"SPOTIFY_CLIENT_ID": "an-id", "SPOTIFY_CLIENT_SECRET": "a-secret"}
    rows = laptop("doctor", "--offline", "--format", "json", **environ).rows
    findings = {row["finding"]: row for row in rows}
    assert len(findings) == len(rows)
    contact = findings["LINERNOTES_CONTACT not set"]
    assert {"musicbrainz", "wikidata"} <= set(contact["what"].split(", "))
    assert contact["remedy"].startswith("set LINERNOTES_CONTACT to")
    assert findings["credentials are set; not checked (--offline)"]["what"] == "spotify, spotify_tracks"
    assert "deezer" in findings["needs no credentials; not checked (--offline)"]["what"]


# each room alone


def test_transform_builds_what_is_selected_and_what_follows_from_it(laptop: Laptop, artists: Ids) -> None:
    laptop.drop(lines(*map(artist, artists(2))))
    laptop("ingest")
    said = laptop("transform", "--select", "lake_spotify__stg_artist_enrichment+")
    assert said.code == 0, said.err
    assert re.search(r"built [1-9]\d* models", said.err)
    assert set(laptop.dimension()) == set(artists(2))


def test_ingest_takes_one_dataset_and_leaves_the_others(laptop: Laptop, artists: Ids) -> None:
    laptop.drop(lines(artist(artists(1)[0])))
    laptop.drop(lines({"artistId": artists(1)[0]}), "mine_artists.jsonl", "roster")
    assert laptop("ingest", "--dataset", "roster/artists").code == 0
    assert laptop.lake("spotify/landing") == ["mine_artist_enrichment.jsonl"]
    assert laptop.lake("roster/landing") == []
    assert laptop("ingest", "--dataset", "spotify/artist_enrichment").code == 0
    assert laptop.lake("spotify/landing") == []


def test_a_dry_ingest_tells_everything_and_changes_nothing(laptop: Laptop, artists: Ids) -> None:
    laptop.drop(lines(*map(artist, artists(2))) + b"oops\n")
    laptop.drop(b"", "empty_artist_enrichment.jsonl")
    said = laptop("ingest", "--dry-run")
    assert said.code == 4
    assert "would load 2 of 3 lines in 1 file; rejected 1" in said.err
    assert "empty_artist_enrichment.jsonl would be rejected: empty file" in said.err
    assert "1 of 3 lines would be rejected: line 3: " in said.err
    assert "linernotes rejects" not in said.err  # it would show nothing
    assert "are loaded" not in said.complaint
    assert said.complaint.endswith("load the good lines all the same with linernotes ingest")
    assert laptop.answers() == {}
    assert laptop.rejects() == []
    assert len(laptop.lake("spotify/landing")) == 2


def test_an_imitated_service_can_be_started_and_its_settings_used(
    laptop: Laptop, sandbox: Sandbox, artists: Ids
) -> None:
    process = laptop.start("sandbox", "--port", "0", "--profile", "development")
    assert process.stdout
    exports = [process.stdout.readline().removeprefix("export ").strip() for _ in sandbox.environment()]
    laptop.environ |= dict(line.split("=", 1) for line in exports)
    laptop("import", "roster", laptop.roster(*artists(2)))
    assert laptop("extract", "spotify").code == 0
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)
    laptop("ingest")
    assert set(laptop.answers()) == set(artists(2))


# where it is and who it is


def test_an_env_file_is_read_and_the_environment_overrules_it(online: Laptop, artists: Ids) -> None:
    online("import", "roster", online.roster(*artists(1)))
    stored = {name: online.environ.pop(name) for name in SECRETS}
    assert online("extract", "spotify").code == 2
    Path(".env").write_text("".join(f"{name}={value}\n" for name, value in stored.items()), encoding="utf-8")
    assert online("extract", "spotify", SPOTIFY_CLIENT_SECRET="wrong-on-purpose").code == 3
    assert online("extract", "spotify").code == 0


def test_the_environment_is_named_by_a_variable_and_the_option_overrules_it(laptop: Laptop) -> None:
    assert laptop("coverage", LINERNOTES_ENV="local").code == 0
    assert laptop("coverage", LINERNOTES_ENV="nowhere").code == 2
    assert laptop("coverage", "--env", "local", LINERNOTES_ENV="nowhere").code == 0


def test_without_a_home_it_lives_in_the_working_folder_wherever_that_is(
    laptop: Laptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, artists: Ids
) -> None:
    there = tmp_path / "some where else"
    shutil.copytree(laptop.home, there / ".linernotes")
    monkeypatch.chdir(there)
    Path("mine.csv").write_text(f"id\n{artists(1)[0]}\n", encoding="utf-8")
    assert laptop("import", "roster", "mine.csv", LINERNOTES_HOME="").code == 0
    assert laptop("transform", *TABLES, LINERNOTES_HOME="").code == 0
    laptop.home = there / ".linernotes"
    assert set(laptop.dimension()) == set(artists(1))


# secrets


@pytest.mark.parametrize(
    "faults", ["", "credentials=refused", "5xx=1", "quota=1", "expire=1", "premium=no", "429=1,retry_after=900"]
)
def test_no_secret_is_ever_written_anywhere(
    online: Laptop, sandbox: Sandbox, artists: Ids, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, faults: str
) -> None:
    log, issued = tmp_path / "log.jsonl", _overheard(monkeypatch)
    online("import", "roster", online.roster(*artists(60)))
    sandbox.faults = Faults.parse(faults)
    talk = ("-vv", "--log-file", str(log))
    said = [
        online(*talk, *command)
        for command in (("extract", "spotify"), ("extract", "spotify_recently_played"), ("doctor",), ("ingest",))
    ]
    assert issued or faults == "credentials=refused"
    assert all(json.loads(line) for line in log.read_text(encoding="utf-8").splitlines())
    written = [text.encode() for each in said for text in (each.out, each.err)]
    written += [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    secrets = [online.environ[name].encode() for name in SECRETS]
    secrets += [base64.b64encode(b":".join(secrets[:2])), *issued]
    for text in written:
        assert not [secret for secret in secrets if secret in text]


def _overheard(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Every access token that the sandbox hands out."""
    issue, issued = Tokens.issue, list[bytes]()

    def heard(tokens: Tokens, *, user: bool) -> str:
        token = issue(tokens, user=user)
        issued.append(token.encode())
        return token

    monkeypatch.setattr(Tokens, "issue", heard)
    return issued


@pytest.mark.parametrize("variable", [*SECRETS, "SPOTIFY_REDIRECT_URI"])
def test_a_wrong_secret_is_not_repeated(online: Laptop, artists: Ids, variable: str) -> None:
    online("import", "roster", online.roster(*artists(1)))
    canary = "canary-3f81b27d"
    for command in (("extract", "spotify"), ("extract", "spotify_recently_played"), ("doctor",)):
        said = online("-vv", *command, **{variable: canary})
        assert canary not in said.out + said.err


def test_what_was_rejected_is_shown_and_for_programs_with_its_text(laptop: Laptop) -> None:
    laptop("import", "roster", laptop.roster(*keys(3), "odd"))
    (shown,) = laptop("rejects", "--format", "json").rows
    assert (shown["line"], shown["field"], shown["raw"]) == (5, "artistId", "odd,")
    table = laptop("rejects", "--n", "1").out
    assert "artistId" in table
    assert "raw" not in table


def test_an_age_that_would_not_be_heeded_is_refused(laptop: Laptop) -> None:
    said = laptop("plan", "--older-than", "9d")
    assert (said.code, "--older-than works only with --mode refresh or --top" in said.err) == (2, True)
