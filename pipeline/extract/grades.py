"""Grades in the cells of a row, wherever a form prints them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pipeline.document import Cell
from pipeline.extract.sections import GradeSection
from pipeline.labels import head_field
from pipeline.normalize.codes import parse_grade
from pipeline.normalize.text import fold


def read_grades(cells: Sequence[Cell]) -> list[GradeSection]:
    """The grades of 评价等级 | 优, and of `（自评等级：优）` in one cell."""
    beside = [parse_grade(b.text) for a, b in pairwise(cells) if head_field("totals", a.text) == "grade"]
    inside = [
        parse_grade(value)
        for label, mark, value in (fold(cell.text).strip("()").partition(":") for cell in cells)
        if mark and head_field("totals", label) == "grade"
    ]
    return [GradeSection(grade) for grade in (*beside, *inside) if grade]
