"""How the code is laid out: who may import whom, how long things may be, where SQL is made."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

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


def tree(name: str) -> ast.Module:
    return ast.parse(SOURCES[name].read_text(encoding="utf-8"))


def package(name: str) -> str:
    return name.partition(".")[0]


def imported(name: str) -> set[str]:
    """The modules and packages of ours that a module imports, anywhere in it."""
    found = set()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.ImportFrom) and node.module == "linernotes":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("linernotes."):
            found.add(package((node.module or "").removeprefix("linernotes.")))
        elif isinstance(node, ast.Import):
            found |= {
                package(alias.name.removeprefix("linernotes.")) for alias in node.names if "linernotes" in alias.name
            }
        assert not (isinstance(node, ast.ImportFrom) and node.level), f"{name}: imports are written out"
    return found


def functions(name: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from ``def`` to the last statement, the docstring not counted."""
    docstring = function.body[0] if ast.get_docstring(function) else None
    written = (docstring.end_lineno or 0) - docstring.lineno + 1 if docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - written


@pytest.mark.parametrize("name", SOURCES)
def test_a_room_imports_only_rooms_below_it(name: str) -> None:
    own, others = package(name), imported(name) - {package(name)}
    if own == "sandbox":  # it plays the other side: what it shared with us would be wrong on both
        assert others <= {"core"}
        return
    if "sandbox" in others:
        assert name.startswith(OPEN_THE_SANDBOX)
    assert not {room for room in others - {"sandbox"} if FLOOR[room] >= FLOOR[own]}


def test_at_most_fourteen_things_lie_at_the_top() -> None:
    top = {package(name) for name in SOURCES}
    assert top == set(FLOOR) - {"__init__"} | {"sandbox"}
    assert len(top) + 1 <= 14


@pytest.mark.parametrize("name", [name for name in SOURCES if package(name) not in {"cli", "__main__"}])
def test_only_the_command_line_knows_the_console(name: str) -> None:
    modules = {package(node.module or "") for node in ast.walk(tree(name)) if isinstance(node, ast.ImportFrom)}
    modules |= {
        package(alias.name) for node in ast.walk(tree(name)) if isinstance(node, ast.Import) for alias in node.names
    }
    assert not modules & {"click", "rich"}


@pytest.mark.parametrize(
    "name",
    [name for name in SOURCES if package(name) == "providers" and not name.startswith("providers.http")],
)
def test_a_provider_knows_nothing_of_files_tables_retries_or_rates(name: str) -> None:
    foreign = {"duckdb", "tenacity", "pyrate_limiter", "pathlib", "os", "time", "msgspec"}
    nodes = [node for node in ast.walk(tree(name)) if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {package(node.module or "") for node in nodes if isinstance(node, ast.ImportFrom)}
    modules |= {package(alias.name) for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    assert not modules & foreign


@pytest.mark.parametrize("name", SOURCES)
def test_no_function_is_longer_than_a_screen(name: str) -> None:
    long = {function.name: length(function) for function in functions(name) if length(function) > LONGEST_FUNCTION}
    assert not long


@pytest.mark.parametrize("name", SOURCES)
def test_no_file_is_longer_than_it_can_be_known(name: str) -> None:
    assert len(SOURCES[name].read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_public_says_what_it_is(name: str) -> None:
    module = tree(name)
    classes: list[ast.Module | ast.ClassDef] = [
        node for node in ast.walk(module) if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    public = [
        node for owner in [module, *classes] for node in owner.body if isinstance(node, ast.FunctionDef | ast.ClassDef)
    ]
    silent = [
        node.name
        for node in public
        if not node.name.startswith("_")
        and not ast.get_docstring(node)
        and not any(ast.unparse(decorator).endswith(".setter") for decorator in node.decorator_list)
    ]
    assert ast.get_docstring(module)
    assert not silent


@pytest.mark.parametrize("name", SOURCES)
def test_a_class_is_named_for_what_it_is(name: str) -> None:
    vague = ("Manager", "Handler", "Helper", "Utils", "_v2")
    names = [node.name for node in ast.walk(tree(name)) if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    assert not [found for found in names if found.endswith(vague)]


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
