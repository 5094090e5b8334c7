"""What happened in a run: `run.json` for programs, and one HTML page, whole in itself, for people."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path

from pipeline import __version__
from pipeline.batch.journal import Meta
from pipeline.dataset.codebook import load_codes
from pipeline.dataset.rows import Dataset
from pipeline.dataset.schema import RUN_NAMES, TABLE_BY_NAME, TABLES
from pipeline.errors import OutputError
from pipeline.storage import disk_reason

SLOWEST = 20
FAILED_MAX = 1000  # in the page; run.json has all
INDICATOR_STEPS = (0, 1, 5, 10, 20, 50, 100)
CONFIDENCE_STEPS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 1.0)
STATUS_ZH = {"ok": "完成", "partial": "部分读出", "failed": "失败"}
UNKNOWN = "（未知）"

Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class RunReport:
    """A run in figures; every count is of files unless it says otherwise."""

    version: str
    started: str
    seconds: float
    files: int
    reused: int
    repeats: int
    pages: int
    ocr_pages: int
    reading_seconds: float
    rows: Counts
    status: Counts
    doc_type: Counts
    fiscal_year: Counts
    province: Counts
    indicators_per_document: Counts
    findings_by_check: Counts
    indicator_confidence: Counts
    slowest: list[dict[str, object]]
    not_whole: list[dict[str, object]]
    bare: list[str]  # read, and nothing of an evaluation found in them
    gone: list[str]  # in the dataset before, and no longer


def make_run_report(
    metas: Sequence[Meta],
    dataset: Dataset,
    started: datetime.datetime,
    seconds: float,
    n_reused: int,
    n_repeats: int,
    gone: Sequence[str] = (),
) -> RunReport:
    """The figures of a run over the documents of `metas`, and the files that the dataset before it had besides."""
    indicators = TABLES.index(TABLE_BY_NAME["indicators"])
    read = [meta for meta in metas if not meta.failed]
    slowest = sorted(metas, key=lambda meta: -meta.seconds)[:SLOWEST]
    return RunReport(
        version=__version__,
        started=started.isoformat(timespec="seconds"),
        seconds=round(seconds, 1),
        files=len(metas),
        reused=n_reused,
        repeats=n_repeats,
        pages=sum(meta.pages or 0 for meta in metas),
        ocr_pages=sum(meta.ocr_pages or 0 for meta in metas),
        reading_seconds=round(sum(meta.seconds for meta in metas), 1),
        rows={table.name: dataset.n_rows(table.name) for table in TABLES},
        status=_counts(meta.status for meta in metas),
        doc_type=_counts(meta.doc_type for meta in read),
        fiscal_year=_counts(meta.fiscal_year for meta in read),
        province=_counts(meta.province for meta in read),
        indicators_per_document=_steps((meta.n_rows[indicators] for meta in read), INDICATOR_STEPS),
        findings_by_check=_counts(_column(dataset, "findings", "check")),
        indicator_confidence=_steps(_column(dataset, "indicators", "confidence"), CONFIDENCE_STEPS),
        slowest=[{"source": meta.source, "seconds": meta.seconds, "pages": meta.pages} for meta in slowest],
        not_whole=[
            {"source": meta.source, "status": meta.status, "error": meta.error} for meta in metas if meta.status != "ok"
        ],
        bare=[meta.source for meta in metas if meta.is_bare],
        gone=list(gone),
    )


def _column(dataset: Dataset, table: str, column: str) -> Iterable[object]:
    place = TABLE_BY_NAME[table].column_names.index(column)
    return (row[place] for row in dataset.iter_rows(table))


def _counts(values: Iterable[object]) -> Counts:
    """How often each value stands, the most frequent first."""
    counted = Counter(UNKNOWN if value is None else str(value) for value in values)
    return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def _steps(values: Iterable[object], steps: Sequence[float]) -> Counts:
    """How many values lie in each step (from this one up to the next), in order."""
    names = {step: _step_name(step, after) for step, after in zip(steps, [*steps[1:], None], strict=True)}
    counted: Counter[str] = Counter()
    for value in values:
        reached = [step for step in steps if isinstance(value, int | float) and value >= step]
        counted[names[reached[-1]] if reached else UNKNOWN] += 1
    return {name: counted[name] for name in [*names.values(), UNKNOWN] if counted[name]}


def _step_name(step: float, after: float | None) -> str:
    """`5–9` for whole numbers, `0.8–0.9` for others, `≥ 100` for the last."""
    if after is None:
        return f"≥ {step:g}"
    if isinstance(after, int):
        return f"{step}" if after == step + 1 else f"{step}–{after - 1}"
    return f"{step:g}–{after:g}"


def write_run_report(report: RunReport, folder: Path) -> None:
    """`run.json` and `run.html` in `folder`. Raises OutputError."""
    texts = (json.dumps(asdict(report), ensure_ascii=False, indent=1) + "\n", report_to_html(report))
    try:
        for name, text in zip(RUN_NAMES, texts, strict=True):
            part = folder / f".{name}.part"
            part.write_text(text, encoding="utf-8", errors="replace", newline="\n")
            part.replace(folder / name)
    except OSError as error:
        raise OutputError(f"写不进 {folder}：{disk_reason(error)}。请检查磁盘空间和权限，再运行一次") from error


_STYLE = """
body{font:15px/1.5 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;margin:2rem auto;
max-width:70rem;padding:0 1rem;color:#222;background:#fff}h1{font-size:1.5rem}
h2{font-size:1.1rem;margin:1.5rem 0 .5rem}section h2{margin-top:0}
.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(20rem,1fr));gap:2rem;margin:2rem 0}
table{border-collapse:collapse;width:100%}td{padding:.15rem .4rem;vertical-align:top;overflow-wrap:anywhere}
td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}td.b{width:45%}
.bar{background:#3b6ea5;height:.9rem}.facts td:first-child{color:#666}
.list td:first-child{white-space:nowrap;width:1%;padding-right:1.5rem}
"""


def report_to_html(report: RunReport) -> str:
    """The page: facts, counts as bars, the slowest files, and the files that were not read whole."""
    codes = load_codes()
    checks, types = codes["findings.check"], codes["reports.doc_type"]
    charts: tuple[tuple[str, Counts, Callable[[str], str]], ...] = (
        ("读取状态", report.status, lambda code: STATUS_ZH.get(code, code)),
        ("文件类型", report.doc_type, lambda code: types.get(code, code)),
        ("所评年度", dict(sorted(report.fiscal_year.items())), str),
        ("省份", report.province, str),
        ("每份文件的指标数", report.indicators_per_document, str),
        ("勾稽问题", report.findings_by_check, lambda code: checks.get(code, code)),
        ("指标的可信度", report.indicator_confidence, str),
        ("各表行数", report.rows, lambda name: f"{TABLE_BY_NAME[name].zh} {name}"),
    )
    bars = "".join(_chart(title, counts, label) for title, counts, label in charts)
    slow = _table([(f"{row['seconds']} 秒", _pages(row["pages"]), str(row["source"])) for row in report.slowest])
    bad = [
        (STATUS_ZH[str(row["status"])], str(row["source"]), str(row["error"] or ""))
        for row in report.not_whole[:FAILED_MAX]
    ]
    more = len(report.not_whole) - len(bad)
    return (
        '<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>jixiao 运行报告</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
        f'<h1>运行报告</h1><div class="facts">{_table(_facts(report))}</div><div class="grid">{bars}</div>'
        f"<h2>没有全部读出的文件（{len(report.not_whole)}）</h2>{_table(bad) or '<p>无</p>'}"
        f"{f'<p>另有 {more} 份，见 run.json</p>' if more else ''}"
        f"{_listed('没有读出数据的文件', report.bare)}{_listed('上次有、这次没有的文件', report.gone)}"
        f"<h2>最慢的文件</h2>{slow}</body></html>\n"
    )


def _listed(title: str, sources: Sequence[str]) -> str:
    """A heading with the number of files, and the files."""
    more = f"<p>另有 {len(sources) - FAILED_MAX} 份，见 run.json</p>" if len(sources) > FAILED_MAX else ""
    return f"<h2>{title}（{len(sources)}）</h2>{_table([(s,) for s in sources[:FAILED_MAX]]) or '<p>无</p>'}{more}"


def _pages(n_pages: object) -> str:
    return "" if n_pages is None else f"{n_pages} 页"


def _facts(report: RunReport) -> list[tuple[str, ...]]:
    return [
        ("开始", report.started),
        ("用时", f"{report.seconds} 秒（各文件读取合计 {report.reading_seconds} 秒）"),
        ("文件", f"{report.files}，其中未变沿用 {report.reused}，重复 {report.repeats}"),
        ("页", f"{report.pages}，其中文字识别 {report.ocr_pages}"),
        ("程序版本", report.version),
    ]


def _chart(title: str, counts: Counts, label: Callable[[str], str]) -> str:
    """One group of bars; the longest takes the whole width."""
    top = max(counts.values(), default=0) or 1
    rows = "".join(
        f'<tr><td>{escape(label(name))}</td><td class="n">{n}</td>'
        f'<td class="b"><div class="bar" style="width:{n * 100 / top:.1f}%;min-width:{min(n, 1)}px"></div></td></tr>'
        for name, n in counts.items()
    )
    return f"<section><h2>{escape(title)}</h2><table>{rows}</table></section>"


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<table class="list">{body}</table>' if rows else ""
