"""Responses that all services share, most of them failures."""

import json
from typing import Any

from flask import Response

from linernotes.sandbox.faults import FaultPlan

_FAILURES = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A response in JSON, with the order of keys kept and no letter escaped."""
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, headers, content_type="application/json; charset=utf-8")


def plain(text: str, status: int, headers: dict[str, str] | None = None) -> Response:
    """A response in plain text, like those of gateways in front of a service."""
    return Response(text, status, headers, content_type="text/plain; charset=utf-8")


def page(title: str, status: int) -> Response:
    """A response in HTML where the caller expects JSON."""
    body = f"<!doctype html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
    return Response(body, status, content_type="text/html; charset=utf-8")


def error(status: int, message: str, **more: str) -> Response:
    """An error object in the form that most services use."""
    return answer({"error": {"status": status, "message": message, **more}}, status)


def failure(plan: FaultPlan) -> Response:
    """One of the four server errors, every other one as a gateway's HTML page."""
    chance = plan.chance("failure")
    status, title = chance.pick(tuple(_FAILURES.items()))
    if chance.happens(0.5):
        return page(f"{status} {title}", status)
    return error(status, title)


def worn(response: Response, plan: FaultPlan) -> Response:
    """A good response after its transport: whole, replaced by a page, or truncated."""
    if response.status_code != 200:
        return response
    if plan.strikes("broken"):
        return page("We will be right back", 200)
    return _torn(response, plan) if plan.strikes("truncated") else response


def _torn(response: Response, plan: FaultPlan) -> Response:
    """Half a body: either the connection closes before the promised length, or the length is that of the half."""
    whole = response.get_data()
    response.set_data(whole[: len(whole) // 2])
    if plan.chance("torn").happens(0.5):
        response.content_length = len(whole)
    return response
