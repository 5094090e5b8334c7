"""The numbers that Word draws in front of paragraphs (一、 （一） 1.) but does not store in their text.

Source: ECMA-376 part 1, 17.9 (numbering) and 17.18.59 (ST_NumberFormat).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.read.package import attribute, is_on, name_of, value_of

if TYPE_CHECKING:
    from lxml import etree

_DIGITS = "〇一二三四五六七八九"
_LEGAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_N_LEVELS = 9


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: its first number, number format and pattern (`（%1）`)."""

    start: int = 1
    number_format: str = "decimal"
    pattern: str = ""
    suffix: str = "tab"
    is_legal: bool = False  # all numbers of the pattern in arabic digits


@dataclass(slots=True)
class Numbering:
    """The lists of a document and how far each has counted; `label` must be asked in document order."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)  # list id → level → definition
    abstract_of: dict[str, str] = field(default_factory=dict)  # list id → the definition whose counters it shares
    restarts: dict[str, dict[int, int]] = field(default_factory=dict)  # list id → level → number to start anew from
    _counters: dict[str, dict[int, int]] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    def label(self, list_id: str, level: int) -> str:
        """The label of the next paragraph of that list and level, with the blank that must follow it."""
        levels = self.levels.get(list_id)
        if levels is None or level not in levels:
            return ""
        key = self.abstract_of.get(list_id, list_id)
        counters = self._counters.setdefault(key, {})
        if list_id not in self._seen:
            self._seen.add(list_id)
            for at, start in self.restarts.get(list_id, {}).items():
                counters[at] = start - 1
        counters[level] = counters.get(level, levels[level].start - 1) + 1
        for deeper in range(level + 1, _N_LEVELS):
            counters.pop(deeper, None)
        return _render(levels, counters, level)


def _render(levels: dict[int, Level], counters: dict[int, int], level: int) -> str:
    """The pattern of a level with its numbers put in; a bullet gives nothing, for it carries no information."""
    own = levels[level]
    if own.number_format in ("bullet", "none") and "%" not in own.pattern:
        return ""

    def number(match: re.Match[str]) -> str:
        at = int(match.group(1)) - 1
        definition = levels.get(at, Level())
        count = counters.get(at, definition.start)
        return format_number(count, "decimal" if own.is_legal else definition.number_format)

    text = re.sub(r"%([1-9])", number, own.pattern)
    return text + " " if text and own.suffix != "nothing" and text[-1].isascii() else text


def read_numbering(root: etree._Element | None) -> Numbering:
    """The lists that numbering.xml defines."""
    numbering = Numbering()
    if root is None:
        return numbering
    abstracts: dict[str, dict[int, Level]] = {}
    for element in root:
        if name_of(element) == "abstractNum":
            abstracts[attribute(element, "abstractNumId") or ""] = _read_levels(element)
    for element in root:
        if name_of(element) != "num":
            continue
        list_id, abstract_id = attribute(element, "numId") or "", value_of(element, "abstractNumId") or ""
        levels = dict(abstracts.get(abstract_id, {}))
        for override in (c for c in element if name_of(c) == "lvlOverride"):
            at = _to_int(attribute(override, "ilvl"), 0)
            levels.update(_read_levels(override))
            start = value_of(override, "startOverride")
            if start is not None:
                numbering.restarts.setdefault(list_id, {})[at] = _to_int(start, 1)
        numbering.levels[list_id] = levels
        numbering.abstract_of[list_id] = abstract_id
    return numbering


def _read_levels(element: etree._Element) -> dict[int, Level]:
    """The level definitions directly below an abstractNum or an override."""
    return {
        _to_int(attribute(lvl, "ilvl"), 0): Level(
            start=_to_int(value_of(lvl, "start"), 1),
            number_format=_number_format(lvl),
            pattern=value_of(lvl, "lvlText") or "",
            suffix=value_of(lvl, "suff") or "tab",
            is_legal=is_on(lvl, "isLgl"),
        )
        for lvl in element
        if name_of(lvl) == "lvl"
    }


def _number_format(level: etree._Element) -> str:
    """The number format of a level, looked for inside mc:AlternateContent too."""
    for element in level.iter():
        if name_of(element) == "numFmt" and attribute(element, "val") not in (None, "custom"):
            return attribute(element, "val") or "decimal"
    return "decimal"


def _to_int(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else default


def format_number(number: int, number_format: str) -> str:
    """A count as Word draws it in that format: 12 → 12, 十二, 壹拾贰, ⑫, XII, l; decimal for formats not known here."""
    render = _FORMATS.get(number_format)
    return render(number) if render is not None and number > 0 else str(number)


def to_chinese(number: int, digits: str = _DIGITS, powers: str = "十百千", leading_one: bool = False) -> str:
    """A count below 10,000 in Chinese numerals: 10 → 十, 12 → 十二, 105 → 一百零五."""
    if number >= 10_000:
        return str(number)
    text = ""
    pending_zero = False
    for position in range(3, -1, -1):
        digit = number // 10**position % 10
        if digit == 0:
            pending_zero = bool(text)
            continue
        text += ("零" if pending_zero else "") + digits[digit] + (powers[position - 1] if position else "")
        pending_zero = False
    short_ten = digits[1] + powers[0]
    return text[1:] if text.startswith(short_ten) and not leading_one else text


def _to_roman(number: int) -> str:
    parts = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
             (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip
    text = ""
    for value, letters in parts:
        text += letters * (number // value)
        number %= value
    return text


def _to_letters(number: int) -> str:
    """A, B … Z, AA, BB …: Word repeats the letter."""
    return chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _to_circled(number: int) -> str:
    return chr(0x2460 + number - 1) if number <= 20 else str(number)


def _to_full_width(number: int) -> str:
    return "".join(chr(ord(c) + 0xFEE0) for c in str(number))


def _digit_by_digit(number: int) -> str:
    return "".join(_DIGITS[int(c)] for c in str(number))


def _of_cycle(characters: str) -> Callable[[int], str]:
    return lambda number: characters[(number - 1) % len(characters)]


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda n: f"{n:02d}",
    "decimalFullWidth": _to_full_width,
    "decimalFullWidth2": _to_full_width,
    "upperRoman": _to_roman,
    "lowerRoman": lambda n: _to_roman(n).lower(),
    "upperLetter": _to_letters,
    "lowerLetter": lambda n: _to_letters(n).lower(),
    "chineseCounting": to_chinese,
    "chineseCountingThousand": to_chinese,
    "japaneseCounting": to_chinese,
    "taiwaneseCounting": to_chinese,
    "taiwaneseCountingThousand": to_chinese,
    "koreanDigital2": _digit_by_digit,
    "ideographDigital": _digit_by_digit,
    "japaneseDigitalTenThousand": _digit_by_digit,
    "chineseLegalSimplified": lambda n: to_chinese(n, _LEGAL_DIGITS, "拾佰仟", leading_one=True),
    "ideographLegalTraditional": lambda n: to_chinese(n, "零壹貳參肆伍陸柒捌玖", "拾佰仟", leading_one=True),
    "ideographTraditional": _of_cycle("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _of_cycle("子丑寅卯辰巳午未申酉戌亥"),
    "decimalEnclosedCircle": _to_circled,
    "decimalEnclosedCircleChinese": _to_circled,
    "decimalEnclosedFullstop": lambda n: chr(0x2488 + n - 1) if n <= 20 else f"{n}.",
    "decimalEnclosedParen": lambda n: chr(0x2474 + n - 1) if n <= 20 else f"({n})",
    "ideographEnclosedCircle": lambda n: chr(0x3280 + n - 1) if n <= 10 else to_chinese(n),
}
