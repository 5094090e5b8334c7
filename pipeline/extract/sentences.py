"""Running text → figures: every budget figure, count, rate and change that a paragraph states."""

from __future__ import annotations

import re
from typing import Literal

from pipeline.extract.carried import MONEY_NAME, Carried
from pipeline.extract.clauses import Place, find_places, find_quantities, may_hold_figure, split_sentences
from pipeline.extract.figure_rules import figure_rules
from pipeline.extract.readings import read_place, start_item
from pipeline.extract.roles import compares, find_measure, is_start_value, names_last_year, years_in
from pipeline.labels import item_code
from pipeline.normalize.text import join_lines, narrow
from pipeline.records import Evidence, Figure

MAX_HEADING_CHARS = 30
_TITLE = re.compile(
    r"[^。；：，,;:]{4,60}(?:报告|公开|方案|通知|办法|一览表|自评表|评分表|情况表|基础数据表|公示)(?:[（(][^）)]*[）)])?"
)
_LISTED_YEARS = re.compile(r"((?:(?:19|20)\d{2}\s*年度?\s*[、和与及,]?\s*){2,})[^,;。\d]{0,12}分别")
_OF_LAST_YEAR = re.compile(r"(?:上年度?|去年|上一年度?)(?:同期)?(?:的|(?:支出|决算|执行|预算)(?:数|额)?的?)?$")
_OF_YEAR = re.compile(r"[较比与同]((?:19|20)\d{2})\s*年度?(?:同期)?(?:的|(?:支出|决算|执行|预算)(?:数|额)?的?)?$")
_WITH_YEAR = re.compile(r"[与同和较比]((?:19|20)\d{2})\s*年[^,;]*$")  # `与2022年的补助384万元相比`
_EXPECTED_OF_ANOTHER = re.compile(r"预计[^;]*;")  # holds for its own item of a list
_REACHED = re.compile(r"实际|已(?:完成|建成|改造|支付|支出|实现)|完成值|完成率")
_HAS_WORD = re.compile(r"[\u4e00-\u9fffA-Za-z]")
_ROW = re.compile(  # two values side by side, no word between them
    r"\d(?:\.\d+)?[^\s\d,;:.。、()]{0,4}\s+[≥≤<>=]{0,2}\d[\d.,]*(?![年月日号])[^\s\d年月日号、]{0,4}(?=\s|$)"
)
_CLAUSE_MARK = re.compile(r"[。;]|,(?!\d{3})")
_ASIDE = re.compile(r"(?<=,)\d{4}\s*年度?(?:同期)?(?:预算|决算|支出|执行)?数?(?:约?为|是)?\s*\d")
_CLAUSE_END = re.compile(r"[,;]")
_HEADING_NUMBER = re.compile(r"^\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]\s*)+")
_HEADING_TAIL = re.compile(r"(?:的|使用|管理|总体|收支|预算|决算|执行|及|和)*(?:情况|说明|分析)(?:说明|分析)?$")


def find_figures(text: str, *, year: int | None, evidence: Evidence, heading: str | None = None) -> list[Figure]:
    """Every figure that one paragraph or prose cell states, in order, each with its sentence.

    `year` holds where the text names none; `heading` names what a clause without a subject speaks of. Document
    numbers, dates, durations, scores, grading rules, ranges and ordinals are no figures. A statement that is made
    twice is given once.
    """
    if not may_hold_figure(text) or _TITLE.fullmatch(text.strip()):
        return []
    figures: list[Figure] = []
    carried = Carried(year=year, topic=_topic(heading))
    for sentence in split_sentences(text):
        if _is_row(sentence):
            continue
        if may_hold_figure(sentence):
            found, carried = _sentence_figures(sentence, carried, heading or "", evidence)
            figures += found
        elif len(sentence) <= MAX_HEADING_CHARS:
            carried = carried._replace(topic=_topic(sentence) or carried.topic)
        carried = _next_sentence(sentence, carried, year)
    return _once(figures)


def _is_row(sentence: str) -> bool:
    """Whether a line is a row of a table without its columns (`保障率 =100% 22.5`): none says which value is which."""
    narrowed = narrow(sentence)
    return _ROW.search(narrowed) is not None and _CLAUSE_MARK.search(narrowed) is None


def _topic(heading: str | None) -> str:
    """The item that a heading names (`（一）基本支出情况` → `基本支出`); empty where it names no known one."""
    label = _HEADING_NUMBER.sub("", (heading or "").strip()).strip("。：: ")
    for name in (_HEADING_TAIL.sub("", label), label):
        if item_code(name):
            return name
    return ""


def _next_sentence(sentence: str, carried: Carried, year: int | None) -> Carried:
    """What the next sentence inherits: the subject; another year only where this sentence began with it."""
    named = years_in(sentence)
    opening = next((found for at, found, is_month in named if at <= 4 and not is_month), None)
    kept = opening if opening and (year is None or opening <= year) else year if named else carried.year
    return Carried(
        year=kept, topic=carried.topic, subject=carried.subject, counted=carried.counted, last=carried.last,
        amount=carried.amount, told=carried.measure,
    )  # fmt: skip


def _sentence_figures(
    sentence: str, carried: Carried, heading: str, evidence: Evidence
) -> tuple[list[Figure], Carried]:
    """The figures of one sentence, and what the next one inherits."""
    narrowed = narrow(sentence)
    is_grading = figure_rules().grading.search(narrowed) is not None
    context = join_lines(sentence)
    figures: list[Figure] = []
    years = years_in(sentence)
    listed = _listed_years(sentence)
    opening = carried.year
    if re.match(r"\W*其中", sentence):
        carried = carried._replace(measure=carried.told)
    for place in find_places(sentence, find_quantities(sentence)):
        carried = _past_parenthesis(place, carried)
        carried = _under_head(place, carried._replace(year=_named_year(narrowed, years, place, opening)))
        if is_start_value(narrow(place.left), narrowed[place.quantity.end : place.quantity.end + 12]):
            carried = carried._replace(started=start_item(place, carried))
            continue
        if is_grading and place.quantity.kind in ("percent", "points"):
            continue
        if listed and place.quantity.start > listed[0][0]:
            carried, listed = carried._replace(year=listed[0][1]), listed[1:]
        readings, carried = read_place(place, carried)
        of_things = place.quantity.kind in ("money", "count") and bool(readings)
        recent = (*carried.recent, readings[-1].item)[-2:] if of_things else carried.recent
        carried = carried._replace(started="", recent=recent)
        figures += [
            Figure(
                item_raw=reading.item,
                item=reading.code,
                measure=reading.measure,
                fiscal_year=_year_of(place, carried),
                value=reading.value,
                unit=reading.unit,
                value_raw=place.quantity.value_raw,
                unit_raw=place.quantity.unit_raw,
                qualifier=_qualifier(place, is_target=_is_target(sentence[: place.quantity.start], heading)),
                context=context,
                evidence=evidence,
            )
            for reading in readings
            if _HAS_WORD.search(reading.item)
        ]
    return figures, carried


def _is_target(before: str, heading: str) -> bool:
    """Whether the words before a quantity, or the heading, speak of what is wanted and not of what was reached."""
    rules = figure_rules()
    before = _EXPECTED_OF_ANOTHER.sub(";", narrow(before))
    wanted = next(reversed(list(rules.target.finditer(before))), None)
    if wanted and _REACHED.search(before, wanted.end()):
        wanted = None  # `计划改造58户，实际完成58户`
    return bool(wanted or rules.target_heading.search(narrow(heading)))


def _qualifier(place: Place, *, is_target: bool) -> Literal["approx", "at_least", "at_most", "target"] | None:
    qualifier = place.quantity.qualifier
    return "target" if is_target and qualifier != "approx" else qualifier


def _past_parenthesis(place: Place, carried: Carried) -> Carried:
    """What was last spoken of: behind a parenthesis, what stood before it (`案件128件（其中民事102件），上升8.5%`)."""
    if place.outer:
        return carried._replace(outside=carried.outside or carried.last)
    if not carried.outside:
        return carried
    part = carried.outside if MONEY_NAME.search(narrow(carried.outside)) else carried.part
    return carried._replace(last=carried.outside, part=part, outside="")


def _under_head(place: Place, carried: Carried) -> Carried:
    """The measure of a head before a colon (`资金使用情况为：办公费10万元`) holds for what it introduces."""
    head = find_measure(narrow(place.head)) if place.head else None
    return carried._replace(measure=head or carried.measure)


def _listed_years(sentence: str) -> list[tuple[int, int]]:
    """(offset, year) for each amount to come of `2022年、2023年分别安排120万元、135万元`."""
    match = _LISTED_YEARS.search(narrow(sentence))
    return [(match.end(), int(year)) for year in re.findall(r"\d{4}", match[1])] if match else []


def _named_year(narrowed: str, years: list[tuple[int, int, bool]], place: Place, before: int | None) -> int | None:
    """The last year named before a quantity; a month's (`2019年7月招聘`) holds to the end of its clause only."""
    kept = before
    for at, year, is_month in years:
        between = narrowed[at : place.quantity.start]
        if _is_closed(between) or (is_month and _CLAUSE_END.search(between)):
            continue
        if ";" in between and _ASIDE.match(narrowed, at):
            continue
        if at < place.quantity.start:
            kept = year
    return kept


def _is_closed(between: str) -> bool:
    """Whether a parenthesis that was open at the start of `between` ends in it: what it says holds inside only."""
    if ")" not in between:
        return False
    depth = 0
    for char in between:
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return True
    return False


def _year_of(place: Place, carried: Carried) -> int | None:
    """The year in force, or the one before it where the words say so and compare nothing."""
    left = narrow(place.left)
    if match := _OF_YEAR.search(left):
        return int(match[1])
    if (match := _WITH_YEAR.search(left)) and re.match(r"\s*(?:相比|相较|比较)", place.right):
        return int(match[1])
    last_year = _OF_LAST_YEAR.search(left) or (
        names_last_year(left) and not compares(re.sub(r"上年度?|去年|上一年度?", "", left))
    )
    return carried.year - 1 if last_year and carried.year else carried.year


def _once(figures: list[Figure]) -> list[Figure]:
    """The figures in order, a repeated statement left out."""
    seen: dict[tuple[object, ...], Figure] = {}
    for figure in figures:
        wanted = figure.qualifier == "target"
        seen.setdefault(
            (figure.item_raw, figure.measure, figure.fiscal_year, figure.value, figure.unit, wanted), figure
        )
    return list(seen.values())
