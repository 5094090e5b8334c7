"""Rows of a sheet that are lines of text: a sheet has no paragraphs, its title is a cell merged over all columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.document import Block, Cell, Paragraph, Table
from pipeline.normalize.text import fold, join_lines


def lift_lines(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with every row that is one cell over the whole width of its table as a paragraph.

    The rows between two such lines stay a table of their own, counted from 0.
    """
    lifted: list[Block] = []
    for block in blocks:
        lifted.extend(split_at_lines(block) if isinstance(block, Table) else [block])
    return lifted


def split_at_lines(table: Table) -> list[Block]:
    """A table as paragraphs and tables, cut at the rows that are lines."""
    width = table.n_cols
    lines = {row: cell for row in range(table.n_rows) if (cell := line_of_row(table, row, width))}
    if width < 2 or not lines:
        return [table]
    blocks: list[Block] = []
    start = 0
    for row in [*sorted(lines), table.n_rows]:
        part = slice_rows(table, start, row)
        if part:
            blocks.append(part)
        if row in lines:
            cell = lines[row]
            blocks.append(Paragraph(join_lines(cell.text), page=cell.page, box=cell.box, centered=True))
        start = row + 1
    return blocks


def line_of_row(table: Table, row: int, width: int) -> Cell | None:
    """The one cell with text of a row that no cell spans into, where it covers every column."""
    covering = [cell for cell in table.cells if cell.row <= row < cell.row + cell.rowspan and fold(cell.text)]
    if len(covering) != 1:
        return None
    cell = covering[0]
    return cell if cell.rowspan == 1 and cell.colspan == width else None


def slice_rows(table: Table, start: int, end: int) -> Table | None:
    """Rows `start` to `end` of a table, counted from 0; None where they hold no text."""
    cells = [cell for cell in table.cells if start <= cell.row < end]
    if not any(fold(cell.text) for cell in cells):
        return None
    return Table(tuple(replace(cell, row=cell.row - start) for cell in cells), table.origin)
