"""Lines of blank-separated cells → rows: what a line break inside a cell parted on the page is one cell again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.labels import head_field
from pipeline.normalize.text import fold
from pipeline.tables.flat_cell_lines import MAX_PIECED_CHARS, MAX_PIECES, is_broken
from pipeline.tables.flat_tokens import (
    cell_kind,
    has_points,
    is_figure_or_none,
    is_item,
    is_level1,
    is_level2,
    is_numeric,
    is_template_name,
    label_kind,
)

MIN_GOAL_CHARS = 12
MAX_LINES = 8  # over which one name is broken
MAX_LETTERS = 2  # of a name printed downwards that stand on one line
_UNIT = re.compile(r"\((?:单位[:：]?)?[万亿]?元\)")
_LEVEL_HEAD = re.compile(r"[一二三]级指标")
_POINTS = re.compile(r"\(\d{1,3}(?:\.\d+)?分\)")

Cells = list[str]


def join_rows(rows: Sequence[Cells]) -> list[Cells]:
    """The rows with broken names, units and points joined, values with blanks whole, and goals beside their labels."""
    return list(_join_goals([_join_values(row) for row in _join_pieces(_join_appended(rows))]))


def is_template(row: Sequence[str]) -> bool:
    """Whether a row is one that the template printed and nobody filled in (`指标2：`, `……`)."""
    return len(row) == 1 and is_template_name(row[0])


def is_complete(row: Sequence[str]) -> bool:
    """Whether a row ends as rows do, with a figure or a sign for none: what stands below it begins another."""
    return (len(row) > 1 and is_figure_or_none(row[-1])) or (bool(row) and is_template_name(row[-1]))


def _join_appended(rows: Sequence[Cells]) -> list[Cells]:
    """A unit or the points of a level that begin a line go behind the name above them (`项目资金` over `（万元）`)."""
    joined: list[Cells] = []
    for row in rows:
        first = fold(row[0]) if row else ""
        above = joined[-1][-1] if joined else ""
        is_unit = _UNIT.fullmatch(first) is not None and head_field("sections", above) == "funds"
        is_points = _POINTS.fullmatch(first) is not None and (is_level1(above) or is_level2(above))
        if is_unit or (is_points and not has_points(above)):
            joined[-1] = [*joined[-1][:-1], above + row[0].strip(), *row[1:]]
        else:
            joined.append(list(row))
    return joined


def _join_pieces(rows: Sequence[Cells]) -> list[Cells]:
    """A head, label or level name whose rest begins the next line (`可持续影` over `响指标`) is one cell."""
    left = [list(row) for row in reversed(rows)]
    joined: list[Cells] = []
    while left:
        near = left[: -MAX_LINES - 1 : -1]
        n = _n_letters(near) or _n_pieces(near)
        if n == 1:
            joined.append(left.pop())
            continue
        whole = "".join([near[0][-1], *(row[0] for row in near[1:n])])
        del left[-n:]
        left.append([*near[0][:-1], whole, *near[n - 1][1:]])  # its last cell may go on below as well
    return joined


def _n_letters(rows: Sequence[Cells]) -> int:
    """How many rows begin with the letters of one name printed downwards (绩 / 效 / 指 / 标); 0 for none.

    Only the last of them may hold more cells: those beside the name's last letter.
    """
    end = 0
    while end < len(rows) and len(rows[end][0]) <= MAX_LETTERS:
        end += 1
        if len(rows[end - 1]) > 1:
            break
    for stop in range(end, 1, -1):
        whole = "".join(row[0] for row in rows[:stop])
        if label_kind(whole) in ("sections", "labels") or is_level1(whole) or is_level2(whole):
            return stop
    return 0


def _n_pieces(rows: Sequence[Cells]) -> int:
    """How many rows share one name: the last cell of the first, and the first cell of each further one."""
    for n in range(min(MAX_PIECES, len(rows)), 1, -1):
        rest = rows[1:n]
        pieces = [rows[0][-1], *(row[0] for row in rest)]
        whole = "".join(pieces)
        if (
            all(len(row) == 1 for row in rest[:-1])
            and len(fold(whole)) <= MAX_PIECED_CHARS
            and _is_one_name(whole, pieces)
        ):
            return n
    return 1


def _is_one_name(whole: str, pieces: Sequence[str]) -> bool:
    if _POINTS.fullmatch(fold(pieces[-1])):
        return False
    if is_broken(whole, pieces) or _LEVEL_HEAD.fullmatch(fold(whole)):
        return True
    before = pieces[:-1]
    if fold(whole).startswith("其中") and is_item(whole):
        return True
    return (is_level1(whole) or is_level2(whole)) and not any(is_level1(p) or is_level2(p) for p in before)


def _join_values(row: Cells) -> Cells:
    """A row of labels with a value in two pieces whole (`东湖街道 办事处`).

    A third cell before the next known label says that a label unknown here stands among them: nothing is joined then.
    """
    if not row or label_kind(row[0]) != "labels" or any(is_numeric(cell) or re.search("[:：]", cell) for cell in row):
        return row
    joined: Cells = []
    k = 0
    while k < len(row):
        n = next((j for j in range(k + 1, len(row)) if label_kind(row[j])), len(row)) - k
        joined.extend([row[k], " ".join(row[k + 1 : k + 3])] if n == 3 else row[k : k + n])
        k += n
    return joined


def _join_goals(rows: Sequence[Cells]) -> Iterator[Cells]:
    """A goal in words that stands in the line below its label goes beside it."""
    k = 0
    while k < len(rows):
        below = rows[k + 1] if k + 1 < len(rows) else []
        if len(rows[k]) == 1 and _is_goal_label(rows[k][0]) and len(below) == 1 and _is_goal_text(below[0]):
            yield [rows[k][0], below[0]]
            k += 2
        else:
            yield rows[k]
            k += 1


def _is_goal_label(text: str) -> bool:
    return head_field("sections", text) == "goals" or head_field("goals", text) == "expected"


def _is_goal_text(text: str) -> bool:
    return cell_kind(text) in ("text", "long") and len(fold(text)) >= MIN_GOAL_CHARS and label_kind(text) is None
