"""Rows to files: CSV, Parquet, texts and a workbook, each written whole or not at all.

Every file is first written under a temporary name in the folder it belongs to; only when all are complete are they
renamed into place. So a run that is broken off leaves the previous dataset as it was.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.dataset.package import data_package
from pipeline.dataset.rows import CellValue, Dataset, Row
from pipeline.dataset.schema import (
    MONEY_PLACES,
    PACKAGE_NAME,
    TABLES,
    TEXT_FOLDER,
    WORKBOOK_NAME,
    ColumnType,
    TableSchema,
    arrow_schema,
)
from pipeline.errors import OutputError

if TYPE_CHECKING:
    import pyarrow as pa

BOM = "\ufeff"
PARQUET_ROWS_PER_GROUP = 131_072
ROWS_PER_BATCH = 4_096  # turned into Arrow at once: bounds the memory, whatever the number of rows

WriteFile = Callable[[Path], None]


def check_output_folder(folder: Path) -> None:
    """Nothing comes out where a dataset can be written into `folder`; it is made where it is missing.

    Raises OutputError before any work is done, so that nobody waits an hour for a disk that is read-only.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = "它不是文件夹" if folder.exists() else error.strerror
        raise OutputError(f"输出位置 {folder} 不能用：{reason}。请用 --out 指定另一个文件夹") from error
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OutputError(f"输出文件夹 {folder} 不可写：{error.strerror}。请用 --out 指定另一个文件夹") from error


def write_dataset(dataset: Dataset, folder: Path, *, workbook: bool = True) -> None:
    """The dataset in `folder`: `{table}.csv`, `.parquet`, `datapackage.json`, `text/{doc_id}.md`, `dataset.xlsx`.

    Files of an earlier run with these names are replaced; all other files are left alone. Raises OutputError.
    """
    check_output_folder(folder)
    try:
        (folder / TEXT_FOLDER).mkdir(exist_ok=True)
        _write_all((folder / name, write) for name, write in _dataset_files(dataset, folder, workbook))
    except OSError as error:
        raise OutputError(f"写不进 {folder}：{error.strerror}。请检查磁盘空间和权限，再运行一次") from error


def _dataset_files(dataset: Dataset, folder: Path, workbook: bool) -> Iterator[tuple[str, WriteFile]]:
    """What is to be written, one by one: a file name, and the function that writes it to a path."""
    for table in TABLES:
        yield f"{table.name}.csv", partial(_write_csv_of, dataset, table)
        yield f"{table.name}.parquet", partial(_write_parquet_of, dataset, table)
    for doc_id, text in dataset.iter_texts():
        name = f"{TEXT_FOLDER}/{doc_id}.md"
        if not _holds(folder / name, text):
            yield name, partial(_write_text, text)
    n_rows = {table.name: dataset.n_rows(table.name) for table in TABLES}
    yield PACKAGE_NAME, partial(_write_text, data_package(n_rows))
    if workbook:
        yield WORKBOOK_NAME, lambda path: _write_workbook(dataset, path)


def _write_csv_of(dataset: Dataset, table: TableSchema, path: Path) -> None:
    write_csv(table, dataset.iter_rows(table.name), path)


def _write_parquet_of(dataset: Dataset, table: TableSchema, path: Path) -> None:
    write_parquet(table, dataset.iter_rows(table.name), path)


def _holds(path: Path, text: str) -> bool:
    """Whether a file holds this text already: ten thousand texts are not written anew for one that changed."""
    content = text.encode("utf-8")
    return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content


def _write_all(files: Iterable[tuple[Path, WriteFile]]) -> None:
    """All of the files, whole: written and synced under temporary names beside their places, then renamed together."""
    parts: dict[Path, Path] = {}
    try:
        for path, write in files:
            part = parts[path] = path.with_name(f".{path.name}.{os.getpid()}.part")
            write(part)
            if path.parent.name != TEXT_FOLDER:
                _sync(part)
        os.sync()  # ten thousand small texts one by one would take minutes
        for path, part in parts.items():
            part.replace(path)
    finally:
        for part in parts.values():
            with contextlib.suppress(FileNotFoundError):
                part.unlink()


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def write_csv(table: TableSchema, rows: Iterable[Row], path: Path) -> None:
    """One table as CSV: UTF-8 with BOM, `\\n`, RFC 4180; text stands exactly as in the document, null is empty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(BOM + ",".join(table.column_names) + "\n")
        file.writelines(_csv_lines(table, rows))


def _csv_lines(table: TableSchema, rows: Iterable[Row]) -> Iterator[str]:
    types = [column.type for column in table.columns]
    for row in rows:
        yield ",".join(_quoted(cell_to_text(v, t)) for v, t in zip(row, types, strict=True)) + "\n"


def _quoted(text: str) -> str:
    """The field per RFC 4180. Ours: before Python 3.13 the csv module leaves a lone carriage return unquoted."""
    if any(c in text for c in ',"\r\n') or text != text.strip(" "):
        return '"' + text.replace('"', '""') + '"'
    return text


def cell_to_text(value: CellValue, type_: ColumnType) -> str:
    """The value as it stands in a CSV: `706800.00` for money, `98.2` for other decimals, ISO dates, empty for null."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:.{MONEY_PLACES}f}" if type_ == "money" else decimal_to_text(value)
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)


def decimal_to_text(value: Decimal) -> str:
    """The number in plain digits, without exponent, trailing zeros or negative zero: `98.2`, `100`, `-0.5`."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def rows_to_arrow(table: TableSchema, rows: tuple[Row, ...]) -> pa.Table:
    """The rows as an Arrow table with the exact types of the schema."""
    import pyarrow as pa

    schema = arrow_schema(table)
    columns = zip(*rows, strict=True) if rows else ([] for _ in table.columns)
    arrays = [pa.array(list(column), type=field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def write_parquet(table: TableSchema, rows: Iterable[Row], path: Path) -> None:
    """One table as Parquet, zstd, the same bytes for the same rows; they are taken group by group and not kept."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    batches: list[pa.Table] = []
    n_rows = 0
    with pq.ParquetWriter(path, arrow_schema(table), compression="zstd") as parquet:
        for batch in _batched(rows, ROWS_PER_BATCH):
            batches.append(rows_to_arrow(table, batch))
            n_rows += len(batch)
            if n_rows >= PARQUET_ROWS_PER_GROUP:
                parquet.write_table(pa.concat_tables(batches), row_group_size=n_rows)
                batches, n_rows = [], 0
        if batches:
            parquet.write_table(pa.concat_tables(batches), row_group_size=n_rows)


def _batched(rows: Iterable[Row], size: int) -> Iterator[tuple[Row, ...]]:
    iterator = iter(rows)
    while batch := tuple(islice(iterator, size)):
        yield batch


def _write_text(text: str, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def _write_workbook(dataset: Dataset, path: Path) -> None:
    from pipeline.dataset.workbook import write_workbook

    write_workbook(dataset, path)
