"""The form of goals that plans several years beside the one year: the columns of the years to come are left out.

中期目标 | 年度目标 stand side by side over the whole form: the money, the goals in words and the indicators each twice.
Only the year's is the dataset's; what is planned for the whole period would be read for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from pipeline.document import Cell, Table
from pipeline.extract.grid import Grid, table_to_grid
from pipeline.extract.heads import column_fields, is_goals_head
from pipeline.labels import bare
from pipeline.normalize.text import fold, is_blank_value

MEDIUM_MONEY = re.compile(r"(中长?期|实施期|项目期|全周期|规划期)(内)?(项目)?(资金|投资|预算)(总额|合计|总计)")
PLAIN_TOTAL = re.compile(r"(项目)?(资金|预算)总额")
YEAR_TOTAL = re.compile(r"(年度|当年|本年度?)(项目)?(资金|预算)总额")
OF_YEAR = re.compile(r"当年|本年度?|年度")
NAMES = ("level2", "level3", "target")


def without_medium(table: Table) -> Table:
    """The table without the cells of the whole period; itself where no part of it stands twice."""
    grid = table_to_grid(table)
    dropped = {id(cell) for cell in (*_money(grid), *_indicators(grid))}
    if not dropped:
        return table
    return replace(table, cells=tuple(cell for cell in table.cells if id(cell) not in dropped))


def _money(grid: Grid) -> Iterator[Cell]:
    """The cells from the period's total (中期资金总额 | 450) to the year's, and those of its parts below."""
    row = next((r for r in grid if _medium_total(grid.own(r)) is not None), None)
    start = _medium_total(grid.own(row)) if row is not None else None
    if row is None or start is None:
        return
    cells = grid.own(row)
    end = next((k for k in range(start + 1, len(cells)) if YEAR_TOTAL.match(bare(cells[k].text))), start)
    yield from cells[start:end]
    for below in range(row + 1, len(grid.rows)):
        cells = grid.own(below)
        texts = [OF_YEAR.sub("", fold(cell.text)) for cell in cells]
        twice = next((k for k, text in enumerate(texts) if _is_label(text) and text in texts[:k]), None)
        if twice is not None:
            yield from cells[texts.index(texts[twice]) : twice]
        elif column_fields(cells, "goals") or column_fields(cells, "indicators"):
            return


def _medium_total(cells: list[Cell]) -> int | None:
    """The place of the period's total in a row: it says so, or the year's follows (资金总额 | 当年资金总额)."""
    labels = [bare(cell.text) for cell in cells]
    named = next((k for k, label in enumerate(labels) if MEDIUM_MONEY.fullmatch(label)), None)
    if named is not None:
        return named
    plain = next((k for k, label in enumerate(labels) if PLAIN_TOTAL.fullmatch(label)), None)
    has_year = plain is not None and any(YEAR_TOTAL.fullmatch(label) for label in labels[plain + 1 :])
    return plain if has_year else None


def _is_label(text: str) -> bool:
    """True for words that may name a line: no amount, no unit alone and no mark for a blank."""
    return not is_blank_value(text) and re.fullmatch(r"[\d.,%]*[万亿]?元?", text) is None


def _indicators(grid: Grid) -> Iterator[Cell]:
    """The cells of the first of two groups of columns (二级 | 三级 | 指标值) below 中期目标 | 年度目标."""
    has_medium = False
    for row in grid:
        cells = grid.filled(row)
        goals = list(column_fields(cells, "goals").values())
        has_medium = has_medium or (is_goals_head(cells) and ("medium", "expected") in pairwise(goals))
        columns = _first_group(cells) if has_medium else None
        if columns is not None:
            first, last = columns
            for below in range(row, len(grid.rows)):
                yield from (cell for cell in grid.own(below) if first <= cell.col < last)
            return


def _first_group(cells: list[Cell]) -> tuple[int, int] | None:
    """First column of the first group and of the second, where a head names the same columns twice."""
    named = [(col, field) for col, field in column_fields(cells, "indicators").items() if field in NAMES]
    half = len(named) // 2
    fields = [field for _, field in named]
    if half < 2 or fields[:half] != fields[half:] or "target" not in fields:
        return None
    return named[0][0], named[half][0]
