"""What every lake has to do. An adapter's test class inherits this and gives it a lake.

class TestMyLake(LakeConformance):
    @pytest.fixture
    def open_lake(self) -> Callable[[], Lake]: ...
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from linernotes.core.errors import Busy
from linernotes.core.files import LandedFile
from linernotes.core.values import Run
from linernotes.storage.ports import Lake
from tests.clocks import START

FILE = LandedFile("spotify", "20261121T070000Z_0123456789ab-00001-0123456789abcdef_artist_enrichment.jsonl")
OTHER = LandedFile("roster", "20261121T080000Z_0123456789ab-00001-fedcba9876543210_artists.jsonl")
RUN = Run("0123456789ab", START)


class LakeConformance:
    """``open_lake`` opens the same lake anew, as another process would."""

    @pytest.fixture
    def open_lake(self) -> Callable[[], Lake]:
        raise NotImplementedError

    @pytest.fixture
    def peek(self) -> Callable[[str], dict[str, bytes]]:
        """The files under ``provider/place`` by name, read without the lake's help."""
        raise NotImplementedError

    @pytest.fixture
    def drop(self) -> Callable[[str, bytes], None]:
        """Put a file at ``provider/place/name``, as people copy one there, finished long ago."""
        raise NotImplementedError

    @pytest.fixture
    def lake(self, open_lake: Callable[[], Lake]) -> Lake:
        lake = open_lake()
        lake.prepare(["spotify", "roster"])
        return lake

    @pytest.fixture
    def sealed(self, tmp_path: Path) -> Callable[[bytes], Path]:
        """A sealed local file with this content."""

        def make(content: bytes) -> Path:
            path = tmp_path / "sealed.spool"
            path.write_bytes(content)
            return path

        return make

    def test_preparing_it_again_changes_nothing(
        self, lake: Lake, drop: Callable[[str, bytes], None], peek: Callable[[str], dict[str, bytes]]
    ) -> None:
        drop(f"spotify/landing/{FILE.name}", b"1\n")
        lake.prepare(["spotify", "roster"])
        assert peek("spotify/landing") == {FILE.name: b"1\n"}

    def test_an_empty_lake_holds_nothing(self, lake: Lake) -> None:
        assert (lake.waiting(), lake.archived()) == ([], [])

    def test_a_landed_file_waits_under_its_name_with_its_content(
        self, lake: Lake, sealed: Callable[[bytes], Path], peek: Callable[[str], dict[str, bytes]], tmp_path: Path
    ) -> None:
        source = sealed(b"1\n")
        lake.land(source, FILE)
        assert lake.waiting() == [FILE]
        assert lake.open(FILE, tmp_path).read_bytes() == b"1\n"
        assert peek("spotify/landing") == {FILE.name: b"1\n"}
        assert not source.exists()

    def test_landing_twice_is_landing_once(
        self, lake: Lake, sealed: Callable[[bytes], Path], peek: Callable[[str], dict[str, bytes]]
    ) -> None:
        for _ in range(2):
            lake.land(sealed(b"1\n"), FILE)
        assert lake.waiting() == [FILE]
        assert peek("spotify/landing") == {FILE.name: b"1\n"}

    def test_files_wait_in_the_order_of_their_names_over_all_providers(
        self, lake: Lake, sealed: Callable[[bytes], Path]
    ) -> None:
        for file in (OTHER, FILE):
            lake.land(sealed(b"1\n"), file)
        assert lake.waiting() == [FILE, OTHER]

    def test_a_file_that_people_copied_in_waits_too(
        self, lake: Lake, drop: Callable[[str, bytes], None], tmp_path: Path
    ) -> None:
        drop("spotify/landing/mine [1]*_artist_enrichment.jsonl.gz", b"zipped")
        (file,) = lake.waiting()
        assert file == LandedFile("spotify", "mine [1]*_artist_enrichment.jsonl.gz")
        assert lake.open(file, tmp_path).read_bytes() == b"zipped"

    def test_archiving_moves_a_file_under_the_name_it_is_given(
        self, lake: Lake, sealed: Callable[[bytes], Path], peek: Callable[[str], dict[str, bytes]]
    ) -> None:
        lake.land(sealed(b"1\n"), FILE)
        lake.archive(FILE, "0123456789abcdef_mine.jsonl")
        assert lake.waiting() == []
        assert lake.archived() == [LandedFile("spotify", "0123456789abcdef_mine.jsonl", "archive")]
        assert (peek("spotify/landing"), peek("spotify/archive")) == ({}, {"0123456789abcdef_mine.jsonl": b"1\n"})

    def test_archiving_the_same_content_again_leaves_one_file(
        self, lake: Lake, sealed: Callable[[bytes], Path], peek: Callable[[str], dict[str, bytes]]
    ) -> None:
        for _ in range(2):
            lake.land(sealed(b"1\n"), FILE)
            lake.archive(FILE, FILE.name)
        assert peek("spotify/archive") == {FILE.name: b"1\n"}

    def test_an_archived_file_can_be_read_and_be_brought_back(
        self, lake: Lake, sealed: Callable[[bytes], Path], tmp_path: Path
    ) -> None:
        lake.land(sealed(b"1\n"), FILE)
        lake.archive(FILE, FILE.name)
        (archived,) = lake.archived()
        assert lake.open(archived, tmp_path).read_bytes() == b"1\n"
        lake.restore(archived)
        assert (lake.waiting(), lake.archived()) == ([FILE], [])
        assert lake.open(FILE, tmp_path).read_bytes() == b"1\n"

    def test_a_rejected_file_has_its_reason_beside_it(
        self, lake: Lake, sealed: Callable[[bytes], Path], peek: Callable[[str], dict[str, bytes]]
    ) -> None:
        lake.land(sealed(b"\0"), FILE)
        lake.reject(FILE, "binary file, not text")
        assert (lake.waiting(), lake.archived()) == ([], [])
        assert peek("spotify/rejected") == {
            FILE.name: b"\0",
            f"{FILE.name}.reason.txt": b"binary file, not text\n",
        }

    def test_a_second_rejected_file_of_the_same_name_covers_nothing(
        self, lake: Lake, sealed: Callable[[bytes], Path], peek: Callable[[str], dict[str, bytes]]
    ) -> None:
        for content, reason in ((b"\0", "first"), (b"\1", "second"), (b"\2", "third")):
            lake.land(sealed(content), FILE)
            lake.reject(FILE, reason)
        found = peek("spotify/rejected")
        reasons = {content: found[f"{name}.reason.txt"] for name, content in found.items() if "reason" not in name}
        assert reasons == {b"\0": b"first\n", b"\1": b"second\n", b"\2": b"third\n"}

    def test_an_archived_file_is_replaced_under_its_name_and_can_be_brought_back(
        self, lake: Lake, open_lake: Callable[[], Lake], sealed: Callable[[bytes], Path], tmp_path: Path
    ) -> None:
        lake.land(sealed(b"1\n2\n"), FILE)
        lake.archive(FILE, FILE.name)
        (archived,) = lake.archived()
        source = sealed(b"2\n")
        lake.replace(source, archived)
        assert not source.exists()
        assert (lake.archived(), lake.open(archived, tmp_path).read_bytes()) == ([archived], b"2\n")
        again = open_lake()
        again.restore(archived)
        assert (again.archived(), again.open(FILE, tmp_path).read_bytes()) == ([], b"2\n")

    def test_what_is_removed_is_gone_with_its_reason_and_removing_it_again_is_fine(
        self, lake: Lake, sealed: Callable[[bytes], Path], peek: Callable[[str], dict[str, bytes]]
    ) -> None:
        lake.land(sealed(b"\0"), FILE)
        lake.reject(FILE, "binary file, not text")
        lake.land(sealed(b"1\n"), FILE)
        lake.archive(FILE, FILE.name)
        (rejected,), (archived,) = lake.rejected(), lake.archived()
        assert rejected == LandedFile("spotify", FILE.name, "rejected")
        for _ in range(2):
            lake.remove(rejected)
        assert (peek("spotify/rejected"), lake.archived()) == ({}, [archived])
        lake.remove(archived)
        assert (lake.rejected(), lake.archived()) == ([], [])

    def test_a_provider_has_the_size_of_its_archive_and_of_what_waits(
        self, lake: Lake, sealed: Callable[[bytes], Path]
    ) -> None:
        lake.land(sealed(b"1\n"), FILE)
        lake.archive(FILE, FILE.name)
        lake.land(sealed(b"12\n"), FILE)
        lake.land(sealed(b"123\n"), OTHER)
        assert [lake.size(provider) for provider in ("spotify", "roster", "lastfm")] == [5, 4, 0]

    def test_a_lease_names_its_holder_to_whoever_comes_second(self, lake: Lake, open_lake: Callable[[], Lake]) -> None:
        with lake.lease(RUN), pytest.raises(Busy) as busy, open_lake().lease(Run("ffffffffffff", START)):
            pass
        assert RUN.id in busy.value.message
        assert "process" in busy.value.message

    def test_a_lease_is_free_again_after_its_holder_however_that_ended(
        self, lake: Lake, open_lake: Callable[[], Lake]
    ) -> None:
        with pytest.raises(ZeroDivisionError), lake.lease(RUN):
            raise ZeroDivisionError
        with open_lake().lease(RUN):
            assert lake.waiting() == []
