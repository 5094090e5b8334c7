"""Parts of a table on following pages → one table."""

from __future__ import annotations

from drawn import cell, place_cells, shape

from pipeline.document import Block, Cell, Paragraph, Table
from pipeline.tables.join import join_tables

HEAD = [cell(0, 0, "一级指标"), cell(0, 1, "三级指标"), cell(0, 2, "指标值"), cell(0, 3, "得分")]


def row(number: int, *texts: str) -> list[Cell]:
    return [cell(number, col, text) for col, text in enumerate(texts)]


def joined(*blocks: Block) -> list[Block]:
    return join_tables(blocks)


def only_table(*blocks: Block) -> Table:
    (table,) = joined(*blocks)
    assert isinstance(table, Table)
    return table


def upper(*rows: list[Cell], page: int = 1) -> Table:
    return place_cells([c for cells in rows for c in cells], page=page, y=500)


def lower(*rows: list[Cell], page: int = 2) -> Table:
    return place_cells([c for cells in rows for c in cells], page=page, y=60)


def test_rows_on_the_next_page_follow_the_rows_above() -> None:
    table = only_table(
        upper(HEAD, row(1, "产出指标", "修路里程", "≥12公里", "10")), lower(row(0, "效益指标", "受益村", "≥3个", "20"))
    )
    assert table.n_rows == 3
    assert [c.text for c in table.cells if c.row == 2] == ["效益指标", "受益村", "≥3个", "20"]
    assert {c.row: c.page for c in table.cells} == {0: 1, 1: 1, 2: 2}


def test_a_repeated_head_is_dropped() -> None:
    table = only_table(
        upper(HEAD, row(1, "产出指标", "修路里程", "≥12公里", "10")),
        lower(HEAD, row(1, "效益指标", "受益村", "≥3个", "20")),
    )
    assert [c.text for c in table.cells if c.col == 0] == ["一级指标", "产出指标", "效益指标"]


def test_a_table_can_run_over_three_pages() -> None:
    table = only_table(
        upper(HEAD, row(1, "产出指标", "修路里程", "≥12公里", "10")),
        lower(HEAD, row(1, "效益指标", "受益村", "≥3个", "20")),
        lower(HEAD, row(1, "满意度指标", "村民满意度", "≥95%", "10"), page=3),
    )
    assert [c.text for c in table.cells if c.col == 3] == ["得分", "10", "20", "10"]


def test_a_row_cut_by_the_page_break_is_whole_again() -> None:
    table = only_table(
        upper(HEAD, row(1, "产出指标", "完成全部村道的路面修补和，\n桥涵的日常养护以及沿线", "≥12公里", "10")),
        lower(row(0, "", "绿化带的修剪", "", ""), row(1, "效益指标", "受益村", "≥3个", "20")),
    )
    assert table.n_rows == 3
    texts = [c.text.replace("\n", "") for c in table.cells if c.row == 1]
    assert texts == ["产出指标", "完成全部村道的路面修补和，桥涵的日常养护以及沿线绿化带的修剪", "≥12公里", "10"]


def test_a_row_with_values_of_its_own_is_a_new_row() -> None:
    table = only_table(
        upper(HEAD, row(1, "产出指标", "修路里程（含桥涵、\n隧道和全部附属设施", "≥12公里", "10")),
        lower(row(0, "", "受益村", "≥3个", "20")),
    )
    assert table.n_rows == 3


def test_a_label_that_spans_the_break_stands_once() -> None:
    table = only_table(
        upper(
            HEAD,
            [cell(1, 0, "产出指标", rowspan=2), *row(1, "", "里程", "≥12公里", "10")[1:]],
            row(2, "x", "桥", "2座", "5")[1:],
        ),
        lower([cell(0, 0, "", rowspan=2), *row(0, "", "涵洞", "3座", "5")[1:]], row(1, "x", "隧道", "1座", "5")[1:]),
    )
    labels = [(c.row, c.rowspan, c.text) for c in table.cells if c.col == 0]
    assert labels == [(0, 1, "一级指标"), (1, 4, "产出指标")]


def test_a_label_cut_in_the_middle_of_the_word_is_whole_again() -> None:
    table = only_table(
        upper(HEAD, row(1, "产出指", "里程", "≥12公里", "10")),
        lower([cell(0, 0, "标", rowspan=2), *row(0, "", "涵洞", "3座", "5")[1:]], row(1, "x", "隧道", "1座", "5")[1:]),
    )
    assert [(c.rowspan, c.text.replace("\n", "")) for c in table.cells if c.row == 1 and c.col == 0] == [
        (3, "产出指标")
    ]


def test_a_printed_but_empty_row_stays_a_row() -> None:
    table = only_table(
        upper(HEAD, row(1, "产出指标", "修路里程", "≥12公里", "10")),
        lower(row(0, "", "", "", ""), row(1, "总分", "", "", "90")),
    )
    assert table.n_rows == 4


def test_two_forms_on_following_pages_stay_apart() -> None:
    first = upper(row(0, "项目名称", "村道养护", "", ""), HEAD_AT_1, row(2, "产出指标", "修路里程", "≥12公里", "10"))
    second = lower(row(0, "项目名称", "桥梁检测", "", ""), HEAD_AT_1, row(2, "产出指标", "检测桥梁", "≥2座", "10"))
    assert joined(first, second) == [first, second]


HEAD_AT_1 = [cell(1, c.col, c.text) for c in HEAD]


def test_two_forms_with_one_title_in_the_table_stay_apart() -> None:
    title = [cell(0, 0, "项目支出绩效自评表", colspan=4)]
    first = upper(title, row(1, "项目名称", "村道养护", "", ""), row(2, "产出指标", "修路里程", "≥12公里", "10"))
    second = lower(title, row(1, "项目名称", "桥梁检测", "", ""), row(2, "产出指标", "检测桥梁", "≥2座", "10"))
    assert joined(first, second) == [first, second]


def test_a_paragraph_between_two_tables_keeps_them_apart() -> None:
    between = Paragraph("附件2", page=2)
    first, second = upper(HEAD, row(1, "产出指标", "里程", "1", "2")), lower(row(0, "效益指标", "受益村", "3", "4"))
    assert joined(first, between, second) == [first, between, second]


def test_tables_of_other_columns_stay_apart() -> None:
    first = upper(HEAD, row(1, "产出指标", "里程", "1", "2"))
    second = place_cells([cell(0, 0, "支出内容"), cell(0, 1, "金额")], page=2, x=60, width=95)
    assert joined(first, second) == [first, second]


def test_tables_on_one_page_stay_apart() -> None:
    first, second = upper(HEAD, row(1, "产出指标", "里程", "1", "2")), lower(row(0, "效益指标", "村", "3", "4"), page=1)
    assert joined(first, second) == [first, second]


def test_a_part_on_a_landscape_page_is_joined_by_its_proportions() -> None:
    wide = place_cells(row(0, "效益指标", "受益村", "≥3个", "20"), page=2, x=80, width=170)
    table = only_table(upper(HEAD, row(1, "产出指标", "里程", "1", "2")), wide)
    assert [c.text for c in table.cells if c.row == 2] == ["效益指标", "受益村", "≥3个", "20"]


def test_a_part_with_fewer_columns_gets_spans_in_the_common_grid() -> None:
    total = place_cells([cell(0, 0, "总分"), cell(0, 1, "90")], page=2, width=180)
    narrow = Table(
        tuple(
            type(c)(c.row, c.col, c.text, page=2, box=c.box._replace(x1=300.0) if c.col else c.box)
            for c in total.cells
            if c.box
        ),
        "ruled",
    )
    table = only_table(upper(HEAD, row(1, "产出指标", "里程", "1", "2")), narrow)
    assert {s for s in shape(table) if s[0] == 2} == {(2, 0, 1, 3, "总分"), (2, 3, 1, 1, "90")}
