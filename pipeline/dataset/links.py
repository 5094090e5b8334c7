"""A dataset → who reports after whom, and which of last year's figures two reports of one body print differently."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from pipeline.dataset.link_facts import Fact, Key, Record, agree, figure_to_fact, fund_to_facts, group_of, show_amount
from pipeline.dataset.link_names import RULES, project_to_key
from pipeline.dataset.link_pairs import (
    Pair,
    Paper,
    Subject,
    evaluations_to_subjects,
    papers_to_subjects,
    rows_to_papers,
    subjects_to_pairs,
)
from pipeline.dataset.rows import CellValue, Dataset, Row
from pipeline.dataset.schema import TABLE_BY_NAME
from pipeline.lexicon import load_toml
from pipeline.records import Finding, Severity

CHECK = "last_year_mismatch"
TRUSTED_CONFIDENCE = 0.9  # below it a number may be misread: a difference is a warning
ALL_DIFFER_MIN = 3  # where this many figures were compared and none agrees, the two reports measure different things
PROJECT_TOTALS = ("total", "project_item")
TITLE_CHARS = 40

Facts = dict[str, list[Fact]]  # by doc_id for a body, by eval_id for a project


@dataclass(frozen=True, slots=True)
class LinkFinding:
    """A finding with the document and the evaluation that it stands under."""

    doc_id: str
    eval_id: str | None
    finding: Finding
    bbox: str | None


@dataclass(frozen=True, slots=True)
class Links:
    """The rows of `links`, and the findings in the order of the dataset."""

    rows: tuple[Row, ...]
    findings: tuple[LinkFinding, ...]


@dataclass(frozen=True, slots=True)
class _Compared:
    """What the comparison of one subject with last year's came to."""

    n_compared: int
    differing: tuple[tuple[Fact, Fact], ...]  # this year's report, last year's


def find_links(dataset: Dataset) -> Links:
    """Who follows whom, and what differs. Figures are read only where there is a next year to compare with."""
    papers = rows_to_papers(_records(dataset, "reports"))
    evaluations = [row for row in _records(dataset, "evaluations") if row["kind"] == "project"]
    projects = evaluations_to_subjects(evaluations, papers)
    pairs = subjects_to_pairs([*papers_to_subjects(papers), *projects])
    wanted = {(s.doc_id, s.eval_id) for pair in pairs if pair.is_next_year for s in (pair.later, pair.earlier)}
    others = {row["eval_id"] for row in evaluations} - {subject.eval_id for subject in projects}
    facts = _collect(dataset, papers, projects, others, wanted) if wanted else {}
    earlier: dict[tuple[str, str | None], list[Pair]] = defaultdict(list)
    for pair in pairs:
        earlier[pair.later.doc_id, pair.later.eval_id].append(pair)
    rows: list[Row] = []
    findings: list[LinkFinding] = []
    seqs: dict[str, int] = defaultdict(int)
    for group in earlier.values():
        compared = _compare_group(group, facts)
        findings += _to_findings(group, compared, facts, papers)
        for pair in group:
            seqs[pair.later.doc_id] += 1
            rows.append(_link_row(pair, seqs[pair.later.doc_id], compared))
    return Links(tuple(rows), tuple(findings))


def _records(dataset: Dataset, table: str) -> Iterator[Record]:
    names = TABLE_BY_NAME[table].column_names
    return (dict(zip(names, row, strict=True)) for row in dataset.iter_rows(table))


def _collect(
    dataset: Dataset,
    papers: dict[str, Paper],
    projects: Sequence[Subject],
    others: set[str],
    wanted: set[tuple[str, str | None]],
) -> Facts:
    """The amounts of the wanted subjects: of a body by doc_id, of a project by eval_id; of other projects none."""
    project_of = {subject.eval_id: subject for subject in projects}
    facts: Facts = defaultdict(list)

    def keep(fact: Fact) -> None:
        project = project_of.get(fact.eval_id) if fact.eval_id else None
        if project is not None:
            if (fact.doc_id, project.eval_id) in wanted and _is_total(fact, project):
                facts[str(fact.eval_id)].append(fact)
        elif fact.eval_id not in others and (fact.doc_id, None) in wanted and _is_of_body(fact):
            facts[fact.doc_id].append(fact)

    named = {doc_id for doc_id, _ in wanted}
    for row in _records(dataset, "funds"):
        if row["doc_id"] in named:
            project, paper = project_of.get(row["eval_id"]), papers[row["doc_id"]]
            year = project.year if project else paper.year
            for fact in fund_to_facts(row, year) if year is not None else ():
                keep(fact)
    for row in _records(dataset, "figures"):
        if row["doc_id"] in named and (figure := figure_to_fact(row)) is not None:
            keep(figure)
    return facts


def _is_total(fact: Fact, project: Subject) -> bool:
    """Whether an amount under a project's evaluation is the whole project's, or what it carried over."""
    if fact.ref.startswith("funds:"):
        return fact.key[0] in ("total", "carryover")
    return fact.key[0] == "total" or (fact.key[0] == "project_item" and fact.key[1] == project_to_key(project.name))


def _is_of_body(fact: Fact) -> bool:
    """Whether a body has one such amount a year, or it is a line of its own funds block that tells what is left."""
    if fact.ref.startswith("funds:") and fact.key[0] in ("total", "carryover"):
        return True
    return fact.key[0] in _body_items()


@cache
def _body_items() -> frozenset[str]:
    return frozenset(load_toml(RULES)["body_items"])


def _facts_of(subject: Subject, facts: Facts) -> list[Fact]:
    return facts.get(subject.eval_id or subject.doc_id, [])


def _compare_group(pairs: Sequence[Pair], facts: Facts) -> _Compared:
    """A subject's figures of last year against all that last year's reports on it print of that year."""
    later, year = pairs[0].later, pairs[0].later.year - 1
    if not pairs[0].is_next_year:
        return _Compared(0, ())
    own: dict[tuple[Key, int], list[Fact]] = defaultdict(list)
    for pair in pairs:
        for fact in _facts_of(pair.earlier, facts):
            if fact.year == year and fact.key[0] != "carryover":
                own[_compared_key(fact), group_of(fact)].append(fact)
    claims: dict[tuple[Key, int], list[Fact]] = defaultdict(list)
    for fact in _facts_of(later, facts):
        if fact.year == year and ((_compared_key(fact), group_of(fact)) in own):
            claims[_compared_key(fact), group_of(fact)].append(fact)
    settled = [_compare_one(claimed, own[key]) for key, claimed in claims.items()]
    told = [one for one in settled if one is not None]
    return _Compared(len(told), tuple(one for one in told if isinstance(one, tuple)))


def _compared_key(fact: Fact) -> Key:
    """Of a project only totals are compared, whatever the line is called."""
    return ("total", "") if fact.key[0] in PROJECT_TOTALS and fact.eval_id and not fact.key[1] else fact.key


def _compare_one(claimed: list[Fact], own: list[Fact]) -> tuple[Fact, Fact] | bool | None:
    """True where some print of one agrees with some of the other, the two that differ, None where nothing is sure.

    A report that prints several amounts for one thing does not say which was meant: no difference is claimed.
    """
    same = [fact for fact in own if any(fact.measure == claim.measure for claim in claimed)] or own
    if any(agree(claim, fact) for claim in claimed for fact in own):
        return True
    if any(not agree(same[0], other) for other in same[1:]) or any(not agree(claimed[0], c) for c in claimed[1:]):
        return None
    best = min(claimed, key=lambda fact: fact.source != "table")
    return best, min(same, key=lambda fact: (fact.measure != best.measure, fact.source != "table"))


def _to_findings(
    pairs: Sequence[Pair], compared: _Compared, facts: Facts, papers: dict[str, Paper]
) -> Iterator[LinkFinding]:
    """A finding for each difference; one for all where nothing agrees; one where more was carried over than left."""
    if len(compared.differing) == compared.n_compared >= ALL_DIFFER_MIN:
        yield _finding("all_differ", Severity.WARNING, *compared.differing[0], papers, count=compared.n_compared)
    else:
        for claim, own in compared.differing:
            yield _finding("differs", _severity(claim, own), claim, own, papers)
    if pairs[0].is_next_year and len(pairs) == 1:
        yield from _carryover(pairs[0], facts, papers)


def _severity(claim: Fact, own: Fact) -> Severity:
    """A contradiction where both stand in tables under one measure, neither is 0 and none may be misread."""
    sure = claim.measure == own.measure and claim.source == own.source == "table" and claim.value and own.value
    return Severity.ERROR if sure and min(claim.confidence, own.confidence) >= TRUSTED_CONFIDENCE else Severity.WARNING


def _carryover(pair: Pair, facts: Facts, papers: dict[str, Paper]) -> Iterator[LinkFinding]:
    """More carried over from last year than last year's budget less its execution."""
    carried = [f for f in _funds(pair.later, facts, "carryover") if f.measure == "annual_budget" and f.value > 0]
    before = _funds(pair.earlier, facts, "total")
    budgets = [fact for fact in before if fact.measure == "annual_budget"]
    executed = [fact for fact in before if fact.measure == "executed"]
    if not len(carried) == len(budgets) == len(executed) == 1:
        return
    left = budgets[0].value - executed[0].value
    rounding = (budgets[0].step + executed[0].step + carried[0].step) / 2
    if carried[0].value - left > rounding:
        yield _finding("carryover", Severity.WARNING, carried[0], budgets[0], papers, expected=left)


def _funds(subject: Subject, facts: Facts, item: str) -> list[Fact]:
    return [f for f in _facts_of(subject, facts) if f.key[0] == item and f.ref.startswith("funds:")]


def _finding(
    message: str,
    severity: Severity,
    claim: Fact,
    own: Fact,
    papers: dict[str, Paper],
    *,
    expected: Decimal | None = None,
    count: int | None = None,
) -> LinkFinding:
    wanted = own.value if expected is None else expected
    shown, stated = show_amount(wanted, own.scale), show_amount(claim.value, claim.scale)
    text = _messages()[message].format(
        name=_short(claim.name),
        year=claim.year,
        actual=stated,
        expected=shown,
        gap=show_amount(abs(claim.value - wanted), claim.scale),
        title=_short(papers[claim.doc_id].title),
        previous_title=_short(papers[own.doc_id].title),
        place=_place(claim),
        previous_place=_place(own),
        count=count,
    )
    finding = Finding(
        check=CHECK,
        severity=severity,
        message=text,
        expected=shown,
        actual=stated,
        refs=f"{claim.ref};{own.eval_id or own.doc_id}/{own.ref}",
        page=claim.page,
    )
    return LinkFinding(claim.doc_id, claim.eval_id, finding, claim.bbox)


@cache
def _messages() -> dict[str, str]:
    messages: dict[str, str] = load_toml(RULES)["messages"]
    return messages


def _short(text: str) -> str:
    text = text.replace("“", "").replace("”", "")
    return text if len(text) <= TITLE_CHARS else text[: TITLE_CHARS - 1] + "…"


def _place(fact: Fact) -> str:
    """`第 3 页表内`, `正文`."""
    page = f"第 {fact.page} 页" if fact.page is not None else ""
    return page + ("表内" if fact.source == "table" else "正文")


def _link_row(pair: Pair, seq: int, compared: _Compared) -> Row:
    """The row of `links` of one pair; what was compared is said of all of last year's documents together."""
    later, earlier = pair.later, pair.earlier
    body = min(key for key, _ in later.keys & earlier.keys) if later.keys & earlier.keys else None
    cells: dict[str, CellValue] = {
        "doc_id": later.doc_id,
        "seq": seq,
        "eval_id": later.eval_id,
        "kind": "project" if later.eval_id else "department",
        "subject": later.name,
        "body_adcode": body.adcode if body else None,
        "body": body.name if body else None,
        "fiscal_year": later.year,
        "previous_doc_id": earlier.doc_id,
        "previous_eval_id": earlier.eval_id,
        "previous_year": earlier.year,
        "compared": compared.n_compared,
        "differing": len(compared.differing),
    }
    return tuple(cells[name] for name in TABLE_BY_NAME["links"].column_names)


def findings_to_rows(findings: Iterable[LinkFinding], first_seq: int) -> Iterator[Row]:
    """Rows of `findings`, numbered on from the document's own."""
    for seq, found in enumerate(findings, first_seq):
        one = found.finding
        cells: dict[str, CellValue] = {
            "doc_id": found.doc_id,
            "eval_id": found.eval_id,
            "seq": seq,
            "check": one.check,
            "severity": str(one.severity),
            "message": one.message,
            "expected": one.expected,
            "actual": one.actual,
            "refs": one.refs,
            "page": one.page,
            "bbox": found.bbox,
        }
        yield tuple(cells[name] for name in TABLE_BY_NAME["findings"].column_names)
