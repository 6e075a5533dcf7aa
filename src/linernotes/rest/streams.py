"""The endpoints about streams, campaigns and the days to come."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from linernotes.reports import streams
from linernotes.reports.forecast import forecasts
from linernotes.rest.access import Access
from linernotes.rest.answers import ANSWERS, PREFIX, tagged
from linernotes.rest.kept import Answers
from linernotes.storage.workspace import Workspace

MOST_SERIES, MOST_CAMPAIGNS = 50, 200
Days = Annotated[int, Query(ge=1, le=3_650)]
Artist = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True, slots=True)
class Streams:
    """Answers from the published tables."""

    answers: Answers
    access: Access
    max_age: int

    def router(self) -> APIRouter:
        """The endpoints under their paths."""
        router = APIRouter(prefix=PREFIX, tags=["Streams"], dependencies=[Depends(self.access.scope("read"))])
        for path, endpoint, summary in (
            ("/streams", self.streams, "Streams by day"),
            ("/campaigns", self.campaigns, "Campaigns and what they cost"),
            ("/forecast", self.forecast, "Streams of the days to come"),
        ):
            router.add_api_route(path, endpoint, methods=["GET"], summary=summary, responses=ANSWERS)
        return router

    def streams(self, request: Request, days: Days = 90, artist: Artist = "") -> Response:
        """The series with the most streams, each with its days; of one artist, by name or id, or of all."""

        def ask(workspace: Workspace, today: date) -> object:
            since = today - timedelta(days=days)
            series = streams.stream_series(workspace.warehouse, since, artist.strip(), MOST_SERIES)
            return {"series": series, "days": streams.stream_days(workspace.warehouse, since, series)}

        return self._kept(request, ask)

    def campaigns(self, request: Request, days: Days = 90) -> Response:
        """Spend, results and what one cost; each currency by itself."""

        def ask(workspace: Workspace, today: date) -> object:
            since = today - timedelta(days=days)
            return {"campaigns": streams.campaigns(workspace.warehouse, since, MOST_CAMPAIGNS)}

        return self._kept(request, ask)

    def forecast(
        self, request: Request, days: Annotated[int, Query(ge=1, le=56)] = 28, artist: Artist = ""
    ) -> Response:
        """The days to come of each series with their intervals, or why there are none."""

        def ask(workspace: Workspace, today: date) -> object:
            found = forecasts(workspace.warehouse, today, days, artist.strip())
            return {"days": [row for each in found for row in each.days]}

        return self._kept(request, ask)

    def _kept(self, request: Request, ask: Callable[[Workspace, date], object]) -> Response:
        """The answer, which is of today: it is kept for a day, and no longer than the tables it is made of."""
        today = self.access.clock.now().date()
        address = request.url.path, f"{request.url.query}#{today}"
        return tagged(self.answers.kept(address, lambda workspace: ask(workspace, today)), request, self.max_age)
