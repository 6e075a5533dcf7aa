"""How the code is laid out: who may import whom, how long things may be, where SQL is made."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import linernotes

ROOT = Path(linernotes.__file__).parent
SOURCES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(ROOT.rglob("*.py"))
    if path != ROOT / "__init__.py"
}
# From the top down: a room imports only rooms of a lower storey, and nobody is exempt.
STOREYS = (
    {"__main__"},
    {"cli"},
    {"rest", "dashboard"},
    {"__init__"},
    {"runs"},
    {"sources", "reports"},
    {"landing"},
    {"storage", "providers"},
    {"config"},
    {"core"},
)
FLOOR = {room: len(STOREYS) - number for number, rooms in enumerate(STOREYS) for room in rooms}
OPEN_THE_SANDBOX = ("cli.", "runs.demo")
LONGEST_FUNCTION, LONGEST_FILE = 40, 300


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(SOURCES[name].read_text(encoding="utf-8"))


def room(name: str) -> str:
    return name.partition(".")[0]


def nodes(name: str, *kinds: type[ast.AST]) -> list[Any]:
    return [node for node in ast.walk(tree(name)) if isinstance(node, kinds)]


def modules(name: str) -> set[str]:
    """Every module that a module imports from, anywhere in it."""
    whole = {alias.name for node in nodes(name, ast.Import) for alias in node.names}
    return whole | {node.module or "." for node in nodes(name, ast.ImportFrom)}


def rooms(name: str) -> set[str]:
    """The other rooms of ours that a module imports from."""
    front = {alias.name for node in nodes(name, ast.ImportFrom) if node.module == "linernotes" for alias in node.names}
    inner = {room(module.removeprefix("linernotes.")) for module in modules(name) if module.startswith("linernotes.")}
    return (front | inner) - {room(name)}


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from ``def`` to the last statement, the docstring not counted."""
    docstring = function.body[0] if ast.get_docstring(function) else None
    written = (docstring.end_lineno or 0) - docstring.lineno + 1 if docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - written


def test_a_room_imports_only_rooms_below_it() -> None:
    too_high = {
        name: high
        for name in SOURCES
        if room(name) != "sandbox"
        and (high := {other for other in rooms(name) - {"sandbox"} if FLOOR[other] >= FLOOR[room(name)]})
    }
    assert too_high == {}


def test_imports_are_written_out() -> None:
    assert [name for name in SOURCES if any(node.level for node in nodes(name, ast.ImportFrom))] == []


def test_only_faces_and_the_demo_open_the_sandbox_and_it_knows_nobody() -> None:
    """It plays the other side: what it shared with us would be wrong on both."""
    inside = {name for name in SOURCES if room(name) == "sandbox"}
    assert {name: others for name in inside if (others := rooms(name) - {"core"})} == {}
    opened = {name for name in SOURCES if "sandbox" in rooms(name)}
    assert {name for name in opened if not name.startswith(OPEN_THE_SANDBOX)} == set()


def test_at_most_fourteen_things_lie_at_the_top() -> None:
    top = {room(name) for name in SOURCES}
    assert top == set(FLOOR) - {"__init__"} | {"sandbox"}
    assert len(top) + 1 <= 14


def test_only_the_command_line_knows_the_console() -> None:
    assert [
        name
        for name in SOURCES
        if room(name) not in {"cli", "__main__"} and {"click", "rich"} & set(map(room, modules(name)))
    ] == []


def test_a_provider_knows_nothing_of_files_tables_retries_or_rates() -> None:
    foreign = {"duckdb", "tenacity", "pyrate_limiter", "pathlib", "os", "time", "msgspec"}
    services = [name for name in SOURCES if room(name) == "providers" and not name.startswith("providers.http")]
    assert {name: found for name in services if (found := foreign & set(map(room, modules(name))))} == {}


def test_no_function_is_longer_than_a_screen_and_no_file_than_it_can_be_known() -> None:
    functions = {
        f"{name}.{function.name}": length(function)
        for name in SOURCES
        for function in nodes(name, ast.FunctionDef, ast.AsyncFunctionDef)
    }
    files = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in SOURCES.items()}
    assert {name: lines for name, lines in functions.items() if lines > LONGEST_FUNCTION} == {}
    assert {name: lines for name, lines in files.items() if lines > LONGEST_FILE} == {}
    assert len(functions) > 1_000


def test_what_is_public_says_what_it_is() -> None:
    silent = [
        f"{name}.{getattr(thing, 'name', '')}"
        for name in SOURCES
        for owner in (tree(name), *(node for node in nodes(name, ast.ClassDef) if not node.name.startswith("_")))
        for thing in (owner, *owner.body)
        if isinstance(thing, ast.Module | ast.FunctionDef | ast.ClassDef)
        and not getattr(thing, "name", "").startswith("_")
        and not ast.get_docstring(thing)
        and not any(ast.unparse(decorator).endswith(".setter") for decorator in getattr(thing, "decorator_list", []))
    ]
    assert silent == []


def test_help_is_there_before_anything_heavy_is_imported() -> None:
    code = (
        "import sys\n"
        "from linernotes.__main__ import main\n"
        "assert main(['--help']) == 0\n"
        "heavy = {'dbt', 'duckdb', 'requests', 'spotipy', 'flask', 'pydantic', 'msgspec', 'rich', 'yaml'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "liner notes" in done.stdout


def test_tables_are_read_without_what_only_a_run_needs() -> None:
    code = (
        "import sys\n"
        "import linernotes.runs.published\n"
        "heavy = {'dbt', 'requests', 'spotipy', 'pyrate_limiter', 'linernotes.landing', 'linernotes.providers'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
