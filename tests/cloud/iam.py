"""Who may do what in a Google Cloud project: the roles that scripts/bootstrap grants, and what Google says of them.

Requests to the emulators, which let everybody do everything, are translated into the permissions that Google asks for.
"""

import json
import re
import shlex
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.cloud.proxy import Request
from tests.programs import ROOT

# cloud.google.com/iam/docs/roles-permissions, as far as the product, dbt, Cloud Build and Cloud Run ask for it.
READ_TABLES = {"bigquery.datasets.get", *(f"bigquery.tables.{what}" for what in ("get", "getData", "list", "export"))}
WRITE_TABLES = {f"bigquery.tables.{what}" for what in ("create", "delete", "update", "updateData")}
READ_OBJECTS = {"storage.objects.get", "storage.objects.list"}
ROLES = {
    "roles/bigquery.jobUser": {"bigquery.jobs.create"},
    "roles/bigquery.dataViewer": READ_TABLES,
    "roles/bigquery.dataEditor": READ_TABLES | WRITE_TABLES,  # on a dataset: no bigquery.datasets.create
    "roles/storage.objectViewer": READ_OBJECTS,
    "roles/storage.objectUser": READ_OBJECTS | {f"storage.objects.{what}" for what in ("create", "delete", "update")},
    "roles/secretmanager.secretAccessor": {"secretmanager.versions.access"},
    "roles/artifactregistry.writer": {
        "artifactregistry.repositories.uploadArtifacts",
        "artifactregistry.repositories.downloadArtifacts",
    },
    "roles/logging.logWriter": {"logging.logEntries.create"},
    "roles/iam.serviceAccountUser": {"iam.serviceAccounts.actAs"},
    "roles/run.developer": {f"run.jobs.{what}" for what in ("get", "update", "run", "runWithOverrides")},
    "roles/run.invoker": {"run.jobs.run"},
    "roles/run.jobsExecutorWithOverrides": {"run.jobs.run", "run.jobs.runWithOverrides"},
}
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
GRANT = re.compile(r"grant `(\S+)` on schema `[\w-]+\.(\w+)` to '(\S+)'")
AUTHORIZES = re.compile(r"^# access-(\w+)\.json: .*?: (\{.*\})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Binding:
    """One role, of one member, on one thing."""

    member: str
    role: str
    resource: Resource


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that was granted; ``authorized`` are datasets whose views may read another, in pairs."""

    project: str
    bindings: frozenset[Binding]
    authorized: frozenset[tuple[str, str]]
    custom: dict[str, frozenset[str]] = field(default_factory=dict)

    def allows(self, member: str, need: Need) -> bool:
        """Whether one of the member's roles, on the thing or on the project, has the permission."""
        permission, resource = need
        return any(
            permission in {**ROLES, **self.custom}.get(binding.role, ())
            for binding in self.bindings
            if binding.member == member and binding.resource in (resource, ("project", self.project))
        )

    def without(self, binding: Binding) -> "Policy":
        """The same, less one grant."""
        return replace(self, bindings=self.bindings - {binding})


def policy_of(project: str, *arguments: str, script: Path = ROOT / "scripts/bootstrap") -> Policy:
    """What the script grants in an empty project."""
    command = [str(script), "--project", project, "--dry-run", *arguments]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    calls = [words for line in text.splitlines() if (words := shlex.split(line, comments=True))]
    entries = [
        (shared, json.loads(entry)["dataset"]["dataset"]["datasetId"]) for shared, entry in AUTHORIZES.findall(text)
    ]
    return Policy(
        project,
        frozenset(binding for words in calls if (binding := _binding(words))),
        frozenset((views, shared) for shared, views in entries),
        {
            f"projects/{project}/roles/{words[4]}": _permissions(words)
            for words in calls
            if words[2:4] == ["roles", "create"]
        },
    )


def _start(words: list[str]) -> str:
    return " ".join(words[:4])


def _permissions(words: list[str]) -> frozenset[str]:
    return frozenset(_flag(words, "permissions").split(","))


def _flag(words: list[str], name: str) -> str:
    return next((word.partition("=")[2] for word in words if word.startswith(f"--{name}=")), "")


def _binding(words: list[str]) -> Binding | None:
    if words[0] == "bq":
        granted = GRANT.search(words[-1])
        return Binding(granted[3], granted[1], ("dataset", granted[2])) if granted else None
    if "add-iam-policy-binding" not in words:
        return None
    place = words.index("add-iam-policy-binding")
    kind, name = words[place - 1].removesuffix("s"), words[place + 1].removeprefix("gs://")
    return Binding(_flag(words, "member"), _flag(words, "role"), (kind.replace("repositorie", "repository"), name))


@dataclass
class Project:
    """What Google knows of a project beside its data: the queries of its views, and who started which job."""

    policy: Policy
    views: dict[str, str] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)

    def denial(self, member: str, request: Request) -> str:
        """Google's words for refusing this request; empty if the member may make it, which is then remembered."""
        missing = [need for need in self.needs(member, request) if not self._may(member, need)]
        if missing:
            permission, (kind, name) = missing[0]
            return f"Access Denied: {kind.title()} {self.policy.project}:{name}: Permission {permission} denied"
        self._remember(member, request)
        return ""

    def needs(self, member: str, request: Request) -> list[Need]:
        """The permissions that a request takes."""
        if "/storage/" in request.path:
            return list(_of_storage(request))
        return list(self._of_bigquery(member, request))

    def _may(self, member: str, need: Need) -> bool:
        permission, (kind, name) = need
        if kind != "table":
            return self.policy.allows(member, need)
        if permission != "bigquery.tables.getData":
            return self.policy.allows(member, (permission, ("dataset", name.split(".")[0])))
        return self._reads(member, name, frozenset())

    def _reads(self, member: str, table: str, through: frozenset[str]) -> bool:
        """Whether the member, or one of the views that lead here, may read a table and all that is behind it."""
        dataset = table.split(".", maxsplit=1)[0]
        may = self.policy.allows(member, ("bigquery.tables.getData", ("dataset", dataset)))
        if not may and not any((views, dataset) in self.policy.authorized for views in through):
            return False
        behind = _tables(self.views.get(table, ""))
        return all(self._reads(member, each, through | {dataset}) for each in behind - {table})

    def _of_bigquery(self, member: str, request: Request) -> Iterator[Need]:
        parts = [unquote(part) for part in urlsplit(request.path).path.split("/") if part]
        place = parts[parts.index(self.policy.project) + 1 :] if self.policy.project in parts else []
        match place:
            case ["datasets"]:
                if request.method == "POST":
                    yield "bigquery.datasets.create", ("project", self.policy.project)
            case ["datasets", dataset]:
                yield "bigquery.datasets.get", ("dataset", dataset)
            case ["datasets", dataset, "tables"]:
                action = "create" if request.method == "POST" else "list"
                yield f"bigquery.tables.{action}", ("dataset", dataset)
            case ["datasets", dataset, "tables", table, *data] if not dataset.startswith("_"):
                actions = {"GET": "getData" if data else "get", "DELETE": "delete"}
                yield f"bigquery.tables.{actions.get(request.method, 'update')}", ("table", f"{dataset}.{table}")
            case ["jobs" | "queries", job] if request.method == "GET":
                if self.owners.get(job, member) != member:
                    yield "bigquery.jobs.get", ("project", self.policy.project)
            case ["jobs" | "queries"] if request.method == "POST":
                yield "bigquery.jobs.create", ("project", self.policy.project)
                yield from _of_job(request)

    def _remember(self, member: str, request: Request) -> None:
        if request.method != "POST":
            return
        described = _described(request)
        if job := described.get("jobReference", {}).get("jobId"):
            self.owners.setdefault(job, member)
        for name, query in _views(_sql(described)):
            self.views[name] = query


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
    for table in sorted(_tables(sql) - written - defined):
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


def _tables(sql: str) -> set[str]:
    return {f"{dataset}.{table}" for dataset, table in TABLE.findall(sql)}


def denied(project: Project, member: str, requests: Iterable[Request]) -> dict[str, Request]:
    """The requests that Google would refuse, by its words."""
    said = ((project.denial(member, request), request) for request in requests)
    return {words: request for words, request in said if words}
