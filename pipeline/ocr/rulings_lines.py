"""Strokes → lines of a page: straightened, and told from text, from seals and from what shines through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.crossings import group_crossing
from pipeline.ocr.rulings_bend import Bend
from pipeline.ocr.rulings_trace import POINT_PER_INCH, Floats, Stroke, Traced, follow_pieces

SURE_PT = 60.0  # a line of this length needs no other to hang on
HUNG_SHARE = 0.5  # of a shorter one that must lie between the first and the last line it meets
MEET_PT = 3.5  # how far a line may stop short of the one it meets
HANG_PT = 1.5  # the same for a line so short that it could be a stroke of a character
SNAP_PT = 3.0  # borders closer than this are one: double lines
FAINT_SHARE = 0.22  # of the usual contrast of lines, below which one shines through from the back
LONE_CONTRAST = 0.45  # of the lines that it meets, for a short line that stands alone on its border
LONE_SLOPE = 0.03  # by which it may lean, once the page's own leaning is taken off
LONE_BEND_PT = 0.35  # by which it may stray from straight


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A stroke in straightened pixels: from `start` to `end` at `place`, about which it may still wander."""

    start: float
    end: float
    place: float
    contrast: float
    along: Floats
    across: Floats

    @property
    def length(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Side:
    """What is known about the lines of one direction of a page."""

    traced: Traced
    bend: Bend  # how lines of this direction are displaced
    other: Bend  # how those that cross them are

    def lines(self) -> list[Line]:
        """The strokes straightened."""
        return [self._to_line(stroke) for stroke in self.traced.strokes]

    def short_lines(self, crossing: Sequence[Line]) -> list[Line]:
        """The lines among pieces no longer than a character: those that hang between two lines that cross them."""
        pieces = self.traced.pieces
        scale = self.traced.dpi / POINT_PER_INCH
        middle = pieces[:, 1] + pieces[:, 3] / 2
        starts = self.other.straighten(middle, pieces[:, 0].astype(np.float64))
        ends = self.other.straighten(middle, (pieces[:, 0] + pieces[:, 2]).astype(np.float64))
        places = self.bend.straighten(pieces[:, 0].astype(np.float64), middle)
        hung = _meets(starts, places, crossing, MEET_PT * scale) & _meets(ends, places, crossing, MEET_PT * scale)
        lines = [self._to_line(stroke) for stroke in follow_pieces(self.traced, pieces[hung])]
        return hung_lines(lines, crossing, HANG_PT * scale)

    def _to_line(self, stroke: Stroke) -> Line:
        along = self.other.straighten(stroke.across, stroke.along)
        across = self.bend.straighten(stroke.along, stroke.across)
        return Line(float(along[0]), float(along[-1]), float(np.median(across)), stroke.contrast, along, across)


def _meets(ends: Floats, places: Floats, crossing: Sequence[Line], reach: float) -> NDArray[np.bool_]:
    """Whether a line of another direction passes within reach of each end (a point at `ends` and `places`)."""
    met = np.zeros(len(ends), np.bool_)
    for line in crossing:
        beside = np.abs(ends - line.place) <= reach
        met |= beside & (places >= line.start - reach) & (places <= line.end + reach)
    return met


def hung_lines(lines: Sequence[Line], crossing: Sequence[Line], reach: float) -> list[Line]:
    """The lines that fill the space between two of the lines that cross them; text may follow on beyond these."""
    return [line for line in lines if _filled(line, crossing, reach) >= HUNG_SHARE * line.length]


def _filled(line: Line, crossing: Sequence[Line], reach: float) -> float:
    """The distance between the first and the last line that a line meets; 0 where there are not two."""
    met = [
        c.place
        for c in crossing
        if line.start - reach <= c.place <= line.end + reach and c.start - reach <= line.place <= c.end + reach
    ]
    return max(met) - min(met) if len(met) > 1 else 0.0


def drop_stray(lines: Sequence[Line], crossing: Sequence[Line], dpi: float) -> list[Line]:
    """Lines without the short ones that stand alone on their border and are pale or crooked.

    What a seal's ring and the back of the page leave between two lines is paler than these, or is an arc; pieces of a
    border that is seen elsewhere too need no such proof.
    """
    scale = dpi / POINT_PER_INCH
    kept = []
    for line in lines:
        beside = sum(other.length for other in lines if abs(other.place - line.place) <= SNAP_PT * scale)
        if beside >= SURE_PT * scale or not _is_stray(line, crossing, scale):
            kept.append(line)
    return kept


def _is_stray(line: Line, crossing: Sequence[Line], scale: float) -> bool:
    """Whether a short line is much paler than those that it meets, leans, or bends."""
    reach = MEET_PT * scale
    met = [
        c.contrast
        for c in crossing
        if line.start - reach <= c.place <= line.end + reach and c.start - reach <= line.place <= c.end + reach
    ]
    if met and line.contrast < LONE_CONTRAST * float(np.median(met)):
        return True
    if len(line.along) < 3:
        return False
    slope, start = np.polyfit(line.along, line.across, 1)
    off = float(np.abs(line.across - slope * line.along - start).max())
    return abs(float(slope)) > LONE_SLOPE or off > LONE_BEND_PT * scale


def drop_faint(lines: Sequence[Line]) -> list[Line]:
    """Lines without those much fainter than the usual long one."""
    if not lines:
        return []
    order = sorted(lines, key=lambda line: line.contrast)
    reach = np.cumsum([line.length**2 for line in order])
    usual = order[int(np.searchsorted(reach, reach[-1] * 0.5))].contrast
    return [line for line in lines if line.contrast >= FAINT_SHARE * usual]


def group_lines(across: Sequence[Line], down: Sequence[Line], reach: float) -> list[tuple[list[Line], list[Line]]]:
    """(horizontal, vertical) lines of each set that hangs together."""

    def meet(h: Line, v: Line) -> bool:
        return v.start - reach <= h.place <= v.end + reach and h.start - reach <= v.place <= h.end + reach

    return group_crossing(across, down, meet)
