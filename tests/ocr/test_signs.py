"""Signs told by the shape of their ink."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.ocr.engine import Character, RecognisedLine, rectangle
from pipeline.ocr.signs import (
    find_superscript,
    is_equals,
    settle_comma,
    settle_operator,
    settle_percent,
    settle_thousands,
)
from tests.ocr.drawn import ink_of, line_of, paper


def draw_metre(page: np.ndarray, raised: bool) -> None:
    """`m` from x 30 to 62, and a figure raised at its right."""
    for x in (32, 45, 58):
        cv2.line(page, (x, 55), (x, 80), 0, 3)
    cv2.line(page, (32, 55), (58, 55), 0, 3)
    if raised:
        cv2.rectangle(page, (60, 38), (68, 50), 0, 2)


def test_ink_raised_beside_a_metre_is_found() -> None:
    page = paper()
    draw_metre(page, raised=True)
    assert [k for k, _ in find_superscript(line_of(("m", 28.0, 72.0)), ink_of(page))] == [0]


def test_the_box_of_raised_ink_ends_above_the_foot_of_the_letter() -> None:
    page = paper()
    draw_metre(page, raised=True)
    [(_, (x0, y0, x1, y1))] = find_superscript(line_of(("m", 28.0, 72.0)), ink_of(page))
    assert (55 < x0 < 62, y0 <= 38, x1 >= 68, 50 <= y1 < 62) == (True, True, True, True)


@pytest.mark.parametrize(
    ("characters", "raised"),
    [
        ((("m", 28.0, 72.0),), False),
        ((("m", 28.0, 60.0), ("²", 60.0, 72.0)), True),
        ((("n", 28.0, 72.0),), True),
    ],
    ids=["a bare metre", "a raised figure that was read", "another letter"],
)
def test_nothing_is_raised_elsewhere(characters: tuple[tuple[str, float, float], ...], raised: bool) -> None:
    page = paper()
    draw_metre(page, raised)
    assert list(find_superscript(line_of(*characters), ink_of(page))) == []


def bars(*spans: tuple[int, int, int], thickness: int = 3) -> np.ndarray:
    """Level bars at (left, right, top), cropped to their ink."""
    page = np.zeros((60, 60), bool)
    for left, right, top in spans:
        page[top : top + thickness, left:right] = True
    ys, xs = np.nonzero(page)
    return page[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]


def test_two_bars_of_one_length_are_equals() -> None:
    assert is_equals(bars((10, 34, 20), (10, 34, 30)))


def test_bars_with_ragged_rims_are_equals() -> None:
    ink = bars((10, 34, 20), (10, 34, 28), thickness=1)
    ragged = np.zeros((ink.shape[0] + 2, ink.shape[1]), bool)
    ragged[1:-1] = ink
    ragged[0, 8:10] = ragged[-1, 4:6] = ragged[-3, 12:14] = True
    assert is_equals(ragged)


@pytest.mark.parametrize(
    "ink",
    [bars((14, 30, 20), (10, 34, 34)), bars((10, 34, 20)), bars((10, 34, 10), (10, 34, 20), (10, 34, 30))],
    ids=["two", "one", "three"],
)
def test_the_numerals_of_bars_are_not_equals(ink: np.ndarray) -> None:
    assert not is_equals(ink)


@pytest.mark.parametrize(
    ("read", "text"),
    [("≥95%6", "≥95%"), ("96.9%%", "96.9%"), ("%6", "%"), ("96", "96"), ("6%", "6%"), ("5%6月", "5%6月")],
)
def test_a_second_sign_after_the_percent_sign_that_ends_a_line_is_its_circle(read: str, text: str) -> None:
    characters = tuple((c, 20.0 + 10 * i, 30.0 + 10 * i) for i, c in enumerate(read))
    assert settle_percent(line_of(*characters)).text == text


def test_a_9_before_a_percent_sign_that_may_be_one_is_its_circle() -> None:
    def read(score: float) -> RecognisedLine:
        chars = [("9", 0.99, 0.0), ("9", 0.81, score), ("%", 1.0, 1.0)]
        places = tuple(
            Character(c, i / 3, (i + 1) / 3, ((c, own), *((("%", other),) if c == "9" and other else ())))
            for i, (c, own, other) in enumerate(chars)
        )
        return RecognisedLine("99%", rectangle(20, 40, 60, 60), 0.9, places)

    assert settle_percent(read(0.09)).text == "9%"
    assert settle_percent(read(0.01)).text == "99%"


DOUBTED = ((("9", 0.6), ("%", 0.3)), (("6", 0.95), ("%", 0.01)))


def lone_96(
    first: tuple[tuple[str, float], ...], last: tuple[tuple[str, float], ...], text: str = "96"
) -> RecognisedLine:
    characters = (Character("9", 0.0, 0.5, first), Character("6", 0.5, 1.0, last))
    return RecognisedLine(text, rectangle(20, 40, 40, 60), 0.8, characters)


def test_a_lone_96_whose_figures_may_both_be_a_percent_sign_is_one() -> None:
    line = settle_percent(lone_96(*DOUBTED))
    assert line.text == "%"
    assert line.characters == (Character("%", 0.0, 1.0, (("%", 0.3), ("9", 0.6))),)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ((("9", 1.0),), (("6", 1.0),)),
        (DOUBTED[0], (("6", 1.0),)),
        ((("9", 0.98), ("%", 0.02)), DOUBTED[1]),
    ],
)
def test_a_96_without_that_doubt_stays(
    first: tuple[tuple[str, float], ...], last: tuple[tuple[str, float], ...]
) -> None:
    assert settle_percent(lone_96(first, last)).text == "96"


def lone(text: str, *alternatives: tuple[str, float]) -> RecognisedLine:
    character = Character(text, 0.0, 1.0, ((text, 0.6), *alternatives))
    return RecognisedLine(text, rectangle(20, 40, 40, 60), 0.6, (character,))


def test_a_lone_letter_that_may_be_an_operator_is_one() -> None:
    line = settle_operator(lone("W", ("M", 0.2)), (lone("W"), lone("M", ("≥", 0.05))))
    assert line.text == "≥"
    assert line.characters == (Character("≥", 0.0, 1.0, (("≥", 0.05), ("W", 0.6), ("M", 0.2))),)


@pytest.mark.parametrize("line", [lone("M"), lone("M", ("≥", 0.01)), lone("7", ("≥", 0.3)), lone("二", ("≥", 0.3))])
def test_what_is_no_letter_or_no_likely_operator_stays(line: RecognisedLine) -> None:
    assert settle_operator(line, (line,)) == line


@pytest.mark.parametrize(
    ("read", "score", "text"),
    [
        ("1,176,00", 0.2, "1,176.00"),
        ("585,00万元", 0.4, "585.00万元"),
        ("12,15", 0.2, "12,15"),
        ("1,176,000", 0.2, "1,176,000"),
        ("1,176,00", 0.01, "1,176,00"),
        ("5,12,18", 0.2, "5,12,18"),
    ],
    ids=["thousands before it", "none before it", "none, hardly offered", "thousands", "hardly offered", "a list"],
)
def test_a_comma_before_two_last_figures_is_a_point_where_one_is_offered(read: str, score: float, text: str) -> None:
    characters = tuple(
        Character(c, i / 10, (i + 1) / 10, ((c, 0.7), (".", score)) if c == "," else ((c, 1.0),))
        for i, c in enumerate(read)
    )
    assert settle_comma(RecognisedLine(read, rectangle(20, 40, 60, 60), 0.9, characters)).text == text


@pytest.mark.parametrize(
    ("read", "comma", "others", "text"),
    [
        ("3.260元", 0.2, ("1,240", "12,500.00"), "3,260元"),
        ("3.260元", 0.02, ("1,240", "12,500.00"), "3.260元"),
        ("3.260元", 0.2, ("1,240", "12500.00"), "3.260元"),
        ("0.260", 0.2, ("1,240", "12,500.00"), "0.260"),
        ("3.26", 0.2, ("1,240", "12,500.00"), "3.26"),
        ("3.260元", 0.0, ("1.240.00", "12.500.00"), "3,260元"),
        ("3.260元", 0.0, ("1.240.00", "12500.00"), "3.260元"),
        ("12.600.000.50", 0.0, (), "12,600,000.50"),
        ("2023.12.31", 0.2, ("1,240", "12,500.00"), "2023.12.31"),
    ],
    ids=[
        "offered",
        "hardly offered",
        "a page without thousands",
        "below one",
        "two figures",
        "a page whose commas are points",
        "one comma that is a point",
        "several points",
        "a date",
    ],
)
def test_a_point_before_three_figures_is_a_comma_where_the_page_parts_thousands(
    read: str, comma: float, others: tuple[str, ...], text: str
) -> None:
    def line(printed: str) -> RecognisedLine:
        characters = tuple(
            Character(c, i / 10, (i + 1) / 10, ((c, 0.7), (",", comma)) if c == "." else ((c, 1.0),))
            for i, c in enumerate(printed)
        )
        return RecognisedLine(printed, rectangle(20, 40, 60, 60), 0.9, characters)

    assert settle_thousands([line(read), *(line(other) for other in others)])[0].text == text


@pytest.mark.parametrize(
    ("read", "score", "text"), [("≥958", 0.07, "≥95%"), ("≥958", 0.01, "≥958"), ("约8", 0.2, "约8")]
)
def test_a_last_figure_that_may_be_a_percent_sign_is_one(read: str, score: float, text: str) -> None:
    *before, last = [Character(c, i / 5, (i + 1) / 5, ((c, 0.9),)) for i, c in enumerate(read)]
    doubted = Character(last.text, last.x0, last.x1, ((last.text, 0.9), ("%", score)))
    assert settle_percent(RecognisedLine(read, rectangle(20, 40, 60, 60), 0.9, (*before, doubted))).text == text
