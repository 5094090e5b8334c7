"""Physical lines of a text dump → regions: stretches of table lines in one dump style, and the prose between."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import Literal

from pipeline.normalize.text import fold
from pipeline.tables.flat_blanks import blank_region_end, looks_tabular
from pipeline.tables.flat_cell_lines import LIST_START, cell_lines_end, may_begin_form
from pipeline.tables.flat_kinds import head_kind
from pipeline.tables.flat_runs import split_heads, split_run
from pipeline.tables.flat_tokens import (
    is_heading_row,
    is_title,
    label_kind,
    leaves_table,
)

_GROUPED = re.compile(r"(?<=\s)\d{1,3}(?:,\d{3})+(?:\.\d+)?(?=\s|$)")  # 21,540.00 between blanks
Style = Literal[
    "prose", "tab_rows", "tab_cells", "pipe_rows", "pipe_cells", "pipe_grid", "comma", "blanks", "cell_lines", "runs"
]
MIN_PIPE_LINES = 3
MIN_COMMA_LINES = 3
MAX_CELL_LINES = 60
MAX_FORM_LINES = 4000


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
    if _has_pipe(lines[i]) or _is_bare_cell(lines, i, label_kind(lines[i]) is not None):
        return _pipe_region(lines, i)
    if _GROUPED.sub("", lines[i]).count(",") >= 2:
        return _comma_region(lines, i)
    if split_heads(lines[i]) is not None:
        return _run_region(lines, i)
    if not (looks_tabular(lines[i]) or may_begin_form(lines, i)):
        return None
    plain = list(takewhile(lambda line: "\t" not in line and not _has_pipe(line), lines[i : i + MAX_FORM_LINES]))
    blank_end = blank_region_end(plain)
    if blank_end is not None:
        return "blanks", i + blank_end
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
            leaves_table(lines[j])
            or (
                LIST_START.match(fold(lines[j])) and lines[k - 1].rstrip().endswith("|") and not _is_bare_cell(lines, j)
            )
            for j in range(k, nxt)
        ):
            break
        k = nxt
    piped = [line.strip().replace("｜", "|") for line in lines[i:end] if _has_pipe(line)]
    if len(piped) < MIN_PIPE_LINES and not any(p.strip("|").count("|") >= 2 for p in piped):
        return None
    if any(re.fullmatch(r"\|?(?:\s*:?-{2,}:?\s*\|)+\s*(?::?-{2,}:?)?", p) for p in piped):
        return "pipe_grid", end
    single = sum(1 for p in piped if p.endswith("|") and sum(bool(part.strip()) for part in p.split("|")) <= 1)
    if single * 10 >= len(piped) * 8:
        return "pipe_cells", end
    framed = sum(1 for p in piped if p.startswith("|") and p.endswith("|"))
    return ("pipe_grid" if framed * 10 >= len(piped) * 9 else "pipe_rows"), end


def _is_bare_cell(lines: Sequence[str], i: int, known: bool = True) -> bool:
    """Whether a line is a cell whose end stands on the next line, by itself (`项目名称` over `|`)."""
    return known and i + 1 < len(lines) and re.fullmatch(r"[|｜]+", lines[i + 1].strip()) is not None


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
