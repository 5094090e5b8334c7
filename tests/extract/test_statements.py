from __future__ import annotations

from decimal import Decimal

from forms_by_hand import draw, read

from pipeline.document import Paragraph
from pipeline.records import Measure


def test_base_data_rows_take_year_and_measure_from_their_heads() -> None:
    (form,) = read(
        draw(
            ["经费控制情况（万元）", "2021年决算数", "2022年预算数", "2022年决算数"],
            ["“三公”经费", "4.05", "2.8", "0.35"],
            ["其中：公车购置", "", "", ""],
            ["项目支出：", "10", "12", "11"],
            ["1、本级专项资金（一个专项一行）", "10", "12", "11"],
            ["灯光秀运行经费", "6", "", "5"],
            ["公用经费", "3", "4", "—"],
        ),
        year=2022,
    )
    assert [(f.item, f.measure, f.fiscal_year, f.value) for f in form.figures[:3]] == [
        ("three_public", Measure.FINAL_ACCOUNT, 2021, 40500),
        ("three_public", Measure.BUDGET, 2022, 28000),
        ("three_public", Measure.FINAL_ACCOUNT, 2022, 3500),
    ]
    assert [(f.item_raw, f.item) for f in form.figures if f.item == "project_item"] == [
        ("灯光秀运行经费", "project_item")
    ] * 2
    assert [f.value for f in form.figures if f.item == "public_funds"] == [30000, 40000]
    assert form.base_data
    assert not form.is_evaluation


def test_staff_numbers_stand_under_their_heads() -> None:
    (form,) = read(
        draw(
            ["财政供养人员情况（人）", "编制数", "2022年实际在职人数", "控制率"],
            ["^", "20", "19", "95.00%"],
        )
    )
    assert [(f.item, f.measure, f.value, f.unit) for f in form.figures] == [
        ("staff_quota", Measure.COUNT, 20, "人"),
        ("staff_actual", Measure.COUNT, 19, "人"),
        ("staff_control_rate", Measure.RATE, 95, "percent"),
    ]
    assert form.figures[1].fiscal_year == 2022


def test_a_change_column_keeps_its_sign_and_the_reports_year() -> None:
    (form,) = read(
        Paragraph("支出情况表（单位：万元）"),
        draw(
            ["项目", "2021年决算数", "2022年决算数", "比上年增减额", "增减率（%）"],
            ["基本支出", "100", "90", "-10", "-10.00"],
        ),
        year=2022,
    )
    assert [(f.measure, f.fiscal_year, f.value, f.unit) for f in form.figures] == [
        (Measure.FINAL_ACCOUNT, 2021, 1000000, "CNY"),
        (Measure.FINAL_ACCOUNT, 2022, 900000, "CNY"),
        (Measure.CHANGE, 2022, -100000, "CNY"),
        (Measure.CHANGE_RATE, 2022, Decimal(-10), "percent"),
    ]


def test_last_year_in_a_head_counts_from_the_report() -> None:
    (form,) = read(draw(["单位：万元", "上年决算", "本年预算"], ["项目支出", "8", "9"]), year=2020)
    assert [(f.fiscal_year, f.value) for f in form.figures] == [(2019, 80000), (2020, 90000)]


def test_staff_of_last_years_end_is_of_the_year_before() -> None:
    (form,) = read(
        draw(
            ["人员情况", "编制数", "上年末在职人数", "本年末在职人数", "人员控制率"],
            ["在职人员（人）", "20", "18", "19", "95%"],
        ),
        year=2022,
    )
    assert [(f.item, f.fiscal_year, f.value) for f in form.figures] == [
        ("staff_quota", 2022, 20),
        ("staff_actual", 2021, 18),
        ("staff_actual", 2022, 19),
        ("staff_control_rate", 2022, 95),
    ]


def test_what_each_place_got_of_a_fund_is_a_statement_and_no_form() -> None:
    (form,) = read(
        Paragraph("单位：万元"),
        draw(
            ["序号", "市县", "下达资金", "到位资金", "支出资金", "支出率"],
            ["1", "甲县", "300.00", "280.00", "210.00", "75%"],
            ["2", "乙市", "200.00", "200.00", "—", "—"],
            ["合计", "<", "500.00", "480.00", "210.00", "43.75%"],
        ),
    )
    assert [(f.item_raw, f.measure, f.value) for f in form.figures] == [
        ("甲县", Measure.APPROPRIATION, 3000000),
        ("甲县", Measure.APPROPRIATION, 2800000),
        ("甲县", Measure.EXECUTED, 2100000),
        ("甲县", Measure.RATE, 75),
        ("乙市", Measure.APPROPRIATION, 2000000),
        ("乙市", Measure.APPROPRIATION, 2000000),
        ("合计", Measure.APPROPRIATION, 5000000),
        ("合计", Measure.APPROPRIATION, 4800000),
        ("合计", Measure.EXECUTED, 2100000),
        ("合计", Measure.RATE, Decimal("43.75")),
    ]
    assert form.funds == ()
    assert not form.is_evaluation


def test_what_the_money_was_spent_on_is_a_statement_and_no_form() -> None:
    (form,) = read(
        Paragraph("单位：万元"),
        draw(
            ["序号", "支出内容", "预算金额", "实际支出", "结余"],
            ["1", "购置设备", "45.00", "44.00", "1.00"],
            ["合计", "<", "45.00", "44.00", "1.00"],
        ),
    )
    assert [(f.item_raw, f.item, f.measure, f.value) for f in form.figures] == [
        ("购置设备", "project_item", Measure.BUDGET, 450000),
        ("购置设备", "project_item", Measure.EXECUTED, 440000),
        ("购置设备", "project_item", Measure.BALANCE, 10000),
        ("合计", "total", Measure.BUDGET, 450000),
        ("合计", "total", Measure.EXECUTED, 440000),
        ("合计", "total", Measure.BALANCE, 10000),
    ]
    assert not form.is_evaluation


def test_years_alone_head_the_amounts_of_a_comparison() -> None:
    (form,) = read(
        Paragraph("单位：万元"),
        draw(
            ["项目", "2021年", "2022年", "增减额", "增减率"],
            ["公务接待费", "5.20", "4.16", "-1.04", "-20%"],
        ),
        year=2022,
    )
    assert [(f.item_raw, f.measure, f.fiscal_year, f.value) for f in form.figures] == [
        ("公务接待费", Measure.AMOUNT, 2021, 52000),
        ("公务接待费", Measure.AMOUNT, 2022, 41600),
        ("公务接待费", Measure.CHANGE, 2022, -10400),
        ("公务接待费", Measure.CHANGE_RATE, 2022, -20),
    ]


def test_the_sums_of_a_table_without_heads_are_no_points() -> None:
    forms = read(
        draw(["公务接待费", "5.20", "4.16", "-1.04"], ["合计", "13.80", "12.06", "-1.74"]),
        draw(["行政运行", "412.30", "312.30"], ["合计", "628.40", "528.40"]),
    )
    assert [form.total for form in forms] == [None] * len(forms)


def test_subjects_of_the_accounts_are_divided_into_the_uses_in_their_head() -> None:
    (form,) = read(
        Paragraph("单位：万元"),
        draw(
            ["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出"],
            ["2050203", "初中教育", "25.00", "20.00", "5.00"],
            ["合计", "<", "25.00", "20.00", "5.00"],
        ),
        year=2022,
    )
    assert [(f.item_raw, f.item, f.value) for f in form.figures] == [
        ("初中教育", "project_item", 250000),
        ("初中教育", "project_item", 200000),
        ("初中教育", "project_item", 50000),
        ("合计", "total", 250000),
        ("合计", "basic_expenditure", 200000),
        ("合计", "project_expenditure", 50000),
    ]
    assert {f.measure for f in form.figures} == {Measure.AMOUNT}


def test_how_many_projects_a_department_has_is_a_count_and_no_money() -> None:
    (form,) = read(
        Paragraph("单位：万元"),
        draw(["部门名称", "项目个数", "预算资金", "实际支出"], ["云岭县水务局", "12", "300.00", "285.00"]),
    )
    assert [(f.item_raw, f.measure, f.value, f.unit) for f in form.figures] == [
        ("云岭县水务局", Measure.COUNT, 12, "个"),
        ("云岭县水务局", Measure.BUDGET, 3000000, "CNY"),
        ("云岭县水务局", Measure.EXECUTED, 2850000, "CNY"),
    ]
    assert form.labels == {}
