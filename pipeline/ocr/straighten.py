"""Skewed pages laid straight: the angle at which lines of text and rulings run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.ocr.opencv import cv2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.ocr.engine import Image

MAX_SKEW_DEG = 5.5
MIN_SKEW_DEG = 0.04  # below it turning blurs more than it mends
SEARCH_SIDE_PX = 1200
COARSE_STEP_DEG = 0.5
FINE_STEP_DEG = 0.05


def find_skew(ink: Image) -> float:
    """Degrees by which lines fall to the right (clockwise), to 0.05°; 0 where nothing says so.

    `ink` is bright where the page is printed. The angle is the one at which rows are most unlike one another
    (Postl 1986): lines of text and rulings both make them so.
    """
    scale = min(1.0, SEARCH_SIDE_PX / max(ink.shape))
    small = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    if not small.any():
        return 0.0
    coarse = np.arange(-MAX_SKEW_DEG, MAX_SKEW_DEG + 1e-6, COARSE_STEP_DEG)
    best = max(coarse, key=lambda angle: _sharpness(small, float(angle)))
    fine = np.arange(best - COARSE_STEP_DEG, best + COARSE_STEP_DEG + 1e-6, FINE_STEP_DEG)
    return float(max(fine, key=lambda angle: _sharpness(small, float(angle))))


def _sharpness(ink: Image, angle: float) -> float:
    """How unlike one another neighbouring rows are once the page is sheared back by `angle`."""
    return float(np.square(np.diff(sheared_rows(ink, angle))).sum())


def sheared_rows(ink: Image, angle: float) -> NDArray[np.float64]:
    """Sum of each row of the page sheared back by `angle` about its middle."""
    slope = float(np.tan(np.radians(angle)))
    height, width = ink.shape
    matrix = np.array([[1, 0, 0], [slope, 1, -slope * width / 2]], np.float32)
    sheared = cv2.warpAffine(ink, matrix, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    rows: NDArray[np.float64] = cv2.reduce(sheared, 1, cv2.REDUCE_SUM, dtype=cv2.CV_64F).ravel()
    return rows


def turn_back(image: Image, angle: float) -> Image:
    """The image turned about its middle so that lines falling by `angle` degrees lie level; its size stays."""
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    turned: Image = cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=1)
    return turned
