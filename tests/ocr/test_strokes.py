"""Lone signs told by their shape."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.ocr.strokes import has_bar_below, is_even_bar, leans_like_slash, settle_stroke, whole_stroke


def drawn(*strokes: tuple[tuple[int, int], tuple[int, int]], thickness: int = 2) -> np.ndarray:
    """Dark strokes on paper, cropped to the ink like a word's box."""
    page = np.full((60, 60), 255, np.uint8)
    for start, end in strokes:
        cv2.line(page, start, end, 30, thickness, cv2.LINE_AA)
    ys, xs = np.nonzero(page < 200)
    return page[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]


SLASH = drawn(((25, 40), (35, 12)))
ITALIC_ONE = drawn(((27, 40), (33, 12)))
ONE = drawn(((30, 40), (30, 12)), ((24, 17), (30, 12)))
SEVEN = drawn(((20, 12), (38, 12)), ((38, 12), (28, 40)))
BACKSLASH = drawn(((25, 12), (35, 40)))
GREATER = drawn(((15, 15), (40, 25)), ((40, 25), (15, 35)))
AT_LEAST = drawn(((15, 15), (40, 25)), ((40, 25), (15, 35)), ((15, 42), (40, 42)))
SLANTED_AT_LEAST = drawn(((15, 15), (40, 25)), ((40, 25), (15, 35)), ((15, 43), (40, 33)))
AT_MOST = drawn(((40, 15), (15, 25)), ((15, 25), (40, 35)), ((15, 43), (40, 43)))
DASH = drawn(((10, 30), (34, 30)))
BRUSHED_ONE = drawn(((10, 30), (34, 30)), ((29, 28), (34, 30)), ((29, 27), (33, 29)))


def test_a_slash_read_as_one_is_put_right() -> None:
    assert settle_stroke((("1", 0.9), ("/", 0.08)), SLASH)[0] == ("/", 0.9)


@pytest.mark.parametrize("image", [ONE, SEVEN, BACKSLASH], ids=["one", "seven", "backslash"])
def test_what_is_no_slash_is_left_as_it_was_read(image: np.ndarray) -> None:
    read = (("1", 0.9), ("/", 0.08))
    assert settle_stroke(read, image) == read


def test_a_stroke_that_leans_as_no_figure_does_is_a_slash_even_where_none_is_offered() -> None:
    assert settle_stroke((("1", 0.9), ("I", 0.08)), SLASH)[0] == ("/", 0.9)
    assert settle_stroke((("1", 0.9), ("I", 0.08)), ITALIC_ONE) == (("1", 0.9), ("I", 0.08))


def test_a_speck_below_a_slash_has_no_part_in_its_shape() -> None:
    height, width = SLASH.shape
    speckled = np.full((height + 12, width + 10), 255, np.uint8)
    speckled[:height, :width] = SLASH
    speckled[-2:, -2:] = 0
    assert settle_stroke((("1", 0.9), ("/", 0.08)), speckled)[0][0] == "/"


def test_an_even_bar_is_a_dash_where_no_character_stands_above_or_below() -> None:
    assert settle_stroke((("一", 1.0),), DASH, is_alone=True)[0][0] == "—"
    assert settle_stroke((("一", 1.0),), DASH)[0][0] == "一"
    assert settle_stroke((("一", 1.0),), BRUSHED_ONE, is_alone=True)[0][0] == "一"


@pytest.mark.parametrize("figure", ["1", "4", "7"])
def test_a_stroke_that_lies_on_its_side_is_no_figure_however_uneven(figure: str) -> None:
    assert settle_stroke(((figure, 0.8), ("一", 0.2)), BRUSHED_ONE, is_alone=True)[0] == ("—", 0.8)
    assert settle_stroke(((figure, 0.8), ("一", 0.2)), ONE, is_alone=True)[0] == (figure, 0.8)


def test_a_reading_that_the_recogniser_does_not_offer_is_not_made_up() -> None:
    assert settle_stroke((("8", 0.9), ("/", 0.08)), SLASH)[0][0] == "8"


@pytest.mark.parametrize("image", [AT_LEAST, SLANTED_AT_LEAST], ids=["level", "slanted"])
def test_a_lost_bar_is_put_back(image: np.ndarray) -> None:
    assert settle_stroke(((">", 0.6), ("≥", 0.2), ("2", 0.1)), image) == (("≥", 0.6), (">", 0.6), ("2", 0.1))


def test_less_than_with_a_bar_is_at_most() -> None:
    assert settle_stroke((("<", 0.5), ("≤", 0.4)), AT_MOST)[0][0] == "≤"


def test_a_sign_without_a_bar_is_left_as_it_was_read() -> None:
    assert settle_stroke(((">", 0.6), ("≥", 0.3)), GREATER)[0] == (">", 0.6)
    assert not has_bar_below(GREATER)


def test_every_alternative_is_kept() -> None:
    read = (("1", 0.9), ("/", 0.08), ("I", 0.01))
    assert sorted(text for text, _ in settle_stroke(read, SLASH)) == sorted(text for text, _ in read)


@pytest.mark.parametrize("thickness", [1, 2, 3, 4])
def test_a_slash_leans_however_thick_it_is(thickness: int) -> None:
    assert leans_like_slash(drawn(((25, 40), (35, 12)), thickness=thickness) < 128)


def test_a_speck_is_no_slash() -> None:
    assert not leans_like_slash(np.zeros((3, 3), np.bool_))


@pytest.mark.parametrize("taken_for", ["一", "1", "_"])
def test_a_dash_that_says_that_there_is_no_number_is_not_read_as_one(taken_for: str) -> None:
    assert settle_stroke(((taken_for, 0.7), ("—", 0.1), ("二", 0.05)), DASH)[0] == ("—", 0.7)


def test_an_underscore_stands_for_a_dash_that_is_not_offered() -> None:
    assert settle_stroke((("一", 0.7), ("_", 0.2)), DASH)[0][0] == "—"
    assert settle_stroke((("一", 0.7), ("二", 0.2)), DASH)[0][0] == "一"


def test_the_number_one_with_its_knot_is_no_dash() -> None:
    assert not is_even_bar(BRUSHED_ONE)
    assert settle_stroke((("一", 0.7), ("—", 0.2)), BRUSHED_ONE)[0][0] == "一"


def test_an_upright_one_is_no_dash() -> None:
    assert settle_stroke((("1", 0.7), ("—", 0.2)), ONE)[0][0] == "1"


def test_a_slash_of_which_only_the_middle_is_dark_is_seen_whole() -> None:
    page = np.full((60, 60), 255, np.uint8)
    cv2.line(page, (26, 36), (34, 17), 225, 2)
    cv2.line(page, (30, 29), (30, 23), 200, 2)
    dark = (29, 23, 31, 30)
    read = (("1", 0.9), ("I", 0.08))
    middle = page[dark[1] : dark[3], dark[0] : dark[2]]
    assert settle_stroke(read, middle) == read
    assert settle_stroke(read, middle, whole=whole_stroke(page, dark))[0][0] == "/"


def test_a_stroke_that_runs_on_into_a_border_is_seen_as_it_was() -> None:
    page = np.full((60, 60), 255, np.uint8)
    cv2.line(page, (30, 0), (30, 59), 200, 2)
    assert whole_stroke(page, (29, 25, 32, 31)).shape == (6, 3)
