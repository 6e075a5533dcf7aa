"""A page and its parts, written as one file of HTML or as a card."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from linernotes.config.providers import ProviderSettings
from linernotes.core.text import printable
from linernotes.reports.page.figure import Figure

ADDRESS = re.compile(r"https://\S+$")


@dataclass(frozen=True, slots=True)
class Tile:
    """A number in large letters, what it counts, and what is to be said about it."""

    number: str
    what: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A provider of values, the figures that they are in, its licence, and where its terms are."""

    title: str
    figures: tuple[str, ...]
    licence: str
    address: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page: ``spine`` are the colours of its edge with their shares, for ornament."""

    title: str
    lead: str
    tiles: list[Tile]
    figures: list[Figure]
    sources: list[Source]
    footnotes: list[str]
    made_on: date
    spine: list[tuple[str, float]] = field(default_factory=list)


def sources_of(figures: Iterable[Figure], providers: dict[str, ProviderSettings]) -> list[Source]:
    """The providers of what the figures show, with their licences."""
    used: dict[str, list[str]] = {}
    for figure in figures:
        for provider in figure.sources:
            used.setdefault(provider, []).append(figure.heading)
    return [
        Source(
            known.title, tuple(headings), known.licence, address[0] if (address := ADDRESS.search(known.terms)) else ""
        )
        for provider, headings in sorted(used.items())
        if (known := providers.get(provider))
    ]


def html(page: Page) -> str:
    """The page as one file that asks nobody for anything."""
    return _written("page.html", page)


def card(page: Page, shown: Sequence[str]) -> str:
    """Some of the figures on a card of fixed size, of which a picture is taken."""
    figures = [figure for key in shown for figure in page.figures if figure.key == key and figure.drawing]
    return _written("card.html", page, cards=figures[:2])


def _written(template: str, page: Page, **more: object) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - only those who write pages need it

    loader = PackageLoader("linernotes.reports.page", "templates")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.finalize = _finalize
    return environment.get_template(template).render(page=page, **more)


def _finalize(value: object) -> object:
    """What is written has no control characters, which could turn the direction of what follows."""
    return printable(value) if type(value) is str else value
