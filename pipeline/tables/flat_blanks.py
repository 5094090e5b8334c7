"""Regions of a text dump whose columns only blanks set off: where they begin and end, and the cells of their lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from pipeline.labels import head_field
from pipeline.normalize.text import fold
from pipeline.tables.flat_cell_lines import LIST_START, MAX_LABEL_LINES, is_signed
from pipeline.tables.flat_kinds import KINDS, head_kind
from pipeline.tables.flat_pairs import pairs_end
from pipeline.tables.flat_tokens import (
    MAX_REMEMBERED,
    cell_kind,
    is_figure_or_none,
    is_heading_row,
    is_level1,
    is_level2,
    is_numeric,
    is_template_name,
    is_title,
    label_kind,
    leaves_table,
    section_field,
)

MIN_WIDE_LINES = 3
MIN_COUNTED = 4  # words of a head line told by the figures below it alone
MIN_COUNTED_ROWS = 2
COUNTED_WORDS = 2  # cells of a row below it that are no figures: a name, a grade
MAX_HEAD_LINE_CHARS = 200
MAX_LONG_LINES = 3  # lines of one long cell, such as a goal in words, above the heads of a form that names its object
_WIDE_BLANK = re.compile(r"[ \u00a0\u3000]{2,}")
_BLANK_RUN = re.compile(r"[ \u00a0\u3000]+")
_APPENDED = re.compile(r"\((?:\d+分?|单位[:：]?.{1,4}|[万亿]?元)\)")  # points or a unit below their name
_OPEN, _CLOSE = "(（", ")）"


def split_blanks(line: str) -> list[str]:
    """The cells of a line whose columns are set off by blanks: wide ones where there are such, else single ones."""
    stripped = line.strip(" \u00a0\u3000")
    wide = [part for part in _WIDE_BLANK.split(stripped) if part]
    if len(wide) >= 3 or (len(wide) == 2 and (label_kind(wide[0]) or is_numeric(wide[1]))):
        return _join_spaced(wide)
    parts = [part for part in _BLANK_RUN.split(stripped) if part]
    return _join_spaced(_join_parentheses(parts)) if len(parts) >= 2 else wide


def _join_parentheses(parts: list[str]) -> list[str]:
    """Cells with what stands in parentheses put together again (`开放天数( ≥**天 )`)."""
    joined: list[str] = []
    depth = 0
    for part in parts:
        if depth > 0:
            joined[-1] += f" {part}"
        else:
            joined.append(part)
        depth += sum(part.count(mark) for mark in _OPEN) - sum(part.count(mark) for mark in _CLOSE)
    return joined if depth == 0 else parts


def _join_spaced(parts: list[str]) -> list[str]:
    """Cells with the letters of a spaced-out name (`投 入（20分）`, `主 管 部 门`) put together again."""
    joined: list[str] = []
    k = 0
    while k < len(parts):
        n = 1
        if len(parts[k]) == 1:
            letters = next((j for j in range(k, len(parts)) if len(parts[j]) > 1), len(parts))
            ends = range(min(letters + 1, len(parts)), k + 1, -1)
            n = next((end - k for end in ends if _is_name("".join(parts[k:end]))), 1)
        joined.append("".join(parts[k : k + n]))
        k += n
    return joined


def _is_name(text: str) -> bool:
    return is_level1(text) or label_kind(text) is not None or any(section_field(kind, text) for kind in KINDS[:3])


@lru_cache(MAX_REMEMBERED)
def is_head_line(line: str) -> bool:
    """Whether the cells of a blank-separated line name the columns of an indicator or funds block."""
    cells = split_blanks(line)
    kind = head_kind(cells) if len(cells) >= 2 and len(line) <= MAX_HEAD_LINE_CHARS else None
    return kind in ("funds", "years", "base_data") or (kind == "indicators" and len(cells) >= 3)


def _is_pairs_line(line: str) -> bool:
    """Whether a line is amounts beside their labels and nothing else (计划安排资金 82.00 实际到位资金 80.00)."""
    cells = split_blanks(line)
    return pairs_end(cells, 0) == len(cells)


def blank_region_end(lines: Sequence[str]) -> int | None:
    """Where a region of blank-separated columns ends: it begins at a head line, or at the label lines above one.

    A form that begins with its object's name may hold cells of long text before its heads; they stay in it.
    """
    if not looks_tabular(lines[0]):
        return None
    end, heads, seen, under_goals, n_long = 0, 0, 0, False, 0
    named = _names_object(lines[0])  # until the heads of its indicators
    for k in range(len(lines)):
        if not lines[k].strip():
            continue
        inside = ((heads or named) and _is_short_cell(lines[k])) or (end > 0 and (under_goals or _is_wide(lines[k])))
        if not (inside or looks_tabular(lines[k])):
            n_long += 1
            if not named or n_long > MAX_LONG_LINES or _ends_form(lines[k]):
                break
            continue
        heads += is_head_line(lines[k]) or (named and (_is_indicator_line(lines[k]) or _is_pairs_line(lines[k])))
        named = named and not (_is_indicator_line(lines[k]) or head_kind(split_blanks(lines[k])) == "indicators")
        seen += 1
        if not heads and seen > MAX_LABEL_LINES:
            break
        under_goals = _ends_with_goal_heads(lines[k])
        end, n_long = k + 1, 0
    if heads or _is_wide_block(lines[:end]):
        return _without_signature(lines, end)
    return _counted_block_end(lines)


def _counted_block_end(lines: Sequence[str]) -> int | None:
    """The end of rows that have as many cells as the words above them, nearly all figures, whatever the words are."""
    heads = split_blanks(lines[0])
    if len(heads) < MIN_COUNTED or any(cell_kind(head) not in ("word", "text") for head in heads):
        return None
    end, rows = 1, 0
    for k, line in enumerate(lines[1:], 1):
        cells = split_blanks(line) if line.strip() else []
        if cells and (len(cells) != len(heads) or sum(map(is_figure_or_none, cells)) < len(cells) - COUNTED_WORDS):
            break
        end, rows = (k + 1, rows + 1) if cells else (end, rows)
    return end if rows >= MIN_COUNTED_ROWS else None


def _without_signature(lines: Sequence[str], end: int) -> int:
    """The end of a region without the body and the date below it, each alone on its line."""
    filled = [k for k in range(end) if lines[k].strip()]
    is_below = len(filled) > 2 and is_signed(lines[filled[-2]].strip(), lines[filled[-1]].strip())
    return filled[-3] + 1 if is_below else end


def _names_object(line: str) -> bool:
    """Whether a line begins a form: the label of its object, and the value behind a blank."""
    cells = split_blanks(line)
    return len(cells) >= 2 and head_field("labels", cells[0]) == "subject" and not re.search(r"[:：]$", cells[0])


def _is_indicator_line(line: str) -> bool:
    """Whether a line is a row of indicators with both its levels (产出指标 数量指标 架设路灯 ≥60盏 …)."""
    cells = split_blanks(line)
    return len(cells) >= 5 and is_level1(cells[0]) and is_level2(cells[1]) and any(is_numeric(c) for c in cells[3:])


def _ends_form(line: str) -> bool:
    return leaves_table(line) or is_title(line) or is_heading_row(line) or LIST_START.match(fold(line)) is not None


def _is_wide_block(lines: Sequence[str]) -> bool:
    """Whether lines without known heads are a table all the same: cells far apart, most lines with a figure."""
    filled = [line for line in lines if line.strip()]
    wide = [line for line in filled if _is_wide(line)]
    figures = [line for line in wide if any(is_numeric(c) for c in split_blanks(line)[1:])]
    return len(wide) >= MIN_WIDE_LINES and len(wide) == len(filled) and len(figures) * 2 >= len(wide)


@lru_cache(MAX_REMEMBERED)
def _ends_with_goal_heads(line: str) -> bool:
    return head_kind(split_blanks(line)[-2:]) == "goals"


@lru_cache(MAX_REMEMBERED)
def _is_wide(line: str) -> bool:
    """Whether a line below a head line is a row of its own: cells far apart, or the points of a scoring table."""
    if leaves_table(line) or is_heading_row(line):
        return False
    return len([part for part in _WIDE_BLANK.split(line.strip()) if part]) >= 2


@lru_cache(MAX_REMEMBERED)
def _is_short_cell(line: str) -> bool:
    folded = fold(line)
    known = label_kind(line) is not None or is_numeric(line) or is_template_name(line)
    known = known or _APPENDED.fullmatch(folded) is not None
    return known or (len(folded) <= 12 and cell_kind(line) == "word" and not re.search(r"[:：，,、]", folded))


@lru_cache(MAX_REMEMBERED)
def looks_tabular(line: str) -> bool:
    """Whether a line reads as a row: heads, a label and its value, or several short cells."""
    cells = split_blanks(line)
    if leaves_table(line) or len(cells) < 2:
        return False
    is_line = label_kind(cells[0]) is not None or all(is_figure_or_none(cell) for cell in cells[1:])
    if LIST_START.match(fold(line)) and not is_line:
        return False
    if is_head_line(line) or label_kind(cells[0]) in ("labels", "prose"):
        return True
    prose = sum(1 for c in cells if len(c) > 30 and re.search(r"[，。；]", c))
    return prose * 2 < len(cells) and (len(cells) >= 3 or label_kind(cells[0]) is not None or is_numeric(cells[-1]))
