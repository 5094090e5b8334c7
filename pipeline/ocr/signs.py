"""Signs that a recogniser takes for others, told by the shape of their ink: `‰` read as `%0`, `m²` read as `m`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pipeline.ocr.engine import Character, RecognisedLine
from pipeline.ocr.lines import tighten
from pipeline.ocr.opencv import cv2
from pipeline.ocr.strokes import without_specks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.ocr.engine import Image

PERMILLE = "‰"
PERCENTS = frozenset("%％‰")
CIRCLES = ("0", "o", "O")  # never `。`: `%。` ends many a sentence
LIKE_PERCENT = "96"
MIN_PERCENT = 0.1  # score of `%` beside the `9` of a lone `96`, above which both are its circles
MIN_CIRCLE = 0.05  # score of `%` beside a `9` that stands before another
LETTER = re.compile("[A-Za-zΛくζ]")
OPERATORS = frozenset("≥≤><")
MIN_OPERATOR = 0.02  # score of an operator beside a lone letter
CIRCLE_TOP_SHARE = 0.25  # of the sign's height from its top: the third circle of `‰` begins below, a `0` above
MIN_WALLS = 4  # strokes that a level cut through the lower half of `‰` crosses; `%` has at most 3
MAX_WALLS = 6  # more are specks
WALLED_ROWS = 0.5  # of the rows of the foot in which so many are crossed
MIN_PERMILLE_PX = 12
PERMILLE_RATIO = (0.88, 1.5)  # width to height
THIRD_TOP = (0.3, 0.62)  # of the sign's height: where the last circle begins
LOWER_HALF = (0.62, 0.9)  # of the sign's height, where its two lower circles stand side by side
MIN_BAR_PX = 6
MAX_BAR_SHARE = 0.34  # of its length: the thickness of a bar of `=`
MIN_BAR_FILL = 0.45  # of a bar's box that is ink
MIN_BAR_LIKENESS = 0.85  # of the longer bar's length; the upper bar of `二` is some two thirds of the lower
MAX_BAR_GAP = 0.8  # of the bars' length
METRES = frozenset("mｍ")
RAISED_SHARE = 0.45  # of an `m`'s room at its right, where a raised figure stands
MIN_RAISED_SHARE = 0.15  # of the ink's height by which it stands above the `m`
BASE_SHARE = 0.5  # of the room at its left, which is the letter's alone
SUNK_SHARE = 0.1  # of the ink's height that a raised figure reaches below the letter's top


def settle_permille(line: RecognisedLine, image: Image, bare: Image) -> RecognisedLine:
    """The line with `%0` as `‰` where the `0` is a small circle at the foot of the line and two stand side by side.

    `960` is `‰`, too, where the `0` is such a circle: no figure is half as high as the others. Figures that go on
    (`9600`, `960.00`) are a number.

    `image` is the evenly lit page, `bare` its ink without rulings.
    """
    for k in range(len(line.characters) - 1):
        percent, following = line.characters[k], line.text[k + 1 : k + 3]
        n = 3 if _may_be_permille(line.text, k) else 2
        is_read = n == 3 or (percent.text in PERCENTS and following[:1] in CIRCLES)
        if is_read and is_permille(line, k, n, image, bare):
            sign = Character(PERMILLE, percent.x0, line.characters[k + n - 1].x1, ((PERMILLE, percent_score(percent)),))
            characters = (*line.characters[:k], sign, *line.characters[k + n :])
            whole = replace(line, text="".join(c.text for c in characters), characters=characters)
            return settle_permille(whole, image, bare)  # two circles may have been read
    if line.text[-1:] in ("%", "％") and ends_in_two_circles(line, image, bare):
        last = line.characters[-1]
        sign = replace(last, text=PERMILLE, alternatives=((PERMILLE, percent_score(last)), *last.alternatives))
        return replace(line, text=line.text[:-1] + PERMILLE, characters=(*line.characters[:-1], sign))
    return line


def _may_be_permille(text: str, k: int) -> bool:
    """Whether `960` stands at the k-th character where a `‰` can: by itself or behind a figure, and nothing goes on."""
    if text[k : k + 2] != "96" or text[k + 2 : k + 3] not in CIRCLES or text[k + 3 : k + 4] in (*"0123456789.,",):
        return False
    return k == 0 or text[k - 1].isdecimal()


def settle_percent(line: RecognisedLine) -> RecognisedLine:
    """The line without a `6` or `%` after the percent sign that ends it: the sign's own circle, as neither follows.

    A lone `96` is `%` where the recogniser holds each of the two figures for a possible `%`: a column of units has the
    sign by itself, and 10 beside it would become 1096. A printed 96 leaves no such doubt.
    """
    if len(line.characters) > 1 and line.characters[-2].text in PERCENTS and line.characters[-1].text in "6%％":
        return replace(line, text=line.text[:-1], characters=line.characters[:-1])
    if len(line.characters) > 2 and line.characters[-1].text in PERCENTS and is_circle_of_percent(line.characters[-2]):
        kept = (*line.characters[:-2], line.characters[-1])
        return replace(line, text="".join(c.text for c in kept), characters=kept)
    if line.text != LIKE_PERCENT or len(line.characters) != len(LIKE_PERCENT):
        return line
    first, last = line.characters
    score = dict(first.alternatives).get("%", 0.0)
    if score < MIN_PERCENT or "%" not in dict(last.alternatives):
        return line
    sign = Character("%", first.x0, last.x1, (("%", score), *(a for a in first.alternatives if a[0] != "%")))
    return replace(line, text="%", characters=(sign,))


def settle_operator(line: RecognisedLine, readings: Sequence[RecognisedLine]) -> RecognisedLine:
    """A lone letter as the operator that one of the readings offers: a column of operators holds no letters.

    The recogniser does not know `≧` and `≦`, which read as `M`, `N` or `W`.
    """
    if len(line.characters) != 1 or not LETTER.fullmatch(line.text):
        return line
    offers = (a for reading in readings if len(reading.characters) == 1 for a in reading.characters[0].alternatives)
    score, operator = max(((score, text) for text, score in offers if text in OPERATORS), default=(0.0, ""))
    if score < MIN_OPERATOR:
        return line
    only = line.characters[0]
    others = (alternative for alternative in only.alternatives if alternative[0] != operator)
    sign = replace(only, text=operator, alternatives=((operator, score), *others))
    return replace(line, text=operator, characters=(sign,))


def is_circle_of_percent(figure: Character) -> bool:
    """Whether a `9` before a percent sign is the sign's own raised circle: the recogniser holds it for a `%`, too."""
    return figure.text == "9" and dict(figure.alternatives).get("%", 0.0) >= MIN_CIRCLE


def percent_score(percent: Character) -> float:
    """What the recogniser gives the percent sign: the permille sign is as sure as it."""
    return percent.alternatives[0][1] if percent.alternatives else 1.0


def is_permille(line: RecognisedLine, k: int, n: int, image: Image, bare: Image) -> bool:
    """Whether the ink of n characters from the k-th is one `‰`."""
    box = _sign_box(line, k, k + n, bare)
    if box is None:
        return False
    x0, y0, x1, y1 = box
    ink = bare[y0:y1, x0:x1] > 0
    last = ink[:, -max(2, round(0.2 * ink.shape[1])) :]
    tops = np.flatnonzero(last.any(axis=1))
    if not len(tops) or tops[0] < CIRCLE_TOP_SHARE * ink.shape[0]:
        return False
    if n == 3:
        return bool(ink.shape[1] <= PERMILLE_RATIO[1] * ink.shape[0])
    if line.characters[k].text == PERMILLE:
        return True
    low, high = (round(share * ink.shape[0]) for share in LOWER_HALF)
    return max(_count_strokes(row) for row in image[y0 + low : y0 + high, x0:x1]) >= MIN_WALLS


def ends_in_two_circles(line: RecognisedLine, image: Image, bare: Image) -> bool:
    """Whether the percent sign that ends a line is a `‰`: as wide as that, and two circles in most rows of its foot.

    A `%` is a hundred times as frequent; print too small to show the circles apart stays as it was read.
    """
    box = _last_sign_box(line, bare) if len(line.characters) == len(line.text) else None
    if box is None or box[3] - box[1] < MIN_PERMILLE_PX:
        return False
    x0, y0, x1, y1 = box
    width, height = x1 - x0, y1 - y0
    last = bare[y0:y1, x1 - max(2, round(0.2 * width)) : x1] > 0
    top = int(np.flatnonzero(last.any(axis=1))[0]) / height if last.any() else 0.0
    if not (PERMILLE_RATIO[0] <= width / height <= PERMILLE_RATIO[1] and THIRD_TOP[0] <= top <= THIRD_TOP[1]):
        return False
    low, high = (round(share * height) for share in LOWER_HALF)
    counts = [_count_strokes(row) for row in image[y0 + low : y0 + high, x0:x1]]
    n_walled = sum(MIN_WALLS <= count <= MAX_WALLS for count in counts)
    return n_walled >= WALLED_ROWS * len(counts) and max(counts, default=0) > MIN_WALLS


def _last_sign_box(line: RecognisedLine, bare: Image) -> tuple[int, int, int, int] | None:
    """The box around the pieces of ink that end a line, whole ones: a part of the figure before would be a circle."""
    box = tighten(bare, line.quad)
    if box is None:
        return None
    left, top, right, bottom = (round(v) for v in box)
    x0, _, x1, _ = line.quad.extent
    start = x0 + line.characters[-1].x0 * (x1 - x0) - left
    _, _, stats, centres = cv2.connectedComponentsWithStats(bare[top:bottom, left:right], connectivity=8)
    own = stats[1:][centres[1:, 0] >= start]
    if not len(own):
        return None
    ends = own[:, :2] + own[:, 2:4]
    return (
        left + int(own[:, 0].min()),
        top + int(own[:, 1].min()),
        left + int(ends[:, 0].max()),
        top + int(ends[:, 1].max()),
    )


def _count_strokes(row: NDArray[np.uint8]) -> int:
    """How many dark strokes a row of grey crosses: local minima a fifth of the contrast below their surroundings."""
    values = 255 - row.astype(np.int16)
    least = 0.2 * float(values.max(initial=0))
    count, low, peak = 0, 0, 0
    rising = True
    for value in (*values.tolist(), 0):
        if rising:
            peak = max(peak, value)
            if peak - low >= least and peak - value >= least:
                count, rising, low = count + 1, False, value
            elif value < low:
                low = peak = value
        else:
            low = min(low, value)
            if value - low >= least:
                rising, peak = True, value
    return count


def is_equals(ink: NDArray[np.bool_]) -> bool:
    """Whether the ink is two level bars of one length, one above the other: `=`. The bars of `二` differ in length."""
    ink = without_specks(ink)
    rows = np.flatnonzero(ink.any(axis=1))
    runs = np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1)
    if len(runs) != 2 or ink.shape[1] < MIN_BAR_PX:
        return False
    spans = [np.flatnonzero(ink[run[0] : run[-1] + 1].any(axis=0)) for run in runs]
    widths = [int(span[-1] - span[0]) + 1 for span in spans]
    gap = int(runs[1][0] - runs[0][-1])
    is_flat = max(len(run) for run in runs) <= MAX_BAR_SHARE * min(widths)
    is_full = all(float(ink[run[0] : run[-1] + 1].mean()) >= MIN_BAR_FILL for run in runs)
    return is_flat and is_full and min(widths) >= MIN_BAR_LIKENESS * max(widths) and gap <= MAX_BAR_GAP * max(widths)


def find_superscript(line: RecognisedLine, bare: Image) -> Iterator[tuple[int, tuple[int, int, int, int]]]:
    """Each `m` of a line with ink raised at its right: its number and the raised ink's box x0, y0, x1, y1 in pixels."""
    for k, character in enumerate(line.characters):
        following = line.characters[k + 1].text if k + 1 < len(line.characters) else ""
        if character.text not in METRES or (following and (following.isascii() or following in "²³")):
            continue
        box = _sign_box(line, k, k + 1, bare)
        raised = raised_box(bare, box) if box else None
        if raised:
            yield k, raised


def raised_box(bare: Image, box: tuple[int, int, int, int]) -> tuple[int, int, int, int] | None:
    """The box of the ink that stands raised at the right of the ink in `box`; None where there is none.

    It may touch the letter's shoulder: what counts is the ink above the letter's own top.
    """
    x0, y0, x1, y1 = box
    ink = bare[y0:y1, x0:x1] > 0
    height, width = ink.shape
    start = round((1 - RAISED_SHARE) * width)
    base_rows = np.flatnonzero(ink[:, : round(BASE_SHARE * width)].any(axis=1))
    if not len(base_rows) or base_rows[0] < MIN_RAISED_SHARE * height:
        return None
    bottom = int(base_rows[0]) + round(SUNK_SHARE * height)
    columns = np.flatnonzero(ink[: int(base_rows[0]), start:].any(axis=0))
    if not len(columns):
        return None
    left = max(0, start + int(columns[0]) - 1)
    return x0 + left, y0, min(x1, x0 + start + int(columns[-1]) + 2), y0 + bottom


def _sign_box(line: RecognisedLine, start: int, end: int, bare: Image) -> tuple[int, int, int, int] | None:
    """The ink of characters start to end - 1; where they end the line, up to the line's last ink."""
    box = tighten(bare, line.quad)
    if box is None:
        return None
    left, top, right, bottom = (round(v) for v in box)
    x0, _, x1, _ = line.quad.extent
    sign_left = left if start == 0 else max(left, round(x0 + line.characters[start].x0 * (x1 - x0)))
    sign_right = right
    if end < len(line.characters):
        sign_right = min(right, round(x0 + line.characters[end - 1].x1 * (x1 - x0)))
    inner = bare[top:bottom, sign_left:sign_right]
    columns, rows = np.flatnonzero(inner.any(axis=0)), np.flatnonzero(inner.any(axis=1))
    if not len(rows):
        return None
    return (
        sign_left + int(columns[0]),
        top + int(rows[0]),
        sign_left + int(columns[-1]) + 1,
        top + int(rows[-1]) + 1,
    )
