"""Rulings of page images: found whole, straight, and only where a line is drawn."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.document import Box, Page, Ruling, Word
from pipeline.ocr.opencv import cv2
from pipeline.ocr.rulings import find_rulings, unbend, unbend_with_rulings
from pipeline.tables.ruled import find_tables
from tests.ocr.random_tables import PAGE_PT, TrueTable, count_right, degrade, draw_table, random_table

DPI = 200
SCALE = DPI / 72
NEAR_PT = 1.0


def blank_page() -> np.ndarray:
    return np.full((round(842 * SCALE), round(595 * SCALE)), 255, np.uint8)


def draw_lines(page: np.ndarray, *lines: tuple[float, float, float, float], gray: int = 40, thick: int = 2) -> None:
    """Lines given in points."""
    for x0, y0, x1, y1 in lines:
        ends = [(round(x * SCALE), round(y * SCALE)) for x, y in ((x0, y0), (x1, y1))]
        cv2.line(page, *ends, gray, thick)


def two_by_two(page: np.ndarray, gray: int = 40, thick: int = 2) -> None:
    """A table of four cells: 100–300–500 across, 100–160–220 down."""
    draw_lines(page, *((100, y, 500, y) for y in (100, 160, 220)), gray=gray, thick=thick)
    draw_lines(page, *((x, 100, x, 220) for x in (100, 300, 500)), gray=gray, thick=thick)


def assert_two_by_two(rulings: tuple[Ruling, ...]) -> None:
    across = [(r.x0, r.y0, r.x1) for r in rulings if r.is_horizontal]
    down = [(r.x0, r.y0, r.y1) for r in rulings if not r.is_horizontal]
    assert np.allclose(across, [(100, 100, 500), (100, 160, 500), (100, 220, 500)], atol=NEAR_PT)
    assert np.allclose(down, [(100, 100, 220), (300, 100, 220), (500, 100, 220)], atol=NEAR_PT)


def found_cells(table: TrueTable, image: np.ndarray, dpi: float) -> list[tuple[int, int, int, int, Box]]:
    rulings = find_rulings(unbend(image, dpi), dpi)
    tables = find_tables(Page(1, *PAGE_PT, table.words, rulings, by_ocr=True))
    return [(c.row, c.col, c.rowspan, c.colspan, c.box) for t in tables for c in t.cells if c.box]


def test_the_rulings_of_a_clean_table_are_where_they_were_drawn() -> None:
    page = blank_page()
    two_by_two(page)
    assert_two_by_two(find_rulings(page, DPI))


@pytest.mark.parametrize(("gray", "thick"), [(215, 2), (20, 7), (150, 1)])
def test_faint_thick_and_thin_lines_are_found_alike(gray: int, thick: int) -> None:
    page = blank_page()
    two_by_two(page, gray=gray, thick=thick)
    assert_two_by_two(find_rulings(page, DPI))


def test_a_double_line_is_one_ruling() -> None:
    page = blank_page()
    two_by_two(page)
    draw_lines(page, (100, 162.2, 500, 162.2))
    assert len([r for r in find_rulings(page, DPI) if r.is_horizontal]) == 3


def test_gaps_in_a_line_are_bridged() -> None:
    page = blank_page()
    two_by_two(page)
    for x in range(130, 480, 60):
        page[:, round(x * SCALE) : round((x + 4) * SCALE)] = 255
    for y in (115, 140, 180):
        page[round(y * SCALE) : round((y + 3) * SCALE)] = 255
    assert_two_by_two(find_rulings(page, DPI))


def test_a_short_wall_that_is_broken_beside_the_line_it_meets_is_whole() -> None:
    page = blank_page()
    draw_lines(page, *((100, y, 500, y) for y in (100, 120, 140)), *((x, 100, x, 140) for x in (100, 300, 500)))
    page[round(101 * SCALE) : round(106 * SCALE), round(290 * SCALE) : round(310 * SCALE)] = 255
    down = [(r.x0, r.y0, r.y1) for r in find_rulings(page, DPI) if not r.is_horizontal]
    assert np.allclose(down, [(100, 100, 140), (300, 100, 140), (500, 100, 140)], atol=NEAR_PT)


def test_the_only_piece_of_a_border_is_found_though_it_is_broken() -> None:
    page = blank_page()
    two_by_two(page)
    draw_lines(page, (140, 100, 140, 220), (100, 130, 140, 130))
    page[round(125 * SCALE) : round(135 * SCALE), round(105 * SCALE) : round(111 * SCALE)] = 255
    across = [(r.x0, r.y0, r.x1) for r in find_rulings(page, DPI) if r.is_horizontal]
    assert np.allclose(across[1], (100, 130, 140), atol=NEAR_PT)


def test_an_arc_between_two_lines_is_no_ruling() -> None:
    page = blank_page()
    two_by_two(page)
    draw_lines(page, (100, 130, 500, 130))
    middle, radius = (round(150 * SCALE), round(145 * SCALE)), round(55 * SCALE)
    cv2.ellipse(page, middle, (radius, radius), 0, -20, 20, 130, 2)
    assert not [r for r in find_rulings(page, DPI) if not r.is_horizontal and 110 < r.x0 < 290]


def test_a_line_that_runs_on_into_text_at_another_height_is_a_ruling() -> None:
    page = blank_page()
    draw_lines(page, (100, 100, 500, 100), (100, 200, 500, 200), (100, 150, 300, 150))
    draw_lines(page, *((x, 100, x, 200) for x in (100, 300, 500)))
    for x in range(301, 490, 10):  # 日 after 日 in the merged cell, from the wall on, above and below the line's height
        for y in (140, 156, 172):
            draw_lines(page, *((x, y + d, x + 9, y + d) for d in (0, 4, 8)), *((v, y, v, y + 8) for v in (x, x + 9)))
    across = [(r.x0, r.y0, r.x1) for r in find_rulings(page, DPI) if r.is_horizontal]
    assert np.allclose(across, [(100, 100, 500), (100, 150, 300), (100, 200, 500)], atol=NEAR_PT)


def test_an_underline_in_a_cell_is_no_ruling() -> None:
    page = blank_page()
    two_by_two(page)
    draw_lines(page, (150, 130, 250, 130))
    assert_two_by_two(find_rulings(page, DPI))


def test_lines_that_meet_no_other_line_are_no_rulings() -> None:
    page = blank_page()
    draw_lines(page, (100, 130, 400, 130), (100, 300, 450, 300))
    assert find_rulings(page, DPI) == ()


def test_a_blank_page_has_no_rulings_and_is_left_as_it_is() -> None:
    page = blank_page()
    assert find_rulings(page, DPI) == ()
    assert unbend(page, DPI) is page


def test_a_row_of_strokes_like_those_of_characters_is_no_ruling() -> None:
    page = blank_page()
    two_by_two(page)
    for x in range(104, 296, 10):  # 日 after 日 from wall to wall
        draw_lines(page, *((x, y, x + 8, y) for y in (120, 124, 128)), *((v, 120, v, 128) for v in (x, x + 8)))
    assert_two_by_two(find_rulings(page, DPI))


def test_a_tall_stroke_beside_other_rows_borders_is_no_ruling() -> None:
    page = blank_page()
    draw_lines(page, *((100, y, 500, y) for y in (100, 120, 140)), (100, 100, 100, 140), (500, 100, 500, 140))
    draw_lines(page, (300, 100, 300, 120), (300, 125, 300, 135))  # a border above, a figure 1 below
    down = [(r.x0, r.y0, r.y1) for r in find_rulings(page, DPI) if not r.is_horizontal]
    assert np.allclose(down, [(100, 100, 140), (300, 100, 120), (500, 100, 140)], atol=NEAR_PT)


def test_what_shines_through_from_the_back_is_no_ruling() -> None:
    page = blank_page()
    draw_lines(page, (80, 130, 480, 130), (80, 190, 480, 190), (200, 90, 200, 210), gray=240)
    two_by_two(page)
    assert_two_by_two(find_rulings(page, DPI))


def test_a_line_of_the_other_side_close_above_does_not_hide_one_of_this_side() -> None:
    page = blank_page()
    draw_lines(page, (60, 157.2, 490, 157.2), gray=228, thick=5)
    page = np.asarray(cv2.GaussianBlur(page, (5, 5), 0), np.uint8)
    two_by_two(page, gray=20)
    assert_two_by_two(find_rulings(page, DPI))


def test_a_red_ring_over_a_table_is_no_ruling() -> None:
    page = blank_page()
    two_by_two(page)
    colour = cv2.cvtColor(page, cv2.COLOR_GRAY2RGB)
    seal = np.full_like(colour, 255)
    cv2.circle(seal, (round(300 * SCALE), round(160 * SCALE)), round(55 * SCALE), (215, 40, 45), 8)
    assert_two_by_two(find_rulings(np.minimum(colour, seal), DPI))


def test_an_open_side_stays_open_and_its_lines_reach_out() -> None:
    page = blank_page()
    draw_lines(page, *((100, y, 500, y) for y in (100, 160, 220)), (300, 100, 300, 220))
    rulings = find_rulings(page, DPI)
    assert np.allclose([(r.x0, r.x1) for r in rulings if r.is_horizontal], [(100, 500)] * 3, atol=NEAR_PT)
    assert len([r for r in rulings if not r.is_horizontal]) == 1


@pytest.mark.parametrize("dpi", [150, 200, 300])
def test_resolution_does_not_move_rulings(dpi: int) -> None:
    page = blank_page()
    two_by_two(page, thick=3)
    scaled = cv2.resize(page, None, fx=dpi / DPI, fy=dpi / DPI, interpolation=cv2.INTER_AREA)
    assert_two_by_two(find_rulings(scaled, dpi))


def test_a_bent_page_is_straightened_by_its_lines() -> None:
    page = blank_page()
    draw_lines(page, *((60, y, 540, y) for y in range(100, 700, 60)))
    draw_lines(page, *((x, 100, x, 640) for x in (60, 200, 350, 540)))
    height, width = page.shape
    xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    bent = cv2.remap(page, xs, ys + 9 * np.sin(xs / width * 3).astype(np.float32), cv2.INTER_LINEAR, borderValue=255)
    assert (bent[:, round(60 * SCALE) : round(540 * SCALE)] < 128).any(axis=1).sum() > 0.9 * 540 * SCALE
    rows = [_line_rows(unbend(bent, DPI), x) for x in (100, 250, 300, 500)]
    assert all(len(row) == 10 for row in rows)
    assert max(np.ptp(column) for column in zip(*rows, strict=True)) <= 2


def test_rulings_of_one_look_stand_on_the_lines_of_the_page_laid_flat() -> None:
    page = blank_page()
    draw_lines(page, *((60, y, 540, y) for y in range(100, 700, 60)), *((x, 100, x, 640) for x in (60, 540)))
    height, width = page.shape
    xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    bent = cv2.remap(page, xs, ys + 9 * np.sin(xs / width * 3).astype(np.float32), cv2.INTER_LINEAR, borderValue=255)
    flat, rulings = unbend_with_rulings(bent, DPI)
    assert (flat == unbend(bent, DPI)).all()
    rows = [round(r.y0 * SCALE) for r in rulings if r.is_horizontal]
    assert np.allclose(rows, _line_rows(flat, 300), atol=3)


def _line_rows(page: np.ndarray, x: float) -> list[int]:
    """Pixel rows at which lines cross a column of the page."""
    dark = (page[:, round(x * SCALE)] < 150).astype(int)
    return [int(row) for row in np.flatnonzero(np.diff(dark) == 1)]


@pytest.mark.parametrize("style", ["clean", "scan", "hard"])
@pytest.mark.parametrize("seed", [3, 44])
def test_random_merged_tables_come_back_nearly_whole(style: str, seed: int) -> None:
    table = random_table(seed)
    image, dpi = degrade(draw_table(table), style, seed)
    right = count_right(table, found_cells(table, image, dpi))
    assert right >= {"clean": 1.0, "scan": 0.99, "hard": 0.97}[style] * len(table.cells)


def test_cells_of_a_random_table_tile_it() -> None:
    table = random_table(12)
    squares = [
        (row, col)
        for cell in table.cells
        for row in range(cell.row, cell.row + cell.rowspan)
        for col in range(cell.col, cell.col + cell.colspan)
    ]
    assert sorted(squares) == [(row, col) for row in range(len(table.ys) - 1) for col in range(len(table.xs) - 1)]


def test_words_fall_into_the_cells_that_the_rulings_draw() -> None:
    page = blank_page()
    two_by_two(page)
    words = tuple(
        Word(text, Box(x, y, x + 30, y + 10)) for text, x, y in (("甲", 120, 120), ("乙", 320, 120), ("丙", 120, 180))
    )
    (table,) = find_tables(Page(1, *PAGE_PT, words, find_rulings(page, DPI), by_ocr=True))
    assert [(c.row, c.col, c.text) for c in table.cells] == [(0, 0, "甲"), (0, 1, "乙"), (1, 0, "丙"), (1, 1, "")]
