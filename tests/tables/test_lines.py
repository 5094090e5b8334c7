from __future__ import annotations

from pipeline.document import Cell, Paragraph, Table
from pipeline.tables.lines import lift_lines

TITLE = Cell(0, 0, "项目支出绩效自评表", colspan=3)
HEAD = tuple(Cell(1, col, text) for col, text in enumerate(("项目名称", "渔港清淤", "")))
NOTE = Cell(2, 0, "填报日期：2023年3月1日", colspan=3)


def test_a_row_merged_over_all_columns_is_a_paragraph() -> None:
    blocks = lift_lines([Table((TITLE, *HEAD, NOTE))])
    assert [type(block) for block in blocks] == [Paragraph, Table, Paragraph]
    assert [block.text for block in blocks if isinstance(block, Paragraph)] == [TITLE.text, NOTE.text]


def test_the_rows_between_two_lines_are_counted_from_0() -> None:
    table = next(block for block in lift_lines([Table((TITLE, *HEAD, NOTE))]) if isinstance(block, Table))
    assert [(cell.row, cell.col) for cell in table.cells] == [(0, 0), (0, 1), (0, 2)]


def test_a_row_that_a_label_spans_into_stays_in_the_table() -> None:
    label = Cell(0, 0, "绩效指标", rowspan=2)
    wide = Cell(1, 1, "说明", colspan=2)
    table = Table((label, Cell(0, 1, "三级指标"), Cell(0, 2, "得分"), wide))
    assert lift_lines([table]) == [table]


def test_a_table_of_one_column_is_left_alone() -> None:
    table = Table((Cell(0, 0, "甲"), Cell(1, 0, "乙")))
    assert lift_lines([table]) == [table]
