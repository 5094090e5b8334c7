"""A photograph of a page → the page alone, flat: its edges found against the table it lies on.

Also takes off the black borders of a flat-bed scanner, which are the same thing seen straight.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from pipeline.ocr.detect import order_corners
from pipeline.ocr.engine import Quad
from pipeline.ocr.opencv import cv2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.ocr.engine import Image

    Corners = NDArray[np.float32]  # 4 × 2
    Side = tuple[NDArray[np.float32], NDArray[np.float32]]
    Line = tuple[float, float, float, float]  # direction and a point

SEARCH_SIDE_PX = 800
MIN_PAGE_SHARE = 0.25  # of the picture
MAX_PAGE_SHARE = 0.985  # beyond it there is nothing to take off
MIN_FILL = 0.93  # of the quad by the bright region: what is no sheet has no four straight sides
MIN_STEP_GREY = 35  # from the table to the paper, of 255
MAX_GROUND_SHARE = 0.75  # of the paper's brightness: what is less dark is a shadow
MIN_SIDES_INSIDE = 2
LIGHT_SHARES = (1.0, 0.8, 0.64, 0.5)  # of the brightness that parts light from dark best: paper in shadow is darker
MIN_GAIN = 1.03  # of the area of a sheet, by which one found at a lower brightness must be larger
TOLERANCES = (0.02, 0.03, 0.05, 0.08)  # of the outline's length, to which its corners are rounded off
MAX_SIDES = 6  # of a sheet two corners of which the picture cuts off
MAX_OUTSIDE_SHARE = 0.3  # of the picture's side: how far beyond it a corner may be
BAND_SHARE = 0.015  # of the picture's longer side: how far from the edge both are looked at


def find_page_edge(image: Image) -> Quad | None:
    """The four corners of a sheet on a darker ground; None where the sheet fills the picture or none is told."""
    height, width = image.shape[:2]
    scale = SEARCH_SIDE_PX / max(height, width)
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    grey = small if small.ndim == 2 else cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    grey = cv2.GaussianBlur(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)), (5, 5), 0)
    best: Corners | None = None
    for corners in _find_sheets(grey):  # the first lies closest; a larger one holds what was in shadow
        if best is None or cv2.contourArea(corners) > MIN_GAIN * cv2.contourArea(best):
            best = corners
    return None if best is None else order_corners((best / scale).astype(np.float32))


def _find_sheets(grey: Image) -> Iterator[Corners]:
    """The corners of every sheet that is told from its ground at one of the brightnesses."""
    threshold, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    for share in LIGHT_SHARES:
        region = _bright_region(grey, share * threshold)
        corners = None if region is None else _region_to_corners(region, grey.shape)
        if region is not None and corners is not None and _is_sheet(corners, region, grey):
            yield corners


def flatten_page(image: Image, edge: Quad) -> Image:
    """The sheet inside `edge` as a rectangle, its longer sides taken for its true; paper where the picture ends."""
    width = round(max(_side(edge, 0, 1), _side(edge, 3, 2)))
    height = round(max(_side(edge, 0, 3), _side(edge, 1, 2)))
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    matrix = cv2.getPerspectiveTransform(np.array(edge, np.float32), target)
    inside = cv2.fillConvexPoly(np.zeros(image.shape[:2], np.uint8), np.array(edge, np.float32).round().astype(int), 1)
    paper = tuple(float(v) for v in np.atleast_1d(np.median(image[::4, ::4][inside[::4, ::4] > 0], axis=0)))
    flat = cv2.warpPerspective(
        image, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=paper
    )
    return np.asarray(flat, np.uint8)


def _side(edge: Quad, i: int, j: int) -> float:
    return float(np.hypot(edge[i].x - edge[j].x, edge[i].y - edge[j].y))


def _bright_region(grey: Image, threshold: float) -> NDArray[np.int32] | None:
    """Outline of the largest bright region, None where it is too small or as large as the picture."""
    mask = cv2.threshold(grey, threshold, 255, cv2.THRESH_BINARY)[1]
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    region: NDArray[np.int32] = max(contours, key=cv2.contourArea)
    share = cv2.contourArea(region) / grey.size
    return region if MIN_PAGE_SHARE <= share <= MAX_PAGE_SHARE else None


def _region_to_corners(region: NDArray[np.int32], shape: tuple[int, ...]) -> Corners | None:
    """Corners of the quad whose sides lie best along the outline, sharper than the outline's own corners.

    What the picture's rim cuts off is no side of the sheet: where it cuts a corner off, the sides beside it meet beyond
    it; where it cuts off a whole side, that side is drawn parallel to the one across.
    """
    hull = cv2.convexHull(region)
    points = region.reshape(-1, 2).astype(np.float32)
    for tolerance in TOLERANCES:
        rough = cv2.approxPolyDP(hull, tolerance * cv2.arcLength(hull, True), True).reshape(-1, 2).astype(np.float32)
        sides = _drop_cut_corners([(rough[i], rough[(i + 1) % len(rough)]) for i in range(len(rough))], shape)
        if len(sides) == 4:
            break
    else:
        return None
    lines = [_fit_side(points, *side) for side in sides]
    lines = [
        _beyond(lines[i - 2], points, lines[i])
        if _is_cut(side, shape) and not _is_cut(sides[i - 2], shape)
        else lines[i]
        for i, side in enumerate(sides)
    ]
    found = [_cross(lines[i - 1], lines[i]) for i in range(4)]
    corners = np.array([corner for corner in found if corner is not None], np.float32)
    if len(corners) < 4:
        return None
    height, width = shape[:2]
    outside = np.maximum(-corners, corners - (width, height)) / (width, height)
    return corners if float(outside.max()) <= MAX_OUTSIDE_SHARE else None


def _is_cut(side: Side, shape: tuple[int, ...]) -> bool:
    """Whether a side of the outline is the rim of the picture."""
    height, width = shape[:2]
    band = _band_px(shape)
    (x0, y0), (x1, y1) = side
    return bool(max(x0, x1) < band or min(x0, x1) > width - band or max(y0, y1) < band or min(y0, y1) > height - band)


def _drop_cut_corners(sides: list[Side], shape: tuple[int, ...]) -> list[Side]:
    """The sides of an outline of five or six without those along the rim, the shortest first, until four are left."""
    if len(sides) > MAX_SIDES:
        return sides
    cut = sorted((i for i, side in enumerate(sides) if _is_cut(side, shape)), key=lambda i: _length(sides[i]))
    dropped = set(cut[: max(0, len(sides) - 4)])
    return [side for i, side in enumerate(sides) if i not in dropped]


def _length(side: Side) -> float:
    return float(np.hypot(*(side[1] - side[0])))


def _beyond(across: Line, points: NDArray[np.float32], rim: Line) -> Line:
    """The line parallel to the side across that leaves the whole outline on its side, towards the rim."""
    vx, vy, x, y = across
    normal = np.array([-vy, vx])
    distances = (points - (x, y)) @ normal
    towards = float((np.array(rim[2:]) - (x, y)) @ normal)
    far = points[int((distances * np.sign(towards)).argmax())]
    return vx, vy, float(far[0]), float(far[1])


def _fit_side(points: NDArray[np.float32], start: NDArray[np.float32], end: NDArray[np.float32]) -> Line:
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


def _cross(p: Line, q: Line) -> tuple[float, float] | None:
    """Where two lines (direction, point) meet."""
    turn = p[0] * q[1] - p[1] * q[0]
    if abs(turn) < 0.1:
        return None
    t = ((q[2] - p[2]) * q[1] - (q[3] - p[3]) * q[0]) / turn
    return p[2] + t * p[0], p[3] + t * p[1]


def _is_sheet(corners: Corners, region: NDArray[np.int32], grey: Image) -> bool:
    """Whether the quad is filled, and paper gives way to a darker ground on every side that is in the picture.

    One such side alone is the edge of a shadow or of a dark picture printed on the page.
    """
    if not cv2.isContourConvex(corners.round().astype(np.int32)):
        return False
    inside = cv2.fillConvexPoly(np.zeros_like(grey), corners.round().astype(np.int32), 255)
    area = int(np.count_nonzero(inside))
    if not area or not MIN_FILL <= cv2.contourArea(region) / area <= 1 / MIN_FILL:
        return False
    sides = [(corners[i], corners[(i + 1) % 4]) for i in range(4)]
    inner = [side for side in sides if not _is_cut(side, grey.shape)]
    if len(inner) < MIN_SIDES_INSIDE:
        return False
    band = _band_px(grey.shape)
    kernel = np.ones((2 * band + 1, 2 * band + 1), np.uint8)
    paper = (inside > 0) & (cv2.erode(inside, kernel, borderValue=255) == 0)
    ground = (inside == 0) & (cv2.dilate(inside, kernel) > 0)
    bands = (_along(side, grey.shape, band) for side in inner)
    return all(_has_step(grey, paper & near, ground & near) for near in bands)


def _band_px(shape: tuple[int, ...]) -> int:
    return max(3, round(BAND_SHARE * max(shape[:2])))


def _along(side: Side, shape: tuple[int, ...], band: int) -> NDArray[np.bool_]:
    """The pixels of a picture near one side of the quad."""
    near = np.zeros(shape[:2], np.uint8)
    (x0, y0), (x1, y1) = (corner.round().astype(int).tolist() for corner in side)
    cv2.line(near, (x0, y0), (x1, y1), 255, 2 * band + 1)
    return near > 0


def _has_step(grey: Image, paper: NDArray[np.bool_], ground: NDArray[np.bool_]) -> bool:
    """Whether the ground is much darker than the paper; nothing speaks against it where no ground is seen."""
    if not ground.any() or not paper.any():
        return True
    white, dark = float(np.median(grey[paper])), float(np.median(grey[ground]))
    return white - dark >= MIN_STEP_GREY and dark <= MAX_GROUND_SHARE * white
