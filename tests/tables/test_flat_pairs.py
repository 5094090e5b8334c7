"""Amounts beside their own labels in dumps that keep no rows, or no places."""

from __future__ import annotations

import pytest

from pipeline.document import Paragraph, Table
from pipeline.tables.flat import rebuild_tables

ROWS = (
    ("项目名称", "堤防加固"),
    ("预算执行情况（万元）", "预算数：", "82.00", "执行数：", "80.50"),
    ("其中-财政拨款：", "60.00", "其中-财政拨款：", "60.00"),
    ("其它资金：", "22.00", "其它资金：", "20.50"),
    ("一级指标", "二级指标", "三级指标", "指标值", "完成值"),
    ("产出指标", "数量指标", "加固长度", "≥3公里", "3.1公里"),
)
PIPE_ROWS = [" | ".join(row) + " | |" for row in ROWS]
PIPE_CELLS = [f"{cell} |" for row in ROWS for cell in row]
PLACES = {
    (0, "预算执行情况（万元）"),
    *((1, label) for label in ("预算数：", "其中-财政拨款：", "其它资金：")),
    *((2, amount) for amount in ("82.00", "60.00", "22.00")),
    *((3, label) for label in ("执行数：", "其中-财政拨款：", "其它资金：")),
    *((4, amount) for amount in ("80.50", "60.00", "20.50")),
}


@pytest.mark.parametrize("lines", [PIPE_ROWS, PIPE_CELLS], ids=["rows", "cells"])
def test_parts_stand_below_the_amounts_that_they_make_up(lines: list[str]) -> None:
    (table,) = [block for block in rebuild_tables([Paragraph(line) for line in lines]) if isinstance(block, Table)]
    assert {(cell.col, cell.text) for cell in table.cells if 1 <= cell.row <= 3} == PLACES


def test_amounts_without_a_block_label_keep_their_first_column() -> None:
    lines = [f"{cell} |" for cell in ("项目名称", "堤防加固", "预算数", "82.00", "执行数", "80.50", *ROWS[4], *ROWS[5])]
    (table,) = [block for block in rebuild_tables([Paragraph(line) for line in lines]) if isinstance(block, Table)]
    assert [cell.text for cell in table.cells if cell.row == 1] == ["预算数", "82.00", "执行数", "80.50"]


def test_a_form_of_labels_and_amounts_between_empty_lines_is_a_table() -> None:
    labels = ("项目名称", "堤防加固", "主管部门", "云岭县水务局")
    amounts = (
        "计划安排资金（万元）",
        "82.00",
        "实际到位资金（万元）",
        "80.00",
        "其中：县级配套",
        "22.00",
        "其中：县级配套",
        "20.00",
    )
    lines = [line for cell in (*labels, *amounts, "一、项目概况", "工程已经完工。") for line in (cell, "")]
    blocks = rebuild_tables([Paragraph(line) for line in lines])
    (table,) = [block for block in blocks if isinstance(block, Table)]
    assert [[cell.text for cell in table.cells if cell.row == row] for row in range(4)] == [
        ["项目名称", "堤防加固"],
        ["主管部门", "云岭县水务局"],
        list(amounts[:4]),
        list(amounts[4:]),
    ]


def test_a_form_of_labels_and_amounts_parted_by_blanks_is_a_table() -> None:
    lines = [
        "项目名称 堤防加固",
        "主管部门 云岭县水务局 实施单位 云岭县河道管理站",
        "计划安排资金（万元） 82.00 实际到位资金（万元） 80.00",
        "",
        "一、项目概况",
    ]
    blocks = rebuild_tables([Paragraph(line) for line in lines])
    (table,) = [block for block in blocks if isinstance(block, Table)]
    assert [cell.text for cell in table.cells if cell.row == 2] == lines[2].split(" ")
