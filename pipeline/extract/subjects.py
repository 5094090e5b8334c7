"""Which forms and which statements of a file speak of the same object."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.extract.forms import Form
from pipeline.extract.narrative import Statement
from pipeline.normalize.text import fold
from pipeline.records import Kind

SEVERAL = 2  # so many forms are a list
SAME_SUBJECT = 0.6  # likeness of two names of one project


@dataclass(frozen=True)
class Subject:
    """One evaluated object: its forms and the statements on it, with the blocks that speak of it."""

    forms: tuple[Form, ...]
    statements: tuple[Statement, ...]

    @property
    def first(self) -> int:
        """Where it begins; a row of a list keeps its place in the list, wherever else the text speaks of it."""
        listed = [form.first for form in self.forms if form.entry]
        return min(listed or [form.first for form in self.forms] + [part.first for part in self.statements])


def likeness(a: str, b: str) -> float:
    """How alike two names of a project are, 0..1: blanks, year, code and the words 项目/经费 do not count."""
    a, b = (_bare_name(name) for name in (a, b))
    if not a or not b:
        return 0.0
    if a in b or b in a:
        return max(0.75, min(len(a), len(b)) / max(len(a), len(b)))
    return difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()


def _bare_name(name: str) -> str:
    return re.sub(r"^[0-9A-Z]{12,}-?|(19|20)\d\d年度?|专项|经费|资金|项目|支出", "", fold(name)) or fold(name)


def find_subjects(forms: Sequence[Form], statements: Sequence[Statement]) -> list[Subject]:
    """The evaluated objects: forms first, then each statement with the form it speaks of or on its own."""
    evaluating = [form for form in forms if form.is_evaluation]
    listed = [form for form in evaluating if form.entry and form.kind == "department"]
    others = [form for form in forms if not any(form is own for own in listed)]
    of_department = [form for form in others if form.kind == "department" or _is_within(form, statements)]
    departments = [form for form in of_department if form.is_evaluation or form.base_data]
    parts: list[tuple[list[Form], list[Statement]]] = []
    if any(form.is_evaluation for form in departments):
        parts.append((departments, []))
    parts += [([form], []) for form in listed]
    projects = [form for form in evaluating if not any(form is own for own in (*departments, *listed))]
    parts += [(forms_, []) for forms_ in _join_pieces(projects, statements)]
    for statement in statements:
        home = _home(statement, parts, len(statements))
        if home is not None:
            home[1].append(statement)
        elif len(evaluating) < SEVERAL or not (_is_bare_name(statement) or _is_above_list(statement, listed)):
            parts.append(([], [statement]))
    subjects = [Subject(tuple(forms), tuple(statements)) for forms, statements in parts]
    return sorted(subjects, key=lambda subject: subject.first)


def _join_pieces(forms: Sequence[Form], statements: Sequence[Statement]) -> list[list[Form]]:
    """The forms of each project: tables without a name that complete each other are one, in a report on one project."""
    joined: list[list[Form]] = []
    alone = sum(statement.kind == "project" for statement in statements) == 1
    for form in forms:
        if (
            alone
            and joined
            and all(own.subject is None for own in (form, *joined[-1]))
            and _completes(form, joined[-1])
        ):
            joined[-1].append(form)
        else:
            joined.append([form])
    return joined


def _completes(form: Form, others: Sequence[Form]) -> bool:
    """True where a form has no funds, indicators or total that the others have too."""
    return not any(
        (form.funds and other.funds) or (form.indicators and other.indicators) or (form.total and other.total)
        for other in others
    )


def _is_within(form: Form, statements: Sequence[Statement]) -> bool:
    """True for a table without a name inside a department's report: its indicators are the department's."""
    around = [statement for statement in statements if statement.first <= form.first and form.last <= statement.last]
    return form.is_nameless and bool(around) and all(statement.kind == "department" for statement in around)


def _is_bare_name(statement: Statement) -> bool:
    """True where a statement says nothing of a project but its name, or money without a name: what stands above a list.

    `3个项目开展自评，涉及资金1,200万元` speaks of all of them together, and is no evaluation of its own.
    """
    if statement.kind != "project" or statement.score is not None or statement.indicators:
        return False
    said = (statement.grade, statement.goal_expected, statement.goal_actual)
    return statement.subject is None or not any((*said, statement.funds))


def _is_above_list(statement: Statement, listed: Sequence[Form]) -> bool:
    """True where a body that is none of the listed departments states no score: the one that lists them."""
    return bool(listed) and statement.kind == "department" and statement.score is None


def _kind(part: tuple[list[Form], list[Statement]], statement: Statement) -> Kind:
    """The kind of the forms of a part: a department's too where they are tables within its report."""
    form = part[0][0]
    return "department" if _is_within(form, [statement]) else form.kind


def _home(
    statement: Statement, parts: list[tuple[list[Form], list[Statement]]], n_statements: int
) -> tuple[list[Form], list[Statement]] | None:
    """The forms that a statement speaks of: the department's, or the project of the likest name."""
    same_kind = [part for part in parts if part[0] and _kind(part, statement) == statement.kind]
    if statement.kind == "department":
        listed = [part for part in same_kind if part[0][0].entry]
        named = [part for part in listed if part[0][0].labels.get("department") == statement.subject]
        whole = [part for part in same_kind if not part[0][0].entry]
        return next(iter([*named, *whole]), None)
    scored = [(likeness(statement.subject or "", part[0][0].subject or ""), i) for i, part in enumerate(same_kind)]
    best = max(scored, default=(0.0, -1))
    if best[0] >= SAME_SUBJECT:
        return same_kind[best[1]]
    return same_kind[0] if len(same_kind) == 1 == n_statements else None
