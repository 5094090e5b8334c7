"""A document's Markdown → the entities it mentions: bodies, projects, places, amounts, dates, scores, indicators."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from pipeline.extract.entities_segments import Role, split_segments
from pipeline.extract.entities_spans import GRADES, PARTS, Span, find_spans, half_width, resolve
from pipeline.extract.entities_words import find_named
from pipeline.labels import is_prompt, level1_code, level2_code
from pipeline.normalize.codes import parse_grade
from pipeline.normalize.text import is_blank_value
from pipeline.records import Entity

SEGMENTS_KEPT = 2**14
MAX_NAME_CHARS = 60
_STAMP = re.compile(r"\s*[（(](?:盖章|签章|公章|部门|单位|本级|公\s?章|加盖公章)[）)]\s*$")
_CODE = re.compile(r"^(?:[A-Za-z\d]{6,}\s?[-—_－]\s?|[（(][A-Za-z\d]{6,}[)）]\s?)")
_UNIT_OR_POINTS = re.compile(
    r"\s*[（(][^（）()]{0,8}?(?:\d+(?:\.\d+)?\s?分?|[%％‰个次人件项万元天户亩公里平方米座]{1,4})[)）]+\s*$"
)
_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z（）()“”·、\-—及和与\d]{4,60}")
_NO_NAME = re.compile(r"^[\d.,%％\s\-/]*$|[。；;！？]|×{2,}")
_GRADE_WORD = re.compile(r"[“'‘]?([\u4e00-\u9fff]{1,3}?)(?:[等级档]|等级|等次)?[”'’]?(?=\s*(?:[（(，,。；;、]|$))")
_LIST_MARK = re.compile(r"^\s*(?:[（(]?\d{1,2}[）)、.．]|[①-⑳])\s*")


def find_entities(text: str) -> list[Entity]:
    """Every entity that the Markdown `text` mentions, in order and not overlapping, with offsets into `text`.

    Labels are ORG, PROJECT, REGION, MONEY, PERCENT, COUNT, YEAR, DATE, DOC_NO, SCORE, GRADE and INDICATOR; `value` is
    normalised (yuan, percent number, `283 件`, ISO date, adcode ...) or None where it cannot be told. Names of persons
    and telephone numbers are none. A bare name of a place that several divisions bear is settled by the places that
    the document names without doubt.
    """
    found: list[Span] = []
    sure: set[str] = set()
    for segment in split_segments(text):
        spans, codes = _segment_spans(segment.text, segment.role)
        sure |= codes
        found += [replace(span, start=span.start + segment.start, end=span.end + segment.start) for span in spans]
    return [_to_entity(span, text, sure) for span in found]


@lru_cache(maxsize=SEGMENTS_KEPT)
def _segment_spans(text: str, role: Role) -> tuple[tuple[Span, ...], frozenset[str]]:
    """The spans of one cell or line with offsets into it, and the codes of the places it names without doubt."""
    if role == "private" or not text.strip():
        return (), frozenset()
    if (read := _ROLE_READERS.get(role)) and (span := read(text)):
        spans = [span, *(other for other in find_spans(text) if other.label == "SCORE" and other.start >= span.end)]
        return tuple(spans), frozenset()
    known = find_spans(text)
    named = find_named(half_width(text), known)
    spans = resolve([*(span for span in known if span.label not in PARTS), *named])
    return tuple(spans), frozenset(span.codes[0] for span in known if len(span.codes) == 1)


def _to_entity(span: Span, text: str, sure: Iterable[str]) -> Entity:
    value = span.value
    if value is None and span.codes:
        value = _settled(span.codes, sure)
    return Entity(label=span.label, text=text[span.start : span.end], value=value, start=span.start, end=span.end)


def _settled(codes: Sequence[str], sure: Iterable[str]) -> str | None:
    """The one of several divisions whose city, else whose province, the document names; None where that is not one."""
    known = set(sure)
    for digits in (4, 2):
        near = {code for code in codes if any(code != other and code[:digits] == other[:digits] for other in known)}
        if near:
            return near.pop() if len(near) == 1 else None
    return None


def _org_cell(text: str) -> Span | None:
    """The whole value of a label such as 实施单位, its 盖章 left out; None where it is a sentence or no name."""
    end = len(_STAMP.sub("", text))
    if is_blank_value(text) or is_prompt(text) or not _NAME.fullmatch(text, 0, end) or re.search(r"\d{3}|、", text):
        return None
    if sum(span.label == "REGION" for span in find_spans(text)) > 1:
        return None  # `某省某厅某市某局`: several bodies in one cell, read as running text
    return Span("ORG", 0, end)


def _project_cell(text: str) -> Span | None:
    """The whole value of 项目名称, the code in front of it left out."""
    code = _CODE.match(text)
    start = code.end() if code else 0
    name = text[start:]
    if is_blank_value(name) or is_prompt(name) or _NO_NAME.search(name) or not 2 <= len(name) <= MAX_NAME_CHARS:
        return None
    return Span("PROJECT", start, len(text))


def _indicator_cell(text: str) -> Span | None:
    """The name of a third-level indicator, its list number, unit and points left out."""
    mark = _LIST_MARK.match(text)
    start, end = mark.end() if mark else 0, len(_UNIT_OR_POINTS.sub("", text))
    name = text[start:end]
    if is_blank_value(name) or is_prompt(name) or _NO_NAME.search(name) or not 2 <= len(name) <= MAX_NAME_CHARS:
        return None
    return Span("INDICATOR", start, end)


def _level_cell(text: str) -> Span | None:
    """A first- or second-level name (`产出指标（50分）`) with its code; None where the code is not known."""
    code = level2_code(text) or level1_code(text)
    return Span("INDICATOR", 0, len(_UNIT_OR_POINTS.sub("", text)), code) if code else None


def _grade_cell(text: str) -> Span | None:
    """The grade word that a value begins with (`优`, `合格（72分）`)."""
    match = _GRADE_WORD.match(text)
    grade = parse_grade(match[1]) if match else None
    return Span("GRADE", *match.span(1), grade) if match and grade in GRADES else None


_ROLE_READERS: dict[Role, Callable[[str], Span | None]] = {
    "org": _org_cell,
    "project": _project_cell,
    "indicator": _indicator_cell,
    "level": _level_cell,
    "grade": _grade_cell,
}
