"""The six pages. Each asks what the reports ask, so that all of them have the same numbers."""

from collections.abc import Callable
from datetime import timedelta
from typing import get_args

import streamlit as st

from linernotes.dashboard.widgets import bars, choice, lines, number, table, text
from linernotes.reports import catalogue, listening, metrics, queries, streams
from linernotes.reports.artist import artist_values, find_artist, selected_values
from linernotes.reports.artist_lookup import known_artist
from linernotes.reports.crate import crate
from linernotes.reports.forecast import forecasts
from linernotes.reports.listening import Kind
from linernotes.reports.page.listening import page_zone
from linernotes.reports.period import VARIABLE, Period, period_of
from linernotes.reports.releases import labels
from linernotes.reports.rows import published_columns
from linernotes.reports.top_artists import RankedArtist, ranked_artists, risers
from linernotes.reports.tracks import track_stats
from linernotes.storage.workspace import Workspace

ALL_TIME = "all time"
FIRST_YEAR = 2000
MOST = 10**12
SHOWN = 100
DRAWN = 5  # series of streams that can be told apart in one chart
FORECAST_DAYS = 28
SCOUTED = 1_000  # artists by opportunity that the filters choose from
KINDS: tuple[Kind, ...] = get_args(Kind)
RUN = "Nothing is known here yet: linernotes run asks the music services."


def listened(workspace: Workspace) -> None:
    """What was listened to most, and which artists were new."""
    warehouse, zone = workspace.warehouse, page_zone(workspace.settings.environ.get(VARIABLE, ""))
    first, second, third = st.columns(3)
    this_year = zone.day(workspace.clock.now()).year
    year = choice("Year", [ALL_TIME, *map(str, range(this_year, FIRST_YEAR - 1, -1))], "year", first)
    kind = KINDS[[*KINDS].index(choice("What", KINDS, "what", second))]  # type: ignore[arg-type]  # one of them
    by_hours = choice("By", ["plays", "hours"], "by", third) == "hours"
    chosen = None if year == ALL_TIME else int(year)
    found = listening.top(
        warehouse, kind, period_of(zone, chosen) if chosen else Period(zone), SHOWN, by_hours=by_hours
    )
    bars(found.rows, listening.COLUMNS[kind][0], "hours" if by_hours else "plays")
    table(found.rows, f"top-{kind}", "No plays in these days. To add some: linernotes import plays FILE.")
    _notes(found.notes)
    if kind == "artists":
        new = listening.discoveries(warehouse, zone, chosen, SHOWN)
        st.header(new.title.replace("discoveries", "New artists"))
        table(new.rows, "discoveries", "No artist was first heard then.")
        _notes(new.notes)


def artists(workspace: Workspace) -> None:
    """Find an artist, and see all that is known of it, with who said so."""
    warehouse = workspace.warehouse
    first, second, third = st.columns(3)
    filters: catalogue.Filters = {
        "q": text("Name contains", "q", first),
        "genre": text("Genre", "genre", second),
        "country": text("Country", "country", third),
        "listeners": 0,
    }
    found = catalogue.listed_artists(warehouse, filters, "", SHOWN)
    table(found, "artists", "No artist matches.")
    named = text("Show one: a name, a Spotify id or link, or an MBID", "artist")
    if not named:
        return
    artist = find_artist(warehouse, named)
    values = artist_values(warehouse, artist)
    st.header("What is known")
    st.text(f"{artist['artistName'] or 'no name'}  {artist['artistId']}")
    table([published_columns(each) for each in selected_values(values)], "values", RUN)
    st.header("Who said what")
    table(values, "facts", RUN)
    st.header("Similar artists")
    table(catalogue.similar_artists(warehouse, artist["artistId"]), "similar", "No service has told any.")
    st.header("Your plays by year")
    zone = page_zone(workspace.settings.environ.get(VARIABLE, ""))
    history = listening.artist_history(warehouse, known_artist(warehouse, artist["artistId"]), Period(zone))
    table(history.years, "years", "It was never played.")


def scouting(workspace: Workspace) -> None:
    """The artists by opportunity: many listen, few have noticed."""
    first, second, third, fourth = st.columns(4)
    genre, country = text("Genre", "genre", first).casefold(), text("Country", "country", second).casefold()
    least = number("Monthly listeners, at least", "min_listeners", MOST, third)
    status = choice("Label", ["any", "on a label", "self-released or none"], "label", fourth)
    ranked = ranked_artists(workspace.warehouse, SCOUTED)
    growth = risers(workspace.warehouse, ranked)
    rows = [
        {
            **row,
            "growthPct": growth.get(row["artistId"], (None, None))[0],
            "growthOf": growth.get(row["artistId"], ("", None))[1],
        }
        for row in ranked
        if (not genre or any(genre in each.casefold() for each in row["genres"]))
        and (not country or country in (row["country"] or "").casefold())
        and (row["monthlyListeners"] or 0) >= least
        and _has_label(row, status)
    ]
    bars(rows, "artistName", "opportunityScore")
    table(rows, "scouting", f"None of the first {SCOUTED:,} artists by opportunity matches.")


def tracks(workspace: Workspace) -> None:
    """Tracks by key and tempo, and the labels of the library."""
    first, second, third = st.columns(3)
    key = text("Goes with the key (8A, Am)", "key", first)
    slowest, fastest = number("Tempo from", "from", 400, second), number("to", "to", 400, third)
    found = crate(workspace.warehouse, workspace.clock.now(), key, (slowest, fastest or (400 if slowest else 0)), SHOWN)
    table(found.rows, "tracks", "No track matches.")
    _notes([note for note in found.notes if "--n" not in note])
    st.header("How much is known of tracks")
    table(track_stats(workspace.warehouse), "track-stats", "There are no tracks yet.")
    st.header("Labels")
    listed = labels(workspace.warehouse, workspace.clock.now(), SHOWN)
    table(listed.rows, "labels", RUN)


def streamed(workspace: Workspace) -> None:
    """Streams by day as exports told them, their forecast, and what campaigns cost."""
    warehouse, today = workspace.warehouse, workspace.clock.now().date()
    first, second = st.columns(2)
    days = int(choice("Days", ["28", "90", "365", "3650"], "days", first))
    artist = text("Artist: a name or an id", "artist", second)
    since = today - timedelta(days=days)
    series = streams.stream_series(warehouse, since, artist, SHOWN)
    drawn = {row["seriesId"]: row["trackName"] or row["artistName"] or row["seriesId"] for row in series[:DRAWN]}
    lines(
        [
            {"day": row["day"], "streams": row["streams"], "of": f"{drawn[row['seriesId']]}, {row['source']}"}
            for row in streams.stream_days(warehouse, since, series[:DRAWN])
        ],
        "day",
        "streams",
        "of",
    )
    table(series, "streams", streams.NO_STREAMS)
    st.header("Forecast")
    if artist:
        made = [each.summary for each in forecasts(warehouse, today, FORECAST_DAYS, artist)]
        table(made, "forecast", "Nothing to forecast from: no settled days of this artist.")
    else:
        st.info(f"Name an artist to see its next {FORECAST_DAYS} days, with how wrong the method was before.")
    st.header("Campaigns")
    table(streams.campaigns(warehouse, since, SHOWN), "campaigns", streams.NO_CAMPAIGNS)


def operations(workspace: Workspace) -> None:
    """Whether the services answer, and how much of the library they know."""
    warehouse = workspace.warehouse
    days = int(choice("Days", ["7", "30", "90", "365"], "days"))
    since = workspace.clock.now() - timedelta(days=days)
    st.header("Services")
    table(
        [published_columns(row) for row in metrics.metrics(warehouse, since)], "services", "No run asked any service."
    )
    st.header("Coverage")
    table(queries.coverage(warehouse), "coverage", RUN)
    st.header("Waiting to be asked")
    table(queries.queue_sizes(warehouse), "queue", "Nothing is due.")
    st.header("Fields that services no longer fill")
    table(queries.field_alarms(warehouse), "alarms", "None.")
    st.header("Answers that are poorer than before")
    table(queries.doubted_answers(warehouse), "doubted", "None.")
    st.header("New records")
    table(queries.latest_enrichments(warehouse), "latest", "None in the last seven days.")


def _has_label(row: RankedArtist, wanted: str) -> bool:
    signed = row["labelStatus"] == "on_label"
    return wanted == "any" or signed == (wanted == "on a label")


def _notes(notes: list[str]) -> None:
    for note in notes:
        st.text(note)


PAGES: dict[str, Callable[[Workspace], None]] = {
    "Listening": listened,
    "Artists": artists,
    "Scouting": scouting,
    "Catalogue": tracks,
    "Streams": streamed,
    "Operations": operations,
}
