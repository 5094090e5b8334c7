"""A golden document as a PDF with ruled cells.

A table that does not fit is continued on the next page without its heads.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any, Literal
from xml.sax.saxutils import escape

from render.sample import Align, Grid, GridCell, Line, Sample

FONT = "STSong-Light"
MARGIN_PT = 48.0
PAD_PT = 3.0
GAP_PT = 6.0
CELL_SIZE_PT = 9.0
TEXT_SIZE_PT = 11.0
HEAD_SIZE_PT = 16.0
ALIGNMENT: dict[Align, Literal[0, 1, 2]] = {"left": 0, "center": 1, "right": 2}


def paragraph(text: str, size: float, align: Align = "left", indent: float = 0.0) -> Any:
    """Text that wraps between any two Chinese characters, as a flowable."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    style = ParagraphStyle(
        "s",
        fontName=FONT,
        fontSize=size,
        leading=size * 1.35,
        wordWrap="CJK",
        alignment=ALIGNMENT[align],
        firstLineIndent=indent,
    )
    return Paragraph("<br/>".join(escape(part) for part in text.split("\n")), style)


@dataclass
class Pen:
    """The place on the page at which the next thing is drawn; y counts from the top."""

    canvas: Any
    width: float
    height: float
    y: float = MARGIN_PT

    @property
    def inner_width(self) -> float:
        return self.width - 2 * MARGIN_PT

    @property
    def room(self) -> float:
        return self.height - MARGIN_PT - self.y

    def turn(self) -> None:
        self.canvas.showPage()
        self.y = MARGIN_PT


def draw_line(pen: Pen, line: Line) -> None:
    size = HEAD_SIZE_PT if line.level == 1 else TEXT_SIZE_PT
    if "　" in line.text:
        draw_spaced(pen, line.text, size, line.align)
        return
    indent = 2 * size if line.align == "left" and not line.level else 0.0
    flowable = paragraph(line.text, size, line.align, indent)
    _, height = flowable.wrap(pen.inner_width, pen.height)
    if height > pen.room:
        pen.turn()
    flowable.drawOn(pen.canvas, MARGIN_PT, pen.height - pen.y - height)
    pen.y += height + GAP_PT


def draw_spaced(pen: Pen, text: str, size: float, align: Align) -> None:
    """One line with its wide blanks kept: wrapping would fold them into one."""
    width = pen.canvas.stringWidth(text, FONT, size)
    if width > pen.inner_width:
        raise ValueError("a line with wide blanks does not fit")
    if size > pen.room:
        pen.turn()
    left = {"left": 0.0, "center": (pen.inner_width - width) / 2, "right": pen.inner_width - width}[align]
    pen.canvas.setFont(FONT, size)
    pen.canvas.drawString(MARGIN_PT + left, pen.height - pen.y - size, text)
    pen.y += size + GAP_PT


def column_edges(grid: Grid, width: float) -> list[float]:
    total = sum(grid.widths)
    edges = [0.0]
    for part in grid.widths:
        edges.append(edges[-1] + width * part / total)
    return edges


def cell_height(cell: GridCell, edges: list[float]) -> float:
    inner = edges[cell.col + cell.colspan] - edges[cell.col] - 2 * PAD_PT
    return float(paragraph(cell.text or "　", CELL_SIZE_PT).wrap(inner, 10_000.0)[1]) + 2 * PAD_PT


def row_heights(grid: Grid, edges: list[float]) -> list[float]:
    """Heights at which every cell's text fits; a merged cell that needs more stretches its last row."""
    heights = [0.0] * grid.n_rows
    for cell in sorted(grid.cells, key=lambda c: c.rowspan):
        rows = range(cell.row, cell.row + cell.rowspan)
        missing = cell_height(cell, edges) - sum(heights[r] for r in rows)
        heights[rows[-1]] += max(0.0, missing)
    return heights


def next_cut(grid: Grid, heights: list[float], edges: list[float], first: int, room: float) -> int:
    """The row before which the page ends: as late as the room allows, where no text of a merged cell is cut off."""
    cut, used = first, 0.0
    while cut < grid.n_rows and used + heights[cut] <= room:
        used += heights[cut]
        cut += 1
    while first < cut < grid.n_rows:
        crossing = [c for c in grid.cells if first <= c.row < cut < c.row + c.rowspan]
        if all(sum(heights[c.row : cut]) >= cell_height(c, edges) for c in crossing):
            break
        cut -= 1
    return cut


def draw_rows(pen: Pen, grid: Grid, heights: list[float], edges: list[float], first: int, last: int) -> None:
    """The rows of one page: cells that began on the page before are drawn on as blank cells."""
    for cell in grid.cells:
        top, bottom = max(cell.row, first), min(cell.row + cell.rowspan, last)
        if top >= bottom:
            continue
        x0, x1 = MARGIN_PT + edges[cell.col], MARGIN_PT + edges[cell.col + cell.colspan]
        y0 = pen.y + sum(heights[first:top])
        height = sum(heights[top:bottom])
        pen.canvas.rect(x0, pen.height - y0 - height, x1 - x0, height)
        if cell.row >= first and cell.text:
            flowable = paragraph(cell.text, CELL_SIZE_PT)
            _, text_height = flowable.wrap(x1 - x0 - 2 * PAD_PT, 10_000.0)
            flowable.drawOn(pen.canvas, x0 + PAD_PT, pen.height - y0 - (height + text_height) / 2)
    pen.y += sum(heights[first:last]) + GAP_PT


def draw_grid(pen: Pen, grid: Grid) -> None:
    edges = column_edges(grid, pen.inner_width)
    heights = row_heights(grid, edges)
    first = 0
    while first < grid.n_rows:
        cut = next_cut(grid, heights, edges, first, pen.room)
        if cut == first:
            if pen.y == MARGIN_PT:
                raise ValueError("a row is higher than a page")
            pen.turn()
            continue
        draw_rows(pen, grid, heights, edges, first, cut)
        first = cut
        if first < grid.n_rows:
            pen.turn()


def render_pdf(sample: Sample) -> bytes:
    """The document as a PDF with a text layer; the same bytes each time."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    size = landscape(A4) if sample.landscape else A4
    file = io.BytesIO()
    pen = Pen(Canvas(file, pagesize=size, invariant=1), *size)
    for block in sample.blocks:
        if isinstance(block, Grid):
            draw_grid(pen, block)
        else:
            draw_line(pen, block)
    pen.canvas.showPage()
    pen.canvas.save()
    return file.getvalue()
