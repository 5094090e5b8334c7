"""The audit's data (models/checks.toml) and the makers of findings and of references to rows."""

from __future__ import annotations

import re
from functools import cache

from pipeline.lexicon import load_toml
from pipeline.records import Evaluation, Evidence, Figure, Finding, Result, Severity

TRUSTED_CONFIDENCE = 0.9  # below it a number may be misread: a contradiction is a warning


@cache
def word(name: str) -> re.Pattern[str]:
    """The compiled pattern of `[words.<name>]`."""
    return re.compile(load_toml("checks.toml")["words"][name]["pattern"])


def has(name: str, text: str) -> bool:
    """Whether the words of `[words.<name>]` are in the text."""
    return word(name).search(text) is not None


def codes(section: str, key: str) -> tuple[str, ...]:
    """A list of item codes of checks.toml."""
    return tuple(load_toml("checks.toml")[section][key])


def make_finding(
    check: str,
    severity: Severity,
    *,
    message: str | None = None,
    expected: str | None,
    actual: str | None,
    refs: list[str],
    evaluation: int | None = None,
    evidence: Evidence | None = None,
    **fields: str,
) -> Finding:
    """A finding with its Chinese sentence from checks.toml (`message` names another than the check's own).

    A contradiction between numbers that may be misread is a warning.
    """
    template = load_toml("checks.toml")["messages"][message or check]
    if severity is Severity.ERROR and evidence is not None and evidence.confidence < TRUSTED_CONFIDENCE:
        severity = Severity.WARNING
    return Finding(
        check=check,
        severity=severity,
        message=template.format(expected=expected, actual=actual, **fields),
        expected=expected,
        actual=actual,
        refs=";".join(dict.fromkeys(refs)) or None,
        evaluation=evaluation,
        page=evidence.page if evidence else None,
        box=evidence.box if evidence else None,
    )


def owner_of(result: Result, figure: Figure) -> int | None:
    """The evaluation that a figure speaks of: its own, else the document's one evaluation or one department."""
    if figure.evaluation is not None or not result.evaluations:
        return figure.evaluation
    departments = [index for index, one in enumerate(result.evaluations) if one.kind == "department"]
    if len(result.evaluations) == 1:
        return 0
    return departments[0] if len(departments) == 1 else None


def where_of(result: Result, index: int) -> str:
    """`“项目名称”` with a comma where a document holds several evaluations, else nothing."""
    evaluation: Evaluation = result.evaluations[index]
    if len(result.evaluations) < 2 or not evaluation.subject:
        return ""
    return (
        f"“{short(evaluation.subject)}”表中，"
        if evaluation.evidence.source == "table"
        else f"“{short(evaluation.subject)}”："
    )


def short(text: str, width: int = 30) -> str:
    """A name for a message, cut where it is a whole sentence."""
    return text if len(text) <= width else text[: width - 1] + "…"
