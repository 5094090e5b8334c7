"""Running text → sentences → quantities, each with the words that stand before and after it."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from pipeline.extract.figure_rules import FigureRules, figure_rules, mask_spans
from pipeline.normalize.money import parse_money
from pipeline.normalize.number import MULTIPLIERS, parse_number
from pipeline.normalize.quantity import Qualifier
from pipeline.normalize.rate import parse_percent
from pipeline.normalize.text import narrow

QuantityKind = Literal["money", "percent", "points", "count", "zero"]

_SENTENCE_END = re.compile(r"[。！？!?](?:[”’\"」）)])?|[\n\r]+")
_DOCUMENT = re.compile(
    r".*[〕\]】)]\s*第?\d+号(?:文件?)?[)）]?(?:精神|规定|要求)?[、,]?(?=..)|.*\d(?:个工作日|个月|天)(?:之?内|前)(?:及时|全部|均|已|按时|足额)*(?:将|把)?(?=..)"
)
_HARD = re.compile(r"[,;:。()]")
_ZERO = re.compile(r"(?:均|都|全部|全)?(?:为|是)(?P<number>0(?:\.0+)?|零)(?![\d.%个人件万元起项次例名户投])")
_MAYBE = re.compile(r"[0-9０-９]|[零〇一二三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾点]元|百分之|[为是]零")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit at [start, end) of a sentence; `value` in yuan, percent or pieces.

    A `silent` one (`一座`) parts the words around it but is no figure.
    """

    start: int
    end: int
    kind: QuantityKind
    value: Decimal
    value_raw: str
    unit_raw: str | None
    unit: str | None
    qualifier: Qualifier | None = None
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A quantity with the words around it.

    `left` goes back to the clause's start or the quantity before, `right` onwards; `head` is what a colon introduces
    it with; `outer` are the words before the parenthesis it stands in; `before` is the clause in front of `left`;
    `break_before` is the mark that parts it from the quantity before (`、` and none stay in one enumeration).
    """

    quantity: Quantity
    left: str
    right: str
    head: str
    outer: str
    break_before: str
    before: str  # the clause before `left`, where no quantity stands between
    lead: str = ""  # the words before a count that stands in front of it with no mark between (`安排8个项目985万元`)


def split_sentences(text: str) -> list[str]:
    """The sentences of `text`, trimmed, empty ones left out; a full stop inside quotes or parentheses ends none."""
    sentences, start, depth = [], 0, 0
    for match in _SENTENCE_END.finditer(text):
        depth = sum(text.count(mark, start, match.start()) for mark in "（(《") - sum(
            text.count(mark, start, match.start()) for mark in "）)》"
        )
        closes = text[match.end() : match.end() + 1] in tuple("）)")
        if depth > 0 and (closes or match.end() - start < 80) and match.group()[0] not in "\n\r":
            continue
        sentences.append(text[start : match.end()].strip())
        start = match.end()
    sentences.append(text[start:].strip())
    return [sentence for sentence in sentences if sentence]


def may_hold_figure(text: str) -> bool:
    """Whether `text` has a digit or a numeral with a unit of money: a quick no for most prose."""
    return _MAYBE.search(text) is not None


def find_quantities(sentence: str) -> list[Quantity]:
    """Every quantity of one sentence in order, what looks like one and is none left out."""
    rules, narrowed = figure_rules(), narrow(sentence)
    masks = mask_spans(narrowed)
    found: list[Quantity] = []
    for quantity in [
        *_money(narrowed, sentence, rules),
        *_percents(narrowed, sentence, rules),
        *_counts(narrowed, sentence, rules),
        *_zeros(narrowed),
    ]:
        if not _overlaps(quantity, masks) and not any(q.start < quantity.end and quantity.start < q.end for q in found):
            found.append(quantity)
    return sorted((_qualified(quantity, narrowed, rules) for quantity in found), key=lambda quantity: quantity.start)


def find_places(sentence: str, quantities: list[Quantity]) -> list[Place]:
    """The words around each quantity, cut at the clause's marks and at the neighbouring quantities."""
    narrowed = narrow(sentence)
    places: list[Place] = []
    before_end = 0
    for index, quantity in enumerate(quantities):
        after = quantities[index + 1].start if index + 1 < len(quantities) else len(narrowed)
        chunk, mark, head, outer = _left(narrowed[before_end : quantity.start], narrowed[: quantity.start])
        right = _HARD.split(narrowed[quantity.end : after], maxsplit=1)[0]
        ends = _HARD.search(narrowed[quantity.end : after])
        right = "" if right.startswith(("、", "。")) else right
        right = right if ends or after == len(narrowed) else right.split("、", 1)[0]
        if not mark and before_end and "、" in chunk.rstrip("、")[1:] and chunk[:1] != "的":
            chunk = chunk[chunk.index("、", 1) + 1 :]
        if cut := _DOCUMENT.match(chunk):
            chunk = chunk[cut.end() :]  # `（财社〔2021〕6号）中央补助`, `10个工作日内将补助资金`
        raw_start = quantity.start - len(chunk)
        left_raw = sentence[raw_start : quantity.start]
        right_raw = sentence[quantity.end : quantity.end + len(right)] + ("" if ends or after == len(narrowed) else "|")
        earlier = (
            sentence[before_end : max(before_end, raw_start - 1)]
            if mark == "," or (mark == ";" and narrowed[raw_start - 1] == ",")
            else ""
        )
        clause = re.split(r"[，,；;：:。]", earlier)[-1]
        follows_count = places and not mark and places[-1].quantity.kind == "count"
        lead = places[-1].left if follows_count else ""
        places.append(Place(quantity, left_raw, right_raw, head, outer, mark, clause, lead))
        before_end = quantity.end
    return places


def _left(between: str, before: str) -> tuple[str, str, str, str]:
    """(words directly before the quantity, mark in front of them, colon head, words before a parenthesis)."""
    depth, cut, outer = 0, 0, ""
    for at in range(len(between) - 1, -1, -1):
        char = between[at]
        if char == ")":
            depth += 1
        elif char == "(" and depth:
            depth -= 1
        elif depth == 0 and (char in ",;:。(" and not _digit_comma(between, at)):
            cut = at + 1
            break
    else:
        cut = between.rfind(")") + 1 if depth else 0
    mark = between[cut - 1] if cut else (between[:1] if between[:1] == "、" else "")
    marks = [char for char in between[:cut] if char in ",;:。()"]
    mark = ";" if ";" in marks else "(" if mark == "(" else mark
    start = len(before) - len(between)
    if mark == "(" or before.count("(") > before.count(")"):
        outer = re.split(r"[,;:。(]", before[: before.rfind("(")])[-1]
    head_end = between[:cut].rfind(":")
    introduced = re.sub(r"\([^()]*\)", "", before[: start + head_end]) if head_end >= 0 else ""
    head = re.split(r"[,;。(]", introduced)[-1]
    return between[cut:], mark, head, outer


def _digit_comma(text: str, at: int) -> bool:
    return text[at] == "," and text[at - 1 : at].isdigit() and text[at + 1 : at + 4].isdigit()


def _money(text: str, raw_text: str, rules: FigureRules) -> list[Quantity]:
    found = []
    for match in rules.money.finditer(text):
        number, unit = match["number"], re.sub(r"余|\s|人民币", "", match["unit"] or "元")
        raw = match["pieces"] or match["words"] or f"{number}{unit}"
        value = parse_money(raw.replace(" ", ""))
        if value is None:
            continue
        end = match.end("more") if number else match.start() + len(raw.removesuffix("元"))
        value_raw = raw_text[match.start() : end]
        unit_raw = raw_text[match.start("unit") : match.end()] if number else "元"
        approx: Literal["approx"] | None = "approx" if match["more"] or "余" in (match["unit"] or "") else None
        found.append(Quantity(match.start(), match.end(), "money", value, value_raw, unit_raw, "CNY", approx))
    return found


def _percents(text: str, raw_text: str, rules: FigureRules) -> list[Quantity]:
    found = []
    for match in rules.percent.finditer(text):
        unit = match["unit"] or "%"
        value = parse_percent(match["words"] or f"{match['number'].replace(' ', '')}{unit}")
        if value is not None:
            raw = raw_text[match.start() : match.end("more") if match["number"] else match.end()]
            unit_raw = raw_text[match.start("unit") : match.end("unit")] if match["unit"] else None
            kind: QuantityKind = "points" if "百分点" in unit else "percent"
            found.append(Quantity(match.start(), match.end(), kind, value, raw, unit_raw, "percent"))
    return found


def _counts(text: str, raw_text: str, rules: FigureRules) -> list[Quantity]:
    found = []
    for match in rules.count.finditer(text):
        value, large = parse_number(match["number"]), match["large"] or ""
        per_quantity = re.match(r"/\s*\d", text[match.end() :])  # a ratio: `0.06次/10万公顷`
        if value is None or per_quantity or (match["unit"] in rules.large_only and not large):
            continue
        more = match["more"] or match["more2"]
        unit = raw_text[match.start("unit") : match.end()]
        value_raw = raw_text[match.start() : match.start("unit") if more else match.end("number")].rstrip()
        unit_raw = unit if more else large + unit
        approx: Literal["approx"] | None = "approx" if more else None
        found.append(
            Quantity(match.start(), match.end(), "count", value * MULTIPLIERS[large], value_raw, unit_raw, unit, approx)
        )
    for match in rules.numeral_count.finditer(text):
        value = parse_number(match["number"])
        if value is not None and match["unit"] not in rules.large_only:
            raw, unit, silent = match["number"], match["unit"], value <= 10 or match["number"][-1] in "百千万"
            found.append(Quantity(match.start(), match.end(), "count", value, raw, unit, unit, None, silent))
    return found


def _zeros(text: str) -> list[Quantity]:
    return [
        Quantity(m.start("number"), m.end(), "zero", Decimal(0), m["number"], None, None) for m in _ZERO.finditer(text)
    ]


def _overlaps(quantity: Quantity, masks: list[tuple[int, int]]) -> bool:
    """Whether one of the sorted `masks` covers part of the quantity."""
    upto = bisect_right(masks, (quantity.end - 1, 10**9))
    return any(end > quantity.start for _, end in masks[:upto])


def _qualified(quantity: Quantity, text: str, rules: FigureRules) -> Quantity:
    """The quantity with what the words at its edges say (`近`, `以上`), its span grown over those behind it."""
    before, end, qualifier = (
        text[max(0, quantity.start - 8) : quantity.start].rstrip(),
        quantity.end,
        quantity.qualifier,
    )
    for name, pattern in rules.after:
        if match := pattern.match(text, quantity.end):
            end, qualifier = match.end(), qualifier or name
            break
    if qualifier is None:
        qualifier = next((name for name, pattern in rules.before if pattern.search(before)), None)
    if end == quantity.end and qualifier == quantity.qualifier:
        return quantity
    return replace(quantity, end=end, qualifier=qualifier)
