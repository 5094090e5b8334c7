"""The decimal point of a number is seen in its picture, and a serif is none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.ocr.points import find_point, insert_point


def picture(text: str, blur_px: float = 1.5) -> NDArray[np.uint8]:
    """The text in black on white, as soft as a coarse scan."""
    image = np.full((72, 48 * len(text) + 40, 1), 255, np.uint8)
    x = 20
    for char in text:
        if char == ".":
            cv2.circle(image, (x + 6, 56), 4, (0,), -1)
            x += 14
        else:
            cv2.putText(image, char, (x, 60), cv2.FONT_HERSHEY_DUPLEX, 1.7, (0,), 3, cv2.LINE_AA)
            x += 34
    soft: NDArray[np.uint8] = cv2.GaussianBlur(image[:, : x + 20, 0], (0, 0), blur_px)
    return soft


@pytest.mark.parametrize(("printed", "read"), [("7.5", "75"), ("98.29", "9829"), ("860.00", "86000"), ("9.25", "925")])
def test_a_point_that_was_passed_over_is_put_back(printed: str, read: str) -> None:
    assert insert_point(read, find_point(picture(printed))) == printed


@pytest.mark.parametrize("printed", ["75", "15", "100", "9829", "41"])
def test_digits_without_a_point_have_none(printed: str) -> None:
    assert find_point(picture(printed)) is None


def test_a_blank_picture_has_no_point() -> None:
    assert find_point(np.full((72, 200), 255, np.uint8)) is None


@pytest.mark.parametrize("text", ["7.5", "5", "七五", "1,480", ""])
def test_a_text_that_is_not_digits_alone_stays(text: str) -> None:
    assert insert_point(text, 0.5) == text


def test_a_point_at_the_end_is_none() -> None:
    assert insert_point("75", 0.99) == "75"


def test_a_sign_and_a_percent_sign_stay_around_the_digits() -> None:
    assert insert_point("-9785%", 0.4) == "-97.85%"
