"""Text → dates and years."""

from __future__ import annotations

import datetime
import re

from pipeline.normalize.number import parse_number
from pipeline.normalize.text import fold, narrow

_CHINESE = "〇零○OoＯ一二三四五六七八九"
_YEAR = rf"(?:(?<![0-9])(?:19|20)[0-9]{{2}}|(?<![{_CHINESE}])[一二][{_CHINESE}]{{3}})"
_DAY_NUMBER = r"(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})"
_WRITTEN = re.compile(rf"({_YEAR})\s*年\s*({_DAY_NUMBER})\s*月\s*({_DAY_NUMBER})\s*[日号]")
_DIGITS = re.compile(
    r"(?<![0-9./-])((?:19|20)[0-9]{2})\s*([-./])\s*([0-9]{1,2})\s*\2\s*([0-9]{1,2})(?![0-9]|[./-][0-9])"
)
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_YEAR_WORD = re.compile(rf"({_YEAR})(?:\s*(?:年度?)?\s*(?:[-—–~～至到、]|--|——)\s*({_YEAR}))?\s*年")
_SUBJECTS = (re.compile(r"绩效|自评|评价|决算"), re.compile(r"预算|支出|资金|总结|报告"))
_MONTH = re.compile(rf"\s*{_DAY_NUMBER}\s*月")
_WHOLE_YEAR = re.compile(r"\s*度")
_DOCUMENT_NUMBER = re.compile(r"[(〔\[【](?:19|20)\d{2}[)〕\]】]第?\d+号")  # of a paper, not of the title
_BARE_YEAR = re.compile(r"(?<![0-9A-Za-z.,〔\[])(20[0-9]{2})(?![0-9.,%〕\]号年])(?=[\u4e00-\u9fff)）]|$)")


def parse_date(text: str | None) -> datetime.date | None:
    """The date that `text` holds (`2021年 11月15日`, `2024.4.26`, `二〇二一年四月二十九日`, `20240426` alone).

    None where there is none, where there are several, or where the calendar has no such day.
    """
    if compact := _COMPACT.fullmatch(fold(text or "")):
        return _to_date(*compact.groups())
    dates = {date for _, _, date in find_date_spans(text or "")}
    return dates.pop() if len(dates) == 1 else None


def find_date_spans(text: str) -> list[tuple[int, int, datetime.date]]:
    """(start, end, date) of every full date in `text`, offsets into `text` itself."""
    narrowed = narrow(text)
    found = [(m.start(), m.end(), _to_date(m[1], m[2], m[3])) for m in _WRITTEN.finditer(narrowed)]
    found += [(m.start(), m.end(), _to_date(m[1], m[3], m[4])) for m in _DIGITS.finditer(narrowed)]
    return sorted((start, end, date) for start, end, date in found if date is not None)


def find_years(text: str) -> list[int]:
    """Each year that `text` names with 年 behind it, once, in order: `2022年度`, `二〇二二年`, `2021-2023年`.

    A range gives its two ends. Only 1900 to 2099.
    """
    years: list[int] = []
    for match in _YEAR_WORD.finditer(narrow(text)):
        years += [year for part in match.groups() if part and (year := _year_to_int(part)) and year not in years]
    return years


def parse_fiscal_year(text: str | None) -> int | None:
    """The year that a title reports on: `2020年项目支出绩效评价报告`, `（2023年度）`, `2023项目支出绩效自评表`.

    A year with 年度 wins over one with 年, which wins over a bare one; of a range the last, of several the nearest
    before what the title is about. A date or a month is no fiscal year.
    """
    narrowed = narrow(text or "")
    return _title_to_year(narrowed) or _title_to_year(fold(narrowed))


def _title_to_year(title: str) -> int | None:
    title = _DOCUMENT_NUMBER.sub("", title)
    found = [(m.start(), _year_to_int(m[2] or m[1]), m.end()) for m in _YEAR_WORD.finditer(title)]
    named = [(at, year, end) for at, year, end in found if year]
    marked = [(at, year) for at, year, end in named if _WHOLE_YEAR.match(title, end)]
    plain = [(at, year) for at, year, end in named if not _MONTH.match(title, end)]
    years = marked or plain or [(m.start(), int(m[1])) for m in _BARE_YEAR.finditer(title)]
    for subject in _SUBJECTS:
        match = subject.search(title)
        if match and (before := [year for at, year in years if at < match.start()]):
            return before[-1]
    return years[0][1] if years else None


def _to_date(year: str, month: str, day: str) -> datetime.date | None:
    numbers = (_year_to_int(year), _day_to_int(month), _day_to_int(day))
    if None in numbers:
        return None
    try:
        return datetime.date(*(number for number in numbers if number is not None))
    except ValueError:
        return None


def _year_to_int(text: str) -> int | None:
    if text.isascii() and text.isdigit():
        return int(text)
    value = parse_number(re.sub("[OoＯ]", "〇", text))
    return int(value) if value is not None and 1900 <= value <= 2099 else None


def _day_to_int(text: str) -> int | None:
    value = parse_number(text)
    return None if value is None else int(value)
