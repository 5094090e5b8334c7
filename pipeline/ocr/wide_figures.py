"""Figures of full width (`４５０．００`) read with blanks between them: the blanks go, for the figures stand evenly.

A recogniser sees room for another figure between two of them. Two numbers in one line are told from one number by
the steps from figure to figure, which are those of 汉字 all along only in figures of full width.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.ocr.engine import Character

RUN = re.compile(r"[0-9][0-9.,，． ]* [0-9.,，． ]*[0-9]")
MIN_MEAN_STEP = 0.95  # in heights of a figure; figures of half width stand 0.7 apart, of full width 1.2 to 1.4
MIN_STEP_AT_POINT = 0.85  # the same where the blank is beside a point: no number begins or ends with one
MIN_CLOSE_STEP = 0.85  # mean of the steps without a blank between
MAX_STEP = 2.1
MIN_FIGURES = 3


def close_blanks(characters: Sequence[Character], line_px: float, ink_px: float) -> tuple[Character, ...]:
    """The characters without the blanks inside numbers whose figures stand as far apart as 汉字 do.

    `line_px` is the length of the line in whose shares the characters' places are, `ink_px` the height of its ink.
    """
    text = "".join(c.text for c in characters)
    if " " not in text or len(text) != len(characters) or not ink_px:
        return tuple(characters)
    dropped: set[int] = set()
    for run in RUN.finditer(text):
        inside = range(run.start(), run.end())
        if is_wide([((characters[i].x0 + characters[i].x1) / 2 * line_px / ink_px, text[i]) for i in inside]):
            dropped.update(i for i in inside if text[i] == " ")
    return tuple(c for i, c in enumerate(characters) if i not in dropped)


def is_wide(places: Sequence[tuple[float, str]]) -> bool:
    """Whether characters, by their middles in heights of a figure, are one number of full width."""
    text = "".join(char for _, char in places)
    shown = [(middle, char) for middle, char in places if char != " "]
    if sum(char.isdigit() for _, char in shown) < MIN_FIGURES:
        return False
    steps = [b[0] - a[0] for a, b in pairwise(shown)]
    mean = sum(steps) / len(steps)
    if max(steps) > MAX_STEP:
        return False
    if text.count(" ") == len(re.findall(r" (?=[.．])|(?<=[.．]) ", text)):
        return mean >= MIN_STEP_AT_POINT
    close = [b[0] - a[0] for a, b in pairwise(places) if a[1].isdigit() and b[1].isdigit()]
    return mean >= MIN_MEAN_STEP and (not close or sum(close) / len(close) >= MIN_CLOSE_STEP)
