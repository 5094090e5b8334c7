"""Curled and unevenly photographed pages laid flat: slopes measured in blocks, a smooth surface through them.

After Stamatopoulos et al. (2011), "Goal-oriented rectification of camera-based document images", in spirit: what
was level and upright on paper is made so again; no model of the lens or of the sheet is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.ocr.opencv import cv2
from pipeline.ocr.straighten import sheared_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.ocr.engine import Image

    Map = NDArray[np.float32]
    Angles = NDArray[np.floating[Any]]

MEASURE_SIDE_PX = 900
BLOCK_PX = 90
STROKE_PX = 25  # length from which a vertical stroke is a ruling, not a part of a character
PASSES_DEG = ((5.0, 0.5), (1.5, 0.25), (1.0, 0.2))  # how far slopes are looked for in each pass, and how finely
MIN_CLARITY = 0.15  # of the clearest block's: what less is not heard
DEGREE_ALONG = 3
DEGREE_ACROSS = 2
MIN_SHIFT_PX = 0.8  # at the measuring size
MAX_SHIFT_SHARE = 0.12  # of the side: more is no curl but a misreading of it
ROBUST_PASSES = 5


@dataclass(frozen=True, slots=True)
class Slope:
    """The slope of what runs along x in one block; x and y of its middle from -1 to 1; how clearly it stands out."""

    x: float
    y: float
    slope: float
    clarity: float


def flatten_curl(image: Image, ink: Image) -> Image:
    """`image` with its lines level and its upright rulings upright; as it is where they are so already.

    `ink` is bright where the page is printed, of the image's size. The moves are measured on a small copy, put
    together, and made once, so that nothing is blurred twice.
    """
    scale = min(1.0, MEASURE_SIDE_PX / max(ink.shape))
    small = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = small.shape
    xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    map_x, map_y = xs, ys
    for reach_deg, step_deg in PASSES_DEG:
        current = cv2.remap(small, map_x, map_y, cv2.INTER_LINEAR)
        down = _find_shifts(current, reach_deg, step_deg)
        right = _find_shifts(np.ascontiguousarray(_upright_strokes(current).T), reach_deg, step_deg).T
        if max(float(np.abs(down).max()), float(np.abs(right).max())) < MIN_SHIFT_PX:
            break
        map_x, map_y = (cv2.remap(m, xs + right, ys + down, cv2.INTER_LINEAR, borderMode=1) for m in (map_x, map_y))
    if map_x is xs:
        return image
    size = (image.shape[1], image.shape[0])
    full_x = cv2.resize(map_x - xs, size) / scale + np.arange(size[0], dtype=np.float32)
    full_y = cv2.resize(map_y - ys, size) / scale + np.arange(size[1], dtype=np.float32)[:, None]
    flat: Image = cv2.remap(image, full_x.astype(np.float32), full_y.astype(np.float32), cv2.INTER_CUBIC, borderMode=1)
    return flat


def _upright_strokes(ink: Image) -> Image:
    """Only what runs down the page for a while: upright rulings. Leaning ones are kept, text is not."""
    strokes = np.zeros_like(ink)
    thick = cv2.dilate(ink, np.ones((1, 3), np.uint8))
    opened = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((STROKE_PX, 1), np.uint8))
    np.copyto(strokes, ink, where=opened > 0)
    return strokes


def _find_shifts(ink: Image, reach_deg: float, step_deg: float) -> Map:
    """How far below its level place each pixel lies, in pixels; zeros where the lines are level or too few."""
    slopes = _measure_slopes(ink, reach_deg, step_deg)
    flat = np.zeros(ink.shape, np.float32)
    if len(slopes) < 6:
        return flat
    shifts = slopes_to_shifts(slopes, *ink.shape)
    return shifts if float(np.abs(shifts).max()) <= MAX_SHIFT_SHARE * max(ink.shape) else flat


def _measure_slopes(ink: Image, reach_deg: float, step_deg: float) -> list[Slope]:
    """The slope in each block in which lines can be told, up to `reach_deg`; blocks overlap by half."""
    height, width = ink.shape
    angles = np.arange(-reach_deg, reach_deg + 1e-6, step_deg)
    found = []
    for x0 in range(0, max(1, width - BLOCK_PX // 2), BLOCK_PX // 2):
        strip = np.ascontiguousarray(ink[:, x0 : x0 + BLOCK_PX])
        if np.count_nonzero(strip) < BLOCK_PX:
            continue
        tops = range(0, max(1, height - BLOCK_PX // 2), BLOCK_PX // 2)
        sums = np.stack([_block_sharpness(strip, float(angle), tops) for angle in angles])
        for y0, sharpness in zip(tops, sums.T, strict=True):
            measured = _peak_to_slope(angles, sharpness)
            if measured:
                x, y = x0 + strip.shape[1] / 2, min(y0 + BLOCK_PX / 2, height)
                found.append(Slope(2 * x / width - 1, 2 * y / height - 1, *measured))
    best = max((block.clarity for block in found), default=0.0)
    return [block for block in found if block.clarity >= MIN_CLARITY * best]


def _block_sharpness(strip: Image, angle: float, tops: Sequence[int]) -> NDArray[np.float64]:
    """For the block below each of `tops`, how unlike its rows are once the strip is sheared back by `angle`."""
    changes = np.concatenate([[0.0], np.cumsum(np.square(np.diff(sheared_rows(strip, angle))))])
    ends = np.minimum(np.array(tops) + BLOCK_PX, len(changes)) - 1
    blocks: NDArray[np.float64] = changes[ends] - changes[np.array(tops)]
    return blocks


def _peak_to_slope(angles: Angles, sharpness: Angles) -> tuple[float, float] | None:
    """The slope at which rows are most unlike, between two steps, and how clearly; None where there is no peak."""
    top = int(sharpness.argmax())
    if top in (0, len(angles) - 1) or sharpness[top] <= 0:
        return None
    before, peak, after = sharpness[top - 1 : top + 2]
    bend = before - 2 * peak + after
    angle = angles[top] + ((angles[1] - angles[0]) * 0.5 * (before - after) / bend if bend else 0.0)
    return float(np.tan(np.radians(angle))), float(np.sqrt(max(peak - np.median(sharpness), 0.0)))


def slopes_to_shifts(slopes: list[Slope], height: int, width: int) -> Map:
    """The surface whose slope along x fits `slopes` (least squares, outliers losing their say), level in the middle."""
    x, y = np.array([s.x for s in slopes]), np.array([s.y for s in slopes])
    slope, clarity = np.array([s.slope for s in slopes]), np.array([s.clarity for s in slopes])
    powers = _powers(x, y)
    matrix = np.stack([x**i * y**j for i, j in powers], axis=1)
    trust = clarity / clarity.max()
    for _ in range(ROBUST_PASSES):
        factors, *_ = np.linalg.lstsq(matrix * trust[:, None], slope * trust, rcond=None)
        error = np.abs(matrix @ factors - slope)
        spread = max(1.5 * float(np.median(error)), 1e-4)
        trust = clarity / clarity.max() / (1 + np.square(error / spread))
    xs, ys = np.linspace(-1, 1, width), np.linspace(-1, 1, height)
    shifts = np.zeros((height, width))
    for (i, j), factor in zip(powers, factors, strict=True):
        shifts += factor * np.outer(ys**j, xs ** (i + 1) / (i + 1))
    return (shifts * width / 2).astype(np.float32)


def _powers(x: NDArray[np.float64], y: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Terms of the surface: no more of them in a direction than the blocks there can bear out."""
    along = min(DEGREE_ALONG, _n_places(x) // 3)
    across = min(DEGREE_ACROSS, _n_places(y) // 3)
    return [(i, j) for i in range(along + 1) for j in range(across + 1)]


def _n_places(values: NDArray[np.float64]) -> int:
    return len(np.unique(np.round(values * 10)))
