import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml

from linernotes.config.settings import read_settings

ROOT = Path(__file__).parents[1]
PROJECT = ROOT / "dbt_dataplatform"
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "write_sources.py"))
WRITTEN: dict[Path, str] = SCRIPT["source_files"](PROJECT)


MACROS: dict[Path, str] = SCRIPT["macro_files"](PROJECT)


@pytest.mark.parametrize(("path", "text"), {**WRITTEN, **MACROS}.items(), ids=lambda item: getattr(item, "name", ""))
def test_the_committed_files_are_what_the_contracts_say(path: Path, text: str) -> None:
    assert path.read_text(encoding="utf-8") == text, "run: python scripts/write_sources.py"


def test_no_source_is_written_by_hand() -> None:
    assert set(PROJECT.rglob("*sources.yml")) == set(WRITTEN)


def test_every_dataset_is_a_source_by_its_own_name() -> None:
    datasets = read_settings(environ={}).configs.datasets
    assert {name: table["identifier"] for name, table in _tables().items()} == {
        name: dataset.table for name, dataset in datasets.items()
    }


def test_fields_inside_records_are_described_too() -> None:
    names = [column["name"] for column in _tables()["spotify/artist_enrichment"]["columns"]]
    assert names[names.index("images") :][:4] == ["images", "images.url", "images.height", "images.width"]
    assert names[-2:] == ["_fileHash", "_line"]


def _tables() -> dict[str, dict[str, Any]]:
    sources = [source for text in WRITTEN.values() for source in yaml.safe_load(text)["sources"]]
    return {f"{source['name']}/{table['name']}": table for source in sources for table in source["tables"]}
