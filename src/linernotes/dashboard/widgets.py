"""Widgets whose value stands in the address, so that a view can be linked, and tables that can be downloaded."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from linernotes.core.text import bounded, printable
from linernotes.reports.csv_text import csv_of
from linernotes.reports.rows import Record

LONGEST_TEXT, LONGEST_NUMBER = 200, 15  # characters


def choice(label: str, options: Sequence[str], name: str, place: Any = st) -> str:
    """One of some options, the first unless the address says another; ``name`` is what it is called there."""
    given = st.query_params.get(name, "")
    _begin_with(name, given if given in options else options[0])
    chosen: str = place.selectbox(label, options, key=name)
    _remember(name, chosen, options[0])
    return chosen


def text(label: str, name: str, place: Any = st) -> str:
    """A text."""
    _begin_with(name, st.query_params.get(name, "")[:LONGEST_TEXT])
    given: str = place.text_input(label, key=name, max_chars=LONGEST_TEXT)
    _remember(name, given, "")
    return given.strip()


def number(label: str, name: str, most: int, place: Any = st) -> int:
    """A whole number from 0."""
    given = st.query_params.get(name, "")
    usable = given.isascii() and given.isdecimal() and len(given) < LONGEST_NUMBER
    _begin_with(name, min(int(given), most) if usable else 0)
    chosen = int(place.number_input(label, min_value=0, max_value=most, key=name))
    _remember(name, str(chosen), "0")
    return chosen


def table(rows: Sequence[Record], name: str, empty: str) -> None:
    """Rows as a table, and a button that downloads them as CSV; a sentence where there are none."""
    if not rows:
        st.info(empty)
        return
    shown = sorted(rows[0], key=lambda column: column.endswith("Id"))  # names first, ids last
    st.dataframe([{column: _cell(row[column]) for column in shown} for row in rows], hide_index=True)
    st.download_button("Download as CSV", csv_of(rows), f"{name}.csv", "text/csv", key=f"download {name}")


def bars(rows: Sequence[Record], name: str, value: str, most: int = 20) -> None:
    """The first rows as bars, the longest on top; the table below has their numbers."""
    drawn = [{name: str(_cell(row[name]) or "no name"), value: row[value]} for row in rows[:most] if row[value]]
    if drawn:
        st.bar_chart(drawn, x=name, y=value, horizontal=True, sort=f"-{value}")


def lines(rows: Sequence[Record], at: str, value: str, name: str) -> None:
    """A line for each name; the tables below have the numbers."""
    drawn = [{at: row[at], value: row[value], name: _cell(row[name])} for row in rows if row[value] is not None]
    if drawn:
        st.line_chart(drawn, x=at, y=value, color=name)


def _cell(value: object) -> object:
    """A value as a table may show it: a name is a text, whatever is in it."""
    if isinstance(value, list | tuple):
        return ", ".join(str(_cell(each)) for each in value)
    return bounded(printable(value), LONGEST_TEXT) if isinstance(value, str) else value


def _begin_with(name: str, value: object) -> None:
    if name not in st.session_state:
        st.session_state[name] = value


def _remember(name: str, value: str, usual: str) -> None:
    if value != usual:
        st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]
