"""The rule for bad lines: they cost themselves, and more than 5 % of them in one file change the exit code.

The good lines of the file are loaded all the same.
"""

from collections.abc import Mapping

from linernotes.core.counts import LoadStats
from linernotes.core.errors import BelowExpectations

TOLERATED_SHARE = 0.05
TOO_MANY = f"more than {TOLERATED_SHARE * 100:g} % bad"


def has_too_many(rejected: int, lines: int) -> bool:
    """Whether a file has more bad lines than anybody should have to accept."""
    return rejected > TOLERATED_SHARE * lines


def bad_lines_error(
    stats: LoadStats, sources: Mapping[str, str] | None = None, *, dry_run: bool = False
) -> BelowExpectations | None:
    """The error for rejected files, or for files with too many bad lines; None if all are good.

    ``sources`` has the person's file behind a landed one, to name it instead; after a dry run nothing is loaded.
    """
    if dry_run:
        return _dry_run_error(stats)
    poor = [(sources or {}).get(name, name) for name in stats.poor_files]
    if stats.refused_files:
        files = ", ".join(stats.refused_files)
        return BelowExpectations(f"ingest: rejected {files}", "the reason is next to each file in rejected/")
    if poor:
        remedy = "the other lines are loaded; linernotes rejects lists the bad ones"
        return BelowExpectations(f"ingest: {TOO_MANY} lines in {', '.join(poor)}", remedy)
    return None


def _dry_run_error(stats: LoadStats) -> BelowExpectations | None:
    bad = [*stats.refused_files, *stats.poor_files]
    if not bad:
        return None
    remedy = "correct them, or load the good lines all the same with linernotes ingest"
    return BelowExpectations(f"ingest: an ingest would end with an error because of {', '.join(bad)}", remedy)
