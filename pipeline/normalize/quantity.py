"""Text → operator, value and unit: indicator targets, actual values, counts in prose."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Literal

from pipeline.lexicon import load_toml
from pipeline.normalize.number import CHINESE_NUMERAL, parse_number
from pipeline.normalize.text import is_blank_value, join_lines, squeeze

Qualifier = Literal["approx", "at_least", "at_most"]

_OPERATORS = {
    ">=": ">= => ≥ ≧ ⩾ ≮ >== ≥= 大于等于 大于或等于 大等于 不低于 不少于 不小于 不短于 不得低于 不得少于 至少 最少",
    "<=": "<= =< ≤ ≦ ⩽ ≯ <== ≤= 小于等于 小于或等于 小等于 不超过 不高于 不多于 不大于 不长于 不得超过 不得高于"
    " 控制在 至多 最多",
    ">": "> ﹥ 〉 大于 超过 高于 多于 超出",
    "<": "< ﹤ 〈 小于 低于 少于 不足 不到",
    "=": "= == ═ ﹦ 等于",
}
_OP_OF = {word: op for op, words in _OPERATORS.items() for word in words.split()}
_OP = "|".join(re.escape(word) for word in sorted(_OP_OF, key=len, reverse=True))
_SUFFIX_OP = {">=": "以上 及以上 含以上 或以上", "<=": "以内 之内 内 以下 及以下 含以下 或以下"}
_OP_OF_SUFFIX = {word: op for op, words in _SUFFIX_OP.items() for word in words.split()}
_SUFFIX = "|".join(sorted(_OP_OF_SUFFIX, key=len, reverse=True))

_DIGITS = r"[-+]?[0-9](?:[0-9,. ]*[0-9])?"
_VERB = r"(?:实际)?(?:已经?|共计?|累计|全年|合计)?(?:完成率?为?|达到?|实现|为|是)?(?:了)?"
_LABEL = r"(?:[\u4e00-\u9fff“”\"]{2,14}?(?=[<>=≥≤≧≦⩾⩽═﹦]|(?<=[率度])(?:为|达到?)?[0-9])(?:为|达到?)?)?"
_APPROX = r"(?:大约|约|近|将近|接近|大概)"
_QUANTITY = re.compile(
    rf"(?P<label>{_LABEL})(?P<verb>{_VERB})(?P<op>{_OP})?(?P<verb2>{_VERB})(?P<approx>{_APPROX})?"
    rf"(?P<number>{_DIGITS}|{CHINESE_NUMERAL}+)(?P<rest>.*)"
)
_REST = re.compile(
    rf"(?P<more>余|多)?(?P<unit>.*?)(?P<more2>余)?(?P<suffix>\(含\)(?:{_SUFFIX})|(?:{_SUFFIX})(?:\(含\))?)?(?P<about>左右|上下)?(?:\(含\))?"
)
_PERCENT_WORDS = re.compile(r"百分之(百|[0-9.]+|" + CHINESE_NUMERAL + r"+)")
_UNIT_CHARS = re.compile(r"[\u4e00-\u9fff㎡㎥%‰°℃²³μA-Za-z/·・.*()（）]*(?:m[23])?")
_NOUN_NOT_A_UNIT = re.compile(
    r"[完成达已全未均提增减降升改底前后初末至到以上下内外左右中其的和与且及或无率年月日时起止]"
)
_DONE = re.compile(r"(?<=%)(?:已?完成|达标|到位)$")
_REMARK = re.compile(r"(.*[^(])\(((?!含\))[^()0-9<>=≥≤]+)\)")
_TAIL = re.compile(r"[。;；,，、]+$")
_FREE_UNIT = re.compile(r"[\u4e00-\u9fff]{1,3}")  # an unknown word this short behind a number still is its unit
NOUN_CHARS = 6  # a noun behind a measure word: 名 + 学员
YEARS = range(1900, 2101)  # such a number before 年 names a year, it counts none


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, and how it bounds: `≥300万字` is `>=`, 300, `万字`. The raw parts are as written."""

    op: str  # ">=" "<=" ">" "<" "="
    value: Decimal
    unit: str | None
    qualifier: Qualifier | None
    value_raw: str
    unit_raw: str | None


def parse_quantity(text: str | None, unit_hint: str | None = None) -> Quantity | None:
    """Operator, value and unit of an indicator's target or actual value: `≥96 次` → `>=`, 96, `次`.

    A bare number means `=` and takes `unit_hint`. A multiplier stays in the unit (`20 万元`). None for words
    (`有所改善`), ranges (`90%-95%`), several quantities, years and dates: those stay raw text.
    """
    squeezed = _TAIL.sub("", squeeze(join_lines(text or "")))
    squeezed = _PERCENT_WORDS.sub(lambda m: f"{_percent_numeral(m[1])}%", squeezed)
    match = _QUANTITY.fullmatch(_open_parens(_DONE.sub("", squeezed)))
    if match is None:
        return None
    value = parse_number(match["number"])
    rest = _REST.fullmatch(match["rest"])
    if value is None or rest is None:
        return None
    known_only = not match["number"][-1].isascii()
    unit = _rest_to_unit(rest["unit"], known_only=known_only)
    if unit is None or (known_only and not unit) or _is_year(value, unit):
        return None
    op = _join_ops(match["op"], rest["suffix"])
    if op is None:
        return None
    approx = any((match["approx"], rest["more"], rest["more2"], rest["about"]))
    value_raw = match["number"] + (rest["more"] or "") + (rest["more2"] or "")
    qualifier = _qualifier(op, approx=approx)
    return Quantity(op, value, unit or unit_hint or None, qualifier, value_raw, rest["unit"] or None)


def parse_count(text: str | None) -> Quantity | None:
    """A count as prose states it, 万 and 亿 multiplied out: `11.2万余人` → 112000, `人`, approx."""
    squeezed = squeeze(join_lines(text or ""))
    narrowed = re.sub(r"([0-9万亿千百])(余|多)([万亿]?)", r"\1\3\2", squeezed)
    shifted = re.sub(r"([万亿千百])(余|多)", r"\2\1", narrowed)
    quantity = parse_quantity(shifted)
    if quantity is None or quantity.unit is None:
        return quantity
    multiplier, unit = _split_multiplier(quantity.unit)
    if multiplier == 1:
        return quantity
    written = squeezed[squeezed.find(quantity.value_raw.rstrip("余多")) :]
    value_raw = written[: written.find(unit)] if unit and unit in written else written
    raw_unit = unit or None
    return replace(quantity, value=quantity.value * multiplier, unit=raw_unit, value_raw=value_raw, unit_raw=raw_unit)


def parse_measure_parts(
    op_text: str | None, value_text: str | None, unit_text: str | None
) -> tuple[str | None, str | None, Decimal | None, str | None]:
    """(raw, op, value, unit) of a target printed in three columns: 指标性质, 指标值, 度量单位.

    Raw is the three joined (`≥95%`), a 定性 or 定量 left out; 定性 targets have no op, value or unit.
    """
    op_raw, value_raw, unit_raw = (
        "" if is_blank_value(text) else join_lines(text or "") for text in (op_text, value_text, unit_text)
    )
    if not value_raw:
        return (join_lines(value_text or "") or None, None, None, None)
    kind = squeeze(op_raw)
    if kind not in _OP_OF or squeeze(value_raw).startswith(kind):
        op_raw = ""
    if squeeze(value_raw).endswith(squeeze(unit_raw)):
        unit_raw = ""
    raw = op_raw + value_raw + unit_raw
    quantity = None if kind == "定性" else parse_quantity(raw)
    return (raw, quantity.op, quantity.value, quantity.unit) if quantity else (raw, None, None, None)


def _open_parens(squeezed: str) -> str:
    """`5(个)` as `5个`, and without a remark behind (`24次(全年)`): parentheses with a number in them stay."""
    match = _REMARK.fullmatch(squeezed)
    if match is None:
        return squeezed
    is_unit = _split_multiplier(match[2])[1] in _known_units()[2]
    return match[1] + match[2] if is_unit and match[1][-1].isdigit() else match[1]


def _percent_numeral(numeral: str) -> str:
    value = Decimal(100) if numeral == "百" else parse_number(numeral)
    return numeral if value is None else f"{value:f}"


def _join_ops(prefix: str | None, suffix: str | None) -> str | None:
    """The operator of a word in front and one behind; None where they contradict each other."""
    front = _OP_OF[prefix] if prefix else None
    behind = _OP_OF_SUFFIX[suffix.replace("(含)", "")] if suffix else None
    if front and behind and front[0] != behind[0]:
        return None
    return front or behind or "="


def _qualifier(op: str, *, approx: bool) -> Qualifier | None:
    if approx:
        return "approx"
    return "at_least" if op[0] == ">" else "at_most" if op[0] == "<" else None


def _is_year(value: Decimal, unit: str) -> bool:
    return unit in ("年", "年度") and value in YEARS


@cache
def _known_units() -> tuple[frozenset[str], tuple[str, ...], frozenset[str]]:
    """(multipliers, measure words longest first, all units), from models/units.toml."""
    lexicon = load_toml("units.toml")
    measure = tuple(sorted(lexicon["measure"], key=len, reverse=True))
    return frozenset(lexicon["multipliers"]), measure, frozenset((*measure, *lexicon["physical"]))


def _split_multiplier(unit: str) -> tuple[Decimal, str]:
    """(factor, unit without it): `万人次` → 10000, `人次`."""
    multipliers = sorted(_known_units()[0], key=len, reverse=True)
    for multiplier in multipliers:
        if unit.startswith(multiplier):
            value = parse_number("一" + multiplier)
            return (value or Decimal(1), unit[len(multiplier) :])
    return Decimal(1), unit


def _rest_to_unit(rest: str, *, known_only: bool) -> str | None:
    """The unit that the text behind a number is, `""` for no text, None where it is more than a unit.

    `known_only`: an unknown word is refused (behind Chinese numerals, where `一般` is no quantity).
    """
    if rest in ("", "%", "﹪", "百分比"):
        return "%" if rest else ""
    if not _UNIT_CHARS.fullmatch(rest):
        return None
    _, measure, units = _known_units()
    counted = _split_multiplier(rest)[1]
    if counted in units or (not counted and rest):
        return rest
    if "/" in counted and _is_rate_unit(counted, units):
        return rest
    if known_only:
        return None
    for word in measure:
        noun = counted.removeprefix(word)
        if noun != counted and len(noun) <= NOUN_CHARS and not _NOUN_NOT_A_UNIT.search(noun):
            return rest.removesuffix(noun)
    is_short = _FREE_UNIT.fullmatch(counted) is not None and not _NOUN_NOT_A_UNIT.search(counted)
    return rest if is_short else None


def _is_rate_unit(unit: str, units: frozenset[str]) -> bool:
    """Whether `unit` is a known unit per something: `元/人·月`, `次/年`."""
    counted, *per = re.split(r"/", unit)
    return counted in units and all(0 < len(part) <= NOUN_CHARS and not part[0].isdigit() for part in per)
