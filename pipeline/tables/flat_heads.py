"""Head rows in printed rows: which cells name columns, of what kind of block, and what stands left of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.normalize.text import fold
from pipeline.tables.flat_cells import Dump, PrintedRow
from pipeline.tables.flat_kinds import GOAL_PAIRS, KINDS, head_fields, head_kind, is_list_head
from pipeline.tables.flat_tokens import (
    Section,
    cell_kind,
    is_heading_row,
    is_numeric,
    is_signature,
    is_title,
    label_kind,
    section_field,
)

MAX_HEAD_ROWS = 3  # printed rows over which one head row may be broken
MAX_LEAD_CHARS = 30


@dataclass(frozen=True, slots=True)
class Head:
    """A head row: per column its field and printed text; `places` maps printed positions to columns."""

    kind: Section
    fields: tuple[str, ...]
    texts: tuple[str, ...]
    places: tuple[int, ...]
    n_rows: int = 1  # printed rows it takes up

    @property
    def n_leads(self) -> int:
        return sum(1 for f in self.fields if f == "lead")


def find_head(dump: Dump, rows: Sequence[PrintedRow], i: int) -> Head | None:
    """The head row that begins at printed row `i`, joined with the rows it was broken over; None if none does."""
    best: Head | None = None
    cells: list[str] = []
    for n in range(1, min(MAX_HEAD_ROWS, len(rows) - i) + 1):
        row = rows[i + n - 1]
        if n > 1 and row.gap == 2 and dump.style != "tab_cells":
            break
        if n > 1 and best is None and not (n == 2 and _is_lone_lead(dump, rows, i)) and not _ends_in_head(cells):
            break
        if n > 1 and not _all_heads(row, best.kind if best else None):
            break
        cells.extend(row.cells)
        kind = head_kind(cells)
        if kind is not None:
            best = _cells_to_head(kind, cells, n, dump, rows[i + n :])
    return best


def _is_lone_lead(dump: Dump, rows: Sequence[PrintedRow], i: int) -> bool:
    """Whether printed row `i` is the section label alone, parted from its head row by a line end inside a cell."""
    filled = rows[i].filled
    n = len(rows[i].cells)
    parted = i + 2 < len(rows) and n + len(rows[i + 1].cells) == len(rows[i + 2].cells)
    if dump.style == "tab_cells" and n > 1 and not parted:
        return False
    if len(filled) != 1 or len(fold(filled[0])) > MAX_LEAD_CHARS or cell_kind(filled[0]) not in ("word", "text"):
        return False
    text = filled[0]
    return not (is_title(text) or is_signature(text) or is_heading_row(text) or label_kind(text) in ("labels", "prose"))


def _ends_in_head(cells: Sequence[str]) -> bool:
    return bool(cells) and any(section_field(kind, cells[-1]) for kind in KINDS)


def _all_heads(row: PrintedRow, kind: Section | None) -> bool:
    filled = row.filled
    kinds = (kind,) if kind else KINDS
    return bool(filled) and any(
        sum(section_field(k, c) is not None for c in filled) * 3 >= len(filled) * 2 for k in kinds
    )


def _cells_to_head(
    kind: Section, cells: Sequence[str], n_rows: int, dump: Dump, following: Sequence[PrintedRow]
) -> Head:
    fields = head_fields(kind, cells)
    first = next(k for k, f in enumerate(fields) if f is not None)
    if (
        kind == "indicators"
        and "level1" not in fields
        and fields[first] == "level2"
        and first
        and fold(cells[first - 1])
    ):
        first -= 1
        fields[first] = "level1"
    if kind == "funds" and fields[first] == "label" and _second_label(fields, first) is not None:
        first = _second_label(fields, first) or first
    if kind == "goals":
        filled = [k for k, c in enumerate(cells) if fold(c)]
        first = next(a for a, b in pairwise(filled) if (fields[a], fields[b]) in GOAL_PAIRS)
    columns: list[tuple[str, str]] = []
    places: list[int] = []
    for k in range(first):
        if not (k > 1 and dump.positional and dump.style != "tab_cells" and not fold(cells[k])):
            columns.append(("lead", cells[k]))
        places.append(len(columns) - 1)
    for k in range(first, len(cells)):
        if not fold(cells[k]) and dump.positional and dump.style != "tab_cells":
            places.append(len(columns) - 1)
            continue
        if not fold(cells[k]) and not dump.positional:
            continue
        columns.append((_column_field(kind, fields[k]), cells[k]))
        places.append(len(columns) - 1)
    columns, moved = _with_label_column(kind, columns, dump, len(cells), following)
    if kind == "funds":
        columns = _first_budget_as_label(columns)
    places = [p + sum(1 for m in moved if m <= p) for p in places]
    return Head(kind, tuple(f for f, _ in columns), tuple(t for _, t in columns), tuple(places), n_rows)


def _second_label(fields: Sequence[str | None], first: int) -> int | None:
    """Where the row labels' head stands right of a section's label that could head them too (项目资金 | 资金来源)."""
    return next((k for k in range(first + 1, min(first + 2, len(fields))) if fields[k] == "label"), None)


def _column_field(kind: Section, field: str | None) -> str:
    if field is None:
        return "any"
    if kind == "goals":
        return "goal_actual" if field == "actual" else field
    return "money" if kind in ("base_data", "years") else field


def _first_budget_as_label(columns: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """`年度预算数` left of `年初预算` heads the row labels, whatever it means elsewhere."""
    fields = [f for f, _ in columns]
    start = next(k for k, f in enumerate(fields) if f != "lead")
    is_label = fields[start] == "annual_budget" and fields.count("annual_budget") > 1
    if not is_label and fields[start] != "label":
        return columns
    rest = [c for k, c in enumerate(columns) if not (k < start and c == ("label", ""))]
    return [("label", t) if k == start else (f, t) for k, (f, t) in enumerate(rest)]


def _with_label_column(
    kind: Section, columns: list[tuple[str, str]], dump: Dump, n_cells: int, following: Sequence[PrintedRow]
) -> tuple[list[tuple[str, str]], list[int]]:
    """Columns with those that the head row left unnamed (row labels, section label), and where they were put."""
    leads = sum(1 for f, _ in columns if f == "lead")
    wider = dump.style == "tab_cells" and _next_width(following) == n_cells + 1
    if kind in ("funds", "years"):
        numbered = columns[leads][0] == "number" and columns[leads + 1][0] == "label"
        named_label = (
            numbered
            or is_list_head([field for field, _ in columns])
            or columns[leads][0] == "label"
            or (
                kind == "funds"
                and columns[leads][0] == "annual_budget"
                and sum(1 for f, _ in columns if f == "annual_budget") > 1
            )
        )
        if named_label:
            led = leads or numbered or dump.positional or is_list_head([field for field, _ in columns])
            return (columns, []) if led else ([("lead", ""), *columns], [0])
        if leads == 1 and _labels_nothing(columns[0][1], dump, following):
            return columns, []
        if leads >= 2 and section_field("goals", columns[leads - 1][1]) == "actual":
            named = [(("label" if k == leads - 2 else "any"), columns[k][1]) for k in (leads - 2, leads - 1)]
            return [*columns[: leads - 2], *named, *columns[leads:]], []
        if leads >= 2 or (leads == 1 and not wider and (dump.positional or label_kind(columns[0][1]) != "sections")):
            return [*columns[: leads - 1], ("label", columns[leads - 1][1]), *columns[leads:]], []
        added = [("label", "")] if leads else [("lead", ""), ("label", "")]
        added = added if not dump.positional or wider or leads else [("label", "")]
        return [*columns[:leads], *added, *columns[leads:]], [leads] * len(added)
    if kind == "goals" and not dump.positional and not any(fold(t) for _, t in columns[:leads]):
        return [("lead", ""), ("sub", ""), *columns[leads:]], [0] * (2 - leads)
    if (not leads and not dump.positional) or wider:
        return [("lead", ""), *columns], [0]
    return columns, []


def _labels_nothing(lead: str, dump: Dump, following: Sequence[PrintedRow]) -> bool:
    """Whether a section's label stands left of one line of amounts that has no label of its own."""
    if not dump.positional or dump.style == "tab_cells" or label_kind(lead) != "sections" or not following:
        return False
    below = following[0]
    return not fold(below.cells[0]) and bool(below.filled) and all(is_numeric(c) for c in below.filled)


def _next_width(rows: Sequence[PrintedRow]) -> int:
    """The number of cells of the rows that follow, where most agree."""
    widths = [len(r.cells) for r in rows[:4] if r.filled]
    return max(set(widths), key=lambda w: (widths.count(w), w)) if widths else 0


def continues(head: Head, other: Head) -> bool:
    """Whether `other` repeats `head`, as a table does at the top of a page."""
    strip = re.compile(r"^(?:lead|label)$")
    mine = [fold(t) for f, t in zip(head.fields, head.texts, strict=True) if not strip.match(f)]
    theirs = [fold(t) for f, t in zip(other.fields, other.texts, strict=True) if not strip.match(f)]
    return head.kind == other.kind and mine == theirs
