"""One sentence said twice with two numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.audit.printed import digits_of
from pipeline.audit.rules import make_finding, short
from pipeline.audit.sentences import Sentence, Token, split_sentences
from pipeline.normalize.text import fold
from pipeline.records import Figure, Finding, Result, Severity

MIN_TEMPLATE_CHARS = 12
MIN_ANCHOR_DIGITS = 3  # a number that two sentences share tells them to be one only when it is no small one


def check_sentences(result: Result) -> Iterator[Finding]:
    """Two sentences alike to the last character save one count (`全市46家单位的1238项事项`).

    They must share a number of three digits or more: sentences of one template in reports on several projects share
    words, and small or round numbers by chance.
    """
    templates: dict[str, Sentence] = {}
    for sentence in split_sentences(result.text):
        template = _template(sentence)
        other = templates.setdefault(template, sentence)
        if other is sentence or len(template) < MIN_TEMPLATE_CHARS:
            continue
        pairs = list(zip(other.tokens, sentence.tokens, strict=True))
        apart = [pair for pair in pairs if pair[0].value != pair[1].value]
        if len(apart) != 1 or not _is_anchored(pairs) or apart[0][0].kind != "count":
            continue
        yield _sentence_finding(result, other, sentence, apart[0])


def _template(sentence: Sentence) -> str:
    """A sentence with `#` for each number and its unit."""
    pieces, end = [], 0
    for token in sentence.tokens:
        pieces.append(sentence.text[end : token.start])
        end = token.end
    return "#".join([*pieces, sentence.text[end:]])


def _is_anchored(pairs: Sequence[tuple[Token, Token]]) -> bool:
    return any(
        one.value == other.value and one.kind in ("count", "money") and len(digits_of(one.value)) >= MIN_ANCHOR_DIGITS
        for one, other in pairs
    )


def _sentence_finding(result: Result, one: Sentence, other: Sentence, apart: tuple[Token, Token]) -> Finding:
    """The finding on two sentences, with the rows that their two numbers became."""
    rows: list[tuple[int, Figure]] = []
    for sentence, token in zip((one, other), apart, strict=True):
        text = fold(sentence.text)
        for seq, figure in enumerate(result.figures, 1):
            context = fold(figure.context or "").rstrip("。.;")
            if figure.value == token.value and context and (context in text or text in context):
                rows.append((seq, figure))
                break
    return make_finding(
        "inconsistent",
        Severity.ERROR,
        message="inconsistent_sentence",
        expected=apart[0].raw,
        actual=apart[1].raw,
        refs=[f"figures:{seq}.value" for seq, _ in rows],
        evaluation=rows[0][1].evaluation if rows else None,
        evidence=rows[0][1].evidence if rows else None,
        name=short(one.text),
    )
