"""Text → percent numbers: 100 for `100%`."""

from __future__ import annotations

import re
from decimal import Decimal

from pipeline.normalize.number import parse_number
from pipeline.normalize.text import squeeze

_PER_MILLE = Decimal("0.1")
_APPROX = re.compile(r"^(?:大约|约为?|近)|左右$")
_SCALED = re.compile(r"(.+?)(%|﹪|‰|个?百分点|百分比)")
_OF_HUNDRED = re.compile(r"([-负]?)(百分之|千分之)(.+)")
FRACTION_TOLERANCE = Decimal("0.01")  # at most one unit of the second decimal, however coarse the printed fraction


def parse_percent(text: str | None, *, in_percent_column: bool = False) -> Decimal | None:
    """Percent number from text as printed: `100.00％` → 100.00, `5‰` → 0.5, `百分之九十五` → 95; the sign stays.

    A bare number counts only `in_percent_column` (head with % or 率). None for anything else, targets (`≥95%`) and
    ranges included. A number like `0.985` in such a column stays: see `fraction_to_percent`.
    """
    squeezed = _APPROX.sub("", squeeze(text or ""))
    if match := _OF_HUNDRED.fullmatch(squeezed):
        part = Decimal(100) if match[3] == "百" else parse_number(match[3])
        scale = _PER_MILLE if match[2] == "千分之" else Decimal(1)
        return None if part is None else (-part if match[1] else part) * scale
    if match := _SCALED.fullmatch(squeezed):
        value = parse_number(match[1])
        return None if value is None else value * (_PER_MILLE if match[2] == "‰" else 1)
    return parse_number(text) if in_percent_column else None


def fraction_to_percent(rate: Decimal, budget: Decimal | None, executed: Decimal | None) -> Decimal:
    """`rate` as a percent number: times 100 where budget and executed amounts prove that a fraction was printed.

    Proof: executed / budget lies within one unit of the last printed digit of the fraction (never more than 0.01),
    and closer to it than to the percent reading. Without proof the number stays as it is.
    """
    if not budget or executed is None or rate == 0:
        return rate
    ratio = executed / budget
    exponent = rate.as_tuple().exponent
    last_digit = Decimal(1).scaleb(exponent) if isinstance(exponent, int) else FRACTION_TOLERANCE
    as_fraction, as_percent = abs(ratio - rate), abs(ratio - rate / 100)
    is_fraction = as_fraction <= min(last_digit, FRACTION_TOLERANCE) and as_fraction < as_percent
    return rate * 100 if is_fraction else rate
