"""One result for a person's eyes, or as JSON: what was read, what does not add up, what was not understood."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipeline.console import STATUS_ZH, printable
from pipeline.dataset.codebook import load_codes
from pipeline.dataset.rows import CellValue, result_to_rows
from pipeline.dataset.schema import TABLE_BY_NAME
from pipeline.dataset.writer import cell_to_text, decimal_to_text
from pipeline.records import Evaluation, Figure, Finding, Report, Result, Status

if TYPE_CHECKING:
    from rich.console import Console

UNITS_ZH = {"CNY": "元", "percent": "%"}
PIPE_WIDTH = 160  # columns of text where stdout is no terminal


def result_to_json(result: Result) -> str:
    """One JSON object with the rows of the dataset as a tree; decimals and dates are strings, so nothing is rounded."""
    tables = {name: [_row_to_json(name, row) for row in rows] for name, rows in result_to_rows(result).rows.items()}
    for evaluation in tables["evaluations"]:
        for part in ("funds", "indicators"):
            evaluation[part] = [row for row in tables[part] if row["eval_id"] == evaluation["eval_id"]]
    tree = {
        "report": tables["reports"][0],
        **{name: tables[name] for name in ("evaluations", "figures", "findings", "entities", "tables")},
        "not_understood": list(result.not_understood),
        "text": result.text,
    }
    text = json.dumps(tree, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "replace").decode("utf-8")


def _row_to_json(table: str, row: Sequence[CellValue]) -> dict[str, Any]:
    columns = TABLE_BY_NAME[table].columns
    return {
        column.name: value if value is None or isinstance(value, int | float) else cell_to_text(value, column.type)
        for column, value in zip(columns, row, strict=True)
    }


def print_result(result: Result, console: Console | None = None) -> None:
    """Readable tables on stdout: the head, each evaluation's funds and indicators, figures, findings, the rest."""
    console = console or _stdout_console()
    _print_head(console, result.report)
    for number, evaluation in enumerate(result.evaluations, 1):
        _print_evaluation(console, number, evaluation)
    _print_figures(console, result.figures)
    _print_findings(console, result.findings)
    if result.not_understood:
        title = f"没读懂的行（{len(result.not_understood)}）"
        _print_table(console, title, ("原文",), ((text,) for text in result.not_understood))


def _stdout_console() -> Console:
    """A console on stdout that leaves a closed pipe to the command, and is wide where nobody looks at a window."""
    from rich.console import Console

    class PipeConsole(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    console = PipeConsole(markup=False, highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, PIPE_WIDTH)
    return console


def _print_head(console: Console, report: Report) -> None:
    region = " ".join(part for part in (report.province, report.city, report.county, report.adcode) if part)
    score = f"{_number(report.score)} / {_number(report.score_max)}" if report.score is not None else ""
    rows = [
        ("文件", report.source),
        ("标题", report.title),
        ("类型", _term("reports.doc_type", report.doc_type)),
        ("单位", report.org),
        ("地区", region),
        ("年度", _number(report.fiscal_year)),
        ("日期", report.report_date.isoformat() if report.report_date else ""),
        ("得分", score),
        ("等级", report.grade),
        ("状态", STATUS_ZH[Status(report.status)]),
        ("问题", report.error),
    ]
    for label, value in rows:
        if value:
            console.print(f"{label}  {printable(value)}", soft_wrap=True)


def _print_evaluation(console: Console, number: int, evaluation: Evaluation) -> None:
    total = ""
    if evaluation.score_total is not None:
        total = f"  总分 {_number(evaluation.score_total)} / {_number(evaluation.weight_total) or '?'}"
    kind = _term("evaluations.kind", evaluation.kind)
    title = f"[{number}] {kind}  {evaluation.subject or '（未见名称）'}{total}"
    console.print("\n" + printable(title), style="bold", soft_wrap=True)
    _print_table(
        console,
        "资金（元）",
        ("资金行", "年初预算", "全年预算", "执行数", "分值", "执行率%", "得分"),
        (
            (
                fund.item_raw,
                _money(fund.initial_budget, fund.initial_budget_raw),
                _money(fund.annual_budget, fund.annual_budget_raw),
                _money(fund.executed, fund.executed_raw),
                _number(fund.weight, fund.weight_raw),
                _number(fund.execution_rate, fund.execution_rate_raw),
                _number(fund.score, fund.score_raw),
            )
            for fund in evaluation.funds
        ),
        numeric=range(1, 7),
    )
    _print_table(
        console,
        "指标",
        ("一级", "二级", "三级", "指标值", "实际完成值", "分值", "得分"),
        (
            (
                row.level1_raw,
                row.level2_raw,
                row.level3,
                row.target_raw,
                row.actual_raw,
                _number(row.weight, row.weight_raw),
                _number(row.score, row.score_raw),
            )
            for row in evaluation.indicators
        ),
        numeric=(5, 6),
    )


def _print_figures(console: Console, figures: Sequence[Figure]) -> None:
    _print_table(
        console,
        "其他数字",
        ("事项", "口径", "年度", "数值", "单位", "原文"),
        (
            (
                figure.item_raw,
                _term("figures.measure", figure.measure),
                _number(figure.fiscal_year),
                _money(figure.value) if figure.unit == "CNY" else _number(figure.value),
                UNITS_ZH.get(figure.unit or "", figure.unit),
                f"{figure.value_raw or ''}{figure.unit_raw or ''}",
            )
            for figure in figures
        ),
        numeric=(3,),
    )


def _print_findings(console: Console, findings: Sequence[Finding]) -> None:
    _print_table(
        console,
        "勾稽问题",
        ("程度", "检查", "说明", "页"),
        (
            (_term("findings.severity", f.severity), _term("findings.check", f.check), f.message, _number(f.page))
            for f in findings
        ),
    )


def _print_table(
    console: Console,
    title: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[str | None]],
    numeric: Iterable[int] = (),
) -> None:
    """A ruled table under its title; nothing where there are no rows."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    body = [[Text(printable(cell or "")) for cell in row] for row in rows]
    if not body:
        return
    right = set(numeric)
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, title_style="bold")
    for position, head in enumerate(heads):
        table.add_column(head, justify="right" if position in right else "left", overflow="fold")
    for cells in body:
        table.add_row(*cells)
    console.print(table)


def _term(column: str, code: str | None) -> str:
    """The Chinese term of a code."""
    return load_codes()[column].get(code, code) if code else ""


def _money(value: Decimal | None, raw: str | None = None) -> str:
    """The amount with separators; the text as printed where no value was read from it."""
    if value is None:
        return raw or ""
    return f"{value:,.2f}" if Decimal(f"{value:.2f}") == value else f"{value:,f}"


def _number(value: Decimal | int | None, raw: str | None = None) -> str:
    if value is None:
        return raw or ""
    return decimal_to_text(value) if isinstance(value, Decimal) else str(value)
