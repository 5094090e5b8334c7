"""Tables whose lines all run across: rows by the lines or by white space, columns by white space."""

from __future__ import annotations

from dataclasses import replace

import pytest
from drawn import line_words, page_of, shape, word

from pipeline.document import Page, Ruling, Word
from pipeline.tables import find_page_tables

WIDTHS = (60.0, 90.0, 60.0, 60.0, 130.0)
ROWS = [
    ("级别", "指标", "目标", "完成", "原因"),
    ("产出", "清理河道水面漂\n浮物的数量", "≥18吨", "19吨", ""),
    ("", "保洁覆盖率", "100%", "100%", ""),
    ("效益", "断面水质达标率", "≥90%", "88%", "上游来水影响，断面超\n标两次，下一年度增加\n巡查的次数"),
    ("满意", "群众满意程度的\n调查", "≥90%", "94%", ""),
]
LEFT, TOP, SIZE, PITCH = 60.0, 150.0, 9.0, 12.0


def table_page(*, each_row: bool, centred: bool, first_row: tuple[str, ...] = ()) -> Page:
    """The rows on a page, with a line below each or only around the head and the body; texts in mid-height."""
    rows = [first_row, *ROWS] if first_row else ROWS
    words: list[Word] = []
    y = TOP
    lines = [y]
    for number, row in enumerate(rows):
        height = 8 + PITCH * max(len(text.split("\n")) for text in row)
        x = LEFT
        for width, text in zip(WIDTHS, row, strict=False):
            parts = text.split("\n") if text else []
            for k, part in enumerate(parts):
                start = x + 3 if not centred else x + (width - SIZE * len(part)) / 2
                words.append(word(part, start, y + height / 2 - PITCH * len(parts) / 2 + PITCH * k + 1, SIZE))
            x += width
        y += height
        lines += [y] if each_row or number in (len(rows) - len(ROWS), len(rows) - 1) else []
    right = LEFT + sum(WIDTHS)
    return page_of(words, [Ruling(LEFT, y, right, y) for y in lines])


def whole() -> set[tuple[int, int, int, int, str]]:
    return {(i, j, 1, 1, text) for i, row in enumerate(ROWS) for j, text in enumerate(row)}


@pytest.mark.parametrize("each_row", [True, False])
@pytest.mark.parametrize("centred", [True, False])
def test_cells_of_several_lines_are_whole(each_row: bool, centred: bool) -> None:
    (table,) = find_page_tables(table_page(each_row=each_row, centred=centred))
    assert (table.origin, shape(table)) == ("aligned", whole())


def test_a_text_across_columns_is_one_cell() -> None:
    page = table_page(each_row=True, centred=False, first_row=("说明", "本表由各科室据实填写并盖章后报送"))
    (table,) = find_page_tables(page)
    assert [(c.col, c.colspan) for c in table.cells if c.row == 0 and c.text] == [(0, 1), (1, 2)]


def test_a_frame_around_the_lines_parts_no_columns() -> None:
    page = table_page(each_row=True, centred=False)
    ends = {r.y0 for r in page.rulings}
    frame = [Ruling(x, min(ends), x, max(ends)) for x in (LEFT, LEFT + sum(WIDTHS))]
    (table,) = find_page_tables(replace(page, rulings=(*page.rulings, *frame)))
    assert shape(table) == whole()


def test_an_upright_line_inside_leaves_the_table_to_the_ruled_ones() -> None:
    page = table_page(each_row=True, centred=False)
    ends = {r.y0 for r in page.rulings}
    upright = Ruling(LEFT + WIDTHS[0], min(ends), LEFT + WIDTHS[0], max(ends))
    (table,) = find_page_tables(replace(page, rulings=(*page.rulings, upright)))
    assert (table.origin, table.n_cols) == ("ruled", 2)


def test_lines_around_running_text_make_no_table() -> None:
    prose = [
        "本年度各项支出均按照年初批复的预算执行，支出结构合理，",
        "没有超出预算的情况，12.50万元全部支付完毕。",
    ] * 4
    rulings = [Ruling(60, y, 540, y) for y in (80, 140, 200, 330)]
    assert find_page_tables(page_of(line_words(*prose, x=70.0, y=90.0, pitch=24.0), rulings)) == []


def test_a_page_read_by_ocr_is_left_to_its_own_lines() -> None:
    page = table_page(each_row=True, centred=True)
    assert not any(table.n_cols == len(WIDTHS) for table in find_page_tables(replace(page, by_ocr=True)))
