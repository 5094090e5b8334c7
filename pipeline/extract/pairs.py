"""Label beside value, money in the label's own unit: 计划安排资金（万元） | 1,200 | 实际到位资金（万元） | 1,150.

The funds block of the older 财政支出绩效评价报告 forms. The plan's column becomes funds, what arrived becomes figures.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

from pipeline.document import Cell
from pipeline.extract.funds import FUND_ITEMS
from pipeline.extract.grid import Grid
from pipeline.extract.heads import RowKind, classify_row, is_numeric, split_inline
from pipeline.extract.sections import FundsSection, Section, cell_evidence
from pipeline.labels import head_field, item_code
from pipeline.normalize.money import find_money_unit, parse_money
from pipeline.normalize.rate import fraction_to_percent, parse_percent
from pipeline.normalize.text import fold, is_blank_value, join_lines
from pipeline.records import Figure, Fund, Measure

YEAR_LABEL = re.compile(r"当年|本年|全年|年度")
WHOLE_LABEL = re.compile(r"项目总(预算|投资)|计划总投资|项目计划投资")
TOTAL_FIELDS = ("initial_budget", "executed", "execution_rate")  # they go to the total line, beside its budget


RestReader = Callable[[Grid, int, list[Cell]], list[Section]]  # reads the cells of a row that are not yet taken


@dataclass(frozen=True)
class Pair:
    row: int
    label: Cell
    value: Cell | None
    field: str  # annual_budget, appropriation, executed
    is_part: bool


def read_pairs(
    grid: Grid, row: int, year: int | None, unit: str | None, read_others: RestReader
) -> tuple[list[Section], int]:
    """The funds and figures of the label/value rows from `row` on, and the first row after them.

    What else stands in these rows (项目名称, 自评得分) is for `read_others`.
    """
    pairs: list[Pair] = []
    field_of_col: dict[int, str] = {}
    start = row
    others: list[Section] = []
    while row < len(grid.rows) and (
        classify_row(grid, row) is RowKind.PAIRS or (row > start and _is_part_row(grid, row, field_of_col))
    ):
        taken: list[Cell] = []
        for label, value in _label_values(grid, row):
            field = head_field("pairs", label.text)
            if field:
                field_of_col[label.col] = field
            elif label.col in field_of_col and item_code(label.text) is not None:
                field = field_of_col[label.col]
            if field:
                pairs.append(Pair(row, label, value, field, head_field("pairs", label.text) is None))
                taken += [cell for cell in (grid.at(row, label.col), value) if cell is not None]
        others += read_others(grid, row, taken)
        row += 1
    return [*others, _pairs_to_section(pairs, year, _section_unit(grid, start) or unit, grid)], row


def _section_unit(grid: Grid, row: int) -> str | None:
    """The unit in the label of the whole block (预算执行情况（万元）), which begins in this row or above it."""
    labels = (
        c for c in grid.distinct(row) if c.row < row or c.rowspan > 1 or head_field("sections", c.text) == "funds"
    )
    return next((unit for label in labels if (unit := find_money_unit(join_lines(label.text)))), None)


def _label_values(grid: Grid, row: int) -> list[tuple[Cell, Cell | None]]:
    cells = grid.own(row)
    labels = [cell for cell in cells if fold(cell.text) and not is_numeric(cell.text) and not is_blank_value(cell.text)]
    pairs: list[tuple[Cell, Cell | None]] = []
    for label in labels:
        if inline := split_inline(label):
            pairs.append(inline)
            continue
        value = grid.at(row, label.col + label.colspan)
        pairs.append((label, value if value is not None and is_numeric(value.text) else None))
    return pairs + _rates_below_heads(grid, row, [value for _, value in pairs])


def _rates_below_heads(grid: Grid, row: int, values: list[Cell | None]) -> list[tuple[Cell, Cell | None]]:
    """The rate that stands right below its head (预算执行进度), with no label of its own beside it."""
    alone = [c for c in grid.own(row) if is_numeric(c.text) and not any(c is value for value in values)]
    heads = [(grid.at(row - 1, cell.col), cell) for cell in alone] if row else []
    return [(head, cell) for head, cell in heads if head and head_field("pairs", head.text) == "execution_rate"]


def _is_part_row(grid: Grid, row: int, field_of_col: dict[int, str]) -> bool:
    labels = _label_values(grid, row)
    named = [label.col in field_of_col and item_code(label.text) is not None for label, _ in labels]
    is_first = bool(named) and named[0] and labels[0][1] is not None and item_code(labels[0][0].text) in FUND_ITEMS
    return classify_row(grid, row) is RowKind.OTHER and bool(labels) and (all(named) or is_first)


def _pairs_to_section(pairs: list[Pair], year: int | None, unit: str | None, grid: Grid) -> FundsSection:
    """The plan's column as funds, its total with execution and rate beside it; all else as figures."""
    flat = grid.table.origin == "flat"
    funds: list[Fund] = []
    figures: list[Figure] = []
    total: dict[str, Pair] = {}
    for pair in _with_project_total(pairs):
        unit = find_money_unit(join_lines(pair.label.text)) or unit
        if pair.value is None:
            continue
        if pair.field == "annual_budget":
            funds.extend(_pair_to_fund(pair, unit, flat))
        elif pair.field in TOTAL_FIELDS and not pair.is_part:
            total.setdefault(pair.field, pair)
        elif pair.field not in TOTAL_FIELDS:
            figures.extend(_pair_to_figure(pair, pairs, year, unit, flat))
    if not funds and ("initial_budget" in total or {"executed", "execution_rate"} <= set(total)):
        first = total.get("initial_budget") or total["executed"]
        evidence = cell_evidence(first.label, flat=flat)
        funds = [Fund(item_raw=join_lines(first.label.text), item="total", unit_raw=unit, evidence=evidence)]
    funds = [_with_part_execution(fund, pairs, unit) for fund in funds]
    if funds and funds[0].item == "total":
        funds[0] = _with_execution(funds[0], total, unit)
    return FundsSection(tuple(funds), tuple(figures))


def _with_project_total(pairs: list[Pair]) -> list[Pair]:
    """The pairs; what a project costs over all its years is no year's budget where the year's stands beside it."""
    planned = [pair for pair in pairs if pair.field == "annual_budget" and not pair.is_part]
    if not any(YEAR_LABEL.search(fold(pair.label.text)) for pair in planned):
        return pairs
    whole = [pair for pair in planned if WHOLE_LABEL.search(fold(pair.label.text))]
    return [replace(pair, field="budget") if pair in whole else pair for pair in pairs]


def _pair_to_fund(pair: Pair, unit: str | None, flat: bool) -> list[Fund]:
    value = cast(Cell, pair.value)
    amount = parse_money(value.text, unit)
    if amount is None:
        return []
    label = join_lines(pair.label.text)
    return [
        Fund(
            item_raw=label,
            item=item_code(label) if pair.is_part else "total",
            annual_budget_raw=join_lines(value.text),
            annual_budget=amount,
            unit_raw=unit,
            evidence=cell_evidence(value, flat=flat),
        )
    ]


def _pair_to_figure(pair: Pair, pairs: list[Pair], year: int | None, unit: str | None, flat: bool) -> list[Figure]:
    value = cast(Cell, pair.value)
    amount = parse_money(value.text, unit)
    if amount is None:
        return []
    label = join_lines(pair.label.text)
    return [
        Figure(
            item_raw=label if not pair.is_part else f"{_parent(pairs, pair)}：{label}",
            item=item_code(label) if pair.is_part or pair.field == "balance" else "total",
            measure=Measure.BUDGET if pair.field == "last_year_budget" else Measure(pair.field),
            fiscal_year=year - 1 if year and pair.field == "last_year_budget" else year,
            value=amount,
            unit="CNY",
            value_raw=join_lines(value.text),
            unit_raw=unit,
            context=label,
            evidence=cell_evidence(value, flat=flat),
        )
    ]


def _with_execution(fund: Fund, total: dict[str, Pair], unit: str | None) -> Fund:
    """The total line with what was spent and the rate, where they stand in pairs of their own."""
    initial, executed, rate = (total[name].value if name in total else None for name in TOTAL_FIELDS)
    if initial is not None:
        amount = parse_money(initial.text, _own_unit(total["initial_budget"], unit))
        fund = replace(fund, initial_budget_raw=join_lines(initial.text), initial_budget=amount)
    if executed is not None:
        amount = parse_money(executed.text, _own_unit(total["executed"], unit))
        fund = replace(fund, executed_raw=join_lines(executed.text), executed=amount)
    if rate is not None:
        percent = parse_percent(rate.text, in_percent_column=True)
        if percent is not None and not re.search(r"[%％‰]", rate.text + total["execution_rate"].label.text):
            percent = fraction_to_percent(percent, fund.annual_budget or fund.initial_budget, fund.executed)
        fund = replace(fund, execution_rate_raw=join_lines(rate.text), execution_rate=percent)
    return fund


def _with_part_execution(fund: Fund, pairs: list[Pair], unit: str | None) -> Fund:
    """A part's line with what was spent of it, where the same row has a part of that name below 执行数."""
    parts = [(p, join_lines(p.value.text)) for p in pairs if p.is_part and p.value is not None]
    named = [(p, raw) for p, raw in parts if join_lines(p.label.text) == fund.item_raw]
    planned = [p.row for p, raw in named if p.field == "annual_budget" and raw == fund.annual_budget_raw]
    spent = [(p, raw) for p, raw in named if p.field == "executed" and planned == [p.row]]
    if len(spent) != 1:
        return fund
    part, raw = spent[0]
    return replace(fund, executed_raw=raw, executed=parse_money(raw, _own_unit(part, unit)))


def _own_unit(pair: Pair, unit: str | None) -> str | None:
    return find_money_unit(join_lines(pair.label.text)) or unit


def _parent(pairs: list[Pair], part: Pair) -> str:
    """The label of the total that a part belongs to, its unit taken off."""
    parents = [p for p in pairs if not p.is_part and p.field == part.field and p.row <= part.row]
    return join_lines(parents[-1].label.text).split("（")[0].split("(")[0] if parents else ""
