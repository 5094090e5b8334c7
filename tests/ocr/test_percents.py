"""A percent sign whose slash faded."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.ocr.engine import Character, RecognisedLine, rectangle
from pipeline.ocr.percents import settle_circles

TOP, FOOT = 40, 80
FIGURE = (40, TOP, 56, FOOT)
RAISED, LOW = (72, TOP, 84, 63), (92, 57, 104, FOOT)
FULL = (72, TOP, 88, FOOT), (92, TOP, 108, FOOT)


def ink_of(*rings: tuple[int, int, int, int]) -> np.ndarray:
    """Ink of upright rings in boxes x0, y0, x1, y1."""
    ink = np.zeros((120, 200), np.uint8)
    for x0, y0, x1, y1 in rings:
        middle, axes = ((x0 + x1) // 2, (y0 + y1) // 2), ((x1 - x0) // 2, (y1 - y0) // 2)
        cv2.ellipse(ink, middle, axes, 0, 0, 360, 255, 3)
    return ink


def line_of(text: str, *middles: float) -> RecognisedLine:
    """A line from x 30 to 130 with its characters about these middles, in pixels."""
    places = [(middle - 30) / 100 for middle in middles]
    characters = tuple(Character(c, x - 0.08, x + 0.08, ((c, 0.9),)) for c, x in zip(text, places, strict=True))
    return RecognisedLine(text, rectangle(30, 25, 130, 95), 0.9, characters)


@pytest.mark.parametrize("read", ["800", "8%0", "80%", "8ºo"])
def test_a_raised_circle_and_a_low_one_behind_a_figure_are_a_percent_sign(read: str) -> None:
    assert settle_circles(line_of(read, 48, 78, 98), ink_of(FIGURE, RAISED, LOW)).text == "8%"


def test_alone_in_a_column_of_units_too() -> None:
    assert settle_circles(line_of("00", 78, 98), ink_of(RAISED, LOW)).text == "%"


def test_figures_as_high_as_the_others_stay() -> None:
    assert settle_circles(line_of("800", 48, 80, 100), ink_of(FIGURE, *FULL)).text == "800"


def test_a_figure_more_or_less_than_was_read_leaves_the_line_as_it_is() -> None:
    second = (60, TOP, 70, FOOT)
    assert settle_circles(line_of("800", 48, 78, 98), ink_of(FIGURE, second, RAISED, LOW)).text == "800"
    assert settle_circles(line_of("8000", 48, 60, 78, 98), ink_of(FIGURE, RAISED, LOW)).text == "8%"
    assert settle_circles(line_of("8500", 48, 60, 78, 98), ink_of(FIGURE, RAISED, LOW)).text == "8500"


def test_a_circle_read_as_part_of_a_word_stays() -> None:
    assert settle_circles(line_of("8万0", 48, 78, 98), ink_of(FIGURE, RAISED, LOW)).text == "8万0"


def test_a_line_without_ink_stays() -> None:
    assert settle_circles(line_of("800", 48, 78, 98), ink_of()).text == "800"
