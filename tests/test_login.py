"""``linernotes login spotify``: a listener's consent, from the address that is printed to the plays it gives."""

import json
import os
import signal
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from linernotes.core.clock import SystemClock
from linernotes.core.errors import AccessRefused, LinernotesError
from linernotes.runs.login import login_spotify
from linernotes.sandbox import Faults, Sandbox
from linernotes.storage.consent import Consent, consent_path, read_consent
from tests.conftest import spotify_of
from tests.laptop import Laptop, Said
from tests.samples import settings

# A listener logs in instead of setting these.
WITHOUT = {"SPOTIFY_REFRESH_TOKEN": "", "SPOTIFY_REDIRECT_URI": "", "SPOTIFY_CLIENT_SECRET": ""}
PLAYS = "select count(*) from {lake}.lake_spotify__normalized_recently_played"
Browse = Callable[[str, str], object]


def visit(address: str, _back: str = "") -> requests.Response:
    """What a browser does: open the page, and follow where it leads."""
    return requests.get(address, timeout=10)


def nobody(_address: str, _back: str) -> None:
    """Nobody opens the page."""


def log_in(home: Path, sandbox: Sandbox, browse: Browse = visit, seconds: float = 10, **environ: str) -> Consent:
    """Log in within this process; the page is opened as soon as its address is known."""
    given = settings(home, **{**spotify_of(sandbox), **WITHOUT, **environ})

    def announce(address: str, back: str) -> None:
        browse(address, back)

    return login_spotify(given, SystemClock(), announce, 0, seconds)


def typed_and_allowed(laptop: Laptop, *options: str) -> Said:
    """Type the command, and open the address that it prints."""
    process = laptop.start("login", "spotify", "--no-browser", "--port", "0", *options)
    assert process.stdout
    page = visit(process.stdout.readline().strip())
    assert "close this page" in page.text
    out, err = process.communicate(timeout=20)
    return Said(process.returncode, out, err)


def test_a_listener_logs_in_once_and_their_plays_are_fetched_from_then_on(
    laptop: Laptop, sandbox: Sandbox, travel: Callable[[float], None]
) -> None:
    laptop.environ |= spotify_of(sandbox) | WITHOUT
    before = laptop("extract", "spotify_recently_played")
    assert (before.code, "log in with linernotes login spotify" in before.complaint) == (2, True)

    said = typed_and_allowed(laptop)
    assert said.code == 0, said.err
    assert "logged in; consent given today, expires about" in said.err
    assert consent_path(laptop.home).stat().st_mode & 0o777 == 0o600
    kept = read_consent(laptop.home)
    assert kept
    assert kept.token.get_secret_value() not in said.out + said.err

    for plays in (50, 0):  # the second time with the token that replaced the first
        fetched = laptop("extract", "spotify_recently_played")
        assert (fetched.code, f"fetched {plays} plays" in fetched.err) == (0, True), fetched.err
        assert "6 months" not in fetched.err
    assert laptop.value(PLAYS) == 50
    now = read_consent(laptop.home)
    assert now
    assert (now.given_at, now.token == kept.token) == (kept.given_at, False)

    travel(170)
    assert "consent given 170 days ago, expires about" in laptop("extract", "spotify_recently_played").err
    (row,) = [row for row in laptop("doctor", "--offline", "--format", "json").rows if row["what"] == "spotify login"]
    assert (row["state"], row["remedy"]) == ("note", "run: linernotes login spotify")
    assert row["finding"].startswith("consent given 170 days ago")


def test_the_address_asks_for_one_scope_with_a_challenge_and_comes_back_to_this_machine(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    seen = list[str]()

    def look(address: str, _back: str) -> None:
        seen.append(address)
        visit(address)

    log_in(tmp_path, sandbox, look)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(seen[0]).query).items()}
    assert asked["scope"] == "user-read-recently-played"
    assert asked["code_challenge_method"] == "S256"
    assert urlsplit(asked["redirect_uri"]).hostname == "127.0.0.1"
    assert len(asked["state"]) >= 22
    assert sandbox.environment()["SPOTIFY_CLIENT_SECRET"] not in seen[0]


@pytest.mark.parametrize(
    ("faults", "message", "code"),
    [
        ("consent=refused", "access was refused on Spotify's page", 3),
        ("consent=expired", "Spotify's answer has expired or was used before", 3),
        ("credentials=refused", "Spotify refuses the app (invalid_client)", 3),
    ],
)
def test_a_consent_that_is_not_given_is_one_line_and_leaves_nothing(
    tmp_path: Path, sandbox: Sandbox, faults: str, message: str, code: int
) -> None:
    sandbox.faults = Faults.parse(faults)
    with pytest.raises(AccessRefused) as refused:
        log_in(tmp_path / "home", sandbox)
    assert message in refused.value.message
    assert (refused.value.exit_code, "\n" in refused.value.message) == (code, False)
    assert refused.value.remedy
    assert not (tmp_path / "home").exists()


def test_a_later_login_takes_the_place_of_an_earlier_one_and_a_refused_one_does_not(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    first, second = log_in(tmp_path, sandbox), log_in(tmp_path, sandbox)
    assert first.token != second.token
    sandbox.faults = Faults.parse("consent=refused")
    with pytest.raises(AccessRefused):
        log_in(tmp_path, sandbox)
    kept = read_consent(tmp_path)
    assert kept
    assert kept.token == second.token


def test_an_answer_that_does_not_come_is_one_line_with_what_to_check(tmp_path: Path, sandbox: Sandbox) -> None:
    with pytest.raises(LinernotesError, match="no answer within") as late:
        log_in(tmp_path, sandbox, nobody, seconds=0.3)
    assert "redirect URIs" in late.value.remedy


@pytest.mark.parametrize("query", ["?code=stolen&state=other", "?code=stolen", "?error=access_denied&state=", ""])
def test_an_answer_of_another_login_is_turned_away_and_ends_nothing(
    tmp_path: Path, sandbox: Sandbox, query: str
) -> None:
    def disturbed(address: str, back: str) -> None:
        assert requests.get(f"{back}{query}", timeout=10).status_code == 400
        assert requests.get(f"{back.rpartition('/')[0]}/favicon.ico", timeout=10).status_code == 404
        visit(address)

    assert log_in(tmp_path, sandbox, disturbed).token


def test_ctrl_c_while_waiting_is_one_line(tmp_path: Path, sandbox: Sandbox) -> None:
    laptop = Laptop(tmp_path / "home", spotify_of(sandbox) | WITHOUT)
    process = laptop.start("login", "spotify", "--no-browser")
    assert process.stdout
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    said = Said(process.returncode, out, err)
    assert said.code == 130
    assert said.complaint == "linernotes: stopped by SIGINT; repeat the command to continue where it stopped"


def test_a_port_that_is_taken_is_one_line_that_says_which(tmp_path: Path, sandbox: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        environ = {"SPOTIFY_REDIRECT_URI": f"http://127.0.0.1:{port}/callback"}
        laptop = Laptop(tmp_path / "home", {**spotify_of(sandbox), **WITHOUT, **environ})
        said = laptop("login", "spotify", "--no-browser")
    assert said.code == 2
    assert f"cannot listen on port {port}" in said.complaint
    assert "--port" in said.complaint


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"SPOTIFY_CLIENT_ID": " "}, "SPOTIFY_CLIENT_ID is not set"),
        ({"SPOTIFY_REDIRECT_URI": "http://localhost:8888/callback"}, "is not an address on this machine"),
        ({"SPOTIFY_REDIRECT_URI": "https://example.org/callback"}, "is not an address on this machine"),
    ],
)
def test_what_a_login_needs_is_named(tmp_path: Path, sandbox: Sandbox, environ: dict[str, str], message: str) -> None:
    laptop = Laptop(tmp_path / "home", {**spotify_of(sandbox), **WITHOUT, **environ})
    said = laptop("login", "spotify", "--no-browser")
    assert (said.code, said.out) == (2, "")
    assert message in said.complaint


def test_a_login_that_cannot_be_used_says_what_to_do(online: Laptop, sandbox: Sandbox) -> None:
    online.environ |= WITHOUT
    log_in(online.home, sandbox)
    other = online("extract", "spotify_recently_played", SPOTIFY_CLIENT_ID="another-app")
    assert (other.code, "belongs to another app" in other.complaint) == (2, True)

    path = consent_path(online.home)
    kept = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**kept, "refreshToken": "canary-revoked"}), encoding="utf-8")
    revoked = online("-vv", "extract", "spotify_recently_played")
    assert revoked.code == 3
    assert "the login has expired or was revoked; repeat: linernotes login spotify" in revoked.complaint
    assert "canary" not in revoked.out + revoked.err

    path.write_text("{", encoding="utf-8")
    damaged = online("extract", "spotify_recently_played")
    assert (damaged.code, "is damaged; run: linernotes login spotify" in damaged.complaint) == (2, True)
    assert "is damaged" in online("doctor", "--offline").complaint


def test_a_token_in_the_environment_wins_over_a_login(online: Laptop, sandbox: Sandbox) -> None:
    log_in(online.home, sandbox)
    before = consent_path(online.home).read_bytes()
    assert "fetched 50 plays" in online("extract", "spotify_recently_played").err
    assert consent_path(online.home).read_bytes() == before


@pytest.mark.parametrize(
    ("days", "text"),
    [(0, "consent given today, expires"), (1, "given 1 day ago, expires"), (183, "given 183 days ago, expired")],
)
def test_the_age_of_a_consent_is_told(tmp_path: Path, sandbox: Sandbox, days: int, text: str) -> None:
    consent = log_in(tmp_path, sandbox)
    assert text in consent.age(datetime.now(UTC) + timedelta(days=days, seconds=1))


def test_an_earlier_file_that_others_could_read_is_replaced(tmp_path: Path, sandbox: Sandbox) -> None:
    path = consent_path(tmp_path)
    for each in (path, path.with_suffix(".tmp")):
        each.write_text("{}", encoding="utf-8")
        os.chmod(each, 0o644)  # noqa: PTH101
    assert log_in(tmp_path, sandbox)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
