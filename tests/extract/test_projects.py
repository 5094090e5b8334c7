"""One project per row, funds on their side, amounts and goals beside their labels: all tables are invented."""

from __future__ import annotations

from decimal import Decimal

from forms_by_hand import draw, read

from pipeline.document import Paragraph

UNIT = Paragraph("单位：万元")
PROJECTS = (
    ["序号", "项目名称", "预算数", "执行数", "执行率", "自评得分", "自评等级"],
    ["1", "湿地巡护", "20", "18", "90%", "95", "优"],
    ["2", "苗圃改造", "50", "30", "60%", "81.5", "良"],
    ["合计", "<", "70", "48", "68.57%", "", ""],
)


def test_every_row_of_a_list_of_projects_is_a_form_of_its_own() -> None:
    forms = [form for form in read(UNIT, draw(*PROJECTS)) if form.subject]
    assert [(form.subject, form.total.score if form.total else None, form.grade) for form in forms] == [
        ("湿地巡护", 95, "优"),
        ("苗圃改造", Decimal("81.5"), "良"),
    ]
    assert [fund.executed for form in forms for fund in form.funds] == [180000, 300000]


def test_the_totals_of_a_list_of_projects_belong_to_none_of_them() -> None:
    forms = read(UNIT, draw(*PROJECTS))
    assert [figure.value for form in forms if not form.subject for figure in form.figures] == [700000, 480000]
    assert not any(form.figures for form in forms if form.subject)


def test_projects_without_score_and_grade_are_figures() -> None:
    (form,) = read(UNIT, draw(*[row[:5] for row in PROJECTS]))
    assert not form.funds
    assert [figure.value for figure in form.figures][:2] == [200000, 180000]


def test_a_funds_block_on_its_side_is_read_like_any_other() -> None:
    table = draw(
        ["收支情况（万元）", "项目", "资金总额", "基本支出", "项目支出"],
        ["^", "全年预算数", "100", "60", "40"],
        ["^", "全年执行数", "90", "60", "30"],
        ["^", "执行率", "90%", "100%", "75%"],
    )
    (form,) = read(table)
    assert [(fund.item, fund.annual_budget, fund.executed, fund.execution_rate) for fund in form.funds] == [
        ("total", 1000000, 900000, 90),
        ("basic_expenditure", 600000, 600000, 100),
        ("project_expenditure", 400000, 300000, 75),
    ]


def test_amounts_beside_their_labels_make_one_line_of_funds() -> None:
    table = draw(
        ["项目名称", "路灯节能改造", "当年预算数（元）", "250,000.00"],
        ["预算执行数（元）", "245,000.00", "预算执行率（%）", "98"],
        ["自评得分", "96.8", "绩效等级", "优"],
    )
    (form,) = read(table)
    (fund,) = form.funds
    assert (form.subject, form.grade, form.total.score if form.total else None) == (
        "路灯节能改造",
        "优",
        Decimal("96.8"),
    )
    assert (fund.annual_budget, fund.executed, fund.execution_rate) == (250000, 245000, 98)


def test_indicators_without_a_head_are_told_by_what_stands_in_their_columns() -> None:
    table = draw(
        ["产出指标", "数量指标", "安装路灯", "≥120盏", "126盏", "40", "40"],
        ["^", "质量指标", "亮灯率", "≥98%", "97%", "30", "28"],
        ["效益指标", "社会效益指标", "夜间出行条件", "改善", "改善", "30", "30"],
    )
    (form,) = read(table)
    assert [(i.level3, i.target_value, i.actual_value, i.weight, i.score) for i in form.indicators] == [
        ("安装路灯", 120, 126, 40, 40),
        ("亮灯率", 98, 97, 30, 28),
        ("夜间出行条件", None, None, 30, 30),
    ]


def test_goals_beside_their_labels_are_read() -> None:
    (form,) = read(draw(["年度目标", "更换全部老旧路灯。", "完成情况", "老旧路灯已全部更换。"]))
    assert form.goals is not None
    assert (form.goals.expected, form.goals.actual) == ("更换全部老旧路灯。", "老旧路灯已全部更换。")


def test_the_year_counts_where_a_medium_term_stands_beside_it() -> None:
    table = draw(
        ["二级指标", "三级指标", "中期目标值", "年度目标值", "实际完成值", "分值", "得分"],
        ["数量指标", "更换路灯", "≥300盏", "≥100盏", "110盏", "50", "50"],
    )
    (form,) = read(table)
    assert form.indicators[0].target_raw == "≥100盏"


def test_a_list_of_projects_without_money_gives_scores_and_grades() -> None:
    forms = read(
        draw(
            ["项目名称", "债券性质", "自评分数", "自评等级"],
            ["水库除险工程", "专项债券", "92", "优"],
            ["产业园道路工程", "专项债券", "84.5", "良"],
        )
    )
    assert [(form.subject, form.total.score if form.total else None, form.grade) for form in forms] == [
        ("水库除险工程", 92, "优"),
        ("产业园道路工程", Decimal("84.5"), "良"),
    ]
    assert not any(form.funds for form in forms)


def test_a_line_of_labels_with_blank_score_and_grade_is_no_list_of_projects() -> None:
    (form,) = read(
        draw(
            ["项目名称", "水库除险工程", "自评得分", "", "自评等级", ""],
            ["主管部门", "某县水利局", "实施单位", "某县水利站", "", ""],
        )
    )
    assert (form.subject, form.labels["competent_dept"]) == ("水库除险工程", "某县水利局")


def test_a_bond_quota_is_the_budget_and_bond_money_used_is_what_was_spent() -> None:
    (form,) = read(
        Paragraph("单位：亿元"),
        draw(
            ["项目名称", "项目总投资", "本年度债券额度", "已使用债券资金", "资金使用进度", "自评分数"],
            ["水库除险工程", "3.2", "0.8", "0.6", "75%", "88"],
        ),
    )
    (fund,) = form.funds
    assert (fund.annual_budget, fund.executed, fund.execution_rate) == (80000000, 60000000, 75)


def test_projects_headed_by_one_word_are_told_by_score_and_grade() -> None:
    forms = read(
        UNIT,
        draw(
            ["序号", "项目", "预算金额", "支出金额", "自评得分", "评价等次"], ["1", "湿地巡护", "20", "18", "95", "优"]
        ),
    )
    assert [(form.subject, form.grade, form.funds[0].executed) for form in forms] == [("湿地巡护", "优", 180000)]


def test_every_row_of_a_list_of_departments_with_scores_is_a_form_of_its_own() -> None:
    forms = read(
        UNIT,
        draw(
            ["序号", "部门名称", "整体支出预算数", "支出决算数", "产出（40分）", "综合得分", "评价等级"],
            ["1", "某县林业局", "20", "18", "38", "95", "优"],
            ["2", "某县水利局", "10", "9", "33.5", "88.5", "良"],
        ),
    )
    assert [(form.kind, form.labels, form.total.score if form.total else None, form.grade) for form in forms] == [
        ("department", {"department": "某县林业局"}, 95, "优"),
        ("department", {"department": "某县水利局"}, Decimal("88.5"), "良"),
    ]
    assert [fund.executed for form in forms for fund in form.funds] == [180000, 90000]


def test_rows_that_sum_up_or_head_a_group_are_no_objects_of_a_list() -> None:
    head = ["序号", "项目名称", "预算数", "执行数", "执行率", "自评得分", "等级"]
    forms = read(
        UNIT,
        draw(
            head,
            ["", "合计", "80", "57", "71.25%", "", ""],
            ["一", "某县林业局", "70", "48", "68.57%", "", ""],
            ["1", "1.湿地巡护", "20", "18", "90%", "95", "优"],
            ["2", "2.苗圃改造", "50", "30", "60%", "81.5", "良"],
            ["", "小计", "70", "48", "68.57%", "", ""],
        ),
    )
    assert [form.subject for form in forms if form.subject] == ["湿地巡护", "苗圃改造"]


def test_only_the_sum_of_all_is_the_total_of_a_list() -> None:
    forms = read(
        UNIT,
        draw(
            ["序号", "项目名称", "预算数", "执行数", "执行率", "自评得分", "等级"],
            ["一", "某县林业局", "70", "48", "68.57%", "", ""],
            ["1", "湿地巡护", "20", "18", "90%", "95", "优"],
            ["2", "苗圃改造", "50", "30", "60%", "81.5", "良"],
            ["", "小计", "70", "48", "68.57%", "", ""],
            ["", "平均", "35", "24", "68.57%", "88.25", ""],
            ["", "合计", "70", "48", "68.57%", "", ""],
        ),
    )
    assert [
        (row.item, row.item_raw, row.value) for form in forms for row in form.figures if row.measure == "budget"
    ] == [
        ("project_item", "某县林业局", 700000),
        ("project_item", "小计", 700000),
        ("total", "合计", 700000),
    ]


def test_departments_below_their_total_or_with_grades_alone_are_listed() -> None:
    total = ["合计", "30", "27", "", ""]
    row = ["某县林业局", "20", "18", "95", "优"]
    head = ["单位名称", "整体支出预算", "整体支出决算", "综合得分", "评价等级"]
    (form,) = [form for form in read(UNIT, draw(head, total, row)) if form.entry]
    (graded,) = read(UNIT, draw([*head[:3], head[4]], [*row[:3], row[4]]))
    assert (form.labels, form.grade, graded.grade) == ({"department": "某县林业局"}, "优", "优")
    assert [fund.executed for fund in (*form.funds, *graded.funds)] == [180000, 180000]


def test_labels_over_labels_are_no_list_of_departments() -> None:
    forms = read(
        draw(["填报单位", "某县水利局", "自评得分", "自评等级"], ["主管部门", "某县人民政府", "90", "优"]),
    )
    assert not any(form.entry for form in forms)


def test_of_two_scores_of_a_row_the_first_is_its_own() -> None:
    (form,) = read(
        UNIT,
        draw(
            ["项目名称", "预算数", "执行数", "自评情况", "<", "复评情况", "<"],
            ["^", "^", "^", "得分", "等级", "得分", "等级"],
            ["藏品修复", "10", "10", "97", "优", "88", "良"],
        ),
    )
    assert (form.total.score if form.total else None, form.grade) == (97, "优")


def test_a_body_left_of_the_names_is_shared_by_the_rows_below_it() -> None:
    forms = read(
        UNIT,
        draw(
            ["主管部门", "项目名称", "支出预算", "支出数", "评价得分", "复核等次"],
            ["某县林业局", "湿地巡护", "20", "18", "95", "优"],
            ["", "苗圃改造", "50", "30", "81.5", "良"],
        ),
    )
    assert [(form.labels, form.grade, form.funds[0].annual_budget) for form in forms] == [
        ({"subject": "湿地巡护", "competent_dept": "某县林业局"}, "优", 200000),
        ({"subject": "苗圃改造", "competent_dept": "某县林业局"}, "良", 500000),
    ]


def test_lines_of_funds_under_the_word_for_their_names_are_no_projects() -> None:
    (form,) = read(
        UNIT,
        draw(
            ["预算执行情况", "资金名称", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
            ["^", "部门预算总额", "50", "60", "54", "10", "90%", "9"],
            ["^", "（1）基本支出", "30", "30", "30", "—", "100%", "—"],
        ),
    )
    assert form.labels == {}
    assert [(fund.item, fund.annual_budget, fund.score) for fund in form.funds] == [
        ("total", 600000, 9),
        ("basic_expenditure", 300000, None),
    ]


def test_a_list_of_departments_without_scores_names_no_department() -> None:
    (form,) = read(
        UNIT,
        draw(
            ["部门名称", "整体支出预算数", "整体支出执行数"],
            ["某县林业局", "20", "18"],
            ["某县水利局", "10", "9"],
        ),
    )
    assert "department" not in form.labels
    assert [(figure.item_raw, figure.value) for figure in form.figures][::2] == [
        ("某县林业局", 200000),
        ("某县水利局", 100000),
    ]


def test_a_goal_behind_the_label_of_its_block_is_read() -> None:
    (form,) = read(
        draw(["绩效目标", "年初目标", "改造三处管网，群众满意。"], ["^", "完成情况", "改造三处，全部验收合格。"])
    )
    assert form.goals is not None
    assert (form.goals.expected, form.goals.actual) == ("改造三处管网，群众满意。", "改造三处，全部验收合格。")


def test_a_grade_that_opens_the_overall_conclusion_is_read() -> None:
    (form,) = read(
        draw(
            ["项目名称", "河道清淤", "<", "<"],
            ["一级指标", "三级指标", "分值", "得分"],
            ["产出指标", "清淤长度", "100", "91"],
            ["合计", "<", "100", "91"],
            ["总体评价", "自评等级：良。工程按期完工，个别河段清淤不到位，已经返工。", "<", "<"],
            ["存在问题及改进措施", "施工组织不够紧凑，今后提前办理手续，尽早开工。", "<", "<"],
        )
    )
    assert form.grade == "良"
    assert [section.label for section in form.prose] == ["总体评价", "存在问题及改进措施"]
    assert [row.level3 for row in form.indicators] == ["清淤长度"]
