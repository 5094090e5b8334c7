"""Rows of blank-separated cells, as a browser copies a table: broken names, units and template rows."""

from __future__ import annotations

from pipeline.tables.flat_blank_rows import is_complete, join_rows
from pipeline.tables.flat_blanks import blank_region_end, split_blanks
from pipeline.tables.flat_tokens import cell_kind
from tests.tables.flat_dumps import only_table


def test_what_stands_in_parentheses_is_one_cell() -> None:
    assert split_blanks("开放天数( ≥**天 ) ≥300天") == ["开放天数( ≥**天 )", "≥300天"]
    assert split_blanks("开放天数( 天 300") == ["开放天数(", "天", "300"]


def test_letters_of_a_spread_label_are_one_cell() -> None:
    assert split_blanks("项 目 名 称 校舍维修") == ["项目名称", "校舍维修"]
    assert split_blanks("主 管 部 门 县教育局 实 施 单 位 县一小") == ["主管部门", "县教育局", "实施单位", "县一小"]


def test_a_name_broken_over_lines_is_one_cell() -> None:
    assert join_rows([["绩效"], ["指标", "一级"], ["指标", "二级指标", "三级指标"]]) == [
        ["绩效指标", "一级指标", "二级指标", "三级指标"]
    ]
    assert join_rows([["可持续影"], ["响指标"], ["站点使用年限", "≥15年"]]) == [
        ["可持续影响指标"],
        ["站点使用年限", "≥15年"],
    ]
    assert join_rows([["满意度指标"], ["（10分）"], ["服务对象"], ["满意度指标", "护林员满意度", "≥95%"]]) == [
        ["满意度指标（10分）"],
        ["服务对象满意度指标", "护林员满意度", "≥95%"],
    ]


def test_a_name_printed_downwards_is_one_cell() -> None:
    assert join_rows([["年"], ["度"], ["总"], ["体"], ["目"], ["标", "预期目标", "实际完成情况"]]) == [
        ["年度总体目标", "预期目标", "实际完成情况"]
    ]


def test_a_unit_on_a_line_of_its_own_belongs_to_the_label_above() -> None:
    assert join_rows([["项目资金"], ["（万元）"], ["年度资金总额：", "80"]]) == [
        ["项目资金（万元）"],
        ["年度资金总额：", "80"],
    ]
    assert join_rows([["改善效果"], ["（50分）"]]) == [["改善效果"], ["（50分）"]]


def test_a_goal_below_its_label_stands_beside_it() -> None:
    goal = "完成三处护林站点修缮并通过验收，改善值守条件。"
    assert join_rows([["年度"], ["目标"], [goal]]) == [["年度目标", goal]]


def test_a_value_in_two_pieces_is_whole_and_an_unknown_label_joins_nothing() -> None:
    assert join_rows([["实施单位", "东湖街道", "办事处"]]) == [["实施单位", "东湖街道 办事处"]]
    assert join_rows([["项目名称", "公路养护", "项目级次", "本级"]]) == [["项目名称", "公路养护", "项目级次", "本级"]]


def test_a_row_ends_with_a_figure_or_a_name_left_as_a_template() -> None:
    assert is_complete(["修缮站点", "≥3处", "3处", "10", "10"])
    assert is_complete(["经济效益指标", "指标1："])
    assert is_complete(["……"])
    assert not is_complete(["修缮站点", "≥3处", "设备到货较晚"])
    assert not is_complete(["数量指标"])


def test_a_form_begins_at_its_object_and_ends_behind_its_total() -> None:
    lines = [
        "项目名称 防汛物资储备",
        "项目资金",
        "（万元）",
        "年度资金总额： 80",
        "年度",
        "目标",
        "按标准储备防汛物资，保证汛期随调随到，并完成老旧物资轮换。",
        "一级指标 二级指标 三级指标 指标值",
        "产出指标 数量指标 储备编织袋 ≥8万条",
        "指标2：",
        "……",
        "",
        "某县防汛物资管理站的同志们在全年工作中克服困难，按时完成了任务。",
        "2024年3月22日",
    ]
    assert blank_region_end(lines) == 11


def test_cells_on_lines_of_their_own_may_end_a_row_with_bars_up_to_its_width() -> None:
    heads = ("一级指标", "二级指标", "三级指标", "计量单位", "指标性质", "指标值")
    lines = ["|", "项目名称 |", "沟渠清淤 | ||||", "|", *(f"{head} |" for head in heads)]
    rows = [("产出指标", "数量指标", "清淤长度", "公里", "≥", "12"), ("清淤座数", "座", "=", "3")]
    for row in rows:
        lines += ["|", *(f"{cell} |" for cell in row[:-1]), f"{row[-1]} | |||"]
    texts = {(cell.row, cell.col): cell.text for cell in only_table("\n".join(lines)).cells}
    below = [[text for (row, _), text in sorted(texts.items()) if row == k] for k in (2, 3)]
    assert below == [list(rows[0]), list(rows[1])]


def test_a_long_name_alone_in_its_row_is_no_level() -> None:
    table = only_table(
        "一级指标 | 二级指标 | 三级指标 | 年初目标值 | 实际完成值 | 得分 | ||\n"
        "效益指标 | 社会效益 | 方便读者查阅地方文献 | 明显 | 明显 | 10 | ||\n"
        "丰富市民文化生活，促进地方文献利用 | |||||||\n"
        "环境效益 | 阅览环境整洁 | 良好 | 良好 | 10 | |||\n"
    )
    names = [(cell.text, cell.rowspan) for cell in table.cells if cell.text in ("效益指标", "社会效益", "环境效益")]
    assert names == [("效益指标", 3), ("社会效益", 2), ("环境效益", 1)]


def test_the_number_of_a_list_is_not_counted_in_the_words_behind_it() -> None:
    assert (cell_kind("2.市级资金"), cell_kind("3、区级资金")) == ("word", "word")
    assert (cell_kind("2.5公里"), cell_kind("12处")) == ("quantity", "quantity")
