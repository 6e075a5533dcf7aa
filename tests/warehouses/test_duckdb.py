"""DuckDB keeps what a warehouse promises, and some things only a file has to."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linernotes.config.catalogue import Configs
from linernotes.config.environments import DuckDBFile
from linernotes.core.errors import Busy, ConfigurationError, LinernotesError
from linernotes.core.files import StagedFile
from linernotes.storage.ports import Made, Warehouse
from linernotes.storage.warehouses.duckdb import DuckDBWarehouse
from linernotes.storage.warehouses.duckdb_maker import DuckDBMaker
from tests.samples import lines, staged
from tests.warehouses.conformance import ALL_KINDS, ARTISTS, WarehouseConformance, count

READ = (
    "import duckdb, json, sys; connection = duckdb.connect(sys.argv[1], read_only=True); "
    "print(json.dumps(connection.execute(sys.argv[2]).fetchall()))"
)
HOLD = "import duckdb, sys; connection = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "warehouse.duckdb"


class TestDuckDBWarehouse(WarehouseConformance):
    @pytest.fixture
    def open_warehouse(self, configs: Configs, path: Path, scratch: Path) -> Callable[[], Warehouse]:
        store = DuckDBFile(kind="duckdb", path=path)
        return lambda: DuckDBWarehouse(configs, configs.environment("local"), store, scratch)

    @pytest.fixture
    def make_hub_table(self, path: Path) -> Callable[[str, int], None]:
        def make(name: str, number: int) -> None:
            with duckdb.connect(str(path)) as connection:
                connection.execute(f"create table dp_hub_local.{name} as select {number} as number")

        return make

    @pytest.fixture
    def read_as_analyst(self, path: Path) -> Callable[[str], list[list[Any]]]:
        def read(table: str) -> list[list[Any]]:
            published, sql = path.with_name("published.duckdb"), f"select * from dp_hub_local.{table}"
            done = subprocess.run(
                [sys.executable, "-c", READ, published, sql], check=True, capture_output=True, text=True
            )
            rows: list[list[Any]] = json.loads(done.stdout)
            return rows

        return read

    def test_another_process_that_has_the_file_open_is_named(self, warehouse: Warehouse, path: Path) -> None:
        warehouse.close()
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        with holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            with pytest.raises(Busy, match=f"process {holder.pid}"):
                warehouse.knows("x")
            holder.kill()
        assert not warehouse.knows("x")

    def test_a_file_that_is_no_warehouse_is_a_matter_of_configuration(
        self, open_warehouse: Callable[[], Warehouse], path: Path
    ) -> None:
        path.parent.mkdir()
        path.write_text("not a database" * 1000)
        with pytest.raises(ConfigurationError, match="cannot open"):
            open_warehouse().knows("x")

    def test_the_old_file_is_kept_under_another_name(self, warehouse: Warehouse, path: Path, file: StagedFile) -> None:
        warehouse.load(file)
        warehouse.set_aside()
        with duckdb.connect(str(path.with_name("warehouse.previous.duckdb")), read_only=True) as old:
            assert old.execute(f"select count(*) from {ARTISTS.format(lake='dp_lake_local')}").fetchone() == (3,)
        warehouse.discard_previous()
        assert not path.with_name("warehouse.previous.duckdb").exists()

    @pytest.mark.parametrize("rubbish", [b"rubbish" * 1000, b"SQLite format 3\0" * 300], ids=["rubbish", "SQLite"])
    def test_a_damaged_file_can_be_set_aside_too(
        self, warehouse: Warehouse, open_warehouse: Callable[[], Warehouse], path: Path, rubbish: bytes
    ) -> None:
        warehouse.close()
        path.write_bytes(rubbish)
        fresh = open_warehouse()
        assert not any(fresh.set_aside().values())
        fresh.ensure([ALL_KINDS])
        fresh.close()
        assert path.with_name("warehouse.previous.duckdb").exists()

    @pytest.mark.parametrize("kept", ["previous", "damaged"])
    def test_a_finished_file_takes_the_place_of_another_which_is_kept(
        self, warehouse: Warehouse, path: Path, file: StagedFile, kept: str
    ) -> None:
        sound = kept == "previous"
        warehouse.load(file)
        earlier, fresh = path.with_name("warehouse.previous.duckdb"), path.with_name("fresh.duckdb")
        earlier.write_text("an earlier one")
        duckdb.connect(str(fresh)).close()
        for _ in range(2):  # also where a rebuild died after the old one had got its second name
            duckdb.connect(str(fresh)).close()
            warehouse.swap_in(fresh, sound=sound)
            assert not fresh.exists()
        assert path.with_name(f"warehouse.{kept}.duckdb").exists()
        assert (earlier.read_bytes() == b"an earlier one") is not sound
        assert not list(path.parent.glob(".*"))

    def test_what_is_published_can_be_read_by_older_versions(self, warehouse: Warehouse, path: Path) -> None:
        warehouse.publish()
        with path.with_name("published.duckdb").open("rb") as file:
            header = file.read(4096)
        with path.open("rb") as file:
            assert header[12:20] < file.read(4096)[12:20]

    def test_only_service_models_are_copied(
        self, warehouse: Warehouse, make_hub_table: Callable[[str, int], None], path: Path
    ) -> None:
        warehouse.close()
        for name in ("hub_music__int_artists", "hub_music__stg_dim_artists", "hub_music__svc_dim_artists"):
            make_hub_table(name, 1)
        warehouse.publish()
        with duckdb.connect(str(path.with_name("published.duckdb")), read_only=True) as published:
            tables = published.execute("select table_name from information_schema.tables order by 1").fetchall()
        assert tables == [("hub_music__svc_dim_artists",)]

    def test_a_question_may_take_more_memory_than_a_load_and_neither_may_take_all(
        self, warehouse: Warehouse, file: StagedFile
    ) -> None:
        limit = "select current_setting('memory_limit') as memory"
        before = next(warehouse.rows(limit))
        warehouse.load(file)
        assert next(warehouse.rows(limit)) == before == {"memory": "572.2 MiB"}

    def test_nothing_half_made_is_left_beside_what_is_published(self, warehouse: Warehouse, path: Path) -> None:
        path.with_name(".published.tmp").write_bytes(b"left by a crash")
        warehouse.publish()
        warehouse.close()
        assert sorted(file.name for file in path.parent.iterdir()) == ["published.duckdb", "warehouse.duckdb"]

    def test_a_load_that_fails_on_the_disk_is_one_line(
        self, warehouse: Warehouse, file: StagedFile, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise duckdb.IOException("Could not write\nall bytes")

        assert isinstance(warehouse, DuckDBWarehouse)
        with monkeypatch.context() as broken:
            broken.setattr(warehouse, "_open", type("Full", (), {"execute": full})())
            with pytest.raises(LinernotesError, match="Could not write all bytes") as failed:
                warehouse.load(file)
        assert failed.value.exit_code == 1
        assert count(warehouse, ARTISTS) == 0

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        rows=st.lists(
            st.fixed_dictionaries(
                {},
                optional={
                    "text": st.none() | st.text(st.characters(exclude_categories=["Cs"])),
                    "number": st.none() | st.integers(-(2**63), 2**63 - 1),
                    "share": st.none() | st.floats(allow_nan=False, allow_infinity=False),
                    "flag": st.none() | st.booleans(),
                    "words": st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=3),
                },
            ),
            min_size=1,
            max_size=20,
        )
    )
    def test_whatever_the_reader_takes_is_stored_unchanged(
        self, warehouse: Warehouse, scratch: Path, rows: list[dict[str, Any]]
    ) -> None:
        file = staged(lines(*({"id": n, **row} for n, row in enumerate(rows))), scratch, "a_things.jsonl", ALL_KINDS)
        assert file.rejected == 0
        warehouse.load(file)
        found = warehouse.rows(
            "select * from {lake}." + ALL_KINDS.table + " where _fileHash = $hash order by id", hash=file.sha256
        )
        assert [{name: row[name] for name in given} for row, given in zip(found, rows, strict=True)] == rows


def test_only_what_is_made_of_something_that_has_changed_is_made_again() -> None:
    with duckdb.connect() as connection:
        connection.execute("create table songs as select 'One' as title; create sequence made")
        maker = DuckDBMaker(connection, "lake", Path("memory"))
        songs = made("songs_counted", "select count(*) as number from songs", "music/songs")
        follower = made("follower", "select nextval('made') as number from songs_counted", "songs_counted")
        other = made("other", "select nextval('made') as number", "music/labels")
        assert maker.make([songs, follower, other]) == 3
        assert maker.make([songs, follower, other], {"music/songs"}) == 1  # it is as it was, so nothing follows
        connection.execute("insert into songs values ('Two')")
        assert maker.make([songs, follower, other], {"music/songs"}) == 2
        assert connection.execute("from songs_counted, follower, other").fetchall() == [(2, 3, 2)]
        connection.execute("drop table other; drop table songs_counted")
        assert maker.make([songs, follower, other], {"music/songs"}) == 3  # what is missing is made, whatever the news


def made(name: str, query: str, reads: str) -> Made:
    return Made("main", name, query, (("number", "BIGINT", False),), reads=frozenset({reads}))
