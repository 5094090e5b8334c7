"""Colour and light of a page: even grey from shaded colour, red seals lifted, ink told from paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.ocr.opencv import cv2

if TYPE_CHECKING:
    from pipeline.ocr.engine import Image

BACKGROUND_SIDE_PX = 400
BACKGROUND_BLUR_PX = 15
SEAL_SIZE_MM = (15.0, 70.0)
SEAL_MAX_RATIO = 1.8  # longer to shorter side: seals are round or oval, red headings are not
SEAL_CLOSING_MM = 2.5
RED_EXCESS = 30  # of red over green and blue, of 255
FAINT_RED_EXCESS = 12
RED_REACH_PX = 2  # colour is stored more coarsely than brightness: red is blurred into its surroundings
SEAL_DARKNESS_PERCENTILE = 40
MIN_SEAL_CONTRAST = 30  # between the seal and black text, in the red channel
MM_PER_INCH = 25.4
INK_CONTRAST = 45  # below the paper, of 255
BLANK_INK_SHARE = 0.0004  # of the page's area
MARGIN_SHARE = 0.02  # of each side that is not looked at for ink: shadows and staples
SPECK_MM = 0.35


def to_grey(image: Image) -> Image:
    """Brightness of a colour image; a grey one as it is."""
    return image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)


def lift_seals(image: Image, dpi: float) -> tuple[Image, Image | None]:
    """Brightness of the page with red seals taken off, and a mask of where they were (255); None where there is none.

    Only round spots of a seal's size count: red headings are text and stay. Thin rulings fade under a seal, so that
    those who look for them have to know where it was.
    """
    grey = to_grey(image)
    if image.ndim == 2:
        return grey, None
    excess = cv2.subtract(image[:, :, 0], cv2.max(image[:, :, 1], image[:, :, 2]))
    reddish = cv2.threshold(excess, RED_EXCESS, 1, cv2.THRESH_BINARY)[1]
    if not cv2.countNonZero(reddish):
        return grey, None
    px_per_mm = dpi / MM_PER_INCH
    closing = max(3, round(SEAL_CLOSING_MM * px_per_mm)) | 1
    closed = cv2.morphologyEx(reddish, cv2.MORPH_CLOSE, np.ones((closing, closing), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(closed)
    lifted, seals = grey, None
    for x, y, w, h, _ in stats[1:]:
        low, high = sorted((w / px_per_mm, h / px_per_mm))
        if low >= SEAL_SIZE_MM[0] and high <= SEAL_SIZE_MM[1] and high <= SEAL_MAX_RATIO * low:
            left, top = max(0, x - RED_REACH_PX), max(0, y - RED_REACH_PX)
            spot = np.s_[top : y + h + RED_REACH_PX, left : x + w + RED_REACH_PX]
            if seals is None:
                lifted, seals = grey.copy(), np.zeros_like(grey)
            lifted[spot] = _bleach_red(image[spot], grey[spot], excess[spot])
            seals[spot] = 255
    return lifted, seals


def _bleach_red(spot: Image, grey: Image, excess: Image) -> Image:
    """A seal's spot without the seal: near red ink, what is no darker in the red channel than the seal becomes paper.

    Red ink is almost paper in that channel, and black text on it is not.
    """
    red = spot[:, :, 0]
    paper = float(np.median(red))
    seal = float(np.percentile(red[excess > RED_EXCESS], SEAL_DARKNESS_PERCENTILE))
    black = float(red.min())
    if seal - black < MIN_SEAL_CONTRAST:
        return np.maximum(grey, red)
    stretched = np.clip(black + (red.astype(np.float32) - black) * (paper - black) / (seal - black), black, paper)
    size = 2 * RED_REACH_PX + 1
    near = cv2.dilate((excess > FAINT_RED_EXCESS).astype(np.uint8), np.ones((size, size), np.uint8)) > 0
    bleached: Image = np.where(near, np.maximum(stretched.astype(np.uint8), grey), grey)
    return bleached


def even_light(grey: Image) -> Image:
    """The page as if lit evenly: paper white, what is printed as dark against it as it was.

    The paper's brightness is what remains when thin dark strokes are closed and the rest is blurred.
    """
    scale = min(1.0, BACKGROUND_SIDE_PX / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((BACKGROUND_BLUR_PX,) * 2, np.uint8))
    paper = cv2.medianBlur(closed, BACKGROUND_BLUR_PX)
    paper = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    even: Image = cv2.divide(grey, np.maximum(paper, 1), scale=255)
    return even


def find_ink(even: Image) -> Image:
    """255 where an evenly lit page is printed, else 0."""
    return ((even < 255 - INK_CONTRAST).astype(np.uint8)) * np.uint8(255)


def is_blank(ink: Image, dpi: float) -> bool:
    """Whether nothing is printed on the page but specks and what shows at its edges."""
    dy, dx = (round(MARGIN_SHARE * side) for side in ink.shape)
    inner = ink[dy : ink.shape[0] - dy, dx : ink.shape[1] - dx]
    size = max(2, round(SPECK_MM * dpi / MM_PER_INCH))
    opened = cv2.morphologyEx(inner, cv2.MORPH_OPEN, np.ones((size, 1), np.uint8))
    return float((opened > 0).mean()) < BLANK_INK_SHARE / 4 and float((inner > 0).mean()) < 10 * BLANK_INK_SHARE
