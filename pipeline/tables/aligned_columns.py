"""Texts that stand under one another → borders between the columns, also where a few merged cells lie across them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise

Extent = tuple[float, float]  # of a text of one row: from x0 to x1

MIN_PARTED_ROWS = 3  # in which two texts stand on either side of a border that others cross
PARTED_TO_CROSSING = 3  # so many rows must be parted for each that is not


def find_column_borders(rows: Sequence[Sequence[Extent]], strip: float) -> list[float]:
    """Positions of the borders, ascending: middles of white strips at least `strip` wide that run down between texts.

    A strip runs through all rows; or it parts three rows at least, and three for each text that lies across it, as the
    texts of merged cells do.
    """
    borders = _free_strips([extent for row in rows for extent in row], strip)
    columns: list[list[list[Extent]]] = [[[] for _ in rows] for _ in range(len(borders) + 1)]
    for number, row in enumerate(rows):
        for extent in row:
            columns[bisect_right(borders, sum(extent) / 2)][number].append(extent)
    return sorted([*borders, *(border for column in columns for border in _split_column(column, strip))])


def _free_strips(extents: Sequence[Extent], strip: float) -> list[float]:
    """Middles of the strips that no text touches."""
    borders: list[float] = []
    ordered = sorted(extents)
    end = ordered[0][1]
    for x0, x1 in ordered[1:]:
        if x0 - end >= strip:
            borders.append((end + x0) / 2)
        end = max(end, x1)
    return borders


def _split_column(rows: Sequence[Sequence[Extent]], strip: float) -> list[float]:
    """Borders inside one column, which only texts of merged cells hid."""
    gaps = [(a[1], b[0]) for row in rows for a, b in pairwise(sorted(row)) if b[0] - a[1] >= strip]
    starts, ends = sorted(x0 for row in rows for x0, _ in row), sorted(x1 for row in rows for _, x1 in row)
    gap_starts, gap_ends = sorted(a for a, _ in gaps), sorted(b for _, b in gaps)
    best: tuple[int, int, float] | None = None
    for x in ((a + b) / 2 for a, b in gaps):
        n_crossing = bisect_left(starts, x) - bisect_right(ends, x)
        n_parted = bisect_right(gap_starts, x) - bisect_left(gap_ends, x)
        if n_parted >= max(MIN_PARTED_ROWS, PARTED_TO_CROSSING * n_crossing):
            best = max(best or (-len(rows), 0, x), (-n_crossing, n_parted, -x))
    if best is None:
        return []
    x = -best[2]
    left = [[extent for extent in row if extent[1] <= x] for row in rows]
    right = [[extent for extent in row if extent[0] >= x] for row in rows]
    end = max(x1 for row in left for _, x1 in row)
    start = min(x0 for row in right for x0, _ in row)
    if start - end < strip:
        return []
    return [*_split_column(left, strip), (end + start) / 2, *_split_column(right, strip)]
