from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalize.number import format_number
from pipeline.normalize.quantity import Quantity, parse_count, parse_measure_parts, parse_quantity


@pytest.mark.parametrize(
    ("text", "op", "value", "unit"),
    [
        ("≥24 次", ">=", "24", "次"),
        ("=100%", "=", "100", "%"),
        ("＝１００％", "=", "100", "%"),
        ("═8处", "=", "8", "处"),
        ("不低于90%", ">=", "90", "%"),
        ("85%以上", ">=", "85", "%"),
        ("90%（含）以上", ">=", "90", "%"),
        ("≥95%（含）", ">=", "95", "%"),
        ("＞＝3项", ">=", "3", "项"),
        ("=> 3 项", ">=", "3", "项"),
        ("⩾60公里", ">=", "60", "公里"),
        ("大于等于3个", ">=", "3", "个"),
        ("至少2场", ">=", "2", "场"),
        ("大于90%", ">", "90", "%"),
        ("超过5家", ">", "5", "家"),
        ("≦25万 元", "<=", "25", "万元"),
        ("不超过30万元", "<=", "30", "万元"),
        ("控制在5%以内", "<=", "5", "%"),
        ("45天以内", "<=", "45", "天"),
        ("2个工作日内", "<=", "2", "个工作日"),
        ("低于3%", "<", "3", "%"),
        ("不足5人", "<", "5", "人"),
        ("260 万字", "=", "260", "万字"),
        ("12,500亩", "=", "12500", "亩"),
        ("58 000元", "=", "58000", "元"),
        ("43", "=", "43", None),
        ("0", "=", "0", None),
        ("6月", "=", "6", "月"),
        ("≥2次/年", ">=", "2", "次/年"),
        ("≤75元/人·月", "<=", "75", "元/人·月"),
        (">=530元/人*月", ">=", "530", "元/人*月"),
        ("5个百分点", "=", "5", "个百分点"),
        ("320㎡", "=", "320", "㎡"),
        ("≤8mg/m3", "<=", "8", "mg/m3"),
        ("≥90分", ">=", "90", "分"),
        ("100百分比", "=", "100", "%"),
        ("百分之百", "=", "100", "%"),
        ("三次", "=", "3", "次"),
        ("完成24次", "=", "24", "次"),
        ("达到95%以上", ">=", "95", "%"),
        ("100%完成", "=", "100", "%"),
        ("满意度≥90%", ">=", "90", "%"),
        ("合格率100%", "=", "100", "%"),
        ("60名学员", "=", "60", "名"),
        ("24次（全年）", "=", "24", "次"),
        ("≥5（个）", ">=", "5", "个"),
        ("每月≥2次", ">=", "2", "次"),
        ("98分以上", ">=", "98", "分"),
        ("≥98.5‰", ">=", "98.5", "‰"),
        ("100％。", "=", "100", "%"),
    ],
)
def test_a_target_has_operator_value_and_unit(text: str, op: str, value: str, unit: str | None) -> None:
    quantity = parse_quantity(text)
    assert quantity is not None
    assert (quantity.op, quantity.value, quantity.unit) == (op, Decimal(value), unit)


@pytest.mark.parametrize(
    "text",
    [
        "明显改善",
        "优良中低差",
        "定性",
        "不低于行业平均水平",
        "2022年6月底前",
        "6月底前",
        "2022-06-30",
        "2022年",
        "80%-90%",
        "3-5次",
        "≥95%，≤98%",
        "≥95%≤98%",
        "±5%",
        "全部完成",
        "100%（3个）",
        "3个项目全部完成",
        "7*24小时",
        "3A级",
        "1:1",
        "96 98",
        "1,00元",
        "前3名",
        "一般",
        "一流",
        "第1",
        "/",
        "无",
        "",
        None,
        "不低于5%以内",
        "12345678901234567890个a。b",
    ],
)
def test_words_ranges_and_dates_are_no_quantity(text: str | None) -> None:
    assert parse_quantity(text) is None


def test_a_bare_number_takes_the_hinted_unit_and_a_printed_unit_wins() -> None:
    bare, printed = parse_quantity("96.5", "%"), parse_quantity("96.5分", "%")
    assert bare is not None and printed is not None
    assert (bare.unit, bare.unit_raw, printed.unit) == ("%", None, "分")


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("8.4万余人", Quantity("=", Decimal(84000), "人", "approx", "8.4万余", "人")),
        ("3.2余万人次", Quantity("=", Decimal(32000), "人次", "approx", "3.2余万", "人次")),
        ("1700余项", Quantity("=", Decimal(1700), "项", "approx", "1700余", "项")),
        ("60多名", Quantity("=", Decimal(60), "名", "approx", "60多", "名")),
        ("近2000人", Quantity("=", Decimal(2000), "人", "approx", "2000", "人")),
        ("约1.5万平方米", Quantity("=", Decimal(15000), "平方米", "approx", "1.5万", "平方米")),
        ("三百余人", Quantity("=", Decimal(300), "人", "approx", "三百余", "人")),
        ("超过200家", Quantity(">", Decimal(200), "家", "at_least", "200", "家")),
        ("50人以上", Quantity(">=", Decimal(50), "人", "at_least", "50", "人")),
        ("不超过10辆", Quantity("<=", Decimal(10), "辆", "at_most", "10", "辆")),
        ("2亿立方米", Quantity("=", Decimal(200000000), "立方米", None, "2亿", "立方米")),
        ("1,150吨", Quantity("=", Decimal(1150), "吨", None, "1,150", "吨")),
    ],
)
def test_a_count_in_prose_is_multiplied_out_and_qualified(text: str, quantity: Quantity) -> None:
    assert parse_count(text) == quantity


@pytest.mark.parametrize(
    ("parts", "read"),
    [
        (("≥", "95", "%"), ("≥95%", ">=", Decimal(95), "%")),
        (("大于等于", "3", "个"), ("大于等于3个", ">=", Decimal(3), "个")),
        (("＝", "100%", "%"), ("＝100%", "=", Decimal(100), "%")),
        (("≥", "≥90", "%"), ("≥90%", ">=", Decimal(90), "%")),
        (("定量", "5", "次"), ("5次", "=", Decimal(5), "次")),
        (("", "5", "次"), ("5次", "=", Decimal(5), "次")),
        (("定性", "优良中低差", ""), ("优良中低差", None, None, None)),
        (("定性", "优良中低差", "/"), ("优良中低差", None, None, None)),
        (("≥", "", "%"), (None, None, None, None)),
        (("≥", "/", "/"), ("/", None, None, None)),
        ((None, None, None), (None, None, None, None)),
    ],
)
def test_three_columns_make_one_target(
    parts: tuple[str | None, str | None, str | None], read: tuple[str | None, str | None, Decimal | None, str | None]
) -> None:
    assert parse_measure_parts(*parts) == read


@given(
    st.sampled_from([">=", "<=", ">", "<", "="]),
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=0, max_value=10**9),
    st.sampled_from(["%", "次", "万元", "人次", "平方米", "元/人·月", "个百分点", "㎡"]),
)
def test_parsing_a_formatted_quantity_is_identity(op: str, value: Decimal, unit: str) -> None:
    quantity = parse_quantity(op + format_number(value) + unit)
    assert quantity is not None
    assert (quantity.op, quantity.value, quantity.unit) == (op, value, unit)


@given(st.text() | st.text(alphabet="0123456789.,%≥≤=不低于超过约近余多以上内万亿个人次年月率（）() /·一二十百分之"))
def test_quantities_never_raise(text: str) -> None:
    for quantity in (parse_quantity(text, "个"), parse_count(text)):
        assert quantity is None or quantity.value.is_finite()
    raw, op, value, unit = parse_measure_parts(text, text, text)
    assert (value is None) == (op is None)
    assert raw is None or isinstance(unit, str | None)
