"""`jixiao extract` as it meets a person: files read under a progress bar, the dataset written, a summary."""

from __future__ import annotations

import json
import logging
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.batch.executors import DEFAULT_EXECUTOR, EXECUTORS, Staff
from pipeline.batch.watchdog import DEFAULT_LIMITS, Limits
from pipeline.errors import OutputError
from pipeline.records import Status
from pipeline.sources import FileList, find_files
from pipeline.storage import is_remote

if TYPE_CHECKING:
    from pipeline.batch.bulk import BulkOutcome
    from pipeline.batch.executor import Executor
    from pipeline.batch.journal import Meta

STATUS_ZH = {Status.OK: "完成", Status.PARTIAL: "部分读出", Status.FAILED: "失败"}
COUNTED_TABLES = (
    ("evaluations", "评价对象"),
    ("funds", "资金行"),
    ("indicators", "指标"),
    ("figures", "其他数字"),
    ("findings", "勾稽问题"),
    ("links", "跨年关联"),
)

MAX_NAMES_SHOWN = 3

Say = Callable[[str], None]
Advance = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Manner:
    """How a run reads and how much it says. `jobs`: worker processes, None for one per core, 0 for none.

    `journal`: where the dataset and its journal are kept on this machine when the output is in an object store.
    """

    workbook: bool = True
    force: bool = False
    jobs: int | None = None
    limits: Limits = DEFAULT_LIMITS
    quiet: bool = False
    verbose: bool = False
    log_json: bool = False
    executor: str = DEFAULT_EXECUTOR
    ray_address: str | None = None
    journal: Path | None = None


def extract_to_folder(paths: list[str], out: str, manner: Manner) -> int:
    """How many files could not be read; the dataset of all `paths` then stands in `out`, a folder or an address.

    Inputs and output folder are checked before any work is done. Raises InputError, OutputError, DependencyError.
    """
    from pipeline.batch.bulk import BulkOptions, run_bulk
    from pipeline.batch.published import check_store, publish, work_folder
    from pipeline.dataset.schema import STATE_FOLDER

    file_list = find_files(paths, output=out)
    folder = work_folder(out, manner.journal) if is_remote(out) else Path(out)
    if is_remote(out):
        check_store(out)
    executor = _executor(manner, len(file_list.files))
    options = BulkOptions(manner.force, manner.workbook, manner.limits)
    silent = manner.quiet or manner.log_json
    with _progress(len(file_list.files), quiet=silent) as (say, advance):

        def tell(meta: Meta, reused: bool) -> None:
            if manner.log_json:
                _say_plain(meta_to_json(meta, reused=reused))
            elif _is_told(meta, manner):
                say(meta_line(meta))
            advance()

        outcome = run_bulk(file_list.files, folder, executor, options, tell)
    if is_remote(out):
        publish(folder, out, folder / STATE_FOLDER)
    if manner.log_json:
        done = {"event": "done", **count_status(outcome.metas), "rows": outcome.n_rows, "gone": list(outcome.gone)}
        _say_plain(json.dumps(done, ensure_ascii=False))
    elif not manner.quiet:
        for line in summary_lines(outcome, file_list, out):
            _say_plain(line)
    return count_status(outcome.metas)[Status.FAILED]


def _executor(manner: Manner, n_files: int) -> Executor:
    log_level = logging.getLogger("pipeline").getEffectiveLevel()
    staff = Staff(manner.jobs, manner.limits, log_level, manner.ray_address)
    return EXECUTORS[manner.executor](staff, n_files)


def _is_told(meta: Meta, manner: Manner) -> bool:
    """Failed files are told in a line, partly read ones unless `quiet`, all if `verbose`."""
    return manner.verbose or meta.failed or (meta.status == Status.PARTIAL and not manner.quiet)


def meta_line(meta: Meta) -> str:
    """One line on one file: what became of it, and why or how much was read."""
    if meta.error:
        detail = meta.error.removeprefix(f"{Path(meta.source.rsplit('!', 1)[-1]).name}：")  # it is named before
    else:
        counts = _rows_by_table(meta)
        detail = f"评价对象 {counts['evaluations']}，指标 {counts['indicators']}，其他数字 {counts['figures']}"
    return f"{STATUS_ZH[Status(meta.status)]}  {printable(meta.source)}：{printable(detail)}"


def meta_to_json(meta: Meta, *, reused: bool) -> str:
    """One JSON object on one line for one file: what became of it, time, pages, rows."""
    fields = {
        "event": "document",
        "source": meta.source,
        "doc_id": meta.doc_id,
        "status": meta.status,
        "error": meta.error,
        "reused": reused,
        "seconds": meta.seconds,
        "steps": {"read": meta.read_seconds, "extract": round(meta.seconds - meta.read_seconds, 3)},
        "cpu_seconds": meta.cpu_seconds,
        "pages": meta.pages,
        "ocr_pages": meta.ocr_pages,
        "rows": _rows_by_table(meta),
    }
    return json.dumps(fields, ensure_ascii=False)


def _rows_by_table(meta: Meta) -> dict[str, int]:
    from pipeline.dataset.schema import TABLES

    return {table.name: n for table, n in zip(TABLES, meta.n_rows, strict=True)}


def summary_lines(outcome: BulkOutcome, file_list: FileList, out: Path | str) -> list[str]:
    """The closing summary: documents by status, rows by table, what was left out, where the dataset is."""
    status = count_status(outcome.metas)
    lines = [
        f"文件 {sum(status.values())}（完成 {status[Status.OK]}，部分读出 {status[Status.PARTIAL]}，"
        f"失败 {status[Status.FAILED]}）",
        "，".join(f"{label} {outcome.n_rows[name]}" for name, label in COUNTED_TABLES),
    ]
    if outcome.n_reused:
        lines.append(f"内容未变、沿用上次结果 {outcome.n_reused}（全部重读请加 --force）")
    if outcome.n_repeats:
        lines.append(f"重复的文件 {outcome.n_repeats}（见 reports 表 duplicate_of 列）")
    if bare := [meta.source for meta in outcome.metas if meta.is_bare]:
        lines.append(f"没有读出数据的文件 {len(bare)}（不是绩效文件，或下载到了出错页？）：{_some(bare)}")
    if outcome.gone:
        fate = "已不在数据集里；要留住请一并给出，或另用 --out 再 merge"
        lines.append(f"上次有、这次没有的文件 {len(outcome.gone)}（{fate}）：{_some(outcome.gone)}")
    if file_list.skipped:
        kinds = Counter(_skipped_kind(Path(name)) for name in file_list.skipped)
        lines.append("跳过不是文档的文件：" + "，".join(f"{kind} {n} 个" for kind, n in sorted(kinds.items())))
    return [*lines, f"数据集在 {printable(str(out))}"]


def _some(sources: Sequence[str]) -> str:
    """The first few names."""
    more = " 等" if len(sources) > MAX_NAMES_SHOWN else ""
    return "、".join(printable(source) for source in sources[:MAX_NAMES_SHOWN]) + more


def _skipped_kind(path: Path) -> str:
    return "指向文件夹的链接" if path.is_dir() else path.suffix.lower() or "无后缀"


def merge_to_folder(folders: list[Path], out: Path, *, workbook: bool) -> None:
    """Nothing comes out; the datasets of `folders` stand in `out` as one. Raises InputError, OutputError."""
    from pipeline.dataset.linked import LinkedDataset
    from pipeline.dataset.merge import MergedDataset
    from pipeline.dataset.writer import write_dataset

    dataset = LinkedDataset(MergedDataset(folders))
    if out.resolve() in [folder.resolve() for folder in folders]:
        raise OutputError(f"不能合并到来源文件夹 {out} 里：请用 --out 指定另一个文件夹")
    write_dataset(dataset, out, workbook=workbook)
    _say_plain(f"文件 {dataset.n_rows('reports')}，数据集在 {printable(str(out))}")


def link_folder(folder: Path) -> Iterator[str]:
    """The sentences of what differs over years; `links` and its findings then stand in the dataset in `folder`.

    All other rows stay as they are, and so does the workbook's absence. Raises InputError, OutputError.
    """
    from pipeline.batch.lock import locked
    from pipeline.dataset.linked import LinkedDataset
    from pipeline.dataset.merge import MergedDataset
    from pipeline.dataset.schema import STATE_FOLDER, WORKBOOK_NAME
    from pipeline.dataset.writer import check_output_folder, write_dataset

    linked = LinkedDataset(MergedDataset([folder]))
    check_output_folder(folder)
    with locked(folder, folder / STATE_FOLDER / "lock"):
        write_dataset(linked, folder, workbook=(folder / WORKBOOK_NAME).is_file())
    found = linked.links.findings
    yield from (printable(one.finding.message) for one in found)
    _say_plain(f"跨年关联 {len(linked.links.rows)}，上年数不符 {len(found)}，数据集在 {printable(str(folder))}")


def count_status(metas: Iterable[Meta]) -> Counter[str]:
    """How many files there are of each status."""
    counts = Counter({str(status): 0 for status in Status})
    counts.update(meta.status for meta in metas)
    return counts


def printable(text: str) -> str:
    """The text on one line, without control characters: names and cells of a document must not steer the terminal."""
    return "".join(c if c.isprintable() else " " for c in text)


def _say_plain(line: str) -> None:
    sys.stderr.write(line + "\n")


@contextmanager
def _progress(n_files: int, *, quiet: bool) -> Iterator[tuple[Say, Advance]]:
    """What says a line and what moves the bar on; a bar only on a terminal, nothing of it in a pipe or a log."""
    if quiet or not sys.stderr.isatty():
        yield _say_plain, lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("读取", total=n_files)
        yield (
            lambda line: progress.console.print(line, markup=False, highlight=False, soft_wrap=True),
            lambda: progress.advance(task),
        )
