from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalize.money import find_money_unit, parse_money
from pipeline.normalize.number import format_number


@pytest.mark.parametrize(
    ("text", "unit", "yuan"),
    [
        ("6,318.07", "万元", "63180700"),
        ("４６．１３万元", None, "461300"),
        ("4.5万元", "元", "45000"),
        ("贰拾万元整", None, "200000"),
        ("三十七点二万元", None, "372000"),
        ("人民币壹万贰仟叁佰肆拾伍元陆角柒分", None, "12345.67"),
        ("150万", None, "1500000"),
        ("60余万元", None, "600000"),
        ("3亿2000万元", None, "320000000"),
        ("1.5亿元", None, "150000000"),
        ("200千元", None, "200000"),
        ("3百万元", None, "3000000"),
        ("￥1,200.00元", None, "1200"),
        ("35 000.00 元", None, "35000"),
        ("-3.7万元", None, "-37000"),
        ("153.123456万元", None, "1531234.56"),
        ("0", "万元", "0"),
        ("二十", "万元", "200000"),
        ("88", "（单位：万元）", "880000"),
    ],
)
def test_an_amount_becomes_exact_yuan(text: str, unit: str | None, yuan: str) -> None:
    assert parse_money(text, unit) == Decimal(yuan)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("6,318.07", None),
        ("", "万元"),
        ("-", "万元"),
        ("6,00.0,55", "万元"),
        ("85%", "万元"),
        ("70元/人·月", "万元"),
        ("12个", "万元"),
        ("88", "人"),
        ("12 34元", None),
        ("万元", None),
        (None, "元"),
    ],
)
def test_without_one_number_and_a_unit_there_is_no_amount(text: str | None, unit: str | None) -> None:
    assert parse_money(text, unit) is None


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("（单位：万元）", "万元"),
        ("项目资金(万元)", "万元"),
        ("金额单位：元", "元"),
        ("单位：人民币万元", "万元"),
        ("单位：亿元 币种：人民币", "亿元"),
        ("单位：万元、人", "万元"),
        ("预算数（A，万元）", "万元"),
        ("单位：万元填报日期：", "万元"),
        ("单 位：万 元", "万元"),
        ("以万元为单位", "万元"),
        ("预算金额万元", "万元"),
        ("万元", "万元"),
    ],
)
def test_a_head_names_its_money_unit(text: str, unit: str) -> None:
    assert find_money_unit(text) == unit


@pytest.mark.parametrize(
    "text",
    [
        "项目资金",
        "元/人·月",
        "（元/人·月）",
        "单位：元/人",
        "成本（万元/公里）",
        "（万元）（元）",
        "填报单位：元谋县某局",
        "",
        None,
    ],
)
def test_a_price_or_no_unit_is_no_money_unit(text: str | None) -> None:
    assert find_money_unit(text) is None


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=0, max_value=10**9),
    st.sampled_from([("元", 1), ("千元", 10**3), ("万元", 10**4), ("亿元", 10**8)]),
    st.booleans(),
)
def test_parsing_a_formatted_amount_is_identity(value: Decimal, unit: tuple[str, int], grouped: bool) -> None:
    text = format_number(value, grouped=grouped)
    assert parse_money(text + unit[0]) == value * unit[1]
    assert parse_money(text, unit[0]) == value * unit[1]


@given(
    st.text() | st.text(alphabet="0123456789.,元万亿千百人民币整余约￥ -一二十零角分"),
    st.sampled_from([None, "元", "万元", "x"]),
)
def test_parse_money_never_raises(text: str, unit: str | None) -> None:
    value = parse_money(text, unit)
    assert value is None or value.is_finite()
    assert find_money_unit(text) is None or find_money_unit(text) in text.replace(" ", "")
