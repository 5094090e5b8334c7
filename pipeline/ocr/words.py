"""Lines as recognised → words in points: cut at borders, boxes drawn to the ink, punctuation of one width."""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.document import Box, Ruling, Word
from pipeline.ocr.broken_words import respell_broken
from pipeline.ocr.engine import Character, RecognisedLine
from pipeline.ocr.lines import CROSSING_SHARE, MIN_PIECE_EM, POINTS_PER_INCH, tighten
from pipeline.ocr.spelling import respell
from pipeline.ocr.strokes import UPRIGHTS, settle_stroke, whole_stroke
from pipeline.ocr.wide_figures import close_blanks

if TYPE_CHECKING:
    from pipeline.ocr.engine import Image

MIN_CONFIDENCE = 0.5  # below it a line is a speck, a stroke or a seal, not text
FIGURE_HEIGHT_EM = 0.72  # of figures and capitals
HAN_HEIGHT_EM = 0.92
STOP_HEIGHT_EM = 0.87  # of figures with a stop or a bracket
USUAL_STEP = (0.7, 1.4)  # of the median: from one 汉字 to the next, nothing left out between
QUAD_HEIGHT_EM = 1.7  # of a line as the detector draws it
COLUMN_STEP = 1.3  # from one character of a column to the next, in widths of a character's quad
DESCENDING = re.compile("[,;，、。；()（）gjpqy]")  # reaches below the foot of figures
HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
HAN_PAIR = re.compile(HAN.pattern + "{2}")  # their width tells their size; dust about them adds to their height
WIDE_OF = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）"}
IDEOGRAPHIC = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”‘’]")


def lines_to_words(
    lines: Sequence[RecognisedLine], grey: Image, bare: Image, rulings: Sequence[Ruling], dpi: float
) -> tuple[Word, ...]:
    """Words of a page from its lines. Unsure and empty lines are dropped.

    `grey` is the evenly lit page, `bare` its ink without rulings.
    """
    words: list[Word] = []
    for line in lines:
        if line.text.strip() and line.confidence >= MIN_CONFIDENCE:
            is_alone = len(line.text) == 1 and not is_in_column(line, lines)
            parts = _split_line(line, rulings, dpi)
            words.extend(_part_to_word(line, part, grey, bare, dpi, is_alone) for part in parts)
    return respell_broken([word for word in words if word.text], rulings)


def is_in_column(line: RecognisedLine, lines: Sequence[RecognisedLine]) -> bool:
    """Whether another line stands so near above or below a lone character that both are of one column of text."""
    x0, y0, x1, y1 = line.quad.extent
    for other in lines:
        left, top, right, bottom = other.quad.extent
        overlap = min(x1, right) - max(x0, left)
        distance = abs((top + bottom) / 2 - (y0 + y1) / 2)
        if other is not line and overlap > 0 and distance <= COLUMN_STEP * (x1 - x0) and HAN.search(other.text):
            return True
    return False


def _split_line(line: RecognisedLine, rulings: Sequence[Ruling], dpi: float) -> list[tuple[int, int]]:
    """First character and the one after the last, of each part between the borders that cross the line."""
    x0, y0, x1, y1 = line.quad.extent
    scale = dpi / POINTS_PER_INCH
    margin = MIN_PIECE_EM * (y1 - y0)
    borders = sorted(
        (r.x0 * scale - x0) / (x1 - x0)
        for r in rulings
        if not r.is_horizontal
        and x0 + margin < r.x0 * scale < x1 - margin
        and min(r.y1 * scale, y1) - max(r.y0 * scale, y0) >= CROSSING_SHARE * (y1 - y0)
    )
    n = len(line.characters)
    cuts = [sum(1 for c in line.characters if (c.x0 + c.x1) / 2 < border) for border in borders]
    edges = [0, *cuts, n]
    return [(a, b) for a, b in itertools.pairwise(edges) if b > a] if n else [(0, 0)]


def _part_to_word(
    line: RecognisedLine, part: tuple[int, int], grey: Image, bare: Image, dpi: float, is_alone: bool
) -> Word:
    x0, y0, x1, y1 = line.quad.extent
    characters = line.characters[slice(*part)]
    text = "".join(c.text for c in characters) if characters else line.text
    if characters and len(characters) < len(line.characters):
        x0, x1 = x0 + characters[0].x0 * (x1 - x0), x0 + characters[-1].x1 * (x1 - x0)
    ink = tighten(bare, line.quad) if len(characters) == len(line.characters) else None
    box = ink or (x0, y0, x1, y1)
    scale = POINTS_PER_INCH / dpi
    if ink and len(characters) == 1 and characters[0].alternatives:
        left, top, right, bottom = (round(v) for v in ink)
        whole = whole_stroke(grey, (left, top, right, bottom)) if text in UPRIGHTS else None
        only = settle_stroke(characters[0].alternatives, grey[top:bottom, left:right], is_alone, whole)
        characters = (replace(characters[0], text=only[0][0], alternatives=only),)
        text = only[0][0]
    characters = close_blanks(characters, line.quad.width, box[3] - box[1])
    spelt = respell([c.alternatives for c in characters])
    pairs = zip(characters, spelt, strict=True)
    characters = tuple(replace(c, text=a[0][0], alternatives=a) if a else c for c, a in pairs)
    text = "".join(c.text for c in characters) if characters else text
    stripped = text.strip()
    skipped = len(text) - len(text.lstrip())
    kept = characters[skipped : skipped + len(stripped)]
    return Word(
        widen_punctuation(stripped),
        Box(*(round(v * scale, 2) for v in box)),
        confidence=round(line.confidence, 4),
        size=round(_font_size(characters, line, box) * scale, 1),
        alternatives=tuple(c.alternatives for c in kept),
    )


def _font_size(characters: Sequence[Character], line: RecognisedLine, box: tuple[float, float, float, float]) -> float:
    """Size of the type in pixels: the step from one 汉字 to the next where there are some, else by the ink's height."""
    text = "".join(c.text for c in characters) or line.text
    x0, _, x1, _ = line.quad.extent
    middles = [((c.x0 + c.x1) / 2 * (x1 - x0), bool(HAN.match(c.text))) for c in characters]
    steps = [b - a for (a, han_a), (b, han_b) in itertools.pairwise(middles) if han_a and han_b]
    height = box[3] - box[1]
    if len(steps) >= 2:
        usual = statistics.median(steps)  # places are known to a sixth of a character; their mean is finer
        near = [step for step in steps if USUAL_STEP[0] * usual <= step <= USUAL_STEP[1] * usual]
        return min(statistics.fmean(near or [usual]), 1.3 * height)  # of two unlike steps neither is near their middle
    if HAN.search(text):
        by_height = height / HAN_HEIGHT_EM
        return min(by_height, (box[2] - box[0]) / len(text)) if HAN_PAIR.fullmatch(text) else by_height
    if re.search("[0-9A-Za-z%]", text):
        return height / (STOP_HEIGHT_EM if DESCENDING.search(text) else FIGURE_HEIGHT_EM)
    return line.quad.height / QUAD_HEIGHT_EM


def widen_punctuation(text: str) -> str:
    """Punctuation that stands by 汉字 in full width, one character for one; figures, signs and dashes as they are.

    Recognisers take the two widths for one another; in Chinese text it is the full one.
    """
    wide = []
    for i, char in enumerate(text):
        beside = text[max(0, i - 1) : i] + text[i + 1 : i + 2]
        wide.append(WIDE_OF[char] if char in WIDE_OF and IDEOGRAPHIC.search(beside) else char)
    return "".join(_pair_brackets("".join(wide)))


def _pair_brackets(text: str) -> str:
    """Both brackets of a pair in full width where one is."""
    chars = list(text)
    opened: list[int] = []
    for i, char in enumerate(chars):
        if char in "(（":
            opened.append(i)
        elif char in ")）" and opened:
            start = opened.pop()
            if "（" in chars[start] or char == "）":
                chars[start], chars[i] = "（", "）"
    return "".join(chars)
