"""The signs of bounds told from what they are taken for: `≥` and `≤` read as `>` and `<`, or as a figure or a letter.

Many Chinese typefaces draw the third stroke aslant, hard by the second (`⩾`): small print shows `>` to a recogniser.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from pipeline.ocr.lines import tighten
from pipeline.ocr.strokes import UNBARRED, without_specks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.ocr.engine import Character, Image, RecognisedLine

SURE_BARRED = 0.12  # score of `≥` beside `>` that needs no proof: printed `>` never leaves so much doubt
LOWER_SHARES = (
    (0.01, 0.51),
    (0.003, 0.57),
    (0.0, 0.59),
)  # score of `≥` → least share of darkness below the middle
MAX_LOWER_SHARE = 0.7  # more is not this sign's
SLENDER = (0.55, 0.9)  # width to height; `>` is about as wide as it is high
FAINT = 30  # of 255, below which the grey around a sign is paper
BARRED = {"≥": "≥", ">": "≥", "≤": "≤", "<": "≤"}
MIN_BOUND = 0.045  # score of all signs of bounds together, from which a figure or letter that begins a line is one
MISREAD = re.compile(r"[2-9A-Za-zくζ《∠][\s　]?\d")  # `0` and `1` are nothing like them


def settle_bounds(line: RecognisedLine, image: Image, bare: Image) -> RecognisedLine:
    """The line with `≥` and `≤` where the recogniser offers them and the ink, or what else is offered, speaks for them.

    A `2` or `C` before a figure is a sign of a bound where the recogniser holds it for a possible one: a printed `2`
    leaves no such doubt, and 25 for ≥5 is a worse mistake than any other. `image` is the evenly lit page, `bare` its
    ink without rulings.
    """
    characters = list(line.characters)
    if characters and MISREAD.match(line.text):
        characters[0] = _first_as_bound(characters[0])
    for k, character in enumerate(characters):
        if character.text in UNBARRED:
            characters[k] = _settle_bar(character, sign_ink(line, k, image, bare))
    if characters == list(line.characters):
        return line
    return line.with_characters(characters)


def _first_as_bound(first: Character) -> Character:
    """The character that begins a line as the bound that its alternatives offer; itself where they offer too little.

    With the bar where that is offered at all: `>` is never taken for a figure, `≥` is.
    """
    offers = {text: score for text, score in first.alternatives if text in BARRED}
    if sum(offers.values()) < MIN_BOUND:
        return first
    likeliest = max(offers, key=lambda text: offers[text])
    chosen = BARRED[likeliest] if BARRED[likeliest] in offers else likeliest
    return first.read_as(chosen, round(sum(offers.values()), 4))


def _settle_bar(character: Character, shape: NDArray[np.int16] | None) -> Character:
    """`>` with its bar where the shape has one: the less the recogniser offers it, the plainer it must be seen."""
    barred = UNBARRED[character.text]
    text, score = next((a for a in character.alternatives if a[0] in barred), (barred[0], 0.0))
    least = next(share for offered, share in LOWER_SHARES if score >= offered)
    if score < SURE_BARRED and (shape is None or not least < lower_share(shape) <= MAX_LOWER_SHARE):
        return character
    return character.read_as(text, round(character.alternatives[0][1] if character.alternatives else score, 4))


def lower_share(darkness: NDArray[np.int16]) -> float:
    """Share of a sign's darkness that lies in the lower half of its box; 0 where the box is not as slender as `≥`.

    In print too small or soft to show three strokes the two lower ones run together, and are still heavier than one.
    """
    height, width = darkness.shape
    rows = np.maximum(darkness - FAINT, 0).sum(axis=1).astype(np.float64)
    total = float(rows.sum())
    if not total or not SLENDER[0] <= width / height <= SLENDER[1]:
        return 0.0
    middle = height // 2
    lower = float(rows[height - middle :].sum()) + (float(rows[middle]) / 2 if height % 2 else 0.0)
    return lower / total


def sign_ink(line: RecognisedLine, k: int, image: Image, bare: Image) -> NDArray[np.int16] | None:
    """Darkness, 0 to 255, of the box of the k-th character's ink, specks left out; None where it has none.

    Its columns of ink are the runs whose middle lies in the character's room, else the one nearest to it: beside a
    blank the recogniser's places are vague.
    """
    box = tighten(bare, line.quad)
    if box is None:
        return None
    left, top, right, bottom = (round(v) for v in box)
    x0, _, x1, _ = line.quad.extent
    start, end = (x0 + share * (x1 - x0) - left for share in (line.characters[k].x0, line.characters[k].x1))
    ink = bare[top:bottom, left:right] > 0
    columns = np.flatnonzero(ink.any(axis=0))
    runs = np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1)
    middles = [(int(run[0]) + int(run[-1]) + 1) / 2 for run in runs]
    own = [run for run, middle in zip(runs, middles, strict=True) if start <= middle <= end]
    own = own or [min(runs, key=lambda run: abs(int(run[0]) + int(run[-1]) + 1 - start - end))]
    first, last = int(own[0][0]), int(own[-1][-1]) + 1
    kept = without_specks(ink[:, first:last])
    rows, columns = np.flatnonzero(kept.any(axis=1)), np.flatnonzero(kept.any(axis=0))
    if not len(rows):
        return None
    grey = image[top + rows[0] : top + rows[-1] + 1, left + first + columns[0] : left + first + columns[-1] + 1]
    return 255 - grey.astype(np.int16)
