"""The decimal point of a number, told from its picture: where print is small or soft, networks pass over it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.ocr.engine import Image

WHITE = 255
MIN_CONTRAST = 40  # of the darkest ink to white; below it there is nothing to see
INK_PERCENTILE = 97  # of a strip's darkness: that of a stroke's middle
STROKE_SHARE = 0.45  # of the ink's darkness that makes a pixel part of a stroke
ROW_SHARE = 0.03  # of a row's pixels that are strokes where text is
RULE_SHARE = 0.8  # of a row's pixels that are strokes where a ruling runs
FOOT_SHARE = 0.3  # of the digits' height in which a point stands
GAP_SHARE = 0.5  # of the ink's darkness that a gap between digits stays below
MIN_GAP_EM = 0.21  # of the digits' height: digits alone stand closer
POINT_SHARE = 0.45  # of the ink's darkness that a point reaches
APART_SHARE = 0.85  # of a point's darkness that the foot falls to on both sides of it
MIN_HEIGHT_PX = 10
PLAIN = re.compile(r"(-?)(\d{2,})(%?)")
PERCENT_WIDTH = 1.7  # digits


def find_point(strip: Image, *, is_trace_enough: bool = False) -> float | None:
    """Where the one point of a number stands, as a share of the number's width; None where there is not just one.

    `strip` is the grey picture of one line. A point is ink at the foot of a gap that is wider than between digits; a
    trace of one may run into the digits beside it, as may the serif of a `1`.
    """
    dark = (WHITE - strip.astype(np.float32)).astype(np.float32)
    ink = float(np.percentile(dark, INK_PERCENTILE))
    rows = _text_rows(dark >= STROKE_SHARE * ink)
    if ink < MIN_CONTRAST or rows is None:
        return None
    top, bottom = rows
    height = bottom - top
    foot = bottom - max(2, round(FOOT_SHARE * height))
    above, below = dark[top:foot].max(axis=0), dark[foot:bottom].max(axis=0)
    inked = np.flatnonzero(above >= GAP_SHARE * ink)
    if not len(inked):
        return None
    first, last = int(inked[0]), int(inked[-1]) + 1
    points = [
        (start + end) / 2
        for start, end in _runs(above < GAP_SHARE * ink)
        if first < start and end < last and end - start >= MIN_GAP_EM * height
        if below[start:end].max() >= POINT_SHARE * ink and (is_trace_enough or _stands_apart(below[start:end]))
    ]
    return (points[0] - first) / (last - first) if len(points) == 1 else None


def _stands_apart(foot: NDArray[np.float32]) -> bool:
    """Whether the ink at the foot of a gap is the gap's own, not the serif of the digit beside it."""
    peak = int(foot.argmax())
    limit = APART_SHARE * foot[peak]
    return bool(foot[: peak + 1].min() <= limit and foot[peak:].min() <= limit)


def _text_rows(strokes: NDArray[np.bool_]) -> tuple[int, int] | None:
    """First row and the one after the last of the tallest band of text; rulings are none."""
    share = strokes.mean(axis=1)
    bands = _runs((share >= ROW_SHARE) & (share < RULE_SHARE))
    tallest = max(bands, key=lambda band: band[1] - band[0], default=(0, 0))
    return tallest if tallest[1] - tallest[0] >= MIN_HEIGHT_PX else None


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Start and end of each run of true."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def insert_point(text: str, point: float | None) -> str:
    """A text that is digits alone with the point that its picture shows (`75` → `7.5`); any other text as it is."""
    match = PLAIN.fullmatch(text)
    if match is None or point is None:
        return text
    sign, digits, percent = match.groups()
    width = len(digits) + (PERCENT_WIDTH if percent else 0.0)
    place = round(point * width)
    return f"{sign}{digits[:place]}.{digits[place:]}{percent}" if 0 < place < len(digits) else text
