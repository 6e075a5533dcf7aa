"""Whose id is whose is shown with every doubt, and a person can settle it."""

import json
from pathlib import Path
from typing import Any

import pytest

from linernotes.sandbox import Namesakes, Sandbox
from linernotes.sandbox.world.facts import mbid_of
from linernotes.sandbox.world.namesakes.cast import Part, Trap
from linernotes.sandbox.world.namesakes.libraries import write_plays
from linernotes.sandbox.world.namesakes.sleeves import Sleeves
from tests.conftest import HURRIED, QUICK
from tests.laptop import Laptop

Claims = dict[tuple[str, str], dict[str, Any]]
ALSO = {f"LINERNOTES_{name}__PER_SECOND": "100000" for name in ("DEEZER_RELATED", "LISTENBRAINZ_LOOKUP")}
WORLD = Namesakes(size=60, namesakes=0.5, errors=0.9)
DIFFER = "MusicBrainz, Wikidata or ListenBrainz name different artists"
WHY = "asked the artist"


@pytest.fixture(scope="module")
def asked(everybodys_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose artists share names, after every service was asked and some of them erred."""
    work = tmp_path_factory.mktemp("identities")
    plays = write_plays(work / "plays.json", list(Sleeves(WORLD).plays(names_only=False)), names_only=False)
    with Sandbox(WORLD) as sandbox:
        laptop = Laptop(work / "home", sandbox.environment() | QUICK | HURRIED | ALSO).take_over(everybodys_home)
        assert laptop("import", "plays", plays).code == 0
        said = laptop("run", "--mode", "backfill")
        assert said.code == 0, said.err
    return laptop.home


@pytest.fixture(scope="module")
def looked(asked: Path) -> Laptop:
    """That machine, for tests that only look."""
    return Laptop(asked)


@pytest.fixture(scope="module")
def settled(asked: Path) -> Laptop:
    """That machine after a person has settled the ids of two artists."""
    laptop = Laptop(asked.with_name("settled")).take_over(asked)
    url, item = trapped(Trap.NAMESAKES_ITEM), trapped(Trap.OTHERS_ITEM)
    said = laptop("identity", "set", artist_id(url), f"mbid={mbid(url).upper()}", "--note", WHY)
    assert said.code == 0, said.err
    assert f"set mbid of {url.name}\nnext: linernotes run" in said.err
    page = f"https://www.wikidata.org/wiki/{wrong_item(looked=Laptop(asked))}"
    assert laptop("identity", "set", artist_id(item), f"wikidataId={page}", "--by", "Ada").code == 0
    assert laptop.make_tables().code == 0
    return laptop


def trapped(trap: Trap) -> Part:
    """The first artist around whom that trap is set."""
    return next(part for part in WORLD.here if part.trap == trap)


def artist_id(part: Part) -> str:
    return WORLD.id_at(part.number)


def mbid(part: Part) -> str:
    return mbid_of("m", part.person)


def claims(laptop: Laptop, part: Part, field: str = "identity") -> Claims:
    """The claims of an artist by provider's method and id."""
    said = laptop("explain", artist_id(part), field, "--format", "json")
    assert said.code == 0, said.err
    return {(row["method"], row["value"]): row for row in said.rows}


def facts(laptop: Laptop, part: Part) -> dict[str, str]:
    """The values that count."""
    rows = laptop("explain", artist_id(part), "--format", "json").rows
    return {row["field"]: row["value"] for row in rows if row["counts"]}


def wrong_item(looked: Laptop) -> str:
    rows = claims(looked, trapped(Trap.OTHERS_ITEM), "wikidataId").values()
    (item,) = {row["value"] for row in rows if row["provider"] == "wikidata"}
    return str(item)


def disputed(laptop: Laptop) -> set[tuple[str, str]]:
    """The artists and schemes of which no id counts."""
    rows = laptop("identities", "--disputed", "--format", "json").rows
    return {(row["artistId"], row["scheme"]) for row in rows}


def test_who_says_which_mbid_is_told_where_none_counts_and_why(looked: Laptop) -> None:
    part = trapped(Trap.NAMESAKES_ITEM)
    other = mbid_of("m", part.group[1])
    told = claims(looked, part, "MBID")
    assert set(told) == {("musicbrainz_url", mbid(part)), ("listenbrainz_link", mbid(part)), ("wikidata", other)}
    assert {row["counts"] for row in told.values()} == {False}
    assert told["musicbrainz_url", mbid(part)]["reason"] == DIFFER
    assert told["wikidata", other]["reason"] == (
        f"the Wikidata item has the MusicBrainz id of another artist: {part.name}"
    )
    assert mbid(part) in told["musicbrainz_url", mbid(part)]["evidence"]


def test_an_item_of_another_name_is_told_with_its_label(looked: Laptop) -> None:
    part = trapped(Trap.OTHERS_ITEM)
    row = claims(looked, part, "wikidataId")["spotify_id", wrong_item(looked)]
    assert not row["counts"]
    assert row["reason"].startswith("the Wikidata item has another name: ")
    assert part.name not in row["reason"]


def test_a_merged_id_is_told_with_what_it_was_merged_into(looked: Laptop) -> None:
    part = trapped(Trap.MERGED_MBID)
    told = claims(looked, part, "mbid")
    assert told["merged_mbid", mbid_of("o", part.number)]["reason"] == f"merged into {mbid(part)}"
    assert told["wikidata", mbid(part)]["counts"]


def test_a_page_of_a_stranger_is_withheld_and_show_says_so(looked: Laptop) -> None:
    part = trapped(Trap.STRANGERS_PAGE)
    (page,) = claims(looked, part, "lastfmUrl").values()
    assert (page["counts"], page["reason"].split(":")[0]) == (
        False,
        "the page has the MusicBrainz id of another artist",
    )
    assert looked("show", artist_id(part)).rows["notes"] == [
        f"Last.fm page withheld: {page['reason']}; see linernotes explain {artist_id(part)} identity"
    ]


def test_show_notes_an_id_in_dispute_and_nothing_where_none_is(looked: Laptop) -> None:
    part, fine = trapped(Trap.NAMESAKES_ITEM), trapped(Trap.TWO_PROFILES)
    notes = looked("show", artist_id(part)).rows["notes"]
    assert f"mbid withheld: {DIFFER}; see linernotes explain {artist_id(part)} identity" in notes
    assert not [note for note in looked("show", artist_id(fine)).rows["notes"] if "withheld" in note]


def test_explain_without_a_field_has_a_section_of_ids(looked: Laptop) -> None:
    part = trapped(Trap.NAMESAKES_ITEM)
    assert mbid(part) in looked("explain", artist_id(part), COLUMNS="200").out.partition("\nidentity")[2]
    assert "mbid" not in facts(looked, part)


def test_disputed_identities_are_listed_most_played_first_with_all_candidates(looked: Laptop) -> None:
    rows = looked("identities", "--disputed", "--format", "json").rows
    plays = [row["plays"] for row in rows]
    assert plays == sorted(plays, reverse=True)
    part = trapped(Trap.NAMESAKES_ITEM)
    candidates = {row["id"] for row in rows if (row["artistId"], row["scheme"]) == (artist_id(part), "mbid")}
    assert candidates == {mbid(part), mbid_of("m", part.group[1])}
    assert not any(row["counts"] for row in rows)
    assert {row["scheme"] for row in rows} <= {"mbid", "wikidataId", "deezerId", "discogsId"}
    everything = looked("identities", "--format", "json").rows
    assert {row["artistId"] for row in everything} == {WORLD.id_at(part.number) for part in WORLD.here}
    assert len(rows) < len(everything)


def test_an_id_that_a_person_sets_overrules_every_source(settled: Laptop, looked: Laptop) -> None:
    part = trapped(Trap.NAMESAKES_ITEM)
    told = claims(settled, part, "mbid")
    own = told["manual", mbid(part)]
    assert (own["provider"], own["confidence"], own["evidence"], own["counts"]) == ("manual", 1, WHY, True)
    assert told["musicbrainz_url", mbid(part)]["counts"]
    assert told["wikidata", mbid_of("m", part.group[1])]["reason"] == "another id was set by hand"
    assert (artist_id(part), "mbid") in disputed(looked) - disputed(settled)


def test_what_hung_on_a_disputed_id_comes_back_with_it(settled: Laptop, looked: Laptop) -> None:
    part = trapped(Trap.NAMESAKES_ITEM)
    assert {"mbid", "beginYear", "listenCount"} <= facts(settled, part).keys() - facts(looked, part).keys()
    assert "deezerId" not in {row["field"] for row in claims(settled, part).values() if row["counts"]}


def test_an_item_that_a_person_sets_is_the_artists_whatever_its_name(settled: Laptop, looked: Laptop) -> None:
    part = trapped(Trap.OTHERS_ITEM)
    assert claims(settled, part, "wikidataId")["spotify_id", wrong_item(looked)]["counts"]
    assert "management" in facts(settled, part).keys() - facts(looked, part).keys()
    assert "principalLabel" in facts(settled, part)  # releases told one before, too
    assert (artist_id(part), "mbid") in disputed(settled) - disputed(looked)  # for it names another one


def test_a_name_is_stored_only_where_one_is_given(settled: Laptop) -> None:
    rows = settled.rows("select scheme, author from {lake}.lake_manual__normalized_identities order by scheme")
    assert rows == [{"scheme": "mbid", "author": None}, {"scheme": "wikidataId", "author": "Ada"}]


def test_an_id_that_is_unset_is_in_dispute_again_and_who_is_forgotten_left_no_note(settled: Laptop) -> None:
    laptop = Laptop(settled.home.with_name("unset")).take_over(settled.home)
    part, other = trapped(Trap.NAMESAKES_ITEM), trapped(Trap.OTHERS_ITEM)
    assert laptop("identity", "unset", artist_id(part), "mbid").code == 0
    said = laptop("purge", "--artist", artist_id(other), "--forget", "--yes")
    assert said.code == 0, said.err
    assert {row["reason"] for row in claims(laptop, part, "mbid").values() if row["provider"] != "wikidata"} == {DIFFER}
    rows = laptop.rows("select distinct artistId from {lake}.lake_manual__normalized_identities")
    assert rows == [{"artistId": artist_id(part)}]
    assert not [name for name in laptop.lake("manual/archive") if "Ada" in _text(laptop, name)]


def _text(laptop: Laptop, name: str) -> str:
    return (laptop.home / "lake/manual/archive" / name).read_bytes().decode("utf-8", "replace")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["set", "ARTIST", "mbid=nothing"], "'nothing' is not a valid mbid; expected a UUID, for example "),
        (["set", "ARTIST", "wikidataId=42"], "'42' is not a valid wikidataId; expected Q and digits"),
        (["set", "ARTIST", "deezerId=Q42"], "'Q42' is not a valid deezerId; expected digits"),
        (["set", "ARTIST", "wikidata=Q42"], "unknown kind of id 'wikidata'; did you mean 'wikidataId'?"),
        (["set", "ARTIST", "Q42"], "'Q42' is not of the form SCHEME=ID"),
        (["set", "Nobody at all", "wikidataId=Q42"], "no artist found for 'Nobody at all'"),
        (["unset", "ARTIST", "mbids"], "unknown kind of id 'mbids'; did you mean 'mbid'?"),
    ],
)
def test_what_cannot_be_set_is_refused_in_one_line(looked: Laptop, words: list[str], said: str) -> None:
    given = [artist_id(WORLD.here[0]) if word == "ARTIST" else word for word in words]
    refused = looked("identity", *given)
    assert refused.code == 2
    assert said in refused.complaint
    assert looked.value("select count(*) from {lake}.lake_manual__normalized_identities") == 0


def test_an_artist_of_whom_only_the_name_is_known_can_be_given_an_id(laptop: Laptop) -> None:
    scrobbles = laptop.write("scrobbles.csv", "Portishead,Dummy,Roads,22 Nov 2024 11:55\n")
    assert laptop("import", "plays", scrobbles).code == 0
    said = laptop("identity", "set", "Portishead", "mbid=8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11")
    assert said.code == 0, said.err
    (row,) = laptop.rows("select artistId, artistName, mbid, method from {hub}.hub_music__svc_artist_identities")
    assert row.pop("artistId").startswith("name:")
    assert row == {"artistName": "Portishead", "mbid": "8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11", "method": "manual"}


def test_an_artist_known_by_its_mbid_alone_keeps_it_and_can_be_given_other_ids(laptop: Laptop) -> None:
    mbid = "8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11"
    mapped = {"artist_name": "Portishead", "track_name": "Roads", "mbid_mapping": {"artist_mbids": [mbid]}}
    listen = {"listened_at": 1_704_461_820, "track_metadata": mapped}
    assert laptop("import", "plays", laptop.write("listens.jsonl", f"{json.dumps(listen)}\n")).code == 0
    refused = laptop("identity", "set", "Portishead", f"mbid={mbid}")
    assert refused.complaint == (
        "linernotes: Portishead is known by its MusicBrainz id alone, which cannot be changed; "
        "set the mbid of an artist with a Spotify id instead"
    )
    assert laptop("identity", "set", mbid, "deezerId=https://www.deezer.com/en/artist/1069").code == 0
    rows = laptop.rows("select scheme, id from {hub}.hub_music__svc_artist_ids order by scheme")
    assert rows == [{"scheme": "deezerId", "id": "1069"}, {"scheme": "mbid", "id": mbid}]


def test_ids_can_be_dropped_as_a_file_and_lines_that_say_nothing_are_rejected(laptop: Laptop) -> None:
    artist, at = "A" * 22, "2026-11-03T07:00:00Z"
    assert laptop("import", "roster", laptop.roster(artist)).code == 0
    lines = [
        {"artistId": artist, "scheme": "deezerId", "id": "27", "setAt": at},
        {"artistId": artist, "scheme": "deezerId", "id": "a b", "setAt": at},
        {"artistId": "somebody", "scheme": "deezerId", "id": "27", "setAt": at},
    ]
    laptop.drop("".join(f"{json.dumps(line)}\n" for line in lines).encode(), "mine_identities.jsonl", "manual")
    laptop("ingest")
    assert [row["field"] for row in laptop.rejects()] == ["id", "artistId"]
    rows = laptop.rows("select id, provider from {hub}.hub_music__svc_artist_ids where scheme = 'deezerId'")
    assert rows == [{"id": "27", "provider": "manual"}]
