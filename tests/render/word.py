"""A golden document as a Word file with merged cells."""

from __future__ import annotations

import io
from typing import Any

from render.sample import Grid, Line, Sample

FONT_PT = 10.5


def add_line(document: Any, line: Line) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    align = {"left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
    paragraph = document.add_heading(line.text, line.level) if line.level else document.add_paragraph(line.text)
    paragraph.alignment = align[line.align]


def add_grid(document: Any, grid: Grid) -> None:
    table = document.add_table(grid.n_rows, len(grid.widths), "Table Grid")
    places = [row.cells for row in table.rows]
    for cell in grid.cells:
        place = places[cell.row][cell.col]
        if cell.rowspan > 1 or cell.colspan > 1:
            place = place.merge(places[cell.row + cell.rowspan - 1][cell.col + cell.colspan - 1])
        place.text = cell.text


def render_docx(sample: Sample) -> bytes:
    """The document as a .docx file."""
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.shared import Pt

    document = docx.Document()
    document.styles["Normal"].font.size = Pt(FONT_PT)
    section = document.sections[0]
    if sample.landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    for block in sample.blocks:
        if isinstance(block, Grid):
            add_grid(document, block)
        else:
            add_line(document, block)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()
