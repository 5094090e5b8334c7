"""Changes that a sentence states: the amount against two years, the rate against amount and base."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from pipeline.audit.places import FigureIndex, has_break, name_of
from pipeline.audit.printed import HUNDRED, Printed, agrees, divide, gap_of, show, show_money
from pipeline.audit.rules import has, make_finding
from pipeline.audit.sentences import Sentence, Token
from pipeline.records import Finding, Severity

MAX_LABEL_CHARS = 40  # more words than these name another subject
YEAR = re.compile(r"(20\d{2})年?")


def check_changes_said(sentence: Sentence, index: FigureIndex) -> Iterator[Finding]:
    """`本年C万元，较上年增加D万元，增长r%`: D against C − P, r against D ÷ P; for counts of one unit too."""
    levels: list[Token] = []
    tokens = sentence.tokens
    for at, token in enumerate(tokens):
        if has_break(token):
            levels = []
        if token.kind in ("money", "count") and not has("change", token.clause):
            levels += [] if has("per", token.clause) else [token]
        elif token.kind in ("money", "count"):
            follower = tokens[at + 1] if at + 1 < len(tokens) else None
            rate = follower if follower and _is_change_rate(follower) else None
            alike = [level for level in levels if level.kind == token.kind and _is_alike(level, token)]
            yield from _change_said(sentence, alike, token, rate, index)
            levels = []
        elif _is_change_rate(token):
            if len(levels) == 2 and levels[0].kind == levels[1].kind and _is_alike(*levels):
                yield from _rate_of_change(sentence, levels, token, index)
            levels = []


def _is_alike(one: Token, other: Token) -> bool:
    return one.kind == "money" or one.unit == other.unit


def _is_change_rate(token: Token) -> bool:
    return token.kind == "percent" and has("change", token.clause) and not has_break(token)


def _signed(token: Token) -> Decimal:
    return -abs(token.value) if has("decrease", token.clause) else token.value


def _split_years(amounts: list[Token], change: Token) -> tuple[Token | None, Token | None]:
    """(current, previous) among the one or two amounts before a change, by their words and years."""
    current: Token | None = None
    previous: Token | None = None
    change_year = YEAR.findall(change.label)
    for token in amounts:
        year = YEAR.findall(token.label)
        years = [int(y) for y in change_year[:1]]
        is_older = bool(year and years and int(year[-1]) < years[0] and len(amounts) == 1 and "比上年" in change.label)
        if not has("current", token.label) and (has("previous", token.clause) or is_older):
            previous = token
        else:
            current = token
    if len(amounts) == 2 and previous is None:
        years_of = [YEAR.findall(token.label) for token in amounts]
        if all(years_of) and years_of[0][-1] != years_of[1][-1]:
            older = 0 if years_of[0][-1] < years_of[1][-1] else 1
            return amounts[1 - older], amounts[older]
        return (amounts[1] if _is_own_sentence(change) and has("current", amounts[1].label) else None), None
    return current, previous


def _is_own_sentence(change: Token) -> bool:
    """Whether the change speaks of the amount before it: no other subject stands between."""
    label = re.sub(
        r"(?:增加|增长|上升|提高|提升|上涨|减少|下降|降低|压减|压缩|缩减|减幅|降幅|增幅|增|减|增减额)(?:了|额|率|幅度?|为|达|约|是|[:])*$",
        "",
        change.label,
    )
    return len(label) <= MAX_LABEL_CHARS and has("same_subject", label)


def _change_said(
    sentence: Sentence, levels: list[Token], change: Token, rate: Token | None, index: FigureIndex
) -> Iterator[Finding]:
    """The findings on one change. Where a list stands before it, any amount of the list may be the one that changed."""
    if not levels or not _is_own_sentence(change):
        return
    others, levels = levels[:-2], levels[-2:]
    if len(levels) == 2 and not has("previous", levels[0].clause + levels[1].clause) and not _two_years(levels):
        others, levels = [*others, levels[0]], levels[1:]
    current, previous = _split_years(levels, change)
    moved = Printed(_signed(change), change.printed.half, change.printed.places)
    if current and previous:
        gap, rounding = gap_of(moved, [current.printed, _negative(previous.printed)])
        if abs(gap) > rounding + moved.half:
            yield _amount_finding(sentence, change, current, previous, moved.value + gap, index)
            return
    base = previous.printed if previous else _base(current, moved)
    if rate is None or base is None or base.value <= 0 or _is_mixed(change, rate):
        return
    stated = Printed(abs(rate.value), rate.printed.half, rate.printed.places)
    if any(_explains(other, moved, stated) for other in others):
        return
    severity = Severity.WARNING if any(has("parts", token.label) for token in (*others, *levels)) else Severity.ERROR
    yield from _judge_rate(sentence, moved, base, rate, [change, current or previous or change], index, severity)


def _explains(level: Token, moved: Printed, rate: Printed) -> bool:
    """Whether the rate is the change over another amount's base."""
    base = _base(level, moved)
    interval = divide(Printed(abs(moved.value), moved.half), base) if base and base.value > 0 else None
    return interval is not None and agrees(rate, interval)


def _amount_finding(
    sentence: Sentence, change: Token, current: Token, previous: Token, expected: Decimal, index: FigureIndex
) -> Finding:
    def worded(value: Decimal) -> str:
        return show_money(value, change.unit) if change.kind == "money" else f"{show(value)}{change.unit}"

    place = index.place(sentence, (change, current, previous))
    return make_finding(
        "change_amount",
        Severity.ERROR,
        expected=worded(expected),
        actual=worded(_signed(change)),
        refs=place.refs,
        evaluation=place.evaluation,
        evidence=place.evidence,
        name=name_of(current),
    )


def _two_years(amounts: list[Token]) -> bool:
    years = [YEAR.findall(token.label) for token in amounts]
    return all(years) and years[0][-1] != years[1][-1]


def _is_mixed(change: Token, rate: Token) -> bool:
    """Whether an amount that grew stands beside a rate that fell: they do not speak of the same."""
    return has("decrease", change.clause) != has("decrease", rate.clause) and "幅" not in rate.clause


def _base(current: Token | None, moved: Printed) -> Printed | None:
    if current is None:
        return None
    return Printed(current.value - moved.value, current.printed.half + moved.half)


def _negative(printed: Printed) -> Printed:
    return Printed(-printed.value, printed.half, printed.places)


def _rate_of_change(sentence: Sentence, amounts: list[Token], rate: Token, index: FigureIndex) -> Iterator[Finding]:
    """`由A万元增加到B万元，增长r%`."""
    current, previous = _split_years(amounts, rate)
    if current is None or previous is None or not previous.value or not _is_own_sentence(rate):
        return
    moved = Printed(current.value - previous.value, current.printed.half + previous.printed.half)
    yield from _judge_rate(sentence, moved, previous.printed, rate, [current, previous], index)


def _judge_rate(
    sentence: Sentence,
    moved: Printed,
    base: Printed,
    rate: Token,
    others: list[Token],
    index: FigureIndex,
    severity: Severity = Severity.ERROR,
) -> Iterator[Finding]:
    interval = divide(Printed(abs(moved.value), moved.half), base)
    stated = Printed(abs(rate.value), rate.printed.half, rate.printed.places)
    if interval is None or agrees(stated, interval):
        return
    place = index.place(sentence, (rate, *others))
    yield make_finding(
        "change_rate",
        severity,
        expected=show(abs(moved.value) / base.value * HUNDRED),
        actual=show(abs(rate.value), 4),
        refs=place.refs,
        evaluation=place.evaluation,
        evidence=place.evidence,
        name=name_of(others[-1]),
    )
