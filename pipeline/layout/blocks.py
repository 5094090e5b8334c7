"""A page → its blocks in reading order: paragraphs and headings, tables between them."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.document import Block, Box, Page, Table, union_box
from pipeline.layout.lines import Line, words_to_lines
from pipeline.layout.paragraphs import lines_to_paragraphs, measure_lines


def page_to_blocks(page: Page, tables: Sequence[Table]) -> list[Block]:
    """Blocks of a page from the top: words outside `tables` as paragraphs, the tables in their places."""
    placed = sorted(((box, table) for table in tables if (box := _table_box(table, page.number))), key=_top)
    boxes = [box for box, _ in placed]
    lines = words_to_lines([word for word in page.words if not any(box.holds_middle(word.box) for box in boxes)])
    measure = measure_lines(lines, page.width)
    blocks: list[Block] = []
    for box, table in placed:
        above = [line for line in lines if _middle(line) < box.y0]
        blocks.extend(lines_to_paragraphs(above, measure, page.number))
        blocks.append(table)
        lines = lines[len(above) :]
    blocks.extend(lines_to_paragraphs(lines, measure, page.number))
    return blocks


def _top(placed: tuple[Box, Table]) -> tuple[float, float]:
    return placed[0].y0, placed[0].x0


def _table_box(table: Table, page: int) -> Box | None:
    """The box around the table's cells on this page."""
    return union_box([cell.box for cell in table.cells if cell.box and cell.page == page])


def _middle(line: Line) -> float:
    return (line.box.y0 + line.box.y1) / 2
