"""`‰` that was read as other signs."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from pipeline.ocr.engine import RecognisedLine
from pipeline.ocr.permille import read_permille, settle_permille
from tests.ocr.drawn import Reader, ink_of, line_of, paper


def draw_percent(page: np.ndarray) -> None:
    """`%` from x 30 to 70: a slash and two circles."""
    cv2.line(page, (36, 80), (60, 40), 0, 3)
    cv2.ellipse(page, (36, 50), (6, 10), 0, 0, 360, 0, 3)
    cv2.ellipse(page, (62, 70), (6, 10), 0, 0, 360, 0, 3)


def draw_circle(page: np.ndarray, top: int) -> None:
    """A circle from x 74 to 92, from `top` down to the foot of the line."""
    cv2.ellipse(page, (84, (top + 80) // 2), (7, (80 - top) // 2), 0, 0, 360, 0, 3)


READ = (("%", 30.0, 72.0), ("0", 72.0, 94.0))


def test_a_percent_sign_with_a_low_circle_is_per_mille() -> None:
    page = paper()
    draw_percent(page)
    draw_circle(page, 60)
    assert settle_permille(line_of(*READ), ink_of(page)).text == "‰"


def test_a_percent_sign_before_a_figure_stays_as_it_was_read() -> None:
    page = paper()
    draw_percent(page)
    draw_circle(page, 40)
    assert settle_permille(line_of(*READ), ink_of(page)) == line_of(*READ)


def test_a_full_stop_after_a_percent_sign_is_no_third_circle() -> None:
    page = paper()
    draw_percent(page)
    draw_circle(page, 66)
    read = (("%", 30.0, 72.0), ("。", 72.0, 94.0))
    assert settle_permille(line_of(*read), ink_of(page)).text == "%。"


def test_per_mille_with_its_circle_read_once_more_is_one_sign() -> None:
    page = paper()
    draw_percent(page)
    draw_circle(page, 60)
    assert settle_permille(line_of(("‰", 30.0, 72.0), ("0", 72.0, 94.0)), ink_of(page)).text == "‰"


@pytest.mark.parametrize(("top", "text"), [(60, "‰"), (40, "960")], ids=["a low circle", "a figure"])
def test_figures_read_for_a_sign_are_told_by_the_height_of_the_last(top: int, text: str) -> None:
    page = paper()
    draw_percent(page)
    draw_circle(page, top)
    read = (("9", 30.0, 50.0), ("6", 50.0, 72.0), ("0", 72.0, 94.0))
    assert settle_permille(line_of(*read), ink_of(page)).text == text


@pytest.mark.parametrize(
    ("top", "offered", "text"),
    [(60, 0.2, "8‰"), (40, 0.2, "890"), (60, 0.01, "890")],
    ids=["a low circle", "a figure", "no doubt"],
)
def test_90_is_per_mille_where_the_9_may_be_a_percent_sign_and_the_0_is_a_low_circle(
    top: int, offered: float, text: str
) -> None:
    page = paper()
    draw_percent(page)
    draw_circle(page, top)
    page[94:96, 60:64] = 0  # dust
    read = line_of(("8", 20.0, 30.0), ("9", 30.0, 72.0), ("0", 72.0, 94.0))
    nine = replace(read.characters[1], alternatives=(("9", 0.8), ("%", offered)))
    line = replace(read, characters=(read.characters[0], nine, read.characters[2]))
    assert settle_permille(line, ink_of(page)).text == text


@pytest.mark.parametrize("text", ["9600", "960.0", "960,0", "≥960", "1,960"])
def test_960_that_goes_on_or_follows_no_figure_is_a_number(text: str) -> None:
    page = paper()
    draw_percent(page)
    draw_circle(page, 60)
    before = text.index("9")
    places = [(c, 30.0 + 21 * (i - before), 51.0 + 21 * (i - before)) for i, c in enumerate(text)]
    line = line_of(*places, x0=places[0][1] - 4, x1=places[-1][2] + 4)
    assert settle_permille(line, ink_of(page)).text == text


def wide_percent(figure: str = "8", x1: float = 94.0) -> RecognisedLine:
    return line_of((figure, 20.0, 30.0), ("%", 30.0, x1), x1=x1)


def drawn_permille() -> tuple[np.ndarray, np.ndarray]:
    page = paper()
    draw_percent(page)
    draw_circle(page, 60)
    return page, ink_of(page)


@pytest.mark.parametrize(
    ("readings", "text"),
    [
        (("%0", "%o", "960"), "8‰"),
        (("‰", "%60", "90"), "8‰"),
        (("%",), "8%"),
        (("%6",), "8%"),
        (("%0", "%"), "8%"),
        (("%0", "%0", "96"), "8%"),
    ],
    ids=["at every size", "in other ways", "as percent", "its own circle", "at one size", "at two sizes"],
)
def test_a_wide_percent_sign_is_per_mille_where_it_reads_so_by_itself_at_every_size(
    readings: tuple[str, ...], text: str
) -> None:
    page, ink = drawn_permille()
    engine = Reader(*((reading, 0.9) for reading in readings))
    assert read_permille([wide_percent()], page, ink, engine)[0].text == text
    assert engine.texts == []


@pytest.mark.parametrize(
    "line",
    [wide_percent("约"), line_of(("8", 20.0, 30.0), ("%", 30.0, 70.0), ("以", 72.0, 94.0))],
    ids=["behind no figure", "not at the end"],
)
def test_a_percent_sign_elsewhere_is_not_read_again(line: RecognisedLine) -> None:
    page, ink = drawn_permille()
    assert read_permille([line], page, ink, Reader()) == [line]


def test_a_narrow_percent_sign_is_not_read_again() -> None:
    page = paper()
    cv2.rectangle(page, (32, 40), (58, 80), 0, 3)
    line = wide_percent(x1=62.0)
    assert read_permille([line], page, ink_of(page), Reader()) == [line]
