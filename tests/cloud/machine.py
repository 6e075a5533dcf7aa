"""Somebody's machine whose lake is a bucket and whose warehouse is BigQuery, over networks that can lose answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import requests
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

from tests.cloud.emulators import project_in
from tests.cloud.proxy import Proxy, Request, proxy_to
from tests.cloud.storage import make_bucket
from tests.laptop import Laptop, Said


@dataclass(kw_only=True)
class Machine(Laptop):
    """``storage`` and ``tables`` are between it and the emulators of Cloud Storage and of BigQuery.

    ``calls`` are those that the last command with these arguments made to both, besides those of dbt. Renewals of the
    lease are left out: they count how slow this machine is.
    """

    storage: Proxy
    tables: Proxy
    calls: dict[tuple[str | Path, ...], list[Request]] = field(default_factory=dict)

    def __call__(self, *arguments: str | Path, **environ: str) -> Said:
        """Run a command in this process."""
        before = len(self.storage.seen), len(self.tables.seen)
        said = super().__call__(*arguments, **environ)
        seen = self.storage.seen[before[0] :] + self.tables.seen[before[1] :]
        self.calls[arguments] = [call for call in seen if "dbt" not in call.agent and not _renews(call)]
        return said

    def rows(self, sql: str, **parameters: Any) -> list[dict[str, Any]]:
        """The rows of a query; instants are naive UTC, as DuckDB gives them. It does not go through the proxy."""
        given = [bigquery.ScalarQueryParameter(name, "STRING", value) for name, value in parameters.items()]
        asked = sql.format(lake="dp_lake_dev", hub="dp_hub_dev").replace("$", "@")
        found = self.client.query_and_wait(asked, job_config=bigquery.QueryJobConfig(query_parameters=given))
        return [{name: _naive(value) for name, value in row.items()} for row in found]

    def lake(self, place: str) -> list[str]:
        """The names of the objects in ``provider/place``."""
        answer = requests.get(f"{self.storage.target}/storage/v1/b/{self.environ['GCS_BUCKET']}/o", timeout=10)
        names = [item["name"] for item in answer.json().get("items", [])]
        return sorted(name.removeprefix(f"{place}/") for name in names if name.startswith(f"{place}/"))

    @cached_property
    def client(self) -> bigquery.Client:
        """Somebody else's connection to its project."""
        options = {"api_endpoint": self.tables.target}
        return bigquery.Client(self.environ["GCP_PROJECT_ID"], AnonymousCredentials(), client_options=options)


@contextmanager
def machine(home: Path, storage: str, tables: str) -> Iterator[Machine]:
    """A machine with an empty bucket and an empty project of its own in the emulators at these addresses."""
    with project_in(tables) as project, proxy_to(storage) as to_storage, proxy_to(tables) as to_tables:
        make_bucket(storage, project)
        environ = {
            "LINERNOTES_ENV": "dev",
            "GCP_PROJECT_ID": project,
            "GCS_BUCKET": project,
            "STORAGE_EMULATOR_HOST": to_storage.url,
            "BIGQUERY_EMULATOR_HOST": to_tables.url,
        }
        yield Machine(home, environ, storage=to_storage, tables=to_tables)


def _naive(value: Any) -> Any:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def _renews(request: Request) -> bool:
    return b"lease.json" in request.body and "ifGenerationMatch=0" not in request.path
