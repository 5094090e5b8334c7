"""Page image → strokes: long thin dark lines, followed piecewise, with how dark they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.ocr.opencv import cv2

Gray = NDArray[np.uint8]
Floats = NDArray[np.float64]

POINT_PER_INCH = 72.0
SMOOTH_PT = 5.0  # of a line averaged into one sample: lifts faint lines out of the noise
FINE_SMOOTH_PT = 1.8  # the same for telling lines from text: the gaps in and between characters stay visible
THICK_PT = 4.6  # a broader dark band is no line
MIN_STROKE_PT = 10.0  # shorter pieces are never looked at; a row is higher, a column wider
LONG_PT = 24.0  # a line of this length is no part of one character
GAP_PT = 2.0  # breaks of this length do not end a stroke
MIN_CONTRAST = 7.0  # gray levels by which a line is darker than both its sides
NOISE_FACTOR = 3.0  # how far above the usual response of blank paper a line must stand
LEAN_SHARE = 0.035  # of its length by which a stroke may lean or bend
STRAY_PT = 2.0  # by which any stroke may
JUMP_PT = 1.5  # between two steps of a path, by which it leaves one line for another
RUN_PT = 22.0  # a stretch with so much text in it does not go on as a line
STEP_PT = 4.0  # between the points that describe a stroke's path
STRETCH_STEPS = 9  # over which a path follows the same line
DARKER_SHARE = 0.1  # of a line's weight that is its darkness: of two lines side by side the darker one is followed
SEEN_SHARE = 0.4  # of a line's contrast that a pixel must show to count as drawn
SIDE_PT = (1.4, 2.2, 2.9)  # where beside a line its paper is looked for: the nearest serves thin and double lines
MIN_SEEN = 0.7  # of a line's length that must be dark between two light sides: of text in a row hardly half is
BREAK_EVERY_PT = 10.0  # text is broken about this often, a line that is drawn hardly ever
BESIDE_PT = (1.4, 2.2, 2.9, 3.6)  # where ink beside a stroke speaks for a character
MAX_TEXT_LIKENESS = 1.15  # see text_likeness


@dataclass(frozen=True, slots=True)
class Stroke:
    """One traced line in pixels: `along` runs in its direction, `across` is where it stands there."""

    along: Floats
    across: Floats
    contrast: float

    @property
    def start(self) -> float:
        return float(self.along[0])

    @property
    def end(self) -> float:
        return float(self.along[-1])

    @property
    def length(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Traced:
    """Strokes of one direction, and the page in which they, and weaker ones, are looked for.

    For vertical strokes everything is transposed: `along` is y, `across` is x, the images are of the transposed page.
    """

    strokes: tuple[Stroke, ...]
    pieces: NDArray[np.int32]  # left, top, width, height, label of each piece too short to be told from text alone
    labels: NDArray[np.int32]
    response: Gray
    smooth: Gray
    floor: float  # the contrast below which nothing is a line
    dpi: float


def points_to_pixels(points: float, dpi: float) -> int:
    """A length as whole pixels, one at least."""
    return max(1, round(points * dpi / POINT_PER_INCH))


def trace_strokes(gray: Gray, dpi: float) -> Traced:
    """Horizontal strokes of a gray page image; give the transposed page for the vertical ones."""
    response = _line_response(gray, points_to_pixels(SMOOTH_PT, dpi) | 1, points_to_pixels(THICK_PT, dpi) | 1)
    smooth = np.asarray(cv2.blur(gray, (points_to_pixels(FINE_SMOOTH_PT, dpi) | 1, 1)), np.uint8)
    floor = max(MIN_CONTRAST, NOISE_FACTOR * float(np.median(response[::4, ::4])))
    mask = cv2.threshold(response, floor, 255, cv2.THRESH_BINARY)[1]
    mask = cv2.dilate(mask, np.ones((3, 1), np.uint8))
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, points_to_pixels(GAP_PT, dpi) | 1), np.uint8))
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, points_to_pixels(MIN_STROKE_PT, dpi)), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
    pieces = np.column_stack([stats[1:, :4], np.arange(1, count)]).astype(np.int32)
    is_long = pieces[:, 2] >= points_to_pixels(LONG_PT, dpi)
    traced = Traced((), pieces[~is_long], labels, response, smooth, floor, dpi)
    return replace(traced, strokes=follow_pieces(traced, pieces[is_long]))


def follow_pieces(traced: Traced, pieces: NDArray[np.int32]) -> tuple[Stroke, ...]:
    """The strokes among connected pieces: followed step by step, and dark between light sides nearly all along."""
    paths = [path for piece in pieces for path in _follow(traced, piece)]
    return tuple(stroke for path in paths for stroke in _drawn_runs(path, traced))


def look_around(traced: Traced, rows: NDArray[np.int64], columns: NDArray[np.int64], reach: int) -> NDArray[np.int16]:
    """The page at these pixels and up to `reach` above and below them, from the top ((2 reach + 1) × n)."""
    height, width = traced.smooth.shape
    rows = np.clip(rows, reach, height - reach - 1)
    around = np.arange(-reach, reach + 1)[:, None]
    return traced.smooth[rows + around, np.clip(columns, 0, width - 1)].astype(np.int16)


def side_reach(dpi: float) -> int:
    """How many pixels above and below a line are looked at."""
    return points_to_pixels(max(*SIDE_PT, *BESIDE_PT), dpi)


def around_to_depths(around: NDArray[np.int16], middle: int, dpi: float) -> NDArray[np.int16]:
    """By how much row `middle` is darker than both its sides, for each distance in SIDE_PT (distance × n)."""
    core = around[middle - 1 : middle + 2].min(axis=0)
    sides = [points_to_pixels(distance, dpi) for distance in SIDE_PT]
    return np.stack([np.minimum(around[middle - d], around[middle + d]) - core for d in sides])


def around_to_beside(around: NDArray[np.int16], middle: int, dpi: float) -> NDArray[np.int16]:
    """The rows above and below `middle` in which a line has paper and a stroke of a character has ink."""
    offsets = [points_to_pixels(distance, dpi) for distance in BESIDE_PT]
    return around[[middle + sign * offset for offset in offsets for sign in (-1, 1)]]


def quantile(values: NDArray[np.int16], share: float) -> NDArray[np.int16]:
    """The value below which `share` of the last axis lies; numpy's own takes ten times as long on short rows."""
    at = int(share * (values.shape[-1] - 1))
    return np.asarray(np.partition(values, at, axis=-1)[..., at], np.int16)


def steadiest(depths: NDArray[np.int16]) -> NDArray[np.int16]:
    """The row of depths that is dark most evenly: what is darker than usual counts no more than what is usual."""
    usual = quantile(depths, 0.6).max()
    best: NDArray[np.int16] = depths[int(np.minimum(np.maximum(depths, 0), usual).sum(axis=1).argmax())]
    return best


def text_likeness(seen: NDArray[np.bool_], inked: NDArray[np.bool_], dpi: float) -> float:
    """How much what is seen along a stroke looks like a row of characters: 1.5 to 3 for these, below 1 for a line.

    The breaks in BREAK_EVERY_PT, the share that is not seen, and half the share that has ink beside it.
    """
    breaks = np.count_nonzero(seen[:-1] & ~seen[1:]) / (len(seen) * POINT_PER_INCH / dpi / BREAK_EVERY_PT)
    return float(breaks + 1 - seen.mean() + inked.mean() / 2)


def _drawn_runs(path: tuple[Floats, Floats], traced: Traced) -> Iterator[Stroke]:
    """The strokes along a path: its stretches that are one line all along, without the text that joins them."""
    positions = np.arange(round(path[0][0]), round(path[0][-1]) + 1)
    rows = np.rint(np.interp(positions, *path)).astype(np.int64)
    reach = side_reach(traced.dpi)
    around = look_around(traced, rows, positions, reach)
    depth = steadiest(around_to_depths(around, reach, traced.dpi))
    contrast = float(quantile(depth, 0.6))
    seen = depth >= max(SEEN_SHARE * contrast, traced.floor)
    near = around_to_beside(around, reach, traced.dpi)
    inked = near.min(axis=0) <= float(quantile(near.max(axis=0), 0.5)) - SEEN_SHARE * contrast
    for first, last in _dense_runs(seen, points_to_pixels(RUN_PT, traced.dpi)):
        run = slice(first, last + 1)
        if last - first < points_to_pixels(MIN_STROKE_PT, traced.dpi) / 2 or float(seen[run].mean()) < MIN_SEEN:
            continue
        if text_likeness(seen[run], inked[run], traced.dpi) > MAX_TEXT_LIKENESS:
            continue
        ends = positions[[first, last]].astype(np.float64)
        inner = (path[0] > ends[0]) & (path[0] < ends[1])
        along = np.concatenate([ends[:1], path[0][inner], ends[1:]])
        yield Stroke(along, np.interp(along, *path), float(quantile(depth[run], 0.6)))


def _dense_runs(seen: NDArray[np.bool_], window: int) -> list[tuple[int, int]]:
    """First and last place of each stretch that is drawn densely enough, beginning and ending on what is drawn."""
    if not seen.any():
        return []
    window = min(window, len(seen))
    reach = np.convolve(np.ones(len(seen)), np.ones(window), "same")
    dense = np.convolve(seen, np.ones(window), "same") >= MIN_SEEN * reach
    edges = np.flatnonzero(np.diff(np.concatenate([[0], dense.view(np.int8), [0]])))
    runs = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        drawn = np.flatnonzero(seen[start:end])
        if len(drawn):
            runs.append((_go_on(seen, int(start + drawn[0]), -1), _go_on(seen, int(start + drawn[-1]), 1)))
    return runs


def _go_on(seen: NDArray[np.bool_], place: int, step: int) -> int:
    """How far what is drawn goes on without a break."""
    while 0 <= place + step < len(seen) and seen[place + step]:
        place += step
    return place


def _line_response(gray: Gray, length: int, thick: int) -> Gray:
    """By how much each pixel, averaged along the line, is darker than the paper above and below it."""
    smooth = cv2.blur(gray, (length, 1))
    return np.asarray(cv2.morphologyEx(smooth, cv2.MORPH_BLACKHAT, np.ones((thick, 1), np.uint8)), np.uint8)


def _follow(traced: Traced, piece: NDArray[np.int32]) -> list[tuple[Floats, Floats]]:
    """(along, across) of one connected piece: at every step the darkest place near the piece's main line.

    Several where a line runs on into text at another height.
    """
    left, top, width, height, label = (int(v) for v in piece)
    part = slice(top, top + height), slice(left, left + width)
    weight = np.where(traced.labels[part] == label, traced.response[part], 0).astype(np.float64)
    step = points_to_pixels(STEP_PT, traced.dpi)
    columns = weight[:, : width - width % step].reshape(height, -1, step).sum(axis=2)
    if columns.shape[1] < 2:
        return []
    centres = left + (np.arange(columns.shape[1]) + 0.5) * step - 0.5
    along, across = _path(columns, centres, points_to_pixels(THICK_PT / 2, traced.dpi), step * traced.floor)
    if len(along) < 2:
        return []
    along = np.concatenate([[float(left)], along[1:-1], [float(left + width - 1)]])
    if _is_level(along, across, traced.dpi):
        return [(along, across + top)]
    jumps = np.flatnonzero(np.abs(np.diff(across)) > points_to_pixels(JUMP_PT, traced.dpi)) + 1
    parts = zip(np.split(along, jumps), np.split(across, jumps), strict=True)
    least = points_to_pixels(LONG_PT, traced.dpi)
    return [(a, b + top) for a, b in parts if np.ptp(a) >= least and _is_level(a, b, traced.dpi)]


def _is_level(along: Floats, across: Floats, dpi: float) -> bool:
    """Whether a path strays no further than a leaning or bent line does."""
    return bool(np.ptp(across) <= points_to_pixels(STRAY_PT, dpi) + LEAN_SHARE * np.ptp(along))


def _path(columns: Floats, centres: Floats, reach: int, ceiling: float) -> tuple[Floats, Floats]:
    """(along, across) of the main line through response columns; text that touches the line is left aside.

    The main line is where, over a stretch, most columns are dark at all: text is darker, but in fewer of them. Of two
    such lines it is the darker one: the other may be a line of the sheet's other side.
    """
    height = columns.shape[0]
    rows = np.arange(height)[:, None]
    if height > 2 * reach + 1:
        often = cv2.blur(np.minimum(columns, ceiling), (STRETCH_STEPS, 3), borderType=cv2.BORDER_CONSTANT) / ceiling
        evenly = cv2.morphologyEx(columns, cv2.MORPH_OPEN, np.ones((1, STRETCH_STEPS), np.uint8))
        middle = (often + DARKER_SHARE * evenly / max(1.0, float(evenly.max()))).argmax(axis=0)
        columns = np.where(np.abs(rows - middle[None, :]) <= reach, columns, 0.0)
    shares = np.where(np.abs(rows - columns.argmax(axis=0)[None, :]) <= reach, columns, 0.0)
    total = shares.sum(axis=0)
    held = total > 0
    across = (shares * rows).sum(axis=0)[held] / total[held]
    return centres[held], across
