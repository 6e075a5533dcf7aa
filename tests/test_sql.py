"""SQL stands whole, in files or in one literal; values reach it as bound parameters, and nothing else does."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_type_hints

import pytest

import linernotes
from linernotes.core import sql
from linernotes.reports import (
    artist,
    catalogue,
    computed,
    crate,
    findings,
    forecast,
    identities,
    listening,
    metrics,
    providers,
    queries,
    rejects,
    rosters,
    run_levels,
    sales_findings,
    service_levels,
    song_days,
    stream_findings,
    streams,
    top_artists,
    track,
    track_lookup,
    tracks,
)
from linernotes.reports import cache as kept
from linernotes.reports.artist_label import LabelDecision, LabelRelease
from linernotes.reports.matches import Match, NamedTrack
from linernotes.reports.page import history, questions
from linernotes.reports.releases import EditionRow, LabelRow, LabelWitness, ReleaseRow
from linernotes.storage.ports import Warehouse
from linernotes.storage.workspace import open_warehouse
from tests.laptop import Laptop
from tests.samples import settings

ROOT = Path(linernotes.__file__).parent
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path.read_text(encoding="utf-8")
    for path in sorted(ROOT.rglob("*.py"))
    if path.relative_to(ROOT).parts[0] != "sandbox"  # it has no warehouse
}
STATEMENTS = {
    f"{path.parent.parent.relative_to(ROOT).as_posix()}/{path.stem}": path for path in sorted(ROOT.rglob("sql/*.sql"))
}
LOOKS_LIKE_SQL = re.compile(
    r"""^\s*(select|insert\s+into|delete\s+from|merge\s+into|(create|drop|alter)\s+(or\s+replace\s+)?(table|view|schema))\b
    | \bwith\s+\w+\s+as\s*\(
    | \bselect\b.*\bfrom\b
    | \$[A-Za-z_]\w*                        # a bound parameter
    | \{(lake|hub)\}
    | \b(group|order|partition)\s+by\b | \b(inner|left|cross)\s+join\b | \bqualify\b | \bunnest\( | \blimit\s+\$
    | \b(where|and|or)\s+[\w.]+\s*(=|<|>|!=|\b(not\s+)?in\s*\(|\blike\b\s*['%]|\bis\s+(not\s+)?null\b)
    """,
    re.X | re.S | re.I,
)
BUILDING_METHODS = {"format", "format_map", "join", "replace", "substitute", "safe_substitute"}
SPAN: dict[str, object] = {"since": metrics.BEGINNING, "until": metrics.BEGINNING}
RANKED = SPAN | {"what": "artists", "by_hours": False, "shown": 1}
KEPT: dict[str, object] = {"provider": "", "artist": "", "before": metrics.BEGINNING}
ASKED: dict[str, object] = SPAN | {
    "before": metrics.BEGINNING,
    "now": metrics.BEGINNING,
    "earliest": metrics.BEGINNING,
    "zone": "UTC",
    "hidden": [""],
    "shown": 1,
    "monthly": True,
}
# The statements of reports, the types of their rows, and some values to bind.
ROWS: dict[str, tuple[type, dict[str, object]]] = {
    "cache_answers": (kept.KeptAnswer, KEPT | {"now": metrics.BEGINNING, "shown": 1}),
    "cache_counts": (kept.KeptCounts, KEPT | {"now": metrics.BEGINNING}),
    "cache_keys": (kept.KeptKey, KEPT),
    "artist_label": (LabelDecision, {"artist": ""}),
    "artist_label_releases": (LabelRelease, {"artist": "", "shown": 1}),
    "labels": (LabelRow, {"id": "", "key": "", "shown": 1}),
    "release_editions": (EditionRow, {"release": ""}),
    "release_values": (artist.ArtistValue, {"release": ""}),
    "label_witnesses": (LabelWitness, {"label": ""}),
    "stream_matches": (Match, {"subject": "", "everything": True}),
    "tracks_named": (NamedTrack, {"given": "", "id": ""}),
    "releases": (ReleaseRow, {"id": "", "text": "", "label": ""}),
    "coverage": (queries.ProviderCoverage, {}),
    "field_coverage": (queries.FieldCoverage, {}),
    "field_alarms": (queries.FieldAlarm, {}),
    "findings_of_runs": (findings.PoorRun, {"since": metrics.BEGINNING, "failed_share": 0.5}),
    "streams_series": (streams.StreamSeries, {"since": metrics.BEGINNING.date(), "artist": "", "shown": 1}),
    "streams_days": (streams.StreamDay, {"since": metrics.BEGINNING.date(), "series": [""]}),
    "campaigns": (streams.Campaign, {"since": metrics.BEGINNING.date(), "shown": 1}),
    "forecast_days": (forecast.SettledDay, {"since": metrics.BEGINNING, "artist": ""}),
    "findings_of_series": (stream_findings.Series, {"since": metrics.BEGINNING}),
    "findings_of_days": (
        stream_findings.SeriesDay,
        {"since": metrics.BEGINNING, "floor": 1, "kept_share": 0.5},
    ),
    "findings_of_copies": (stream_findings.Copies, {"since": metrics.BEGINNING, "floor": 1, "least_days": 1}),
    "findings_of_sales": (sales_findings.SalesMonth, {"since": metrics.BEGINNING}),
    "findings_of_flows": (findings.FailedStep, {"since": metrics.BEGINNING}),
    "findings_of_files": (
        findings.PoorFile,
        {"since": metrics.BEGINNING, "least_lines": 20, "invalid_share": 0.05},
    ),
    "song_days": (song_days.SongDay, {"day": "", "radar": "", "weekly": ""}),
    "queue_sizes": (queries.QueueSize, {}),
    "doubted_answers": (queries.DoubtedAnswers, {}),
    "doubted_of_artist": (queries.DoubtedAnswer, {"artist": ""}),
    "track_stats": (tracks.TrackStat, {}),
    "tracks_matching": (track_lookup.NamedTrack, {"ids": [], "text": "", "everything": True}),
    "track": (track.TrackRow, {"track": ""}),
    "track_values": (artist.ArtistValue, {"track": ""}),
    "track_ids": (track.TrackId, {"track": ""}),
    "track_statuses": (tracks.TrackStatus, {}),
    "stale_artists": (queries.StaleArtist, {"days": 0, "shown": 1}),
    "latest_enrichments": (queries.EnrichmentDay, {"days": 7}),
    "rejects": (
        rejects.Reject,
        {"reason": "", "file": "", "provider": "", "since": rejects.BEGINNING, "shown": 1},
    ),
    "reject_counts": (rejects.RejectCounts, {"reason": "", "file": "", "provider": "", "since": rejects.BEGINNING}),
    "failures": (queries.Failures, {"run": ""}),
    "names_starting": (queries.ArtistName, {"start": "", "shown": 1}),
    "played_total": (listening.PlayedTotal, SPAN),
    "played": (listening.Played, RANKED),
    "discoveries": (listening.Discovery, SPAN | {"shown": 1}),
    "artist_years": (listening.SinceBeginning, {"artist": "", **SPAN, "beginnings": [metrics.BEGINNING]}),
    "artist_tracks": (listening.ArtistTrack, {"artist": "", **SPAN, "shown": 1}),
    "crate": (crate.CrateRow, {"keys": [""], "slowest": 0, "fastest": 0, "shown": 1}),
    "top_artists": (top_artists.RankedArtist, {"shown": 1, "roster": ""}),
    "roster_rows": (rosters.RosterRow, {"roster": "", "unresolved": True}),
    "roster_names": (rosters.RosterName, {}),
    "roster_candidates": (rosters.Candidate, {"roster": ""}),
    "roster_rejects": (rosters.RosterRejects, {"roster": ""}),
    "top_artist_growth": (top_artists.Growth, {"shown": 1}),
    "library_size": (top_artists.LibrarySize, {}),
    "computed": (computed.Computed, {"artist": ""}),
    "top_artist_sources": (top_artists.SourceOfArtist, {"shown": 1, "fields": [""]}),
    "artist": (artist.Artist, {"artist": ""}),
    "artist_values": (artist.ArtistValue, {"artist": ""}),
    "artist_claims": (identities.Claim, {"artist": ""}),
    "library_claims": (identities.LibraryClaim, {"disputed": True}),
    "provider_totals": (metrics.ProviderTotals, {"since": metrics.BEGINNING}),
    "run_durations": (metrics.RunDuration, {}),
    "provider_first_attempts": (providers.FirstAttempt, {}),
    "provider_next_due": (providers.NextDue, {"now": metrics.BEGINNING}),
    "latest_runs": (run_levels.LatestRun, {}),
    "api_artists": (
        catalogue.ListedArtist,
        {"after": "", "q": "", "genre": "", "country": "", "listeners": 0, "shown": 1},
    ),
    "api_similar": (catalogue.SimilarArtist, {"artist": "", "shown": 1}),
    "api_ages": (catalogue.Age, {"artists": [""]}),
    "api_stats": (catalogue.Stats, {}),
    "api_track": (catalogue.KnownTrack, {"artist": "", "title": "", "uri": "", "isrc": "", "track": ""}),
    "page_totals": (questions.Totals, ASKED),
    "page_hours": (questions.Hour, ASKED),
    "page_artists": (questions.PlayedArtist, ASKED),
    "page_shares": (questions.Share, ASKED),
    "page_rarest": (questions.Rarest, ASKED | {"metric": "lastfmListeners", "fewest": 1}),
    "page_history": (history.HistoryPart, ASKED | {"genres": 1, "few_months": True}),
    "page_comebacks": (questions.Comeback, ASKED | {"fewest": 1}),
    "page_neighbours": (questions.Neighbour, ASKED),
    "page_sources": (questions.Teller, ASKED),
    "recent_calls": (service_levels.RecentCalls, {"run": "", "since": metrics.BEGINNING}),
}
LISTS = (ast.List, ast.ListComp)
# Where text that looks like SQL may be put together, and why.
BUILDERS = {
    "storage.warehouses.schema": "DDL, loads and merges are made here, of names that a contract has checked",
    "storage.warehouses.duckdb_upgrade": "its statements add columns, by names that schema checks",
    "storage.warehouses.tables": "its queries are of other people's tables, by names that those tables have",
    "storage.warehouses.duckdb_tables": "it describes what tables has quoted",
    "reports.looks": "its commands are shown to people, who may type them; linernotes sql only reads",
    "storage.warehouses.bigquery_previous": "its scripts rename and drop tables by names that schema checks",
}
# Where a query is handed on that another module made.
PASSED_ON = {
    "storage.warehouses.duckdb": "statements of schema",
    "storage.warehouses.bigquery": "statements of schema",
    "storage.warehouses.bigquery_loads": "statements of schema",
    "storage.warehouses.tables": "what it has made",
    "runs.purge": "lines_of in schema: which columns name an artist depends on the contract",
}
ASKING_ROOMS = ("storage", "landing", "reports", "runs", "rest", "cli")


def test_no_sql_is_put_together_from_pieces() -> None:
    found = {name: list(built(text)) for name, text in MODULES.items() if name not in BUILDERS}
    assert {name: places for name, places in found.items() if places} == {}


def test_every_query_is_a_file_or_one_literal() -> None:
    asking = {name: text for name, text in MODULES.items() if name.startswith(ASKING_ROOMS) and name not in PASSED_ON}
    found = {name: list(not_whole(text)) for name, text in asking.items()}
    assert {name: places for name, places in found.items() if places} == {}


def test_no_exception_outlives_its_reason() -> None:
    assert [name for name in BUILDERS if not list(built(MODULES[name]))] == []
    assert [name for name in PASSED_ON if not list(not_whole(MODULES[name]))] == []


def test_only_the_adapters_speak_to_an_engine() -> None:
    engines = re.compile(
        r"\.(execute|executemany|query_and_wait)\(|^\s*(import|from) (duckdb|google\.cloud\.bigquery)", re.M
    )
    assert [name for name, text in MODULES.items() if engines.search(text) if not name.startswith("storage.")] == []


@pytest.mark.parametrize(
    "code",
    [
        'f"select a from t where b = {value}"',
        'f"{start} and provider = $provider"',
        '"select a from t where b = " + value',
        '"where b = %s" % value',
        '"select a from {}".format(table)',
        '" and ".join(["where a = 1", more])',
        '"select a from t".replace("t", table)',
        'QUERY = "select 1 from t"\nx = QUERY + tail',
        'PARTS = {"new": "status = $status"}\nx = f"{PARTS[name]} {tail}"',
        'x = sql.read("runs/last_run") + tail',
        'text = "select 1 from t"\ntext += tail',
    ],
)
def test_a_statement_put_together_would_be_found(code: str) -> None:
    assert list(built(code))


@pytest.mark.parametrize(
    "code",
    [
        'warehouse.rows(f"select {column}")',
        'warehouse.rows(start + "select 1")',
        "def ask(query):\n    warehouse.rows(query)",
        'query = "select 1"\nquery = query.upper()\nwarehouse.rows(query)',
    ],
)
def test_a_query_of_unknown_origin_would_be_found(code: str) -> None:
    assert list(not_whole(code))


def test_every_statement_in_a_file_is_read_and_every_file_that_is_read_is_there() -> None:
    read = {match for text in MODULES.values() for match in re.findall(r'sql\.read\("([\w/]+)"\)', text)}
    asked = {
        f"reports/{match}" for text in MODULES.values() for match in re.findall(r'rows_of\(\w+, \w+, "(\w+)"', text)
    }
    named = {
        f"runs/imports/{name}" for name in re.findall(r'self\._rows\("(\w+)"', MODULES["runs.imports.history_fetch"])
    }
    queue = re.findall(r'selection\.statement\("(\w+)"\)', MODULES["runs.enrich.queue"])
    parts = {f"runs/enrich/{name}{part}" for name in queue for part in ("", "_top")}
    assert read | asked | named | parts == set(STATEMENTS)
    assert all(sql.read(name).rstrip() for name in STATEMENTS)


@pytest.mark.parametrize("part", ["", "_top"])
def test_what_is_counted_is_what_is_asked(part: str) -> None:
    """Three statements have the same selection; they differ in what they make of it."""
    conditions = {
        re.search(r"with queue as \(.*?\n\)", sql.read(f"runs/enrich/{name}{part}"), re.S)[0]  # type: ignore[index]
        for name in ("discover", "waiting", "to_come")
    }
    assert len(conditions) == 1


def test_a_typed_row_has_the_columns_of_its_statement(hub: Warehouse) -> None:
    columns = {
        statement: [row["column_name"] for row in hub.rows(f"describe {sql.read(f'reports/{statement}')}", **given)]
        for statement, (_, given) in ROWS.items()
    }
    assert columns == {statement: list(get_type_hints(kind)) for statement, (kind, _) in ROWS.items()}
    assert {f"reports/{statement}" for statement in ROWS} == {
        name for name in STATEMENTS if name.startswith("reports/")
    }


@pytest.fixture
def hub(laptop: Laptop) -> Iterator[Warehouse]:
    """The tables and views that init makes."""
    warehouse = open_warehouse(settings(laptop.home), laptop.home / "scratch")
    yield warehouse
    warehouse.close()


def built(code: str) -> Iterator[str]:
    """The expressions that put text together of which a piece looks like SQL or is a name for some."""
    tree = ast.parse(code)
    names = {target for node in ast.walk(tree) for target in named(node) if is_sql(value_of(node), set())}
    for node in ast.walk(tree):
        if any(is_sql(piece, names) for piece in pieces(node)):
            yield f"{getattr(node, 'lineno', 0)}: {ast.unparse(node)[:80]}"


def pieces(node: ast.AST) -> list[ast.AST]:
    """What an expression puts together to one text; nothing where it does not."""
    match node:
        case ast.JoinedStr(values=values) if any(isinstance(value, ast.FormattedValue) for value in values):
            return list(values)
        case ast.BinOp(op=ast.Add() | ast.Mod(), left=left, right=right) if not isinstance(left, LISTS):
            return [left, right]
        case ast.AugAssign(op=ast.Add(), target=target, value=value) if not isinstance(value, LISTS):
            return [target, value]
        case ast.Call(func=ast.Attribute(attr=method, value=owner), args=args) if method in BUILDING_METHODS:
            return [owner, *args]
        case _:
            return []


def is_sql(node: ast.AST | None, names: set[str]) -> bool:
    """Whether a text that looks like SQL, a name for one or a statement read from a file stands in it."""
    return node is not None and any(
        (isinstance(part, ast.Constant) and isinstance(part.value, str) and bool(LOOKS_LIKE_SQL.search(part.value)))
        or (isinstance(part, ast.Name) and part.id in names)
        or (isinstance(part, ast.Call) and ast.unparse(part.func) == "sql.read")
        for part in ast.walk(node)
    )


def named(node: ast.AST) -> list[str]:
    match node:
        case ast.Assign(targets=targets):
            return [target.id for target in targets if isinstance(target, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.NamedExpr(target=ast.Name(id=name)):
            return [name]
        case ast.ImportFrom(module=module, names=imported) if (module or "").startswith("linernotes."):
            return [alias.asname or alias.name for alias in imported if imports_sql(module or "", alias.name)]
        case _:
            return []


def value_of(node: ast.AST) -> ast.AST | None:
    """What is given a name, if it is text: what a call makes of a query is its rows."""
    if isinstance(node, ast.ImportFrom):
        return ast.Constant("select 1")  # ``named`` has looked at it
    value = getattr(node, "value", None)
    return (
        value if isinstance(value, ast.Constant | ast.Dict | ast.Tuple | ast.List | ast.IfExp | ast.JoinedStr) else None
    )


@cache
def imports_sql(module: str, name: str) -> bool:
    text = MODULES.get(module.removeprefix("linernotes."), "")
    assigned = (node for node in ast.parse(text).body if name in named(node) and not isinstance(node, ast.ImportFrom))
    return any(is_sql(value_of(node), set()) for node in assigned)


def not_whole(code: str) -> Iterator[str]:
    """The queries handed to ``rows`` that are neither read from a file nor one literal."""
    tree = ast.parse(code)
    assigned: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr) and node.value:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                assigned.setdefault(ast.unparse(target), []).append(node.value)
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "rows"
            and node.args
        ):
            query = node.args[0]
            origins = assigned.get(query.id, [query]) if isinstance(query, ast.Name) else [query]
            if not all(is_whole(origin) for origin in origins):
                yield f"{node.lineno}: {ast.unparse(node)[:80]}"


def is_whole(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) == "sql.read"
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
