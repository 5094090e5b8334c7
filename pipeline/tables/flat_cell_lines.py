"""A form whose cells stand on lines of their own: which lines make a cell, and where the form begins and ends."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.labels import head_field
from pipeline.normalize.text import fold
from pipeline.tables.flat_kinds import KINDS, find_head_run, is_next_title
from pipeline.tables.flat_pairs import pairs_end
from pipeline.tables.flat_tokens import (
    Section,
    has_points,
    is_heading_row,
    is_item,
    is_level1,
    is_level2,
    is_numeric,
    is_signature,
    is_title,
    label_kind,
    leaves_table,
    section_field,
)

NOTE_REACH_LINES = 4  # a long cell has a short one that is known as such at most so many lines below
MAX_LABEL_LINES = 45  # lines of labels and values above the first head row
MAX_CELL_CHARS = 60  # of a cell that stands on a line of its own below the heads
HEADING_REACH = 2  # cells between a heading inside a form and the heads below it
MAX_PIECES = 3
MAX_PIECED_CHARS = 16
MIN_BLANK_CELLS = 3  # lines of blanks between empty lines before they are said to be blank cells
MIN_ALONE_TENTHS = 7  # of the lines of blanks stand between empty ones; elsewhere on the page they may not
_BODY = re.compile(r"\D{2,30}(?:[局委办厅部处院校馆站所队会团社]|中心|政府|公司|幼儿园|办公室)(?:\([^()]{1,12}\))?")
_DATE = re.compile(r"20\d{2}[年./-]\d{1,2}[月./-]\d{1,2}日?")
_POINTS = re.compile(r"\(?(\d{1,3}(?:\.\d+)?)分?\)")  # of a level, below its name; the first mark may be lost
_UNIT = re.compile(r"\((?:单位[:：]?)?[万亿]?元\)")
LIST_START = re.compile(r"^(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、．](?!\d))")


def lines_to_cells(lines: Sequence[str]) -> list[tuple[int, str]]:
    """(index of its last line, text) of each cell. Heads that were broken over lines are one cell again.

    Where empty lines part the cells, a line of blanks is a blank cell; elsewhere blank lines say nothing.
    """
    cells = _parted_cells(lines) if _are_parted(lines) else _filled_lines(lines)
    joined: list[tuple[int, str]] = []
    k = 0
    while k < len(cells):
        n = _n_pieces([text for _, text in cells[k : k + MAX_PIECES]])
        whole = "".join(text for _, text in cells[k : k + n])
        ended = _with_end(joined[-1][1], whole) if joined else None
        if ended is None:
            joined.append((cells[k + n - 1][0], whole))
        else:
            joined[-1] = (cells[k + n - 1][0], ended)
        k += n
    return joined


def _with_end(name: str, text: str) -> str | None:
    """A name with the points or the unit that stand on the next line (`产出指标` over `50分)`); None for other text."""
    points = _POINTS.fullmatch(fold(text))
    is_named = is_level1(name) or is_level2(name) or head_field("sections", name) is not None
    if points and is_named and not has_points(name):
        return f"{name}({points[1]}分)"
    is_money = head_field("sections", name) == "funds" or head_field("pairs", name) is not None
    return name + text if _UNIT.fullmatch(fold(text)) and is_money else None


def _filled_lines(lines: Sequence[str]) -> list[tuple[int, str]]:
    return [(k, line.strip()) for k, line in enumerate(lines) if line.strip()]


def _are_parted(lines: Sequence[str]) -> bool:
    """Whether lines of blanks stand between empty ones, as blank cells do where a blank line follows each cell."""
    inner = range(1, len(lines) - 1)
    blank = [k for k in inner if lines[k] and not lines[k].strip()]
    alone = [k for k in blank if not lines[k - 1] and not lines[k + 1]]
    return len(alone) >= MIN_BLANK_CELLS and len(alone) * 10 >= len(blank) * MIN_ALONE_TENTHS


def _parted_cells(lines: Sequence[str]) -> list[tuple[int, str]]:
    cells: list[tuple[int, str]] = []
    open_cell = False
    for k, line in enumerate(lines):
        if not line:
            open_cell = False
        elif open_cell:
            cells[-1] = (k, "\n".join(part for part in (cells[-1][1], line.strip()) if part))
        else:
            cells.append((k, line.strip()))
            open_cell = True
    return cells


def _n_pieces(texts: Sequence[str]) -> int:
    """How many cells from the first on are one head, label or level name (`年初`, `预算数`)."""
    for n in range(len(texts), 1, -1):
        pieces = texts[:n]
        whole = "".join(pieces)
        if all(pieces) and len(fold(whole)) <= MAX_PIECED_CHARS and is_broken(whole, pieces):
            return n
    return 1


def is_broken(whole: str, pieces: Sequence[str]) -> bool:
    """Whether pieces that follow each other are one head, label or level name together, and none of them alone."""
    if _POINTS.fullmatch(fold(pieces[0])):
        return False
    is_level = (is_level1(whole) or is_level2(whole)) and fold(whole).endswith("指标")
    if is_level and not any(is_level1(piece) or is_level2(piece) for piece in pieces):
        return True
    if fold(pieces[-1]) == "指标" and (is_level1(whole) or is_level2(whole) or label_kind(whole) == "sections"):
        return True
    for kind in KINDS[:2]:
        if section_field(kind, whole) and not all(_is_head(kind, piece) for piece in pieces):
            return True
    group = label_kind(whole)
    return group in ("labels", "sections") and not any(head_field(group, piece) for piece in pieces[:-1])


def _is_head(kind: Section, piece: str) -> bool:
    """True for a head by itself: of the block, or of a list beside it (项目单位 before 评价得分)."""
    return section_field(kind, piece) is not None or section_field("funds", piece) in ("label", "unit")


def cell_lines_end(lines: Sequence[str]) -> int | None:
    """Where a form ends that begins on the first line, one cell after the other; None where none begins there."""
    if not may_begin_form(lines, 0):
        return None
    cells = lines_to_cells(lines)
    texts = [text for _, text in cells]
    last = _last_head_end(texts)
    if last is None:
        return None
    end = last
    while end < len(texts) and _is_cell_line(texts, end):
        end += 1
    end -= 2 if end - last >= 2 and is_signed(texts[end - 2], texts[end - 1]) else 0
    return cells[end - 1][0] + 1


def is_signed(body: str, date: str) -> bool:
    """True for a body over a whole date, the last lines below a form: they sign what the form stands in."""
    is_name = _BODY.fullmatch(fold(body)) is not None and label_kind(body) is None
    return is_name and _DATE.fullmatch(fold(date)) is not None


def may_begin_form(lines: Sequence[str], i: int) -> bool:
    """Whether the line names what a form is about, or begins a row of heads."""
    text = lines[i].strip()
    if not text or len(text) > MAX_CELL_CHARS:
        return False
    if head_field("labels", text) in ("subject", "department", "competent_dept", "filled_by"):
        return True
    following = [text for _, text in lines_to_cells(lines[i : i + 60])][:30]
    run = find_head_run(following, 0)
    return run is not None and (run[1] >= 3 or run[0] != "goals") and label_kind(text) != "prose"


def _last_head_end(cells: Sequence[str]) -> int | None:
    """The end of the last heads or amounts with labels of the form that `cells` begin with; None where none follow."""
    end: int | None = None
    k = 0
    waited = 0
    while k < len(cells) and waited <= MAX_LABEL_LINES:
        run = find_head_run(cells, k)
        if run is not None and run[1] - k >= 2:
            end = k = run[1]
            waited = 0
            if run[0] == "indicators":
                return end
            continue
        if pairs := pairs_end(cells, k):
            end = k = pairs
            continue
        if k and (is_title(cells[k]) or is_signature(cells[k]) or _heads_another_part(cells, k)):
            break
        k += 1
        waited += 1
    return end


def _heads_another_part(cells: Sequence[str], k: int) -> bool:
    """True for `三、存在的问题`, not for a form's own line over heads (`一、年度目标` over 目标 | 完成情况)."""
    follow = range(k + 1, min(len(cells), k + 1 + HEADING_REACH))
    return is_heading_row(cells[k]) and not any(find_head_run(cells, place) for place in follow)


def _is_cell_line(cells: Sequence[str], k: int) -> bool:
    """Whether a line below the heads is a cell: short, or with figures or level names soon below it, as notes have."""
    text = cells[k]
    leaves = is_next_title(cells, k) if is_title(text) else leaves_table(text)
    if leaves or is_heading_row(text):
        return False
    if len(text) <= MAX_CELL_CHARS and not LIST_START.match(fold(text)):
        return True
    below = cells[k + 1 : k + 1 + NOTE_REACH_LINES]
    return any(is_numeric(c) or is_level1(c) or is_level2(c) or is_item(c) for c in below)
