"""Lines of a text dump in a rarer style → lines of one that the region readers know. No text is changed or lost.

Three styles are met in the wild beside rows, grids and cells: a whole form as one stream of cells joined by `|`, cells
that hang below each other behind a leading `|`, and cells parted by blank lines with a line of blanks for a blank cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.normalize.text import fold
from pipeline.tables.flat_glued import unglue
from pipeline.tables.flat_kinds import find_head_run
from pipeline.tables.flat_tokens import is_item, is_level1, is_level2, is_numeric, label_kind

MIN_HANGING_LINES = 4  # as many lines begin with a separator before cells are said to hang
MIN_PAGE_CHARS = 80
_HEADS_GLUED = re.compile(r"一级指标二级指标")
MAX_BEGUN_CHARS = 12  # of the first cell of a row on its first line, where it goes on below
MIN_STREAM_CELLS = 25  # on one line with the heads among them: a form whose cells only blanks part
MIN_STREAM_LABELS = 5  # on one line with their values
NAME_CELLS = 4  # of the first row behind the heads, among which a number stands
_HEAD_START = re.compile(r"一级|二级|年初|全年|预算|指标|绩效|评价")
_HANGING = re.compile(r"[ \u00a0\u3000\t]{2,}\|")
_ONLY_PIPES = re.compile(r"[ \u00a0\u3000\t]*\|[ |]*")


def unfold_lines(lines: Sequence[str]) -> list[str]:
    """The lines with hanging cells put side by side, streams of cells one below the other, glued forms cut."""
    return list(_part_streams(_join_hanging(list(_cut_lines(list(_join_pages(lines)))))))


def _join_pages(lines: Sequence[str]) -> Iterator[str]:
    """A form that a preview cut into pages (`1、…`, `2、…`, in the middle of a row) on one line again."""
    i = 0
    while i < len(lines):
        end = i + 1
        if lines[i].startswith("1、") and len(lines[i]) >= MIN_PAGE_CHARS and _HEADS_GLUED.search(fold(lines[i])):
            while end < len(lines) and lines[end].startswith(f"{end - i + 1}、"):
                end += 1
            yield lines[i][2:] + "".join(re.sub(r"^\d+、", "", line) for line in lines[i + 1 : end])
        else:
            yield lines[i]
        i = end


def _cut_lines(lines: Sequence[str]) -> Iterator[str]:
    """The lines, a whole form on one line cut into its cells: at blanks, or by what it says where it has none."""
    for line in lines:
        cells = line.split()
        if len(cells) >= MIN_STREAM_CELLS and "|" not in line and "\t" not in line and _holds_heads(cells):
            yield from cells
        else:
            yield from unglue(line) or [line]


def _holds_heads(cells: Sequence[str]) -> bool:
    """Whether the columns' names stand among the cells of one line, and more behind them."""
    runs = (find_head_run(cells, k) for k, cell in enumerate(cells) if _HEAD_START.match(cell))
    return any(run is not None and run[0] in ("funds", "indicators") and run[1] < len(cells) for run in runs)


def _join_hanging(lines: Sequence[str]) -> list[str]:
    """Rows on one line each where every cell but the first hangs on a line that begins with its separator."""
    if sum(1 for line in lines if _HANGING.match(line)) < MIN_HANGING_LINES:
        return list(lines)
    joined: list[str] = []
    open_row = False
    for line in lines:
        hangs = _HANGING.match(line) is not None
        if hangs and joined and (open_row or joined[-1].strip()):
            joined[-1] = f"{joined[-1].rstrip()} {line.strip()}"
            open_row = not _ONLY_PIPES.fullmatch(line)
        elif joined and line[:1].isspace() and line.strip() and (open_row or _goes_on(joined[-1], line)):
            joined[-1] += line.strip()
        else:
            joined.append(line)
            open_row = False
    return joined


def _goes_on(before: str, line: str) -> bool:
    """Whether an indented line goes on with the first cell of a row, which no separator has ended yet."""
    begun = bool(before.strip()) and not before[:1].isspace() and len(before) <= MAX_BEGUN_CHARS
    return line[:2].isspace() and begun and "|" not in before


def _part_streams(lines: Sequence[str]) -> Iterator[str]:
    """A line per cell where lines of pipes go on behind a row of heads: then their ends say nothing about rows."""
    i = 0
    while i < len(lines):
        end = i
        while end < len(lines) and "|" in lines[end]:
            end += 1
        run = lines[i:end]
        if any(_goes_on_behind_heads(line) or _holds_labels(line) for line in run):
            yield from (f"{cell.strip()} |" for cell in _stream_cells(run))
        else:
            yield from run
        if end < len(lines):
            yield lines[end]
        i = end + 1


def _stream_cells(lines: Sequence[str]) -> list[str]:
    cells = "\n".join(lines).split("|")
    return [" ".join(cell.split()) for cell in (cells if cells[-1].strip() else cells[:-1])]


def _holds_labels(line: str) -> bool:
    """Whether more labels stand on one line, each with its value behind it, than any row of a form has."""
    labels = [label_kind(cell.strip()) == "labels" for cell in line.split("|")]
    return sum(a and not b for a, b in pairwise(labels)) >= MIN_STREAM_LABELS


def _goes_on_behind_heads(line: str) -> bool:
    """Whether the columns' names and the first row under them stand on one line."""
    cells = [cell.strip() for cell in line.split("|")]
    for k, cell in enumerate(cells):
        run = find_head_run(cells, k) if fold(cell) else None
        if run is None or run[0] == "goals":
            continue
        follow = [c for c in cells[run[1] :] if fold(c)]
        behind = follow[0] if follow else ""
        if is_item(behind) or is_level1(behind) or is_level2(behind) or any(map(is_numeric, follow[:NAME_CELLS])):
            return True
    return False
