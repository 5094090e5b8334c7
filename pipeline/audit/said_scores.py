"""Scores that a sentence states, part by part and in total."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pipeline.audit.places import FigureIndex
from pipeline.audit.printed import show
from pipeline.audit.rules import has, make_finding
from pipeline.audit.sentences import Sentence, Token
from pipeline.records import Finding, Severity

MIN_SCORE_PARTS = 3
MAX_SCORE = Decimal(100)
FAR = Decimal(10)  # times smaller than the total: farther off, not all parts are named


def split_scores(sentence: Sentence) -> tuple[Token, list[Token]] | None:
    """The total score of a sentence and the scores of its parts, three or more; full marks are left out.

    Where each part has its full marks and then its score (`50分得48分`), the scores are those behind 得.
    """
    points = [t for t in sentence.tokens if t.kind == "points" and not has("full_marks", t.clause)]
    total = next((t for t in points if has("total_score", t.clause)), None)
    if total is None and points and has("score", points[0].clause):
        total = points[0]
    if total is None or total.value > MAX_SCORE:
        return None
    parts = [token for token in points if token is not total]
    gained = [token for token in parts if has("gained", token.clause)]
    if len(gained) >= MIN_SCORE_PARTS:
        parts = gained
    again = any(has("total_score", token.clause) for token in parts)
    return (total, parts) if len(parts) >= MIN_SCORE_PARTS and not again else None


def check_scores_said(sentence: Sentence, index: FigureIndex) -> Iterator[Finding]:
    """`综合得分s分，其中决策a分、过程b分…`: s against the sum of the parts, where it comes near."""
    split = split_scores(sentence)
    if split is None:
        return
    total, parts = split
    summed = sum((part.value for part in parts), Decimal(0))
    rounding = sum((part.printed.half for part in parts if part.printed.places), Decimal(0))
    gap = abs(summed - total.value)
    if gap <= rounding or gap > total.value / FAR:
        return
    place = index.place(sentence, [total, *parts])
    yield make_finding(
        "scores_sum",
        Severity.ERROR,
        message="scores_prose",
        expected=show(summed, 4),
        actual=show(total.value, 4),
        refs=place.refs,
        evaluation=place.evaluation,
        evidence=place.evidence,
    )
