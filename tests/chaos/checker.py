"""What a home holds, read from its files and tables alone: nothing of the product is imported here.

``state`` is what has to be the same after a walk that was killed as after one that was not: all but times, ids of
runs, names of files and how lines were split over them. ``faults`` are contradictions within one home.
"""

import gzip
import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

HASH = re.compile(r"(?:^|-)([0-9a-f]{16})_")
LAKE, HUB = "dp_lake_local", "dp_hub_local"
# Compared by other means: their rows name runs, or count calls and days.
BOOKS = re.compile(
    r"lake_ops__|metric|calls|_run|coverage|slo|alarm|status|history|provider|freshness|success|stg_|signature|_state"
)
DIFFERENT_EACH_TIME = ("_raw", "rosterVersion", "actorRunId")
VOLATILE = re.compile(r"^_|runId|fileHash|line$|file$|loadSequence|version$", re.IGNORECASE)
RUN_OF_APIFY = re.compile(r"Apify run: \w+")  # its service's own id, in the evidence of what it told
KEPT_TIMES = ("playedAt",)
COLUMNS = (
    "select table_schema, table_name, column_name, data_type from information_schema.columns "
    "where table_schema in (?, ?) order by all"
)


@dataclass(frozen=True)
class State:
    """The rows of each table, and the lines of all landed and archived files, without what differs from run to run."""

    tables: dict[str, Counter[str]] = field(default_factory=dict)
    lines: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    attempts: Counter[str] = field(default_factory=Counter)
    loaded: Counter[str] = field(default_factory=Counter)


def state(home: Path) -> State:
    """Read a home."""
    lines = Counter(line for path in _different(home) for line in _lines(path))
    rejected = Counter(f"{path.parent.parent.name}/{_content(path)!r}" for path in _data(home, "rejected"))
    if not (home / "warehouse.duckdb").exists():
        return State(lines=lines, rejected=rejected)
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as warehouse:
        return State(
            _tables(warehouse),
            lines,
            rejected,
            _counted(warehouse, "provider, entity, key, outcome, reason, httpStatus", "lake_ops__attempts"),
            _counted(warehouse, "dataset, sum(lines), sum(loadedRows)", "lake_ops__loaded_files group by dataset"),
        )


def without_failures(found: State) -> State:
    """The same without failed attempts: whether a call fails for good is chance where services fail at random."""
    lines = Counter({line: n for line, n in found.lines.items() if '"status": "failed"' not in line})
    attempts = Counter({row: n for row, n in found.attempts.items() if "'failed'" not in row})
    return replace(found, lines=lines, attempts=attempts, loaded=Counter())


def differences(one: State, other: State) -> list[str]:
    """Where two homes differ, with the first rows that only one of them has."""
    found = [_difference(name, getattr(one, name), getattr(other, name)) for name in ("lines", "rejected", "attempts")]
    found.append(_difference("manifest", one.loaded, other.loaded))
    for table in sorted({*one.tables, *other.tables}):
        found.append(_difference(table, one.tables.get(table, Counter()), other.tables.get(table, Counter())))
    return [each for each in found if each]


def different_answers(one: State, other: State) -> list[str]:
    """Where the answers on disk differ, loaded or not: a repeated extraction loads what the dead one had fetched."""
    names = ("lines", "rejected")
    return [each for name in names if (each := _difference(name, getattr(one, name), getattr(other, name)))]


def faults(home: Path, *, calls: int | None = None, settled: bool = True) -> list[str]:
    """What contradicts itself within one home; ``calls`` are those that the services were given.

    A home is ``settled`` after a command that has loaded all there was: then nothing lies half way.
    """
    found = [*_faults_of_files(home, settled=settled)]
    if (home / "warehouse.duckdb").exists():
        with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as warehouse:
            found += _faults_of_tables(home, warehouse, settled=settled)
            if calls is not None:
                booked = warehouse.execute(f"select coalesce(sum(calls), 0) from {LAKE}.lake_ops__provider_calls")
                (number,) = booked.fetchone() or (0,)
                if number != calls:
                    found.append(f"{calls} calls were made, {number} are in the ledger")
    return found


def _faults_of_files(home: Path, *, settled: bool) -> list[str]:
    found = [f"{path.name} is left in the lake" for path in home.glob("lake/*/*/.*")]
    found += [f"{path.name} is a link" for path in home.glob("lake/*/archive/*") if path.is_symlink()]
    for path in _data(home, "archive"):
        name = HASH.search(path.name)
        if not name or hashlib.sha256(_content(path)).hexdigest()[:16] != name[1]:
            found.append(f"{path.name} is not what its name says")
    for path in _data(home, "rejected"):
        if not path.with_name(f"{path.name}.reason.txt").exists():
            found.append(f"{path.name} was rejected without a reason")
    for path in home.glob("lake/*/rejected/*.reason.txt"):
        if settled and not path.with_name(path.name.removesuffix(".reason.txt")).exists():
            found.append(f"{path.name} is the reason of nothing")
    if settled:
        found += [f"{path.name} is left in the spool" for path in home.glob("spool/*/*")]
        found += [f"{path.name} is left in landing/" for path in _data(home, "landing")]
        found += [f"{path.name} is left in scratch/" for path in home.glob("scratch/*")]
    return found


def _faults_of_tables(home: Path, warehouse: duckdb.DuckDBPyConnection, *, settled: bool) -> list[str]:
    manifest = (
        f"select substr(fileHash, 1, 16), dataset, lines, loadedRows, rejectedRows from {LAKE}.lake_ops__loaded_files"
    )
    loaded = warehouse.execute(manifest).fetchall()
    times = Counter(start for start, *_ in loaded)
    found = [f"{start} stands in the manifest {number} times" for start, number in times.items() if number > 1]
    found += [f"{start}: {a} loaded and {b} rejected of {n} lines" for start, _, n, a, b in loaded if a + b != n]
    files = {name[1]: path for path in _data(home, "archive") if (name := HASH.search(path.name))}
    if settled:
        found += [f"{start} is in the manifest and not in archive/" for start in times if start not in files]
        found += [f"{path.name} is in archive/ and not in the manifest" for s, path in files.items() if s not in times]
        for start, _, lines, *_ in loaded:
            if start in files and lines != sum(1 for line in _content(files[start]).split(b"\n") if line.strip()):
                found.append(f"{start} has another number of lines than its manifest row")
    for table in _tables_with_lines(warehouse):
        twice = f"select count(*) from (select 1 from {LAKE}.{table} group by _fileHash, _line having count(*) > 1)"
        orphans = (
            f"select count(*) from {LAKE}.{table} as t "
            f"where not exists (select 1 from {LAKE}.lake_ops__loaded_files as f where f.fileHash = t._fileHash)"
        )
        for query, fault in ((twice, "lines loaded twice"), (orphans, "rows of no loaded file")):
            (number,) = warehouse.execute(query).fetchone() or (0,)
            if number:
                found.append(f"{table}: {number} {fault}")
    rejects = f"select count(*) from {LAKE}.lake_ops__rejects"
    (rows,) = warehouse.execute(rejects).fetchone() or (0,)
    if rows != sum(bad for *_, bad in loaded):
        found.append(f"{rows} rejects, {sum(bad for *_, bad in loaded)} by the manifest")
    return found + _faults_of_rows(warehouse)


def _faults_of_rows(warehouse: duckdb.DuckDBPyConnection) -> list[str]:
    """Manifest rows of which more or fewer lines are in the tables than were accepted."""
    parts = " union all ".join(
        f"select _fileHash from {LAKE}.{table}" for table in _tables_with_lines(warehouse) if "normalized" in table
    )
    query = f"""
        with rows as (
            {parts} union all
            select _fileHash from {LAKE}.lake_ops__attempts where outcome != 'found'
        ), counted as (select _fileHash, count(*) as number from rows group by _fileHash)
        select substr(f.fileHash, 1, 16), f.loadedRows, coalesce(c.number, 0) from {LAKE}.lake_ops__loaded_files as f
        left join counted as c on c._fileHash = f.fileHash where f.loadedRows != coalesce(c.number, 0)"""
    return [
        f"{start}: {rows} of {wanted} accepted lines are in the tables"
        for start, wanted, rows in (warehouse.execute(query).fetchall())
    ]


def _tables_with_lines(warehouse: duckdb.DuckDBPyConnection) -> list[str]:
    query = (
        "select table_name from information_schema.columns "
        "join information_schema.tables using (table_schema, table_name) "
        f"where table_schema = '{LAKE}' and table_type = 'BASE TABLE' and column_name in ('_fileHash', '_line') "
        "and (table_name like '%normalized%' or table_name in ('lake_ops__attempts', 'lake_ops__rejects')) "
        "group by 1 having count(*) = 2"
    )
    return [name for (name,) in warehouse.execute(query).fetchall()]


def _tables(warehouse: duckdb.DuckDBPyConnection) -> dict[str, Counter[str]]:
    columns: dict[str, list[str]] = {}
    for schema, table, column, kind in warehouse.execute(COLUMNS, [LAKE, HUB]).fetchall():
        compared = not BOOKS.search(table) and not VOLATILE.search(column)
        if compared and ("TIMESTAMP" not in kind or column in KEPT_TIMES):
            columns.setdefault(f"{schema}.{table}", []).append(f'"{column}"')
    rows = {
        table: warehouse.execute(f"select {', '.join(names)} from {table}").fetchall()
        for table, names in columns.items()
    }
    return {table.partition(".")[2]: Counter(map(_row, found)) for table, found in rows.items()}


def _row(values: tuple[Any, ...]) -> str:
    return RUN_OF_APIFY.sub("Apify run", repr(values))


def _counted(warehouse: duckdb.DuckDBPyConnection, columns: str, rest: str) -> Counter[str]:
    return Counter(map(repr, warehouse.execute(f"select {columns} from {LAKE}.{rest}").fetchall()))


def _difference(name: str, one: Counter[str], other: Counter[str]) -> str:
    less, more = list((one - other).elements()), list((other - one).elements())
    if not less and not more:
        return ""
    first = [f"{sign}{text[:200]}" for sign, texts in (("-", less), ("+", more)) for text in texts[:2]]
    return f"{name}: {len(less)} less, {len(more)} more: {' '.join(first)}"


def _data(home: Path, place: str) -> list[Path]:
    found = (path for path in home.glob(f"lake/*/{place}/*") if not path.name.endswith(".reason.txt"))
    return sorted(path for path in found if path.is_file() and not path.name.startswith("."))


def _different(home: Path) -> list[Path]:
    """The landed and archived files, of those with the same content one: what is imported twice is archived twice."""
    paths = [*_data(home, "landing"), *_data(home, "archive")]
    return sorted({hashlib.sha256(_content(path)).digest(): path for path in paths}.values())


def _content(path: Path) -> bytes:
    raw = path.read_bytes()
    return gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw


def _lines(path: Path) -> list[str]:
    """The lines of a file with its dataset; of each, who was asked for and what came of it, or the whole of it."""
    dataset = path.name.removesuffix(".gz").removesuffix(".jsonl").partition("_")[2]
    dataset = re.sub(r"^[0-9a-f]{12}-\d{5}-[0-9a-f]{16}_", "", dataset)
    return [
        f"{path.parent.parent.name}/{dataset}: {_told(line)}" for line in _content(path).split(b"\n") if line.strip()
    ]


def _told(line: bytes) -> str:
    try:
        value: Any = json.loads(line)
    except ValueError:
        return repr(line)
    if not isinstance(value, dict):
        return repr(value)
    mark = value.pop("_outcome", {})
    kept = {name: each for name, each in value.items() if not name.endswith("At") and name not in DIFFERENT_EACH_TIME}
    told = {name: mark.get(name) for name in ("key", "status", "reason", "httpStatus")} if mark else {}
    return RUN_OF_APIFY.sub("Apify run", json.dumps([told, kept], sort_keys=True, ensure_ascii=False))
