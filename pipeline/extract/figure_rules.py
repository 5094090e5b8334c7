"""models/figures.toml, compiled: what counts as a figure in running text, and what its words mean."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from pipeline.lexicon import load_toml
from pipeline.normalize.number import CHINESE_NUMERAL
from pipeline.normalize.quantity import Qualifier
from pipeline.normalize.text import narrow
from pipeline.records import Measure

# On half-width text. A grouped number may have a blank after its comma; a sign counts only where no range is meant.
NUMBER = r"(?:(?<![\d%元个人项件]\s)(?<![\d%元个人项件A-Za-z)])-\s?)?(?:\d{1,3}(?:,\s?\d{3})+(?!\d)|\d+)(?:\.\d+)?"
NOT_INSIDE = r"(?<![\d.A-Za-z〔第×*/+~—–±-])(?<![\d.],)(?<![\d%]至)(?<![\d%]到)"
NUMERAL = rf"{CHINESE_NUMERAL}{{1,14}}"


BEFORE: tuple[Qualifier, ...] = ("at_least", "at_most", "approx")  # the first that fits wins
AFTER: tuple[Qualifier, ...] = ("approx", "at_least", "at_most")


@dataclass(frozen=True, slots=True)
class FigureRules:
    """The compiled rules. Patterns are searched in half-width text; see the file for what each stands for."""

    masks: tuple[tuple[str, re.Pattern[str]], ...]
    measures: tuple[tuple[Measure, re.Pattern[str]], ...]
    money: re.Pattern[str]
    percent: re.Pattern[str]
    count: re.Pattern[str]
    numeral_count: re.Pattern[str]
    large_only: frozenset[str]
    before: tuple[tuple[Qualifier, re.Pattern[str]], ...]  # qualifier → words in front of the number
    after: tuple[tuple[Qualifier, re.Pattern[str]], ...]  # qualifier → words behind the unit
    grading: re.Pattern[str]
    target: re.Pattern[str]
    target_heading: re.Pattern[str]
    up: tuple[str, ...]
    change: re.Pattern[str]  # a verb of change at the end of the words before a number
    change_with_object: re.Pattern[str]
    light: frozenset[str]
    money_verb: re.Pattern[str]  # a verb of paying with its object behind it
    adverbs: frozenset[str]
    scope: re.Pattern[str]
    generic: re.Pattern[str]
    whole: re.Pattern[str]
    named_line: re.Pattern[str]
    not_a_line: re.Pattern[str]


@cache
def figure_rules() -> FigureRules:
    """The rules of models/figures.toml; compiled once."""
    rules = load_toml("figures.toml")
    qualifiers, words, change = rules["qualifiers"], rules["words"], rules["change"]
    more = f"(?:{_either(rules['units']['approx'])})?"
    verbs = _either([*change["up"], *change["down"]], literal=False)
    return FigureRules(
        masks=tuple((rule["name"], re.compile(rule["pattern"])) for rule in rules["mask"]),
        measures=tuple((Measure(rule["code"]), re.compile(rule["pattern"])) for rule in rules["measure"]),
        money=_money_pattern(more),
        percent=re.compile(
            rf"{NOT_INSIDE}(?P<number>{NUMBER})(?P<more>{more})\s?(?P<unit>%|﹪|‰|个?百分点|百分比)(?!\s?[-~—至到]\s?\d)"
            rf"|(?P<words>(?:百分之|千分之){CHINESE_NUMERAL}{{1,8}})"
        ),
        count=_count_pattern(more, rules["units"]),
        numeral_count=re.compile(
            rf"(?<![第零一二三四五六七八九十百千万])(?P<number>[一二两三四五六七八九十][一二三四五六七八九十百千万]*)余?(?P<unit>{_guarded(rules['units'])})"
        ),
        large_only=frozenset(rules["units"]["large_only"]),
        before=tuple(
            (name, re.compile(f"(?:{_either(qualifiers[f'{name}_before'], literal=False)})(?:了|到|过)?$"))
            for name in BEFORE
        ),
        after=tuple(
            (name, re.compile(f"\\s*(?:{_either(qualifiers[f'{name}_after'], literal=False)})")) for name in AFTER
        ),
        grading=re.compile(rules["grading"]["sentence"]),
        target=re.compile("|".join(qualifiers["target"])),
        target_heading=re.compile(qualifiers["target_heading"]),
        up=tuple(change["up"]),
        change=re.compile(rf"(?P<verb>{verbs})(?:幅度|额|数|率|比例|金额)?(?:约?为|了|到?达|达到|约|近)*$"),
        change_with_object=re.compile(rf"^(?P<verb>{_either(change['with_object'])})"),
        light=frozenset(words["light"]),
        money_verb=re.compile(
            rf"^.*(?<!转移)(?<!未)(?<!配套)(?:{_either(words['money'])})(?:了|过)?"
            r"(?=[\u4e00-\u9fff“\"])(?!率|进度|数|额|情况|计划|的|(?:全年|年初|本年|当年|年度|调整后?)*(?:预算|决算|执行)数|完成|能力|标准|方式|预算(?:数|$)|决算|总额|金额|资金额?$|支出|及|和|与|、|费|水平|项目$|结转)"
        ),
        adverbs=frozenset(words["adverbs"]),
        scope=re.compile(f"^(?:{words['scope']})(?=.)(?![的])"),
        generic=re.compile(f"(?:{words['generic']})+"),
        whole=re.compile(words["whole"]),
        named_line=re.compile(f"{words['named_line']}$"),
        not_a_line=re.compile(words["not_a_line"]),
    )


def mask_spans(text: str) -> list[tuple[int, int]]:
    """Spans of half-width `text` in which no figure stands (document numbers, dates, codes, grading rules), sorted."""
    return sorted(match.span() for _, mask in figure_rules().masks for match in mask.finditer(text))


def _either(words: Iterable[str], *, literal: bool = True) -> str:
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word) if literal else word for word in ordered)


def _guarded(units: dict[str, list[list[str]]]) -> str:
    guarded = sorted(units["guarded"], key=lambda pair: len(pair[0]), reverse=True)
    return "|".join([_either(map(str, units["list"])), *(f"{re.escape(unit)}(?!{guard})" for unit, guard in guarded)])


def _money_pattern(more: str) -> re.Pattern[str]:
    per = r"(?P<per>[/每][人户亩吨年月天日次公里平方米座个件·/]{1,6})?"
    unit = r"(?:(?:[百千十]?万|亿|[百千])\s?余?\s?(?:人民币)?元|元|(?:[百千]?万|亿)(?=\s*(?:[,;。、()]|$)))"
    return re.compile(
        rf"{NOT_INSIDE}(?P<number>{NUMBER})(?P<more>{more})\s?(?P<unit>{unit})(?![素旦月宵件器/]){per}"
        rf"|{NOT_INSIDE}(?P<pieces>\d+亿(?:零)?\d+(?:\.\d+)?万元)"
        rf"|(?<!第)(?P<words>{NUMERAL}(?<=[{CHINESE_NUMERAL[1:-1]}])元)整?(?![素旦月宵件器])"
    )


def _count_pattern(more: str, units: dict[str, list[list[str]]]) -> re.Pattern[str]:
    per = r"(?P<per>/(?:年|月|天|日|d|h|小时|次|[百千万]?(?:人|户|亩|公顷|平方米|公里)))?"
    return re.compile(
        rf"{NOT_INSIDE}(?P<number>{NUMBER})\s?(?P<more>{more})(?P<large>[百千]?万|亿|千)?(?P<more2>{more})\s?"
        rf"(?P<unit>{_guarded(units)}){per}"
    )


def example_text(text: str) -> str:
    """`text` as the patterns see it: half-width, offsets kept."""
    return narrow(text)
