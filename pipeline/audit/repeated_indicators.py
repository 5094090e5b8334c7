"""An indicator's outcome said twice and differently: in the text, or in a department's and a project's form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from pipeline.audit.printed import is_slip, show
from pipeline.audit.repeats import inconsistent, worded
from pipeline.audit.rules import has
from pipeline.normalize.quantity import parse_count
from pipeline.normalize.text import fold
from pipeline.records import Evaluation, Figure, Finding, Indicator, Result, Severity

Numbered = tuple[int, Figure]  # with its number in the document, from 1
Said = dict[str, dict[str, list[Numbered]]]  # unit → stem of the name → figures
MIN_NAME_CHARS = 4
MIN_INDICATOR_CHARS = 6
VERB = re.compile(r"^(?:全年|共|累计|实际|已|完成|开展|举办|组织|实施|实现|发放|新增|新建|建成|共计|其中)+")
COUNT_NOUN = re.compile(r"(?:场次|数量|人数|次数|个数|件数|户数|总数|人次|册数|数|量|场|次|\(.*\))$")


def check_indicators_said(result: Result) -> Iterator[Finding]:
    """An indicator's actual value against figures of the same name and unit in the text and in goals.

    Numbers of a name like the indicator's must look like one mistyped: projects count many things alike.
    """
    for index, evaluation in enumerate(result.evaluations):
        plan = fold(evaluation.goal_expected or "")
        known = _known_values(evaluation)
        counted = [(number, f) for number, f in enumerate(result.figures, 1) if f.evaluation in (index, None)]
        years = (None, evaluation.fiscal_year or result.report.fiscal_year)
        said = _by_unit_and_name(row for row in counted if _is_count(row[1]) and row[1].fiscal_year in years)
        for seq, row in enumerate(evaluation.indicators, 1):
            actual = parse_count(row.actual_raw) if row.actual_value is not None else None
            if actual is None or row.evidence.source != "table" or not row.level3:
                continue
            values = known.get(_stem(row.level3), set())
            for number, figure in _figures_on(row.level3, actual.unit, said):
                if figure.value in values or _is_plan(figure, plan):
                    continue
                severity = _severity(figure, row, actual.value)
                if severity is None:
                    continue
                refs = [f"indicators:{seq}.actual_value", f"figures:{number}.value"]
                stated = show(actual.value) + (actual.unit or "")
                yield inconsistent(row.level3, stated, worded(figure), refs, row, index, severity)
                break


def _known_values(evaluation: Evaluation) -> dict[str, set[Decimal]]:
    """Targets and actual values of the form by the indicators' names, multiplied out."""
    known: dict[str, set[Decimal]] = {}
    for row in evaluation.indicators:
        for raw in (row.actual_raw, row.target_raw):
            count = parse_count(raw)
            if row.level3 and count is not None:
                known.setdefault(_stem(row.level3), set()).add(count.value)
    return known


def _severity(figure: Figure, row: Indicator, actual: Decimal) -> Severity | None:
    """An error where the numbers look mistyped, a warning where the very name has another number, else nothing."""
    if is_slip(figure.value or Decimal(0), actual):
        return Severity.ERROR
    same_name = fold(figure.item_raw) == fold(row.level3 or "") and len(fold(figure.item_raw)) >= MIN_INDICATOR_CHARS
    return Severity.WARNING if same_name and figure.evidence.source == "text" else None


def _is_count(figure: Figure) -> bool:
    return figure.unit not in ("CNY", None) and figure.qualifier is None and figure.value is not None


def _by_unit_and_name(figures: Iterable[Numbered]) -> Said:
    """The figures by unit and stem of their name: an indicator meets each name once, however often it is said."""
    said: Said = {}
    for number, figure in figures:
        unit = "%" if figure.unit == "percent" else fold(figure.unit or "")
        name = _stem(figure.item_raw)
        if len(name) >= MIN_NAME_CHARS:
            said.setdefault(unit, {}).setdefault(name, []).append((number, figure))
    return said


def _figures_on(indicator: str, unit: str | None, said: Said) -> list[Numbered]:
    """The figures of the indicator's unit whose name is its name, or most of it, in document order."""
    name = _stem(indicator)
    names = [said.get(fold(unit), {})] if unit else list(said.values())
    return sorted(
        (row for by_name in names for stem, rows in by_name.items() if _is_name(stem, name) for row in rows),
        key=lambda row: row[0],
    )


def _is_name(stem: str, name: str) -> bool:
    return stem == name or (stem in name and len(stem) * 3 >= len(name) * 2)


@lru_cache(maxsize=4096)
def _stem(name: str) -> str:
    """A name without verb in front, counting noun and unit behind: `完成书屋更新册数（册）` → `书屋更新`."""
    stem = COUNT_NOUN.sub("", COUNT_NOUN.sub("", fold(name)))
    return VERB.sub("", stem) or stem


def _is_plan(figure: Figure, plan: str) -> bool:
    context = fold(figure.context or "")
    return has("plan", context) or (bool(plan) and context.rstrip("。.;") in plan)


def check_forms(result: Result) -> Iterator[Finding]:
    """The same indicator with the same target in a department's form and a project's form, with two actual values.

    Projects share names and targets that each meets in its own way: percentages and common names do not count.
    """
    known: dict[tuple[str, str], list[tuple[int, int, Indicator]]] = {}
    for index, evaluation in enumerate(result.evaluations):
        for seq, row in enumerate(evaluation.indicators, 1):
            if row.level3 and row.target_value and row.actual_value is not None and _is_particular(row):
                known.setdefault((fold(row.level3), fold(row.target_raw or "")), []).append((index, seq, row))
    for rows in known.values():
        for (index, seq, one), (other_index, other_seq, other) in pairwise(rows):
            first, second = result.evaluations[index], result.evaluations[other_index]
            if one.actual_value == other.actual_value or first.fiscal_year != second.fiscal_year:
                continue
            if index == other_index or first.kind == second.kind:
                continue
            refs = [
                f"indicators:{seq}.actual_value",
                f"evaluations:{other_index + 1}/indicators:{other_seq}.actual_value",
            ]
            yield inconsistent(one.level3 or "", one.actual_raw or "", other.actual_raw or "", refs, one, index)


def _is_particular(row: Indicator) -> bool:
    is_rate = fold(row.target_unit or "") in ("%", "‰")
    return (
        not is_rate
        and len(fold(row.level3 or "")) >= MIN_INDICATOR_CHARS
        and not has("generic_indicator", row.level3 or "")
    )
