"""BigQuery keeps what a warehouse promises, and some things only jobs over a network have to."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from google.api_core.exceptions import NotFound
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

from linernotes.config.catalogue import Configs
from linernotes.config.environments import BigQueryProject
from linernotes.core.errors import AccessRefused, ConfigurationError, LinernotesError, UnreadableFile
from linernotes.core.files import LoadResult, StagedFile
from linernotes.core.values import Run
from linernotes.storage import google
from linernotes.storage.ports import Warehouse
from linernotes.storage.warehouses import bigquery_jobs, bigquery_loads
from linernotes.storage.warehouses.bigquery import BigQueryWarehouse
from tests.clocks import START
from tests.cloud.emulators import project_in
from tests.cloud.proxy import Proxy, Request
from tests.samples import artist, lines, staged, tombstone
from tests.warehouses.conformance import ARTISTS, OPS, VISIBLE, WarehouseConformance, count, policy

pytestmark = pytest.mark.cloud
TWO = [policy("a", [1]), policy("b", [])]
LOADED_ONCE = [3, 4, 1, 1]  # artists, attempts, rejects, manifest of the conformance suite's file


@pytest.fixture
def store(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> Iterator[BigQueryProject]:
    """A project of its own for one test, behind a network that can lose answers."""
    monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", proxy.url)
    monkeypatch.setattr(google, "PATIENCE_SECONDS", 5.0)
    monkeypatch.setattr(bigquery_jobs, "FIRST_PAUSE_SECONDS", 0.05)
    with project_in(proxy.target) as project:
        yield BigQueryProject(
            kind="bigquery", project=project, location="EU", maximum_bytes_billed=10**9, key_file=None
        )


@pytest.fixture
def client(store: BigQueryProject) -> bigquery.Client:
    """Somebody else's connection to the same project."""
    return bigquery.Client(store.project, AnonymousCredentials())


class TestBigQueryWarehouse(WarehouseConformance):
    @pytest.fixture
    def open_warehouse(self, configs: Configs, store: BigQueryProject, scratch: Path) -> Callable[[], Warehouse]:
        return lambda: BigQueryWarehouse(configs, configs.environment("dev"), store, scratch)

    @pytest.fixture
    def make_hub_table(self, client: bigquery.Client) -> Callable[[str, int], None]:
        def make(name: str, number: int) -> None:
            client.query_and_wait(f"create table dp_hub_dev.{name} as select {number} as number")

        return make

    @pytest.fixture
    def read_as_analyst(self, client: bigquery.Client) -> Callable[[str], list[list[Any]]]:
        return lambda table: [list(row) for row in client.query_and_wait(f"select * from dp_hub_dev.{table}")]

    # Only BigQuery: answers can be lost, jobs can fail, and two workers can be at it at the same time.

    @pytest.mark.parametrize("step", ["load", "found", "manifest"])
    def test_a_step_whose_answer_is_lost_is_done_once(
        self, warehouse: Warehouse, file: StagedFile, proxy: Proxy, step: str
    ) -> None:
        proxy.lose = First(step)
        assert warehouse.load(file) == LoadResult(known=False, sequence=1)
        assert rows_of(warehouse) == LOADED_ONCE

    def test_a_query_whose_answer_is_lost_is_asked_again(self, warehouse: Warehouse, proxy: Proxy) -> None:
        proxy.refuse = First("read")
        assert count(warehouse, ARTISTS) == 0

    @pytest.mark.parametrize("step", ["load", "found", "manifest"])
    @pytest.mark.parametrize("arrived", [True, False], ids=["after it arrived", "before it arrived"])
    def test_a_load_that_is_killed_at_a_step_is_finished_by_the_next(
        self,
        warehouse: Warehouse,
        open_warehouse: Callable[[], Warehouse],
        file: StagedFile,
        proxy: Proxy,
        step: str,
        monkeypatch: pytest.MonkeyPatch,
        *,
        arrived: bool,
    ) -> None:
        monkeypatch.setattr(bigquery_jobs.Once, "_start", killed_at(step, arrived=arrived))
        with pytest.raises(KeyboardInterrupt):
            warehouse.load(file)
        monkeypatch.undo()
        monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", proxy.url)
        later = open_warehouse()
        if not (arrived and step == "manifest"):
            assert not later.knows(file.sha256)
            assert list(later.rows(VISIBLE)) == []
        later.load(file)
        assert rows_of(later) == LOADED_ONCE
        later.close()

    def test_a_failed_job_is_followed_by_the_next_attempt(
        self, warehouse: Warehouse, file: StagedFile, client: bigquery.Client, proxy: Proxy
    ) -> None:
        broken = replace(
            file, parts=tuple(replace(part, rows=1, paths=(nonsense(part.paths[0]),)) for part in file.parts)
        )
        for _ in range(5):  # more often than one run may try
            with pytest.raises(LinernotesError, match="the warehouse rejects it"):
                warehouse.load(broken)
        assert warehouse.load(file).sequence == 1
        assert rows_of(warehouse) == LOADED_ONCE
        assert [job.job_id for job in client.list_jobs() if job.job_id.endswith("_a5")]

    def test_two_workers_load_the_same_file_once(
        self, warehouse: Warehouse, open_warehouse: Callable[[], Warehouse], file: StagedFile
    ) -> None:
        results = at_once(lambda n: open_warehouse().load(replace(file, run=Run(f"{n:012d}", START))), 4)
        assert sorted(result.known for result in results) == [False, True, True, True]
        assert rows_of(warehouse) == LOADED_ONCE

    def test_workers_that_load_different_files_at_once_never_share_a_number(
        self, warehouse: Warehouse, open_warehouse: Callable[[], Warehouse], scratch: Path
    ) -> None:
        files = [staged(lines(artist(f"{n:022d}")), scratch) for n in range(6)]
        results = at_once(lambda n: open_warehouse().load(files[n]), 6)
        assert sorted(result.sequence for result in results) == [1, 2, 3, 4, 5, 6]

    def test_a_number_is_tried_only_when_the_one_before_is_visible(
        self, warehouse: Warehouse, open_warehouse: Callable[[], Warehouse], scratch: Path
    ) -> None:
        """A worker that stops after it has read the highest number cannot come back with a low one later."""
        slow, quick = staged(lines(artist("0" * 22)), scratch), staged(lines(artist("1" * 22)), scratch)
        assert isinstance(warehouse, BigQueryWarehouse)
        highest = warehouse._loads.standing([slow]).highest
        for file in (quick, staged(lines(artist("2" * 22)), scratch)):
            open_warehouse().load(file)
        assert warehouse._loads.write_manifest([slow], highest + 1)[slow.sha256].sequence == 3

    def test_numbers_go_on_above_those_of_rows_that_somebody_deleted(
        self, warehouse: Warehouse, scratch: Path, client: bigquery.Client
    ) -> None:
        files = [staged(lines(artist(f"{n:022d}")), scratch) for n in range(3)]
        warehouse.load(files[0])
        warehouse.load(files[1])
        client.query_and_wait("delete from dp_lake_dev.lake_ops__loaded_files where loadSequence = 2")
        assert warehouse.load(files[2]).sequence == 3

    @pytest.mark.parametrize("taken", [(), (2,), (1, 3)], ids=str)
    def test_several_files_get_their_numbers_in_their_order_whoever_loads_some_of_them_meanwhile(
        self, warehouse: Warehouse, open_warehouse: Callable[[], Warehouse], scratch: Path, taken: tuple[int, ...]
    ) -> None:
        files = [staged(lines(artist(f"{n:022d}")), scratch) for n in range(5)]
        assert isinstance(warehouse, BigQueryWarehouse)
        for n in taken:
            open_warehouse().load(replace(files[n], run=Run("another".rjust(12, "0"), START)))
        loaded = warehouse.load_several([*files, replace(files[0])])
        others = [n for n in range(5) if n not in taken]
        assert loaded == [
            *(
                LoadResult(known=n in taken, sequence=0 if n in taken else len(taken) + 1 + others.index(n))
                for n in range(5)
            ),
            LoadResult(known=True, sequence=0),
        ]
        assert count(warehouse, ARTISTS) == 5

    def test_a_file_that_is_rejected_costs_those_beside_it_nothing(self, warehouse: Warehouse, scratch: Path) -> None:
        good, bad = staged(lines(artist("0" * 22)), scratch), staged(lines(artist("1" * 22)), scratch)
        broken = replace(bad, parts=tuple(replace(part, paths=(nonsense(part.paths[0]),)) for part in bad.parts))
        assert isinstance(warehouse, BigQueryWarehouse)
        refused, loaded = warehouse.load_several([broken, good])
        assert isinstance(refused, UnreadableFile)
        assert loaded == LoadResult(known=False, sequence=1)
        assert warehouse.load(bad).sequence == 2

    def test_a_manifest_whose_answer_is_lost_gives_each_of_several_files_its_number_once(
        self, warehouse: Warehouse, scratch: Path, proxy: Proxy
    ) -> None:
        proxy.lose = First("manifest")
        files = [staged(lines(artist(f"{n:022d}")), scratch) for n in range(3)]
        assert isinstance(warehouse, BigQueryWarehouse)
        assert warehouse.load_several(files) == [LoadResult(known=False, sequence=n) for n in (1, 2, 3)]
        assert count(warehouse, OPS[2]) == 3

    def test_beyond_the_load_jobs_of_a_day_small_files_are_inserted_with_the_same_rows(
        self,
        warehouse: Warehouse,
        scratch: Path,
        client: bigquery.Client,
        proxy: Proxy,
        monkeypatch: pytest.MonkeyPatch,
        configs: Configs,
    ) -> None:
        image = {"url": "https://i.scdn.co/image/1", "width": 640, "height": None}
        links = {"spotify": "https://open.spotify.com/artist/1"}
        full = artist("0" * 22, images=[image, image], genres=["pop"], popularity=9, externalUrls=links)
        bare = artist("1" * 22, externalUrls=links)
        file = staged(lines(full, bare, tombstone("2" * 22), {"artistId": 5}), scratch)
        rows = []
        for limit in (1000, 0):
            monkeypatch.setattr(bigquery_loads, "LOADS_PER_TABLE", limit)
            warehouse.ensure(configs.datasets.values())
            assert warehouse.load(file) == LoadResult(known=False, sequence=1)
            tables = (name.replace("{lake}", "dp_lake_dev") for name in (ARTISTS, *OPS[:2]))
            found = [client.query_and_wait(f"select * from {table} order by _line") for table in tables]
            rows.append([[dict(row) for row in answer] for answer in found])
            warehouse.set_aside()
        assert rows[0] == rows[1]
        assert [len(each) for each in rows[1]] == [2, 3, 1]
        assert len([request for request in proxy.seen if kind_of(request) == "load"]) == 3  # all of the first time

    def test_a_record_that_is_null_is_loaded_all_the_same_for_as_a_parameter_it_would_not_be_null(
        self, warehouse: Warehouse, file: StagedFile, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(bigquery_loads, "LOADS_PER_TABLE", 0)
        warehouse.load(file)
        assert rows_of(warehouse) == LOADED_ONCE
        assert len([request for request in proxy.seen if kind_of(request) == "load"]) == 1
        assert count(warehouse, f"{ARTISTS} where externalUrls is null") == 3

    @pytest.mark.parametrize("step", ["load", "found", "manifest"])
    def test_what_another_account_began_is_finished_without_looking_at_its_jobs(
        self,
        warehouse: Warehouse,
        open_warehouse: Callable[[], Warehouse],
        file: StagedFile,
        proxy: Proxy,
        step: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """As when an import on somebody's laptop has died, and on Sunday the job goes on from there."""
        with monkeypatch.context() as patch:
            patch.setattr(bigquery_jobs.Once, "_start", killed_at(step, arrived=True))
            with pytest.raises(KeyboardInterrupt):
                warehouse.load(file)
        hide_jobs(proxy)
        later = open_warehouse()
        later.load(replace(file, run=Run("another".rjust(12, "0"), START)))
        assert rows_of(later) == LOADED_ONCE

    def test_a_job_of_another_account_that_left_nothing_is_told_with_the_role_that_shows_it(
        self,
        warehouse: Warehouse,
        open_warehouse: Callable[[], Warehouse],
        file: StagedFile,
        client: bigquery.Client,
        proxy: Proxy,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """It may have failed, or still be running: another one could load the rows a second time."""
        warehouse.load(file)
        client.query_and_wait("delete from dp_lake_dev.lake_ops__loaded_files where true")
        client.query_and_wait(f"delete from dp_lake_dev.{ARTISTS.split('.')[-1]} where true")
        hide_jobs(proxy)
        monkeypatch.setattr(bigquery_jobs, "LONGEST_OF_ANOTHER_SECONDS", 0.0)
        with pytest.raises(AccessRefused, match="shows its end") as told:
            open_warehouse().load(file)
        assert "scripts/bootstrap --importers" in told.value.remedy
        proxy.deny = lambda _: ""
        assert open_warehouse().load(file).known is False

    def test_tables_that_were_made_anew_take_the_same_file_again(
        self, warehouse: Warehouse, configs: Configs, file: StagedFile, client: bigquery.Client
    ) -> None:
        warehouse.load(file)
        warehouse.set_aside()
        warehouse.ensure(configs.datasets.values())
        assert warehouse.load(file) == LoadResult(known=False, sequence=1)
        assert rows_of(warehouse) == LOADED_ONCE
        kept = client.query_and_wait("select count(*) from dp_lake_dev.lake_ops__attempts__previous")
        assert [list(row) for row in kept] == [[4]]

    def test_setting_aside_twice_keeps_the_newer_tables(
        self, warehouse: Warehouse, configs: Configs, file: StagedFile, client: bigquery.Client
    ) -> None:
        for _ in range(2):
            warehouse.ensure(configs.datasets.values())
            warehouse.load(file)
            client.query_and_wait("create table dp_lake_dev.lake_spotify__svc_x as select 1 as loadSequence")
            warehouse.set_aside()
        left = {table.table_id for table in client.list_tables("dp_lake_dev")}
        tables = {dataset.table for dataset in configs.datasets.values()} | {"lake_spotify__svc_x"}
        assert left == {f"{table}__previous" for table in tables}
        warehouse.discard_previous()
        assert list(client.list_tables("dp_lake_dev")) == []

    def test_a_repeated_renaming_loses_nothing(
        self, warehouse: Warehouse, file: StagedFile, client: bigquery.Client, proxy: Proxy
    ) -> None:
        """As when the answer was lost and the statement is sent again."""
        warehouse.load(file)
        warehouse.set_aside()
        (again,) = {r.body for r in proxy.seen if b"rename to" in r.body}
        client.query_and_wait(json.loads(again)["query"])
        kept = client.query_and_wait("select count(*) from dp_lake_dev.lake_ops__attempts__previous")
        assert [list(row) for row in kept] == [[4]]

    def test_a_table_that_was_left_when_the_lake_was_set_aside_is_not_loaded_twice(
        self, warehouse: Warehouse, configs: Configs, file: StagedFile, client: bigquery.Client
    ) -> None:
        warehouse.load(file)
        client.query_and_wait("drop table dp_lake_dev.lake_ops__loaded_files")
        warehouse.close()
        warehouse.ensure(configs.datasets.values())
        warehouse.load(file)
        assert rows_of(warehouse) == LOADED_ONCE

    def test_tables_are_partitioned_and_clustered_as_the_contract_says(
        self, warehouse: Warehouse, client: bigquery.Client
    ) -> None:
        table = client.get_table("dp_lake_dev.lake_spotify__normalized_artist_enrichment")
        assert (table.time_partitioning.field, table.time_partitioning.type_) == ("enrichedAt", "DAY")
        assert table.clustering_fields == ["artistId"]
        assert {field.name: field.mode for field in table.schema}["artistId"] == "REQUIRED"

    @pytest.mark.parametrize(
        ("calls", "command"),
        [
            (0, lambda warehouse, configs, _: warehouse.ensure(configs.datasets.values())),
            (0, lambda warehouse, *_: [warehouse.models() for _ in range(6)]),
            (1, lambda warehouse, configs, _: warehouse.put(configs.dataset("ops/provider_policies"), TWO)),
            (1, lambda warehouse, *_: warehouse.knows("x")),
            (6, lambda warehouse, _, file: warehouse.load(file)),
        ],
        ids=["ensure", "exists", "put", "knows", "load"],
    )
    def test_an_operation_takes_few_calls(
        self,
        warehouse: Warehouse,
        configs: Configs,
        file: StagedFile,
        proxy: Proxy,
        calls: int,
        command: Callable[[Warehouse, Configs, StagedFile], None],
    ) -> None:
        proxy.seen.clear()
        command(warehouse, configs, file)
        assert len(proxy.seen) <= calls

    def test_a_large_file_is_uploaded_in_pieces(
        self, warehouse: Warehouse, file: StagedFile, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("google.cloud.bigquery.client._MAX_MULTIPART_SIZE", 1)
        warehouse.load(file)
        assert rows_of(warehouse) == LOADED_ONCE

    def test_a_missing_value_of_the_manifest_is_bound_as_the_type_of_its_column(
        self, warehouse: Warehouse, file: StagedFile, proxy: Proxy
    ) -> None:
        """BigQuery would not insert a null text where an instant belongs; the emulator takes it."""
        warehouse.load(replace(file, stamp=None))
        (body,) = [request.body for request in proxy.seen if kind_of(request) == "manifest"]
        (given,) = json.loads(body)["configuration"]["query"]["queryParameters"]
        types = {one["name"]: one["type"]["type"] for one in given["parameterType"]["arrayType"]["structTypes"]}
        assert (types["stampedAt"], types["lines"], types["file"]) == ("TIMESTAMP", "INT64", "STRING")

    def test_every_query_says_what_it_may_cost(self, warehouse: Warehouse, file: StagedFile, proxy: Proxy) -> None:
        proxy.seen.clear()
        warehouse.load(file)
        queries = [request.body for request in proxy.seen if kind_of(request) != "load"]
        assert len(queries) == 3
        assert all(b'"maximumBytesBilled": "1000000000"' in body for body in queries)

    def test_a_dataset_that_is_in_another_location_is_told_so(
        self, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def elsewhere(*_: object, **__: object) -> None:
            raise NotFound("Not found: Dataset p:dp_lake_dev was not found in location EU")

        monkeypatch.setattr(bigquery.Client, "query_and_wait", elsewhere)
        with pytest.raises(ConfigurationError, match="in location EU") as told:
            warehouse.knows("x")
        assert told.value.remedy == "the dataset is in another location; set GCP_LOCATION to it"

    def test_a_network_that_stays_away_is_one_line(
        self, warehouse: Warehouse, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(google, "PATIENCE_SECONDS", 0.1)
        proxy.refuse = lambda _: True
        with pytest.raises(LinernotesError, match="no response from Google") as away:
            warehouse.knows("x")
        assert away.value.remedy == "check the network, then repeat the command"


def hide_jobs(proxy: Proxy) -> None:
    """From now on this is another account, which may not look at the jobs that were started before."""
    before = {job for request in proxy.seen for job in re.findall(rb'"jobId": ?"(linernotes_\w+)"', request.body)}
    denied = "Access Denied: Job: Permission bigquery.jobs.get denied"

    def deny(request: Request) -> str:
        job = request.path.partition("?")[0].rsplit("/", 1)[-1].encode()
        return denied if request.method == "GET" and job in before else ""

    proxy.deny = deny


class First:
    """Chooses the first request of a kind."""

    def __init__(self, kind: str) -> None:
        self.kind, self.chosen = kind, False

    def __call__(self, request: Request) -> bool:
        chosen = not self.chosen and kind_of(request) == self.kind
        self.chosen |= chosen
        return chosen


def kind_of(request: Request) -> str:
    """Which step of a load a request belongs to."""
    if request.path.startswith("/upload/"):
        return "load"
    if b"'found'" in request.body:
        return "found"
    if b"insert into dp_lake_dev.lake_ops__loaded_files" in request.body:
        return "manifest"
    return "read" if "/queries" in request.path else ""


def killed_at(step: str, *, arrived: bool) -> Callable[[bigquery_jobs.Once], Any]:
    """In place of ``Once._start``: dies at that step, before or after its request."""
    started = bigquery_jobs.Once._start

    def dying(once: bigquery_jobs.Once) -> Any:
        at = "found" if "_found_" in once.id else "manifest" if "loaded_files" in once.id else "load"
        if at == step and not arrived:
            raise KeyboardInterrupt
        job = started(once)
        if at == step:
            raise KeyboardInterrupt
        return job

    return dying


def nonsense(path: Path) -> Path:
    broken = path.with_name(f"{path.name}.broken")
    broken.write_bytes(b'{"artistId": \n')
    return broken


def rows_of(warehouse: Warehouse) -> list[int]:
    return [count(warehouse, table) for table in (ARTISTS, *OPS)]


def at_once(work: Callable[[int], LoadResult], workers: int) -> list[LoadResult]:
    """The results of workers that begin at the same moment."""
    ready, results = threading.Barrier(workers), []

    def run(number: int) -> None:
        ready.wait()
        results.append(work(number))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
