from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from forms_by_hand import draw, read

from pipeline.records import Indicator


def only(*rows: list[str]) -> tuple[Indicator, ...]:
    (form,) = read(draw(*rows))
    return form.indicators


def test_columns_are_found_by_their_heads_in_any_order() -> None:
    (row,) = only(
        ["一级指标", "二级指标", "三级指标", "权重", "目标值", "实际值", "自评得分"],
        ["产出指标", "数量指标", "清理河道", "15", "≥12公里", "11.5公里", "14"],
    )
    assert (row.weight, row.target_op, row.target_value, row.target_unit) == (Decimal(15), ">=", Decimal(12), "公里")
    assert (row.actual_value, row.actual_unit, row.score) == (Decimal("11.5"), "公里", Decimal(14))


def test_a_target_split_over_three_columns_is_joined() -> None:
    (row,) = only(
        ["一级指标", "二级指标", "三级指标", "指标性质", "指标值", "度量单位", "完成值", "权重", "得分"],
        ["产出指标", "质量指标", "验收合格率", "≥", "95", "%", "97", "20", "20"],
    )
    assert (row.target_raw, row.target_op, row.target_value) == ("≥95%", ">=", Decimal(95))
    assert (row.actual_value, row.actual_unit) == (Decimal(97), "%")


def test_a_merged_level_belongs_to_every_row_it_covers() -> None:
    rows = only(
        ["一级指标", "二级指标", "三级指标", "指标值", "完成值"],
        ["产出指标（50分）", "数量指标", "甲", "1个", "1个"],
        ["^", "^", "乙", "2个", "2个"],
        ["^", "时效指标", "丙", "3天", "3天"],
    )
    assert [row.level2 for row in rows] == ["quantity", "quantity", "timeliness"]
    assert {row.level1_weight for row in rows} == {Decimal(50)}
    assert {row.level1_raw for row in rows} == {"产出指标"}


def test_a_fourth_level_names_its_rows_and_the_third_those_without_one() -> None:
    rows = only(
        ["一级指标", "二级指标", "三级指标", "四级指标", "分值", "计算公式及评分标准", "得分"],
        ["过程（40分）", "预算执行（20分）", "执行进度", "预算完成率", "8", "完成率=完成数/预算数×100%", "7.6"],
        ["^", "^", "^", "支付进度率", "8", "每低1%扣0.2分", "7"],
        ["^", "^", "结转结余率", "", "4", "≤5%得4分", "4"],
    )
    assert [(row.level3, row.level2, row.score) for row in rows] == [
        ("预算完成率", "budget_execution", Decimal("7.6")),
        ("支付进度率", "budget_execution", Decimal(7)),
        ("结转结余率", "budget_execution", Decimal(4)),
    ]
    assert rows[0].criteria == "完成率=完成数/预算数×100%"


def test_a_level_that_the_exporter_left_blank_is_the_one_above() -> None:
    rows = only(
        ["一级指标", "二级指标", "三级指标", "指标值", "完成值"],
        ["产出指标", "数量指标", "甲", "1个", "1个"],
        ["", "", "乙", "2个", "2个"],
        ["效益指标", "", "丙", "显著", "显著"],
    )
    assert [(row.level1, row.level2) for row in rows] == [
        ("output", "quantity"),
        ("output", "quantity"),
        ("benefit", None),
    ]


def test_rows_that_are_printed_but_empty_are_no_indicators() -> None:
    rows = only(
        ["一级指标", "二级指标", "三级指标", "指标值", "完成值", "分值", "得分"],
        ["产出指标", "数量指标", "甲", "1个", "1个", "10", "10"],
        ["^", "成本指标", "", "", "", "", ""],
        ["效益指标", "经济效益指标", "指标1：", "", "", "", ""],
        ["^", "社会效益指标", "……", "", "", "", ""],
    )
    assert [row.level3 for row in rows] == ["甲"]


def test_points_in_a_third_level_name_are_its_weight_where_no_column_has_it() -> None:
    (row,) = only(
        ["一级指标", "二级指标", "三级指标", "自评分", "指标解释", "指标说明"],
        ["投入（20分）", "目标设定（5分）", "目标合理性（2分）", "1.5", "依据是否充分。", "评价要点：是否合规。"],
    )
    assert (row.level3, row.weight, row.score) == ("目标合理性", Decimal(2), Decimal("1.5"))
    assert (row.level1_weight, row.level2_weight) == (Decimal(20), Decimal(5))
    assert (row.explanation, row.criteria) == ("依据是否充分。", "评价要点：是否合规。")


def test_a_count_in_parentheses_stays_part_of_the_name() -> None:
    (row,) = only(
        ["一级指标", "二级指标", "三级指标", "指标值", "完成值", "分值", "得分"],
        ["产出指标", "数量指标", "巡查（次）", "≥5", "6", "10", "10"],
    )
    assert row.level3 == "巡查（次）"


def test_weights_of_levels_in_columns_of_their_own_are_kept_apart() -> None:
    (row,) = only(
        ["一级指标", "分值", "二级指标", "分值", "三级指标", "分值", "得分"],
        ["过程", "30", "预算执行", "20", "预算执行率", "6", "5"],
    )
    assert (row.level1_weight, row.level2_weight, row.weight) == (Decimal(30), Decimal(20), Decimal(6))


def test_a_blank_or_stroke_is_null_and_0_is_0() -> None:
    rows = only(
        ["一级指标", "二级指标", "三级指标", "指标值", "完成值", "分值", "得分"],
        ["产出指标", "质量指标", "甲", "0", "/", "10", "-"],
    )
    assert (rows[0].target_value, rows[0].actual_raw, rows[0].actual_value) == (Decimal(0), "/", None)
    assert (rows[0].score_raw, rows[0].score) == ("-", None)


def test_a_prompt_of_the_template_is_no_value() -> None:
    (row,) = only(
        ["一级指标", "二级指标", "三级指标", "指标值", "完成值", "偏差原因分析及改进措施"],
        ["产出指标", "数量指标", "甲", "≥1个", "（填写说明：填写完成值）", "（填写说明：100字以内）"],
    )
    assert (row.actual_raw, row.actual_value, row.deviation) == (None, None, None)


def test_the_total_row_gives_points_and_score() -> None:
    (form,) = read(
        draw(
            ["一级指标", "二级指标", "三级指标", "指标值", "完成值", "分值", "得分"],
            ["产出指标", "数量指标", "甲", "≥1个", "1个", "100", "96.5"],
            ["总分", "<", "<", "<", "<", "100", "96.5"],
        )
    )
    assert form.total is not None
    assert (form.total.weight, form.total.score) == (Decimal(100), Decimal("96.5"))
    assert len(form.indicators) == 1


def test_a_line_over_the_whole_width_is_no_indicator() -> None:
    rows = only(
        ["一级指标", "二级指标", "三级指标", "指标值", "完成值", "分值", "得分"],
        ["产出指标", "数量指标", "甲", "≥1个", "1个", "10", "10"],
        ["填表说明写在这里", "<", "<", "<", "<", "<", "<"],
    )
    assert len(rows) == 1


def test_a_head_over_two_rows_names_its_columns_by_the_lower_one() -> None:
    (row,) = only(
        ["评价指标", "<", "<", "分值", "评分标准", "得分"],
        ["一级指标", "二级指标", "三级指标", "^", "^", "^"],
        ["过程", "资金管理", "资金到位率", "4", "按比例计分", "3.5"],
    )
    assert (row.level1, row.level2_raw, row.level3) == ("process", "资金管理", "资金到位率")
    assert (row.weight, row.score, row.criteria) == (Decimal(4), Decimal("3.5"), "按比例计分")


def test_a_level_divided_into_name_and_points_gives_both() -> None:
    (row,) = only(
        ["一级指标", "<", "二级指标", "<", "三级指标", "<", "自评分"],
        ["名称", "权重", "名称", "权重", "名称", "权重", "^"],
        ["产出", "40", "数量", "20", "清淤土方量", "8", "7.5"],
    )
    assert (row.level1_raw, row.level1_weight, row.level2_raw, row.level2_weight) == ("产出", 40, "数量", 20)
    assert (row.level3, row.weight, row.score) == ("清淤土方量", Decimal(8), Decimal("7.5"))


def test_a_repeated_head_is_no_second_half_of_the_first() -> None:
    head = ["一级指标", "二级指标", "三级指标", "指标值", "完成值"]
    rows = only(head, head, ["产出指标", "数量指标", "甲", "1个", "1个"])
    assert [row.level3 for row in rows] == ["甲"]


def test_a_column_of_activities_is_level1_and_the_kind_beside_it_level2() -> None:
    (row,) = only(
        ["项目活动", "指标类别", "指标名称", "目标值", "实现值", "分值", "自评分"],
        ["活动一：堤防加固", "产出数量", "加固长度", "2公里", "2公里", "20", "20"],
    )
    assert (row.level1_raw, row.level2_raw, row.level2) == ("活动一：堤防加固", "产出数量", "quantity")


def test_what_was_reached_last_year_is_neither_target_nor_outcome() -> None:
    (row,) = only(
        ["一级指标", "二级指标", "三级指标", "上年完成值", "本年目标值", "本年完成值", "分值", "得分"],
        ["产出指标", "数量指标", "种植面积", "6万亩", "≥7万亩", "7.2万亩", "20", "20"],
    )
    assert (row.target_raw, row.actual_raw, row.weight) == ("≥7万亩", "7.2万亩", 20)


def test_levels_in_the_column_of_names_hold_for_the_rows_below() -> None:
    rows = only(
        ["指标", "目标值", "实际值", "分值", "得分"],
        ["一、产出指标", "", "", "50", "48"],
        ["（一）数量指标", "", "", "", ""],
        ["1.保洁河段", "≥10公里", "11公里", "50", "48"],
        ["二、满意度指标", "", "", "10", "10"],
        ["2.居民满意度", "≥90%", "92%", "10", "10"],
    )
    assert [(r.level1, r.level2, r.level1_weight, r.level3) for r in rows] == [
        ("output", "quantity", 50, "1.保洁河段"),
        ("satisfaction", None, 10, "2.居民满意度"),
    ]


def test_names_without_any_value_are_no_indicators() -> None:
    head = ["一级指标", "二级指标", "三级指标", "指标值"]
    names = (["产出指标", "绩", "效", ""], ["", "某县水利站", "完成值", ""], ["", "指标", "分值", ""])
    (form,) = read(draw(["项目名称", "山塘清淤", "<", "<"], head, *names))
    assert form.indicators == ()
    (form,) = read(draw(["项目名称", "山塘清淤", "<", "<"], head, *names, ["", "数量指标", "清淤山塘", "≥6座"]))
    assert [row.level3 for row in form.indicators] == ["效", "完成值", "分值", "清淤山塘"]


def test_without_a_head_an_operator_stands_left_of_its_value_and_unit() -> None:
    (form,) = read(
        draw(
            ["产出指标", "数量指标", "清淤山塘", "≥", "6", "座", "20"],
            ["产出指标", "质量指标", "验收合格率", "＝", "100", "%", "10"],
            ["效益指标", "社会效益指标", "受益农户", "≥", "300", "户", "20"],
        )
    )
    assert [(row.target_op, row.target_value, row.target_unit) for row in form.indicators] == [
        (">=", 6, "座"),
        ("=", 100, "%"),
        (">=", 300, "户"),
    ]
    assert [(row.actual_raw, row.weight) for row in form.indicators] == [(None, None)] * 3


def test_an_operator_is_no_name() -> None:
    (form,) = read(
        draw(
            ["一级指标", "二级指标", "三级指标", "指标值", "分值"],
            ["产出指标", "数量指标", "清淤山塘", "≥6座", "20"],
            ["可持续影响指标", "管护机制", "定性", "优良中低差", "10"],
        )
    )
    assert [row.level3 for row in form.indicators] == ["清淤山塘"]


def test_heads_that_divide_the_target_s_are_no_indicator() -> None:
    (form,) = read(
        draw(
            ["项目名称", "主体班", "<", "<", "<"],
            ["一级指标", "二级指标", "三级指标", "指标值", "指标标准"],
            ["产出指标", "", "2021年实际实现值", "预期2022年实现值", ""],
            ["产出指标", "数量指标", "培训人次", "280人次", ""],
            ["满意度指标", "服务对象满意度指标", "学员满意度", "≥95%", ""],
            ["", "", "财政资金管理科室（盖章） 年 月 日", "绩效管理科室（盖章） 年 月 日", ""],
        )
    )
    assert [row.level3 for row in form.indicators] == ["培训人次", "学员满意度"]


def test_an_operator_by_itself_says_that_the_columns_were_lost() -> None:
    (form,) = read(
        draw(
            ["项目名称", "高龄津贴", "<", "<", "<"],
            ["一级指标", "二级指标", "三级指标", "指标值", "自评得分"],
            ["产出指标", "质量指标", "对象覆盖率", ">=", "98"],
            ["", "", "%(百分比)", "完成", "6.25"],
        )
    )
    assert form.indicators == ()
    (form,) = read(
        draw(
            ["项目名称", "高龄津贴", "<", "<", "<"],
            ["一级指标", "二级指标", "三级指标", "指标值", "自评得分"],
            ["产出指标", "质量指标", "发放规范性", "定性", "10"],
        )
    )
    assert [row.target_raw for row in form.indicators] == ["定性"]


def test_a_sign_among_the_remarks_or_misread_in_a_scan_costs_no_indicator() -> None:
    head = ["一级指标", "二级指标", "三级指标", "指标值", "偏差原因分析", "得分"]
    row = ["产出指标", "数量指标", "补植行道树", "≥60株", "=", "20"]
    scanned = draw(["项目名称", "绿化补植", "<", "<", "<", "<"], head, [*row[:4], "无", "="])
    cells = tuple(replace(cell, confidence=0.97) for cell in scanned.cells)
    for table in (draw(["项目名称", "绿化补植", "<", "<", "<", "<"], head, row), replace(scanned, cells=cells)):
        (form,) = read(table)
        assert [(indicator.level3, indicator.target_value) for indicator in form.indicators] == [("补植行道树", 60)]


def test_operators_beside_units_are_no_values_where_the_value_s_head_is_unknown() -> None:
    (form,) = read(
        draw(
            ["一级指标", "二级指标", "三级指标", "指标性质", "计量单位", "本期数", "实际完成值", "分值", "得分"],
            ["产出指标", "数量指标", "补植行道树", "≥", "株", "60", "66", "50", "50"],
        )
    )
    assert [(row.target_raw, row.actual_value, row.weight, row.score) for row in form.indicators] == [
        (None, 66, 50, 50)
    ]


def test_heads_that_say_what_they_hold_besides_are_known() -> None:
    (form,) = read(
        draw(
            ["项目名称", "就学补助", "<", "<"],
            ["一级指标", "二级指标", "三级指标内容", "指标值及单位"],
            ["产出指标", "数量指标", "补助户数", ">=101户"],
        )
    )
    assert [(row.level3, row.target_value, row.target_unit) for row in form.indicators] == [("补助户数", 101, "户")]


def test_a_form_that_says_where_its_values_come_from_and_how_points_are_given() -> None:
    (form,) = read(
        draw(
            ["项目资金（万元）", "资金来源", "年初预算数", "全年预算数", "全年执行数", "分值权重", "执行率", "得分"],
            ["^", "年度资金总额", "5.28", "1.96", "1.96", "10", "100.00%", "10"],
            [
                "一级指标",
                "二级指标",
                "三级指标",
                "指标值",
                "指标值设置依据",
                "指标分值权重",
                "指标赋分规则",
                "指标得分",
            ],
            ["产出指标", "数量指标", "调查户数", ">=120户", "工作计划", "20", "按完成比例赋分", "20"],
        )
    )
    assert (form.funds[0].weight, form.funds[0].score) == (10, 10)
    assert [(row.target_raw, row.weight, row.score, row.criteria) for row in form.indicators] == [
        (">=120户", 20, 20, "按完成比例赋分")
    ]
