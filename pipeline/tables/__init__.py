"""Rulings → grid → cells; aligned text → grid; flattened text → grid; tables joined across pages."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.document import Page, Table
from pipeline.tables.aligned import find_aligned_tables
from pipeline.tables.join import join_tables
from pipeline.tables.lined import find_lined_tables
from pipeline.tables.ruled import find_tables, table_box

__all__ = ["find_aligned_tables", "find_page_tables", "find_tables", "join_tables", "table_box"]


def find_page_tables(page: Page) -> list[Table]:
    """All tables of a page: those drawn with rulings or with lines across alone, and those told by alignment."""
    lined = find_lined_tables(page)
    ruled = [table for table in find_tables(page) if table.n_cols > 1 or not _overlaps(table, lined)]
    ruled += [table for table in lined if not _overlaps(table, ruled)]
    return [*ruled, *find_aligned_tables(page, [box for table in ruled if (box := table_box(table))])]


def _overlaps(table: Table, others: Sequence[Table]) -> bool:
    """Whether a table lies over one of the others."""
    own = table_box(table)
    boxes = [box for other in others if (box := table_box(other))]
    return own is not None and any(
        own.x0 < box.x1 and box.x0 < own.x1 and own.y0 < box.y1 and box.y0 < own.y1 for box in boxes
    )
