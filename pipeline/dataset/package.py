"""Schema to `datapackage.json`: what a program needs to read the CSV files with the right types."""

from __future__ import annotations

import json
from typing import Any

from pipeline.dataset.schema import SCHEMA_VERSION, TABLES, Column, ColumnType, TableSchema

PACKAGE_OWNER = "jixiao"
FIELD_TYPES: dict[ColumnType, str] = {
    "text": "string",
    "code": "string",
    "int": "integer",
    "money": "number",
    "decimal": "number",
    "date": "date",
    "ratio": "number",
}


def data_package(n_rows: dict[str, int]) -> str:
    """The descriptor as JSON text: a resource per table with its columns, and how many rows it has.

    Follows the Tabular Data Package specification, version 1 (Frictionless Data).
    """
    package = {
        "profile": "tabular-data-package",
        "name": PACKAGE_OWNER,
        "version": SCHEMA_VERSION,
        "resources": [_resource(table, n_rows[table.name]) for table in TABLES],
    }
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def _resource(table: TableSchema, n_rows: int) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.zh,
        "description": table.en,
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "doubleQuote": True, "header": True},
        "rows": n_rows,
        "schema": {"fields": [_field(column) for column in table.columns], "missingValues": [""]},
    }


def _field(column: Column) -> dict[str, str]:
    return {"name": column.name, "type": FIELD_TYPES[column.type], "title": column.zh, "description": column.en}


def is_own_package(content: bytes) -> bool:
    """Whether a `datapackage.json` is one that was written here; so is an empty one, of a run that was broken off."""
    try:
        package = json.loads(content) if content.strip() else {"name": PACKAGE_OWNER}
    except ValueError:
        return False
    return isinstance(package, dict) and package.get("name") == PACKAGE_OWNER
