"""Short texts for people."""

from linernotes.core.text import said_once


def test_what_is_true_of_several_is_said_once_after_all_their_names() -> None:
    notes = [("deezer", "up to 3"), ("spotify", "one by one"), ("lastfm", "up to 3"), ("all", "")]
    assert said_once(notes) == ["deezer, lastfm: up to 3", "spotify: one by one"]
    assert said_once([]) == []
