"""What a change of one cell's text changes in the result: the numbers, by ref, and nothing else."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypeVar

from pipeline.document import Cell, Document, Table
from pipeline.records import Evaluation, Figure, Fund, Indicator, Result

# Fields that the text of a cell with a number fills.
FUND_FIELDS = ("initial_budget", "annual_budget", "executed", "weight", "execution_rate", "score")
INDICATOR_FIELDS = ("target_value", "actual_value", "weight", "score", "level1_weight", "level2_weight")
EVALUATION_FIELDS = ("weight_total", "score_total")
FIGURE_FIELDS = ("value",)
BESIDE = ("target_op", "target_unit", "actual_unit")  # may change along with a value, and then follow it
RAW_OF = {"target_value": "target_raw", "actual_value": "actual_raw", "value": "value_raw"}
Row = Fund | Indicator | Evaluation | Figure
RowType = TypeVar("RowType", Fund, Indicator, Evaluation, Figure)


@dataclass(frozen=True, slots=True)
class CellKey:
    """Where a cell stands in the document: its block and its number among the table's cells."""

    block: int
    cell: int


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a result as a changed document gives it, with what stands beside it."""

    raw: str | None
    value: Decimal | None
    beside: tuple[tuple[str, str | None], ...] = ()


Patch = Mapping[str, Number]


def with_texts(document: Document, texts: Mapping[CellKey, str]) -> Document:
    """The document with other texts in some cells."""
    blocks = list(document.blocks)
    for number in {key.block for key in texts}:
        table = blocks[number]
        assert isinstance(table, Table)
        cells = tuple(
            replace(cell, text=texts[key], alternatives=()) if (key := CellKey(number, i)) in texts else cell
            for i, cell in enumerate(table.cells)
        )
        blocks[number] = replace(table, cells=cells)
    return replace(document, blocks=tuple(blocks))


def cells_by_key(document: Document) -> dict[CellKey, Cell]:
    """Every cell of every table."""
    return {CellKey(at, i): cell for at, table in document.tables() for i, cell in enumerate(table.cells)}


def raw_field(field: str) -> str | None:
    """The field that holds a number's text; None for points in the name of a level, which has none."""
    return None if field.startswith("level") else RAW_OF.get(field, f"{field}_raw")


def rows_of(result: Result) -> dict[str, Row]:
    """Every row that numbers stand in, by its absolute ref."""
    rows: dict[str, Row] = {f"figures:{seq}": figure for seq, figure in enumerate(result.figures, 1)}
    for index, evaluation in enumerate(result.evaluations, 1):
        rows[f"evaluations:{index}"] = evaluation
        rows |= {f"evaluations:{index}/funds:{seq}": row for seq, row in enumerate(evaluation.funds, 1)}
        rows |= {f"evaluations:{index}/indicators:{seq}": row for seq, row in enumerate(evaluation.indicators, 1)}
    return rows


def fields_of(row: Row) -> tuple[str, ...]:
    """The number fields of a row."""
    if isinstance(row, Fund):
        return FUND_FIELDS
    if isinstance(row, Indicator):
        return INDICATOR_FIELDS
    return EVALUATION_FIELDS if isinstance(row, Evaluation) else FIGURE_FIELDS


def number_at(row: Row, field: str) -> Number:
    """The number of a row's field."""
    raw = raw_field(field)
    stem = field.partition("_")[0]
    beside = tuple((name, getattr(row, name)) for name in BESIDE if name.startswith(stem) and hasattr(row, name))
    return Number(getattr(row, raw) if raw else None, getattr(row, field), beside)


def find_patch(before: Result, after: Result) -> Patch | None:
    """The numbers in which two results differ; None where they differ in anything else that is read."""
    old, new = rows_of(before), rows_of(after)
    if old.keys() != new.keys():
        return None
    patch: dict[str, Number] = {}
    for ref, row in old.items():
        other = new[ref]
        fields = fields_of(row)
        if _rest(row, fields) != _rest(other, fields):
            return None
        for field in fields:
            number = number_at(other, field)
            if number != number_at(row, field):
                patch[f"{ref}.{field}"] = number
    return patch


def _rest(row: Row, fields: Sequence[str]) -> dict[str, Any]:
    """What a row says apart from its numbers."""
    skipped = {*fields, *(raw_field(field) for field in fields), *BESIDE, "funds", "indicators", "grade"}
    if isinstance(row, Figure):
        skipped.add("context")
    return {f.name: getattr(row, f.name) for f in dataclasses.fields(row) if f.name not in skipped}


def apply_patch(result: Result, patch: Patch, *, keep_raw: bool = False) -> Result:
    """The result with the patch's numbers; with `keep_raw` the texts stay as they were read."""
    evaluations = []
    for index, evaluation in enumerate(result.evaluations, 1):
        ref = f"evaluations:{index}"
        funds = tuple(_apply(f"{ref}/funds:{i}", row, patch, keep_raw) for i, row in enumerate(evaluation.funds, 1))
        rows = evaluation.indicators
        indicators = tuple(_apply(f"{ref}/indicators:{i}", row, patch, keep_raw) for i, row in enumerate(rows, 1))
        whole = replace(evaluation, funds=funds, indicators=indicators)
        evaluations.append(_apply(ref, whole, patch, keep_raw))
    figures = tuple(_apply(f"figures:{i}", row, patch, keep_raw) for i, row in enumerate(result.figures, 1))
    return replace(result, evaluations=tuple(evaluations), figures=figures)


def _apply(ref: str, row: RowType, patch: Patch, keep_raw: bool) -> RowType:
    changes: dict[str, Any] = {}
    for field in fields_of(row):
        number = patch.get(f"{ref}.{field}")
        if number is None:
            continue
        changes[field] = number.value
        changes.update(number.beside)
        raw = raw_field(field)
        if raw and not keep_raw:
            changes[raw] = number.raw
    return replace(row, **changes) if changes else row
