"""Pages per second on a born-digital PDF, against pdfplumber's bare `extract_text()` + `extract_tables()`, and memory.

Draws its own file (forms and prose), reads it both ways in turns in one process, and prints the ratio of processor
times; then reads it with few and with many pages in processes of their own and prints how far the peak memory grows.

    python benchmarks/bench_pdf.py [--pages 300] [--rounds 3]
"""

from __future__ import annotations

import argparse
import hashlib
import io
import resource
import subprocess
import sys
import tempfile
import time
from collections import deque
from pathlib import Path
from typing import Any

from pipeline.document import Source

FONT = "STSong-Light"
WIDTH_PT, HEIGHT_PT = 595, 842
MARGIN_PT = 56
ROW_PT = 22
COLUMNS_PT = (50, 70, 150, 70, 70, 36, 36)
HEAD = ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分")
SENTENCE = "本年度预算安排资金1,204.50万元，实际支出1,198.07万元，预算执行率为99.47%，各项工作均按计划完成。"
FEW_PAGES = 20
KIB_PER_MIB = 1024


def draw_pdf(pages: int) -> bytes:
    """A PDF of that many pages: a form of 22 rows and a page of prose in turns."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(WIDTH_PT, HEIGHT_PT))
    for number in range(1, pages + 1):
        draw_form(canvas, number) if number % 2 else draw_prose(canvas)
        canvas.setFont(FONT, 9)
        canvas.drawCentredString(WIDTH_PT / 2, 30, f"- {number} -")
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def draw_form(canvas: Any, number: int) -> None:
    canvas.setFont(FONT, 16)
    canvas.drawCentredString(WIDTH_PT / 2, HEIGHT_PT - MARGIN_PT, "项目支出绩效自评表")
    canvas.setFont(FONT, 9)
    rows = [
        HEAD,
        *(("产出指标", "数量指标", f"完成事项{i}", f"≥{i * 7}件", f"{i * 7 + 2}件", "5", "4.5") for i in range(1, 23)),
    ]
    for index, texts in enumerate(rows):
        x, top = float(MARGIN_PT), HEIGHT_PT - MARGIN_PT - 40 - index * ROW_PT
        for width, text in zip(COLUMNS_PT, texts, strict=True):
            canvas.rect(x, top - ROW_PT, width, ROW_PT)
            canvas.drawString(x + 3, top - ROW_PT + 7, text)
            x += width
    canvas.drawString(MARGIN_PT, 120, f"填报单位：示例单位{number}")


def draw_prose(canvas: Any) -> None:
    canvas.setFont(FONT, 14)
    text = SENTENCE * 14
    for line in range(26):
        canvas.drawString(MARGIN_PT, HEIGHT_PT - MARGIN_PT - 20 - line * 26, text[line * 26 : line * 26 + 26])


def to_source(content: bytes) -> Source:
    return Source("bench.pdf", "bench.pdf", "pdf", "application/pdf", content, hashlib.sha256(content).hexdigest())


def read_ours(source: Source) -> None:
    """The whole job: pages, tables, blocks, figures, findings."""
    from pipeline.run import document_to_result, read_document

    document_to_result(read_document(source))


def read_bare(source: Source) -> None:
    """What pdfplumber does with the same pages, keeping nothing."""
    import pdfplumber

    with pdfplumber.open(io.BytesIO(source.content)) as pdf:
        for page in pdf.pages:
            page.extract_text()
            page.extract_tables()
            page.close()


def seconds(job: Any, source: Source) -> float:
    started = time.process_time()
    job(source)
    return time.process_time() - started


def peak_mib(pages: int) -> float:
    """Peak memory of a new process that reads a file of that many pages, page by page."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.pdf"
        path.write_bytes(draw_pdf(pages))
        command = [sys.executable, __file__, "--stream", str(path)]
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def stream_pages(path: Path) -> float:
    """Reads the file to its end, keeping nothing; peak resident memory in MiB (Linux: of this program alone)."""
    from pipeline.layout import page_to_blocks
    from pipeline.read.pdf import read_pages
    from pipeline.tables import find_page_tables

    source = to_source(path.read_bytes())
    deque((page_to_blocks(page, find_page_tables(page)) for page in read_pages(source)), maxlen=0)
    status = Path("/proc/self/status")
    if status.exists():
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(peak.split()[1]) / KIB_PER_MIB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MIB


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--stream", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stream:
        print(stream_pages(options.stream))
        return
    source = to_source(draw_pdf(options.pages))
    read_ours(to_source(draw_pdf(2)))  # imports and rule files are loaded once
    read_bare(to_source(draw_pdf(2)))
    ours, bare = [], []
    for _ in range(options.rounds):
        ours.append(seconds(read_ours, source))
        bare.append(seconds(read_bare, source))
    print(f"pages             {options.pages}")
    print(f"jixiao            {options.pages / min(ours):.1f} pages/s (whole job)")
    print(f"pdfplumber, bare  {options.pages / min(bare):.1f} pages/s")
    print(f"ratio             {min(bare) / min(ours):.2f}")
    few, many = peak_mib(FEW_PAGES), peak_mib(options.pages)
    print(f"peak memory       {few:.1f} MiB at {FEW_PAGES} pages, {many:.1f} MiB at {options.pages} pages")
    print(f"growth            {(many - few) / (options.pages - FEW_PAGES) * KIB_PER_MIB:.1f} KiB per page")


if __name__ == "__main__":
    main()
