"""The funds block of a form (项目资金, 年度预算申请): head row → columns → one `Fund` per line that holds a number."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.document import Cell, Table
from pipeline.extract.grid import Grid, joined, table_to_grid
from pipeline.extract.heads import MONEY_FIELDS, RowKind, classify_row, column_fields
from pipeline.extract.sections import FundsSection, LeftoverSection, ProseSection, Section, cell_evidence
from pipeline.labels import head_field, is_prompt, item_code
from pipeline.normalize.money import find_money_unit, parse_money
from pipeline.normalize.number import parse_cell, parse_number
from pipeline.normalize.rate import fraction_to_percent, parse_percent
from pipeline.normalize.text import fold, is_blank_value, join_lines
from pipeline.records import Figure, Fund, Measure

FUND_ITEMS = frozenset(
    (
        *("total", "fiscal", "central_transfer", "province_transfer", "local_funds", "carryover", "other"),
        *("general_public_budget", "gov_fund", "state_capital", "special_account", "social_insurance"),
        *("basic_expenditure", "project_expenditure", "personnel", "public_funds"),
    )
)
COLUMN_NUMBERS = ("列次", "栏次", "行次")  # labels of the row that numbers the columns
INLINE = re.compile(r"^(?P<label>.*?[^\d\s:：])\s*[:：]\s*(?P<number>[-\d.,，．０-９]+)\s*(?P<unit>万元|亿元|元)?$")
REASON_CHARS = 12
ADJUSTED = re.compile(r"调整|变更|调剂|追加后|下达")
ADJUSTED_ROWS = 3  # lines of a block by which a column of adjusted budgets is told from one of changes
ENDS = frozenset(RowKind) - {
    *(RowKind.OTHER, RowKind.BLANK, RowKind.TOTAL, RowKind.PAIRS, RowKind.FUND_LINES, RowKind.PROSE)
}


@dataclass(frozen=True)
class FundColumns:
    """Field → column of a funds block, and the unit that head, section label or table name."""

    fields: dict[str, int]
    units: dict[str, str | None]
    aside: frozenset[int] = frozenset()  # columns of words left of the amounts that name no line (完成情况)

    @property
    def first_amount(self) -> int:
        return min((col for field, col in self.fields.items() if field != "label"), default=0)


def read_columns(grid: Grid, row: int, unit: str | None) -> FundColumns:
    """The columns that the head at `row` names, each with its own unit where the head has one."""
    return name_columns(grid, row, unit, grid.filled(row))


def name_columns(grid: Grid, row: int, unit: str | None, head: list[Cell]) -> FundColumns:
    """The columns that the cells of a head name; the head begins at `row`."""
    by_col = column_fields(head, "funds")
    fields: dict[str, int] = {}
    for col in sorted(by_col):
        if by_col[col] in MONEY_FIELDS and _holds_labels(grid, row, col):
            fields.setdefault("label", col)
        else:
            fields.setdefault(by_col[col], col)
    fields = _with_adjusted(grid, row, fields, [cell for cell in head if by_col.get(cell.col) == "annual_budget"])
    first = min((col for field, col in fields.items() if field != "label"), default=0)
    if fields.get("label", first) > first:
        del fields["label"]
    heads = {field: next((cell for cell in head if cell.col == col), None) for field, col in fields.items()}
    section = section_unit(grid, row, first) or unit
    units = {field: (find_money_unit(cell.text) if cell else None) or section for field, cell in heads.items()}
    aside = frozenset(cell.col for cell in head if _is_aside(cell.text))
    return FundColumns(fields, units, aside)


def _with_adjusted(grid: Grid, row: int, fields: dict[str, int], budgets: list[Cell]) -> dict[str, int]:
    """The columns of 预算数 | 调整数: the former is what the year began with, the latter what held in the end.

    A column of changes (-20.00 beside 260.00) is no budget: then nothing moves.
    """
    if "initial_budget" in fields or len(budgets) != 2 or fields.get("annual_budget") != budgets[0].col:
        return fields
    first, second = (cell.col for cell in budgets)
    if not ADJUSTED.search(fold(budgets[1].text)) or ADJUSTED.search(fold(budgets[0].text)):
        return fields
    amounts = [
        (parse_number(grid.text(below, first)), parse_number(grid.text(below, second)))
        for below in range(row + 1, min(len(grid.rows), row + 1 + ADJUSTED_ROWS))
    ]
    both = [(a, b) for a, b in amounts if a and b is not None]
    if not both or any(b * 2 < a for a, b in both):
        return fields
    return {**fields, "initial_budget": first, "annual_budget": second}


def _is_aside(head: str) -> bool:
    """True for the head of a column of words that name no line: 完成情况, 主要内容."""
    return head_field("goals", head) == "actual" or head_field("prose", head) is not None


def _holds_labels(grid: Grid, row: int, col: int) -> bool:
    """True where the cell below a head is a line's label: `年度预算数` may head the labels or the amounts.

    A head that is divided below (预算金额 into 总额 | 财政拨款) heads amounts.
    """
    below, beside = grid.at(row + 1, col), grid.at(row + 1, col + 1)
    if below is None or below is grid.at(row, col) or item_code(below.text) is None:
        return False
    above = grid.at(row, col + 1)
    is_divided = beside is not None and beside is not below and item_code(beside.text) is not None
    return not (is_divided and (above is None or above is grid.at(row, col) or not fold(above.text)))


def section_unit(grid: Grid, row: int, before: int) -> str | None:
    """The unit in the labels left of column `before` (`项目资金（万元）`)."""
    for cell in grid.distinct(row):
        if cell.col < before:
            unit = find_money_unit(join_lines(cell.text))
            if unit:
                return unit
    return None


def read_funds(grid: Grid, row: int, unit: str | None) -> tuple[list[Section], int]:
    """The sections of the funds block whose head stands at `row`, and the first row after it.

    A block none of whose lines carries the label of a fund, or with a project per line, is a statement: its numbers
    become figures.
    """
    columns = read_columns(grid, row, unit)
    by_project = any(_names_project(cell) for cell in grid.filled(row))
    row += 1
    funds: list[Fund] = []
    leftovers: list[Section] = []
    while row < len(grid.rows) and classify_row(grid, row) not in ENDS:
        if classify_row(grid, row) is RowKind.PROSE and not _numbers(grid, row, columns):
            break
        lines = read_line(grid, row, columns)
        funds.extend(lines)
        leftovers.extend(read_reason(grid, row, columns))
        if not lines and any(is_amount(cell.text) for cell in grid.filled(row)):
            leftovers.append(LeftoverSection(" | ".join(fold(cell.text) for cell in grid.filled(row))))
        row += 1
    if funds and (by_project or not any(fund.item in FUND_ITEMS for fund in funds)):
        return [FundsSection((), tuple(figure for fund in funds for figure in fund_to_figures(fund))), *leftovers], row
    return [FundsSection(tuple(funds)), *leftovers], row


def _names_project(head: Cell) -> bool:
    """True for 项目名称 and 部门名称; 资金名称 names the lines of a form too."""
    return head_field("labels", head.text) in ("subject", "department") and head_field("funds", head.text) != "label"


def read_sideways(grid: Grid, row: int, unit: str | None) -> tuple[list[Section], int]:
    """The funds block on its side whose head of items stands at `row`: turned over, it is read like any other."""
    first = next(cell.col for cell in grid.filled(row) if item_code(cell.text) is not None)
    end = row + 1
    while end < len(grid.rows) and head_field("funds", grid.text(end, first - 1)) is not None:
        end += 1
    cells = [cell for cell in grid.table.cells if row <= cell.row < end and cell.col >= first - 1]
    turned = [
        replace(cell, row=cell.col - first + 1, col=cell.row - row, rowspan=cell.colspan, colspan=cell.rowspan)
        for cell in cells
    ]
    table = Table(tuple(sorted(turned, key=lambda cell: (cell.row, cell.col))), grid.table.origin)
    sections, _ = read_funds(table_to_grid(table), 0, section_unit(grid, row, first) or unit)
    return sections, end


def read_reason(grid: Grid, row: int, columns: FundColumns) -> list[Section]:
    """Why a line was not spent in full (原因), as running text; the template's own note is none."""
    cell = grid.at(row, columns.fields.get("deviation", -1))
    if cell is None or cell.row != row or len(fold(cell.text)) < REASON_CHARS or is_prompt(cell.text):
        return []
    return [ProseSection("原因", join_lines(cell.text), cell_evidence(cell))]


def is_amount(text: str) -> bool:
    """True where the text is a plain number, with or without 元/万元/万."""
    return parse_cell(text, "(?:亿|万)?元|[亿万]") is not None


def _numbers(grid: Grid, row: int, columns: FundColumns) -> bool:
    return any(is_amount(grid.text(row, col)) for field, col in columns.fields.items() if field in MONEY_FIELDS)


def read_line(grid: Grid, row: int, columns: FundColumns) -> list[Fund]:
    """The funds of one row: one by its columns, or one per `label：number` cell."""
    labels = [cell for cell in _label_cells(grid, row, columns) if not is_amount(cell.text)]
    if any(fold(cell.text) in COLUMN_NUMBERS for cell in labels):
        return []
    if _numbers(grid, row, columns) and labels:
        return [read_fund(grid, row, columns, labels)]
    section = [cell for cell in grid.distinct(row) if head_field("sections", cell.text) == "funds"]
    if _numbers(grid, row, columns) and section:
        return [replace(read_fund(grid, row, columns, section[:1]), item="total")]
    inline = [(cell, INLINE.match(join_lines(cell.text))) for cell in grid.filled(row)]
    unit = columns.units.get("annual_budget") or next(iter(columns.units.values()), None)
    return [_inline_fund(cell, match, unit, grid) for cell, match in inline if match and item_code(match["label"])]


def _label_cells(grid: Grid, row: int, columns: FundColumns) -> list[Cell]:
    """The cells that name the line: those left of the amounts that are not the section's own label."""
    left = [cell for cell in grid.distinct(row) if cell.col < columns.first_amount and fold(cell.text)]
    cells = [cell for cell in left if cell.col not in columns.aside]
    own = [cell for cell in cells if cell.row == row and head_field("sections", cell.text) != "funds"]
    if own:
        return own
    named = [cell for cell in cells if cell.row == row and item_code(cell.text) is not None]
    if named and any(cell.row < row for cell in cells):
        return named[-1:]
    return [cell for cell in cells if head_field("sections", cell.text) != "funds"][-1:]


def read_fund(grid: Grid, row: int, columns: FundColumns, labels: list[Cell]) -> Fund:
    """The fund line of one row."""
    label = joined(labels)
    raw = {field: grid.text(row, col) or None for field, col in columns.fields.items()}
    money = {
        field: _money(raw.get(field), find_money_unit(label) or columns.units.get(field)) for field in MONEY_FIELDS
    }
    rate = _rate(raw.get("execution_rate"), money["annual_budget"] or money["initial_budget"], money["executed"])
    return Fund(
        item_raw=label,
        item=item_code(label),
        initial_budget_raw=raw.get("initial_budget"),
        initial_budget=money["initial_budget"],
        annual_budget_raw=raw.get("annual_budget"),
        annual_budget=money["annual_budget"],
        executed_raw=raw.get("executed"),
        executed=money["executed"],
        unit_raw=_line_unit(
            raw,
            find_money_unit(label)
            or next((columns.units[f] for f in sorted(MONEY_FIELDS) if f in columns.units), None),
        ),
        weight_raw=raw.get("weight"),
        weight=points(raw.get("weight")),
        execution_rate_raw=raw.get("execution_rate"),
        execution_rate=rate,
        score_raw=raw.get("score"),
        score=points(raw.get("score")),
        evidence=cell_evidence(labels[0], flat=grid.table.origin == "flat"),
    )


def _line_unit(raw: dict[str, str | None], head_unit: str | None) -> str | None:
    for field in ("initial_budget", "annual_budget", "executed"):
        match = re.search(r"(亿元|万元|千元|元|亿|万)$", fold(raw.get(field) or ""))
        if match:
            return match.group(1)
    return head_unit


def _money(text: str | None, unit: str | None) -> Decimal | None:
    return None if text is None or is_blank_value(text) else parse_money(text, unit)


def points(text: str | None) -> Decimal | None:
    """Points as printed (`9.76分`); None for blanks and prompts."""
    if text is None or is_blank_value(text) or is_prompt(text):
        return None
    return parse_cell(text, "分")


def _rate(text: str | None, budget: Decimal | None, executed: Decimal | None) -> Decimal | None:
    """The execution rate in percent; `0.985` becomes 98.5 only where budget and execution prove it."""
    if text is None or is_blank_value(text):
        return None
    rate = parse_percent(text, in_percent_column=True)
    if rate is not None and not re.search(r"[%％‰]", text):
        return fraction_to_percent(rate, budget, executed)
    return rate


def _inline_fund(cell: Cell, match: re.Match[str], unit: str | None, grid: Grid) -> Fund:
    unit = match["unit"] or unit
    label = match["label"]
    return Fund(
        item_raw=label,
        item=item_code(label),
        annual_budget_raw=match["number"],
        annual_budget=parse_money(match["number"], unit),
        unit_raw=unit,
        evidence=cell_evidence(cell, flat=grid.table.origin == "flat"),
    )


def fund_to_figures(fund: Fund) -> list[Figure]:
    """The amounts of a line that is no fund (a spending item in a statement) as figures."""
    figures = []
    for measure, raw, value in (
        (Measure.INITIAL_BUDGET, fund.initial_budget_raw, fund.initial_budget),
        (Measure.BUDGET, fund.annual_budget_raw, fund.annual_budget),
        (Measure.EXECUTED, fund.executed_raw, fund.executed),
    ):
        if raw is not None and value is not None:
            figures.append(
                Figure(
                    item_raw=fund.item_raw,
                    item=fund.item or "project_item",
                    measure=measure,
                    value=value,
                    unit="CNY",
                    value_raw=raw,
                    unit_raw=fund.unit_raw,
                    context=fund.item_raw,
                    evidence=fund.evidence,
                )
            )
    return figures
