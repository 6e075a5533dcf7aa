"""Excel workbooks as rows of cells, and the words for files that hold no table at all."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from importlib import import_module
from io import BytesIO
from itertools import islice
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from linernotes.core.errors import BelowExpectations
from linernotes.core.extras import require

MAGIC_OF_ZIP = b"PK\x03\x04"
SAVE_AGAIN = "save it as .xlsx or .csv and import that"
BINARY = {
    b"\xd0\xcf\x11\xe0": ("an old Excel file (.xls)", SAVE_AGAIN),
    b"%PDF": ("a PDF", SAVE_AGAIN),
    b"PAR1": ("a Parquet file", "for a table of plays: linernotes import plays --from-table FILE"),
}
LOOKED_AT = 10  # rows of each sheet in which a heading is looked for
LARGEST = 64 << 20

Row = tuple[int, str, list[str] | None]


def refuse_binary(head: bytes, name: str) -> None:
    """Make sure that a file which begins like this is text.

    Raises:
        BelowExpectations: it is not.
    """
    for magic, (what, remedy) in BINARY.items():
        if head.startswith(magic):
            raise BelowExpectations(f"import {name}: the file is {what}, which is not read", remedy)
    if b"\0" in head:
        raise BelowExpectations(f"import {name}: the file is binary, not text", "use a CSV, TSV, XLSX or JSONL file")


def workbook_rows(source: IO[bytes], name: str, is_heading: Callable[[Sequence[str]], bool]) -> Iterator[Row]:
    """The rows of the first sheet of a workbook that has a heading, else of its first sheet that is not empty.

    Raises:
        BelowExpectations: it is a zip of another kind, or damaged.
        ConfigurationError: openpyxl is not installed.
    """
    content = source.read(LARGEST + 1)
    _refuse_others(content, name)
    require("excel", f"import {name}: an .xlsx file")
    openpyxl = import_module("openpyxl")  # heavy, and an extra
    try:
        book = openpyxl.load_workbook(BytesIO(content), data_only=True)
    except Exception as error:  # openpyxl raises whatever its parsers do
        raise _unreadable(name) from error
    sheets = [list(_rows(sheet)) for sheet in book.worksheets]
    headed = (rows for rows in sheets if any(is_heading(cells or ()) for _, _, cells in islice(rows, LOOKED_AT)))
    empty: list[Row] = []
    return iter(next(headed, empty) or next(filter(None, sheets), empty))


def _refuse_others(content: bytes, name: str) -> None:
    if len(content) > LARGEST:
        raise BelowExpectations(f"import {name}: a workbook of more than {LARGEST >> 20} MiB", "save it as .csv")
    try:
        with ZipFile(BytesIO(content)) as packed:
            names = set(packed.namelist())
    except (BadZipFile, OSError, ValueError):
        raise _unreadable(name) from None
    if "xl/workbook.xml" in names:
        return
    if "mimetype" in names or any(one.endswith((".iwa", "Index.zip")) for one in names):
        raise BelowExpectations(f"import {name}: a spreadsheet that is not Excel's is not read", SAVE_AGAIN)
    raise BelowExpectations(
        f"import {name}: a zip is not a list of artists",
        "unpack it and import the list; for a listening history: linernotes import plays",
    )


def _unreadable(name: str) -> BelowExpectations:
    return BelowExpectations(f"import {name}: the workbook cannot be read", f"open it in a spreadsheet, {SAVE_AGAIN}")


def _rows(sheet: Any) -> Iterator[Row]:
    """The rows of a sheet; a cell that links to Spotify is that link where it shows another text."""
    for number, row in enumerate(sheet.iter_rows(), 1):
        values = [_text(cell.value) for cell in row]
        if any(values):
            links = [link.target or "" for cell in row if (link := getattr(cell, "hyperlink", None))]
            yield number, ",".join(values), [*values, *(link for link in links if link not in values)]


def _text(value: Any) -> str:
    """A cell as a person sees it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
