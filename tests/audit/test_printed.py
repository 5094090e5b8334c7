"""What the print of a number says about its rounding."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audit.printed import Printed, agrees, divide, gap_of, is_slip, read_printed, show, show_money

AMOUNTS = st.decimals(min_value=Decimal("0.01"), max_value=Decimal("99999.99"), places=2)


@pytest.mark.parametrize(
    ("raw", "value", "half", "places"),
    [
        ("70.68", "706800", "50", 2),
        ("70.68万元", "706800", "50", 2),
        ("0.15亿元", "15000000", "500000", 2),
        ("1，004.12", "10041200", "50", 2),
        ("100%", "100", "0.5", 0),
        ("无", "3", "0", 0),
    ],
)
def test_half_a_unit_of_the_last_place_is_in_the_values_unit(raw: str, value: str, half: str, places: int) -> None:
    printed = read_printed(raw, Decimal(value))
    assert (printed.value, printed.half, printed.places) == (Decimal(value), Decimal(half), places)


@given(AMOUNTS, AMOUNTS)
def test_a_rate_computed_from_two_printed_amounts_agrees_with_them(executed: Decimal, budget: Decimal) -> None:
    interval = divide(read_printed(str(executed), executed), read_printed(str(budget), budget))
    rate = round(executed / budget * 100, 2)
    assert interval is None or agrees(read_printed(str(rate), rate), interval)


@given(AMOUNTS, st.decimals(min_value=2, max_value=50, places=1))
def test_a_rate_off_by_more_than_rounding_does_not_agree(budget: Decimal, points: Decimal) -> None:
    budget += 1000
    interval = divide(read_printed(str(budget), budget), read_printed(str(budget), budget))
    rate = 100 - points
    assert interval is not None
    assert not agrees(read_printed(str(rate), rate), interval)


@given(st.lists(AMOUNTS, min_size=1, max_size=12))
def test_parts_have_no_gap_to_their_own_sum(amounts: list[Decimal]) -> None:
    total = sum(amounts, Decimal(0))
    gap, _ = gap_of(read_printed(str(total), total), [read_printed(str(amount), amount) for amount in amounts])
    assert gap == 0


def test_whole_numbers_among_decimals_carry_no_rounding_of_their_own() -> None:
    parts = [read_printed("73", Decimal(73)), read_printed("41.40", Decimal("41.40"))]
    gap, rounding = gap_of(read_printed("114.90", Decimal("114.90")), parts)
    assert (gap, rounding) == (Decimal("-0.50"), Decimal("0.015"))


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [
        ("1286.45", "1286.54", True),
        ("5127", "5172", True),
        ("412", "415", True),
        ("346.30", "364.30", True),
        ("150", "15", False),
        ("98", "96", False),
        ("1200", "1248", False),
        ("42412", "41560", False),
    ],
)
def test_numbers_that_look_like_one_mistyped(one: str, other: str, slip: bool) -> None:
    assert is_slip(Decimal(one), Decimal(other)) is slip
    assert is_slip(Decimal(other), Decimal(one)) is slip


@pytest.mark.parametrize(
    ("raw", "computed", "agreed"),
    [
        ("99", "99.985", True),
        ("86", "85.75", True),
        ("9", "10", False),
        ("95.27", "95.2555", True),
        ("92.56", "95.26", False),
    ],
)
def test_a_rate_may_be_rounded_or_cut_off(raw: str, computed: str, agreed: bool) -> None:
    value = Decimal(computed)
    assert agrees(read_printed(raw, Decimal(raw)), (value, value)) is agreed


def test_division_by_what_may_be_zero_has_no_rate() -> None:
    assert divide(Printed(Decimal(0)), Printed(Decimal(0))) is None


def test_numbers_are_shown_as_a_reader_writes_them() -> None:
    assert show(Decimal("95.2555")) == "95.26"
    assert show(Decimal("100.00")) == "100"
    assert show_money(Decimal("12865400"), "万元") == "1286.54万元"
    assert show_money(Decimal("12865400"), "元") == "12865400元"
