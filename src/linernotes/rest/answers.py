"""What answers have in common: how long they may be kept, jobs, and what is documented of each."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from linernotes.core.errors import ConfigurationError
from linernotes.rest.jobs import OPEN, Job
from linernotes.rest.kept import Kept

PREFIX = "/api/v1/enrichment"
MAX_AGE = "LINERNOTES_API_MAX_AGE"
FRESHEST, LONGEST = 300, 86_400  # seconds for which a client may keep an answer, unless it is set, and at most


def read_max_age(environ: Mapping[str, str]) -> int:
    """The seconds for which a client may keep an answer without asking again.

    Raises:
        ConfigurationError: it is no number, or more than a day.
    """
    given = environ.get(MAX_AGE, "").strip()
    if not given:
        return FRESHEST
    if not given.isdecimal() or int(given) > LONGEST:
        raise ConfigurationError(f"{MAX_AGE}: {given!r} is not a number of seconds", f"use 0 to {LONGEST}")
    return int(given)


def tagged(kept: Kept, request: Request, max_age: int) -> Response:
    """The answer, or that it has not changed since the client got it."""
    headers = {"ETag": kept.tag, "Cache-Control": f"private, max-age={max_age}", "Vary": "Authorization"}
    if kept.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(kept.body, headers=headers, media_type="application/json")


def job_answer(job: Job, status: int, **more: object) -> Response:
    """A job, and where to ask for it again."""
    body = {
        "job": job.id, "state": job.state, "artist_ids": list(job.artists), "created_at": job.created_at,
        "ended_at": job.ended_at or None, "detail": job.detail or None,
        "wanted_tracks": [each.row() for each in job.tracks],
        "artists": [f"{PREFIX}/artists/{each}" for each in job.artists] if job.state not in OPEN else [], **more,
    }  # fmt: skip
    headers = {"Location": f"{PREFIX}/jobs/{job.id}"} if status == 202 else {}
    if job.state in OPEN:
        headers["Retry-After"] = "5"
    return JSONResponse(body, status, headers=headers)


_PROBLEM = {"content": {"application/problem+json": {"schema": {"type": "object"}}}}
ANSWERS: dict[int | str, dict[str, Any]] = {
    202: {"description": "A job asks the services; its address is in Location."},
    **{
        status: {"description": text, **_PROBLEM}
        for status, text in (
            (400, "The id is not one, or there are too many."),
            (401, "No token, or one that does not count."),
            (403, "The token lacks the scope."),
            (404, "Not known."),
            (413, "The body is larger than 64 KB."),
            (422, "Not as documented."),
            (429, "Too many requests."),
            (501, "A library that it needs is not installed."),
            (503, "Nothing is published yet."),
        )
    },
}
