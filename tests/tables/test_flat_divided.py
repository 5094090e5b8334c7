"""Heads over two rows in dumps that keep positions become one row; other rows stay as they are."""

from __future__ import annotations

from pipeline.tables.flat_align import Layout
from pipeline.tables.flat_cells import Dump, PrintedRow
from pipeline.tables.flat_divided import join_divided_heads, order_divided_heads
from pipeline.tables.flat_lines import Style

LAYOUT = Layout(wrap=12, stay=(0, 3, 8), drop=1, skip=0.12)


def rows_of(*lines: str, style: Style = "tab_rows") -> list[tuple[str, ...]]:
    dump = Dump(tuple(PrintedRow(tuple(line.split("/"))) for line in lines), style, LAYOUT)
    return [row.cells for row in join_divided_heads(dump).rows]


def test_heads_below_a_group_take_its_place() -> None:
    upper, lower = "项目名称/资金情况//自评得分", "/年初预算/支出数/"
    assert rows_of(upper, lower) == [("项目名称", "年初预算", "支出数", "自评得分")]


def test_names_and_weights_of_a_level_stand_side_by_side() -> None:
    upper, lower = "一级指标//三级指标//自评分", "名称/权重/名称/权重/"
    assert rows_of(upper, lower) == [("一级指标", "权重", "三级指标", "权重", "自评分")]


def test_a_row_of_values_below_a_head_is_not_joined() -> None:
    lines = ("项目名称/年初预算/支出数/自评得分", "护林防火/120/118/95")
    assert rows_of(*lines) == [tuple(line.split("/")) for line in lines]


def test_two_full_heads_stay_two_rows() -> None:
    lines = ("一级指标/二级指标/三级指标", "年初预算/调整预算/支出数")
    assert rows_of(*lines) == [tuple(line.split("/")) for line in lines]


def test_amounts_below_a_head_are_left_alone_where_no_project_is_named() -> None:
    lines = ("股室/资金情况//备注", "/年初预算/支出数/")
    assert rows_of(*lines, style="pipe_rows") == [tuple(line.split("/")) for line in lines]


def test_a_divided_head_in_a_stream_stands_in_the_order_of_its_columns() -> None:
    upper = ["绩效指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"]
    lower = ["一级指标", "二级指标", "三级指标", "指标性质", "指标值", "度量单位"]
    values = ["产出指标", "数量指标", "栽植行道树", "≥", "40", "株", "42", "20", "20", ""]
    expected = ["绩效指标", *lower, "实际完成值", "分值", "得分", "偏差原因分析及改进措施", *values]
    assert order_divided_heads([*upper, *lower, *values]) == expected


def test_heads_that_are_not_divided_keep_their_order_in_a_stream() -> None:
    heads = ["绩效指标", "一级指标", "二级指标", "三级指标", "分值", "年度指标值", "实际完成值", "得分", "产出指标"]
    assert order_divided_heads(heads) == heads


def test_heads_whose_places_are_lost_are_joined_by_what_they_name() -> None:
    upper = "绩效指标/年度指标值/实际完成值/分值/得分"
    lower = "一级指标/二级指标/三级指标/指标性质/指标值/度量单位"
    expected = ("绩效指标", *lower.split("/"), "实际完成值", "分值", "得分")
    assert rows_of(upper, lower, style="pipe_rows") == [expected]


def test_a_score_divided_into_two_gives_way_to_them() -> None:
    rows = rows_of("一级指标/二级指标/三级指标/分值/得分", "自评/复评", style="pipe_rows")
    assert rows == [("一级指标", "二级指标", "三级指标", "分值", "自评", "复评")]


def test_names_and_points_of_levels_are_paired_where_places_are_lost() -> None:
    rows = rows_of("一级指标/二级指标/评分标准/自评分", "名称/权重/名称/权重", style="pipe_rows")
    assert rows == [("一级指标", "权重", "二级指标", "权重", "评分标准", "自评分")]


def test_amounts_below_the_funds_of_a_table_of_projects_take_their_place() -> None:
    rows = rows_of("序号/项目名称/资金情况/自评得分", "年初预算/支出数/执行率", style="pipe_rows")
    assert rows == [("序号", "项目名称", "年初预算", "支出数", "执行率", "自评得分")]


def test_rows_of_values_are_not_joined_where_places_are_lost() -> None:
    lines = ("一级指标/二级指标/三级指标/分值/得分", "产出指标/数量指标/栽树/10/10")
    assert rows_of(*lines, style="pipe_rows") == [tuple(line.split("/")) for line in lines]
