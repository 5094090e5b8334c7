"""Rulings → grid → cells; aligned text → grid; flattened text → grid; tables joined across pages."""

from __future__ import annotations

from pipeline.document import Page, Table
from pipeline.tables.aligned import find_aligned_tables
from pipeline.tables.join import join_tables
from pipeline.tables.ruled import find_tables, table_box

__all__ = ["find_aligned_tables", "find_page_tables", "find_tables", "join_tables", "table_box"]


def find_page_tables(page: Page) -> list[Table]:
    """All tables of a page: those drawn with rulings, and those told by alignment outside them."""
    ruled = find_tables(page)
    return [*ruled, *find_aligned_tables(page, [box for table in ruled if (box := table_box(table))])]
