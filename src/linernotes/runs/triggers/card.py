"""The card of a model: what it is for, what it was made of, how it did, and when it keeps silent; as Markdown."""

from collections.abc import Iterable, Iterator

from linernotes.runs.triggers.model import Evidence, Figure, Measures, TriggerModel

PLAYLISTS = {"rr": "Release Radar", "dw": "Discover Weekly"}
USE = "Do not use it for payments, contracts or anything else that is about people's money."
REFUSALS = """There is no forecast of a song whose figures are more than a week old, that has been in the playlist
already, that lacks a figure which is needed, or of which a figure lies outside of what the model has seen; nor from a
model that is half a year old. For Release Radar a song also needs a release date, and is at most 28 days old."""
LIMITS = """The labels come from one kind of files alone, so what those lack is unknown here too. Only artists who
export their figures are among them, and artists for whom it goes well do that longer. Spotify changes its playlists
without notice. What moved a forecast is not what causes a pick-up: raising that figure promises nothing."""


def card(model: TriggerModel) -> str:
    """The card of one model."""
    return "\n".join(_parts(model)) + "\n"


def _parts(model: TriggerModel) -> Iterator[str]:
    evidence, playlist = model.evidence, PLAYLISTS[model.target]
    yield f"# {model.version}\n"
    yield f"The chance that {playlist} brings a song more than {evidence.threshold} streams in the 28 days after a day."
    yield f"{USE}\n"
    if model.owners:
        yield "**A demo**, trained on invented artists. It gives no forecast of any other.\n"
    yield f"**No forecasts**: {model.reason}\n" if model.reason else "**In use** until a newer version is trained.\n"
    yield "## Data\n"
    yield from _data(evidence)
    if evidence.measures:
        yield "\n## Test\n"
        yield from _test(evidence)
    if evidence.bins:
        yield "\n## Calibration\n"
        yield from _calibration(evidence)
    if model.terms:
        yield "\n## Features\n"
        yield from _terms(model)
    yield f"\n## When it gives no forecast\n\n{REFUSALS}\n\n## Limits\n\n{LIMITS}\n\n## Made with\n"
    libraries = ", ".join(f"{name} {number}" for name, number in model.libraries.items())
    yield f"{model.method}, {libraries}; trained on {model.trained_on}; data {evidence.data_hash or 'none'}."


def _data(evidence: Evidence) -> Iterator[str]:
    span = f"{evidence.first_day} to {evidence.last_day}" if evidence.rows else "none"
    rows = [
        ("labelled days of songs", evidence.rows),
        ("picked up", evidence.positives),
        ("releases", evidence.releases),
        ("days", span),
        *((f"left out: {reason}", number) for reason, number in evidence.left_out.items()),
    ]
    yield from _table(("", ""), rows)
    if evidence.base_rates:
        yield "\nNobody knows from how many streams on a pick-up is one. The share of days that would be one:\n"
        rates = [(f"{round(share * evidence.threshold)} streams", f"{rate:.1%}") for share, rate in evidence.base_rates]
        yield from _table(("more than", "share"), rates)


def _test(evidence: Evidence) -> Iterator[str]:
    yield (
        f"Trained on {evidence.trained_rows} days whose 28 days ended before {evidence.cut}, tried on "
        f"{evidence.test_rows} from then on ({evidence.test_positives} picked up), no release in both. In brackets is "
        f"where 95 % of resamples lie.\n"
    )
    yield from _table(("", "average precision", "AUC", "Brier score"), [_measured(each) for each in evidence.measures])
    if evidence.gain and evidence.brier_gain:
        yield f"\nBetter than the best plain rule by {_shown(evidence.gain)} in average precision"
        yield f"and by {_shown(evidence.brier_gain)} in the Brier score; both bands have to be above 0."
    if evidence.auc_of_other_artists is not None:
        yield f"\nAUC for artists of whom the model has seen nothing: {evidence.auc_of_other_artists:.3f}."


def _measured(each: Measures) -> tuple[str, str, str, str]:
    return each.name, _shown(each.average_precision), _shown(each.auc), _shown(each.brier)


def _calibration(evidence: Evidence) -> Iterator[str]:
    yield f"Forecasts are off by {evidence.calibration_error:.3f} on average (ECE of {len(evidence.bins)} bins).\n"
    rows = [(each.rows, f"{each.forecast:.3f}", f"{each.share:.3f}") for each in evidence.bins]
    yield from _table(("days", "forecast", "picked up"), rows)


def _terms(model: TriggerModel) -> Iterator[str]:
    yield f"Log-odds are {model.intercept:.3f} for a mean song; a standard deviation moves them by its weight.\n"
    rows = [
        (
            f"{each.name} is unknown" if each.missing else each.name,
            each.unit,
            f"{each.coefficient:+.3f}",
            f"{each.low:.2f} to {each.high:.2f}",
        )
        for each in sorted(model.terms, key=lambda each: -abs(each.coefficient))
    ]
    yield from _table(("feature", "unit", "weight", "seen"), rows)


def _shown(figure: Figure) -> str:
    return f"{figure.value:.3f} [{figure.low:.3f} to {figure.high:.3f}]"


def _table(heading: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(heading) + " |"
    yield "|" + "---|" * len(heading)
    for row in rows:
        yield "| " + " | ".join(str(value) for value in row) + " |"
