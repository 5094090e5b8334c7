"""The form of goals for several years beside the one year: only the year's columns are read."""

from __future__ import annotations

from forms_by_hand import draw, read

from pipeline.extract.medium import without_medium

SIDE_BY_SIDE = draw(
    ["项目名称", "山塘除险经费", "<", "<", "<", "<", "<", "<"],
    ["项目资金（万元）", "实施期资金总额：", "<", "450", "年度资金总额：", "<", "<", "150"],
    ["^", "其中：财政拨款", "<", "420", "其中：财政拨款", "<", "<", "140"],
    ["^", "其他资金", "<", "30", "其他资金", "<", "<", "10"],
    ["总体目标", "实施期目标", "<", "<", "年度目标", "<", "<", "<"],
    ["^", "三年内完成全部病险山塘的除险加固。", "<", "<", "年内完成病险山塘除险15座。", "<", "<", "<"],
    ["绩效指标", "一级指标", "二级指标", "三级指标", "指标值", "二级指标", "三级指标", "指标值"],
    ["^", "产出指标", "数量指标", "除险座数", "≥45座", "数量指标", "除险座数", "≥15座"],
    ["^", "效益指标", "社会效益指标", "受益村", "≥30个", "社会效益指标", "受益村", "≥12个"],
)


def test_money_goals_and_indicators_are_the_year_s() -> None:
    (form,) = read(SIDE_BY_SIDE)
    assert [(fund.item, fund.annual_budget) for fund in form.funds] == [
        ("total", 1500000),
        ("fiscal", 1400000),
        ("other", 100000),
    ]
    assert form.goals is not None
    assert form.goals.expected == "年内完成病险山塘除险15座。"
    assert [(row.level1, row.level2, row.level3, row.target_raw) for row in form.indicators] == [
        ("output", "quantity", "除险座数", "≥15座"),
        ("benefit", "social", "受益村", "≥12个"),
    ]


def test_a_form_of_one_year_stays_as_it_is() -> None:
    table = draw(
        ["项目名称", "山塘除险经费", "<", "<"],
        ["项目资金（万元）", "年度资金总额", "<", "150"],
        ["^", "其中：财政拨款", "<", "140"],
        ["一级指标", "二级指标", "三级指标", "指标值"],
        ["产出指标", "数量指标", "除险座数", "≥15座"],
    )
    assert without_medium(table) is table


def test_a_total_of_the_period_in_a_row_of_its_own_stays() -> None:
    table = draw(
        ["项目资金（万元）", "", "预算数", "执行数"],
        ["^", "中期资金总额", "450", "300"],
        ["^", "年度资金总额", "150", "149"],
    )
    assert without_medium(table) is table


def test_a_plain_total_left_of_the_year_s_is_the_period_s() -> None:
    table = draw(
        ["项目名称", "科研经费", "<", "<", "<"],
        ["项目资金（万元）", "资金总额", "936", "当年资金总额", "500"],
        ["^", "其中：财政拨款", "900", "其中：当年财政拨款", "480"],
        ["^", "其他资金", "36", "当年其他资金", "20"],
    )
    (form,) = read(table)
    assert [(fund.item, fund.annual_budget) for fund in form.funds] == [
        ("total", 5000000),
        ("fiscal", 4800000),
        ("other", 200000),
    ]


def test_a_unit_or_a_blank_that_stands_twice_below_the_year_s_total_drops_no_amount() -> None:
    table = draw(
        ["项目资金", "资金总额", "936", "当年资金总额", "500"],
        ["^", "财政拨款", "480", "万元", "万元"],
        ["^", "其他资金", "/", "20", "/"],
    )
    kept = [cell.text for cell in without_medium(table).cells if cell.row > 0]
    assert kept == ["财政拨款", "480", "万元", "万元", "其他资金", "/", "20", "/"]
