"""Numbers with the rounding that their print allows: exact intervals, the arithmetic of every check."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from pipeline.normalize.number import NUMBER, format_number, parse_number
from pipeline.normalize.text import narrow

_NUMBER = re.compile(NUMBER)
HALF = Decimal("0.5")
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Printed:
    """A value and half a unit of its last printed place, both in the value's unit; `step` is that whole unit."""

    value: Decimal
    half: Decimal = Decimal(0)
    places: int = 0  # decimals as printed

    @property
    def step(self) -> Decimal:
        return self.half * 2

    @property
    def low(self) -> Decimal:
        return self.value - self.half

    @property
    def high(self) -> Decimal:
        return self.value + self.half


def read_printed(raw: str | None, value: Decimal) -> Printed:
    """`value` with the rounding of its print: `70.68` (万元) → 706800 ± 50.

    The scale is the value over the printed number, so multipliers and units need no second reading.
    """
    match = _NUMBER.search(narrow(raw or ""))
    number = parse_number(match[0]) if match else None
    if match is None or number is None:
        return Printed(value)
    places = len(match[0].partition(".")[2])
    scale = abs(value / number) if number else Decimal(1)
    return Printed(value, HALF.scaleb(-places) * scale, places)


def divide(dividend: Printed, divisor: Printed, factor: Decimal = HUNDRED) -> tuple[Decimal, Decimal] | None:
    """Least and greatest quotient times `factor` that the prints of two numbers allow; None for a divisor near 0.

    Two equal numbers are one number, however coarsely it is printed.
    """
    if dividend.value == divisor.value and divisor.value:
        return factor, factor
    low, high = abs(divisor.value) - divisor.half, abs(divisor.value) + divisor.half
    if low <= 0:
        return None
    sign = -1 if divisor.value < 0 else 1
    ends = [sign * top / bottom * factor for top in (dividend.low, dividend.high) for bottom in (low, high)]
    return min(ends), max(ends)


def agrees(printed: Printed, interval: tuple[Decimal, Decimal]) -> bool:
    """Whether the printed number may stand for one of the interval: a unit of its last place off is rounding.

    Rates are cut off as often as they are rounded (99 % for 99.985 %); but a whole percent is no rounding where whole
    percents are printed (9 % for 10 %).
    """
    if printed.places == 0 and printed.half:
        return interval[0] - printed.step < printed.value < interval[1] + printed.step
    margin = printed.step + printed.half
    return interval[0] - margin <= printed.value <= interval[1] + margin


def gap_of(total: Printed, parts: list[Printed]) -> tuple[Decimal, Decimal]:
    """(sum of the parts − total, how much of it rounding can explain).

    Amounts added up with each other are printed to one place; a whole number among decimals is exact to that place.
    The finest place of all therefore holds for each, except that a total may be printed more coarsely than its parts.
    """
    steps = [part.half for part in parts if part.half] or [Decimal(0)]
    finest = min(steps)
    rounding = finest * len(parts) + (total.half if total.half > finest else finest)
    return sum((part.value for part in parts), Decimal(0)) - total.value, rounding


def is_slip(one: Decimal, other: Decimal) -> bool:
    """Whether two numbers look like one mistyped: same length, one digit wrong or the same digits in another order."""
    a, b = digits_of(one), digits_of(other)
    width = max(len(a), len(b))
    a, b = a.ljust(width, "0"), b.ljust(width, "0")
    if a == b or width < 3 or adjusted(one) != adjusted(other):
        return False
    wrong = [at for at in range(width) if a[at] != b[at]]
    return len(wrong) == 1 or (len(wrong) == 2 and sorted(a) == sorted(b))


def digits_of(value: Decimal) -> str:
    """The significant digits of a number: `1286.50` → `12865`."""
    return format_number(abs(value)).replace(".", "").lstrip("0").rstrip("0")


def adjusted(value: Decimal) -> int:
    """The power of ten of the first digit."""
    return value.adjusted() if value else 0


def show(value: Decimal, places: int = 2) -> str:
    """A number for a message: rounded to `places`, without trailing zeros."""
    rounded = round(value, places)
    return format_number(rounded)


def show_money(yuan: Decimal, unit: str | None = "万元") -> str:
    """An amount for a message, in the unit that the document uses: `1286.54万元`."""
    if unit and "亿" in unit:
        return f"{format_number(yuan / 10**8)}亿元"
    if unit and "万" in unit:
        return f"{format_number(yuan / 10**4)}万元"
    return f"{format_number(yuan)}元"
