"""Column borders of tables on two pages: whether they are those of one table, and the grid that holds both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.document import Cell, Table
from pipeline.tables.grid import SNAP_PT, nearest_index, snap_positions

EDGE_PT = 6.0  # how far the outer borders of the two parts may differ
WIDTH_SHARE = 0.03  # the same for scans and turned pages, as a share of the table's width
SHARED_BORDERS = 0.5  # of the inner borders of the part with fewer that the other part has too


def column_borders(table: Table) -> list[float] | None:
    """Positions of all column borders, from the cells of the table's last page first; None without geometry."""
    borders: list[float | None] = [None] * (table.n_cols + 1)
    pages: list[int] = [0] * len(borders)
    for cell in table.cells:
        if cell.box is None:
            return None
        page = cell.page or 0
        for index, x in ((cell.col, cell.box.x0), (cell.col + cell.colspan, cell.box.x1)):
            if borders[index] is None or page > pages[index]:
                borders[index], pages[index] = x, page
    known = [x for x in borders if x is not None]
    if len(known) < len(borders) or any(b <= a for a, b in pairwise(known)):
        return None
    return known


def fit_borders(upper: Sequence[float], lower: Sequence[float]) -> Callable[[float], float] | None:
    """How positions in the lower part become positions in the upper one; None where the parts do not fit.

    The outer borders coincide; or the parts are of one width, the page being shifted; or the pages differ in width
    and the columns, equally many, have the same proportions.
    """
    width_up, width_low = upper[-1] - upper[0], lower[-1] - lower[0]
    if abs(upper[0] - lower[0]) <= EDGE_PT and abs(upper[-1] - lower[-1]) <= EDGE_PT:
        return (lambda x: x) if _share_borders(upper, lower) else None
    scale = width_up / width_low
    shift = upper[0] - lower[0] * scale
    mapped = [x * scale + shift for x in lower]
    if abs(width_up - width_low) <= WIDTH_SHARE * width_up and _share_borders(upper, mapped):
        return lambda x: x * scale + shift
    same_count = len(upper) == len(lower) > 2
    if same_count and all(abs(a - b) <= WIDTH_SHARE * width_up for a, b in zip(upper, mapped, strict=True)):
        return lambda x: x * scale + shift
    return None


def _share_borders(upper: Sequence[float], lower: Sequence[float]) -> bool:
    """Whether enough inner borders of the part with fewer columns are borders of the other part too."""
    fewer, more = sorted((upper[1:-1], lower[1:-1]), key=len)
    if not fewer:
        return True
    shared = sum(1 for x in fewer if abs(more[nearest_index(more, x)] - x) <= EDGE_PT)
    return shared >= SHARED_BORDERS * len(fewer)


def unify_columns(upper: Table, lower: Table) -> tuple[Table, Table] | None:
    """Both parts on one grid of columns; None where their borders are not those of one table."""
    upper_xs, lower_xs = column_borders(upper), column_borders(lower)
    if upper_xs is None or lower_xs is None:
        return None
    fit = fit_borders(upper_xs, lower_xs)
    if fit is None:
        return None
    mapped = [fit(x) for x in lower_xs]
    if len(mapped) == len(upper_xs) and all(abs(a - b) <= EDGE_PT for a, b in zip(upper_xs, mapped, strict=True)):
        return upper, lower
    union = snap_positions([*upper_xs, *mapped], max(SNAP_PT, EDGE_PT))
    upper_new, lower_new = _renumber(upper, upper_xs, union), _renumber(lower, mapped, union)
    return (upper_new, lower_new) if upper_new and lower_new else None


def _renumber(table: Table, borders: Sequence[float], union: Sequence[float]) -> Table | None:
    """The table with its columns numbered by the borders of `union`; None where two of its borders fall together."""
    index = [nearest_index(union, x) for x in borders]
    if any(b <= a for a, b in pairwise(index)):
        return None

    def move(cell: Cell) -> Cell:
        col = index[cell.col]
        return replace(cell, col=col, colspan=index[cell.col + cell.colspan] - col)

    return replace(table, cells=tuple(move(cell) for cell in table.cells))
