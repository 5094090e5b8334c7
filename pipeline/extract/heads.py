"""What a row of a table is: a head row, a label row, a title, a total. Told by its words, never by its position."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from enum import Enum, auto
from itertools import pairwise

from pipeline.document import Cell
from pipeline.extract.grades import GRADE_WORD, is_totals_row
from pipeline.extract.grid import Grid
from pipeline.extract.statement_heads import base_data_fields, statement_columns
from pipeline.labels import (
    YEAR_HEAD,
    bare,
    head_field,
    is_form_title,
    item_code,
    level1_code,
    level2_code,
)
from pipeline.normalize.dates import parse_fiscal_year
from pipeline.normalize.text import fold, is_blank_value, join_lines

MONEY_FIELDS = frozenset({"initial_budget", "annual_budget", "executed"})
SIDEWAYS = {
    "total",
    "fiscal",
    "basic_expenditure",
    "project_expenditure",
    "other",
    "carryover",
    "general_public_budget",
    "gov_fund",
    "central_transfer",
    "province_transfer",
    "local_funds",
}
SCORES = ("score_self", "score", "score_review")
PAIR_MONEY = MONEY_FIELDS | {"appropriation"}
PROJECT_HEADS = 4  # so many columns has a list of projects that names no money
LISTED = (
    "subject",
    "department",
    "filled_by",
    "implementing_unit",
)  # what names the rows of a list, the first there is
LABEL_CHARS = 20  # no label is longer
GOAL_CHARS = 6  # no goal is shorter
FUNDS_TOTAL = re.compile(
    r"(年度|项目|本年度?|全年|当年)?(项目|预算)?资金(年度)?(申请)?(总额|总计|合计)|下达资金总额|项目金额"
)
BUDGET_SCALE = re.compile(r"(预算|资金)规模")  # labels a block that plans and never has what was spent
LEADING_NUMBER = re.compile(r"[\d.,，]+(亿元?|万元?|千元|元)?(\([^()]*\))?")
NUMERIC = re.compile(r"[-+−]?[\d,.，．]+(%|‰|万元|元|亿元|分)?")


class RowKind(Enum):
    BLANK = auto()
    TITLE = auto()
    LABELS = auto()
    FUNDS_HEAD = auto()
    GOALS_HEAD = auto()
    FUNDS_COLUMNS = auto()
    FUND_LINES = auto()
    PROJECTS_HEAD = auto()
    INDICATOR = auto()
    INDICATORS_HEAD = auto()
    STAFF_HEAD = auto()
    BUILDING_HEAD = auto()
    STATEMENT_HEAD = auto()
    GOALS = auto()
    PAIRS = auto()
    TOTAL = auto()
    GRADE = auto()
    PROSE = auto()
    OTHER = auto()


SECTION_HEADS = frozenset(  # a row that begins another section, whatever section it stands in
    {
        RowKind.TITLE,
        RowKind.FUNDS_HEAD,
        RowKind.FUNDS_COLUMNS,
        RowKind.GOALS_HEAD,
        RowKind.INDICATORS_HEAD,
        RowKind.STAFF_HEAD,
        RowKind.STATEMENT_HEAD,
    }
)


def is_numeric(text: str) -> bool:
    """True for the text of a cell that holds one plain number, with or without a unit."""
    return NUMERIC.fullmatch(fold(text)) is not None and any(char.isdigit() for char in fold(text))


def column_fields(cells: Iterable[Cell], section: str) -> dict[int, str]:
    """Column → field, for the cells of a head row (`heads.toml` section)."""
    fields: dict[int, str] = {}
    for cell in cells:
        field = head_field(section, cell.text)
        if field:
            fields[cell.col] = field
    return fields


def is_indicators_head(cells: list[Cell]) -> bool:
    """True for 一级指标 | 二级指标 | 三级指标 | … and its variants."""
    fields = set(column_fields(cells, "indicators").values())
    levels = fields & {"level1", "level2", "level3"}
    values = fields & {"target", "actual", "weight", "score", "score_self", "score_review", "target_op"}
    if len(levels) >= 2:
        return bool(values | (levels & {"level3"}))
    return bool(fields & {"level3", "indicator_name"}) and len(values) >= 2


def project_columns(cells: list[Cell]) -> dict[str, int]:
    """Field → column of a head with one project or department per row below it; empty for any other head.

    `name` is the column that names the rows. Scores or grades stand in the head, and money, or four columns at least.
    """
    money = column_fields(cells, "funds")
    fields = {field: col for col, field in column_fields(cells, "labels").items()}
    scores = {field: col for col, field in reversed(column_fields(cells, "indicators").items()) if field in SCORES}
    grades = {field: col for col, field in reversed(column_fields(cells, "totals").items())}
    score = next((scores[field] for field in SCORES if field in scores), grades.get("label"))
    fields.update({} if score is None else {"score": score})
    fields.update({"grade": grades["grade"]} if "grade" in grades else {})
    plain = next((cell.col for cell in cells if bare(cell.text) == "项目"), None)
    if plain is not None and "subject" not in fields and {"score", "grade"} <= set(fields):
        fields["subject"] = plain
    names = next((fields[field] for field in LISTED if field in fields), None)
    fields.update({} if names is None else {"name": names})
    is_head = "name" in fields and {"score", "grade"} & set(fields)
    is_wide = {"score", "grade"} <= set(fields) and len(cells) >= PROJECT_HEADS
    has_values = set(money.values()) & MONEY_FIELDS or is_wide
    return fields if is_head and has_values and not any(is_numeric(cell.text) for cell in cells) else {}


def is_projects_head(grid: Grid, row: int) -> bool:
    """True for 项目名称 | … | 自评得分 | 等级 over rows of projects; a form's own line of labels is none.

    Where it names departments or no money, a score or a grade below proves the row of a list, totals left out.
    资金名称 heads the lines of a form's funds too, with the block's label at its left or a line of funds below.
    """
    head = head_cells(grid, row)
    fields = project_columns(head)
    if not fields:
        return False
    below = max(cell.row for cell in head) + 1
    below += is_totals_row(grid, below)
    name = grid.text(below, fields["name"])
    if any(cell.col == fields["name"] and head_field("funds", cell.text) == "label" for cell in head) and (
        item_code(name) in SIDEWAYS or any(head_field("sections", cell.text) == "funds" for cell in grid.distinct(row))
    ):
        return False
    if "subject" in fields and set(column_fields(head, "funds").values()) & MONEY_FIELDS:
        return True
    grade = fold(grid.text(below, fields.get("grade", -1)))
    is_scored = is_numeric(grid.text(below, fields.get("score", -1))) or GRADE_WORD.fullmatch(grade) is not None
    return is_scored and bool(fold(name)) and not is_numeric(name) and head_field("labels", name) is None


def head_cells(grid: Grid, row: int) -> list[Cell]:
    """The cells of a head that may run over two rows: those of the lower row stand for the one that they divide."""
    filled = grid.filled(row)
    below = grid.filled(row + 1) if any(cell.rowspan == 2 for cell in filled) else []
    if not below or any(is_numeric(cell.text) for cell in below):
        return filled
    return [
        cell
        for cell in filled
        if cell.rowspan > 1 or not any(cell.col <= b.col < cell.col + cell.colspan for b in below)
    ] + below


def is_columns_of_funds(grid: Grid, row: int) -> bool:
    """True for 资金总额 | 基本支出 | 项目支出 over rows headed 预算数 and 执行数: a funds block on its side."""
    items = [cell for cell in grid.filled(row) if item_code(cell.text) in SIDEWAYS]
    if len(items) < 2 or any(is_numeric(cell.text) for cell in grid.filled(row)):
        return False
    labels = [grid.at(below, items[0].col - 1) for below in (row + 1, row + 2)]
    return all(
        label is not None
        and label.row > row
        and head_field("funds", label.text) in MONEY_FIELDS
        and is_numeric(grid.text(label.row, items[0].col))
        for label in labels
    )


def is_indicator_row(cells: list[Cell]) -> bool:
    """True for 产出指标 | 数量指标 | name | … where no head says what the columns are."""
    names = [cell.text for cell in cells[:3]]
    return (
        len(cells) >= 5
        and level1_code(names[0]) is not None
        and level2_code(names[1]) is not None
        and not is_numeric(names[2])
        and any(is_numeric(cell.text) for cell in cells[3:])
    )


def is_funds_head(cells: list[Cell]) -> bool:
    """True for 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 and its variants."""
    named = list(column_fields(cells, "funds").values())
    fields = set(named)
    money = fields & MONEY_FIELDS
    if all(named.count(field) > 1 for field in money) or is_account_head(cells, fields):
        return False
    if any(is_numeric(cell.text) for cell in cells) or any(
        YEAR_HEAD.search(bare(cell.text)) for cell in cells if head_field("funds", YEAR_HEAD.sub("", bare(cell.text)))
    ):
        return False
    return len(fields & MONEY_FIELDS) >= 2 or ("execution_rate" in fields and bool(fields & MONEY_FIELDS))


def is_list_head(cells: list[Cell]) -> bool:
    """True for 市县 | 下达资金 | 支出资金 and 支出内容 | 预算 | 支出: lists of places and costs, no form's funds."""
    amounts = statement_columns(cells)
    if len(amounts) < 2 or any(is_numeric(cell.text) for cell in cells):
        return False
    return any(cell.col < min(amounts) and head_field("lists", cell.text) in ("place", "spending") for cell in cells)


def is_total_of_funds(cells: list[Cell]) -> bool:
    """True for 资金情况（万元） | 年度资金总额 | 80: the total of a funds block that no head names the columns of.

    One amount stands right of it, or the parts with theirs (其中：财政拨款 | 80).
    """
    is_label = len(cells) > 1 and LEADING_NUMBER.fullmatch(fold(cells[1].text)) is not None
    rest = cells[1:] if cells and head_field("sections", cells[0].text) == "funds" and not is_label else cells
    if len(rest) == 1 and (inline := split_amount(rest[0])):
        return FUNDS_TOTAL.fullmatch(bare(inline[0].text)) is not None
    numbers = [cell for cell in rest if LEADING_NUMBER.fullmatch(fold(cell.text))]
    labels = [cell for cell in rest if fund_code(cell.text) is not None and cell not in numbers]
    is_scale = len(rest) < len(cells) and BUDGET_SCALE.match(bare(cells[0].text)) is not None
    if len(rest) < 2 or not (FUNDS_TOTAL.fullmatch(bare(rest[0].text)) or (is_scale and fund_code(rest[0].text))):
        return False
    return rest[1] in numbers and len(numbers) <= len(labels) and len(numbers) + len(labels) == len(rest)


def is_blank_total(grid: Grid, row: int) -> bool:
    """True for 年度资金总额 with no amount over the parts that have theirs (其中：中央补助 | 50.29)."""
    here, below = (
        [cell for cell in grid.filled(r) if head_field("sections", cell.text) != "funds"] for r in (row, row + 1)
    )
    if len(here) != 1 or FUNDS_TOTAL.fullmatch(bare(here[0].text)) is None or len(below) != 2:
        return False
    return fund_code(below[0].text) in SIDEWAYS and LEADING_NUMBER.fullmatch(fold(below[1].text)) is not None


def split_amount(cell: Cell) -> tuple[Cell, Cell] | None:
    """Label and amount of `资金总额：250`, both in one cell; None for any other cell."""
    label, mark, value = join_lines(cell.text).replace("：", ":").partition(":")
    if not mark or not fold(label) or not LEADING_NUMBER.fullmatch(fold(value)):
        return None
    return replace(cell, text=label.strip()), replace(cell, text=value.strip())


def fund_code(label: str) -> str | None:
    """The code of a line of funds; 预算数 alone beside an amount is the total."""
    return "total" if bare(label) in ("预算数", "预算金额") else item_code(label)


def is_account_head(cells: list[Cell], fields: set[str]) -> bool:
    """True for 预算数 | 决算数 without rate and points: the head of a statement, not of a form's funds."""
    return any("决算" in fold(cell.text) for cell in cells) and not fields & {"weight", "score", "execution_rate"}


def is_goals_head(cells: list[Cell]) -> bool:
    """True for 预期目标 | 实际完成情况 and its variants, and for 中期目标 | 年度目标."""
    fields = set(column_fields(cells, "goals").values())
    is_head = {"expected", "actual"} <= fields or {"expected", "medium"} <= fields
    return is_head and not is_goals_row(cells) and not any(is_numeric(cell.text) for cell in cells)


def goal_field(text: str) -> str | None:
    """`expected` or `actual` of a label whose value is a goal in words (年度绩效目标, 目标完成情况), else None."""
    if head_field("sections", text) == "goals" and head_field("goals", text) != "actual":
        return "expected"
    return head_field("goals", text)


def goal_cells(cells: list[Cell]) -> list[Cell]:
    """The labels and texts of a row of goals, without the section's own label (绩效目标 | 年初目标 | text)."""
    is_headed = len(cells) in (3, 5) and goal_field(cells[0].text) == "expected"
    return cells[1:] if is_headed and goal_field(cells[1].text) and not goal_field(cells[2].text) else cells


def is_goals_row(filled: list[Cell]) -> bool:
    """True for 年度目标 | text, also with 完成情况 | text beside it, or all in one cell (`绩效目标：……`)."""
    cells = goal_cells(filled)
    if len(cells) == 1:
        label, _, text = join_lines(cells[0].text).replace("：", ":").partition(":")
        return len(fold(label)) <= LABEL_CHARS and goal_field(label) is not None and len(fold(text)) >= GOAL_CHARS
    values = cells[1::2]
    return (
        len(cells) in (2, 4)
        and all(goal_field(cell.text) in ("expected", "actual") for cell in cells[::2])
        and not any(goal_field(cell.text) for cell in values)
        and all(len(fold(cell.text)) >= GOAL_CHARS and not is_numeric(cell.text) for cell in values)
    )


def pair_field(text: str) -> str | None:
    """The field of a label beside whose cell an amount stands (`当年预算数（元）`), or None."""
    return head_field("pairs", text) if len(fold(text)) <= LABEL_CHARS else None


def split_inline(cell: Cell) -> tuple[Cell, Cell] | None:
    """Label and value of `实际支出（万元）：116.40`, both in one cell; None for any other cell."""
    label, mark, value = join_lines(cell.text).replace("：", ":").partition(":")
    if not mark or pair_field(label) is None or not is_numeric(value):
        return None
    return replace(cell, text=label), replace(cell, text=value)


def is_pairs_row(cells: list[Cell]) -> bool:
    """True where an amount stands beside its own label: 当年预算数 | 1,200 | 预算执行数 | 1,150."""
    beside = any(pair_field(a.text) in PAIR_MONEY and is_numeric(b.text) for a, b in pairwise(cells))
    return beside or any(split_inline(cell) for cell in cells)


def is_title(grid: Grid, row: int) -> bool:
    """True where the row is a form's title or its year, alone in its row."""
    filled = grid.filled(row)
    if len(filled) != 1 or len([cell for cell in grid.distinct(row) if fold(cell.text)]) > 1:
        return False
    text = filled[0].text
    folded = fold(text)
    return is_form_title(text) or (
        len(folded) <= 16 and parse_fiscal_year(folded) is not None and bool(re.search(r"年度?\)?$", folded))
    )


def classify_row(grid: Grid, row: int) -> RowKind:
    """What the row is; OTHER for a row that only the section it stands in can read."""
    filled = grid.filled(row)
    if not filled:
        return RowKind.BLANK
    if is_title(grid, row):
        return RowKind.TITLE
    if is_indicators_head(filled):
        return RowKind.INDICATORS_HEAD
    if is_projects_head(grid, row):
        return RowKind.PROJECTS_HEAD
    if is_list_head(filled):
        return RowKind.STATEMENT_HEAD
    if is_funds_head(filled):
        return RowKind.FUNDS_HEAD
    if is_columns_of_funds(grid, row):
        return RowKind.FUNDS_COLUMNS
    if is_goals_head(filled):
        return RowKind.GOALS_HEAD
    base = set(base_data_fields(filled).values())
    if {"staff_quota", "staff_actual"} <= base:
        return RowKind.STAFF_HEAD
    if {"approved_scale", "actual_scale"} <= base or {"approved_investment", "actual_investment"} <= base:
        return RowKind.BUILDING_HEAD
    if len(statement_columns(filled)) >= 2 and not any(is_numeric(cell.text) for cell in filled):
        return RowKind.STATEMENT_HEAD
    return RowKind.FUND_LINES if is_blank_total(grid, row) else _classify_by_first(filled)


def _classify_by_first(filled: list[Cell]) -> RowKind:
    first = filled[0].text
    if is_indicator_row(filled):
        return RowKind.INDICATOR
    if is_total_of_funds(filled):
        return RowKind.FUND_LINES
    if is_pairs_row(filled):
        return RowKind.PAIRS
    if is_goals_row(filled):
        return RowKind.GOALS
    if head_field("labels", first) and len(fold(first)) <= 20:
        return RowKind.LABELS
    if head_field("pairs", first) and (
        len(filled) == 1
        or is_numeric(filled[1].text)
        or is_blank_value(filled[1].text)
        or head_field("pairs", filled[1].text)
    ):
        return RowKind.PAIRS
    if head_field("totals", first) == "grade":
        return RowKind.GRADE
    if head_field("totals", first) == "label" and all(
        is_numeric(cell.text)
        or is_blank_value(cell.text)
        or head_field("totals", cell.text)
        or len(fold(cell.text)) <= 24
        for cell in filled[1:]
    ):
        return RowKind.TOTAL
    if head_field("prose", first) and len(filled) <= 3:
        return RowKind.PROSE
    return RowKind.OTHER
