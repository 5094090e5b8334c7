"""One form, complete: what a group of sections says of its subject."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.extract.grouping import Group
from pipeline.extract.sections import (
    EntrySection,
    FiguresSection,
    FundsSection,
    GoalsSection,
    GradeSection,
    IndicatorsSection,
    LabelSection,
    ProseSection,
    Section,
    TitleSection,
    TotalSection,
)
from pipeline.labels import is_form_title, is_prompt
from pipeline.lexicon import load_toml
from pipeline.normalize.dates import parse_date, parse_fiscal_year
from pipeline.normalize.text import fold, is_blank_value
from pipeline.records import Evidence, Figure, Fund, Indicator, Kind

DEPARTMENT_LEVELS = {"duty_performance", "duty_benefit", "budget_allocation", "budget_management", "asset_management"}
DEPARTMENT_FUNDS = {"basic_expenditure", "project_expenditure"}


@dataclass(frozen=True, kw_only=True)
class Form:
    """One form; `first` and `last` are indexes of the document's blocks, `labels` the label cells' values.

    `entry` tells one row of a list, which is complete by itself.
    """

    first: int
    last: int
    title: str | None
    year: int | None
    labels: dict[str, str]
    form_date: datetime.date | None
    goals: GoalsSection | None
    total: TotalSection | None
    grade: str | None
    funds: tuple[Fund, ...]
    indicators: tuple[Indicator, ...]
    figures: tuple[Figure, ...]
    prose: tuple[ProseSection, ...]
    base_data: bool
    evidence: Evidence
    entry: bool = False

    @property
    def subject(self) -> str | None:
        """项目名称 as printed."""
        return self.labels.get("subject")

    @property
    def is_nameless(self) -> bool:
        """True where nothing in the form or above it says what it is of: a table within a report."""
        return self.title is None and not {"subject", "department"} & set(self.labels)

    @property
    def is_evaluation(self) -> bool:
        """True where the form evaluates something: a base-data form or a statement alone does not."""
        return bool(self.indicators or self.funds or self.goals or (self.subject and not self.base_data))

    @property
    def kind(self) -> Kind:
        """`department` by its title, its labels or what it evaluates, else `project`."""
        words = load_toml("forms.toml")["title"]
        title = fold(self.title or "")
        if self.subject is not None:
            return "project"
        if re.search(words["department"], title):
            return "department"
        if re.search(words["project"], title):
            return "project"
        levels = {indicator.level2 for indicator in self.indicators}
        if "department" in self.labels or {fund.item for fund in self.funds} >= DEPARTMENT_FUNDS:
            return "department"
        return "department" if self.base_data or len(levels & DEPARTMENT_LEVELS) >= 2 else "project"


def group_to_form(group: Group) -> Form:
    """The form that a group of sections makes; of what is printed twice the first stands."""
    sections = group.sections
    titles = [section.text for section in sections if isinstance(section, TitleSection)]
    goals = [
        section for section in sections if isinstance(section, GoalsSection) and (section.expected or section.actual)
    ]
    labels = [section for section in sections if isinstance(section, LabelSection)]
    return Form(
        first=group.first,
        last=group.last,
        title=next((text for text in titles if is_form_title(text)), group.title),
        year=_year(group, titles, labels),
        labels=_labels(labels),
        form_date=next((d for s in labels if s.field == "form_date" and (d := parse_date(s.value))), None),
        goals=_merge_goals(goals),
        total=next((section for section in sections if isinstance(section, TotalSection)), None),
        grade=next((section.grade for section in sections if isinstance(section, GradeSection)), None),
        funds=tuple(fund for section in sections if isinstance(section, FundsSection) for fund in section.funds),
        indicators=tuple(
            row for section in sections if isinstance(section, IndicatorsSection) for row in section.indicators
        ),
        figures=tuple(_figures(sections)),
        prose=tuple(section for section in sections if isinstance(section, ProseSection)),
        base_data=any(isinstance(section, FiguresSection) and section.base_data for section in sections),
        evidence=group.evidence,
        entry=any(isinstance(section, EntrySection) for section in sections),
    )


def is_filled(form: Form) -> bool:
    """True where the form says anything at all."""
    return bool(form.labels or form.funds or form.indicators or form.figures or form.goals or form.prose or form.total)


def _figures(sections: tuple[Section, ...]) -> Iterator[Figure]:
    for section in sections:
        if isinstance(section, (FundsSection, FiguresSection)):
            yield from section.figures


def _year(group: Group, titles: list[str], labels: list[LabelSection]) -> int | None:
    texts = [*titles, *(section.value for section in labels if section.field == "year")]
    return next((year for text in texts if (year := parse_fiscal_year(fold(text)))), group.year)


def _labels(sections: list[LabelSection]) -> dict[str, str]:
    values: dict[str, str] = {}
    for section in sections:
        if section.field in ("ignored", "unused", "form_date", "year"):
            continue
        if not is_blank_value(section.value) and not is_prompt(section.value):
            values.setdefault(section.field, section.value)
    return values


def _merge_goals(goals: list[GoalsSection]) -> GoalsSection | None:
    if not goals:
        return None
    expected = next((goal.expected for goal in goals if goal.expected), None)
    actual = next((goal.actual for goal in goals if goal.actual), None)
    return GoalsSection(expected, actual, goals[0].evidence)
