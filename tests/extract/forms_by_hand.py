"""Forms drawn as rows of text: `<` continues the cell to the left, `^` the cell above."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.document import Block, Cell, Table
from pipeline.extract.forms import Form, group_to_form
from pipeline.extract.grouping import group_sections


def draw(*rows: Sequence[str]) -> Table:
    """A table from rows of equal length."""
    cells: list[Cell] = []
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if text in ("<", "^"):
                continue
            colspan = 1
            while c + colspan < len(row) and row[c + colspan] == "<":
                colspan += 1
            rowspan = 1
            while r + rowspan < len(rows) and rows[r + rowspan][c] == "^":
                rowspan += 1
            cells.append(Cell(r, c, text, rowspan, colspan))
    return Table(tuple(cells))


def read(*blocks: Block, year: int | None = 2023) -> list[Form]:
    """The forms of a document of these blocks."""
    return [group_to_form(group) for group in group_sections(blocks, year)]
