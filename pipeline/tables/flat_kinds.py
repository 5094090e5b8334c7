"""Which cells, side by side, name the columns of an indicator, funds, goals, base-data or statement block."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pipeline.normalize.text import fold
from pipeline.tables.flat_tokens import Section, cell_kind, label_kind, section_field

KINDS: tuple[Section, ...] = ("indicators", "funds", "goals", "base_data", "years")
_MONEY = {"initial_budget", "annual_budget", "executed", "execution_rate"}
_VALUES = {"target", "actual", "weight", "score", "score_self", "score_review", "explanation", "criteria"}
GOAL_PAIRS = (("expected", "actual"), ("medium", "expected"))  # heads side by side over goals in words
MAX_HEADS = 16
_BLOCK_LABEL = re.compile(r"^.{2,10}(?:情况|资金|控制)(?:\([^()]*\))?$")


def head_kind(cells: Sequence[str]) -> Section | None:
    """The kind of block whose columns the cells of one row name, or None."""
    filled = [c for c in cells if fold(c)]
    if len(filled) < 2:
        return None
    for kind in KINDS:
        fields = head_fields(kind, filled)
        named = [f for f in fields if f is not None]
        if len(named) * 2 < len(filled) or any(cell_kind(c) in ("number", "percent", "opnum", "long") for c in filled):
            continue
        if _is_enough(kind, named, fields):
            return kind
    return None


def head_fields(kind: Section, cells: Sequence[str]) -> list[str | None]:
    """The field that each cell names in a kind of block; `指标` names the third level only where no other head does."""
    fields = [section_field(kind, c) if fold(c) else None for c in cells]
    as_level3 = not {"level2", "level3"} & set(fields)
    return [("level3" if as_level3 else None) if f == "indicator_name" else f for f in fields]


def _is_enough(kind: Section, named: Sequence[str], fields: Sequence[str | None]) -> bool:
    unique = set(named)
    if kind == "indicators":
        names = "level3" in unique or {"level1", "level2"} <= unique
        return names and len(unique) >= 3 and bool(unique & _VALUES)
    if kind == "funds":
        return len(unique & _MONEY) >= 2
    if kind == "goals":
        return any(pair in GOAL_PAIRS for pair in pairwise(fields)) and len(fields) <= 4
    return len(named) >= 2 and unique != {"year"}


def find_head_run(cells: Sequence[str], k: int) -> tuple[Section, int] | None:
    """The kind and end of the head row that begins at cell `k`, its section label included; None if none does."""
    lead = k
    while lead < len(cells) and lead - k < 3 and _is_lead(cells, lead):
        lead += 1
    for start in range(lead, k - 1, -1):
        for kind in KINDS:
            end = start
            while end < len(cells) and end - start < MAX_HEADS and section_field(kind, cells[end]) is not None:
                end += 1
            if kind == "goals":
                end = min(end, start + 2)
            if (
                end - start >= 2
                and head_kind(cells[start:end]) == kind
                and (start > k or _first_is_head(cells, k, kind))
            ):
                return kind, end
    return None


def _is_lead(cells: Sequence[str], k: int) -> bool:
    text = cells[k]
    return not fold(text) or label_kind(text) == "sections" or _BLOCK_LABEL.search(fold(text)) is not None


def _first_is_head(cells: Sequence[str], k: int, kind: Section) -> bool:
    return section_field(kind, cells[k]) is not None
