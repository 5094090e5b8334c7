"""Probability map of a text detector → quads, and quads → crops of single lines.

Post-processing of DB (Liao et al. 2020, "Real-time Scene Text Detection with Differentiable Binarization") as
PaddleOCR does it; the polygon offset of a rectangle is a rectangle, so that no clipping library is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.ocr.engine import Point, Quad
from pipeline.ocr.opencv import cv2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.ocr.engine import Image

    Map = NDArray[np.float32]

INK_THRESHOLD = 0.3
BOX_THRESHOLD = 0.5
UNCLIP_RATIO = 1.6
MIN_SIDE_PX = 3
SIDE_MULTIPLE_PX = 32  # what the network's strides ask for
TALL_RATIO = 1.5


def image_to_batch(image: Image, longest_px: int) -> NDArray[np.float32]:
    """The network's input: longest side at most `longest_px`, sides multiples of 32, values from -1 to 1."""
    height, width = image.shape[:2]
    scale = min(1.0, longest_px / max(height, width))
    size = [max(SIDE_MULTIPLE_PX, round(v * scale / SIDE_MULTIPLE_PX) * SIDE_MULTIPLE_PX) for v in (width, height)]
    resized = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    scaled: NDArray[np.float32] = resized.astype(np.float32).transpose(2, 0, 1)[None] / 127.5 - 1.0
    return scaled


def map_to_quads(probability: Map, width: int, height: int) -> list[Quad]:
    """Lines of text on an image of `width` × `height` pixels, from the map of a smaller copy of it."""
    mask = cv2.dilate((probability > INK_THRESHOLD).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    scale = (width / probability.shape[1], height / probability.shape[0])
    quads = [quad for contour in contours if (quad := _contour_to_quad(contour, probability, scale))]
    return sorted(quads, key=lambda quad: (quad.extent[1], quad.extent[0]))


def _contour_to_quad(contour: NDArray[np.int32], probability: Map, scale: tuple[float, float]) -> Quad | None:
    """The widened quad around one blob; None for specks and for what the network is unsure of."""
    centre, (side_a, side_b), angle = cv2.minAreaRect(contour)
    if min(side_a, side_b) < MIN_SIDE_PX or _mean_inside(contour, probability) < BOX_THRESHOLD:
        return None
    grown = 2 * side_a * side_b * UNCLIP_RATIO / (2 * (side_a + side_b))
    corners = cv2.boxPoints((centre, (side_a + grown, side_b + grown), angle))
    corners[:, 0] = np.clip(corners[:, 0], 0, probability.shape[1] - 1) * scale[0]
    corners[:, 1] = np.clip(corners[:, 1], 0, probability.shape[0] - 1) * scale[1]
    return order_corners(corners)


def _mean_inside(contour: NDArray[np.int32], probability: Map) -> float:
    x, y, w, h = cv2.boundingRect(contour)
    mask = np.zeros((h, w), np.uint8)
    box = cv2.boxPoints(cv2.minAreaRect(contour))
    cv2.fillPoly(mask, [(box - (x, y)).astype(np.int32)], 1)
    return float(cv2.mean(probability[y : y + h, x : x + w], mask)[0])


def order_corners(corners: NDArray[np.float32]) -> Quad:
    """Four corners in any order → clockwise from the top left."""
    by_x = sorted(((float(x), float(y)) for x, y in corners))
    (ax, ay), (dx, dy) = sorted(by_x[:2], key=lambda p: p[1])
    (bx, by), (cx, cy) = sorted(by_x[2:], key=lambda p: p[1])
    return Quad(Point(ax, ay), Point(bx, by), Point(cx, cy), Point(dx, dy))


def is_tall(quad: Quad) -> bool:
    """Whether the line runs up or down: a page on its side, or characters one below another."""
    return quad.height >= TALL_RATIO * quad.width


def crop_line(image: Image, quad: Quad) -> Image:
    """The line cut out and laid straight."""
    width, height = max(1, round(quad.width)), max(1, round(quad.height))
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    matrix = cv2.getPerspectiveTransform(np.array(quad, np.float32), target)
    crop: Image = cv2.warpPerspective(image, matrix, (width, height), borderMode=1, flags=cv2.INTER_CUBIC)
    return crop
