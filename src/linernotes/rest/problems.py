"""Errors as problem details (RFC 9457): a type, a title, a status, what happened, and what to do."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from linernotes.core.errors import LinernotesError
from linernotes.core.text import bounded, on_one_line

MEDIA = "application/problem+json"


class Problem(Exception):
    """An answer that is not what was asked for."""

    def __init__(self, status: int, kind: str, detail: str, remedy: str = "", headers: Mapping[str, str] | None = None):
        super().__init__(detail)
        self.status, self.kind, self.detail, self.remedy = status, kind, detail, remedy
        self.headers = dict(headers or {})


def answer(problem: Problem, **more: Any) -> JSONResponse:
    """The problem as an answer."""
    body = {
        "type": f"/problems/{problem.kind}",
        "title": problem.kind.replace("-", " ").capitalize(),
        "status": problem.status,
        "detail": bounded(on_one_line(problem.detail), 1_000),
        **({"remedy": problem.remedy} if problem.remedy else {}),
        **more,
    }
    return JSONResponse(body, problem.status, headers=problem.headers, media_type=MEDIA)


def of_problem(_: Request, error: Exception) -> JSONResponse:
    """Answer a problem."""
    return answer(error if isinstance(error, Problem) else Problem(500, "internal-error", "the request failed"))


def of_http(_: Request, error: Exception) -> JSONResponse:
    """Answer what the framework refuses: unknown addresses and methods."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    kinds = {404: "unknown-address", 405: "unknown-method"}
    detail = str(error.detail) if isinstance(error, HTTPException) else "the request failed"
    headers = error.headers if isinstance(error, HTTPException) else None
    return answer(Problem(status, kinds.get(status, "refused"), detail, headers=headers))


def of_validation(_: Request, error: Exception) -> JSONResponse:
    """Answer a request whose body or parameters are not as documented."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    errors = [
        {"at": ".".join(map(str, each["loc"])), "why": bounded(on_one_line(str(each["msg"])))} for each in found[:20]
    ]
    problem = Problem(422, "invalid-request", "the request is not as it is documented", "see /docs")
    return answer(problem, errors=errors)


def of_ours(_: Request, error: Exception) -> JSONResponse:
    """Answer an error of the platform, which is about the tables and not about the request."""
    ours = error if isinstance(error, LinernotesError) else LinernotesError("the request failed")
    headers = {"Retry-After": "60"}
    return answer(Problem(503, "tables-not-readable", ours.message, ours.remedy or "", headers))
