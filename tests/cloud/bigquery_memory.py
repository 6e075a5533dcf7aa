"""What ``local-bigquery`` looks up again and again, kept in dictionaries.

As shipped it asks the engine for all tables, views and columns of all projects to learn whether one is there, binds a
chain of views to learn their columns, and reads the JSON of tables and jobs: thousands of times while the hub is built.
"""

import hashlib
import json
import re
import threading
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any, TypeAlias

import duckdb
from local_bigquery.engine import database

Place: TypeAlias = tuple[str, ...]  # database, schema, and the name of a table or view
Objects: TypeAlias = dict[Place, dict[str, str]]  # kinds by name, in every schema there is
Key: TypeAlias = tuple[str, ...]

NAME = r'"(?:[^"]|"")+"'
WRITES = re.compile(r"\s*(?:create|drop|alter|attach|detach)\b", re.IGNORECASE)
UNSEEN = re.compile(r"\s*create\s+(?:or\s+replace\s+)?(?:temp\w*\s+)?macro\b", re.IGNORECASE)
TEMPORARY = re.compile(
    r"\s*(?:create\s+(?:or\s+replace\s+)?temp|drop\s+table\s+(?:if\s+exists\s+)?temp\.)", re.IGNORECASE
)
ONE = re.compile(
    r"\s*(?P<verb>create|drop)\s+(?:or\s+replace\s+)?(?P<kind>table|view)\s+(?:if\s+(?:not\s+)?exists\s+)?"
    rf"(?P<place>{NAME}\.{NAME}\.{NAME})",
    re.IGNORECASE,
)
ENDS = re.compile(r"\s*(?:commit|rollback)\b", re.IGNORECASE)
EVERY_SCHEMA = "select database_name, schema_name from duckdb_schemas()"
EVERY_OBJECT = """
select database_name, schema_name, table_name, 'TABLE' from duckdb_tables() where not temporary
union all
select database_name, schema_name, view_name, 'VIEW' from duckdb_views() where not temporary and not internal
"""
TEMPORARY_TABLES = "SELECT table_name FROM duckdb_tables() WHERE temporary"
RESULTS_KEPT = 200


class Catalogue:
    """The tables and views of all projects, and their columns: read once, then followed statement by statement."""

    def __init__(self, fetch: Callable[[str], list[tuple[Any, ...]]], describe: Callable[[Place], list[Any]]) -> None:
        self._fetch, self._describe = fetch, describe
        self._lock = threading.RLock()
        self._objects: Objects | None = None
        self._columns: dict[Place, list[Any]] = {}
        self._gone: dict[Place, list[Any]] = {}

    def objects(self) -> Objects:
        """The names in every schema, with their kinds."""
        with self._lock:
            if self._objects is None:
                found: Objects = {place: {} for place in self._fetch(EVERY_SCHEMA)}
                for base, schema, name, kind in self._fetch(EVERY_OBJECT):
                    found.setdefault((base, schema), {})[name] = kind
                self._objects = found
            return self._objects

    def columns(self, place: Place) -> list[Any]:
        """The columns of a table or view."""
        if place not in self._columns:
            self._columns[place] = self._describe(place)
        return self._columns[place]

    def saw(self, sql: str) -> bool:
        """Follow a statement that the engine has done; whether it made, changed or dropped anything."""
        if not WRITES.match(sql) or UNSEEN.match(sql) or TEMPORARY.match(sql):
            return False
        one = ONE.match(sql)
        if not one:
            self.forget()
            return True
        place = tuple(part[1:-1].replace('""', '"') for part in re.findall(NAME, one["place"]))
        with self._lock:
            names = (self._objects or {}).get(place[:2], {})
            if one["verb"].lower() == "drop":
                names.pop(place[2], None)
                self._drop_columns(place)
            else:
                names[place[2]] = one["kind"].upper()
                self._compare_columns(place)
        return True

    def forget(self) -> None:
        """Read everything again when it is asked for."""
        with self._lock:
            self._objects = None
            self._columns.clear()
            self._gone.clear()

    def _drop_columns(self, place: Place) -> None:
        if place in self._columns:
            self._gone[place] = self._columns.pop(place)

    def _compare_columns(self, place: Place) -> None:
        """Columns of views follow from those of what is behind them, and hold as long as these are the same."""
        self._drop_columns(place)
        before = self._gone.pop(place, None)
        if before is not None and self.columns(place) != before:
            self._columns.clear()


class Cursor:
    """A connection that tells the catalogue what it has done."""

    def __init__(self, engine: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
        self._engine, self._catalogue = engine, catalogue
        self._has_temporary = self._changed = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def cursor(self) -> "Cursor":
        """Another connection to the same engine."""
        return Cursor(self._engine.cursor(), self._catalogue)

    def execute(self, sql: str, params: Any = None) -> Any:
        """Do a statement."""
        self._has_temporary |= bool(TEMPORARY.match(sql))
        done = self._engine.execute(sql, params)
        self._follow(sql)
        return done

    def sql(self, sql: str, *arguments: Any, **options: Any) -> Any:
        """Do a statement that has rows."""
        if sql == TEMPORARY_TABLES and not self._has_temporary:
            return self._engine.sql("select 1 where false")
        done = self._engine.sql(sql, *arguments, **options)
        self._follow(sql)
        return done

    def _follow(self, sql: str) -> None:
        self._changed |= self._catalogue.saw(sql)
        if self._changed and ENDS.match(sql):
            self._catalogue.forget()
            self._changed = False


class Resources:
    """What is stored of datasets, tables and the like; ``kinds`` are the models, whose keys are all of one length."""

    def __init__(self) -> None:
        self._of: dict[type, dict[Key, Any]] = defaultdict(dict)

    def list_(self, model: type, *keys: str) -> list[Any]:
        """Everything whose keys begin like that."""
        return [found for key, found in list(self._of[model].items()) if key[: len(keys)] == keys]

    def load(self, model: type, *keys: str) -> Any:
        """The one with these keys, if there is one."""
        return self._of[model].get(keys)

    def save(self, resource: Any, *keys: str) -> Any:
        """Keep it under these keys, with a tag of its content."""
        body = {name: value for name, value in resource.dump().items() if name != "etag"}
        etag = hashlib.md5(json.dumps(body, sort_keys=True).encode(), usedforsecurity=False).hexdigest()
        kept = self._of[type(resource)][keys] = resource.replace(etag=etag)
        return kept

    def delete(self, model: type, *keys: str) -> None:
        """Forget everything whose keys begin like that."""
        for key in [key for key in list(self._of[model]) if key[: len(keys)] == keys]:
            self._of[model].pop(key, None)

    def places(self, model: type, length: int) -> frozenset[Key]:
        """How the keys of everything begin."""
        return frozenset(key[:length] for key in list(self._of[model]))


class Jobs:
    """Jobs by project and id; the oldest results are dropped, as in BigQuery after a day."""

    def __init__(self, drop: Callable[[str, str], None]) -> None:
        self._drop = drop
        self._jobs: dict[Key, Any] = {}
        self._results: deque[Key] = deque()

    def save(self, job: Any) -> Any:
        """Keep a job as it is now."""
        key = job.jobReference.projectId, job.jobReference.jobId
        self._jobs[key] = job
        if job.status.state == "DONE" and job.configuration.query:
            self._results.append(key)
            while len(self._results) > RESULTS_KEPT:
                self._drop(*self._results.popleft())
        return job

    def load(self, project: str, job: str) -> Any:
        """A job, if there is one with that id."""
        return self._jobs.get((project, job))

    def list_(
        self, project: str, states: list[str] | None, parent: str | None, earliest: int | None, latest: int | None
    ) -> list[Any]:
        """The jobs of a project, the newest first."""
        found = [
            job
            for (of, _), job in list(self._jobs.items())
            if of == project
            and job.statistics.parentJobId == parent
            and (not states or job.status.state in states)
            and (earliest or 0) <= int(job.statistics.creationTime) <= (latest or float("inf"))
        ]
        return sorted(found, key=lambda job: (-int(job.statistics.creationTime), job.jobReference.jobId))

    def delete(self, project: str, job: str) -> None:
        """Forget a job and its children."""
        for key, found in list(self._jobs.items()):
            if key[0] == project and job in (key[1], found.statistics.parentJobId):
                self._jobs.pop(key, None)


def objects_in(
    catalogue: Catalogue, project: str, dataset: str, table: str | None = None
) -> list[tuple[str, str, int]]:
    """As ``database.objects``: names, kinds and how many rows there are; of all tables together without the latter."""
    names = catalogue.objects().get((project, dataset), {})
    if table is None:
        return [(name, kind, 0) for name, kind in sorted(names.items())]
    kind = names.get(table)
    if kind is None:
        return []
    place = database.quote(project, dataset, table)
    number = database.fetch(f"select count(*) from {place}")[0][0] if kind == "TABLE" else 0
    return [(table, kind, number)]
