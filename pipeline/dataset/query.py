"""SQL over a written dataset: every table is a view by its name."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path
from typing import TextIO

from pipeline.dataset.schema import DECIMAL_PLACES, TABLES
from pipeline.dataset.writer import decimal_to_text
from pipeline.errors import DependencyError, InputError

FETCH_ROWS = 1024


def query_dataset(folder: Path, sql: str, target: TextIO) -> None:
    """Nothing comes out; the answer to `sql` is written to `target` as CSV with a head.

    Raises InputError where there is no dataset or the query is wrong, DependencyError without DuckDB.
    """
    try:
        import duckdb
    except ModuleNotFoundError as error:
        raise DependencyError("查询需要 DuckDB：请运行 pip install 'jixiao[query]'") from error
    connection = duckdb.connect(":memory:")
    for table in TABLES:
        path = folder / f"{table.name}.parquet"
        if not path.is_file():
            raise InputError(f"{folder} 里没有 {path.name}：请先运行 jixiao extract … --out {folder}")
        literal = str(path.resolve()).replace("'", "''")
        connection.execute(f"CREATE VIEW {table.name} AS SELECT * FROM read_parquet('{literal}')")
    try:
        answer = connection.execute(sql)
        if answer is None or answer.description is None:
            raise InputError("查询没有给出结果：请写一条 SELECT 语句")
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow([column[0] for column in answer.description])
        while rows := answer.fetchmany(FETCH_ROWS):
            writer.writerows([_to_text(value) for value in row] for row in rows)
    except duckdb.Error as error:
        raise InputError(f"查询写得不对：{' '.join(str(error).split())}{_advise(str(error))}") from error


def _to_text(value: object) -> object:
    """A decimal of the dataset as its CSV has it: money with its two places, other numbers without padding zeros."""
    if not isinstance(value, Decimal) or value.as_tuple().exponent != -DECIMAL_PLACES:
        return value
    return decimal_to_text(value)


def _advise(reason: str) -> str:
    """What to do where a column's name is a word of SQL (`check`)."""
    near = re.search(r'syntax error at or near "(\w+)"', reason)
    columns = {column.name for table in TABLES for column in table.columns}
    return f'（{near[1]} 是 SQL 的保留字，作列名请加双引号："{near[1]}"）' if near and near[1] in columns else ""
