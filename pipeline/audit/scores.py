"""Scores that a narrative states, against the form's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from pipeline.audit.printed import HUNDRED, show
from pipeline.audit.rules import make_finding, where_of
from pipeline.audit.said_scores import split_scores
from pipeline.audit.sentences import Token, split_sentences
from pipeline.audit.weights import is_shaky
from pipeline.normalize.text import fold
from pipeline.records import Evaluation, Finding, Report, Result, Severity

WHOLE = re.compile(r"(?:自评|综合|评价|最终|绩效|项目|总体)(?:综合|总)?(?:得分|评分|总分)(?:为|是|达|[:])*$")
MIN_SUBJECT_CHARS = 5
LEAST_TOTAL = Decimal(60)  # a smaller score in a sentence is more often that of a part
PART = re.compile("指标|部分|一级|二级|决策|过程|产出|效益|投入|上年|去年|平均|20[0-9]{2}|满分|最[高低]")
LEVEL_TAIL = re.compile("(?:类|方面|部分|指标|得分|为|得|[:])*$")


def check_scores(result: Result) -> Iterator[Finding]:
    """inconsistent: the total and the levels' scores of the one form of a document, against its text."""
    forms = [(i, e) for i, e in enumerate(result.evaluations) if e.evidence.source == "table" and e.score_total_raw]
    department = [form for form in forms if form[1].kind == "department"]
    if len(department) == 1 and len(result.evaluations) > 1 and result.report.score is not None:
        yield from _totals(result, *department[0], result.report.score)
    if len(result.evaluations) == 1:
        for index, evaluation in forms:
            yield from _single(result, index, evaluation)
    else:
        yield from _by_subject(result, forms)


def _by_subject(result: Result, forms: list[tuple[int, Evaluation]]) -> Iterator[Finding]:
    """The score that a line gives a project by name, where it names one project and one score."""
    named_forms = [(fold(e.subject or ""), (i, e)) for i, e in forms if e.kind == "project"]
    subjects = {subject: form for subject, form in named_forms if len(subject) >= MIN_SUBJECT_CHARS}
    for line in result.text.split("\n"):
        if "分" not in line or line.startswith("|"):
            continue
        named = [form for subject, form in subjects.items() if subject in fold(line)]
        stated = list(stated_totals(line))
        if len(named) == 1 and len(stated) == 1:
            yield from _totals(result, *named[0], stated[0])


def _single(result: Result, index: int, evaluation: Evaluation) -> Iterator[Finding]:
    report: Report = result.report
    if report.score is not None and report.score != evaluation.score_total:
        yield from _totals(result, index, evaluation, report.score)
        return
    stated = dict.fromkeys(stated_totals(result.text))
    for value in stated:
        yield from _totals(result, index, evaluation, value)


def stated_totals(text: str) -> Iterator[Decimal]:
    """Every overall score that a sentence of the text states."""
    pattern = re.compile(r"([^,，。;；|\n]{0,24}?)([0-9]{2,3}(?:\.[0-9]{1,2})?)分(?![钟之别为])")
    for line in text.split("\n"):
        if "分" not in line or (line.startswith("|") and "。" not in line):
            continue
        for match in pattern.finditer(fold(line)):
            value = Decimal(match[2])
            if WHOLE.search(match[1]) and not PART.search(match[1]) and value <= HUNDRED:
                yield value


def _totals(result: Result, index: int, evaluation: Evaluation, stated: Decimal) -> Iterator[Finding]:
    printed = evaluation.score_total
    if printed is None or stated == printed or (result.report.score_max or HUNDRED) != HUNDRED:
        return
    yield make_finding(
        "inconsistent",
        Severity.ERROR if stated >= LEAST_TOTAL else Severity.WARNING,
        message="inconsistent_score",
        expected=show(printed, 4),
        actual=show(stated, 4),
        refs=[f"evaluations:{index + 1}.score_total", "reports.score"],
        evaluation=index,
        evidence=evaluation.evidence,
        where=where_of(result, index),
    )


def check_level_scores(result: Result) -> Iterator[Finding]:
    """The scores by level in a sentence that itself adds up, against the sums of the one form's indicators."""
    if len(result.evaluations) != 1 or result.evaluations[0].evidence.source != "table":
        return
    sums = _level_sums(result.evaluations[0])
    if not sums:
        return
    for sentence in split_sentences(result.text):
        split = split_scores(sentence)
        if split and sum((token.value for token in split[1]), Decimal(0)) == split[0].value:
            yield from _levels(result, sums, split[1])


def _levels(result: Result, sums: dict[str, Decimal], points: list[Token]) -> Iterator[Finding]:
    for token in points:
        words = re.split("其中|中", token.clause)[-1]
        name = _level_name(LEVEL_TAIL.sub("", words))
        if name not in sums or sums[name] == token.value:
            continue
        seqs = [
            s for s, row in enumerate(result.evaluations[0].indicators, 1) if _level_name(row.level1_raw or "") == name
        ]
        yield make_finding(
            "inconsistent",
            Severity.WARNING if is_shaky(result.evaluations[0]) else Severity.ERROR,
            message="inconsistent_level",
            expected=show(sums[name], 4),
            actual=show(token.value, 4),
            refs=[f"indicators:{seq}.score" for seq in seqs],
            evaluation=0,
            evidence=result.evaluations[0].evidence,
            where="",
            name=name,
        )


def _level_name(text: str) -> str:
    return fold(text).removesuffix("指标").removesuffix("类")


def _level_sums(evaluation: Evaluation) -> dict[str, Decimal]:
    """Sum of the scores by level-1 name; levels with an unscored indicator are left out."""
    sums: dict[str, Decimal] = {}
    partial: set[str] = set()
    for row in evaluation.indicators:
        name = _level_name(row.level1_raw or "")
        if row.score is None:
            partial.add(name)
        else:
            sums[name] = sums.get(name, Decimal(0)) + row.score
    return {name: total for name, total in sums.items() if name and name not in partial}
