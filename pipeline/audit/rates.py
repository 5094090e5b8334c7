"""Rates of forms: execution against budget, the score for it, and posts filled against posts allowed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pipeline.audit.printed import HUNDRED, Printed, agrees, divide, read_printed, show
from pipeline.audit.rules import has, make_finding, owner_of, short, where_of
from pipeline.normalize.text import is_blank_value, join_lines
from pipeline.records import Figure, Finding, Fund, Indicator, Result, Severity

SCORE_NOISE = Decimal("0.05")  # points: what rounding of a rate moves the score
FAR = Decimal(50)  # a rate so many times the computed one: the amounts are in two units
WHOLE_POINT = Decimal("0.5")


def check_rates(result: Result) -> Iterator[Finding]:
    """execution_rate and rate_score of every funds line, control_rate of every evaluation."""
    for index, evaluation in enumerate(result.evaluations):
        where = where_of(result, index)
        for seq, fund in enumerate(evaluation.funds, 1):
            if not _repeats_total(evaluation.funds, seq):
                yield from check_execution(fund, seq, index, where)
            if seq == 1 or fund.item == "total":
                yield from check_rate_score(fund, seq, index, where)
        for seq, row in enumerate(evaluation.indicators, 1):
            yield from check_rate_indicator(row, seq, index, where)
    yield from check_control(result)


def _repeats_total(funds: tuple[Fund, ...], seq: int) -> bool:
    """Whether a line's rate is the first line's, printed once for all lines."""
    first, fund = funds[0], funds[seq - 1]
    return seq > 1 and fund.execution_rate_raw == first.execution_rate_raw and fund.score_raw == first.score_raw


def budget_of(fund: Fund) -> tuple[str, Printed] | None:
    """The budget that a line was executed against (its field, the amount): the adjusted one, else the initial one."""
    if fund.annual_budget is not None:
        return "annual_budget", read_printed(fund.annual_budget_raw, fund.annual_budget)
    if fund.initial_budget is not None and is_blank_value(fund.annual_budget_raw):
        return "initial_budget", read_printed(fund.initial_budget_raw, fund.initial_budget)
    return None


def check_execution(fund: Fund, seq: int, index: int, where: str) -> Iterator[Finding]:
    """The rate of a line against executed ÷ budget; 0 ÷ 0 has no rate.

    A rate that was computed on the initial budget, or was cut at 100 %, is unusual and no contradiction.
    """
    budget = budget_of(fund)
    if budget is None or fund.executed is None or fund.execution_rate is None or not budget[1].value:
        return
    field, amount = budget
    executed = read_printed(fund.executed_raw, fund.executed)
    rate = read_printed(fund.execution_rate_raw, fund.execution_rate)
    interval = divide(executed, amount)
    as_fraction = Printed(rate.value * HUNDRED, rate.half * HUNDRED)
    if interval is None or agrees(rate, interval) or (rate.value <= 1 and agrees(as_fraction, interval)):
        return
    initial = fund.initial_budget and divide(executed, read_printed(fund.initial_budget_raw, fund.initial_budget))
    is_capped = rate.value == HUNDRED and interval[0] > HUNDRED
    is_unusual = (
        bool(initial and agrees(rate, initial))
        or is_capped
        or _is_ungiven(fund)
        or _is_other_unit(rate.value, interval)
    )
    yield make_finding(
        "execution_rate",
        Severity.WARNING if is_unusual else Severity.ERROR,
        expected=show(executed.value / amount.value * HUNDRED),
        actual=show(rate.value, 4),
        refs=[f"funds:{seq}.{name}" for name in ("execution_rate", "executed", field)],
        evaluation=index,
        evidence=fund.evidence,
        where=where,
        name=short(fund.item_raw.rstrip("：:")),
        executed=join_lines(fund.executed_raw or ""),
        budget=join_lines(getattr(fund, f"{field}_raw") or ""),
    )


def _is_ungiven(fund: Fund) -> bool:
    """A rate of 0 over executed money: the cell was left as the template had it."""
    return fund.execution_rate == 0 and bool(fund.executed)


def _is_other_unit(rate: Decimal, interval: tuple[Decimal, Decimal]) -> bool:
    """Whether budget and executed amount are in units a hundred times or more apart."""
    return rate > 0 and not FAR > interval[0] / rate > 1 / FAR


def check_rate_score(fund: Fund, seq: int, index: int, where: str) -> Iterator[Finding]:
    """The score of the total line against its rate × weight; a whole score may be rounded, then it is unusual."""
    if fund.weight is None or fund.score is None or fund.weight <= 0:
        return
    rates = [fund.execution_rate] if fund.execution_rate is not None else []
    budget = budget_of(fund)
    if budget and budget[1].value and fund.executed is not None:
        rates.append(fund.executed / budget[1].value * HUNDRED)
    if not rates or (fund.evidence.source == "text"):
        return
    expected = [min(max(rate, Decimal(0)), HUNDRED) / HUNDRED * fund.weight for rate in rates]
    printed = read_printed(fund.score_raw, fund.score)
    gap = min(abs(printed.value - points) for points in expected)
    if gap <= max(SCORE_NOISE, printed.step if printed.places else Decimal(0)):
        return
    is_rounded = printed.places == 0 and gap <= WHOLE_POINT
    yield make_finding(
        "rate_score",
        Severity.WARNING if is_rounded else Severity.ERROR,
        expected=show(expected[0]),
        actual=show(printed.value, 4),
        refs=[f"funds:{seq}.{name}" for name in ("score", "execution_rate", "weight")],
        evaluation=index,
        evidence=fund.evidence,
        where=where,
        name=short(fund.item_raw.rstrip("：:")),
        rate=show(rates[0]),
        weight=show(fund.weight, 4),
    )


def check_rate_indicator(row: Indicator, seq: int, index: int, where: str) -> Iterator[Finding]:
    """An indicator for budget execution whose score is not rate × weight: unusual, for scoring rules differ."""
    rate, weight, score = row.actual_value, row.weight, row.score
    if (
        rate is None
        or not weight
        or score is None
        or row.actual_unit != "%"
        or not has("execution_name", row.level3 or "")
    ):
        return
    expected = min(max(rate, Decimal(0)), HUNDRED) / HUNDRED * weight
    if abs(score - expected) <= WHOLE_POINT:
        return
    yield make_finding(
        "rate_score",
        Severity.WARNING,
        expected=show(expected),
        actual=show(score, 4),
        refs=[f"indicators:{seq}.{name}" for name in ("score", "actual_value", "weight")],
        evaluation=index,
        evidence=row.evidence,
        where=where,
        name=short(row.level3 or ""),
        rate=show(rate),
        weight=show(weight, 4),
    )


def check_control(result: Result) -> Iterator[Finding]:
    """控制率 against staff ÷ posts, where an evaluation states exactly one of each.

    Posts of several kinds are several figures; which of them the rate counts is not said, so nothing is checked.
    """
    staffed = [row for row in enumerate(result.figures, 1) if (row[1].item or "").startswith("staff_")]
    for owner in dict.fromkeys(owner_of(result, figure) for _, figure in staffed):
        rows = [row for row in staffed if owner_of(result, row[1]) == owner]
        quota, staff = _only(rows, "staff_quota"), _only(rows, "staff_actual")
        for rate in _of_item(rows, "staff_control_rate"):
            if quota is None or staff is None or not quota[1].value or rate[1].unit != "percent":
                continue
            yield from _control(result, owner, quota, staff, rate)


def _control(
    result: Result, owner: int | None, quota: tuple[int, Figure], staff: tuple[int, Figure], rate: tuple[int, Figure]
) -> Iterator[Finding]:
    stated, allowed, filled = rate[1].value, quota[1].value, staff[1].value
    if stated is None or not allowed or filled is None or rate[1].qualifier:
        return
    computed = filled / allowed * HUNDRED
    if agrees(read_printed(rate[1].value_raw, stated), (computed, computed)):
        return
    yield make_finding(
        "control_rate",
        Severity.ERROR,
        expected=show(computed),
        actual=show(stated),
        refs=[f"figures:{seq}.value" for seq, _ in (rate, staff, quota)],
        evaluation=owner,
        evidence=rate[1].evidence,
        where="" if owner is None else where_of(result, owner),
        staff=show(filled, 0),
        quota=show(allowed, 0),
    )


def _of_item(rows: list[tuple[int, Figure]], item: str) -> list[tuple[int, Figure]]:
    return [row for row in rows if row[1].item == item and row[1].value is not None]


def _only(rows: list[tuple[int, Figure]], item: str) -> tuple[int, Figure] | None:
    """The one count of an item, the table's before the text's; None where it has several values."""
    found = [row for row in _of_item(rows, item) if row[1].unit != "percent" and row[1].qualifier is None]
    tabled = [row for row in found if row[1].evidence.source == "table"] or found
    return tabled[0] if len({row[1].value for row in tabled}) == 1 else None
