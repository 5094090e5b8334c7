from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalize.number import format_number
from pipeline.normalize.rate import fraction_to_percent, parse_percent


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("100%", "100"),
        ("97.60％", "97.6"),
        ("1‰", "0.1"),
        ("100百分比", "100"),
        ("百分之九十五", "95"),
        ("百分之百", "100"),
        ("百分之98.5", "98.5"),
        ("千分之五", "0.5"),
        ("-12.75%", "-12.75"),
        ("2.5个百分点", "2.5"),
        ("1,250.00%", "1250"),
    ],
)
def test_a_rate_becomes_a_percent_number(text: str, percent: str) -> None:
    assert parse_percent(text) == Decimal(percent)


@pytest.mark.parametrize("text", ["≥95%", "90%-95%", "%", "", "-", "5个", "9 8%", "1,00%", None])
def test_targets_ranges_and_blanks_are_no_rate(text: str | None) -> None:
    assert parse_percent(text, in_percent_column=True) is None


def test_a_bare_number_is_a_rate_only_in_a_percent_column() -> None:
    assert parse_percent("96.4") is None
    assert parse_percent("96.4", in_percent_column=True) == Decimal("96.4")


@pytest.mark.parametrize(
    ("rate", "budget", "executed", "percent"),
    [
        ("0.964", "50", "48.2", "96.4"),
        ("1", "50", "50", "100"),
        ("1", "50", "0.5", "1"),
        ("96.4", "50", "48.2", "96.4"),
        ("0.97", "50", "48.3", "97"),
        ("0.5", "50", "48.3", "0.5"),
        ("0.964", "0", "0", "0.964"),
        ("0", "50", "0", "0"),
    ],
)
def test_a_fraction_is_a_percentage_only_where_the_amounts_prove_it(
    rate: str, budget: str, executed: str, percent: str
) -> None:
    assert fraction_to_percent(Decimal(rate), Decimal(budget), Decimal(executed)) == Decimal(percent)


def test_a_fraction_stays_where_an_amount_is_missing() -> None:
    assert fraction_to_percent(Decimal("0.9"), None, Decimal(9)) == Decimal("0.9")
    assert fraction_to_percent(Decimal("0.9"), Decimal(10), None) == Decimal("0.9")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**6), max_value=10**6))
def test_parsing_a_formatted_rate_is_identity(value: Decimal) -> None:
    assert parse_percent(format_number(value) + "%") == value
    assert parse_percent(format_number(value), in_percent_column=True) == value


@given(st.text() | st.text(alphabet="0123456789.,%‰％百分之点个约 -一二十"), st.booleans())
def test_parse_percent_never_raises(text: str, in_percent_column: bool) -> None:
    value = parse_percent(text, in_percent_column=in_percent_column)
    assert value is None or value.is_finite()
