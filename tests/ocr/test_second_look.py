"""Unsure lines read once more from their own ink."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.ocr.engine import Character, RecognisedLine, rectangle
from pipeline.ocr.second_look import drop_nested, is_unsure, look_again, settle_power, surer_of
from tests.ocr.drawn import Reader, read_as


def page_with_ink() -> tuple[np.ndarray, np.ndarray]:
    """A page with a box at (50, 50) to (80, 70), and its ink."""
    page = np.full((200, 200), 255, np.uint8)
    cv2.rectangle(page, (50, 50), (80, 70), 0, 4)
    return page, ((page < 200) * 255).astype(np.uint8)


def test_short_lines_with_a_doubtful_character_are_unsure() -> None:
    assert is_unsure(read_as("10", 0.8))
    assert is_unsure(read_as("", 0.0))


def test_sure_lines_and_long_ones_are_not_read_again() -> None:
    assert not is_unsure(read_as("10", 0.99))
    assert not is_unsure(read_as("开展了专题培训和现场指导各两次共", 0.8))


def test_a_surer_second_reading_stands() -> None:
    engine = Reader(("80", 0.99))
    assert look_again([read_as("30", 0.7)], *page_with_ink(), engine)[0].text == "80"


def test_a_second_reading_no_surer_does_not_stand() -> None:
    assert look_again([read_as("30", 0.9)], *page_with_ink(), Reader(("80", 0.91)))[0].text == "30"


def test_the_second_picture_holds_the_line_alone() -> None:
    page, bare = page_with_ink()
    page[:, 46:48] = 0  # a border that is no ink of text
    engine = Reader(("0", 0.99))
    look_again([read_as("10", 0.7)], page, bare, engine)
    dark = np.flatnonzero((engine.shown[0] < 128).any(axis=0))
    assert dark[-1] - dark[0] < engine.shown[0].shape[1] * 0.75
    assert int((np.diff(dark) > 1).sum()) == 0


def test_lines_that_are_sure_are_not_shown_to_the_engine() -> None:
    engine = Reader()
    assert look_again([read_as("30", 0.99)], *page_with_ink(), engine) == [read_as("30", 0.99)]
    assert engine.shown == []


def test_a_second_reading_that_lost_a_character_does_not_stand() -> None:
    assert surer_of(read_as("分)", 0.8), read_as("分", 0.99), 2).text == "分)"


def test_what_is_left_of_a_border_is_not_read_as_one() -> None:
    assert surer_of(read_as("", 0.0), read_as("1", 0.95), 0).text == ""
    assert surer_of(read_as("", 0.0), read_as("≥", 0.95), 0).text == "≥"


def test_the_first_reading_stays_among_the_alternatives() -> None:
    assert surer_of(read_as("30", 0.7), read_as("80", 0.99), 2).characters[0].alternatives == (("8", 0.99), ("3", 0.7))


def test_two_equal_bars_are_equals_however_surely_they_were_read_as_two() -> None:
    page = np.full((200, 200), 255, np.uint8)
    for y in (52, 64):
        cv2.line(page, (50, y), (80, y), 0, 3)
    bare = ((page < 200) * 255).astype(np.uint8)
    assert look_again([read_as("二", 0.97)], page, bare, Reader())[0].text == "="


def test_a_metre_with_a_raised_figure_is_a_square_metre() -> None:
    page = np.full((200, 200), 255, np.uint8)
    for x in (50, 61, 72):
        cv2.line(page, (x, 55), (x, 75), 0, 3)
    cv2.line(page, (50, 55), (72, 55), 0, 3)
    cv2.rectangle(page, (74, 42), (80, 51), 0, 2)
    bare = ((page < 200) * 255).astype(np.uint8)
    line = read_as("m", 0.97, rectangle(44, 36, 86, 82))
    assert look_again([line], page, bare, Reader(("2", 0.8)))[0].text == "m²"
    assert look_again([line], page, bare, Reader(("3", 0.6)))[0].text == "m"


def test_a_part_of_a_line_that_was_found_as_one_too_is_dropped() -> None:
    whole = read_as("大于等于90%", 0.99, rectangle(40, 40, 200, 80))
    part = read_as("6", 0.94, rectangle(160, 44, 195, 72))
    below = read_as("6", 0.94, rectangle(160, 70, 195, 110))
    assert drop_nested([whole, part, below]) == [whole, below]


@pytest.mark.parametrize(
    ("text", "offers", "settled"),
    [
        ("12m°", (("°", 0.37), ("²", 0.11)), "12m²"),
        ("12m2", (("2", 0.8), ("²", 0.1), ("³", 0.03)), "12m²"),
        ("12m2", (("2", 0.99), ("3", 0.01)), "12m2"),
        ("120", (("0", 0.9), ("²", 0.05)), "120"),
        ("m", (("m", 0.9),), "m"),
    ],
)
def test_what_follows_a_metre_is_a_power_where_that_is_offered(
    text: str, offers: tuple[tuple[str, float], ...], settled: str
) -> None:
    read = read_as(text, 0.9)
    last = Character(text[-1], read.characters[-1].x0, 1.0, offers)
    line = RecognisedLine(text, read.quad, 0.9, (*read.characters[:-1], last))
    assert settle_power(line).text == settled


def two_figures(dot: tuple[int, int] | None, gap_px: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """A page with two figures 20 px high from (50, 50), and a dot two pixels wide at (x, y)."""
    page = np.full((200, 200), 255, np.uint8)
    for x in (50, 62 + gap_px):
        cv2.rectangle(page, (x, 50), (x + 8, 69), 0, 2)
    if dot:
        x, y = dot
        page[y : y + 2, x : x + 2] = 60
    return page, ((page < 200) * 255).astype(np.uint8)


BETWEEN = (64, 69)


@pytest.mark.parametrize(
    ("again", "text"),
    [("2.3", "2.3"), ("2.8", "23"), ("23", "23"), ("23.", "23"), ("", "23")],
    ids=["a point", "another figure too", "no point", "a point at the end", "nothing"],
)
def test_a_point_that_was_passed_over_is_taken_from_the_second_reading_and_nothing_else(again: str, text: str) -> None:
    engine = Reader((again, 0.9))
    assert look_again([read_as("23", 0.999)], *two_figures(BETWEEN), engine)[0].text == text
    assert len(engine.shown) == 1


@pytest.mark.parametrize(
    "page",
    [two_figures(None), two_figures((64, 58)), two_figures((90, 69)), two_figures((62, 69), gap_px=2)],
    ids=["no dot", "a dot half way up", "a dot behind the figures", "figures close together"],
)
def test_sure_figures_without_a_dot_between_their_feet_are_not_read_again(page: tuple[np.ndarray, np.ndarray]) -> None:
    engine = Reader(("2.3", 0.9))
    assert look_again([read_as("23", 0.999)], *page, engine)[0].text == "23"
    assert engine.shown == []


def test_one_text_found_twice_in_one_place_is_one() -> None:
    first, again = read_as("5", 0.9, rectangle(40, 40, 50, 60)), read_as("5", 0.99, rectangle(40, 44, 50, 64))
    below = read_as("5", 0.9, rectangle(40, 70, 50, 90))
    assert drop_nested([first, again, below]) == [again, below]
    assert drop_nested([first, first]) == [first]


def test_a_bar_of_an_equals_sign_that_was_found_by_itself_is_dropped() -> None:
    sign = read_as("=", 0.9, rectangle(40, 40, 60, 60))
    bar = read_as("二", 0.96, rectangle(41, 50, 59, 58))
    elsewhere = read_as("二", 0.96, rectangle(41, 80, 59, 98))
    assert drop_nested([sign, bar, elsewhere]) == [sign, elsewhere]
