"""Forms side by side in one table: all tables are invented."""

from __future__ import annotations

from forms_by_hand import draw, read

from pipeline.extract.halves import split_side_by_side

BESIDE = draw(
    ["项目名称", "河道保洁", "<", "", "项目名称", "路灯维护", "<"],
    ["资金（万元）", "全年预算数", "全年执行数", "", "资金（万元）", "全年预算数", "全年执行数"],
    ["年度资金总额", "10", "9", "", "年度资金总额", "20", "20"],
    ["二级指标", "三级指标", "得分", "", "二级指标", "三级指标", "得分"],
    ["数量指标", "保洁河段", "50", "", "质量指标", "亮灯率", "48"],
    ["合计", "<", "50", "", "合计", "<", "48"],
)
STATEMENT = draw(
    ["收入", "<", "支出", "<"],
    ["项目", "决算数", "项目", "决算数"],
    ["财政拨款", "10", "基本支出", "6"],
    ["合计", "10", "合计", "10"],
)


def test_each_of_two_forms_side_by_side_is_read_by_itself() -> None:
    forms = read(BESIDE)
    assert [form.subject for form in forms] == ["河道保洁", "路灯维护"]
    assert [form.funds[0].executed for form in forms] == [90000, 200000]
    assert [form.total.score if form.total else None for form in forms] == [50, 48]


def test_three_forms_side_by_side_are_three_tables() -> None:
    rows = (["项目名称", "甲"], ["主管部门", "某局"], ["实施单位", "某站"])
    three = draw(*[[*row, *row, *row] for row in rows])
    assert [len(table.cells) for table in split_side_by_side(three)] == [6, 6, 6]


def test_a_statement_with_two_halves_stays_whole() -> None:
    assert split_side_by_side(STATEMENT) == (STATEMENT,)


def test_a_form_whose_labels_stand_in_two_columns_stays_whole() -> None:
    form = draw(
        ["项目名称", "河道保洁", "主管部门", "某局"],
        ["实施单位", "某站", "项目名称", "河道保洁"],
        ["主管部门", "某局", "实施单位", "某站"],
    )
    assert split_side_by_side(form) == (form,)
