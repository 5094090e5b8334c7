"""Clauses → bodies, projects and indicators: spaCy's matcher over jieba's words, known spans being words as well."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from pipeline.errors import DependencyError
from pipeline.extract.entities_rules import TokenRule, entity_rules
from pipeline.extract.entities_spans import Span
from pipeline.extract.segmenter import Segmenter, load_segmenter

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import Matcher

_STOP_FLAGS = frozenset(
    ["p", "r", "rr", "rz", "u", "uj", "ul", "uz", "ud", "uv", "ug", "y", "d", "c", "w", "x", "e", "o"]
)
WORDS_KEPT = 2**16
MAX_TOWN_CHARS = 6
_BODIES = ("AGENCY", "GOVERNMENT", "BODY", "REGION")  # what joins two of them is no part of a name
_FUNCTION = frozenset(
    "由经为在向对从到给将把被与和及是按以各全每该本个的了并或即所等报请使让送交付受发获派我你他其这那此某且但而也还都已又再就才只仅则若如因"
    "于自至之着过地得不未无没有去来上下内外中前后时年月日号名项件次万亿元分可能会要应须需共约近均较比用拟凡关连同跟凭据照"
)
_BEFORE_TOWN = frozenset("由经为在向对从到给将把被与和及是至按以各全每该本个的了并或即所等报请")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_SPAN_LABELS = frozenset(["REGION", "MONEY", "PERCENT", "COUNT", "YEAR", "DATE", "DOC_NO", "SCORE", "GRADE"])
_NUMBER_IN_FRONT = re.compile(r"(?<![\d.])\d{1,3}(?:号|千伏|kV)$")
_PHASE = re.compile(r"\([一二三四五六七八九\d][期标]段?\)")
_QUOTES = '“”"‘’「」'


@dataclass(frozen=True, slots=True)
class Recogniser:
    """spaCy's blank Chinese pipeline with jieba as its segmenter, and a matcher for each token rule."""

    nlp: Language
    matchers: tuple[tuple[TokenRule, Matcher], ...]
    segmenter: Segmenter


@cache
def load_recogniser() -> Recogniser:
    """The one recogniser of a process; about three seconds the first time."""
    segmenter = load_segmenter()
    try:
        import spacy
        from spacy.matcher import Matcher
    except ImportError as error:
        raise DependencyError("finding entities needs spaCy: pip install spacy") from error
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "jieba"}}})
    matchers = []
    for rule in entity_rules().tokens:
        matcher = Matcher(nlp.vocab)
        matcher.add(rule.label, list(rule.patterns), greedy="LONGEST")
        matchers.append((rule, matcher))
    return Recogniser(nlp, tuple(matchers), segmenter)


def find_named(text: str, spans: Sequence[Span]) -> list[Span]:
    """Bodies, projects and indicators in half-width `text` in which `spans` are known already; they may overlap."""
    starts = [span.start for span in spans]
    return [
        found
        for start, end in _clauses(text, spans)
        if entity_rules().worth_cutting.search(text, start, end)
        for found in _match_clause(text, start, end, spans[bisect_left(starts, start) : bisect_left(starts, end)])
    ]


def _clauses(text: str, spans: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """The clauses of `text`; a mark inside a span ends none."""
    inside = bytearray(len(text))
    for span in spans:
        inside[span.start : span.end] = b"\1" * (span.end - span.start)
    start = 0
    for mark in entity_rules().clause_end.finditer(text):
        if 1 not in inside[mark.start() : mark.end()]:
            yield start, mark.start()
            start = mark.end()
    yield start, len(text)


def _match_clause(text: str, start: int, end: int, spans: Sequence[Span]) -> Iterator[Span]:
    recogniser = load_recogniser()
    words, classes = _cut(text, start, end, spans, recogniser.segmenter)
    offsets = list(accumulate(map(len, words), initial=start))
    for left, right in _runs(classes):
        for rule, first, last in _match_run(words, classes, left, right, recogniser):
            begin = _town_start(words, classes, first, last)
            if begin is not None and _stands(rule, text, offsets[begin], offsets[last]):
                yield _widened(Span(rule.label, offsets[begin], offsets[last]), text)


def _widened(span: Span, text: str) -> Span:
    """A project with the number in front of its name and the phase behind it (`2号泵站改造工程（一期）`)."""
    if span.label != "PROJECT":
        return span
    number, phase = _NUMBER_IN_FRONT.search(text, max(0, span.start - 8), span.start), _PHASE.match(text, span.end)
    return Span(span.label, number.start() if number else span.start, phase.end() if phase else span.end)


def _runs(classes: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The runs of words between those that no name holds: no match reaches over such a word."""
    left = 0
    for at, name in enumerate([*classes, "STOP"]):
        if name == "STOP":
            if at > left:
                yield left, at
            left = at + 1


def _match_run(
    words: list[str], classes: list[str], left: int, right: int, recogniser: Recogniser
) -> Iterator[tuple[TokenRule, int, int]]:
    """Each rule with the words [first, last) that it matches in one run; only rules whose last word stands there.

    A span's word is its label, so that spaCy's vocabulary does not grow with every number of every document.
    """
    from spacy.tokens import Doc

    named, doc = set(classes[left:right]), None
    for rule, matcher in recogniser.matchers:
        if rule.ends.isdisjoint(named):
            continue
        if doc is None:
            texts = [
                name if name in _SPAN_LABELS else word
                for word, name in zip(words[left:right], classes[left:right], strict=True)
            ]
            doc = Doc(recogniser.nlp.vocab, texts, spaces=[False] * len(texts), tags=classes[left:right])
        for _, first, last in matcher(doc):
            yield rule, left + first, left + last


def _town_start(words: Sequence[str], classes: Sequence[str], first: int, last: int) -> int | None:
    """The word with which a match truly begins: the name of a township may hold any character (`由 吉 也 克 镇`).

    Back to the start of the clause or to a word that names nothing; None where no name stands before the township.
    """
    if classes[first] not in ("TOWN", "CHAR") or "TOWN" not in classes[first:last]:
        return first
    start = first
    length = sum(map(len, words[first : classes.index("TOWN", first)]))
    while start > 0 and len(words[start - 1]) <= 2 and length + len(words[start - 1]) <= MAX_TOWN_CHARS:
        if words[start - 1] in _BEFORE_TOWN or not _HAN.fullmatch(words[start - 1]):
            break
        start -= 1
        length += len(words[start])
    return start if length or len(words[first]) > 1 else None


def _cut(text: str, start: int, end: int, spans: Sequence[Span], segmenter: Segmenter) -> tuple[list[str], list[str]]:
    """Words and their classes: each span is one word, the text between them is cut by jieba."""
    words: list[str] = []
    classes: list[str] = []
    at = start
    for span in [*spans, Span("", end, end)]:
        for word in _words(segmenter, text[at : span.start]):
            words.append(word)
            name = _word_class(word, segmenter.tags.get(word, ""))
            classes.append("STOP" if name == "JOIN" and (not classes or classes[-1] in _BODIES) else name)
        if span.end > span.start:
            words.append(text[span.start : span.end])
            classes.append(span.label)
        at = span.end
    return words, classes


def _words(segmenter: Segmenter, text: str) -> Iterator[str]:
    """jieba's words, those that names take apart in their parts (`项目支出`)."""
    split = entity_rules().split
    for word in segmenter.cut(text):
        if word in split:
            yield from split[word]
        else:
            yield word


@lru_cache(maxsize=WORDS_KEPT)
def _word_class(word: str, flag: str) -> str:
    """The class of a word: as listed, by its ending, else by its part of speech."""
    rules = entity_rules()
    if named := rules.word_class.get(word):
        return named
    if word in _QUOTES:
        return "QUOTE"
    if word not in rules.plain:
        for name, ending in rules.ending_class:
            if ending.search(word):
                return name
    if not "\u4e00" <= word[0] <= "\u9fff":
        return "NUMERAL" if word.isdigit() else "WORD" if word.isalnum() else "STOP"
    if len(word) == 1:
        return "STOP" if word in _FUNCTION else "NUMERAL" if flag[:1] == "m" else "CHAR"
    if flag in _STOP_FLAGS or flag[:1] in ("t", "q") or _both_stop(word):
        return "STOP"
    if flag[:1] == "m":
        return "NUMERAL"
    return "VERB" if flag[:1] == "v" else "WORD"


def _both_stop(word: str) -> bool:
    """Whether a word is two that no name holds (`全面实现`)."""
    listed = entity_rules().word_class
    return len(word) == 4 and all(listed.get(half) in ("STOP", "ACT") for half in (word[:2], word[2:]))


def _stands(rule: TokenRule, text: str, start: int, end: int) -> bool:
    """Whether neither the match itself nor what stands around it takes it back."""
    if rule.reject.fullmatch(text, start, end):
        return False
    if rule.not_before and rule.not_before.search(text, max(0, start - 8), start):
        return False
    return not (rule.not_after and rule.not_after.match(text, end))
