"""Cells read once more: their pictures enlarged, stretched, sharpened and softened, each variant a reading of its own.

One picture of a digit in doubt gives the network one opinion; what holds over several pictures of it is better known
(test-time augmentation). Only single lines are read again: a number that is broken over lines is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from pipeline.document import Box
from pipeline.ocr.engine import Engine, Quad
from pipeline.ocr.opencv import cv2
from pipeline.ocr.points import find_point, insert_point
from pipeline.ocr.strips import WHITE, read_pictures

if TYPE_CHECKING:
    from pipeline.ocr.engine import Image

POINTS_PER_INCH = 72.0
HEIGHT_PX = 72  # of a strip, before the engine scales it to its own
RULING_PT = 1.0  # kept away from the cell's sides
INK_INSET_PT = 2.5  # of a cell's sides where its ink is looked for: rulings are no ink
INK_PAD_SHARE = 0.35  # of the ink's height, left around it
MIN_CONTRAST = 42  # of softened ink to white
MIN_INK_PX = 8


def read_cells_again(image: Image, dpi: float, boxes: Sequence[Box], engine: Engine) -> list[tuple[str, ...]]:
    """For each cell (points, on the upright grey page) its text in each of VARIANTS; () where it is not one line."""
    quads = engine.find(image)
    lines = [_line_in(quads, box, dpi) for box in boxes]
    strips = [
        _strip_of(image, line) if (line := found or _ink_in(image, quads, box, dpi)) else None
        for found, box in zip(lines, boxes, strict=True)
    ]
    pictures = [vary(strip) for strip in strips if strip is not None for vary in VARIANTS]
    texts = iter([line.text.strip() for line in read_pictures(pictures, engine)])
    return [() if strip is None else with_points(strip, [next(texts) for _ in VARIANTS]) for strip in strips]


def with_points(strip: Image, texts: Sequence[str]) -> tuple[str, ...]:
    """The readings with the point that the picture shows; with a trace of one, the readings and one that has it."""
    point, trace = find_point(strip), find_point(strip, is_trace_enough=True)
    if point is not None or trace is None:
        return tuple(insert_point(text, point) for text in texts)
    traced = (insert_point(text, trace) for text in texts)
    return (*texts, *dict.fromkeys(text for text in traced if text not in texts))


def _line_in(quads: Sequence[Quad], box: Box, dpi: float) -> tuple[int, int, int, int] | None:
    """x0, y0, x1, y1 in pixels of the line whose middle is in the cell, kept to it; None where not just one is."""
    scale = dpi / POINTS_PER_INCH
    left, top, right, bottom = (v * scale for v in box)
    inside = []
    for quad in quads:
        x0, y0, x1, y1 = quad.extent
        if left < (x0 + x1) / 2 < right and top < (y0 + y1) / 2 < bottom:
            inside.append((x0, y0, x1, y1))
    if len(inside) != 1:
        return None
    inset = RULING_PT * scale
    x0, y0, x1, y1 = inside[0]
    x0, y0 = max(x0, left + inset, 0), max(y0, top + inset, 0)
    x1, y1 = min(x1, right - inset), min(y1, bottom - inset)
    return (round(x0), round(y0), round(x1), round(y1)) if x1 - x0 >= 3 and y1 - y0 >= 3 else None


def _ink_in(image: Image, quads: Sequence[Quad], box: Box, dpi: float) -> tuple[int, int, int, int] | None:
    """x0, y0, x1, y1 in pixels around the ink of a cell in which no line was found: detectors miss lone digits."""
    scale = dpi / POINTS_PER_INCH
    left, top, right, bottom = (v * scale for v in box)
    for quad in quads:
        x0, y0, x1, y1 = quad.extent
        if left < (x0 + x1) / 2 < right and top < (y0 + y1) / 2 < bottom:
            return None
    inset = INK_INSET_PT * scale
    x0, y0, x1, y1 = (round(v) for v in (left + inset, top + inset, right - inset, bottom - inset))
    inner = image[max(y0, 0) : y1, max(x0, 0) : x1]
    if not inner.size:
        return None
    rows, columns = np.nonzero(cv2.GaussianBlur(inner, (0, 0), 0.8) < WHITE - MIN_CONTRAST)
    if len(rows) < MIN_INK_PX:
        return None
    pad = max(2, round(INK_PAD_SHARE * (rows.max() - rows.min() + 1)))
    bounds = columns.min() - pad, rows.min() - pad, columns.max() + 1 + pad, rows.max() + 1 + pad
    height, width = inner.shape[:2]
    left_px, top_px = max(x0, 0), max(y0, 0)
    return (
        int(left_px + max(bounds[0], 0)),
        int(top_px + max(bounds[1], 0)),
        int(left_px + min(bounds[2], width)),
        int(top_px + min(bounds[3], height)),
    )


def _strip_of(image: Image, line: tuple[int, int, int, int]) -> Image:
    """The line at one height, in proportion."""
    x0, y0, x1, y1 = line
    crop = image[y0:y1, x0:x1]
    scale = HEIGHT_PX / crop.shape[0]
    strip: Image = cv2.resize(crop, (max(8, round(crop.shape[1] * scale)), HEIGHT_PX), interpolation=cv2.INTER_CUBIC)
    return strip


def _wider(strip: Image) -> Image:
    """Stretched by a third and with white at both ends: dots and thin digits take more steps of the network."""
    wide = cv2.resize(strip, (round(strip.shape[1] * 1.35), strip.shape[0]), interpolation=cv2.INTER_CUBIC)
    bordered: Image = cv2.copyMakeBorder(wide, 0, 0, 16, 16, cv2.BORDER_CONSTANT, value=(WHITE,))
    return bordered


def _sharper(strip: Image) -> Image:
    """Edges strengthened: the strip twice over, less its soft copy."""
    soft = cv2.GaussianBlur(strip, (0, 0), 2.5)
    sharp: Image = cv2.addWeighted(strip, 2.0, soft, -1.0, 0)
    return sharp


def _softer(strip: Image) -> Image:
    """Grain smoothed away."""
    soft: Image = cv2.GaussianBlur(strip, (0, 0), 1.8)
    return soft


def _darker(strip: Image) -> Image:
    """Faint ink made dark: grey shades below white drawn down."""
    shades = np.clip((np.arange(256) / 255.0) ** 2.2 * 255.0, 0, 255).astype(np.uint8)
    dark: Image = cv2.LUT(strip, shades)
    return dark


VARIANTS: tuple[Callable[[Image], Image], ...] = (
    _wider,
    _sharper,
    _softer,
    _darker,
    lambda strip: _wider(_softer(strip)),
    lambda strip: _wider(_wider(_softer(strip))),
)
