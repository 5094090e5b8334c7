"""Rulings → grid → spans: the geometry of a ruled table, without its text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.crossings import group_crossing
from pipeline.document import Box, Ruling

SNAP_PT = 4.0  # borders closer than this are one border: double lines, sloppy drawing; no column is this narrow
JOIN_PT = 3.0  # how far a line may stop short of the one it meets
OPEN_END_PT = 8.0  # how far lines must stand out beyond the last crossing line for a missing outer border
WALL_SHARE = 0.5  # of a side that must be drawn for two cells to be parted


@dataclass(frozen=True, slots=True)
class Span:
    """The place of a cell in the grid."""

    row: int
    col: int
    rowspan: int
    colspan: int


@dataclass(frozen=True, slots=True)
class Grid:
    """Border positions of one table and which pieces of them are drawn.

    `down[i][j]` tells whether the vertical border j is drawn beside row i, `across[i][j]` whether the horizontal
    border i is drawn above column j.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    down: tuple[tuple[bool, ...], ...]
    across: tuple[tuple[bool, ...], ...]

    @property
    def n_rows(self) -> int:
        return len(self.ys) - 1

    @property
    def n_cols(self) -> int:
        return len(self.xs) - 1

    @property
    def box(self) -> Box:
        return Box(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])

    def span_box(self, span: Span) -> Box:
        return Box(
            self.xs[span.col], self.ys[span.row], self.xs[span.col + span.colspan], self.ys[span.row + span.rowspan]
        )


def snap_positions(positions: Iterable[float], tolerance: float = SNAP_PT) -> list[float]:
    """Ascending means of the groups of positions; a group is no wider than `tolerance`."""
    groups: list[list[float]] = []
    for position in sorted(positions):
        if groups and position - groups[-1][0] <= tolerance:
            groups[-1].append(position)
        else:
            groups.append([position])
    return [sum(group) / len(group) for group in groups]


def nearest_index(positions: Sequence[float], value: float) -> int:
    """Index of the position nearest to `value`."""
    right = bisect_right(positions, value)
    around = [i for i in (right - 1, right) if 0 <= i < len(positions)]
    return min(around, key=lambda i: abs(positions[i] - value))


def group_rulings(rulings: Sequence[Ruling]) -> list[tuple[list[Ruling], list[Ruling]]]:
    """(horizontal, vertical) rulings of each set that hangs together, each with at least one of both kinds."""
    across = [r for r in rulings if r.is_horizontal]
    down = [r for r in rulings if not r.is_horizontal]

    def meet(h: Ruling, v: Ruling) -> bool:
        return v.y0 - JOIN_PT <= h.y0 <= v.y1 + JOIN_PT and h.x0 - JOIN_PT <= v.x0 <= h.x1 + JOIN_PT

    return group_crossing(across, down, meet)


def rulings_to_grid(across: Sequence[Ruling], down: Sequence[Ruling]) -> Grid | None:
    """The grid that connected rulings span; None where they enclose no cell.

    An outer border that was never drawn is put where the lines meant to meet it end.
    """
    xs = snap_positions([v.x0 for v in down])
    ys = snap_positions([h.y0 for h in across])
    left, right = _open_ends([h.x0 for h in across], [h.x1 for h in across], xs)
    top, bottom = _open_ends([v.y0 for v in down], [v.y1 for v in down], ys)
    xs = [*left, *xs, *right]
    ys = [*top, *ys, *bottom]
    if len(xs) < 2 or len(ys) < 2:
        return None
    by_x = _coverage([(v.x0, v.y0, v.y1) for v in down], xs, ys)
    by_y = _coverage([(h.y0, h.x0, h.x1) for h in across], ys, xs)
    walls_x = [[True] * (len(ys) - 1) if x in left or x in right else by_x[j] for j, x in enumerate(xs)]
    walls_y = [[True] * (len(xs) - 1) if y in top or y in bottom else by_y[i] for i, y in enumerate(ys)]
    down_walls = tuple(tuple(walls_x[j][i] for j in range(len(xs))) for i in range(len(ys) - 1))
    return Grid(tuple(xs), tuple(ys), down_walls, tuple(tuple(row) for row in walls_y))


def _open_ends(
    starts: Sequence[float], ends: Sequence[float], crossed: Sequence[float]
) -> tuple[list[float], list[float]]:
    """Missing first and last border: where two or more lines stand out alike beyond the first or last line crossed."""
    before = [s for s in starts if s < crossed[0] - OPEN_END_PT]
    behind = [e for e in ends if e > crossed[-1] + OPEN_END_PT]
    first, last = min(before, default=0.0), max(behind, default=0.0)
    alike_first = sum(1 for s in before if s - first <= SNAP_PT) >= 2
    alike_last = sum(1 for e in behind if last - e <= SNAP_PT) >= 2
    return ([first] if alike_first else []), ([last] if alike_last else [])


def _coverage(
    lines: Iterable[tuple[float, float, float]], borders: Sequence[float], stops: Sequence[float]
) -> list[list[bool]]:
    """For each border and each interval between stops, whether lines (position, start, end) cover enough of it."""
    covered = [[0.0] * (len(stops) - 1) for _ in borders]
    for position, start, end in lines:
        row = covered[nearest_index(borders, position)]
        for k in range(max(0, bisect_right(stops, start) - 1), len(stops) - 1):
            if stops[k] >= end:
                break
            row[k] += max(0.0, min(end, stops[k + 1]) - max(start, stops[k]))
    lengths = [b - a for a, b in pairwise(stops)]
    return [[part >= WALL_SHARE * length for part, length in zip(row, lengths, strict=True)] for row in covered]


def grid_to_spans(grid: Grid) -> list[Span]:
    """Cells that tile the grid, by rows: from each free top left corner as far right, then as far down, as no wall
    parts the squares. Where broken lines leave a shape that is no rectangle, the rest becomes cells of its own.
    """
    taken = [[False] * grid.n_cols for _ in range(grid.n_rows)]
    spans: list[Span] = []
    for row in range(grid.n_rows):
        for col in range(grid.n_cols):
            if taken[row][col]:
                continue
            end_col = col + 1
            while end_col < grid.n_cols and not grid.down[row][end_col] and not taken[row][end_col]:
                end_col += 1
            end_row = row + 1
            while end_row < grid.n_rows and _row_is_open(grid, end_row, col, end_col, taken[end_row]):
                end_row += 1
            for i in range(row, end_row):
                taken[i][col:end_col] = [True] * (end_col - col)
            spans.append(Span(row, col, end_row - row, end_col - col))
    return spans


def _row_is_open(grid: Grid, row: int, col: int, end_col: int, taken: Sequence[bool]) -> bool:
    """Whether nothing parts the squares of this row from those above or from each other."""
    return (
        not any(taken[col:end_col])
        and not any(grid.across[row][col:end_col])
        and not any(grid.down[row][col + 1 : end_col])
    )
