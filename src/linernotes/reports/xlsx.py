"""Write a report as an XLSX or CSV file, completely or not at all."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from linernotes.core.errors import ConfigurationError
from linernotes.core.extras import require
from linernotes.core.formulas import FORMULA_STARTS
from linernotes.reports.csv_text import csv_of
from linernotes.reports.rows import Records

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

WIDEST = 60  # characters
NARROWEST = 8
LONGEST_TEXT = 32_767  # the limit of a cell


@dataclass(frozen=True, slots=True)
class Sheets:
    """A report: its rows, the notes about it that get a sheet of their own, and those that are also said aloud.

    ``command`` is what was typed for it, with which an error begins.
    """

    command: str
    title: str
    written_at: datetime
    rows: Records
    about: Records
    notes: list[str]


def writer(path: Path, command: str) -> Callable[[Path, Sheets], None]:
    """The function that writes the format of the file extension; asked before there is a report to write.

    Raises:
        ConfigurationError: the extension is not supported, its library or the folder is missing.
    """
    forms: dict[str, Callable[[Path, Sheets], None]] = {".xlsx": _xlsx, ".csv": _csv}
    form = forms.get(path.suffix.lower())
    if form is None:
        raise ConfigurationError(f"{command}: unsupported file type {path.name}", "use .xlsx or .csv with --out")
    if form is _xlsx:
        require("excel", f"{command}: an .xlsx file")
    if not path.parent.is_dir():
        message = f"{command}: folder {path.parent} does not exist"
        raise ConfigurationError(message, "create it, or choose another with --out")
    return form


def write(path: Path, report: Sheets) -> None:
    """Write the report in the format of the file extension; CSV has no second sheet.

    Raises:
        ConfigurationError: as ``writer``, or the file cannot be written.
    """
    form, half = writer(path, report.command), path.with_name(f".{path.name}.tmp")
    try:
        form(half, report)
        half.replace(path)
    except OSError as error:
        message = f"{report.command}: cannot write {path}: {error.strerror}"
        raise ConfigurationError(message, "choose another file with --out") from None
    finally:
        with suppress(OSError):  # it may never have been created
            half.unlink()


def _csv(path: Path, report: Sheets) -> None:
    path.write_text(csv_of(report.rows), encoding="utf-8", newline="")


def _xlsx(path: Path, report: Sheets) -> None:
    from openpyxl import Workbook  # noqa: PLC0415 - slow to import, and rarely needed

    book = Workbook()
    properties = book.properties
    properties.title, properties.creator = report.title, "linernotes"
    properties.created = properties.modified = _naive(report.written_at)
    first = book.worksheets[0]
    first.title = report.title[:31]
    _fill(first, report.rows)
    _fill(book.create_sheet("About"), report.about)
    book.save(path)


def _fill(sheet: "Worksheet", rows: Records) -> None:
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    headings = list(rows[0]) if rows else []
    for column, heading in enumerate(headings, 1):
        cell = sheet.cell(1, column, heading)
        cell.font = Font(bold=True)
        texts = [heading, *(_text(row[heading]) for row in rows)]
        width = min(WIDEST, max(NARROWEST, *(len(text) + 2 for text in texts)))
        sheet.column_dimensions[get_column_letter(column)].width = width
    for number, row in enumerate(rows, 2):
        for column, heading in enumerate(headings, 1):
            _put(sheet.cell(number, column), row[heading])
    sheet.freeze_panes = "A2"


def _put(cell: "Cell | MergedCell", value: object) -> None:
    """Fill a cell with a number, an instant or text; text is never taken for a formula."""
    if isinstance(value, datetime):
        cell.value, cell.number_format = _naive(value), "yyyy-mm-dd hh:mm"
    elif isinstance(value, int | float) and not isinstance(value, bool):
        cell.value, cell.number_format = value, "#,##0" if isinstance(value, int) else "#,##0.0"
    elif value is not None:
        text = _text(value)
        cell.value = text
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(FORMULA_STARTS)
        if text.startswith("https://") and " " not in text:
            cell.hyperlink = text
            cell.style = "Hyperlink"


def _text(value: object) -> str:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415

    text = "" if value is None else ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST_TEXT]


def _naive(moment: datetime) -> datetime:
    """The instant in UTC without its time zone, which spreadsheets do not support."""
    return moment.astimezone(UTC).replace(tzinfo=None)
