"""What the audit makes of rows as they are read: misread ones, merged cells, other units, order, references."""

from __future__ import annotations

import dataclasses
import datetime
from decimal import Decimal

import pytest
from sample_results import make_report

from pipeline.audit import find_findings
from pipeline.records import Evaluation, Evidence, Figure, Fund, Indicator, Measure, Result, Severity

SURE = Evidence(page=3)


def number(raw: str) -> Decimal:
    return Decimal(raw.rstrip("%"))


def make_fund(item: str = "total", *, budget: str, executed: str, rate: str, evidence: Evidence = SURE) -> Fund:
    return Fund(
        item_raw="年度资金总额" if item == "total" else "其中：财政拨款",
        item=item,
        annual_budget_raw=budget,
        annual_budget=number(budget) * 10000,
        executed_raw=executed,
        executed=number(executed) * 10000,
        unit_raw="万元",
        execution_rate_raw=rate,
        execution_rate=number(rate),
        evidence=evidence,
    )


def make_indicator(level2: str, weight: str, score: str, **changes: object) -> Indicator:
    row = Indicator(
        level1_raw="产出指标",
        level2_raw=level2,
        level3=f"{level2}之一",
        weight_raw=weight,
        weight=number(weight),
        score_raw=score,
        score=number(score),
        evidence=SURE,
    )
    return dataclasses.replace(row, **changes)  # type: ignore[arg-type]


def make_result(evaluation: Evaluation, **changes: object) -> Result:
    report = make_report(score=None, report_date=None)
    return dataclasses.replace(Result(report=report, evaluations=(evaluation,)), **changes)  # type: ignore[arg-type]


def make_form(funds: tuple[Fund, ...] = (), indicators: tuple[Indicator, ...] = (), **changes: object) -> Evaluation:
    form = Evaluation(kind="project", subject="某项目", funds=funds, indicators=indicators, evidence=SURE)
    return dataclasses.replace(form, **changes)  # type: ignore[arg-type]


def severities(result: Result) -> list[tuple[str, Severity]]:
    return [(finding.check, finding.severity) for finding in find_findings(result)]


def test_a_contradiction_of_sure_numbers_is_an_error_and_has_its_page() -> None:
    found = find_findings(make_result(make_form((make_fund(budget="200.00", executed="150.00", rate="57%"),))))
    assert [(f.check, f.severity, f.page, f.expected, f.actual) for f in found] == [
        ("execution_rate", Severity.ERROR, 3, "75", "57")
    ]


def test_a_contradiction_of_unsure_numbers_is_a_warning() -> None:
    fund = make_fund(budget="200.00", executed="150.00", rate="57%", evidence=Evidence(confidence=0.6))
    assert severities(make_result(make_form((fund,)))) == [("execution_rate", Severity.WARNING)]


def test_one_rate_printed_for_all_lines_is_one_finding() -> None:
    funds = tuple(make_fund(item, budget="200.00", executed="150.00", rate="57%") for item in ("total", "fiscal"))
    assert severities(make_result(make_form(funds))) == [("execution_rate", Severity.ERROR)]


@pytest.mark.parametrize(
    ("budget", "executed", "rate"),
    [("200.00", "190.00", "0.95"), ("0", "0", "0"), ("200", "200", "100"), ("0", "0", "100")],
)
def test_fractions_and_nothing_out_of_nothing_are_believed(budget: str, executed: str, rate: str) -> None:
    assert severities(make_result(make_form((make_fund(budget=budget, executed=executed, rate=rate),)))) == []


def test_amounts_in_two_units_are_unusual() -> None:
    fund = make_fund(budget="200.00", executed="1500000.00", rate="75%")
    assert severities(make_result(make_form((fund,)))) == [("execution_rate", Severity.WARNING)]


def test_a_merged_cell_read_once_per_row_counts_once() -> None:
    rows = (
        make_indicator("数量指标", "60", "60"),
        make_indicator("数量指标", "60", "60"),
        make_indicator("质量指标", "40", "38"),
    )
    form = make_form(indicators=rows, weight_total=Decimal(100), score_total=Decimal(98), score_total_raw="98")
    assert severities(make_result(form)) == []


def test_points_of_a_level_in_one_merged_cell_are_no_sum() -> None:
    rows = tuple(make_indicator("数量指标", "30", "30", level1_weight=Decimal(30)) for _ in range(2))
    assert "level_weight" not in [check for check, _ in severities(make_result(make_form(indicators=rows)))]


def test_levels_that_are_all_wrong_were_read_askew() -> None:
    rows = tuple(
        make_indicator(name, "5", "5", level1_raw=name, level1_weight=Decimal(points))
        for name, points in (("决策", 10), ("过程", 20), ("产出", 30), ("效益", 40))
    )
    found = [one for one in severities(make_result(make_form(indicators=rows))) if one[0] == "level_weight"]
    assert found == [("level_weight", Severity.WARNING)]


def test_rows_that_may_be_lost_make_no_error() -> None:
    form = make_form(
        (),
        (make_indicator("数量指标", "40", "40"), make_indicator("质量指标", "30", "30")),
        weight_total=Decimal(100),
        score_total=Decimal(95),
        score_total_raw="95",
    )
    firm = make_result(form)
    assert severities(firm) == [("weights_sum", Severity.ERROR), ("scores_sum", Severity.ERROR)]
    doubtful = dataclasses.replace(firm, not_understood=("时效指标 按时完成 30 25",))
    assert severities(doubtful) == [("weights_sum", Severity.WARNING), ("scores_sum", Severity.WARNING)]


def test_findings_stand_in_the_order_of_the_evaluations() -> None:
    wrong = make_form((make_fund(budget="200.00", executed="150.00", rate="57%"),))
    early = dataclasses.replace(wrong, funds=(), form_date=datetime.date(2031, 6, 1))
    result = make_result(wrong, evaluations=(early, wrong))
    assert [(f.check, f.evaluation) for f in find_findings(result)] == [("date_order", 0), ("execution_rate", 1)]


def test_the_audit_of_a_result_is_the_same_every_time() -> None:
    result = make_result(make_form((make_fund(budget="200.00", executed="150.00", rate="57%"),)))
    assert find_findings(result) == find_findings(dataclasses.replace(result, findings=find_findings(result)))


def test_an_empty_result_has_no_findings() -> None:
    assert find_findings(Result(report=make_report(score=None, report_date=None))) == ()


def test_a_carried_amount_of_zero_divides_nothing() -> None:
    figures = tuple(
        Figure(
            item_raw="公务接待费",
            item="reception",
            measure=measure,
            fiscal_year=year,
            value=Decimal(value),
            unit="CNY",
            value_raw=value,
            unit_raw="元",
            evidence=SURE,
        )
        for measure, year, value in (
            (Measure.FINAL_ACCOUNT, 2030, "0"),
            (Measure.FINAL_ACCOUNT, 2031, "500"),
            (Measure.CHANGE, 2031, "500"),
        )
    )
    assert severities(make_result(make_form(), figures=figures)) == []


@pytest.mark.parametrize(
    ("name", "level2", "target", "actual", "missed"),
    [
        ("群众投诉率", "quality", "5", "6", True),
        ("群众投诉下降率", "social", "15", "17.2", False),
        ("投诉办结率", "quality", "95", "98", False),
        ("培训合格率", "quality", "95", "90", True),
        ("污水处理成本", "cost", "100", "105", True),
        ("成本节约率", "cost", "5", "8", False),
    ],
)
def test_less_of_something_bad_misses_no_target(name, level2, target, actual, missed):
    row = make_indicator(
        "质量指标", "10", "10", level3=name, target_raw=target, target_op="=",
        target_value=number(target), target_unit="%", actual_raw=actual, actual_value=number(actual), actual_unit="%",
    )  # fmt: skip
    row = dataclasses.replace(row, level2=level2)
    findings = find_findings(make_result(make_form(indicators=(row,))))
    assert ("target_missed" in {finding.check for finding in findings}) == missed


@pytest.mark.parametrize(
    ("target", "actual", "missed"),
    [("90", "0.95", False), ("100", "1", False), ("90", "0.95%", True), ("90", "0", True), ("0.5", "0.4", True)],
)
def test_a_share_without_its_sign_is_not_held_against_a_percentage(target, actual, missed):
    row = make_indicator(
        "质量指标", "10", "10", level3="道路完好率", target_raw=f"≥{target}%", target_op=">=",
        target_value=number(target), target_unit="%", actual_raw=actual, actual_value=number(actual.removesuffix("%")),
        actual_unit="%",
    )  # fmt: skip
    findings = find_findings(make_result(make_form(indicators=(row,))))
    assert ("target_missed" in {finding.check for finding in findings}) == missed


@pytest.mark.parametrize(
    ("weight", "score", "found"),
    [("100", "96.87", []), ("100", "101", ["101"]), (None, "105", []), (None, "10096.87", ["10096.87"])],
)
def test_a_total_above_full_marks_is_said(weight, score, found):
    form = make_form(
        weight_total_raw=weight, weight_total=number(weight) if weight else None, score_total_raw=score,
        score_total=number(score),
    )  # fmt: skip
    findings = find_findings(make_result(form))
    assert [finding.actual for finding in findings if finding.check == "score_over_weight"] == found
