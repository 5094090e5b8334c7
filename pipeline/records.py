"""The nouns of the dataset: what is read out of one document, as a tree.

`Result` holds `Evaluation`s, these hold `Fund`s and `Indicator`s. Ids (`doc_id`, `eval_id`, `seq`) follow from the
place in the tree and are given by `dataset.rows`; columns, types and codes are the contract of the published dataset.
All numbers are Decimal; money is in yuan; rates are percent numbers (100 for 100 %).
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pipeline.document import Box, Cell


class DocType(StrEnum):
    PROJECT_REPORT = "project_report"
    PROJECT_FORM = "project_form"
    DEPARTMENT_REPORT = "department_report"
    DEPARTMENT_FORM = "department_form"
    BASE_DATA_FORM = "base_data_form"
    SUMMARY_REPORT = "summary_report"
    BUDGET = "budget"
    FINAL_ACCOUNT = "final_account"
    OTHER = "other"


class Status(StrEnum):
    OK = "ok"
    PARTIAL = "partial"
    FAILED = "failed"


class Measure(StrEnum):
    BUDGET = "budget"
    INITIAL_BUDGET = "initial_budget"
    ANNUAL_BUDGET = "annual_budget"
    EXECUTED = "executed"
    FINAL_ACCOUNT = "final_account"
    APPROPRIATION = "appropriation"
    REVENUE = "revenue"
    CHANGE = "change"
    CHANGE_RATE = "change_rate"
    RATE = "rate"
    COUNT = "count"
    BALANCE = "balance"
    AMOUNT = "amount"


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    REPAIRED = "repaired"


# item, level1 and level2 codes are data (models/items.toml, models/indicators.toml): new templates bring new labels.
Kind = Literal["project", "department"]
Origin = Literal["table", "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a row was read: page from 1 (None where the format has none), box in points, and how.

    `table_no` and `table_row` are those of the cell in the table `tables`; `cell` is it, until its table has a number.
    """

    page: int | None = None
    box: Box | None = None
    source: Origin = "table"
    confidence: float = 1.0
    table_no: int | None = None
    table_row: int | None = None
    cell: Cell | None = field(default=None, compare=False, repr=False)


FUND_AMOUNTS = ("initial_budget", "annual_budget", "executed")  # the amounts of a Fund, as its head names them


@dataclass(frozen=True, slots=True, kw_only=True)
class Fund:
    """One line of a form's funds block (项目资金 / 年度预算申请), or a budget and its execution as a sentence says."""

    item_raw: str
    item: str | None
    initial_budget_raw: str | None = None
    initial_budget: Decimal | None = None
    annual_budget_raw: str | None = None
    annual_budget: Decimal | None = None
    executed_raw: str | None = None
    executed: Decimal | None = None
    unit_raw: str | None = None
    weight_raw: str | None = None
    weight: Decimal | None = None
    execution_rate_raw: str | None = None
    execution_rate: Decimal | None = None
    score_raw: str | None = None
    score: Decimal | None = None
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One third-level indicator that is filled in."""

    level1_raw: str | None = None
    level2_raw: str | None = None
    level3: str | None = None
    level1: str | None = None
    level2: str | None = None
    level1_weight: Decimal | None = None
    level2_weight: Decimal | None = None
    target_raw: str | None = None
    target_op: str | None = None
    target_value: Decimal | None = None
    target_unit: str | None = None
    actual_raw: str | None = None
    actual_value: Decimal | None = None
    actual_unit: str | None = None
    weight_raw: str | None = None
    weight: Decimal | None = None
    score_raw: str | None = None
    score: Decimal | None = None
    deviation: str | None = None
    explanation: str | None = None
    criteria: str | None = None
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One evaluated object: a self-evaluation form, a report on a project or department, or both of one subject."""

    kind: Kind
    subject: str | None = None
    competent_dept: str | None = None
    implementing_unit: str | None = None
    fiscal_year: int | None = None
    goal_expected: str | None = None
    goal_actual: str | None = None
    form_date: datetime.date | None = None
    weight_total_raw: str | None = None
    weight_total: Decimal | None = None
    score_total_raw: str | None = None
    score_total: Decimal | None = None
    grade: str | None = None
    funds: tuple[Fund, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Every other figure, long form. `evaluation` is the index of its evaluation in `Result.evaluations`, or None."""

    item_raw: str
    item: str | None = None
    measure: Measure
    fiscal_year: int | None = None
    value: Decimal | None = None
    unit: str | None = None  # CNY, percent, or the counted unit as written
    value_raw: str | None = None
    unit_raw: str | None = None
    qualifier: Literal["approx", "at_least", "at_most", "target"] | None = None
    context: str | None = None
    evaluation: int | None = None
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What does not add up, and what was repaired."""

    check: str
    severity: Severity
    message: str  # one Chinese sentence that a person can act on
    expected: str | None = None
    actual: str | None = None
    refs: str | None = None  # `indicators:3.score;indicators:4.score`
    evaluation: int | None = None
    page: int | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A mention that the rules recognised in running text; start and end are offsets into the document's Markdown."""

    label: str
    text: str
    value: str | None
    start: int
    end: int
    page: int | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCell:
    """One cell of one reconstructed table, numbered in document order from 1."""

    table_no: int
    page: int | None
    row: int
    col: int
    rowspan: int
    colspan: int
    text: str
    box: Box | None
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One input file as a whole."""

    doc_id: str
    source: str
    file_name: str
    media_type: str | None
    bytes: int | None
    sha256: str | None
    pages: int | None = None
    ocr_pages: int | None = None
    title: str | None = None
    doc_type: DocType | None = None
    org: str | None = None
    province: str | None = None
    city: str | None = None
    county: str | None = None
    adcode: str | None = None
    fiscal_year: int | None = None
    report_date: datetime.date | None = None
    score: Decimal | None = None
    score_max: Decimal | None = None
    grade: str | None = None
    status: Status = Status.OK
    error: str | None = None
    pipeline_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Everything that was read out of one document. `text` is the document as Markdown."""

    report: Report
    evaluations: tuple[Evaluation, ...] = ()
    figures: tuple[Figure, ...] = ()
    findings: tuple[Finding, ...] = ()
    tables: tuple[TableCell, ...] = ()
    entities: tuple[Entity, ...] = ()
    text: str = ""
    not_understood: tuple[str, ...] = ()  # table rows and lines of forms that no rule read, for `jixiao show`
