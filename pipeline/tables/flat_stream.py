"""A stream of cells without row ends → printed rows, cut where heads and labels say that something new begins."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.labels import head_field
from pipeline.normalize.text import fold
from pipeline.tables.flat_cells import PrintedRow
from pipeline.tables.flat_kinds import find_head_run, is_next_title
from pipeline.tables.flat_pairs import pairs_end
from pipeline.tables.flat_tokens import (
    Section,
    cell_kind,
    is_heading_row,
    is_item,
    is_numeric,
    is_signature,
    is_title,
    is_unit_line,
    label_kind,
)

_MONEY = re.compile(r"[\d.,]+[万亿千]?元?(?:\(|$)")  # also with a remark behind it


def cut_stream(cells: Sequence[str]) -> list[PrintedRow]:
    """Rows of a stream: a head row, the cells under it as one long row, a label with its value as a short row."""
    rows: list[PrintedRow] = []
    k = 0
    under: Section | None = None
    while k < len(cells):
        run = find_head_run(cells, k)
        if run is not None:
            under, end = run
            rows.append(PrintedRow(tuple(cells[k:end])))
            k = end
        elif under is None and (end := pairs_end(cells, k)):
            rows.append(PrintedRow(tuple(cells[k:end])))
            k = end
        elif under is not None and not _ends_section(cells, k):
            end = _section_end(cells, k, under)
            rows.append(PrintedRow(tuple(cells[k:end])))
            k = end
        else:
            under = None
            end = _label_row_end(cells, k)
            if any(fold(c) for c in cells[k:end]):
                rows.append(PrintedRow(tuple(cells[k:end])))
            k = end
    return rows


def _section_end(cells: Sequence[str], k: int, under: Section) -> int:
    """Where the cells below a head row end: at a label, a title or the next heads; behind a base-data row."""
    end = k + 1
    while end < len(cells) and not _ends_section(cells, end) and find_head_run(cells, end) is None:
        if under == "base_data" and is_numeric(cells[end - 1]) and cell_kind(cells[end]) in ("word", "text", "long"):
            break
        end += 1
    return end


def _ends_section(cells: Sequence[str], k: int) -> bool:
    text = cells[k]
    if k + 1 < len(cells) and is_unit_line(cells[k + 1]):
        return True
    if is_next_title(cells, k) or is_signature(text) or is_heading_row(text) or is_unit_line(text):
        return True
    has_points = "number" in map(cell_kind, cells[k + 1 : k + 3])  # then 项目立项依据 is an indicator's name
    return label_kind(text) == "labels" or (label_kind(text) == "prose" and not has_points)


def _label_row_end(cells: Sequence[str], k: int) -> int:
    """Where the row that begins at cell `k` ends: behind a label's value, a name's figures, or a lone cell."""
    text = cells[k]
    if is_title(text) or is_signature(text) or k + 1 >= len(cells):
        return k + 1
    follows = cells[k + 1]
    if is_item(text) and is_numeric(follows):
        return _figures_end(cells, k)
    if label_kind(text) not in ("labels", "prose", "totals", "sections"):
        return _figures_end(cells, k)
    if is_title(follows) or is_signature(follows) or label_kind(follows) in ("labels", "prose", "sections"):
        return k + 1
    if head_field("sections", text) == "funds" and (is_item(follows) or head_field("pairs", follows) is not None):
        return k + 1
    if find_head_run(cells, k + 1) or (cell_kind(follows) == "blank" and label_kind(text) == "sections"):
        return k + 1
    return max(k + 2, _figures_end(cells, k))


def _figures_end(cells: Sequence[str], k: int) -> int:
    """The end of the figures that stand behind a name."""
    if cell_kind(cells[k]) not in ("word", "text"):
        return k + 1
    end = k + 1
    money = is_item(cells[k])
    while end < len(cells) and (
        cell_kind(cells[end]) in ("number", "percent") or (money and _MONEY.match(fold(cells[end])))
    ):
        end += 1
    return end
