"""The exports that people download from services: how each is known, and what its columns mean."""

import re
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from linernotes.config.base import Identifier, Strict

DAY = "day"  # a column of files that is both fromDay and toDay of its line
Grain = Literal[
    "artist_day",
    "track_day",
    "track_period",
    "playlist_period",
    "video_period",
    "campaign_day",
    "link_day",
    "sales_month",
]


class Drop(Strict):
    """One export: its headings in every language, what they become, and what the file itself does not say.

    ``header`` has the headings of each column of the dataset; of each group in ``required`` one has to be there, and
    where ``only`` is set nothing else may. ``totals`` are words of rows that add up others, also those without
    ``totals_lack``; ``rolled_up`` the same in any column of a breakdown. ``needs`` are asked for unless ``file_name``
    has them. A day counts as settled in files made ``settles_after_days`` later, null for statements that are final.
    """

    drop: Identifier
    title: Annotated[str, StringConstraints(min_length=1)]
    command: Literal["streams", "campaigns"]
    dataset: str
    source: Identifier
    grain: Grain
    header: dict[Identifier, tuple[str, ...]]
    required: Annotated[tuple[tuple[Identifier, ...], ...], Field(min_length=1)]
    only: bool = False
    fixed: dict[Identifier, str] = Field(default_factory=dict)
    totals: tuple[str, ...] = ()
    totals_lack: Identifier | None = None
    rolled_up: tuple[str, ...] = ()
    other_sheets: tuple[str, ...] = ()
    zone: Literal["UTC", "ask", "service"]
    currency: Literal["header", "column", "none"]
    needs: tuple[Literal["artist", "song", "period"], ...] = ()
    file_name: tuple[str, ...] = ()
    settles_after_days: int | None = None
    lacks: Annotated[str, StringConstraints(min_length=1)]
    template: bool = False

    @property
    def by_heading(self) -> dict[str, str]:
        """The column of each heading."""
        return {heading: column for column, headings in self.header.items() for heading in headings}

    @property
    def told_by(self) -> tuple[str, ...]:
        """The headings that a file of one's own has, each column once."""
        return tuple(headings[0] for headings in self.header.values())

    @model_validator(mode="after")
    def _is_readable(self) -> Self:
        if unknown := sorted({name for group in self.required for name in group} - self.header.keys()):
            raise ValueError(f"required: {unknown[0]} is not in header")
        if self.totals_lack and self.totals_lack not in self.header:
            raise ValueError(f"totals_lack: {self.totals_lack} is not in header")
        headings = [heading for group in self.header.values() for heading in group]
        if twice := [heading for heading in headings if headings.count(heading) > 1]:
            raise ValueError(f"header: {twice[0]!r} is the heading of two columns")
        for pattern in self.file_name:
            re.compile(pattern)
        return self
