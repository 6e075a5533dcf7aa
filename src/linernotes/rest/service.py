"""The endpoints about the service itself: health, metrics, coverage; and those about tracks."""

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
from linernotes.rest.artists import ANSWERS, PREFIX, TAG
from linernotes.rest.bodies import EnrichTrack, EnrichTracks
from linernotes.rest.problems import Problem
from linernotes.rest.snapshot import Snapshots

IMPORT = "linernotes import tracks FILE adds it to the queue of linernotes run"


@dataclass(frozen=True, slots=True)
class Service:
    """Answers about the service and its coverage."""

    snapshots: Snapshots
    access: Access

    def router(self) -> APIRouter:
        """The endpoints under their paths."""
        router, scope = APIRouter(), self.access.scope
        read, write, everybody = [Depends(scope("read"))], [Depends(scope("enrich"))], list[Any]()
        for method, path, endpoint, summary, tag, checks in (
            ("GET", "/health", self.health, "Is it well", "Service", everybody),
            ("GET", "/ready", self.ready, "Can it answer", "Service", everybody),
            ("GET", "/metrics", self.exposition, "For Prometheus", "Service", read),
            ("GET", "/stats", self.stats, "Coverage", "Service", read),
            ("GET", f"{PREFIX}/metrics", self.metrics, "Per provider", TAG, read),
            ("POST", "/enrich", self.track, "One track", "Tracks", write),
            ("POST", "/enrich/batch", self.tracks, "Up to 50 tracks", "Tracks", write),
        ):
            router.add_api_route(
                path, endpoint, methods=[method], summary=summary, tags=[tag], dependencies=checks, responses=ANSWERS
            )
        return router

    def health(self) -> Response:
        """ok, or degraded where nothing is published."""
        published = self.snapshots.published_at()
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

    def track(self, body: EnrichTrack) -> Response:
        """What is known of a track of the library."""
        found = self._found([body])[0]
        if found is None:
            raise Problem(404, "unknown-track", f"no track {body.title!r} of {body.artist!r} is in the library", IMPORT)
        return JSONResponse(found)

    def tracks(self, body: EnrichTracks) -> Response:
        """What is known of several tracks; null for those that are not in the library."""
        return JSONResponse({"tracks": self._found(body.tracks)})

    def _found(self, wanted: list[EnrichTrack]) -> list[catalogue.KnownTrack | None]:
        with self.snapshots.reading() as (workspace, _):
            return catalogue.find_tracks(workspace.warehouse, [(each.artist, each.title) for each in wanted])
