"""Forms, narratives and sentences of one document put together: evaluations, figures and the report as a whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from pipeline.document import Document, Paragraph
from pipeline.extract.forms import Form, group_to_form, is_filled
from pipeline.extract.grouping import group_sections, leftovers
from pipeline.extract.narrative import (
    Cover,
    Narrative,
    Statement,
    classify,
    find_org,
    find_title,
    read_cover,
    read_statements,
    split_narratives,
)
from pipeline.extract.narrative_lines import Line, fold_places
from pipeline.extract.narrative_score import Score, find_score
from pipeline.extract.narrative_title import form_title_subject
from pipeline.extract.sentences import find_figures
from pipeline.extract.subjects import Subject, find_subjects
from pipeline.labels import is_form_title
from pipeline.normalize.dates import find_years, parse_fiscal_year
from pipeline.normalize.region import find_region
from pipeline.normalize.text import fold
from pipeline.records import DocType, Evaluation, Evidence, Figure, Report, Result, Status

MAX_SCORE = Decimal(100)
DISCLOSED = (DocType.BUDGET, DocType.FINAL_ACCOUNT)  # published accounts, evaluations in them only by the way
HEAD_BLOCKS = 40  # where a title or a form's head line is looked for
_WHOLE_YEAR = re.compile(r"(20\d{2})年0?1月(?:0?1日)?[起至到止\s—–~-]{1,4}\1年12月")
Value = TypeVar("Value")


@dataclass(frozen=True)
class Reading:
    """What was read off a document, before it is put together."""

    document: Document
    title: str | None
    year: int | None
    cover: Cover
    forms: tuple[Form, ...]
    narratives: tuple[Narrative, ...]
    statements: tuple[Statement, ...]
    leftovers: tuple[str, ...]


def read_report(document: Document, version: str) -> Result:
    """Everything that the document says: the report as a whole, its evaluations and its figures.

    Tables as cells, Markdown and findings are added by the stages that make them.
    """
    reading = read_document(document)
    subjects = find_subjects(reading.forms, reading.statements)
    units = _bodies(reading.forms, ("implementing_unit", "department", "filled_by"))
    units = units or _bodies(reading.forms, ("competent_dept",))
    org = find_org(reading.title, reading.cover, document.blocks, units, document.meta)
    evaluations = tuple(subject_to_evaluation(subject, reading, org, len(subjects) == 1) for subject in subjects)
    return Result(
        report=make_report(reading, evaluations, subjects, org, version),
        evaluations=evaluations,
        figures=tuple(collect_figures(reading, subjects, evaluations)),
        not_understood=reading.leftovers,
    )


def _bodies(forms: Sequence[Form], fields: Sequence[str]) -> list[str]:
    """The bodies that forms name in these fields; those that a list names count where they are all the same."""
    own = [unit for form in forms if not form.entry for field in fields if (unit := form.labels.get(field))]
    listed = {unit for form in forms if form.entry for field in fields if (unit := form.labels.get(field))}
    return own or (list(listed) if len(listed) == 1 else [])


def read_document(document: Document) -> Reading:
    """Forms, narratives and cover of a document, and the year that it reports on."""
    blocks = document.blocks
    title = find_title(blocks, document.meta)
    year = find_fiscal_year(title, document)
    groups = group_sections(blocks, year, title)
    forms = tuple(form for form in map(group_to_form, groups) if is_filled(form))
    year = year or _common_year(forms) or _period_year(document) or _most_named_year(document)
    names = [form.subject for form in forms if form.subject]
    narratives = tuple(split_narratives(blocks))
    statements = tuple(statement for narrative in narratives for statement in read_statements(narrative, blocks, names))
    if classify(title, blocks, [form.title or "" for form in forms]) in DISCLOSED:
        statements = tuple(statement for statement in statements if _evaluates(statement))
    return Reading(document, title, year, read_cover(blocks), forms, narratives, statements, leftovers(groups))


def _evaluates(statement: Statement) -> bool:
    """True where a statement says more of its subject than money: a budget's prose speaks of money alone."""
    return bool(statement.score is not None or statement.grade or statement.goal_actual or statement.indicators)


def find_fiscal_year(title: str | None, document: Document) -> int | None:
    """The year reported on as the title, or a form's title or head line, has it."""
    candidates = [title or ""]
    for block in document.blocks[:HEAD_BLOCKS]:
        texts = [block.text] if isinstance(block, Paragraph) else [cell.text for cell in block.cells[:12]]
        candidates += [text for text in texts if is_form_title(text) or re.fullmatch(r"\(?.{4,8}年度?\)?", fold(text))]
    return next((year for text in candidates if (year := parse_fiscal_year(fold(text)))), None)


def _common_year(forms: Sequence[Form]) -> int | None:
    """The year of the forms, where they name one."""
    years = Counter(form.year for form in forms if form.year)
    return years.most_common(1)[0][0] if years else None


def _period_year(document: Document) -> int | None:
    """The year whose January and December begin and end a project's period (`2016年1月起至2016年12月止`)."""
    spans = (_WHOLE_YEAR.search(fold(paragraph.text)) for _, paragraph in document.paragraphs())
    return next((int(match[1]) for match in spans if match), None)


def _most_named_year(document: Document) -> int | None:
    years: Counter[int] = Counter()
    for _, paragraph in document.paragraphs():
        years.update(find_years(paragraph.text))
    return years.most_common(1)[0][0] if years else None


def _first(values: Iterable[Value | None]) -> Value | None:
    return next((value for value in values if value), None)


def subject_to_evaluation(subject: Subject, reading: Reading, org: str | None, alone: bool) -> Evaluation:
    """The evaluation of one object: the form's word first, the narrative's where the form is silent."""
    forms, statements = subject.forms, subject.statements
    kind = statements[0].kind if statements else forms[0].kind
    total = _first(form.total for form in forms)
    in_form = total is not None and total.score is not None
    stated = None if in_form else _stated_score(forms, statements)
    goals = _first(form.goals for form in forms)
    labels = _labels(forms)
    cover = reading.cover if alone and kind == "project" else None
    return Evaluation(
        kind=kind,
        subject=_subject_name(subject, kind, org),
        competent_dept=labels.get("competent_dept")
        or labels.get("central_dept")
        or _first(s.competent_dept for s in statements)
        or (cover.competent_dept if cover else None),
        implementing_unit=labels.get("implementing_unit")
        or _first(s.implementing_unit for s in statements)
        or (cover.implementing_unit if cover else None),
        fiscal_year=_first(form.year for form in forms) or _first(s.fiscal_year for s in statements) or reading.year,
        goal_expected=goals.expected if goals else _first(s.goal_expected for s in statements),
        goal_actual=goals.actual if goals else _first(s.goal_actual for s in statements),
        form_date=_first(form.form_date for form in forms),
        weight_total_raw=total.weight_raw if total else None,
        weight_total=total.weight if total else None,
        score_total_raw=stated.raw if stated else (total.score_raw if total else None),
        score_total=stated.value if stated else (total.score if total else None),
        grade=_first(form.grade for form in forms) or _first(s.grade for s in statements),
        funds=tuple(fund for form in forms for fund in form.funds) or _first(s.funds for s in statements) or (),
        indicators=tuple(row for form in forms for row in form.indicators)
        or _first(s.indicators for s in statements)
        or (),
        evidence=forms[0].evidence if forms else statements[0].evidence,
    )


def _stated_score(forms: Sequence[Form], statements: Sequence[Statement]) -> Score | None:
    """The score that a form's conclusion or a narrative states in a sentence."""
    for statement in statements:
        if statement.score is not None:
            return Score(statement.score, statement.score_raw, statement.score_max, statement.grade)
    cells = [section for form in forms for section in form.prose]
    lines = [Line(i, fold_places(cell.text), Paragraph(cell.text), (), False) for i, cell in enumerate(cells)]
    score = find_score(lines)
    return score if score.value is not None else None


def _labels(forms: Sequence[Form]) -> dict[str, str]:
    labels: dict[str, str] = {}
    for form in forms:
        for key, value in form.labels.items():
            labels.setdefault(key, value)
    return labels


def _subject_name(subject: Subject, kind: str, org: str | None) -> str | None:
    labels = _labels(subject.forms)
    if kind == "department":
        return (
            labels.get("department")
            or labels.get("implementing_unit")
            or _first(s.subject for s in subject.statements)
            or org
        )
    named = labels.get("subject") or _first(s.subject for s in subject.statements)
    return named or _first(form_title_subject(form.title) for form in subject.forms if form.title)


def collect_figures(reading: Reading, subjects: Sequence[Subject], evaluations: Sequence[Evaluation]) -> list[Figure]:
    """All figures in document order with their evaluations: those of tables, of prose cells and of paragraphs."""
    placed: list[tuple[int, int, Figure]] = []
    for form in reading.forms:
        index = _index_of(subjects, form)
        year = form.year or reading.year
        for figure in form.figures:
            placed.append((form.first, 0, replace(figure, evaluation=index, fiscal_year=figure.fiscal_year or year)))
        for section in form.prose:
            found = find_figures(section.text, year=year, evidence=section.evidence, heading=section.label or None)
            placed.extend((form.first, 1, replace(figure, evaluation=index)) for figure in found)
        placed.extend((form.first, 1, replace(figure, evaluation=index)) for figure in _goal_figures(form, year))
    inside = {block for form in reading.forms for block in range(form.first, form.last + 1)}
    heading: str | None = None
    for block, paragraph in reading.document.paragraphs():
        if paragraph.level and len(fold(paragraph.text)) < HEAD_BLOCKS:
            heading = paragraph.text
        if block in inside and is_form_title(paragraph.text):
            continue
        index = _subject_at(subjects, block)
        year = (evaluations[index].fiscal_year if index is not None else None) or reading.year
        evidence = Evidence(page=paragraph.page, box=paragraph.box, source="text", confidence=paragraph.confidence)
        found = find_figures(paragraph.text, year=year, evidence=evidence, heading=heading)
        placed.extend((block, 0, replace(figure, evaluation=index)) for figure in found)
    return [figure for _, _, figure in sorted(placed, key=lambda entry: entry[:2])]


def _goal_figures(form: Form, year: int | None) -> list[Figure]:
    """Figures in what a form says was done (实际完成情况)."""
    if form.goals is None or form.goals.actual is None:
        return []
    return find_figures(form.goals.actual, year=year, evidence=form.goals.evidence, heading="实际完成情况")


def _index_of(subjects: Sequence[Subject], form: Form) -> int | None:
    return next((i for i, subject in enumerate(subjects) if any(own is form for own in subject.forms)), None)


def _subject_at(subjects: Sequence[Subject], block: int) -> int | None:
    """The evaluation that the paragraph at `block` belongs to: the narrowest statement or form around it."""
    spans: list[tuple[int, int]] = []
    for i, subject in enumerate(subjects):
        parts: list[Form | Statement] = [*subject.statements, *subject.forms]
        spans += [(part.last - part.first, i) for part in parts if part.first <= block <= part.last]
    if spans:
        return min(spans)[1]
    return 0 if len(subjects) == 1 else None


def make_report(
    reading: Reading, evaluations: Sequence[Evaluation], subjects: Sequence[Subject], org: str | None, version: str
) -> Report:
    """The file as a whole: whose report, on what year and place, with what conclusion."""
    document, source = reading.document, reading.document.source
    main = _main_evaluation(reading, evaluations, subjects)
    stated = _main_statement(reading, subjects, main)
    score = (
        stated.score
        if stated and stated.score is not None
        else (evaluations[main].score_total if main is not None else None)
    )
    grade = (stated.grade if stated else None) or (evaluations[main].grade if main is not None else None)
    texts = [text for text in (org, reading.title) if text]
    bodies = [body for own in evaluations for body in (own.implementing_unit, own.competent_dept) if body]
    region = find_region([*texts, *(p.text for _, p in document.paragraphs()), *dict.fromkeys(bodies)])
    titles = [form.title or "" for form in reading.forms]
    return Report(
        doc_id=source.doc_id,
        source=source.path,
        file_name=source.name,
        media_type=source.media_type,
        bytes=len(source.content),
        sha256=source.sha256,
        pages=document.n_pages,
        ocr_pages=document.n_ocr_pages or (None if document.n_pages is None else 0),
        title=reading.title,
        doc_type=classify(reading.title, document.blocks, titles) or DocType.OTHER,
        org=org,
        province=region.province if region else None,
        city=region.city if region else None,
        county=region.county if region else None,
        adcode=region.adcode if region else None,
        fiscal_year=reading.year,
        report_date=_report_date(reading),
        score=score,
        score_max=(stated.score_max if stated and stated.score_max else MAX_SCORE) if score is not None else None,
        grade=grade,
        status=Status.PARTIAL if document.issues else Status.OK,
        error="；".join(dict.fromkeys(issue.message for issue in document.issues)) or None,
        pipeline_version=version,
    )


def _main_evaluation(reading: Reading, evaluations: Sequence[Evaluation], subjects: Sequence[Subject]) -> int | None:
    """The evaluation that the file is about: the only one, or the department's among projects."""
    if len(evaluations) == 1:
        return 0
    departments = [i for i, evaluation in enumerate(evaluations) if evaluation.kind == "department"]
    return departments[0] if len(departments) == 1 else None


def _main_statement(reading: Reading, subjects: Sequence[Subject], main: int | None) -> Statement | None:
    if main is None:
        return None
    return next((s for s in subjects[main].statements if s.score is not None or s.grade), None)


def _report_date(reading: Reading) -> date | None:
    """The date the report is signed with; else that of the cover, else of the department's or the first form."""
    if reading.cover.signature_date:
        return reading.cover.signature_date
    cover = _first(day for _, day, _ in reading.cover.dates)
    forms = sorted(reading.forms, key=lambda form: form.kind != "department")
    return _first(form.form_date for form in forms) or cover
