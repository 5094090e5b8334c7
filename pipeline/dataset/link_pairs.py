"""Rows of reports and evaluations → which documents and evaluations of one body follow each other over the years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.dataset.link_facts import Record
from pipeline.dataset.link_names import RULES, BodyKey, org_to_key, project_to_key
from pipeline.lexicon import load_toml


@dataclass(frozen=True, slots=True)
class Paper:
    """One document, of copies the best one: whose it is and of which year."""

    doc_id: str
    title: str
    body: BodyKey | None
    adcode: str | None
    year: int | None
    is_of_body: bool  # its own figures are the body's


@dataclass(frozen=True, slots=True)
class Subject:
    """What is followed over the years: a document on a body (eval_id None), or the evaluation of a project."""

    doc_id: str
    eval_id: str | None
    name: str
    year: int
    keys: frozenset[tuple[BodyKey, str]]  # the body, and the project's name (empty for the body itself)


@dataclass(frozen=True, slots=True)
class Pair:
    """A subject and one of the same in the nearest earlier year for which there is any."""

    later: Subject
    earlier: Subject

    @property
    def is_next_year(self) -> bool:
        return self.later.year == self.earlier.year + 1


def rows_to_papers(reports: Iterable[Record]) -> dict[str, Paper]:
    """The documents by doc_id, without those that repeat another."""
    kinds = frozenset(load_toml(RULES)["body_reports"])
    papers: dict[str, Paper] = {}
    for row in reports:
        if row["duplicate_of"] not in (None, row["doc_id"]) or row["status"] == "failed":
            continue
        papers[row["doc_id"]] = Paper(
            doc_id=row["doc_id"],
            title=row["title"] or row["file_name"],
            body=org_to_key(row["org"], row["adcode"]),
            adcode=row["adcode"],
            year=row["fiscal_year"],
            is_of_body=row["doc_type"] in kinds,
        )
    return papers


def papers_to_subjects(papers: dict[str, Paper]) -> list[Subject]:
    """The documents that speak of a whole body, where body and year are known."""
    return [
        Subject(paper.doc_id, None, paper.body.name, paper.year, frozenset([(paper.body, "")]))
        for paper in papers.values()
        if paper.is_of_body and paper.body is not None and paper.year is not None
    ]


def evaluations_to_subjects(evaluations: Iterable[Record], papers: dict[str, Paper]) -> list[Subject]:
    """Of evaluations of projects those with a name, a year and a body: the document's, the competent one or the own.

    Two of one name in one document cannot be told apart: neither is followed.
    """
    by_name: dict[tuple[str, str, int], list[Subject]] = defaultdict(list)
    for row in evaluations:
        paper = papers.get(row["doc_id"])
        if paper is None:
            continue
        name, year = project_to_key(row["subject"]), row["fiscal_year"] or paper.year
        units = [org_to_key(row[column], paper.adcode) for column in ("competent_dept", "implementing_unit")]
        bodies = {body for body in (paper.body, *units) if body is not None}
        if name is None or year is None or not bodies:
            continue
        keys = frozenset((body, name) for body in bodies)
        by_name[row["doc_id"], name, year].append(Subject(row["doc_id"], row["eval_id"], row["subject"], year, keys))
    return [group[0] for group in by_name.values() if len(group) == 1]


def subjects_to_pairs(subjects: Sequence[Subject]) -> list[Pair]:
    """Each subject with all of the same key in the nearest earlier year; in the order of the dataset."""
    by_key: dict[tuple[BodyKey, str], dict[int, list[Subject]]] = defaultdict(lambda: defaultdict(list))
    for subject in subjects:
        for key in subject.keys:
            by_key[key][subject.year].append(subject)
    pairs: list[Pair] = []
    for later in subjects:
        found = {
            (other.year, other.doc_id, other.eval_id or ""): other
            for key in later.keys
            for year, group in by_key[key].items()
            if year < later.year
            for other in group
        }
        nearest = max((year for year, _, _ in found), default=None)
        pairs += [Pair(later, found[place]) for place in sorted(found) if place[0] == nearest]
    return sorted(pairs, key=lambda pair: _place(pair.later) + _place(pair.earlier))


def _place(subject: Subject) -> tuple[str, str]:
    return subject.doc_id, subject.eval_id or ""
