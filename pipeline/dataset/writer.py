"""Rows to files: CSV, Parquet, texts and a workbook, each written whole or not at all.

Every file is first written under a temporary name in the folder it belongs to; only when all are complete are they
renamed into place. So a run that is broken off leaves the previous dataset as it was.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import re
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from decimal import Decimal
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.dataset.package import data_package, is_own_package
from pipeline.dataset.rows import CellValue, Dataset, Row
from pipeline.dataset.schema import (
    MONEY_PLACES,
    PACKAGE_NAME,
    STATE_FOLDER,
    TABLES,
    TEXT_FOLDER,
    WORKBOOK_NAME,
    ColumnType,
    TableSchema,
    arrow_schema,
    is_dataset_file,
)
from pipeline.errors import OutputError
from pipeline.storage import disk_reason

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.dataset.workbook import WorkbookFile

BOM = "\ufeff"
PARQUET_ROWS_PER_GROUP = 131_072
ROWS_PER_BATCH = 4_096  # turned into Arrow at once: bounds the memory, whatever the number of rows
_NEEDS_QUOTES = re.compile(r'[,"\r\n]|^ | \Z')


def check_output_folder(folder: Path) -> None:
    """Nothing comes out where a dataset can be written into `folder`; it is made where it is missing.

    Raises OutputError before any work is done, so that nobody waits an hour for a disk that is read-only, and so that
    somebody's own `reports.csv` is not replaced.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = "它不是文件夹" if folder.exists() else disk_reason(error)
        raise OutputError(f"输出位置 {folder} 不能用：{reason}。请用 --out 指定另一个文件夹") from error
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OutputError(f"输出文件夹 {folder} 不可写：{disk_reason(error)}。请用 --out 指定另一个文件夹") from error
    if foreign := _find_foreign(folder):
        advice = "不是 jixiao 写的，为免覆盖没有运行：请用 --out 指定另一个文件夹，或先移走它"
        raise OutputError(f"输出文件夹 {folder} 里的 {foreign} {advice}")


def _find_foreign(folder: Path) -> str | None:
    """A file that a dataset would replace and that is none of ours: no run has written, or begun, in this folder."""
    package = folder / PACKAGE_NAME
    if (folder / STATE_FOLDER).is_dir() or (package.is_file() and is_own_package(package.read_bytes())):
        return None
    return next((path.name for path in sorted(folder.iterdir()) if is_dataset_file(path, folder)), None)


def write_dataset(dataset: Dataset, folder: Path, *, workbook: bool = True, in_parallel: bool = False) -> None:
    """The dataset in `folder`: `{table}.csv`, `.parquet`, `datapackage.json`, `text/{doc_id}.md`, `dataset.xlsx`.

    Files of an earlier run with these names are replaced; all other files are left alone. `in_parallel`: the workbook,
    half of the work, is written by a process of its own, with the same bytes. Raises OutputError.
    """
    check_output_folder(folder)
    parts: dict[Path, Path] = {}
    beside: _Beside | None = None

    def part_of(name: str) -> Path:
        path = folder / name
        return parts.setdefault(path, path.with_name(f".{path.name}.{os.getpid()}.part"))

    try:
        (folder / TEXT_FOLDER).mkdir(exist_ok=True)
        n_rows = {table.name: dataset.n_rows(table.name) for table in TABLES}
        if workbook and in_parallel:
            beside = _Beside(partial(_write_workbook, dataset, n_rows, part_of(WORKBOOK_NAME)))
        _write_tables(dataset, n_rows, part_of, workbook and not beside)
        for doc_id, text in dataset.iter_texts():
            name = f"{TEXT_FOLDER}/{doc_id}.md"
            if not _holds(folder / name, text):
                _write_text(text, part_of(name))
        _write_text(data_package(n_rows), part_of(PACKAGE_NAME))
        if beside:
            beside.finish()
        _put_in_place(parts)
    except OSError as error:
        raise OutputError(f"写不进 {folder}：{disk_reason(error)}。请检查磁盘空间和权限，再运行一次") from error
    finally:
        if beside:
            beside.stop()
        for part in parts.values():
            with contextlib.suppress(FileNotFoundError):
                part.unlink()


class _Beside:
    """A file written by a process of its own; in this one where the system has no safe fork, or that one failed."""

    def __init__(self, write: Callable[[], None]) -> None:
        self._write = write
        self._child: int | None = None
        if sys.platform != "linux":
            return
        with contextlib.suppress(OSError):  # no more processes: it is written here
            self._child = os.fork()
        if self._child == 0:
            status = 1
            try:
                write()
                status = 0
            finally:
                os._exit(status)

    def finish(self) -> None:
        """Nothing comes out; the file is whole. Raises what writing it raises."""
        if self._child is not None:
            _, status = os.waitpid(self._child, 0)
            self._child = None
            if status == 0:
                return
        self._write()

    def stop(self) -> None:
        """End the other process where it is still at it."""
        if self._child is not None:
            os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)


def _write_tables(dataset: Dataset, n_rows: dict[str, int], part_of: Callable[[str], Path], workbook: bool) -> None:
    """Every table as CSV and Parquet, and most of them as sheets of the workbook; each row is taken once."""
    with contextlib.ExitStack() as files:
        book = files.enter_context(_new_workbook(part_of(WORKBOOK_NAME), n_rows)) if workbook else None
        for table in TABLES:
            csv_path, parquet_path = part_of(f"{table.name}.csv"), part_of(f"{table.name}.parquet")
            with CsvFile(table, csv_path) as csv, ParquetFile(table, parquet_path) as parquet:
                append_to_sheet = book.add_sheet(table) if book else None
                for batch in _batched(dataset.iter_rows(table.name), ROWS_PER_BATCH):
                    csv.append(batch)
                    parquet.append(batch)
                    if append_to_sheet:
                        append_to_sheet(batch)


def _write_workbook(dataset: Dataset, n_rows: dict[str, int], path: Path) -> None:
    """The workbook alone."""
    with _new_workbook(path, n_rows) as book:
        for table in TABLES:
            append = book.add_sheet(table)
            if append:
                append(dataset.iter_rows(table.name))


def _new_workbook(path: Path, n_rows: dict[str, int]) -> AbstractContextManager[WorkbookFile]:
    from pipeline.dataset.workbook import WorkbookFile

    return WorkbookFile(path, n_rows)


def _holds(path: Path, text: str) -> bool:
    """Whether a file holds this text already: ten thousand texts are not written anew for one that changed."""
    content = text.encode("utf-8")
    return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content


def _put_in_place(parts: dict[Path, Path]) -> None:
    """Files that stand complete under temporary names, synced, then renamed together."""
    for path, part in parts.items():
        if path.parent.name != TEXT_FOLDER:
            with part.open("rb+") as file:
                os.fsync(file.fileno())
    os.sync()  # ten thousand small texts one by one would take minutes
    for path, part in parts.items():
        part.replace(path)


class CsvFile:
    """One table as CSV: UTF-8 with BOM, `\\n`, RFC 4180; text stands exactly as in the document, null is empty."""

    def __init__(self, table: TableSchema, path: Path) -> None:
        self._types = [column.type for column in table.columns]
        self._file = path.open("w", encoding="utf-8", newline="")
        self._file.write(BOM + ",".join(table.column_names) + "\n")

    def append(self, rows: Iterable[Row]) -> None:
        """Nothing comes out; the rows stand at the end of the file."""
        types = self._types
        for row in rows:
            fields = [_field(value, type_) for value, type_ in zip(row, types, strict=True)]
            self._file.write(",".join(fields) + "\n")

    def __enter__(self) -> CsvFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def write_csv(table: TableSchema, rows: Iterable[Row], path: Path) -> None:
    """One table as CSV, as `CsvFile` writes it."""
    with CsvFile(table, path) as file:
        file.append(rows)


def _field(value: CellValue, type_: ColumnType) -> str:
    """The field per RFC 4180. Ours: before Python 3.13 the csv module leaves a lone carriage return unquoted."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return cell_to_text(value, type_)  # numbers and dates hold nothing that needs quotes
    return '"' + value.replace('"', '""') + '"' if _NEEDS_QUOTES.search(value) else value


def cell_to_text(value: CellValue, type_: ColumnType) -> str:
    """The value as it stands in a CSV: `706800.00` for money, `98.2` for other decimals, ISO dates, empty for null."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value or Decimal(0):.{MONEY_PLACES}f}" if type_ == "money" else decimal_to_text(value)  # no -0.00
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


class ParquetFile:
    """One table as Parquet, zstd, the same bytes for the same rows; only one row group is held in memory."""

    def __init__(self, table: TableSchema, path: Path) -> None:
        import pyarrow.parquet as pq

        self._table = table
        self._writer = pq.ParquetWriter(path, arrow_schema(table), compression="zstd")
        self._batches: list[pa.Table] = []
        self._n_rows = 0

    def append(self, rows: tuple[Row, ...]) -> None:
        """Nothing comes out; the rows follow those before them."""
        self._batches.append(rows_to_arrow(self._table, rows))
        self._n_rows += len(rows)
        if self._n_rows >= PARQUET_ROWS_PER_GROUP:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        if self._batches:
            self._writer.write_table(pa.concat_tables(self._batches), row_group_size=self._n_rows)
        self._batches, self._n_rows = [], 0

    def __enter__(self) -> ParquetFile:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._flush()
        finally:
            self._writer.close()


def write_parquet(table: TableSchema, rows: Iterable[Row], path: Path) -> None:
    """One table as Parquet, as `ParquetFile` writes it."""
    with ParquetFile(table, path) as file:
        for batch in _batched(rows, ROWS_PER_BATCH):
            file.append(batch)


def _batched(rows: Iterable[Row], size: int) -> Iterator[tuple[Row, ...]]:
    iterator = iter(rows)
    while batch := tuple(islice(iterator, size)):
        yield batch


def _write_text(text: str, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
