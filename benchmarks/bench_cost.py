"""What a page costs: processor seconds of whole readings, as born-digital PDF and as an office scan, one thread each.

    python benchmarks/bench_cost.py [DOCUMENTS]        (default 4 golden documents)

Processor seconds, not wall-clock: they hold on a busy machine, too. What is loaded once (models) is not counted.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from pathlib import Path

os.environ |= {"JIXIAO_NO_CACHE": "1", "JIXIAO_THREADS": "1", "OMP_NUM_THREADS": "1"}
ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from render import RENDERERS, read_sample  # noqa: E402
from render.scan import render_scan  # noqa: E402

from pipeline.run import extract_file  # noqa: E402

DEFAULT_DOCUMENTS = 4
STYLE = "jpeg"  # 150 dpi, quality 40, 1.5 degrees askew: what an office scanner makes
SECONDS_PER_HOUR = 3600


def seconds_per_page(files: list[Path]) -> tuple[int, float]:
    """Pages read, and processor seconds of each, after one reading that loads what is loaded once."""
    extract_file(str(files[0]))
    started, n_pages = time.process_time(), 0
    for file in files:
        report = extract_file(str(file)).report
        if report.status == "failed":
            raise SystemExit(f"{file.name}: {report.error}")
        n_pages += report.pages or 1
    return n_pages, (time.process_time() - started) / n_pages


def main() -> None:
    """A line for each kind of page."""
    n_documents = int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_DOCUMENTS
    samples = sorted((ROOT / "tests" / "golden").glob("*.toml"))[:n_documents]
    print(f"{platform.machine()} {platform.system()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        kinds: dict[str, list[Path]] = {"pdf": [], "scan": []}
        for sample in samples:
            pdf = RENDERERS["pdf"](read_sample(sample))
            for kind, content in (("pdf", pdf), ("scan", render_scan(pdf, STYLE, seed=1))):
                kinds[kind].append(Path(folder) / f"{sample.stem}-{kind}.pdf")
                kinds[kind][-1].write_bytes(content)
        for kind, files in kinds.items():
            n_pages, seconds = seconds_per_page(files)
            hours = seconds * 1000 / SECONDS_PER_HOUR
            print(f"{kind}: {n_pages} pages, {seconds:.2f} s of one core a page, {hours:.2f} core hours a thousand")


if __name__ == "__main__":
    main()
