"""Lone signs told by their shape: a recogniser that sees no neighbours takes `/` for `1`, `≥` for `>` and `—` for `一`.

Only between readings that the recogniser itself offers, but for strokes that lean more than any figure does; a `_`
stands for any dash.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.ocr.ink import INK_CONTRAST
from pipeline.ocr.opencv import cv2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.ocr.engine import Image

    Alternatives = tuple[tuple[str, float], ...]

SLASHES = ("/", "／")
UNBARRED = {">": "≥≧⩾", "＞": "≥≧⩾", "<": "≤≦⩽", "＜": "≤≦⩽"}
DIP_SHARE = 0.2  # of the darkest stroke's depth that parts two strokes
BARRED_COLUMNS = 0.45  # of all columns of the character
UPRIGHTS = frozenset("1Il|7丨")
MIN_LEAN = 0.22  # across for each unit down: 12°
CERTAIN_LEAN = 0.27  # 15°: no italic figure leans so much
MAX_LEAN = 1.2
MAX_STRAY_SHARE = 0.12  # of the stroke's height, from a straight line: `7` and a serifed `1` stray further
MIN_STROKE_PX = 6
SPECK_SHARE = 0.1
FAINT_STROKE_SHARE = 0.35  # of a stroke's darkness, from which ink beside it is its own
MIN_FAINT = 18  # of 255
DASHES = ("—", "-", "–", "－", "―")
LEVELS = frozenset("一_1ー")  # what a dash is taken for; a number where the cell says that there is none
BAR_HEIGHT_SHARE = 0.4  # of its width
MAX_SWELLING = 1.3  # of the bar's median strength; the brush's `一` ends in a knot of twice its stroke
BAR_ENDS_SHARE = 0.1  # of the width at each end, where the ink fades


def settle_stroke(
    alternatives: Alternatives, grey: Image, is_alone: bool = False, whole: Image | None = None
) -> Alternatives:
    """The alternatives of a lone character, put right where its shape speaks against the first and for another.

    `grey` is the character's own box on the evenly lit page, `whole` the same with its faint parts; `is_alone` says
    that no character stands above or below it as in a column of text: there an even bar is a dash whatever the
    recogniser offers.
    """
    readings = [text for text, _ in alternatives]
    shaped: str | None = None
    inks = [image < 255 - INK_CONTRAST for image in (grey, whole) if image is not None]
    if readings[0] in UPRIGHTS and any(leans_like_slash(ink) for ink in inks):
        shaped = next((text for text in readings if text in SLASHES), None)
        if shaped is None and any(leans_like_slash(ink, CERTAIN_LEAN) for ink in inks):
            shaped = SLASHES[0]
    elif readings[0] in UNBARRED and has_bar_below(grey):
        shaped = next((text for text in readings if text in UNBARRED[readings[0]]), None)
    elif (readings[0].isdecimal() and is_level(grey)) or (readings[0] in LEVELS and is_even_bar(grey)):
        shaped = next((text for text in readings if text in DASHES), DASHES[0] if is_alone or "_" in readings else None)
    if shaped is None:
        return alternatives
    first = (shaped, max(score for text, score in alternatives if text in (shaped, readings[0])))
    return (first, *(alternative for alternative in alternatives if alternative[0] != shaped))


def whole_stroke(grey: Image, box: tuple[int, int, int, int]) -> Image:
    """The sign of which `box` (x0, y0, x1, y1) holds the dark part, with the fainter ink that hangs together with it.

    Hairlines of small print are half as dark as type, and a part of them falls below what counts as ink.
    """
    x0, y0, x1, y1 = box
    reach = 2 * max(y1 - y0, x1 - x0)
    left, top = max(0, x0 - reach), max(0, y0 - reach)
    around = grey[top : y1 + reach, left : x1 + reach]
    own = np.s_[y0 - top : y1 - top, x0 - left : x1 - left]
    if not around[own].size:
        return grey[y0:y1, x0:x1]
    least = max(MIN_FAINT, FAINT_STROKE_SHARE * (255 - int(around[own].min())))
    _, labels = cv2.connectedComponents((around < 255 - least).astype(np.uint8), connectivity=8)
    touched = np.unique(labels[own])
    ys, xs = np.nonzero(np.isin(labels, touched[touched > 0]))
    if (
        not len(ys)
        or min(xs.min(), ys.min()) == 0
        or xs.max() + 1 == labels.shape[1]
        or ys.max() + 1 == labels.shape[0]
    ):
        return grey[y0:y1, x0:x1]
    sign = np.where(np.isin(labels, touched[touched > 0]), 0, 255).astype(np.uint8)
    whole: Image = sign[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    return whole


def is_level(grey: Image) -> bool:
    """Whether the ink lies on its side, as a dash and a `一` do and no figure does."""
    height, width = grey.shape[:2]
    return bool(width >= MIN_STROKE_PX and height <= BAR_HEIGHT_SHARE * width)


def is_even_bar(grey: Image) -> bool:
    """Whether the ink is one level stroke of the same strength throughout: a dash.

    A `一` of a typeface without the knot looks the same; alone in a cell the dash is by far the more frequent, and
    taking it for a number would be the worse mistake.
    """
    if not is_level(grey):
        return False
    end = max(1, round(BAR_ENDS_SHARE * grey.shape[1]))
    strength = (255 - grey.astype(np.int16)).sum(axis=0)[end:-end]
    return bool(strength.max() <= MAX_SWELLING * np.median(strength))


def has_bar_below(grey: Image) -> bool:
    """Whether a `>` or `<` has a third stroke: columns through its open side cross three dark lines, not two."""
    if min(grey.shape) < MIN_STROKE_PX:
        return False
    columns = grey.astype(np.int16).T
    least = DIP_SHARE * float(columns.max() - np.percentile(columns, 5))
    return float(np.mean([_count_dips(column, least) >= 3 for column in columns])) >= BARRED_COLUMNS


def _count_dips(values: NDArray[np.int16], least: float) -> int:
    """How often the values fall by `least` from a height before they rise by as much again."""
    n_dips, height, depth = 0, int(values[0]), None
    for value in (int(v) for v in values):
        if depth is None:
            height = max(height, value)
            if height - value >= least:
                n_dips, depth = n_dips + 1, value
        else:
            depth = min(depth, value)
            if value - depth >= least:
                height, depth = value, None
    return n_dips


def leans_like_slash(ink: NDArray[np.bool_], least: float = MIN_LEAN) -> bool:
    """Whether the ink is one straight stroke from the lower left to the upper right, leaning at least so much."""
    ys, xs = np.nonzero(without_specks(ink))
    if not len(ys) or np.ptp(ys) < MIN_STROKE_PX:
        return False
    slope, start = np.polyfit(ys, xs, 1)
    stray = float(np.std(xs - slope * ys - start))
    return bool(least <= -slope <= MAX_LEAN and stray <= MAX_STRAY_SHARE * (np.ptp(ys) + 1))


def without_specks(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The ink but for pieces that are less than a tenth of it: dust beside a sign has no part in its shape."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA]
    large = areas >= SPECK_SHARE * areas[1:].sum()
    large[0] = False
    kept: NDArray[np.bool_] = large[labels] if count > 1 else ink
    return kept
