"""A head printed over two rows, where the dump keeps positions → one row that names every column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from pipeline.labels import head_field
from pipeline.normalize.text import fold
from pipeline.tables.flat_cells import Dump, PrintedRow
from pipeline.tables.flat_kinds import KINDS, MAX_HEADS
from pipeline.tables.flat_tokens import cell_kind, label_kind, section_field

NAME = "名称"  # below a level's head, beside its 权重: the level's own names
DIVIDED: dict[str, set[str | None]] = {  # a head over two columns or more → what the heads below it may name
    "score": {"score_self", "score_review"},
    "target": {"target_op", "target", "target_unit"},
}
LIST_COLUMNS = {"number", "label", "unit", "score", "grade"}
AMOUNTS = {"initial_budget", "annual_budget", "executed"}
LEVELS = {"level1", "level2", "level3"}
VALUES = {"actual", "weight", "score"}
MIN_UNDIVIDED = 2  # heads of the upper row with nothing below them


def join_divided_heads(dump: Dump) -> Dump:
    """The dump with the two rows of each divided head (资金情况 over 年初预算 | 支出数) as one row.

    Where positions are lost, only heads of an indicator block are joined: there the names tell what divides what.
    """
    join = _join if dump.style in ("tab_rows", "pipe_grid", "comma") else _join_by_names
    rows: list[PrintedRow] = []
    for row in dump.rows:
        joined = join(rows[-1], row) if rows else None
        if joined is None:
            rows.append(row)
        else:
            rows[-1] = joined
    return replace(dump, rows=tuple(rows))


def _join(upper: PrintedRow, lower: PrintedRow) -> PrintedRow | None:
    """One head out of two rows, or None where they are none."""
    if len(upper.cells) != len(lower.cells) or not _are_heads(upper, lower):
        return None
    pairs = list(zip(upper.cells, lower.cells, strict=True))
    undivided = sum(1 for a, b in pairs if fold(a) and (not fold(b) or fold(b) == NAME))
    divided = [k for k, (a, b) in enumerate(pairs) if fold(b) and not _divides(upper.cells, lower.cells, k)]
    if undivided < MIN_UNDIVIDED or divided or not any(fold(b) and not fold(a) for a, b in pairs):
        return None
    return replace(upper, cells=tuple(a if not fold(b) or fold(b) == NAME else b for a, b in pairs))


def _divides(upper: tuple[str, ...], lower: tuple[str, ...], k: int) -> bool:
    """True where the lower cell stands under a blank, or under a head over at least two lower cells."""
    return not fold(upper[k]) or (k + 1 < len(lower) and not fold(upper[k + 1]) and bool(fold(lower[k + 1])))


def _are_heads(upper: PrintedRow, lower: PrintedRow) -> bool:
    """True where no cell is a value, and the lower cells and some upper ones name columns of a form."""
    if any(cell_kind(c) in ("number", "percent", "opnum", "long") for c in (*upper.filled, *lower.filled)):
        return False
    named = [c for c in lower.filled if fold(c) == NAME or any(section_field(kind, c) for kind in KINDS)]
    above = [c for c in upper.filled if label_kind(c) or any(section_field(kind, c) for kind in KINDS)]
    return len(lower.filled) >= 2 and len(named) == len(lower.filled) and len(above) >= MIN_UNDIVIDED


def _join_by_names(upper: PrintedRow, lower: PrintedRow) -> PrintedRow | None:
    """One head out of two rows whose positions are lost, told by what the lower heads name, or None."""
    by_pairs = _with_names_and_points(upper.filled, lower.filled) or _with_amounts(upper.filled, lower.filled)
    if by_pairs is not None:
        return replace(upper, cells=by_pairs)
    above = [(cell, section_field("indicators", cell)) for cell in upper.filled]
    below = [section_field("indicators", cell) for cell in lower.filled]
    fields = [field for _, field in above]
    if len(below) < 2 or None in below or len([f for f in fields if f]) < MIN_UNDIVIDED:
        return None
    for divided, parts in DIVIDED.items():
        if fields.count(divided) == 1 and set(below) <= parts and "level3" in fields:
            at = fields.index(divided)
            return replace(upper, cells=(*upper.filled[:at], *lower.filled, *upper.filled[at + 1 :]))
    if below[0] != "level1" or "level3" not in below or not VALUES & set(fields) or LEVELS & set(fields):
        return None
    leads = [cell for cell, field in above if field in (None, "indicator_name")]
    values = [c for c, f in above if f not in (None, "indicator_name") and not (f == "target" and "target" in below)]
    return replace(upper, cells=(*leads, *lower.filled, *values))


def _with_names_and_points(upper: tuple[str, ...], lower: tuple[str, ...]) -> tuple[str, ...] | None:
    """Levels over 名称 | 权重 each: every level's head with its points behind it, then the other heads."""
    n = len(lower) // 2
    fields = [section_field("indicators", cell) for cell in upper]
    at = [k for k, field in enumerate(fields) if field in LEVELS]
    named = all(fold(cell) == NAME for cell in lower[::2])
    points = all(section_field("indicators", cell) == "weight" for cell in lower[1::2])
    if n < MIN_UNDIVIDED or len(lower) != 2 * n or len(at) != n or not (named and points):
        return None
    levels = [cell for k, weight in zip(at, lower[1::2], strict=True) for cell in (upper[k], weight)]
    return (*upper[: at[0]], *levels, *(cell for k, cell in enumerate(upper) if k > at[0] and k not in at))


def _with_amounts(upper: tuple[str, ...], lower: tuple[str, ...]) -> tuple[str, ...] | None:
    """A table of projects whose 资金情况 is divided into amounts: these in its place."""
    fields = [section_field("funds", cell) for cell in lower]
    at = [k for k, cell in enumerate(upper) if k and head_field("sections", cell) == "funds"]
    has_project = any(head_field("labels", cell) in ("subject", "department") for cell in upper)
    if len(at) != 1 or not has_project or None in fields or len(AMOUNTS & set(fields)) < MIN_UNDIVIDED:
        return None
    return (*upper[: at[0]], *lower, *upper[at[0] + 1 :])


def order_divided_heads(cells: Sequence[str]) -> list[str]:
    """A stream of cells with each divided head of an indicator block in the order of the columns below it.

    A stream prints the upper row first (年度指标值 | 实际完成值 | 得分), then what it divides into (一级指标 |
    三级指标 | 指标性质 | 指标值): the lower heads stand left, the upper ones without the divided target behind them.
    """
    ordered = list(cells)
    k = 0
    while k < len(ordered):
        joined, length = _divided_list(ordered, k) or _divided_levels(ordered, k) or ((), 0)
        if joined:
            ordered[k : k + length] = joined
            k += len(joined)
            continue
        fields = _head_fields_from(ordered, k)
        lower = next((n for n, field in enumerate(fields) if field == "level1"), 0)
        values_first = bool(VALUES & set(fields[:lower]))
        if lower >= MIN_UNDIVIDED and values_first and "level3" in fields[lower:]:
            below = ordered[k + lower : k + len(fields)]
            divided = "target" in fields[lower:]
            above = [c for c, f in zip(ordered[k:], fields[:lower], strict=False) if not (divided and f == "target")]
            ordered[k : k + len(fields)] = [*below, *above]
        k += max(len(fields), 1)
    return ordered


def _divided_list(cells: Sequence[str], k: int) -> tuple[tuple[str, ...], int] | None:
    """The heads of a list of projects whose amounts (资金情况) are divided below, and how many cells they are."""
    upper = tuple(takewhile(_heads_list, cells[k : k + MAX_HEADS]))
    below = cells[k + len(upper) : k + len(upper) + MAX_HEADS]
    lower = tuple(takewhile(lambda cell: section_field("funds", cell) in AMOUNTS | {"execution_rate"}, below))
    joined = _with_amounts(upper, lower) if upper and lower else None
    return (joined, len(upper) + len(lower)) if joined else None


def _divided_levels(cells: Sequence[str], k: int) -> tuple[tuple[str, ...], int] | None:
    """The heads of a block whose levels are divided into 名称 | 权重 below, and how many cells they are."""
    upper = tuple(cells[k : k + len(_head_fields_from(cells, k))])
    below = cells[k + len(upper) : k + len(upper) + MAX_HEADS]
    lower = tuple(takewhile(lambda cell: fold(cell) == NAME or section_field("indicators", cell) == "weight", below))
    joined = _with_names_and_points(upper, lower) if upper and lower else None
    return (joined, len(upper) + len(lower)) if joined else None


def _heads_list(cell: str) -> bool:
    """True for a head of a list that names no amounts, and for the label of its amounts."""
    return section_field("funds", cell) in LIST_COLUMNS or head_field("sections", cell) == "funds"


def _head_fields_from(cells: Sequence[str], k: int) -> list[str]:
    """The fields of the indicator heads that follow each other from `k` on; the block's own label is none of them."""
    fields: list[str] = []
    for cell in cells[k:]:
        field = section_field("indicators", cell)
        if field is None or (not fields and field == "indicator_name"):
            break
        fields.append(field)
    return fields
