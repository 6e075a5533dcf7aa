"""What people read: coverage, staleness, the latest enrichments. Reads only; the numbers are made in dbt."""

from typing import Any

from linernotes.storage.ports import Warehouse

Rows = list[dict[str, Any]]
LATEST_DAYS = 7
STALE_SHOWN = 20
SHOWN_GENRES = 3
REPORTED = ("monthlyListeners", "principalLabel", "management", "genres")


def coverage(warehouse: Warehouse) -> Rows:
    """Per provider: how many artists, and how many of them in which state."""
    return list(warehouse.rows("select * from {hub}.hub_music__svc_coverage order by provider"))


def field_coverage(warehouse: Warehouse) -> Rows:
    """Per provider and field: how many of the newest day's answers have it, and how that compares with before."""
    sql = (
        "select provider, field, day, answers, filled, filledShare, previousShare, trend, dark "
        "from {hub}.hub_music__svc_field_coverage where true "
        "qualify row_number() over (partition by provider, field order by day desc) = 1 order by provider, field"
    )
    return list(warehouse.rows(sql))


def field_alarms(warehouse: Warehouse) -> Rows:
    """What providers no longer fill as they did."""
    return list(warehouse.rows("select * from {hub}.hub_music__svc_field_alarms order by provider, field"))


def stale(warehouse: Warehouse, days: int) -> Rows:
    """The artists whose answer is older than ``days``, the oldest first, at most 20."""
    sql = (
        "select * from {hub}.hub_music__svc_stale_artists where daysSinceEnrichment >= $days "
        "order by daysSinceEnrichment desc, artistId limit $shown"
    )
    return list(warehouse.rows(sql, days=days, shown=STALE_SHOWN))


def latest(warehouse: Warehouse) -> Rows:
    """Per day of the last week: how many artists were enriched, and what they are like."""
    sql = (
        "select * from {hub}.hub_music__svc_latest_enrichments "
        "where enrichmentDate >= current_date - $days order by enrichmentDate desc"
    )
    return list(warehouse.rows(sql, days=LATEST_DAYS))


def rejects(warehouse: Warehouse, shown: int) -> Rows:
    """The newest bad lines."""
    sql = (
        "select rejectedAt, file, line, field, reason, raw from {lake}.lake_ops__rejects "
        "order by rejectedAt desc, file, line limit $shown"
    )
    return list(warehouse.rows(sql, shown=shown))


def failures(warehouse: Warehouse, run_id: str) -> Rows:
    """Why items of a run have failed, and how many for which reason."""
    sql = (
        "select provider, reason, count(*) as items from {lake}.lake_ops__attempts "
        "where runId = $run and outcome = 'failed' group by provider, reason order by items desc, provider, reason"
    )
    return list(warehouse.rows(sql, run=run_id))


def top_genres(warehouse: Warehouse, shown: int) -> Rows:
    """The genres of the library, by plays."""
    sql = (
        "select genre, playCount as plays, artistCount as artists, avgPopularity as popularity "
        "from {hub}.hub_music__svc_genres "
        "order by playCount desc, artistCount desc, genre limit $shown"
    )
    return list(warehouse.rows(sql, shown=shown))


def most_played(warehouse: Warehouse, shown: int) -> Rows:
    """The most played artists with their size and who works for them."""
    sql = (
        "select artistName as artist, playCount as plays, monthlyListeners, followerCount as followers, "
        "principalLabel as label, management, genres "
        "from {hub}.hub_music__svc_dim_artists order by playCount desc, artistId limit $shown"
    )
    return [row | {"genres": row["genres"][:SHOWN_GENRES]} for row in warehouse.rows(sql, shown=shown)]


def who_said_what(facts: Rows) -> Rows:
    """The facts that count, with whose they are: what a person reads first of them."""
    shown = ("field", "value", "provider", "licence")
    return [{name: fact[name] for name in shown} for fact in facts if fact["counts"]]


def top_artists(warehouse: Warehouse, shown: int) -> Rows:
    """The artists of the greatest opportunity, with who said so (``sources``) and when the oldest of it was said."""
    sql = (
        "select top.*, artists.genres from {hub}.hub_music__svc_top_artists as top "
        "join {hub}.hub_music__svc_dim_artists as artists on artists.artistId = top.artistId "
        "where top.rank <= $shown order by top.rank"
    )
    said = (
        "select winners.artistId, winners.provider, min(winners.retrievedAt) as retrievedAt "
        "from {hub}.hub_music__stg_artist_winners as winners "
        "join {hub}.hub_music__svc_top_artists as top on top.artistId = winners.artistId "
        "where top.rank <= $shown and winners.field in (select field from unnest($fields) as field) "
        "group by winners.artistId, winners.provider order by winners.provider"
    )
    winners: dict[str, Rows] = {}
    for winner in warehouse.rows(said, shown=shown, fields=list(REPORTED)):
        winners.setdefault(winner["artistId"], []).append(winner)
    return [row | _told(winners.get(row["artistId"], [])) for row in warehouse.rows(sql, shown=shown)]


def _told(winners: Rows) -> dict[str, Any]:
    return {
        "retrievedAt": min((winner["retrievedAt"] for winner in winners), default=None),
        "sources": [winner["provider"] for winner in winners],
    }
