"""Validation is silent on a dataset as written, and names what was spoilt; merging and querying keep the contract."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sample_results import make_failed, make_report, make_result

from pipeline.dataset.merge import MergedDataset
from pipeline.dataset.query import query_dataset
from pipeline.dataset.rows import results_to_rows
from pipeline.dataset.schema import TABLE_BY_NAME
from pipeline.dataset.validate import PROBLEMS_MAX, validate_dataset
from pipeline.dataset.writer import write_csv, write_dataset, write_parquet
from pipeline.errors import InputError
from pipeline.records import Result

OTHER_ID = "11" * 8


def sample(**changes: object) -> Result:
    """The sample document, its figures with the text that they were read from."""
    figures = tuple(replace(figure, value_raw=str(figure.value)) for figure in make_result().figures)
    return make_result(figures=figures, **changes)


def other() -> Result:
    return sample(report=make_report(doc_id=OTHER_ID, source="in/other.txt"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_dataset(results_to_rows([sample(), make_failed(), other()]), tmp_path / "whole", workbook=False)
    return tmp_path / "whole"


def rewrite(folder: Path, name: str, change: Callable[[pa.Table], pa.Table]) -> None:
    """A table of the dataset, changed alike in Parquet and CSV."""
    table = TABLE_BY_NAME[name]
    changed = change(pq.read_table(folder / f"{name}.parquet"))
    rows = tuple(zip(*(column.to_pylist() for column in changed.columns), strict=True))
    write_parquet(table, rows, folder / f"{name}.parquet")
    write_csv(table, rows, folder / f"{name}.csv")


def with_column(table: pa.Table, name: str, values: list[object]) -> pa.Table:
    place = table.column_names.index(name)
    return table.set_column(place, table.schema.field(place), pa.array(values, table.schema.field(place).type))


def test_a_dataset_as_written_has_no_problems(folder: Path) -> None:
    assert validate_dataset(folder) == []


def test_a_folder_without_a_dataset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有数据集"):
        validate_dataset(tmp_path)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "funds.csv").unlink()
    assert validate_dataset(folder) == ["缺少文件 funds.csv"]


def test_a_csv_that_was_edited_is_found(folder: Path) -> None:
    path = folder / "funds.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("125000.00", "125000.01", 1), encoding="utf-8")
    assert validate_dataset(folder) == ["funds 第 1 行：CSV 与 Parquet 内容不同"]


def test_a_csv_without_its_mark_or_last_row_is_found(folder: Path) -> None:
    path = folder / "funds.csv"
    written = path.read_text(encoding="utf-8")
    path.write_text(written.rsplit("\n", 2)[0] + "\n", encoding="utf-8")
    assert validate_dataset(folder) == ["funds 第 4 行：CSV 与 Parquet 行数不同"]
    path.write_text(written.removeprefix("\ufeff"), encoding="utf-8")
    assert validate_dataset(folder) == ["funds.csv：开头没有 BOM，电子表格会显示乱码"]


def test_a_damaged_parquet_file_is_found(folder: Path) -> None:
    (folder / "funds.parquet").write_bytes(b"PAR1 no more")
    assert validate_dataset(folder) == ["funds.parquet：文件损坏，请重新运行"]


def test_rows_without_a_document_or_an_evaluation_are_found(folder: Path) -> None:
    rewrite(folder, "evaluations", lambda table: table.slice(0, 1))
    problems = validate_dataset(folder)
    assert "funds 第 3 行：eval_id 不在 evaluations 表里" in problems
    assert "datapackage.json：evaluations 的行数不对" in problems
    rewrite(folder, "reports", lambda table: table.slice(0, 1))
    assert "tables 第 2 行：doc_id 不在 reports 表里" in validate_dataset(folder)


def test_rows_out_of_order_and_rows_twice_are_found(folder: Path) -> None:
    rewrite(folder, "reports", lambda table: table.take([1, 0, 2]))
    assert validate_dataset(folder) == ["reports 第 2 行：次序不对"]
    rewrite(folder, "reports", lambda table: table.take([1, 0, 2]).take([0, 1, 1, 2]))
    assert "reports 第 3 行：与上一行的键相同" in validate_dataset(folder)


def test_unknown_codes_wrong_ratios_and_values_without_raw_text_are_found(folder: Path) -> None:
    rewrite(folder, "reports", lambda table: with_column(table, "status", ["fine", "ok", "failed"]))
    rewrite(folder, "figures", lambda table: with_column(table, "confidence", [1.5, 1, 1, 1]))
    rewrite(folder, "funds", lambda table: with_column(table, "annual_budget_raw", [None] * 4))
    problems = validate_dataset(folder)
    assert "reports 第 1 行：status 的代码 fine 不在代码表里" in problems
    assert "figures 第 1 行：confidence 不在 0 与 1 之间" in problems
    assert "funds 第 1 行：annual_budget 有值而没有原文" in problems


def test_a_missing_text_is_found(folder: Path) -> None:
    (folder / "text" / f"{OTHER_ID}.md").unlink()
    assert validate_dataset(folder) == [f"缺少正文 text/{OTHER_ID}.md"]


def test_a_data_package_that_lies_or_is_broken_is_found(folder: Path) -> None:
    path = folder / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    package["resources"][0]["rows"] = 7
    path.write_text(json.dumps(package), encoding="utf-8")
    assert validate_dataset(folder) == ["datapackage.json：reports 的行数不对"]
    path.write_text("{", encoding="utf-8")
    assert validate_dataset(folder) == ["datapackage.json：文件损坏，请重新运行"]


def test_only_the_first_problems_of_a_kind_are_listed(tmp_path: Path) -> None:
    results = [make_failed(f"in/{n}.pdf", f"{n:016x}") for n in range(PROBLEMS_MAX + 9)]
    write_dataset(results_to_rows(results), tmp_path, workbook=False)
    rewrite(tmp_path, "reports", lambda table: with_column(table, "status", ["fine"] * table.num_rows))
    problems = validate_dataset(tmp_path)
    assert len(problems) == PROBLEMS_MAX + 1
    assert problems[-1].endswith("还有更多，不再列出")


def test_merged_parts_equal_the_whole(folder: Path, tmp_path: Path) -> None:
    write_dataset(results_to_rows([make_failed(), sample()]), tmp_path / "one", workbook=False)
    write_dataset(results_to_rows([other(), sample()]), tmp_path / "two", workbook=False)
    write_dataset(MergedDataset([tmp_path / "one", tmp_path / "two"]), tmp_path / "merged", workbook=False)
    whole = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    merged = tmp_path / "merged"
    assert {path.relative_to(merged): path.read_bytes() for path in merged.rglob("*") if path.is_file()} == whole


def test_merging_prefers_the_copy_that_could_be_read(tmp_path: Path) -> None:
    doc_id = make_result().report.doc_id
    write_dataset(results_to_rows([make_failed("in/sample.txt", doc_id)]), tmp_path / "one", workbook=False)
    write_dataset(results_to_rows([make_result()]), tmp_path / "two", workbook=False)
    merged = MergedDataset([tmp_path / "one", tmp_path / "two"])
    assert [merged.n_rows(name) for name in ("reports", "funds", "indicators")] == [1, 2, 2]
    status = TABLE_BY_NAME["reports"].column_names.index("status")
    assert [row[status] for row in merged.iter_rows("reports")] == ["ok"]


def test_a_dataset_of_another_version_is_not_merged(folder: Path) -> None:
    table = pq.read_table(folder / "funds.parquet").drop_columns(["unit_raw"])
    pq.write_table(table, folder / "funds.parquet")
    with pytest.raises(InputError, match="别的版本"):
        MergedDataset([folder])


def test_a_query_sees_every_table_by_its_name(folder: Path) -> None:
    pytest.importorskip("duckdb")
    answer = io.StringIO()
    query_dataset(folder, "SELECT r.source, sum(f.executed) AS spent FROM reports r JOIN funds f USING (doc_id)"
                          " GROUP BY 1 ORDER BY 1", answer)  # fmt: skip
    assert answer.getvalue() == "source,spent\nin/other.txt,125000.00\nin/sample.txt,125000.00\n"


def test_numbers_come_out_of_a_query_as_the_csv_has_them(folder: Path) -> None:
    pytest.importorskip("duckdb")
    answer = io.StringIO()
    decimals = "CAST('98.50' AS DECIMAL(38,12)) AS score, CAST('100' AS DECIMAL(38,12)) AS most"
    others = "CAST('7.50' AS DECIMAL(20,2)) AS money, CAST(NULL AS DECIMAL(38,12)) AS none"
    query_dataset(folder, f"SELECT {decimals}, {others}", answer)
    assert answer.getvalue() == "score,most,money,none\n98.5,100,7.50,\n"


@pytest.mark.parametrize("sql", ["", "  ", "-- nothing"])
def test_a_query_that_asks_nothing_is_refused(folder: Path, sql: str) -> None:
    pytest.importorskip("duckdb")
    with pytest.raises(InputError, match="请写一条 SELECT 语句"):
        query_dataset(folder, sql, io.StringIO())


def test_a_wrong_query_is_told_in_one_line(folder: Path) -> None:
    pytest.importorskip("duckdb")
    with pytest.raises(InputError, match="查询写得不对") as caught:
        query_dataset(folder, "SELECT nothing\nFROM nowhere", io.StringIO())
    assert "\n" not in str(caught.value)
    with pytest.raises(InputError, match='"check"'):
        query_dataset(folder, "SELECT check FROM findings", io.StringIO())
