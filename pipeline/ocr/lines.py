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
STRAIGHT_PT = 13.0  # longer than a stroke of a character of a form's type
GAP_PX = 3  # lost dots of a ruling are closed
RULE_HALO_PX = 2  # around a ruling's ink, its grey edge
MIN_CELL_PT = 5.0
MAX_CELL_SHARE = 0.4  # of the page
BAR_HEIGHT_SHARE = 0.34  # of its width: a level bar of `=`
BAR_FILL = 0.6  # of its box that is ink: a line of text has less
MIN_INK_PX = 6
MIN_INK_PT = 1.2  # the longer side of what may be a character: `一`, `-`, `.` with a figure
LINE_GAP_PT = 1.0
PAD_PT = 1.5
MIN_MISSED_SHARE = 0.7  # of the usual line's ink: the height of a missed line beside others in its cell
MIN_STACK_LINES = 1.8  # heights of a usual line
MIN_CHARACTER_RATIO = 0.7  # of a 汉字's height to its width, less is a part of one
MAX_CHARACTER_RATIO = 1.25
MIN_PART_RATIO = 0.2  # of a line's height: a lower run of rows is a part of the line above, if there is room
QUAD_EM = 1.7  # height of a line's quad in heights of its ink
MAX_COLUMN_EM = 1.6  # width of a column of single characters, in heights of a usual line
STACK_PAD_SHARE = 0.12
NEIGHBOUR_SHARE = 0.35  # of a quad's height at each edge where lines above and below may reach in


def erase_rulings(ink: Image, rulings: Sequence[Ruling], dpi: float) -> Image:
    """The ink that is not a ruling's: around a ruling's middle only what hangs together with ink farther off stays.

    A bracket that touches the border of its cell is kept, all but where the two meet; frayed edges of the border go.
    """
    zone = np.zeros_like(ink)
    scale = dpi / POINTS_PER_INCH
    half = max(1, round(RULE_HALF_PT * scale))
    for ruling in rulings:
        x0, y0, x1, y1 = (round(v * scale) for v in (ruling.x0, ruling.y0, ruling.x1, ruling.y1))
        zone[max(0, y0 - half) : y1 + half + 1, max(0, x0 - half) : x1 + half + 1] = 255
    rest = cv2.subtract(ink, cv2.bitwise_and(_straight_ink(ink, scale), zone))
    _, labels = cv2.connectedComponents(rest, connectivity=8)
    far = np.zeros(int(labels.max()) + 1, np.uint8)
    far[labels[(rest > 0) & (zone == 0)]] = 255
    far[0] = 0
    kept: Image = far[labels]
    return kept


def _straight_ink(ink: Image, scale: float) -> Image:
    """255 where ink is part of a straight level or upright stroke longer than one of a character, and beside it."""
    length = max(3, round(STRAIGHT_PT * scale))
    straight = np.zeros_like(ink)
    for along, gap in (((1, length), (1, GAP_PX)), ((length, 1), (GAP_PX, 1))):
        closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones(gap, np.uint8))
        straight |= cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones(along, np.uint8))
    beside: Image = cv2.dilate(straight, np.ones((3, 3), np.uint8))
    return beside


def whiten_rulings(image: Image, ink: Image, bare: Image) -> Image:
    """The page with paper where rulings were: a border beside a figure reads as `1`.

    `bare` is `ink` without rulings.
    """
    ruled = cv2.subtract(ink, bare)
    halo = cv2.dilate(ruled, np.ones((2 * RULE_HALO_PX + 1,) * 2, np.uint8))
    halo[bare > 0] = 0
    white: Image = np.where(halo > 0, np.uint8(255), image)
    return white


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
    """Lines in cells whose ink no quad covers, one for each run of rows with ink. `bare` is ink without rulings.

    In a cell that has lines already only a run as high as text counts: what is left of `=` or a speck is none.
    """
    inset = round(RULE_HALF_PT * dpi / POINTS_PER_INCH) + 1
    heights = [box[3] - box[1] for quad in quads if not is_tall(quad) and (box := tighten(bare, quad))]
    usual = float(np.median(heights)) if heights else 0.0
    middles = [((x0 + x1) / 2, y0, y1) for x0, y0, x1, y1 in (quad.extent for quad in quads)]
    missed: list[Quad] = []
    for x0, y0, x1, y1 in cells:
        inner = bare[y0 + inset : y1 - inset, x0 + inset : x1 - inset]
        within = [(top, bottom) for x, top, bottom in middles if x0 <= x <= x1 and y0 <= (top + bottom) / 2 <= y1]
        taken = [_middle_band(top - y0 - inset, bottom - y0 - inset) for top, bottom in within]
        least = MIN_MISSED_SHARE * usual if taken else 0.0
        missed.extend(_shift(quad, x0 + inset, y0 + inset) for quad in _ink_to_lines(inner, dpi, taken, least))
    return missed


def _middle_band(top: float, bottom: float) -> tuple[float, float]:
    """The rows of a quad that its text takes up for certain: detectors draw wide of it."""
    height = bottom - top
    return top + MIDDLE_BAND[0] * height, top + MIDDLE_BAND[1] * height


def _ink_to_lines(ink: Image, dpi: float, taken: Sequence[tuple[float, float]], least_px: float) -> Iterator[Quad]:
    """Boxes around the rows of ink in one cell, but for those in `taken` and lower ones; specks are none."""
    scale = dpi / POINTS_PER_INCH
    if np.count_nonzero(ink) < MIN_INK_PX:
        return
    gap = max(1, round(LINE_GAP_PT * scale))
    rows = np.flatnonzero(ink.any(axis=1))
    for run in _join_bars(np.split(rows, np.flatnonzero(np.diff(rows) > gap) + 1), ink):
        if len(run) < least_px or any(top <= run[-1] and bottom >= run[0] for top, bottom in taken):
            continue
        band = ink[run[0] : run[-1] + 1]
        columns = np.flatnonzero(band.any(axis=0))
        if _longest_piece(band) < MIN_INK_PT * scale or np.count_nonzero(band) < MIN_INK_PX:
            continue
        pad = max(PAD_PT * scale, 0.25 * (run[-1] - run[0]))
        side = max(pad, (len(run) + 2 * pad - (columns[-1] - columns[0])) / 2)  # no narrower than it is high
        yield rectangle(columns[0] - side, run[0] - pad, columns[-1] + 1 + side, run[-1] + 1 + pad)


def _longest_piece(ink: Image) -> int:
    """The longer side of the largest connected piece of ink, in pixels: specks in a row are no line."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    return int(stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(initial=0))


def _join_bars(runs: Sequence[NDArray[np.intp]], ink: Image) -> Iterator[NDArray[np.intp]]:
    """The runs of rows, two level bars close to each other as one: `=` is one sign."""
    waiting: NDArray[np.intp] | None = None
    for run in runs:
        band = ink[run[0] : run[-1] + 1]
        columns = np.flatnonzero(band.any(axis=0))
        width = int(columns[-1] - columns[0]) + 1
        is_bar = len(run) <= BAR_HEIGHT_SHARE * width and np.count_nonzero(band) >= BAR_FILL * len(run) * width
        if waiting is not None and is_bar and run[0] - waiting[-1] <= width:
            yield np.concatenate([waiting, run])
            waiting = None
            continue
        if waiting is not None:
            yield waiting
        waiting = run if is_bar else None
        if not is_bar:
            yield run
    if waiting is not None:
        yield waiting


def split_tall(quads: Sequence[Quad], bare: Image) -> list[Quad]:
    """The lines, those found as one taken apart: characters one below another in a narrow cell, lines of a short text.

    Only what is taller than two lines of this page: `1` and `/` are tall, too.
    """
    level = [quad for quad in quads if not is_tall(quad)]
    usual = float(np.median([quad.height for quad in level])) if level else 0.0
    em = float(np.median([box[3] - box[1] for quad in level if (box := tighten(bare, quad))] or [usual / QUAD_EM]))
    pieces: list[Quad] = []
    for quad in quads:
        stacked = usual > 0 and quad.height > MIN_STACK_LINES * usual
        pieces.extend(_split_stack(quad, bare, em) if stacked else [quad])
    return pieces


def _split_stack(quad: Quad, bare: Image, em: float) -> list[Quad]:
    """One quad for each line of a stack: rows of ink put together until they are as high as a line is.

    A column of single characters has its own height of line, which is its width. What is no stack stays as it is.
    """
    x0, y0, x1, y1 = (max(0, round(v)) for v in quad.extent)
    ink = bare[y0:y1, x0:x1]
    columns = np.flatnonzero(ink.any(axis=0))
    rows = np.flatnonzero(ink.any(axis=1))
    if not len(rows):
        return []
    width = int(columns[-1] - columns[0]) + 1
    is_column = is_tall(quad) and width <= MAX_COLUMN_EM * em
    if not is_column:
        rows = _own_rows(rows, y1 - y0)
    size = width if is_column else em
    runs = [(int(run[0]), int(run[-1]) + 1) for run in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1)]
    stack = [runs[0]]
    for top, bottom in runs[1:]:
        start, end = stack[-1]
        is_part = end - start < MIN_CHARACTER_RATIO * size or bottom - top < MIN_PART_RATIO * size
        if is_part and bottom - start <= MAX_CHARACTER_RATIO * size:
            stack[-1] = (start, bottom)
        else:
            stack.append((top, bottom))
    if len(stack) == 1:
        return [quad]
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
    rows = _own_rows(np.flatnonzero(inner.any(axis=1)), inner.shape[0])
    if not len(rows):
        return None
    columns = np.flatnonzero(inner[rows[0] : rows[-1] + 1].any(axis=0))
    return float(x0 + columns[0]), float(y0 + rows[0]), float(x0 + columns[-1] + 1), float(y0 + rows[-1] + 1)


def _own_rows(rows: NDArray[np.intp], height: int) -> NDArray[np.intp]:
    """The rows of ink without those of the lines above and below, whose edges reach into the quad.

    Such a run of rows begins at the quad's own edge, keeps to its margin, and is parted from the line by blank rows.
    """
    runs = np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1)
    margin = NEIGHBOUR_SHARE * height
    if len(runs) > 1 and runs[0][0] == 0 and runs[0][-1] < margin:
        runs = runs[1:]
    if len(runs) > 1 and runs[-1][-1] == height - 1 and runs[-1][0] >= height - margin:
        runs = runs[:-1]
    return np.concatenate(runs)
