"""What follows from configs/ is written by a script, and is what it would write now."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from linernotes.config.settings import read_settings

ROOT = Path(__file__).parents[1]
PROJECT = ROOT / "dbt_dataplatform"
PARTS = ("configs", "dbt_dataplatform", "docs", "scripts", ".env.example")
SHOP = """
beside: deezer
keyed_by: discogsId
known_from: [wikidata]
dataset: pages
title: The Shop
credentials: {key: SHOP_KEY}
urls: {api: "${SHOP_API_URL:-https://shop.example.org}"}
docs:
  asked_by: the Discogs id
  calls: 1,000
  stored: stars
  asks: buy something.
  get_from: From the counter.
about: {same_name: name, evidence: "'https://shop.example.org/' || answers.discogsId"}
values:
  - {field: stars, kind: number, precedence: 1, history: stars, description: Stars in the shop.}
  - {field: country, kind: word, precedence: 3}
tags: {column: styles, genre: true}
neighbours: {column: related, scheme: deezerId, id: deezer}
answers:
  version: 1
  description: What the shop says of an artist, one row per answer.
  key: [discogsId]
  instant: retrievedAt
  schema:
    - {name: discogsId, type: STRING, mode: REQUIRED, description: The Discogs id that was asked for.}
    - {name: name, type: STRING, description: Name in the shop.}
    - {name: nameKey, type: STRING, derived: {from: name, as: key}, description: Key of name.}
    - {name: stars, type: INT64, description: Stars of its customers.}
    - {name: country, type: STRING, description: Shelf it stands on.}
    - {name: styles, type: STRING, mode: REPEATED, description: Styles of its records.}
    - name: related
      type: RECORD
      mode: REPEATED
      description: What its customers also bought.
      fields:
        - {name: name, type: STRING, description: Name in the shop.}
        - {name: deezer, type: STRING, description: Deezer id.}
    - {name: retrievedAt, type: TIMESTAMP, mode: REQUIRED, description: When.}
"""


def copy_to(folder: Path) -> Path:
    """A copy of the repository's part that is generated, and of what it is generated from."""
    for part in PARTS:
        path = ROOT / part
        shutil.copytree(path, folder / part) if path.is_dir() else shutil.copy(path, folder / part)
    return folder


def generate(folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """Run the script of a copy."""
    command = [sys.executable, str(folder / "scripts" / "generate.py"), *options]
    environ = {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}  # the same code as the tests
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


def contents(folder: Path) -> dict[Path, bytes]:
    """Every file of a copy that is no by-product of Python."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(folder): path.read_bytes() for path in files}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return copy_to(tmp_path)


def test_nothing_that_is_generated_is_stale() -> None:
    said = generate(ROOT, "--check")
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


def test_a_stale_file_is_named_and_written_again(copy: Path) -> None:
    before = contents(copy)
    seed = copy / "dbt_dataplatform" / "seeds" / "generated" / "field_precedence.csv"
    seed.write_text("field,provider,place\n")
    said = generate(copy, "--check")
    assert said.returncode == 1
    assert said.stdout == "dbt_dataplatform/seeds/generated/field_precedence.csv is stale: run make generate\n"
    assert generate(copy).returncode == 0
    assert contents(copy) == before


def test_a_new_provider_is_one_file_and_leaves_nothing_when_it_goes(copy: Path) -> None:
    before = contents(copy)
    path = copy / "configs" / "providers" / "shop.yaml"
    path.write_text(SHOP)
    assert generate(copy).returncode == 0
    after = contents(copy)
    changed = {str(name) for name in after if after[name] != before.get(name)}
    named = {name for name in changed if "shop" in name}
    lake = "dbt_dataplatform/models/lake"
    assert named == {
        "configs/providers/shop.yaml",
        f"{lake}/staging/shop/_shop__models.yml",
        f"{lake}/staging/shop/_shop__sources.yml",
        f"{lake}/staging/shop/lake_shop__stg_pages.sql",
        f"{lake}/service/shop/_shop__models.yml",
        f"{lake}/service/shop/lake_shop__svc_pages.sql",
    }
    assert {".env.example", "docs/providers.md", "dbt_dataplatform/seeds/generated/field_precedence.csv"} < changed
    path.unlink()
    assert f"{lake}/service/shop/lake_shop__svc_pages.sql is stale" in generate(copy, "--check").stdout
    assert generate(copy).returncode == 0
    assert contents(copy) == before


def test_a_new_field_stands_behind_those_that_are_there(copy: Path) -> None:
    fields = "dbt_dataplatform/models/hub/intermediate/values/hub_music__int_artist_fields.sql"
    before = (copy / fields).read_text().splitlines()
    (copy / "configs" / "providers" / "shop.yaml").write_text(SHOP)
    generate(copy)
    after = (copy / fields).read_text().splitlines()
    assert [line for line in after if line not in before] == ["    ('stars', 'int64'),"]
    assert after.index("    ('stars', 'int64'),") == after.index("    ('management', 'string'),") + 1


def test_every_dataset_is_a_source_by_its_own_name() -> None:
    assert {name: table["identifier"] for name, table in _sources().items()} == {
        name: dataset.table for name, dataset in read_settings(environ={}).configs.datasets.items()
    }


def test_fields_inside_records_are_described_too() -> None:
    names = [column["name"] for column in _sources()["spotify/artist_enrichment"]["columns"]]
    assert names[names.index("images") :][:4] == ["images", "images.url", "images.height", "images.width"]
    assert names[-2:] == ["_fileHash", "_line"]


def _sources() -> dict[str, dict[str, Any]]:
    read = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in PROJECT.rglob("*sources.yml")]
    sources = [source for file in read for source in file["sources"]]
    return {f"{source['name']}/{table['name']}": table for source in sources for table in source["tables"]}


def test_every_name_of_many_is_folded_once(copy: Path) -> None:
    seed = copy / "dbt_dataplatform/seeds/generated/names_of_many.csv"
    assert {"variousartists", "va", "aavv", "群星", "<unknown>"} < set(seed.read_text(encoding="utf-8").split())
    listed = copy / "configs/names_of_many.yaml"
    listed.write_text(listed.read_text(encoding="utf-8") + "  - VARIOUS artists\n", encoding="utf-8")
    assert generate(copy, "--check").stdout == ""


def test_a_spelling_of_two_genres_is_an_error(copy: Path) -> None:
    aliases = copy / "dbt_dataplatform/seeds/genre_aliases.csv"
    aliases.write_text(aliases.read_text(encoding="utf-8") + "Hip-Hop,rock\n", encoding="utf-8")
    assert "'Hip-Hop' is spelt like 'hip hop', but means 'rock'" in generate(copy, "--check").stderr
