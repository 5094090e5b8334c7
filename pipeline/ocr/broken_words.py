"""Words that a narrow cell breaks over its lines (`主管部` above `门`): spelt with the lines above and below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.document import Ruling, Word
from pipeline.ocr.spelling import is_doubtful, respell

MAX_CHARACTERS = 4  # longer lines have the words they need in themselves
MAX_GAP_EM = 1.0  # between two lines of one cell
MIN_OVERLAP_SHARE = 0.5  # of the narrower line's width


def respell_broken(words: Sequence[Word], rulings: Sequence[Ruling]) -> tuple[Word, ...]:
    """The words, a doubtful 汉字 of a short one put right where it makes a known word with a line above or below."""
    levels = [ruling for ruling in rulings if ruling.is_horizontal]
    return tuple(_respell(word, words, levels) if _is_open(word) else word for word in words)


def _is_open(word: Word) -> bool:
    """Whether a word is short, and one of its characters may be another."""
    choices = word.alternatives
    return len(word.text) == len(choices) <= MAX_CHARACTERS and any(is_doubtful(choice) for choice in choices)


def _respell(word: Word, words: Sequence[Word], levels: Sequence[Ruling]) -> Word:
    above, below = (_neighbour(word, words, levels, step) for step in (-1, 1))
    parts = [_readings(part) for part in (above, word, below)]
    start = len(parts[0])
    settled = respell([choices for part in parts for choices in part])[start : start + len(word.text)]
    if settled == tuple(word.alternatives):
        return word
    text = "".join(
        char if old == new else new[0][0] for char, old, new in zip(word.text, word.alternatives, settled, strict=True)
    )
    return replace(word, text=text, alternatives=settled)


def _readings(word: Word | None) -> list[tuple[tuple[str, float], ...]]:
    """The alternatives of each character of a word; what was read, where the engine offers none."""
    if word is None:
        return []
    if len(word.alternatives) == len(word.text):
        return list(word.alternatives)
    return [((char, 1.0),) for char in word.text]


def _neighbour(word: Word, words: Sequence[Word], levels: Sequence[Ruling], step: int) -> Word | None:
    """The word next above (-1) or below (1) in the same cell."""
    box = word.box
    height = box.y1 - box.y0
    near: list[tuple[float, Word]] = []
    for other in words:
        gap = box.y0 - other.box.y1 if step < 0 else other.box.y0 - box.y1
        overlap = min(box.x1, other.box.x1) - max(box.x0, other.box.x0)
        narrower = min(box.x1 - box.x0, other.box.x1 - other.box.x0)
        if other is word or abs(gap) > MAX_GAP_EM * height or overlap < MIN_OVERLAP_SHARE * narrower:
            continue
        if (other.box.y0 - box.y0) * step > 0 and not _is_ruled_off(word, other, levels):
            near.append((gap, other))
    return min(near, key=lambda pair: pair[0])[1] if near else None


def _is_ruled_off(word: Word, other: Word, levels: Sequence[Ruling]) -> bool:
    """Whether a ruling runs between two words, one above the other."""
    low, high = sorted((box.y0 + box.y1) / 2 for box in (word.box, other.box))
    middle = (word.box.x0 + word.box.x1) / 2
    return any(low < ruling.y0 < high and ruling.x0 <= middle <= ruling.x1 for ruling in levels)
