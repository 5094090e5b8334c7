"""Seconds per scanned page of the whole job beside bare rapidocr with its defaults, same pages, same run.

The pages are drawn here: forms and text at 200 dpi with noise. Judged is the ratio of processor seconds, which other
work on the machine hardly changes; the ratio by the clock is printed beside it. Fails where it is above RATIO_MAX.

    python benchmarks/bench_scan.py [pages] [rounds]
"""

from __future__ import annotations

import io
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from ocr.drawn import form_page

N_PAGES = 4
ROUNDS = 3
RATIO_MAX = 0.6
MEMORY_MAX_MB = 1200
DPI = 200.0  # of form_page
NOISE = 3.0  # grey levels


class Seconds(NamedTuple):
    """By the clock and of the processor, all threads together."""

    clock: float
    processor: float


def scanned_pages(n_pages: int) -> list[np.ndarray]:
    """Pages as a scanner gives them."""
    rng = np.random.default_rng(1)
    drawn = form_page() * 0.94
    return [np.clip(drawn + rng.normal(0, NOISE, drawn.shape), 0, 255).astype(np.uint8) for _ in range(n_pages)]


def pages_to_pdf(pages: list[np.ndarray]) -> bytes:
    stream = io.BytesIO()
    first, *rest = (Image.fromarray(page) for page in pages)
    first.save(stream, "PDF", resolution=DPI, save_all=True, append_images=rest, quality=90)
    return stream.getvalue()


def seconds_of(job: Callable[[], object]) -> Seconds:
    started, used = time.perf_counter(), time.process_time()
    job()
    return Seconds(time.perf_counter() - started, time.process_time() - used)


def steps_of(page: np.ndarray) -> dict[str, Seconds]:
    """Seconds of each step of the recogniser on one page; `second look` is what it adds to reading the lines."""
    from pipeline.document import PageImage
    from pipeline.ocr.engine import make_engine
    from pipeline.ocr.lines import erase_rulings
    from pipeline.ocr.pages import prepare_page
    from pipeline.ocr.rulings import find_rulings
    from pipeline.ocr.second_look import look_again

    engine = make_engine()
    prepared = prepare_page(PageImage(1, page, DPI))
    quads = engine.find(prepared.image)
    bare = erase_rulings(prepared.ink, find_rulings(prepared.image, prepared.dpi), prepared.dpi)
    lines = engine.read(prepared.image, quads)
    return {
        "prepare": seconds_of(lambda: prepare_page(PageImage(1, page, DPI))),
        "find lines": seconds_of(lambda: engine.find(prepared.image)),
        "find rulings": seconds_of(lambda: find_rulings(prepared.image, prepared.dpi)),
        "read lines": seconds_of(lambda: engine.read(prepared.image, quads)),
        "second look": seconds_of(lambda: look_again(lines, prepared.image, bare, engine)),
    }


def compare(n_pages: int, rounds: int) -> tuple[float, float]:
    """Ratio of processor seconds and peak memory in MB; prints medians and steps. The two take turns."""
    from rapidocr import RapidOCR

    from pipeline.read.source import content_to_source
    from pipeline.run import document_to_result, read_document
    from pipeline.settings import OcrSettings

    pages = scanned_pages(n_pages)
    source = content_to_source(pages_to_pdf(pages), "scan.pdf")
    settings = OcrSettings(use_cache=False)
    document_to_result(read_document(source, settings))  # models are loaded
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    bare = RapidOCR(params={"Global.log_level": "error"})
    bare(pages[0])
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(seconds_of(lambda: document_to_result(read_document(source, settings))))
        theirs.append(seconds_of(lambda: [bare(page) for page in pages]))
    clock, processor = (
        tuple(statistics.median(seconds[i] for seconds in side) / n_pages for side in (ours, theirs)) for i in (0, 1)
    )
    print(f"{n_pages} pages × {rounds}; seconds a page by the clock and of the processor")
    print(f"  whole job      {clock[0]:.2f} {processor[0]:.2f}; bare rapidocr {clock[1]:.2f} {processor[1]:.2f}")
    for name, seconds in steps_of(pages[0]).items():
        print(f"  {name:14s} {seconds.clock:.2f} {seconds.processor:.2f}")
    ratio = processor[0] / processor[1]
    print(f"  ratio {ratio:.2f} of processor seconds (at most {RATIO_MAX}), {clock[0] / clock[1]:.2f} by the clock")
    return ratio, memory_mb


def main() -> int:
    """Compares the two; 1 where the job is too slow or takes too much memory."""
    n_pages, rounds = (int(count) for count in sys.argv[1:3] or (N_PAGES, ROUNDS))
    print(f"{platform.machine()} {platform.system()}, Python {platform.python_version()}")
    ratio, memory_mb = compare(n_pages, rounds)
    print(f"peak memory of ours {memory_mb:.0f} MB (at most {MEMORY_MAX_MB})")
    return 0 if ratio <= RATIO_MAX and memory_mb <= MEMORY_MAX_MB else 1


if __name__ == "__main__":
    sys.exit(main())
