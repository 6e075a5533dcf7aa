"""What was read before is answered at once: the way through the framework would take most of an answer's time."""

from dataclasses import dataclass

from fastapi import Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from linernotes.rest import problems
from linernotes.rest.access import Access
from linernotes.rest.answers import tagged
from linernotes.rest.kept import Address, Answers
from linernotes.rest.problems import Problem


def address_of(scope: Scope) -> Address:
    """What a request asks for: its path and its query."""
    return scope["path"], scope["query_string"].decode("latin-1")


@dataclass(frozen=True, slots=True)
class FromMemory:
    """Answers what is kept, to those who may read it; all else goes on to the application. It waits for nobody."""

    app: ASGIApp
    answers: Answers
    access: Access
    max_age: int

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let the application do it."""
        is_read = scope["type"] == "http" and scope["method"] == "GET"
        known = self.answers.known(address_of(scope)) if is_read else None
        if known is None:
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        try:
            self.access.bearer("read", request)
            answer: Response = tagged(known, request, self.max_age)
        except Problem as problem:
            answer = problems.answer(problem)
        await answer(scope, receive, send)
