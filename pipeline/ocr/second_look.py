"""Short lines that were read unsurely, read once more from a cleaner and larger picture of their own ink.

A line's picture holds what surrounds it: a border that reads as `1` or `|`, the edges of the lines above and below.
The second picture holds the line's own ink on white and nothing else. Which of the two readings stands is decided by
the recogniser's own scores; a sign whose shape says what it is (`‰` for `%0`, `m²` for `m`) by the shape.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.ocr.bounds import settle_bounds
from pipeline.ocr.engine import Character, Engine, RecognisedLine
from pipeline.ocr.lines import tighten
from pipeline.ocr.opencv import cv2
from pipeline.ocr.operators import settle_operator_columns
from pipeline.ocr.percents import settle_circles
from pipeline.ocr.permille import read_permille, settle_permille
from pipeline.ocr.signs import (
    METRES,
    find_superscript,
    is_equals,
    settle_comma,
    settle_operator,
    settle_percent,
    settle_thousands,
)
from pipeline.ocr.strips import cut_strip, ink_to_strip, read_pictures
from pipeline.ocr.strokes import UPRIGHTS

if TYPE_CHECKING:
    from pipeline.ocr.engine import Image

SURE_CHARACTER = 0.93  # score below which a character is worth a second look
MAX_CHARACTERS = 14  # longer lines have context, and are seldom read better the second time
MIN_GAIN = 0.02  # of the mean score, by which the second reading must be surer
MIN_FOUND = 0.8  # score of a second reading where the first gave nothing
MIN_POWER = {"²": 0.4, "³": 0.8}  # score of a raised figure: only two can be, and squares are by far the more frequent
SHAPE_SCORE = 0.9  # of a sign that its shape tells
LIKE_EQUALS = frozenset("二一三ニ—-")  # what `=` is taken for, however surely
LIKE_POWER = frozenset("2°'*")
MIN_OFFERED_POWER = 0.02
NESTED_SHARE = 0.5  # of a line's height, twice the distance of the middles of a line and of one inside it
POWERS = {"2": "²", "3": "³", "²": "²", "³": "³", "z": "²", "Z": "²"}
FIGURES = re.compile("[0-9]{2}")
LOW_MARK = re.compile("[.．,，。、;；_]")
MIN_FIGURE_SHARE = 0.6  # of the line's ink: height of a figure
MAX_DOT_SHARE = 0.3  # of the same: width and height of a point
MIN_GAP_SHARE = 0.25  # of the same: from one figure to the next where a point stands between them
BASELINE_SHARE = 0.1  # of the same, by which the feet of a point and of a figure differ


def look_again(lines: Sequence[RecognisedLine], image: Image, bare: Image, engine: Engine) -> list[RecognisedLine]:
    """The lines, unsure ones as read the second time where that reading is surer, and signs told by their shape.

    `image` is the evenly lit page, `bare` its ink without rulings.
    """
    settled = list(lines)
    cut = ((i, cut_strip(one, image, bare)) for i, one in enumerate(lines) if is_unsure(one) or hides_point(one, bare))
    doubtful = [(i, strip) for i, strip in cut if strip]
    for (i, strip), again in zip(doubtful, read_pictures([strip.pixels for _, strip in doubtful], engine), strict=True):
        second = replace(again, quad=strip.quad)
        if not is_unsure(lines[i]):
            settled[i] = second if adds_point(lines[i].text, second.text) else lines[i]
            continue
        surer = surer_of(lines[i], second, count_inside(lines[i], bare))
        settled[i] = settle_operator(surer, (lines[i], again))
    settled = [settle_percent(settle_permille(settle_circles(settle_comma(line), bare), bare)) for line in settled]
    settled = settle_thousands(read_permille(settled, image, bare, engine))
    settled = settle_operator_columns([settle_equals(line, bare) for line in settled])
    settled = [settle_bounds(line, image, bare) for line in settled]
    return _read_powers([settle_power(line) for line in drop_nested(settled)], image, bare, engine)


def is_unsure(line: RecognisedLine) -> bool:
    """Whether a line is short and has a character that may be another, or no text at all."""
    if len(line.text) > MAX_CHARACTERS:
        return False
    scores = [c.alternatives[0][1] for c in line.characters if c.alternatives]
    return not line.text.strip() or (bool(scores) and min(scores) < SURE_CHARACTER)


def hides_point(line: RecognisedLine, bare: Image) -> bool:
    """Whether a short line has figures, no point, and a dot of ink at its foot with figures on both sides.

    A network that is sure of every figure may still pass over the point between them.
    """
    if len(line.text) > MAX_CHARACTERS or not FIGURES.search(line.text) or LOW_MARK.search(line.text):
        return False
    box = tighten(bare, line.quad)
    if box is None:
        return False
    x0, y0, x1, y1 = (round(v) for v in box)
    _, _, stats, _ = cv2.connectedComponentsWithStats(bare[y0:y1, x0:x1], connectivity=8)
    height = y1 - y0
    low = [(int(x), int(x + w), int(y + h)) for x, y, w, h, _ in stats[1:] if max(w, h) <= MAX_DOT_SHARE * height]
    high = [(int(x), int(x + w), int(y + h)) for x, y, w, h, _ in stats[1:] if h >= MIN_FIGURE_SHARE * height]
    return any(_is_between_figures(dot, high, height) for dot in low)


def _is_between_figures(dot: tuple[int, int, int], figures: Sequence[tuple[int, int, int]], height: int) -> bool:
    """Whether a dot (left, right, bottom) stands on the line of the two figures beside it, in a gap wide enough."""
    left, right, bottom = dot
    before = max((figure for figure in figures if figure[1] <= left), default=None)
    behind = min((figure for figure in figures if figure[0] >= right), default=None)
    if before is None or behind is None or behind[0] - before[1] < MIN_GAP_SHARE * height:
        return False
    return all(abs(figure[2] - bottom) <= max(1.0, BASELINE_SHARE * height) for figure in (before, behind))


def adds_point(text: str, again: str) -> bool:
    """Whether a second reading is the first with one point between two figures."""
    return any(again == f"{text[:k]}.{text[k:]}" for k in range(1, len(text)) if text[k - 1 : k + 1].isdecimal())


def settle_equals(line: RecognisedLine, bare: Image) -> RecognisedLine:
    """The line as `=` where it is one doubtful character, or none, and its ink is two equal bars."""
    is_open = line.text.strip() in LIKE_EQUALS or (len(line.text.strip()) <= 1 and is_unsure(line))
    box = tighten(bare, line.quad) if is_open else None
    if box is None:
        return line
    x0, y0, x1, y1 = (round(v) for v in box)
    if not is_equals(bare[y0:y1, x0:x1] > 0):
        return line
    sign = Character("=", 0.0, 1.0, (("=", SHAPE_SCORE), *(a for c in line.characters for a in c.alternatives)))
    return RecognisedLine("=", line.quad, SHAPE_SCORE, (sign,))


def count_inside(line: RecognisedLine, bare: Image) -> int:
    """How many of the line's characters stand where it has ink of its own: a border read as `1` does not."""
    box = tighten(bare, line.quad)
    x0, _, x1, _ = line.quad.extent
    if box is None:
        return 0
    left, _, right, _ = box
    return sum(left <= x0 + (c.x0 + c.x1) / 2 * (x1 - x0) <= right for c in line.characters)


def surer_of(first: RecognisedLine, again: RecognisedLine, n_least: int) -> RecognisedLine:
    """The reading that the recogniser is surer of; the other's characters stay among the alternatives.

    A second reading of fewer than `n_least` characters has lost one.
    """
    if not again.text.strip():
        return first
    if not first.text.strip():
        is_stroke = again.text.strip() in UPRIGHTS  # what is left of a border reads as one
        return again if again.confidence >= MIN_FOUND and not is_stroke else first
    if again.confidence < first.confidence + MIN_GAIN or len(again.characters) < n_least:
        return first
    if len(again.characters) != len(first.characters):
        return again
    pairs = zip(again.characters, first.characters, strict=True)
    return replace(again, characters=tuple(_with_alternatives(new, old) for new, old in pairs))


def _with_alternatives(new: Character, old: Character) -> Character:
    known = {text for text, _ in new.alternatives}
    more = tuple(alternative for alternative in old.alternatives if alternative[0] not in known)
    return replace(new, alternatives=new.alternatives + more)


def settle_power(line: RecognisedLine) -> RecognisedLine:
    """The line with `m²` for an `m°` or `m2` that ends it, where the recogniser offers the raised figure too."""
    if len(line.characters) < 2 or line.characters[-2].text not in METRES:
        return line
    last = line.characters[-1]
    offered = [(score, text) for text, score in last.alternatives if text in MIN_POWER]
    if last.text not in LIKE_POWER or not offered or max(offered)[0] < MIN_OFFERED_POWER:
        return line
    score, power = max(offered)
    return line.with_characters((*line.characters[:-1], last.read_as(power, score)))


def drop_nested(lines: Sequence[RecognisedLine]) -> list[RecognisedLine]:
    """The lines without what a detector finds twice: as a part of a longer line, the same text, or a bar of a `=`."""
    kept = []
    for i, line in enumerate(lines):
        x0, y0, x1, y1 = line.quad.extent
        around = (other.quad.extent for other in lines if len(other.text) > len(line.text) + 1)
        is_part = any(
            left <= x0 and x1 <= right and abs(top + bottom - y0 - y1) <= NESTED_SHARE * (bottom - top)
            for left, top, right, bottom in around
        )
        twins = (j for j, other in enumerate(lines) if j != i and other.text == line.text and _lies_on(other, line))
        is_bar = line.text in LIKE_EQUALS and any(other.text == "=" and _lies_on(other, line) for other in lines)
        if not is_part and not is_bar and not any((lines[j].confidence, i) > (line.confidence, j) for j in twins):
            kept.append(line)
    return kept


def _lies_on(line: RecognisedLine, other: RecognisedLine) -> bool:
    """Whether the middle of the other line is within this one."""
    x0, y0, x1, y1 = line.quad.extent
    left, top, right, bottom = other.quad.extent
    return 2 * x0 <= left + right <= 2 * x1 and 2 * y0 <= top + bottom <= 2 * y1


def _read_powers(lines: Sequence[RecognisedLine], image: Image, bare: Image, engine: Engine) -> list[RecognisedLine]:
    """The lines, `m` with a raised figure beside it as `m²` or `m³`: the figure is read on its own, enlarged."""
    places = [(i, k, box) for i, line in enumerate(lines) for k, box in find_superscript(line, bare)]
    strips = [(i, k, strip) for i, k, box in places if (strip := ink_to_strip(image, bare, box, 0.0))]
    settled = list(lines)
    for (i, k, _), power in zip(strips, read_pictures([strip.pixels for _, _, strip in strips], engine), strict=True):
        raised = POWERS.get(power.text.strip())
        if raised and power.confidence >= MIN_POWER[raised]:
            settled[i] = _with_power(settled[i], k, raised)
    return settled


def _with_power(line: RecognisedLine, k: int, raised: str) -> RecognisedLine:
    """The line with a raised figure after its k-th character, which gives it the right part of its room."""
    base = line.characters[k]
    middle = base.x0 + 0.6 * (base.x1 - base.x0)
    pair = (replace(base, x1=middle), Character(raised, middle, base.x1, ((raised, 1.0),)))
    return line.with_characters((*line.characters[:k], *pair, *line.characters[k + 1 :]))
