"""Reports in other wordings, through the whole of the reading: what they state must come out, all of it."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.document import Block, Document, Paragraph, Source
from pipeline.extract import read_report
from pipeline.extract.narrative_title import title_subject
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


def test_an_outcome_before_its_target_is_an_indicator_of_its_own_name() -> None:
    result = read(
        "2020年度探头运维服务费绩效自评报告",
        "一、绩效完成情况\n全年按计划开展运维服务。前端探头在线率98.6%（目标值≥95%）。\n二、结论\n自评得分95分。",
    )
    ((indicator,),) = [evaluation.indicators for evaluation in result.evaluations]
    assert (indicator.level3, indicator.target_raw, indicator.actual_raw) == ("前端探头在线率", "≥95%", "98.6%")
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


def test_the_points_of_one_indicator_are_not_the_reports() -> None:
    result = read(
        "2023年东岭市学前教育专项资金绩效评价报告",
        "二、绩效分析\n（一）决策情况。该指标分值20分，评价得分18.5分，得分率92.5%。\n（二）过程情况\n评价得分16分。\n"
        "三、评价结论\n经综合评价，该专项资金绩效评价得分为88.4分，评级为“良”。",
    )
    assert (result.report.score, result.report.grade) == (Decimal("88.4"), "良")


def test_the_scale_of_a_score_is_not_the_score() -> None:
    result = read(
        "2019年度柳溪县优抚对象补助经费绩效评价报告",
        "一、结论\n本次自评采用百分制，总分100分，其中项目决策15分、项目过程25分、项目产出30分、项目效益30分。"
        "经自评，项目决策得15分，项目过程得23分，项目产出得29分，项目效益得30分，合计得分97分，评价结果为“优”。",
    )
    assert (result.report.score, result.report.grade) == (Decimal(97), "优")


def test_funds_named_side_by_side_are_an_evaluation_each() -> None:
    result = read(
        "2021年度西河县农业农村局专项资金绩效自评报告",
        "一、基本情况\n耕地保护补贴资金下达4,300万元，已发放4,300万元；农机购置补贴资金下达620万元，已兑付583.4万元；"
        "动物防疫补助资金下达128万元，支出126.7万元。\n二、结论\n各项目均按期完成年度绩效目标。",
    )
    got = [(one.subject, one.funds[0].annual_budget, one.funds[0].executed) for one in result.evaluations]
    assert got == [
        ("耕地保护补贴资金", Decimal(43000000), Decimal(43000000)),
        ("农机购置补贴资金", Decimal(6200000), Decimal(5834000)),
        ("动物防疫补助资金", Decimal(1280000), Decimal(1267000)),
    ]


def test_projects_under_heads_of_their_own_stand_beside_their_department() -> None:
    result = read(
        "2021年度东岭县信访局部门整体支出绩效自评报告",
        "一、基本情况\n（1）来访接待补贴项目绩效目标完成情况综述。项目全年预算数2.4万元，执行数为2.1万元，完成预算的87.5%。"
        "通过项目实施，保障了补贴的按时发放。\n（2）信访宣传经费项目绩效目标完成情况综述。项目全年预算数3万元，执行数为3万元，"
        "完成预算的100%。通过项目实施，宣传活动如期开展。",
    )
    got = [(one.kind, one.subject, [fund.executed for fund in one.funds]) for one in result.evaluations]
    assert got == [
        ("department", "东岭县信访局", []),
        ("project", "来访接待补贴项目", [Decimal(21000)]),
        ("project", "信访宣传经费项目", [Decimal(30000)]),
    ]


def test_a_budget_that_the_text_adds_up_is_the_years() -> None:
    result = read(
        "2022年度青山县档案馆部门整体支出绩效自评报告",
        "一、收支情况\n2022年年初预算收入356.20万元，年中追加41.35万元，全年收入合计397.55万元。全年支出389.62万元。",
    )
    ((fund,),) = [evaluation.funds for evaluation in result.evaluations]
    assert (fund.initial_budget, fund.annual_budget, fund.executed) == (
        Decimal(3562000),
        Decimal(3975500),
        Decimal(3896200),
    )


def test_the_smaller_of_two_moneys_is_not_the_whole_of_an_unnamed_project() -> None:
    result = read(
        "2021年度中央对地方转移支付预算执行情况绩效自评报告",
        "一、资金\n林业改革资金共312.66万元，已全面拨付使用。\n中央财政补助资金全年共210.5万元，拨付使用了210.5万元，"
        "预算执行率100%。",
    )
    assert [evaluation.funds for evaluation in result.evaluations] == [()]


def test_a_name_that_is_only_its_body_names_no_project() -> None:
    titles = (
        "耒溪市第四中学专项资金绩效自评价报告",
        "2019年度柳溪县退役军人事务局项目绩效评价报告",
        "东岭区土门小学2021项目资金绩效自评报告",
    )
    assert [title_subject(title) for title in titles] == [None, None, None]
    assert title_subject("2021年度政务服务大厅经费绩效自评报告") == "政务服务大厅经费"
    assert title_subject("2022年区本级福彩公益金绩效使用自评报告") == "区本级福彩公益金"
    assert title_subject("2021年、2022年东山省高标准农田建设资金绩效评价报告") == "东山省高标准农田建设资金"


def test_words_before_a_body_are_no_part_of_its_name() -> None:
    result = read(
        "2022年度林业改革发展资金绩效自评报告",
        "一、资金\n根据青山市林业局通知，2022年下达青山市林业局国有林管护补助444.2万元，按进度组织实施，资金全部到位。",
    )
    assert result.report.org is None


def test_lists_that_tell_of_the_work_are_no_indicators() -> None:
    result = read(
        "东岭县就业中心2023年项目支出绩效自评报告",
        "二、指标完成情况\n1、数量指标\n（1）失业保险工作方面。2023年度，失业保险参保总人数为21300人，完成市目标任务21000人的101.43%，"
        "参保人数稳步增长，征缴工作有序推进。\n（2）培训服务方面。2023年度，已开展职业技能培训49期，培训2399人，完成市目标任务数2000人的120%，"
        "获得合格证书学员774人。\n2、满意度指标完成情况。群众满意度≥90%，实际94.6%。",
    )
    ((indicator,),) = [evaluation.indicators for evaluation in result.evaluations]
    assert (indicator.level2, indicator.level3, indicator.actual_raw) == ("satisfaction", "群众满意度", "94.6%")


def test_an_outcome_behind_an_unmarked_target_is_read_under_a_head() -> None:
    result = read(
        "2022年度东山县救灾资金绩效自评报告",
        "一、绩效指标完成情况\n（2）质量指标：资金使用合规率100%，实际完成98%。\n二、结论\n自评得分96分，工作按期完成。",
    )
    ((indicator,),) = [evaluation.indicators for evaluation in result.evaluations]
    assert (indicator.level2, indicator.target_raw, indicator.actual_raw) == ("quality", "100%", "98%")


def test_a_goal_goes_on_to_the_end_of_its_sentence() -> None:
    result = read(
        "2022年度林业改革发展资金绩效自评报告",
        "一、目标\n总体目标为加强森林资源管护，完成森林抚育任务；开展科技推广示范，加强有害生物防治。各项工作按计划推进。",
    )
    goal = "加强森林资源管护，完成森林抚育任务；开展科技推广示范，加强有害生物防治。"
    assert [evaluation.goal_expected for evaluation in result.evaluations] == [goal]


def test_an_indicator_in_quotes_stands_under_the_level_before_it() -> None:
    result = read(
        "塔山县2023年农村公路日常养护补助资金项目支出绩效自评报告",
        "二、绩效指标完成情况\n（1）数量指标“养护农村公路里程”，指标值：≥1436公里，实际完成值1440公里，指标完成率100.28%。",
    )
    ((indicator,),) = [evaluation.indicators for evaluation in result.evaluations]
    assert (indicator.level2_raw, indicator.level3, indicator.target_raw) == (
        "数量指标",
        "养护农村公路里程",
        "≥1436公里",
    )


def test_lines_of_the_budget_by_function_are_no_projects() -> None:
    result = read(
        "2024年度部门决算",
        "五、支出决算情况说明\n1、教育支出（类）进修及培训（款）培训支出（项）。年初预算为3.20万元，支出决算为3.10万元。\n"
        "2、住房保障支出（类）住房改革支出（款）购房补贴（项）。年初预算为8.50万元，支出决算为8.50万元。",
    )
    assert [evaluation.subject for evaluation in result.evaluations if evaluation.subject] == []


def test_labels_that_only_blanks_part_end_each_others_values() -> None:
    result = read(
        "2020年度部门整体支出绩效自评报告", "填报单位 镇安县水务局 自评得分 96.5\n一、概况\n全年工作按期完成。"
    )
    assert result.report.org == "镇安县水务局"


def test_a_signature_beside_the_body_is_no_part_of_its_name() -> None:
    result = read("2022年度项目自评表", "项目单位(盖章):荣县图书馆 主要领导签字:\n一、概况\n全年工作按期完成。")
    assert result.report.org == "荣县图书馆"


def funds(text: str, title: str = "2023年度东岭县安全监管经费项目绩效自评报告") -> list[tuple[Decimal | None, ...]]:
    """Initial budget, annual budget and execution of each funds line."""
    found = [fund for evaluation in read(title, text).evaluations for fund in evaluation.funds]
    return [(fund.initial_budget, fund.annual_budget, fund.executed) for fund in found]


def test_a_budget_cut_to_an_amount_is_the_years() -> None:
    text = "一、资金\n项目年初预算安排120万元，年中根据工作需要调减至98万元，全年支出97.6万元，执行率99.59%。"
    assert funds(text) == [(Decimal(1200000), Decimal(980000), Decimal(976000))]


def test_an_execution_above_the_first_budget_at_a_lower_rate_is_of_a_budget_unsaid() -> None:
    text = "一、资金\n本项目年初预算586万元，全年执行数642万元，其中人员支出74万元，支出率为97.4%。"
    assert funds(text) == [(Decimal(5860000), None, Decimal(6420000))]


def test_what_one_level_paid_is_not_the_execution_of_all() -> None:
    text = (
        "一、资金\n2023年获批安全监管经费2,340万元，其中中央财政1,800万元、省级财政540万元。截至年底，中央财政资金执行1,782.45万元，"
        "省级财政资金执行540万元，综合执行率98.88%。"
    )
    assert funds(text) == []
