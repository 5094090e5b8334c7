"""Ticks that a checker's pencil left beside figures: taken off, so that the figure is a number again.

A tick that stands by itself, or beside text, may be the answer of a form (`√是`) and stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.document import Word

TICKS = "√✓✔"
FIGURE = r"[≥≤><=]?\s?\d[\d.,]*(?:[%％‰]|[\u4e00-\u9fff]{0,3})"  # with its unit
TICKED = re.compile(rf"({FIGURE})\s*[{TICKS}]+")
NEAR_SHARE = 2.0  # of the figure's height, from it to a tick of its own


def take_off_ticks(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words, ticks behind figures gone: those read with the figure, and those that stand hard by one."""
    bare = [_without_tick(word) for word in words]
    figures = [word for word in bare if re.fullmatch(FIGURE, word.text)]
    return tuple(word for word in bare if not (word.text in TICKS and any(_is_beside(f, word) for f in figures)))


def _without_tick(word: Word) -> Word:
    match = TICKED.fullmatch(word.text)
    if match is None:
        return word
    figure = match[1]
    return replace(word, text=figure, alternatives=word.alternatives[: len(figure)])


def _is_beside(figure: Word, tick: Word) -> bool:
    """Whether a tick begins within reach to the right of a figure and overlaps it in height."""
    height = figure.box.y1 - figure.box.y0
    overlap = min(figure.box.y1, tick.box.y1) - max(figure.box.y0, tick.box.y0)
    return overlap > 0 and -height <= tick.box.x0 - figure.box.x1 <= NEAR_SHARE * height
