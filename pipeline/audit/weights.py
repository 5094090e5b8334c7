"""Points: what the weights and the scores of a form add up to, and no score above its weight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby

from pipeline.audit.printed import Printed, read_printed, show
from pipeline.audit.rules import make_finding, short, where_of
from pipeline.normalize.text import fold
from pipeline.records import Evaluation, Evidence, Finding, Fund, Indicator, Result, Severity

FULL = Decimal(100)
EXECUTION_POINTS = Decimal(10)  # what budget execution weighs in the ministry's form
POINT_PLACES = 4
BONUS = Decimal("1.2")  # times full marks: more than a total with extra points comes to
LEAST_FULL = Decimal(80)  # weights that add up to less are part of a form, or shares of one
MANY_WRONG_LEVELS = 3  # a publisher slips once or twice; a table read askew breaks everywhere


def check_weights(result: Result) -> Iterator[Finding]:
    """weights_sum, scores_sum, level_weight and score_over_weight of every form."""
    for index, evaluation in enumerate(result.evaluations):
        yield from check_over_weight(result, index, evaluation)
        yield from check_total_over_full(result, index, evaluation)
        rows = [row for row in evaluation.indicators if row.evidence.source == "table"]
        if not rows:
            continue
        yield from check_levels(result, index, evaluation)
        yield from check_weights_sum(result, index, evaluation, rows)
        yield from check_scores_sum(result, index, evaluation, rows)


def check_over_weight(result: Result, index: int, evaluation: Evaluation) -> Iterator[Finding]:
    """Every row whose score is above its weight; rows that a merged cell gave twice are named once."""
    where = where_of(result, index)
    rows: list[tuple[str, int, str | None, Fund | Indicator]] = [
        ("funds", seq, row.item_raw, row) for seq, row in enumerate(evaluation.funds, 1)
    ]
    rows += [("indicators", seq, row.level3, row) for seq, row in enumerate(evaluation.indicators, 1)]
    over = [row for row in rows if row[3].weight and row[3].score is not None and row[3].score > row[3].weight > 0]
    many = sum(table == "indicators" for table, *_ in over) >= MANY_WRONG_LEVELS
    seen: set[tuple[str, Decimal]] = set()
    for table, seq, name, row in over:
        if row.weight is None or row.score is None:
            continue
        if table == "funds" and (table, row.score) in seen:
            continue
        seen.add((table, row.score))
        yield make_finding(
            "score_over_weight",
            Severity.WARNING if many else Severity.ERROR,
            expected=show(row.weight, POINT_PLACES),
            actual=show(row.score, POINT_PLACES),
            refs=[f"{table}:{seq}.score", f"{table}:{seq}.weight"],
            evaluation=index,
            evidence=row.evidence,
            where=where,
            name=short(name or "指标"),
        )


def check_total_over_full(result: Result, index: int, evaluation: Evaluation) -> Iterator[Finding]:
    """A total score above full marks: those printed beside it, else the report's, which a bonus may pass."""
    full = evaluation.weight_total
    limit = full or (result.report.score_max or FULL) * BONUS
    if evaluation.score_total is None or evaluation.score_total <= limit:
        return
    yield make_finding(
        "score_over_weight",
        Severity.WARNING,
        expected=show(full or result.report.score_max or FULL, POINT_PLACES),
        actual=show(evaluation.score_total, POINT_PLACES),
        refs=[f"evaluations:{index + 1}.score_total", f"evaluations:{index + 1}.weight_total"],
        evaluation=index,
        evidence=evaluation.evidence,
        where=where_of(result, index),
        name="总分",
    )


def check_levels(result: Result, index: int, evaluation: Evaluation) -> Iterator[Finding]:
    """Every level whose printed points are not the sum of its indicators' weights.

    A level-2 finding explains the level-1 sum above it. Where the column holds shares of its level (every level adds
    up to 100), or all levels are off by one factor, the points are meant otherwise and nothing is said.
    """
    level2 = list(level_groups(evaluation.indicators, 2))
    wrong2 = [group for group in level2 if not group.adds_up]
    level1 = list(level_groups(evaluation.indicators, 1))
    explained = {seq for group in wrong2 for seq in group.seqs}
    wrong1 = [g for g in level1 if not g.adds_up and not explained.intersection(g.seqs)]
    if _is_other_scale(level1) or _is_other_scale(level2):
        return
    where = where_of(result, index)
    shaky = is_shaky(evaluation)
    severity = Severity.WARNING if shaky else Severity.ERROR
    for group in (*wrong1, *wrong2)[: 1 if shaky else None]:
        seqs = group.seqs
        yield make_finding(
            "level_weight",
            severity,
            expected=show(group.points, POINT_PLACES),
            actual=show(_total(group.weights), POINT_PLACES),
            refs=[f"indicators:{seqs[0]}.level{group.level}_weight", *(f"indicators:{seq}.weight" for seq in seqs)],
            evaluation=index,
            evidence=evaluation.indicators[seqs[0] - 1].evidence,
            where=where,
            level=group.name,
        )


def is_shaky(evaluation: Evaluation) -> bool:
    """Whether a form looks read askew: three levels or more do not add up, or the weights' total is the scores'."""
    groups = [*level_groups(evaluation.indicators, 1), *level_groups(evaluation.indicators, 2)]
    wrong = [group for group in groups if not group.adds_up]
    totals = evaluation.weight_total, evaluation.score_total
    return len(wrong) >= MANY_WRONG_LEVELS or (totals[0] is not None and totals[0] == totals[1] != FULL)


class LevelGroup:
    """The indicators under one level name: its printed points and their weights."""

    def __init__(self, level: int, name: str, points: Decimal, rows: list[tuple[int, Indicator]]) -> None:
        self.level, self.name, self.points = level, name, points
        self.seqs = [seq for seq, _ in rows]
        self.weights = [read_printed(row.weight_raw, row.weight) for _, row in rows if row.weight is not None]

    @property
    def adds_up(self) -> bool:
        """Whether the weights are the points, or one merged cell with all the points was read once per row."""
        is_merged = all(weight.value == self.points for weight in self.weights)
        return is_merged or adds_up_to(self.points, self.weights)


def level_groups(indicators: Sequence[Indicator], level: int) -> Iterator[LevelGroup]:
    """The complete groups of one level: points printed, every indicator with a weight.

    Rows behind a group that name no level may belong to it: then it is not complete.
    """

    def key(numbered: tuple[int, Indicator]) -> tuple[str, str, Decimal | None]:
        row = numbered[1]
        first = fold(row.level1_raw or "")
        return (first, "", row.level1_weight) if level == 1 else (first, fold(row.level2_raw or ""), row.level2_weight)

    groups = [(names, list(members)) for names, members in groupby(enumerate(indicators, 1), key)]
    for at, ((first, second, points), rows) in enumerate(groups):
        if points is None or points <= 0 or any(row.weight is None for _, row in rows):
            continue
        following = groups[at + 1][0] if at + 1 < len(groups) else None
        if following and not following[level - 1] and following[: level - 1] == (first, second)[: level - 1]:
            continue
        yield LevelGroup(level, second or first, points, rows)


def _is_other_scale(groups: list[LevelGroup]) -> bool:
    """Whether the weights below the levels are on another scale than the levels' points."""
    if len(groups) < 2:
        return False
    sums = [_total(group.weights) for group in groups]
    ratios = {total / group.points for total, group in zip(sums, groups, strict=True)}
    return (len(ratios) == 1 and ratios != {Decimal(1)}) or (
        set(sums) == {FULL} and len({g.points for g in groups}) > 1
    )


def check_weights_sum(result: Result, index: int, evaluation: Evaluation, rows: list[Indicator]) -> Iterator[Finding]:
    """The printed total of the weights against their sum, with and without the points for budget execution."""
    if any(row.weight is None for row in rows):
        return
    weights = [read_printed(row.weight_raw, row.weight) for row in rows if row.weight is not None]
    fund = [read_printed(f.weight_raw, f.weight) for f in evaluation.funds if f.weight and f.evidence.source == "table"]
    expected = evaluation.weight_total or FULL
    bonus = [Printed(EXECUTION_POINTS)] if not fund else []
    choices = list(fund_choices(fund, bonus))[1 if _counts_fund(evaluation, rows) else 0 :]
    if any(adds_up_to(expected, [*weights, *extra]) for extra in choices):
        return
    if is_read_twice(evaluation, rows):
        return
    total = _total(weights) + (fund[0].value if fund else 0)
    if evaluation.weight_total is None and total < LEAST_FULL:
        return
    lost_rows = bool(result.not_understood) and total < expected
    doubtful = evaluation.weight_total is None or lost_rows or is_shaky(evaluation)
    severity = Severity.WARNING if doubtful else Severity.ERROR
    yield make_finding(
        "weights_sum",
        severity,
        message="weights_sum" if evaluation.weight_total is not None else "weights_full",
        expected=show(expected, POINT_PLACES),
        actual=show(total, POINT_PLACES),
        refs=[f"evaluations:{index + 1}.weight_total", *_seq_refs("indicators", "weight", evaluation.indicators)],
        evaluation=index,
        evidence=weakest(evaluation, rows),
        where=where_of(result, index),
    )


def check_scores_sum(result: Result, index: int, evaluation: Evaluation, rows: list[Indicator]) -> Iterator[Finding]:
    """The total score (of the form, else of the narrative) against the sum of the scores."""
    total = evaluation.score_total
    if total is None or any(row.score is None for row in rows):
        return
    scores = [read_printed(row.score_raw, row.score) for row in rows if row.score is not None]
    fund_rows = [f for f in evaluation.funds if f.score is not None and f.evidence.source == "table"]
    fund = [read_printed(f.score_raw, f.score) for f in fund_rows if f.score is not None]
    capped = [choice for row in fund_rows for choice in meant_scores(row)]
    printed = read_printed(evaluation.score_total_raw, total)
    if any(adds_up_to(printed, [*scores, *extra]) for extra in fund_choices(fund, capped)):
        return
    if is_read_twice(evaluation, rows):
        return
    if not fund and evaluation.weight_total == FULL and _misses_execution(evaluation, rows, total - _total(scores)):
        return
    summed = _total(scores) + (capped or fund or [Printed(Decimal(0))])[0].value
    lost_rows = bool(result.not_understood) and summed < total
    yield make_finding(
        "scores_sum",
        Severity.WARNING if lost_rows or is_shaky(evaluation) else Severity.ERROR,
        expected=show(summed, POINT_PLACES),
        actual=show(total, POINT_PLACES),
        refs=[f"evaluations:{index + 1}.score_total", *_seq_refs("indicators", "score", evaluation.indicators)],
        evaluation=index,
        evidence=weakest(evaluation, rows),
        where=where_of(result, index),
    )


def _counts_fund(evaluation: Evaluation, rows: list[Indicator]) -> bool:
    """Whether the printed total score holds the funds line's score: then the total weight holds its weight."""
    fund = next((f.score for f in evaluation.funds if f.weight and f.evidence.source == "table"), None)
    if not fund or evaluation.score_total is None or any(row.score is None for row in rows):
        return False
    scores = [read_printed(row.score_raw, row.score) for row in rows if row.score is not None]
    total = read_printed(evaluation.score_total_raw, evaluation.score_total)
    return adds_up_to(total, [*scores, Printed(fund)]) and not adds_up_to(total, scores)


def meant_scores(fund: Fund) -> list[Printed]:
    """What a line scored above its weight may have been meant to score: its weight, or its rate of it."""
    if fund.weight is None or fund.score is None or fund.score <= fund.weight:
        return []
    rate = [Printed(fund.execution_rate * fund.weight / FULL)] if fund.execution_rate is not None else []
    return [Printed(fund.weight), *rate]


def is_read_twice(evaluation: Evaluation, rows: Sequence[Indicator]) -> bool:
    """Whether weights and scores both add up when those of one merged cell, read once per row, count once."""
    once = [
        next(members)
        for _, members in groupby(rows, lambda row: (row.level1_raw, row.level2_raw, row.weight, row.score))
    ]
    totals = evaluation.weight_total, evaluation.score_total
    if len(once) == len(rows) or None in totals or any(row.score is None for row in once):
        return False
    points = [sum((row.weight or Decimal(0) for row in once), Decimal(0))]
    points.append(sum((row.score or Decimal(0) for row in once), Decimal(0)))
    fund = evaluation.funds[0] if evaluation.funds else None
    extra = (fund.weight or Decimal(0), fund.score or Decimal(0)) if fund else (Decimal(0), Decimal(0))
    return all(total in (summed, summed + more) for total, summed, more in zip(totals, points, extra, strict=True))


def weakest(evaluation: Evaluation, rows: Sequence[Indicator]) -> Evidence:
    """The form's place with the confidence of its least sure row: a sum is as sure as that."""
    least = min((row.evidence.confidence for row in rows), default=1.0)
    return replace(evaluation.evidence, confidence=min(least, evaluation.evidence.confidence))


def _misses_execution(evaluation: Evaluation, rows: list[Indicator], gap: Decimal) -> bool:
    """Whether the indicators weigh 90 of 100 and the gap may be what budget execution scored: its line was not read."""
    weights = sum((row.weight for row in rows if row.weight is not None), Decimal(0))
    return weights == FULL - EXECUTION_POINTS and 0 <= gap <= EXECUTION_POINTS


def fund_choices(fund: list[Printed], instead: list[Printed]) -> Iterator[list[Printed]]:
    """What the funds block may add: nothing, its first line, all lines, or what stands for a line not read."""
    yield []
    if fund:
        yield fund[:1]
        yield fund
        yield [max(fund, key=lambda printed: printed.value)]
    for choice in instead:
        yield [choice]


def adds_up_to(total: Decimal | Printed, parts: list[Printed]) -> bool:
    """Whether the parts add up to the total.

    Points are whole or exact to their printed decimals: only decimals carry rounding.
    """
    printed = total if isinstance(total, Printed) else Printed(total)
    rounding = sum((part.half for part in parts if part.places), Decimal(0))
    if any(part.places > printed.places for part in parts) and isinstance(total, Printed):
        rounding += printed.half
    return abs(_total(parts) - printed.value) <= rounding


def _total(parts: list[Printed]) -> Decimal:
    return sum((part.value for part in parts), Decimal(0))


def _seq_refs(table: str, field: str, rows: Sequence[Indicator]) -> list[str]:
    return [f"{table}:{seq}.{field}" for seq, row in enumerate(rows, 1) if row.evidence.source == "table"]
