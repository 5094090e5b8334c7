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


def test_an_execution_of_another_amount_is_no_execution_of_the_whole() -> None:
    result = read(
        "2021年度移民后期扶持资金绩效评价报告",
        "一、资金情况\n评价资金总额14.6亿元。其中直补资金6.1亿元，项目资金8.5亿元。\n"
        "截至2021年底，项目资金支出6.205亿元，支出进度73%。\n二、评价结论\n评价得分86.5分。",
    )
    assert [evaluation.funds for evaluation in result.evaluations] == [()]


def test_a_summary_by_a_town_gives_an_evaluation_for_each_project() -> None:
    result = read(
        "青石镇2023年度财政支出绩效自评工作总结",
        "我镇2023年纳入绩效自评的项目共2个，全部开展了自评。\n（一）农村户厕改造项目\n预算资金320万元，支出308万元，"
        "执行率96.25%。\n（二）高标准农田建设项目\n预算资金600万元，支出600万元。",
    )
    assert [(own.subject, own.funds[0].executed) for own in result.evaluations] == [
        ("农村户厕改造项目", 3080000),
        ("高标准农田建设项目", 6000000),
    ]


def test_an_outcome_before_its_target_is_no_part_of_the_name() -> None:
    result = read(
        "2020年度探头运维服务费绩效自评报告",
        "一、绩效完成情况\n全年按计划开展运维服务。前端探头在线率98.6%（目标值≥95%）。\n二、结论\n自评得分95分。",
    )
    assert [evaluation.indicators for evaluation in result.evaluations] == [()]
    assert [(figure.item_raw, str(figure.value)) for figure in result.figures if figure.unit == "percent"][:1] == [
        ("前端探头在线率", "98.6")
    ]


def test_a_part_named_at_the_start_of_its_paragraph_is_not_the_departments_whole() -> None:
    result = read(
        "某市妇女联合会2021年部门整体支出绩效评价报告",
        "（一）收支情况。2021年收入合计768万元，支出合计761万元。\n（二）“三公”经费。预算8万元，实际支出4.3万元，"
        "控制率53.75%。\n综上，自评得分95分。",
    )
    assert [evaluation.funds for evaluation in result.evaluations] == [()]
    assert result.report.score == 95


def test_the_spending_of_a_fund_is_not_that_of_the_subsidy_to_it() -> None:
    result = read(
        "2023年度居民医疗保险补助资金绩效自评报告",
        "一、资金\n全年应筹集财政补助1832万元，均已到位。\n全年基金支出2310万元。报销比例70.5%，目标值≥70%。\n自评得分99分。",
    )
    assert [(evaluation.funds, evaluation.indicators) for evaluation in result.evaluations] == [((), ())]
