"""Quads of lines against rulings: lines cut where a border crosses them, cells that hold ink but no line."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from pipeline.document import Ruling
from pipeline.ocr.detect import is_tall
from pipeline.ocr.engine import Quad, rectangle
from pipeline.ocr.opencv import cv2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.ocr.engine import Image

POINTS_PER_INCH = 72.0
MIN_PIECE_EM = 0.25  # of the line's height: a border nearer to its end does not cut it
CROSSING_SHARE = 0.6  # of the line's height that a border must run along
MIDDLE_BAND = (0.3, 0.7)  # of the line's height: a level border there parts two rows read as one line
RULE_HALF_PT = 1.4  # around a ruling's middle, no ink of text
MIN_CELL_PT = 5.0
MAX_CELL_SHARE = 0.4  # of the page
MIN_INK_PX = 6
MIN_INK_PT = 1.2  # the longer side of what may be a character: `一`, `-`, `.` with a figure
LINE_GAP_PT = 1.0
PAD_PT = 1.5
MIN_STACK_LINES = 1.8  # heights of a usual line
MIN_CHARACTER_RATIO = 0.7  # of a 汉字's height to its width, less is a part of one
MAX_CHARACTER_RATIO = 1.25
STACK_PAD_SHARE = 0.12


def erase_rulings(ink: Image, rulings: Sequence[Ruling], dpi: float) -> Image:
    """The ink that is not a ruling's."""
    bare = ink.copy()
    half = max(1, round(RULE_HALF_PT * dpi / POINTS_PER_INCH))
    for ruling in rulings:
        x0, y0, x1, y1 = (round(v * dpi / POINTS_PER_INCH) for v in (ruling.x0, ruling.y0, ruling.x1, ruling.y1))
        bare[max(0, y0 - half) : y1 + half + 1, max(0, x0 - half) : x1 + half + 1] = 0
    return bare


def cut_at_rulings(quads: Sequence[Quad], rulings: Sequence[Ruling], dpi: float) -> list[Quad]:
    """The lines, those that run over a border parted there; the parts are upright rectangles."""
    scale = dpi / POINTS_PER_INCH
    upright = [r for r in rulings if not r.is_horizontal]
    level = [r for r in rulings if r.is_horizontal]
    pieces: list[Quad] = []
    for quad in quads:
        x0, y0, x1, y1 = quad.extent
        margin = MIN_PIECE_EM * min(y1 - y0, x1 - x0)
        downs = [
            r.x0 * scale
            for r in upright
            if x0 + margin < r.x0 * scale < x1 - margin
            and min(r.y1 * scale, y1) - max(r.y0 * scale, y0) >= CROSSING_SHARE * (y1 - y0)
        ]
        band = (y0 + MIDDLE_BAND[0] * (y1 - y0), y0 + MIDDLE_BAND[1] * (y1 - y0))
        acrosses = [
            r.y0 * scale
            for r in level
            if band[0] < r.y0 * scale < band[1]
            and min(r.x1 * scale, x1) - max(r.x0 * scale, x0) >= CROSSING_SHARE * (x1 - x0)
        ]
        pieces.extend(_split(quad, downs, acrosses))
    return pieces


def _split(quad: Quad, downs: Sequence[float], acrosses: Sequence[float]) -> Iterator[Quad]:
    if not downs and not acrosses:
        yield quad
        return
    x0, y0, x1, y1 = quad.extent
    xs, ys = [x0, *sorted(downs), x1], [y0, *sorted(acrosses), y1]
    for top, bottom in itertools.pairwise(ys):
        for left, right in itertools.pairwise(xs):
            if right - left > 2 and bottom - top > 2:
                yield rectangle(left, top, right, bottom)


def find_cells(rulings: Sequence[Ruling], shape: tuple[int, int], dpi: float) -> list[tuple[int, int, int, int]]:
    """x0, y0, x1, y1 in pixels of the fields that rulings close off: the paper's parts once it is cut along them."""
    if not rulings:
        return []
    paper = np.ones(shape, np.uint8)
    scale = dpi / POINTS_PER_INCH
    for r in rulings:
        start, end = (round(r.x0 * scale), round(r.y0 * scale)), (round(r.x1 * scale), round(r.y1 * scale))
        cv2.line(paper, start, end, 0, 3)
    _, _, stats, _ = cv2.connectedComponentsWithStats(paper, connectivity=4)
    least = MIN_CELL_PT * scale
    largest = MAX_CELL_SHARE * shape[0] * shape[1]
    return [
        (int(x), int(y), int(x + w), int(y + h))
        for x, y, w, h, area in stats[1:]
        if w >= least and h >= least and area <= largest and area >= 0.9 * w * h
    ]


def find_missed(
    bare: Image, quads: Sequence[Quad], cells: Sequence[tuple[int, int, int, int]], dpi: float
) -> list[Quad]:
    """Lines in cells that hold ink but no quad, one for each run of rows with ink. `bare` is ink without rulings."""
    middles = [((x0 + x1) / 2, (y0 + y1) / 2) for x0, y0, x1, y1 in (quad.extent for quad in quads)]
    inset = round(RULE_HALF_PT * dpi / POINTS_PER_INCH) + 1
    missed: list[Quad] = []
    for x0, y0, x1, y1 in cells:
        if any(x0 <= x <= x1 and y0 <= y <= y1 for x, y in middles):
            continue
        inner = bare[y0 + inset : y1 - inset, x0 + inset : x1 - inset]
        missed.extend(_shift(quad, x0 + inset, y0 + inset) for quad in _ink_to_lines(inner, dpi))
    return missed


def _ink_to_lines(ink: Image, dpi: float) -> Iterator[Quad]:
    """Boxes around the rows of ink in one cell; specks are none."""
    scale = dpi / POINTS_PER_INCH
    if np.count_nonzero(ink) < MIN_INK_PX:
        return
    gap = max(1, round(LINE_GAP_PT * scale))
    rows = np.flatnonzero(ink.any(axis=1))
    for run in np.split(rows, np.flatnonzero(np.diff(rows) > gap) + 1):
        band = ink[run[0] : run[-1] + 1]
        columns = np.flatnonzero(band.any(axis=0))
        longest = max(columns[-1] - columns[0] + 1, len(run))
        if longest < MIN_INK_PT * scale or np.count_nonzero(band) < MIN_INK_PX:
            continue
        pad = max(PAD_PT * scale, 0.25 * (run[-1] - run[0]))
        side = max(pad, (len(run) + 2 * pad - (columns[-1] - columns[0])) / 2)  # no narrower than it is high
        yield rectangle(columns[0] - side, run[0] - pad, columns[-1] + 1 + side, run[-1] + 1 + pad)


def split_tall(quads: Sequence[Quad], bare: Image) -> list[Quad]:
    """The lines, characters that stand one below another in a narrow cell each on its own.

    Only what is taller than two lines of this page: `1` and `/` are tall, too.
    """
    level = [quad.height for quad in quads if not is_tall(quad)]
    usual = float(np.median(level)) if level else 0.0
    pieces: list[Quad] = []
    for quad in quads:
        stacked = is_tall(quad) and quad.height > MIN_STACK_LINES * usual > 0
        pieces.extend(_stack_to_characters(quad, bare) if stacked else [quad])
    return pieces


def _stack_to_characters(quad: Quad, bare: Image) -> list[Quad]:
    """One quad for each character of a stack: rows of ink put together until they are as high as a character is."""
    x0, y0, x1, y1 = (max(0, round(v)) for v in quad.extent)
    ink = bare[y0:y1, x0:x1]
    rows = np.flatnonzero(ink.any(axis=1))
    columns = np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return []
    size = columns[-1] - columns[0] + 1
    runs = [(int(run[0]), int(run[-1]) + 1) for run in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1)]
    stack = [runs[0]]
    for top, bottom in runs[1:]:
        start, end = stack[-1]
        if bottom - start <= MAX_CHARACTER_RATIO * size and (end - start < MIN_CHARACTER_RATIO * size):
            stack[-1] = (start, bottom)
        else:
            stack.append((top, bottom))
    pad = STACK_PAD_SHARE * size
    return [rectangle(x0, y0 + top - pad, x1, y0 + bottom + pad) for top, bottom in stack]


def _shift(quad: Quad, dx: float, dy: float) -> Quad:
    x0, y0, x1, y1 = quad.extent
    return rectangle(x0 + dx, y0 + dy, x1 + dx, y1 + dy)


def tighten(bare: Image, quad: Quad) -> tuple[float, float, float, float] | None:
    """x0, y0, x1, y1 of the ink inside a line's quad; None where there is none. Detectors draw wide of the text."""
    x0, y0, x1, y1 = (round(v) for v in quad.extent)
    x0, y0 = max(0, x0), max(0, y0)
    inner: NDArray[np.uint8] = bare[y0:y1, x0:x1]
    columns, rows = np.flatnonzero(inner.any(axis=0)), np.flatnonzero(inner.any(axis=1))
    if not len(rows):
        return None
    return float(x0 + columns[0]), float(y0 + rows[0]), float(x0 + columns[-1] + 1), float(y0 + rows[-1] + 1)
