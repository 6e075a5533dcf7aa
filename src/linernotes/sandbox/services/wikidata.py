"""Wikidata's query service, as far as linernotes uses it: it understands our two queries, and refuses all others."""

import re
from collections.abc import Iterator

from flask import Blueprint, Response, g, request

from linernotes.sandbox.faults import FaultPlan
from linernotes.sandbox.responses import answer, failure, page, plain, worn
from linernotes.sandbox.services.wikidata_bodies import Encyclopedia
from linernotes.sandbox.stage import Stage

KEYS = re.compile(r"VALUES \?spotify \{([^}]*)\}")
THINGS = re.compile(r"VALUES \?id \{([^}]*)\}")
PROPERTY = re.compile(r"\bp:(P[0-9]+)\b")
LANGUAGES = re.compile(r"LANG\(\?name\) IN \(([^)]*)\)")
TEXT = re.compile(r'"([^"]*)"')
JSON = "application/sparql-results+json"
TIMEOUT = (
    "SPARQL-QUERY: queryStr={query}\njava.util.concurrent.TimeoutException\n"
    "\tat java.util.concurrent.FutureTask.get(FutureTask.java:205)\n"
    "\tat com.bigdata.rdf.sail.webapp.BigdataServlet.submitApiTask(BigdataServlet.java:292)\n"
)
MALFORMED = "SPARQL-QUERY: queryStr={query}\norg.openrdf.query.MalformedQueryException\n"


class Wikidata:
    """One imitated query service."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._encyclopedia = Encyclopedia(stage)

    def blueprint(self) -> Blueprint:
        """Its only route."""
        routes = Blueprint("wikidata", __name__, url_prefix="/wikidata")
        routes.add_url_rule("/sparql", "sparql", self.sparql, methods=["POST"])
        return routes

    def environment(self, url: str) -> dict[str, str]:
        """The settings that make linernotes call this Wikidata, which demands a contact."""
        return {"WIKIDATA_SPARQL_URL": f"{url}/wikidata/sparql", "LINERNOTES_CONTACT": "sandbox@example.org"}

    def sparql(self) -> Response:
        """POST /sparql."""
        query = request.form.get("query", "")
        keys = _texts(KEYS, query)
        g.call.ask(keys or _things(query))
        plan = self._stage.plan("wikidata")
        self._stage.pause(plan.faults.latency + (plan.faults.hang_seconds if plan.strikes("hang") else 0))
        refusal = next(self._refusals(plan, query, len(keys)), None)
        return worn(self._answered(query, keys), plan) if refusal is None else refusal

    def _refusals(self, plan: FaultPlan, query: str, asked: int) -> Iterator[Response]:
        """The reasons to refuse a query, the most general first."""
        if request.headers.get("User-Agent", "").lower().startswith(("python-requests", "curl")):
            yield page("Please set a user-agent and respect our robot policy", 403)
        if plan.strikes("throttled"):
            yield plain("Rate limit exceeded", 429, {"Retry-After": str(plan.faults.retry_after)})
        if plan.strikes("server_errors"):
            yield failure(plan)
        if plan.strikes("too_long") or (plan.faults.too_many is not None and asked > plan.faults.too_many):
            yield plain(TIMEOUT.format(query=query), 500)

    def _answered(self, query: str, keys: list[str]) -> Response:
        languages = _texts(LANGUAGES, query)
        if "SERVICE" in query or not (KEYS.search(query) or (THINGS.search(query) and languages)):
            return plain(MALFORMED.format(query=query), 400)
        if JSON not in request.headers.get("Accept", ""):
            return Response("<?xml version='1.0'?><sparql/>", content_type="application/sparql-results+xml")
        if KEYS.search(query):
            rows = list(self._encyclopedia.facts(keys, set(PROPERTY.findall(query))))
        else:
            rows = list(self._encyclopedia.names(_things(query), languages))
        names = re.findall(r"\?(\w+)", query[query.index("SELECT") : query.index("WHERE")])
        response = answer({"head": {"vars": names}, "results": {"bindings": rows}})
        response.content_type = f"{JSON};charset=utf-8"
        return response


def _texts(clause: re.Pattern[str], query: str) -> list[str]:
    found = clause.search(query)
    return TEXT.findall(found[1]) if found else []


def _things(query: str) -> list[str]:
    found = THINGS.search(query)
    return re.findall(r"wd:(Q[0-9]+)", found[1]) if found else []


SERVICE = Wikidata
