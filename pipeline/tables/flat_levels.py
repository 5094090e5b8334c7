"""Names of levels in rebuilt rows: each covers the rows down to the next, wherever a page break has printed it."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.document import Cell
from pipeline.labels import level1_code, level2_code
from pipeline.normalize.text import fold

Placed = tuple[tuple[int, int, str], ...]  # (column, colspan, text) of one row, left to right
FAMILY = {
    "output": {"quantity", "quality", "timeliness", "cost"},
    "benefit": {"economic", "social", "ecological", "sustainable"},
    "cost": {"economic_cost", "social_cost", "ecological_cost", "cost"},
    "satisfaction": {"satisfaction"},
}


def lift_late_names(rows: Sequence[Placed], fields: Sequence[str]) -> list[Placed]:
    """Rows with level-1 names moved up to the first row they cover, where a page break printed them further down.

    A row without a name belongs to the next one, not to the one above, where its level-2 name is of the next one's
    family alone, or where no name stands above it.
    """
    if "level1" not in fields or "level2" not in fields:
        return list(rows)
    first, second = fields.index("level1"), fields.index("level2")
    names = [_text_at(row, first) for row in rows]
    lifted = list(rows)
    above = -1
    for k, name in enumerate(names):
        if not fold(name):
            continue
        start = 0 if above < 0 else _first_of_family(rows, second, above, k, names[above], name)
        if start < k:
            lifted[start] = tuple(sorted((*lifted[start], (first, 1, name))))
            lifted[k] = tuple(cell for cell in lifted[k] if cell[0] != first)
        above = k
    return lifted


def _text_at(row: Placed, column: int) -> str:
    return next((text for col, _, text in row if col == column), "")


def _first_of_family(rows: Sequence[Placed], second: int, above: int, k: int, name_above: str, name: str) -> int:
    """The first row, from `k` upwards, whose level-2 name can only be of `name`'s family."""
    own, other = (FAMILY.get(level1_code(n) or "", set()) for n in (name, name_above))
    start = k
    for j in range(k - 1, above, -1):
        text = _text_at(rows[j], second)
        code = level2_code(text) if fold(text) else None
        if fold(text) and (code not in own or code in other or not other):
            break
        if fold(text):
            start = j
    return start


def level_cells(rows: Sequence[Placed], column: int, above: Sequence[int], top: int, confidence: float) -> list[Cell]:
    """Level names: each covers the rows down to the next name in its column or in a column above it."""
    cells: list[Cell] = []
    opened: tuple[int, str] | None = None
    upper = ""
    for k, row in enumerate([*rows, None]):
        texts = {} if row is None else {col: text for col, _, text in row}
        names_above = "".join(fold(texts.get(c, "")) for c in above)
        changed_above = bool(names_above) and names_above != upper
        upper = names_above or upper
        name = texts.get(column, "")
        same = opened is not None and fold(name) == fold(opened[1]) and not changed_above
        if row is not None and not changed_above and (not fold(name) or same):
            continue
        if opened is not None:
            cells.append(Cell(top + opened[0], column, opened[1], k - opened[0], confidence=confidence))
        opened = (k, name) if fold(name) else None
    return cells
