"""The nouns of a golden document, written once and rendered to every kind of file.

A table is a grid with one string for every position: `<` continues the cell at its left, `^` the cell above,
so that merged cells can be seen in the source.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Line:
    """A heading (level 1 to 9) or a paragraph (level 0)."""

    text: str
    level: int = 0
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class GridCell:
    row: int
    col: int
    rowspan: int
    colspan: int
    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its cells, each at its top left, in reading order, and the relative widths of its columns."""

    cells: tuple[GridCell, ...]
    n_rows: int
    widths: tuple[int, ...]

    def covering(self, row: int, col: int) -> GridCell:
        """The cell that covers a position."""
        return next(c for c in self.cells if c.row <= row < c.row + c.rowspan and c.col <= col < c.col + c.colspan)

    def starting(self, row: int) -> list[GridCell]:
        """The cells whose top left lies in a row, from left to right."""
        return [c for c in self.cells if c.row == row]


@dataclass(frozen=True, slots=True)
class Site:
    """The government site on which a document is published."""

    name: str
    column: str
    published: str
    index: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A golden document."""

    name: str
    blocks: tuple[Line | Grid, ...]
    text_style: str
    landscape: bool = False
    site: Site | None = None


def rows_to_grid(rows: list[list[str]], widths: list[int]) -> Grid:
    """The cells of a grid in which `<` and `^` mark positions that belong to the cell at the left or above."""
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            owner[r, c] = owner[r, c - 1] if text == "<" else owner[r - 1, c] if text == "^" else (r, c)
    cells = []
    for r, c in sorted(set(owner.values())):
        covered = [place for place, top_left in owner.items() if top_left == (r, c)]
        height = max(i for i, _ in covered) - r + 1
        width = max(j for _, j in covered) - c + 1
        if height * width != len(covered):
            raise ValueError(f"row {r}, column {c}: the merged cell is no rectangle")
        cells.append(GridCell(r, c, height, width, rows[r][c]))
    return Grid(tuple(cells), len(rows), tuple(widths))


def read_sample(path: Path) -> Sample:
    """The golden document written in a TOML file."""
    written = tomllib.loads(path.read_text(encoding="utf-8"))
    blocks: list[Line | Grid] = []
    for block in written["block"]:
        if "rows" in block:
            blocks.append(rows_to_grid(block["rows"], block["widths"]))
        elif "heading" in block:
            level = block.get("level", 1)
            blocks.append(Line(block["heading"], level, "center" if level == 1 else "left"))
        else:
            blocks.append(Line(block["text"], 0, block.get("align", "left")))
    web = written.get("web")
    site = Site(web["site"], web["column"], web["published"], web["index"]) if web else None
    return Sample(path.stem, tuple(blocks), written["text_style"], written.get("landscape", False), site)
