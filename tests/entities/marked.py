"""Passages marked by hand (`[MONEY 12万元=120000]`) → text and entities, and how well found ones agree with them.

The passages are invented. A mark gives the label, the mention, and behind `=` its value; without one the value is None.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
LABELS = (
    "ORG", "PROJECT", "REGION", "MONEY", "PERCENT", "COUNT", "YEAR", "DATE", "DOC_NO", "SCORE", "GRADE", "INDICATOR",
)  # fmt: skip
_MARK = re.compile(rf"\[({'|'.join(LABELS)}) ((?:[^\[\]]|\[[^\]]*\])+?)(?:=([^\[\]=]*))?\]")

Mention = tuple[str, int, int, str | None]  # label, start, end, value


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage: its name, its text without marks, and the mentions marked in it."""

    name: str
    text: str
    mentions: tuple[Mention, ...]


def read_passages(*names: str) -> list[Passage]:
    """The passages of the files `names` of this folder, in order."""
    blocks = [block for name in names for block in (FOLDER / name).read_text(encoding="utf-8").split("%% ") if block]
    return [_parse(*block.split("\n", 1)) for block in blocks]


def _parse(name: str, marked: str) -> Passage:
    text, mentions, at = "", [], 0
    for mark in _MARK.finditer(marked):
        text += marked[at : mark.start()]
        mentions.append((mark[1], len(text), len(text) + len(mark[2]), mark[3]))
        text += mark[2]
        at = mark.end()
    return Passage(name, text + marked[at:], tuple(mentions))


def f1_by_label(pairs: Iterable[tuple[Iterable[Mention], Iterable[Mention]]]) -> dict[str, float]:
    """F1 of each label over (marked, found) of every passage; a mention is right with its label, place and value."""
    right, marked, found = Counter[str](), Counter[str](), Counter[str]()
    for expected, actual in pairs:
        want, got = set(expected), set(actual)
        right.update(mention[0] for mention in want & got)
        marked.update(mention[0] for mention in want)
        found.update(mention[0] for mention in got)
    return {label: 2 * right[label] / ((marked[label] + found[label]) or 1) for label in LABELS}


def differences(passage: Passage, found: Iterable[Mention]) -> Iterator[str]:
    """Each mention that only one side has, as a line to read."""
    got = set(found)
    for sign, mentions in (("missed", set(passage.mentions) - got), ("extra", got - set(passage.mentions))):
        for label, start, end, value in sorted(mentions, key=lambda mention: mention[1]):
            yield f"{passage.name}: {sign} {label} {passage.text[start:end]!r} = {value}"
