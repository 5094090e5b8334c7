"""Years and dates that do not fit, and tables that are announced and not there."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from pipeline.audit.rules import make_finding, short, where_of, word
from pipeline.normalize.text import fold
from pipeline.records import Finding, Result, Severity, Status

HEAD_YEAR = re.compile(r"\| *(20\d{2}) *年?(?:度)?[^|]*$")
SCORING = re.compile("自评表|评分表|计分表|打分表|得分表|评价表|目标表|体系表|指标表")


def check_years(result: Result) -> Iterator[Finding]:
    """year_mismatch: a form of another year than the report, or a statement whose heads do not name its year."""
    year = result.report.fiscal_year
    if year is None:
        return
    for index, evaluation in enumerate(result.evaluations):
        if evaluation.fiscal_year in (None, year) or evaluation.evidence.source != "table":
            continue
        yield make_finding(
            "year_mismatch",
            Severity.WARNING,
            expected=str(year),
            actual=str(evaluation.fiscal_year),
            refs=[f"evaluations:{index + 1}.fiscal_year", "reports.fiscal_year"],
            evaluation=index,
            evidence=evaluation.evidence,
            where=where_of(result, index),
        )
    yield from _statement_years(result, year)


def _statement_years(result: Result, year: int) -> Iterator[Finding]:
    heads: dict[int, int] = {}
    for seq, figure in enumerate(result.figures, 1):
        match = HEAD_YEAR.search(figure.context or "") if figure.evidence.source == "table" else None
        if match:
            heads.setdefault(int(match[1]), seq)
    if not heads or max(heads) >= year:
        return
    seq = heads[max(heads)]
    figure = result.figures[seq - 1]
    yield make_finding(
        "year_mismatch",
        Severity.WARNING,
        expected=str(year),
        actual=str(max(heads)),
        refs=[f"figures:{seq}.fiscal_year", "reports.fiscal_year"],
        evaluation=figure.evaluation,
        evidence=figure.evidence,
        where="",
    )


def check_dates(result: Result) -> Iterator[Finding]:
    """date_order: a form or report dated before the year that it evaluates had ended."""
    seen: set[datetime.date] = set()
    for index, evaluation in enumerate(result.evaluations):
        year = evaluation.fiscal_year or result.report.fiscal_year
        if evaluation.form_date and year and _is_early(evaluation.form_date, year):
            seen.add(evaluation.form_date)
            yield make_finding(
                "date_order",
                Severity.WARNING,
                expected=f"{year}-12-31",
                actual=evaluation.form_date.isoformat(),
                refs=[f"evaluations:{index + 1}.form_date"],
                evaluation=index,
                evidence=evaluation.evidence,
                where=where_of(result, index) + "填报",
            )
    report = result.report
    if report.report_date and report.fiscal_year and report.report_date not in seen:
        if not _is_early(report.report_date, report.fiscal_year):
            return
        yield make_finding(
            "date_order",
            Severity.WARNING,
            expected=f"{report.fiscal_year}-12-31",
            actual=report.report_date.isoformat(),
            refs=["reports.report_date"],
            where="报告",
        )


def _is_early(date: datetime.date, year: int) -> bool:
    return date < datetime.date(year, 12, 31)


def check_attachments(result: Result) -> Iterator[Finding]:
    """missing_attachment: the text announces a table, and the file holds none of its kind.

    A file that could not be read in full may hold it after all.
    """
    if result.report.status is not Status.OK or not result.text:
        return
    has_form = any(e.evidence.source == "table" and (e.indicators or e.funds) for e in result.evaluations)
    for name in _announced(result.text):
        present = has_form if SCORING.search(name) else bool(result.tables)
        if not present:
            yield make_finding(
                "missing_attachment",
                Severity.WARNING,
                expected=short(name),
                actual=None,
                refs=[],
                name=short(name),
            )
            return


def _announced(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        if "附" not in line or line.startswith("|"):
            continue
        folded = fold(line)
        match = word("attachment").search(folded) or word("see_attached").search(folded)
        if match:
            yield match[1] if match.re.groups and match[1] else match[0]
