"""Pieces of borders, from one that they meet to the next: drawn whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.ocr.rulings_lines import FAINT_SHARE, SURE_PT, Line, Side
from pipeline.ocr.rulings_trace import (
    MAX_TEXT_LIKENESS,
    MIN_SEEN,
    POINT_PER_INCH,
    SEEN_SHARE,
    Floats,
    around_to_beside,
    around_to_depths,
    look_around,
    quantile,
    side_reach,
    steadiest,
    text_likeness,
)

WINDOW_PT = 36.0  # over which evidence must stay at one height: characters do not
WANDER_PX = 2  # by which a line may stand beside its fitted place
SETTLE_ROUNDS = 2
MARGIN_PT = 1.5  # at both ends of a piece that says nothing: the line that it meets is there
MIN_END_SHARE = 0.5  # of each end of a traced piece that must be drawn
BROKEN_SHARE = 0.65  # of a piece with a gap that must be drawn where its end touches the line that it meets
TOUCHING_SHARE = 0.9  # of the end quarter that does
MAX_BESIDE = 0.4  # of its length along which ink may stand beside it
SEALED_SHARE = 0.8  # the same three where both ends are there, whatever stands beside it
TOUCHING_BOTH_SHARE = 0.7
MAX_BESIDE_BOTH = 0.6
BROKEN_CONTRAST = 0.4  # of its border's
WALL_SHARE = 0.6  # of a piece of a border between two that it meets that must be drawn
SHORT_WALL_PT = 24.0
SHORT_WALL_SHARE = 0.8  # the same for a piece no longer than that
Shares = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Border:
    """One border of a grid: where it stands and the lines that were traced on it."""

    place: float
    lines: tuple[Line, ...]

    @property
    def contrast(self) -> float:
        longest = max(self.lines, key=lambda line: line.length)
        return longest.contrast


def drawn_share(side: Side, border: Border, stops: Sequence[float], dpi: float) -> list[float]:
    """For each piece of a border between two stops, which share of it is drawn: dark at one and the same height."""
    positions = np.arange(int(stops[0]), int(stops[-1]) + 1)
    looks = _look_along(side, border, positions)
    least = max(side.traced.floor, FAINT_SHARE * border.contrast)
    scale = dpi / POINT_PER_INCH
    shares = []
    for a, b in pairwise(stops):
        inset = min(MARGIN_PT * scale, (b - a) / 4)
        inside = np.flatnonzero((positions >= a + inset) & (positions <= b - inset))
        parts = np.array_split(inside, max(1, round(len(inside) / (WINDOW_PT * scale))))
        drawn = [len(part) * _steady(looks, part, least, border.contrast, dpi) for part in parts if len(part)]
        shares.append(sum(drawn) / max(len(inside), 1))
    return shares


@dataclass(frozen=True, slots=True)
class Looks:
    """What is seen along a border at every position."""

    depths: NDArray[np.int16]  # for each height at which the border may stand and each distance of its sides
    darkest_beside: NDArray[np.int16]
    paper: NDArray[np.int16]
    traced: NDArray[np.bool_]


def _look_along(side: Side, border: Border, positions: NDArray[np.int64]) -> Looks:
    """How dark the page is along the border and beside it; where it was traced, the border is there."""
    along = positions.astype(np.float64)
    place = np.full(len(along), border.place)
    traced = np.zeros(len(along), np.bool_)
    for line in border.lines:
        on_line = (positions >= line.start) & (positions <= line.end)
        place[on_line] = np.interp(along[on_line], line.along, line.across)
        traced |= on_line
    rows = np.rint(place + side.bend.shift(along, place)).astype(np.int64)
    columns = np.rint(along + side.other.shift(place, along)).astype(np.int64)
    reach = side_reach(side.traced.dpi)
    around = look_around(side.traced, rows, columns, reach + WANDER_PX)
    middle = reach + WANDER_PX
    heights = range(middle - WANDER_PX, middle + WANDER_PX + 1)
    depths = np.concatenate([around_to_depths(around, height, side.traced.dpi) for height in heights])
    beside = around_to_beside(around, middle, side.traced.dpi)
    return Looks(depths, beside.min(axis=0), beside.max(axis=0), traced)


def _steady(looks: Looks, part: NDArray[np.intp], least: float, usual: float, dpi: float) -> float:
    """The drawn share of a window at its best height, no more than in its ends: a character does not reach them.

    None of it where it is broken as often as text and has ink beside it.
    """
    depths = looks.depths[:, part]
    best = steadiest(depths)
    contrast = max(float(quantile(best, 0.6)), least)
    seen = best >= SEEN_SHARE * contrast
    paper = float(quantile(looks.paper[part], 0.5))
    inked = looks.darkest_beside[part] <= paper - SEEN_SHARE * contrast
    if _is_broken_wall(seen, inked, contrast, usual):
        return 1.0
    if text_likeness(seen, inked, dpi) > MAX_TEXT_LIKENESS:
        return 0.0
    ends = min(_ends(seen))
    traced = float(looks.traced[part].mean()) if seen.mean() >= MIN_SEEN and ends >= MIN_END_SHARE else 0.0
    return max(min(float(seen.mean()), ends), traced)


def _ends(seen: NDArray[np.bool_]) -> tuple[float, float]:
    """The drawn share of the first and of the last quarter."""
    quarter = max(1, len(seen) // 4)
    return float(seen[:quarter].mean()), float(seen[-quarter:].mean())


def _is_broken_wall(seen: NDArray[np.bool_], inked: NDArray[np.bool_], contrast: float, usual: float) -> bool:
    """Whether a piece with gaps was drawn: it touches a line that it meets, as characters do not, on light paper.

    Under a seal, where ink is beside it, both of its ends must be there, as dark as the rest of its border.
    """
    share, beside, ends = float(seen.mean()), float(inked.mean()), _ends(seen)
    if share >= BROKEN_SHARE and max(ends) >= TOUCHING_SHARE and beside < MAX_BESIDE:
        return True
    if contrast < BROKEN_CONTRAST * usual:
        return False
    if share >= SEALED_SHARE and min(ends) >= TOUCHING_BOTH_SHARE:
        return True
    return share >= MIN_SEEN and min(ends) >= MIN_END_SHARE and beside < MAX_BESIDE_BOTH


def settle_walls(
    across: Shares, down: Shares, widths: Floats, heights: Floats, dpi: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which pieces of borders are drawn: from one border that they meet to the next, whole or not at all.

    `across[i, j]` is the drawn share of horizontal border i between the vertical borders j and j + 1, which stand
    `widths[j]` apart; `down[j, i]` and `heights[i]` the same the other way round.
    """
    walls_across, walls_down = across >= WALL_SHARE, down >= WALL_SHARE
    for _ in range(SETTLE_ROUNDS):
        walls_across = _settle(across, walls_down, widths, dpi)
        walls_down = _settle(down, walls_across, heights, dpi)
    return walls_across, walls_down


def needed_share(length: float, dpi: float) -> float:
    """The share of a piece that must be drawn: the shorter, the nearer a single character comes to it."""
    points = length * POINT_PER_INCH / dpi
    return float(np.interp(points, (SHORT_WALL_PT, SURE_PT), (SHORT_WALL_SHARE, WALL_SHARE)))


def _settle(shares: Shares, crossing: NDArray[np.bool_], lengths: Floats, dpi: float) -> NDArray[np.bool_]:
    """Walls of one direction, decided between the places at which a wall of the other direction meets them."""
    n_lines, n_pieces = shares.shape
    walls = np.zeros(shares.shape, np.bool_)
    for i in range(n_lines):
        start = 0
        for end in range(1, n_pieces + 1):
            if end < n_pieces and not crossing[end, max(i - 1, 0) : i + 1].any():
                continue
            drawn = float(np.average(shares[i, start:end], weights=lengths[start:end]))
            walls[i, start:end] = drawn >= needed_share(float(lengths[start:end].sum()), dpi)
            start = end
    return walls
