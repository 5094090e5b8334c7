from __future__ import annotations

from decimal import Decimal

from forms_by_hand import draw, read

from pipeline.document import Paragraph
from pipeline.records import Fund, Measure

HEAD = ["项目资金（万元）", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"]


def funds(*rows: list[str]) -> tuple[Fund, ...]:
    (form,) = read(draw(*rows))
    return form.funds


def test_amounts_are_in_yuan_by_the_unit_of_the_section_label() -> None:
    (line,) = funds(HEAD, ["^", "年度资金总额", "70.68", "1,004.12", "990.5", "10", "98.64%", "9.86"])
    assert (line.initial_budget, line.annual_budget, line.executed) == (706800, 10041200, 9905000)
    assert (line.item, line.unit_raw, line.annual_budget_raw) == ("total", "万元", "1,004.12")
    assert (line.weight, line.execution_rate, line.score) == (10, Decimal("98.64"), Decimal("9.86"))


def test_a_line_without_any_number_is_no_row() -> None:
    lines = funds(
        HEAD,
        ["^", "年度资金总额", "8", "8", "8", "10", "100%", "10"],
        ["^", "上年结转资金", "", "", "", "-", "", "-"],
        ["^", "其他资金", "0", "0", "0", "", "", ""],
    )
    assert [(line.item, line.executed) for line in lines] == [("total", 80000), ("other", 0)]


def test_a_fraction_becomes_a_percentage_only_where_the_amounts_prove_it() -> None:
    lines = funds(
        HEAD,
        ["^", "年度资金总额", "100", "100", "98.5", "10", "0.985", "9.85"],
        ["^", "其他资金", "100", "100", "1", "", "1", ""],
    )
    assert [line.execution_rate for line in lines] == [Decimal("98.5"), Decimal(1)]


def test_an_amount_with_the_bare_word_for_ten_thousand_behind_it_is_one() -> None:
    (line,) = funds(HEAD, ["^", "其中：中央资金", "", "318.4万", "300万", "", "94.22%", ""])
    assert (line.item, line.annual_budget, line.executed) == ("central_transfer", 3184000, 3000000)
    assert (line.unit_raw, line.annual_budget_raw) == ("万", "318.4万")


def test_the_unit_of_a_head_or_of_a_line_above_counts() -> None:
    table = draw(
        ["资金来源", "全年预算数（元）", "全年执行数（元）", "执行率"],
        ["年度资金总额", "120,000.00", "96,000.50", "80%"],
    )
    (form,) = read(table)
    assert (form.funds[0].annual_budget, form.funds[0].executed) == (120000, Decimal("96000.50"))
    bare = draw(["资金来源", "全年预算数", "全年执行数"], ["年度资金总额", "12", "9.6"])
    (form,) = read(Paragraph("单位：万元"), bare)
    assert form.funds[0].annual_budget == 120000


def test_without_a_unit_the_amount_is_null_and_the_text_is_kept() -> None:
    (form,) = read(draw(["资金来源", "全年预算数", "全年执行数"], ["年度资金总额", "12", "9.6"]))
    assert (form.funds[0].annual_budget, form.funds[0].annual_budget_raw) == (None, "12")


def test_a_label_with_its_number_in_one_cell_is_a_line_of_its_own() -> None:
    lines = funds(
        HEAD,
        ["^", "年度资金总额", "60", "80", "80", "10", "100%", "10"],
        ["^", "其中：一般公共预算：75.5", "<", "<", "其中：基本支出：30", "<", "<", "<"],
    )
    assert [(line.item, line.annual_budget) for line in lines[1:]] == [
        ("general_public_budget", 755000),
        ("basic_expenditure", 300000),
    ]


def test_the_head_of_the_labels_may_read_like_an_amount() -> None:
    (line, _) = funds(
        [
            "预算执行情况（10分）",
            "年度预算数（万元）",
            "年初预算",
            "调整后预算数",
            "预算执行数",
            "预算执行率",
            "权重",
            "得分",
        ],
        ["^", "总额", "10", "12", "12", "100.00%", "10", "10"],
        ["^", "其中：财政资金", "10", "12", "12", "100.00%", "/", "/"],
    )
    assert (line.item, line.initial_budget, line.annual_budget) == ("total", 100000, 120000)


def test_a_block_whose_lines_are_no_funds_is_a_statement() -> None:
    (form,) = read(
        draw(
            ["支出内容", "预算数（万元）", "实际支出数（万元）"],
            ["设备购置费", "5", "4.8"],
            ["宣传费", "2", "2"],
        )
    )
    assert form.funds == ()
    assert [(figure.item, figure.measure, figure.value) for figure in form.figures] == [
        ("project_item", Measure.BUDGET, 50000),
        ("project_item", Measure.EXECUTED, 48000),
        ("project_item", Measure.BUDGET, 20000),
        ("project_item", Measure.EXECUTED, 20000),
    ]


def test_label_and_value_pairs_of_older_forms_are_funds_and_figures() -> None:
    (form,) = read(
        draw(
            ["项目名称", "灯塔修缮", "<", "<"],
            ["计划安排资金（万元）", "200", "实际到位资金（万元）", "190"],
            ["其中：中央财政", "", "其中：中央财政", ""],
            ["县财政", "200", "县财政", "190"],
            ["实际支出（万元）", "188.5", "结余资金（万元）", "1.5"],
        )
    )
    assert [(line.item, line.annual_budget, line.executed) for line in form.funds] == [
        ("total", 2000000, 1885000),
        ("local_funds", 2000000, None),
    ]
    assert [(figure.measure, figure.value) for figure in form.figures] == [
        (Measure.APPROPRIATION, 1900000),
        (Measure.APPROPRIATION, 1900000),
        (Measure.BALANCE, 15000),
    ]


def test_budget_execution_and_rate_may_stand_in_one_row_of_pairs() -> None:
    (form,) = read(
        draw(
            ["项目名称", "灯塔修缮", "<", "<", "<", "<"],
            ["预算金额（万元）", "100", "执行金额（万元）", "98.5", "执行率", "98.5%"],
        )
    )
    (line,) = form.funds
    assert (line.item, line.annual_budget, line.executed) == ("total", 1000000, 985000)
    assert (line.execution_rate_raw, line.execution_rate) == ("98.5%", Decimal("98.5"))


def test_the_budget_left_of_an_adjusted_one_is_that_of_the_beginning_of_the_year() -> None:
    head = ["项目资金（万元）", "", "预算数", "调整数", "支付数", "支付进度"]
    (line,) = funds(head, ["^", "年度资金总额", "100", "80", "72", "90%"])
    assert (line.initial_budget, line.annual_budget, line.executed) == (1000000, 800000, 720000)


def test_a_column_of_changes_is_no_budget() -> None:
    head = ["项目资金（万元）", "", "预算数", "调整数", "支付数", "支付进度"]
    (line,) = funds(head, ["^", "年度资金总额", "100", "-20", "72", "90%"])
    assert (line.initial_budget, line.annual_budget, line.executed) == (None, 1000000, 720000)


def test_what_was_spent_of_a_part_stands_beside_its_plan() -> None:
    lines = funds(
        ["预算执行情况（万元）", "预算安排情况", "<", "资金执行情况", "<", "预算执行进度"],
        ["^", "预算数：", "50", "执行数：", "45", "90%"],
        ["^", "其中：财政资金", "40", "其中：财政资金", "36", ""],
    )
    assert [(line.annual_budget, line.executed) for line in lines] == [(500000, 450000), (400000, 360000)]
    assert lines[0].execution_rate == 90


def test_a_head_that_is_divided_by_source_below_gives_the_totals() -> None:
    lines = funds(
        ["年度主要任务", "任务名称", "主要内容", "预算金额（万元）", "<", "执行金额（万元）", "<", "完成情况"],
        ["^", "^", "^", "总额", "财政拨款", "总额", "财政拨款", "^"],
        ["^", "管网维护", "更换老旧管道", "70", "60", "63", "54", "按期完成"],
        ["^", "金额合计", "<", "70", "60", "63", "54", ""],
    )
    assert [(line.annual_budget, line.executed) for line in lines] == [(700000, 630000)] * 2
    assert [line.item_raw for line in lines] == ["管网维护", "金额合计"]


def test_a_head_whose_only_amounts_head_the_labels_breaks_nothing() -> None:
    table = draw(["预算金额（万元）", "", "执行金额（万元）", ""], ["财政拨款", "", "其他资金", ""])
    assert [form.funds for form in read(table)] == [()]


def test_last_years_amounts_and_those_that_arrived_are_no_budget() -> None:
    (line,) = funds(
        ["资金情况（万元）", "资金来源", "上年执行数", "本年预算数", "到位数", "本年执行数", "执行率", "得分"],
        ["^", "资金总额", "41", "50", "49", "45", "90%", "9"],
    )
    assert (line.initial_budget, line.annual_budget, line.executed) == (None, 500000, 450000)


def test_sources_beside_each_other_are_a_line_each() -> None:
    lines = funds(
        ["资金来源", "合计", "中央财政", "县级财政"],
        ["预算数（万元）", "100", "60", "40"],
        ["执行数（万元）", "90", "60", "30"],
    )
    assert [(line.item, line.annual_budget, line.executed) for line in lines] == [
        ("total", 1000000, 900000),
        ("central_transfer", 600000, 600000),
        ("local_funds", 400000, 300000),
    ]


def test_what_arrived_between_plan_and_spending_splits_no_line() -> None:
    table = draw(["资金来源", "计划安排", "实际到位", "实际支出"], ["合计", "100", "95", "90"])
    (form,) = read(Paragraph("单位：万元"), table)
    assert [(line.annual_budget, line.executed) for line in form.funds] == [(1000000, 900000)]


def test_the_unit_in_the_label_beside_a_block_of_pairs_counts() -> None:
    (form,) = read(
        draw(
            ["预算执行情况（万元）", "预算数：", "40.50", "执行数：", "38.10"],
            ["^", "其中-财政拨款：", "30.00", "其中-财政拨款：", "30.00"],
            ["^", "其它资金：", "10.50", "其它资金：", "8.10"],
        )
    )
    assert [(fund.item, fund.annual_budget, fund.executed) for fund in form.funds] == [
        ("total", 405000, 381000),
        ("fiscal", 300000, 300000),
        ("other", 105000, 81000),
    ]


def test_a_project_s_whole_cost_is_no_budget_of_the_year() -> None:
    table = draw(
        ["项目名称", "隐患举报奖励经费", "<", "<"],
        ["预算单位", "某县应急管理局", "金额单位：万元", ""],
        ["项目资金", "", "", ""],
        ["项目总预算", "300", "预算分类", "一般公共预算"],
        ["当年年度预算", "100", "", ""],
        ["其中：财政资金", "90", "资金科目代码", "2240109-应急管理"],
        ["其中：其它资金", "10", "", ""],
        ["年度预算执行率", "100%", "分值", "10分"],
    )
    (form,) = read(Paragraph("单位：万元"), table)
    assert [(fund.item, fund.annual_budget, fund.execution_rate) for fund in form.funds] == [
        ("total", 1000000, 100),
        ("fiscal", 900000, None),
        ("other", 100000, None),
    ]
    assert [(figure.measure, figure.value) for figure in form.figures] == [(Measure.BUDGET, 3000000)]


def test_the_row_that_numbers_the_columns_is_no_line() -> None:
    lines = funds(HEAD, ["^", "列次", "1", "2", "3", "4", "5", "6"], ["^", "年度资金总额", "9", "9", "8", "", "", ""])
    assert [line.item for line in lines] == ["total"]
