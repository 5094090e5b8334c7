"""A region of table lines → printed rows of cells, with what the dump style kept of their places."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.normalize.text import fold
from pipeline.tables.flat_align import Layout
from pipeline.tables.flat_blank_rows import is_complete, is_template, join_rows
from pipeline.tables.flat_blanks import split_blanks
from pipeline.tables.flat_cell_lines import lines_to_cells
from pipeline.tables.flat_lines import Region, Style, comma_cells
from pipeline.tables.flat_runs import split_heads, split_run
from pipeline.tables.flat_tokens import leaves_table

MAX_SHORT_TENTHS = 3  # of the rows of a grid may be shorter than the others where none begins with a blank
PAGE_BREAK_LINES = 3  # as many blank lines in a row mean that a page ended
_CJK = r"[\u2e80-\u9fff\uf900-\ufaff，。；：、！？“”‘’（）《》〈〉【】]"
_BROKEN_WORD = re.compile(rf"(?<={_CJK}) +(?={_CJK})")
_ROW_FILL = re.compile(r"(?<=[^|｜\s])(\s*[|｜])\s*[|｜]{2,}\s*$")  # behind a row's last cell, up to the table's width
_PIPE_RULE = re.compile(r"\|?(?:\s*:?-{2,}:?\s*\|?)+")


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """The cells of one printed row. `gap` says how surely it begins a row: 1 a line begins here, 2 a row does."""

    cells: tuple[str, ...]
    gap: int = 2
    after_page_break: bool = False

    @property
    def filled(self) -> tuple[str, ...]:
        return tuple(c for c in self.cells if fold(c))


@dataclass(frozen=True, slots=True)
class Dump:
    """A table region as printed rows. `positional`: a cell's place in its row tells its column."""

    rows: tuple[PrintedRow, ...]
    style: Style
    layout: Layout

    @property
    def positional(self) -> bool:
        return self.style in ("tab_rows", "tab_cells", "pipe_grid", "comma", "runs")


LAYOUTS: dict[Style, Layout] = {
    "tab_rows": Layout(wrap=12, stay=(0, 3, 8), drop=1, skip=0.12),
    "tab_cells": Layout(wrap=8, stay=(0, 2, 5), drop=2, skip=0.3),
    "pipe_grid": Layout(wrap=12, stay=(0, 3, 8), drop=1, skip=0.12),
    "comma": Layout(wrap=12, stay=(0, 3, 8), drop=1, skip=0.12),
    "pipe_rows": Layout(wrap=12, stay=(0, 2, 6), drop=0.6, skip=1),
    "pipe_cells": Layout(wrap=0.3, stay=(0, 0, 6), drop=3, skip=2),
    "blanks": Layout(wrap=12, stay=(0, 2, 5), drop=0.6, skip=1),
    "runs": Layout(wrap=12, stay=(0, 3, 8), drop=1, skip=0.12),
    "cell_lines": Layout(wrap=0.3, stay=(0, 0, 6), drop=0, skip=1),
}
KEPT_BLANKS = Layout(wrap=12, stay=(0, 2, 6), drop=2, skip=2)  # rows of pipes whose blank cells stand in their places


def region_to_dump(region: Region) -> Dump:
    """The printed rows of a table region.

    Tabs and frames say nothing about places where the cells under a merged one are left out: rows differ in length.
    """
    rows = _READERS[region.style](region.lines)
    style: Style = region.style
    if style in ("tab_rows", "pipe_grid", "comma") and not _is_rectangular(rows):
        style = "pipe_rows"
    if style == "cell_lines" and any(not fold(c) for row in rows for c in row.cells):
        style = "pipe_cells"
    if style != "pipe_rows":
        return Dump(tuple(rows), style, LAYOUTS[style])
    if any(not fold(c) for row in rows for c in _strip_end(row.cells)):
        return Dump(tuple(rows), style, KEPT_BLANKS)
    return Dump(tuple(replace(row, cells=_strip_end(row.cells)) for row in rows), style, LAYOUTS[style])


def _is_rectangular(rows: Sequence[PrintedRow]) -> bool:
    """Whether positions are kept: rows are of one length, or those below merged cells begin with blanks."""
    widths = [len(row.cells) for row in rows]
    top = max(widths, default=0)
    if any(not fold(row.cells[0]) for row in rows):
        return sum(1 for w in widths if w >= top - 1) * 2 >= len(widths)
    return sum(1 for w in widths if w < top) * 10 < len(widths) * MAX_SHORT_TENTHS


def _strip_end(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Cells without the blank ones at the end."""
    n = max((k + 1 for k, c in enumerate(cells) if fold(c)), default=0)
    return cells[:n]


def clean_cell(text: str) -> str:
    """A cell's text with the traces of its line breaks made line breaks again: words broken by a blank join."""
    lines = (line.strip(" \u00a0\u3000\t\r") for line in text.split("\n"))
    return _BROKEN_WORD.sub("\n", "\n".join(line for line in lines if line))


def _unquote(text: str) -> str:
    bare = text.strip()
    return bare[1:-1].replace('""', '"') if len(bare) >= 2 and bare[0] == bare[-1] == '"' else text


def _tab_rows(lines: Sequence[str]) -> list[PrintedRow]:
    rows: list[list[str]] = []
    for line in lines:
        if "\t" in line:
            rows.append([_unquote(c) for c in line.split("\t")])
        elif line.strip() and rows:
            last = max((k for k, c in enumerate(rows[-1]) if c.strip()), default=0)
            rows[-1][last] += "\n" + line
    return [PrintedRow(tuple(clean_cell(c) for c in row)) for row in rows if any(c.strip() for c in row)]


def _tab_cells(lines: Sequence[str]) -> list[PrintedRow]:
    """One cell per line: a cell goes on until the next tab, and blank lines behind it may end the row."""
    rows: list[PrintedRow] = []
    cells: list[str] = []
    current: list[str] | None = None
    page_break = False

    def close() -> int:
        nonlocal current
        if current is None:
            return 0
        blanks = len(current)
        while current and not current[-1].strip():
            current.pop()
        blanks = blanks - len(current) - (not current)
        cells.append(clean_cell("\n".join(current)))
        current = None
        return blanks

    for line in lines:
        if "\t" not in line:
            if current is None:
                current = []
            current.append(line)
            continue
        blanks = close()
        if blanks > 0:
            rows.append(PrintedRow(tuple(cells), 1, page_break))
            cells, page_break = [], blanks >= PAGE_BREAK_LINES
        parts = line.split("\t")
        lead = parts[0].strip()
        cells.extend(([clean_cell(lead)] if lead else []) + [clean_cell(p) for p in parts[1:-1]])
        current = [parts[-1]]
    close()
    if cells:
        rows.append(PrintedRow(tuple(cells), 1, page_break))
    return [row for row in rows if row.cells]


def _pipe_parts(line: str) -> list[str]:
    return line.replace("｜", "|").split("|")


def _pipe_rows(lines: Sequence[str]) -> list[PrintedRow]:
    """Cells joined by ` | `; blanks stand at the end, so they are left out there. A line may end inside a row."""
    rows: list[PrintedRow] = []
    open_text = ""
    soft = False
    for line in lines:
        if not line.strip():
            continue
        parts = _pipe_parts(open_text + line)
        if "|" not in line.replace("｜", "|") or (
            not line.rstrip().endswith(("|", "｜")) and len(parts) <= 2 and not parts[0].strip()
        ):
            open_text += line + "\n"
            continue
        open_text = ""
        cells = [clean_cell(p) for p in (parts[:-1] if not parts[-1].strip() else parts)]
        ends_open = re.search(r"[^|\s]\s*\|\s*$", line.replace("｜", "|")) is not None
        filled = any(fold(c) for c in cells)
        if filled:
            rows.append(PrintedRow(tuple(cells), 1 if soft else 2))
        soft = filled and ends_open
    if open_text.strip():
        rows.append(PrintedRow((clean_cell(open_text),), 1))
    return rows


def _pipe_cells(lines: Sequence[str]) -> list[PrintedRow]:
    """One cell per line, rows unmarked: one printed row with all cells."""
    cells: list[str] = []
    text = ""
    for line in lines:
        if not line.strip() and not text:
            continue
        text += _ROW_FILL.sub(r"\1", line)
        if _has_end(line):
            cells.extend(clean_cell(p) for p in _pipe_parts(text.rstrip()[:-1]))
            text = ""
        else:
            text += "\n"
    if text.strip():
        cells.append(clean_cell(text))
    return [PrintedRow(tuple(cells))]


def _has_end(line: str) -> bool:
    return line.rstrip().endswith(("|", "｜"))


def _pipe_grid(lines: Sequence[str]) -> list[PrintedRow]:
    rows: list[PrintedRow] = []
    for line in lines:
        body = line.strip()
        if not body or _PIPE_RULE.fullmatch(body):
            continue
        parts = _pipe_parts(body)
        parts = parts[1:] if not parts[0].strip() else parts
        parts = parts[:-1] if parts and not parts[-1].strip() else parts
        cells = tuple(clean_cell(re.sub(r"<br\s*/?>", "\n", p)) for p in parts)
        if any(cells):
            rows.append(PrintedRow(cells))
    return rows


def _comma(lines: Sequence[str]) -> list[PrintedRow]:
    return [PrintedRow(tuple(clean_cell(c) for c in comma_cells(line))) for line in lines if line.strip()]


def _blanks(lines: Sequence[str]) -> list[PrintedRow]:
    rows = join_rows([split_blanks(line) for line in lines if line.strip()])
    begins = [leaves_table(" ".join(b)) or is_template(b) or is_complete(a) for a, b in pairwise([[], *rows])]
    return [PrintedRow(tuple(row), 2 if is_new else 1) for row, is_new in zip(rows, begins, strict=True)]


def _cell_lines(lines: Sequence[str]) -> list[PrintedRow]:
    return [PrintedRow(tuple(clean_cell(text) for _, text in lines_to_cells(lines)))]


def _runs(lines: Sequence[str]) -> list[PrintedRow]:
    heads = split_heads(lines[0]) or ()
    return [PrintedRow(heads), *(PrintedRow(split_run(line, heads) or (line,)) for line in lines[1:])]


_READERS: dict[Style, Callable[[Sequence[str]], list[PrintedRow]]] = {
    "tab_rows": _tab_rows,
    "tab_cells": _tab_cells,
    "pipe_rows": _pipe_rows,
    "pipe_cells": _pipe_cells,
    "pipe_grid": _pipe_grid,
    "comma": _comma,
    "blanks": _blanks,
    "cell_lines": _cell_lines,
    "runs": _runs,
}
