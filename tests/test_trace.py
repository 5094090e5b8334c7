"""`jixiao trace`: from a row of a dataset to the place where it was read, and `inspect` from the page to the rows."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest
from render import read_sample, render
from typer.testing import CliRunner
from typer.testing import Result as Outcome

from pipeline.cli import app

GOLDEN = Path(__file__).parent / "golden"
FORM = "19_shanghai_pairs"
PROSE = "10_water_statements"


def run(*arguments: str | Path) -> Outcome:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def content(name: str, door: str) -> bytes:
    return render(read_sample(GOLDEN / f"{name}.toml"), door)


def read_csv(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of a form as PDF, inside an archive, and of a report in prose as a web page."""
    folder = tmp_path_factory.mktemp("traced")
    (folder / "in").mkdir()
    with zipfile.ZipFile(folder / "in" / "包.zip", "w") as archive:
        archive.writestr("里面/表.pdf", content(FORM, "pdf"))
    (folder / "in" / "文.html").write_bytes(content(PROSE, "html"))
    assert run("extract", folder / "in", "--out", folder / "out", "--jobs", "0").exit_code == 0
    return folder / "out"


@pytest.fixture
def indicator(dataset: Path) -> dict[str, str]:
    """The third indicator of the form."""
    return next(row for row in read_csv(dataset, "indicators") if row["page"] and row["seq"] == "3")


def key_of(table: str, row: dict[str, str]) -> str:
    return ":".join([table, row["eval_id" if table in ("funds", "indicators") else "doc_id"], row["seq"]])


def test_a_row_names_its_file_page_and_the_cells_beside_it(dataset: Path, indicator: dict[str, str]) -> None:
    outcome = run("trace", dataset, key_of("indicators", indicator))
    assert outcome.exit_code == 0
    lines = outcome.stdout.splitlines()
    assert lines[0].endswith("包.zip!里面/表.pdf")
    assert lines[1:3] == ["第 1 页", f"位置  {indicator['bbox']}（磅，左上角为原点）"]
    assert lines[3] == f"表格  第 1 张表，第 {int(indicator['table_row']) + 1} 行"
    assert indicator["level3"] in lines[4].split(" | ")
    assert f"level3  三级指标（原文，去分值）  {indicator['level3']}" in lines


def test_the_picture_shows_the_row_framed_on_its_page(dataset: Path, indicator: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "place.png"
    assert run("trace", dataset, key_of("indicators", indicator), "--out", out).exit_code == 0
    drawn = cv2.imread(str(out)).astype(int)
    coloured = np.argwhere(np.ptp(drawn, axis=2) > 100)
    height, width = drawn.shape[:2]
    assert height < width / 3  # a strip of the page, not the page
    scale = width / 595.0
    x0, _, x1, _ = map(float, indicator["bbox"].split())
    orange = np.argwhere((drawn[..., 2] > 200) & (drawn[..., 0] < 60))
    assert orange[:, 1].min() == pytest.approx(x0 * scale, abs=6)
    assert orange[:, 1].max() == pytest.approx(x1 * scale, abs=6)
    assert len(coloured) > len(orange)  # the cells beside it are framed, too


def test_a_closed_pipe_does_not_cost_the_picture(dataset: Path, indicator: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "place.png"
    command = [sys.executable, "-m", "pipeline.cli", "trace", dataset, key_of("indicators", indicator), "-o", out]
    reading, writing = os.pipe()
    os.close(reading)
    outcome = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (outcome.returncode, outcome.stderr) == (141, b"")
    assert out.is_file()


def test_a_row_read_from_prose_without_pages_names_the_line_of_the_text(dataset: Path) -> None:
    fund = next(row for row in read_csv(dataset, "funds") if row["source"] == "text")
    told = run("trace", dataset, key_of("funds", fund)).stdout.splitlines()
    line = next(line for line in told if line.startswith("正文  第 "))
    number, _, text = line.removeprefix("正文  第 ").partition(" 行：")
    printed = (dataset / "text" / f"{fund['doc_id']}.md").read_text(encoding="utf-8").splitlines()[int(number) - 1]
    assert text == printed
    assert fund["executed_raw"] in text


def test_a_row_without_a_place_on_a_page_gives_no_picture(dataset: Path, tmp_path: Path) -> None:
    fund = next(row for row in read_csv(dataset, "funds") if row["source"] == "text")
    outcome = run("trace", dataset, key_of("funds", fund), "--out", tmp_path / "place.png")
    assert outcome.exit_code == 3
    assert "没有页面上的位置" in outcome.stderr
    assert f"item_raw  资金行名称（原文）  {fund['item_raw']}" in outcome.stdout
    assert not (tmp_path / "place.png").exists()


def test_a_finding_is_told_with_the_rows_that_it_speaks_of(tmp_path: Path) -> None:
    (tmp_path / "表.xlsx").write_bytes(content("13_library_in_yuan", "xlsx"))
    run("extract", tmp_path / "表.xlsx", "--out", tmp_path / "out", "--jobs", "0")
    finding = next(row for row in read_csv(tmp_path / "out", "findings") if row["check"] == "inconsistent")
    assert finding["refs"] == "evaluations:1.score_total;reports.score"
    told = run("trace", tmp_path / "out", key_of("findings", finding)).stdout
    assert f"\nevaluations:{finding['eval_id']}\n" in told
    assert f"score_total  总分行的得分  {finding['expected']}" in told


@pytest.mark.parametrize(
    ("key", "advice"),
    [
        ("nothing:1", "请写成 evaluations:eval_id；funds:eval_id:seq"),
        ("indicators:0000", "请写成"),
        ("indicators:0000000000000000-01:1", "请核对编号"),
        ("", "请写成"),
    ],
)
def test_a_row_that_is_not_there_is_told_in_one_line(dataset: Path, key: str, advice: str) -> None:
    outcome = run("trace", dataset, key)
    assert outcome.exit_code == 3
    assert advice in outcome.stderr
    assert len(outcome.stderr.splitlines()) == 1


def test_a_folder_without_a_dataset_is_told(tmp_path: Path) -> None:
    outcome = run("trace", tmp_path, "figures:0000000000000000:1")
    assert outcome.exit_code == 3
    assert "没有 figures.parquet" in outcome.stderr


def test_a_document_that_was_moved_is_asked_for_and_another_one_is_not_taken(tmp_path: Path) -> None:
    document, moved, other = tmp_path / "表.pdf", tmp_path / "新.pdf", tmp_path / "别.pdf"
    document.write_bytes(content(FORM, "pdf"))
    other.write_bytes(content(PROSE, "pdf"))
    run("extract", document, "--out", tmp_path / "out", "--jobs", "0")
    document.rename(moved)
    key = key_of("indicators", read_csv(tmp_path / "out", "indicators")[0])
    for options, code in (((), 3), (("--file", other), 3), (("--file", moved), 0)):
        assert run("trace", tmp_path / "out", key, "--out", tmp_path / "place.png", *options).exit_code == code


def test_a_page_names_its_rows_and_each_leads_back(dataset: Path, tmp_path: Path) -> None:
    document = tmp_path / "表.pdf"
    document.write_bytes(content(FORM, "pdf"))
    told = run("inspect", document, "--step", "fields", "--out", tmp_path / "page.png").stdout.splitlines()
    rows = {line.split("  ")[1] for line in told}
    expected = {
        key_of(table, row)
        for table in ("funds", "indicators", "figures")
        for row in read_csv(dataset, table)
        if row["page"]
    }
    assert rows == expected
    assert [line.split("  ")[0] for line in told][:2] == ["f1.1", "i1.1"]
