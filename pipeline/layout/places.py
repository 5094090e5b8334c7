"""Rows that were read off cells → the same rows with the place of the cell in the table `tables`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.document import Block, Table
from pipeline.records import Evaluation, Evidence, Result

Places = Mapping[int, tuple[int, int]]  # a cell's identity → number of its table, row


def locate_rows(result: Result, blocks: Sequence[Block]) -> Result:
    """The result with `table_no` and `table_row` of each row that was read off a cell of `blocks`.

    They lead back to the cell where a format has no pages, too. None where the row was read in running text.
    """
    tables = [block for block in blocks if isinstance(block, Table)]
    places = {id(cell): (number, cell.row) for number, table in enumerate(tables, 1) for cell in table.cells}
    figures = tuple(replace(figure, evidence=_located(figure.evidence, places)) for figure in result.figures)
    evaluations = tuple(_locate_evaluation(evaluation, places) for evaluation in result.evaluations)
    return replace(result, evaluations=evaluations, figures=figures)


def _locate_evaluation(evaluation: Evaluation, places: Places) -> Evaluation:
    return replace(
        evaluation,
        evidence=_located(evaluation.evidence, places),
        funds=tuple(replace(fund, evidence=_located(fund.evidence, places)) for fund in evaluation.funds),
        indicators=tuple(replace(row, evidence=_located(row.evidence, places)) for row in evaluation.indicators),
    )


def _located(evidence: Evidence, places: Places) -> Evidence:
    if evidence.cell is None:
        return evidence
    number, row = places.get(id(evidence.cell), (None, None))
    return replace(evidence, table_no=number, table_row=row, cell=None)
