"""Lines drawn on a scanned page: found in the image, straightened, each piece drawn whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Ruling
from pipeline.ocr.opencv import cv2
from pipeline.ocr.rulings_bend import Bend, fit_bend
from pipeline.ocr.rulings_grid import lines_to_borders, open_ends, page_lines
from pipeline.ocr.rulings_lines import MEET_PT, SNAP_PT, Line, Side, group_lines
from pipeline.ocr.rulings_trace import POINT_PER_INCH, Floats, Gray, Traced, trace_strokes
from pipeline.ocr.rulings_walls import Border, drawn_share, settle_walls

WORK_DPI = 200.0  # finer pages are looked at in this resolution: no line is thinner than its pixels
BEND_LENGTH_PT = 60.0  # strokes from which leaning and bending are measured
FLAT_PX = 1.0  # a page on which no line strays further is left as it is
RED_GAIN = 0.25  # of red over green and blue: seal ink reflects a little less red light than paper
BLOCK_PX = 16  # the grain at which the displacement of an image is computed


def find_rulings(image: NDArray[np.uint8], dpi: float) -> tuple[Ruling, ...]:
    """Rulings of an upright, deskewed page image in points, horizontal ones first, from the top, then from the left.

    They are straight and meet exactly, however the lines lean, bend, fade or break, and stand where the lines would
    if the page were flat: on a page that bends by more than a point or two, `unbend` it before its words are read.
    Only lines that hang together in a table or a frame come out; underlines and strokes of characters do not.
    """
    gray, scale = _to_gray(image, dpi)
    across, down = trace_sides(gray, dpi * scale)
    return _in_order(_sides_to_rulings(across, down, dpi * scale))


def unbend(image: NDArray[np.uint8], dpi: float) -> NDArray[np.uint8]:
    """The page with its drawn lines laid straight and square; the very same image where they are, or where none is.

    Corrects what is left of skew, perspective and curl, in both directions, by the lines of tables alone.
    """
    gray, scale = _to_gray(image, dpi)
    return _unbent(image, *trace_sides(gray, dpi * scale), scale)


def unbend_with_rulings(image: NDArray[np.uint8], dpi: float) -> tuple[NDArray[np.uint8], tuple[Ruling, ...]]:
    """What `unbend` makes of the page, and its rulings, which stand there as they are drawn: lines are traced once.

    A second layer behind the grey one (where seals were) is moved along with it.
    """
    gray, scale = _to_gray(image, dpi)
    across, down = trace_sides(gray, dpi * scale)
    rulings = _in_order(_sides_to_rulings(across, down, dpi * scale))
    return _unbent(image, across, down, scale), rulings


def _in_order(rulings: Sequence[Ruling]) -> tuple[Ruling, ...]:
    """Horizontal rulings first, from the top, then vertical ones from the left."""
    horizontal = sorted((r for r in rulings if r.is_horizontal), key=lambda r: (r.y0, r.x0))
    vertical = sorted((r for r in rulings if not r.is_horizontal), key=lambda r: (r.x0, r.y0))
    return (*horizontal, *vertical)


def _unbent(image: NDArray[np.uint8], across: Side, down: Side, scale: float) -> NDArray[np.uint8]:
    """The page moved to where its lines are straight; itself where they stray no further than FLAT_PX."""
    height, width = image.shape[:2]
    rows, columns = -(-height // BLOCK_PX), -(-width // BLOCK_PX)
    xs, ys = ((np.arange(count) + 0.5) * BLOCK_PX - 0.5 for count in (columns, rows))
    grid_x, grid_y = np.meshgrid(xs * scale, ys * scale)
    shift_y = across.bend.shift(grid_x, grid_y) / scale
    shift_x = down.bend.shift(grid_y, grid_x) / scale
    if max(float(np.abs(shift_x).max()), float(np.abs(shift_y).max())) <= FLAT_PX:
        return image
    map_x = _spread(shift_x)[:height, :width] + np.arange(width, dtype=np.float32)
    map_y = _spread(shift_y)[:height, :width] + np.arange(height, dtype=np.float32)[:, None]
    return np.asarray(cv2.remap(image, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _spread(coarse: Floats) -> NDArray[np.float32]:
    """Values given at the middle of every block of BLOCK_PX pixels, at every pixel."""
    size = coarse.shape[1] * BLOCK_PX, coarse.shape[0] * BLOCK_PX
    return np.asarray(cv2.resize(coarse.astype(np.float32), size, interpolation=cv2.INTER_LINEAR), np.float32)


def _to_gray(image: NDArray[np.uint8], dpi: float) -> tuple[Gray, float]:
    """The page in gray at working resolution, red ink left out, and the scale that took it there."""
    if image.ndim == 3 and image.shape[2] == 2:
        image = np.ascontiguousarray(image[:, :, 0])
    gray = image if image.ndim == 2 else _without_red(image)
    scale = min(1.0, WORK_DPI / dpi)
    if scale < 0.9:
        return np.asarray(cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8), scale
    return gray, 1.0


def _without_red(image: NDArray[np.uint8]) -> Gray:
    """A colour image as gray in which red ink is nearly as light as paper, and what lies under it is dark."""
    red, green, blue = cv2.split(image)
    excess = cv2.subtract(red, cv2.max(green, blue))
    return np.asarray(cv2.addWeighted(red, 1.0, excess, RED_GAIN, 0), np.uint8)


def trace_sides(gray: Gray, dpi: float) -> tuple[Side, Side]:
    """What is known about the horizontal and about the vertical lines of a page; intermediate, for drawing too."""
    across = trace_strokes(gray, dpi)
    down = trace_strokes(np.ascontiguousarray(gray.T), dpi)
    bend_across, bend_down = _fit(across, dpi), _fit(down, dpi)
    return Side(across, bend_across, bend_down), Side(down, bend_down, bend_across)


def _fit(traced: Traced, dpi: float) -> Bend:
    return fit_bend(traced.strokes, BEND_LENGTH_PT * dpi / POINT_PER_INCH)


def _sides_to_rulings(across: Side, down: Side, dpi: float) -> list[Ruling]:
    """Rulings of all tables and frames of the page."""
    kept_across, kept_down = page_lines(across, down, dpi)
    reach = MEET_PT * dpi / POINT_PER_INCH
    rulings = []
    for hs, vs in group_lines(kept_across, kept_down, reach):
        rulings += _group_to_rulings(across, down, hs, vs, dpi)
    return rulings


def _group_to_rulings(across: Side, down: Side, hs: Sequence[Line], vs: Sequence[Line], dpi: float) -> list[Ruling]:
    """Rulings of lines that hang together, each ending exactly on another or at an open side."""
    snap = SNAP_PT * dpi / POINT_PER_INCH
    rows, columns = lines_to_borders(hs, snap), lines_to_borders(vs, snap)
    xs = sorted([border.place for border in columns] + open_ends(columns, rows, dpi))
    ys = sorted([border.place for border in rows] + open_ends(rows, columns, dpi))
    if len(xs) < 2 or len(ys) < 2:
        return []
    shares_across = np.array([drawn_share(across, border, xs, dpi) for border in rows])
    shares_down = np.array([drawn_share(down, border, ys, dpi) for border in columns])
    shares_across, shares_down = _on_all(shares_across, rows, ys), _on_all(shares_down, columns, xs)
    walls_across, walls_down = settle_walls(shares_across, shares_down, np.diff(xs), np.diff(ys), dpi)
    factor = POINT_PER_INCH / dpi
    horizontal = [
        Ruling(a * factor, y * factor, b * factor, y * factor)
        for y, walls in zip(ys, walls_across, strict=True)
        for a, b in _runs(walls, xs)
    ]
    vertical = [
        Ruling(x * factor, a * factor, x * factor, b * factor)
        for x, walls in zip(xs, walls_down, strict=True)
        for a, b in _runs(walls, ys)
    ]
    return horizontal + vertical


def _on_all(shares: NDArray[np.float64], borders: Sequence[Border], places: Sequence[float]) -> NDArray[np.float64]:
    """Shares with a row of zeros for each place at which no border is drawn."""
    drawn = {border.place: row for border, row in zip(borders, shares, strict=True)}
    return np.array([drawn.get(place, np.zeros(shares.shape[1])) for place in places])


def _runs(walls: NDArray[np.bool_], stops: Sequence[float]) -> list[tuple[float, float]]:
    """Start and end of each unbroken run of pieces that are drawn."""
    runs: list[tuple[float, float]] = []
    for drawn, (a, b) in zip(walls, pairwise(stops), strict=True):
        if not drawn:
            continue
        if runs and runs[-1][1] == a:
            runs[-1] = (runs[-1][0], b)
        else:
            runs.append((a, b))
    return runs
