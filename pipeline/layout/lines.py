"""Words → lines of text, from the top of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.document import Box, Word

SAME_LINE_SHARE = 0.5  # of the smaller height by which words of one line overlap
CJK_GAP_EM = 0.8  # a wider gap between 汉字 was meant as a blank
LATIN_GAP_EM = 0.15
WIDE_GAP_EM = 2.0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text. `size` is the size of most of its characters."""

    text: str
    box: Box
    size: float
    bold: bool
    confidence: float
    spaced: bool = False  # a gap parts it: `填表人：…    填表日期：…`


def words_to_lines(words: Sequence[Word]) -> list[Line]:
    """Lines in reading order; the order in which the words were given does not matter."""
    return [_to_line(row) for row in group_words(words)]


def group_words(words: Sequence[Word]) -> list[list[Word]]:
    """The words of each line from the left, the lines from the top."""
    rows: list[list[Word]] = []
    extents: list[tuple[float, float]] = []
    for word in sorted(words, key=lambda w: (w.box.y0 + w.box.y1, w.box.x0, w.text)):
        if rows and _overlaps(extents[-1], word.box):
            rows[-1].append(word)
            extents[-1] = (min(extents[-1][0], word.box.y0), max(extents[-1][1], word.box.y1))
        else:
            rows.append([word])
            extents.append((word.box.y0, word.box.y1))
    return [sorted(row, key=lambda w: (w.box.x0, w.box.y0)) for row in rows]


def _overlaps(extent: tuple[float, float], box: Box) -> bool:
    shared = min(extent[1], box.y1) - max(extent[0], box.y0)
    return shared >= SAME_LINE_SHARE * min(extent[1] - extent[0], box.y1 - box.y0)


def word_size(word: Word) -> float:
    """The word's font size in points; the height of its box where the size is unknown (OCR)."""
    return word.size or word.box.y1 - word.box.y0 or 1.0


def line_box(words: Sequence[Word]) -> Box:
    """The box around the words of a line."""
    boxes = [w.box for w in words]
    return Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))


def _to_line(words: Sequence[Word]) -> Line:
    size = word_size(max(words, key=lambda w: len(w.text)))
    confidence = min(w.confidence for w in words)
    bold = sum(len(w.text) for w in words if w.bold) * 2 > sum(len(w.text) for w in words)
    gaps = [(right.box.x0 - left.box.x1) / size for left, right in pairwise(words)]
    spaced = any(gap > WIDE_GAP_EM for gap in gaps) or sum(1 for gap in gaps if gap > CJK_GAP_EM) > 1
    return Line(words_to_text(words), line_box(words), size, bold, confidence, spaced)


def words_to_text(words: Sequence[Word]) -> str:
    """Text of a line; a blank only where Latin words stand apart or a gap is wider than a 汉字."""
    text = words[0].text
    for left, right in pairwise(words):
        text += (" " if _is_apart(left, right) else "") + right.text
    return text


def _is_apart(left: Word, right: Word) -> bool:
    both_latin = left.text[-1:].isascii() and right.text[:1].isascii()
    size = min(word_size(left), word_size(right))
    return right.box.x0 - left.box.x1 > (LATIN_GAP_EM if both_latin else CJK_GAP_EM) * size
