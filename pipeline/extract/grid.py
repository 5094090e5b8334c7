"""A table as a grid: the cell at every row and column, spans included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.document import Cell, Table
from pipeline.normalize.text import fold, join_lines


@dataclass(frozen=True)
class Grid:
    """`rows[r][c]` is the cell that covers row r and column c, None where no cell does."""

    table: Table
    rows: tuple[tuple[Cell | None, ...], ...]

    def at(self, row: int, col: int) -> Cell | None:
        """The cell that covers (row, col), None outside the grid and where nothing was printed."""
        if 0 <= row < len(self.rows) and 0 <= col < len(self.rows[row]):
            return self.rows[row][col]
        return None

    def text(self, row: int, col: int) -> str:
        """The text at (row, col) with line breaks joined; empty where there is none."""
        cell = self.at(row, col)
        return join_lines(cell.text) if cell else ""

    def distinct(self, row: int) -> list[Cell]:
        """The cells that cover `row`, left to right, each once."""
        cells: list[Cell] = []
        for cell in self.rows[row] if 0 <= row < len(self.rows) else ():
            if cell is not None and (not cells or cells[-1] is not cell):
                cells.append(cell)
        return cells

    def own(self, row: int) -> list[Cell]:
        """The cells that begin in `row`, left to right."""
        return [cell for cell in self.distinct(row) if cell.row == row]

    def filled(self, row: int) -> list[Cell]:
        """The cells that begin in `row` and hold text."""
        return [cell for cell in self.own(row) if fold(cell.text)]

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.rows)))


def table_to_grid(table: Table) -> Grid:
    """The grid of a table; a later cell never hides an earlier one."""
    n_cols = table.n_cols  # asked once: it looks at every cell
    grid: list[list[Cell | None]] = [[None] * n_cols for _ in range(table.n_rows)]
    for cell in table.cells:
        for row in range(cell.row, cell.row + cell.rowspan):
            for col in range(cell.col, cell.col + cell.colspan):
                if grid[row][col] is None:
                    grid[row][col] = cell
    return Grid(table, tuple(tuple(row) for row in grid))


def joined(cells: Sequence[Cell]) -> str:
    """The texts of several cells side by side as one label."""
    return "".join(join_lines(cell.text) for cell in cells)
