"""Everybody may do what they have to, and no more, with the roles that scripts/bootstrap grants.

The requests are those that the walk in the cloud has made, and the steps those of cloudbuild.yaml; what Google asks for
each of them is written down in ``iam``.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml

pytest.importorskip("google.cloud.bigquery", reason="LEFT OUT: Google's libraries are not installed")

from linernotes.config.settings import shipped_folder
from tests.cloud.iam import Binding, Policy, Project, denied, policy_of
from tests.cloud.machine import Machine
from tests.cloud.needs import Need
from tests.cloud.proxy import Request, proxy_to
from tests.programs import ROOT

pytestmark = pytest.mark.cloud

ANALYST, IMPORTER = "group:analysts@acme.org", "user:ela@acme.org"
BUILD = yaml.safe_load((ROOT / "cloudbuild.yaml").read_text("utf-8"))


@dataclass(frozen=True)
class Walk:
    """What the walk in the cloud has asked of Google, and a policy under which it might have."""

    project: str
    policy: Policy
    requests: list[Request]
    imports: list[Request]

    def account(self, name: str) -> str:
        """A service account that bootstrap makes."""
        return f"serviceAccount:linernotes-{name}-dev@{self.project}.iam.gserviceaccount.com"

    def missing(self, policy: Policy) -> list[str]:
        """What somebody cannot do under that policy, and should."""
        runner, importer = self.account("runner"), IMPORTER
        known = Project(policy)
        said = [*denied(known, runner, self.requests), *denied(Project(policy), importer, self.imports)]
        known.owners.update({"of another": "somebody"})
        look = Request("GET", f"/bigquery/v2/projects/{self.project}/jobs/of%20another", b"")
        said += [*denied(known, runner, [look]), *denied(known, importer, [look])]
        said += denied(known, ANALYST, [query(self.project, f"select * from {name}") for name in service_models()])
        said += [f"{member} lacks {need}" for member, need in deeds(self) if not policy.allows(member, need)]
        return said


def query(project: str, sql: str) -> Request:
    """A question to BigQuery."""
    body = f'{{"query": "{sql}"}}'.encode()
    return Request("POST", f"/bigquery/v2/projects/{project}/queries", body)


def service_models() -> list[str]:
    """The models that analysts build on."""
    folder = shipped_folder("dbt_dataplatform") / "models/hub/service/music"
    return [f"dp_hub_dev.{path.stem}" for path in sorted(folder.glob("hub_music__svc_*.sql"))]


def deeds(walk: Walk) -> Iterator[tuple[str, Need]]:
    """What no emulator can be asked: the steps of cloudbuild.yaml, the start of the job, and its secrets."""
    builder, runner = walk.account("builder"), walk.account("runner")
    staging = ("bucket", f"{walk.project}-linernotes-builds")
    yield builder, ("storage.objects.get", staging)
    yield builder, ("logging.logEntries.create", ("project", walk.project))
    for step in BUILD["steps"]:
        words = [word.replace("${_ENV}", "dev") for word in step.get("args", [])]
        if words[0:1] == ["push"]:
            yield builder, ("artifactregistry.repositories.uploadArtifacts", ("repository", "linernotes"))
        if words[:3] == ["run", "jobs", "deploy"]:
            yield builder, ("run.jobs.update", ("job", words[3]))
            yield builder, ("iam.serviceAccounts.actAs", ("service-account", runner.removeprefix("serviceAccount:")))
            yield builder, ("artifactregistry.repositories.downloadArtifacts", ("repository", "linernotes"))
            yield walk.account("scheduler"), ("run.jobs.run", ("job", words[3]))
        if words[:3] == ["run", "jobs", "execute"]:
            yield builder, ("run.jobs.runWithOverrides", ("job", words[3]))  # --args are an override
            yield walk.account("scheduler"), ("run.jobs.runWithOverrides", ("job", words[3]))  # for the flows
    for secret in re.findall(r"=linernotes-\$\{_ENV\}-([\w-]+):", BUILD["substitutions"]["_SECRETS"]):
        yield runner, ("secretmanager.versions.access", ("secret", f"linernotes-dev-{secret}"))


@pytest.fixture(scope="module")
def walk(in_the_cloud: Machine) -> Walk:
    """What the walk asked for, without the datasets that bootstrap has made by then."""
    project = in_the_cloud.environ["GCP_PROJECT_ID"]
    arguments = ("--env", "dev", "--bucket", project, "--analysts", ANALYST, "--importers", IMPORTER)
    asked = [*in_the_cloud.storage.seen, *in_the_cloud.tables.seen]
    imports = [call for command, calls in in_the_cloud.calls.items() if command[0] == "import" for call in calls]
    made = [request for request in asked if not makes_a_dataset(request)]
    return Walk(project, policy_of(project, *arguments), made, imports)


def makes_a_dataset(request: Request) -> bool:
    return request.method == "POST" and request.path.partition("?")[0].endswith("/datasets")


def test_everybody_may_do_what_they_have_to(walk: Walk) -> None:
    assert walk.missing(walk.policy) == []


def test_no_grant_can_be_left_out(walk: Walk) -> None:
    useless = {binding for binding in walk.policy.bindings if not walk.missing(walk.policy.without(binding))}
    assert useless == set()


def test_the_views_of_the_hub_have_to_be_authorized(walk: Walk) -> None:
    missing = walk.missing(replace(walk.policy, authorized=frozenset()))
    assert missing
    assert all("Permission bigquery.tables.getData denied" in said for said in missing)


@pytest.mark.parametrize("role", ["roles/bigquery.jobUser", "roles/storage.objectUser", "roles/bigquery.dataViewer"])
def test_a_role_that_the_script_forgets_is_found(walk: Walk, tmp_path: Path, role: str) -> None:
    (tmp_path / "configs").symlink_to(ROOT / "configs")
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts/alerts").symlink_to(ROOT / "scripts/alerts")
    script = tmp_path / "scripts/bootstrap"
    script.write_text((ROOT / "scripts/bootstrap").read_text("utf-8").replace(role, "roles/nothing"), "utf-8")
    script.chmod(0o755)
    arguments = ("--env", "dev", "--bucket", walk.project, "--analysts", ANALYST, "--importers", IMPORTER)
    assert walk.missing(policy_of(walk.project, *arguments, script=script))


def test_nobody_may_more_than_their_task(walk: Walk) -> None:
    """Rather a failing build than an account that can read the secrets of another."""
    secret = ("secret", "linernotes-dev-spotify-client-secret")
    for member in (ANALYST, IMPORTER, walk.account("builder"), walk.account("scheduler")):
        assert not walk.policy.allows(member, ("secretmanager.versions.access", secret))
    for member in (ANALYST, walk.account("builder"), walk.account("scheduler")):
        for permission in ("bigquery.tables.updateData", "bigquery.tables.getData"):
            assert not walk.policy.allows(member, (permission, ("dataset", "dp_lake_dev")))
        assert not walk.policy.allows(member, ("storage.objects.get", ("bucket", walk.project)))


@contextmanager
def enforced(machine: Machine, walk: Walk, member: str) -> Iterator[Machine]:
    """Another machine in the same project, to which Google refuses what this member may not do."""
    known = Project(walk.policy)
    denied(known, walk.account("runner"), walk.requests)  # so that it knows the views, and whose jobs there are
    deny: Callable[[Request], str] = lambda request: known.denial(member, request)  # noqa: E731
    with proxy_to(machine.storage.target) as storage, proxy_to(machine.tables.target) as tables:
        storage.deny = tables.deny = deny
        places = {"STORAGE_EMULATOR_HOST": storage.url, "BIGQUERY_EMULATOR_HOST": tables.url}
        home = machine.home.with_name(f"home-{abs(hash(member))}")
        yield Machine(home, machine.environ | places, storage=storage, tables=tables)


def test_an_analyst_reads_every_model_of_the_hub_and_nothing_of_the_lake(in_the_cloud: Machine, walk: Walk) -> None:
    with enforced(in_the_cloud, walk, ANALYST) as theirs:
        for model in service_models():
            said = theirs("sql", f"select count(*) as number from {model}", "--format", "json")
            assert said.code == 0, said.err
        assert theirs("coverage").code == 0
        said = theirs("sql", "select * from {lake}.lake_ops__attempts")
        assert said.code == 3
        assert "Permission bigquery.tables.getData denied" in said.complaint


def test_an_account_without_any_role_is_told_which_one_it_needs_to_read(in_the_cloud: Machine, walk: Walk) -> None:
    with enforced(in_the_cloud, walk, "user:stranger@acme.org") as theirs:
        said = theirs("sql", "select 1 as one")
        assert said.code == 3
        assert said.complaint.endswith("ask for roles/bigquery.dataViewer on the dataset")


def test_a_view_that_is_replaced_is_looked_through_anew() -> None:
    hub, lake, project = ("dataset", "dp_hub_dev"), ("dataset", "dp_lake_dev"), ("project", "p")
    editor = {Binding("maker", "roles/bigquery.dataEditor", place) for place in (hub, lake)}
    reader = {Binding("reader", "roles/bigquery.dataViewer", hub)}
    users = {Binding(member, "roles/bigquery.jobUser", project) for member in ("maker", "reader")}
    known = Project(Policy("p", frozenset(editor | reader | users), frozenset()))
    asked = query("p", "select 1 from dp_hub_dev.a")
    for behind, refused in (("dp_hub_dev.b", 0), ("dp_lake_dev.b", 1)):
        assert (
            denied(known, "maker", [query("p", f"create or replace view dp_hub_dev.a as select 1 from {behind}")]) == {}
        )
        assert len(denied(known, "reader", [asked])) == refused


def test_a_role_on_something_else_does_not_count() -> None:
    policy = Policy("p", frozenset({Binding("m", "roles/bigquery.dataViewer", ("dataset", "dp_hub_dev"))}), frozenset())
    assert policy.allows("m", ("bigquery.tables.getData", ("dataset", "dp_hub_dev")))
    assert not policy.allows("m", ("bigquery.tables.getData", ("dataset", "dp_lake_dev")))
    assert not policy.allows("m", ("bigquery.tables.updateData", ("dataset", "dp_hub_dev")))
