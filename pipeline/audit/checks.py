"""All checks of a document, in the order of the dataset's findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.audit.changes import check_changes, check_changes_beside_tables
from pipeline.audit.dates import check_attachments, check_dates, check_years
from pipeline.audit.parts import check_parts
from pipeline.audit.prose import check_prose
from pipeline.audit.rates import check_rates
from pipeline.audit.repeated_indicators import check_forms, check_indicators_said
from pipeline.audit.repeated_sentences import check_sentences
from pipeline.audit.repeats import check_repeats
from pipeline.audit.scores import check_level_scores, check_scores
from pipeline.audit.targets import check_targets
from pipeline.audit.weights import check_weights
from pipeline.records import Finding, Result, Severity

CHECKS: tuple[Callable[[Result], Iterator[Finding]], ...] = (
    check_weights,
    check_rates,
    check_parts,
    check_changes,
    check_prose,
    check_changes_beside_tables,
    check_scores,
    check_level_scores,
    check_repeats,
    check_indicators_said,
    check_forms,
    check_sentences,
    check_targets,
    check_years,
    check_dates,
    check_attachments,
)
EXPLAINING = ("inconsistent", "change_amount")
EXPLAINED = ("execution_rate", "change_rate")
SAID_TWICE = ("execution_rate", "change_rate", "change_amount", "parts_sum")  # in a row and in the sentence it is from


def find_findings(result: Result) -> tuple[Finding, ...]:
    """What does not add up in a document, by evaluation and check.

    Pure: the same result gives the same findings. One mistake is one finding where one of them explains the other.
    `refs` are the dataset's rows (`funds:1.score` is of the finding's own evaluation, `evaluations:2/funds:1.score` of
    the second, `figures:7.value` of the document).
    """
    found: list[Finding] = []
    seen: set[tuple[str, str | None, str | None]] = set()
    for check in CHECKS:
        for finding in check(result):
            key = (finding.check, finding.expected, finding.actual)
            if finding.check in SAID_TWICE and key in seen:
                continue
            seen.add(key)
            found.append(finding)
    last = len(result.evaluations)
    return tuple(sorted(drop_explained(found), key=lambda one: last if one.evaluation is None else one.evaluation))


def drop_explained(findings: list[Finding]) -> list[Finding]:
    """The findings without the rates that are off because an amount is that another finding says to be wrong.

    A rate's first row is the rate itself, the others are the amounts it was computed from.
    """
    wrong = {
        ref
        for finding in findings
        if finding.check in EXPLAINING and finding.severity is Severity.ERROR
        for ref in (finding.refs or "").split(";")
        if ref.startswith("figures:")
    }
    return [
        finding
        for finding in findings
        if finding.check not in EXPLAINED or wrong.isdisjoint((finding.refs or "").split(";")[1:])
    ]
