"""Strips of a form → Table: columns side by side, level and section labels spanning the rows they cover."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.document import Cell, Table
from pipeline.normalize.text import fold
from pipeline.tables.flat_levels import Placed, level_cells, lift_late_names
from pipeline.tables.flat_sections import Strip
from pipeline.tables.flat_tokens import is_title, label_kind

SPANNING = ("lead", "level1", "level2")
INFERRED_CONFIDENCE = 0.9  # columns told by heads and kinds, not by positions


def strips_to_table(strips: Sequence[Strip], *, positional: bool) -> Table:
    """One form's Table: the strips below each other, each with its own heads."""
    cells: list[Cell] = []
    row = 0
    for strip in strips:
        if strip.head is None:
            cells.extend(_labels_to_cells(strip.rows[0], row))
            row += 1
            continue
        confidence = 1.0 if positional else INFERRED_CONFIDENCE
        cells.extend(_section_cells(strip, row, confidence))
        row += 1 + len(strip.rows)
    return Table(tuple(sorted(_widen_titles(cells), key=lambda c: (c.row, c.col))), origin="flat")


def _labels_to_cells(row: Placed, top: int) -> list[Cell]:
    """A row of labels and values: each cell reaches to the next, the blanks between them are what it spanned."""
    starts = [col for col, _, _ in row[1:]]
    ends = [*starts, row[-1][0] + row[-1][1]] if row else []
    return [Cell(top, col, text, 1, max(end - col, span)) for (col, span, text), end in zip(row, ends, strict=True)]


def _widen_titles(cells: Sequence[Cell]) -> list[Cell]:
    """A title that is alone in its row spans the table."""
    width = max((c.col + c.colspan for c in cells), default=1)
    alone: dict[int, int] = {}
    for cell in cells:
        for row in range(cell.row, cell.row + cell.rowspan):
            alone[row] = alone.get(row, 0) + 1
    return [
        Cell(c.row, 0, c.text, 1, width, confidence=c.confidence) if alone[c.row] == 1 and is_title(c.text) else c
        for c in cells
    ]


def _section_cells(strip: Strip, top: int, confidence: float) -> list[Cell]:
    head = strip.head
    assert head is not None
    spanning = [c for c, f in enumerate(head.fields) if f in SPANNING]
    levels = [c for c in spanning if head.fields[c] != "lead"]
    cells = [Cell(top, c, text) for c, text in enumerate(head.texts) if fold(text) and head.fields[c] != "lead"]
    ends = _total_row(strip)
    cells.extend(_lead_cells(strip, top, ends))
    beside = _weights_of_levels(head.fields)
    rows = lift_late_names(strip.rows[:ends], head.fields)
    for place, column in enumerate(levels):
        names = level_cells(rows, column, levels[:place], top + 1, confidence)
        cells.extend(names)
        cells.extend(_points_beside(names, rows, beside.get(column), top + 1, confidence))
    for k, row in enumerate(strip.rows):
        is_total = k >= ends
        cells.extend(
            Cell(top + 1 + k, col, text, 1, span, confidence=confidence)
            for col, span, text in row
            if is_total or col not in (*spanning, *beside.values())
        )
    return cells


def _weights_of_levels(fields: Sequence[str]) -> dict[int, int]:
    """Level column → the weight column right of it (一级指标 | 分值 | 二级指标 | 分值)."""
    return {
        c: c + 1 for c, field in enumerate(fields[:-1]) if field in ("level1", "level2") and fields[c + 1] == "weight"
    }


def _points_beside(
    names: Sequence[Cell], rows: Sequence[Placed], column: int | None, top: int, confidence: float
) -> list[Cell]:
    """The points of levels, each over the rows that its level's name covers."""
    if column is None:
        return []
    points = {(top + k): text for k, row in enumerate(rows) for col, _, text in row if col == column and fold(text)}
    return [
        Cell(name.row, column, points[name.row], name.rowspan, confidence=confidence)
        for name in names
        if name.row in points
    ]


def _total_row(strip: Strip) -> int:
    """Index of the row from which labels no longer span: the totals row, or the number of rows."""
    assert strip.head is not None
    for k, row in enumerate(strip.rows):
        if strip.head.kind == "indicators" and row and label_kind(row[0][2]) == "totals" and row[0][0] == 0:
            return k
    return len(strip.rows)


def _lead_cells(strip: Strip, top: int, ends: int) -> list[Cell]:
    """Section labels at the left: each covers its rows up to the next; the first also the rows above it."""
    assert strip.head is not None
    cells: list[Cell] = []
    for column, field in enumerate(strip.head.fields):
        if field != "lead":
            continue
        marks: list[tuple[int, str]] = []
        texts = [(0, strip.head.texts[column])] + [
            (k + 1, text) for k, row in enumerate(strip.rows[:ends]) for col, _, text in row if col == column
        ]
        for k, text in texts:
            if fold(text) and not (marks and fold(marks[-1][1]) == fold(text)):
                marks.append((k if marks else 0, text))
        bottoms = [row for row, _ in marks[1:]] + [ends + 1] * bool(marks)
        cells.extend(
            Cell(top + row, column, text, bottom - row) for (row, text), bottom in zip(marks, bottoms, strict=True)
        )
    return cells
