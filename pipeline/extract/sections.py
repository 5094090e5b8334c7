"""The sections that a table falls into: what `tables of a form` are made of, before forms are put together."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pipeline.document import Cell
from pipeline.records import Evidence, Figure, Fund, Indicator


@dataclass(frozen=True, slots=True)
class TitleSection:
    """A form's title or its year, in a cell over the whole width or a line above the table."""

    text: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class LabelSection:
    """A label and its value: 项目名称 | 大厅经费. `field` is a key of heads.toml `labels`."""

    field: str
    label: str
    value: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class EntrySection:
    """One row of a list begins here: what follows, up to the next one, speaks of another object."""


@dataclass(frozen=True, slots=True)
class FundsSection:
    funds: tuple[Fund, ...]
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class GoalsSection:
    expected: str | None
    actual: str | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class IndicatorsSection:
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class TotalSection:
    """The 总分 row: the points of the form and the points reached."""

    weight_raw: str | None
    weight: Decimal | None
    score_raw: str | None
    score: Decimal | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class GradeSection:
    grade: str


@dataclass(frozen=True, slots=True)
class FiguresSection:
    """Rows of a base-data form or a statement. `base_data` tells the former."""

    figures: tuple[Figure, ...]
    base_data: bool = False


@dataclass(frozen=True, slots=True)
class ProseSection:
    """Running text in a cell: it is read for figures as a paragraph is."""

    label: str
    text: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class LeftoverSection:
    """A row that no rule read."""

    text: str


Section = (
    TitleSection
    | LabelSection
    | EntrySection
    | FundsSection
    | GoalsSection
    | IndicatorsSection
    | TotalSection
    | GradeSection
    | FiguresSection
    | ProseSection
    | LeftoverSection
)

FLAT_CONFIDENCE = 0.95  # a column of flattened text was inferred from heads and types


def cell_evidence(cell: Cell, *, flat: bool = False) -> Evidence:
    """The evidence of a row that is read off `cell`."""
    confidence = cell.confidence * (FLAT_CONFIDENCE if flat else 1.0)
    return Evidence(page=cell.page, box=cell.box, source="table", confidence=confidence, cell=cell)
