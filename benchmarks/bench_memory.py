"""Peak memory of reading a scan of many pages beside one of few: it must not grow with the pages.

The pages are drawn here, each with noise of its own, and read without the cache. Each file is read in a process of its
own, for the peak is the process's. `bench_memory.py 300` reads 300 pages in place of MANY_PAGES.
"""

from __future__ import annotations

import io
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from ocr.drawn import form_page
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

FEW_PAGES = 10
MANY_PAGES = 40
A4_PT = (595.0, 842.0)
JPEG_QUALITY = 50
GROWTH_MAX_MB_PER_100_PAGES = 20.0  # the words and tables that were read stay until the document is whole
BYTES_PER_MB = 1024 * 1024


def write_scan(path: Path, n_pages: int) -> None:
    """A PDF of `n_pages` grey 200 dpi pages, no two alike, written to `path`."""
    rng = np.random.default_rng(n_pages)
    sheet = np.asarray(Image.fromarray(form_page()).convert("L"), np.float32) * 0.94
    canvas = Canvas(str(path), pagesize=A4_PT)
    for _ in range(n_pages):
        noisy = np.clip(sheet + rng.normal(0, 2, sheet.shape), 0, 255).astype(np.uint8)
        stream = io.BytesIO()
        Image.fromarray(noisy).save(stream, "JPEG", quality=JPEG_QUALITY)
        canvas.drawImage(ImageReader(stream), 0, 0, *A4_PT)
        canvas.showPage()
    canvas.save()


def read_and_measure(path: str) -> None:
    """Prints pages read by OCR, seconds, and the process's peak memory in MB."""
    from pipeline.run import extract_file
    from pipeline.settings import OcrSettings

    started = time.perf_counter()
    result = extract_file(path, OcrSettings(use_cache=False))
    seconds = time.perf_counter() - started
    unit = 1 if platform.system() == "Darwin" else 1024  # bytes of ru_maxrss
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / BYTES_PER_MB
    print(result.report.ocr_pages, f"{seconds:.1f}", f"{peak:.1f}")


def peak_mb(n_pages: int, folder: Path) -> tuple[float, float]:
    """Peak memory in MB of reading a scan of `n_pages`, and the size of the file, which is held in memory whole."""
    path = folder / f"{n_pages}.pdf"
    write_scan(path, n_pages)
    command = [sys.executable, __file__, "--read", str(path)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    if int(said[0]) != n_pages:
        raise SystemExit(f"{said[0]} of {n_pages} pages were read by OCR")
    size = path.stat().st_size / BYTES_PER_MB
    seconds, peak = float(said[1]) / n_pages, float(said[2])
    print(f"{n_pages:4d} pages: peak {peak:.1f} MB, file {size:.1f} MB, {seconds:.2f} s a page", flush=True)
    return peak, size


def main(n_pages: int) -> int:
    """Prints both peaks; 1 where memory grows by more than what was read."""
    print(f"{platform.machine()} {platform.system()}, Python {platform.python_version()}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        few, few_size = peak_mb(FEW_PAGES, Path(folder))
        many, many_size = peak_mb(n_pages, Path(folder))
    growth = ((many - many_size) - (few - few_size)) * 100 / (n_pages - FEW_PAGES)
    print(f"growth beside the file {growth:.1f} MB per 100 pages (at most {GROWTH_MAX_MB_PER_100_PAGES:.0f})")
    return 0 if growth <= GROWTH_MAX_MB_PER_100_PAGES else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        read_and_measure(sys.argv[2])
        sys.exit(0)
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else MANY_PAGES))
