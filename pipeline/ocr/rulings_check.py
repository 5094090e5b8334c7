"""Rulings held against the text and against each other: strokes of characters that stand in a row look like a ruling,
until it is known where the lines of text are, and so do the lines of the sheet's other side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from pipeline.document import Ruling
from pipeline.ocr.engine import Quad
from pipeline.ocr.opencv import cv2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.ocr.engine import Image

    Flags = NDArray[np.bool_]

POINTS_PER_INCH = 72.0
STRAY_PT = 1.3  # how far from its place a line may be seen
LINE_CONTRAST = 25  # below the paper, of 255: fainter than text may be
TEXT_CORE = (0.22, 0.78)  # of a line's height: what runs there runs through its characters
MIN_TEXT_SHARE = 0.5  # of a piece that lies in text for it to be doubted
DRAWN_IN_TEXT = 0.8  # of its length that a line in the midst of text must be seen on, in one row of pixels
DRAWN_OUTSIDE = 0.3  # of the part outside text
MIN_OUTSIDE_PX = 4
SHOWN_THROUGH_SHARE = 0.25  # of the strength of the page's own lines: below it a line is the other side's
SURE_STRENGTH = 120.0  # of 255, of the page's own lines: on a pale page faint lines are its own
TYPICAL_PERCENT = 50.0  # of a piece's pixels: more than half of a broken line is left, more than half of text is paper
MIN_PIECE_PX = 6
MEET_PT = 1.0
BRIDGE_DRAWN = 0.35  # of a gap under a seal on which the line must be seen
MAX_BRIDGE_PT = 160.0


def drop_text_strokes(rulings: Sequence[Ruling], quads: Sequence[Quad], image: Image, dpi: float) -> tuple[Ruling, ...]:
    """The rulings without the pieces, from one crossing to the next, that are made of characters or of nothing.

    `quads` are the lines of text, `image` the evenly lit page. A piece stays where a line is seen beside the text.
    """
    scale = dpi / POINTS_PER_INCH
    dark = image < 255 - LINE_CONTRAST
    level = _core_mask(quads, image.shape[:2])
    kept: list[Ruling] = []
    for ruling in rulings:
        if ruling.is_horizontal:
            pieces = _pieces(ruling.x0, ruling.x1, [r.x0 for r in rulings if _meets(r, ruling)])
            seen = _Seen(dark, level, ruling.y0 * scale, STRAY_PT * scale)
            spans = _joined(a_b for a_b in pieces if seen.is_drawn(a_b[0] * scale, a_b[1] * scale))
            kept.extend(Ruling(a, ruling.y0, b, ruling.y1) for a, b in spans)
        else:
            pieces = _pieces(ruling.y0, ruling.y1, [r.y0 for r in rulings if _meets(ruling, r)])
            seen = _Seen(dark.T, level.T, ruling.x0 * scale, STRAY_PT * scale)
            spans = _joined(a_b for a_b in pieces if seen.is_drawn(a_b[0] * scale, a_b[1] * scale))
            kept.extend(Ruling(ruling.x0, a, ruling.x1, b) for a, b in spans)
    return tuple(kept)


def drop_shown_through(rulings: Sequence[Ruling], image: Image, dpi: float) -> tuple[Ruling, ...]:
    """The rulings without the pieces that are so much fainter than the others that they are printed on the back.

    Lines of the other side that go on where a line of this side ends would part its merged cells. On a page
    whose own lines are faint nothing is dropped.
    """
    scale = dpi / POINTS_PER_INCH
    pieces = [(ruling, _crossed_pieces(ruling, rulings)) for ruling in rulings]
    strengths = [[_strength(ruling, a, b, image, scale) for a, b in spans] for ruling, spans in pieces]
    known = [strength for row in strengths for strength in row if strength is not None]
    if not known or (usual := float(np.median(known))) < SURE_STRENGTH:
        return tuple(rulings)
    least = SHOWN_THROUGH_SHARE * usual
    kept: list[Ruling] = []
    for (ruling, spans), row in zip(pieces, strengths, strict=True):
        own = (span for span, strength in zip(spans, row, strict=True) if strength is None or strength >= least)
        for a, b in _joined(own):
            level = ruling.is_horizontal
            kept.append(Ruling(a, ruling.y0, b, ruling.y1) if level else Ruling(ruling.x0, a, ruling.x1, b))
    return tuple(kept)


def _crossed_pieces(ruling: Ruling, rulings: Sequence[Ruling]) -> list[tuple[float, float]]:
    """The ruling's pieces from one crossing to the next."""
    if ruling.is_horizontal:
        return _pieces(ruling.x0, ruling.x1, [r.x0 for r in rulings if _meets(r, ruling)])
    return _pieces(ruling.y0, ruling.y1, [r.y0 for r in rulings if _meets(ruling, r)])


def _strength(ruling: Ruling, start: float, end: float, image: Image, scale: float) -> float | None:
    """How much darker than paper a piece mostly is, its ends left out; None for one too short to tell."""
    level = image if ruling.is_horizontal else image.T
    middle = round((ruling.y0 if ruling.is_horizontal else ruling.x0) * scale)
    reach = max(1, round(STRAY_PT * scale))
    first, last = round(start * scale) + reach + 1, round(end * scale) - reach
    band = level[max(0, middle - reach) : middle + reach + 1, first:last]
    if last - first < MIN_PIECE_PX or not band.size:
        return None
    return float(np.percentile(255 - band.min(axis=0).astype(np.int16), TYPICAL_PERCENT))


def _core_mask(quads: Sequence[Quad], shape: tuple[int, int]) -> Flags:
    """True where characters are: the lines of text without their upper and lower rims."""
    mask = np.zeros(shape, np.uint8)
    for quad in quads:
        upper, lower = TEXT_CORE
        left = [(quad.a.x + t * (quad.d.x - quad.a.x), quad.a.y + t * (quad.d.y - quad.a.y)) for t in (upper, lower)]
        right = [(quad.b.x + t * (quad.c.x - quad.b.x), quad.b.y + t * (quad.c.y - quad.b.y)) for t in (upper, lower)]
        corners = np.array([left[0], right[0], right[1], left[1]]).round().astype(np.int32)
        cv2.fillConvexPoly(mask, corners, 1)
    return np.asarray(mask > 0)


def _meets(upright: Ruling, level: Ruling) -> bool:
    """Whether an upright ruling meets a level one."""
    return (
        not upright.is_horizontal
        and level.is_horizontal
        and level.x0 - MEET_PT <= upright.x0 <= level.x1 + MEET_PT
        and upright.y0 - MEET_PT <= level.y0 <= upright.y1 + MEET_PT
    )


def _pieces(start: float, end: float, crossings: Sequence[float]) -> list[tuple[float, float]]:
    inner = sorted(c for c in set(crossings) if start + MEET_PT < c < end - MEET_PT)
    return list(pairwise([start, *inner, end]))


def _joined(pieces: Iterator[tuple[float, float]]) -> list[tuple[float, float]]:
    """Neighbouring pieces as one."""
    spans: list[tuple[float, float]] = []
    for a, b in pieces:
        if spans and spans[-1][1] == a:
            spans[-1] = (spans[-1][0], b)
        else:
            spans.append((a, b))
    return spans


class _Seen:
    """The pixels around one ruling, laid level: what is dark, and what lies in text."""

    def __init__(self, dark: Flags, text: Flags, place: float, stray: float) -> None:
        middle, reach = round(place), max(1, round(stray))
        self._dark = dark[max(0, middle - reach) : middle + reach + 1]
        self._text = text[min(max(0, middle), text.shape[0] - 1)]

    def is_drawn(self, start: float, end: float) -> bool:
        """Whether a line is seen from `start` to `end`."""
        a, b = round(start), round(end) + 1
        dark, text = self._dark[:, a:b], self._text[a:b]
        if not dark.size or not text.any():
            return True
        if text.mean() >= MIN_TEXT_SHARE:
            return bool(dark.mean(axis=1).max() >= DRAWN_IN_TEXT)
        outside = dark[:, ~text].any(axis=0)
        return outside.size < MIN_OUTSIDE_PX or bool(outside.mean() >= DRAWN_OUTSIDE)


def bridge_seals(rulings: Sequence[Ruling], seals: Image, image: Image, dpi: float) -> tuple[Ruling, ...]:
    """The rulings, those that a seal interrupts joined where enough of the line shows through.

    `seals` is 255 where a seal was taken off. A line that stops at a seal for good, as in a merged cell, is not seen
    in the gap and stays as it is.
    """
    scale = dpi / POINTS_PER_INCH
    dark = image < 255 - LINE_CONTRAST
    level = [r for r in rulings if r.is_horizontal]
    upright = [_transposed(r) for r in rulings if not r.is_horizontal]
    joined = _bridge(level, seals, dark, scale)
    return (*joined, *(_transposed(r) for r in _bridge(upright, seals.T, dark.T, scale)))


def _transposed(ruling: Ruling) -> Ruling:
    return Ruling(ruling.y0, ruling.x0, ruling.y1, ruling.x1)


def _bridge(level: Sequence[Ruling], seals: Image, dark: Flags, scale: float) -> list[Ruling]:
    """Level rulings with the gaps under seals closed."""
    joined: list[Ruling] = []
    for ruling in sorted(level, key=lambda r: (round(r.y0), r.x0)):
        last = joined[-1] if joined else None
        if last and abs(last.y0 - ruling.y0) <= MEET_PT and _is_bridged(last, ruling, seals, dark, scale):
            joined[-1] = Ruling(last.x0, last.y0, max(last.x1, ruling.x1), last.y1)
        else:
            joined.append(ruling)
    return joined


def _is_bridged(left: Ruling, right: Ruling, seals: Image, dark: Flags, scale: float) -> bool:
    """Whether a seal lies between two rulings on one height, and the line is seen in the gap."""
    if not 0 < right.x0 - left.x1 <= MAX_BRIDGE_PT:
        return False
    middle, reach = round(left.y0 * scale), max(1, round(STRAY_PT * scale))
    part = slice(max(0, middle - reach), middle + reach + 1), slice(round(left.x1 * scale), round(right.x0 * scale))
    return bool(seals[part].any()) and bool(dark[part].mean(axis=1).max(initial=0.0) >= BRIDGE_DRAWN)
