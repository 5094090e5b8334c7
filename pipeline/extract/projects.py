"""Several objects in one table, one per row: 序号 | 项目名称 | 预算数 | 执行数 | 执行率 | 自评得分 | 等级.

Departments are listed so too: 部门名称 | 部门预算数 | 支出决算数 | 得分 | 等级.
"""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.document import Cell
from pipeline.extract.funds import FundColumns, fund_to_figures, is_amount, name_columns, points, read_fund
from pipeline.extract.grades import SUM_CELLS, is_totals_row
from pipeline.extract.grid import Grid
from pipeline.extract.heads import RowKind, classify_row, head_cells, project_columns
from pipeline.extract.sections import (
    EntrySection,
    FiguresSection,
    FundsSection,
    GradeSection,
    LabelSection,
    LeftoverSection,
    Section,
    TotalSection,
    cell_evidence,
)
from pipeline.labels import LIST_NUMBER, bare
from pipeline.normalize.codes import parse_grade
from pipeline.normalize.text import fold, join_lines

GROUP_NUMBER = re.compile(r"[一二三四五六七八九十]{1,3}")
ENDS = frozenset(RowKind) - {RowKind.OTHER, RowKind.BLANK, RowKind.TOTAL, RowKind.PROSE, RowKind.LABELS, RowKind.GRADE}


def read_projects(grid: Grid, row: int, unit: str | None) -> tuple[list[Section], int]:
    """A subject, its money, score and grade for each row below the head at `row`, and the first row after them.

    The row of totals gives figures: it speaks of no project. It comes first, so that they belong to none.
    """
    head = head_cells(grid, row)
    named = project_columns(head)
    columns = name_columns(grid, row, unit, head)
    columns = replace(columns, fields={field: col for field, col in columns.fields.items() if field in MONEY})
    projects: list[Section] = []
    shared: dict[str, Cell] = {}
    totals: list[Section] = []
    row = max(cell.row for cell in head) + 1
    while row < len(grid.rows) and classify_row(grid, row) not in ENDS:
        name = grid.at(row, named["name"])
        filled = grid.filled(row)
        numbers = [cell for cell in filled if is_amount(cell.text) and cell is not filled[0]]
        if is_totals_row(grid, row) or (numbers and _heads_group(grid, row, named)):
            totals.append(_read_sum(grid, row, columns, name))
        elif name is not None and numbers and fold(name.text) and not is_amount(name.text):
            projects.extend(_read_project(grid, row, name, named, shared))
            fund = replace(read_fund(grid, row, columns, [name]), item="total")
            projects.extend([FundsSection((fund,))] if columns.fields else [])
        elif numbers:
            projects.append(LeftoverSection(" | ".join(fold(cell.text) for cell in filled)))
        row += 1
    return [*totals, *projects], row


MONEY = frozenset({"initial_budget", "annual_budget", "executed", "execution_rate"})


def _read_sum(grid: Grid, row: int, columns: FundColumns, name: Cell | None) -> Section:
    """The amounts of a row that sums up: of all, of some (小计) or of a group by its name; an average is left over."""
    filled = grid.filled(row)
    words = [bare(cell.text) for cell in filled[:SUM_CELLS]]
    if any(word.startswith("平均") for word in words):
        return LeftoverSection(" | ".join(fold(cell.text) for cell in filled))
    is_whole = any(word.startswith(("总计", "合计")) for word in words)
    label = filled[0] if is_whole or name is None or not fold(name.text) else name
    fund = replace(read_fund(grid, row, columns, [label]), item="total" if is_whole else "project_item")
    return FiguresSection(tuple(fund_to_figures(fund)))


def _heads_group(grid: Grid, row: int, named: dict[str, int]) -> bool:
    """True for a row over the projects of one department: its number is 一 or （一）, and nobody scored it."""
    first = fold(grid.filled(row)[0].text).strip("()、.")
    is_scored = any(fold(grid.text(row, named[field])) for field in ("score", "grade") if field in named)
    return GROUP_NUMBER.fullmatch(first) is not None and not is_scored


def _read_project(grid: Grid, row: int, name: Cell, named: dict[str, int], shared: dict[str, Cell]) -> list[Section]:
    """What a row says of its object. A body left of the names is `shared` by the rows below it that have none."""
    field, label = ("subject", "项目名称") if "subject" in named else ("department", "部门名称")
    written = LIST_NUMBER.sub("", join_lines(name.text))
    named_so = LabelSection(field, label, written, cell_evidence(name))
    sections: list[Section] = [EntrySection(), named_so]
    for field in ("competent_dept", "implementing_unit"):
        cell = grid.at(row, named.get(field, -1))
        if named.get(field, name.col) < name.col:
            cell = cell if cell is not None and fold(cell.text) else shared.get(field)
            shared.update({field: cell} if cell is not None else {})
        if cell is not None and cell is not name and fold(cell.text):
            sections.append(LabelSection(field, field, join_lines(cell.text), cell_evidence(cell)))
    score = grid.text(row, named["score"]) if "score" in named else ""
    value = points(score)
    if value is not None:
        sections.append(TotalSection(None, None, score, value, cell_evidence(name)))
    grade = parse_grade(grid.text(row, named["grade"])) if "grade" in named else None
    return [*sections, GradeSection(grade)] if grade else sections
