"""Pictures of lines and signs, enlarged and put on one sheet, so that the engine is asked once for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pipeline.ocr.engine import Engine, Quad, RecognisedLine, rectangle
from pipeline.ocr.lines import tighten
from pipeline.ocr.opencv import cv2

if TYPE_CHECKING:
    from pipeline.ocr.engine import Image

STRIP_PX = 64
STRIP_FILL = 0.62  # of the strip's height that a full line of ink takes up
MAX_SCALE = 6.0
HALO_PX = 2  # around ink: grey edges of the strokes
MARGIN_PX = 12  # white between the pictures of a sheet
WHITE = 255


class Strip(NamedTuple):
    """The ink of one line on white, enlarged, and where on the page its picture lies."""

    pixels: Image
    quad: Quad


def cut_strip(line: RecognisedLine, image: Image, bare: Image) -> Strip | None:
    """The line's own ink on white, its height brought to what the recogniser likes best; None where it has none."""
    box = tighten(bare, line.quad)
    if box is None:
        return None
    x0, y0, x1, y1 = (round(v) for v in box)
    return ink_to_strip(image, bare, (x0, y0, x1, y1), line.quad.height)


def ink_to_strip(image: Image, bare: Image, box: tuple[int, int, int, int], line_px: float) -> Strip | None:
    """Grey of the ink in `box`, with its halo, in the middle of a white strip as high as a line of `line_px` is."""
    x0, y0, x1, y1 = box
    left, top = max(0, x0 - HALO_PX), max(0, y0 - HALO_PX)
    spot = np.s_[top : y1 + HALO_PX, left : x1 + HALO_PX]
    own = np.zeros_like(bare[spot])
    own[y0 - top : y1 - top, x0 - left : x1 - left] = bare[y0:y1, x0:x1]
    near = cv2.dilate(own, np.ones((2 * HALO_PX + 1,) * 2, np.uint8)) > 0
    ink = np.where(near, image[spot], WHITE).astype(np.uint8)
    if not ink.size:
        return None
    high = max((y1 - y0) / STRIP_FILL, STRIP_FILL * line_px)
    scale = min(STRIP_PX / high, MAX_SCALE)
    large = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    pad_y = max(0, (STRIP_PX - large.shape[0]) // 2)
    pad_x = STRIP_PX // 4
    pixels = np.pad(large, ((pad_y, pad_y), (pad_x, pad_x)), constant_values=WHITE)
    dx, dy = pad_x / scale, pad_y / scale
    height, width = large.shape[0] / scale, large.shape[1] / scale
    return Strip(pixels, rectangle(left - dx, top - dy, left + width + dx, top + height + dy))


def read_pictures(pictures: Sequence[Image], engine: Engine) -> list[RecognisedLine]:
    """The text of each picture of one line, in one call of the engine; places are those on the sheet."""
    return engine.read(*_to_sheet(pictures)) if pictures else []


def _to_sheet(pictures: Sequence[Image]) -> tuple[Image, list[Quad]]:
    """The pictures one below the other on white, and where they stand."""
    width = max(picture.shape[1] for picture in pictures) + 2 * MARGIN_PX
    height = sum(picture.shape[0] + MARGIN_PX for picture in pictures) + MARGIN_PX
    sheet = np.full((height, width), WHITE, np.uint8)
    places = []
    y = MARGIN_PX
    for picture in pictures:
        h, w = picture.shape[:2]
        sheet[y : y + h, MARGIN_PX : MARGIN_PX + w] = picture
        places.append(rectangle(MARGIN_PX, y, MARGIN_PX + w, y + h))
        y += h + MARGIN_PX
    return sheet, places
