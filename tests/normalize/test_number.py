from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalize.number import AmbiguousAmount, format_number, parse_cell, parse_number, read_number

AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**14), max_value=10**14)
DIGITS = "零一二三四五六七八九"


def to_chinese(value: int) -> str:
    """An independent writer of numerals below 10^8, to read back."""
    if value >= 10**4:
        head, tail = divmod(value, 10**4)
        gap = "零" if 0 < tail < 1000 else ""
        return to_chinese(head) + "万" + gap + (to_chinese(tail) if tail else "")
    text, gap = "", False
    for step, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, step)
        if digit:
            text += ("零" if gap and text else "") + DIGITS[digit] + unit
            gap = False
        else:
            gap = True
    return text or "零"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3,204.17", "3204.17"),
        ("3，204.17", "3204.17"),
        ("１２．５", "12.5"),
        ("58 000.00", "58000.00"),
        ("12345678.123456", "12345678.123456"),
        (" 0 ", "0"),
        ("－5.2", "-5.2"),
        ("+7", "7"),
        (".5", "0.5"),
        ("三十七点二", "37.2"),
        ("一千零四", "1004"),
        ("两", "2"),
        ("十五", "15"),
        ("贰拾万", "200000"),
        ("壹仟贰佰叁拾肆", "1234"),
        ("一亿二千万", "120000000"),
        ("三万零五", "30005"),
        ("二〇一九", "2019"),
        ("负五", "-5"),
    ],
)
def test_a_printed_number_is_read_exactly(text: str, value: str) -> None:
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["6,00.0,55", "8.50.", "1,00", "96 98", "0,123", "1.2.3", "12,34.56", "5."])
def test_separators_with_two_readings_are_refused_with_a_reason(text: str) -> None:
    with pytest.raises(AmbiguousAmount):
        read_number(text)
    assert parse_number(text) is None


@pytest.mark.parametrize(
    "text", ["", "abc", "5个", "约5", "1e5", "一百二", "二三", "百", "三万五", "①", "5%", "-", "十二三", None]
)
def test_what_is_no_single_number_is_none(text: str | None) -> None:
    assert parse_number(text) is None


@given(AMOUNTS, st.booleans())
def test_parsing_what_was_formatted_is_identity(value: Decimal, grouped: bool) -> None:
    assert parse_number(format_number(value, grouped=grouped)) == value


@given(st.integers(min_value=0, max_value=10**8 - 1))
def test_chinese_numerals_are_read_back(value: int) -> None:
    assert parse_number(to_chinese(value)) == value


@given(st.text(alphabet="0123456789,. +-，．一二三十百千万亿零点两壹拾"))
def test_parse_number_never_raises(text: str) -> None:
    value = parse_number(text)
    assert value is None or value.is_finite()


@given(st.text())
def test_parse_number_never_raises_on_arbitrary_text(text: str) -> None:
    value = parse_number(text)
    assert value is None or value.is_finite()


def test_format_number_has_no_trailing_zeros() -> None:
    formatted = [format_number(Decimal(text)) for text in ("706800.00", "98.20", "-0.0", "1E+3", "0.10")]
    assert formatted == ["706800", "98.2", "0", "1000", "0.1"]


@pytest.mark.parametrize(
    ("text", "units", "number"),
    [
        ("9.76分", "分", "9.76"),
        ("１２．５ 分", "分", "12.5"),
        ("1,234,5\n67.89", "", "1234567.89"),  # broken over two lines of a narrow cell
        ("100 96.87", "分", None),  # two numbers whose border was not found
        ("12 000.00", "", "12000.00"),
        ("5分半", "分", None),
        (None, "", None),
    ],
)
def test_a_cell_holds_one_number_or_none(text: str | None, units: str, number: str | None) -> None:
    assert parse_cell(text, units) == (None if number is None else Decimal(number))
