"""Invented pages for the tests: drawn as PDF, or put together from words and rulings."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pipeline.document import Box, Cell, Page, Ruling, Source, Table, Word

A4 = (595.0, 842.0)
FONT = "STSong-Light"  # one of the fonts that every PDF reader brings: no font file is needed
Draw = Callable[[Any], None]


def pdf_bytes(*pages: Draw, size: tuple[float, float] = A4, turn: int = 0, **options: Any) -> bytes:
    """A PDF whose pages are drawn by these functions; `options` go to the canvas (`encrypt`)."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=size, **options)
    for draw in pages:
        canvas.setFont(FONT, 12)
        canvas.setPageRotation(turn)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def pdf_source(content: bytes, name: str = "sample.pdf") -> Source:
    return Source(name, name, "pdf", "application/pdf", content, hashlib.sha256(content).hexdigest())


def source_of(*pages: Draw, **options: Any) -> Source:
    return pdf_source(pdf_bytes(*pages, **options))


def word(text: str, x: float, y: float, size: float = 10.0) -> Word:
    """A word whose top left corner is (x, y), each 汉字 as wide as high and other characters half as wide."""
    width = sum(size / 2 if char.isascii() else size for char in text)
    return Word(text, Box(x, y, x + width, y + size), size=size)


def page_of(words: Sequence[Word] = (), rulings: Sequence[Ruling] = (), number: int = 1, by_ocr: bool = False) -> Page:
    return Page(number, *A4, tuple(words), tuple(rulings), by_ocr)


def line_words(*lines: str, x: float = 80.0, y: float = 100.0, size: float = 12.0, pitch: float = 20.0) -> list[Word]:
    """One word per line; two blanks of 汉字 width at the start of a line indent it."""
    words = []
    for number, line in enumerate(lines):
        text = line.lstrip("\u3000")
        words.append(word(text, x + (len(line) - len(text)) * size, y + number * pitch, size))
    return words


def cell(row: int, col: int, text: str = "", rowspan: int = 1, colspan: int = 1) -> Cell:
    return Cell(row, col, text, rowspan, colspan)


def place_cells(
    cells: Sequence[Cell], page: int = 1, x: float = 60.0, y: float = 120.0, width: float = 60.0, height: float = 30.0
) -> Table:
    """The table with all columns and rows of one size, on a page."""
    return Table(
        tuple(
            Cell(
                c.row,
                c.col,
                c.text,
                c.rowspan,
                c.colspan,
                page,
                Box(
                    x + c.col * width,
                    y + c.row * height,
                    x + (c.col + c.colspan) * width,
                    y + (c.row + c.rowspan) * height,
                ),
            )
            for c in cells
        ),
        "ruled",
    )


def draw_cells(table: Table) -> Iterator[Ruling]:
    """The four sides of every cell."""
    for c in table.cells:
        if c.box:
            x0, y0, x1, y1 = c.box
            yield from (Ruling(x0, y0, x1, y0), Ruling(x0, y1, x1, y1), Ruling(x0, y0, x0, y1), Ruling(x1, y0, x1, y1))


def write_cells(table: Table, size: float = 8.0) -> Iterator[Word]:
    """The lines of text of every cell, from its top left corner."""
    for c in table.cells:
        if c.box and c.text:
            for number, line in enumerate(c.text.split("\n")):
                yield word(line, c.box.x0 + 3, c.box.y0 + 3 + number * (size + 1), size)


def page_with(table: Table, *more: Word, number: int = 1) -> Page:
    return page_of([*write_cells(table), *more], list(draw_cells(table)), number)


def shape(table: Table) -> set[tuple[int, int, int, int, str]]:
    """What a table says, without geometry."""
    return {(c.row, c.col, c.rowspan, c.colspan, c.text) for c in table.cells}
