"""Reading on the nodes of a real Ray cluster: the same dataset as on one machine, whatever is lost on the way."""

from __future__ import annotations

import os
import signal
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest
from batch.ray_cluster import WAIT_S, RayNodes, ray_cluster
from batch.s3_server import files_as_objects, make_bucket, s3_server
from batch.samples import chaotic_job, form_page, tree, write_pages
from typer.testing import CliRunner

from pipeline.batch.bulk import BulkOptions, run_bulk
from pipeline.batch.cluster import IN_HAND_MAX, RayExecutor, check_seen
from pipeline.batch.executor import Executor, Job, SerialExecutor
from pipeline.batch.executors import EXECUTORS, Staff
from pipeline.batch.job import Task, failed_record, read_task
from pipeline.batch.journal import Meta, Record
from pipeline.batch.processes import ProcessExecutor
from pipeline.batch.watchdog import Limits
from pipeline.cli import app
from pipeline.errors import DependencyError, InputError
from pipeline.sources import find_files

ray = pytest.importorskip("ray")

LIMITS = Limits(timeout_s=5, memory_mb=700)
SLOW_READING_S = 0.4  # long enough that a node is killed while it reads


@pytest.fixture(scope="module", autouse=True)
def without_tokens() -> Iterator[None]:
    """These clusters live on the loopback only; Ray would else leave a token in the user's home folder."""
    with mock.patch.dict(os.environ, {"RAY_AUTH_MODE": "disabled"}):
        yield


@pytest.fixture(scope="module")
def nodes(without_tokens: None) -> Iterator[RayNodes]:
    """A cluster of one node with one core, whose environment names an S3 server; tests add nodes of their own."""
    with s3_server(), ray_cluster(1) as cluster:
        yield cluster


def marking_job(task: Task) -> Record:
    """An invented result, and the number of the reading process noted beside the document's folder.

    A document called `strike` takes its node's reader down, and not only the process that reads it; of those called
    `page`, none is finished before two processes read.
    """
    notes = Path(task.file).parent.with_name("readers")
    with notes.open("a", encoding="utf-8") as file:
        file.write(f"{os.getpid()}\n")
    if task.name.startswith("strike"):
        os.kill(os.getppid(), signal.SIGKILL)
    deadline = time.monotonic() + WAIT_S
    while len(set(notes.read_text().split())) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(SLOW_READING_S)
    return chaotic_job(task)


def read(
    files: list[str],
    out: Path,
    executor: Executor,
    job: Job = read_task,
    after: Callable[[], None] = lambda: None,
) -> dict[str, str | None]:
    """Name → error of each document of a run; `after` is called as each is finished."""

    def tell(meta: Meta, reused: bool) -> None:
        after()

    outcome = run_bulk(files, out, executor, BulkOptions(workbook=False), tell, job)
    return {Path(meta.source).name: meta.error for meta in outcome.metas}


def test_serial_processes_and_ray_give_equal_datasets(tmp_path: Path, nodes: RayNodes) -> None:
    write_pages(tmp_path / "in", 3)
    (tmp_path / "in" / "broken.pdf").write_bytes(b"%PDF-1.7 cut")
    (tmp_path / "in" / "empty.docx").write_bytes(b"")
    with zipfile.ZipFile(tmp_path / "in" / "packed.zip", "w") as archive:
        archive.writestr("甲/一.html", form_page(11))
        archive.writestr("../二.html", form_page(12))
    make_bucket("reports", files_as_objects(tmp_path / "in", "in/"))
    files = [*find_files([str(tmp_path / "in"), "s3://reports/in", str(tmp_path / "missing.pdf")]).files]
    staff = Staff(1, ray_address=nodes.address)
    for name, executor in EXECUTORS.items():
        read(files, tmp_path / name, executor(staff, len(files)))
    assert list(EXECUTORS) == ["serial", "processes", "ray"]
    reference = tree(tmp_path / "serial")
    assert reference["reports.csv"].count(b"\n") == 16  # a header, twice seven documents, and the missing one
    assert tree(tmp_path / "processes") == reference
    assert tree(tmp_path / "ray") == reference


def test_a_node_killed_in_the_middle_costs_nothing(tmp_path: Path, nodes: RayNodes) -> None:
    files = write_pages(tmp_path / "in", 12)
    number = nodes.start(n_cpus=1)
    killed: list[int] = []

    def kill_the_node() -> None:
        if not killed:
            nodes.kill(number)
            killed.append(len(set((tmp_path / "readers").read_text().split())))

    errors = read(files, tmp_path / "out", RayExecutor(2, address=nodes.address), marking_job, kill_the_node)
    assert killed == [2]
    assert errors == dict.fromkeys((Path(file).name for file in files), None)
    read(files, tmp_path / "calm", SerialExecutor(), chaotic_job)
    assert tree(tmp_path / "out") == tree(tmp_path / "calm")


def test_a_bad_document_fails_with_the_same_words_as_on_one_machine(tmp_path: Path, nodes: RayNodes) -> None:
    files = write_pages(tmp_path / "in", 2)
    for name in ("die", "eat", "hang"):
        files.append(str(tmp_path / "in" / f"{name}.html"))
        Path(files[-1]).write_text(form_page(90), encoding="utf-8")
    errors = read(files, tmp_path / "ray", RayExecutor(1, LIMITS, address=nodes.address), chaotic_job)
    assert [name for name, error in sorted(errors.items()) if error] == ["die.html", "eat.html", "hang.html"]
    assert read(files, tmp_path / "processes", ProcessExecutor(1, LIMITS), chaotic_job) == errors
    assert tree(tmp_path / "ray") == tree(tmp_path / "processes")


def test_a_document_that_takes_its_reader_down_is_given_up_after_three(tmp_path: Path, nodes: RayNodes) -> None:
    strike = tmp_path / "in" / "strike.html"
    files = [str(strike), *write_pages(tmp_path / "in", 2)]
    strike.write_text(form_page(90), encoding="utf-8")
    errors = read(files, tmp_path / "out", RayExecutor(1, LIMITS, address=nodes.address), marking_job)
    reason = "读取进程意外终止（试了 3 次），文件可能已损坏：请另存为其他格式再试"
    assert errors == {"page-000.html": None, "page-001.html": None, "strike.html": reason}


def test_no_more_tasks_are_taken_than_readers_can_hold(tmp_path: Path, nodes: RayNodes) -> None:
    files = write_pages(tmp_path / "in", 8)
    n_taken = 0

    def tasks() -> Iterator[Task]:
        nonlocal n_taken
        for file in files:
            n_taken += 1
            yield Task(file, file)

    ahead = [
        n_taken - n_given
        for n_given, _ in enumerate(RayExecutor(1, LIMITS, address=nodes.address).map(chaotic_job, tasks()), 1)
    ]
    assert ahead == [IN_HAND_MAX] * 6 + [1, 0]


def test_the_command_reads_on_a_cluster(tmp_path: Path, nodes: RayNodes) -> None:
    files = write_pages(tmp_path / "in", 2)
    options = ["--executor", "ray", "--ray-address", nodes.address, "-j", "1", "--no-workbook"]
    outcome = CliRunner().invoke(app, ["extract", *files, "-o", str(tmp_path / "out"), *options])
    assert (outcome.exit_code, outcome.stdout) == (0, "")
    assert outcome.stderr.splitlines()[0] == "文件 2（完成 2，部分读出 0，失败 0）"
    read(files, tmp_path / "calm", SerialExecutor())
    assert tree(tmp_path / "out") == tree(tmp_path / "calm")


def test_a_node_with_another_program_is_refused(
    tmp_path: Path, nodes: RayNodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.batch.cluster.reading_key", lambda: "another version")
    files = write_pages(tmp_path / "in", 1)
    with pytest.raises(DependencyError, match=r"节点 \S+ 的程序、规则或识别引擎与本机不同：请在各节点安装同一版本"):
        list(RayExecutor(1, LIMITS, address=nodes.address).map(read_task, [Task(files[0], files[0])]))
    assert not ray.is_initialized()


def test_a_cluster_that_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(DependencyError, match=r"连不上 Ray 集群 127\.0\.0\.1:9：请检查 --ray-address") as caught:
        list(RayExecutor(1, LIMITS, address="127.0.0.1:9").map(read_task, [Task("a", "a")]))
    assert "\n" not in str(caught.value)


def test_without_an_address_a_cluster_is_made_for_the_time_of_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    files = write_pages(tmp_path / "in", 2)
    executor = RayExecutor(1)
    assert read(files, tmp_path / "out", executor) == dict.fromkeys(("page-000.html", "page-001.html"), None)
    assert not ray.is_initialized()


def test_nothing_to_read_needs_no_cluster() -> None:
    assert list(RayExecutor(1, LIMITS, address="127.0.0.1:9").map(read_task, [])) == []


def test_without_the_package_the_command_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    files = write_pages(tmp_path / "in", 1)
    outcome = CliRunner().invoke(app, ["extract", *files, "-o", str(tmp_path / "out"), "--executor", "ray"])
    assert outcome.exit_code == 4
    assert outcome.stderr == "jixiao: 没有安装 Ray：请运行 pip install 'jixiao[ray]'\n"


def test_an_unknown_executor_is_a_usage_error(tmp_path: Path) -> None:
    outcome = CliRunner().invoke(app, ["extract", "a.pdf", "-o", str(tmp_path / "out"), "--executor", "threads"])
    assert outcome.exit_code == 2
    assert "serial、processes、ray" in outcome.stderr


def test_a_file_that_only_this_machine_sees_ends_the_run(tmp_path: Path) -> None:
    here = write_pages(tmp_path / "in", 1)[0]
    task = Task(here, here)
    unseen = failed_record(Task(here + ".gone", here + ".gone"), "文件不存在：请检查路径和文件名")
    with pytest.raises(InputError, match=r"本机可读，Ray 节点却读不到：请把文件放到各节点共享的文件系统"):
        check_seen(task, unseen)
    check_seen(Task(here + ".gone", here + ".gone"), unseen)
    check_seen(replace(task, refusal="加密"), unseen)
    check_seen(task, failed_record(task, "读取超过时限"))


def test_the_cluster_is_whole_again_for_the_next(nodes: RayNodes) -> None:
    """Readers end with their run: what they held of the cluster is free."""
    ray.init(address=nodes.address, log_to_driver=False, logging_level="ERROR")
    try:
        deadline = time.monotonic() + WAIT_S
        while (there := ray.cluster_resources()["CPU"]) != ray.available_resources().get("CPU"):
            assert time.monotonic() < deadline, "a reader outlived its run"
            time.sleep(0.2)
        assert there >= 1
    finally:
        ray.shutdown()
