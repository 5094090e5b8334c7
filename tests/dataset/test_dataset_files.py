"""A written dataset: faithful CSV, typed Parquet, a workbook that computes nothing; whole, and the same every time."""

from __future__ import annotations

import csv
import datetime
import json
import os
import sys
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_results import DOC_ID, make_failed, make_report, make_result

from pipeline.dataset import writer
from pipeline.dataset.reader import read_dataset
from pipeline.dataset.rows import results_to_rows
from pipeline.dataset.schema import TABLE_BY_NAME, TABLES
from pipeline.dataset.writer import cell_to_text, decimal_to_text, write_csv, write_dataset
from pipeline.errors import InputError, OutputError


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dataset")
    write_dataset(results_to_rows([make_result(), make_failed()]), out)
    return out


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_all_tables_stand_as_csv_and_parquet_with_the_same_columns(folder: Path) -> None:
    for table in TABLES:
        with (folder / f"{table.name}.csv").open(encoding="utf-8-sig", newline="") as file:
            assert tuple(next(csv.reader(file))) == table.column_names
        assert tuple(pq.read_schema(folder / f"{table.name}.parquet").names) == table.column_names


def test_csv_begins_with_a_bom_and_ends_lines_with_newline_alone(folder: Path) -> None:
    content = (folder / "reports.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfdoc_id,source,")
    assert content.endswith(b"\n")
    assert b"\r" not in content


def test_text_that_a_spreadsheet_would_compute_is_faithful_in_csv_and_parquet(folder: Path) -> None:
    rows = read_csv(folder / "indicators.csv")
    assert [row["target_raw"] for row in rows] == ["=100%", "-3"]
    assert rows[0]["actual_raw"] == '他说"好",\r就好'
    assert rows[1]["score_raw"] == "+5"
    assert list(read_dataset(folder)["indicators"]["target_raw"]) == ["=100%", "-3"]


def test_decimals_are_printed_plain(folder: Path) -> None:
    fund = read_csv(folder / "funds.csv")[0]
    assert (fund["annual_budget"], fund["executed"], fund["execution_rate"]) == ("125000.00", "125000.00", "100")
    assert fund["initial_budget"] == ""
    assert read_csv(folder / "reports.csv")[0]["score"] == "97.5"
    assert read_csv(folder / "reports.csv")[0]["report_date"] == "2032-03-05"
    assert read_csv(folder / "figures.csv")[0]["value"] == "-0.5"
    assert read_csv(folder / "figures.csv")[0]["confidence"] == "0.9"


def test_parquet_types_are_exact(folder: Path) -> None:
    types = {field.name: str(field.type) for field in pq.read_schema(folder / "funds.parquet")}
    assert types["executed"] == "decimal128(20, 2)"
    assert types["score"] == "decimal128(38, 12)"
    assert types["seq"] == "int64"
    assert types["confidence"] == "double"
    assert str(pq.read_schema(folder / "reports.parquet").field("report_date").type) == "date32[day]"
    assert pq.read_metadata(folder / "funds.parquet").row_group(0).column(0).compression == "ZSTD"


def test_frames_read_back_hold_decimals_and_dates(folder: Path) -> None:
    frames = read_dataset(folder)
    assert set(frames) == set(TABLE_BY_NAME)
    assert frames["funds"]["executed"][0] == Decimal("125000.00")
    assert frames["funds"]["executed"].isna().tolist() == [False, True]
    assert frames["reports"]["report_date"][0] == datetime.date(2032, 3, 5)
    assert frames["reports"]["fiscal_year"].sum() == 2031


def test_reading_a_folder_without_a_dataset_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="jixiao extract"):
        read_dataset(tmp_path)


def test_workbook_holds_no_formula_and_typed_numbers(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "dataset.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n", "d"}
    heads = [cell.value for cell in next(book["indicators"].iter_rows())]
    target = book["indicators"].cell(2, heads.index("target_raw") + 1)
    assert (target.value, target.data_type, target.quotePrefix) == ("=100%", "s", True)
    fund_heads = [cell.value for cell in next(book["funds"].iter_rows())]
    assert book["funds"].cell(2, fund_heads.index("executed") + 1).value == 125000


def test_workbook_says_in_chinese_what_columns_and_codes_mean(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "dataset.xlsx")
    assert book.sheetnames[:3] == ["说明", "代码", "reports"]
    assert [cell.comment.text for cell in book["funds"][1] if cell.value == "executed"] == ["全年执行数（元）"]
    assert ("findings.check", "weights_sum", "分值合计不等于满分") in list(book["代码"].values)
    assert book["funds"].auto_filter.ref == f"A1:X{book['funds'].max_row}"


def test_data_package_describes_every_csv(folder: Path) -> None:
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert [resource["path"] for resource in package["resources"]] == [f"{table.name}.csv" for table in TABLES]
    for resource in package["resources"]:
        rows = read_csv(folder / resource["path"])
        assert resource["rows"] == len(rows)
        head = (folder / resource["path"]).read_text(encoding="utf-8-sig").partition("\n")[0]
        assert [field["name"] for field in resource["schema"]["fields"]] == head.split(",")


def test_texts_are_written_by_document(folder: Path) -> None:
    assert [path.name for path in (folder / "text").iterdir()] == [f"{DOC_ID}.md"]
    assert (folder / "text" / f"{DOC_ID}.md").read_text(encoding="utf-8") == "# 某某镇绿化养护项目绩效自评报告\n"


def test_a_second_run_gives_the_same_bytes_and_leaves_other_files_alone(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    for _ in range(2):
        write_dataset(results_to_rows([make_failed(), make_result()]), tmp_path)
    ours = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    theirs = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert theirs.pop(Path("mine.txt")) == b"mine"
    assert theirs == ours


def test_workbook_bytes_do_not_depend_on_the_clock(folder: Path) -> None:
    with zipfile.ZipFile(folder / "dataset.xlsx") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.read("docProps/core.xml").count(b"1980-01-01T00:00:00Z") == 2


def test_a_run_that_breaks_off_leaves_the_old_dataset_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_dataset(results_to_rows([make_result()]), tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(writer, "_put_in_place", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_dataset(results_to_rows([make_failed()]), tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_workbook_written_beside_the_tables_has_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_dataset(results_to_rows([make_failed(), make_result()]), tmp_path, in_parallel=True)
    assert (tmp_path / "dataset.xlsx").read_bytes() == (folder / "dataset.xlsx").read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(p.name for p in folder.iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="no safe fork")
def test_a_workbook_that_could_not_be_written_beside_is_written_after_all(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent, whole = os.getpid(), writer._write_workbook

    def failing_beside(*arguments: Any) -> None:
        if os.getpid() != parent:
            raise OSError(28, "No space left on device")
        whole(*arguments)

    monkeypatch.setattr(writer, "_write_workbook", failing_beside)
    write_dataset(results_to_rows([make_failed(), make_result()]), tmp_path, in_parallel=True)
    assert (tmp_path / "dataset.xlsx").read_bytes() == (folder / "dataset.xlsx").read_bytes()


def test_an_output_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="不是文件夹"):
        write_dataset(results_to_rows([]), tmp_path / "out")


@pytest.mark.parametrize("name", ["reports.csv", "tables.parquet", "dataset.xlsx", "run.json", "datapackage.json"])
def test_a_file_of_somebody_else_is_not_replaced(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text('{"name": "mine"}', encoding="utf-8")
    with pytest.raises(OutputError, match=f"{name} 不是 jixiao 写的"):
        write_dataset(results_to_rows([]), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_dataset_of_ours_is_replaced_whatever_is_left_of_it(tmp_path: Path) -> None:
    write_dataset(results_to_rows([]), tmp_path)
    (tmp_path / "datapackage.json").write_text("", encoding="utf-8")
    write_dataset(results_to_rows([make_result()]), tmp_path)
    (tmp_path / "datapackage.json").unlink()
    (tmp_path / ".jixiao").mkdir()
    write_dataset(results_to_rows([]), tmp_path)
    assert len(read_dataset(tmp_path)["reports"]) == 0


def test_a_full_disk_is_told_as_an_output_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writer.ParquetFile, "append", full)
    with pytest.raises(OutputError, match="磁盘已满"):
        write_dataset(results_to_rows([make_result()]), tmp_path)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []


def test_an_empty_run_still_gives_all_tables(tmp_path: Path) -> None:
    write_dataset(results_to_rows([]), tmp_path, workbook=False)
    assert {name: len(frame) for name, frame in read_dataset(tmp_path).items()} == dict.fromkeys(TABLE_BY_NAME, 0)
    assert not (tmp_path / "dataset.xlsx").exists()


CELL_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1)


@given(st.lists(CELL_TEXT, min_size=1, max_size=5))
def test_any_text_comes_back_from_csv_as_it_went_in(texts: list[str]) -> None:
    results = [make_result(report=make_report(title=text, source=f"{n:02d}")) for n, text in enumerate(texts)]
    for path in _scratch_file():
        write_csv(TABLE_BY_NAME["reports"], results_to_rows(results).rows["reports"], path)
        assert [row["title"] for row in read_csv(path)] == texts


def _scratch_file() -> Iterator[Path]:
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        yield Path(scratch) / "reports.csv"


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20))
def test_a_printed_decimal_is_the_same_number_in_plain_digits(number: Decimal) -> None:
    text = decimal_to_text(number)
    assert Decimal(text) == number
    assert "E" not in text
    assert not ("." in text and text.endswith("0"))


def test_zero_is_zero_and_null_is_empty() -> None:
    assert cell_to_text(Decimal(0), "money") == "0.00"
    assert cell_to_text(Decimal("-0.0"), "decimal") == "0"
    assert cell_to_text(Decimal("-0.00"), "money") == "0.00"
    assert cell_to_text(0, "int") == "0"
    assert cell_to_text(None, "money") == ""
