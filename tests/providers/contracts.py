"""What the contracts say about a record, and ids that fit them."""

from typing import Any

from linernotes.landing.lines import LineReader
from tests.samples import LONG_AGO, dataset, lines

MBID = "b1b1b1b1-0001-4001-8001-00000000000{}".format


def landed(of: str, record: Any) -> None:
    """Be sure that the contract takes a record."""
    LineReader(dataset(of)).read(lines({**record, "retrievedAt": LONG_AGO}).strip())
