from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalize.dates import find_date_spans, find_years, parse_date, parse_fiscal_year

DATES = st.dates(min_value=datetime.date(1900, 1, 1), max_value=datetime.date(2099, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "2019年3月7日",
        "2019年 3 月 7日",
        "2019-03-07",
        "2019.3.7",
        "2019/3/7",
        "２０１９年３月７日",
        "二〇一九年三月七日",
        "二O一九年三月七日",
        "20190307",
        "填报日期：2019年3月7日",
    ],
)
def test_a_date_is_read_in_every_form(text: str) -> None:
    assert parse_date(text) == datetime.date(2019, 3, 7)


@pytest.mark.parametrize(
    "text",
    [
        "2023年2月30日",
        "2019年13月1日",
        "2019年3月",
        "2019年3月7日至2019年4月7日",
        "1.2019.3.7",
        "",
        "无",
        None,
        "202 31 1",
    ],
)
def test_impossible_incomplete_or_several_dates_are_none(text: str | None) -> None:
    assert parse_date(text) is None


@given(
    DATES,
    st.sampled_from(
        ["{0.year}年{0.month}月{0.day}日", "{0.year}-{0.month:02}-{0.day:02}", "{0.year}.{0.month}.{0.day}"]
    ),
)
def test_parsing_a_formatted_date_is_identity(date: datetime.date, form: str) -> None:
    assert parse_date(form.format(date)) == date


def test_dates_come_in_order_with_their_offsets() -> None:
    text = "自2018.5.1起，至二〇一八年十二月三十一日止"
    assert [(text[start:end], date) for start, end, date in find_date_spans(text)] == [
        ("2018.5.1", datetime.date(2018, 5, 1)),
        ("二〇一八年十二月三十一日", datetime.date(2018, 12, 31)),
    ]


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2018年度", [2018]),
        ("（2018 年度）", [2018]),
        ("２０１８年", [2018]),
        ("二〇一八年度", [2018]),
        ("2017-2019年", [2017, 2019]),
        ("2018年、2017年和2018年", [2018, 2017]),
        ("12018年", []),
        ("1899年", []),
        ("三百年", []),
        ("2018", []),
    ],
)
def test_years_are_found_once_each_in_order(text: str, years: list[int]) -> None:
    assert find_years(text) == years


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("2018年项目支出绩效评价报告", 2018),
        ("（2018年度）", 2018),
        ("2018项目支出绩效自评表", 2018),
        ("二〇一八年度部门整体支出绩效自评报告", 2018),
        ("2019年度部门预算及2018年度绩效自评公开", 2018),
        ("2018年9个项目绩效评价", 2018),
        ("关于2018年绩效评价的报告（2019年5月）", 2018),
        ("2017—2018年绩效评价", 2018),
        ("2 0 1 8 年度绩效自评", 2018),
        ("2018年5月10日", None),
        ("财绩〔2018〕45号", None),
        ("绩效自评总报告", None),
        ("", None),
        (None, None),
    ],
)
def test_a_title_names_the_year_it_reports_on(title: str | None, year: int | None) -> None:
    assert parse_fiscal_year(title) == year


@given(st.text() | st.text(alphabet="0123456789年月日度-./〇一二三十 "))
def test_dates_and_years_never_raise(text: str) -> None:
    assert all(1900 <= year <= 2099 for year in find_years(text))
    assert parse_date(text) is None or 1900 <= parse_date(text).year <= 2099  # type: ignore[union-attr]
    assert parse_fiscal_year(text) is None or 1900 <= (parse_fiscal_year(text) or 0) <= 2099


def test_the_year_of_a_document_s_number_is_not_the_title_s() -> None:
    assert parse_fiscal_year("某县统计局某财行(2022)10号 调查经费项目支出绩效自评表") is None
    assert parse_fiscal_year("某财行〔2022〕10号调查经费2023年度绩效自评表") == 2023
