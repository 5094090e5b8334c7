"""Cells told by their shading alone: the edges of filled areas that tile a table in which no line is drawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pipeline.document import Box, Ruling, union_box

MAX_GAP_PT = 3.0  # between the areas of neighbouring cells, where the paper shows through
LEVEL_PT = 1.5  # by which the tops of the cells of one row differ at most
MIN_CELLS_IN_ROW = 2
MIN_ROWS = 3  # with so many cells side by side
MIN_COVERED_SHARE = 0.8  # of the table by its cells: shaded heads and single marked cells do not tell the others
MAX_CELLS = 600  # more is a picture made of squares


def shades_to_rulings(shades: Sequence[Box]) -> list[Ruling]:
    """The four edges of each area of those that tile tables; nothing where shading is mere decoration."""
    if len(shades) > MAX_CELLS:
        return []
    cells = [box for tiles in _touching(sorted(set(shades))) if _is_tiled(tiles) for box in tiles]
    return [side for box in cells for side in _sides(box)]


def _sides(box: Box) -> tuple[Ruling, Ruling, Ruling, Ruling]:
    x0, y0, x1, y1 = box
    return Ruling(x0, y0, x1, y0), Ruling(x0, y1, x1, y1), Ruling(x0, y0, x0, y1), Ruling(x1, y0, x1, y1)


def _touching(boxes: Sequence[Box]) -> list[list[Box]]:
    """Sets of areas that hang together, each with a gap of MAX_GAP_PT at most to another of its set."""
    left = list(boxes)
    sets: list[list[Box]] = []
    while left:
        found = [left.pop(0)]
        for box in found:  # grows while it is walked
            near = [other for other in left if _is_near(box, other)]
            found.extend(near)
            left = [other for other in left if other not in near]
        sets.append(found)
    return sets


def _is_near(a: Box, b: Box) -> bool:
    across = min(a.x1, b.x1) - max(a.x0, b.x0)
    down = min(a.y1, b.y1) - max(a.y0, b.y0)
    return across >= -MAX_GAP_PT and down >= -MAX_GAP_PT


def _is_tiled(boxes: Sequence[Box]) -> bool:
    """Whether these areas are the cells of one table: rows of several side by side, hardly anything left between."""
    rows: dict[int, int] = defaultdict(int)
    for box in boxes:
        rows[round(box.y0 / LEVEL_PT)] += 1
    outline = union_box(list(boxes))
    if outline is None or sum(1 for n in rows.values() if n >= MIN_CELLS_IN_ROW) < MIN_ROWS:
        return False
    covered = sum(_area(box) for box in boxes)
    return MIN_COVERED_SHARE * _area(outline) <= covered <= _area(outline) / MIN_COVERED_SHARE


def _area(box: Box) -> float:
    return (box.x1 - box.x0) * (box.y1 - box.y0)
