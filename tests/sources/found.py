"""What comes of a file's content when it is read as a listening history."""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from linernotes.landing.lines import LineReader
from linernotes.sources.archives import HistoryFile
from linernotes.sources.histories.formats import Format, Head, ReadOptions, format_of
from linernotes.sources.histories.reading import history_lines
from linernotes.sources.histories.summary import FileSummary
from linernotes.sources.streams import open_stream
from tests.samples import dataset

PLAYS = dataset("plays/plays")
Rows = list[dict[str, Any]]
SECRETS = ("84.12.7.99", "10.0.0.7", "secretname", "Ada's iPhone", "Mozilla", '"SE"')


class Found:
    """The plays, the bad rows and the counts of a file with this content."""

    def __init__(self, content: Any, name: str = "mine.json", options: ReadOptions | None = None) -> None:
        text = content if isinstance(content, bytes) else content.encode() if isinstance(content, str) else None
        body = json.dumps(content).encode() if text is None else text
        self.summary = FileSummary(name)
        with open_stream(HistoryFile(name, lambda: io.BytesIO(body), len(body))) as stream:
            self.form = found = format_of(Head(stream.text, name))
            form = found if isinstance(found, Format) else None
            self.source = form.source if form else None
            self.lines = list(history_lines(stream, form, LineReader(PLAYS), self.summary, options)) if form else []
        read = [json.loads(line) for line in self.lines]
        self.plays: Rows = [line for line in read if "_reject" not in line]
        self.rejects: Rows = [line["_reject"] for line in read if "_reject" in line]

    @property
    def refused(self) -> list[tuple[int, str | None, str]]:
        """Row, field and reason of what cannot be taken."""
        return [(reject["line"], reject["field"], reject["reason"]) for reject in self.rejects]

    @property
    def passed_over(self) -> dict[str, int]:
        """What is in order and no play."""
        return dict(self.summary.passed_over)

    def tells(self) -> set[str]:
        """The secrets that stand in what would be landed."""
        landed_text = b"".join(self.lines).decode()
        return {secret for secret in SECRETS if secret in landed_text}


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return body.getvalue()


def entry(ts: str = "2019-03-01T12:00:00Z", **more: Any) -> dict[str, Any]:
    """An entry of an extended streaming history, as it is written today."""
    today = {
        "ts": ts,
        "platform": "iOS 12.1 (Ada's iPhone)",
        "ms_played": 215_000,
        "conn_country": "SE",
        "ip_addr": "84.12.7.99",
        "master_metadata_track_name": "Roads",
        "master_metadata_album_artist_name": "Portishead",
        "master_metadata_album_album_name": "Dummy",
        "spotify_track_uri": "spotify:track:2zSSi0DkmFKM2vwXJnB8nV",
        **dict.fromkeys(("episode_name", "episode_show_name", "spotify_episode_uri", "audiobook_title")),
        **dict.fromkeys(("audiobook_uri", "audiobook_chapter_uri", "audiobook_chapter_title")),
        "reason_start": "clickrow",
        "reason_end": "trackdone",
        "shuffle": False,
        "skipped": False,
        "offline": False,
        "offline_timestamp": 1_551_441_600,
        "incognito_mode": False,
    }
    return today | more


def old_entry(ts: str = "2019-03-01T12:00:00Z", **more: Any) -> dict[str, Any]:
    """The same entry as it was written until 2022."""
    renamed = {"ip_addr_decrypted": "84.12.7.99", "user_agent_decrypted": "Mozilla", "username": "secretname"}
    kept = {name: value for name, value in entry(ts).items() if name != "ip_addr" and "audiobook" not in name}
    return kept | renamed | {"skipped": None, "offline_timestamp": 1_551_441_600_123} | more


NOTHING: dict[str, Any] = dict.fromkeys(
    (
        "master_metadata_track_name",
        "master_metadata_album_artist_name",
        "master_metadata_album_album_name",
        "spotify_track_uri",
    )
)
