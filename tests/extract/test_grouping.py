from __future__ import annotations

import datetime

from forms_by_hand import draw, read

from pipeline.document import Paragraph
from pipeline.extract.grouping import group_sections

HEAD = ["一级指标", "二级指标", "三级指标", "指标值", "完成值", "分值", "得分"]
ROW = ["产出指标", "数量指标", "甲", "≥1个", "1个", "100", "99"]
TOTAL = ["总分", "<", "<", "<", "<", "100", "99"]


def named(name: str) -> list[str]:
    return ["项目名称", name, "<", "<", "<", "<", "<"]


def test_a_second_name_in_one_table_begins_a_second_form() -> None:
    forms = read(draw(named("甲项目"), HEAD, ROW, TOTAL, named("乙项目"), HEAD, ROW, TOTAL))
    assert [form.subject for form in forms] == ["甲项目", "乙项目"]
    assert [len(form.indicators) for form in forms] == [1, 1]


def test_a_file_may_begin_in_the_middle_of_a_form() -> None:
    forms = read(draw(HEAD, ROW, TOTAL), Paragraph("2022年度项目支出绩效自评表"), draw(named("乙项目"), HEAD, ROW))
    assert [form.subject for form in forms] == [None, "乙项目"]
    assert [form.year for form in forms] == [None, 2022]


def test_tables_under_one_title_are_one_form() -> None:
    (form,) = read(
        Paragraph("部门整体支出绩效自评表"),
        Paragraph("（2022年度）"),
        draw(
            ["部门名称", "某局", "<"], ["年度总体目标", "预期目标", "实际完成情况"], ["^", "办好展览。", "办了三次。"]
        ),
        draw(HEAD, ROW, TOTAL),
    )
    assert (form.kind, form.year) == ("department", 2022)
    assert form.goals is not None
    assert (form.goals.expected, form.goals.actual) == ("办好展览。", "办了三次。")
    assert len(form.indicators) == 1


def test_a_signature_line_below_gives_the_date_and_no_names() -> None:
    (form,) = read(
        draw(named("甲项目"), HEAD, ROW),
        Paragraph("填表人：王某　填报日期：2023年2月1日　联系电话：0000-0000000"),
    )
    assert form.form_date == datetime.date(2023, 2, 1)
    assert form.labels == {"subject": "甲项目"}


def test_the_first_table_of_a_document_whose_title_is_a_form_s_has_that_title() -> None:
    long_text = Paragraph("本单位承担全省监测台网的运行维护工作。" * 6)
    (group,) = group_sections([long_text, draw(HEAD, ROW)], 2023, "2023年度部门整体支出绩效自评表")
    assert group.title == "2023年度部门整体支出绩效自评表"


def test_the_grade_in_a_line_below_is_the_form_s() -> None:
    (form,) = read(Paragraph("部门整体支出绩效评价计分表"), draw(HEAD, ROW), Paragraph("评价等级：良"))
    assert form.grade == "良"


def test_what_is_evaluated_is_a_department_by_a_body_s_name_else_a_project() -> None:
    (body,) = read(Paragraph("绩效评价计分表"), Paragraph("评价对象：某县教育局（体育局）"), draw(HEAD, ROW))
    (project,) = read(Paragraph("绩效评价计分表"), Paragraph("评价对象：校舍维修改造"), draw(HEAD, ROW))
    assert (body.labels, project.labels) == ({"department": "某县教育局（体育局）"}, {"subject": "校舍维修改造"})


def test_a_label_without_value_does_not_take_the_next_label() -> None:
    (form,) = read(draw(["主管部门", "", "实施单位", "某局"], ["项目名称", "甲项目", "<", "<"]))
    assert form.labels == {"implementing_unit": "某局", "subject": "甲项目"}


def test_the_evaluators_score_counts_in_somebody_elses_report() -> None:
    head = ["一级指标", "二级指标", "三级指标", "分值", "自评得分", "评价得分"]
    row = ["产出", "产出数量", "甲", "10", "10", "8"]
    (own,) = read(Paragraph("项目支出绩效自评表"), draw(head, row))
    (other,) = read(Paragraph("项目绩效评价指标评分表"), draw(head, row))
    assert (own.indicators[0].score, other.indicators[0].score) == (10, 8)


def test_goals_that_the_dump_moved_are_no_one_s() -> None:
    table = draw(
        ["项目名称", "参保缴费补助", "<"],
        ["年度总体目标", "预期目标", "实际完成情况"],
        ["提高医疗保障水平，推进因病致贫问题的根本性解决", "提高了医疗保障水平，推进了因病致贫问题的", "解决"],
    )
    (form,) = read(table)
    assert form.goals is None


def test_a_form_of_numbered_sections_with_a_sign_and_a_unit_beside_each_value() -> None:
    table = draw(
        ["一、基本情况", "项目名称", "敬老卡经费", "<", "专项", "", "实施单位", "某县民政局", "金额单位", "万元"],
        ["二、预算执行情况", "预算安排情况", "<", "资金到位情况", "<", "<", "资金执行情况", "<", "预算执行进度", "<"],
        ["^", "预算数", "6.84", "到位数", "6.84", "<", "执行数", "6.80", "99.42", "<"],
        ["^", "其中：财政资金", "6.84", "其中：财政资金", "6.84", "<", "其中：财政资金", "6.80", "", "<"],
        ["三、目标完成情况", "年度预期目标", "<", "<", "<", "<", "具体完成情况", "<", "总体完成率", "<"],
        ["^", "为全县老人办理敬老卡并按月充值。", "<", "<", "<", "<", "办理敬老卡380张。", "<", "100.00", "<"],
        ["四、指标完成情况", "一级指标", "二级指标", "三级指标", "预期指标值", "<", "<", "实际完成值", "自评得分", "<"],
        ["^", "^", "^", "^", "符号", "", "单位（文字描述）", "^", "单项指标得分", "权重占比（%）"],
        ["^", "产出指标", "数量指标", "办卡数量", ">=", "360", "张", "380张", "25", "25"],
        ["^", "效果指标", "社会效益指标", "充值及时率", ">=", "95", "%", "97%", "28", "30"],
    )  # fmt: skip
    (form,) = read(table)
    assert form.goals is not None
    assert (form.goals.expected, form.goals.actual) == ("为全县老人办理敬老卡并按月充值。", "办理敬老卡380张。")
    assert [(fund.item, fund.annual_budget, fund.executed) for fund in form.funds] == [
        ("total", 68400, 68000),
        ("fiscal", 68400, 68000),
    ]
    assert [(row.target_op, row.target_value, row.target_unit, row.actual_raw) for row in form.indicators] == [
        (">=", 360, "张", "380张"),
        (">=", 95, "%", "97%"),
    ]
    assert [(row.score, row.weight) for row in form.indicators] == [(25, 25), (28, 30)]


def test_the_whole_period_s_goal_left_of_the_year_s_moves_nothing() -> None:
    table = draw(
        ["项目名称", "护鸟经费", "<"],
        ["总体目标", "实施期目标（2021年—2023年）", "年度目标"],
        ["^", "三年内建成候鸟监测网络，越冬候鸟种群稳步恢复。", "年内新建监测点8处，救护受伤候鸟。"],
    )
    (form,) = read(table)
    assert form.goals is not None
    assert (form.goals.expected, form.goals.actual) == ("年内新建监测点8处，救护受伤候鸟。", None)
