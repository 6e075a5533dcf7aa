"""Google's errors come out as one line of ours with the thing to do next."""

from pathlib import Path

import google.auth
import pytest
import requests
from google.api_core import exceptions as api
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import DefaultCredentialsError, RefreshError, TransportError

from linernotes.core.errors import AccessRefused, ConfigurationError, LinernotesError
from linernotes.storage.google import EMULATORS, credentials, translate_errors

URL = "POST https://bigquery.googleapis.com/bigquery/v2/projects/p/queries?prettyPrint=false: "


@pytest.fixture(autouse=True)
def _no_emulator(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in EMULATORS:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("error", "kind", "remedy"),
    [
        (
            api.Forbidden(URL + "Access Denied: Project p: User does not have bigquery.jobs.create permission"),
            AccessRefused,
            "ask for roles/bigquery.jobUser on the project",
        ),
        (
            api.Forbidden(URL + "Access Denied: Dataset p:dp_lake_dev: Permission bigquery.datasets.create denied"),
            AccessRefused,
            "ask for roles/bigquery.user on the project",
        ),
        (
            api.Forbidden(URL + "Access Denied: Table p:d.t: User does not have permission to query table p:d.t"),
            AccessRefused,
            "ask for roles/bigquery.dataEditor on the dataset",
        ),
        (
            api.Forbidden("x@y does not have storage.objects.create access to the Google Cloud Storage object."),
            AccessRefused,
            "ask for roles/storage.objectUser on the bucket",
        ),
        (
            api.Forbidden(URL + "Quota exceeded: jobs per day", errors=[{"reason": "quotaExceeded"}]),
            LinernotesError,
            "wait or ask Google for a larger quota, then repeat the command; nothing is lost",
        ),
        (
            api.TooManyRequests("slow down"),
            LinernotesError,
            "wait or ask Google for a larger quota, then repeat the command; nothing is lost",
        ),
        (
            api.Forbidden(URL + "BigQuery API has not been used in project 1 before or it is disabled."),
            ConfigurationError,
            "run: gcloud services enable bigquery.googleapis.com storage.googleapis.com",
        ),
        (
            api.Forbidden("no", errors=[{"reason": "billingNotEnabled"}]),
            ConfigurationError,
            "enable billing for the project",
        ),
        (
            api.InternalServerError("Query exceeded limit for bytes billed: 10. 20 or higher required."),
            ConfigurationError,
            "raise LINERNOTES_MAXIMUM_BYTES_BILLED if the query should read that much",
        ),
        (api.NotFound(URL + "Not found: Project p"), ConfigurationError, "check GCP_PROJECT_ID or --project-id"),
        (api.BadRequest("Invalid project ID 'P P'."), ConfigurationError, "check GCP_PROJECT_ID or --project-id"),
        (api.NotFound("Not found: Table p:d.t was not found"), ConfigurationError, "run: linernotes init"),
        (
            api.NotFound("Not found: Dataset p:d was not found in location US"),
            ConfigurationError,
            "run: linernotes init",
        ),
        (
            api.NotFound("The specified bucket does not exist."),
            ConfigurationError,
            "check GCS_BUCKET or --gcs-bucket",
        ),
        (
            api.BadRequest("Provided Schema does not match Table p:d.t. Cannot add fields (field: x)"),
            LinernotesError,
            "the tables do not match configs/; run: linernotes rebuild",
        ),
        (api.ServiceUnavailable("busy"), LinernotesError, "check the network, then repeat the command"),
        (requests.ConnectionError("refused"), LinernotesError, "check the network, then repeat the command"),
        (TransportError("refused"), LinernotesError, "check the network, then repeat the command"),
        (
            api.RetryError("Timeout of 60s exceeded", cause=api.ServiceUnavailable("busy")),
            LinernotesError,
            "check the network, then repeat the command",
        ),
        (TimeoutError(), LinernotesError, "repeat the command, which continues the same job"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_error_comes_with_its_remedy(error: Exception, kind: type[LinernotesError], remedy: str) -> None:
    with pytest.raises(LinernotesError) as told, translate_errors("load x"):
        raise error
    assert type(told.value) is kind
    assert told.value.remedy == remedy
    assert told.value.message.startswith("load x: ")
    assert "https://" not in told.value.message
    assert "\n" not in told.value.message


def test_credentials_that_google_does_not_renew_are_refused_without_telling_them() -> None:
    with pytest.raises(AccessRefused) as told, translate_errors("list"):
        raise RefreshError("invalid_grant", {"assertion": "secret"})
    assert "secret" not in told.value.message
    assert "gcloud auth" in told.value.remedy


def test_our_own_errors_pass_unchanged() -> None:
    ours = ConfigurationError("x", "y")
    with pytest.raises(ConfigurationError) as told, translate_errors("list"):
        raise ours
    assert told.value is ours


def test_missing_credentials_are_told_with_the_way_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(**_: object) -> None:
        raise DefaultCredentialsError("none")

    monkeypatch.setattr(google.auth, "default", nobody)
    with pytest.raises(ConfigurationError, match="no Google credentials") as told:
        credentials(None)
    assert told.value.remedy.startswith("run: gcloud auth application-default login")


@pytest.mark.parametrize("content", ["", "{}", '{"type": "service_account", "private_key": "SECRET"}', "[SECRET"])
def test_a_file_that_is_no_key_is_told_without_its_content(tmp_path: Path, content: str) -> None:
    path = tmp_path / "key.json"
    path.write_text(content)
    with pytest.raises(ConfigurationError, match="not a service account key") as told:
        credentials(path)
    assert "SECRET" not in f"{told.value.message}{told.value.__cause__}"


def test_a_key_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"key\.json: No such file"):
        credentials(tmp_path / "key.json")


@pytest.mark.parametrize("name", EMULATORS)
def test_an_emulator_takes_anybody(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert isinstance(credentials(Path("nowhere")), AnonymousCredentials)
