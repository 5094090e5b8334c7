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
