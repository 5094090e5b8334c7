"""Text in columns without rulings → tables."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.document import Box, Cell, Page, Table, Word, union_box
from pipeline.tables.aligned_columns import find_column_borders
from pipeline.tables.celltext import line_to_text, words_to_alternatives, words_to_lines, words_to_text

MIN_ROWS = 3
MIN_COLUMNS = 3
COLUMN_GAP_EM = 1.2  # between two texts of one row; wider than a blank in prose
MIN_VALLEY_EM = 0.6  # white space that runs down between two columns
MERGED_EM = 0.5  # a text that reaches further over a border belongs to a merged cell
ALIGN_EM = 0.4  # by which texts of one column begin differently at most
MAX_PITCH_EM = 3.5  # distance of rows that belong together
MIN_VALUE_SHARE = 0.3  # of the cells below the head that hold figures
MAX_CELL_CHARS = 40
FIGURE = re.compile(r"[-+]?[\d.,，]+\s*([%％‰]|[^\d\s]{1,3})?|[-—/]")


@dataclass(frozen=True, slots=True)
class _Row:
    """The texts of one line that stand apart from each other."""

    chunks: tuple[tuple[Word, ...], ...]
    box: Box
    size: float


def find_aligned_tables(page: Page, taken: Sequence[Box]) -> list[Table]:
    """Tables told by alignment alone, from the top; `taken` are the boxes of tables already found.

    At least three rows of three columns with figures in them, white space running down between the columns: running
    text, lists and signatures never are.
    """
    words = [word for word in page.words if not any(box.holds_middle(word.box) for box in taken)]
    rows = [_line_to_row(line) for line in words_to_lines(words)]
    tables = [_rows_to_table([*_head_rows(rows, group), *group], page.number) for group in _group_rows(rows)]
    return [table for table in tables if table]


def _line_to_row(line: Sequence[Word]) -> _Row:
    size = max(line, key=lambda w: len(w.text)).size or line[0].box.y1 - line[0].box.y0 or 1.0
    chunks: list[list[Word]] = [[line[0]]]
    for left, right in pairwise(line):
        if right.box.x0 - left.box.x1 > COLUMN_GAP_EM * size:
            chunks.append([right])
        else:
            chunks[-1].append(right)
    box = union_box([word.box for word in line]) or line[0].box
    return _Row(tuple(tuple(chunk) for chunk in chunks), box, size)


def _group_rows(rows: Sequence[_Row]) -> list[list[_Row]]:
    """Runs of rows in columns that follow one another closely; a line of prose ends a run."""
    groups: list[list[_Row]] = [[]]
    for row in rows:
        last = groups[-1][-1] if groups[-1] else None
        if last and (row.box.y0 - last.box.y1 > MAX_PITCH_EM * last.size or not _is_tabular(row, groups[-1])):
            groups.append([])
        if groups[-1] or len(row.chunks) >= MIN_COLUMNS:
            groups[-1].append(row)
    return [_trim(group) for group in groups if group]


def _head_rows(rows: Sequence[_Row], group: Sequence[_Row]) -> list[_Row]:
    """Rows right above a run with two texts that begin where its columns do: `项目名称 | 某项目`."""
    heads: list[_Row] = []
    below = group[0] if group else None
    starts = [chunk[0].box.x0 for row in group for chunk in row.chunks]
    for row in reversed(rows[: rows.index(below)] if below else []):
        near = below is not None and below.box.y0 - row.box.y1 <= MAX_PITCH_EM * row.size
        under = [sum(1 for x in starts if abs(x - chunk[0].box.x0) <= ALIGN_EM * row.size) for chunk in row.chunks]
        if not near or len(row.chunks) < MIN_COLUMNS - 1 or min(under) < MIN_ROWS - 1:
            break
        heads.insert(0, row)
        below = row
    return heads


def _is_tabular(row: _Row, group: Sequence[_Row]) -> bool:
    """Whether the row has columns, or is the wrapped rest of one cell of the row above."""
    if len(row.chunks) >= MIN_COLUMNS - 1:
        return True
    above = group[-1]
    text = line_to_text(row.chunks[0])
    fits = any(_covers(chunk, row.box) for chunk in above.chunks)
    return fits and len(text) <= MAX_CELL_CHARS // 2 and len(above.chunks) >= MIN_COLUMNS - 1


def _covers(chunk: Sequence[Word], box: Box) -> bool:
    slack = chunk[0].box.y1 - chunk[0].box.y0
    return chunk[0].box.x0 - slack <= box.x0 and box.x1 <= chunk[-1].box.x1 + slack


def _trim(group: list[_Row]) -> list[_Row]:
    """The run without single texts at its end: they are the paragraph below."""
    while group and len(group[-1].chunks) < MIN_COLUMNS - 1:
        group = group[:-1]
    return group


def _rows_to_table(rows: Sequence[_Row], page: int) -> Table | None:
    """The table of these rows; None where the columns do not hold."""
    if len(rows) < MIN_ROWS:
        return None
    strip = MIN_VALLEY_EM * min(row.size for row in rows)
    borders = find_column_borders([[_extent(chunk) for chunk in row.chunks] for row in rows], strip)
    if len(borders) + 1 < MIN_COLUMNS:
        return None
    grid: list[list[list[Word]]] = []
    for row in rows:
        cells: list[list[Word]] = [[] for _ in range(len(borders) + 1)]
        for piece in (piece for chunk in row.chunks for piece in _cut_chunk(chunk, borders)):
            first, last = _columns_of(piece, borders, row.size)
            cells[first if last > first else bisect_right(borders, sum(_extent(piece)) / 2)].extend(piece)
        if grid and _is_rest_of_row(grid[-1], cells):
            grid[-1] = [above + below for above, below in zip(grid[-1], cells, strict=True)]
        else:
            grid.append(cells)
    return _grid_to_table(grid, borders, page) if _looks_like_table(grid) else None


def _extent(chunk: Sequence[Word]) -> tuple[float, float]:
    return chunk[0].box.x0, max(word.box.x1 for word in chunk)


def _cut_chunk(chunk: Sequence[Word], borders: Sequence[float]) -> list[list[Word]]:
    """The parts of a text that stands close beside that of the next column, cut where a border passes between words."""
    pieces = [[chunk[0]]]
    for left, right in pairwise(chunk):
        if any(left.box.x1 <= x <= right.box.x0 for x in borders):
            pieces.append([right])
        else:
            pieces[-1].append(right)
    return pieces


def _columns_of(words: Sequence[Word], borders: Sequence[float], size: float) -> tuple[int, int]:
    """First and last column that a text reaches into."""
    x0, x1 = min(word.box.x0 for word in words), max(word.box.x1 for word in words)
    slack = min(MERGED_EM * size, (x1 - x0) / 2)
    return bisect_right(borders, x0 + slack), bisect_right(borders, x1 - slack)


def _is_rest_of_row(above: Sequence[list[Word]], cells: Sequence[list[Word]]) -> bool:
    """Whether these texts are wrapped lines of the row above: one or two of them, the first column blank or alone."""
    filled = [i for i, words in enumerate(cells) if words]
    return len(filled) == 1 and bool(above[filled[0]]) and sum(1 for words in above if words) >= MIN_COLUMNS


def _looks_like_table(grid: Sequence[Sequence[list[Word]]]) -> bool:
    """Enough rows and columns filled, with short texts and figures below the head."""
    texts = [[words_to_text(words) for words in row] for row in grid]
    full = [row for row in texts if sum(1 for text in row if text) >= MIN_COLUMNS]
    below = [text for row in texts[1:] for text in row[1:] if text]
    figures = sum(1 for text in below if FIGURE.fullmatch(text))
    short = all(len(text) <= MAX_CELL_CHARS for row in texts for text in row)
    return len(full) >= MIN_ROWS and short and figures >= MIN_VALUE_SHARE * len(below)


def _grid_to_table(grid: Sequence[Sequence[list[Word]]], borders: Sequence[float], page: int) -> Table:
    """Cells for every position with text, the box being that of the words; a text across borders spans columns."""
    cells = [
        Cell(
            i,
            j,
            words_to_text(words),
            colspan=_colspan(row, j, borders),
            page=page,
            box=union_box([word.box for word in words]),
            confidence=min(word.confidence for word in words),
            alternatives=words_to_alternatives(words),
        )
        for i, row in enumerate(grid)
        for j, words in enumerate(row)
        if words
    ]
    return Table(tuple(cells), "aligned")


def _colspan(row: Sequence[list[Word]], col: int, borders: Sequence[float]) -> int:
    """How many columns the text at `col` reaches over; no further than the next text of its row."""
    size = row[col][0].size or row[col][0].box.y1 - row[col][0].box.y0
    _, last = _columns_of(row[col], borders, size)
    following = next((j for j in range(col + 1, len(row)) if row[j]), len(row))
    return max(1, min(last + 1, following) - col)
