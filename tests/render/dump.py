"""A golden document as a flattened text dump, in the ways in which tables are flattened in the wild."""

from __future__ import annotations

from collections.abc import Callable

from render.sample import Grid, Sample


def flat(text: str) -> str:
    return text.replace("\n", "")


def as_tabs(grid: Grid) -> str:
    """One line per row, tabs between positions; positions that a merged cell covers are blank."""
    width = len(grid.widths)
    lines = [["" for _ in range(width)] for _ in range(grid.n_rows)]
    for cell in grid.cells:
        lines[cell.row][cell.col] = flat(cell.text)
    return "\n".join("\t".join(line) for line in lines)


def as_cell_lines(grid: Grid) -> str:
    """One line per cell, each after a tab; a blank line after a row; a cell merged downwards comes again as blank."""
    rows = []
    for r in range(grid.n_rows):
        cells = sorted({c.col: c for c in grid.cells if c.row <= r < c.row + c.rowspan}.items())
        rows.append("".join(f"\t{cell.text if cell.row == r else ''}\n" for _, cell in cells))
    return "\n".join(rows)


def as_pipes(grid: Grid) -> str:
    """One line per row, ` | ` between cells; covered positions and blanks are pushed to the end as bare bars."""
    lines = []
    for r in range(grid.n_rows):
        texts = [flat(c.text) for c in grid.starting(r) if c.text]
        lines.append(" ".join(f"{text} |" for text in texts) + " " + "|" * (len(grid.widths) - len(texts)))
    return "\n".join(line.rstrip() for line in lines)


def as_pipe_lines(grid: Grid) -> str:
    """One line per cell with a bar at its end; nothing marks the rows, merged cells stand once."""
    return "\n".join(f"{flat(c.text)} |".lstrip() for c in grid.cells)


def as_stream(grid: Grid) -> str:
    """Cells joined by ` | ` without any row ends; a line end before the bar of each blank cell."""
    return "".join(f"{flat(c.text)} | " if c.text else "\n| " for c in grid.cells).rstrip()


def as_parted_lines(grid: Grid) -> str:
    """One line per cell between empty lines, a line of one no-break blank for a blank cell."""
    return "\n\n".join(flat(c.text) or "\u00a0" for c in grid.cells)


def as_web_rows(grid: Grid) -> str:
    """One line per row, blanks between cells, blank cells gone; a line break inside a cell stays one."""
    rows = ([c.text for c in grid.starting(r) if c.text] for r in range(grid.n_rows))
    return "\n".join(" ".join(row) for row in rows if row)


STYLES: dict[str, Callable[[Grid], str]] = {
    "tabs": as_tabs,
    "cells": as_cell_lines,
    "pipes": as_pipes,
    "pipe_cells": as_pipe_lines,
    "stream": as_stream,
    "parted": as_parted_lines,
    "web_rows": as_web_rows,
}


def render_text(sample: Sample) -> bytes:
    """The document as UTF-8 text."""
    flatten = STYLES[sample.text_style]
    parts = [flatten(block) if isinstance(block, Grid) else block.text for block in sample.blocks]
    return ("\n\n".join(parts) + "\n").encode("utf-8")
