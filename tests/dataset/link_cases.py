"""Invented reports of several years, for the tests of links."""

from __future__ import annotations

from decimal import Decimal

from sample_results import make_report

from pipeline.dataset.linked import LinkedDataset, link_rows
from pipeline.dataset.rows import results_to_rows
from pipeline.dataset.schema import TABLE_BY_NAME
from pipeline.records import DocType, Evaluation, Evidence, Figure, Fund, Measure, Result

WAN = Decimal(10_000)
NATIVE = Evidence(page=3)


def amount(
    item: str,
    year: int,
    raw: str,
    measure: Measure = Measure.FINAL_ACCOUNT,
    *,
    scale: Decimal = WAN,
    **changes: object,
) -> Figure:
    """A figure of a table, printed in 万元 unless `scale` says otherwise."""
    fields: dict[str, object] = {
        "item_raw": changes.pop("item_raw", item),
        "item": item,
        "measure": measure,
        "fiscal_year": year,
        "value": Decimal(raw.replace(",", "")) * scale,
        "unit": "CNY",
        "value_raw": raw,
        "evidence": NATIVE,
    }
    return Figure(**(fields | changes))  # type: ignore[arg-type]


def paper(number: int, org: str | None, year: int, *figures: Figure, **changes: object) -> Result:
    """A department's report; `number` makes its doc_id, `adcode` and `doc_type` may be given."""
    doc_id = f"{number:016x}"
    evaluations = changes.pop("evaluations", ())
    fields: dict[str, object] = {
        "doc_id": doc_id,
        "source": f"in/{number}.docx",
        "sha256": doc_id * 4,
        "title": f"{year}年度部门整体支出绩效自评报告",
        "doc_type": DocType.DEPARTMENT_REPORT,
        "org": org,
        "fiscal_year": year,
    }
    text = f"{org}{year}年度报告，编号{number * 7919}、{number * 104729}。"
    text += "".join(f"{figure.value}，" for figure in figures)
    return Result(
        report=make_report(**(fields | changes)),
        evaluations=evaluations,  # type: ignore[arg-type]
        figures=figures,
        text=text,
    )


def project(subject: str, budget: str, executed: str, *, carryover: str | None = None, **changes: object) -> Evaluation:
    """A project's form with the line of its total, and of what it carried over."""
    lines = [("年度资金总额", "total", budget, executed)]
    lines += [("上年结转资金", "carryover", carryover, carryover)] if carryover else []
    funds = tuple(
        Fund(
            item_raw=label,
            item=item,
            annual_budget_raw=planned,
            annual_budget=Decimal(planned) * WAN,
            executed_raw=spent,
            executed=Decimal(spent) * WAN,
            unit_raw="万元",
            evidence=NATIVE,
        )
        for label, item, planned, spent in lines
    )
    return Evaluation(kind="project", subject=subject, funds=funds, evidence=NATIVE, **changes)  # type: ignore[arg-type]


def linked(*papers: Result) -> LinkedDataset:
    return LinkedDataset(results_to_rows(papers))


def links_of(*papers: Result) -> list[tuple[int, int, int, int]]:
    """(later document, earlier document, compared, differing) of each link, documents by their number."""
    rows = [dict(zip(TABLE_BY_NAME["links"].column_names, row, strict=True)) for row in linked(*papers).links.rows]
    return [
        (int(r["doc_id"], 16), int(r["previous_doc_id"], 16), r["compared"], r["differing"])  # type: ignore[arg-type, misc]
        for r in rows
    ]


def findings_of(*papers: Result) -> list[tuple[int, str, str | None, str | None]]:
    """(document, severity, expected, actual) of each finding of the whole dataset."""
    names = TABLE_BY_NAME["findings"].column_names
    rows = [dict(zip(names, row, strict=True)) for row in link_rows(results_to_rows(papers)).rows["findings"]]
    return [(int(str(r["doc_id"]), 16), r["severity"], r["expected"], r["actual"]) for r in rows]  # type: ignore[misc]
