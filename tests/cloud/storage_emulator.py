"""Cloud Storage on loopback: ``gcp-storage-emulator``, which as shipped ignores every precondition, made to keep them.

Runs in the emulators' own environment (see constraints.txt beside this file), keeps its objects in the folder it is
given and says on the first line where it listens.
"""

import sys
import threading
from collections.abc import Callable
from functools import partial, wraps
from http import HTTPStatus
from http.server import ThreadingHTTPServer
from typing import Any

from gcp_storage_emulator.exceptions import NotFound
from gcp_storage_emulator.handlers import objects

WRITES = ("insert", "upload_partial", "copy", "rewrite", "compose", "delete", "patch")
READS = ("get", "download")
Handler = Callable[[Any, Any, Any], None]
one_at_a_time = threading.RLock()  # between looking at a generation and writing over it nobody may come


def generation(storage: Any, bucket: str, name: str) -> int:
    """The generation of an object; 0 where there is none, as preconditions count it."""
    try:
        return int(storage.get_file_obj(bucket, name)["generation"])
    except NotFound:
        return 0


def written(request: Any, storage: Any) -> tuple[str, str]:
    """The bucket and name that a request writes to."""
    path, query, body = request.params, request.query, request.data  # reads the body: unread, it breaks the connection
    if "upload_id" in query:
        begun = storage.get_resumable_file_obj(query["upload_id"][0])
        return begun["bucket"], begun["name"]
    described = body.get("meta", body) if isinstance(body, dict) else {}
    name = path.get("dest_object_id") or path.get("object_id") or query.get("name", [described.get("name")])[0]
    return path.get("dest_bucket_name") or path["bucket_name"], name


def violated(request: Any, storage: Any) -> str:
    """The precondition that a write does not keep; empty if it keeps them all."""
    expected: dict[str, int] = {
        name: int(values[0]) for name, values in request.query.items() if name.endswith("GenerationMatch")
    }
    source = request.params["bucket_name"], request.params.get("object_id")
    for name, number in expected.items():
        where = source if name == "ifSourceGenerationMatch" else written(request, storage)
        found = generation(storage, *where)
        missing = found == 0 and where == source  # what is to be deleted or copied is not there: that is a 404
        if found != number and not missing:
            return name
    return ""


def keeping_preconditions(handler: Handler) -> Handler:
    """The same handler, refusing with 412 what Cloud Storage would refuse."""

    @wraps(handler)
    def handle(request: Any, response: Any, storage: Any) -> None:
        with one_at_a_time:
            if name := violated(request, storage):
                response.status = HTTPStatus.PRECONDITION_FAILED
                errors = [{"reason": "conditionNotMet", "location": name}]
                message = "At least one of the pre-conditions you specified did not hold."
                response.json({"error": {"code": 412, "message": message, "errors": errors}})
            else:
                handler(request, response, storage)

    return handle


def of_one_generation(handler: Handler) -> Handler:
    """The same handler, answering 404 for a generation that was written over."""

    @wraps(handler)
    def handle(request: Any, response: Any, storage: Any) -> None:
        asked = int(request.query.get("generation", ["0"])[0])
        with one_at_a_time:
            if asked and generation(storage, request.params["bucket_name"], request.params["object_id"]) != asked:
                response.status = HTTPStatus.NOT_FOUND
            else:
                handler(request, response, storage)

    return handle


def serve(folder: str) -> None:
    """Listen on a free port of loopback until the process is ended."""
    for kind, names in ((keeping_preconditions, WRITES), (of_one_generation, READS)):
        for name in names:
            setattr(objects, name, kind(getattr(objects, name)))
    from gcp_storage_emulator import server  # noqa: PLC0415 - its routes take the handlers as they are by then

    server.RequestHandler.disable_nagle_algorithm = True  # it answers in pieces, and each would wait 40 ms to be sent
    answer = partial(server.RequestHandler, server.Storage(data_dir=folder))
    listening = ThreadingHTTPServer(("127.0.0.1", 0), answer)
    print(f"http://127.0.0.1:{listening.server_address[1]}", flush=True)
    listening.serve_forever()


if __name__ == "__main__":
    serve(sys.argv[1])
