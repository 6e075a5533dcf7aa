"""A folder keeps what a lake promises, and some things only a folder has to."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from linernotes.core.errors import Busy, ConfigurationError
from linernotes.core.files import LandedFile
from linernotes.storage.lakes import folder
from linernotes.storage.lakes.folder import FolderLake
from linernotes.storage.ports import Lake
from tests.lakes.conformance import FILE, RUN, LakeConformance

WHOLE = b"1\n"
HOLD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from linernotes.storage.lakes.folder import FolderLake
from linernotes.core.values import Run
with FolderLake(Path(sys.argv[1])).lease(Run("abcabcabcabc", datetime.now(UTC))):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "home" / "lake"


class TestFolderLake(LakeConformance):
    @pytest.fixture
    def open_lake(self, root: Path) -> Callable[[], Lake]:
        return lambda: FolderLake(root)

    @pytest.fixture
    def peek(self, root: Path) -> Callable[[str], dict[str, bytes]]:
        return lambda place: {path.name: path.read_bytes() for path in (root / place).iterdir()}

    @pytest.fixture
    def drop(self, root: Path) -> Callable[[str, bytes], None]:
        def put(place: str, content: bytes) -> None:
            (root / place).write_bytes(content)
            os.utime(root / place, (1, 1))

        return put

    def test_what_is_not_data_is_left_alone(self, lake: Lake, root: Path) -> None:
        landing = root / "spotify" / "landing"
        for name in (".hidden", "half.tmp", "old.jsonl.reason.txt"):
            (landing / name).write_bytes(b"x")
        (landing / "folder").mkdir()
        assert lake.waiting() == []

    def test_a_file_that_still_grows_is_waited_for(
        self, lake: Lake, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = root / "spotify" / "landing" / "growing.jsonl"
        path.write_bytes(b"1\n")
        waits: list[float] = []

        def copied_further(seconds: float) -> None:
            waits.append(seconds)
            age = 0.0 if len(waits) < 3 else folder.SETTLED_SECONDS + 1
            os.utime(path, (time.time() - age,) * 2)

        monkeypatch.setattr(time, "sleep", copied_further)
        assert lake.waiting() == [LandedFile("spotify", "growing.jsonl")]
        assert len(waits) == 3
        assert all(0 < wait <= folder.SETTLED_SECONDS for wait in waits)

    @pytest.mark.parametrize(("content", "waits"), [(WHOLE, 0), (WHOLE[:1], 1)], ids=["whole", "half"])
    def test_what_an_earlier_command_has_landed_is_waited_for_only_while_it_is_not_all_there(
        self, lake: Lake, root: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, waits: int
    ) -> None:
        name = f"20261101T070000Z_abcabcabcabc-00001-{sha256(WHOLE).hexdigest()[:16]}_artists.jsonl"
        path, waited = root / "spotify" / "landing" / name, list[float]()
        path.write_bytes(content)

        def wait(seconds: float) -> None:
            waited.append(seconds)
            os.utime(path, (1, 1))

        monkeypatch.setattr(time, "sleep", wait)
        assert (lake.waiting(), len(waited)) == ([LandedFile("spotify", name)], waits)

    def test_a_file_that_never_settles_is_left_for_the_next_command(
        self, lake: Lake, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = root / "spotify" / "landing" / "growing.jsonl"
        path.write_bytes(b"1\n")
        monkeypatch.setattr(folder, "PATIENCE_SECONDS", 0.05)
        monkeypatch.setattr(time, "sleep", lambda _: os.utime(path))
        assert lake.waiting() == []
        assert path.exists()

    def test_a_file_dated_into_the_future_does_not_hold_up_anything(self, lake: Lake, root: Path) -> None:
        path = root / "spotify" / "landing" / "tomorrow.jsonl"
        path.write_bytes(b"1\n")
        os.utime(path, (time.time() + 86_400,) * 2)
        assert lake.waiting() == [LandedFile("spotify", "tomorrow.jsonl")]

    def test_a_lake_on_another_disk_gets_the_file_all_the_same(
        self, lake: Lake, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        source = tmp_path / "sealed"
        source.write_bytes(b"1\n")
        moved: list[str] = []
        move = shutil.move

        def copied(start: Path, target: Path) -> Path:
            moved.append(target.name)
            return Path(move(start, target))

        stat = Path.stat
        elsewhere = os.stat_result((0, 0, -1, *range(7)))
        monkeypatch.setattr(shutil, "move", copied)
        monkeypatch.setattr(Path, "stat", lambda path, **kind: elsewhere if path == source else stat(path, **kind))
        lake.land(source, FILE)
        assert [(name[:1], name[-4:]) for name in moved] == [(".", ".tmp")]
        assert [path.name for path in (root / "spotify" / "landing").iterdir()] == [FILE.name]

    def test_a_folder_that_cannot_be_written_is_a_matter_of_configuration(self, root: Path) -> None:
        root.parent.parent.mkdir(parents=True, exist_ok=True)
        root.parent.write_text("a file stands where the home should be")
        with pytest.raises(ConfigurationError, match="cannot write to") as refused:
            FolderLake(root).prepare(["spotify"])
        assert "LINERNOTES_HOME" in refused.value.remedy
        with pytest.raises(ConfigurationError, match="cannot write to"), FolderLake(root).lease(RUN):
            pass

    def test_another_process_holds_the_lease_until_it_dies(self, lake: Lake, root: Path) -> None:
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        with holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            with pytest.raises(Busy, match=f"process {holder.pid} on .*, run abcabcabcabc"), lake.lease(RUN):
                pass
            holder.kill()
            holder.wait()
        with lake.lease(RUN):
            assert lake.waiting() == []
