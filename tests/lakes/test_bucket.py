"""A bucket keeps what a lake promises, also where answers get lost, writers race and a run dies half way."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytest.importorskip("google.cloud.storage", reason="LEFT OUT: Google's libraries are not installed")

from linernotes.config.environments import Bucket
from linernotes.core.errors import ConfigurationError, LinernotesError
from linernotes.core.files import LandedFile
from linernotes.storage.lakes.bucket import BucketLake
from linernotes.storage.lakes.objects import Objects
from linernotes.storage.ports import Lake
from tests.cloud.proxy import Proxy, Request
from tests.lakes.buckets import QUICK, held_for_a_moment
from tests.lakes.conformance import FILE, OTHER, LakeConformance

pytestmark = pytest.mark.cloud


def killed(*_: object) -> None:
    raise KeyboardInterrupt


def is_copy(request: Request) -> bool:
    return "/copyTo/" in request.path


class TestBucketLake(LakeConformance):
    @pytest.fixture
    def open_lake(self, store: Bucket) -> Callable[[], Lake]:
        return lambda: BucketLake(store, QUICK)

    @pytest.fixture
    def peek(self, objects: Objects) -> Callable[[str], dict[str, bytes]]:
        def look(place: str) -> dict[str, bytes]:
            return {found.name.split("/")[-1]: objects.read(found) for found in objects.list_objects(f"{place}/*")}

        return look

    @pytest.fixture
    def drop(self, objects: Objects) -> Callable[[str, bytes], None]:
        def put(place: str, content: bytes) -> None:
            objects.put(place, content)

        return put

    def test_what_is_not_data_is_left_alone(self, lake: Lake, drop: Callable[[str, bytes], None]) -> None:
        for name in (".hidden", "half.tmp", "old.jsonl.reason.txt", "folder/inside.jsonl"):
            drop(f"spotify/landing/{name}", b"x")
        assert lake.waiting() == []

    def test_other_content_under_a_landed_name_is_refused_and_stays_here(
        self, lake: Lake, sealed: Callable[[bytes], Path], peek: Callable[[str], dict[str, bytes]]
    ) -> None:
        lake.land(sealed(b"1\n"), FILE)
        source = sealed(b"2\n")
        with pytest.raises(LinernotesError, match="exists with different content"):
            lake.land(source, FILE)
        assert (source.read_bytes(), peek("spotify/landing")) == (b"2\n", {FILE.name: b"1\n"})

    def test_other_content_under_an_archived_name_is_never_covered(
        self, lake: Lake, sealed: Callable[[bytes], Path], peek: Callable[[str], dict[str, bytes]]
    ) -> None:
        for content in (b"1\n", b"2\n"):
            lake.land(sealed(content), FILE)
            if content == b"1\n":
                lake.archive(FILE, FILE.name)
        with pytest.raises(LinernotesError, match="exists with different content"):
            lake.archive(FILE, FILE.name)
        assert (peek("spotify/archive"), peek("spotify/landing")) == ({FILE.name: b"1\n"}, {FILE.name: b"2\n"})

    def test_a_download_lies_in_scratch_under_a_name_that_is_no_pattern(
        self, lake: Lake, drop: Callable[[str, bytes], None], tmp_path: Path
    ) -> None:
        drop("spotify/landing/[*]?.jsonl.gz", b"1\n")
        path = lake.open(lake.waiting()[0], tmp_path)
        assert path.parent == tmp_path
        assert not set(path.name) & set("[]*?")
        assert path.name.endswith(".jsonl.gz")

    def test_a_download_that_arrives_damaged_is_refused(
        self, lake: Lake, sealed: Callable[[bytes], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lake.land(sealed(b"1\n"), FILE)
        (file,) = lake.waiting()
        monkeypatch.setattr("linernotes.storage.lakes.objects.content_of", lambda _: None)
        with pytest.raises(LinernotesError, match="checksum mismatch"):
            lake.open(file, tmp_path)

    def test_a_file_written_over_while_it_was_read_is_not_archived_for_the_one_that_was_read(
        self, lake: Lake, objects: Objects, drop: Callable[[str, bytes], None], peek: Callable[[str], dict[str, bytes]]
    ) -> None:
        drop("spotify/landing/mine.jsonl", b"1\n")
        (file,) = lake.waiting()
        _overwrite(objects, "spotify/landing/mine.jsonl", b"2\n")
        with pytest.raises(LinernotesError, match="was changed or deleted meanwhile"):
            lake.archive(file, "0123456789abcdef_mine.jsonl")
        assert (peek("spotify/landing"), peek("spotify/archive")) == ({"mine.jsonl": b"2\n"}, {})

    def test_a_file_put_there_while_its_namesake_is_moved_stays(
        self,
        lake: Lake,
        objects: Objects,
        drop: Callable[[str, bytes], None],
        peek: Callable[[str], dict[str, bytes]],
        network: Proxy,
    ) -> None:
        drop("spotify/landing/mine.jsonl", b"1\n")
        (file,) = lake.waiting()

        def overwritten_after_the_copy(request: Request) -> bool:
            if is_copy(request):
                network.lose = lambda _: False
                _overwrite(objects, "spotify/landing/mine.jsonl", b"2\n")
            return False

        network.lose = overwritten_after_the_copy
        lake.archive(file, "0123_mine.jsonl")
        assert (peek("spotify/landing"), peek("spotify/archive")) == (
            {"mine.jsonl": b"2\n"},
            {"0123_mine.jsonl": b"1\n"},
        )

    def test_a_file_written_over_before_it_could_be_read_is_left_for_the_next_command(
        self, lake: Lake, objects: Objects, drop: Callable[[str, bytes], None], tmp_path: Path
    ) -> None:
        drop("spotify/landing/mine.jsonl", b"1\n")
        (file,) = lake.waiting()
        _overwrite(objects, "spotify/landing/mine.jsonl", b"2\n")
        with pytest.raises(LinernotesError, match="was changed or deleted meanwhile"):
            lake.open(file, tmp_path)
        assert lake.open(file, tmp_path).read_bytes() == b"2\n"

    def test_what_another_run_has_moved_already_is_moved(
        self,
        lake: Lake,
        open_lake: Callable[[], Lake],
        sealed: Callable[[bytes], Path],
        peek: Callable[[str], dict[str, bytes]],
    ) -> None:
        lake.land(sealed(b"1\n"), FILE)
        open_lake().archive(FILE, FILE.name)
        lake.archive(FILE, FILE.name)
        assert (peek("spotify/landing"), peek("spotify/archive")) == ({}, {FILE.name: b"1\n"})

    def test_a_file_that_is_nowhere_any_more_is_named(
        self, lake: Lake, objects: Objects, sealed: Callable[[bytes], Path]
    ) -> None:
        lake.land(sealed(b"1\n"), FILE)
        (there,) = objects.list_objects("spotify/landing/*")
        objects.delete(there)
        for move in (_archive, _reject, _archive):
            with pytest.raises(LinernotesError, match=FILE.name):
                move(lake, FILE)

    def test_a_file_never_gets_the_reason_of_another(
        self,
        lake: Lake,
        sealed: Callable[[bytes], Path],
        drop: Callable[[str, bytes], None],
        peek: Callable[[str], dict[str, bytes]],
    ) -> None:
        drop(f"spotify/rejected/{FILE.name}.reason.txt", b"of a run that died\n")
        lake.land(sealed(b"\0"), FILE)
        lake.reject(FILE, "binary")
        found = peek("spotify/rejected")
        assert (found[f"2-{FILE.name}"], found[f"2-{FILE.name}.reason.txt"]) == (b"\0", b"binary\n")

    @pytest.mark.parametrize("word", ["uploadType", "/copyTo/", "DELETE"])
    def test_a_lost_answer_changes_nothing(
        self,
        lake: Lake,
        sealed: Callable[[bytes], Path],
        peek: Callable[[str], dict[str, bytes]],
        losing: Callable[[str, str], list[str]],
        word: str,
    ) -> None:
        lost = losing("DELETE", "") if word == "DELETE" else losing("POST", word)
        lake.land(sealed(b"1\n"), FILE)
        lake.archive(FILE, FILE.name)
        assert len(lost) == 1
        assert (peek("spotify/landing"), peek("spotify/archive")) == ({}, {FILE.name: b"1\n"})

    @pytest.mark.parametrize("word", ["uploadType", "/copyTo/", "DELETE"])
    def test_what_was_given_up_after_a_lost_answer_is_done_by_doing_it_again(
        self,
        store: Bucket,
        sealed: Callable[[bytes], Path],
        peek: Callable[[str], dict[str, bytes]],
        losing: Callable[[str, str], list[str]],
        word: str,
    ) -> None:
        lake = BucketLake(store, retry=None)
        losing("DELETE", "") if word == "DELETE" else losing("POST", word)
        source = sealed(b"1\n")
        with pytest.raises(LinernotesError):
            _land_and_archive(lake, source)
        _land_and_archive(BucketLake(store, retry=None), source)
        assert (peek("spotify/landing"), peek("spotify/archive")) == ({}, {FILE.name: b"1\n"})

    def test_a_large_file_lands_too_and_a_lost_answer_does_not_matter(
        self,
        lake: Lake,
        sealed: Callable[[bytes], Path],
        losing: Callable[[str, str], list[str]],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("google.cloud.storage.blob._MAX_MULTIPART_SIZE", 10)
        lost = losing("POST", "uploadType=resumable")
        lake.land(sealed(b"1\n" * 100), FILE)
        assert len(lost) == 1
        assert lake.open(FILE, tmp_path).read_bytes() == b"1\n" * 100

    def test_a_rejected_file_is_there_once_though_every_answer_is_lost_once(
        self,
        lake: Lake,
        sealed: Callable[[bytes], Path],
        peek: Callable[[str], dict[str, bytes]],
        network: Proxy,
    ) -> None:
        lake.land(sealed(b"\0"), FILE)
        seen: set[tuple[str, str]] = set()

        def first_time(request: Request) -> bool:
            key = (request.method, request.path)
            again = key in seen
            seen.add(key)
            return not again

        network.lose = first_time
        lake.reject(FILE, "binary")
        network.lose = lambda _: False
        assert peek("spotify/rejected") == {FILE.name: b"\0", f"{FILE.name}.reason.txt": b"binary\n"}

    @pytest.mark.parametrize("step", ["copy", "delete"])
    def test_a_move_cut_off_half_way_is_finished_by_doing_it_again(
        self,
        lake: Lake,
        open_lake: Callable[[], Lake],
        sealed: Callable[[bytes], Path],
        peek: Callable[[str], dict[str, bytes]],
        monkeypatch: pytest.MonkeyPatch,
        step: str,
    ) -> None:
        for file, move in ((FILE, _archive), (OTHER, _reject)):
            lake.land(sealed(b"1\n"), file)
            with monkeypatch.context() as cut:
                cut.setattr(Objects, step, killed)
                with pytest.raises(KeyboardInterrupt):
                    move(lake, file)
            assert file.name in peek(f"{file.provider}/landing")
            again = open_lake()
            assert again.waiting() == [file]
            move(again, file)
            assert again.waiting() == []
        assert peek("spotify/archive") == {FILE.name: b"1\n"}
        assert peek("roster/rejected") == {OTHER.name: b"1\n", f"{OTHER.name}.reason.txt": b"bad\n"}

    def test_of_eight_that_land_different_content_at_once_one_wins_and_nothing_is_lost(
        self, store: Bucket, peek: Callable[[str], dict[str, bytes]], tmp_path: Path
    ) -> None:
        sources = [tmp_path / str(number) for number in range(8)]
        for source in sources:
            source.write_text(source.name)
        together = threading.Barrier(8)

        def land(source: Path) -> bool:
            lake = BucketLake(store, QUICK)
            together.wait()
            try:
                lake.land(source, FILE)
            except LinernotesError:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            won = list(pool.map(land, sources))
        assert Counter(won) == {True: 1, False: 7}
        winner = sources[won.index(True)]
        assert peek("spotify/landing") == {FILE.name: winner.name.encode()}
        assert [source for source in sources if not source.exists()] == [winner]

    def test_each_step_costs_as_few_calls_as_it_can(
        self,
        store: Bucket,
        sealed: Callable[[bytes], Path],
        counted: Callable[[Callable[[], object]], int],
        tmp_path: Path,
    ) -> None:
        lake = BucketLake(store, QUICK)
        assert counted(lambda: lake.prepare(["spotify", "roster"])) == 1
        assert counted(lambda: lake.prepare(["spotify", "roster"])) == 0
        assert counted(lambda: held_for_a_moment(lake)) == 2
        assert counted(lambda: lake.land(sealed(b"1\n"), FILE)) == 1
        lake.land(sealed(b"2\n"), OTHER)
        assert counted(lake.waiting) == 1
        assert counted(lambda: lake.open(FILE, tmp_path)) == 1
        assert counted(lambda: lake.archive(FILE, FILE.name)) == 2
        assert counted(lake.archived) == 1
        assert counted(lambda: lake.restore(LandedFile(FILE.provider, FILE.name, "archive"))) == 2
        assert counted(lambda: lake.reject(OTHER, "bad")) == 3


class TestConfiguration:
    @pytest.mark.parametrize("work", ["prepare", "lease", "waiting"])
    def test_a_bucket_that_is_not_there_is_one_plain_line(self, store: Bucket, work: str) -> None:
        lake = BucketLake(store.model_copy(update={"bucket": "nobodys"}), QUICK)
        with pytest.raises(ConfigurationError) as refused:
            _do(lake, work)
        assert refused.value.message == "bucket gs://nobodys does not exist"
        assert "GCS_BUCKET" in refused.value.remedy

    @pytest.mark.parametrize("work", ["prepare", "lease", "waiting"])
    def test_a_missing_permission_names_the_bucket_and_the_role(self, store: Bucket, network: Proxy, work: str) -> None:
        network.lose, network.instead = lambda _: True, 403
        with pytest.raises(ConfigurationError, match=f"not allowed to .* {store.place}$") as refused:
            _do(BucketLake(store, QUICK), work)
        assert "roles/storage.objectUser" in refused.value.remedy
        assert len(network.seen) == 1

    def test_a_service_that_is_down_is_tried_for_a_while_and_named(self, store: Bucket, network: Proxy) -> None:
        network.lose = lambda _: True
        with pytest.raises(LinernotesError, match=rf"look into {store.place}"):
            BucketLake(store, QUICK.with_timeout(0.05)).prepare([])
        assert len(network.seen) > 1

    def test_nothing_is_asked_before_it_is_needed(self, store: Bucket, network: Proxy) -> None:
        BucketLake(store)
        assert network.seen == []


def _overwrite(objects: Objects, path: str, content: bytes) -> None:
    there = objects.get(path)
    objects.put(path, content, there.generation if there else 0)


def _land_and_archive(lake: Lake, source: Path) -> None:
    if source.exists():
        lake.land(source, FILE)
    if lake.waiting():
        lake.archive(FILE, FILE.name)


def _archive(lake: Lake, file: LandedFile) -> None:
    lake.archive(file, file.name)


def _reject(lake: Lake, file: LandedFile) -> None:
    lake.reject(file, "bad")


def _do(lake: Lake, work: str) -> None:
    works: dict[str, Callable[[], object]] = {
        "prepare": lambda: lake.prepare([]),
        "lease": lambda: held_for_a_moment(lake),
        "waiting": lake.waiting,
    }
    works[work]()
