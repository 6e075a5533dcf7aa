"""scripts/bootstrap, with a gcloud and a bq that write down what they are asked."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from linernotes.config.service_levels import RunObjectives
from tests.programs import ROOT, Programs
from tests.samples import configs, settings

PROJECT = ("--project", "acme-music")
MAKES = re.compile(r"\b(?:create|mk)\b")
VARIABLES = sorted({name for provider in configs().providers.values() for name in provider.credentials.values()})
FLOWS = {name: flow for name, flow in configs().flows.items() if name != "weekly"}
ALERTS = ("failed", "partial", "stale", "silent")
# What has to be there before what follows can be made or given.
ORDER = [
    "services enable",
    "service-accounts create linernotes-runner-prd",
    "service-accounts create linernotes-builder-prd",
    "service-accounts create linernotes-scheduler-prd",
    "repositories create linernotes",
    "iam roles create linernotesJobs",
    "mk --dataset acme-music:dp_lake_prd",
    "mk --dataset acme-music:dp_hub_prd",
    "buckets create gs://acme-music-dp-prd",
    *(f"secrets create linernotes-prd-{variable.lower().replace('_', '-')}" for variable in VARIABLES),
    "jobs create linernotes-prd",
    "jobs create linernotes-watch-prd",
    "scheduler jobs create http linernotes-weekly-prd",
    "scheduler jobs create http linernotes-watch-prd",
    *(f"scheduler jobs create http linernotes-{name.replace('_', '-')}-prd" for name in sorted(FLOWS)),
    *(f"policies create --project=acme-music --policy-from-file={name}.json" for name in ALERTS),
]
ROLES = {
    "linernotes-runner-prd": {
        ("projects", "roles/bigquery.jobUser"),
        ("projects", "roles/linernotesJobs"),  # of the project's own: bigquery.jobs.get and nothing else
        ("bq", "roles/bigquery.dataEditor"),
        ("storage", "roles/storage.objectUser"),
        ("secrets", "roles/secretmanager.secretAccessor"),
    },
    "linernotes-builder-prd": {
        ("artifacts", "roles/artifactregistry.writer"),
        ("storage", "roles/storage.objectViewer"),
        ("projects", "roles/logging.logWriter"),
        ("iam", "roles/iam.serviceAccountUser"),
        ("run", "roles/run.developer"),
    },
    "linernotes-scheduler-prd": {("run", "roles/run.invoker"), ("run", "roles/run.jobsExecutorWithOverrides")},
}


EMPTY = ((" describe ", 1), (" show --dataset ", 1))
ACCESS = {"access": [{"role": "OWNER", "specialGroup": "projectOwners"}], "id": "acme-music:dp_lake_prd"}
AUTHORIZED = {"dataset": {"dataset": {"projectId": "acme-music", "datasetId": "dp_hub_prd"}, "targetTypes": ["VIEWS"]}}


def shown(access: dict[str, Any], indent: int | None = 2) -> dict[str, str]:
    """A bq that shows this dataset."""
    return {"show_--format": json.dumps(access, indent=indent, sort_keys=True)}


@pytest.fixture
def google(tmp_path: Path) -> Programs:
    """An empty project: nothing that is asked for is there."""
    programs = Programs(tmp_path / "bin", "gcloud", "bq", "gsutil")
    programs.answer(*EMPTY, **shown(ACCESS))
    return programs


def planned(google: Programs, *arguments: str) -> list[list[str]]:
    """The calls that a dry run prints."""
    said = google.run("bootstrap", *PROJECT, "--dry-run", *arguments)
    assert (said.returncode, said.stderr) == (0, "")
    return [words for line in said.stdout.splitlines() if (words := shlex.split(line, comments=True))]


def test_a_dry_run_needs_no_gcloud_and_calls_nothing(tmp_path: Path, google: Programs) -> None:
    assert len(planned(google)) > 30
    assert google.calls == []
    assert planned(Programs(tmp_path / "nothing")) == planned(google)


def test_what_a_dry_run_prints_is_exactly_what_a_run_in_an_empty_project_does(google: Programs) -> None:
    lines = planned(google)
    said = google.run("bootstrap", *PROJECT)
    assert said.returncode == 0, said.stderr
    assert google.calls == lines


def test_everything_is_made_in_an_order_that_works(google: Programs) -> None:
    made = [" ".join(words) for words in planned(google)]
    places = [next(n for n, line in enumerate(made) if what in line) for what in ORDER]
    assert places == sorted(places)
    assert sum(1 for line in made if MAKES.search(line)) == len(ORDER[1:]) + 1  # and the bucket of the builds


def test_each_account_may_do_what_it_is_for_and_no_more(google: Programs) -> None:
    given: dict[str, set[tuple[str, str]]] = {}
    for words in planned(google):
        line = " ".join(words)
        if "policy-binding" in line or "grant " in line:
            account = re.findall(r"serviceAccount:([\w-]+)@", line)[0]
            where = words[0] if words[0] == "bq" else words[1]
            given.setdefault(account, set()).update({(where, role) for role in re.findall(r"roles/[\w.]+", line)})
    assert given == ROLES


@pytest.mark.parametrize("indent", [None, 2])
def test_the_views_of_the_hub_may_read_the_lake_whoever_asks(google: Programs, indent: int | None) -> None:
    google.answer(*EMPTY, **shown(ACCESS, indent))
    assert google.run("bootstrap", *PROJECT).returncode == 0
    (update,) = [record for record in google.records if "update" in record["call"] and "bq" in record["call"]]
    assert update["call"][-1] == "acme-music:dp_lake_prd"
    assert json.loads(update["source"]) == {**ACCESS, "access": [AUTHORIZED, *ACCESS["access"]]}


def test_a_single_view_of_the_hub_that_somebody_authorized_does_not_count_for_all(google: Programs) -> None:
    view = {"view": {"datasetId": "dp_hub_prd", "projectId": "acme-music", "tableId": "v"}}
    google.answer(*EMPTY, **shown({"access": [view]}))
    assert google.run("bootstrap", *PROJECT).returncode == 0
    (update,) = [record for record in google.records if "update" in record["call"] and "bq" in record["call"]]
    assert json.loads(update["source"])["access"] == [AUTHORIZED, view]


def test_without_an_access_list_nothing_is_written_over_it(google: Programs) -> None:
    google.answer(*EMPTY, **shown({}))
    said = google.run("bootstrap", *PROJECT)
    assert said.returncode == 2
    assert "acme-music:dp_lake_prd shows no access list" in said.stderr
    assert [call for call in google.calls if call[0] == "bq" and "update" in call] == []


def test_analysts_may_ask_and_read_the_hub_alone(google: Programs) -> None:
    given = planned(google, "--analysts", "group:a@acme.org,user:ela@acme.org")
    for member in ("group:a@acme.org", "user:ela@acme.org"):
        granted = [" ".join(words) for words in given if member in " ".join(words)]
        assert len(granted) == 2
        assert f"--member={member} --role=roles/bigquery.jobUser" in granted[0]
        assert f"roles/bigquery.dataViewer` on schema `acme-music.dp_hub_prd` to '{member}'" in granted[1]


def test_importers_get_what_the_weekly_job_has_besides_its_secrets(google: Programs) -> None:
    importer, runner = "user:ela@acme.org", "serviceAccount:linernotes-runner-prd@acme-music.iam.gserviceaccount.com"
    lines = [" ".join(words) for words in planned(google, "--importers", importer)]
    given = {line for line in lines if importer in line}
    assert given == {line.replace(runner, importer) for line in lines if runner in line and "grant" in line} | {
        line.replace(runner, importer)
        for line in lines
        if f"--member={runner}" in line and " secrets " not in line and " service-accounts " not in line
    }


def test_a_second_run_makes_nothing(google: Programs) -> None:
    there = {"policies_list": "projects/acme-music/alertPolicies/1", "channels_list": "projects/acme-music/c/1"}
    google.answer(**shown({**ACCESS, "access": [*ACCESS["access"], AUTHORIZED]}), **there)
    said = google.run("bootstrap", *PROJECT)
    assert said.returncode == 0, said.stderr
    assert google.calls
    assert [call for call in google.calls if call[0] == "bq" and "update" in call] == []
    assert [call for call in google.calls if MAKES.search(" ".join(call))] == []
    assert [
        call for call in google.calls if "versions add" in " ".join(call) or "policies update" in " ".join(call)
    ] == []


def test_a_call_that_fails_ends_it_at_once(google: Programs) -> None:
    google.answer(("repositories create", 9), *EMPTY)
    assert google.run("bootstrap", *PROJECT).returncode == 9
    assert "repositories create" in " ".join(google.calls[-1])


def test_nothing_in_the_lake_is_deleted_by_rule_and_only_the_archive_grows_cold(google: Programs) -> None:
    said = google.run("bootstrap", *PROJECT, "--dry-run").stdout
    (rule,) = json.loads(re.findall(r"^# lifecycle.json: (.*)$", said, re.MULTILINE)[0])["rule"]
    assert rule["action"] == {"type": "SetStorageClass", "storageClass": "COLDLINE"}
    assert rule["condition"]["age"] == 90
    providers = {path.name for path in (ROOT / "configs/datasets").iterdir()}
    assert set(rule["condition"]["matchesPrefix"]) == {f"{name}/archive/" for name in providers}


def test_it_begins_every_sunday_at_seven_in_paris(google: Programs) -> None:
    entry, watch, *_ = (words for words in planned(google) if words[1:5] == ["scheduler", "jobs", "create", "http"])
    assert "--schedule=30 9,21 * * *" in watch  # so that its absence shows within a day
    assert any(word.endswith("/jobs/linernotes-watch-prd:run") for word in watch)
    assert {"--schedule=0 7 * * 0", "--time-zone=Europe/Paris", "--http-method=POST"} <= set(entry)
    assert any(word.endswith("/locations/europe-west1/jobs/linernotes-prd:run") for word in entry)


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_every_other_flow_has_an_entry_as_its_file_says_and_waits_to_be_switched_on(
    google: Programs, name: str
) -> None:
    entry = f"linernotes-{name.replace('_', '-')}-prd"
    made, paused = (words for words in planned(google) if entry in words and "describe" not in words)
    flow = FLOWS[name]
    assert {f"--schedule={flow.schedule}", f"--time-zone={flow.time_zone}"} <= set(made)
    assert any(word.endswith("/jobs/linernotes-prd:run") for word in made)
    (body,) = (json.loads(word.partition("=")[2]) for word in made if word.startswith("--message-body="))
    (container,) = body["overrides"]["containerOverrides"]
    assert container["args"] == ["flow", name, "--env", "prd"]
    assert paused[:4] == ["gcloud", "scheduler", "jobs", "pause"]


def test_every_provider_with_credentials_has_its_secrets_and_a_blank_one_counts_as_not_set(google: Programs) -> None:
    assert google.run("bootstrap", *PROJECT).returncode == 0
    first = [record for record in google.records if "versions add" in " ".join(record["call"])]
    assert [record["call"][4] for record in first] == [
        f"linernotes-prd-{variable.lower().replace('_', '-')}" for variable in VARIABLES
    ]
    assert {record["stdin"] for record in first} == {" \n"}
    for variable in VARIABLES:
        assert settings(**{variable: " \n"}).secret(variable) is None


def test_what_is_purged_is_gone_and_old_images_go_too(google: Programs) -> None:
    assert google.run("bootstrap", *PROJECT).returncode == 0
    (lake,) = [call for call in google.calls if "--lifecycle-file=lifecycle.json" in call]
    assert "--clear-soft-delete" in lake
    (images,) = [record for record in google.records if "set-cleanup-policies" in record["call"]]
    keep, old = json.loads(images["source"])
    assert (keep["action"], keep["mostRecentVersions"]) == ({"type": "Keep"}, {"keepCount": 10})
    assert (old["action"], old["condition"]["olderThan"]) == ({"type": "Delete"}, "30d")


def policies(google: Programs, *arguments: str) -> dict[str, dict[str, Any]]:
    """The alerts that are made, by name."""
    assert google.run("bootstrap", *PROJECT, *arguments).returncode == 0
    made = [record for record in google.records if record["call"][1:3] == ["monitoring", "policies"]]
    return {
        alert["displayName"]: alert for record in made if record["source"] for alert in [json.loads(record["source"])]
    }


def test_alerts_are_about_the_jobs_of_the_environment(google: Programs) -> None:
    alerts = policies(google)
    assert len(alerts) == len(ALERTS)
    text = json.dumps(alerts)
    assert "@" not in text
    assert set(re.findall(r'job_name = \\"([\w-]+)', text)) == {"linernotes-prd", "linernotes-watch-prd"}
    assert all(name.startswith("linernotes prd: ") for name in alerts)
    assert {alert["notificationChannels"] == [] for alert in alerts.values()} == {True}


def test_alerts_of_the_log_look_for_the_words_that_check_runs_prints(google: Programs) -> None:
    words = set(re.findall(r'textPayload : \\"(\w+) is', json.dumps(policies(google))))
    assert words == set(RunObjectives.model_fields)


@pytest.mark.parametrize("there", ["", "projects/acme-music/notificationChannels/7"])
def test_alerts_reach_the_address_that_is_given(google: Programs, there: str) -> None:
    made = "projects/acme-music/notificationChannels/8"
    google.answer(*EMPTY, **shown(ACCESS), channels_list=there, channels_create=made)
    alerts = policies(google, "--alerts", "ela@acme.org")
    assert {tuple(alert["notificationChannels"]) for alert in alerts.values()} == {(there or made,)}
    google.answer(**shown(ACCESS), channels_list=there or made, policies_list="projects/acme-music/alertPolicies/1")
    policies(google, "--alerts", "ela@acme.org")
    updates = [call for call in google.calls if call[1:4] == ["monitoring", "policies", "update"]]
    assert [call[4] for call in updates] == ["projects/acme-music/alertPolicies/1"] * len(ALERTS)


def test_the_flags_say_where(google: Programs) -> None:
    arguments = ("--env", "dev", "--region", "europe-west9", "--location", "US", "--bucket", "ela-dp-dev")
    lines = planned(google, *arguments)
    text = "\n".join(" ".join(words) for words in lines)
    assert "_prd" not in text
    assert "-prd" not in text
    assert "europe-west1 " not in text
    assert {"gs://ela-dp-dev", "--location=US", "--region=europe-west9"} <= {word for words in lines for word in words}


def test_the_environments_are_those_of_the_settings(google: Programs) -> None:
    environments = yaml.safe_load((ROOT / "configs/environments.yaml").read_text("utf-8"))
    for name in set(environments) - {"local"}:
        text = " ".join(word for words in planned(google, "--env", name) for word in words)
        dataset = re.findall(r":-(\w+)}", environments[name]["lake_dataset"])[0]
        assert f"acme-music:{dataset} " in text


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((), "--project"),
        ((*PROJECT, "--env", "test"), "--env"),
        (("--project", "Acme Music"), "--project"),
        ((*PROJECT, "--region", "Paris"), "--region"),
        ((*PROJECT, "--location"), "--location"),
        ((*PROJECT, "--bucket", "--dry-run"), "--bucket"),
        ((*PROJECT, "--bucket", "a;b"), "--bucket"),
        ((*PROJECT, "--secrets", "a b"), "--secrets"),
        ((*PROJECT, "--analysts", "ela"), "--analysts"),
        ((*PROJECT, "--analysts", "user:a@b.c' to 'x"), "--analysts"),
        ((*PROJECT, "--importers", "group:"), "--importers"),
        ((*PROJECT, "--alerts", "nobody"), "--alerts"),
        ((*PROJECT, "--force"), "--force"),
    ],
    ids=" ".join,
)
def test_a_wrong_argument_is_one_line_and_nothing_is_called(
    google: Programs, arguments: tuple[str, ...], word: str
) -> None:
    said = google.run("bootstrap", *arguments)
    assert said.returncode == 2
    assert len(said.stderr.splitlines()) == 1
    assert word in said.stderr
    assert google.calls == []


def test_a_secret_comes_through_standard_input_and_stands_in_no_call(google: Programs) -> None:
    said = google.run("bootstrap", *PROJECT, "--secret", "SPOTIFY_CLIENT_SECRET", stdin="s3cret&value\n")
    assert said.returncode == 0, said.stderr
    (record,) = google.records
    assert record["stdin"] == "s3cret&value"
    assert "linernotes-prd-spotify-client-secret" in str(record["call"])
    assert "s3cret" not in str(record["call"]) + said.stdout + said.stderr


@pytest.mark.parametrize("empty", ["", "\n"])
def test_an_empty_secret_is_refused(google: Programs, empty: str) -> None:
    said = google.run("bootstrap", *PROJECT, "--secret", "SPOTIFY_CLIENT_SECRET", stdin=empty)
    assert (said.returncode, google.calls) == (2, [])
    assert "standard input" in said.stderr


def test_the_last_line_of_a_secret_needs_no_end(google: Programs) -> None:
    assert google.run("bootstrap", *PROJECT, "--secret", "SPOTIFY_CLIENT_ID", stdin="an-id").returncode == 0
    assert google.records[0]["stdin"] == "an-id"
