"""Printed rows → strips of a form: sections (a head row and the rows aligned under it) and free rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.labels import head_field, level1_code, split_points
from pipeline.normalize.text import fold
from pipeline.tables.flat_align import align
from pipeline.tables.flat_cells import Dump, PrintedRow
from pipeline.tables.flat_certain import settle_points, settle_rows
from pipeline.tables.flat_heads import Head, continues, find_head
from pipeline.tables.flat_pairs import covered_label
from pipeline.tables.flat_tokens import (
    Token,
    cell_kind,
    is_figure_or_none,
    is_heading_row,
    is_item,
    is_level1,
    is_level2,
    is_numeric,
    is_signature,
    is_template_name,
    is_title,
    is_unit_line,
    label_kind,
)

_GOAL_NUMBER = re.compile(r"(?:目标|任务)?\(?(\d{1,2})(?:[.、:)]|(?=[^\d.%]))")
MAX_UNIT_CELLS = 3  # of the line above a form that names its unit
Placed = tuple[tuple[int, int, str], ...]  # (column, colspan, text) of one row, left to right


@dataclass(frozen=True, slots=True)
class Strip:
    """Rows of a form under one head (None: rows that no head names)."""

    head: Head | None
    rows: tuple[Placed, ...]


def rows_to_strips(dump: Dump) -> list[Strip]:
    """The strips of a table region, in order; every filled cell stands in one of them."""
    strips: list[Strip] = []
    rows = list(dump.rows)
    i = 0
    while i < len(rows):
        head = find_head(dump, rows, i)
        if head is None:
            strips.append(Strip(None, (_free_row(dump, rows, i),)))
            i += 1
            continue
        start = i + head.n_rows
        end = start + _section_length(dump, head, rows[start:])
        strips.append(Strip(head, _section_rows(dump, head, rows[start:end])))
        i = end
    return strips


def _section_length(dump: Dump, head: Head, rows: Sequence[PrintedRow]) -> int:
    """How many printed rows belong to the head above them."""
    k = 0
    seen_figures = False
    while k < len(rows):
        row = rows[k]
        repeated = find_head(dump, rows, k)
        if repeated is not None and continues(head, repeated):
            k += repeated.n_rows
            continue
        if repeated is not None or _is_boundary(dump, head, row):
            return k
        if head.kind == "base_data" and seen_figures and row.filled and not is_numeric(row.filled[0]):
            return k
        seen_figures = seen_figures or any(is_numeric(c) for c in row.filled)
        k += 1
        if head.kind == "indicators" and row.filled and label_kind(row.filled[0]) == "totals":
            more = _lone_total_follows(row, rows[k : k + 1])
            return k + more
    return k


def _lone_total_follows(row: PrintedRow, rows: Sequence[PrintedRow]) -> int:
    """1 where a totals label stands alone and its figures are in the printed row below."""
    if len(row.filled) > 1 or not rows or not rows[0].filled:
        return 0
    return int(all(is_figure_or_none(c) for c in rows[0].filled))


def _is_boundary(dump: Dump, head: Head, row: PrintedRow) -> bool:
    filled = row.filled
    if not filled:
        return False
    first = filled[0]
    if is_signature(first) or is_title(first) or (is_heading_row(first) and len(filled) == 1):
        return True
    if len(filled) <= MAX_UNIT_CELLS and any(is_unit_line(cell) for cell in filled):
        return True
    if label_kind(first) in ("labels", "prose") and head.kind != "base_data":
        return True
    if (
        head.kind in ("funds", "years", "indicators")
        and dump.positional
        and fold(row.cells[0])
        and _is_goal_row(filled)
    ):
        return True
    if head.kind in ("funds", "years") and not dump.positional:
        rest = filled[1:]
        return bool(rest) and not any(is_figure_or_none(c) for c in rest) and ":" not in fold(rest[0])
    return False


def _is_goal_row(filled: Sequence[str]) -> bool:
    """Whether a row below amounts is a goal in words beside its label (年度总体目标 | 改善……)."""
    named = head_field("sections", filled[0]) == "goals" or head_field("goals", filled[0]) is not None
    return named and len(filled) == 2 and not any(is_figure_or_none(c) for c in filled)


def _section_rows(dump: Dump, head: Head, rows: Sequence[PrintedRow]) -> tuple[Placed, ...]:
    body: list[PrintedRow] = []
    k = 0
    while k < len(rows):
        repeated = find_head(dump, rows, k)
        if repeated is not None and continues(head, repeated):
            k += repeated.n_rows
            continue
        body.append(rows[k])
        k += 1
    if head.kind == "goals" and not dump.positional and (goals := _numbered_goals(head, body)):
        return (goals,)
    if dump.style == "tab_cells":
        body = merge_split_rows(body, len(head.fields))
    placed: list[Placed] = []
    tokens: list[Token] = []
    for row in body:
        spread = _spread_row(head, row) or (None if dump.positional else _lone_row(head, row))
        if spread is None:
            tokens.extend(_row_to_tokens(dump, head, row))
            continue
        placed.extend(_align_tokens(dump, head, tokens))
        tokens = []
        placed.append(spread)
    placed.extend(_align_tokens(dump, head, tokens))
    return tuple(placed) if dump.positional else settle_points(placed, head.fields)


def _numbered_goals(head: Head, body: Sequence[PrintedRow]) -> Placed | None:
    """Goals of which each stands in a cell of its own: where their numbers begin anew, what was done begins.

    None where they are not numbered, or not twice from one on.
    """
    cells = [cell for row in body for cell in row.filled]
    numbers = [_GOAL_NUMBER.match(fold(cell)) for cell in cells]
    begins = [k for k, number in enumerate(numbers) if number and int(number[1]) == 1]
    if len(begins) != 2 or begins[0] or len(cells) < 4 or not {"expected", "goal_actual"} <= set(head.fields):
        return None
    parts = (("expected", cells[: begins[1]]), ("goal_actual", cells[begins[1] :]))
    return tuple((head.fields.index(field), 1, "\n".join(texts)) for field, texts in parts)


def _align_tokens(dump: Dump, head: Head, tokens: Sequence[Token]) -> list[Placed]:
    aligned = align(tokens, head.fields, dump.layout)
    certain = aligned if dump.positional else settle_rows(aligned, head.fields)
    return [tuple((col, 1, token.text) for col, token in row if fold(token.text)) for row in certain]


def _row_to_tokens(dump: Dump, head: Head, row: PrintedRow) -> list[Token]:
    places = _natural_places(dump, head, row)
    if places is not None:
        kept = [(c, p) for c, p in zip(row.cells, places, strict=False) if fold(c)]
        return [Token(c, p, 2 if k == 0 else 0) for k, (c, p) in enumerate(kept)]
    cells = row.cells
    if dump.style == "tab_cells":
        while cells and not fold(cells[-1]):
            cells = cells[:-1]
        while cells and not fold(cells[0]):
            cells = cells[1:]
    return [Token(c, None, row.gap if k == 0 else 0) for k, c in enumerate(cells)]


def _natural_places(dump: Dump, head: Head, row: PrintedRow) -> list[int] | None:
    """The column of each printed position, where the dump keeps positions and the row has as many as the head."""
    if not dump.positional:
        return None
    n = len(row.cells)
    if dump.style == "tab_cells":
        if n == len(head.fields):
            return list(range(n))
        return list(head.places) if n == len(head.places) else None
    last = head.places[-1] if head.places else 0
    return [head.places[p] if p < len(head.places) else last for p in range(n)]


def merge_split_rows(rows: Sequence[PrintedRow], width: int) -> list[PrintedRow]:
    """Rows of a cell-per-line dump with blank lines inside cells undone: pieces that add up to `width` are one row.

    A row that a page break cut is printed twice, blanks included: the second part's texts go on with the first's.
    """
    merged: list[PrintedRow] = []
    for row in rows:
        if merged and len(merged[-1].cells) < width and _is_piece(merged[-1], row, width):
            merged[-1] = replace(merged[-1], cells=merged[-1].cells + row.cells, gap=2)
        elif merged and len(row.cells) == width == len(merged[-1].cells) and _is_rest(merged[-1], row):
            pairs = zip(merged[-1].cells, row.cells, strict=True)
            merged[-1] = replace(merged[-1], cells=tuple("\n".join(t for t in pair if t) for pair in pairs))
        else:
            merged.append(replace(row, gap=2))
    return merged


def _is_piece(before: PrintedRow, row: PrintedRow, width: int) -> bool:
    if len(before.cells) + len(row.cells) == width:
        return True
    lone_total = len(before.cells) == 1 and label_kind(before.cells[0]) == "totals"
    return lone_total and len(row.cells) < width and all(is_numeric(c) or not fold(c) for c in row.cells)


def _is_rest(before: PrintedRow, row: PrintedRow) -> bool:
    """Whether `row` is what a page break left of `before`: only texts, each under a text, none under a blank."""
    pairs = [(a, b) for a, b in zip(before.cells, row.cells, strict=True) if fold(b)]
    if not row.after_page_break or not pairs or len(pairs) > 2:
        return False
    return all(
        fold(a) and cell_kind(a) in ("word", "text", "long") and cell_kind(b) in ("word", "text", "long")
        for a, b in pairs
    )


def _spread_row(head: Head, row: PrintedRow) -> Placed | None:
    """A row of a funds block with cells of its own (`基本支出：30` beside `项目支出：20`), spread over its columns."""
    leads = head.n_leads
    n = len(head.fields)
    if head.kind != "funds" or len(row.cells) >= n:
        return None
    cells = list(row.cells)
    while len(cells) > 1 and not fold(cells[0]):
        cells = cells[1:]
    filled = [c for c in cells if fold(c)]
    labelled = [c for c in filled if ":" in fold(c) and cell_kind(c) in ("word", "text")]
    if not filled or len(labelled) != len(filled) or len(cells) < 2:
        return None
    width = max(1, (n - leads) // len(cells))
    edges = [leads + k * width for k in range(len(cells))] + [n]
    return tuple((edges[k], edges[k + 1] - edges[k], c) for k, c in enumerate(cells) if fold(c))


def _lone_row(head: Head, row: PrintedRow) -> Placed | None:
    """A row whose cells say by themselves where they stand: 预算执行率 over all levels, a name left as a template."""
    filled = row.filled
    levels = {"level1", "level2", "level3"}
    if head.kind == "indicators" and row.gap == 2 and len(filled) == 1 and _is_long_name(filled[0]):
        return ((head.fields.index("level3"), 1, filled[0]),) if "level3" in head.fields else None
    if head.kind != "indicators" or not filled or not is_template_name(filled[-1]) or not levels <= set(head.fields):
        return _execution_row(head, row)
    first, second, third = (head.fields.index(level) for level in sorted(levels))
    columns = [second if is_level2(name) else first if is_level1(name) else -1 for name in filled[:-1]]
    if -1 in columns or columns != sorted(set(columns)):
        return None
    return tuple((column, 1, text) for column, text in zip([*columns, third], filled, strict=True))


def _is_long_name(text: str) -> bool:
    """Whether a cell alone in its row is a name too long for a level: its values stand in the cells merged above."""
    known = is_level1(text) or is_level2(text) or label_kind(text) is not None or is_unit_line(text)
    return cell_kind(text) in ("text", "long") and not known and split_points(text)[1] is None


def _execution_row(head: Head, row: PrintedRow) -> Placed | None:
    """A row of 预算执行率 over all levels, its rate and its points: the figures stand under the last columns."""
    filled = row.filled
    fields = head.fields
    names = [c for c, f in enumerate(fields) if f in ("level1", "level2", "level3")]
    last = max((c for c, f in enumerate(fields) if f in ("score", "score_self", "score_review")), default=-1)
    figures = filled[1:]
    if head.kind != "indicators" or not names or level1_code(filled[0] if filled else "") != "execution":
        return None
    first = last - len(figures) + 1
    if len(figures) < 2 or first <= names[-1] + 1 or not all(is_figure_or_none(c) for c in figures):
        return None
    if "weight" not in fields[first : last + 1]:
        return None
    return ((names[0], names[-1] - names[0] + 1, filled[0]), *((first + k, 1, c) for k, c in enumerate(figures)))


def _free_row(dump: Dump, rows: Sequence[PrintedRow], i: int) -> Placed:
    cells = rows[i].cells
    if dump.positional:
        return tuple((col, 1, c) for col, c in enumerate(cells) if fold(c))
    placed: list[tuple[int, int, str]] = []
    mirrored = _is_mirrored(rows, i)
    col = _covered_levels(rows, i) or covered_label(
        rows[i].filled, (rows[place].filled for place in range(i - 1, -1, -1))
    )
    for k, cell in enumerate(cells):
        label = label_kind(cell) == "labels" or (mirrored and is_item(cell))
        if k and label and placed and _is_label(placed[-1][2], mirrored) and placed[-1][0] == col - 1:
            col += 1
        if fold(cell):
            placed.append((col, 1, cell))
        col += 1
    return tuple(placed)


def _covered_levels(rows: Sequence[PrintedRow], i: int) -> int:
    """How many level names printed above cover a row of indicators that no head names: 0, 1 or 2."""
    filled = rows[i].filled
    only_level1 = bool(filled) and is_level1(filled[0]) and not is_level2(filled[0])
    if len(filled) < 3 or only_level1 or label_kind(filled[0]) or not is_numeric(filled[-1]):
        return 0
    for place in range(i - 1, -1, -1):  # seldom more than a few rows up
        above = rows[place].filled
        if len(above) >= 5 and is_level1(above[0]) and is_level2(above[1]):
            by_level = 1 if is_level2(filled[0]) else 2
            return by_level if len(filled) + by_level == len(above) else 0
        if len(above) < 3 or label_kind(above[0]):
            return 0
    return 0


def _is_label(text: str, mirrored: bool) -> bool:
    return label_kind(text) == "labels" or (mirrored and is_item(text))


def _is_mirrored(rows: Sequence[PrintedRow], i: int) -> bool:
    """Whether a row of labels stands among rows of label, figure, label, figure: then its figures are blank."""
    filled = rows[i].filled
    if len(filled) < 2 or not all(is_item(c) for c in filled):
        return False
    near = [r.filled for r in rows[max(0, i - 3) : i + 4] if r is not rows[i]]
    return any(
        len(f) == 2 * len(filled) and all(is_numeric(c) for c in f[1::2]) and not any(is_numeric(c) for c in f[::2])
        for f in near
    )
