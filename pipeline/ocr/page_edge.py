"""A photograph of a page → the page alone, flat: its edges found against the table it lies on.

Also takes off the black borders of a flat-bed scanner, which are the same thing seen straight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.ocr.detect import order_corners
from pipeline.ocr.engine import Quad
from pipeline.ocr.opencv import cv2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.ocr.engine import Image

SEARCH_SIDE_PX = 800
MIN_PAGE_SHARE = 0.25  # of the picture
MAX_PAGE_SHARE = 0.985  # beyond it there is nothing to take off
MIN_FILL = 0.93  # of the quad by the bright region: what is no sheet has no four straight sides
MIN_STEP_GREY = 35  # from the table to the paper, of 255
MAX_GROUND_SHARE = 0.75  # of the paper's brightness: what is less dark is a shadow
MIN_SIDES_INSIDE = 2
BAND_SHARE = 0.015  # of the picture's longer side: how far from the edge both are looked at


def find_page_edge(image: Image) -> Quad | None:
    """The four corners of a sheet on a darker ground; None where the sheet fills the picture or none is told."""
    height, width = image.shape[:2]
    scale = SEARCH_SIDE_PX / max(height, width)
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    grey = small if small.ndim == 2 else cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    grey = cv2.GaussianBlur(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)), (5, 5), 0)
    region = _bright_region(grey)
    if region is None:
        return None
    corners = _region_to_corners(region)
    if corners is None or not _is_sheet(corners, region, grey):
        return None
    return order_corners((corners / scale).astype(np.float32))


def flatten_page(image: Image, edge: Quad) -> Image:
    """The sheet inside `edge` as a rectangle, its longer sides taken for its true ones."""
    width = round(max(_side(edge, 0, 1), _side(edge, 3, 2)))
    height = round(max(_side(edge, 0, 3), _side(edge, 1, 2)))
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    matrix = cv2.getPerspectiveTransform(np.array(edge, np.float32), target)
    flat: Image = cv2.warpPerspective(image, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=1)
    return flat


def _side(edge: Quad, i: int, j: int) -> float:
    return float(np.hypot(edge[i].x - edge[j].x, edge[i].y - edge[j].y))


def _bright_region(grey: Image) -> NDArray[np.int32] | None:
    """Outline of the largest bright region, None where it is too small or as large as the picture."""
    _threshold, mask = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    region: NDArray[np.int32] = max(contours, key=cv2.contourArea)
    share = cv2.contourArea(region) / grey.size
    return region if MIN_PAGE_SHARE <= share <= MAX_PAGE_SHARE else None


def _region_to_corners(region: NDArray[np.int32]) -> NDArray[np.float32] | None:
    """Corners of the quad whose sides lie best along the outline, sharper than the outline's own corners."""
    hull = cv2.convexHull(region)
    for tolerance in (0.02, 0.03, 0.05, 0.08):
        rough = cv2.approxPolyDP(hull, tolerance * cv2.arcLength(hull, True), True)
        if len(rough) == 4:
            break
    else:
        return None
    rough = rough.reshape(4, 2).astype(np.float32)
    points = region.reshape(-1, 2).astype(np.float32)
    lines = [_fit_side(points, rough[i], rough[(i + 1) % 4]) for i in range(4)]
    corners = [_cross(lines[i - 1], lines[i]) for i in range(4)]
    if any(corner is None for corner in corners):
        return None
    return np.array(corners, np.float32)


def _fit_side(
    points: NDArray[np.float32], start: NDArray[np.float32], end: NDArray[np.float32]
) -> tuple[float, float, float, float]:
    """Direction and a point of the line along the middle part of one side."""
    along = end - start
    length = float(np.hypot(along[0], along[1])) or 1.0
    unit = along / length
    offset = points - start
    place = offset @ unit / length
    away = np.abs(offset[:, 0] * unit[1] - offset[:, 1] * unit[0])
    near = points[(place > 0.05) & (place < 0.95) & (away < 0.03 * length)]
    if len(near) < 10:
        near = np.array([start, end])
    vx, vy, x, y = cv2.fitLine(near, cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
    return float(vx), float(vy), float(x), float(y)


def _cross(p: tuple[float, ...], q: tuple[float, ...]) -> tuple[float, float] | None:
    """Where two lines (direction, point) meet."""
    turn = p[0] * q[1] - p[1] * q[0]
    if abs(turn) < 0.1:
        return None
    t = ((q[2] - p[2]) * q[1] - (q[3] - p[3]) * q[0]) / turn
    return p[2] + t * p[0], p[3] + t * p[1]


def _is_sheet(corners: NDArray[np.float32], region: NDArray[np.int32], grey: Image) -> bool:
    """Whether the quad is filled, and paper gives way to a darker ground on the sides that are in the picture."""
    area = cv2.contourArea(corners)
    height, width = grey.shape
    if not cv2.isContourConvex(corners.round().astype(np.int32)) or area <= 0:
        return False
    if not MIN_FILL <= cv2.contourArea(region) / area <= 1 / MIN_FILL:
        return False
    inside = cv2.fillConvexPoly(np.zeros_like(grey), corners.round().astype(np.int32), 255)
    band = max(3, round(BAND_SHARE * max(height, width)))
    kernel = np.ones((2 * band + 1, 2 * band + 1), np.uint8)
    paper = (inside > 0) & (cv2.erode(inside, kernel, borderValue=255) == 0)
    ground = (inside == 0) & (cv2.dilate(inside, kernel) > 0)
    if _n_sides_inside(corners, width, height, band) < MIN_SIDES_INSIDE or not ground.any():
        return False
    white, dark = float(np.median(grey[paper])), float(np.median(grey[ground]))
    return white - dark >= MIN_STEP_GREY and dark <= MAX_GROUND_SHARE * white


def _n_sides_inside(corners: NDArray[np.float32], width: int, height: int, band: int) -> int:
    """How many sides of the sheet lie within the picture; the others are cut off by its rim.

    One alone is the edge of a shadow or of a dark picture printed on the page.
    """
    x, y = corners[:, 0], corners[:, 1]
    at_rim = (
        (x < band) | (x > width - band),
        (y < band) | (y > height - band),
    )
    along_rim = [any(rim[i] and rim[(i + 1) % 4] for rim in at_rim) for i in range(4)]
    return 4 - sum(along_rim)
