"""Where the numbers of a sentence stand in the dataset, and what the sentence calls them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.audit.rules import short
from pipeline.audit.sentences import Sentence, Token
from pipeline.normalize.text import fold
from pipeline.records import Evidence, Figure, Result

UNSURE = 0.5  # the confidence of a sentence of a scan of which no figure was read
LABEL_TRIM = re.compile(r"^[,，;；、:：()（）。]+|[:：]$|[了为是达约共计]+$|^(?:其中|其)[:：]?")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the numbers of a sentence stand in the dataset: rows, evaluation and evidence."""

    refs: list[str]
    evaluation: int | None
    evidence: Evidence


class FigureIndex:
    """The figures of a document by value, to name the rows that a sentence's numbers became."""

    def __init__(self, result: Result) -> None:
        self.unknown = Evidence(source="text", confidence=UNSURE if result.report.ocr_pages else 1.0)
        self.by_value: dict[Decimal, list[tuple[int, Figure, str]]] = {}
        for seq, figure in enumerate(result.figures, 1):
            if figure.value is not None:
                entry = (seq, figure, fold(figure.context or ""))
                self.by_value.setdefault(abs(figure.value), []).append(entry)

    def place(self, sentence: Sentence, tokens: Sequence[Token]) -> Place:
        """The figures whose context is the sentence, or part of it, and whose value is one of the tokens'."""
        text = fold(sentence.text)
        found: list[tuple[int, Figure]] = []
        for token in tokens:
            for seq, figure, context in self.by_value.get(abs(token.value), ()):
                if context and (context.rstrip("。.;") in text or text in context):
                    found.append((seq, figure))
                    break
        owner = next((figure.evaluation for _, figure in found if figure.evaluation is not None), None)
        evidence = found[0][1].evidence if found else self.unknown
        return Place([f"figures:{seq}.value" for seq, _ in found], owner, evidence)


def has_break(token: Token) -> bool:
    """Whether a semicolon parts the number from the one before it."""
    return ";" in token.label or "；" in token.label


def name_of(token: Token) -> str:
    """What a sentence calls a number: the words of its label next to it."""
    words = token.clause or token.label
    previous = None
    while words != previous:
        previous, words = words, LABEL_TRIM.sub("", words)
    return short(words or token.raw)
