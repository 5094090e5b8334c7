"""Tables with horizontal lines alone → rulings, the upright borders being told by white space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.document import Page, Ruling, Table, Word
from pipeline.tables.aligned_columns import Extent, find_column_borders
from pipeline.tables.celltext import words_to_lines
from pipeline.tables.ruled import find_tables

MIN_LINES = 3  # above the head, below it, below the last row
MIN_WIDTH_PT = 150.0
ALIKE_PT = 4.0  # by which the ends of the lines of one table differ at most
MIN_COLUMNS = 3
MIN_ROWS = 3
CHUNK_GAP_EM = 0.9  # between two texts of one row
MIN_VALLEY_EM = 0.5  # white space that runs down between two columns
MERGED_EM = 0.5  # a text that reaches further over a border belongs to a merged cell
GAP_JUMP = 1.8  # by which the gaps between rows are wider than those between the lines of a cell


@dataclass(frozen=True, slots=True)
class _Band:
    """One row of the table: its height and the words in it."""

    top: float
    bottom: float
    words: tuple[Word, ...]


def find_lined_tables(page: Page) -> list[Table]:
    """Tables of a page whose lines all run across, from the top; none on a page that was read by OCR, whose upright
    lines may only be faint.
    """
    if page.by_ocr:
        return []
    tables: list[Table] = []
    for lines in _line_sets(page.rulings):
        across = _lines_to_rulings(page.words, lines)
        tables += find_tables(replace(page, rulings=tuple(across))) if across else []
    return [replace(table, origin="aligned") for table in tables]


def _line_sets(rulings: Sequence[Ruling]) -> list[list[Ruling]]:
    """Sets of lines as long as each other, one under another, without an upright line among them."""
    long = [r for r in rulings if r.is_horizontal and r.x1 - r.x0 >= MIN_WIDTH_PT]
    sets: list[list[Ruling]] = []
    for line in sorted(long, key=lambda r: r.y0):
        alike = next((s for s in sets if _is_alike(s[0], line)), None)
        if alike is None:
            sets.append([line])
        else:
            alike.append(line)
    return [s for s in sets if len(s) >= MIN_LINES and not any(_is_beside(r, s) for r in rulings)]


def _is_alike(a: Ruling, b: Ruling) -> bool:
    return abs(a.x0 - b.x0) <= ALIKE_PT and abs(a.x1 - b.x1) <= ALIKE_PT


def _is_beside(ruling: Ruling, lines: Sequence[Ruling]) -> bool:
    """Whether an upright line stands between the ends of the lines: a frame around them parts no columns."""
    overlaps = ruling.y0 < lines[-1].y0 and ruling.y1 > lines[0].y0
    return not ruling.is_horizontal and overlaps and lines[0].x0 + ALIKE_PT < ruling.x0 < lines[0].x1 - ALIKE_PT


def _lines_to_rulings(words: Sequence[Word], lines: Sequence[Ruling]) -> list[Ruling]:
    """The lines, those between rows that no line parts, and the borders of the columns; nothing where there are none.

    A border has a gap in each row where a text lies across it.
    """
    left, right = min(r.x0 for r in lines), max(r.x1 for r in lines)
    inside = [w for w in words if left - ALIKE_PT <= w.box.x0 and w.box.x1 <= right + ALIKE_PT]
    bands = [band for a, b in pairwise(lines) for band in _split_band(_band_of(inside, a.y0, b.y0))]
    filled = [band for band in bands if band.words]
    if len(filled) < MIN_ROWS:
        return []
    size = min(word.size or word.box.y1 - word.box.y0 for band in filled for word in band.words) or 1.0
    extents = [_extents(band.words, size) for band in filled]
    borders = find_column_borders(extents, MIN_VALLEY_EM * size)
    if len(borders) + 1 < MIN_COLUMNS or sum(1 for row in extents if len(row) >= MIN_COLUMNS) < MIN_ROWS:
        return []
    rulings = [Ruling(left, y, right, y) for y in (bands[0].top, *(band.bottom for band in bands))]
    for band in bands:
        crossed = {x for x in borders if any(_lies_across(word, x, MERGED_EM * size) for word in band.words)}
        rulings += [Ruling(x, band.top, x, band.bottom) for x in (left, *borders, right) if x not in crossed]
    return rulings


def _lies_across(word: Word, x: float, slack: float) -> bool:
    """Whether a word reaches over a border as that of a merged cell does, not by a wide cell's last character."""
    slack = min(slack, (word.box.x1 - word.box.x0) / 2)
    return word.box.x0 + slack < x < word.box.x1 - slack


def _band_of(words: Sequence[Word], top: float, bottom: float) -> _Band:
    return _Band(top, bottom, tuple(w for w in words if top <= (w.box.y0 + w.box.y1) / 2 < bottom))


def _split_band(band: _Band) -> list[_Band]:
    """The rows between two lines: several where several of its lines of text are parted into columns.

    They are told apart by the white space across the table, which between rows is wider than between the lines of a
    cell; where all is of one width, each line is a row.
    """
    rows = words_to_lines(band.words)
    n_parted = sum(1 for row in rows if len(_extents(row, max(w.box.y1 - w.box.y0 for w in row))) >= MIN_COLUMNS)
    if n_parted < 2:
        return [band]
    strips = _white_strips(band.words)
    widths = sorted(b - a for a, b in strips)
    jumps = [(b / max(a, 1.0), (a + b) / 2) for a, b in pairwise(widths)]
    jump, between = max(jumps, default=(0.0, 0.0))
    least = between if jump >= GAP_JUMP else 0.0
    cuts = [band.top, *((a + b) / 2 for a, b in strips if b - a >= least), band.bottom]
    return [_band_of(band.words, top, bottom) for top, bottom in pairwise(cuts)]


def _white_strips(words: Sequence[Word]) -> list[Extent]:
    """Heights at which no word stands, between the first word and the last, from the top."""
    heights = sorted((w.box.y0, w.box.y1) for w in words)
    strips: list[Extent] = []
    bottom = heights[0][1]
    for y0, y1 in heights[1:]:
        if y0 > bottom:
            strips.append((bottom, y0))
        bottom = max(bottom, y1)
    return strips


def _extents(words: Sequence[Word], size: float) -> list[Extent]:
    """What the texts of a row cover from left to right, those that stand over one another or close together as one."""
    extents: list[Extent] = []
    for x0, x1 in sorted((w.box.x0, w.box.x1) for w in words):
        if extents and x0 - extents[-1][1] < CHUNK_GAP_EM * size:
            extents[-1] = (extents[-1][0], max(extents[-1][1], x1))
        else:
            extents.append((x0, x1))
    return extents
