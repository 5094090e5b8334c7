"""Sections of all tables, in document order, grouped into forms: where one form ends and the next begins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

from pipeline.document import Block, Paragraph, Table
from pipeline.extract.halves import split_side_by_side
from pipeline.extract.sections import (
    EntrySection,
    FiguresSection,
    FundsSection,
    GoalsSection,
    IndicatorsSection,
    LabelSection,
    LeftoverSection,
    Section,
    TitleSection,
    TotalSection,
)
from pipeline.extract.tables import HEADED, Context, read_line_grades, read_line_labels, read_sections
from pipeline.labels import is_form_title
from pipeline.normalize.dates import parse_fiscal_year
from pipeline.normalize.money import find_money_unit
from pipeline.normalize.text import fold
from pipeline.records import Evidence

LINES_ABOVE = 6  # how far above a table its title, year and unit line may stand
LINES_BELOW = 3  # how far below a form its line of signature may stand
LINE_CHARS = 80


@dataclass(frozen=True)
class Group:
    """The sections of one form; `first` and `last` are indexes of the document's blocks."""

    first: int
    last: int
    title: str | None
    year: int | None
    sections: tuple[Section, ...]
    evidence: Evidence


@dataclass
class _Open:
    """A group while sections are still being added to it."""

    first: int
    last: int
    title: str | None
    year: int | None
    evidence: Evidence
    sections: list[Section] = field(default_factory=list)
    has: set[str] = field(default_factory=set)

    def close(self) -> Group:
        return Group(self.first, self.last, self.title, self.year, tuple(self.sections), self.evidence)


def group_sections(blocks: Sequence[Block], year: int | None, report_title: str | None = None) -> list[Group]:
    """The forms of a document as groups of sections, from its tables and the lines that stand around them."""
    groups: list[_Open] = []
    for index, block in enumerate(blocks):
        if isinstance(block, Paragraph):
            if groups and index - groups[-1].last <= LINES_BELOW:
                _add(groups[-1], [*read_line_labels(block), *read_line_grades(block)])
            continue
        lines = paragraphs_above(blocks, index)
        above = [line.text for line in lines]
        title = next((line for line in reversed(above) if is_form_title(line)), None)
        if not groups and report_title and is_form_title(report_title):
            title = title or report_title
        own_year = next((year_ for line in above if (year_ := line_year(line))), None)
        unit = line_unit([*above, *lines_below(blocks, index)])
        if title or not groups or (own_year and groups[-1].last < index - 1):
            groups.append(_open(index, block, title, own_year))
            _add(groups[-1], labels_under_title(lines))
        context = Context(own_year or year, unit, is_self_evaluation(title or report_title))
        for section in chain.from_iterable(read_sections(form, context) for form in split_side_by_side(block)):
            if _starts_new(groups[-1], section):
                groups.append(_open(index, block, None, None))
            groups[-1].last = index
            _add(groups[-1], [section])
    return [group.close() for group in groups]


def is_self_evaluation(title: str | None) -> bool:
    """False for the title of somebody else's evaluation (`绩效评价报告`): there 评价得分 counts, not 自评得分."""
    return title is None or "自评" in title or "评价" not in title


def _open(index: int, table: Table, title: str | None, year: int | None) -> _Open:
    first = table.cells[0] if table.cells else None
    return _Open(index, index, title, year, Evidence(page=table.page, box=first.box if first else None, cell=first))


def paragraphs_above(blocks: Sequence[Block], index: int) -> list[Paragraph]:
    """The short lines that stand between the block at `index` and what comes before it."""
    lines: list[Paragraph] = []
    for block in reversed(blocks[max(0, index - LINES_ABOVE) : index]):
        if isinstance(block, Table) or len(fold(block.text)) > LINE_CHARS:
            break
        if fold(block.text):
            lines.append(block)
    return lines[::-1]


def lines_below(blocks: Sequence[Block], index: int) -> list[str]:
    """The notes right below the table at `index`: what follows up to the next table, a few lines at most."""
    lines: list[str] = []
    for block in blocks[index + 1 : index + 1 + LINES_BELOW]:
        if isinstance(block, Table) or is_form_title(block.text):
            break
        if re.match(r"(说明|注|备注|填表说明)\d*[:：]|.{0,6}单位[:：]", fold(block.text)):
            lines.append(block.text)
    return lines


def line_unit(lines: Iterable[str]) -> str | None:
    """The unit of money that the first line with 单位 names (`金额单位：元`)."""
    return next((found for line in lines if "单位" in line and (found := _unit_in(line))), None)


def _unit_in(line: str) -> str | None:
    named = re.search(r"单位\s*(?:[:：为]|均为)+\s*(?:人民币)?([万亿千百]?元)", fold(line))
    return named.group(1) if named else find_money_unit(line)


def labels_under_title(lines: Sequence[Paragraph]) -> list[Section]:
    """What the lines between a form's title and its table say (`项目名称：某工程`, `填报单位：某局　填报日期：…`)."""
    titled = [i for i, line in enumerate(lines) if is_form_title(line.text)]
    return [label for line in lines[titled[-1] + 1 :] for label in read_line_labels(line, HEADED)] if titled else []


def line_year(line: str) -> int | None:
    """The year of a form's title or of the line below it (`（2023年度）`)."""
    folded = fold(line)
    return parse_fiscal_year(folded) if is_form_title(line) or re.fullmatch(r"\(?.{4,8}年度?\)?", folded) else None


def _add(group: _Open, sections: Iterable[Section]) -> None:
    for section in sections:
        group.sections.append(section)
        match section:
            case FundsSection(funds=funds, figures=figures):
                group.has.update({"funds"} if funds else set(), {"figures"} if figures else set())
            case IndicatorsSection(indicators=indicators):
                group.has.update({"indicators"} if indicators else set())
            case GoalsSection():
                group.has.add("goals")
            case TotalSection():
                group.has.add("total")
            case FiguresSection():
                group.has.add("figures")
            case EntrySection():
                group.has.add("entry")
            case LabelSection(field=name, value=value):
                group.has.update({name} if value else set())
            case _:
                pass


def _starts_new(group: _Open, section: Section) -> bool:
    """True where `section` cannot belong to `group`: a second title, name, funds block, or indicators after a total."""
    match section:
        case TitleSection(text=text):
            return is_form_title(text) and bool(group.has & {"indicators", "funds", "figures", "total"})
        case EntrySection():
            return bool(group.has)
        case LabelSection(field="subject"):
            return "entry" not in group.has and bool(group.has & {"subject", "indicators", "funds", "goals", "figures"})
        case LabelSection(field="department"):
            return {"department", "indicators"} <= group.has
        case FundsSection(funds=funds):
            return bool(funds) and {"funds", "indicators"} <= group.has
        case IndicatorsSection():
            return {"total", "indicators"} <= group.has
        case _:
            return False


def leftovers(groups: Sequence[Group]) -> tuple[str, ...]:
    """The rows that no rule read, in order."""
    return tuple(section.text for group in groups for section in group.sections if isinstance(section, LeftoverSection))
