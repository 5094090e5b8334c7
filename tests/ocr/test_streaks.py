"""Streaks of a feeder's glass told from the borders of tables."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from ocr.drawn import Image, draw_table, form_page

from pipeline.ocr.streaks import find_streaks, take_off_streaks


def with_streak(page: Image, x: int, grey: int = 150) -> Image:
    streaked = page.copy()
    streaked[:, x : x + 2] = np.minimum(streaked[:, x : x + 2], grey)
    return streaked


@pytest.mark.parametrize("x", [320, 700, 1004, 1200], ids=["names", "figures", "beside a border", "right"])
def test_a_line_from_edge_to_edge_is_taken_off(x: int) -> None:
    page = form_page()
    cleaned = take_off_streaks(with_streak(page, x))
    assert list(find_streaks(cleaned)) == []
    changed = np.abs(cleaned.astype(np.int16) - page).max(axis=2) > 40
    assert changed.mean() < 0.0005  # the streak is 0.0012 of the page


def test_across_a_page_that_lies_on_its_side_too() -> None:
    page = np.ascontiguousarray(np.rot90(with_streak(form_page(), 700)))
    cleaned = take_off_streaks(page)
    assert list(find_streaks(np.ascontiguousarray(np.rot90(cleaned, 3)))) == []


def test_a_page_without_streaks_is_the_very_same_picture() -> None:
    page = form_page()
    assert take_off_streaks(page) is page


def test_a_grey_page_is_cleaned_as_a_coloured_one_is() -> None:
    page = cv2.cvtColor(with_streak(form_page(), 700), cv2.COLOR_RGB2GRAY)
    cleaned = take_off_streaks(page)
    assert cleaned.ndim == 2
    assert list(find_streaks(cleaned)) == []


def test_the_borders_of_a_table_that_fills_the_picture_stay() -> None:
    page = np.full((1200, 900, 3), 255, np.uint8)
    draw_table(page, [60, 300, 600, 840], [-40, 200, 400, 600, 800, 1000, 1260])
    assert len(list(find_streaks(page))) == 4
    assert take_off_streaks(page) is page


def test_a_picture_too_small_to_tell_is_left_alone() -> None:
    page = np.full((20, 10, 3), 255, np.uint8)
    assert take_off_streaks(page) is page
