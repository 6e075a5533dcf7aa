"""What is written for people is true: every command, link, variable, file and query in it exists and works."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from linernotes.__main__ import main
from linernotes.cli.app import cli
from linernotes.config.files import VARIABLE
from linernotes.sources.histories.table import SYNONYMS
from tests.laptop import Laptop
from tests.samples import configs, dataset
from tests.test_cli import commands

ROOT = Path(__file__).parents[1]
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
WRITTEN = "\n".join(path.read_text(encoding="utf-8") for path in DOCS)
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
README = DOCS[0].read_text(encoding="utf-8")
SHIPPED = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "Makefile",
    "pyproject.toml",
    "constraints.txt",
    ".env.example",
    ".gitignore",
    ".dockerignore",
    ".editorconfig",
    ".pre-commit-config.yaml",
    ".sqlfluff",
    "Dockerfile",
    "cloudbuild.yaml",
]
FOLDERS = ["docs", "configs", "src", "scripts", "benchmarks", "dbt_dataplatform", ".ci"]
TEXTS = {".md", ".yaml", ".yml", ".py", ".sql", ".sh", ".csv", ".toml", ""}

FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"\[[^\]]*\]\(([^)#]+?)(?:#[^)]*)?\)")
HOST = re.compile(r"https?://([\w.-]+)")
# Services we speak of, and ourselves; an address of a package registry or of somebody's machine is none of them.
HOSTS = re.compile(
    r"127\.0\.0\.1|localhost|(?:[\w-]+\.)*(?:spotify\.com|scdn\.co|musicbrainz\.org|listenbrainz\.org|wikidata\.org"
    r"|discogs\.com|wikimedia\.org|wikiba\.se|w3\.org|deezer\.com|dzcdn\.net|last\.fm|lastfm\.freetls\.fastly\.net"
    r"|audioscrobbler\.com|apify\.com|getdbt\.com"
    r"|python\.org|duckdb\.org|example\.org|(?:cloud\.)?google\.com|googleapis\.com)"
)
SERVICES = {
    host for path in (ROOT / "configs/providers").glob("*.yaml") for host in HOST.findall(path.read_text("utf-8"))
}
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK|TBD|WIP)\b|lorem ipsum|^[A-Z]+(?:_[A-Z]+)+$", re.MULTILINE)
SOMEBODYS = re.compile(r"(?<![\w.~$}/])/(?:work|root|home|Users|tmp)/\w")


def fenced(language: str, text: str = WRITTEN) -> list[str]:
    """The blocks of code in one language."""
    return [block for found, block in FENCE.findall(text) if found == language]


def typed() -> list[str]:
    """Every line that people are told to type."""
    lines = [line.strip() for block in fenced("sh") for line in block.splitlines()]
    return [*lines, *INLINE.findall(FENCE.sub("", WRITTEN))]


def told(program: str) -> list[str]:
    return sorted({line for line in typed() if line.split()[:1] == [program]})


def texts() -> Iterator[tuple[Path, str]]:
    """Every text that is shipped."""
    paths = [ROOT / name for name in SHIPPED]
    for folder in FOLDERS:
        paths += [path for path in sorted((ROOT / folder).rglob("*")) if path.suffix in TEXTS and path.is_file()]
    for path in paths:
        if not {"target", "logs", "__pycache__"} & set(path.relative_to(ROOT).parts):
            yield path, path.read_text(encoding="utf-8")


STEPS_OF_FLOWS = [
    f"linernotes {step.command}" for flow in configs().flows.values() for step in flow.steps if step.command
]


@pytest.mark.parametrize("words", [" ".join(words) for words, _ in commands()])
def test_every_command_is_written_about(words: str) -> None:
    assert f"linernotes {words}" in WRITTEN or f"`{words}`" in WRITTEN


@pytest.mark.parametrize("line", [*told("linernotes"), *STEPS_OF_FLOWS])
def test_every_command_line_that_people_are_told_to_type_is_understood(
    line: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for _, command in commands():
        monkeypatch.setattr(command, "callback", lambda **_options: None)
    _, *arguments = shlex.split(line, comments=True)
    for argument in arguments:
        if re.fullmatch(r"[\w-]+\.(?:csv|tsv|json|jsonl|xml|zip)", argument):
            Path(argument).touch()
        if argument.startswith("drops/"):
            Path(argument).mkdir(parents=True)
    assert main(arguments) == 0, line


def test_the_examples_are_found_at_all() -> None:
    assert len(told("linernotes")) > 10
    assert {"make run", "make test"} <= {
        " ".join(line.split()[:2]) for text in fenced("sh", README) for line in text.splitlines()
    }
    assert fenced("sql")
    assert cli.commands


@pytest.mark.parametrize("target", sorted({line.split()[1] for line in told("make")}))
def test_everything_that_can_be_made_stands_in_the_makefile(target: str) -> None:
    assert re.search(rf"^{re.escape(target)}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    links = [link for link in LINK.findall(path.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_every_file_that_is_named_exists() -> None:
    named = {
        name for name in INLINE.findall(FENCE.sub("", WRITTEN)) if re.fullmatch(r"[\w./-]+\.(?:py|yaml|sql|yml)", name)
    }
    places = [ROOT, ROOT / "src/linernotes", ROOT / "configs", ROOT / "configs/providers"]
    assert {name for name in named if not any((place / name).is_file() for place in places)} == set()


def test_every_variable_that_is_read_is_written_about() -> None:
    configured = {
        match[1] for path in (ROOT / "configs").rglob("*.yaml") for match in VARIABLE.finditer(path.read_text("utf-8"))
    }
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src/linernotes").glob("*.py"))
    ours = set(re.findall(r'"(LINERNOTES_[A-Z]+|SPOTIFY_[A-Z_]+)"', source))
    assert len(configured) > 8
    assert {name for name in configured | ours if name not in EXAMPLE + WRITTEN} == set()


def test_every_variable_of_the_example_is_read_by_somebody() -> None:
    everything = "\n".join(text for path, text in texts() if path.parts[-1] not in SHIPPED)
    names = re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.MULTILINE)
    assert len(names) > 10
    overrides = [name for name in names if name.startswith("LINERNOTES_SPOTIFY__")]
    settings = (ROOT / "configs/providers/spotify.yaml").read_text(encoding="utf-8")
    for name in overrides:
        assert f"\n{name.removeprefix('LINERNOTES_SPOTIFY__').lower()}:" in settings
    assert {name for name in names if name not in overrides and name not in everything} == set()


@pytest.mark.parametrize("query", fenced("sql"), ids=lambda query: query.splitlines()[0])
def test_every_query_runs(laptop: Laptop, query: str) -> None:
    for statement in filter(str.strip, query.split(";")):
        laptop.rows(statement.replace("{", "{{").replace("}", "}}"))


def test_nothing_is_unfinished_and_nothing_is_of_one_machine_only() -> None:
    found = [
        (str(path.relative_to(ROOT)), match.group())
        for path, text in texts()
        for pattern in (UNFINISHED, SOMEBODYS, HOST)
        for match in pattern.finditer(text)
        if pattern is not HOST or not (HOSTS.fullmatch(match[1]) or match[1] in SERVICES)
    ]
    assert found == []


def test_versions_are_names_and_numbers_and_say_nothing_of_where_they_came_from() -> None:
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [pin for pin in pins if pin and not re.fullmatch(r"#.*|[\w.-]+==[\w.+!]+", pin)] == []


def test_the_page_about_plays_has_the_columns_of_their_contract() -> None:
    columns = [column for column in dataset("plays/plays").columns if not column.derived]
    rows = [f"| `{c.name}` | {c.type}{' list' if c.mode == 'REPEATED' else ''} | {c.description} |" for c in columns]
    page = (ROOT / "docs/plays.md").read_text(encoding="utf-8")
    assert [row for row in page.splitlines() if row.startswith("| `")] == rows
    assert {name for name in SYNONYMS if f"`{name}`" not in page} == set()


def test_decisions_are_numbered_one_after_the_other_as_their_headings_say() -> None:
    files = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    headed = [path.read_text(encoding="utf-8").partition("\n")[0].partition(". ")[0] for path in files]
    assert [path.name.partition("-")[0] for path in files] == [f"{number:04}" for number in range(1, len(files) + 1)]
    assert headed == [f"# {number}" for number in range(1, len(files) + 1)]
