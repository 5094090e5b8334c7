"""One table → its sections, top to bottom. Each reader takes the rows it understands and says where it stopped."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from pipeline.document import Cell, Paragraph, Table
from pipeline.extract.fund_lines import read_fund_lines
from pipeline.extract.funds import is_amount, read_funds, read_sideways
from pipeline.extract.grades import read_grades, read_total_grade
from pipeline.extract.grid import Grid, joined, table_to_grid
from pipeline.extract.heads import RowKind, classify_row, column_fields, goal_cells, goal_field
from pipeline.extract.indicators import read_headless, read_indicators
from pipeline.extract.medium import without_medium
from pipeline.extract.narrative_cover import is_body
from pipeline.extract.pairs import read_pairs
from pipeline.extract.projects import read_projects
from pipeline.extract.sections import (
    GoalsSection,
    GradeSection,
    LabelSection,
    LeftoverSection,
    ProseSection,
    Section,
    TitleSection,
    TotalSection,
    cell_evidence,
)
from pipeline.extract.statements import read_building, read_staff, read_statement
from pipeline.labels import bare, head_field, is_prompt, measure_head, split_labels
from pipeline.normalize.codes import parse_grade
from pipeline.normalize.money import find_money_unit
from pipeline.normalize.number import parse_cell
from pipeline.normalize.text import fold, is_blank_value, join_lines
from pipeline.records import Evidence

UNIT_LABELS = ("金额单位", "单位", "计量单位")
SIGNED = ("form_date", "filled_by", "department")
HEADED = (*SIGNED, "subject", "competent_dept", "implementing_unit")
LINE_CHARS = 120  # a line of labels and values is no longer than this
MAX_TOTALS = 3  # numbers of a totals row: the points that there are, those reached, those confirmed
MAX_POINTS = 200  # of a form; where there are more, they are whole hundreds
PROSE_CHARS = 20  # a cell of at least so many characters is read as running text


@dataclass(frozen=True)
class Context:
    """What a table inherits from the lines above it: the report's year and a unit line (`单位：万元`)."""

    year: int | None
    unit: str | None
    self_evaluation: bool = True


def read_sections(table: Table, context: Context) -> list[Section]:
    """The sections of a table in order. Nothing is lost: a row that no reader takes becomes a leftover or prose."""
    grid = table_to_grid(without_medium(table))
    sections: list[Section] = []
    row = 0
    unit = context.unit or table_unit(grid)
    while row < len(grid.rows):
        kind = classify_row(grid, row)
        found, row = _read_block(grid, row, kind, replace(context, unit=unit))
        sections.extend(found)
    return sections


def table_unit(grid: Grid) -> str | None:
    """The unit in a line of the table's own head (`单位：万元`)."""
    for row in range(min(4, len(grid.rows))):
        for label, value in pairwise(grid.filled(row)):
            if bare(label.text) in UNIT_LABELS and (unit := find_money_unit(value.text)):
                return unit
        for cell in grid.filled(row):
            if re.search(r"单位[:：]", fold(cell.text)):
                unit = find_money_unit(cell.text)
                if unit:
                    return unit
    return None


def _read_block(grid: Grid, row: int, kind: RowKind, context: Context) -> tuple[list[Section], int]:
    year, unit = context.year, context.unit
    match kind:
        case RowKind.BLANK:
            return [], row + 1
        case RowKind.TITLE:
            cell = grid.filled(row)[0]
            return [TitleSection(join_lines(cell.text), cell_evidence(cell))], row + 1
        case RowKind.INDICATORS_HEAD:
            return read_indicators(grid, row, context.self_evaluation)
        case RowKind.INDICATOR:
            return read_headless(grid, row)
        case RowKind.PROJECTS_HEAD:
            return read_projects(grid, row, unit)
        case RowKind.FUNDS_HEAD:
            return read_funds(grid, row, unit)
        case RowKind.FUNDS_COLUMNS:
            return read_sideways(grid, row, unit)
        case RowKind.FUND_LINES:
            return read_fund_lines(grid, row, unit)
        case RowKind.GOALS_HEAD:
            return read_goals(grid, row)
        case RowKind.STAFF_HEAD:
            return read_staff(grid, row, year)
        case RowKind.BUILDING_HEAD:
            return read_building(grid, row, year, unit)
        case RowKind.STATEMENT_HEAD:
            return read_statement(grid, row, year, unit)
        case RowKind.PAIRS:
            return read_pairs(grid, row, year, unit, read_labels)
        case RowKind.GOALS:
            return read_goal_rows(grid, row)
        case RowKind.TOTAL | RowKind.GRADE:
            return read_totals(grid, row), row + 1
        case _:
            return read_labels(grid, row), row + 1


def read_goals(grid: Grid, row: int) -> tuple[list[Section], int]:
    """预期目标 | 实际完成情况 and the row of text below; further rows only while the section's label spans them."""
    fields: dict[str, int] = {}
    named = column_fields(grid.filled(row), "goals")
    for col, field in named.items():
        if field != "medium":
            fields[field] = col
    left = min([*fields.values(), *(col for col, field in named.items() if field == "medium")])
    head = grid.filled(row)[0]
    first = row + 1
    texts: dict[str, list[str]] = {"expected": [], "actual": []}
    evidence = cell_evidence(head)
    row += 1
    while row < len(grid.rows):
        kind = classify_row(grid, row)
        if kind is RowKind.BLANK:
            row += 1
            continue
        if kind is not RowKind.OTHER or (row > first and not _same_section(grid, first, row, fields)):
            break
        is_shifted = any(cell.col < left and _is_long(cell) for cell in grid.filled(row))
        for field, col in fields.items():
            cell = None if is_shifted else grid.at(row, col)
            if cell is not None and cell.row == row and fold(cell.text) and not is_prompt(cell.text):
                texts[field].append(join_lines(cell.text))
                evidence = cell_evidence(cell)
        row += 1
    expected, actual = ("".join(texts[field]) or None for field in ("expected", "actual"))
    return [GoalsSection(_no_value(expected), _no_value(actual), evidence)], row


def _is_long(cell: Cell) -> bool:
    """True for running text: left of the goals' columns it is a goal that the dump moved, and theirs are moved too."""
    return len(fold(cell.text)) >= PROSE_CHARS and head_field("sections", cell.text) is None


def _no_value(text: str | None) -> str | None:
    return None if text is None or (is_blank_value(text) and fold(text) != "无") else text


def _same_section(grid: Grid, first: int, row: int, fields: dict[str, int]) -> bool:
    """True where the cell left of the goals covers both rows."""
    left = min(fields.values()) - 1
    if left < 0:
        return grid.at(row, left + 1) is grid.at(first, left + 1)
    above, here = grid.at(first, left), grid.at(row, left)
    return (above is here and here is not None) or grid.at(row, min(fields.values())) is grid.at(
        first, min(fields.values())
    )


def read_totals(grid: Grid, row: int) -> list[Section]:
    """A 总分 row outside an indicator block, and 评价等级 beside it."""
    sections: list[Section] = []
    cells = grid.filled(row)
    numbers = [cell for cell in cells if is_amount(re.sub(r"分$", "", fold(cell.text)))]
    if _is_sum_of_amounts(numbers):
        return [LeftoverSection(" | ".join(fold(cell.text) for cell in cells))]
    if numbers and head_field("totals", cells[0].text) == "label":
        texts = [join_lines(cell.text) for cell in numbers[:2]]
        weight, score = (texts[0], texts[1]) if len(texts) == 2 else (None, texts[0])
        sections.append(TotalSection(weight, _points(weight), score, _points(score), cell_evidence(cells[0])))
    return [*sections, *read_total_grade(cells)] if sections else read_labels(grid, row)


def _is_sum_of_amounts(numbers: Sequence[Cell]) -> bool:
    """True for the last row of a statement that nothing headed: points are few, never negative, and no odd hundreds."""
    values = [value for cell in numbers if (value := _points(cell.text)) is not None]
    odd = any(value > MAX_POINTS and value % 100 for value in values)
    return len(numbers) > MAX_TOTALS or odd or any(value < 0 for value in values)


def _points(text: str | None) -> Decimal | None:
    return parse_cell(text, "分")


def read_goal_rows(grid: Grid, row: int) -> tuple[list[Section], int]:
    """Goals beside their labels (年度目标 | … | 完成情况 | …), with further rows while the first label spans them."""
    cells = goal_cells(grid.filled(row))
    if len(cells) == 1:
        label, _, text = join_lines(cells[0].text).replace("：", ":", 1).partition(":")
        return [_goal(goal_field(label), [text], cells[0])], row + 1
    texts = {cell.col: [join_lines(cell.text)] for cell in cells[1::2]}
    below = row + 1
    while below < len(grid.rows) and grid.at(below, cells[0].col) is cells[0]:
        for cell in grid.filled(below):
            texts.get(cell.col, []).append(join_lines(cell.text))
        below += 1
    pairs = zip(cells[::2], cells[1::2], strict=False)
    return [_goal(goal_field(label.text), texts[value.col], value) for label, value in pairs], below


def _goal(field: str | None, texts: list[str], cell: Cell) -> GoalsSection:
    text = _no_value("".join(text for text in texts if not is_prompt(text)) or None)
    expected, actual = (text, None) if field == "expected" else (None, text)
    return GoalsSection(expected, actual, cell_evidence(cell))


def read_labels(grid: Grid, row: int, done: Sequence[Cell] = ()) -> list[Section]:
    """Label cells with their values to the right; long text becomes prose, what is left over is said.

    Cells in `done` were read already.
    """
    sections: list[Section] = []
    cells = [cell for cell in grid.distinct(row) if fold(cell.text) and not any(cell is other for other in done)]
    taken: set[int] = set()
    for i, cell in enumerate(cells):
        if i in taken or len(fold(cell.text)) > 30:
            continue
        right = grid.at(row, cell.col + cell.colspan)
        value = cells[i + 1] if i + 1 < len(cells) and cells[i + 1] is right else None
        found, with_value = _read_label(cell, value, cells[i + 2] if i + 2 < len(cells) else None)
        if found is not None:
            sections.append(found)
            taken.update({i, i + 1} if with_value else {i})
    rest = [cell for i, cell in enumerate(cells) if i not in taken and cell.row == row]
    return [*sections, *inline_labels(rest), *read_grades(rest), *read_rest(grid, row, rest)]


def _read_label(cell: Cell, value: Cell | None, after: Cell | None) -> tuple[Section | None, bool]:
    """What a label and the cell at its right say, and whether that cell is its value.

    Of two numbers behind 合计 the first is the points that there are, the second those that were given.
    """
    field = head_field("labels", cell.text)
    if field is not None:
        if value is not None and _is_head(value.text, field):
            value = None
        text = join_lines(value.text) if value else ""
        named = _named_field(field, text)
        return LabelSection(named, bare(cell.text), text, cell_evidence(value or cell)), value is not None
    if value is not None and head_field("totals", cell.text) == "label" and (score := _points(value.text)) is not None:
        given = _points(after.text) if after else None
        if after and given is not None and given <= score:
            return TotalSection(
                join_lines(value.text), score, join_lines(after.text), given, cell_evidence(value)
            ), True
        return TotalSection(None, None, join_lines(value.text), score, cell_evidence(value)), True
    if value is not None and head_field("totals", cell.text) == "grade" and (grade := parse_grade(value.text)):
        return GradeSection(grade), True
    return None, False


def _is_head(text: str, field: str) -> bool:
    """True for a cell that is no value: the next label, or the next head of a list (单位名称 | 备注)."""
    is_column = field in HEADED and measure_head(text) is not None
    return head_field("labels", text) not in (None, field) or head_field("prose", text) is not None or is_column


def inline_labels(cells: list[Cell]) -> list[Section]:
    """`填报单位：某局　　填报日期：2024年3月1日` inside one cell."""
    return [section for cell in cells for section in text_labels(cell.text.replace("\n", "  "), cell_evidence(cell))]


def read_line_grades(paragraph: Paragraph) -> list[GradeSection]:
    """The grade that a line beside a form begins with (`评价等级：优`)."""
    text = fold(paragraph.text)
    label, mark, _ = text.partition(":")
    is_grade = mark and len(text) <= LINE_CHARS and head_field("totals", label) == "grade"
    return read_grades([Cell(0, 0, text)]) if is_grade else []


def read_line_labels(paragraph: Paragraph, fields: Collection[str] = SIGNED) -> list[Section]:
    """What a line beside a form says of it: below, the body and the date (`填报单位：某局　填报日期：…`)."""
    evidence = Evidence(page=paragraph.page, box=paragraph.box, source="text", confidence=paragraph.confidence)
    found = text_labels(paragraph.text, evidence)
    return [section for section in found if section.field in fields]


def text_labels(text: str, evidence: Evidence) -> list[LabelSection]:
    """Every `label：value` of a short line whose label the forms know."""
    if len(fold(text)) > LINE_CHARS:
        return []
    pairs = [(label, value, head_field("labels", label)) for label, value in split_labels(text)]
    return [
        LabelSection(_named_field(field, value), bare(label), value, evidence) for label, value, field in pairs if field
    ]


def _named_field(field: str, value: str) -> str:
    """The field of a label; what is evaluated (评价对象) is a department where it is a body's name, else a project."""
    return ("department" if is_body(value) else "subject") if field == "evaluated" else field


def read_rest(grid: Grid, row: int, cells: list[Cell]) -> list[Section]:
    """Prose cells of a row as prose, numbers that no rule took as a leftover."""
    prose = [cell for cell in cells if len(fold(cell.text)) >= PROSE_CHARS and not is_prompt(cell.text)]
    label = joined([cell for cell in grid.distinct(row) if cell not in prose and len(fold(cell.text)) < PROSE_CHARS])
    sections: list[Section] = [ProseSection(label, join_lines(cell.text), cell_evidence(cell)) for cell in prose]
    if not prose and any(is_amount(cell.text) for cell in cells):
        sections.append(LeftoverSection(" | ".join(fold(cell.text) for cell in grid.distinct(row))))
    return sections
