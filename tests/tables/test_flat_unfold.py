"""Rarer styles of text dumps become lines that the region readers know; other lines stay as they are."""

from __future__ import annotations

from pipeline.tables.flat_cell_lines import lines_to_cells
from pipeline.tables.flat_unfold import unfold_lines


def test_cells_that_hang_behind_pipes_stand_side_by_side() -> None:
    head = ["绩效", "       指标", "        | 三级指标", "        | 指标值", "        | "]
    lines = [*head, "栽树", "        | 40株", "        | |"]
    assert unfold_lines(lines) == ["绩效指标 | 三级指标 | 指标值 |", "栽树 | 40株 | |"]


def test_lines_that_go_on_behind_heads_are_a_stream_of_cells() -> None:
    lines = ["年初预算数 | 全年预算数 | 全年执行数 | 年度资金总额 |", "| 60 | 58.5 |"]
    cells = ["年初预算数", "全年预算数", "全年执行数", "年度资金总额", "", "60", "58.5"]
    assert unfold_lines(lines) == [f"{cell} |" for cell in cells]


def test_rows_of_pipes_stay_rows() -> None:
    lines = ["资金 | 年初预算数 | 全年预算数 | 全年执行数 |", "年度资金总额 | 60 | 60 | 58.5 |", "注：单位为万元。"]
    assert unfold_lines(lines) == lines


def test_blank_lines_between_empty_ones_are_blank_cells() -> None:
    lines = ["数量指标", "", "栽树", "", " ", "", "\u00a0", "", " ", "", "10"]
    assert [text for _, text in lines_to_cells(lines)] == ["数量指标", "栽树", "", "", "", "10"]


def test_blank_lines_that_part_nothing_are_no_cells() -> None:
    lines = ["数量指标", " ", "栽树", "", "10"]
    assert [text for _, text in lines_to_cells(lines)] == ["数量指标", "栽树", "10"]


def test_heads_broken_over_lines_are_one_cell_and_keep_their_last_line() -> None:
    lines = ["年初", "", "预算数", "", "经济效益", "", "指标", "", "年度", "", "总体", "", "目标", "", "栽树"]
    assert lines_to_cells(lines) == [(2, "年初预算数"), (6, "经济效益指标"), (12, "年度总体目标"), (14, "栽树")]


def test_heads_that_are_whole_are_not_joined() -> None:
    lines = ["绩效指标", "一级指标", "分值", "得分", "执行率", "实际完成值"]
    assert [text for _, text in lines_to_cells(lines)] == lines


def test_figures_behind_the_heads_of_a_base_data_block_are_a_stream_too() -> None:
    line = "人员情况（人） | 编制数 | 实际在职人数 | 控制率 | 40 | 38 | 95%"
    assert unfold_lines([line]) == [f"{cell} |" for cell in line.split(" | ")]


def test_many_labels_with_their_values_on_one_line_are_a_stream() -> None:
    cells = [f"{label} | 某值" for label in ("项目名称", "主管部门", "实施单位", "项目负责人", "联系电话")]
    assert unfold_lines([" | ".join(cells)]) == [f"{cell} |" for pair in cells for cell in pair.split(" | ")]


def test_a_row_of_labels_that_head_columns_is_no_stream() -> None:
    line = "项目名称 | 主管部门 | 实施单位 | 项目负责人 | 联系电话 |"
    assert unfold_lines([line]) == [line]
