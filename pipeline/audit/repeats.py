"""One number said twice and differently: between text and tables, between forms, between sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from pipeline.audit.printed import is_slip, read_printed, show, show_money
from pipeline.audit.rules import codes, has, make_finding, owner_of, short
from pipeline.normalize.text import fold
from pipeline.records import Figure, Finding, Fund, Indicator, Measure, Result, Severity

Numbered = tuple[int, Figure]
OUTCOMES = (Measure.EXECUTED, Measure.FINAL_ACCOUNT)
BUDGETS = (Measure.BUDGET, Measure.INITIAL_BUDGET, Measure.ANNUAL_BUDGET)
MIN_SUBJECT_CHARS = 5
MIN_NAME_CHARS = 4
FUND_LABEL = re.compile(
    "年度资金总额|全年预算|预算资金|项目(?:总)?(?:预算|资金)|年初预算|全年执行|实际支出|预算安排|总投资"
)


def check_repeats(result: Result) -> Iterator[Finding]:
    """inconsistent: of codes and staff, of a form's funds and the text, of a row and the form that it is about."""
    yield from check_items(result)
    yield from check_funds_said(result)
    yield from check_subjects(result)


def inconsistent(
    name: str, expected: str, actual: str, refs: list[str], one: Figure | Indicator | Fund, evaluation: int | None,
    severity: Severity = Severity.ERROR,
) -> Finding:  # fmt: skip
    return make_finding(
        "inconsistent",
        severity,
        expected=expected,
        actual=actual,
        refs=refs,
        evaluation=evaluation,
        evidence=one.evidence,
        name=short(name),
    )


def check_items(result: Result) -> Iterator[Finding]:
    """Amounts and staff of one code or name, year and kind in the tables and in the text, where each has one value.

    The text may mean another scope (`财政拨款基本支出`): an error where the numbers look mistyped, else a warning.
    """
    compared = {*codes("compared", "items"), *codes("compared", "staff")}
    groups: dict[tuple[object, ...], dict[str, list[Numbered]]] = {}
    for seq, figure in enumerate(result.figures, 1):
        kind = _kind(figure)
        named = figure.item if figure.item and figure.item in compared else _line_name(figure.item_raw)
        if len(named) >= MIN_NAME_CHARS and kind and figure.value is not None and figure.qualifier is None:
            key = (owner_of(result, figure), named, kind, figure.unit == "CNY", figure.fiscal_year)
            groups.setdefault(key, {}).setdefault(figure.evidence.source, []).append((seq, figure))
    for group in groups.values():
        tabled, said = group.get("table", []), group.get("text", [])
        if not tabled or len({figure.value for _, figure in said}) != 1 or len({f.value for _, f in tabled}) != 1:
            continue
        (seq, one), (other_seq, other) = tabled[0], said[0]
        if _same(one, other) or has("partial", other.context or "") or (one.unit != "CNY" and one.item not in compared):
            continue
        is_staff = one.item in codes("compared", "staff")
        slip = is_slip(one.value or Decimal(0), other.value or Decimal(0))
        severity = Severity.ERROR if slip or (is_staff and _is_bare(other)) else Severity.WARNING
        refs = [f"figures:{seq}.value", f"figures:{other_seq}.value"]
        yield inconsistent(one.item_raw, worded(one), worded(other), refs, other, owner_of(result, one), severity)


def _kind(figure: Figure) -> str | None:
    """Budget, outcome or count: what may be compared."""
    if figure.measure in OUTCOMES:
        return "outcome"
    if figure.measure in BUDGETS:
        return "budget"
    return "count" if figure.measure is Measure.COUNT and figure.unit != "percent" else None


def _is_bare(figure: Figure) -> bool:
    """Whether a staff figure is of all staff, not of one kind of posts."""
    return re.search("行政|事业|工勤|参公|机关|股|所|领导|专业|临聘|退休", figure.item_raw) is None


def _same(one: Figure, other: Figure) -> bool:
    a, b = (
        read_printed(one.value_raw, one.value or Decimal(0)),
        read_printed(other.value_raw, other.value or Decimal(0)),
    )
    return abs(a.value - b.value) <= a.half + b.half if one.unit == "CNY" else a.value == b.value


def worded(figure: Figure) -> str:
    value = figure.value or Decimal(0)
    return show_money(value, figure.unit_raw) if figure.unit == "CNY" else f"{show(value)}{figure.unit or ''}"


def check_funds_said(result: Result) -> Iterator[Finding]:
    """The total line of a form's funds block against the amounts that the text gives for it.

    Any amount of the block agrees; one that looks like the line's own, mistyped, contradicts it; another that bears
    the line's name is unusual.
    """
    for index, evaluation in enumerate(result.evaluations):
        lines = [fund for fund in evaluation.funds if fund.evidence.source == "table"]
        seq, total = next(((s, f) for s, f in enumerate(evaluation.funds, 1) if f.item == "total"), (0, None))
        if total is None or total.evidence.source != "table":
            continue
        years = (None, evaluation.fiscal_year or result.report.fiscal_year)
        known = {v for fund in lines for v in (fund.initial_budget, fund.annual_budget, fund.executed) if v is not None}
        for number, figure in enumerate(result.figures, 1):
            if owner_of(result, figure) != index or figure.evidence.source != "text" or figure.item != "total":
                continue
            field = _field_said(figure, total)
            if field is None or figure.value is None or not FUND_LABEL.search(fold(figure.context or "")):
                continue
            amount = getattr(total, field)
            said = read_printed(figure.value_raw, figure.value)
            if any(abs(said.value - value) <= said.half for value in known) or figure.fiscal_year not in years:
                continue
            slip = is_slip(said.value, amount)
            if not slip and not FUND_LABEL.search(fold(figure.item_raw)):
                continue
            severity = Severity.ERROR if slip else Severity.WARNING
            refs = [f"funds:{seq}.{field}", f"figures:{number}.value"]
            expected = show_money(amount, total.unit_raw)
            yield inconsistent(total.item_raw.rstrip("：:"), expected, worded(figure), refs, figure, index, severity)


def _field_said(figure: Figure, total: Fund) -> str | None:
    """The column of the funds block that a figure of the text speaks of."""
    if figure.unit != "CNY" or figure.qualifier is not None:
        return None
    if figure.measure in OUTCOMES and total.executed is not None:
        return "executed"
    if figure.measure in BUDGETS:
        first = "initial_budget" if figure.measure is Measure.INITIAL_BUDGET else "annual_budget"
        fields = (first, "annual_budget", "initial_budget")
        return next((field for field in fields if getattr(total, field) is not None), None)
    return None


def check_subjects(result: Result) -> Iterator[Finding]:
    """A project's amounts in statements and sentences of other evaluations against the project's own form.

    A department's report names its projects again; an amount that no column of the form holds is a contradiction where
    it looks mistyped, else unusual.
    """
    named = {
        fold(e.subject): i
        for i, e in enumerate(result.evaluations)
        if e.subject and len(fold(e.subject)) >= MIN_SUBJECT_CHARS
    }
    for number, figure in enumerate(result.figures, 1):
        index = named.get(_line_name(figure.item_raw))
        if index is None or index == figure.evaluation or figure.value is None or figure.qualifier is not None:
            continue
        evaluation = result.evaluations[index]
        total = next((fund for fund in evaluation.funds if fund.item == "total"), None)
        field = _field_said(figure, total) if total is not None else None
        if total is None or field is None or figure.fiscal_year != evaluation.fiscal_year:
            continue
        said = read_printed(figure.value_raw, figure.value)
        known = [value for value in (total.initial_budget, total.annual_budget, total.executed) if value is not None]
        if any(abs(said.value - value) <= said.half for value in known):
            continue
        amount = getattr(total, field)
        severity = Severity.ERROR if is_slip(said.value, amount) else Severity.WARNING
        refs = [f"evaluations:{index + 1}/funds:{evaluation.funds.index(total) + 1}.{field}", f"figures:{number}.value"]
        name = evaluation.subject or figure.item_raw
        yield inconsistent(name, show_money(amount, total.unit_raw), worded(figure), refs, figure, index, severity)


def _line_name(text: str) -> str:
    """The name of a statement's row without list number and 其中."""
    return re.sub(r"^(?:其中[:：]?|[0-9]{1,2}[、.．]|[(（][0-9一二三四五六七八九十]+[)）])+", "", fold(text))
