"""Where things stand on the upright page: PDF user space (origin bottom left, turned pages) to `document` geometry."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pipeline.document import Box

TEXT_ANGLE_TOLERANCE_DEG = 10.0
DOMINANT_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Upright:
    """Turns user space of one page into points of the upright page (origin top left, y downwards).

    `turn` is clockwise, in degrees, one of 0, 90, 180, 270.
    """

    left: float
    bottom: float
    right: float
    top: float
    turn: int

    @property
    def width(self) -> float:
        return self.right - self.left if self.turn in (0, 180) else self.top - self.bottom

    @property
    def height(self) -> float:
        return self.top - self.bottom if self.turn in (0, 180) else self.right - self.left

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Position on the upright page of a point in user space."""
        if self.turn == 90:
            return y - self.bottom, x - self.left
        if self.turn == 180:
            return self.right - x, y - self.bottom
        if self.turn == 270:
            return self.top - y, self.right - x
        return x - self.left, self.top - y

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """Box on the upright page of a rectangle in user space, given by two opposite corners."""
        ax, ay = self.point(x0, y0)
        bx, by = self.point(x1, y1)
        return Box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))


def angle_of(a: float, b: float) -> float:
    """Direction of a text matrix's baseline in degrees, 0 <= angle < 360, counter-clockwise in user space."""
    return math.degrees(math.atan2(b, a)) % 360


def nearest_quarter(angle: float) -> int | None:
    """The quarter turn within tolerance of `angle`; None for oblique text (watermarks across the page)."""
    quarter = round(angle / 90) * 90
    return quarter % 360 if abs(angle - quarter) <= TEXT_ANGLE_TOLERANCE_DEG else None


def dominant_turn(counts: dict[int, int], page_turn: int) -> int:
    """Clockwise turn that makes most of the text upright; the page's own /Rotate where no direction dominates.

    A form that was typeset sideways on a portrait page without /Rotate is turned like one with it.
    """
    total = sum(counts.values())
    if total:
        turn, most = max(counts.items(), key=lambda item: item[1])
        if most >= DOMINANT_SHARE * total:
            return turn
    return page_turn
