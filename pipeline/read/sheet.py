"""Spreadsheets: every visible sheet as paragraphs and exact tables, numbers as the cells show them."""

from __future__ import annotations

import csv
import io
import struct
from collections.abc import Iterable, Iterator
from typing import Any

from pipeline.document import Block, Document, Issue, Paragraph, Source
from pipeline.errors import InputError
from pipeline.read.encoding import declared_charset, decode
from pipeline.read.grid import clean_text
from pipeline.read.number_format import shown_number
from pipeline.read.package import Package
from pipeline.read.pictures import PictureShelf
from pipeline.read.sheet_blocks import Sheet, Span, check_cell_count, sheet_to_blocks
from pipeline.read.sheet_hidden import UnreadCells, drop_hidden
from pipeline.read.source import find_delimiter
from pipeline.read.text import encoding_issues
from pipeline.read.xlsx import read_sheets

MAX_CSV_BYTES = 50_000_000

MAX_FIELD_CHARS = 100_000  # a longer field is a quote that never closes; the module's own limit belongs to the process


def read_xlsx(source: Source) -> Document:
    """Paragraphs and tables of the visible sheets of an xlsx; formulas give the value that was saved with them.

    The sheet is streamed and only cells with words count: ten million declared empty cells cost nothing.
    Raises InputError for truncated, hostile and oversized packages.
    """
    return xlsx_to_document(source, source.content)


def xlsx_to_document(source: Source, content: bytes) -> Document:
    """The Document of `source` out of xlsx bytes, which may have been converted from what the source holds."""
    package = Package(content)
    unread = UnreadCells()
    return sheets_to_document(source, read_sheets(package, unread), unread=unread)


def read_xls(source: Source) -> Document:
    """Paragraphs and tables of the visible sheets of an xls (also xlsb, ods and Excel 2003 XML, by LibreOffice)."""
    from pipeline.read.office import convert

    if source.media_type != "application/vnd.ms-excel":
        return xlsx_to_document(source, convert(source, "xlsx"))
    unread = UnreadCells()
    return sheets_to_document(source, _read_xls_sheets(source, unread), unread=unread)


def read_csv(source: Source) -> Document:
    """The table of a CSV or TSV file, fields exactly as written; title lines above it become paragraphs."""
    if len(source.content) > MAX_CSV_BYTES:
        raise InputError(f"CSV 文件超过 {MAX_CSV_BYTES // 1_000_000} MB，不像绩效文件：请拆分后再读取")
    decoded = decode(source.content, declared_charset(source.content))
    delimiter = find_delimiter(decoded, source.name) or ","
    texts: dict[tuple[int, int], str] = {}
    for row, fields in enumerate(_csv_rows(decoded.text, delimiter)):
        for col, text in enumerate(fields):
            if cleaned := clean_text(text):
                texts[row, col] = cleaned
        check_cell_count(len(texts))
    return sheets_to_document(source, [Sheet("", texts, ())], encoding_issues(decoded.n_replaced))


def _csv_rows(text: str, delimiter: str) -> list[list[str]]:
    """The fields of each record; of each line where a quote that never closes makes no records."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        rows = []
    if not rows or any(len(field) > MAX_FIELD_CHARS for row in rows for field in row):
        return [line.split(delimiter) for line in text.splitlines()]
    return rows


def sheets_to_document(
    source: Source, sheets: Iterable[Sheet], issues: tuple[Issue, ...] = (), unread: UnreadCells | None = None
) -> Document:
    """The blocks of all sheets in order, the marks of a sheet's pictures behind its cells, sheet names as meta.

    `unread` is filled while the sheets are read, and asked afterwards.
    """
    blocks: list[Block] = []
    meta: list[tuple[str, str]] = []
    shelf = PictureShelf()
    for sheet in sheets:
        if not sheet.texts and not sheet.pictures:
            continue
        if sheet.texts:
            blocks.extend(sheet_to_blocks(sheet))
        blocks.extend(Paragraph(mark) for picture in sheet.pictures if (mark := shelf.add(picture)))
        if sheet.name:
            meta.append(("工作表", sheet.name))
    issues = (*issues, *(unread.issues() if unread else ()), *shelf.issues("表格"))
    return Document(
        source=source, blocks=tuple(blocks), issues=issues, pictures=tuple(shelf.pictures), meta=tuple(meta)
    )


def _read_xls_sheets(source: Source, unread: UnreadCells) -> Iterator[Sheet]:
    """The visible sheets of a BIFF workbook."""
    import xlrd
    from xlrd.compdoc import CompDocError

    try:
        book = xlrd.open_workbook(file_contents=source.content, formatting_info=True, logfile=io.StringIO())
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise InputError("文件已加密：请先用 Excel/WPS 解除密码保护再读取") from error
        raise InputError("xls 文件已损坏或版本过旧：请用 Excel/WPS 打开后另存为 xlsx") from error
    except (
        CompDocError,
        struct.error,
        AssertionError,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        ArithmeticError,
    ) as error:
        raise InputError("xls 文件已损坏：请用 Excel/WPS 打开后另存为 xlsx") from error
    n_cells = 0
    for sheet in book.sheets():
        if sheet.visibility != 0:
            continue
        texts = {
            (row, col): text
            for row in range(sheet.nrows)
            for col in range(sheet.row_len(row))
            if (text := clean_text(_shown_xls_cell(book, sheet.cell(row, col))))
        }
        n_cells += len(texts)
        check_cell_count(n_cells)
        spans = tuple(Span(top, left, bottom, right) for top, bottom, left, right in sheet.merged_cells)
        rows = {row for row, shown in sheet.rowinfo_map.items() if shown.hidden and not shown.outline_level}
        cols = {col for col, shown in sheet.colinfo_map.items() if shown.hidden and not shown.outline_level}
        yield drop_hidden(Sheet(sheet.name, texts, spans), rows, cols, unread)


def _shown_xls_cell(book: Any, cell: Any) -> str:
    """The text that a cell of an xls shows; xlrd's numbers are doubles, whose shortest form is the stored decimal."""
    import xlrd

    if cell.ctype == xlrd.XL_CELL_TEXT:
        return str(cell.value)
    if cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        code = "General"
        if cell.xf_index is not None and cell.xf_index < len(book.xf_list):
            found = book.format_map.get(book.xf_list[cell.xf_index].format_key)
            code = found.format_str if found is not None else code
        return shown_number(repr(cell.value), code, book.datemode == 1)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if cell.value else "FALSE"
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, ""))
    return ""
