"""One document as one piece of work: a task in, a record for the journal out."""

from __future__ import annotations

import hashlib
import logging
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.batch.beside import beside_digest
from pipeline.batch.journal import Meta, Record
from pipeline.errors import DependencyError, InputError
from pipeline.records import Result

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """One document to read. `source` is what the dataset calls it; `file` is where its bytes are."""

    source: str
    file: str
    key: str = ""  # what the reading depends on beside the bytes: program, rules, settings
    environment: str = ""  # what a failure may depend on: tools of the machine, limits
    refusal: str | None = None  # why it is not to be read at all

    @property
    def name(self) -> str:
        """The file name as the dataset gives it."""
        return Path(self.source.rsplit("!", 1)[-1] if self.is_member else self.source).name

    @property
    def is_member(self) -> bool:
        """Whether the document came out of an archive."""
        return self.source != self.file


def read_task(task: Task) -> Record:
    """The record of a document that has been read as far as it can be. Raises DependencyError."""
    started, cpu_started = time.perf_counter(), time.process_time()
    opened: list[float] = []  # when the document was read and its rows were about to be made
    result = read_or_fail(task, lambda: opened.append(time.perf_counter()))
    ended = time.perf_counter()
    record = result_to_record(result, task, ended - started, time.process_time() - cpu_started)
    read_seconds = (opened[0] if opened else ended) - started
    beside = "" if task.is_member else beside_digest(task.file)
    return replace(record, meta=replace(record.meta, read_seconds=round(read_seconds, 3), beside=beside))


def failed_record(task: Task, reason: str, seconds: float = 0.0) -> Record:
    """The record of a document whose reading was broken off."""
    return result_to_record(_failed(task, reason), task, seconds)


def read_or_fail(task: Task, when_read: Callable[[], None] = lambda: None) -> Result:
    """The result of one document; a fault of ours, too, is told as a failed file: one bad file never stops a run.

    The log gets the place of the fault without its message, which may quote the document. Raises DependencyError
    where a package is missing: no other file would fare better.
    """
    if task.refusal:
        return _failed(task, task.refusal)
    try:
        return _read(task, when_read)
    except ModuleNotFoundError as error:
        advice = "请运行 make setup，或 pip install --upgrade jixiao"
        raise DependencyError(f"缺少 Python 包 {error.name}：{advice}") from error
    except MemoryError:
        return _failed(task, "内存不足，没有读完：请拆分文件，或在内存更大的机器上再运行")
    except Exception as error:
        log.debug("%s\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
        reason = f"程序内部错误（{type(error).__name__}），不是文件的问题；请加 -v 再运行一次，把输出报告给维护者"
        return _failed(task, reason)


def _read(task: Task, when_read: Callable[[], None]) -> Result:
    """The result of a file, or of an unpacked member under its own name."""
    from pipeline.read.source import content_to_source
    from pipeline.run import document_to_result, extract_file, read_document

    if not task.is_member:
        return extract_file(task.file, when_read=when_read)
    try:
        document = read_document(content_to_source(Path(task.file).read_bytes(), task.name, task.source))
        when_read()
        return document_to_result(document)
    except (InputError, DependencyError) as error:
        return _failed(task, str(error))


def _failed(task: Task, reason: str) -> Result:
    from pipeline.failed import failed

    result = failed(task.file, None, reason)
    if not task.is_member:
        return result
    report = result.report
    doc_id = report.doc_id if report.sha256 else hashlib.sha256(task.source.encode("utf-8", "replace")).hexdigest()[:16]
    return replace(result, report=replace(report, source=task.source, file_name=task.name, doc_id=doc_id))


def result_to_record(result: Result, task: Task, seconds: float, cpu_seconds: float = 0.0) -> Record:
    """The result as the journal keeps it."""
    from pipeline.dataset.packed import pack_document
    from pipeline.dataset.rows import result_to_rows

    rows = result_to_rows(result)
    packed = pack_document(rows)
    report = result.report
    meta = Meta(
        source=task.source,
        key=task.key,
        environment=task.environment,
        doc_id=report.doc_id,
        sha256=report.sha256,
        status=str(report.status),
        error=report.error,
        rank=rows.rank,
        pages=report.pages,
        ocr_pages=report.ocr_pages,
        doc_type=None if report.doc_type is None else str(report.doc_type),
        province=report.province,
        fiscal_year=report.fiscal_year,
        media_type=report.media_type,
        bytes=report.bytes,
        seconds=round(seconds, 3),
        cpu_seconds=round(cpu_seconds, 4),
        n_rows=packed.n_rows,
        sizes=tuple(len(segment) for segment in packed.segments),
        digest=segments_digest(packed.segments),
    )
    return Record(meta, packed.segments)


def segments_digest(segments: tuple[bytes, ...]) -> str:
    """What tells one document's rows and text from others: SHA-256 over the segments and their lengths."""
    digest = hashlib.sha256()
    for segment in segments:
        digest.update(len(segment).to_bytes(8, "big") + segment)
    return digest.hexdigest()
