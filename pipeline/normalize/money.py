"""Text → exact yuan, and the money unit that a head names."""

from __future__ import annotations

import re
from decimal import Decimal

from pipeline.normalize.number import CHINESE_NUMERAL, parse_number
from pipeline.normalize.text import fold, squeeze

YUAN_PER_UNIT = {
    "元": Decimal(1),
    "千元": Decimal(10**3),
    "万元": Decimal(10**4),
    "十万元": Decimal(10**5),
    "百万元": Decimal(10**6),
    "千万元": Decimal(10**7),
    "亿元": Decimal(10**8),
}
_UNIT = r"(?:[十百千]?万|[千亿])元|元|[十百千]?万|亿"
_APPROX = r"(?:大约|约|近|将近|共计?|合计)?"
_NUMBER = r"[0-9][0-9,. ]*|[.][0-9]+"
_LEAD = re.compile(rf"^(?:人民币|RMB|CNY|[￥¥])?{_APPROX}(?:人民币|[￥¥])?")
_TAIL = re.compile(r"(?:整|正|左右|人民币|\(大写\))+$")
_AMOUNT = re.compile(rf"([-+]?)({_NUMBER})(?:余|多)?({_UNIT})?(?:余|多)?(元)?")
_PIECE = re.compile(rf"({_NUMBER})(亿|[百千]?万)")
_CAPITAL = re.compile(
    rf"(负?)({CHINESE_NUMERAL}*)(?:([元圆圓])(?:零?({CHINESE_NUMERAL})角)?(?:零?({CHINESE_NUMERAL})分)?)?"
)
_HEAD_UNIT = r"(?:人民币)?((?:[十百千]?万|[千亿])?元)(?:人民币)?"
_NAMED_UNIT = re.compile(
    r"单位(?:是|为)?[:：]?(?:人民币)?(?:((?:[十百千]?万|[千亿])元)(?![/·每])|(元)(?=$|人民币|币种|[和及或]|[^\w/·.]))"
    rf"|以{_HEAD_UNIT}为单位"
)
_PARENS = re.compile(r"[(（\[【〔]([^()（）\[\]【】〔〕]{1,20})[)）\]】〕]")
_BARE_UNIT = re.compile(rf"{_HEAD_UNIT}$")
_LABEL_END = re.compile(r"(?:金额|资金|总额|数额|预算数|执行数|决算数|支出|收入|投资)([千百]?万元|[亿千]元)$")


def parse_money(text: str | None, unit: str | None = None) -> Decimal | None:
    """Amount in yuan, exact, from text as printed (`1,004.12`, `４５．１２万元`, `3亿2000万元`, `贰拾万元整`).

    `unit` is the table's own (`万元`, or a head that names it) and applies only where the text names none; None where
    the text holds no single amount, where its separators allow two readings, or where no unit is known. A word such
    as 约 or 余 does not change the amount.
    """
    amount = _TAIL.sub("", _LEAD.sub("", squeeze(text or "")))
    match = _AMOUNT.fullmatch(amount)
    if match:
        return _scaled(match[1] + match[2], (match[3] or "") + (match[4] or "") or unit)
    pieces = _pieces_to_yuan(amount)
    return pieces if pieces is not None else _capital_to_yuan(amount, unit)


def find_money_unit(text: str | None) -> str | None:
    """The money unit that a head names (`（单位：万元）`, `项目资金(万元)`, a bare `元`); None for none or for several.

    `元/人·月` is the unit of a price, not of a column.
    """
    folded = fold(text or "")
    if match := _BARE_UNIT.match(folded):
        return match[1]
    named = {unit for match in _NAMED_UNIT.finditer(folded) for unit in match.groups() if unit}
    if not named:
        parts = (part for match in _PARENS.finditer(folded) for part in re.split(r"[,，;；、:：和及\-—/%]", match[1]))
        named = {match[1] for part in parts if (match := _BARE_UNIT.match(part))} if not _price(folded) else set()
    if not named and (label := _LABEL_END.search(folded)):
        named = {label[1]}
    return named.pop() if len(named) == 1 else None


def unit_to_yuan(unit: str | None) -> Decimal | None:
    """Yuan in one `unit` (`万元` → 10000); None where it is no money unit."""
    folded = fold(unit or "").removeprefix("人民币")
    return YUAN_PER_UNIT.get(folded if folded.endswith("元") else folded + "元") if folded else None


def _price(folded: str) -> bool:
    """Whether the text names money per something (`元/人·月`): not the unit of a column of amounts."""
    return re.search(r"元[/／每](?![%％])", folded) is not None


def _scaled(number: str, unit: str | None) -> Decimal | None:
    value = parse_number(number)
    yuan = unit_to_yuan(unit) or unit_to_yuan(find_money_unit(unit))
    return None if value is None or yuan is None else value * yuan


def _pieces_to_yuan(amount: str) -> Decimal | None:
    """Yuan of `3亿2000万元`: pieces of falling size, each smaller than the one before; None for anything else."""
    pieces = [(match[1], match[2]) for match in _PIECE.finditer(amount)]
    rest = _PIECE.sub("", amount)
    last = re.fullmatch(rf"({_NUMBER})?元?", rest)
    if not pieces or last is None or not re.fullmatch(rf"(?:(?:{_NUMBER})(?:亿|[百千]?万))+(?:{_NUMBER})?元?", amount):
        return None
    steps = [(parse_number(number), YUAN_PER_UNIT[mark + "元"]) for number, mark in pieces]
    steps += [(parse_number(last[1]), Decimal(1))] if last[1] else []
    total, ceiling = Decimal(0), None
    for value, yuan in steps:
        if value is None or (ceiling is not None and value * yuan >= ceiling):
            return None
        total, ceiling = total + value * yuan, yuan
    return total


def _capital_to_yuan(amount: str, unit: str | None) -> Decimal | None:
    """Yuan of a Chinese or capital numeral with 元角分; a `unit` from outside applies where the text has no 元."""
    match = _CAPITAL.fullmatch(amount)
    if match is None or not match[2]:
        return None
    value, sign = _numeral_to_yuan(match[2], has_yuan=bool(match[3]), unit=unit), -1 if match[1] else 1
    jiao, fen = (parse_number(part) if part else Decimal(0) for part in (match[4], match[5]))
    if value is None or jiao is None or fen is None:
        return None
    return sign * (value + jiao / 10 + fen / 100)


def _numeral_to_yuan(numeral: str, *, has_yuan: bool, unit: str | None) -> Decimal | None:
    """`三十七点二万` with 元 behind it; 万 and 亿 after a point multiply the whole."""
    factor = Decimal(1)
    if "点" in numeral and numeral[-1] in "万萬亿億":
        factor, numeral = (Decimal(10**4) if numeral[-1] in "万萬" else Decimal(10**8)), numeral[:-1]
    named_large = factor != 1 or numeral[-1:] in ("万", "亿", "萬", "億")
    yuan = Decimal(1) if has_yuan or (named_large and unit is None) else unit_to_yuan(unit)
    if named_large and not has_yuan:
        yuan = Decimal(1)
    value = parse_number(numeral)
    return None if value is None or yuan is None else value * factor * yuan
