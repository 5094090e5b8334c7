"""A funds block without a head: 年度资金总额 | 80 and its parts below, as forms print them that only set goals.

One amount stands beside each label: what the year may spend. A row with more amounts than labels is for a head to tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from pipeline.document import Cell
from pipeline.extract.funds import FUND_ITEMS, is_amount
from pipeline.extract.grid import Grid
from pipeline.extract.heads import RowKind, classify_row, fund_code, split_amount
from pipeline.extract.sections import FundsSection, Section, cell_evidence
from pipeline.labels import head_field, item_code
from pipeline.normalize.money import find_money_unit, parse_money
from pipeline.normalize.text import fold, is_blank_value, join_lines
from pipeline.records import Fund

MAX_UNIT_ROWS = 3  # rows above the first line in which the block's own label may name the unit
_REMARK = re.compile(r"^([^()（）]*\d[^()（）]*)[(（][^()（）]*[)）]$")
_OWN_UNIT = re.compile(r"(亿元|万元|千元|元|亿|万)$")


def read_fund_lines(grid: Grid, row: int, unit: str | None) -> tuple[list[Section], int]:
    """The lines of the block whose total stands at `row`, and the first row after the last line that names a part."""
    unit = _block_unit(grid, row) or unit
    funds: list[Fund] = []
    start = row
    while row < len(grid.rows) and (row == start or _is_part_line(grid, row)):
        funds.extend(_read_line(grid, row, unit))
        row += 1
    return [FundsSection(tuple(funds))], row


def _block_unit(grid: Grid, row: int) -> str | None:
    """The unit in the block's label, left of the total or in the rows above it (`项目资金` over `（万元）`)."""
    rows = range(row, max(-1, row - 1 - MAX_UNIT_ROWS), -1)
    labels = (cell for r in rows for cell in grid.distinct(r) if r == row or len(grid.filled(r)) == 1)
    return next((unit for label in labels if (unit := find_money_unit(join_lines(label.text)))), None)


def _is_part_line(grid: Grid, row: int) -> bool:
    """Whether a row names a part of the funds, with its amount or with none."""
    cells = [cell for cell in grid.filled(row) if head_field("sections", cell.text) != "funds"]
    if len(cells) == 1 and split_amount(cells[0]):
        return True
    if classify_row(grid, row) not in (RowKind.OTHER, RowKind.FUND_LINES) or not cells:
        return False
    return item_code(cells[0].text) in FUND_ITEMS and sum(_amount(cell) is not None for cell in cells) <= 1


def _read_line(grid: Grid, row: int, unit: str | None) -> Iterator[Fund]:
    """The funds of one row: every label with an amount right of it."""
    cells = grid.filled(row)
    inline = [pair for cell in cells if (pair := split_amount(cell))]
    for label, value in [*pairwise(cells), *inline]:
        amount = _amount(value)
        known = fund_code(label.text) in FUND_ITEMS or (label, value) in inline
        if amount is None or _amount(label) is not None or not known:
            continue
        own = _OWN_UNIT.search(amount)
        unit_raw = own.group(1) if own else unit
        yield Fund(
            item_raw=join_lines(label.text),
            item=fund_code(label.text),
            annual_budget_raw=join_lines(value.text),
            annual_budget=parse_money(amount, unit_raw),
            unit_raw=unit_raw,
            evidence=cell_evidence(label, flat=grid.table.origin == "flat"),
        )


def _amount(cell: Cell) -> str | None:
    """The amount in a cell, a remark behind it left out (`854万（其中：…）`); None where it holds no single one."""
    text = fold(cell.text)
    if is_blank_value(text):
        return None
    match = _REMARK.match(text)
    text = match.group(1) if match else text
    return text if is_amount(_OWN_UNIT.sub("", text)) else None
