"""Rulings against the text, and under seals."""

from __future__ import annotations

import numpy as np

from pipeline.document import Ruling
from pipeline.ocr.engine import rectangle
from pipeline.ocr.rulings_check import bridge_seals, drop_shown_through, drop_text_strokes

DPI = 72.0
FRAME = (
    Ruling(20, 20, 380, 20),
    Ruling(20, 180, 380, 180),
    Ruling(20, 20, 20, 180),
    Ruling(380, 20, 380, 180),
)


def page(*rulings: Ruling) -> np.ndarray:
    image = np.full((200, 400), 255, np.uint8)
    for ruling in rulings:
        image[round(ruling.y0) : round(ruling.y1) + 1, round(ruling.x0) : round(ruling.x1) + 1] = 60
    return image


def text(image: np.ndarray, x0: int, y0: int, x1: int, y1: int) -> None:
    """Something like characters: upright and level strokes with gaps."""
    for x in range(x0, x1, 12):
        image[y0:y1, x : x + 2] = 20
        image[(y0 + y1) // 2 : (y0 + y1) // 2 + 2, x : x + 8] = 20


def test_a_ruling_made_of_a_row_of_characters_is_dropped() -> None:
    image = page(*FRAME)
    text(image, 30, 90, 370, 106)
    stroke = Ruling(20, 98, 380, 98)
    assert drop_text_strokes([*FRAME, stroke], [rectangle(28, 86, 372, 110)], image, DPI) == FRAME


def test_a_drawn_ruling_beside_text_stays() -> None:
    middle = Ruling(20, 112, 380, 112)
    image = page(*FRAME, middle)
    text(image, 30, 90, 370, 106)
    assert drop_text_strokes([*FRAME, middle], [rectangle(28, 86, 372, 114)], image, DPI) == (*FRAME, middle)


def test_a_drawn_border_between_two_rows_taken_for_one_line_stays() -> None:
    middle = Ruling(20, 98, 380, 98)
    image = page(*FRAME, middle)
    assert middle in drop_text_strokes([*FRAME, middle], [rectangle(28, 78, 372, 118)], image, DPI)


def test_only_the_piece_that_runs_through_text_is_dropped() -> None:
    across = Ruling(20, 60, 380, 60)
    border = Ruling(200, 20, 200, 180)
    image = page(*FRAME, across, Ruling(200, 20, 200, 60))
    text(image, 60, 110, 340, 126)
    found = drop_text_strokes([*FRAME, across, border], [rectangle(56, 106, 344, 130)], image, DPI)
    assert Ruling(200, 20, 200, 60) in found
    assert border not in found


def test_rulings_away_from_text_are_not_judged() -> None:
    faint = Ruling(20, 98, 380, 98)
    assert faint in drop_text_strokes([*FRAME, faint], [], page(*FRAME), DPI)


LEFT, RIGHT = Ruling(20, 98, 150, 98), Ruling(230, 98, 380, 98)


def seal() -> np.ndarray:
    seals = np.zeros((200, 400), np.uint8)
    seals[60:140, 140:240] = 255
    return seals


def test_a_ruling_that_a_seal_interrupts_is_joined_where_it_shows_through() -> None:
    image = page(LEFT, RIGHT)
    image[98, 150:185] = 120
    assert bridge_seals([LEFT, RIGHT], seal(), image, DPI) == (Ruling(20, 98, 380, 98),)


def test_upright_rulings_are_joined_alike() -> None:
    upper, lower = Ruling(190, 10, 190, 70), Ruling(190, 130, 190, 190)
    image = page(upper, lower)
    image[70:110, 190] = 120
    assert bridge_seals([upper, lower], seal(), image, DPI) == (Ruling(190, 10, 190, 190),)


def test_a_merged_cell_under_a_seal_stays_merged() -> None:
    assert bridge_seals([LEFT, RIGHT], seal(), page(LEFT, RIGHT), DPI) == (LEFT, RIGHT)


def test_a_gap_away_from_any_seal_stays_a_gap() -> None:
    image = page(LEFT, RIGHT)
    image[98, 150:230] = 120
    assert bridge_seals([LEFT, RIGHT], np.zeros_like(image), image, DPI) == (LEFT, RIGHT)


MIDDLE = Ruling(20, 100, 200, 100)
UPRIGHT = Ruling(200, 20, 200, 180)


def shown_through(image: np.ndarray, *rulings: Ruling) -> None:
    """The other side's lines, as they show through paper."""
    for ruling in rulings:
        image[round(ruling.y0), round(ruling.x0) + 1 : round(ruling.x1)] = 225


def test_a_line_of_the_other_side_that_goes_on_where_a_line_ends_is_cut_off() -> None:
    image = page(*FRAME, UPRIGHT, MIDDLE)
    shown_through(image, Ruling(200, 100, 380, 100))
    rulings = (*FRAME, UPRIGHT, Ruling(20, 100, 380, 100))
    assert drop_shown_through(rulings, image, DPI) == (*FRAME, UPRIGHT, MIDDLE)


def test_characters_on_a_line_of_the_other_side_do_not_make_it_one_of_this_side() -> None:
    image = page(*FRAME, UPRIGHT)
    shown_through(image, Ruling(20, 100, 200, 100))
    text(image, 30, 84, 190, 106)
    assert MIDDLE not in drop_shown_through((*FRAME, UPRIGHT, MIDDLE), image, DPI)


def test_a_broken_line_of_this_side_stays() -> None:
    image = page(*FRAME, UPRIGHT, MIDDLE)
    image[100, 40:200:3] = 255
    rulings = (*FRAME, UPRIGHT, MIDDLE)
    assert drop_shown_through(rulings, image, DPI) == rulings


def test_faint_lines_stay_where_all_are_faint() -> None:
    image = 255 - (255 - page(*FRAME)) // 4
    shown_through(image, MIDDLE)
    assert drop_shown_through((*FRAME, MIDDLE), image, DPI) == (*FRAME, MIDDLE)
