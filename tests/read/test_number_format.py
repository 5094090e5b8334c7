from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.read.number_format import builtin_format, is_date_format, shown_number

ACCOUNTING = '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ '


@pytest.mark.parametrize(
    ("stored", "code", "shown"),
    [
        ("0.985", "0.00%", "98.50%"),
        ("0.98499999999999999", "0.0%", "98.5%"),
        ("1", "0%", "100%"),
        ("70.679999999999993", "General", "70.68"),
        ("70.68", "General", "70.68"),
        ("1E-7", "General", "0.0000001"),
        ("100", "General", "100"),
        ("0", "General", "0"),
        ("98.5", 'General"分"', "98.5分"),
        ("70.68", "0.00_ ", "70.68"),
        ("2.675", "0.00", "2.68"),
        ("1004.12", ACCOUNTING, "1,004.12"),
        ("-1004.12", ACCOUNTING, "-1,004.12"),
        ("0", ACCOUNTING, "-"),
        ("-12.345", "0.00;[Red]-0.00", "-12.35"),
        ("-12.34", "0.00_);[Red]\\(0.00\\)", "(12.34)"),
        ("-0.5", "0.0", "-0.5"),
        ("12345678", "#,##0", "12,345,678"),
        ("1234567", "#,##0,", "1,235"),
        ("7", "0000", "0007"),
        ("0.5", "#.##", ".5"),
        ("12345", "0.00E+00", "1.23E+04"),
        ("0.5", "# ?/?", "0.5"),
        ("150", '0.00"万元"', "150.00万元"),
        ("3", '"≥"0"次"', "≥3次"),
        ("1234.5", "[$¥-804]#,##0.00", "¥1,234.50"),
        ("44927", 'yyyy"年"m"月"d"日";@', "2023年1月1日"),
        ("44927.5", "yyyy-mm-dd hh:mm:ss", "2023-01-01 12:00:00"),
        ("44927", "[$-804]yyyy/m/d", "2023/1/1"),
        ("44927", 'yyyy"年"m"月"', "2023年1月"),
        ("0.604166666666667", "h:mm", "14:30"),
        ("44927", "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "2023年1月1日"),
        ("706800", "0\\.0,", "70.7"),
        ("706800", "0!.0,", "70.7"),
        ("706800", '#"."0000', "70.6800"),
        ("-706800", '0\\.0000"万元"', "-70.6800万元"),
        ("500", "0!.0000", "0.0500"),
        ("13800", "000\\-00", "138-00"),
        ("706812", "#,##0\\.0", "706812"),
        ("120000000", '[>=100000000]0!.00,,"亿";[>=10000]0!.0,"万";0', "1.20亿"),
        ("706800", '[>=100000000]0!.00,,"亿";[>=10000]0!.0,"万";0', "70.7万"),
        ("500", '[>=100000000]0!.00,,"亿";[>=10000]0!.0,"万";0', "500"),
        ("5", '[Red][<5]"低于"0;[>=5]"达到"0', "达到5"),
        ("完成", "0.00", "完成"),
        ("NaN", "0.00", "NaN"),
        ("1e999999", "0.00", "1e999999"),
    ],
)
def test_a_number_is_shown_as_in_its_cell(stored, code, shown):
    assert shown_number(stored, code) == shown


def test_the_1904_calendar_is_known():
    assert shown_number("43465", "yyyy-mm-dd", epoch_1904=True) == "2023-01-01"


@pytest.mark.parametrize(("code", "expected"), [("yyyy", True), ("h:mm", True), ('0.00"m"', False), ("General", False)])
def test_dates_are_told_from_numbers_with_units(code, expected):
    assert is_date_format(code) is expected


def test_builtin_formats_are_those_of_a_chinese_installation():
    assert [builtin_format(n) for n in (0, 2, 10, 14, 31, 999)] == [
        "General", "0.00", "0.00%", "yyyy/m/d", 'yyyy"年"m"月"d"日"', "General",
    ]  # fmt: skip


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_a_decimal_survives_the_way_through_a_double(number):
    assert Decimal(shown_number(repr(float(number)), "General")) == number


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_two_decimals_are_shown_exactly(number):
    assert shown_number(str(number), "#,##0.00").replace(",", "") == format(number if number else abs(number), ".2f")
