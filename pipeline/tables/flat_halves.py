"""Forms that stand side by side in a dump which keeps positions → a dump for each."""

from __future__ import annotations

from dataclasses import replace

from pipeline.labels import head_field, is_known_label
from pipeline.normalize.text import fold
from pipeline.tables.flat_cells import Dump

POSITIONS = ("tab_rows", "pipe_grid", "comma")
MIN_MIRRORED = 3  # labels of the left form that the right one repeats, each in its own row
MIN_COLS = 2  # a form is no narrower


def split_side_by_side(dump: Dump) -> tuple[Dump, ...]:
    """The forms of a dump from left to right; the dump itself where it holds one or its positions are lost.

    A second form begins at the column that repeats, row by row, every known label of the first column, the project's
    name among them.
    """
    rows = dump.rows
    several = ((k, row.cells[0]) for k, row in enumerate(rows) if len(row.filled) > 1)
    labels = {k: fold(text) for k, text in several if is_known_label(text)}
    named = any(head_field("labels", text) == "subject" for text in labels.values())
    if dump.style not in POSITIONS or len(labels) < MIN_MIRRORED or not named:
        return (dump,)
    width = max(len(row.cells) for row in rows)
    for col in range(MIN_COLS, width - MIN_COLS + 1):
        if all(len(rows[k].cells) > col and fold(rows[k].cells[col]) == text for k, text in labels.items()):
            left = tuple(replace(row, cells=row.cells[:col]) for row in rows)
            right = tuple(replace(row, cells=row.cells[col:]) for row in rows if any(map(fold, row.cells[col:])))
            return (replace(dump, rows=left), *split_side_by_side(replace(dump, rows=right)))
    return (dump,)
