"""Small invented documents and the jobs that read them, for the tests of many files."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

from sample_results import make_report, make_result

from pipeline.batch.job import Task, result_to_record
from pipeline.batch.journal import Record

HANG_S = 3600.0
EAT_BYTES = 50_000_000
READING_S = 0.08  # of an ordinary document: long enough to be killed in the middle


def form_page(number: int) -> str:
    """A web page with one self-evaluation form; every number of it differs from document to document."""
    budget = f"{100 + number * 7}.{number % 90 + 10}"
    rows = [
        ["项目名称", f"第{number}号渠道清淤项目", "主管部门", "临川渠管理处"],
        ["项目资金（万元）", "全年预算数", "全年执行数", "执行率"],
        ["年度资金总额", budget, budget, "100%"],
        ["产出指标", "数量指标", f"清淤长度≥{number + 3}公里", f"{number + 4}公里"],
    ]
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    title = f"2031年第{number}号渠道清淤项目支出绩效自评表"
    head = f"<head><meta charset=utf-8><title>{title}</title></head>"
    return f"<html>{head}<body><h1>{title}</h1><table>{cells}</table></body></html>"


def write_pages(folder: Path, count: int) -> list[str]:
    """The paths of `count` invented pages, written into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"page-{number:03d}.html").write_text(form_page(number), encoding="utf-8")
    return [str(folder / f"page-{number:03d}.html") for number in range(count)]


def tree(folder: Path) -> dict[str, bytes]:
    """The dataset in a folder: every file of it by name, without the state of the runs."""
    files = (path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder).as_posix(): path for path in files}
    return {name: path.read_bytes() for name, path in sorted(names.items()) if not name.startswith((".jixiao", "run."))}


def chaotic_job(task: Task) -> Record:
    """An invented result for any file, except that file names tell it to hang, to eat memory, or to die.

    Nothing is really read: what is tested is what happens around the reading, on machines however slow.
    """
    name = task.name
    if name.startswith("hang"):
        time.sleep(HANG_S)
    if name.startswith("eat"):
        eaten = []
        while True:
            eaten.append(bytearray(b"x") * EAT_BYTES)
            time.sleep(0.01)
    if name.startswith("die"):
        os._exit(3)
    time.sleep(READING_S)
    content = Path(task.file).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    report = make_report(
        doc_id=digest[:16], source=task.source, file_name=name, sha256=digest, bytes=len(content), title=name
    )
    return result_to_record(make_result(report=report, text=content.decode()), task, 0.0)
