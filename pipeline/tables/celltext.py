"""Words of one cell → its text."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.document import Alternatives, Word

SAME_LINE_SHARE = 0.5  # of the smaller height by which words of one line overlap
CJK_GAP_EM = 0.8  # a wider gap between 汉字 was meant as a blank
LATIN_GAP_EM = 0.15
MIN_KEPT_SCORE = 0.02  # of another reading of a character to be kept: no repair looks at less


def words_to_lines(words: Sequence[Word]) -> list[list[Word]]:
    """Lines from the top, each from the left. The order in which the words were given does not matter."""
    lines: list[list[Word]] = []
    extents: list[tuple[float, float]] = []
    for word in sorted(words, key=lambda w: (w.box.y0 + w.box.y1, w.box.x0, w.text)):
        if lines and _overlaps(extents[-1], word):
            lines[-1].append(word)
            extents[-1] = (min(extents[-1][0], word.box.y0), max(extents[-1][1], word.box.y1))
        else:
            lines.append([word])
            extents.append((word.box.y0, word.box.y1))
    return [sorted(line, key=lambda w: (w.box.x0, w.box.y0)) for line in lines]


def _overlaps(extent: tuple[float, float], word: Word) -> bool:
    shared = min(extent[1], word.box.y1) - max(extent[0], word.box.y0)
    return shared >= SAME_LINE_SHARE * min(extent[1] - extent[0], word.box.y1 - word.box.y0)


def line_to_text(line: Sequence[Word]) -> str:
    """Text of one line; a blank only where Latin words or figures stand apart or a gap is wider than a 汉字."""
    text = ""
    for index, word in enumerate(line):
        if index and _is_apart(line[index - 1], word):
            text += " "
        text += word.text
    return text


def _is_apart(left: Word, right: Word) -> bool:
    size = min(left.size or left.box.y1 - left.box.y0, right.size or right.box.y1 - right.box.y0) or 1.0
    both_latin = left.text[-1:].isascii() and right.text[:1].isascii()
    return right.box.x0 - left.box.x1 > (LATIN_GAP_EM if both_latin else CJK_GAP_EM) * size


def words_to_text(words: Sequence[Word]) -> str:
    """Text of a cell, its lines joined with a line break."""
    return "\n".join(line_to_text(line) for line in words_to_lines(words))


def words_to_alternatives(words: Sequence[Word]) -> Alternatives:
    """What each character of `words_to_text(words)` may be, () for the blanks between words and the line breaks.

    The reading itself and those with MIN_KEPT_SCORE: they stay in memory until the document ends.
    () as a whole where some word has none: it was not read by OCR, or the engine does not say.
    """
    if not all(len(word.alternatives) == len(word.text) for word in words):
        return ()
    readings: list[tuple[tuple[str, float], ...]] = []
    for line in words_to_lines(words):
        if readings:
            readings.append(())
        for index, word in enumerate(line):
            if index and _is_apart(line[index - 1], word):
                readings.append(())
            readings.extend(_likely(options) for options in word.alternatives)
    return tuple(readings)


def _likely(options: tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
    return (*options[:1], *(option for option in options[1:] if option[1] >= MIN_KEPT_SCORE))
