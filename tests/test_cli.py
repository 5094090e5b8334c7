"""The command: what it prints where, and how it ends."""

from __future__ import annotations

import csv
import json
import os
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from sample_results import make_failed, make_report, make_result
from typer.testing import CliRunner
from typer.testing import Result as Outcome

from pipeline import __version__
from pipeline.cli import app
from pipeline.records import Result, Status


def fake_extract_file(path: str) -> Result:
    """A result by file name: broken ones fail, partial ones are partly read, all others are the sample."""
    name = Path(path).name
    doc_id = name.encode().hex().ljust(16, "0")[:16]
    if name.startswith("broken"):
        return make_failed(path, doc_id)
    if name.startswith("fault"):
        raise TypeError("张三 13800000000")
    if name.startswith("bare"):
        raise ModuleNotFoundError("No module named 'docx'", name="docx")
    if name.startswith("stop"):
        raise KeyboardInterrupt
    if name.startswith("nothing"):
        return make_result(report=make_report(doc_id=doc_id, source=path), evaluations=(), figures=())
    status = Status.PARTIAL if name.startswith("partial") else Status.OK
    error = "第 3 页没有文字，可能是扫描件" if status == Status.PARTIAL else None
    report = make_report(doc_id=doc_id, source=path, file_name=name, status=status, error=error)
    return make_result(report=report)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of inputs, with the reading of files replaced by the invented results."""
    monkeypatch.setattr("pipeline.batch.job._read", lambda task, when_read: fake_extract_file(task.file))
    monkeypatch.setattr("pipeline.batch.executor.default_jobs", lambda n_tasks: 0)  # a worker would read for real
    inputs = tmp_path / "in"
    (inputs / "sub").mkdir(parents=True)
    (inputs / ".hidden").mkdir()
    for name in ("b.docx", "a.txt", "sub/c.html", ".hidden/d.txt", "~$b.docx", "notes.json", ".DS_Store", "Thumbs.db"):
        (inputs / name).write_text(name, encoding="utf-8")
    return inputs


def run(*arguments: str | Path) -> Outcome:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def sources(out: Path) -> list[str]:
    with (out / "reports.csv").open(encoding="utf-8-sig", newline="") as file:
        return sorted(Path(row["source"]).name for row in csv.DictReader(file))


def test_extract_reads_a_folder_and_writes_the_dataset(folder: Path, tmp_path: Path) -> None:
    outcome = run("extract", folder, "--out", tmp_path / "out")
    assert outcome.exit_code == 0
    assert sources(tmp_path / "out") == ["a.txt", "b.docx", "c.html"]
    assert outcome.stdout == ""
    assert "文件 3（完成 3，部分读出 0，失败 0）" in outcome.stderr
    assert "评价对象 3，资金行 6，指标 6，其他数字 6，勾稽问题 3" in outcome.stderr
    assert ".json 1 个" in outcome.stderr
    assert str(tmp_path / "out") in outcome.stderr


def test_source_is_the_path_as_the_user_gave_it(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    run("extract", "in/a.txt", "--out", "out")
    with (tmp_path / "out" / "reports.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["source"] for row in csv.DictReader(file)] == ["in/a.txt"]


def test_a_failed_file_is_told_in_one_line_and_the_rest_is_written(folder: Path, tmp_path: Path) -> None:
    (folder / "broken.pdf").write_bytes(b"%PDF")
    outcome = run("extract", folder, "--out", tmp_path / "out")
    assert outcome.exit_code == 5
    assert [line for line in outcome.stderr.splitlines() if line.startswith("失败")] == [
        f"失败  {folder}/broken.pdf：文件已损坏，请重新下载"
    ]
    assert sources(tmp_path / "out") == ["a.txt", "b.docx", "broken.pdf", "c.html"]


def test_a_reason_that_names_the_file_does_not_name_it_twice(tmp_path: Path) -> None:
    (tmp_path / "密.pdf").write_bytes(b"%PDF-1.7 cut")
    told = run("extract", str(tmp_path), "-o", str(tmp_path / "out"), "-j", "0").stderr
    assert f"失败  {tmp_path / '密.pdf'}：PDF 已损坏" in told


def test_a_fault_of_the_program_fails_one_file_and_not_the_run(folder: Path, tmp_path: Path) -> None:
    (folder / "fault.txt").write_text("x", encoding="utf-8")
    outcome = run("extract", folder, "--out", tmp_path / "out", "-v")
    assert outcome.exit_code == 5
    assert "程序内部错误（TypeError）" in outcome.stderr
    assert "13800000000" not in outcome.stderr
    with (tmp_path / "out" / "reports.csv").open(encoding="utf-8-sig", newline="") as file:
        assert sorted(row["status"] for row in csv.DictReader(file)) == ["failed", "ok", "ok", "ok"]


def test_a_missing_package_ends_with_4_and_says_what_to_install(folder: Path, tmp_path: Path) -> None:
    (folder / "bare.docx").write_text("x", encoding="utf-8")
    outcome = run("extract", folder, "--out", tmp_path / "out")
    assert outcome.exit_code == 4
    assert outcome.stderr == "jixiao: 缺少 Python 包 docx：请运行 make setup，或 pip install --upgrade jixiao\n"


def test_quiet_tells_failures_only_and_verbose_tells_every_file(folder: Path, tmp_path: Path) -> None:
    for name in ("broken.pdf", "partial.pdf"):
        (folder / name).write_bytes(b"%PDF")
    quiet = run("extract", folder, "--out", tmp_path / "out", "--quiet").stderr.splitlines()
    assert [line[:2] for line in quiet] == ["失败"]
    verbose = run("extract", folder, "--out", tmp_path / "out", "-v").stderr
    assert [verbose.count(word) for word in ("完成  ", "部分读出  ", "失败  ")] == [3, 1, 1]


def test_a_file_that_is_gone_is_named_in_the_summary(folder: Path, tmp_path: Path) -> None:
    run("extract", str(folder), "-o", str(tmp_path / "out"))
    (folder / "a.txt").unlink()
    told = run("extract", str(folder), "-o", str(tmp_path / "out")).stderr
    assert (
        f"上次有、这次没有的文件 1（已不在数据集里；要留住请一并给出，或另用 --out 再 merge）：{folder / 'a.txt'}\n"
        in told
    )


def test_files_in_which_nothing_was_found_are_named_in_the_summary(folder: Path, tmp_path: Path) -> None:
    for number in range(4):
        (folder / f"nothing {number}.html").write_text(str(number), encoding="utf-8")
    told = run("extract", folder, "--out", tmp_path / "out").stderr
    first = "、".join(str(folder / f"nothing {number}.html") for number in range(3))
    assert f"没有读出数据的文件 4（不是绩效文件，或下载到了出错页？）：{first} 等\n" in told


def test_a_quoted_pattern_is_expanded(folder: Path, tmp_path: Path) -> None:
    assert run("extract", f"{folder}/**/*.html", f"{folder}/a*", "--out", tmp_path / "out").exit_code == 0
    assert sources(tmp_path / "out") == ["a.txt", "c.html"]


def test_a_file_with_brackets_in_its_name_is_taken_literally(folder: Path, tmp_path: Path) -> None:
    (folder / "附件[1].txt").write_text("x", encoding="utf-8")
    run("extract", folder / "附件[1].txt", "--out", tmp_path / "out")
    assert sources(tmp_path / "out") == ["附件[1].txt"]


def test_a_file_given_twice_is_read_once(folder: Path, tmp_path: Path) -> None:
    run("extract", folder / "a.txt", folder / "sub" / ".." / "a.txt", folder, "--out", tmp_path / "out")
    assert sources(tmp_path / "out") == ["a.txt", "b.docx", "c.html"]


def test_writing_into_the_input_folder_does_not_feed_the_dataset_to_itself(folder: Path) -> None:
    for _ in range(2):
        assert run("extract", folder, "--out", folder).exit_code == 0
    assert sources(folder) == ["a.txt", "b.docx", "c.html"]


def test_a_missing_path_fails_and_the_others_are_done(folder: Path, tmp_path: Path) -> None:
    outcome = run("extract", folder, tmp_path / "broken-nowhere.pdf", "--out", tmp_path / "out")
    assert outcome.exit_code == 5
    assert sources(tmp_path / "out") == ["a.txt", "b.docx", "broken-nowhere.pdf", "c.html"]


def test_a_web_address_fails_and_the_others_are_done(folder: Path, tmp_path: Path) -> None:
    outcome = run("extract", folder / "a.txt", "https://example.org/broken.pdf", "--out", tmp_path / "out")
    assert sources(tmp_path / "out") == ["a.txt", "broken.pdf"]
    assert "失败  https://example.org/broken.pdf：" in outcome.stderr


def test_nothing_but_web_addresses_ends_with_3_and_says_what_to_do(tmp_path: Path) -> None:
    outcome = run("extract", "https://example.org/b.pdf", "--out", tmp_path / "out")
    assert outcome.exit_code == 3
    advice = "https://example.org/b.pdf 是网址，不是文件：请先把网页或附件下载到本地再读取"
    assert outcome.stderr == f"jixiao: {advice}\n"


def test_links_of_a_folder_that_lead_nowhere_or_to_folders_are_told(folder: Path, tmp_path: Path) -> None:
    (folder / "lost.pdf").symlink_to("nowhere.pdf")
    (folder / "round").symlink_to(".")
    outcome = run("extract", folder, "--out", tmp_path / "out")
    assert sources(tmp_path / "out") == ["a.txt", "b.docx", "c.html", "lost.pdf"]
    assert "指向文件夹的链接 1 个" in outcome.stderr


def test_nothing_but_missing_paths_ends_with_3_before_any_work(tmp_path: Path) -> None:
    outcome = run("extract", tmp_path / "nowhere", tmp_path / "nirgends", "--out", tmp_path / "out")
    assert outcome.exit_code == 3
    assert len(outcome.stderr.splitlines()) == 1
    assert "找不到" in outcome.stderr
    assert not (tmp_path / "out").exists()


def test_a_folder_with_nothing_to_read_ends_with_3(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert run("extract", tmp_path / "empty", "--out", tmp_path / "out").exit_code == 3


def test_an_output_that_is_a_file_ends_with_2_in_one_line(folder: Path) -> None:
    outcome = run("extract", folder / "a.txt", "--out", folder / "b.docx")
    assert outcome.exit_code == 2
    assert len(outcome.stderr.splitlines()) == 1
    assert (folder / "b.docx").read_text(encoding="utf-8") == "b.docx"


@pytest.mark.parametrize("command", [["extract"], ["show"], ["inspect", "--out", "page.png"]])
def test_an_unknown_engine_ends_with_2_before_any_work(folder: Path, command: list[str]) -> None:
    outcome = run(*command, folder / "a.txt", "--engine", "nobody")
    assert outcome.exit_code == 2
    assert "rapid、paddle、paddle-official、tesseract、none" in outcome.stderr


def test_an_unknown_engine_in_the_environment_is_refused_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIXIAO_ENGINE", "nobody")
    outcome = run("extract", folder)
    assert outcome.exit_code == 2
    assert "JIXIAO_ENGINE" in outcome.stderr


def test_show_says_that_an_archive_may_hold_more_than_it_shows(folder: Path) -> None:
    with zipfile.ZipFile(folder / "two.zip", "w") as archive:
        archive.writestr("a.txt", "one")
        archive.writestr("b.txt", "two")
    shown = run("show", folder / "two.zip", "--json")
    assert shown.stderr == f"{folder / 'two.zip'} 是压缩包或邮件，只看其中第一份；全部读取请用 jixiao extract\n"
    assert json.loads(shown.stdout)["report"]["doc_id"]


def test_an_unknown_option_ends_with_2() -> None:
    assert run("extract", "x", "--nonsense").exit_code == 2


def test_an_interrupted_run_ends_with_130_and_writes_nothing(folder: Path, tmp_path: Path) -> None:
    (folder / "stop.txt").write_text("x", encoding="utf-8")
    outcome = run("extract", folder, "--out", tmp_path / "out")
    assert outcome.exit_code == 130
    assert [path.name for path in (tmp_path / "out").iterdir()] == [".jixiao"]
    assert outcome.stderr.splitlines() == ["jixiao: 已中断，原有数据集未动；再运行同一命令即从中断处继续"]


def test_show_prints_readable_tables(folder: Path) -> None:
    outcome = run("show", folder / "a.txt")
    assert outcome.exit_code == 0
    for piece in (
        "绿化养护项目",
        "125,000",
        "=100%",
        "公务接待费",
        "分值合计 90",
        "备注 见附件",
        "97.5 / 100",
        "分值合计不等于满分",
    ):
        assert piece in outcome.stdout


def test_show_says_that_a_folder_holds_more_than_it_shows(folder: Path) -> None:
    shown = run("show", str(folder), "--json")
    assert shown.stderr == f"{folder} 里有 3 份文件，只看第一份；全部读取请用 jixiao extract\n"
    assert run("show", str(folder / "a.txt")).stderr == ""


def test_show_json_is_one_object_with_exact_decimals(folder: Path) -> None:
    outcome = run("show", folder / "a.txt", "--json")
    tree = json.loads(outcome.stdout)
    assert tree["report"]["score"] == "97.5"
    assert tree["report"]["fiscal_year"] == 2031
    assert tree["evaluations"][0]["funds"][0]["annual_budget"] == "125000.00"
    assert tree["evaluations"][0]["indicators"][0]["target_raw"] == "=100%"
    assert tree["not_understood"] == ["备注 见附件"]
    assert tree["figures"][1]["eval_id"] is None


def test_show_says_why_a_file_failed(folder: Path) -> None:
    (folder / "broken.pdf").write_bytes(b"%PDF")
    outcome = run("show", folder / "broken.pdf")
    assert outcome.exit_code == 5
    assert "文件已损坏" in outcome.stdout


def test_control_characters_of_a_document_do_not_reach_the_terminal(folder: Path) -> None:
    (folder / "e\x1b[2Jvil.txt").write_text("x", encoding="utf-8")
    assert "\x1b" not in run("show", folder / "e\x1b[2Jvil.txt").stdout


def test_version_and_codebook_are_printed() -> None:
    assert run("--version").stdout == f"jixiao {__version__}\n"
    assert "| `execution_rate_raw` |" in run("codebook").stdout


def test_codebook_in_docs_is_the_one_the_program_prints() -> None:
    docs = Path(__file__).parent.parent / "docs" / "codebook.md"
    assert run("codebook").stdout in docs.read_text(encoding="utf-8")


def test_a_closed_pipe_ends_quietly() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "pipeline.cli", "codebook"]
    with os.fdopen(writing, "w") as closed:
        done = subprocess.run(command, stdout=closed, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (141, b"")


def test_stdout_that_takes_nothing_is_told_in_one_line() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full on this system")
    command = [sys.executable, "-m", "pipeline.cli", "codebook"]
    with full.open("w") as target:
        done = subprocess.run(command, stdout=target, stderr=subprocess.PIPE, check=False, text=True, encoding="utf-8")
    assert (done.returncode, done.stderr.count("\n"), "写不出去" in done.stderr) == (2, 1, True)


@pytest.mark.skipif(os.name != "posix", reason="streams are closed by a POSIX shell")
@pytest.mark.parametrize("closed", ["0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"])
def test_closed_streams_do_not_disturb_a_run(folder: Path, tmp_path: Path, closed: str) -> None:
    command = shlex.join([sys.executable, "-m", "pipeline.cli", "extract", str(folder), "-o", str(tmp_path / "out")])
    done = subprocess.run(["sh", "-c", f"{command} {closed}"], capture_output=True, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert (tmp_path / "out" / "reports.csv").is_file()


def test_help_loads_nothing_heavy() -> None:
    heavy = {"rich", "pandas", "pyarrow", "openpyxl", "pdfplumber", "docx", "lxml", "jieba", "spacy"}
    program = "import sys, pipeline.cli as c\ntry: c.app(['--help'])\nexcept SystemExit: pass\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert heavy & set(done.stdout.split()) == set()


def test_the_function_extract_survives_the_import_of_the_stage_of_that_name() -> None:
    program = "import pipeline.extract\nfrom pipeline import extract\nprint(callable(extract))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_the_python_door_gives_frames(folder: Path) -> None:
    from pipeline import extract

    extraction = extract(folder / "a.txt")
    assert extraction.report.fiscal_year == 2031
    assert str(extraction.funds["executed"].sum()) == "125000.00"
    assert list(extraction.indicators["target_raw"]) == ["=100%", "-3"]
    assert [len(extract(folder).reports), len(extraction.entities), len(extraction.tables)] == [3, 1, 1]
