"""The endpoints about the service itself: health, metrics, coverage."""

import importlib.util
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from linernotes.core.errors import LinernotesError
from linernotes.reports import catalogue
from linernotes.reports import metrics as measured
from linernotes.rest.access import Access
from linernotes.rest.answers import ANSWERS, PREFIX
from linernotes.rest.artists import TAG
from linernotes.rest.problems import Problem
from linernotes.runs.snapshots import Snapshots


@dataclass(frozen=True, slots=True)
class Service:
    """Answers about the service and its coverage."""

    snapshots: Snapshots
    access: Access

    def router(self) -> APIRouter:
        """The endpoints under their paths."""
        router, scope = APIRouter(), self.access.scope
        read, everybody = [Depends(scope("read"))], list[Any]()
        for method, path, endpoint, summary, tag, checks in (
            ("GET", "/health", self.health, "Is it well", "Service", everybody),
            ("GET", "/ready", self.ready, "Can it answer", "Service", everybody),
            ("GET", "/metrics", self.exposition, "For Prometheus", "Service", read),
            ("GET", "/stats", self.stats, "Coverage", "Service", read),
            ("GET", f"{PREFIX}/metrics", self.metrics, "Per provider", TAG, read),
        ):
            kind = PlainTextResponse if endpoint == self.exposition else JSONResponse
            router.add_api_route(
                path, endpoint, methods=[method], summary=summary, tags=[tag], dependencies=checks, responses=ANSWERS,
                response_class=kind,
            )  # fmt: skip
        return router

    def health(self) -> Response:
        """ok, or degraded where nothing is published."""
        try:
            published = self.snapshots.published_at()
        except LinernotesError:
            published = None
        state = "ok" if published else "degraded"
        return JSONResponse({"status": state, "published_at": published.isoformat() if published else None})

    def ready(self) -> Response:
        """200 where the published tables can be read."""
        try:
            with self.snapshots.reading():
                return JSONResponse({"status": "ready"})
        except LinernotesError as error:
            raise Problem(503, "not-ready", error.message, error.remedy, {"Retry-After": "60"}) from None

    def exposition(self) -> Response:
        """The metrics of all runs in Prometheus's text format."""
        if importlib.util.find_spec("prometheus_client") is None:
            raise Problem(501, "no-exposition", "prometheus_client is missing", "pip install 'linernotes[metrics]'")
        from linernotes.reports.prometheus import prometheus_text  # noqa: PLC0415 - an extra

        with self.snapshots.reading() as (workspace, _):
            text = prometheus_text(workspace.warehouse)
        return PlainTextResponse(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    def stats(self) -> Response:
        """How many tracks and artists there are, and for how many each thing is known."""
        with self.snapshots.reading() as (workspace, _):
            found = catalogue.stats(workspace.warehouse)
        whole = found["totalTracks"]
        known = {name: number for name, number in found.items() if name.startswith("with")}
        shares = {
            f"{name}Percent": round(100 * number / whole, 1) if whole and isinstance(number, int) else None
            for name, number in known.items()
        }
        return JSONResponse({**found, **shares})

    def metrics(self, days: Annotated[int, Query(ge=1, le=3_650)] = 7) -> Response:
        """Requests, success, cache hits, latency and circuit breaker of each provider."""
        with self.snapshots.reading() as (workspace, _):
            rows = measured.metrics(workspace.warehouse, workspace.clock.now() - timedelta(days=days))
        return JSONResponse({"providers": {row.provider: asdict(row) for row in rows}})
