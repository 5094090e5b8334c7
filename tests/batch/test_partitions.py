"""The statement in docs/many-files.md that writes partitions, run as it stands there."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from batch.samples import write_pages

from pipeline.batch.bulk import BulkOptions, run_bulk
from pipeline.batch.executor import SerialExecutor

DOCS = Path(__file__).parent.parent.parent / "docs" / "many-files.md"


def test_the_documented_statement_keeps_each_row_of_each_report_once(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    files = write_pages(tmp_path / "in", 3)
    (tmp_path / "in" / "copy.html").write_bytes(Path(files[0]).read_bytes())
    files.append(str(tmp_path / "in" / "copy.html"))
    run_bulk(files, tmp_path / "全部", SerialExecutor(), BulkOptions(workbook=False), lambda meta, reused: None)
    found = re.search(r"```sql\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.S)
    assert found is not None
    statement = found[1].replace("'全部/", f"'{tmp_path / '全部'}/").replace("'分区/", f"'{tmp_path / '分区'}/")
    for table in ("funds", "evaluations", "tables"):
        (tmp_path / "分区").mkdir(exist_ok=True)
        with duckdb.connect() as connection:
            connection.execute(statement.replace("indicators", table))
            whole = connection.execute(f"SELECT count(*) FROM '{tmp_path}/全部/{table}.parquet'").fetchone()
            parts = f"read_parquet('{tmp_path}/分区/{table}/**/*.parquet', hive_partitioning=true)"
            counts = "count(*), count(DISTINCT doc_id), min(report_province)"
            kept = connection.execute(f"SELECT {counts} FROM {parts}").fetchone()
            typed = connection.execute(f"SELECT typeof(doc_id) FROM {parts} LIMIT 1").fetchone()
        assert kept == (whole[0], 3, "未知")
        assert typed == ("VARCHAR",)
    folders = [unquote(str(path.parent.relative_to(tmp_path))) for path in tmp_path.glob("分区/funds/*/*/*.parquet")]
    assert folders == ["分区/funds/report_province=未知/report_year=2031"]
