"""Parts of one table on following pages → one table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from pipeline.document import Block, Cell, Table
from pipeline.labels import title_pattern
from pipeline.lexicon import load_toml
from pipeline.normalize.text import fold
from pipeline.tables.borders import unify_columns

HEAD_ROWS = 3  # rows at the top of a part in which a form's own head is looked for
MIN_HEAD_CELLS = 3  # filled cells that make a row of heads, so that its repetition is no coincidence
MIN_FLOWING_LINES = 3
FULL_LINE_SHARE = 0.75
VALUE_LENGTH = 8
VALUE = re.compile(r"[≥≤＞＜><=]?[\d.,%‰\-—/]+[^\d]{0,3}|[\-—/]|[≥≤＞＜><=].*")
MIN_BLANK = 2  # cells of the row above the break that have nothing below it
MAX_LABELS = 3  # columns of labels that may span the break: 绩效指标, 一级, 二级
LABEL_ENDS = ("指标", "情况", "目标", "资金", "措施", "指标值")
SENTENCE_END = "。；;！？!?"
PAUSES = "，,、"
OPENING, CLOSING = "([“《【", ")]”》】"  # as `fold` leaves them


def join_tables(blocks: Sequence[Block]) -> list[Block]:
    """Blocks with each table that runs over several pages as one table; furniture has been dropped before.

    Two forms that merely follow one another stay apart: a form's own head (its title, 项目名称) begins a new table.
    """
    joined: list[Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        whole = _join_pair(last, block) if isinstance(last, Table) and isinstance(block, Table) else None
        if whole:
            joined[-1] = whole
        else:
            joined.append(block)
    return joined


def _join_pair(upper: Table, lower: Table) -> Table | None:
    """The table whose parts these are; None where they are two tables."""
    if lower.page is None or lower.page != _last_page(upper) + 1:
        return None
    unified = unify_columns(upper, lower)
    if unified is None:
        return None
    upper, lower = unified
    rest = drop_rows(lower, repeated_head_rows(upper, lower))
    if not rest.cells:
        return upper
    if upper.n_rows >= HEAD_ROWS and has_form_head(rest):
        return None
    return stack_tables(upper, rest)


def _last_page(table: Table) -> int:
    return max((cell.page or 0 for cell in table.cells), default=0)


def row_texts(table: Table, row: int) -> tuple[tuple[int, str], ...]:
    """(column, folded text) of the filled cells that begin in this row."""
    cells = sorted((c for c in table.cells if c.row == row), key=lambda c: c.col)
    return tuple((c.col, text) for c in cells if (text := fold(c.text)))


def repeated_head_rows(upper: Table, lower: Table) -> int:
    """How many rows at the top of `lower` repeat the head of `upper`."""
    count = 0
    while count < lower.n_rows and (texts := row_texts(lower, count)) and texts == row_texts(upper, count):
        count += 1
    if count == 0:
        first = row_texts(lower, 0)
        is_head = len(first) >= MIN_HEAD_CELLS and not any(_is_value(text) for _, text in first)
        count = int(is_head and any(row_texts(upper, row) == first for row in range(upper.n_rows)))
    while count and any(cell.row < count < cell.row + cell.rowspan for cell in lower.cells):
        count -= 1
    return count


def drop_rows(table: Table, count: int) -> Table:
    """The table without its first rows."""
    return replace(table, cells=tuple(replace(c, row=c.row - count) for c in table.cells if c.row >= count))


def has_form_head(table: Table) -> bool:
    """Whether this part begins with a form's head: its title over the whole width, or the label of its subject.

    A head further down does not count: the part then begins with the end of another form.
    """
    for row in range(min(HEAD_ROWS, table.n_rows)):
        cells = sorted((c for c in table.cells if c.row == row and fold(c.text)), key=lambda c: c.col)
        if not cells:
            continue
        first = fold(cells[0].text)
        is_wide = cells[0].colspan == table.n_cols
        if is_wide and title_pattern().search(first):
            return True
        if not is_wide:
            return cells[0].col == 0 and re.sub(r"\([^()]*\)|:$", "", first) in _subject_labels()
    return False


@cache
def _subject_labels() -> frozenset[str]:
    labels = load_toml("heads.toml")["labels"]
    return frozenset(fold(label) for label in [*labels["subject"], *labels["department"]])


def stack_tables(upper: Table, lower: Table) -> Table:
    """`lower` set under `upper`; a row and label cells that the page break cut are whole again."""
    bottom = {(c.col, c.colspan): c for c in upper.cells if c.row + c.rowspan == upper.n_rows}
    top = [c for c in lower.cells if c.row == 0]
    pairs = [(c, bottom.get((c.col, c.colspan))) for c in sorted(top, key=lambda c: c.col)]
    cut = is_cut_row(pairs, upper.n_rows)
    offset = upper.n_rows - int(cut)
    merged = [(low, up) for low, up in pairs if up and cut] if cut else _cut_labels(pairs)
    grown = {id(up): _grow(up, low, offset) for low, up in merged}
    gone = {id(low) for low, _ in merged}
    cells = [grown.get(id(c), c) for c in upper.cells]
    cells += [replace(c, row=c.row + offset) for c in lower.cells if id(c) not in gone]
    return replace(upper, cells=tuple(sorted(cells, key=lambda c: (c.row, c.col))))


def _grow(up: Cell, low: Cell, offset: int) -> Cell:
    text = "\n".join(part for part in (up.text, low.text) if part)
    rowspan = offset + low.row + low.rowspan - up.row
    is_known = all(len(cell.alternatives) == len(cell.text) for cell in (up, low))
    between = ((),) if up.text and low.text else ()
    readings = (*up.alternatives, *between, *low.alternatives) if is_known else ()
    return replace(up, text=text, rowspan=rowspan, confidence=min(up.confidence, low.confidence), alternatives=readings)


def is_cut_row(pairs: Sequence[tuple[Cell, Cell | None]], n_upper_rows: int) -> bool:
    """Whether the first row of a page goes on with the last row of the page before.

    `pairs` are its cells, each with the cell above the break. No value may stand below, nor text under a blank; and
    text must be seen to go on: under a label left blank, under a long text, behind a comma or an open bracket.
    """
    if any(up is None for _, up in pairs):
        return False
    own = [(low, up) for low, up in pairs if up and up.row == n_upper_rows - 1 and fold(up.text)]
    going_on = [(low, up) for low, up in pairs if up and fold(low.text)]
    if not going_on or any(_is_value(fold(c.text)) or not fold(c.text) for pair in going_on for c in pair):
        return False
    blank = [low for low, _ in own if not fold(low.text)]
    if not blank:
        return any(_is_broken_off(up, low) for low, up in going_on) and not any(_is_ended(up) for _, up in going_on)
    alone = len(blank) >= MIN_BLANK and len(going_on) == 1 and going_on[0][0].col > own[0][0].col
    return alone or any(_flows(up, low) for low, up in going_on)


def _flows(up: Cell, low: Cell) -> bool:
    """Whether the text above the break looks cut off there: broken off, long, or with a full last line."""
    lines = [line for line in up.text.split("\n") if line.strip()]
    if _is_broken_off(up, low) or len(lines) >= MIN_FLOWING_LINES:
        return True
    widest = max(len(line) for line in (*lines, *low.text.split("\n")))
    return not _is_ended(up) and len(lines) > 1 and len(lines[-1]) >= FULL_LINE_SHARE * widest


def _is_broken_off(up: Cell, low: Cell) -> bool:
    above, below = fold(up.text), fold(low.text)
    return below[0] in CLOSING or below[0] in PAUSES or above[-1] in PAUSES or _is_unbalanced(above)


def _is_ended(up: Cell) -> bool:
    return fold(up.text)[-1:] in SENTENCE_END


def _is_unbalanced(text: str) -> bool:
    return any(text.count(a) > text.count(b) for a, b in zip(OPENING, CLOSING, strict=True))


def _is_value(text: str) -> bool:
    """Whether a folded cell text is a short value (`≥95%`, `10`, `/`) that no page break cuts."""
    return len(text) <= VALUE_LENGTH and VALUE.fullmatch(text) is not None


def _cut_labels(pairs: Sequence[tuple[Cell, Cell | None]]) -> list[tuple[Cell, Cell]]:
    """(cell below, cell above) of label cells that span the break while the row itself is a new one."""
    if not any(fold(low.text) for low, _ in pairs):
        return []
    merged: list[tuple[Cell, Cell]] = []
    leading = True
    for number, (low, up) in enumerate(pairs):
        leading = leading and number < MAX_LABELS
        if up is not None and _is_one_label(up, low, leading):
            merged.append((low, up))
        else:
            leading = False
    return merged


def _is_one_label(up: Cell, low: Cell, leading: bool) -> bool:
    """Whether the cell above holds a label of which the cell below is the rest: blank, or the end of a cut word."""
    above, below = fold(up.text), fold(low.text)
    if not above or (low.rowspan == 1 and not leading):
        return False
    if below:
        cut_word = any((above + below).endswith(end) and len(below) <= len(end) for end in LABEL_ENDS)
        whole_above = above.endswith(LABEL_ENDS)
        return leading and ((_is_unbalanced(above) and below[-1] in CLOSING) or (cut_word and not whole_above))
    return low.rowspan > 1 or not _is_value(above)
