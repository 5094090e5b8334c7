"""The heads `一级指标`, `二级指标`, `三级指标` of one row, whose ordinals faded: level strokes are thinnest in print.

What is left of them is told by their order: side by side in a row they begin with the first level.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.document import Word

ORDINALS = "一二三四"
HEAD = re.compile(r"([一二三四—-]?)(级指标|级目标)")
LEVEL_SHARE = 0.6  # of a word's height by which the middles of two of one row may differ
CERTAIN = 1.0


def restore_levels(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words, heads of levels with the ordinal that their place in the row gives them where it faded.

    Only where two or more stand in one row and no ordinal that is left speaks against the order.
    """
    heads = [(i, word) for i, word in enumerate(words) if HEAD.fullmatch(word.text)]
    restored = list(words)
    for row in _rows(heads):
        for ordinal, (i, word) in zip(ORDINALS, row, strict=False):
            if is_faded_row([head.text for _, head in row]):
                restored[i] = _with_ordinal(word, ordinal)
    return tuple(restored)


def _rows(heads: Sequence[tuple[int, Word]]) -> Iterator[list[tuple[int, Word]]]:
    """Heads that stand side by side, each row from the left."""
    rows: list[list[tuple[int, Word]]] = []
    for i, word in sorted(heads, key=lambda head: head[1].box.y0 + head[1].box.y1):
        middle = (word.box.y0 + word.box.y1) / 2
        last = rows[-1][-1][1] if rows else None
        if last and middle - (last.box.y0 + last.box.y1) / 2 <= LEVEL_SHARE * (word.box.y1 - word.box.y0):
            rows[-1].append((i, word))
        else:
            rows.append([(i, word)])
    for row in rows:
        yield sorted(row, key=lambda head: head[1].box.x0)


def is_faded_row(texts: Sequence[str]) -> bool:
    """Whether heads from left to right are those of the levels from the first, some of them without ordinal."""
    if not 2 <= len(texts) <= len(ORDINALS):
        return False
    shown = [text[0] if text[0] in ORDINALS else "" for text in texts]
    return "" in shown and all(char in ("", ORDINALS[place]) for place, char in enumerate(shown))


def _with_ordinal(word: Word, ordinal: str) -> Word:
    """The head with its ordinal, what was read in its place gone."""
    match = HEAD.fullmatch(word.text)
    if match is None or match[1] == ordinal:
        return word
    kept = word.alternatives[len(match[1]) :]
    alternatives = (((ordinal, CERTAIN),), *kept) if kept else word.alternatives
    return replace(word, text=ordinal + match[2], alternatives=alternatives)
