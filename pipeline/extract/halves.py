"""Forms that stand side by side in one table → a table for each."""

from __future__ import annotations

from dataclasses import replace

from pipeline.document import Cell, Table
from pipeline.extract.grid import Grid, table_to_grid
from pipeline.labels import head_field, is_known_label
from pipeline.normalize.text import fold

MIN_MIRRORED = 3  # labels of the left form that the right one repeats, each in its own row
MIN_COLS = 2  # a form is no narrower


def split_side_by_side(table: Table) -> tuple[Table, ...]:
    """The forms of a table from left to right; the table itself where it holds one.

    A second form begins at the column that repeats, row by row, every known label of the first column, the project's
    name among them. Statements (收入 | 支出) repeat no such name and stay whole.
    """
    grid = table_to_grid(table)
    labels = {row: text for row in grid if (text := _label(grid, row, 0)) is not None}
    if len(labels) < MIN_MIRRORED or not any(head_field("labels", text) == "subject" for text in labels.values()):
        return (table,)
    for col in range(MIN_COLS, table.n_cols - MIN_COLS + 1):
        if all(_label(grid, row, col) == text for row, text in labels.items()) and not _is_crossed(grid, col):
            left = tuple(_cut(cell, col) for cell in table.cells if cell.col < col)
            right = tuple(replace(cell, col=cell.col - col) for cell in table.cells if cell.col >= col)
            return (replace(table, cells=left), *split_side_by_side(replace(table, cells=right)))
    return (table,)


def _label(grid: Grid, row: int, col: int) -> str | None:
    """The known label that begins at a place and is not alone in its row, folded, or None."""
    cell = grid.at(row, col)
    if cell is None or (cell.row, cell.col) != (row, col) or len(grid.filled(row)) < 2:
        return None
    return fold(cell.text) if is_known_label(cell.text) else None


def _is_crossed(grid: Grid, col: int) -> bool:
    """True where a cell that shares its row with others lies on both sides of the column's left edge."""
    return any(
        cell.col < col < cell.col + cell.colspan and len(grid.filled(row)) > 1
        for row in grid
        for cell in grid.filled(row)
    )


def _cut(cell: Cell, col: int) -> Cell:
    return replace(cell, colspan=min(cell.colspan, col - cell.col))
