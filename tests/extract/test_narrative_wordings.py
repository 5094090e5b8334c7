"""Reports in other wordings, through the whole of the reading: what they state must come out, all of it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from pipeline.document import Block, Document, Paragraph, Source
from pipeline.extract import read_report
from pipeline.records import Result

REPORTS = tomllib.loads((Path(__file__).parent / "narratives.toml").read_text(encoding="utf-8"))["report"]
OF_REPORT = ("org", "fiscal_year", "score", "grade", "report_date", "county")
OF_EVALUATION = ("kind", "subject")
OF_FUND = ("initial_budget", "annual_budget", "executed", "execution_rate")


def read(title: str, text: str) -> Result:
    """What the paragraphs of a report say."""
    lines = text.strip().split("\n")
    blocks: list[Block] = [Paragraph(title, 1, centered=True)]
    blocks += [Paragraph(line, 2 if re.match("[一二三四五]、", line) else 0) for line in lines]
    source = Source("report.docx", "report.docx", "docx", "application/msword", b"", "0" * 64)
    return read_report(Document(source, tuple(blocks)), "0")


@pytest.mark.parametrize("report", REPORTS, ids=[report["title"] for report in REPORTS])
def test_a_report_states_its_conclusion_and_its_money(report: dict[str, str]) -> None:
    result = read(report["title"], report["text"])
    (evaluation,) = result.evaluations
    funds = evaluation.funds or (None,)
    got = {name: getattr(result.report, name) for name in OF_REPORT if name in report}
    got |= {name: getattr(evaluation, name) for name in OF_EVALUATION if name in report}
    got |= {name: getattr(funds[0], name, None) for name in OF_FUND if name in report}
    expected = {name: report[name] for name in got}
    assert {name: plain(value) for name, value in got.items()} == expected


def plain(value: object) -> str:
    """A value as the samples write it: no trailing zeros, no 项目 at the end of a name."""
    text = str(value)
    text = re.sub(r"\.0+$|(?<=\.\d)0$", "", text)
    return text if text.endswith("利用项目") else text.removesuffix("项目")
