"""Signs of bounds told by their shape, and by what else the recogniser offers."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.ocr.bounds import lower_share, settle_bounds
from pipeline.ocr.engine import Character, RecognisedLine, rectangle

Stroke = tuple[tuple[int, int], tuple[int, int]]
GREATER: tuple[Stroke, ...] = (((30, 40), (56, 54)), ((56, 54), (30, 68)))
LESS: tuple[Stroke, ...] = (((56, 40), (30, 54)), ((30, 54), (56, 68)))
SLANTED_BAR: tuple[Stroke, ...] = (((30, 76), (54, 63)),)
SLANTED_BAR_LEFT: tuple[Stroke, ...] = (((56, 76), (32, 63)),)
FIGURE: tuple[Stroke, ...] = (((80, 40), (80, 76)), ((100, 40), (100, 76)))


def page_of(*strokes: Stroke) -> np.ndarray:
    """Strokes on paper, soft as small print is."""
    page = np.full((120, 400), 255, np.uint8)
    for start, end in (*strokes, *FIGURE):
        cv2.line(page, start, end, 20, 4, cv2.LINE_AA)
    return cv2.GaussianBlur(page, (0, 0), 2.0)


def ink_of(page: np.ndarray) -> np.ndarray:
    return ((page < 210) * 255).astype(np.uint8)


def line_of(*alternatives: tuple[str, float]) -> RecognisedLine:
    """A sign with its alternatives, and 11 behind it."""
    places = ((0.0, 0.4, alternatives), (0.4, 0.6, (("1", 0.9),)), (0.6, 0.8, (("1", 0.9),)))
    characters = tuple(Character(offers[0][0], x0, x1, offers) for x0, x1, offers in places)
    return RecognisedLine(f"{alternatives[0][0]}11", rectangle(20, 30, 140, 90), 0.9, characters)


def settled(page: np.ndarray, *alternatives: tuple[str, float]) -> str:
    return settle_bounds(line_of(*alternatives), page, ink_of(page)).text


@pytest.mark.parametrize(
    ("strokes", "read", "barred"),
    [((*GREATER, *SLANTED_BAR), ">", "≥"), ((*LESS, *SLANTED_BAR_LEFT), "<", "≤")],
    ids=["greater", "less"],
)
def test_a_third_stroke_hard_by_the_second_makes_the_barred_sign(
    strokes: tuple[Stroke, ...], read: str, barred: str
) -> None:
    assert settled(page_of(*strokes), (read, 0.97), (barred, 0.02)) == f"{barred}11"
    assert settled(page_of(*strokes), (read, 0.99)) == f"{barred}11"


@pytest.mark.parametrize(
    ("strokes", "read", "barred"), [(GREATER, ">", "≥"), (LESS, "<", "≤")], ids=["greater", "less"]
)
def test_two_strokes_stay_what_they_were_read_as(strokes: tuple[Stroke, ...], read: str, barred: str) -> None:
    assert settled(page_of(*strokes), (read, 0.97), (barred, 0.02)) == f"{read}11"


def test_much_doubt_of_the_recogniser_needs_no_shape() -> None:
    assert settled(page_of(*GREATER), (">", 0.8), ("≥", 0.19)) == "≥11"


@pytest.mark.parametrize(
    ("offers", "text"),
    [
        ((("2", 0.92), ("≥", 0.07)), "≥11"),
        ((("2", 0.5), (">", 0.38), ("≥", 0.07)), "≥11"),
        ((("く", 0.6), ("<", 0.2)), "<11"),
        ((("S", 0.7), ("≤", 0.27)), "≤11"),
        ((("2", 0.97), ("≥", 0.02)), "211"),
        ((("2", 0.92), ("Z", 0.07)), "211"),
        ((("=", 0.7), ("≥", 0.2)), "=11"),
    ],
    ids=["figure", "doubtful bar", "kana", "letter", "sure figure", "other figure", "other sign"],
)
def test_what_begins_a_figure_is_a_bound_where_that_is_offered(
    offers: tuple[tuple[str, float], ...], text: str
) -> None:
    assert settled(page_of(*GREATER), *offers) == text


def test_the_reading_that_was_replaced_stays_among_the_alternatives() -> None:
    page = page_of(*GREATER)
    line = settle_bounds(line_of(("2", 0.92), ("≥", 0.07)), page, ink_of(page))
    assert line.characters[0].alternatives == (("≥", 0.07), ("2", 0.92))


def test_a_line_without_ink_stays_as_it_was_read() -> None:
    page = np.full((120, 400), 255, np.uint8)
    assert settle_bounds(line_of((">", 0.97), ("≥", 0.02)), page, ink_of(page)) == line_of((">", 0.97), ("≥", 0.02))


def test_a_wide_sign_has_no_share_that_counts() -> None:
    assert lower_share(np.full((10, 12), 200, np.int16)) == 0.0
    assert lower_share(np.full((10, 8), 200, np.int16)) == 0.5
