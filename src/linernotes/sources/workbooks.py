"""The sheets of a workbook (xlsx), each as a table in CSV, so that it is read like any other table."""

import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from functools import partial
from typing import IO, Any, cast

from linernotes.core.extras import is_installed
from linernotes.sources.archives import HistoryFile, Unread

SAVE_AS_CSV = Unread(
    "a workbook, which needs openpyxl to be read", "save the sheet as CSV, or pip install 'linernotes[excel]'"
)
BROKEN = Unread("the workbook is damaged", "open it, save the sheet as CSV and import that")
ROWS = 500  # turned into text at a time


def sheets(archive: zipfile.ZipFile, name: str, given: str | None) -> Iterator[HistoryFile]:
    """A file for each sheet of the workbook in this zip."""
    if not is_installed("openpyxl"):
        yield HistoryFile(name, io.BytesIO, given=given, refused=SAVE_AS_CSV)
        return
    from openpyxl import load_workbook  # noqa: PLC0415 - it is an extra

    try:
        workbook = load_workbook(cast("IO[bytes]", archive.fp), read_only=True, data_only=True)
        names = workbook.sheetnames
    except Exception:
        yield HistoryFile(name, io.BytesIO, given=given, refused=BROKEN)
        return
    for sheet in names:
        only = given if len(names) == 1 else None
        yield HistoryFile(f"{name}/{sheet}", partial(_open_sheet, workbook, sheet), given=only)


def _open_sheet(workbook: Any, name: str) -> IO[bytes]:
    return cast("IO[bytes]", io.BufferedReader(SheetBytes(workbook[name].iter_rows(values_only=True))))


class SheetBytes(io.RawIOBase):
    """The rows of a sheet as the bytes of a table."""

    def __init__(self, rows: Iterator[tuple[Any, ...]]) -> None:
        self._rows, self._left = rows, b""

    def readable(self) -> bool:
        """Always true; called by BufferedReader."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed asks for a private type
        """Fill the buffer with the next bytes; 0 at the end."""
        if not self._left:
            self._left = self._next()
        taken = self._left[: len(buffer)]
        buffer[: len(taken)] = taken
        self._left = self._left[len(taken) :]
        return len(taken)

    def _next(self) -> bytes:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        try:
            for _, row in zip(range(ROWS), self._rows, strict=False):
                writer.writerow(map(_cell, row))
        except Exception as error:  # whatever a library says about a broken file
            raise OSError(BROKEN.reason) from error
        return text.getvalue().encode("utf-8", "replace")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    with suppress(ValueError, OverflowError):
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
    return str(value)
