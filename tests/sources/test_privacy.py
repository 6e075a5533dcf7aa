"""What is said about the listener is cut out of texts, whole and torn, and of names of files."""

import pytest

from linernotes.sources.privacy import accounts_in, without_accounts, without_named_account, without_private


@pytest.mark.parametrize(
    "text",
    [
        '{"user": {"name": "secretname", "id": 1}, "artist": "A"}',
        '{"user_name": "secretname", "artist": "A"}',
        '{"a": {"username": "secretname"}, "artist": "A", "ip_addr": "2001:db8:0:1:1:1:1:1"}',
        '{"artist": "A", "username": "secretname',
        '{"artist": "A", "user": {"name": "secretname"',
        "artist A;Date#secretname",
        "artist A;secretname@example.org;192.0.2.1",
    ],
)
def test_a_text_is_kept_without_what_is_private(text: str) -> None:
    kept = without_private(text)
    assert "artist" in kept
    assert not [secret for secret in ("secretname", "2001:db8", "192.0.2.1") if secret in kept]


def test_times_and_names_stay_as_they_are() -> None:
    text = '{"ts": "2024-05-01T10:00:00Z", "track": "12:30:45", "artist": "user: A"}'
    assert without_private(text) == text


@pytest.mark.parametrize(
    "head",
    [
        "Artist;Track;Date#secretname\n",
        '{"username": "secretname", "scrobbles": []}',
        '<recenttracks user="secretname">',
    ],
)
def test_a_name_that_a_file_begins_with_is_found_and_taken_out(head: str) -> None:
    accounts = accounts_in(head)
    assert accounts == {"secretname"}
    assert without_accounts("my/SecretName.csv and secretnames", accounts) == "my/(account).csv and secretnames"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("scrobbles-secretname-1732276500.csv", "scrobbles-(account)-1732276500.csv"),
        ("listenbrainz_secretname_1732276500.zip/a.jsonl", "listenbrainz_(account)_1732276500.zip/a.jsonl"),
        ("lastfmstats-secretname.json", "lastfmstats-(account).json"),
        ("scrobbles_2024.csv", "scrobbles_2024.csv"),
        ("my.zip/Streaming_History_Audio_2019.json", "my.zip/Streaming_History_Audio_2019.json"),
    ],
)
def test_an_exporter_that_names_its_file_after_the_account_is_known(name: str, kept: str) -> None:
    assert without_named_account(name) == kept
