"""Operators in a column of their own (`≥ | 95 | %`), read without a neighbour that would say what they are.

A lone `≥` reads as `2`, `7` or a letter. The column says what it may be: where others are operators, this one is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.ocr.engine import RecognisedLine

OPERATORS = frozenset("≥≤=><")
LIKE_OPERATOR = re.compile("[≥≤=><2-9A-Za-zéくζΛ二三日目Ⅱ→]")  # `1` and dashes are nothing like one
MIN_OTHERS = 2  # operators in the same column
MIN_OFFERED = 0.02  # score of an operator in such a column
MIN_OFFERED_ALONE = 0.25  # the same without others, of all bounds together
READ_BY_PLACE = 0.6  # least score of what its column tells, above that below which lines are dropped


def settle_operator_columns(lines: Sequence[RecognisedLine]) -> list[RecognisedLine]:
    """The lines, lone characters as the operators that they may be where their column holds operators."""
    middles = [_middle(line) for line in lines if line.text in OPERATORS]
    return [_settle(line, middles) if LIKE_OPERATOR.fullmatch(line.text) else line for line in lines]


def _settle(line: RecognisedLine, operators: Sequence[float]) -> RecognisedLine:
    """A lone character as its likeliest operator; itself where its column and its alternatives do not say so."""
    if not line.characters:
        return line
    only = line.characters[0]
    offers = [(text, score) for text, score in only.alternatives if text in OPERATORS]
    reach = max(line.quad.width, line.quad.height) / 2
    n_others = sum(abs(middle - _middle(line)) <= reach for middle in operators) - (line.text in OPERATORS)
    total = sum(score for _, score in offers)
    is_in_column = n_others >= MIN_OTHERS and total >= MIN_OFFERED
    if not is_in_column and total < MIN_OFFERED_ALONE:
        return line
    chosen = line.text if line.text in OPERATORS else max(offers, key=lambda offer: offer[1])[0]
    if chosen == ">" and "≥" in dict(offers) and line.text not in OPERATORS:
        chosen = "≥"  # `>` is never taken for a figure, `≥` is
    score = max(READ_BY_PLACE, total)
    sign = only.read_as(chosen, round(min(score, 1.0), 4))
    return replace(line, text=chosen, characters=(sign,), confidence=max(line.confidence, READ_BY_PLACE))


def _middle(line: RecognisedLine) -> float:
    x0, _, x1, _ = line.quad.extent
    return (x0 + x1) / 2
