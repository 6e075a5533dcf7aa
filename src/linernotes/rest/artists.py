"""The endpoints about artists: what is known is answered at once, what must be asked for becomes a job."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from linernotes.core.errors import ConfigurationError
from linernotes.core.identifiers import spotify_id
from linernotes.reports import catalogue
from linernotes.reports.artist import artist_profile, artist_values, find_artist
from linernotes.reports.top_artists import ranked_artists
from linernotes.rest.access import Access
from linernotes.rest.answers import ANSWERS, PREFIX, job_answer, tagged
from linernotes.rest.bodies import SPOTIFY_ID, EnrichArtist, EnrichArtists, artist_id_of, batch_of
from linernotes.rest.jobs import OPEN, Job, Jobs
from linernotes.rest.kept import Answers, Kept
from linernotes.rest.keys import Bearer
from linernotes.rest.memory import address_of
from linernotes.rest.problems import Problem
from linernotes.storage.workspace import Workspace

TAG = "Artist Enrichment"
LONGEST_WAIT = 8.0  # seconds that refresh=true waits for services
CURSOR = "^([A-Za-z0-9_-]{4})*([A-Za-z0-9_-]{3}=|[A-Za-z0-9_-]{2}==)?$"
SpotifyId = Annotated[str, Path(json_schema_extra=SPOTIFY_ID)]
Id = Annotated[str, "an id at Spotify, an MBID, or an id of the library"]


@dataclass(frozen=True, slots=True)
class Artists:
    """Answers from the published tables, and makes jobs of the rest."""

    answers: Answers
    jobs: Jobs
    access: Access
    max_age: int

    def router(self) -> APIRouter:
        """The endpoints under their paths."""
        router = APIRouter(prefix=PREFIX, tags=[TAG])
        read = [Depends(self.access.scope("read"))]
        add = router.add_api_route
        add("/artists/enrich", self.enrich, methods=["POST"], summary="Enrich an artist", responses=ANSWERS)
        add("/artists/batch/enrich", self.enrich_batch, methods=["POST"], summary="Enrich up to 50", responses=ANSWERS)
        add("/artists", self.listed, methods=["GET"], summary="List artists", dependencies=read, responses=ANSWERS)
        add("/artists/top", self.top, methods=["GET"], summary="By opportunity", dependencies=read, responses=ANSWERS)
        add(
            "/artists/{artist_id}",
            self.one,
            methods=["GET"],
            summary="One artist",
            dependencies=read,
            responses=ANSWERS,
        )
        add("/artists/{artist_id}/refresh", self.refresh, methods=["POST"], summary="Ask again", responses=ANSWERS)
        for part, endpoint in (("facts", self.facts), ("similar", self.similar)):
            path = f"/artists/{{artist_id}}/{part}"
            add(path, endpoint, methods=["GET"], summary=part.title(), dependencies=read, responses=ANSWERS)
        add("/jobs/{job_id}", self.job, methods=["GET"], summary="A job", dependencies=read, responses=ANSWERS)
        return router

    def enrich(self, body: EnrichArtist, request: Request) -> Response:
        """The artist as an object when its data is fresh; otherwise a job that asks the services."""
        bearer = self.access.bearer("enrich", request)
        artist = artist_id_of(body.spotify_artist_id or body.spotify_url or "")
        if body.force_refresh or self._not_fresh([artist]):
            return self._accepted([artist], bearer)
        return self._object(artist, request)

    def enrich_batch(self, body: EnrichArtists, request: Request) -> Response:
        """A job for those whose data is not fresh; the objects of all when it is."""
        bearer = self.access.bearer("enrich", request)
        ids = batch_of(body.artist_ids)
        wanted = ids if body.force_refresh else self._not_fresh(ids)
        if wanted:
            return self._accepted(wanted, bearer, fresh=[each for each in ids if each not in wanted])
        artists = b",".join(self._profile(each).body for each in ids)
        return Response(b'{"artists":[' + artists + b"]}", media_type="application/json")

    def one(self, artist_id: Id, request: Request, refresh: bool = False) -> Response:  # noqa: FBT001, FBT002
        """The artist as it is known; with ``refresh`` the services are asked first, for up to eight seconds."""
        if refresh:
            job = self._asked([self._askable(artist_id)], self.access.bearer("enrich", request))
            clock = self.access.clock
            until = clock.monotonic() + LONGEST_WAIT
            while job.state in OPEN and clock.monotonic() < until:
                clock.pause(0.1)
                job = self.jobs.find(job.id) or job
            if job.state in OPEN:
                return job_answer(job, 202)
        return self._object(artist_id, request)

    def refresh(self, artist_id: SpotifyId, request: Request) -> Response:
        """A job that asks all services about the artist."""
        bearer = self.access.bearer("enrich", request)
        return self._accepted([artist_id_of(artist_id)], bearer)

    def job(self, job_id: str) -> Response:
        """A job: waiting, running, done, partial or failed."""
        job = self.jobs.find(job_id)
        if job is None:
            raise Problem(404, "unknown-job", "there is no such job; jobs are kept for seven days after their end")
        return job_answer(job, 200)

    def facts(self, artist_id: Id, request: Request) -> Response:
        """Every value of the artist with who said it, when, and under which licence."""
        return self._kept(request, lambda workspace: artist_values(workspace.warehouse, _find(workspace, artist_id)))

    def similar(self, artist_id: Id, request: Request) -> Response:
        """The neighbours of the artist, the nearest first."""

        def ask(workspace: Workspace) -> object:
            return catalogue.similar_artists(workspace.warehouse, _find(workspace, artist_id)["artistId"])

        return self._kept(request, ask)

    def top(self, request: Request, limit: Annotated[int, Query(ge=1, le=200)] = 100) -> Response:
        """The artists by opportunity."""
        return self._kept(request, lambda workspace: ranked_artists(workspace.warehouse, limit))

    def listed(  # noqa: PLR0913, PLR0917 - the filters of the list
        self,
        request: Request,
        q: Annotated[str, Query(max_length=200)] = "",
        genre: Annotated[str, Query(max_length=200)] = "",
        country: Annotated[str, Query(max_length=200)] = "",
        min_listeners: Annotated[int, Query(ge=0, le=10**12)] = 0,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: Annotated[str, Query(max_length=400, pattern=CURSOR)] = "",
    ) -> Response:
        """A page of artists, and the address of the next one."""
        filters: catalogue.Filters = {"q": q, "genre": genre, "country": country, "listeners": min_listeners}
        after = base64.urlsafe_b64decode(cursor).decode(errors="replace")

        def ask(workspace: Workspace) -> dict[str, object]:
            found = catalogue.listed_artists(workspace.warehouse, filters, after, limit + 1)
            more = (
                base64.urlsafe_b64encode(found[limit - 1]["artistId"].encode()).decode() if len(found) > limit else None
            )
            following = (
                str(request.url.include_query_params(cursor=more).replace(scheme="", netloc="")) if more else None
            )
            return {"items": found[:limit], "next": following}

        return self._kept(request, ask)

    def _object(self, artist_id: str, request: Request) -> Response:
        return tagged(self._profile(artist_id), request, self.max_age)

    def _profile(self, artist_id: str) -> Kept:
        def ask(workspace: Workspace) -> object:
            return artist_profile(workspace.warehouse, _find(workspace, artist_id))

        return self.answers.kept((f"{PREFIX}/artists/{artist_id}", ""), ask)

    def _kept(self, request: Request, ask: Callable[[Workspace], object]) -> Response:
        return tagged(self.answers.kept(address_of(request.scope), ask), request, self.max_age)

    def _not_fresh(self, ids: list[str]) -> list[str]:
        """Those that are unknown, not enriched, older than Spotify's answers stay fresh, or invalidated."""
        with self.answers.snapshots.reading() as (workspace, _):
            known = catalogue.ages(workspace.warehouse, ids)
            fresh = timedelta(seconds=workspace.settings.configs.provider("spotify").fresh_seconds)
            since = workspace.clock.now() - fresh
        fresh_ones = {
            each for each, age in known.items() if (age["enrichedAt"] or since) > since and not age["invalidated"]
        }
        return [each for each in ids if each not in fresh_ones]

    def _askable(self, artist_id: str) -> str:
        """An id that a run can be asked about: one of Spotify's, or one of the library.

        Raises:
            Problem: it is neither.
        """
        if new := spotify_id(artist_id):
            return new
        with self.answers.snapshots.reading() as (workspace, _):
            return str(_find(workspace, artist_id)["artistId"])

    def _asked(self, ids: list[str], bearer: Bearer) -> Job:
        self.access.count_items(bearer, len(ids))
        return self.jobs.add(artists=ids)

    def _accepted(self, ids: list[str], bearer: Bearer, fresh: list[str] | None = None) -> Response:
        return job_answer(self._asked(ids, bearer), 202, fresh=fresh or [])


def _find(workspace: Workspace, artist_id: str) -> Any:
    try:
        return find_artist(workspace.warehouse, artist_id)
    except ConfigurationError as error:
        raise Problem(404, "unknown-artist", error.message, "POST it to /artists/enrich to add it") from None
