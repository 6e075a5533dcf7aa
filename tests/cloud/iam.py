"""Who may do what in a Google Cloud project: the roles that scripts/bootstrap grants, and what Google says of them."""

import json
import re
import shlex
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.cloud.needs import Need, Resource, made_by, needs_of, tables_in
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
        known = ROLES | self.custom
        return any(
            permission in known.get(binding.role, ())
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
    """What Google knows of a project beside its data: the queries of its views, and who started which job.

    ``readable`` says who may read a table by way of which datasets, until one of the views that it knows changes.
    """

    policy: Policy
    views: dict[str, str] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    readable: dict[str, dict[tuple[str, frozenset[str]], bool]] = field(default_factory=dict)

    def denial(self, member: str, request: Request) -> str:
        """Google's words for refusing this request; empty if the member may make it, which is then remembered."""
        missing = [need for need in self.needs(member, request) if not self._may(member, need)]
        if missing:
            permission, (kind, name) = missing[0]
            return f"Access Denied: {kind.title()} {self.policy.project}:{name}: Permission {permission} denied"
        self._remember(member, request)
        return ""

    def needs(self, member: str, request: Request) -> tuple[Need, ...]:
        """The permissions that a request takes."""
        needs, job = needs_of(self.policy.project, request)
        if job and self.owners.get(job, member) != member:
            return (("bigquery.jobs.get", ("project", self.policy.project)),)
        return needs

    def _may(self, member: str, need: Need) -> bool:
        permission, (kind, name) = need
        if kind != "table":
            return self.policy.allows(member, need)
        if permission != "bigquery.tables.getData":
            return self.policy.allows(member, (permission, ("dataset", name.split(".")[0])))
        return self._reads(member, name, frozenset())

    def _reads(self, member: str, table: str, through: frozenset[str]) -> bool:
        """Whether the member, or one of the views that lead here, may read a table and all that is behind it."""
        known = self.readable.setdefault(table, {})
        if (member, through) not in known:
            known[member, through] = self._reads_now(member, table, through)
        return known[member, through]

    def _reads_now(self, member: str, table: str, through: frozenset[str]) -> bool:
        dataset = table.split(".", maxsplit=1)[0]
        may = self.policy.allows(member, ("bigquery.tables.getData", ("dataset", dataset)))
        if not may and not any((views, dataset) in self.policy.authorized for views in through):
            return False
        behind = tables_in(self.views.get(table, ""))
        return all(self._reads(member, each, through | {dataset}) for each in behind - {table})

    def _remember(self, member: str, request: Request) -> None:
        job, views = made_by(request)
        if job:
            self.owners.setdefault(job, member)
        for name, query in views:
            if self.views.get(name) != query and name in self.readable:
                self.readable.clear()
            self.views[name] = query


def denied(project: Project, member: str, requests: Iterable[Request]) -> dict[str, Request]:
    """The requests that Google would refuse, by its words."""
    said = ((project.denial(member, request), request) for request in requests)
    return {words: request for words, request in said if words}
