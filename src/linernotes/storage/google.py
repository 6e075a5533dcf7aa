"""Shared by the adapters of Google's services: credentials, the time for retries, and translated errors."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import google.auth
import requests
from google.api_core import exceptions as api
from google.auth.credentials import AnonymousCredentials, Credentials
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError, TransportError
from google.oauth2.service_account import Credentials as ServiceAccount

from linernotes.core.errors import AccessRefused, ConfigurationError, LinernotesError

PATIENCE_SECONDS = 60.0  # how long a call that fails in transit is retried; tests make it shorter
SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)
EMULATORS = ("BIGQUERY_EMULATOR_HOST", "STORAGE_EMULATOR_HOST")
LOG_IN = "run: gcloud auth application-default login, or set GCP_SERVICE_ACCOUNT_KEY to a key file"
REQUEST = re.compile(r"^(?:\d{3} )?(?:(?:GET|POST|PUT|PATCH|DELETE) https?://\S+?: )?")
AFTER = re.compile(r"(?:; reason: |, location: |; Request id: | Location: | Job ID: ).*$", re.DOTALL)

# A pattern of an error's reason or text, our error, and the remedy; the first match counts.
REMEDIES: tuple[tuple[str, type[LinernotesError], str], ...] = (
    (
        r"bytesBilledLimitExceeded|exceeded limit for bytes billed",
        ConfigurationError,
        "raise LINERNOTES_MAXIMUM_BYTES_BILLED if the query should read that much",
    ),
    (r"billingNotEnabled|billing (?:account|has not been)", ConfigurationError, "enable billing for the project"),
    (
        r"accessNotConfigured|SERVICE_DISABLED|API has not been used",
        ConfigurationError,
        "run: gcloud services enable bigquery.googleapis.com storage.googleapis.com",
    ),
    (
        r"quotaExceeded|rateLimitExceeded|jobRateLimitExceeded|quota exceeded|\b429\b",
        LinernotesError,
        "wait or ask Google for a larger quota, then repeat the command; nothing is lost",
    ),
    (
        r"invalid project|not found: project|project .*not found|unknown project",
        ConfigurationError,
        "check GCP_PROJECT_ID or --project-id",
    ),
    (r"specified bucket does not exist|not found: bucket", ConfigurationError, "check GCS_BUCKET or --gcs-bucket"),
    (r"not found: (?:table|dataset)", ConfigurationError, "run: linernotes init"),
    (
        r"provided schema does not match|unrecognized name|no such field",
        LinernotesError,
        "the tables do not match configs/; run: linernotes rebuild",
    ),
)
ROLES = (
    (r"bigquery\.jobs\.get", "bigquery.jobs.get on the project, which scripts/bootstrap gives"),
    (r"bigquery\.jobs\.|bigquery\.readsessions\.", "roles/bigquery.jobUser on the project"),
    (r"bigquery\.datasets\.create", "roles/bigquery.user on the project"),
    (r"bigquery\.(?:tables\.(?:get|getData|list)|datasets\.get)\b", "roles/bigquery.dataViewer on the dataset"),
    (r"storage\.", "roles/storage.objectUser on the bucket"),
    (r"bigquery|Table|Dataset|dataset", "roles/bigquery.dataEditor on the dataset"),
)


def credentials(key_file: Path | None) -> Credentials:
    """The credentials of the key file, else of the machine or the user; emulators need none.

    Raises:
        ConfigurationError: there are none, or the file is not a key.
    """
    if any(os.environ.get(name) for name in EMULATORS):
        return AnonymousCredentials()
    if key_file:
        return _from_key(key_file)
    try:
        found, _ = google.auth.default(scopes=SCOPES)
    except DefaultCredentialsError:
        raise ConfigurationError("no Google credentials found", LOG_IN) from None
    return found


def _from_key(path: Path) -> Credentials:
    try:
        return ServiceAccount.from_service_account_file(str(path), scopes=SCOPES)
    except OSError as error:
        raise ConfigurationError(f"cannot read {path}: {error.strerror}", LOG_IN) from None
    except (ValueError, GoogleAuthError):  # their messages could contain a piece of the key
        raise ConfigurationError(f"{path} is not a service account key", LOG_IN) from None


@contextmanager
def translate_errors(what: str) -> Iterator[None]:
    """Translate every error of Google's libraries into one of ours that begins with ``what``."""
    try:
        yield
    except (api.GoogleAPIError, GoogleAuthError, requests.RequestException) as error:
        raise translated_error(what, error) from None
    except TimeoutError:
        raise LinernotesError(f"{what}: timed out", "repeat the command, which continues the same job") from None


def translated_error(what: str, error: BaseException) -> LinernotesError:
    """Our error for one of Google's, with the remedy."""
    while isinstance(error, api.RetryError) and error.cause:
        error = error.cause  # the last failure, not the time spent on retries
    said = message_of(error)
    text = f"{what}: {said}"
    for pattern, kind, remedy in REMEDIES:
        if re.search(pattern, f"{reason_of(error)} {getattr(error, 'code', '')} {said}", re.IGNORECASE):
            return kind(text, remedy)
    if isinstance(error, api.Forbidden):
        return AccessRefused(text, f"ask for {_role(said)}")
    if isinstance(error, TransportError | requests.RequestException | api.ServerError | ConnectionError):
        return LinernotesError(f"{what}: no response from Google: {said}", "check the network, then repeat the command")
    if isinstance(error, GoogleAuthError | api.Unauthorized):
        return AccessRefused(f"{what}: Google rejected the credentials", LOG_IN)
    return LinernotesError(text, "repeat the command; if it persists, please report it")


def reason_of(error: BaseException) -> str:
    """Google's short name of an error, e.g. ``quotaExceeded``; empty if there is none."""
    details = getattr(error, "errors", None) or [{}]
    return str(details[0].get("reason", "")) if isinstance(details[0], dict) else ""


def message_of(error: BaseException) -> str:
    """What Google says of an error, on one line of at most 500 characters."""
    message = " ".join(str(getattr(error, "message", None) or error).split())
    return AFTER.sub("", REQUEST.sub("", message))[:500]


def _role(said: str) -> str:
    return next((role for pattern, role in ROLES if re.search(pattern, said)), "the missing role")
