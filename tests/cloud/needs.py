"""Requests to the emulators, which let everybody do everything, in the permissions that Google asks for."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.cloud.proxy import Request

Resource = tuple[str, str]  # what kind of thing, and its name
Need = tuple[str, Resource]

QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)
TABLE = re.compile(r"(?:\b|(?<=\s))(?:[a-z][\w-]*\.)?(dp_(?:lake|hub)_\w+)\.(\w+)")
VERBS = (
    (r"insert\s+into\s+", ("updateData",)),
    (r"merge\s+into\s+", ("updateData", "getData")),
    (r"delete\s+from\s+", ("updateData", "getData")),
    (r"update\s+", ("updateData", "getData")),
    (r"truncate\s+table\s+", ("updateData",)),
    (r"create\s+(?:or\s+replace\s+)?table\s+(?:if\s+not\s+exists\s+)?", ("create", "update", "updateData")),
    (r"create\s+(?:or\s+replace\s+)?view\s+(?:if\s+not\s+exists\s+)?", ("create", "update")),
    (r"drop\s+(?:table|view)\s+(?:if\s+exists\s+)?", ("delete",)),
    (r"alter\s+(?:table|view)\s+(?:if\s+exists\s+)?", ("update", "get")),
)
VIEW = re.compile(r"create\s+(?:or\s+replace\s+)?view\s+", re.IGNORECASE)


@cache  # every request is asked about for every grant that might be left out
def needs_of(project: str, request: Request) -> tuple[tuple[Need, ...], str]:
    """The permissions that a request takes from anybody, and the job it looks at."""
    if "/storage/" in request.path:
        return tuple(_of_storage(request)), ""
    parts = [unquote(part) for part in urlsplit(request.path).path.split("/") if part]
    place = parts[parts.index(project) + 1 :] if project in parts else []
    looks = len(place) == 2 and place[0] in ("jobs", "queries") and request.method == "GET"
    return tuple(_of_bigquery(project, place, request)), place[1] if looks else ""


def _of_bigquery(project: str, place: list[str], request: Request) -> Iterator[Need]:
    match place:
        case ["datasets"]:
            if request.method == "POST":
                yield "bigquery.datasets.create", ("project", project)
        case ["datasets", dataset]:
            yield "bigquery.datasets.get", ("dataset", dataset)
        case ["datasets", dataset, "tables"]:
            action = "create" if request.method == "POST" else "list"
            yield f"bigquery.tables.{action}", ("dataset", dataset)
        case ["datasets", dataset, "tables", table, *data] if not dataset.startswith("_"):
            actions = {"GET": "getData" if data else "get", "DELETE": "delete"}
            yield f"bigquery.tables.{actions.get(request.method, 'update')}", ("table", f"{dataset}.{table}")
        case ["jobs" | "queries"] if request.method == "POST":
            yield "bigquery.jobs.create", ("project", project)
            yield from _of_job(request)


@cache
def made_by(request: Request) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The job that a request starts, and the views it makes, with their queries."""
    if request.method != "POST":
        return "", ()
    described = _described(request)
    return described.get("jobReference", {}).get("jobId", ""), tuple(_views(_sql(described)))


def _of_storage(request: Request) -> Iterator[Need]:
    url = urlsplit(request.path)
    parts = [unquote(part) for part in url.path.split("/") if part]
    bucket: Resource = ("bucket", parts[parts.index("b") + 1])
    over = parse_qs(url.query).get("ifGenerationMatch", ["0"])[0] != "0"
    if "upload" in parts:
        yield "storage.objects.create", bucket
        if over:
            yield "storage.objects.delete", bucket
    elif "copyTo" in parts or "rewriteTo" in parts:
        yield from (("storage.objects.get", bucket), ("storage.objects.create", bucket))
    elif parts[-1] == "o":
        yield "storage.objects.list", bucket
    elif parts[-1] == bucket[1]:
        yield "storage.buckets.get", bucket
    else:
        yield f"storage.objects.{'delete' if request.method == 'DELETE' else 'get'}", bucket


def _described(request: Request) -> dict[str, Any]:
    """The JSON of a request, also where a file follows it."""
    start = request.body.find(b"{")
    if start < 0:
        return {}
    try:
        described, _ = json.JSONDecoder().raw_decode(request.body[start:].decode("utf-8", "replace"))
    except ValueError:
        return {}
    return described if isinstance(described, dict) else {}


def _of_job(request: Request) -> Iterator[Need]:
    described = _described(request)
    if load := described.get("configuration", {}).get("load"):
        target = load["destinationTable"]
        name = f"{target['datasetId']}.{target['tableId']}"
        yield from ((f"bigquery.tables.{what}", ("table", name)) for what in ("create", "update", "updateData"))
        return
    sql = _sql(described)
    written = set()
    for pattern, actions in VERBS:
        for dataset, table in re.findall(pattern + TABLE.pattern, sql, re.IGNORECASE):
            written.add(f"{dataset}.{table}")
            yield from ((f"bigquery.tables.{what}", ("table", f"{dataset}.{table}")) for what in actions)
    defined = {name for name, _ in _views(sql)}
    for table in sorted(tables_in(sql) - written - defined):
        if not table.split(".")[1].upper().startswith("INFORMATION_SCHEMA"):
            yield "bigquery.tables.getData", ("table", table)


def _sql(described: dict[str, Any]) -> str:
    """The query of a request, without what only looks like names, in backticks or not; tables are in full."""
    query = described.get("configuration", {}).get("query", described)
    text = query.get("query", "") if isinstance(query, dict) else ""
    plain = QUOTED.sub("''", text).replace("`", "")
    default = query.get("defaultDataset", {}).get("datasetId") if isinstance(query, dict) else None
    return re.sub(r"(\b(?:from|join)\s+)(hub_\w+)", rf"\1{default}.\2", plain) if default else plain


def _views(sql: str) -> Iterator[tuple[str, str]]:
    """The views that statements make, with their queries."""
    for statement in sql.split(";"):
        if made := VIEW.search(statement):
            name, query = TABLE.search(statement, made.end()), statement[made.end() :]
            if name:
                yield f"{name[1]}.{name[2]}", query[name.end() - made.end() :]


@cache
def tables_in(sql: str) -> frozenset[str]:
    return frozenset(f"{dataset}.{table}" for dataset, table in TABLE.findall(sql))
