"""Text → exact numbers. `parse_number` answers None where `read_number` says why; everything above uses None."""

from __future__ import annotations

import re
from decimal import Decimal

from pipeline.normalize.text import join_lines, squeeze

# A printed number inside longer half-width text: whole groups of three, or plain digits; never part of a longer one.
NUMBER = r"(?<![\d.,])[-+]?(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\d]|[.,]\d)"
_DIGIT_FORMS = ["零〇○", "一壹", "二贰两貳", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖"]
DIGITS = {form: digit for digit, forms in enumerate(_DIGIT_FORMS) for form in forms}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"亿": 10**8, "億": 10**8, "万": 10**4, "萬": 10**4}
MULTIPLIERS = {"": 1, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8}  # before a unit: 3万人
CHINESE_NUMERAL = f"[{''.join(DIGITS)}{''.join(_UNITS)}{''.join(_LARGE)}点]"

_PLAIN = re.compile(r"([-+]?)(?:([0-9]+)|([1-9][0-9]{0,2}(?:,[0-9]{3})+)|([1-9][0-9]{0,2}(?: [0-9]{3})+))?(\.[0-9]+)?")
_MALFORMED = re.compile(r"[-+]?[0-9.][0-9., ]*")


class AmbiguousAmount(ValueError):  # noqa: N818 - the name says what the text is
    """Digits and separators that allow two readings (`7,00.0,77`, `7.50.`, `1,00`)."""


def read_number(text: str) -> Decimal | None:
    """The number that `text` is, exact; None where it is no number or more than a number.

    Takes thousands separators (`1,004.12`, `1，004.12`, `12 000.00`), full-width digits, a sign, Chinese and capital
    numerals. Raises AmbiguousAmount where the text is digits and separators that do not make one number.
    """
    narrowed = squeeze(text)
    match = _PLAIN.fullmatch(narrowed)
    if match and (match[5] or match[2] or match[3] or match[4]):
        whole = (match[2] or match[3] or match[4] or "0").replace(",", "").replace(" ", "")
        return Decimal(f"{match[1]}{whole}{match[5] or ''}")
    if _MALFORMED.fullmatch(narrowed) and any(c.isdigit() for c in narrowed):
        raise AmbiguousAmount(text)
    return parse_chinese_number(narrowed)


def parse_number(text: str | None) -> Decimal | None:
    """The number that `text` is, exact; None where it is none, or where its separators allow two readings."""
    try:
        return read_number(text or "")
    except AmbiguousAmount:
        return None


def parse_cell(text: str | None, units: str = "") -> Decimal | None:
    """The number that a cell holds, without one of `units` (a pattern) behind it.

    A number that is broken over lines is whole again; None where a blank parts two numbers (`100 96.87`).
    """
    return parse_number(re.sub(rf"(?:{units})$", "", squeeze(join_lines(text or ""))))


def format_number(value: Decimal, *, grouped: bool = False) -> str:
    """`value` in plain notation without trailing zeros (`706800`, `98.2`), with thousands commas if `grouped`."""
    plain = f"{value:,f}" if grouped else f"{value:f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain in ("-0", "") else plain


def parse_chinese_number(text: str) -> Decimal | None:
    """Value of a Chinese or capital numeral: `三十七点二`, `贰拾万`, `一千零四`, `二〇二一`, `两`.

    Refuses what speech leaves open: `一百二` (120 or 102), `二三` (two or three), `百`.
    """
    sign, body = (-1, text[1:]) if text[:1] == "负" else (1, text)
    whole_text, point, decimals = body.partition("点")
    if point and (not decimals or any(c not in DIGITS for c in decimals)):
        return None
    whole = _whole_to_int(whole_text)
    if whole is None:
        return None
    fraction = "".join(str(DIGITS[c]) for c in decimals)
    return sign * Decimal(f"{whole}.{fraction}" if fraction else whole)


def _whole_to_int(text: str) -> int | None:
    """Integer of a numeral without a point: sections of thousands between 亿 and 万, or digits read one by one."""
    if text and all(c in DIGITS for c in text):
        spoken_pair = len(text) == 2 and DIGITS[text[1]] != 0
        return None if spoken_pair else int("".join(str(DIGITS[c]) for c in text))
    total, rest = 0, text
    for marks, factor in (("亿億", 10**8), ("万萬", 10**4)):
        head, mark, tail = _cut(rest, marks)
        if not mark:
            continue
        nested = factor == 10**8 and _cut(head, "万萬")[1]  # 一万亿
        section = _whole_to_int(head) if nested else _section_to_int(head, first=total == 0)
        if not section or section >= 10**8:
            return None
        total, rest = total + section * factor, tail
    if not rest:
        return total or None
    last = _section_to_int(rest, first=total == 0)
    return None if last is None else total + last


def _cut(text: str, marks: str) -> tuple[str, str, str]:
    """`text` before, at and after the last of `marks`; ("", "", text) where there is none."""
    at = max(text.rfind(mark) for mark in marks)
    return (text[:at], text[at], text[at + 1 :]) if at >= 0 else ("", "", text)


def _section_to_int(text: str, *, first: bool) -> int | None:
    """Integer 0..9999 of a section without 万: units fall, a gap is said by 零, a last digit needs its unit or a 零.

    In a section that is not the `first`, a missing 千 must be said by 零 too (`三万五` is refused).
    """
    total, digit, unit, zero = 0, -1, 10 if first else 10**4, False
    started = not first
    for char in text:
        if char in DIGITS:
            if digit >= 0:
                return None
            if DIGITS[char] == 0:
                zero = True
            else:
                digit = DIGITS[char]
        elif char in _UNITS:
            step = _UNITS[char]
            if digit < 0 and step == 10 and not started:
                digit = 1
            if digit < 0 or (started and (step >= unit or (step * 10 != unit and not zero))):
                return None
            total, digit, unit, zero, started = total + digit * step, -1, step, False, True
        else:
            return None
    if digit < 0:
        return None if (zero and started) or not text else total
    return total + digit if not started or unit == 10 or zero else None
