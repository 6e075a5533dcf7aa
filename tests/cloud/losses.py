"""A network on which the first answer to every kind of write is lost."""

from tests.cloud.proxy import Request

KINDS = {
    *("take the lease", "renew the lease", "give the lease back", "upload", "copy", "delete"),
    *("make a dataset", "make a table", "load", "insert found", "insert manifest", "merge"),
}


class FirstOfEveryKind:
    """Chooses the first request of every kind of write; ``chosen`` are the kinds it has met."""

    def __init__(self) -> None:
        self.chosen: list[str] = []

    def __call__(self, request: Request) -> bool:
        kind = storage_write(request) if "/storage/" in request.path else bigquery_write(request)
        if not kind or kind in self.chosen:
            return False
        self.chosen.append(kind)
        return True


def storage_write(request: Request) -> str:
    """What a request writes to a bucket; empty if it only reads."""
    if b"lease.json" in request.body:
        return "take the lease" if "ifGenerationMatch=0" in request.path else "renew the lease"
    if request.method == "DELETE":
        return "give the lease back" if "lease.json" in request.path else "delete"
    if "/copyTo/" in request.path:
        return "copy"
    return "upload" if "/upload/" in request.path else ""


def bigquery_write(request: Request) -> str:
    """What a request of ours writes to BigQuery; empty if it only reads, or is one of dbt's."""
    if request.method != "POST" or "dbt" in request.agent:
        return ""
    if request.path.startswith("/upload/"):
        return "load"
    if "/jobs" in request.path:
        return (
            "insert manifest" if b"insert into dp_lake_dev.lake_ops__loaded_files" in request.body else "insert found"
        )
    if "/queries" in request.path:
        return "merge" if b"merge into" in request.body else ""
    return "make a table" if "/tables" in request.path else "make a dataset"
