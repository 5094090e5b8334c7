"""Rows to a spreadsheet workbook for people, beside the CSV for programs.

A CSV has no types: a spreadsheet that opens one takes `=100%` for a formula, `007` for 7 and `1/2` for a date, and
quoting does not stop it. Escaping the CSV would falsify it for every program. So the CSV stays faithful, and the
workbook carries the same rows with typed cells: text is text whatever it begins with, and nothing is ever computed.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.dataset.schema import TABLES, Column, TableSchema

if TYPE_CHECKING:
    from pipeline.dataset.rows import CellValue, Dataset, Row

WORKBOOK_TABLES = ("reports", "evaluations", "funds", "indicators", "figures", "findings")
ROWS_MAX = 1_048_575  # of a sheet, below its head
CELL_CHARS_MAX = 32_767
NUMBER_DIGITS_MAX = 15  # a spreadsheet computes in doubles: more digits are shown as text, to stay exact
COLUMN_WIDTHS = {"text": 18, "code": 14, "money": 18, "int": 8, "decimal": 10, "date": 12, "ratio": 8}
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MODIFIED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


def write_workbook(dataset: Dataset, path: Path) -> None:
    """`dataset.xlsx`: a sheet on what the columns mean, then a sheet per table; same rows, same bytes every time."""
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    notes = workbook.create_sheet("说明")
    _write_notes(notes, dataset)
    for table in TABLES:
        if table.name in WORKBOOK_TABLES:
            sheet = workbook.create_sheet(table.name)
            _write_sheet(sheet, table, islice(dataset.iter_rows(table.name), ROWS_MAX))
    workbook.save(path)
    _fix_times(path)


def _write_notes(sheet: Any, dataset: Dataset) -> None:
    """The first sheet: the codebook, and how many rows each table has."""
    for letter, width in zip("ABCDE", (14, 20, 10, 46, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    heads = ("table 表", "column 列", "rows 行数", "含义", "meaning")
    sheet.append([_text_cell(sheet, head, bold=True) for head in heads])
    for table in TABLES:
        n_rows = dataset.n_rows(table.name)
        where = "" if table.name in WORKBOOK_TABLES and n_rows <= ROWS_MAX else f"（全部数据见 {table.name}.csv）"
        sheet.append([table.name, None, n_rows, table.zh + where, table.en])
        for column in table.columns:
            sheet.append([table.name, column.name, None, column.zh, column.en])


def _write_sheet(sheet: Any, table: TableSchema, rows: Iterable[Row]) -> None:
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    for number, column in enumerate(table.columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = COLUMN_WIDTHS[column.type]
    sheet.append([_text_cell(sheet, column.name, bold=True) for column in table.columns])
    for row in rows:
        sheet.append([_cell(sheet, value, column) for value, column in zip(row, table.columns, strict=True)])


def _cell(sheet: Any, value: CellValue, column: Column) -> Any:
    """The value as a typed cell: numbers that a double holds exactly as numbers, all else as text."""
    from openpyxl.cell import WriteOnlyCell

    if value is None:
        return None
    if isinstance(value, str):
        return _text_cell(sheet, value)
    if isinstance(value, Decimal) and len(value.normalize().as_tuple().digits) > NUMBER_DIGITS_MAX:
        return _text_cell(sheet, f"{value:f}")
    cell: Any = WriteOnlyCell(sheet)
    cell.value = value.normalize() if isinstance(value, Decimal) else value
    if column.type == "money":
        cell.number_format = "#,##0.00"
    elif column.type == "date":
        cell.number_format = "yyyy-mm-dd"
    return cell


def _text_cell(sheet: Any, text: str, *, bold: bool = False) -> Any:
    """A cell of text that stays text, also when somebody edits it (Excel's own mark for that is `quotePrefix`)."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    cell = WriteOnlyCell(sheet, _NOT_IN_XML.sub("\ufffd", text)[:CELL_CHARS_MAX])
    cell.data_type = "s"
    if text.startswith(_FORMULA_START):
        cell.quotePrefix = True
    if bold:
        cell.font = Font(bold=True)
    return cell


def _fix_times(path: Path) -> None:
    """Rewrite the workbook with fixed times, so that two runs over the same input are byte-identical."""
    with zipfile.ZipFile(path) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z", content)
            entry = zipfile.ZipInfo(name, ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
