"""Characters → spans: amounts, dates, numbers of documents and places, each with its value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from pipeline.extract.entities_rules import SpanRule, entity_rules
from pipeline.extract.figure_rules import figure_rules
from pipeline.labels import level1_code, level2_code
from pipeline.normalize.codes import parse_grade
from pipeline.normalize.dates import find_date_spans, find_years
from pipeline.normalize.divisions import Division, Mention, find_mentions
from pipeline.normalize.money import parse_money
from pipeline.normalize.number import MULTIPLIERS, format_number, parse_number
from pipeline.normalize.rate import parse_percent
from pipeline.normalize.text import fold, narrow

GRADES = ("优", "良", "中", "差")
WORD = "WORD"
PARTS = frozenset(
    [WORD, "SCOPE", "COMPANY", "GOVERNMENT", "AGENCY"]
)  # labels of spans that are no entity, but one word of a name
_HAS_DIGIT = re.compile(r"[0-9]")
_HAS_DATE = re.compile(r"[0-9]|月.{1,3}[日号]")
_HAS_AMOUNT = re.compile(r"[0-9]|[零一二三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾][元人户件次名亩个]|百分之")
_ENDLESS = re.compile(r"[0-9]{25,}")
_PLACE = re.compile(r"[省市县区州旗盟团]|兵团")
_TOWN = re.compile(r"(?![各全每])[\u4e00-\u9fff]{1,5}?(?:街道|苏木|[镇乡])(?!村|镇|[\u4e00-\u9fff]?道)")
_WORD = re.compile(r"[\u4e00-\u9fff]+")
_BLANK = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class Span:
    """A mention at [start, end) of a text; `codes` are the divisions that a place's name may stand for."""

    label: str
    start: int
    end: int
    value: str | None = None
    codes: tuple[str, ...] = ()


def find_spans(text: str) -> list[Span]:
    """Every span that characters alone tell, overlaps resolved, in order."""
    narrowed = half_width(text)
    spans = [*_rule_spans(narrowed), *_regions(text, narrowed), *_ticked(narrowed)]
    if _HAS_DATE.search(narrowed):
        spans += [Span("DATE", start, end, date.isoformat()) for start, end, date in find_date_spans(narrowed)]
    if _HAS_AMOUNT.search(narrowed):
        spans += _amounts(narrowed)
    return resolve(spans)


def half_width(text: str) -> str:
    """`text` as the patterns read it: half-width, offsets kept; digits without end (no number) are blotted out."""
    return _ENDLESS.sub(lambda match: "#" * len(match[0]), narrow(text))


def resolve(spans: Sequence[Span]) -> list[Span]:
    """The longest spans, of equal ones the earliest, none overlapping; in order."""
    taken = bytearray(max((span.end for span in spans), default=0))
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start - span.end, span.start)):
        if 1 not in taken[span.start : span.end]:
            taken[span.start : span.end] = b"\1" * (span.end - span.start)
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def rule_spans(rule: SpanRule, text: str) -> Iterator[Span]:
    """The spans of one rule in half-width text."""
    if rule.needs and not rule.needs.search(text):
        return
    for match in rule.pattern.finditer(text):
        if rule.not_in and rule.not_in.search(text, *_sentence(text, *match.span("it"))):
            continue
        yield Span(rule.label, *match.span("it"), _VALUES[rule.kind](match["it"]))


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence begins and ends in which a mention stands."""
    stop = text.find("。", end)
    return text.rfind("。", 0, start) + 1, stop if stop >= 0 else len(text)


def _rule_spans(narrowed: str) -> list[Span]:
    masks = _hidden(narrowed, entity_rules().masks) if _HAS_DIGIT.search(narrowed) else bytearray()
    found = [span for rule in entity_rules().spans for span in rule_spans(rule, narrowed)]
    return [span for span in found if span.label not in ("SCORE", "PERCENT", "YEAR") or not _overlaps(span, masks)]


def _ticked(narrowed: str) -> Iterator[Span]:
    """The one grade of a row of boxes that is ticked."""
    for row in entity_rules().ticked_row.finditer(narrowed):
        ticked = _grade(row[0])
        for word in _WORD.finditer(row[0]) if ticked else ():
            if parse_grade(word[0]) == ticked:
                yield Span("GRADE", row.start() + word.start(), row.start() + word.end(), ticked)
                break


def _amounts(narrowed: str) -> list[Span]:
    """Money and counts, by the rules for figures; what is masked there is none here."""
    masks = _hidden(narrowed, (*entity_rules().masks, *entity_rules().number_masks))
    rules = figure_rules()
    found: list[Span] = []
    for match in rules.money.finditer(narrowed):
        end = match.start("per") if match["per"] else match.end()
        end -= len(match[0]) - len(match[0].rstrip("整")) if not match["per"] else 0
        if value := _money(narrowed[match.start() : end]):
            found.append(Span("MONEY", match.start(), end, value))
    for match in chain(rules.count.finditer(narrowed), entity_rules().more_counts.finditer(narrowed)):
        number, large = parse_number(match["number"]), match["large"] or ""
        if match["unit"] not in rules.large_only or large:
            unit = match["unit"] + (match.groupdict().get("per") or "")
            found.append(Span("COUNT", *match.span(), _count(number, large, unit)))
    for match in rules.numeral_count.finditer(narrowed):
        number = parse_number(match["number"])
        if number is not None and number > 10 and (match["number"][-1] not in "百千万" or len(match["number"]) > 3):
            found.append(Span("COUNT", *match.span(), _count(number, "", match["unit"])))
    return [span for span in found if not _overlaps(span, masks)]


def _hidden(text: str, masks: Sequence[re.Pattern[str]]) -> bytearray:
    """For each character whether a mask hides it."""
    hidden = bytearray(len(text))
    for mask in masks:
        for match in mask.finditer(text):
            hidden[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    return hidden


def _overlaps(span: Span, hidden: bytearray) -> bool:
    return 1 in hidden[span.start : span.end]


def _regions(text: str, narrowed: str) -> list[Span]:
    """Places, each holding the next one joined (`某省某市某区` is one mention, of the last)."""
    if not _PLACE.search(narrowed):
        return []
    folded, places = _fold_with_places(text)
    spans: list[Span] = []
    joined: list[Mention] = []
    for mention in find_mentions(folded):
        if joined and not (mention.start <= joined[-1].end and _held(joined[-1].candidates, mention.candidates)):
            spans.append(_chain_to_span(joined, places))
            joined = []
        joined.append(mention)
    if joined:
        spans.append(_chain_to_span(joined, places))
    towns = [_TOWN.match(narrowed, span.end) for span in spans]
    return spans + [Span(WORD, *town.span()) for town in towns if town]


def _fold_with_places(text: str) -> tuple[str, Sequence[int]]:
    """`text` folded, and where each of its characters stood."""
    if text.isascii() or fold(text) == text:
        return text, range(len(text))
    pairs = [(char, at) for at, source in enumerate(text) for char in fold(source)]
    return "".join(char for char, _ in pairs), [at for _, at in pairs]


def _chain_to_span(chain: Sequence[Mention], places: Sequence[int]) -> Span:
    candidates = chain[-1].candidates
    for parent in reversed(chain[:-1]):
        candidates = _held(parent.candidates, candidates) or candidates
    existing = tuple(division for division in candidates if division.until is None) or candidates
    codes = tuple(sorted({division.code for division in existing}))
    value = codes[0] if len(codes) == 1 else None
    return Span("REGION", places[chain[0].start], places[chain[-1].end - 1] + 1, value, codes)


def _held(parents: Sequence[Division], children: Sequence[Division]) -> tuple[Division, ...]:
    """The children that lie in one of the parents."""
    return tuple(child for child in children if any(p.code != child.code and p.holds(child) for p in parents))


def _money(text: str) -> str | None:
    value = parse_money(_BLANK.sub("", text).replace("余", "").replace("多", ""))
    return None if value is None else format_number(value)


def _count(value: Decimal | None, large: str, unit: str) -> str | None:
    return None if value is None else f"{format_number(value * MULTIPLIERS[large])} {unit}"


def _percent(text: str) -> str | None:
    value = parse_percent(text)
    return None if value is None else format_number(value)


def _score(text: str) -> str | None:
    value = parse_number(_BLANK.sub("", text).removesuffix("分"))
    return None if value is None else format_number(value)


def _year(text: str) -> str | None:
    years = find_years(text if "年" in text else f"{text}年")
    return str(years[0]) if len(years) == 1 else None


def _month(text: str) -> str | None:
    year, month = _year(text), parse_number(re.sub(r"^.*年|月.*$", "", _BLANK.sub("", text)))
    return f"{year}-{int(month):02d}" if year and month is not None and 1 <= month <= 12 else None


def _doc_no(text: str) -> str:
    return re.sub(r"[〔\[(【﹝{]((?:19|20)\d{2})[〕\])】﹞}]第?0*", r"〔\1〕", _BLANK.sub("", text))


def _grade(text: str) -> str | None:
    grade = parse_grade(text)
    return grade if grade in GRADES else None


def _level(text: str) -> str | None:
    return level2_code(text) or level1_code(text)


_VALUES: dict[str, Callable[[str], str | None]] = {
    "percent": _percent,
    "score": _score,
    "year": _year,
    "month": _month,
    "doc_no": _doc_no,
    "order": lambda text: _BLANK.sub("", text),
    "grade": _grade,
    "level": _level,
    "money": _money,
    "yuan": lambda text: _money(f"{text}元"),
    "unknown": lambda text: None,
}
