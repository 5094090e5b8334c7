"""Blocks → the document as Markdown, and the cells of its tables as rows."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.document import Block, Box, Cell, Paragraph, Table, union_box
from pipeline.normalize.text import join_lines
from pipeline.records import Entity, TableCell


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece of the Markdown stands in the file: from `start` on, up to the next place."""

    start: int
    page: int | None
    box: Box | None


def blocks_to_markdown(blocks: Sequence[Block]) -> tuple[str, list[Place]]:
    """The document as Markdown, and the place of every paragraph and table row in it.

    Headings by level, tables as pipe tables; a merged cell's text stands once, at its top left.
    """
    pieces: list[str] = []
    places: list[Place] = []
    length = 0
    for block in blocks:
        lines = [_paragraph_line(block)] if isinstance(block, Paragraph) else _table_lines(block)
        if not any(line for line, _, _ in lines):
            continue
        for line, page, box in lines:
            places.append(Place(length, page, box))
            pieces.append(line + "\n")
            length += len(line) + 1
        pieces.append("\n")
        length += 1
    return "".join(pieces[:-1]) if pieces else "", places


def locate_entities(entities: Sequence[Entity], places: Sequence[Place]) -> tuple[Entity, ...]:
    """The entities of the Markdown with the page and the box of the line that each stands in."""
    located: list[Entity] = []
    for entity in entities:
        index = bisect_right(places, entity.start, key=lambda place: place.start) - 1
        place = places[index] if index >= 0 else None
        located.append(replace(entity, page=place.page, box=place.box) if place else entity)
    return tuple(located)


Line = tuple[str, int | None, Box | None]


def _paragraph_line(paragraph: Paragraph) -> Line:
    text = " ".join(paragraph.text.split("\n")).strip()
    mark = "#" * min(paragraph.level, 6) + " " if paragraph.level and text else ""
    return mark + text, paragraph.page, paragraph.box


def _table_lines(table: Table) -> list[Line]:
    n_cols = table.n_cols  # asked once: it looks at every cell
    rows: list[list[str]] = [[""] * n_cols for _ in range(table.n_rows)]
    cells: list[list[Cell]] = [[] for _ in rows]
    for cell in table.cells:
        rows[cell.row][cell.col] = join_lines(cell.text).replace("|", "\\|")
        cells[cell.row].append(cell)
    if not rows or not n_cols:
        return []
    lines = [("| " + " | ".join(row) + " |", *_row_place(own)) for row, own in zip(rows, cells, strict=True)]
    return [lines[0], ("|" + " --- |" * n_cols, lines[0][1], lines[0][2]), *lines[1:]]


def _row_place(cells: Sequence[Cell]) -> tuple[int | None, Box | None]:
    page = cells[0].page if cells else None
    return page, union_box([cell.box for cell in cells if cell.box and cell.page == page])


def table_cells(blocks: Sequence[Block]) -> tuple[TableCell, ...]:
    """Every cell of every table, tables numbered from 1 in document order."""
    tables = [block for block in blocks if isinstance(block, Table)]
    return tuple(
        TableCell(
            table_no=number,
            page=cell.page,
            row=cell.row,
            col=cell.col,
            rowspan=cell.rowspan,
            colspan=cell.colspan,
            text=join_lines(cell.text),
            box=cell.box,
            confidence=cell.confidence,
        )
        for number, table in enumerate(tables, 1)
        for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.col))
    )
