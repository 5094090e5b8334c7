"""A golden document as a spreadsheet: text lines above and below the forms, numbers as numbers with their formats."""

from __future__ import annotations

import io
import re
from typing import Any

from render.sample import Grid, Line, Sample

PLAIN = re.compile(r"-?(?:0|[1-9]\d{0,8})(?:\.(\d+))?")
GROUPED = re.compile(r"-?[1-9]\d{0,2}(?:,\d{3})+(?:\.(\d+))?")
PERCENT = re.compile(r"(-?\d+(?:\.(\d+))?)%")


def text_to_value(text: str) -> tuple[Any, str]:
    """What a clerk would have typed and the format that shows it as printed; text where it is no plain number."""
    if match := PERCENT.fullmatch(text):
        digits = len(match[2] or "")
        return round(float(match[1]) / 100, digits + 4), "0%" if not digits else "0." + "0" * digits + "%"
    if match := GROUPED.fullmatch(text):
        digits = len(match[1] or "")
        return float(text.replace(",", "")), "#,##0" + ("." + "0" * digits if digits else "")
    if match := PLAIN.fullmatch(text):
        digits = len(match[1] or "")
        return (float(text), "0." + "0" * digits) if digits else (int(text), "General")
    return text, "@"


def write_line(sheet: Any, top: int, line: Line, width: int) -> int:
    """The row below the line, which is written into one row merged across the form."""
    sheet.cell(top, 1, line.text)
    if width > 1:
        sheet.merge_cells(start_row=top, start_column=1, end_row=top, end_column=width)
    return top + 1


def write_grid(sheet: Any, top: int, grid: Grid) -> int:
    """The row below the table; merged cells are merged, numbers carry their format."""
    for cell in grid.cells:
        row, col = top + cell.row, 1 + cell.col
        if cell.text:
            value, number_format = text_to_value(cell.text)
            place = sheet.cell(row, col, value)
            place.number_format = number_format
            if isinstance(value, str):
                place.data_type = "s"  # `=6个` is text, no formula
        if cell.rowspan > 1 or cell.colspan > 1:
            sheet.merge_cells(
                start_row=row, start_column=col, end_row=row + cell.rowspan - 1, end_column=col + cell.colspan - 1
            )
    return top + grid.n_rows


def render_xlsx(sample: Sample) -> bytes:
    """The document as one sheet of an .xlsx file."""
    import openpyxl

    workbook = openpyxl.Workbook()
    sheet = workbook.active
    width = max((len(b.widths) for b in sample.blocks if isinstance(b, Grid)), default=1)
    top = 1
    for block in sample.blocks:
        top = write_grid(sheet, top, block) if isinstance(block, Grid) else write_line(sheet, top, block, width)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()
