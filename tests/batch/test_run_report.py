"""The run report counts what the dataset holds, and a hostile file name stays text in it."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

from lxml import html
from sample_results import make_failed, make_report, make_result

from pipeline.batch.job import Task, result_to_record
from pipeline.batch.run_report import make_run_report, write_run_report
from pipeline.dataset.rows import results_to_rows

STARTED = datetime.datetime(2032, 5, 1, 8, 30)
EVIL = "in/<script>alert(1)</script>.pdf"


def test_a_run_is_told_in_json_and_on_a_page(tmp_path: Path) -> None:
    results = [make_result(), make_result(report=make_report(doc_id="22" * 8, source="b")), make_failed(EVIL)]
    metas = [
        result_to_record(result, Task(result.report.source, result.report.source), seconds).meta
        for result, seconds in zip(results, (0.5, 2.25, 0.125), strict=True)
    ]
    report = make_run_report(metas, results_to_rows(results), STARTED, 12.34, 1, 0)
    write_run_report(report, tmp_path)
    told = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert told["started"] == "2032-05-01T08:30:00"
    assert (told["seconds"], told["files"], told["reused"]) == (12.3, 3, 1)
    assert told["status"] == {"ok": 2, "failed": 1}
    assert told["fiscal_year"] == {"2031": 2}
    assert told["province"] == {"（未知）": 2}
    assert told["indicators_per_document"] == {"1–4": 2}
    assert told["findings_by_check"] == {"weights_sum": 2}
    assert told["indicator_confidence"] == {"≥ 1": 4}
    assert [row["seconds"] for row in told["slowest"]] == [2.25, 0.5, 0.125]
    assert told["not_whole"] == [{"source": EVIL, "status": "failed", "error": "文件已损坏，请重新下载"}]
    page = html.fromstring((tmp_path / "run.html").read_text(encoding="utf-8"))
    assert page.xpath("//script") == []
    assert EVIL in page.xpath("//td/text()")
    assert "分值合计不等于满分" in page.xpath("//td/text()")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["run.html", "run.json"]


def test_files_in_which_nothing_was_found_and_those_that_are_gone_are_named(tmp_path: Path) -> None:
    bare = make_result(report=make_report(doc_id="33" * 8, source="404.html"), evaluations=(), figures=())
    results = [make_result(), bare, make_failed("broken.pdf")]
    metas = [result_to_record(r, Task(r.report.source, r.report.source), 0.0).meta for r in results]
    write_run_report(make_run_report(metas, results_to_rows(results), STARTED, 0.0, 0, 0, ["old.pdf"]), tmp_path)
    told = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert (told["bare"], told["gone"]) == (["404.html"], ["old.pdf"])
    page = html.fromstring((tmp_path / "run.html").read_text(encoding="utf-8"))
    assert {"没有读出数据的文件（1）", "上次有、这次没有的文件（1）"} <= set(page.xpath("//h2/text()"))
    assert {"404.html", "old.pdf"} <= set(page.xpath("//td/text()"))


def test_an_empty_run_has_a_report_too(tmp_path: Path) -> None:
    write_run_report(make_run_report([], results_to_rows([]), STARTED, 0.0, 0, 0), tmp_path)
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["files"] == 0
