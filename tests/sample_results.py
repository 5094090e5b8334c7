"""Results of invented documents, for the tests of the dataset and of the command."""

from __future__ import annotations

import datetime
from decimal import Decimal

from pipeline.document import Box
from pipeline.records import (
    DocType,
    Entity,
    Evaluation,
    Evidence,
    Figure,
    Finding,
    Fund,
    Indicator,
    Measure,
    Report,
    Result,
    Severity,
    Status,
    TableCell,
)

DOC_ID = "00ff00ff00ff00ff"
NATIVE = Evidence(page=2, box=Box(10.0, 20.25, 110.0, 32.0))


def make_report(**changes: object) -> Report:
    """A report of an invented town; `changes` replace its fields."""
    fields: dict[str, object] = {
        "doc_id": DOC_ID,
        "source": "in/sample.txt",
        "file_name": "sample.txt",
        "media_type": "text/plain",
        "bytes": 321,
        "sha256": DOC_ID * 4,
        "title": "某某镇绿化养护项目绩效自评报告",
        "doc_type": DocType.PROJECT_REPORT,
        "fiscal_year": 2031,
        "report_date": datetime.date(2032, 3, 5),
        "score": Decimal("97.50"),
        "score_max": Decimal(100),
        "pipeline_version": "0.1.0",
    }
    return Report(**(fields | changes))  # type: ignore[arg-type]


def make_result(**changes: object) -> Result:
    """A document with one project, two fund lines, two indicators, and one of everything else."""
    evaluation = Evaluation(
        kind="project",
        subject="绿化养护项目",
        weight_total_raw="100",
        weight_total=Decimal(100),
        funds=(
            Fund(
                item_raw="年度资金总额",
                item="total",
                annual_budget_raw="12.5",
                annual_budget=Decimal(125000),
                executed_raw="1.25E5",
                executed=Decimal("1.25E+5"),
                unit_raw="万元",
                execution_rate_raw="100.00％",
                execution_rate=Decimal("100.00"),
                evidence=NATIVE,
            ),
            Fund(item_raw="其他资金", item="other", annual_budget_raw="0", annual_budget=Decimal(0), evidence=NATIVE),
        ),
        indicators=(
            Indicator(
                level1_raw="产出指标",
                level1="output",
                level3="养护面积",
                target_raw="=100%",
                target_op="=",
                target_value=Decimal(100),
                target_unit="%",
                actual_raw='他说"好",\r就好',
                evidence=NATIVE,
            ),
            Indicator(level3="养护次数", target_raw="-3", score_raw="+5", score=Decimal("5.0"), evidence=NATIVE),
        ),
        evidence=NATIVE,
    )
    fields: dict[str, object] = {
        "report": make_report(),
        "evaluations": (evaluation,),
        "figures": (
            Figure(
                item_raw="公务接待费",
                item="reception",
                measure=Measure.CHANGE,
                fiscal_year=2031,
                value=Decimal("-0.50"),
                unit="CNY",
                evaluation=0,
                evidence=Evidence(source="text", confidence=0.9),
            ),
            Figure(item_raw="车辆", measure=Measure.COUNT, value=Decimal(3), evidence=Evidence(source="text")),
        ),
        "findings": (
            Finding(check="weights_sum", severity=Severity.ERROR, message="分值合计 90，与满分 100 不符", evaluation=0),
        ),
        "tables": (
            TableCell(table_no=1, page=2, row=0, col=0, rowspan=1, colspan=2, text="", box=NATIVE.box, confidence=1.0),
        ),
        "entities": (Entity(label="YEAR", text="2031年", value="2031", start=3, end=8),),
        "text": "# 某某镇绿化养护项目绩效自评报告\n",
        "not_understood": ("备注 见附件",),
    }
    return Result(**(fields | changes))  # type: ignore[arg-type]


def make_failed(source: str = "in/broken.pdf", doc_id: str = "aa" * 8) -> Result:
    """A document that could not be read."""
    report = Report(
        doc_id=doc_id,
        source=source,
        file_name=source.rsplit("/", 1)[-1],
        media_type=None,
        bytes=7,
        sha256=doc_id * 4,
        status=Status.FAILED,
        error="文件已损坏，请重新下载",
    )
    return Result(report=report)
