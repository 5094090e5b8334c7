"""A page → its blocks in reading order: paragraphs and headings, tables between them."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.document import Block, Box, Page, Table, Word, union_box
from pipeline.layout.columns import find_columns, split_at
from pipeline.layout.lines import Line, line_box, words_to_lines
from pipeline.layout.paragraphs import join_columns, lines_to_paragraphs, measure_lines

Placed = tuple[Box, Table]


def page_to_blocks(page: Page, tables: Sequence[Table]) -> list[Block]:
    """Blocks of a page from the top: words outside `tables` as paragraphs, the tables in their places.

    Where running text is set in two columns, the left one comes before the right one.
    """
    placed = sorted(((box, table) for table in tables if (box := _table_box(table, page.number))), key=_top)
    boxes = [box for box, _ in placed]
    words = [word for word in page.words if not any(box.holds_middle(word.box) for box in boxes)]
    blocks: list[Block] = []
    for columns in find_columns(words, boxes, page.width):
        above, words = _part(words, columns.top)
        placed_above, placed = _part_tables(placed, columns.top)
        blocks.extend(_lay_out(page.number, page.width, above, placed_above))
        inside, words = _part(words, columns.bottom)
        placed_inside, placed = _part_tables(placed, columns.bottom)
        left, right = split_at(inside, columns.gutter)
        at_left = [one for one in placed_inside if one[0].x0 + one[0].x1 < 2 * columns.gutter]
        at_right = [one for one in placed_inside if one[0].x0 + one[0].x1 >= 2 * columns.gutter]
        both = [_lay_out(page.number, _reach(w), w, p) for w, p in ((left, at_left), (right, at_right))]
        blocks.extend(join_columns(*both))
    return [*blocks, *_lay_out(page.number, page.width, words, placed)]


def _reach(words: Sequence[Word]) -> float:
    """The width of a page whose margins would be those of this column."""
    box = line_box(words)
    return box.x0 + box.x1


def _part(words: Sequence[Word], y: float) -> tuple[list[Word], list[Word]]:
    """The words above and those below a height."""
    above = [word for word in words if word.box.y0 + word.box.y1 < 2 * y]
    return above, [word for word in words if word.box.y0 + word.box.y1 >= 2 * y]


def _part_tables(placed: Sequence[Placed], y: float) -> tuple[list[Placed], list[Placed]]:
    above = [one for one in placed if one[0].y0 + one[0].y1 < 2 * y]
    return above, [one for one in placed if one[0].y0 + one[0].y1 >= 2 * y]


def _lay_out(page: int, width: float, words: Sequence[Word], placed: Sequence[Placed]) -> list[Block]:
    """Blocks of what is read straight across: paragraphs by their own measure, tables in their places."""
    lines = words_to_lines(words)
    measure = measure_lines(lines, width)
    blocks: list[Block] = []
    for box, table in placed:
        above = [line for line in lines if _middle(line) < box.y0]
        blocks.extend(lines_to_paragraphs(above, measure, page))
        blocks.append(table)
        lines = lines[len(above) :]
    blocks.extend(lines_to_paragraphs(lines, measure, page))
    return blocks


def _top(placed: Placed) -> tuple[float, float]:
    return placed[0].y0, placed[0].x0


def _table_box(table: Table, page: int) -> Box | None:
    """The box around the table's cells on this page."""
    return union_box([cell.box for cell in table.cells if cell.box and cell.page == page])


def _middle(line: Line) -> float:
    return (line.box.y0 + line.box.y1) / 2
