"""Rulings and words of a page → tables with exact spans."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.document import Box, Cell, Page, Table, Word
from pipeline.tables.celltext import words_to_alternatives, words_to_text
from pipeline.tables.grid import Grid, Span, grid_to_spans, group_rulings, rulings_to_grid

MIN_FILLED_SHARE = 0.1  # a chart's gridlines enclose almost no text, a form to be filled in does
MIN_CROSSING_EM = 0.5  # how far a word read by OCR must reach over a border to be cut there


def find_tables(page: Page) -> list[Table]:
    """Tables drawn with rulings, from the top; frames of a single cell, charts and underlines are none."""
    grids = [grid for across, down in group_rulings(page.rulings) if (grid := rulings_to_grid(across, down))]
    grids = [grid for grid in grids if grid.n_rows * grid.n_cols > 1]
    grids.sort(key=lambda grid: (grid.ys[0], grid.xs[0]))
    owned = _share_words(page.words, grids)
    tables = [_grid_to_table(page, grid, words) for grid, words in zip(grids, owned, strict=True)]
    return [table for table in tables if table]


def table_box(table: Table) -> Box | None:
    """The box around the cells of a table on its first page; None where it has no geometry."""
    boxes = [cell.box for cell in table.cells if cell.box and cell.page == table.page]
    if not boxes:
        return None
    return Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))


def _share_words(words: Sequence[Word], grids: Sequence[Grid]) -> list[list[Word]]:
    """For each grid the words inside it; a word inside nested grids goes to the innermost."""
    owned: list[list[Word]] = [[] for _ in grids]
    by_area = sorted(range(len(grids)), key=lambda i: _area(grids[i].box))
    for word in words:
        x, y = (word.box.x0 + word.box.x1) / 2, (word.box.y0 + word.box.y1) / 2
        for i in by_area:
            box = grids[i].box
            if box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1:
                owned[i].append(word)
                break
    return owned


def _area(box: Box) -> float:
    return (box.x1 - box.x0) * (box.y1 - box.y0)


def _grid_to_table(page: Page, grid: Grid, words: Sequence[Word]) -> Table | None:
    """The table of this grid; None where it holds one cell or hardly any text."""
    spans = grid_to_spans(grid)
    owner = {(i, j): k for k, span in enumerate(spans) for i, j in _squares(span)}
    texts: list[list[Word]] = [[] for _ in spans]
    pieces = [piece for word in words for piece in _cut_word(word, grid)] if page.by_ocr else words
    for word in pieces:
        texts[owner[_square_of(grid, word.box)]].append(word)
    spans, texts = _drop_outside(grid, spans, texts)
    filled = sum(1 for text in texts if text)
    if len(spans) < 2 or filled < max(2.0, MIN_FILLED_SHARE * len(spans)):
        return None
    cells = [_span_to_cell(page, grid, span, text) for span, text in zip(spans, texts, strict=True)]
    return Table(tuple(cells), "ruled")


def _span_to_cell(page: Page, grid: Grid, span: Span, words: Sequence[Word]) -> Cell:
    confidence = min((word.confidence for word in words), default=1.0)
    return Cell(
        span.row,
        span.col,
        words_to_text(words),
        span.rowspan,
        span.colspan,
        page.number,
        grid.span_box(span),
        confidence=confidence,
        alternatives=words_to_alternatives(words) if page.by_ocr else (),
    )


def _squares(span: Span) -> Iterable[tuple[int, int]]:
    return ((i, j) for i in range(span.row, span.row + span.rowspan) for j in range(span.col, span.col + span.colspan))


def _square_of(grid: Grid, box: Box) -> tuple[int, int]:
    """Row and column of the square that holds the centre of `box`."""
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    row = min(max(bisect_right(grid.ys, y) - 1, 0), grid.n_rows - 1)
    col = min(max(bisect_right(grid.xs, x) - 1, 0), grid.n_cols - 1)
    return row, col


def _drop_outside(
    grid: Grid, spans: Sequence[Span], texts: Sequence[list[Word]]
) -> tuple[list[Span], list[list[Word]]]:
    """Spans and texts without blank corners that no line closes off: beside a table that is no rectangle."""
    kept = [k for k, span in enumerate(spans) if texts[k] or not _is_open_to_outside(grid, span)]
    return [spans[k] for k in kept], [texts[k] for k in kept]


def _is_open_to_outside(grid: Grid, span: Span) -> bool:
    """Whether one of the span's sides lies on the edge of the grid and is not drawn at all."""
    rows = range(span.row, span.row + span.rowspan)
    cols = range(span.col, span.col + span.colspan)
    sides = (
        (span.col == 0, [grid.down[i][0] for i in rows]),
        (span.col + span.colspan == grid.n_cols, [grid.down[i][-1] for i in rows]),
        (span.row == 0, [grid.across[0][j] for j in cols]),
        (span.row + span.rowspan == grid.n_rows, [grid.across[-1][j] for j in cols]),
    )
    return any(at_edge and not any(drawn) for at_edge, drawn in sides)


def _cut_word(word: Word, grid: Grid) -> list[Word]:
    """The word, or its parts where a drawn border passes through it: OCR reads across borders.

    Characters are taken to stand evenly, one of half width counting half. Text of a PDF was cut when it was read.
    """
    row, _ = _square_of(grid, word.box)
    reach = MIN_CROSSING_EM * (word.box.y1 - word.box.y0)
    borders = [
        x
        for j, x in enumerate(grid.xs)
        if 0 < j < grid.n_cols and grid.down[row][j] and word.box.x0 + reach < x < word.box.x1 - reach
    ]
    if not borders or len(word.text) < 2:
        return [word]
    weights = [0.5 if char.isascii() else 1.0 for char in word.text]
    step = (word.box.x1 - word.box.x0) / sum(weights)
    parts: dict[int, tuple[int, int, float, float]] = {}
    x = word.box.x0
    for place, weight in enumerate(weights):
        slot = bisect_right(borders, x + weight * step / 2)
        first, _, start, _ = parts.get(slot, (place, place, x, x))
        parts[slot] = (first, place + 1, start, x + weight * step)
        x += weight * step
    return [
        replace(
            word,
            text=word.text[first:last],
            box=Box(start, word.box.y0, end, word.box.y1),
            alternatives=word.alternatives[first:last],
        )
        for first, last, start, end in parts.values()
        if word.text[first:last].strip()
    ]
