from __future__ import annotations

import pytest

from pipeline.document import Cell, Paragraph, Table
from pipeline.layout.people import withhold_in_text, withhold_people


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("填表人：王小明　填报日期：2023年3月1日", "填表人：×××　填报日期：2023年3月1日"),
        (
            "填表人：王小明填报日期：2023年3月1日联系电话：0571-1234567",
            "填表人：×××填报日期：2023年3月1日联系电话：×××",
        ),
        ("单位负责人（签字）：欧阳某某  财务负责人：李某", "单位负责人（签字）：×××  财务负责人：×××"),
        ("请致电13812345678联系", "请致电×××联系"),
        ("联系人 王小二 电话 0123-4567890", "联系人 ××× 电话 ×××"),
        ("填表人　李　四　填报日期　2023年4月1日", "填表人　×××　填报日期　2023年4月1日"),
        ("单位负责人 财务负责人 联系电话 办公室", "单位负责人 财务负责人 联系电话 办公室"),
        ("填报单位：某县水务局", "填报单位：某县水务局"),
        ("全年办理案件283件，投入资金1,234,567.00元。", "全年办理案件283件，投入资金1,234,567.00元。"),
        ("地址：解放路12号", "地址：解放路12号"),
    ],
)
def test_names_and_numbers_beside_their_labels_are_withheld(line: str, left: str) -> None:
    assert withhold_in_text(line) == left


def test_a_cell_right_of_a_persons_label_is_withheld() -> None:
    cells = (Cell(0, 0, "项目负责人"), Cell(0, 1, "王小明"), Cell(0, 2, "联系电话"), Cell(0, 3, "0571-1234567"))
    (table,) = withhold_people([Table(cells)])
    assert isinstance(table, Table)
    assert [cell.text for cell in table.cells] == ["项目负责人", "×××", "联系电话", "×××"]


def test_a_list_of_evaluators_keeps_their_bodies_and_not_their_names() -> None:
    rows = (("姓　名", "单　位", "签　字"), ("王小明", "某县财政局", ""), ("李雷", "某会计师事务所", "李雷"))
    cells = tuple(Cell(r, c, text) for r, row in enumerate(rows) for c, text in enumerate(row))
    (table,) = withhold_people([Table(cells)])
    assert isinstance(table, Table)
    assert [cell.text for cell in table.cells if cell.row > 0] == [
        "×××",
        "某县财政局",
        "",
        "×××",
        "某会计师事务所",
        "×××",
    ]


def test_what_names_no_person_is_left_as_it_is() -> None:
    blocks = [Paragraph("一、项目概况"), Table((Cell(0, 0, "项目名称"), Cell(0, 1, "负责人培训经费")))]
    assert withhold_people(blocks) == blocks
