"""The application: its endpoints, its limits, and its documentation without a foreign script."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from linernotes.config.settings import Settings
from linernotes.core.clock import SystemClock
from linernotes.core.errors import LinernotesError
from linernotes.rest import problems
from linernotes.rest.access import Access, Rates
from linernotes.rest.answers import read_max_age
from linernotes.rest.artists import Artists
from linernotes.rest.documentation import documentation
from linernotes.rest.jobs import Jobs
from linernotes.rest.kept import Answers
from linernotes.rest.keys import Keys
from linernotes.rest.memory import FromMemory
from linernotes.rest.problems import Problem
from linernotes.rest.service import Service
from linernotes.rest.streams import Streams
from linernotes.rest.tracks import Tracks
from linernotes.runs.snapshots import Snapshots

LARGEST_BODY = 64 << 10
RATES = Rates()


def application(settings: Settings, keys: Keys, *, required: bool = True, rates: Rates = RATES) -> FastAPI:
    """The API over one home; without ``required`` it asks for no token."""
    clock = SystemClock()
    snapshots, jobs = Snapshots(settings, clock), Jobs(settings, clock)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        jobs.start()
        try:
            yield
        finally:
            jobs.stop()
            snapshots.close()

    access = Access(keys, clock, required, rates)
    app = FastAPI(title="linernotes", version=version("linernotes"), docs_url=None, redoc_url=None, lifespan=lifespan)
    answers, max_age = Answers(snapshots), read_max_age(settings.environ)
    app.include_router(Artists(answers, jobs, access, max_age).router())
    app.include_router(Streams(answers, access, max_age).router())
    app.include_router(Tracks(snapshots, jobs, access).router())
    app.include_router(Service(snapshots, access).router())
    for kind, handler in (
        (Problem, problems.of_problem),
        (HTTPException, problems.of_http),
        (RequestValidationError, problems.of_validation),
        (LinernotesError, problems.of_ours),
        (Exception, problems.of_problem),
    ):
        app.add_exception_handler(kind, handler)
    app.add_middleware(BodyLimit)
    app.add_middleware(FromMemory, answers=answers, access=access, max_age=max_age)

    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return HTMLResponse(
            documentation(app.openapi()),
            headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
        )

    return app


class BodyLimit:
    """Refuses bodies larger than 64 KB, also those that do not say how large they are."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what is received."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > LARGEST_BODY:
                refused = problems.answer(Problem(413, "body-too-large", f"a body has at most {LARGEST_BODY:,} bytes"))
                await refused(scope, receive, send)
                return
        whole: Message = {"type": "http.request", "body": body, "more_body": False}
        waiting = [whole]

        async def again() -> Message:
            return waiting.pop() if waiting else await receive()

        await self._app(scope, again, send)
