"""A funds block without a head, as forms print it that only set goals: one amount beside each label."""

from __future__ import annotations

from forms_by_hand import draw, read

from pipeline.document import Paragraph


def test_one_amount_beside_each_label_is_what_the_year_may_spend() -> None:
    (form,) = read(
        draw(
            ["项目名称", "<", "护林站修缮"],
            ["项目资金（万元）", "年度资金总额：", "86.5"],
            ["^", "其中：财政拨款", "80"],
            ["^", "其他资金", "6.5"],
        )
    )
    assert [(line.item, line.annual_budget, line.executed) for line in form.funds] == [
        ("total", 865000, None),
        ("fiscal", 800000, None),
        ("other", 65000, None),
    ]


def test_a_line_without_an_amount_is_no_row_and_ends_nothing() -> None:
    (form,) = read(
        draw(
            ["资金情况（万元）", "年度资金总额", "30"],
            ["^", "其中：中央补助", ""],
            ["^", "省级补助", "30"],
        )
    )
    assert [(line.item, line.annual_budget) for line in form.funds] == [
        ("total", 300000),
        ("province_transfer", 300000),
    ]


def test_the_unit_may_stand_behind_the_amount_with_a_remark_after_it() -> None:
    (form,) = read(
        draw(
            ["资金情况", "年度资金总额", "854万元（示范建设400万元，其他454万元）"], ["^", "其中：财政拨款", "854万元"]
        )
    )
    assert [(line.annual_budget, line.unit_raw) for line in form.funds] == [(8540000, "万元"), (8540000, "万元")]


def test_without_any_unit_the_amount_is_null_and_its_text_is_kept() -> None:
    (form,) = read(draw(["资金情况", "年度资金总额", "30"]))
    assert (form.funds[0].annual_budget, form.funds[0].annual_budget_raw) == (None, "30")


def test_a_unit_line_above_the_form_counts() -> None:
    (form,) = read(Paragraph("单位：万元"), draw(["项目名称", "<", "古籍修复"], ["资金", "资金总额", "18"]))
    assert form.funds[0].annual_budget == 180000


def test_the_parts_of_a_scale_of_funds_stand_beside_it() -> None:
    (form,) = read(
        draw(["预算规模及资金用途（万元）", "预算数", "18.00", "其中：财政资金", "12.00", "其他资金", "6.00"])
    )
    assert [(line.item, line.annual_budget) for line in form.funds] == [
        ("total", 180000),
        ("fiscal", 120000),
        ("other", 60000),
    ]


def test_a_total_with_several_amounts_is_left_to_a_head() -> None:
    (form,) = read(draw(["资金情况（万元）", "年度资金总额", "30", "28"], ["产出指标", "数量指标", "修路", "3公里"]))
    assert form.funds == ()


def test_the_head_of_a_list_of_bodies_is_no_body() -> None:
    (form,) = read(draw(["序号", "单位名称", "备注"], ["1", "某区财政局（本级）", ""], ["项目名称", "大厅经费", ""]))
    assert form.labels == {"subject": "大厅经费"}


def test_labels_with_their_amounts_in_one_cell_are_lines_too() -> None:
    (form,) = read(
        draw(["项目资金申请（万元）", "资金总额：250"], ["^", "一、预算资金：200"], ["^", "二、自有资金：50"])
    )
    assert [(line.item_raw, line.item, line.annual_budget) for line in form.funds] == [
        ("资金总额", "total", 2500000),
        ("一、预算资金", None, 2000000),
        ("二、自有资金", "other", 500000),
    ]


def test_the_head_of_a_list_of_projects_is_no_project() -> None:
    table = draw(["序号", "乡镇名称", "项目名称", "金额"], ["1", "云山镇", "水圳修复", "15"], ["合计", "<", "<", "15"])
    assert [form.subject for form in read(table)] in ([], [None])


def test_a_total_without_an_amount_heads_the_parts_that_have_theirs() -> None:
    table = draw(
        ["项目名称", "助残补助资金"],
        ["资金金额（万元）", ""],
        ["年度资金总额", ""],
        ["其中：中央补助", "50.4"],
        ["地方资金", ""],
    )
    (form,) = read(table)
    assert [(fund.item, fund.annual_budget) for fund in form.funds] == [("central_transfer", 504000)]


def test_the_project_s_amount_is_the_total_beside_its_part() -> None:
    table = draw(["项目名称", "主体班", "项目负责人", ""], ["项目金额", "164万元", "其中：当年市级财政资金", "132万元"])
    (form,) = read(table)
    assert [(fund.item, fund.annual_budget) for fund in form.funds] == [("total", 1640000), ("local_funds", 1320000)]
