"""A spreadsheet's number as its cell shows it: 0.985 under `0.00%` is 98.50%, never 0.98499999.

Source: ECMA-376 part 1, 18.8.31 (numFmts). What is rare in forms (fractions) falls back to the plain number.
"""

from __future__ import annotations

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from functools import lru_cache

SIGNIFICANT_DIGITS = 15  # what a spreadsheet keeps of a number; the rest is binary noise
MAX_PLAIN_EXPONENT = 20
MAX_EXPONENT = 308  # of a double
_LITERAL = re.compile(r'"([^"]*)"|[\\!](.)|_.|\*.|\[(\$[^\]]*|[^\]]*)\]')  # `!` is the Chinese Excel's `\\`
_DATE_SIGN = re.compile(r"[ymdhs]|AM/PM|上午/下午", re.I)
_MARK_START, _MARK_END = 0xE000, 0xF8FF  # private characters, which stand for the literals of a format
_MARK = f"[{chr(_MARK_START)}-{chr(_MARK_END)}]"
_NUMBER_SIGN = re.compile(rf"[0#?](?:(?:[0#?,.]|{_MARK})*[0#?])?[,]*(?:[eE][+-]0+)?|[.][0#?]+")
_CONDITION = re.compile(r"\s*(?:\[[^\]<>=]*\])*\[(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)\]")
_SYSTEM_DATE = "[$-f800]"  # the date as the system writes it, whatever the rest of the code says
_DATE_TOKEN = re.compile(r"AM/PM|A/P|上午/下午|y+|e+|m+|d+|h+|s+(?:\.0+)?|a{3,4}", re.I)
_WEEKDAYS = "一二三四五六日"
_BUILTIN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: "#,##0", 6: "#,##0", 7: "#,##0.00", 8: "#,##0.00",
    9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "General", 13: "General", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm",
    17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm",
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"', 37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00", 41: "#,##0;-#,##0;-", 42: "#,##0;-#,##0;-", 43: "#,##0.00;-#,##0.00;-",
    44: "#,##0.00;-#,##0.00;-", 45: "mm:ss", 46: "h:mm:ss", 47: "mm:ss.0", 48: "0.0E+0", 49: "@", 50: 'yyyy"年"m"月"',
    51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip


def builtin_format(format_id: int) -> str:
    """The format code that a built-in id stands for in a Chinese installation; `General` for ids not known here."""
    return _BUILTIN.get(format_id, "General")


def shown_number(text: str, code: str, epoch_1904: bool = False) -> str:
    """The stored number `text` as a cell with the format `code` shows it; `text` itself where it is no number."""
    number = _to_decimal(text)
    if number is None:
        return text
    section, is_negative_section = _section(code, number)
    if abs(number.adjusted()) > MAX_PLAIN_EXPONENT and number:
        return _plain(number)
    if section.lower().startswith(_SYSTEM_DATE):
        section = _BUILTIN[31]
    if section.strip().lower() in ("general", "@", ""):
        return _plain(number) if section.strip() else ""
    if is_date_format(section):
        return _shown_date(number, section, epoch_1904)
    return _shown_by_section(abs(number) if is_negative_section else number, section)


def _to_decimal(text: str) -> Decimal | None:
    """The number with at most 15 significant digits, which is all that a spreadsheet knows."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > MAX_EXPONENT:
        return None
    with localcontext() as context:
        context.prec = SIGNIFICANT_DIGITS
        context.rounding = ROUND_HALF_UP
        return +number


def _plain(number: Decimal) -> str:
    if number == 0:
        return "0"
    if abs(number.adjusted()) > MAX_PLAIN_EXPONENT:
        return str(number.normalize())
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=1024)
def _sections(code: str) -> tuple[str, ...]:
    """The parts of a format code between semicolons, those inside quotes left alone."""
    return tuple("".join(p) for p in _split_unquoted(code))


def _split_unquoted(code: str) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    quoted = escaped = False
    for character in code:
        if character == '"' and not escaped:
            quoted = not quoted
        if character == ";" and not quoted and not escaped:
            parts.append([])
        else:
            parts[-1].append(character)
        escaped = character == "\\" and not escaped
    return parts


def _section(code: str, number: Decimal) -> tuple[str, bool]:
    """The part of a format code for this number, and whether that part draws the sign of a negative number itself."""
    sections = _sections(code)
    if conditions := [match for part in sections if (match := _CONDITION.match(part))]:
        met = [_is_met(match, number) for match in conditions]
        return sections[met.index(True) if True in met else min(len(met), len(sections) - 1)], False
    if number < 0 and len(sections) > 1:
        return sections[1], True
    if number == 0 and len(sections) > 2:
        return sections[2], False
    return sections[0], False


def _is_met(condition: re.Match[str], number: Decimal) -> bool:
    """Whether the number is one that a part beginning with `[>=10000]` is for."""
    sign, limit = condition[1], Decimal(condition[2])
    if number == limit:
        return sign in ("<=", ">=", "=")
    return sign == "<>" or ("<" in sign and number < limit) or (">" in sign and number > limit)


@lru_cache(maxsize=1024)
def is_date_format(code: str) -> bool:
    """Whether a format code shows a date or a time (`yyyy"年"m"月"`), not a number with a unit (`0.00"m"`)."""
    bare = _LITERAL.sub("", code)
    if "general" in bare.lower():
        return False
    return bool(_DATE_SIGN.search(bare)) and not re.search(r"[0#?]", re.sub(r"s\.0+", "", bare, flags=re.I))


def _shown_by_section(number: Decimal, section: str) -> str:
    """A number drawn by one part of a format: its literals around the digits."""
    tokens: list[str] = []

    def literal(match: re.Match[str]) -> str:
        bracket = match.group(3) or ""
        text = match.group(1) or match.group(2) or (bracket[1:].split("-")[0] if bracket.startswith("$") else "")
        tokens.append(text)
        return chr(_MARK_START + len(tokens) - 1)

    bare = _LITERAL.sub(literal, section)
    digits = _NUMBER_SIGN.search(bare)
    if digits is None:
        text = re.sub("general", lambda _: _plain(number), bare, flags=re.I)
    elif "/" in bare[digits.start() :]:  # a fraction: the plain number says more
        return _plain(number)
    else:
        percent = Decimal(100) ** bare.count("%")
        sign = "-" if number < 0 else ""
        body = _digits_around_marks(abs(number) * percent, digits.group())
        sign = sign if re.search(r"[1-9]", body) else ""
        text = sign + bare[: digits.start()] + body + bare[digits.end() :]
    for index, token in enumerate(tokens):
        text = text.replace(chr(_MARK_START + index), token)
    return text.strip()


def _digits_around_marks(number: Decimal, pattern: str) -> str:
    """The digits of a number under a pattern in which literals stand: 706800 under `0\\.0,` is 70.7, as in 万元.

    The marks of the literals keep their places, counted from the decimal point. The plain number where digits are
    grouped besides: nobody writes amounts so.
    """
    marks = re.findall(_MARK, pattern)
    plain = re.sub(_MARK, "", pattern)
    if not marks:
        return _digits(number, plain)
    if re.search(r"[eE]|,(?=.*[0#?])", plain):
        return _plain(number)
    whole, dot, decimals = pattern.rstrip(",").partition(".")
    head, _, tail = _digits(number, plain).partition(".")
    for place, sign in ((i, c) for i, c in enumerate(whole) if re.match(_MARK, c)):
        n_behind = len(re.sub(_MARK, "", whole[place:]))
        at = max(len(head) - n_behind, 0)
        head = head[:at] + sign + head[at:]
    return head + (dot + tail if tail else "") + "".join(re.findall(_MARK, decimals))


def _digits(number: Decimal, pattern: str) -> str:
    """The digits of a non-negative number under a pattern such as `#,##0.00` or `0.00E+00`."""
    mantissa, exponent = re.match(r"([^eE]*)(?:[eE][+-](0+))?", pattern).groups()  # type: ignore[union-attr]
    scaled = len(mantissa) - len(mantissa.rstrip(","))
    mantissa = mantissa.rstrip(",")
    whole, _, decimals = mantissa.partition(".")
    n_least = len(decimals.rstrip("#?")) if decimals else 0
    power = number.adjusted() if exponent and number else 0
    with localcontext() as context:
        context.prec = 60
        value = number.scaleb(-3 * scaled - power)
        value = value.quantize(Decimal(1).scaleb(-len(decimals)), rounding=ROUND_HALF_UP)
    text = format(value, ",f" if "," in whole else "f")
    head, _, tail = text.partition(".")
    tail = tail[:n_least] + tail[n_least:].rstrip("0")
    n_whole = sum(c in "0" for c in whole)
    head = head.rjust(n_whole, "0") if n_whole else head.lstrip("0")
    text = f"{head}.{tail}" if tail or (decimals and n_least) else head
    if exponent:
        text += f"E{'-' if power < 0 else '+'}{abs(power):0{len(exponent)}d}"
    return text or "0" if n_whole else text


def _shown_date(number: Decimal, section: str, epoch_1904: bool) -> str:
    """A date serial as the format shows it; the plain number where it is no date."""
    epoch = datetime.datetime(1904, 1, 1) if epoch_1904 else datetime.datetime(1899, 12, 30)
    if not 0 <= number < 2_958_466:
        return _plain(number)
    seconds = (number * 86_400).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    moment = epoch + datetime.timedelta(seconds=int(seconds))
    pieces: list[str] = []
    position = 0
    previous = ""
    for match in re.finditer(f"{_LITERAL.pattern}|({_DATE_TOKEN.pattern})", section, re.I):
        pieces.append(section[position : match.start()])
        position = match.end()
        token = match.group(4)
        if token is None:
            pieces.append(match.group(1) or match.group(2) or "")
            continue
        is_minute = token[0] in "mM" and (
            (previous[:1] in "hH" and previous != "") or _followed_by_s(section, position)
        )
        pieces.append(_date_piece(moment, token, is_minute, "AM/PM" in section.upper() or "上午/下午" in section))
        previous = token
    return ("".join(pieces) + section[position:]).strip()


def _followed_by_s(section: str, position: int) -> bool:
    return re.match(r'(?:"[^"]*"|[:\s])*s', section[position:], re.I) is not None


def _date_piece(moment: datetime.datetime, token: str, is_minute: bool, twelve_hours: bool) -> str:
    sign = token[0].lower()
    if token.upper() in ("AM/PM", "A/P") or token == "上午/下午":
        return (
            ("上午" if moment.hour < 12 else "下午") if token == "上午/下午" else ("AM" if moment.hour < 12 else "PM")
        )
    if sign == "a":
        return ("星期" if len(token) == 4 else "") + _WEEKDAYS[moment.weekday()]
    if sign == "m" and not is_minute and len(token) >= 3:
        return f"{moment.month}月"
    if sign == "d" and len(token) >= 3:
        return f"星期{_WEEKDAYS[moment.weekday()]}"
    if sign in "ye":
        return f"{moment.year % 100:02d}" if len(token) <= 2 and sign == "y" else str(moment.year)
    hour = (moment.hour % 12 or 12) if twelve_hours else moment.hour
    value = {"m": moment.minute if is_minute else moment.month, "d": moment.day, "h": hour, "s": moment.second}[sign]
    return f"{value:02d}" if len(token) >= 2 else str(value)
