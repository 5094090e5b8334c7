"""Which cells, side by side, name the columns of an indicator, funds, goals, base-data or statement block."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise, takewhile

from pipeline.labels import head_field
from pipeline.normalize.text import fold
from pipeline.tables.flat_tokens import (
    Section,
    cell_kind,
    has_points,
    is_figure_or_none,
    is_item,
    is_level1,
    is_level2,
    is_title,
    label_kind,
    section_field,
)

KINDS: tuple[Section, ...] = ("indicators", "funds", "goals", "base_data", "years")
_MONEY = {"initial_budget", "annual_budget", "executed", "execution_rate"}
_VALUES = {"target", "actual", "weight", "score", "score_self", "score_review", "explanation", "criteria"}
GOAL_PAIRS = (("expected", "actual"), ("medium", "expected"))  # heads side by side over goals in words
MAX_HEADS = 16
MIN_KNOWN_BEFORE = 3  # so many heads are known before one that is not is taken for a head too
MIN_LISTED = 4  # columns of a list without amounts
MAX_UNNAMED = 2  # unknown heads behind the last known one, told by how the rows below fit
MAX_ROWS_TRIED = 3
MAX_UNKNOWN = 3  # heads in a row that are not known
TITLE_CHARS = 8  # a shorter title stands in cells too
TITLE_REACH = 3  # cells between a title and its form's first label
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
        return len(unique & _MONEY) >= 2 or is_list_head(fields)
    if kind == "goals":
        return any(pair in GOAL_PAIRS for pair in pairwise(fields)) and len(fields) <= 4
    return len(named) >= 2 and unique != {"year"}


def find_head_run(cells: Sequence[str], k: int) -> tuple[Section, int] | None:
    """The kind and end of the head row that begins at cell `k`, its section label included; None if none does."""
    if (end := _list_head_end(cells, k)) is not None:
        return "funds", end
    lead = k
    while lead < len(cells) and lead - k < 3 and _is_lead(cells, lead):
        lead += 1
    for start in range(lead, k - 1, -1):
        for kind in KINDS:
            end = start
            while end < len(cells) and end - start < MAX_HEADS and (step := _next_head(kind, cells, start, end)):
                end += step
            if kind == "goals":
                end = min(end, start + 2)
            if (
                end - start >= 2
                and head_kind(cells[start:end]) == kind
                and (start > k or _first_is_head(cells, k, kind))
            ):
                return kind, end
    return None


def _list_head_end(cells: Sequence[str], k: int) -> int | None:
    """The end of the head of a list that begins at cell `k`, unknown heads among the known; None where none begins."""
    fields: list[str | None] = []
    for cell in cells[k : k + MAX_HEADS]:
        field = section_field("funds", cell)
        is_label = head_field("labels", cell) is not None
        is_value = is_label and bool(fields) and fields[-1] is None  # what stands before: 项目名称 | 某工程 | 主管部门
        if is_value or label_kind(cell) == "sections" or (field is None and not _may_head_list(cell)):
            break
        fields.append(field)
    while fields and fields[-1] is None:
        fields.pop()
    end = k + len(fields)
    is_whole = fields[:1] in (["number"], ["label"], ["unit"]) and fields.count(None) <= MAX_UNKNOWN
    if not (is_whole and is_list_head(fields)):
        return None
    figures = [n for n, field in enumerate(fields) if field in _MONEY or field == "score"]
    unnamed = len(list(takewhile(lambda cell: cell_kind(cell) == "word", cells[end : end + MAX_UNNAMED])))
    widths = range(len(fields), len(fields) + unnamed + 1)
    return next((k + width for width in widths if _are_rows(cells[k + width :], width, figures)), end)


def _are_rows(cells: Sequence[str], width: int, figures: Sequence[int]) -> bool:
    """True where every row of so many cells has figures, or none, under the heads of figures."""
    rows = [cells[start : start + width] for start in range(0, len(cells) - width + 1, width)][:MAX_ROWS_TRIED]
    return bool(rows) and all(not fold(row[n]) or is_figure_or_none(row[n]) for row in rows for n in figures)


def _may_head_list(text: str) -> bool:
    """True for a word that may head a column of a list though no list of heads has it (债券性质, 项目总投资)."""
    is_unused = head_field("labels", text) == "unused" or head_field("pairs", text) is not None
    return cell_kind(text) in ("word", "text") and (is_unused or not names_row(text))


def is_list_head(fields: Sequence[str | None]) -> bool:
    """True for the head of a list with a project or department per row: its name, amounts, a score or a grade.

    A form's own line of amounts has points that there are (分值) beside those reached. Without amounts a list has both
    score and grade, and a column more.
    """
    named = set(fields) - {None}
    with_amounts = bool(named & {"score", "grade"}) and len(named & _MONEY) >= 2
    with_grades = {"score", "grade"} <= named and len(named) >= MIN_LISTED
    return "label" in named and "weight" not in named and (with_amounts or with_grades)


def _next_head(kind: Section, cells: Sequence[str], start: int, end: int) -> int:
    """How many cells further the run of heads from `start` to `end` goes: 1 for a known head, 0 where it ends.

    Between known heads a few unknown ones may stand (产出（40分） in a list of scores): words that name no row.
    """
    if section_field(kind, cells[end]) is not None:
        return 1
    known = [section_field(kind, cell) for cell in cells[start:end]]
    if len([field for field in known if field]) < MIN_KNOWN_BEFORE or kind not in ("indicators", "funds"):
        return 0
    for step, cell in enumerate(cells[end : end + MAX_UNKNOWN + 1]):
        if step and section_field(kind, cell) is not None:
            return step + 1
        if cell_kind(cell) != "word" or names_row(cell):
            return 0
    return 0


def names_row(text: str) -> bool:
    """True for what stands first in a row and never in a head: a level, a line of money, a label, a total."""
    is_level = (is_level1(text) or is_level2(text)) and not has_points(text)
    return is_level or is_item(text) or label_kind(text) is not None


def _is_lead(cells: Sequence[str], k: int) -> bool:
    text = cells[k]
    return not fold(text) or label_kind(text) == "sections" or _BLOCK_LABEL.search(fold(text)) is not None


def _first_is_head(cells: Sequence[str], k: int, kind: Section) -> bool:
    return section_field(kind, cells[k]) is not None


def is_next_title(cells: Sequence[str], k: int) -> bool:
    """True for the title of the next form; a short one (绩效目标表) names a proof unless labels or heads follow it."""
    if not is_title(cells[k]) or len(fold(cells[k])) >= TITLE_CHARS:
        return is_title(cells[k])
    follow = range(k + 1, min(len(cells), k + 1 + TITLE_REACH))
    return any(label_kind(cells[place]) == "labels" or find_head_run(cells, place) for place in follow)
