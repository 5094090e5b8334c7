"""Seconds per scanned page of the whole job beside bare rapidocr with its defaults, same pages, same run.

The pages are drawn here: forms and text at 200 dpi with noise. Fails where the ratio is above RATIO_MAX.
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

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from ocr.drawn import form_page

N_PAGES = 4
ROUNDS = 3
RATIO_MAX = 0.6
MEMORY_MAX_MB = 1200


def scanned_pages() -> list[np.ndarray]:
    """Pages as a scanner gives them."""
    rng = np.random.default_rng(1)
    return [
        np.clip(form_page() * 0.94 + rng.normal(0, 3, form_page().shape), 0, 255).astype(np.uint8)
        for _ in range(N_PAGES)
    ]


def pages_to_pdf(pages: list[np.ndarray]) -> bytes:
    stream = io.BytesIO()
    first, *rest = (Image.fromarray(page) for page in pages)
    first.save(stream, "PDF", resolution=200, save_all=True, append_images=rest, quality=90)
    return stream.getvalue()


def seconds_of(job: Callable[[], object]) -> float:
    started = time.perf_counter()
    job()
    return time.perf_counter() - started


def steps_of(pages: list[np.ndarray]) -> dict[str, float]:
    """Seconds per page of each step of the recogniser."""
    from pipeline.document import PageImage
    from pipeline.ocr.engine import make_engine
    from pipeline.ocr.pages import prepare_page
    from pipeline.ocr.rulings import find_rulings

    engine = make_engine()
    prepared = prepare_page(PageImage(1, pages[0], 200.0))
    quads = engine.find(prepared.image)
    return {
        "prepare": seconds_of(lambda: prepare_page(PageImage(1, pages[0], 200.0))),
        "find lines": seconds_of(lambda: engine.find(prepared.image)),
        "find rulings": seconds_of(lambda: find_rulings(prepared.image, prepared.dpi)),
        "read lines": seconds_of(lambda: engine.read(prepared.image, quads)),
    }


def main() -> int:
    """Prints medians and steps; 1 where the job is too slow or takes too much memory. The two take turns."""
    from pipeline.read.source import content_to_source
    from pipeline.run import document_to_result, read_document
    from pipeline.settings import OcrSettings

    pages = scanned_pages()
    source = content_to_source(pages_to_pdf(pages), "scan.pdf")
    settings = OcrSettings(use_cache=False)
    document_to_result(read_document(source, settings))  # models are loaded
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    from rapidocr import RapidOCR

    bare = RapidOCR(params={"Global.log_level": "error"})
    bare(pages[0])
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(seconds_of(lambda: document_to_result(read_document(source, settings))) / N_PAGES)
        theirs.append(seconds_of(lambda: [bare(page[:, :, ::-1]) for page in pages]) / N_PAGES)
    ratio = statistics.median(ours) / statistics.median(theirs)
    print(f"{platform.machine()} {platform.system()}, Python {platform.python_version()}, {N_PAGES} pages × {ROUNDS}")
    print(f"whole job {statistics.median(ours):.2f} s a page, bare rapidocr {statistics.median(theirs):.2f} s")
    for name, seconds in steps_of(pages).items():
        print(f"  {name:14s} {seconds:.2f} s")
    print(f"ratio {ratio:.2f} (at most {RATIO_MAX}), peak memory {memory_mb:.0f} MB (at most {MEMORY_MAX_MB})")
    return 0 if ratio <= RATIO_MAX and memory_mb <= MEMORY_MAX_MB else 1


if __name__ == "__main__":
    sys.exit(main())
