"""Curled pages laid flat."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from ocr.drawn import blank_page, form_page

from pipeline.ocr.curl import Slope, flatten_curl, slopes_to_shifts
from pipeline.ocr.ink import find_ink, to_grey


def curled(page: np.ndarray, depth_px: float, lean_px: float) -> np.ndarray:
    """The page with its lines bent down by `depth_px` at the right and its uprights leaning by `lean_px`."""
    height, width = page.shape[:2]
    xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    down = depth_px * (xs / width) ** 2
    right = lean_px * (ys / height)
    return cv2.remap(page, xs - right, ys - down, cv2.INTER_LINEAR, borderValue=(255, 255, 255))


def straightness(page: np.ndarray) -> float:
    """Most of a level line's length that lies in one row of pixels (±1), and of an upright one's in one column."""
    ink = find_ink(to_grey(page)) > 0
    rows = cv2.dilate(ink.astype(np.uint8), np.ones((3, 1), np.uint8)).sum(axis=1).max() / (1450 - 200)
    columns = cv2.dilate(ink.astype(np.uint8), np.ones((1, 3), np.uint8)).sum(axis=0).max() / (90 * 6)
    return float(min(rows, columns))


@pytest.mark.parametrize(("depth_px", "lean_px"), [(40, 0), (-30, 20), (25, -35)])
def test_a_curled_form_is_laid_flat(depth_px: float, lean_px: float) -> None:
    page = curled(form_page(), depth_px, lean_px)
    assert straightness(page) < 0.7
    assert straightness(flatten_curl(page, find_ink(to_grey(page)))) > 0.9


def test_a_flat_page_is_left_as_it_is() -> None:
    page = form_page()
    assert flatten_curl(page, find_ink(to_grey(page))) is page


def test_an_empty_page_is_left_as_it_is() -> None:
    page = blank_page()
    assert flatten_curl(page, find_ink(to_grey(page))) is page


def test_equal_slopes_make_a_plane() -> None:
    places = [(x, y) for x in np.linspace(-1, 1, 9) for y in np.linspace(-1, 1, 9)]
    shifts = slopes_to_shifts([Slope(x, y, 0.02, 1.0) for x, y in places], 100, 200)
    assert shifts[:, 0] == pytest.approx(-2.0, abs=0.05)
    assert shifts[:, -1] == pytest.approx(2.0, abs=0.05)


def test_one_block_that_was_misread_does_not_bend_the_page() -> None:
    places = [(x, y) for x in np.linspace(-1, 1, 9) for y in np.linspace(-1, 1, 9)]
    slopes = [Slope(x, y, 0.0, 1.0) for x, y in places]
    slopes[40] = Slope(*places[40], 0.08, 1.0)
    assert float(np.abs(slopes_to_shifts(slopes, 100, 200)).max()) < 0.3
