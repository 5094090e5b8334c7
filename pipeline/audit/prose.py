"""Identities between the numbers of one sentence."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.audit.places import FigureIndex
from pipeline.audit.said_changes import check_changes_said
from pipeline.audit.said_rates import check_rates_said
from pipeline.audit.said_scores import MIN_SCORE_PARTS, check_scores_said
from pipeline.audit.said_sums import check_balance, check_parts_said, check_sums_said
from pipeline.audit.sentences import split_sentences
from pipeline.records import Finding, Result


def check_prose(result: Result) -> Iterator[Finding]:
    """All checks of the sentences of a document: rates, changes, balances, parts and scores."""
    index = FigureIndex(result)
    for sentence in split_sentences(result.text):
        kinds = [token.kind for token in sentence.tokens]
        if "percent" in kinds:
            yield from check_rates_said(sentence, index)
        if "money" in kinds or "count" in kinds:
            yield from check_changes_said(sentence, index)
        if len(kinds) >= 3:
            yield from check_balance(sentence, index)
            yield from check_parts_said(sentence, index)
            yield from check_sums_said(sentence, index)
        if kinds.count("points") > MIN_SCORE_PARTS:
            yield from check_scores_said(sentence, index)
