"""Rulings and words → tables: every cell where it was drawn."""

from __future__ import annotations

import random

import pytest
from drawn import cell, draw_cells, page_of, page_with, place_cells, shape, word, write_cells
from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import Cell, Ruling, Table
from pipeline.tables.ruled import find_tables, table_box

FORM = [
    cell(0, 0, "项目名称"),
    cell(0, 1, "村道养护", colspan=3),
    cell(1, 0, "绩\n效\n指\n标", rowspan=3),
    cell(1, 1, "一级指标"),
    cell(1, 2, "指标值"),
    cell(1, 3, "得分"),
    cell(2, 1, "产出指标", rowspan=2),
    cell(2, 2, "≥12公里"),
    cell(2, 3, "10"),
    cell(3, 2, "100%"),
    cell(3, 3, ""),
]


def found(table: Table) -> Table:
    (only,) = find_tables(page_with(table))
    return only


def test_merged_cells_stand_once_with_their_spans() -> None:
    assert shape(found(place_cells(FORM))) == {(c.row, c.col, c.rowspan, c.colspan, c.text) for c in FORM}


def test_each_cell_has_its_page_and_box() -> None:
    drawn = place_cells(FORM)
    boxes = {(c.row, c.col): tuple(round(v) for v in c.box) for c in found(drawn).cells if c.box}
    assert boxes == {(c.row, c.col): tuple(round(v) for v in c.box) for c in drawn.cells if c.box}
    assert {c.page for c in found(drawn).cells} == {1}


def test_the_order_of_words_does_not_change_a_table() -> None:
    drawn = place_cells(FORM)
    page = page_with(drawn)
    shuffled = list(page.words)
    random.Random(7).shuffle(shuffled)
    assert find_tables(page_of(shuffled, page.rulings)) == find_tables(page)


def test_double_lines_count_as_one_border() -> None:
    drawn = place_cells(FORM)
    doubled = [r for line in draw_cells(drawn) for r in (line, _moved(line, 1.8))]
    (table,) = find_tables(page_of(list(write_cells(drawn)), doubled))
    assert shape(table) == shape(drawn)


def _moved(line: Ruling, by: float) -> Ruling:
    if line.is_horizontal:
        return Ruling(line.x0, line.y0 + by, line.x1, line.y1 + by)
    return Ruling(line.x0 + by, line.y0, line.x1 + by, line.y1)


def test_lines_that_stop_short_still_meet() -> None:
    drawn = place_cells(FORM)
    short = [
        Ruling(r.x0 + 2, r.y0, r.x1 - 2, r.y1) if r.is_horizontal else Ruling(r.x0, r.y0 + 2, r.x1, r.y1 - 2)
        for r in draw_cells(drawn)
    ]
    (table,) = find_tables(page_of(list(write_cells(drawn)), short))
    assert shape(table) == shape(drawn)


@pytest.mark.parametrize("side", ["left", "right", "top", "bottom"])
def test_an_outer_border_that_was_not_drawn_is_supplied(side: str) -> None:
    plain = [cell(i, j, f"值{i}{j}") for i in range(4) for j in range(4)]
    drawn = place_cells(plain)
    box = table_box(drawn)
    assert box is not None
    x, y = {"left": (box.x0, None), "right": (box.x1, None), "top": (None, box.y0), "bottom": (None, box.y1)}[side]
    lines = [r for r in draw_cells(drawn) if not (r.x0 == r.x1 == x or r.y0 == r.y1 == y)]
    (table,) = find_tables(page_of(list(write_cells(drawn)), lines))
    assert shape(table) == shape(drawn)


def test_a_frame_around_text_is_no_table() -> None:
    frame = place_cells([cell(0, 0, "说明：本页为示意")], width=300)
    assert find_tables(page_with(frame)) == []


def test_the_gridlines_of_a_chart_are_no_table() -> None:
    grid = place_cells([cell(i, j) for i in range(6) for j in range(6)])
    assert find_tables(page_with(grid, word("12", 65, 125))) == []


def test_an_underline_is_no_table() -> None:
    assert find_tables(page_of([word("填报单位", 80, 100)], [Ruling(80, 112, 200, 112)])) == []


def test_two_tables_on_a_page_stay_apart() -> None:
    upper = place_cells([cell(0, 0, "甲"), cell(0, 1, "乙")], y=100)
    lower = place_cells([cell(0, 0, "丙"), cell(0, 1, "丁")], y=300)
    page = page_of([*write_cells(upper), *write_cells(lower)], [*draw_cells(upper), *draw_cells(lower)])
    assert [shape(t) for t in find_tables(page)] == [shape(upper), shape(lower)]


def test_a_table_inside_a_cell_takes_its_own_words() -> None:
    outer = place_cells([cell(0, 0, "说明"), cell(0, 1, "附表")], width=200, height=200)
    inner = place_cells([cell(0, 0, "数量"), cell(0, 1, "3")], x=280, y=160, width=40)
    page = page_of([*write_cells(outer), *write_cells(inner)], [*draw_cells(outer), *draw_cells(inner)])
    assert [shape(t) for t in find_tables(page)] == [shape(outer), shape(inner)]


def test_a_word_read_across_a_border_is_cut_there_by_ocr_only() -> None:
    drawn = place_cells([cell(0, 0), cell(0, 1), cell(1, 0, "年初"), cell(1, 1, "全年")], width=40)
    across = word("预算执行", 80, 125)  # 20 points on either side of the border at x = 100
    by_ocr = find_tables(page_of([*write_cells(drawn), across], list(draw_cells(drawn)), by_ocr=True))
    assert [c.text for c in by_ocr[0].cells] == ["预算", "执行", "年初", "全年"]
    by_text = find_tables(page_of([*write_cells(drawn), across], list(draw_cells(drawn))))
    assert sorted(c.text for c in by_text[0].cells) == sorted(["", "预算执行", "年初", "全年"])


@st.composite
def tilings(draw: st.DrawFn) -> list[Cell]:
    """A grid of cells some of which were merged, so that each grid line is still a border somewhere."""
    rows, cols = draw(st.integers(2, 6)), draw(st.integers(2, 6))
    free = {(i, j) for i in range(rows) for j in range(cols)}
    cells: list[Cell] = []
    for i in range(rows):
        for j in range(cols):
            if (i, j) not in free:
                continue
            height, width = draw(st.integers(1, 3)), draw(st.integers(1, 3))
            while not all((i, k) in free for k in range(j, j + width)):
                width -= 1
            while not all((k, m) in free for k in range(i, i + height) for m in range(j, j + width)):
                height -= 1
            free -= {(k, m) for k in range(i, i + height) for m in range(j, j + width)}
            cells.append(cell(i, j, f"格{i}{j}", height, width))
    return _compressed(cells)


def _compressed(cells: list[Cell]) -> list[Cell]:
    ys = sorted({c.row for c in cells} | {c.row + c.rowspan for c in cells})
    xs = sorted({c.col for c in cells} | {c.col + c.colspan for c in cells})
    return [
        cell(
            ys.index(c.row),
            xs.index(c.col),
            c.text,
            ys.index(c.row + c.rowspan) - ys.index(c.row),
            xs.index(c.col + c.colspan) - xs.index(c.col),
        )
        for c in cells
    ]


@given(tilings())
def test_any_tiling_is_found_as_it_was_drawn(cells: list[Cell]) -> None:
    tables = find_tables(page_with(place_cells(cells)))
    expected = {(c.row, c.col, c.rowspan, c.colspan, c.text) for c in cells}
    assert [shape(t) for t in tables] == ([expected] if len(cells) > 1 else [])
