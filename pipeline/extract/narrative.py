"""Blocks of a document → the reports written in sentences, and what each of them states."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.document import Block, Table
from pipeline.extract.narrative_cover import Cover, read_cover, read_signature
from pipeline.extract.narrative_funds import find_fund
from pipeline.extract.narrative_goals import find_goal
from pipeline.extract.narrative_indicators import find_indicators
from pipeline.extract.narrative_items import split_items
from pipeline.extract.narrative_lines import LIST_MARK, Line, fold_places, is_prose, read_lines
from pipeline.extract.narrative_org import classify, find_org, is_summary
from pipeline.extract.narrative_score import Score, find_score
from pipeline.extract.narrative_subject import find_department, find_dept_and_unit, find_subject
from pipeline.extract.narrative_title import (
    find_body,
    find_title,
    is_form_title,
    title_at,
    title_kind,
    title_name,
    title_subject,
)
from pipeline.normalize.dates import parse_fiscal_year
from pipeline.records import Evidence, Fund, Indicator, Kind

__all__ = [
    "Cover",
    "Narrative",
    "Statement",
    "classify",
    "find_org",
    "find_title",
    "read_cover",
    "read_statements",
    "split_narratives",
]

_CONCLUSION = re.compile(
    r"得分[为是:]?\d[\d.]*分.*。$"
)  # however short: it may stand behind the last table of a report
MIN_PROSE = 25  # characters of running text that make a report under a title
MIN_UNTITLED_PROSE = 120  # and without one


@dataclass(frozen=True, slots=True)
class Narrative:
    """One report in sentences: its blocks first..last (inclusive), its title as written, what it is on."""

    first: int
    last: int
    title: str | None
    kind: Kind | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a narrative states of one subject; null where it says nothing. `score_raw` is the number as written."""

    kind: Kind
    subject: str | None = None
    competent_dept: str | None = None
    implementing_unit: str | None = None
    fiscal_year: int | None = None
    score: Decimal | None = None
    score_raw: str | None = None
    score_max: Decimal | None = None
    grade: str | None = None
    goal_expected: str | None = None
    goal_actual: str | None = None
    funds: tuple[Fund, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    first: int
    last: int
    evidence: Evidence


def split_narratives(blocks: Sequence[Block]) -> list[Narrative]:
    """The reports of a file in order: each begins at a report title; without a title all running text is one report.

    A title over nothing but forms or a list of attachments opens no report; one on a cover page belongs to the next.
    """
    starts = _title_starts(blocks)
    if not starts:
        whole = _narrative(blocks, 0, len(blocks) - 1, None)
        return [whole] if whole is not None else []
    narratives: list[Narrative] = []
    cover_start: int | None = None
    for place, (start, title) in enumerate(starts):
        end = starts[place + 1][0] - 1 if place + 1 < len(starts) else len(blocks) - 1
        if cover_start is not None and title_subject(title) is None and find_body(title_name(title)) is None:
            title = next(named for at, named in starts if at == cover_start)
        narrative = _narrative(blocks, start if cover_start is None else cover_start, end, title)
        if narrative is not None:
            narratives.append(narrative)
            cover_start = None
        elif not any(isinstance(block, Table) for block in blocks[start : end + 1]):
            cover_start = start if cover_start is None else cover_start
        else:
            cover_start = None
    return narratives or _untitled(blocks, starts)


def _untitled(blocks: Sequence[Block], starts: Sequence[tuple[int, str]]) -> list[Narrative]:
    """The running text before the first title, where no title has any below it."""
    whole = _narrative(blocks, 0, starts[0][0] - 1, None)
    return [whole] if whole is not None else []


def _title_starts(blocks: Sequence[Block]) -> list[tuple[int, str]]:
    starts: list[tuple[int, str]] = []
    index = 0
    while index < len(blocks):
        title = title_at(blocks, index)
        if title is not None and not (starts and _is_same_report(starts[-1][1], title.text)):
            starts.append((title.first, title.text))
        index = title.last + 1 if title is not None else index + 1
    return starts


def _is_same_report(before: str, title: str) -> bool:
    """Whether a title is the one before it once more, above a note of the page or on a cover, and names its project."""
    return fold_places(before).text == fold_places(title).text and title_subject(title) is not None


def _narrative(blocks: Sequence[Block], first: int, last: int, title: str | None) -> Narrative | None:
    """The narrative of a range, without the forms at its end; None where the range has too little running text."""
    told = _without_notes(read_lines(blocks, first, last))
    prose = [line for line in told if is_prose(line.text) or _CONCLUSION.search(line.text)]
    if sum(len(line.text) for line in prose) < (MIN_PROSE if title else MIN_UNTITLED_PROSE):
        return None
    if title is None and not any(re.search(r"绩效|自评|评价", line.text) for line in prose):
        return None
    end = prose[-1].index
    for index in range(end + 1, last + 1):
        block = blocks[index]
        if isinstance(block, Table) or is_form_title(block.text):
            break
        end = index
    return Narrative(first, end, title, _narrative_kind(blocks, first, end, title))


def _without_notes(lines: Sequence[Line]) -> list[Line]:
    """Lines without the notes under a form: `注：1.…` and the numbered lines that go on with it."""
    kept: list[Line] = []
    in_notes = False
    for line in lines:
        opens = re.match(r"注\d?:|备注:|说明:|填[报表写]说明", line.text) is not None
        in_notes = opens or (in_notes and LIST_MARK.match(line.text) is not None and not line.is_heading)
        if not in_notes:
            kept.append(line)
    return kept


def _narrative_kind(blocks: Sequence[Block], first: int, last: int, title: str | None) -> Kind | None:
    """What the title says, else what the text speaks of more: 部门整体支出 or 项目."""
    kind = title_kind(title)
    if kind is not None:
        return kind
    text = "".join(line.text for line in read_lines(blocks, first, last))
    whole, projects = text.count("部门整体支出") + text.count("整体支出绩效"), text.count("项目")
    if whole == projects == 0:
        return None
    return "department" if whole * 3 > projects else "project"


def read_statements(narrative: Narrative, blocks: Sequence[Block], known_subjects: Sequence[str]) -> list[Statement]:
    """What a narrative states: one statement on its subject, or one per project where it lists several.

    A department's report that also scores its projects gives its own statement first, then theirs. A summary of many
    projects that names none and concludes nothing states nothing.
    """
    lines = read_lines(blocks, narrative.first, narrative.last)
    year = _fiscal_year(narrative, lines)
    items = split_items(lines, narrative.title, narrative.kind)
    listed = [_item_statement(item_lines, name, year, known_subjects) for name, item_lines in items]
    if listed and narrative.kind != "department":
        return listed
    taken = {line.index for _, item_lines in items for line in item_lines}
    own = [line for line in lines if line.index not in taken]
    whole = _whole_statement(narrative, blocks, own or lines, year, known_subjects)
    if whole.kind == "project" and whole.subject is None and whole.score is None and is_summary(narrative.title):
        return listed
    return [whole, *listed]


def _whole_statement(
    narrative: Narrative, blocks: Sequence[Block], lines: Sequence[Line], year: int | None, known: Sequence[str]
) -> Statement:
    kind: Kind = narrative.kind or "project"
    if kind == "department":
        signature, _ = read_signature(blocks[narrative.first : narrative.last + 1])
        subject = find_department(narrative.title, lines, signature)
    else:
        subject = find_subject(narrative.title, lines, known)
    score = find_score(lines)
    stated = next((line for line in lines if line.index == score.line), lines[0])
    statement = _statement(kind, subject, lines, year, score, in_item=False)
    return replace(statement, first=narrative.first, last=narrative.last, evidence=stated.evidence)


def _item_statement(lines: Sequence[Line], name: str, year: int | None, known: Sequence[str]) -> Statement:
    """The statement on one project of a list: its own lines only."""
    exact = next((subject for subject in known if fold_places(subject).text == fold_places(name).text), None)
    score = find_score(lines, in_item=True)
    statement = _statement("project", name, lines, year, score, in_item=True)
    return replace(statement, subject=exact or name)


def _statement(
    kind: Kind, subject: str | None, lines: Sequence[Line], year: int | None, score: Score, *, in_item: bool
) -> Statement:
    """What some lines say of one object; its span and evidence are those of the lines."""
    competent_dept, implementing_unit = find_dept_and_unit(lines, subject, in_item=in_item)
    fund = find_fund(lines, subject, kind)
    return Statement(
        kind=kind,
        subject=subject,
        competent_dept=competent_dept,
        implementing_unit=implementing_unit,
        fiscal_year=year,
        score=score.value,
        score_raw=score.raw,
        score_max=score.maximum,
        grade=score.grade,
        goal_expected=find_goal(lines),
        funds=(fund,) if fund else (),
        indicators=find_indicators(lines),
        first=lines[0].index,
        last=lines[-1].index,
        evidence=lines[0].evidence,
    )


def _fiscal_year(narrative: Narrative, lines: Sequence[Line]) -> int | None:
    """The year in the title, on a `（2022年度）` line under it, else the one named most (年度 counts triple).

    Dates, document numbers, `自2019年起` and other years by name (较2021年) count for nothing.
    """
    if narrative.title and (year := parse_fiscal_year(narrative.title)) is not None:
        return year
    for line in lines[:6]:
        if re.fullmatch(r"\(?20\d{2}年度?\)?", line.text):
            return parse_fiscal_year(line.text)
    counts: Counter[str] = Counter()
    for line in lines:
        text = re.sub(r"[〔《\[].*?[〕》\]]", "", line.text)
        for match in re.finditer(r"(?<![较比自从至于上])(20\d{2})年(度?)(?!\d{1,2}月|至|以来|起|底|末|初)", text):
            counts[match[1]] += 3 if match[2] else 1
    return int(max(counts, key=lambda year: (counts[year], year))) if counts else None
