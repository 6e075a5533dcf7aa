"""The endpoints about tracks: what the library knows is answered at once, other tracks are added by a job."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from linernotes.reports import catalogue
from linernotes.rest.access import Access
from linernotes.rest.answers import ANSWERS, job_answer
from linernotes.rest.bodies import EnrichTrack, EnrichTracks
from linernotes.rest.jobs import Jobs
from linernotes.runs.snapshots import Snapshots


@dataclass(frozen=True, slots=True)
class Tracks:
    """Answers from the published tables, and makes jobs of what is not in them."""

    snapshots: Snapshots
    jobs: Jobs
    access: Access

    def router(self) -> APIRouter:
        """The endpoints under their paths."""
        router = APIRouter(tags=["Tracks"])
        for path, endpoint, summary in (
            ("/enrich", self.enrich, "One track"),
            ("/enrich/batch", self.enrich_batch, "Up to 50 tracks"),
        ):
            router.add_api_route(path, endpoint, methods=["POST"], summary=summary, responses=ANSWERS)
        return router

    def enrich(self, body: EnrichTrack, request: Request) -> Response:
        """What is known of a track; one that is not in the library is added by a job, which asks the services."""
        bearer = self.access.bearer("enrich", request)
        (found,) = self._found([body])
        if found and not body.force_refresh:
            return JSONResponse(found)
        self.access.count_items(bearer, 1)
        return job_answer(self.jobs.add(tracks=[body.wanted()]), 202, track=found)

    def enrich_batch(self, body: EnrichTracks, request: Request) -> Response:
        """What is known of several tracks, null for others, and a job that adds those to the library."""
        bearer = self.access.bearer("enrich", request)
        found = self._found(body.tracks)
        pairs = zip(body.tracks, found, strict=True)
        missing = [track.wanted() for track, known in pairs if known is None or track.force_refresh]
        if not missing:
            return JSONResponse({"tracks": found})
        self.access.count_items(bearer, len(missing))
        return job_answer(self.jobs.add(tracks=missing), 202, tracks=found)

    def _found(self, wanted: list[EnrichTrack]) -> list[catalogue.KnownTrack | None]:
        with self.snapshots.reading() as (workspace, _):
            return catalogue.find_tracks(workspace.warehouse, [each.sought() for each in wanted])
