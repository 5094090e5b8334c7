"""What the text of a cell with a number may be instead, and how much of the picture speaks for it.

Candidates come from the recogniser's own alternatives, from a second reading of the cell's picture, and from a table
of what recognisers take a sign for. Only texts that are numbers are candidates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipeline.document import Alternatives, Cell
from pipeline.lexicon import load_toml
from pipeline.normalize.text import fold
from pipeline.tables.celltext import MIN_KEPT_SCORE

MAX_CHARS = 20  # a longer text is no lone number
CLEAR_VOTES = 3  # readings that make the picture speak clearly for a text, where they are also the most
# A number as forms print it: grouped or plain, with a sign, a comparison and a per-cent sign.
NUMBER = re.compile(r"[≥≤><=≧≦]?[-+]?(?:[1-9]\d{0,2}(?:,\d{3})+|0|[1-9]\d*)(?:\.\d{1,6})?%?")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that a cell may have: how many readings of its picture give it (the first one counted), the product of
    the recogniser's scores where only signs are exchanged, and whether the picture speaks clearly for it."""

    text: str
    votes: int
    score: float
    is_clear: bool


def find_candidates(cell: Cell, readings: Sequence[str]) -> list[Candidate]:
    """The numbers that the cell may show instead of its text, the best first; none where the picture leaves no doubt.

    `readings` are the texts of the second reading. Where all of them and the first are one number, nothing is offered.
    """
    own = fold(cell.text)
    pictures = [own, *(fold(reading) for reading in readings)]
    scores = exchange_scores(cell)
    votes: dict[str, int] = {}
    for text in pictures:
        for number in {*clean_numbers(text)}:
            votes[number] = votes.get(number, 0) + 1
    n_own = sum(1 for text in pictures if text == own) if NUMBER.fullmatch(own) else 0
    found = []
    for text in {*votes, *scores} - {own}:
        n_votes, score = votes.get(text, 0), scores.get(text, 0.0)
        most = max((n for other, n in votes.items() if other != text), default=0)
        is_clear = n_votes >= CLEAR_VOTES and n_votes > most and n_votes > n_own
        found.append(Candidate(text, n_votes, round(score, 4), is_clear))
    return sorted(found, key=lambda one: (-one.votes, -one.score, one.text))


def exchange_scores(cell: Cell) -> dict[str, float]:
    """The numbers that one or two exchanges for the recogniser's alternatives make of the text, with their scores."""
    readings: Alternatives = cell.alternatives
    if len(readings) != len(cell.text):
        return {}
    swaps = [
        (at, other, score / max(options[0][1], score))
        for at, options in enumerate(readings)
        for other, score in options[1:]
        if score >= MIN_KEPT_SCORE
    ]
    scores: dict[str, float] = {}
    pairs = [((at, other),) for at, other, _ in swaps]
    chosen = [*pairs, *(((a, x), (b, y)) for a, x, _ in swaps for b, y, _ in swaps if a < b)]
    weight = {(at, other): score for at, other, score in swaps}
    for swap in chosen:
        chars = list(cell.text)
        score = 1.0
        for at, other in swap:
            chars[at] = other
            score *= weight[at, other]
        for number in clean_numbers(fold("".join(chars))):
            scores[number] = max(scores.get(number, 0.0), score)
    return scores


def clean_numbers(text: str) -> Iterator[str]:
    """The numbers that a text read off a picture may stand for: itself where it is one, else mended sign by sign."""
    if not text or len(text) > MAX_CHARS:
        return
    if NUMBER.fullmatch(text):
        yield text
        yield from _as_percent(text)
        return
    for body, tail in _percent_forms(_bare(text)):
        number = mend_points("".join(_digit_of().get(char, char) for char in body)) + tail
        if NUMBER.fullmatch(number):
            yield number


def _as_percent(number: str) -> Iterator[str]:
    """A number whose last digits may be a per-cent sign: `97.8994` → `97.89%`."""
    for ending in load_toml("repair.toml")["signs"]["percent_digits"]:
        shorter = number.removesuffix(ending)
        if shorter != number and len(shorter) >= 2 and NUMBER.fullmatch(shorter):
            yield f"{shorter}%"


def _bare(text: str) -> str:
    """The text without what a ruling leaves in front of it and behind it."""
    signs = load_toml("repair.toml")["signs"]
    return text.lstrip(signs["front"]).rstrip(signs["behind"])


def _percent_forms(text: str) -> Iterator[tuple[str, str]]:
    """The text as a whole, and without what may be a misread per-cent sign at its end."""
    signs: dict[str, Any] = load_toml("repair.toml")["signs"]
    yield text.removesuffix("%"), "%" if text.endswith("%") else ""
    for ending in signs["percent"]:
        if text.endswith(ending) and len(text) > len(ending):
            yield text.removesuffix(ending).removesuffix("%"), "%"


@cache
def _digit_of() -> dict[str, str]:
    """Sign → the digit or the point that it was taken for."""
    signs = load_toml("repair.toml")["signs"]
    digits = {sign: digit for digit, others in signs["digits"].items() for sign in others}
    return digits | dict.fromkeys(signs["point"], ".")


def mend_points(text: str) -> str:
    """Commas and points put right where groups of three say which is which: `2.986.40` → `2,986.40`.

    `650,00` → `650.00`: a comma two digits from the end is a point. Doubled points become one.
    """
    text = re.sub(r"[.,]*\.[.,]*", lambda m: "." if len(m[0]) > 1 else m[0], text)
    parts = re.split(r"[.,]", text)
    if len(parts) < 2:
        return text
    *groups, last = parts
    if len(last) == 3 and "." not in text:
        return text
    whole = ",".join(groups)
    return f"{whole}.{last}"
