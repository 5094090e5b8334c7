"""A sheet of cells to blocks: forms become tables, the titles and sentences around them paragraphs."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.document import Block, Cell, Paragraph, Table
from pipeline.errors import InputError
from pipeline.read.grid import heading_level

MAX_CELLS = 500_000  # non-empty, in one workbook
MAX_ROWS = 2**21  # more than any sheet has
MAX_BLANK_COLUMNS = 100  # that a merged title may reach beyond the last column with words
MAX_BLANK_ROWS = 20  # inside one form
MAX_WIDTH_COLUMNS = 200
MAX_TITLE_ROWS = 3
PROSE_MIN_CHARS = 40
_NOTE_START = re.compile(r"[（(]?(?:备注|注|说明|填[表报]|附注|其中)")
_SENTENCE_SIGN = re.compile(r"[。；]")


@dataclass(frozen=True, slots=True)
class Span:
    """A merged area, last row and column not included."""

    row: int
    col: int
    end_row: int
    end_col: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A visible sheet: its non-empty cells as shown, and its merged areas."""

    name: str
    texts: dict[tuple[int, int], str]
    spans: tuple[Span, ...]
    pictures: tuple[bytes, ...] = ()


def check_cell_count(n_cells: int) -> None:
    """InputError where a workbook holds more words than any form does."""
    if n_cells > MAX_CELLS:
        raise InputError(f"表格非空单元格超过 {MAX_CELLS} 个，不像绩效文件：请只保留需要的工作表再读取")


def sheet_to_blocks(sheet: Sheet) -> list[Block]:
    """A sheet as paragraphs (rows with one cell before, after and between forms) and tables (the rows between them)."""
    spans: dict[int, dict[int, Span]] = {}
    for span in sheet.spans:
        spans.setdefault(span.row, {})[span.col] = span
    rows: dict[int, list[int]] = {}
    for row, col in sorted(sheet.texts):
        rows.setdefault(row, []).append(col)
    blocks: list[Block] = []
    for is_table, run in _runs(sheet, rows):
        if is_table:
            blocks.append(_rows_to_table(sheet, run, rows, spans))
        else:
            blocks.extend(_row_to_paragraph(sheet.texts[row, rows[row][0]]) for row in run)
    return blocks


def _row_to_paragraph(text: str) -> Paragraph:
    return Paragraph(text, level=heading_level(text))


def _rows_held_by_spans(spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Row ranges that vertical merges tie together, joined and in order: rows of a form however few words they hold."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted((s.row, s.end_row) for s in spans if s.end_row - s.row > 1):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _is_held(row: int, ranges: list[tuple[int, int]]) -> bool:
    index = bisect.bisect_right(ranges, (row, MAX_ROWS)) - 1
    return index >= 0 and row < ranges[index][1]


def _runs(sheet: Sheet, rows: dict[int, list[int]]) -> Iterator[tuple[bool, list[int]]]:
    """Runs of rows, in order: (True, rows of a table) or (False, rows of single texts that stand outside tables)."""
    held = _rows_held_by_spans(sheet.spans)
    runs: list[tuple[bool, list[int]]] = []
    for row, cols in rows.items():
        is_table = len(cols) > 1 or _is_held(row, held)
        if runs and runs[-1][0] == is_table and row - runs[-1][1][-1] <= MAX_BLANK_ROWS:
            runs[-1][1].append(row)
        else:
            runs.append((is_table, [row]))
    merged = {s.row for s in sheet.spans if s.end_col - s.col > 1}
    joined: list[tuple[bool, list[int]]] = []
    for index, (is_table, run) in enumerate(runs):
        parts = [(True, run)]
        if not is_table:
            texts = {row: sheet.texts[row, rows[row][0]] for row in run}
            parts = _split_lone_rows(texts, merged, has_table_above=index > 0, has_table_below=index < len(runs) - 1)
        for part in parts:
            if joined and joined[-1][0] and part[0] and part[1] and part[1][0] - joined[-1][1][-1] <= MAX_BLANK_ROWS:
                joined[-1][1].extend(part[1])
            elif part[1]:
                joined.append((part[0], list(part[1])))
    yield from joined


def _split_lone_rows(
    texts: dict[int, str], merged: set[int], has_table_above: bool, has_table_below: bool
) -> list[tuple[bool, list[int]]]:
    """Rows of one text each, cut into those of the table above, those outside tables, and the titles of the one below.

    A title or a note is a merged row or two at a form's edge; sentences, and longer runs, are the report around it.
    """
    run = list(texts)
    n_titles = 0
    while has_table_below and n_titles < min(MAX_TITLE_ROWS, len(run)):
        row = run[-1 - n_titles]
        if row not in merged or _is_prose(texts[row]):
            break
        n_titles += 1
    rest, titles = run[: len(run) - n_titles], run[len(run) - n_titles :]
    is_note = len(rest) <= MAX_TITLE_ROWS and not any(_is_prose(texts[row]) for row in rest)
    inside = has_table_below or all(row in merged for row in rest)
    if has_table_above and is_note and inside:
        return [(True, run)]
    return [(False, rest), (True, titles)]


def _is_prose(text: str) -> bool:
    """Whether a text is running text, not a caption or a note of a form."""
    is_long = len(text) >= PROSE_MIN_CHARS and _SENTENCE_SIGN.search(text) is not None
    return is_long and _NOTE_START.match(text) is None


def _rows_to_table(
    sheet: Sheet, run: list[int], rows: dict[int, list[int]], spans: dict[int, dict[int, Span]]
) -> Table:
    """The table that rows `run[0]`..`run[-1]` hold, cut to the cells in use; merged areas stand as one cell."""
    first, last = run[0], run[-1]
    left = min(min(rows[row]) for row in run)
    right = 0
    for row in run:
        merged = spans.get(row, {})
        right = max(right, *(merged[col].end_col if col in merged else col + 1 for col in rows[row]))
    right = min(right, max(max(rows[row]) for row in run) + MAX_BLANK_COLUMNS)
    cells: list[Cell] = []
    for row in run:
        merged = {col: span for col, span in spans.get(row, {}).items() if left <= col < right}
        for col in sorted({*rows[row], *merged}):
            span = merged.get(col)
            n_rows = min(span.end_row, last + 1) - row if span else 1
            n_cols = min(span.end_col, right) - col if span else 1
            cells.append(Cell(row - first, col - left, sheet.texts.get((row, col), ""), n_rows, n_cols))
    return Table(tuple(cells if right - left <= MAX_WIDTH_COLUMNS else _without_blank_columns(cells)))


def _without_blank_columns(cells: list[Cell]) -> list[Cell]:
    """Cells of a far-flung table moved together over the columns in which no cell begins."""
    starts = sorted({c.col for c in cells})
    rank = {col: index for index, col in enumerate(starts)}
    ends = [bisect.bisect_left(starts, c.col + c.colspan) for c in cells]
    return [replace(c, col=rank[c.col], colspan=max(1, end - rank[c.col])) for c, end in zip(cells, ends, strict=True)]
