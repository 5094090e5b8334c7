"""Sentences of a document with the numbers in them: amounts, percentages, points and counts, each with its label."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

from pipeline.audit.printed import HALF, Printed
from pipeline.lexicon import load_toml
from pipeline.normalize.number import NUMBER, parse_number
from pipeline.normalize.text import BLANKS, narrow

TokenKind = Literal["money", "percent", "points", "count"]
MAX_SENTENCE_CHARS = 1200  # longer "sentences" are lists without stops: their numbers do not belong together

_YUAN = {"": 1, "百": 10**2, "千": 10**3, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8}
_BLANK = re.compile(BLANKS + "+")
_END = re.compile(r"[。！!?？\n]|\\n")
_MARKUP = re.compile(r"^#+\s*|\*\*")


@dataclass(frozen=True, slots=True)
class Token:
    """One number of a sentence. `label` is the text since the number before it, `raw` the number with its unit."""

    kind: TokenKind
    printed: Printed
    unit: str  # as written
    raw: str
    label: str
    start: int
    end: int

    @property
    def value(self) -> Decimal:
        return self.printed.value

    @property
    def clause(self) -> str:
        """The label since its last comma or stop."""
        return re.split(r"[,，;；、:：()（）]", self.label)[-1]


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str  # half-width, without blanks
    tokens: tuple[Token, ...]


def split_sentences(markdown: str) -> Iterator[Sentence]:
    """Every sentence that holds at least two numbers, once each; the cells of a table are text of their own."""
    seen: set[str] = set()
    for line in markdown.split("\n"):
        for piece in line.strip("| ").split(" | ") if line.startswith("|") else (line,):
            for part in _END.split(narrow(piece)):
                text = _BLANK.sub("", _MARKUP.sub("", part))
                if len(text) > MAX_SENTENCE_CHARS or text in seen:
                    continue
                seen.add(text)
                tokens = tuple(find_tokens(text))
                if len(tokens) >= 2:
                    yield Sentence(text, tokens)


def find_tokens(text: str) -> Iterator[Token]:
    """The amounts, percentages, points and counts of a half-width text, in order."""
    end = 0
    for match in _token_pattern().finditer(text):
        number = parse_number(match["number"])
        if number is None:
            continue
        kind, scale = _kind_of(match)
        places = len(match["number"].partition(".")[2])
        is_exact = kind == "count" and scale == 1  # people and cases are counted, not rounded
        printed = Printed(number * scale, Decimal(0) if is_exact else HALF.scaleb(-places) * scale, places)
        unit = match[0][len(match["number"]) :]
        yield Token(kind, printed, unit, match[0], text[end : match.start()], match.start(), match.end())
        end = match.end()


def _kind_of(match: re.Match[str]) -> tuple[TokenKind, Decimal]:
    if match["yuan"] is not None:
        return "money", Decimal(_YUAN[match["large"] or ""])
    if match["percent"]:
        return "percent", Decimal(1)
    if match["points"]:
        return "points", Decimal(1)
    return "count", Decimal(_YUAN[match["many"] or ""])


@cache
def _token_pattern() -> re.Pattern[str]:
    """A number with the unit that says what it is; counts by the measure words of units.toml."""
    units = load_toml("units.toml")
    words = sorted((word for word in units["measure"] if "(" not in word and len(word) <= 3), key=len, reverse=True)
    counted = "|".join(map(re.escape, words))
    large = "|".join(sorted((mark for mark in _YUAN if mark), key=len, reverse=True))
    return re.compile(
        rf"(?P<number>{NUMBER})(?:(?P<large>{large})?(?P<yuan>元)(?![/·每人])|(?P<percent>%)"
        rf"|(?P<points>分)(?![之钟别局公管行部类子期年析为项])|(?P<many>万|亿)?(?P<count>{counted}))"
    )
