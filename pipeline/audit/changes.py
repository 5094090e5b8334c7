"""Statements with a column for the change: against the two years beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from pipeline.audit.printed import HUNDRED, Printed, agrees, divide, gap_of, is_slip, read_printed, show, show_money
from pipeline.audit.rules import codes, make_finding, short
from pipeline.normalize.text import fold
from pipeline.records import Figure, Finding, Measure, Result, Severity

Row = list[tuple[int, Figure]]
CHANGES = (Measure.CHANGE, Measure.CHANGE_RATE)


def check_changes(result: Result) -> Iterator[Finding]:
    """change_amount and change_rate of every statement row that prints a change and the years that it is between."""
    numbered = [(s, f) for s, f in enumerate(result.figures, 1) if f.evidence.source == "table" and f.value is not None]
    for _, members in groupby(numbered, lambda row: (row[1].evaluation, fold(row[1].item_raw))):
        row = list(members)
        pairs = year_pairs(row)
        for seq, figure in row:
            if figure.measure is Measure.CHANGE and pairs:
                yield from amount_findings(seq, figure, pairs)
            elif figure.measure is Measure.CHANGE_RATE and pairs:
                yield from rate_findings(seq, figure, pairs)


def check_changes_beside_tables(result: Result) -> Iterator[Finding]:
    """A change that a sentence states of a code (三公经费), against the two years of that code in the tables.

    The sentence may mean budgets where the table has outcomes: an error where the numbers look mistyped, else unusual.
    """
    tabled: dict[tuple[str | None, int | None, Measure], set[Decimal]] = {}
    for figure in result.figures:
        if figure.evidence.source == "table" and figure.item in codes("compared", "items") and figure.value is not None:
            tabled.setdefault((figure.item, figure.fiscal_year, figure.measure), set()).add(figure.value)
    for seq, figure in enumerate(result.figures, 1):
        if figure.measure is not Measure.CHANGE or figure.evidence.source != "text" or figure.fiscal_year is None:
            continue
        gaps = set()
        for measure in (Measure.FINAL_ACCOUNT, Measure.EXECUTED, Measure.BUDGET):
            now = tabled.get((figure.item, figure.fiscal_year, measure), set())
            before = tabled.get((figure.item, figure.fiscal_year - 1, measure), set())
            if len(now) == 1 and len(before) == 1:
                gaps.add(min(now) - min(before))
        if gaps and figure.value is not None and not any(_is_change(figure, gap) for gap in gaps):
            yield _beside(seq, figure, gaps)


def _is_change(figure: Figure, gap: Decimal) -> bool:
    said = _print(figure)
    return abs(abs(said.value) - abs(gap)) <= said.half * 2


def _beside(seq: int, figure: Figure, gaps: set[Decimal]) -> Finding:
    expected, actual = min(gaps), figure.value or Decimal(0)
    slip = any(is_slip(abs(gap), abs(actual)) for gap in gaps)
    return make_finding(
        "change_amount",
        Severity.ERROR if slip else Severity.WARNING,
        expected=show_money(expected, figure.unit_raw),
        actual=show_money(actual, figure.unit_raw),
        refs=[f"figures:{seq}.value"],
        evaluation=figure.evaluation,
        evidence=figure.evidence,
        name=short(figure.item_raw),
    )


def year_pairs(row: Row) -> list[tuple[tuple[int, Figure], tuple[int, Figure]]]:
    """(later, earlier) amounts of a row: of one measure in two years, else of any."""
    amounts = [member for member in row if member[1].measure not in CHANGES and member[1].unit != "percent"]
    pairs = []
    for later in amounts:
        for earlier in amounts:
            years = later[1].fiscal_year, earlier[1].fiscal_year
            if None not in years and years[0] == (years[1] or 0) + 1:
                pairs.append((later, earlier))
    same = [pair for pair in pairs if pair[0][1].measure is pair[1][1].measure]
    return same or pairs


def _print(figure: Figure) -> Printed:
    return read_printed(figure.value_raw, figure.value if figure.value is not None else Decimal(0))


def amount_findings(
    seq: int, change: Figure, pairs: Sequence[tuple[tuple[int, Figure], tuple[int, Figure]]]
) -> Iterator[Finding]:
    """change_amount of one row: the change as printed is not the difference of any of its years."""
    stated = _print(change)
    gaps = []
    for later, earlier in pairs:
        minus = Printed(-_print(earlier[1]).value, _print(earlier[1]).half)
        gap, rounding = gap_of(stated, [_print(later[1]), minus])
        unsigned = abs(stated.value) == abs(stated.value + gap)
        if abs(gap) <= rounding or unsigned:
            return
        gaps.append(gap)
    later, earlier = pairs[0]
    unit = change.unit_raw if change.unit == "CNY" else None
    expected, actual = stated.value + gaps[0], stated.value
    money = change.unit == "CNY"
    yield make_finding(
        "change_amount",
        Severity.ERROR if len(pairs) == 1 else Severity.WARNING,
        expected=show_money(expected, unit) if money else show(expected),
        actual=show_money(actual, unit) if money else show(actual),
        refs=[f"figures:{number}.value" for number in (seq, later[0], earlier[0])],
        evaluation=change.evaluation,
        evidence=change.evidence,
        name=short(change.item_raw),
    )


def rate_findings(
    seq: int, rate: Figure, pairs: Sequence[tuple[tuple[int, Figure], tuple[int, Figure]]]
) -> Iterator[Finding]:
    """change_rate of one row: the rate as printed is not the change over the earlier year."""
    stated = _print(rate)
    computed = []
    for later, earlier in pairs:
        base, now = _print(earlier[1]), _print(later[1])
        interval = divide(Printed(now.value - base.value, now.half + base.half), base)
        if interval is None:
            continue
        as_level = interval[0] + HUNDRED, interval[1] + HUNDRED
        mirrored = Printed(-stated.value, stated.half, stated.places)
        if agrees(stated, interval) or agrees(mirrored, interval) or agrees(stated, as_level):
            return
        computed.append((now.value - base.value) / base.value * HUNDRED)
    if not computed:
        return
    later, earlier = pairs[0]
    yield make_finding(
        "change_rate",
        Severity.ERROR if len(pairs) == 1 else Severity.WARNING,
        expected=show(computed[0]),
        actual=show(stated.value, 4),
        refs=[f"figures:{number}.value" for number in (seq, later[0], earlier[0])],
        evaluation=rate.evaluation,
        evidence=rate.evidence,
        name=short(rate.item_raw),
    )
