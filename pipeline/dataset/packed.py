"""The rows of one document as compact bytes, one segment per table, and back without a loss.

A run of ten thousand documents keeps its rows on disk; a table is then written by reading its own segments only.
"""

from __future__ import annotations

import datetime
import json
import zlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pipeline.dataset.rows import DocumentRows, Row, clean_value, document_to_sketch
from pipeline.dataset.schema import TABLE_BY_NAME, TABLES, ColumnType, TableSchema

TEXT_SEGMENT = len(TABLES)
SKETCH_SEGMENT = TEXT_SEGMENT + 1
N_SEGMENTS = SKETCH_SEGMENT + 1
ZLIB_LEVEL = 6


@dataclass(frozen=True, slots=True)
class PackedDocument:
    """The rows of one document: how many each table has, and the segments (tables in order, text, sketch)."""

    doc_id: str
    source: str
    failed: bool
    n_rows: tuple[int, ...]
    segments: tuple[bytes, ...]


def pack_document(document: DocumentRows) -> PackedDocument:
    """The document's rows and text as segments; the same document gives the same bytes."""
    tables = [document.rows[table.name] for table in TABLES]
    segments = [_pack_rows(rows) for rows in tables]
    segments += [_compress(document.text), document_to_sketch(document)]
    n_rows = tuple(len(rows) for rows in tables)
    return PackedDocument(document.doc_id, document.source, document.failed, n_rows, tuple(segments))


def unpack_rows(table: TableSchema, segment: bytes) -> list[Row]:
    """The rows of one table, every cell with its exact type."""
    if not segment:
        return []
    types = [column.type for column in table.columns]
    written = json.loads(zlib.decompress(segment))
    return [tuple(_revive(v, t) for v, t in zip(row, types, strict=True)) for row in written]


def rename_report(segments: tuple[bytes, ...], source: str, file_name: str) -> tuple[bytes, ...]:
    """The segments of the same document under another name."""
    reports = TABLE_BY_NAME["reports"]
    place, named = TABLES.index(reports), {"source": clean_value(source), "file_name": clean_value(file_name)}
    rows = [
        tuple(named.get(column.name, value) for column, value in zip(reports.columns, row, strict=True))
        for row in unpack_rows(reports, segments[place])
    ]
    return (*segments[:place], _pack_rows(tuple(rows)), *segments[place + 1 :])


def unpack_text(segment: bytes) -> str:
    """The document's text as Markdown."""
    return zlib.decompress(segment).decode("utf-8") if segment else ""


def _pack_rows(rows: tuple[Row, ...]) -> bytes:
    return _compress(json.dumps(rows, ensure_ascii=False, default=_plain, separators=(",", ":"))) if rows else b""


def _compress(text: str) -> bytes:
    return zlib.compress(text.encode("utf-8"), ZLIB_LEVEL) if text else b""


def _plain(value: object) -> str:
    """Decimals and dates as text that gives the same value back."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(type(value).__name__)


def _revive(value: Any, type_: ColumnType) -> Any:
    if value is None or not isinstance(value, str):
        return value
    if type_ in ("money", "decimal"):
        return Decimal(value)
    return datetime.date.fromisoformat(value) if type_ == "date" else value
