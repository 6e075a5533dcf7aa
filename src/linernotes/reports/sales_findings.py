"""What needs a person in distributors' statements: a store that reports nothing any more, sales that fell.

A statement's newest month is never judged: stores report late, and what comes later stands in the next statement.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from statistics import median
from typing import TypedDict

from linernotes.config.alerts import StreamRules
from linernotes.core.text import first_of, many
from linernotes.reports.falls import MAD_TO_DEVIATION
from linernotes.reports.finding import Finding
from linernotes.reports.looks import sales_command
from linernotes.reports.rows import rows_of
from linernotes.storage.ports import Warehouse

MONTHS = 6  # that a month is compared with
LEAST_MONTHS = 3
REACH = timedelta(days=31 * (MONTHS + 8))  # statements come up to six months late
MOST_NAMED = 5


class SalesMonth(TypedDict):
    """Units of a month in a store, or in a country."""

    source: str
    kind: str
    place: str
    month: date
    units: int


def judge_sales(warehouse: Warehouse, rules: StreamRules, today: date) -> Iterator[Finding]:
    """Stores that went silent, and stores and countries whose units fell, in the last month that is complete."""
    rows = rows_of(SalesMonth, warehouse, "findings_of_sales", since=today - REACH)
    for source, of_source in groupby(rows, lambda row: row["source"]):
        yield from of_statement(source, list(of_source), rules)


def of_statement(source: str, rows: Sequence[SalesMonth], rules: StreamRules) -> Iterator[Finding]:
    """The findings in one distributor's months."""
    months = sorted({row["month"] for row in rows})
    if len(months) < LEAST_MONTHS + 2:
        return
    newest, judged, earlier = months[-1], months[-2], months[-2 - MONTHS : -2]
    units = defaultdict[tuple[str, str], dict[date, int]](dict)
    for row in rows:
        units[row["kind"], row["place"]][row["month"]] = row["units"]
    fallen = list[tuple[str, str, float]]()
    for (kind, place), figures in units.items():
        before = [figures.get(month, 0) for month in earlier]
        if kind == "store" and _is_silent(figures, before, newest, judged, rules):
            yield _silent(source, place, judged, max(month for month in earlier if month in figures))
        elif not (judged not in figures and newest in figures) and _has_fallen(figures.get(judged, 0), before, rules):
            fallen.append((kind, place, median(before)))
    stores = [place for kind, place, _ in fallen if kind == "store"]
    there = sum(kind == "store" for kind, _ in units)
    if len(stores) >= rules.least_series and len(stores) >= rules.source_share * there:
        text = f"{len(stores)} of {there} stores of {source} fell in {judged:%Y-%m}: {first_of(stores, MOST_NAMED)}"
        yield Finding("source_fell", source, judged, "critical", text, sales_command(source))
        return
    for kind, place, usual in fallen:
        value = units[kind, place].get(judged, 0)
        text = (
            f"{place or 'sales without a ' + kind}, as {source} reports it: {many(value, 'unit')} in {judged:%Y-%m}, "
            f"{1 - value / usual:.0%} fewer than the median of the months before ({usual:,.0f})"
        )
        yield Finding("sales_fell", f"{source} {kind} {place}", judged, "warning", text, sales_command(source))


def _is_silent(figures: dict[date, int], before: Sequence[int], newest: date, judged: date, rules: StreamRules) -> bool:
    """Whether a store that always sold has no row in the last two months; a late one has one in the newest."""
    return newest not in figures and judged not in figures and min(before) > 0 and median(before) >= rules.floor


def _silent(source: str, store: str, month: date, last: date) -> Finding:
    text = f"{store}: nothing in {source}'s statements since {last:%Y-%m}, though they reach beyond {month:%Y-%m}"
    return Finding("store_silent", f"{source} {store}", month, "warning", text, sales_command(source))


def _has_fallen(value: int, before: Sequence[int], rules: StreamRules) -> bool:
    usual = median(before)
    deviation = MAD_TO_DEVIATION * median(abs(each - usual) for each in before)
    return (
        usual >= rules.floor and value < (1 - rules.drop_share) * usual and value < usual - rules.deviations * deviation
    )
