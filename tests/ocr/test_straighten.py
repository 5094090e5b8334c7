"""Skew: found to a tenth of a degree, and taken out."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from ocr.drawn import blank_page, form_page, write

from pipeline.ocr.ink import find_ink, to_grey
from pipeline.ocr.straighten import find_skew, turn_back


def turned(page: np.ndarray, angle: float) -> np.ndarray:
    """The page turned clockwise."""
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -angle, 1.0)
    return cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))


def text_page() -> np.ndarray:
    page = blank_page()
    for i in range(20):
        write(page, "The project was carried out in three places", 200 + 20 * (i % 3), 300 + 80 * i)
    return page


@pytest.mark.parametrize("angle", [-5.0, -1.3, -0.25, 0.0, 0.4, 2.0, 5.0])
@pytest.mark.parametrize("page", [form_page(), text_page()], ids=["form", "text"])
def test_skew_is_found_to_a_tenth_of_a_degree(page: np.ndarray, angle: float) -> None:
    assert find_skew(find_ink(to_grey(turned(page, angle)))) == pytest.approx(angle, abs=0.1)


def test_turning_back_takes_the_skew_out_and_keeps_the_size() -> None:
    crooked = to_grey(turned(form_page(), 2.3))
    straight = turn_back(crooked, find_skew(find_ink(crooked)))
    assert straight.shape == crooked.shape
    assert abs(find_skew(find_ink(straight))) <= 0.1


def test_an_empty_page_has_no_skew() -> None:
    assert find_skew(np.zeros((500, 400), np.uint8)) == 0.0
