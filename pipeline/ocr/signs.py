"""Signs that a recogniser takes for others, told by the shape of their ink: `=` read as `二`, `m²` read as `m`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pipeline.ocr.engine import Character, RecognisedLine
from pipeline.ocr.lines import tighten
from pipeline.ocr.strokes import without_specks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.ocr.engine import Image

PERCENTS = frozenset("%％‰")
LIKE_PERCENT = "96"
MIN_PERCENT = 0.1  # score of `%` beside the `9` of a lone `96`, above which both are its circles
MIN_CIRCLE = 0.05  # score of `%` beside a `9` that stands before another
LETTER = re.compile("[A-Za-zΛくζ]")
OPERATORS = frozenset("≥≤><")
MIN_OPERATOR = 0.02  # score of an operator beside a lone letter
MIN_BAR_PX = 6
MAX_BAR_SHARE = 0.34  # of its length: the thickness of a bar of `=`
MIN_BAR_FILL = 0.45  # of a bar's box that is ink
WHOLE_BAR = 0.9  # of a bar's length that is ink in one row: its rim may be ragged
MIN_BAR_LIKENESS = 0.85  # of the longer bar's length; the upper bar of `二` is some two thirds of the lower
MAX_BAR_GAP = 0.8  # of the bars' length
COMMA_FOR_POINT = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?P<thousands>,[0-9]{3})*(?P<mark>,)[0-9]{2}(?![0-9.,])")
MIN_POINT = 0.02  # score of `.` beside a comma before the last two figures of an amount with thousands
MIN_LONE_POINT = 0.3  # the same where it is the only comma: `12,15` may be two numbers
THOUSANDS = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9,])")
POINT_FOR_COMMA = re.compile(r"(?<![0-9.,])[1-9][0-9]{0,2}(?P<mark>\.)[0-9]{3}(?![0-9.,])")
POINTS_FOR_COMMAS = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?:[.,][0-9]{3})+\.[0-9]{2}(?![0-9.,])")
MIN_COMMA = 0.05  # score of `,` beside a point before three figures
MIN_THOUSANDS = 2  # numbers of a page that part their thousands, or whose commas were read as points
LIKE_LAST_PERCENT = frozenset("34689")  # what a `%` whose circles are filled is taken for
METRES = frozenset("mｍ")
RAISED_SHARE = 0.45  # of an `m`'s room at its right, where a raised figure stands
MIN_RAISED_SHARE = 0.15  # of the ink's height by which it stands above the `m`
BASE_SHARE = 0.5  # of the room at its left, which is the letter's alone
SUNK_SHARE = 0.1  # of the ink's height that a raised figure reaches below the letter's top


def settle_percent(line: RecognisedLine) -> RecognisedLine:
    """The line without a `6` or `%` after the percent sign that ends it: the sign's own circle, as neither follows.

    A lone `96` is `%` where the recogniser holds each of the two figures for a possible `%`: a column of units has the
    sign by itself, and 10 beside it would become 1096. A printed 96 leaves no such doubt. The last figure of a number
    is one for the same reason: `≥958` is ≥95% where the recogniser holds the 8 for a possible `%`.
    """
    if len(line.characters) > 1 and line.characters[-2].text in PERCENTS and line.characters[-1].text in "6%％":
        return replace(line, text=line.text[:-1], characters=line.characters[:-1])
    if len(line.characters) > 2 and line.characters[-1].text in PERCENTS and is_circle_of_percent(line.characters[-2]):
        return line.with_characters((*line.characters[:-2], line.characters[-1]))
    if line.text != LIKE_PERCENT or len(line.characters) != len(LIKE_PERCENT):
        is_behind_figure = len(line.text) == len(line.characters) > 1 and line.text[-2].isdecimal()
        is_like = is_behind_figure and line.text[-1] in LIKE_LAST_PERCENT
        return _with_mark(line, len(line.text) - 1, "%", MIN_CIRCLE) if is_like else line
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
    return line.with_characters((line.characters[0].read_as(operator, score),))


def settle_comma(line: RecognisedLine) -> RecognisedLine:
    """The line with a point for the comma before the last two figures of an amount, where the recogniser offers it.

    Thousands are parted by threes: `1,176,00` is 1,176.00.
    """
    if len(line.characters) != len(line.text):
        return line
    for amount in COMMA_FOR_POINT.finditer(line.text):
        least = MIN_POINT if amount["thousands"] else MIN_LONE_POINT
        line = _with_mark(line, amount.start("mark"), ".", least)
    return line


def settle_thousands(lines: Sequence[RecognisedLine]) -> list[RecognisedLine]:
    """The lines with commas for the points that part thousands: a comma whose tail is lost looks like a point.

    `1.176.00` is nothing but 1,176.00. Of `1.176` it is so where the page parts thousands and a comma is offered, or
    where several such commas of the page were read as points; the number would be a thousand times too small.
    """
    settled = [_with_commas(line) for line in lines]
    n_lost = sum(line is not read for line, read in zip(settled, lines, strict=True))
    if n_lost < MIN_THOUSANDS and sum(bool(THOUSANDS.search(line.text)) for line in settled) < MIN_THOUSANDS:
        return settled
    least = 0.0 if n_lost >= MIN_THOUSANDS else MIN_COMMA
    return [_with_lone_commas(line, least) for line in settled]


def _with_commas(line: RecognisedLine) -> RecognisedLine:
    """The line with commas in its numbers of several points, but for the last point of each."""
    if len(line.characters) != len(line.text):
        return line
    for number in POINTS_FOR_COMMAS.finditer(line.text):
        for k in range(number.start(), number.end() - 3):
            line = _with_mark(line, k, ",", 0.0) if line.text[k] == "." else line
    return line


def _with_lone_commas(line: RecognisedLine, least: float) -> RecognisedLine:
    if len(line.characters) != len(line.text):
        return line
    for number in POINT_FOR_COMMA.finditer(line.text):
        line = _with_mark(line, number.start("mark"), ",", least)
    return line


def _with_mark(line: RecognisedLine, k: int, mark: str, least: float) -> RecognisedLine:
    """The line with another mark for its k-th character, where that is offered with a score of at least `least`.

    At 0 it need not be offered.
    """
    read = line.characters[k]
    score = dict(read.alternatives).get(mark, 0.0)
    if score < least:
        return line
    return line.with_characters((*line.characters[:k], read.read_as(mark, score), *line.characters[k + 1 :]))


def is_circle_of_percent(figure: Character) -> bool:
    """Whether a `9` before a percent sign is the sign's own raised circle: the recogniser holds it for a `%`, too."""
    return figure.text == "9" and dict(figure.alternatives).get("%", 0.0) >= MIN_CIRCLE


def is_equals(ink: NDArray[np.bool_]) -> bool:
    """Whether the ink is two level bars of one length, one above the other: `=`. The bars of `二` differ in length."""
    ink = without_specks(ink)
    rows = np.flatnonzero(ink.any(axis=1))
    runs = np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1)
    if len(runs) != 2 or ink.shape[1] < MIN_BAR_PX:
        return False
    bars = [ink[run[0] : run[-1] + 1] for run in runs]
    spans = [np.flatnonzero(bar.any(axis=0)) for bar in bars]
    widths = [int(span[-1] - span[0]) + 1 for span in spans]
    gap = int(runs[1][0] - runs[0][-1])
    is_flat = max(len(run) for run in runs) <= MAX_BAR_SHARE * min(widths)
    is_full = all(float(bar.mean()) >= MIN_BAR_FILL or float(bar.mean(axis=1).max()) >= WHOLE_BAR for bar in bars)
    return is_flat and is_full and min(widths) >= MIN_BAR_LIKENESS * max(widths) and gap <= MAX_BAR_GAP * max(widths)


def find_superscript(line: RecognisedLine, bare: Image) -> Iterator[tuple[int, tuple[int, int, int, int]]]:
    """Each `m` of a line with ink raised at its right: its number and the raised ink's box x0, y0, x1, y1 in pixels."""
    for k, character in enumerate(line.characters):
        following = line.characters[k + 1].text if k + 1 < len(line.characters) else ""
        if character.text not in METRES or (following and (following.isascii() or following in "²³")):
            continue
        box = sign_box(line, k, k + 1, bare)
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


def sign_box(line: RecognisedLine, start: int, end: int, bare: Image) -> tuple[int, int, int, int] | None:
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
