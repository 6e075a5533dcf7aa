"""When there is no forecast of a song: the same rules choose the rows of a training and those of a forecast."""

from linernotes.config.triggers import Trigger, TriggerSettings
from linernotes.reports.song_days import EARLIER, LABELS, SongDay, Target, days_since_release

NO_LABELS = "no_labels"


def trigger_of(settings: TriggerSettings, target: Target) -> Trigger:
    """The settings of a target's playlist."""
    return settings.release_radar if target == "rr" else settings.discover_weekly


def why_not(row: SongDay, target: Target, settings: TriggerSettings) -> str | None:
    """Why the day of this song is outside of what the target's model is about; None where it is not."""
    trigger, age = trigger_of(settings, target), days_since_release(row)
    if row["newestDay"] is None or (row["day"] - row["newestDay"]).days > settings.figures_days:
        return "figures_too_old"
    if not row["songDays28"]:
        return "unknown_streams"
    if age is not None and age < 0:
        return "not_released_yet"
    if trigger.oldest_days is not None:
        if age is None:
            return "unknown_release_date"
        if age > trigger.oldest_days:
            return "released_too_long_ago"
    return "picked_up_before" if row[EARLIER[target]] else None


def label_of(row: SongDay, target: Target, settings: TriggerSettings) -> bool | None:
    """Whether the playlist picked the song up in the days after; None where no file says so."""
    streams = row[LABELS[target]]
    return None if streams is None else streams > trigger_of(settings, target).streams


def too_few(rows: int, positives: int, settings: TriggerSettings) -> str | None:
    """Why so many labels are too few; None where they are enough."""
    if not rows:
        return NO_LABELS
    if rows < settings.least_rows or positives < settings.least_positives:
        least = f"{settings.least_rows} labelled days and {settings.least_positives} pick-ups"
        return f"too_few_labels: {rows} labelled days, {positives} pick-ups; {least} are needed"
    return None
