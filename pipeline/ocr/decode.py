"""Scores of a CTC recogniser → characters with their places and alternatives.

A CTC network gives, for each step along the line, a probability for each character and for the blank; a run of
steps with one best character is that character once (Graves et al. 2006, best-path decoding).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from pipeline.ocr.engine import Character

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Scores = NDArray[np.float32]  # steps × characters

BLANK = 0
N_ALTERNATIVES = 5
MIN_ALTERNATIVE_SCORE = 0.001


def scores_to_characters(scores: Scores, alphabet: Sequence[str], width_share: float = 1.0) -> list[Character]:
    """Characters along the line from `scores`; `alphabet[0]` stands for the blank.

    `width_share` is the part of the steps that the line itself takes up, the rest being padding: places are scaled
    so that 1 is the end of the line. Alternatives are taken from the step at which the character is surest.
    """
    best = scores.argmax(axis=1)
    n_steps = max(1.0, len(best) * width_share)
    runs = _runs_of(best)
    if not runs:
        return []
    borders = _borders_between(runs, n_steps)
    return [
        Character(alphabet[index], borders[i], borders[i + 1], _alternatives(scores[start:end], index, alphabet))
        for i, (index, start, end) in enumerate(runs)
    ]


def mean_confidence(characters: Sequence[Character]) -> float:
    """Mean score of the characters as read; 0 where there are none."""
    if not characters:
        return 0.0
    return sum(c.alternatives[0][1] if c.alternatives else 1.0 for c in characters) / len(characters)


def _runs_of(best: NDArray[np.intp]) -> list[tuple[int, int, int]]:
    """(character, first step, step after the last) of each run that is not blank."""
    edges = np.flatnonzero(np.diff(best)) + 1
    starts = [0, *edges.tolist()]
    ends = [*edges.tolist(), len(best)]
    return [(int(best[s]), s, e) for s, e in zip(starts, ends, strict=True) if best[s] != BLANK]


def _borders_between(runs: Sequence[tuple[int, int, int]], n_steps: float) -> list[float]:
    """Where one character gives way to the next, as a share of the line: half way between their runs.

    The first and the last are not given the whole margin: it may be the blank room of a cell.
    """
    centres = [(start + end) / 2 for _, start, end in runs]
    middles = [(a + b) / 2 for a, b in itertools.pairwise(centres)]
    half = min((b - a for a, b in itertools.pairwise(centres)), default=n_steps) / 2
    borders = [centres[0] - half, *middles, centres[-1] + half]
    return [min(max(border / n_steps, 0.0), 1.0) for border in borders]


def _alternatives(steps: Scores, index: int, alphabet: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """The likeliest characters of one run at its surest step, the reading first; the blank is none of them."""
    step = steps[steps[:, index].argmax()]
    top = np.argpartition(step, -N_ALTERNATIVES - 1)[-N_ALTERNATIVES - 1 :]
    ranked = sorted((int(i) for i in top if i not in (BLANK, index)), key=lambda i: (-float(step[i]), i))
    others = [i for i in ranked if step[i] >= MIN_ALTERNATIVE_SCORE][: N_ALTERNATIVES - 1]
    return tuple((alphabet[i], round(float(step[i]), 4)) for i in [index, *others])
