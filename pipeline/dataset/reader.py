"""A written dataset, read back with its exact types."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.dataset.rows import CellValue, Row
from pipeline.dataset.schema import TABLES, TableSchema
from pipeline.errors import InputError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

ROWS_PER_BATCH = 4_096


def read_dataset(folder: str | Path) -> dict[str, pd.DataFrame]:
    """The tables of a dataset folder, by name, as pandas frames with Arrow types: money stays Decimal.

    Raises InputError where the folder holds no dataset.
    """
    import pyarrow.parquet as pq

    frames: dict[str, pd.DataFrame] = {}
    for table in TABLES:
        path = Path(folder) / f"{table.name}.parquet"
        if not path.is_file():
            raise InputError(f"{folder} 里没有 {path.name}：请先运行 jixiao extract … --out {folder}")
        frames[table.name] = arrow_to_frame(pq.read_table(path))
    return frames


def read_rows_of(folder: Path, table: str, doc_id: str) -> list[dict[str, CellValue]]:
    """The rows of one document in one table of a dataset folder, by column, with their exact types.

    Raises InputError where the folder holds no dataset.
    """
    import pyarrow.parquet as pq

    path = folder / f"{table}.parquet"
    if not path.is_file():
        raise InputError(f"{folder} 里没有 {path.name}：请给出 jixiao extract 写出的文件夹")
    rows: list[dict[str, CellValue]] = pq.read_table(path, filters=[("doc_id", "==", doc_id)]).to_pylist()
    return rows


def arrow_to_frame(table: pa.Table) -> pd.DataFrame:
    """The Arrow table as a pandas frame that keeps its types (decimals, dates, nullable integers)."""
    import pandas as pd

    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def iter_parquet_rows(folder: Path, table: TableSchema) -> Iterator[Row]:
    """The rows of one table of a dataset folder, with their exact types, a batch in memory at a time."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(folder / f"{table.name}.parquet") as file:
        for batch in file.iter_batches(ROWS_PER_BATCH):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
