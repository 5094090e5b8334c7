"""Blanks inside figures of full width."""

from __future__ import annotations

import pytest

from pipeline.ocr.engine import Character
from pipeline.ocr.wide_figures import close_blanks

LINE_PX = 400.0
INK_PX = 10.0
FULL_PX = 13.0  # from figure to figure of full width, in print whose figures are INK_PX high
HALF_PX = 7.0


def line_of(text: str, step_px: float, blank_px: float) -> tuple[Character, ...]:
    """Characters `step_px` apart; a blank takes up `blank_px` more."""
    characters, x = [], 20.0
    for char in text:
        width = blank_px if char == " " else step_px
        characters.append(Character(char, x / LINE_PX, (x + width) / LINE_PX))
        x += width
    return tuple(characters)


def closed(text: str, step_px: float, blank_px: float) -> str:
    return "".join(c.text for c in close_blanks(line_of(text, step_px, blank_px), LINE_PX, INK_PX))


@pytest.mark.parametrize(
    ("text", "number"),
    [("4 5 0. 0 0", "450.00"), ("≥1 2 0 0 0人", "≥12000人"), ("3 00.00", "300.00"), ("2 0 2 2 年度", "2022 年度")],
)
def test_blanks_between_figures_of_full_width_go(text: str, number: str) -> None:
    assert closed(text, FULL_PX - 2, 2.0) == number


@pytest.mark.parametrize("text", ["85 90 95", "12 500", "97 87%"])
def test_two_numbers_of_half_width_stay_apart(text: str) -> None:
    assert closed(text, HALF_PX, 5.0) == text


def test_two_numbers_of_full_width_far_apart_stay_apart() -> None:
    assert closed("250 100", FULL_PX, 13.0) == "250 100"


def test_a_blank_beside_a_point_is_no_end_of_a_number() -> None:
    assert closed("450. 00", 9.0, 2.0) == "450.00"


def test_what_has_no_ink_or_too_few_figures_is_left_alone() -> None:
    assert "".join(c.text for c in close_blanks(line_of("4 5 0", FULL_PX, 2.0), LINE_PX, 0.0)) == "4 5 0"
    assert closed("4 5", FULL_PX, 2.0) == "4 5"
