"""Grades in the cells of a row, wherever a form prints them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pipeline.document import Cell
from pipeline.extract.grid import Grid
from pipeline.extract.sections import GradeSection
from pipeline.labels import bare, head_field
from pipeline.normalize.codes import parse_grade
from pipeline.normalize.text import fold

GRADE_WORD = re.compile(r"优秀?|良好?|中等?|差")
SUM_WORD = re.compile(r"(总计|合计|小计|平均)(分|得分|数|值)?")
SUM_CELLS = 3  # of a row, among which the word stands: behind a number and the body of the rows above


def is_totals_row(grid: Grid, row: int) -> bool:
    """True for a row of a list that sums up others: 合计, 小计 or 平均 stands among its first cells."""
    first = grid.filled(row)[:SUM_CELLS] if row < len(grid.rows) else []
    return any(SUM_WORD.fullmatch(bare(cell.text)) for cell in first)


def read_grades(cells: Sequence[Cell]) -> list[GradeSection]:
    """The grades of 评价等级 | 优, and of `（自评等级：优）` or `自评等级：优。……` in one cell."""
    beside = [parse_grade(b.text) for a, b in pairwise(cells) if head_field("totals", a.text) == "grade"]
    inside = [
        parse_grade(value) or parse_grade(re.split(r"[。;,]", value)[0])
        for label, mark, value in (fold(cell.text).strip("()").partition(":") for cell in cells)
        if mark and head_field("totals", label) == "grade"
    ]
    return [GradeSection(grade) for grade in (*beside, *inside) if grade]


def read_total_grade(cells: Sequence[Cell]) -> list[GradeSection]:
    """The grades of a totals row: named ones, else a bare word of grading behind its figures (总分 | 100 | 96 | 优)."""
    named = read_grades(cells)
    alone = [parse_grade(cell.text) for cell in cells[2:] if GRADE_WORD.fullmatch(fold(cell.text))]
    return named or [GradeSection(grade) for grade in alone if grade]
