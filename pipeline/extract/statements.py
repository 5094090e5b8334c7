"""Base-data forms and statement tables: every number under a year-and-measure head becomes a figure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from pipeline.document import Cell
from pipeline.extract.funds import is_amount
from pipeline.extract.grid import Grid, joined
from pipeline.extract.heads import SECTION_HEADS, RowKind, classify_row
from pipeline.extract.sections import FiguresSection, LeftoverSection, ProseSection, Section, cell_evidence
from pipeline.extract.statement_heads import base_data_fields, statement_columns
from pipeline.labels import RELATIVE_YEAR, YEAR_HEAD, bare, head_field, item_code
from pipeline.normalize.money import find_money_unit, parse_money
from pipeline.normalize.number import parse_cell
from pipeline.normalize.rate import parse_percent
from pipeline.normalize.text import fold, is_blank_value, join_lines
from pipeline.records import Figure, Measure

ENDS = SECTION_HEADS | {RowKind.BUILDING_HEAD, RowKind.LABELS}
STAFF = {"staff_quota": "staff_quota", "staff_actual": "staff_actual", "staff_control_rate": "staff_control_rate"}
BUILDING = {
    "approved_scale": ("building_scale", Measure.COUNT),
    "actual_scale": ("building_scale", Measure.COUNT),
    "scale_control_rate": ("building_scale", Measure.RATE),
    "approved_investment": ("building_investment", Measure.BUDGET),
    "actual_investment": ("building_investment", Measure.EXECUTED),
    "investment_control_rate": ("building_investment", Measure.RATE),
}
LINE_NUMBER = re.compile(r"\d{1,3}|[1-3]\d{2}(\d{2}){1,2}")  # 行次, 科目编码
COUNTED = "个"  # the unit of 项目个数
PARENT = ["special_funds", "project_expenditure"]


def head_year(text: str, year: int | None) -> int | None:
    """The year that a head names (`2023年实际在职人数` → 2023, `上年末在职人数` → the year before), else `year`."""
    match = YEAR_HEAD.search(bare(text))
    if match:
        return int(match.group(1))
    step = next((step for word, step in RELATIVE_YEAR if bare(text).startswith(word)), 0)
    return year + step if year else None


def read_staff(grid: Grid, row: int, year: int | None) -> tuple[list[Section], int]:
    """编制数 | 实际在职人数 | 控制率 over one row of numbers."""
    fields = base_data_fields(grid.filled(row))
    heads = {col: grid.at(row, col) for col in fields}
    row = _next_filled(grid, row)
    figures = []
    for col, field in fields.items():
        head, cell = heads[col], grid.at(row, col)
        if head is None or cell is None or cell.row != row or field not in STAFF:
            continue
        is_rate = field == "staff_control_rate"
        value = parse_percent(cell.text, in_percent_column=True) if is_rate else _count(cell.text)
        if value is not None:
            figures.append(
                Figure(
                    item_raw=join_lines(head.text),
                    item=STAFF[field],
                    measure=Measure.RATE if is_rate else Measure.COUNT,
                    fiscal_year=head_year(head.text, year),
                    value=value,
                    unit="percent" if is_rate else "人",
                    value_raw=join_lines(cell.text),
                    unit_raw="%" if is_rate else "人",
                    context=join_lines(head.text),
                    evidence=cell_evidence(cell, flat=grid.table.origin == "flat"),
                )
            )
    return [FiguresSection(tuple(figures), base_data=True)], row + 1


def _next_filled(grid: Grid, row: int) -> int:
    row += 1
    while row < len(grid.rows) - 1 and not grid.filled(row):
        row += 1
    return row


def _count(text: str) -> Decimal | None:
    return None if is_blank_value(text) else parse_cell(text, "人|名|个")


def read_building(grid: Grid, row: int, year: int | None, unit: str | None) -> tuple[list[Section], int]:
    """批复规模 | 实际规模 | … | 预算投资 | 实际投资 over rows of numbers (楼堂馆所控制情况)."""
    fields = base_data_fields(grid.filled(row))
    heads = {col: grid.at(row, col) for col in fields}
    row = _next_filled(grid, row)
    figures: list[Figure] = []
    while row < len(grid.rows) and classify_row(grid, row) is RowKind.OTHER and _is_number_row(grid, row):
        for col, field in fields.items():
            head, cell = heads[col], grid.at(row, col)
            if head is not None and cell is not None and cell.row == row and field in BUILDING:
                figures.extend(_building_figure(head, cell, field, year, unit, grid))
        row += 1
    return [FiguresSection(tuple(figures), base_data=True)], row


def _is_number_row(grid: Grid, row: int) -> bool:
    return all(
        is_amount(cell.text) or is_blank_value(cell.text) or "%" in fold(cell.text) or cell.col == 0
        for cell in grid.filled(row)
    )


def _building_figure(
    head: Cell, cell: Cell, field: str, year: int | None, unit: str | None, grid: Grid
) -> list[Figure]:
    item, measure = BUILDING[field]
    label = join_lines(head.text)
    if is_blank_value(cell.text):
        return []
    match measure:
        case Measure.RATE:
            value, unit_code, unit_raw = parse_percent(cell.text, in_percent_column=True), "percent", "%"
        case Measure.COUNT:
            area = re.search(r"[(（]([^()（）]+)[)）]", label)
            unit_raw = area.group(1) if area else "㎡"
            value, unit_code = parse_cell(cell.text, "㎡|m[2²]|平方米"), unit_raw
        case _:
            unit_raw = find_money_unit(label) or unit or ""
            value, unit_code = parse_money(cell.text, unit_raw or None), "CNY"
    if value is None:
        return []
    name = re.sub(r"[(（][^()（）]*[)）]", "", label).strip()
    return [
        Figure(
            item_raw=name,
            item=item,
            measure=measure,
            fiscal_year=year,
            value=value,
            unit=unit_code,
            value_raw=join_lines(cell.text),
            unit_raw=unit_raw or None,
            context=label,
            evidence=cell_evidence(cell, flat=grid.table.origin == "flat"),
        )
    ]


def read_statement(grid: Grid, row: int, year: int | None, unit: str | None) -> tuple[list[Section], int]:
    """Rows under heads such as 2022年决算数 | 2023年预算数 | 2023年决算数: one figure per number."""
    filled = grid.filled(row)
    columns = statement_columns(filled)
    heads = {col: join_lines(cell.text) for col in columns if (cell := grid.at(row, col)) is not None}
    names = [cell for cell in filled if cell.col in columns or not is_amount(grid.text(row + 1, cell.col))]
    halves = split_halves(names, sorted(columns))
    left = [cell for cell in filled if cell.col < min(columns)]
    unit = next((found for cell in [*left, *filled] if (found := find_money_unit(join_lines(cell.text)))), None) or unit
    row += 1
    figures: list[Figure] = []
    others: list[Section] = []
    under: str | None = None
    base_data = any(measure == "final_account" for measure, _, _ in columns.values())
    while row < len(grid.rows) and classify_row(grid, row) not in ENDS:
        for start, cols in halves:
            labels = _row_label(grid, row, start, cols[0])
            numbers = {col: cell for col in cols if (cell := grid.at(row, col)) is not None and cell.row == row}
            label = joined(labels)
            code = item_code(label) if label else None
            under = _step_parent(under, code)
            if label and head_field("prose", label) and not any(is_amount(cell.text) for cell in numbers.values()):
                text = joined([cell for cell in grid.filled(row) if cell not in labels])
                others.append(ProseSection(label, text, cell_evidence(grid.filled(row)[-1])))
            elif label:
                for col, cell in numbers.items():
                    figures.extend(_statement_figure(label, code, cell, heads[col], columns[col], year, unit, grid))
            elif any(is_amount(cell.text) for cell in numbers.values()):
                others.append(LeftoverSection(" | ".join(fold(cell.text) for cell in grid.filled(row))))
        row += 1
    return [FiguresSection(tuple(figures), base_data=base_data), *others], row


def _step_parent(under: str | None, code: str | None) -> str | None:
    return code if code in PARENT else (None if code else under)


def split_halves(head: list[Cell], columns: list[int]) -> list[tuple[int, list[int]]]:
    """The tables that stand side by side (收入 | 支出): where each begins, and its columns of numbers.

    A new one begins where a head that is no column of numbers (项目) follows such columns.
    """
    halves: list[tuple[int, list[int]]] = [(0, [])]
    for cell in sorted(head, key=lambda cell: cell.col):
        if cell.col in columns:
            halves[-1][1].append(cell.col)
        elif halves[-1][1] and any(col > cell.col for col in columns):
            halves.append((cell.col, []))
    return [(start, cols) for start, cols in halves if cols]


def _row_label(grid: Grid, row: int, start: int, first: int) -> list[Cell]:
    cells = [cell for cell in grid.distinct(row) if start <= cell.col < first and fold(cell.text)]
    cells = [cell for cell in cells if not LINE_NUMBER.fullmatch(fold(cell.text))]
    return [cell for cell in cells if cell.row == row] or cells[-1:]


def _statement_figure(
    label: str,
    code: str | None,
    cell: Cell,
    head: str,
    column: tuple[str, int | None, int | None],
    year: int | None,
    unit: str | None,
    grid: Grid,
) -> Iterable[Figure]:
    measure, head_year_, offset = column
    if is_blank_value(cell.text):
        return []
    is_rate = measure in ("rate", "change_rate")
    own_unit = find_money_unit(label) or find_money_unit(head) or unit
    is_count = measure == "count"
    value = (
        parse_percent(cell.text, in_percent_column=True)
        if is_rate
        else _count(cell.text)
        if is_count
        else parse_money(cell.text, own_unit)
    )
    if value is None:
        return []
    name = re.sub(r"[:：]$", "", label).strip()
    figure_year = head_year_ or (year + (offset or 0) if year else None)
    return [
        Figure(
            item_raw=name,
            item=(item_code(head) if code == "total" else None) or code or "project_item",
            measure=Measure(measure),
            fiscal_year=figure_year,
            value=value,
            unit="percent" if is_rate else COUNTED if is_count else "CNY",
            value_raw=join_lines(cell.text),
            unit_raw="%" if is_rate else None if is_count else own_unit,
            context=f"{name} | {head}",
            evidence=cell_evidence(cell, flat=grid.table.origin == "flat"),
        )
    ]
