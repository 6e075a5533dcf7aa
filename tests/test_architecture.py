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
VALUES = {"values", "errors"}
DOORS = VALUES | {"contracts", "environments", "ports"}

# What a module, or every module of a package, may import of ours; packages may always import their own kind.
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "values": set(),
    "strict": set(),
    "objectives": {"strict"},
    "environments": {"strict"},
    "contracts": {"errors", "strict", "objectives", "environments"},  # a wrong name is an error with a remedy
    "configs": {"contracts", "environments", "errors", "strict", "objectives"},
    "ports": {"values", "contracts"},  # the Warehouse takes contracts
    "clock": {"errors"},
    "google": {"errors"},  # credentials, and Google's errors in our words
    "logs": {"values"},
    "screen": {"values"},
    "options": {
        "errors",
        "budget",
        "discover",
        "house",
        "logs",
        "pipeline",
        "screen",
        "settings",
        "contracts",
        "values",
    },  # opens what a command needs
    "settings": {"configs", "contracts", "environments", "errors"},
    "rows": {"contracts"},
    "house": DOORS | {"clock", "settings", "lakes", "warehouses"},  # opens the adapters an environment names
    "books": DOORS | {"house"},
    # The rooms. None imports another; what two of them need is a helper that no room is.
    "discover": DOORS,
    "extract": DOORS | {"clock", "land"},  # an answer is on disk before the next question: it writes to land's spool
    "land": DOORS | {"rows"},
    "validate": DOORS | {"rows"},  # the first half of ingest, apart because it runs in processes of its own
    "ingest": DOORS | {"validate"},
    "transform": DOORS | {"settings"},
    "serve": DOORS,
    "metrics": DOORS,
    "exposition": DOORS,
    "slo": DOORS | {"objectives"},
    "portrait": DOORS,
    "spreadsheet": {"errors", "screen"},
    "top_list": DOORS | {"house", "serve", "spreadsheet"},
    "tables": set(),
    "spans": set(),
    "history": DOORS | {"rows", "tables"},  # formats of files; what becomes of what they say is the corridor's
    "imports": DOORS | {"history", "rows", "providers", "tables"},  # a play in a file is as the provider knows it
    "services": DOORS | {"books", "house"},
    "budget": DOORS | {"books", "house"},  # what is left of today's calls stands in the books
    "plan": DOORS | {"discover", "books", "budget", "house"},  # what discover would find, without asking
    # The adapters and the senders know no room.
    "lakes": DOORS | {"google"},  # whose credentials, and its errors in our words
    "warehouses": DOORS | {"google"},
    "providers": DOORS,
    "web": DOORS,
}
# The corridor and what stands at its ends: they call several rooms, one after the other.
CORRIDOR = {"pipeline", "asking", "reports", "cli", "__main__", "demo", "doctor", "histories", "introduce", "plays"}
CORRIDOR |= {"accounts", "extracts", "purge", "rebuild", "upkeep"}
SANDBOX_MAY_IMPORT = {"errors"}  # it plays the other side: what it shared with us would be wrong on both
ROOMS = {"discover", "extract", "land", "ingest", "transform", "serve", "imports"}
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


@pytest.mark.parametrize("name", [name for name in SOURCES if package(name) not in CORRIDOR])
def test_a_module_imports_only_what_it_may(name: str) -> None:
    own = package(name)
    allowed = SANDBOX_MAY_IMPORT if own == "sandbox" else MAY_IMPORT[own]
    assert imported(name) - {own} <= allowed


def test_every_module_of_the_corridor_is_there() -> None:
    assert CORRIDOR | set(MAY_IMPORT) | {"sandbox"} == {package(name) for name in SOURCES}


def test_only_the_corridor_knows_more_than_one_room() -> None:
    knowing = {name for name in SOURCES if len((imported(name) - {package(name)}) & ROOMS) > 1}
    assert {package(name) for name in knowing} <= CORRIDOR


@pytest.mark.parametrize("kind", ["providers", "lakes", "warehouses", "web"])
def test_no_adapter_knows_a_room_or_the_corridor(kind: str) -> None:
    known = {module for name in SOURCES if package(name) == kind for module in imported(name)}
    assert not known & (ROOMS | CORRIDOR | {"house", "books", "settings"})


@pytest.mark.parametrize("name", [name for name in SOURCES if package(name) == "providers"])
def test_a_provider_knows_nothing_of_files_tables_retries_or_rates(name: str) -> None:
    foreign = {"duckdb", "tenacity", "pyrate_limiter", "pathlib", "os", "time", "msgspec"}
    nodes = [node for node in ast.walk(tree(name)) if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {package(node.module or "") for node in nodes if isinstance(node, ast.ImportFrom)}
    modules |= {package(alias.name) for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    assert not modules & foreign


@pytest.mark.parametrize("name", [name for name in SOURCES if package(name) != "sandbox"])
def test_values_reach_sql_only_as_parameters(name: str) -> None:
    """A string that is filled in and reads like SQL holds names that a contract has checked, and nothing else."""
    checked = {"duckdb_columns", "duckdb_reader", "statement", "type"}
    for node in ast.walk(tree(name)):
        if not isinstance(node, ast.JoinedStr):
            continue
        text = " ".join(str(part.value) for part in node.values if isinstance(part, ast.Constant)).lower()
        if not any(
            word in text for word in ("select ", "insert into", "delete from", "create table", " where ", "update ")
        ):
            continue
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                filled = ast.unparse(part.value)
                assert filled in SQL_NAMES.get(name, set()) or filled.split("(")[0] in checked, f"{name}: {{{filled}}}"


# The pieces of SQL that are put together from other pieces: constants, or what ``schema`` made of checked names.
SQL_NAMES: dict[str, set[str]] = {
    "discover": {"sql"},  # the constants QUEUE, WANTED and ORDER; only ``$limit`` is added
    "warehouses.schema": {"read", "on", "changed", "taken", "', '.join(names)"},
    "warehouses.duckdb": {"create", "delete", "keys", "listed", "file_hash", "READ_AS", "READABLE_BY"},
}


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
