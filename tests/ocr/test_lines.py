"""Quads against rulings: cut at borders, missed cells found."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from ocr.drawn import DPI, blank_page, draw_table, form_page, write

from pipeline.document import Ruling
from pipeline.ocr.engine import rectangle
from pipeline.ocr.ink import find_ink, to_grey
from pipeline.ocr.lines import (
    cut_at_rulings,
    erase_rulings,
    find_cells,
    find_missed,
    split_tall,
    tighten,
    whiten_rulings,
)

DPI_OF_POINTS = 72.0  # one pixel a point: rulings and quads in one unit


def upright(x: float, y0: float = 0, y1: float = 100) -> Ruling:
    return Ruling(x, y0, x, y1)


def level(y: float, x0: float = 0, x1: float = 400) -> Ruling:
    return Ruling(x0, y, x1, y)


def extents(quads: list) -> list[tuple[float, ...]]:
    return [quad.extent for quad in quads]


def test_a_line_over_a_border_is_cut_there() -> None:
    cut = cut_at_rulings([rectangle(50, 40, 250, 60)], [upright(120)], DPI_OF_POINTS)
    assert extents(cut) == [(50, 40, 120, 60), (120, 40, 250, 60)]


def test_a_line_over_two_borders_gives_three_parts() -> None:
    cut = cut_at_rulings([rectangle(50, 40, 250, 60)], [upright(200), upright(120)], DPI_OF_POINTS)
    assert [extent[0] for extent in extents(cut)] == [50, 120, 200]


@pytest.mark.parametrize("ruling", [upright(52), upright(249), upright(120, 0, 45), level(61), upright(300)], ids=str)
def test_a_border_that_does_not_cross_a_line_leaves_it_whole(ruling: Ruling) -> None:
    quad = rectangle(50, 40, 250, 60)
    assert cut_at_rulings([quad], [ruling], DPI_OF_POINTS) == [quad]


def test_two_rows_read_as_one_line_are_parted_at_the_border_between_them() -> None:
    cut = cut_at_rulings([rectangle(50, 20, 250, 60)], [level(40)], DPI_OF_POINTS)
    assert extents(cut) == [(50, 20, 250, 40), (50, 40, 250, 60)]


def pt(pixels: float) -> float:
    return pixels * 72 / DPI


XS, YS = [200, 600, 1000, 1450], [420, 510, 600]
RULINGS = [Ruling(pt(x), pt(YS[0]), pt(x), pt(YS[-1])) for x in XS] + [
    Ruling(pt(XS[0]), pt(y), pt(XS[-1]), pt(y)) for y in YS
]


def test_cells_are_the_fields_between_rulings() -> None:
    cells = find_cells(RULINGS, (2339, 1654), DPI)
    assert len(cells) == 6
    assert cells[0] == pytest.approx((200, 420, 600, 510), abs=4)


def test_without_rulings_there_are_no_cells() -> None:
    assert find_cells([], (2339, 1654), DPI) == []


def small_table() -> np.ndarray:
    page = blank_page()
    draw_table(page, XS, YS)
    write(page, "7", 780, 480)
    write(page, "Budget", 230, 570)
    return find_ink(to_grey(page))


def test_ink_in_a_cell_without_a_line_is_found_and_blank_cells_are_not() -> None:
    bare = erase_rulings(small_table(), RULINGS, DPI)
    known = [rectangle(220, 530, 400, 590)]
    (missed,) = find_missed(bare, known, find_cells(RULINGS, (2339, 1654), DPI), DPI)
    x0, y0, x1, y1 = missed.extent
    assert 740 < x0 < 780 and 800 < x1 < 850 and 440 < y0 < 460 and 480 < y1 < 500


def test_a_speck_in_a_cell_is_not_read() -> None:
    ink = np.zeros((2339, 1654), np.uint8)
    ink[450:452, 700:702] = 255
    assert find_missed(ink, [], find_cells(RULINGS, (2339, 1654), DPI), DPI) == []


def test_a_narrow_character_is_given_room_at_its_sides() -> None:
    ink = np.zeros((2339, 1654), np.uint8)
    ink[440:480, 700:704] = 255
    (missed,) = find_missed(ink, [], find_cells(RULINGS, (2339, 1654), DPI), DPI)
    assert missed.width >= 0.95 * missed.height


def test_erasing_rulings_leaves_the_text() -> None:
    ink = find_ink(to_grey(form_page()))
    rulings = [Ruling(pt(x), pt(420), pt(x), pt(960)) for x in (200, 600, 1000, 1450)]
    rulings += [Ruling(pt(200), pt(420 + 90 * i), pt(1450), pt(420 + 90 * i)) for i in range(7)]
    bare = erase_rulings(ink, rulings, DPI)
    assert bare[415:425].sum() == 0
    assert (bare[520:590, 220:500] > 0).sum() == (ink[520:590, 220:500] > 0).sum()


def test_stacked_characters_are_read_one_by_one() -> None:
    ink = np.zeros((400, 200), np.uint8)
    for y in (20, 60, 100, 140):
        cv2.rectangle(ink, (80, y), (108, y + 28), 255, 3)
    quads = [rectangle(70, 10, 118, 180), rectangle(10, 200, 180, 240)]
    parts = split_tall(quads, ink)
    assert len(parts) == 5
    assert [round(part.extent[1]) for part in parts[:4]] == pytest.approx([16, 56, 96, 136], abs=3)


def test_a_character_of_two_parts_one_above_the_other_stays_whole() -> None:
    ink = np.zeros((400, 200), np.uint8)
    for y in (20, 70, 120):
        ink[y : y + 4, 80:110] = 255
        ink[y + 22 : y + 26, 80:110] = 255
    assert len(split_tall([rectangle(70, 10, 118, 160), rectangle(10, 200, 180, 240)], ink)) == 4


def test_a_lone_narrow_figure_is_no_stack() -> None:
    quad = rectangle(90, 10, 110, 50)
    assert split_tall([quad, rectangle(10, 200, 180, 240)], np.full((400, 200), 255, np.uint8))[0] == quad


def test_a_box_is_drawn_to_the_ink() -> None:
    ink = np.zeros((100, 100), np.uint8)
    ink[40:52, 30:61] = 255
    assert tighten(ink, rectangle(20.4, 30.2, 80, 70)) == (30, 40, 61, 52)
    assert tighten(ink, rectangle(0, 60, 20, 90)) is None


def test_the_edges_of_the_lines_above_and_below_are_not_of_the_box() -> None:
    ink = np.zeros((100, 100), np.uint8)
    ink[30:34, 20:60] = 255  # the foot of the line above
    ink[40:52, 30:61] = 255
    ink[66:70, 20:60] = 255  # the head of the line below
    assert tighten(ink, rectangle(20, 30, 80, 70)) == (30, 40, 61, 52)


def test_a_text_of_two_lines_found_as_one_is_taken_apart() -> None:
    ink = np.zeros((400, 300), np.uint8)
    for y in (20, 56):
        cv2.rectangle(ink, (20, y), (100, y + 22), 255, 3)
    for y in (205, 305):
        cv2.rectangle(ink, (20, y), (160, y + 22), 255, 3)
    quads = [rectangle(10, 8, 112, 92), rectangle(10, 196, 180, 236), rectangle(10, 296, 180, 336)]
    assert [round(part.extent[1]) for part in split_tall(quads, ink)] == pytest.approx([16, 51, 196, 296], abs=3)


def test_the_second_line_of_a_cell_is_found_where_only_the_first_was() -> None:
    ink = np.zeros((300, 300), np.uint8)
    for y in (30, 60):
        cv2.rectangle(ink, (30, y), (90, y + 16), 255, 2)
    first = rectangle(24, 22, 100, 54)
    [missed] = find_missed(ink, [first], [(10, 10, 200, 100)], DPI_OF_POINTS * 2)
    assert (missed.extent[1] < 60, missed.extent[3] > 76) == (True, True)


def test_what_is_lower_than_a_line_is_not_missed_beside_one() -> None:
    ink = np.zeros((300, 300), np.uint8)
    cv2.rectangle(ink, (30, 30), (90, 46), 255, 2)
    ink[70:74, 30:60] = 255
    assert find_missed(ink, [rectangle(24, 22, 100, 54)], [(10, 10, 200, 100)], DPI_OF_POINTS * 2) == []


def test_specks_in_a_row_are_no_line() -> None:
    ink = np.zeros((100, 300), np.uint8)
    for x in range(30, 200, 30):
        ink[50:51, x : x + 2] = 255
    assert find_missed(ink, [], [(10, 10, 250, 90)], 200) == []


def test_the_two_bars_of_equals_are_one_line() -> None:
    ink = np.zeros((100, 300), np.uint8)
    for y in (40, 52):
        ink[y : y + 3, 60:84] = 255
    assert len(find_missed(ink, [], [(10, 10, 250, 90)], 200)) == 1


def test_a_bracket_that_touches_a_border_stays_and_the_border_goes() -> None:
    ink = np.zeros((200, 200), np.uint8)
    ink[:, 100:103] = 255
    cv2.ellipse(ink, (88, 100), (12, 16), 0, -80, 80, 255, 2)
    bare = erase_rulings(ink, [Ruling(pt(101), 0, pt(101), pt(200))], DPI)
    assert (int(np.count_nonzero(bare[:60, 95:110])), bool(bare[90:110, 96:100].any())) == (0, True)


def test_a_page_without_its_rulings_is_white_there_and_as_it_was_elsewhere() -> None:
    image = np.full((200, 200), 255, np.uint8)
    image[:, 100:103] = 40
    image[50:60, 20:40] = 90
    ink = ((image < 200) * 255).astype(np.uint8)
    bare = erase_rulings(ink, [Ruling(pt(101), 0, pt(101), pt(200))], DPI)
    clean = whiten_rulings(image, ink, bare)
    assert (int(clean[:, 95:108].min()), int(clean[55, 30])) == (255, 90)
