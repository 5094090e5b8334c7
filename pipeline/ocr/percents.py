"""`%` whose slash faded, read as two figures (`7000` for `70%`): told by its circles, one raised and one low.

No figure is half as high as the others, and a value a hundred times too large is a worse mistake than any.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.ocr.engine import Character
from pipeline.ocr.lines import tighten
from pipeline.ocr.opencv import cv2

if TYPE_CHECKING:
    from pipeline.ocr.engine import Image, RecognisedLine

PRINTED = re.compile(r"[0-9.,]*[0-9oOº°。%]{2,}")
LIKE_CIRCLES = frozenset("0oOº°。%968")
SIGN_SCORE = 0.9
MAX_CIRCLE_SHARE = 0.68  # of the line's ink: the height of a circle
MIN_CIRCLE_SHARE = 0.3
HIGH_SHARE = 0.15  # from the top, where the raised circle begins at the latest
LOW_SHARE = 0.85  # from the top, where the low circle ends at the earliest
MIN_STEP_SHARE = 0.25  # by which the second begins below the first


def settle_circles(line: RecognisedLine, bare: Image) -> RecognisedLine:
    """The line with `%` for the signs at its end where their ink is a raised circle and a low one behind it.

    Only figures may stand before them, and as many as there are pieces of ink of full height: where figures touch, or
    one is broken, the line stays as it was read. `bare` is the page's ink without rulings.
    """
    if not PRINTED.fullmatch(line.text) or len(line.characters) != len(line.text):
        return line
    n_figures = count_before_circles(line, bare)
    if n_figures is None:
        return line
    n_kept = next((i + 1 for i in range(len(line.text)) if _count_figures(line.text[: i + 1]) == n_figures), 0)
    n_kept = n_kept if n_figures else 0
    kept, signs = line.characters[:n_kept], line.characters[n_kept:]
    if _count_figures(line.text) < n_figures or not signs or not {c.text for c in signs} <= LIKE_CIRCLES:
        return line
    if "".join(c.text for c in signs) == "%":
        return line
    sign = Character("%", signs[0].x0, signs[-1].x1, (("%", SIGN_SCORE), *(a for c in signs for a in c.alternatives)))
    return replace(line, text=line.text[:n_kept] + "%", characters=(*kept, sign))


def _count_figures(text: str) -> int:
    return sum(char.isdigit() for char in text)


def count_before_circles(line: RecognisedLine, bare: Image) -> int | None:
    """How many pieces of ink of full height stand before two circles that end a line, a raised and a low one.

    None where no such circles end it.
    """
    box = tighten(bare, line.quad)
    if box is None:
        return None
    left, top, right, bottom = (round(v) for v in box)
    height = bottom - top
    _, _, stats, _ = cv2.connectedComponentsWithStats(bare[top:bottom, left:right], connectivity=8)
    pieces = sorted((int(x), int(y), int(w), int(h)) for x, y, w, h, _ in stats[1:])
    tall = [(x, y, w, h) for x, y, w, h in pieces if h >= MIN_CIRCLE_SHARE * height]
    if len(tall) < 2:
        return None
    *before, (x, y, w, h), (x2, y2, w2, h2) = tall
    is_small = max(h, h2) <= MAX_CIRCLE_SHARE * height and max(w, w2) <= height
    is_stepped = y <= HIGH_SHARE * height and y2 + h2 >= LOW_SHARE * height and y2 - y >= MIN_STEP_SHARE * height
    are_figures = all(piece[3] > MAX_CIRCLE_SHARE * height and piece[2] <= height for piece in before)
    return len(before) if is_small and is_stepped and are_figures and x2 >= x + w / 2 else None
