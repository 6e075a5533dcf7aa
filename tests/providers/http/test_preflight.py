"""What is wrong with our own settings is found before the first call, and named by its variable."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from linernotes.core.errors import ConfigurationError
from linernotes.providers.http.preflight import check_secrets, check_settings, why_unusable
from tests.samples import configs

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PROXIES, *map(str.upper, PROXIES), "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


def check(url: str = "https://api.example.org/v1", agent: str = "linernotes (me@example.org)") -> None:
    check_settings(configs(SPOTIFY_API_URL=url).provider("spotify"), agent)


@pytest.mark.parametrize(
    "url", ["https://api.spotify.com/v1", "http://127.0.0.1:8080", "http://[::1]:80/v1", "http://localhost."]
)
def test_an_address_is_an_address(url: str) -> None:
    assert why_unusable(url) == ""


@pytest.mark.parametrize(
    "url",
    [
        *("http://a..b/v1", "http://.a/v1", f"http://{'x' * 64}.org", "http://a:99999", "http://a:x", "http://[::1/v1"),
        *("http:///v1", "http://*.example.org", "http://a b"),
    ],
)
def test_what_nothing_can_be_sent_to_is_no_address(url: str) -> None:
    assert why_unusable(url)


def test_a_wrong_address_is_named_by_its_variable() -> None:
    with pytest.raises(ConfigurationError, match=r"SPOTIFY_API_URL is http://a\.\.b/v1") as wrong:
        check("http://a..b/v1")
    assert wrong.value.exit_code == 2


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://a.org/v1?x=1", r"it must not have \? or #"),
        ("http://a.org/v1#top", r"it must not have \? or #"),
        ("http://a.org:0/v1", "as it is sent, http://a.org/v1"),
        ("http://bücher.example/v1", "as it is sent, http://xn--bcher-kva.example/v1"),
        ("http://a.org/x/../v1", "as it is sent, http://a.org/v1"),
    ],
)
def test_an_address_that_would_be_sent_otherwise_is_told_how(url: str, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason):
        check(url)


def test_an_address_may_have_capitals_and_end_in_a_slash() -> None:
    check("http://A.Example.org:80/V1/")


@pytest.mark.parametrize(
    "proxy", ["http://user:canary@proxy..corp:3128", "http://proxy:99999", "ftp://proxy", "proxy..corp"]
)
def test_a_wrong_proxy_is_named_and_not_shown(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(ConfigurationError, match="HTTPS_PROXY") as wrong:
        check()
    assert proxy not in str(wrong.value)


def test_a_good_proxy_is_none_of_our_business(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://user:secret@proxy.example.org:3128")
    check()


def test_certificates_are_needed_where_calls_are_encrypted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "missing.pem"))
    with pytest.raises(ConfigurationError, match=r"REQUESTS_CA_BUNDLE names .*missing\.pem, which is not there"):
        check()
    (tmp_path / "empty.pem").write_text("nothing")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "empty.pem"))
    with pytest.raises(ConfigurationError, match="cannot be read as certificates"):
        check()
    local = configs(SPOTIFY_API_URL="http://127.0.0.1/v1", SPOTIFY_ACCOUNTS_URL="http://127.0.0.1").provider("spotify")
    check_settings(local, "linernotes")


@pytest.mark.parametrize("contact", ["me\U0001f600", "me\nX: y"])
def test_a_contact_that_cannot_be_sent_is_named(contact: str) -> None:
    with pytest.raises(ConfigurationError, match="LINERNOTES_CONTACT"):
        check(agent=f"linernotes ({contact})")


@pytest.mark.parametrize("secret", ["canary secret", "canary\n", "canary\u00e9"])
def test_a_credential_that_cannot_be_sent_is_named_and_not_shown(secret: str) -> None:
    with pytest.raises(ConfigurationError, match="SPOTIFY_CLIENT_SECRET") as wrong:
        check_secrets(configs().provider("spotify"), {"secret": SecretStr(secret)})
    assert "canary" not in f"{wrong.value} {wrong.value.remedy}"
