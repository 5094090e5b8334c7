"""Rows to a spreadsheet workbook for people, beside the CSV for programs.

A CSV has no types: a spreadsheet that opens one takes `=100%` for a formula, `007` for 7 and `1/2` for a date, and
quoting does not stop it. Escaping the CSV would falsify it for every program. So the CSV stays faithful, and the
workbook carries the same rows with typed cells: text is text whatever it begins with, and nothing is ever computed.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import zipfile
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.dataset.codebook import load_codes
from pipeline.dataset.schema import TABLES, Column, TableSchema

if TYPE_CHECKING:
    from pipeline.dataset.rows import CellValue, Row

WORKBOOK_TABLES = ("reports", "evaluations", "funds", "indicators", "figures", "findings", "links")
ROWS_MAX = 1_048_575  # of a sheet, below its head
CELL_CHARS_MAX = 32_767
NUMBER_DIGITS_MAX = 15  # a spreadsheet computes in doubles: more digits are shown as text, to stay exact
COLUMN_WIDTHS = {"text": 18, "code": 14, "money": 18, "int": 8, "decimal": 10, "date": 12, "ratio": 8}
CORE_PROPERTIES = "docProps/core.xml"
PIECE_BYTES = 1 << 20
NOTE_AUTHOR = "jixiao"
NOTE_HEIGHT_PX, NOTE_WIDTH_PX = 60, 240
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
NUMBER_FORMATS = {"money": "#,##0.00", "date": "yyyy-mm-dd"}
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r")
_NOT_PLAIN_START = (*_FORMULA_START, "#")  # openpyxl takes `#N/A` for an error
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MODIFIED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


class WorkbookFile:
    """`dataset.xlsx`: what columns and codes mean, then a sheet per table; same rows, same bytes every time.

    The heads of a table are the columns' names, with a filter, and a note that says in Chinese what each means.
    """

    def __init__(self, path: Path, n_rows: dict[str, int]) -> None:
        from openpyxl import Workbook

        self._path = path
        self._book = Workbook(write_only=True)
        self._n_rows = n_rows
        _write_notes(self._book.create_sheet("说明"), n_rows)
        _write_codes(self._book.create_sheet("代码"))

    def add_sheet(self, table: TableSchema) -> Callable[[Iterable[Row]], None] | None:
        """What appends rows to the sheet of a table; those beyond what a sheet holds are left out. None: no sheet."""
        from openpyxl.utils import get_column_letter

        if table.name not in WORKBOOK_TABLES:
            return None
        sheet = self._book.create_sheet(table.name)
        sheet.freeze_panes = "A2"
        for number, column in enumerate(table.columns, 1):
            sheet.column_dimensions[get_column_letter(number)].width = COLUMN_WIDTHS[column.type]
        last_row = min(self._n_rows[table.name], ROWS_MAX) + 1
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{last_row}"
        sheet.append([_head_cell(sheet, column) for column in table.columns])
        cells = [_ColumnCells(sheet, column) for column in table.columns]
        room = iter(range(ROWS_MAX))

        def append(rows: Iterable[Row]) -> None:
            for row, _ in zip(rows, room, strict=False):
                sheet.append([column.cell(value) for column, value in zip(cells, row, strict=True)])

        return append

    def __enter__(self) -> WorkbookFile:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        from lxml.etree import LxmlError
        from openpyxl.writer.excel import ExcelWriter

        for sheet in self._book.worksheets:
            with contextlib.nullcontext() if kind is None else contextlib.suppress(OSError, LxmlError):
                sheet.close()
        if kind is None:
            with _TimelessZip(self._path, "w", zipfile.ZIP_DEFLATED) as archive:
                ExcelWriter(self._book, archive).write_data()


class _TimelessZip(zipfile.ZipFile):
    """A zip whose bytes do not depend on the clock."""

    def write(self, filename: Any, arcname: Any = None, *_: Any) -> None:
        """Add a file, in pieces."""
        with Path(filename).open("rb") as source, self.open(self._entry(str(arcname)), "w", force_zip64=True) as target:
            shutil.copyfileobj(source, target, PIECE_BYTES)

    def writestr(self, name: Any, content: Any, *_: Any) -> None:
        """Add a text or bytes."""
        content = content.encode("utf-8") if isinstance(content, str) else content
        if name == CORE_PROPERTIES:
            content = _MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z", content)
        super().writestr(self._entry(name), content)

    @staticmethod
    def _entry(name: str) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(name, ZIP_TIME)
        entry.compress_type = zipfile.ZIP_DEFLATED
        return entry


def _write_notes(sheet: Any, n_rows: dict[str, int]) -> None:
    """The first sheet: the codebook, and how many rows each table has."""
    for letter, width in zip("ABCDE", (14, 20, 10, 46, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    heads = ("table 表", "column 列", "rows 行数", "含义", "meaning")
    sheet.append([_text_cell(sheet, head, bold=True) for head in heads])
    for table in TABLES:
        n = n_rows[table.name]
        where = "" if table.name in WORKBOOK_TABLES and n <= ROWS_MAX else f"（全部数据见 {table.name}.csv）"
        sheet.append([table.name, None, n, table.zh + where, table.en])
        for column in table.columns:
            sheet.append([table.name, column.name, None, column.zh, column.en])


def _write_codes(sheet: Any) -> None:
    """The second sheet: every code of a column with its Chinese term."""
    for letter, width in zip("ABC", (22, 24, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.append([_text_cell(sheet, head, bold=True) for head in ("column 列", "code 代码", "含义")])
    for name, codes in load_codes().items():
        for code, term in codes.items():
            sheet.append([name, code, term])


class _ColumnCells:
    """Turns the values of one column into what openpyxl writes as typed cells: text, exact numbers, dates.

    Numbers that a double does not hold exactly become text. Plain values are written fastest; a cell is needed only for
    a format, and one does for all rows, because each row is written at once.
    """

    def __init__(self, sheet: Any, column: Column) -> None:
        from openpyxl.cell import WriteOnlyCell

        self._sheet = sheet
        self._formatted = WriteOnlyCell(sheet) if column.type in NUMBER_FORMATS else None
        if self._formatted is not None:
            self._formatted.number_format = NUMBER_FORMATS[column.type]

    def cell(self, value: CellValue) -> Any:
        """What shows a value; None where there is none."""
        if isinstance(value, Decimal):
            value = value.normalize()
            if len(value.as_tuple().digits) > NUMBER_DIGITS_MAX:
                value = f"{value:f}"
        if isinstance(value, str):
            return _text_cell(self._sheet, value) if value.startswith(_NOT_PLAIN_START) else _printable(value)
        if value is None or self._formatted is None:
            return value
        self._formatted.value = value
        return self._formatted


def _head_cell(sheet: Any, column: Column) -> Any:
    """The head of a column: its name, and what it means as a note."""
    from openpyxl.comments import Comment

    cell = _text_cell(sheet, column.name, bold=True)
    cell.comment = Comment(column.zh, NOTE_AUTHOR, height=NOTE_HEIGHT_PX, width=NOTE_WIDTH_PX)
    return cell


def _text_cell(sheet: Any, text: str, *, bold: bool = False) -> Any:
    """A cell of text that stays text, also when somebody edits it (Excel's own mark for that is `quotePrefix`)."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    cell = WriteOnlyCell(sheet, _printable(text))
    cell.data_type = "s"
    if text.startswith(_FORMULA_START):
        cell.quotePrefix = True
    if bold:
        cell.font = Font(bold=True)
    return cell


def _printable(text: str) -> str:
    """The text as a sheet can hold it."""
    return _NOT_IN_XML.sub("\ufffd", text)[:CELL_CHARS_MAX]
