"""The page about a person's listening: what it shows, what it never shows, and what it says where little is known."""

import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pytest

from linernotes.reports.page.countries import country
from linernotes.reports.page.drawing import WIDE, shortened
from linernotes.reports.page.genres import OTHER, family
from linernotes.reports.page.history import FoundIn
from linernotes.reports.page.months import Span, number_of, summed
from linernotes.reports.page.played_figures import how_new
from tests.accessibility import faults
from tests.laptop import Laptop, Said
from tests.samples import artist, keys, lines

HARMLESS = ("ABBA", "Gims", "Nina Simone", "Sigur Rós", "Fela Kuti")
MARKUP = "<script>alert(1)</script>{{ 7 * 7 }}"
TURNED = "\u202egnorw ton si siht"
ENDLESS = "An Endless Name " * 130_000
NAMES = (*HARMLESS, MARKUP, TURNED, ENDLESS)
KEYS = dict(zip(NAMES, keys(len(NAMES)), strict=True))
FIRST_DAY = datetime(2023, 1, 2, 12, tzinfo=UTC)
SECRET = "s3cret-of-nobody-5f1c"


def play(number: int, at: datetime, name: str) -> dict[str, Any]:
    return {
        "playedAt": at.isoformat().replace("+00:00", "Z"),
        "playedAtMeans": "start",
        "msPlayed": None if number % 4 == 0 else 3_600_000,
        "trackName": f"Song {number % 3} of {name[:20]}",
        "trackUri": f"spotify:track:{number:022}",
        "artistName": name,
        "artistIds": [KEYS[name]],
        "source": "listenbrainz",
        "sourceKey": str(number),
    }


def history() -> list[dict[str, Any]]:
    """Two years of ABBA, Gims and Nina Simone, then all others, of whom Sigur Rós are found in 2025 and stay."""
    plays = [play(number, FIRST_DAY + timedelta(days=7 * number), HARMLESS[number % 3]) for number in range(104)]
    later = datetime(2025, 3, 3, 18, tzinfo=UTC)
    for number in range(104, 224):
        name = NAMES[3] if number % 2 else NAMES[number // 2 % len(NAMES)]
        plays.append(play(number, later + timedelta(days=number - 104, hours=number % 3), name))
    midnight = datetime(2024, 12, 31, 23, 30, tzinfo=UTC)  # in Berlin it is 2025 already
    return [*plays, play(300, midnight, "Gims"), play(301, datetime(1970, 1, 1, 1, tzinfo=UTC), "Gims")]


@pytest.fixture(scope="module")
def heard(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """A home of which nothing is changed, published."""
    laptop = Laptop(Path(shutil.copytree(built_home, tmp_path_factory.mktemp("paged") / "home")))
    laptop.environ["SPOTIFY_CLIENT_SECRET"] = SECRET
    genres = {"ABBA": ["disco", "uk pop"], "Gims": ["rap"], "Nina Simone": ["jazz"], "Sigur Rós": ["post-rock"]}
    numbered = enumerate(KEYS.items(), 1)
    known = [
        artist(key, artistName=name, genres=genres.get(name, []), followerCount=9_000 * place, popularity=10 * place)
        for place, (name, key) in numbered
    ]
    laptop.drop(lines(*known))
    laptop.drop(lines(*history()), "mine_plays.jsonl", provider="plays")
    places = {"ABBA": "Sweden", "Gims": "France", "Nina Simone": "New Orleans", "Sigur Rós": "Iceland"}
    facts = [
        {
            "artistId": KEYS[name],
            "wikidataId": f"Q{number}",
            "artistLabel": name,
            "countries": [{"id": "Q9", "name": place}],
            "labels": [{"id": "Q1", "name": f"Label of {name}", "ended": False}],
            "retrievedAt": "2026-11-03T07:00:00Z",
        }
        for number, (name, place) in enumerate(places.items(), 2)
    ]
    laptop.drop(lines(*facts), "mine_artist_facts.jsonl", "wikidata")
    said = laptop.make_tables()
    assert said.code == 0, said.err
    return laptop


def written(laptop: Laptop, folder: Path, *options: str) -> str:
    said = asked(laptop, folder, *options)
    assert said.code == 0, said.err
    return (folder / "page.html").read_text(encoding="utf-8")


def asked(laptop: Laptop, folder: Path, *options: str) -> Said:
    return laptop("report", "listening", "--out", folder / "page.html", "--time-zone", "UTC", *options)


@pytest.fixture(scope="module")
def page(heard: Laptop, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page about 2025."""
    return written(heard, tmp_path_factory.mktemp("page"), "--year", "2025")


class Elements(HTMLParser):
    """The elements of a page and the text in them; what is not closed is named."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def figures(page: str) -> list[str]:
    return [attributes["id"] or "" for tag, attributes in Elements(page).tags if tag == "figure"]


def finding(page: str, key: str) -> str:
    found = re.search(rf'<figure id="{key}".*?class="finding"><bdi>(.*?)</bdi>', page, re.S)
    assert found, f"no figure {key}"
    return found[1]


def numbers(page: str, key: str) -> list[list[str]]:
    """The rows of a figure's table."""
    (figure,) = re.findall(rf'<figure id="{key}".*?</figure>', page, re.S)
    return [
        re.findall(r"<t[hd][^>]*><bdi>(.*?)</bdi>", row) for row in re.findall(r"<tr><th scope=\"row\".*?</tr>", figure)
    ]


def test_the_page_answers_what_the_history_and_the_services_can_answer(page: str) -> None:
    assert figures(page) == [
        "artists", "genres", "arrivals", "clock", "months", "countries", "audience", "new", "comebacks", "labels",
        "variety",
    ]  # fmt: skip


def test_the_artists_are_those_of_the_command_top(page: str, heard: Laptop) -> None:
    said = heard("top", "artists", "--year", "2025", "--limit", "10", "--time-zone", "UTC", "--format", "json")
    told = [(row["artistName"][:10], f"{row['plays']:,}") for row in said.rows]
    assert sorted(plays for _, plays in told) == sorted(row[1] for row in numbers(page, "artists"))
    assert numbers(page, "artists")[0][:2] == ["Sigur Rós", "67"]


def test_the_year_is_that_of_the_place(heard: Laptop, tmp_path: Path, page: str) -> None:
    berlin = written(heard, tmp_path, "--year", "2025", "--time-zone", "Europe/Berlin")
    assert "<b>120</b> plays" in page
    assert "<b>121</b> plays" in berlin


def test_a_genre_arrives_with_the_artist_that_brought_it(page: str) -> None:
    assert finding(page, "arrivals") == "Post-rock arrived in March 2025, with Sigur Rós."


def test_genres_are_gathered_in_families_and_their_growth_has_a_name(page: str) -> None:
    assert "Rock grew from 0 % in Q1 23 to" in finding(page, "genres")
    assert "most of it Sigur Rós" in finding(page, "genres")


def test_countries_are_counted_and_towns_are_told_apart(page: str) -> None:
    assert numbers(page, "countries")[0][0] == "Iceland"
    assert {row[0] for row in numbers(page, "countries")} == {"Iceland", "Sweden", "France"}
    assert "come from places named without their country" in page


def test_a_comeback_tells_how_long_it_took_but_not_when(page: str, heard: Laptop, tmp_path: Path) -> None:
    (figure,) = re.findall(r'<figure id="comebacks".*?</figure>', page, re.S)
    assert "back after" in figure
    private = written(heard, tmp_path, "--year", "2025", "--private")
    assert re.search(r"back on \d+ March 2025 after", private)


def test_what_is_new_is_counted_over_the_whole_history(page: str) -> None:
    assert finding(page, "new").endswith("were by 5 artists you had never played before.")
    assert "In 2023 every artist counts as new" in page


def test_a_year_without_new_artists_says_so() -> None:
    told = how_new([FoundIn(year=year, foundIn=2024, plays=5, artists=1) for year in (2024, 2025)], 2025)
    assert told
    assert told.finding == "All the artists you played in 2025 were ones you had played before."


def test_the_hours_are_told_with_the_share_of_plays_whose_length_is_known(page: str) -> None:
    assert "of the 75 % of plays whose length is known" in page


def test_plays_of_1970_are_counted_in_a_footnote_alone(page: str) -> None:
    assert "1 play with a date before 1990 or in the future is left out." in page


def test_the_page_asks_no_other_machine_and_runs_nothing(page: str) -> None:
    tags = Elements(page).tags
    policy = next(attrs["content"] for tag, attrs in tags if attrs.get("http-equiv") == "Content-Security-Policy")
    assert (policy or "").startswith("default-src 'none'")
    assert not {tag for tag, _ in tags} & {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
    assert not [name for _, attrs in tags for name in attrs if name.startswith("on")]
    assert not re.search(r"url\(|@import", page)


def test_names_are_shown_as_text_whatever_is_in_them(page: str) -> None:
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 * 7 }}" in page
    assert "\u202e" not in page
    assert len(page) < 300_000


def test_the_page_keeps_what_is_private(page: str, heard: Laptop) -> None:
    kept = ["spotify:track", "listenbrainz_listens", "mine_plays", SECRET, str(heard.home), "UTC", "Europe"]
    assert [word for word in kept if word in page] == []
    assert not re.search(r"T\d\d:\d\d|\d\d:\d\d:\d\d", page)
    assert not re.search(r"\b\d{4}-\d\d-\d\d\b", page.partition("Made with linernotes")[0])


def test_each_drawing_has_its_finding_and_its_numbers(page: str) -> None:
    drawings = [attrs for tag, attrs in Elements(page).tags if tag == "svg"]
    assert all(attrs["role"] == "img" and attrs["aria-label"] for attrs in drawings)
    for key in figures(page):
        (figure,) = re.findall(rf'<figure id="{key}".*?</figure>', page, re.S)
        if "<svg" in figure:
            assert 'class="wide"' in figure
            assert 'class="narrow"' in figure
            assert "<details>" in figure


def test_everybody_can_read_the_page(page: str, heard: Laptop, tmp_path: Path) -> None:
    assert faults(page) == []
    assert faults(written(heard, tmp_path, "--all-time", "--private", "--name", MARKUP)) == []
    assert faults(written(heard, tmp_path, "--from", "2025-03-03", "--to", "2025-03-05")) == []
    said = heard("report", "library", "--out", tmp_path / "library.html")
    assert said.code == 0, said.err
    assert faults((tmp_path / "library.html").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("good", "bad", "finding"),
    [
        ('<html lang="en">', "<html>", "the page names no language"),
        ("main", "div", "the page has 0 main parts"),
        ("h2", "h3", "follows h1"),
        ('role="img" ', "", "says nothing to those who do not see it"),
        ('scope="row"', "", "has headings that say not what they are of"),
        ('aria-labelledby="artists-heading"', 'aria-labelledby="nothing"', "is named by 'nothing', which is not there"),
        ("<style>", '<img src="https://example.org/a.png" alt=""><style>', "fetches or runs something"),
        ("*{box-sizing", "@import 'more.css';*{box-sizing", "fetches by its style"),
    ],
    ids=["language", "main", "headings", "drawing", "table", "label", "stranger", "style"],
)
def test_a_page_that_not_everybody_can_read_is_found_out(page: str, good: str, bad: str, finding: str) -> None:
    assert good in page
    assert [each for each in faults(page.replace(good, bad)) if finding in each]


@pytest.mark.parametrize("width", [360, 1_000])
def test_nothing_is_wider_than_the_screen(page: str, tmp_path: Path, width: int) -> None:
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        pytest.skip("LEFT OUT: no Chromium here, which alone knows how wide a page is")
    frame = tmp_path / "frame.html"
    frame.write_text(
        f'<iframe style="width:{width}px;height:800px;border:0" srcdoc="{escape(page)}"></iframe>'
        "<script>onload = () => { const inner = document.querySelector('iframe').contentDocument.documentElement;"
        "document.title = `${inner.clientWidth} ${inner.scrollWidth}`; }</script>",
        encoding="utf-8",
    )
    words = ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", f"--user-data-dir={tmp_path / 'profile'}"]
    done = subprocess.run([browser, *words, frame.as_uri()], capture_output=True, text=True, timeout=120, check=True)
    (seen, needed), *_ = re.findall(r"<title>(\d+) (\d+)</title>", done.stdout)
    assert width - 20 <= int(needed) <= int(seen)  # beside the bar that scrolls


def test_the_sources_stand_with_their_licences_at_the_end(page: str) -> None:
    footer = page.partition('<footer class="foot">')[2]
    assert "Spotify Web API" in footer
    assert 'href="https://developer.spotify.com/terms"' in footer
    assert "CC0" in footer


def test_an_artist_can_be_left_out(heard: Laptop, tmp_path: Path) -> None:
    page = written(heard, tmp_path, "--year", "2025", "--hide", "Sigur Rós")
    assert "Sigur" not in page
    assert "post-rock" not in page.casefold()


def test_the_title_has_a_name_only_if_one_is_given(heard: Laptop, tmp_path: Path, page: str) -> None:
    assert "<title>Your 2025</title>" in page
    assert "<title>Ana&#39;s 2025</title>" in written(heard, tmp_path, "--year", "2025", "--name", "Ana")


def test_all_time_has_all_years(heard: Laptop, tmp_path: Path) -> None:
    page = written(heard, tmp_path, "--all-time")
    assert "<title>Your music, 2023 to 2025</title>" in page
    assert [row[0] for row in numbers(page, "new")] == ["2023", "2024", "2025"]


def test_without_days_it_is_about_the_last_year_with_plays(heard: Laptop, tmp_path: Path) -> None:
    assert "<title>Your 2025</title>" in written(heard, tmp_path)


def test_a_few_plays_make_a_list_and_say_so(heard: Laptop, tmp_path: Path) -> None:
    page = written(heard, tmp_path, "--from", "2025-03-03", "--to", "2025-03-05")
    assert figures(page) == ["artists"]
    assert "With fewer than 30 plays or 5 artists there is no more to draw." in page


def test_days_without_plays_are_an_error_that_names_the_days_with_some(heard: Laptop, tmp_path: Path) -> None:
    said = asked(heard, tmp_path, "--year", "2019")
    assert said.code == 2
    assert "the history runs from 2023-01-02 to 2025-06-30" in said.complaint
    assert not list(tmp_path.iterdir())


def test_a_history_that_is_missing_is_asked_for(laptop: Laptop, tmp_path: Path) -> None:
    said = asked(laptop, tmp_path)
    assert said.code == 2
    assert "linernotes import plays" in said.complaint


def test_a_library_that_is_not_enriched_says_how_to_enrich_it(laptop: Laptop, tmp_path: Path) -> None:
    laptop.drop(lines(*history()), "mine_plays.jsonl", provider="plays")
    assert laptop.make_tables().code == 0
    page = written(laptop, tmp_path, "--year", "2025")
    for key in ("genres", "countries", "labels", "audience"):
        assert finding(page, key) == "Nothing is known here yet: linernotes run asks the music services."
    assert numbers(page, "artists")


def test_only_what_was_published_is_read_even_while_the_warehouse_is_in_use(heard: Laptop, tmp_path: Path) -> None:
    with duckdb.connect(str(heard.home / "warehouse.duckdb")):
        assert "<b>120</b> plays" in written(heard, tmp_path, "--year", "2025")


def test_a_snapshot_that_is_missing_or_of_another_version_is_an_error_with_its_remedy(
    laptop: Laptop, tmp_path: Path
) -> None:
    published = laptop.home / "published.duckdb"
    published.unlink()
    assert "nothing is published" in asked(laptop, tmp_path).complaint
    with duckdb.connect(str(published)) as older:
        older.execute("create schema dp_hub_local")
        older.execute("create table dp_hub_local.hub_music__svc_fact_plays (playId text)")
    said = asked(laptop, tmp_path)
    assert (said.code, "linernotes transform" in said.complaint) == (2, True)
    published.write_bytes(b"half a file")
    assert asked(laptop, tmp_path).code == 2


@pytest.mark.parametrize("name", ["page.pdf", "page", "nowhere/page.html"])
def test_a_file_that_cannot_be_written_is_refused_before_anything_is_read(
    laptop: Laptop, tmp_path: Path, name: str
) -> None:
    said = laptop("report", "listening", "--out", tmp_path / name)
    assert said.code == 2
    assert "--out" in said.complaint


def test_a_picture_without_a_browser_says_what_to_install(heard: Laptop, tmp_path: Path) -> None:
    said = heard("report", "listening", "--out", tmp_path / "card.png", PATH=str(tmp_path))
    assert (said.code, "install Chromium" in said.complaint) == (2, True)


def test_a_picture_is_drawn_by_the_browser(heard: Laptop, tmp_path: Path) -> None:
    browser = tmp_path / "bin" / "chromium"
    browser.parent.mkdir()
    browser.write_text(
        '#!/bin/sh\nfor word in "$@"; do case "$word" in --screenshot=*) out="${word#--screenshot=}";; esac; done\n'
        'for page in "$@"; do :; done\ncp "${page#file://}" "$out"\n',
        encoding="utf-8",
    )
    browser.chmod(0o755)
    card = tmp_path / "card"
    said = heard(
        "report", "listening", "--out", card, "--format", "png", "--year", "2025", "--time-zone", "UTC",
        PATH=f"{browser.parent}:/usr/bin:/bin",
    )  # fmt: skip
    assert said.code == 0, said.err
    drawn = card.with_name("card.png").read_text(encoding="utf-8")
    assert "Your 2025" in drawn
    assert drawn.count("<svg") == 2
    assert "http" not in drawn.partition("</head>")[2].replace("http-equiv", "")


def test_a_browser_that_fails_is_an_error_of_one_line(heard: Laptop, tmp_path: Path) -> None:
    browser = tmp_path / "chromium"
    browser.write_text("#!/bin/sh\necho no display >&2\nexit 3\n", encoding="utf-8")
    browser.chmod(0o755)
    said = heard("report", "listening", "--out", tmp_path / "card.png", "--year", "2025", PATH=f"{tmp_path}:/bin")
    assert (said.code, "no display" in said.complaint) == (2, True)
    assert not (tmp_path / "card.png").exists()


def test_the_page_about_the_library_ranks_counts_and_says_what_is_missing(heard: Laptop, tmp_path: Path) -> None:
    out = tmp_path / "library.html"
    said = heard("report", "library", "--out", out)
    assert said.code == 0, said.err
    page = out.read_text(encoding="utf-8")
    assert figures(page) == ["opportunity", "growth", "coverage", "countries", "genres", "labels"]
    best = heard("report", "top-artists", "--n", "1", "--format", "json").rows[0]
    assert numbers(page, "opportunity")[0][1] == f"{best['opportunityScore']:.1f}"
    assert finding(page, "growth").startswith("Growth is seen from the second fetch on")
    assert {row[0] for row in numbers(page, "countries")} == {"Iceland", "Sweden", "France"}
    assert ["Label of ABBA", "1"] in numbers(page, "labels")
    assert "<script" not in page


def test_the_page_about_a_roster_that_is_not_there_is_an_error(heard: Laptop, tmp_path: Path) -> None:
    said = heard("report", "library", "--out", tmp_path / "page.html", "--roster", "nobodys")
    assert (said.code, "no roster 'nobodys'" in said.complaint) == (2, True)


def test_the_colours_can_be_told_from_their_ground() -> None:
    style = (Path(__file__).parents[1] / "src/linernotes/reports/page/templates/style.css").read_text("utf-8")
    for block in re.findall(r":root\{[^}]*--paper:#[0-9a-f]{6}[^}]*\}", style):
        colours = dict(re.findall(r"--([\w-]+):(#[0-9a-f]{6})", block))
        assert min(contrast(colours[f"c{place}"], colours["paper"]) for place in range(1, 9)) >= 3
        assert min(contrast(colours[name], colours["paper"]) for name in ("ink", "soft", "c1")) >= 4.5
        assert min(contrast(colours[name], colours["deep"]) for name in ("on-deep", "on-deep-soft")) >= 4.5


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_genres_outside_the_tree_belong_where_their_last_words_do() -> None:
    assert [family(genre) for genre in ("post-rock", "uk pop", "Rock", "belgian schlager of nobody")] == [
        "rock", "pop", "rock", OTHER,
    ]  # fmt: skip


def test_countries_have_many_names_and_towns_have_none() -> None:
    assert [country(name) for name in ("Sweden", "england", "USA", "nl", "Reykjavík", "Soviet Union")] == [
        "Sweden", "United Kingdom", "United States", "Netherlands", None, "Soviet Union",
    ]  # fmt: skip


def test_columns_of_time_have_no_gaps_and_fit_their_span() -> None:
    year, four, ten = (Span(number_of(2020, 1), number_of(2020 + years, 12)) for years in (0, 3, 9))
    assert [len(span.columns) for span in (year, four, ten)] == [12, 16, 10]
    assert (four.columns[0], ten.columns[-1]) == ("Q1 20", "2029")
    assert summed(ten, [(number_of(2021, 0), 2), (number_of(2021, 7), 3), (number_of(2035, 1), 9)])[1] == 5


def test_a_long_name_is_cut_where_its_room_ends() -> None:
    assert shortened("ABBA", WIDE) == "ABBA"
    assert shortened("A" * 500, 100) == "A" * 12 + "…"
    assert len(shortened("日" * 500, 100)) < 9
