"""Physical lines of a text dump → regions: stretches of table lines in one dump style, and the prose between."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import Literal

from pipeline.normalize.text import fold
from pipeline.tables.flat_cell_lines import LIST_START, MAX_LABEL_LINES, cell_lines_end, may_begin_form
from pipeline.tables.flat_kinds import head_kind
from pipeline.tables.flat_runs import split_heads, split_run
from pipeline.tables.flat_tokens import (
    MAX_REMEMBERED,
    cell_kind,
    is_heading_row,
    is_level1,
    is_numeric,
    is_title,
    label_kind,
    leaves_table,
)

Style = Literal[
    "prose", "tab_rows", "tab_cells", "pipe_rows", "pipe_cells", "pipe_grid", "comma", "blanks", "cell_lines", "runs"
]
MIN_PIPE_LINES = 3
MIN_COMMA_LINES = 3
MAX_CELL_LINES = 60
MAX_FORM_LINES = 4000
MIN_WIDE_LINES = 3
MAX_HEAD_LINE_CHARS = 200
_WIDE_BLANK = re.compile(r"[ \u00a0\u3000]{2,}")
_BLANK_RUN = re.compile(r"[ \u00a0\u3000]+")


@dataclass(frozen=True, slots=True)
class Region:
    """Consecutive lines of one style."""

    style: Style
    lines: tuple[str, ...]


def split_regions(lines: Sequence[str]) -> list[Region]:
    """Regions in order; every line is in exactly one."""
    regions: list[Region] = []
    start = i = 0
    while i < len(lines):
        found = _table_at(lines, i)
        if found is None:
            i += 1
            continue
        style, end = found
        if start < i:
            regions.append(Region("prose", tuple(lines[start:i])))
        regions.append(Region(style, tuple(lines[i:end])))
        start = i = end
    if start < len(lines):
        regions.append(Region("prose", tuple(lines[start:])))
    return regions


def _table_at(lines: Sequence[str], i: int) -> tuple[Style, int] | None:
    if "\t" in lines[i]:
        return _tab_region(lines, i)
    if "|" in lines[i] or "｜" in lines[i]:
        return _pipe_region(lines, i)
    if lines[i].count(",") >= 2:
        return _comma_region(lines, i)
    if split_heads(lines[i]) is not None:
        return _run_region(lines, i)
    if not (_looks_tabular(lines[i]) or may_begin_form(lines, i)):
        return None
    plain = list(takewhile(lambda line: "\t" not in line and not _has_pipe(line), lines[i : i + MAX_FORM_LINES]))
    found = _blank_region(plain)
    if found is not None:
        return found[0], i + found[1]
    end = cell_lines_end(plain)
    return None if end is None else ("cell_lines", i + end)


def _run_region(lines: Sequence[str], i: int) -> tuple[Style, int] | None:
    """A head line whose heads run together, and the rows below it that can be split."""
    heads = split_heads(lines[i]) or ()
    end = i + 1
    while end < len(lines) and split_run(lines[end], heads) is not None:
        end += 1
    return ("runs", end) if end > i + 1 else None


def _tab_region(lines: Sequence[str], i: int) -> tuple[Style, int] | None:
    end, k = i, i
    while k < len(lines):
        if "\t" in lines[k]:
            k += 1
            end = k
            continue
        nxt = _next_with(lines, k, "\t")
        if nxt is None or not _may_continue(lines, end, k, nxt):
            break
        k = nxt
    if _is_cell_per_line(lines[i:end]):
        return "tab_cells", _last_cell_end(lines, end)
    return ("tab_rows", end) if end - i >= 2 else None


def _is_cell_per_line(lines: Sequence[str]) -> bool:
    tabbed = [line for line in lines if "\t" in line]
    single = [
        line
        for line in tabbed
        if line.startswith("\t") and line.rstrip("\t ").count("\t") <= 1 and "\t" not in line[1:]
    ]
    return len(tabbed) >= 3 and len(single) * 10 >= len(tabbed) * 7


def _next_with(lines: Sequence[str], k: int, mark: str) -> int | None:
    return next((j for j in range(k, min(len(lines), k + MAX_CELL_LINES)) if mark in lines[j]), None)


def _may_continue(lines: Sequence[str], first: int, k: int, nxt: int) -> bool:
    """Whether the lines without a tab between two lines with one belong to the table."""
    between = [line for line in lines[k:nxt] if line.strip()]
    if any(leaves_table(line) for line in between) or _joined_title(between):
        return False
    if (len(between) == 1 and is_heading_row(between[0])) or _is_running_text(lines[k:nxt]):
        return False
    rows_only = "\t" in lines[first - 1][1:]
    if rows_only and len(between) == 1 and not lines[k].strip() and label_kind(between[0]) == "sections":
        return False
    return not (
        rows_only and sum(len(line) for line in between) > 120 and any(LIST_START.match(fold(x)) for x in between)
    )


def _is_running_text(lines: Sequence[str]) -> bool:
    """Whether the lines between two tables are a report's own: a heading and a sentence, each between blank lines."""
    alone = [b for a, b, c in zip(lines, lines[1:], lines[2:], strict=False) if b.strip() and not (a + c).strip()]
    return any(is_heading_row(line) for line in alone) and any(line.rstrip().endswith("。") for line in alone)


def _joined_title(lines: Sequence[str]) -> bool:
    return any(is_title(a + b) for a, b in pairwise(lines))


def _last_cell_end(lines: Sequence[str], end: int) -> int:
    """Where the last cell of a cell-per-line table ends: at the first blank line or line that leaves the table."""
    k = end
    while k < len(lines) and lines[k].strip() and not leaves_table(lines[k]):
        if k + 1 < len(lines) and is_title(lines[k] + lines[k + 1]):
            break
        if LIST_START.match(fold(lines[k])) and not lines[end - 1].strip():
            break
        k += 1
    return k


def _has_pipe(line: str) -> bool:
    return "|" in line or "｜" in line


def _pipe_region(lines: Sequence[str], i: int) -> tuple[Style, int] | None:
    end = i
    k = i
    while k < len(lines):
        if _has_pipe(lines[k]):
            k += 1
            end = k
            continue
        nxt = next((j for j in range(k, min(len(lines), k + 8)) if _has_pipe(lines[j])), None)
        if nxt is None or any(
            leaves_table(line) or (LIST_START.match(fold(line)) and lines[k - 1].rstrip().endswith("|"))
            for line in lines[k:nxt]
        ):
            break
        k = nxt
    piped = [line.strip().replace("｜", "|") for line in lines[i:end] if _has_pipe(line)]
    if len(piped) < MIN_PIPE_LINES and not any(p.strip("|").count("|") >= 2 for p in piped):
        return None
    if any(re.fullmatch(r"\|?(?:\s*:?-{2,}:?\s*\|)+\s*(?::?-{2,}:?)?", p) for p in piped):
        return "pipe_grid", end
    single = sum(1 for p in piped if p.count("|") == 1 and p.endswith("|"))
    if single * 10 >= len(piped) * 8:
        return "pipe_cells", end
    framed = sum(1 for p in piped if p.startswith("|") and p.endswith("|"))
    return ("pipe_grid" if framed * 10 >= len(piped) * 9 else "pipe_rows"), end


def comma_cells(line: str) -> list[str]:
    """The cells of a line of comma-separated values."""
    return next(csv.reader([line]), [])


def _comma_region(lines: Sequence[str], i: int) -> tuple[Style, int] | None:
    n = len(comma_cells(lines[i]))
    end = i
    while end < len(lines) and lines[end].strip() and len(comma_cells(lines[end])) == n:
        end += 1
    if n < 3 or end - i < MIN_COMMA_LINES:
        return None
    if head_kind(comma_cells(lines[i])) is not None:
        return "comma", end
    short = sum(1 for line in lines[i:end] for cell in comma_cells(line) if len(cell) <= 40)
    return ("comma", end) if short * 10 >= (end - i) * n * 9 else None


def split_blanks(line: str) -> list[str]:
    """The cells of a line whose columns are set off by blanks: wide ones where there are such, else single ones."""
    stripped = line.strip(" \u00a0\u3000")
    wide = [part for part in _WIDE_BLANK.split(stripped) if part]
    if len(wide) >= 3 or (len(wide) == 2 and (label_kind(wide[0]) or is_numeric(wide[1]))):
        return _join_spaced(wide)
    parts = [part for part in _BLANK_RUN.split(stripped) if part]
    return _join_spaced(parts) if len(parts) >= 2 else wide


def _join_spaced(parts: list[str]) -> list[str]:
    """Cells with the letters of a spaced-out name (`投 入（20分）`) put together again."""
    joined: list[str] = []
    for part in parts:
        if joined and len(joined[-1]) == 1 and (is_level1(joined[-1] + part) or label_kind(joined[-1] + part)):
            joined[-1] += part
        else:
            joined.append(part)
    return joined


@lru_cache(MAX_REMEMBERED)
def is_head_line(line: str) -> bool:
    """Whether the cells of a blank-separated line name the columns of an indicator or funds block."""
    cells = split_blanks(line)
    kind = head_kind(cells) if len(cells) >= 2 and len(line) <= MAX_HEAD_LINE_CHARS else None
    return kind in ("funds", "years", "base_data") or (kind == "indicators" and len(cells) >= 3)


def _blank_region(lines: Sequence[str]) -> tuple[Style, int] | None:
    """A region of blank-separated columns: it begins at a head line, or at the label lines right above one."""
    if not _looks_tabular(lines[0]):
        return None
    end, heads, seen, under_goals = 0, 0, 0, False
    for k in range(len(lines)):
        if not lines[k].strip():
            continue
        inside = (heads and _is_short_cell(lines[k])) or (end > 0 and (under_goals or _is_wide(lines[k])))
        if not (inside or _looks_tabular(lines[k])):
            break
        heads += is_head_line(lines[k])
        seen += 1
        if not heads and seen > MAX_LABEL_LINES:
            break
        under_goals = _ends_with_goal_heads(lines[k])
        end = k + 1
    return ("blanks", end) if heads or _is_wide_block(lines[:end]) else None


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
    return len([part for part in re.split(r"[ \u00a0\u3000]{2,}", line.strip()) if part]) >= 2


@lru_cache(MAX_REMEMBERED)
def _is_short_cell(line: str) -> bool:
    folded = fold(line)
    known = label_kind(line) is not None or is_numeric(line)
    return known or (len(folded) <= 12 and cell_kind(line) == "word" and not re.search(r"[:：，,、]", folded))


@lru_cache(MAX_REMEMBERED)
def _looks_tabular(line: str) -> bool:
    cells = split_blanks(line)
    if leaves_table(line) or (LIST_START.match(fold(line)) and not label_kind(cells[0])):
        return False
    if len(cells) < 2:
        return False
    if is_head_line(line) or label_kind(cells[0]) in ("labels", "prose"):
        return True
    prose = sum(1 for c in cells if len(c) > 30 and re.search(r"[，。；]", c))
    return prose * 2 < len(cells) and (len(cells) >= 3 or label_kind(cells[0]) is not None or is_numeric(cells[-1]))
