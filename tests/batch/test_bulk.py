"""Many files into one folder: nothing lost, nothing twice, whatever happens on the way."""

from __future__ import annotations

import csv
import json
import multiprocessing
import os
import resource
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from batch.samples import chaotic_job, form_page, tree, write_pages

from pipeline.batch.bulk import BulkOptions, BulkOutcome, run_bulk
from pipeline.batch.executor import Executor, Job, SerialExecutor
from pipeline.batch.job import Task, read_task
from pipeline.batch.journal import Meta, Record
from pipeline.batch.processes import ProcessExecutor
from pipeline.batch.watchdog import Limits
from pipeline.errors import OutputError

OPTIONS = BulkOptions(workbook=False)


def read(
    files: list[str],
    out: Path,
    executor: Executor | None = None,
    options: BulkOptions = OPTIONS,
    job: Job = read_task,
) -> tuple[BulkOutcome, list[str]]:
    """The outcome of a run and the names of the files that it read."""
    names: list[str] = []

    def tell(meta: Meta, reused: bool) -> None:
        if not reused:
            names.append(Path(meta.source).name)

    return run_bulk(files, out, executor or SerialExecutor(), options, tell, job), names


def reports(out: Path) -> list[dict[str, str]]:
    with (out / "reports.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


class Dying:
    """A serial executor that is ended in the middle, as by a power cut."""

    def __init__(self, after: int) -> None:
        self.after = after

    def map(self, job: Job, tasks: Iterable[Task]) -> Iterator[Record]:
        for number, task in enumerate(tasks):
            if number == self.after:
                raise KeyboardInterrupt
            yield job(task)


def test_workers_give_the_same_dataset_as_the_serial_executor(tmp_path: Path) -> None:
    files = write_pages(tmp_path / "in", 6)
    read(files, tmp_path / "serial")
    read(files, tmp_path / "workers", ProcessExecutor(2))
    assert tree(tmp_path / "workers") == tree(tmp_path / "serial")
    assert len(reports(tmp_path / "serial")) == 6


def test_a_second_run_reads_and_writes_nothing(tmp_path: Path) -> None:
    files = write_pages(tmp_path / "in", 3)
    read(files, tmp_path / "out")
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("*.csv")}
    outcome, names = read(files, tmp_path / "out")
    assert (names, outcome.n_reused, outcome.was_written) == ([], 3, False)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("*.csv")} == times


def test_only_the_changed_file_is_read_again(tmp_path: Path) -> None:
    files = write_pages(tmp_path / "in", 3)
    read(files, tmp_path / "out")
    Path(files[1]).write_text(form_page(70), encoding="utf-8")
    assert read(files, tmp_path / "out")[1] == ["page-001.html"]
    read(files, tmp_path / "anew")
    assert tree(tmp_path / "out") == tree(tmp_path / "anew")


def test_a_page_is_read_again_where_a_picture_beside_it_has_changed(tmp_path: Path) -> None:
    (page,) = write_pages(tmp_path / "in", 1)
    picture = tmp_path / "in" / "page_files" / "form 1.png"
    picture.parent.mkdir()
    markup = form_page(0).replace("<table>", '<img width=200 src="page_files/form%201.png"><table>')
    Path(page).write_text(markup, encoding="utf-8")
    assert read([page], tmp_path / "out")[1] == ["page-000.html"]
    assert read([page], tmp_path / "out")[1] == []
    picture.write_bytes(b"no picture yet")
    assert read([page], tmp_path / "out")[1] == ["page-000.html"]
    assert read([page], tmp_path / "out")[1] == []
    picture.write_bytes(b"another")
    assert read([page], tmp_path / "out")[1] == ["page-000.html"]


def test_equal_pages_with_other_pictures_beside_them_are_both_read(tmp_path: Path) -> None:
    pages = []
    for name in ("a", "b", "c"):
        (page,) = write_pages(tmp_path / name, 1)
        Path(page).write_text('<html><body><p>自评表</p><img src="1.png"></body></html>', encoding="utf-8")
        (tmp_path / name / "1.png").write_bytes(b"the same" if name != "b" else b"another")
        pages.append(page)
    read_sources: list[str] = []

    def job(task: Task) -> Record:
        read_sources.append(Path(task.source).parent.name)
        return read_task(task)

    outcome, _ = read(pages, tmp_path / "out", job=job)
    assert (len(outcome.metas), {"a", "b"} <= set(read_sources)) == (3, True)


def test_files_that_are_gone_since_the_last_run_are_named(tmp_path: Path) -> None:
    files = write_pages(tmp_path / "in", 4)
    assert read(files, tmp_path / "out")[0].gone == ()
    Path(files[0]).rename(tmp_path / "in" / "renamed.html")
    Path(files[1]).write_text(form_page(50), encoding="utf-8")
    present = [str(tmp_path / "in" / "renamed.html"), files[1], files[2]]
    assert read(present, tmp_path / "out")[0].gone == (files[3],)
    assert read(present, tmp_path / "out")[0].gone == ()


def test_a_damaged_dataset_of_before_hides_nothing_and_stops_nothing(tmp_path: Path) -> None:
    files = write_pages(tmp_path / "in", 2)
    read(files, tmp_path / "out")
    (tmp_path / "out" / "reports.parquet").write_bytes(b"PAR1 cut")
    outcome, _ = read(files[:1], tmp_path / "out")
    assert (outcome.gone, len(reports(tmp_path / "out"))) == ((), 1)


def test_force_reads_everything_again(tmp_path: Path) -> None:
    files = write_pages(tmp_path / "in", 2)
    read(files, tmp_path / "out")
    _, names = read(files, tmp_path / "out", options=BulkOptions(force=True, workbook=False))
    assert names == ["page-000.html", "page-001.html"]


def test_a_changed_program_reads_everything_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = write_pages(tmp_path / "in", 2)
    read(files, tmp_path / "out")
    monkeypatch.setattr("pipeline.batch.bulk.reading_key", lambda: "another version")
    assert len(read(files, tmp_path / "out")[1]) == 2


def test_a_failed_file_is_tried_again_only_where_the_machine_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 cut")
    files = [str(tmp_path / "broken.pdf"), *write_pages(tmp_path / "in", 1)]
    assert len(read(files, tmp_path / "out")[1]) == 2
    assert read(files, tmp_path / "out")[1] == []
    monkeypatch.setattr("pipeline.batch.bulk.environment_key", lambda limits: "a converter was installed")
    assert read(files, tmp_path / "out")[1] == ["broken.pdf"]


def test_a_missing_file_is_looked_for_again(tmp_path: Path) -> None:
    files = [*write_pages(tmp_path / "in", 1), str(tmp_path / "late.html")]
    outcome, _ = read(files, tmp_path / "out")
    assert sorted(meta.status for meta in outcome.metas) == ["failed", "ok"]
    (tmp_path / "late.html").write_text(form_page(5), encoding="utf-8")
    outcome, names = read(files, tmp_path / "out")
    assert names == ["late.html"]
    assert [meta.failed for meta in outcome.metas] == [False, False]


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_broken_off_run_goes_on_and_ends_with_the_same_dataset(tmp_path: Path, after: int) -> None:
    files = write_pages(tmp_path / "in", 4)
    with pytest.raises(KeyboardInterrupt):
        read(files, tmp_path / "out", Dying(after))
    _, names = read(files, tmp_path / "out")
    assert len(names) == 4 - after
    read(files, tmp_path / "calm")
    assert tree(tmp_path / "out") == tree(tmp_path / "calm")


def test_a_dataset_file_that_was_touched_is_written_again(tmp_path: Path) -> None:
    files = write_pages(tmp_path / "in", 2)
    read(files, tmp_path / "out")
    before = tree(tmp_path / "out")
    (tmp_path / "out" / "funds.csv").unlink()
    (tmp_path / "out" / "reports.csv").write_text("spoilt", encoding="utf-8")
    outcome, names = read(files, tmp_path / "out")
    assert (names, outcome.was_written) == ([], True)
    assert tree(tmp_path / "out") == before


def test_fewer_files_give_a_dataset_of_these_only(tmp_path: Path) -> None:
    files = write_pages(tmp_path / "in", 3)
    read(files, tmp_path / "out")
    outcome, names = read(files[:1], tmp_path / "out")
    assert names == []
    assert [row["source"] for row in reports(tmp_path / "out")] == files[:1]
    assert outcome.n_rows["reports"] == 1


def test_a_second_run_on_the_same_folder_is_refused_in_one_line(tmp_path: Path) -> None:
    files = write_pages(tmp_path / "in", 1)

    def meanwhile(meta: Meta, reused: bool) -> None:
        with pytest.raises(OutputError, match=rf"另一个 jixiao 正在写 .*（进程 {os.getpid()}）") as caught:
            read(files, tmp_path / "out")
        assert "\n" not in str(caught.value)

    run_bulk(files, tmp_path / "out", SerialExecutor(), OPTIONS, meanwhile)
    read(files, tmp_path / "out")


def test_a_lock_left_by_a_dead_run_does_not_hold(tmp_path: Path) -> None:
    files = write_pages(tmp_path / "in", 1)
    (tmp_path / "out" / ".jixiao").mkdir(parents=True)
    (tmp_path / "out" / ".jixiao" / "lock").write_text("999999", encoding="utf-8")
    assert read(files, tmp_path / "out")[1] == ["page-000.html"]


def test_what_a_killed_run_left_half_written_is_cleared_away(tmp_path: Path) -> None:
    files = write_pages(tmp_path / "in", 1)
    (tmp_path / "out" / "text").mkdir(parents=True)
    (tmp_path / "out" / ".reports.csv.123.part").write_text("half", encoding="utf-8")
    (tmp_path / "out" / "text" / ".0011.md.123.part").write_text("half", encoding="utf-8")
    read(files, tmp_path / "out")
    assert list((tmp_path / "out").rglob("*.part")) == []


def test_each_bad_document_costs_itself_only(tmp_path: Path) -> None:
    files = write_pages(tmp_path / "in", 4)
    for name in ("die", "eat", "hang"):
        (tmp_path / "in" / f"{name}.html").write_text(form_page(90), encoding="utf-8")
        files.append(str(tmp_path / "in" / f"{name}.html"))
    executor = ProcessExecutor(2, Limits(timeout_s=4, memory_mb=700))
    outcome, _ = read(files, tmp_path / "out", executor, job=chaotic_job)
    failed = {Path(meta.source).stem: meta.error for meta in outcome.metas if meta.failed}
    assert sorted(failed) == ["die", "eat", "hang"]
    assert "意外终止" in str(failed["die"])
    assert "内存超过上限 700 MB" in str(failed["eat"])
    assert "超过时限 4 秒" in str(failed["hang"])
    assert sum(not meta.failed for meta in outcome.metas) == 4


def test_the_same_report_under_two_names_and_in_two_formats_is_said(tmp_path: Path) -> None:
    from render import RENDERERS, read_sample

    sample = read_sample(sorted((Path(__file__).parent.parent / "golden").glob("*.toml"))[0])
    files = []
    for name, door in (("a.docx", "docx"), ("a-copy.docx", "docx"), ("b.html", "html"), ("c.xlsx", "xlsx")):
        (tmp_path / name).write_bytes(RENDERERS[door](sample))
        files.append(str(tmp_path / name))
    files += write_pages(tmp_path / "in", 3)
    read(files, tmp_path / "out")
    rows = reports(tmp_path / "out")
    originals = {row["doc_id"] for row in rows if not row["duplicate_of"]}
    repeats = {Path(row["source"]).name: row["duplicate_of"] for row in rows if row["duplicate_of"]}
    assert len(originals) == 4
    assert len(repeats) == 3
    assert len(set(repeats.values())) == 1
    assert set(repeats.values()) <= originals
    assert not any(name.startswith("page") for name in repeats)


def test_a_file_name_that_is_no_utf8_is_read_once(tmp_path: Path) -> None:
    name = os.fsdecode(str(tmp_path).encode() + b"/\xd7\xd4\xc6\xc0.html")
    Path(name).write_text(form_page(1), encoding="utf-8")
    assert len(read([name], tmp_path / "out")[1]) == 1
    assert read([name], tmp_path / "out")[1] == []
    assert reports(tmp_path / "out")[0]["file_name"] == "\ufffd" * 4 + ".html"


def test_a_disk_that_refuses_more_ends_the_run_in_one_line_and_the_next_goes_on(tmp_path: Path) -> None:
    files = write_pages(tmp_path / "in", 12)
    command = [sys.executable, "-m", "pipeline.cli", "extract", *files, "-o", str(tmp_path / "out"), "-q", "-j", "1"]
    command.append("--no-workbook")

    def limit_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (12_000, 12_000))

    refused = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limit_files)
    assert refused.returncode == 2
    assert len(refused.stderr.splitlines()) == 1
    assert refused.stderr.startswith(f"jixiao: 写不进 {tmp_path / 'out'}：")
    assert "份有记录" in refused.stderr
    assert not (tmp_path / "out" / "reports.csv").exists()
    assert subprocess.run(command, check=False).returncode == 0
    read(files, tmp_path / "calm")
    assert tree(tmp_path / "out") == tree(tmp_path / "calm")


def test_an_interrupted_run_leaves_no_worker_behind(tmp_path: Path) -> None:
    files = write_pages(tmp_path / "in", 2)
    tasks = [Task(str(tmp_path / "hang.html"), str(tmp_path / "hang.html")), *(Task(file, file) for file in files)]
    records = ProcessExecutor(2).map(chaotic_job, tasks)
    next(records)
    workers = [process.pid for process in multiprocessing.active_children()]
    assert len(workers) == 2
    records.close()
    assert multiprocessing.active_children() == []


def test_a_worker_is_replaced_after_its_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.batch.processes.RECYCLE_DOCUMENTS", 2)
    files = write_pages(tmp_path / "in", 5)
    workers: set[int | None] = set()
    for record in ProcessExecutor(1).map(chaotic_job, [Task(file, file) for file in files]):
        assert record.meta.status == "ok"
        workers |= {process.pid for process in multiprocessing.active_children()}
    assert len(workers) == 3


def test_the_command_reads_with_workers_and_logs_json(tmp_path: Path) -> None:
    write_pages(tmp_path / "in", 3)
    arguments = ["extract", str(tmp_path / "in"), "-o", str(tmp_path / "out"), "--jobs", "2", "--log-json"]
    command = [sys.executable, "-m", "pipeline.cli", *arguments]
    first = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in first.stderr.splitlines()]
    assert sorted(Path(line["source"]).name for line in lines[:-1]) == [f"page-00{n}.html" for n in range(3)]
    assert [line["reused"] for line in lines[:-1]] == [False] * 3
    assert all(sum(line["steps"].values()) == pytest.approx(line["seconds"]) for line in lines[:-1])
    assert lines[-1]["event"] == "done"
    assert lines[-1]["ok"] == 3
    again = subprocess.run(command, capture_output=True, text=True, check=True)
    assert [json.loads(line).get("reused") for line in again.stderr.splitlines()] == [True, True, True, None]
