"""Values that linernotes computes itself, explained as other values are: what they are made of."""

from datetime import datetime
from typing import TypedDict

from linernotes.core.errors import ConfigurationError
from linernotes.reports.artist import ArtistValue
from linernotes.reports.rows import Record, rows_of
from linernotes.storage.ports import Warehouse

OURS = "linernotes"
SCORES = ("opportunityScore", "reach", "fame")
COUNTED = ("playCount", "msPlayed", "firstPlayedAt", "lastPlayedAt")


class Computed(TypedDict):
    """What is computed about an artist; scores are 0 to 100, ``scoreInputs`` the fields that they are made of."""

    opportunityScore: float | None
    reach: float | None
    fame: float | None
    scoreVersion: int
    scoreInputs: list[str]
    playCount: int
    msPlayed: int | None
    firstPlayedAt: datetime | None
    lastPlayedAt: datetime | None


def computed_field(field: str) -> str | None:
    """The computed column of that name, in any case; None if it is not one of these."""
    names = {name.casefold(): name for name in (*SCORES, *COUNTED)}
    return names.get(field.casefold())


def explain_computed(warehouse: Warehouse, artist_id: str, field: str, values: list[ArtistValue]) -> list[ArtistValue]:
    """A computed value with its formula as evidence, and below it the values that it is made of.

    Raises:
        ConfigurationError: nothing that it is made of is known.
    """
    (computed,) = rows_of(Computed, warehouse, "computed", artist=artist_id)
    record: Record = computed
    if record[field] is None:
        made_of = (
            "your plays" if field in COUNTED else "listeners, followers, fans and popularity, of which none is known"
        )
        raise ConfigurationError(f"{field} is unknown for this artist: it is made of {made_of}", "run: linernotes run")
    inputs = [each for each in values if each["counts"] and each["field"] in computed["scoreInputs"]]
    inputs = inputs if field in SCORES else []
    return [_row(field, str(record[field]), _formula(field, computed), inputs), *inputs]


def _formula(field: str, computed: Computed) -> str:
    reach, fame = computed["reach"], computed["fame"]
    if field == "opportunityScore":
        both = f"reach {_known(reach, fame)} x (100 - fame {_known(fame, reach)}) / 100"
        unknown = "; an unknown side is taken to be like the other" if reach is None or fame is None else ""
        return f"{both}, score version {computed['scoreVersion']}{unknown}"
    if field in SCORES:
        return f"weighted mean of the points of its inputs, score version {computed['scoreVersion']}"
    return "counted from your plays; linernotes history shows them by year"


def _known(side: float | None, other: float | None) -> float | None:
    return other if side is None else side


def _row(field: str, value: str, formula: str, inputs: list[ArtistValue]) -> ArtistValue:
    oldest = min((each["retrievedAt"] for each in inputs if each["retrievedAt"]), default=None)
    return ArtistValue(
        field=field,
        value=value,
        provider=OURS,
        retrievedAt=oldest,
        confidence=None,
        licence=None,
        evidence=formula,
        counts=True,
    )
