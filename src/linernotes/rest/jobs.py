"""Jobs: requests that must ask services. Each is a file, so that a restart loses none; they run one after the other."""

import json
import logging
import os
import secrets
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Literal

from linernotes.config.settings import Settings
from linernotes.core.clock import Clock
from linernotes.core.text import bounded, on_one_line
from linernotes.runs.child import start_command

State = Literal["waiting", "running", "done", "partial", "failed"]
log = logging.getLogger(__name__)
OPEN: tuple[State, ...] = ("waiting", "running")
KEPT = timedelta(days=7)
BUSY = 75
RETRY_SECONDS = 5.0
COST = "LINERNOTES_API_MAX_COST"


@dataclass(frozen=True, slots=True)
class WantedTrack:
    """A row of a list of tracks, as ``import tracks`` reads it; None for what is not known."""

    artist: str | None = None
    title: str | None = None
    spotify_id: str | None = None
    isrc: str | None = None
    track_id: str | None = None
    priority: int = 10
    force_refresh: bool = False

    def row(self) -> dict[str, object]:
        """What is known of it."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True, slots=True)
class Job:
    """A request for artists or for tracks, its state, and what the run said."""

    id: str
    artists: tuple[str, ...]
    state: State
    created_at: str
    ended_at: str = ""
    detail: str = ""
    tracks: tuple[WantedTrack, ...] = ()


class Jobs:
    """The files of one home, and the thread that works them off in runs of their own, under the usual lease."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._folder = settings.home / "requests"
        self._lock = threading.Lock()
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._running: subprocess.Popen[str] | None = None
        self._worker = threading.Thread(target=self._work, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin to work; what a killed server had begun waits again."""
        for job in self._all():
            if job.state == "running":
                self._write(replace(job, state="waiting"))
        self._worker.start()

    def stop(self) -> None:
        """Stop working. A run that is active is told to stop, and lands what it has; its job waits again."""
        self._stopping.set()
        self._wake.set()
        if self._running is not None:
            self._running.terminate()
        self._worker.join(timeout=60)

    def add(self, artists: Sequence[str] = (), tracks: Sequence[WantedTrack] = ()) -> Job:
        """A job for these artists or tracks; one that is open for the same ones already is that job."""
        wanted, listed = tuple(dict.fromkeys(artists)), tuple(dict.fromkeys(tracks))
        with self._lock:
            for job in self._all():
                if job.state in OPEN and (set(job.artists), set(job.tracks)) == (set(wanted), set(listed)):
                    return job
            job = Job(secrets.token_hex(8), wanted, "waiting", self._now, tracks=listed)
            self._write(job)
        self._wake.set()
        return job

    def find(self, job_id: str) -> Job | None:
        """The job of that id; None if there is none."""
        if not job_id.isalnum():
            return None
        return self._read(self._folder / f"{job_id}.json")

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._forget()
            waiting = sorted((job for job in self._all() if job.state == "waiting"), key=lambda job: job.created_at)
            if not waiting:
                self._wake.wait(RETRY_SECONDS)
                self._wake.clear()
                continue
            try:
                self._run(waiting[0])
            except OSError as error:
                log.warning("job %s: %s", waiting[0].id, error.strerror)
                self._stopping.wait(RETRY_SECONDS)

    def _run(self, job: Job) -> None:
        self._write(replace(job, state="running"))
        code, said = 0, ""
        for words in self._commands(job):
            code, said = self._do(words)
            if code == BUSY or self._stopping.is_set():
                self._write(replace(job, state="waiting", detail=_last_line(said) if code == BUSY else ""))
                self._stopping.wait(RETRY_SECONDS)
                return
            if code:
                break
        state: State = "done" if code == 0 else "partial" if code in {3, 4} else "failed"
        self._write(replace(job, state=state, ended_at=self._now, detail=_last_line(said) if code else ""))
        self._list_of(job).unlink(missing_ok=True)

    def _do(self, words: Sequence[str]) -> tuple[int, str]:
        """The exit code of a command, and what it said."""
        self._running = start_command(self._settings, words, subprocess.DEVNULL)
        _, said = self._running.communicate()
        code, self._running = self._running.returncode, None
        return code, said

    def _commands(self, job: Job) -> list[list[str]]:
        """The commands of a job. That of tracks puts them into the queue; the run fetches as many, the first of it."""
        if not job.tracks:
            return [
                ["run", *(word for artist in job.artists for word in ("--artist", artist)), "--max-cost", self._cost]
            ]
        wanted = self._list_of(job)
        wanted.write_text("".join(f"{json.dumps(each.row())}\n" for each in job.tracks), encoding="utf-8")
        run = ["run", "--entity", "track", "--limit", str(len(job.tracks)), "--max-cost", self._cost]
        return [["import", "tracks", str(wanted)], run]

    def _list_of(self, job: Job) -> Path:
        return self._folder / f"{job.id}.jsonl"

    @property
    def _now(self) -> str:
        return self._clock.now().isoformat()

    @property
    def _cost(self) -> str:
        """US dollars that a job may spend; nothing unless it is set."""
        return self._settings.environ.get(COST, "").strip() or "0"

    def _forget(self) -> None:
        before = (self._clock.now() - KEPT).isoformat()
        for job in self._all():
            if job.ended_at and job.ended_at < before:
                with suppress(OSError):
                    (self._folder / f"{job.id}.json").unlink()

    def _all(self) -> list[Job]:
        return [job for path in self._folder.glob("*.json") if (job := self._read(path))]

    def _read(self, path: Path) -> Job | None:
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            tracks = tuple(WantedTrack(**each) for each in told.get("tracks", ()))
            return Job(**{**told, "artists": tuple(told["artists"]), "tracks": tracks})
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def _write(self, job: Job) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._folder / f"{job.id}.json"
        half = path.with_suffix(".tmp")
        with half.open("w", encoding="utf-8") as file:
            json.dump(asdict(job), file)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)


def _last_line(said: str) -> str:
    return bounded(on_one_line(said.strip().rpartition("\n")[2]))
