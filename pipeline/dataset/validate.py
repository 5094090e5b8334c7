"""A written dataset, held against its own contract: columns, types, keys, order, codes, and CSV against Parquet."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

from pipeline.dataset.codebook import load_codes
from pipeline.dataset.reader import iter_parquet_rows
from pipeline.dataset.schema import PACKAGE_NAME, TABLES, TEXT_FOLDER, TableSchema, arrow_schema
from pipeline.dataset.writer import cell_to_text
from pipeline.errors import InputError

PROBLEMS_MAX = 20  # per table and kind: the first few tell what is wrong
_DOC_ID = re.compile(r"[0-9a-f]{16}")
_UNCHECKED_CODES = frozenset(("target_op", "severity"))


def validate_dataset(folder: Path) -> list[str]:
    """What is wrong with the dataset in `folder`, a Chinese line each; nothing where it keeps its contract.

    Raises InputError where there is no dataset.
    """
    missing = [name for name in _file_names() if not (folder / name).is_file()]
    if len(missing) == len(_file_names()):
        raise InputError(f"{folder} 里没有数据集：请先运行 jixiao extract … --out {folder}")
    if missing:
        return [f"缺少文件 {name}" for name in missing]
    problems = [problem for table in TABLES for problem in _first(_schema_problems(folder, table))]
    if problems:
        return problems
    keys = _Keys(folder)
    for table in TABLES:
        problems += _first(_csv_problems(folder, table))
        problems += _first(_row_problems(folder, table, keys))
    return problems + _package_problems(folder)


def _file_names() -> list[str]:
    return [f"{table.name}{suffix}" for table in TABLES for suffix in (".csv", ".parquet")] + [PACKAGE_NAME]


def _first(problems: Iterator[str]) -> list[str]:
    """The first problems, and a line that says that there are more."""
    found: list[str] = []
    for problem in problems:
        if len(found) == PROBLEMS_MAX:
            return [*found, f"{problem.partition('：')[0]}：还有更多，不再列出"]
        found.append(problem)
    return found


class _Keys:
    """The documents and evaluations that other tables may speak of."""

    def __init__(self, folder: Path) -> None:
        self.doc_ids = {row["doc_id"] for row in _rows(folder, "reports")}
        self.eval_ids = {row["eval_id"] for row in _rows(folder, "evaluations")}
        self.codes = load_codes()


def _rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    table = next(table for table in TABLES if table.name == name)
    return (dict(zip(table.column_names, row, strict=True)) for row in iter_parquet_rows(folder, table))


def _schema_problems(folder: Path, table: TableSchema) -> Iterator[str]:
    """Columns and types of the Parquet file and the head of the CSV."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(folder / f"{table.name}.parquet")
    except pa.ArrowInvalid:
        yield f"{table.name}.parquet：文件损坏，请重新运行"
        return
    if not schema.equals(arrow_schema(table)):
        yield f"{table.name}.parquet：列或类型与本版本的约定不同"
    with (folder / f"{table.name}.csv").open(encoding="utf-8", newline="") as file:
        if file.read(1) != "\ufeff":
            yield f"{table.name}.csv：开头没有 BOM，电子表格会显示乱码"
        else:
            head = next(csv.reader(file), [])
            if tuple(head) != table.column_names:
                yield f"{table.name}.csv：列与本版本的约定不同"


def _csv_problems(folder: Path, table: TableSchema) -> Iterator[str]:
    """Rows that CSV and Parquet do not tell alike."""
    types = [column.type for column in table.columns]
    csv.field_size_limit(2**31 - 1)
    with (folder / f"{table.name}.csv").open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        next(reader, None)
        for number, (written, row) in enumerate(zip_longest(reader, iter_parquet_rows(folder, table)), 1):
            if written is None or row is None:
                yield f"{table.name} 第 {number} 行：CSV 与 Parquet 行数不同"
                return
            if written != [cell_to_text(value, type_) for value, type_ in zip(row, types, strict=True)]:
                yield f"{table.name} 第 {number} 行：CSV 与 Parquet 内容不同"


def _row_problems(folder: Path, table: TableSchema, keys: _Keys) -> Iterator[str]:
    """Rows out of order, without their document or evaluation, with unknown codes or values without their raw text."""
    previous: tuple[Any, ...] = ()
    for number, row in enumerate(_rows(folder, table.name), 1):
        where = f"{table.name} 第 {number} 行"
        if not _DOC_ID.fullmatch(row["doc_id"] or "") or row["doc_id"] not in keys.doc_ids:
            yield f"{where}：doc_id 不在 reports 表里"
        order = _order(table, row)
        if order < previous:
            yield f"{where}：次序不对"
        elif order == previous and table.name != "tables":
            yield f"{where}：与上一行的键相同"
        previous = order
        eval_id = row.get("eval_id")
        if eval_id is not None and (eval_id not in keys.eval_ids or not eval_id.startswith(row["doc_id"])):
            yield f"{where}：eval_id 不在 evaluations 表里"
        if table.name == "links" and row["previous_doc_id"] not in keys.doc_ids:
            yield f"{where}：previous_doc_id 不在 reports 表里"
        yield from (f"{where}：{problem}" for problem in _cell_problems(table, row, keys))
        if table.name == "entities" and not 0 <= row["start"] <= row["end"]:
            yield f"{where}：起止位置不对"


def _order(table: TableSchema, row: dict[str, Any]) -> tuple[Any, ...]:
    """What the rows of a table are sorted by."""
    if table.name == "reports":
        return (row["doc_id"], row["source"])
    if table.name == "evaluations":
        return (row["doc_id"], len(row["eval_id"]), row["eval_id"])
    if table.name == "tables":
        return (row["doc_id"], row["table_no"])
    if table.name in ("funds", "indicators"):
        return (row["doc_id"], len(row["eval_id"]), row["eval_id"], row["seq"])
    return (row["doc_id"], row["seq"])


def _cell_problems(table: TableSchema, row: dict[str, Any], keys: _Keys) -> Iterator[str]:
    for column in table.columns:
        value = row[column.name]
        if value is None:
            continue
        if column.type == "code" and column.name not in _UNCHECKED_CODES:
            known = keys.codes.get(f"{table.name}.{column.name}") or keys.codes.get(column.name)
            if known is not None and value not in known:
                yield f"{column.name} 的代码 {value} 不在代码表里"
        elif column.type == "ratio" and not 0 <= value <= 1:
            yield f"{column.name} 不在 0 与 1 之间"
        elif f"{column.name}_raw" in row and row[f"{column.name}_raw"] is None and column.type in ("money", "decimal"):
            yield f"{column.name} 有值而没有原文"


def _package_problems(folder: Path) -> list[str]:
    """What the data package says wrongly, and documents without their text."""
    try:
        package = json.loads((folder / PACKAGE_NAME).read_text(encoding="utf-8"))
        stated = {resource["name"]: resource["rows"] for resource in package["resources"]}
    except (ValueError, KeyError, TypeError):
        return [f"{PACKAGE_NAME}：文件损坏，请重新运行"]
    counted = {table.name: sum(1 for _ in iter_parquet_rows(folder, table)) for table in TABLES}
    problems = [f"{PACKAGE_NAME}：{name} 的行数不对" for name, n in counted.items() if stated.get(name) != n]
    with_entities = sorted({row["doc_id"] for row in _rows(folder, "entities")})
    without = [doc_id for doc_id in with_entities if not (folder / TEXT_FOLDER / f"{doc_id}.md").is_file()]
    return problems + [f"缺少正文 {TEXT_FOLDER}/{doc_id}.md" for doc_id in without[:PROBLEMS_MAX]]
