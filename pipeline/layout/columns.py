"""Running text set in two columns, told by the gutter between them: the left one is read before the right one."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.document import Box, Word
from pipeline.layout.lines import WIDE_GAP_EM, group_words, line_box, word_size

MIN_GUTTER_EM = 1.0  # between the columns; blanks in running text are narrower
MIN_LINES = 5  # of each column
MIN_LINE_CHARS = 9  # of a full line of a column: cells of a table and labels are shorter
FULL_SHARE = 0.8  # of the column's width that a full line reaches
MIN_FULL_SHARE = 0.4  # of a column's lines that are full
MAX_PARTED_SHARE = 0.2  # of a column's lines that wide gaps part, as they part the cells of a table
MIDDLE_SHARE = 0.25  # of the page's width in which no gutter lies, on either side
SENTENCE_SIGN = re.compile("[，。；]")


@dataclass(frozen=True, slots=True)
class Columns:
    """Two columns of running text: from `top` to `bottom`, one on either side of `gutter`."""

    top: float
    bottom: float
    gutter: float


def find_columns(words: Sequence[Word], obstacles: Sequence[Box], width: float) -> list[Columns]:
    """Where a page `width` points wide is set in two columns, from the top; `obstacles` are the boxes of its tables.

    Both sides must be running text: forms, lists of labels and signatures side by side are read across.
    """
    lines = group_words(words)
    gutter = _best_gutter(lines, width)
    if gutter is None:
        return []
    found: list[Columns] = []
    for run in _free_runs(lines, gutter, obstacles):
        left, right = split_at([word for line in run for word in line], gutter)
        if _is_running_text(left) and _is_running_text(right):
            box = line_box([*left, *right])
            found.append(Columns(box.y0, box.y1, gutter))
    return found


def split_at(words: Sequence[Word], gutter: float) -> tuple[list[Word], list[Word]]:
    """The words on the left and those on the right of a gutter."""
    left = [word for word in words if word.box.x0 + word.box.x1 < 2 * gutter]
    return left, [word for word in words if word.box.x0 + word.box.x1 >= 2 * gutter]


def _best_gutter(lines: Sequence[Sequence[Word]], width: float) -> float | None:
    """The middle of the gap that most lines share; None where too few have one."""
    gaps = [
        (a.box.x1, b.box.x0)
        for line in lines
        for a, b in pairwise(line)
        if b.box.x0 - a.box.x1 >= MIN_GUTTER_EM * min(word_size(a), word_size(b))
    ]
    middles = [(a + b) / 2 for a, b in gaps]
    inner = [x for x in middles if MIDDLE_SHARE * width <= x <= (1 - MIDDLE_SHARE) * width]
    starts, ends = sorted(a for a, _ in gaps), sorted(b for _, b in gaps)
    shared = {x: bisect_right(starts, x) - bisect_left(ends, x) for x in inner}
    best = max(shared, key=lambda x: (shared[x], -x), default=None)
    return best if best is not None and shared[best] >= MIN_LINES else None


def _free_runs(lines: Sequence[Sequence[Word]], gutter: float, obstacles: Sequence[Box]) -> list[list[Sequence[Word]]]:
    """Lines that follow one another without a word or a table on the gutter."""
    barriers = sorted(box.y0 for box in obstacles if box.x0 < gutter < box.x1)
    runs: list[list[Sequence[Word]]] = [[]]
    last_bottom = 0.0
    for line in lines:
        box = line_box(line)
        parted = any(last_bottom <= barrier <= box.y1 for barrier in barriers)
        last_bottom = box.y1
        if any(word.box.x0 < gutter < word.box.x1 for word in line):
            runs.append([])
            continue
        if parted:
            runs.append([])
        runs[-1].append(line)
    return [run for run in runs if run]


def _is_running_text(words: Sequence[Word]) -> bool:
    """Whether these words are the lines of one column of sentences, most of them full."""
    lines = group_words(words)
    if len(lines) < MIN_LINES:
        return False
    texts = ["".join(word.text for word in line) for line in lines]
    boxes = [line_box(line) for line in lines]
    start, end = min(box.x0 for box in boxes), max(box.x1 for box in boxes)
    full = [
        len(text) >= MIN_LINE_CHARS and box.x1 - start >= FULL_SHARE * (end - start)
        for text, box in zip(texts, boxes, strict=True)
    ]
    parted = sum(1 for line in lines if _is_parted(line))
    signs = sum(1 for text in texts if SENTENCE_SIGN.search(text))
    is_full = sum(full) >= MIN_FULL_SHARE * len(lines)
    return is_full and parted <= MAX_PARTED_SHARE * len(lines) and signs * 4 >= len(lines)


def _is_parted(line: Sequence[Word]) -> bool:
    return any(b.box.x0 - a.box.x1 > WIDE_GAP_EM * min(word_size(a), word_size(b)) for a, b in pairwise(line))
