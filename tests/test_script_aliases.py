"""The commands of earlier scripts, typed as their document has them."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from linernotes.cli.scripts import command_for
from tests.laptop import Laptop
from tests.programs import ROOT
from tests.samples import artist, lines

PAGE = (ROOT / "docs/coming-from-the-scripts.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(python [^`]*)` \| `(linernotes [^`]*)` \|", PAGE, re.MULTILINE)
ALIASES = sorted((ROOT / "src/connectors/spotify").glob("spotify_*.py"))


def typed(line: str, laptop: Laptop) -> "subprocess.CompletedProcess[str]":
    """Type a line at the root of the clone; ``python`` is the one that runs the tests."""
    _, *arguments = shlex.split(line)
    environ = {**laptop.environment(), "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("script", "ours"), ROWS, ids=[ours for _, ours in ROWS])
def test_the_page_maps_each_script_to_the_command_it_stands_for(script: str, ours: str) -> None:
    _, *words = shlex.split(script)
    path, *arguments = words[1:] if words[0] == "-m" else words
    name = Path(path.replace(".", "/") if words[0] == "-m" else path.removesuffix(".py")).name
    assert (ROOT / "src/connectors/spotify" / f"{name}.py").is_file()
    expected = shlex.split(ours)[1:]
    assert command_for(name, arguments) == expected or sorted(command_for(name, arguments)) == sorted(expected)


def test_every_alias_is_on_the_page_in_both_ways_of_typing_it() -> None:
    assert len(ALIASES) == 3
    assert [path.stem for path in ALIASES if f"{path.stem}.py" not in PAGE and f".{path.stem} " not in PAGE] == []


@pytest.mark.parametrize(
    ("arguments", "dataset"),
    [
        (["--config", "artist_enrichment"], ["--dataset", "artist_enrichment"]),
        (["--config=artist_enrichment"], ["--dataset=artist_enrichment"]),
        (["--config", "src/connectors/spotify/configs/artist_enrichment.yaml"], ["--dataset", "artist_enrichment"]),
        (["--config=artist_enrichment.yml"], ["--dataset=artist_enrichment"]),
        (["--config", "spotify/artist_enrichment"], ["--dataset", "spotify/artist_enrichment"]),
    ],
)
def test_a_config_is_the_dataset_it_was_named_after(arguments: list[str], dataset: list[str]) -> None:
    assert command_for("spotify_ingest_v2", arguments) == ["ingest", *dataset]


def test_they_run_by_path_and_as_modules(laptop: Laptop, artists: Callable[[int], list[str]]) -> None:
    laptop.drop(lines(*map(artist, artists(2))))
    looked = typed("python -m src.connectors.spotify.spotify_ingest_v2 --config artist_enrichment --dry-run", laptop)
    assert looked.returncode == 0, looked.stderr
    assert looked.stderr.splitlines()[0] == (
        "spotify_ingest_v2 stands for: linernotes ingest --dataset artist_enrichment --dry-run"
    )
    assert "would load 2 of 2 lines" in looked.stderr
    loaded = typed("python src/connectors/spotify/spotify_ingest_auto.py --env local", laptop)
    assert (loaded.returncode, "loaded 2 of 2 lines" in loaded.stderr) == (0, True)
    assert len(laptop.answers()) == 2


def test_a_wrong_option_is_one_line_that_names_the_command(tmp_path: Path) -> None:
    said = typed(
        "python src/connectors/spotify/spotify_artist_enrichment.py --mode incremental --output-dir out",
        Laptop(tmp_path / "home"),
    )
    assert said.returncode == 2
    stands, refused = said.stderr.splitlines()
    assert stands.endswith("linernotes extract spotify --mode incremental --output-dir out")
    assert refused.startswith("linernotes: --output-dir has no meaning in environment local; add --env dev")


def test_where_linernotes_is_not_installed_they_say_so(tmp_path: Path) -> None:
    command = [sys.executable, "-S", "-E", str(ALIASES[0])]
    said = subprocess.run(command, cwd=ROOT, env={}, capture_output=True, text=True, check=False)
    assert (said.returncode, len(said.stderr.splitlines())) == (1, 1)
    assert "linernotes is not installed for this Python" in said.stderr


@pytest.mark.parametrize("path", ALIASES, ids=lambda path: path.stem)
def test_an_alias_is_a_few_lines_and_does_nothing_itself(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 12
    assert re.findall(r"^ *(?:from|import) (\S+)", text, re.MULTILINE) == [
        "sys",
        "linernotes.__main__",
        "linernotes.cli.scripts",
    ]
