"""What every warehouse has to do. An adapter's test class inherits this and gives it a warehouse.

class TestMyWarehouse(WarehouseConformance):
    @pytest.fixture
    def open_warehouse(self, configs: Configs) -> Callable[[], Warehouse]: ...
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from linernotes.config.catalogue import Configs
from linernotes.config.datasets import Column, Dataset
from linernotes.core import sql
from linernotes.core.errors import ConfigurationError, LinernotesError
from linernotes.core.files import StagedFile
from linernotes.runs.purge_criteria import Criteria
from linernotes.storage.ports import Warehouse
from linernotes.storage.warehouses.schema import lines_of
from linernotes.storage.warehouses.tables import TableQuery
from tests import samples
from tests.clocks import START
from tests.samples import LONG_AGO, RUN, artist, columns_of, keys, lines, staged, tombstone

ALL_KINDS = columns_of(
    {"name": "text", "type": "STRING"},
    {"name": "number", "type": "INT64"},
    {"name": "share", "type": "FLOAT64"},
    {"name": "flag", "type": "BOOL"},
    {"name": "moment", "type": "TIMESTAMP"},
    {"name": "day", "type": "DATE"},
    {"name": "words", "type": "STRING", "mode": "REPEATED"},
    {
        "name": "parts",
        "type": "RECORD",
        "mode": "REPEATED",
        "fields": ({"name": "size", "type": "INT64", "description": "Size."},),
    },
)
SIZES = (Column(name="size", type="STRING", description="Size."),)


def without(name: str) -> Dataset:
    """That contract without a column."""
    return ALL_KINDS.model_copy(update={"columns": tuple(c for c in ALL_KINDS.columns if c.name != name)})


def with_column(**column: Any) -> Dataset:
    """That contract with another column, or one that is another now."""
    return ALL_KINDS.model_copy(
        update={"columns": (*without(column["name"]).columns, Column(description="A column.", **column))}
    )


WIDER = with_column(
    name="parts",
    type="RECORD",
    mode="REPEATED",
    fields=(
        Column(name="size", type="INT64", description="Size."),
        Column(name="note", type="STRING", description="Note."),
    ),
)
WIDER = WIDER.model_copy(
    update={
        "columns": (
            Column(name="more", type="STRING", description="More."),
            *WIDER.columns,
            Column(name="lists", type="STRING", mode="REPEATED", description="Lists."),
        )
    }
)
MIXED = lines(*(artist(key) for key in keys(3)), tombstone(keys(4)[3], reason="not_found"), {"artistId": 5})
HOSTILE = [
    "'; drop table x; --",
    '"',
    "{lake}",
    "{0}",
    "%s",
    "$provider",
    "a\nb\tc\\",
    "ÆØÅ 日本語 🎷 \u202e",
    "",
    "x" * 10_000,
]
LOADED = {"spotify/artist_enrichment", "spotify/recently_played", "roster/artists"}
ARTISTS = "{lake}.lake_spotify__normalized_artist_enrichment"
VISIBLE = (
    f"select artistId from {ARTISTS} as found "
    "join {lake}.lake_ops__loaded_files as manifest on found._fileHash = manifest.fileHash"
)


class WarehouseConformance:
    """``open_warehouse`` opens the same warehouse anew, as another process would."""

    @pytest.fixture
    def configs(self) -> Configs:
        """The contracts that these tests load into, and one with a column of every type; making all takes its time."""
        shipped = samples.configs()
        used = {name: one for name, one in shipped.datasets.items() if name in LOADED or one.provider == "ops"}
        return shipped.model_copy(update={"datasets": {**used, ALL_KINDS.name: ALL_KINDS}})

    @pytest.fixture
    def open_warehouse(self, configs: Configs) -> Callable[[], Warehouse]:
        raise NotImplementedError

    @pytest.fixture
    def make_hub_table(self) -> Callable[[str, int], None]:
        """Make a hub table of that name with one column ``number`` and one row, as dbt would."""
        raise NotImplementedError

    @pytest.fixture
    def read_as_analyst(self) -> Callable[[str], list[list[Any]]]:
        """The rows of a table of the hub, read by another process in the way analysts are told to."""
        raise NotImplementedError

    @pytest.fixture
    def warehouse(self, open_warehouse: Callable[[], Warehouse], configs: Configs) -> Iterator[Warehouse]:
        warehouse = open_warehouse()
        warehouse.ensure(configs.datasets.values())
        yield warehouse
        warehouse.close()

    @pytest.fixture
    def scratch(self, tmp_path: Path) -> Path:
        """Where validated files lie; the adapter is given the same."""
        folder = tmp_path / "scratch"
        folder.mkdir()
        return folder

    @pytest.fixture
    def file(self, scratch: Path) -> StagedFile:
        """A validated file: three records, a tombstone and a reject."""
        return staged(MIXED, scratch)

    def test_every_shipped_table_is_made_empty_and_making_them_again_changes_nothing(
        self, warehouse: Warehouse, file: StagedFile
    ) -> None:
        shipped = samples.configs().datasets.values()
        warehouse.ensure(shipped)
        assert {count(warehouse, "{lake}." + dataset.table) for dataset in shipped} == {0}
        warehouse.load(file)
        warehouse.ensure(shipped)
        assert count(warehouse, ARTISTS) == 3

    def test_a_table_of_any_name_is_read_in_order_and_from_a_mark_on(
        self, warehouse: Warehouse, configs: Configs, scratch: Path
    ) -> None:
        moments = [datetime(2026, 11, day, 7, tzinfo=UTC) for day in (3, 1, 2)]
        rows = [{"id": day.day, "moment": day.isoformat(), "text": "{it}'s", "words": ["a"]} for day in moments]
        warehouse.load(staged(lines(*rows), scratch, "a_things.jsonl", ALL_KINDS))
        (schema,) = {row["name"] for row in warehouse.rows("select '{lake}' as name")}
        table = warehouse.table(f"{schema}.{ALL_KINDS.table}")
        wanted = {"at": "moment", "what": "text", "list": "words"}
        assert table.columns.keys() >= {"id", "moment", "text"}
        first = {"at": min(moments), "what": "{it}'s", "list": ["a"]}
        found = list(table.fetch(TableQuery(wanted)))
        assert (found[0], [row["at"].day for row in found]) == (first, [1, 2, 3])
        newer = table.fetch(TableQuery(wanted, since="moment", after=min(moments)))
        assert [row["at"].day for row in newer] == [2, 3]
        with pytest.raises(LinernotesError):
            warehouse.table(f"{schema}.nothing_like_it")

    def test_a_table_gets_the_columns_that_its_contract_has_gained(self, warehouse: Warehouse, scratch: Path) -> None:
        row = {"id": 1, "text": "kept", "parts": [{"size": 1}]}
        warehouse.load(staged(lines(row), scratch, "a_things.jsonl", ALL_KINDS))
        list(warehouse.rows("create table {lake}.lake_made_up__svc_things as select 1 as loadSequence"))
        warehouse.close()  # another made that table
        for _ in range(2):
            warehouse.ensure([WIDER])
        (stored,) = warehouse.rows("select text, more, lists, parts from {lake}." + ALL_KINDS.table)
        assert stored == {"text": "kept", "more": None, "lists": [], "parts": [{"size": 1, "note": None}]}
        with pytest.raises(LinernotesError):  # dbt makes it again, with the new columns
            list(warehouse.rows("select * from {lake}.lake_made_up__svc_things"))

    @pytest.mark.parametrize(
        ("changed", "reason"),
        [
            (without("text"), "it has text, which its contract does not know"),
            (with_column(name="needed", type="STRING", mode="REQUIRED"), "it lacks needed, which its contract needs"),
            (
                with_column(name="number", type="STRING"),
                "number is NULLABLE INT64, but NULLABLE STRING",
            ),
            (with_column(name="text", type="STRING", mode="REPEATED"), "text is NULLABLE STRING, but REPEATED STRING"),
            (with_column(name="parts", type="RECORD", mode="REPEATED", fields=SIZES), "parts.size is NULLABLE INT64"),
        ],
        ids=["removed", "required", "type", "mode", "inside a record"],
    )
    def test_a_table_that_differs_otherwise_is_left_alone_until_a_rebuild(
        self, warehouse: Warehouse, changed: Dataset, reason: str
    ) -> None:
        with pytest.raises(ConfigurationError) as refused:
            warehouse.ensure([changed])
        assert refused.value.message.startswith(f"table {ALL_KINDS.table}: {reason}")
        assert refused.value.remedy == "run: linernotes rebuild"
        warehouse.ensure([ALL_KINDS])

    def test_a_file_is_loaded_with_its_attempts_its_rejects_and_its_row_in_the_manifest(
        self, warehouse: Warehouse, file: StagedFile
    ) -> None:
        result = warehouse.load(file)
        assert (result.known, result.sequence) == (False, 1)
        found = list(warehouse.rows(f"select * from {ARTISTS} order by _line"))
        assert [(row["artistId"], row["_line"], row["_fileHash"]) for row in found] == [
            (key, line, file.sha256) for line, key in enumerate(keys(3), 1)
        ]
        (manifest,) = warehouse.rows("select * from {lake}.lake_ops__loaded_files")
        assert manifest | {"loadedAt": None} == {
            "fileHash": file.sha256,
            "file": file.file.name,
            "dataset": "spotify/artist_enrichment",
            "datasetVersion": 2,
            "lines": 5,
            "loadedRows": 4,
            "rejectedRows": 1,
            "loadSequence": 1,
            "stampedAt": None,
            "loadedAt": None,
            "runId": RUN.id,
            "_fileHash": None,
            "_line": None,
        }
        (reject,) = warehouse.rows("select * from {lake}.lake_ops__rejects")
        assert (reject["file"], reject["line"], reject["field"], reject["raw"]) == (
            file.file.name,
            5,
            "artistId",
            '{"artistId": 5}',
        )

    def test_every_record_is_an_attempt_too(self, warehouse: Warehouse, file: StagedFile) -> None:
        warehouse.load(file)
        attempts = list(warehouse.rows("select * from {lake}.lake_ops__attempts order by _line"))
        assert [(row["key"], row["outcome"], row["reason"], row["httpStatus"]) for row in attempts] == [
            *((key, "found", None, 200) for key in keys(3)),
            (keys(4)[3], "not_found", "not_found", None),
        ]
        assert {(row["provider"], row["entity"], row["runId"], row["_fileHash"]) for row in attempts} == {
            ("spotify", "artist", RUN.id, file.sha256)
        }
        assert {row["attemptedAt"].isoformat() for row in attempts} == {"2026-11-01T07:00:00+00:00"}

    def test_the_same_content_is_loaded_once_under_whatever_name(
        self, warehouse: Warehouse, file: StagedFile, scratch: Path
    ) -> None:
        warehouse.load(file)
        again = warehouse.load(staged(MIXED, scratch, "other_artist_enrichment.jsonl"))
        assert again.known
        assert [count(warehouse, table) for table in (ARTISTS, *OPS)] == [3, 4, 1, 1]

    def test_a_forgotten_file_is_gone_from_every_table_and_can_be_loaded_again(
        self, warehouse: Warehouse, configs: Configs, file: StagedFile, scratch: Path
    ) -> None:
        other = staged(lines(artist(keys(5)[4])), scratch, "other_artist_enrichment.jsonl")
        warehouse.load(file)
        warehouse.load(other)
        for _ in range(2):
            warehouse.forget(configs.dataset("spotify/artist_enrichment"), [file.sha256, "0" * 64])
            assert [warehouse.knows(one.sha256) for one in (file, other)] == [False, True]
            assert [count(warehouse, table) for table in (ARTISTS, *OPS)] == [1, 1, 0, 1]
        assert not warehouse.load(file).known
        assert [count(warehouse, table) for table in (ARTISTS, *OPS)] == [4, 5, 1, 2]

    def test_what_was_merged_of_a_forgotten_file_goes_in_the_same_step(
        self, warehouse: Warehouse, configs: Configs, file: StagedFile
    ) -> None:
        warehouse.load(file)
        for name in ("artist_enrichment", "recently_played"):
            list(warehouse.rows("create table {lake}.lake_spotify__svc_" + name + " as select 1 as loadSequence"))
        warehouse.forget(configs.dataset("spotify/artist_enrichment"), [file.sha256])
        merged = [
            count(warehouse, "{lake}.lake_spotify__svc_" + name) for name in ("artist_enrichment", "recently_played")
        ]
        assert merged == [0, 1]

    @pytest.mark.parametrize(
        ("keys_of_artist", "found"),
        [((), [{1, 2, 3, 4}, {5}, {1, 2}, {1}]), (tuple(keys(2)[1:]), [{2}, set(), {2}, {1}])],
    )
    def test_what_a_purge_looks_for_is_found(
        self,
        warehouse: Warehouse,
        configs: Configs,
        scratch: Path,
        file: StagedFile,
        keys_of_artist: tuple[str, ...],
        found: list[set[int]],
    ) -> None:
        roster, plays = (configs.dataset(name) for name in ("roster/artists", "spotify/recently_played"))
        play = {"playedAt": LONG_AGO, "trackUri": "x", "artists": [{"id": key, "name": "A"} for key in keys(2)]}
        for made in (
            file,
            staged(
                lines(*({"artistId": key, "importedAt": LONG_AGO} for key in keys(2))),
                scratch,
                "a_artists.jsonl",
                roster,
            ),
            staged(lines(play), scratch, "a_recently_played.jsonl", plays),
        ):
            warehouse.load(made)
        given = Criteria(keys=keys_of_artist).parameters
        answers, rejects = sql.read("runs/purge_answers"), sql.read("runs/purge_rejects")
        queries = (answers, rejects, lines_of(roster), lines_of(plays))
        assert [{row["_line"] for row in warehouse.rows(query, **given)} for query in queries] == found
        old = given | {"before": datetime(2020, 1, 1, tzinfo=UTC)}
        assert [list(warehouse.rows(query, **old)) for query in (answers, lines_of(plays))] == [[], []]

    def test_what_was_set_aside_is_discarded_and_nothing_else(
        self, warehouse: Warehouse, configs: Configs, file: StagedFile
    ) -> None:
        warehouse.set_aside()
        warehouse.ensure(configs.datasets.values())
        warehouse.load(file)
        for _ in range(2):
            warehouse.discard_previous()
        assert count(warehouse, ARTISTS) == 3

    def test_a_file_is_known_after_it_is_loaded_and_not_before(self, warehouse: Warehouse, file: StagedFile) -> None:
        assert not warehouse.knows(file.sha256)
        warehouse.load(file)
        assert warehouse.knows(file.sha256)

    def test_files_are_numbered_in_the_order_they_are_loaded(self, warehouse: Warehouse, scratch: Path) -> None:
        files = [staged(lines(artist(key)), scratch) for key in keys(3)]
        assert [warehouse.load(file).sequence for file in files] == [1, 2, 3]

    @pytest.mark.parametrize("nth", [0, 1, 2])
    def test_a_file_of_which_one_part_cannot_be_loaded_is_not_loaded_at_all(
        self, warehouse: Warehouse, file: StagedFile, scratch: Path, nth: int
    ) -> None:
        broken = scratch / "broken.jsonl"
        broken.write_bytes(b'{"artistId": \n')
        parts = list(file.parts)
        parts[nth] = replace(parts[nth], paths=(broken,))
        with pytest.raises(Exception):  # noqa: B017, PT011 - each engine has its own words for it
            warehouse.load(replace(file, parts=tuple(parts)))
        assert not warehouse.knows(file.sha256)
        assert list(warehouse.rows(VISIBLE)) == []
        assert warehouse.load(file).sequence == 1
        assert [count(warehouse, table) for table in (ARTISTS, *OPS)] == [3, 4, 1, 1]

    def test_a_part_with_fewer_rows_than_were_counted_is_not_loaded(
        self, warehouse: Warehouse, file: StagedFile
    ) -> None:
        first, *others = file.parts
        with pytest.raises(Exception, match=r"expected \d+ rows"):
            warehouse.load(replace(file, parts=(replace(first, rows=first.rows + 1), *others)))
        assert list(warehouse.rows(VISIBLE)) == []

    def test_a_file_that_lost_a_line_on_the_way_can_be_loaded_once_it_is_whole(
        self, warehouse: Warehouse, file: StagedFile, scratch: Path
    ) -> None:
        first, *others = file.parts
        torn = scratch / "torn.jsonl"
        torn.write_bytes(b"".join(first.paths[0].read_bytes().splitlines(keepends=True)[:-1]))
        with pytest.raises(Exception, match=r"expected \d+ rows"):
            warehouse.load(replace(file, parts=(replace(first, paths=(torn,)), *others)))
        assert warehouse.load(file).sequence == 1
        assert [count(warehouse, table) for table in (ARTISTS, *OPS)] == [3, 4, 1, 1]

    def test_an_instant_with_an_offset_is_stored_as_that_instant(self, warehouse: Warehouse, scratch: Path) -> None:
        ahead = artist(enrichedAt="2026-11-01T08:30:00.123456+01:00")
        warehouse.load(staged(lines(ahead), scratch))
        (row,) = warehouse.rows(f"select enrichedAt from {ARTISTS}")
        assert row["enrichedAt"] == datetime(2026, 11, 1, 7, 30, 0, 123456, tzinfo=UTC)
        (attempt,) = warehouse.rows("select attemptedAt from {lake}.lake_ops__attempts")
        assert attempt["attemptedAt"] == row["enrichedAt"]

    @pytest.mark.parametrize(
        "row",
        [
            {"text": "a\0b"},
            {"text": ""},
            {"text": "x" * 100_000},
            {"text": "🎷 \u202e \u2028 \x7f \x01"},
            {"number": 2**63 - 1},
            {"number": -(2**63)},
            {"share": 1e308},
            {"share": 5e-324},
            {"share": 3},
            {"share": 0.1},
            {"flag": False},
            {"day": "0001-01-01"},
            {"day": "9999-12-31"},
            {"words": ["", "a", "a"]},
            {"parts": [{"size": 1}, {"size": None}, {}]},
        ],
        ids=lambda row: f"{row}"[:40],
    )
    def test_a_value_comes_back_as_it_was_landed(
        self, warehouse: Warehouse, scratch: Path, row: dict[str, Any]
    ) -> None:
        file = staged(lines({"id": 1, **row}), scratch, "a_things.jsonl", ALL_KINDS)
        warehouse.load(file)
        (stored,) = warehouse.rows("select * from {lake}." + ALL_KINDS.table)
        expected = {
            name: [{"size": part.get("size")} for part in value] if name == "parts" else value
            for name, value in row.items()
        }
        assert {name: str(stored[name]) if name == "day" else stored[name] for name in row} == expected
        assert (stored["words"], stored["parts"]) == (row.get("words", []), expected.get("parts", []))

    @pytest.mark.parametrize(
        "moment",
        ["0001-01-01T00:30:00+01:00", "0001-01-01T00:00:00Z", "9999-12-31T23:30:00-01:00", "9999-12-31T23:59:59Z"],
    )
    def test_an_instant_at_the_end_of_time_is_loaded_or_rejected_but_stops_nothing(
        self, warehouse: Warehouse, scratch: Path, moment: str
    ) -> None:
        file = staged(lines({"id": 1}, {"id": 2, "moment": moment}), scratch, "a_things.jsonl", ALL_KINDS)
        warehouse.load(file)
        stored = list(warehouse.rows("select * from {lake}." + ALL_KINDS.table + " order by id"))
        assert len(stored) == file.accepted
        if file.rejected == 0:
            assert stored[1]["moment"] == datetime.fromisoformat(moment)

    def test_a_line_with_nul_in_it_is_kept_among_the_rejects(self, warehouse: Warehouse, scratch: Path) -> None:
        far = lines(*(artist(key) for key in keys(100))) + b'{"a": "\0"}\n'
        warehouse.load(staged(far, scratch))
        (row,) = warehouse.rows("select raw from {lake}.lake_ops__rejects")
        assert row["raw"] == '{"a": "\0"}'

    @pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value)[:20])
    def test_a_value_is_bound_whatever_it_says(self, warehouse: Warehouse, value: str) -> None:
        ((row),) = warehouse.rows(
            "select $value as same, one from (select 1 as one) as ones where $value = $value", value=value
        )
        assert row == {"same": value, "one": 1}

    @pytest.mark.parametrize(
        "value",
        [None, 5, 0.5, True, START, START.date(), ["a", "b"], [], [1, 2]],
        ids=lambda value: f"{type(value).__name__} {value}",
    )
    def test_a_value_of_any_type_is_bound_as_that_type(self, warehouse: Warehouse, value: Any) -> None:
        ((row),) = warehouse.rows("select $value as same", value=value)
        assert row == {"same": value}
        assert type(row["same"]) is type(value)

    def test_rows_come_without_parameters_and_without_rows(self, warehouse: Warehouse) -> None:
        assert list(warehouse.rows("select 1 as one")) == [{"one": 1}]
        assert list(warehouse.rows("select one from (select 1 as one) as ones where false")) == []

    def test_more_rows_come_than_one_page_holds(self, warehouse: Warehouse, scratch: Path) -> None:
        many = [{"id": number} for number in range(25_000)]
        warehouse.load(staged(lines(*many), scratch, "a_things.jsonl", ALL_KINDS))
        rows = warehouse.rows("select id from {lake}." + ALL_KINDS.table)
        assert sorted(row["id"] for row in rows) == list(range(25_000))

    def test_a_table_that_is_not_there_is_told_with_the_command_that_makes_it(
        self, open_warehouse: Callable[[], Warehouse]
    ) -> None:
        warehouse = open_warehouse()
        with pytest.raises(ConfigurationError) as missing:
            list(warehouse.rows("select * from {hub}.hub_music__svc_dim_artists"))
        warehouse.close()
        assert missing.value.remedy == "run: linernotes init"

    def test_bookkeeping_rows_are_written(self, warehouse: Warehouse, configs: Configs) -> None:
        policies = configs.dataset("ops/provider_policies")
        rows = [policy("it's", []), policy("spotify", [1, 3])]
        warehouse.put(policies, rows[:1])
        warehouse.put(policies, rows[1:])
        stored = list(warehouse.rows("select * from {lake}.lake_ops__provider_policies order by freshSeconds"))
        assert [{name: row[name] for name in rows[0]} for row in stored] == rows

    def test_a_bookkeeping_row_takes_the_place_of_the_one_with_its_key(
        self, warehouse: Warehouse, configs: Configs
    ) -> None:
        policies = configs.dataset("ops/provider_policies")
        for days in ([1], [2]):
            warehouse.put(policies, [policy("spotify", days)])
        (stored,) = warehouse.rows("select failedRetryDays from {lake}.lake_ops__provider_policies")
        assert stored["failedRetryDays"] == [2]

    def test_a_table_of_the_hub_exists_once_it_is_made(
        self, warehouse: Warehouse, make_hub_table: Callable[[str, int], None]
    ) -> None:
        assert "hub_music__svc_dim_artists" not in warehouse.models()
        warehouse.close()
        make_hub_table("hub_music__svc_dim_artists", 1)
        assert "hub_music__svc_dim_artists" in warehouse.models()
        assert "lake_ops__runs" not in warehouse.models()

    def test_analysts_read_what_is_published_while_the_writer_is_at_work(
        self,
        warehouse: Warehouse,
        make_hub_table: Callable[[str, int], None],
        read_as_analyst: Callable[[str], list[list[Any]]],
        file: StagedFile,
    ) -> None:
        for number, table in enumerate(("hub_music__svc_one", "hub_music__svc_two"), 1):
            warehouse.close()
            make_hub_table(table, number)
            warehouse.publish()
            warehouse.load(file)
            assert read_as_analyst(table) == [[number]]
        assert read_as_analyst("hub_music__svc_one") == [[1]]

    def test_starting_over_keeps_the_books_and_nothing_else(
        self, warehouse: Warehouse, configs: Configs, file: StagedFile
    ) -> None:
        warehouse.load(file)
        row = run_row()
        warehouse.put(configs.dataset("ops/runs"), [row])
        carried = warehouse.set_aside()
        warehouse.ensure(configs.datasets.values())
        assert [count(warehouse, table) for table in (ARTISTS, *OPS)] == [0, 0, 0, 0]
        assert not warehouse.knows(file.sha256)
        assert carried["ops/runs"] == [row]
        warehouse.put(configs.dataset("ops/runs"), carried["ops/runs"])
        assert list(warehouse.rows("select * from {lake}.lake_ops__runs")) == [row]

    def test_what_a_rebuild_keeps_can_be_read_before_anything_is_changed(
        self, warehouse: Warehouse, configs: Configs, file: StagedFile
    ) -> None:
        warehouse.load(file)
        row = run_row()
        warehouse.put(configs.dataset("ops/runs"), [row])
        held = warehouse.contents()
        assert held is not None
        assert [(each["fileHash"], each["lines"]) for each in held.files] == [(file.sha256, file.lines)]
        assert held.carried["ops/runs"] == [row]
        assert count(warehouse, ARTISTS) == 3

    def test_where_nothing_is_yet_nothing_is_kept(self, open_warehouse: Callable[[], Warehouse]) -> None:
        assert open_warehouse().contents() is None

    def test_starting_over_where_nothing_is_yet_carries_nothing(self, open_warehouse: Callable[[], Warehouse]) -> None:
        assert not any(open_warehouse().set_aside().values())

    def test_after_closing_somebody_else_can_write_and_we_can_go_on(
        self, warehouse: Warehouse, open_warehouse: Callable[[], Warehouse], file: StagedFile, scratch: Path
    ) -> None:
        warehouse.load(file)
        warehouse.close()
        other = open_warehouse()
        assert other.load(staged(lines(artist()), scratch)).sequence == 2
        other.close()
        assert count(warehouse, "{lake}.lake_ops__loaded_files") == 2


OPS = tuple("{lake}.lake_ops__" + table for table in ("attempts", "rejects", "loaded_files"))


def count(warehouse: Warehouse, table: str) -> int:
    return int(next(warehouse.rows(f"select count(*) as n from {table}"))["n"])


def policy(provider: str, days: list[int]) -> dict[str, Any]:
    return {
        "provider": provider,
        "entity": "artist",
        "freshSeconds": len(provider),
        "failedRetryDays": days,
        "notFoundRetryDays": days,
        "keyedBy": "artistId",
        "waitsFor": None,
        "enabled": True,
        "licence": "CC0",
        "writtenAt": datetime.fromisoformat(LONG_AGO),
    }


def run_row() -> dict[str, Any]:
    """A row of lake_ops__runs."""
    counts = ("asked", "found", "notFound", "failed", "landed", "loaded", "rejected", "alreadyKnown")
    moments = {name: datetime.fromisoformat(LONG_AGO) for name in ("startedAt", "endedAt")}
    return {
        "runId": RUN.id,
        "command": "run",
        "mode": "backfill",
        **moments,
        "status": "partial",
        "reason": "it's over",
        "windowStart": None,
        "builtFrom": None,
        **dict.fromkeys(counts, 3),
        "durationSeconds": 1.5,
        **dict.fromkeys(("invalidRecordsPct", "anomaliesPct", "lastAlertDelaySeconds", "startedBy")),
    }
