"""Full marks for an indicator whose actual value misses its target."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pipeline.audit.printed import show
from pipeline.audit.rules import has, make_finding, short, where_of
from pipeline.normalize.money import unit_to_yuan
from pipeline.normalize.text import fold, join_lines
from pipeline.records import Finding, Indicator, Result, Severity

TIME_UNITS = ("年", "月", "个月", "周", "天", "日", "个工作日", "工作日", "小时", "分钟", "秒")
COST_LEVELS = ("cost", "economic_cost", "social_cost", "ecological_cost")


def check_targets(result: Result) -> Iterator[Finding]:
    """target_missed: a warning, for the score may follow rules that the form does not print."""
    for index, evaluation in enumerate(result.evaluations):
        for seq, row in enumerate(evaluation.indicators, 1):
            if not row.score or row.weight is None or row.score < row.weight or not is_missed(row):
                continue
            yield make_finding(
                "target_missed",
                Severity.WARNING,
                expected=join_lines(row.target_raw or ""),
                actual=join_lines(row.actual_raw or ""),
                refs=[f"indicators:{seq}.{field}" for field in ("actual_value", "target_value", "score")],
                evaluation=index,
                evidence=row.evidence,
                where=where_of(result, index),
                name=short(row.level3 or "指标"),
                score=show(row.score, 4),
            )


def is_missed(row: Indicator) -> bool:
    """Whether the actual value lies on the wrong side of the target: below `≥`, above `≤`.

    `=` is missed from below, or from above where less is better (costs, complaints, a target of 0). Values in units
    that cannot be compared, a share against a percentage (`0.95` against `≥90%`), an exact time (a duration or a length
    of service?) and what is done about something bad (`投诉下降率`, `成本节约额`: is more better?) miss nothing.
    """
    pair = _same_unit(row)
    if pair is None or row.target_op is None:
        return False
    target, actual = pair
    op = row.target_op
    if op in (">=", ">"):
        return actual < target or (op == ">" and actual == target)
    if op in ("<=", "<"):
        return actual > target or (op == "<" and actual == target)
    if fold(row.target_unit or "") in TIME_UNITS:
        return False
    name = fold(row.level3 or "")
    is_cost = row.level2 in COST_LEVELS or row.level1 == "cost"
    less_is_better = is_cost or has("negative", name)
    if less_is_better and (has("reduced", name) or (not is_cost and has("relieved", name))):
        return False
    return actual > target if less_is_better or target == 0 else actual < target


def _same_unit(row: Indicator) -> tuple[Decimal, Decimal] | None:
    """Target and actual value in one unit; None where either is no number or the units differ."""
    if row.target_value is None or row.actual_value is None or _may_be_fraction(row):
        return None
    target_unit, actual_unit = fold(row.target_unit or ""), fold(row.actual_unit or "")
    if target_unit == actual_unit or not target_unit or not actual_unit:
        return row.target_value, row.actual_value
    target_yuan, actual_yuan = unit_to_yuan(target_unit), unit_to_yuan(actual_unit)
    if "元" in target_unit and "元" in actual_unit and target_yuan and actual_yuan:
        return row.target_value * target_yuan, row.actual_value * actual_yuan
    return None


def _may_be_fraction(row: Indicator) -> bool:
    """Whether the actual value is printed without `%`, as a number that may be the share itself: sheets store it so."""
    target, actual = row.target_value or 0, row.actual_value or 0
    has_sign = "%" in fold(row.actual_raw or "")
    return fold(row.target_unit or "") == "%" and not has_sign and 0 < actual <= 1 < target
