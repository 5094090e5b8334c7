"""What must add up in a result: every identity between its numbers, with whether it holds.

The checks of audit/ say what does not add up; here the same arithmetic also says what does, for a repaired number has
to be borne out by it. Refs are absolute: `evaluations:1/funds:2.executed`, `figures:3.value`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Literal

from pipeline.audit.changes import CHANGES, amount_findings, rate_findings, year_pairs
from pipeline.audit.parts import Sum, fund_sums, identity_sums, judge, listed_sums, named_sums, statement_sums
from pipeline.audit.printed import HUNDRED, Printed, gap_of, read_printed
from pipeline.audit.rates import SCORE_NOISE, budget_of, check_execution
from pipeline.audit.rules import has
from pipeline.audit.scores import stated_totals
from pipeline.audit.weights import EXECUTION_POINTS, FULL, LEAST_FULL, adds_up_to, fund_choices, level_groups
from pipeline.normalize.number import parse_number
from pipeline.normalize.text import fold
from pipeline.records import FUND_AMOUNTS, Evaluation, Fund, Indicator, Measure, Result
from pipeline.repair.patches import EVALUATION_FIELDS, FUND_FIELDS

COUNTED = (*FUND_FIELDS, *EVALUATION_FIELDS)  # fields in which a text that is no number is none that was meant
UNREAD_CHARS = 12
State = Literal["holds", "broken", "open"]  # open: neither, for parts may be missing


@dataclass(frozen=True, slots=True)
class Identity:
    """One relation between numbers. `proves`: an equation, not only a bound that most numbers keep."""

    kind: str
    refs: tuple[str, ...]
    state: State
    proves: bool = True


def find_identities(result: Result) -> list[Identity]:
    """Every identity of a result, in no order that matters."""
    found: list[Identity] = []
    for index, evaluation in enumerate(result.evaluations):
        prefix = f"evaluations:{index + 1}"
        rows = [row for row in evaluation.indicators if row.evidence.source == "table"]
        found += _unread(prefix, evaluation)
        found += _bounds(prefix, evaluation)
        found += _levels(prefix, evaluation)
        found += _weights(prefix, evaluation, rows)
        found += _scores(prefix, evaluation, rows)
        found += _rates(prefix, evaluation)
        found += _said(prefix, evaluation, result)
        for column in FUND_AMOUNTS:
            sums = fund_sums(evaluation.funds, column, index)
            found += [_sum(one, result, f"{prefix}/") for one in sums]
    figures = result.figures
    for sums in (statement_sums(figures), identity_sums(figures), listed_sums(figures), named_sums(figures)):
        found += [_sum(one, result, "") for one in sums]
    return [*found, *_changes(result)]


def _state(holds: bool) -> State:
    return "holds" if holds else "broken"


def _unread(prefix: str, evaluation: Evaluation) -> Iterator[Identity]:
    """Points and amounts whose text holds digits and is no number: as good as broken."""
    rows: list[tuple[str, Fund | Indicator | Evaluation]] = [(prefix, evaluation)]
    rows += [(f"{prefix}/funds:{i}", row) for i, row in enumerate(evaluation.funds, 1)]
    rows += [(f"{prefix}/indicators:{i}", row) for i, row in enumerate(evaluation.indicators, 1)]
    for ref, row in rows:
        for field in COUNTED:
            raw = getattr(row, f"{field}_raw", None)
            if raw and getattr(row, field) is None and _is_unread(raw):
                yield Identity("unread", (f"{ref}.{field}",), "broken", proves=False)


def _is_unread(raw: str) -> bool:
    """Whether a text may be a number that was misread: short, with a letter or a digit, and no number."""
    text = fold(raw)
    return len(text) <= UNREAD_CHARS and any(c.isalnum() for c in text) and parse_number(text.rstrip("%")) is None


def _bounds(prefix: str, evaluation: Evaluation) -> Iterator[Identity]:
    """No score above its weight, none below 0."""
    rows: list[tuple[str, int, Fund | Indicator]] = [("funds", i, row) for i, row in enumerate(evaluation.funds, 1)]
    rows += [("indicators", i, row) for i, row in enumerate(evaluation.indicators, 1)]
    for table, seq, row in rows:
        if row.weight and row.score is not None and row.weight > 0:
            refs = f"{prefix}/{table}:{seq}.score", f"{prefix}/{table}:{seq}.weight"
            yield Identity("score_over_weight", refs, _state(0 <= row.score <= row.weight), proves=False)


def _levels(prefix: str, evaluation: Evaluation) -> Iterator[Identity]:
    """The points of a level against its indicators' weights; a single one in a merged cell proves nothing."""
    for level in (1, 2):
        for group in level_groups(evaluation.indicators, level):
            own = f"{prefix}/indicators:{group.seqs[0]}.level{level}_weight"
            refs = (own, *(f"{prefix}/indicators:{seq}.weight" for seq in group.seqs))
            yield Identity("level_weight", refs, _state(adds_up_to(group.points, group.weights)))


def _weights(prefix: str, evaluation: Evaluation, rows: Sequence[Indicator]) -> Iterator[Identity]:
    """The weights against their printed total, 100 where none is printed."""
    if not rows or any(row.weight is None for row in rows):
        return
    weights = [read_printed(row.weight_raw, row.weight) for row in rows if row.weight is not None]
    funds = [(i, f) for i, f in enumerate(evaluation.funds, 1) if f.weight and f.evidence.source == "table"]
    fund = [read_printed(f.weight_raw, f.weight) for _, f in funds if f.weight is not None]
    total = evaluation.weight_total or FULL
    choices = fund_choices(fund, [] if fund else [Printed(EXECUTION_POINTS)])
    holds = any(adds_up_to(total, [*weights, *extra]) for extra in choices)
    summed = sum((weight.value for weight in (*weights, *fund)), Decimal(0))
    refs = [f"{prefix}.weight_total", *(f"{prefix}/funds:{i}.weight" for i, _ in funds)]
    refs += [f"{prefix}/indicators:{i}.weight" for i, row in enumerate(evaluation.indicators, 1) if row in rows]
    is_part = evaluation.weight_total is None and summed < LEAST_FULL
    yield Identity("weights_sum", tuple(refs), "open" if is_part and not holds else _state(holds))


def _scores(prefix: str, evaluation: Evaluation, rows: Sequence[Indicator]) -> Iterator[Identity]:
    """The scores against their printed total."""
    total = evaluation.score_total
    if total is None or not rows or any(row.score is None for row in rows):
        return
    scores = [read_printed(row.score_raw, row.score) for row in rows if row.score is not None]
    funds = [(i, f) for i, f in enumerate(evaluation.funds, 1) if f.score is not None and f.evidence.source == "table"]
    fund = [read_printed(f.score_raw, f.score) for _, f in funds if f.score is not None]
    printed = read_printed(evaluation.score_total_raw, total)
    holds = any(adds_up_to(printed, [*scores, *extra]) for extra in fund_choices(fund, []))
    refs = [f"{prefix}.score_total", *(f"{prefix}/funds:{i}.score" for i, _ in funds)]
    refs += [f"{prefix}/indicators:{i}.score" for i, row in enumerate(evaluation.indicators, 1) if row in rows]
    yield Identity("scores_sum", tuple(refs), _state(holds))


def _rates(prefix: str, evaluation: Evaluation) -> Iterator[Identity]:
    """Executed against budget for every line of funds; the score for it against rate and weight."""
    for seq, fund in enumerate(evaluation.funds, 1):
        row = f"{prefix}/funds:{seq}"
        budget = budget_of(fund)
        if budget and budget[1].value and fund.executed is not None and fund.execution_rate is not None:
            is_wrong = any(True for _ in check_execution(fund, seq, 0, ""))
            refs = f"{row}.execution_rate", f"{row}.executed", f"{row}.{budget[0]}"
            yield Identity("execution_rate", refs, _state(not is_wrong))
        if fund.evidence.source == "table" and (seq == 1 or fund.item == "total"):
            refs = f"{row}.score", f"{row}.execution_rate", f"{row}.weight"
            yield from _rate_score(refs, fund.execution_rate, fund.weight, fund.score, fund.score_raw)
    for seq, indicator in enumerate(evaluation.indicators, 1):
        if indicator.actual_unit == "%" and has("execution_name", indicator.level3 or ""):
            row = f"{prefix}/indicators:{seq}"
            refs = f"{row}.score", f"{row}.actual_value", f"{row}.weight"
            rate = indicator.actual_value
            yield from _rate_score(refs, rate, indicator.weight, indicator.score, indicator.score_raw)


def _rate_score(
    refs: tuple[str, ...], rate: Decimal | None, weight: Decimal | None, score: Decimal | None, raw: str | None
) -> Iterator[Identity]:
    """The score for execution is its rate of the weight. Scoring rules differ, so a miss alone starts no repair."""
    if rate is None or not weight or score is None:
        return
    printed = read_printed(raw, score)
    gap = abs(printed.value - min(max(rate, Decimal(0)), HUNDRED) / HUNDRED * weight)
    holds = gap <= max(SCORE_NOISE, printed.step if printed.places else Decimal(0))
    yield Identity("rate_score", refs, "holds" if holds else "open")


def _said(prefix: str, evaluation: Evaluation, result: Result) -> Iterator[Identity]:
    """The total score as the text around the form states it, where it states one."""
    if len(result.evaluations) != 1 or evaluation.score_total is None or evaluation.evidence.source != "table":
        return
    stated = set(stated_totals(result.text))
    if len(stated) == 1:
        holds = stated == {evaluation.score_total}
        yield Identity("said_score", (f"{prefix}.score_total", "text.score"), _state(holds))


def _sum(one: Sum, result: Result, prefix: str) -> Identity:
    """A total and its parts; where some parts may be missing, a total that differs leaves it open."""
    gap, rounding = gap_of(one.total, one.parts)
    refs = tuple(f"{prefix}{ref}" for ref in one.refs)
    if abs(gap) <= rounding:
        return Identity("parts_sum", refs, "holds")
    is_wrong = one.cover == "all" or any(True for _ in judge(result, one))
    return Identity("parts_sum", refs, "broken" if is_wrong else "open")


def _changes(result: Result) -> Iterator[Identity]:
    """The change that a row of a statement prints against the two years beside it."""
    numbered = [(s, f) for s, f in enumerate(result.figures, 1) if f.evidence.source == "table" and f.value is not None]
    for _, members in groupby(numbered, lambda row: (row[1].evaluation, fold(row[1].item_raw))):
        row = list(members)
        pairs = year_pairs(row)
        for seq, figure in row if pairs else ():
            if figure.measure not in CHANGES:
                continue
            is_amount = figure.measure is Measure.CHANGE
            find = amount_findings if is_amount else rate_findings
            is_wrong = any(True for _ in find(seq, figure, pairs))
            refs = tuple(f"figures:{number}.value" for number in (seq, pairs[0][0][0], pairs[0][1][0]))
            yield Identity("change_amount" if is_amount else "change_rate", refs, _state(not is_wrong))
