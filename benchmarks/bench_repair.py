"""Misread numbers of degraded documents before and after their repair, and how sure the dataset says it is.

Golden documents, and documents into which contradictions were planted, are printed, degraded more than an office would
(66 to 130 dpi, strong JPEG, blur, grain, fax) and read. The truth of each number is the text layer of the same print:
a contradiction that was planted is true, and changing it would be a false repair. Fails where there is one.

    python benchmarks/bench_repair.py [--keep FOLDER] [--styles jpeg10,blur] [--only PATTERN] [--fit]

`--keep` keeps the pages once read, so that a change of the repair costs no OCR. `--fit` prints models/confidence.toml.
"""

from __future__ import annotations

import argparse
import itertools
import pickle
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "audit"))

from audit_cases import read_cases, text_to_sample
from render import read_sample, render
from render.scan import STYLES, Pixels, Sheet, Style, bind, fax, pdf_to_sheets, picture_of, render_scan, scanner

from pipeline.document import Box, Cell, Document, Page
from pipeline.normalize.number import parse_number
from pipeline.normalize.text import fold

TESTS = Path(__file__).parent.parent / "tests"
SEED = 1
NUMERIC = re.compile(r"[-+]?[\d.,]*\d[\d.,]*%?")
PLANTED = "audit:"
BINS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 1.01)
STEPS = (
    0.0,
    0.3,
    0.5,
    0.6,
    0.7,
    0.8,
    0.9,
    0.95,
    0.98,
    0.99,
    0.995,
    0.998,
    0.999,
)  # scores that confidence is fitted on


def _coarse(sheet: Sheet, rng: np.random.Generator) -> Pixels:
    return scanner(sheet.pixels, rng, blur_px=0.5, noise=5.0)


def _grainy(sheet: Sheet, rng: np.random.Generator) -> Pixels:
    return scanner(sheet.pixels, rng, blur_px=0.9, noise=20.0)


def _blurred(sheet: Sheet, rng: np.random.Generator) -> Pixels:
    return scanner(sheet.pixels, rng, blur_px=1.15, noise=6.0)


HARSH = {
    "dpi66": Style(66.0, _coarse, jpeg_quality=70),
    "jpeg10": Style(100.0, _coarse, jpeg_quality=14),
    "noise": Style(110.0, _grainy, jpeg_quality=60),
    "blur": Style(110.0, _blurred, jpeg_quality=60),
    "fax130": Style(130.0, fax, two_level=True),
}


@dataclass(frozen=True)
class Scan:
    """A degraded document as it was read: its print, and each page with its picture and resolution."""

    name: str
    style: str
    pdf: bytes
    pages: list[tuple[Page, Any, float]]


@dataclass(frozen=True)
class Place:
    """One printed cell: as printed, as read (None: no cell), as repaired, and how sure the dataset was."""

    printed: str
    read: str | None
    repaired: str | None
    is_broken: bool
    confidence: float | None
    kind: str | None
    least_score: float | None

    @property
    def is_number(self) -> bool:
        return NUMERIC.fullmatch(self.printed) is not None

    @property
    def was_right(self) -> bool:
        return self.read is not None and same(self.read, self.printed)

    @property
    def is_right(self) -> bool:
        return self.was_right if self.repaired is None else same(self.repaired, self.printed)


def same(one: str, other: str) -> bool:
    return value_of(one) == value_of(other)


def value_of(text: str) -> tuple[Decimal, bool] | str:
    """A text's number and whether it is a percentage; the text where it is no number."""
    text = fold(text)
    number = parse_number(text.rstrip("%"))
    return text if number is None else (number, text.endswith("%"))


def print_names() -> list[str]:
    """Golden documents by name, and those with a planted contradiction and a table."""
    golden = [path.stem for path in sorted((TESTS / "golden").glob("*.toml"))]
    cases = [case for file in ("forms.toml", "reports.toml") for case in read_cases(file)]
    return golden + [PLANTED + case.name for case in cases if case.expect and "|" in case.text]


def print_of(name: str) -> bytes:
    """The document as a PDF with text."""
    if not name.startswith(PLANTED):
        return render(read_sample(TESTS / "golden" / f"{name}.toml"), "pdf")
    cases = [case for file in ("forms.toml", "reports.toml") for case in read_cases(file)]
    return render(
        text_to_sample("document", next(case.text for case in cases if case.name == name.removeprefix(PLANTED))), "pdf"
    )


def degrade(pdf: bytes, style: str) -> bytes:
    if style in STYLES:
        return render_scan(pdf, style, SEED)
    rng = np.random.default_rng(SEED)
    return bind([picture_of(HARSH[style], sheet, rng) for sheet in pdf_to_sheets(pdf, HARSH[style].dpi)], HARSH[style])


def read_scan(name: str, style: str, keep: Path | None) -> Scan:
    """The scan of a document as it is read; from `keep` where it was read before."""
    kept = keep / f"{name.replace('/', '_')}__{style}.pkl" if keep else None
    if kept and kept.exists():
        pdf, pages = pickle.loads(kept.read_bytes())
        return Scan(name, style, pdf, pages)
    pdf = print_of(name)
    pages = list(_read_pages(degrade(pdf, style)))
    if kept:
        part = kept.with_suffix(".part")
        part.write_bytes(pickle.dumps((pdf, pages)))
        part.replace(kept)
    return Scan(name, style, pdf, pages)


def _read_pages(scanned: bytes) -> Iterator[tuple[Page, Any, float]]:
    from pipeline.ocr import prepare_upright
    from pipeline.pages import read_all_pages
    from pipeline.read.source import content_to_source
    from pipeline.repair.reader import page_picture
    from pipeline.settings import OcrSettings

    source = content_to_source(scanned, "scan.pdf")
    for page, _ in read_all_pages(source, OcrSettings()):
        picture = page_picture(source, page.number)
        assert picture is not None
        upright = prepare_upright(picture, OcrSettings())
        yield page, upright.image, upright.dpi


def places_of(scan: Scan) -> list[Place]:
    """Every printed cell of a scan with what became of it."""
    from pipeline.audit import find_findings
    from pipeline.extract import read_report
    from pipeline.layout.markdown import blocks_to_markdown, table_cells
    from pipeline.layout.people import withhold_people
    from pipeline.ocr import _engine
    from pipeline.ocr.second import read_cells_again
    from pipeline.pages import pages_to_blocks
    from pipeline.read.pdf import read_pages
    from pipeline.read.source import content_to_source
    from pipeline.repair import repair_result
    from pipeline.repair.confidence import rate_confidence
    from pipeline.repair.identities import find_identities
    from pipeline.repair.patches import cells_by_key
    from pipeline.repair.stage import find_suspects, is_repairable
    from pipeline.settings import OcrSettings

    def read_again(page: int, boxes: Sequence[Box]) -> list[tuple[str, ...]]:
        _, image, dpi = scan.pages[page - 1]
        return read_cells_again(image, dpi, boxes, _engine(OcrSettings()))

    source = content_to_source(scan.pdf, "print.pdf")
    blocks = tuple(withhold_people(tuple(pages_to_blocks(page for page, _, _ in scan.pages))))
    document = Document(source, blocks, n_pages=len(scan.pages), n_ocr_pages=len(scan.pages))
    result = replace(read_report(document, "bench"), text=blocks_to_markdown(blocks)[0], tables=table_cells(blocks))
    result = replace(result, findings=find_findings(result))
    broken = {ref for one in find_identities(result) if one.state == "broken" for ref in one.refs}
    cells = {key: cell for key, cell in cells_by_key(document).items() if is_repairable(cell)}
    suspects = {(cells[key].page, cells[key].box) for key in find_suspects(result, broken, cells)}
    final = rate_confidence(document, repair_result(document, result, read_again))
    repaired = {(one.page, one.box): one.expected for one in final.findings if one.check == "ocr_repair"}
    sure = {(cell.page, cell.box): cell.confidence for cell in final.tables}
    kinds = kinds_by_place(document, final)
    read = [cell for _, table in document.tables() for cell in table.cells if cell.box]
    numbers = []
    for printed in native_cells(list(read_pages(source))):
        found = next((cell for cell in read if is_at(cell, printed)), None)
        place = (found.page, found.box) if found else None
        least = min((options[0][1] for options in found.alternatives if options), default=None) if found else None
        numbers.append(
            Place(
                fold(printed.text),
                fold(found.text) if found else None,
                repaired.get(place) if place else None,
                place in suspects,
                sure.get(place) if place and found and fold(found.text) else None,
                kinds.get(place) if place else None,
                least,
            )
        )
    return numbers


def kinds_by_place(document: Document, result: Any) -> dict[tuple[int | None, Box | None], str]:
    from pipeline.repair.confidence import kinds_of
    from pipeline.repair.patches import cells_by_key

    cells = {key: cell for key, cell in cells_by_key(document).items() if cell.alternatives}
    by_text: dict[Any, list[Any]] = {}
    for key, cell in cells.items():
        by_text.setdefault((cell.page, fold(cell.text)), []).append((key, cell))
    return {(cell.page, cell.box): kind for cell, kind in kinds_of(cells, by_text, result).values()}


def native_cells(pages: Sequence[Page]) -> list[Cell]:
    """The cells of a print that hold text."""
    from pipeline.tables import find_page_tables

    cells = [cell for page in pages for table in find_page_tables(page) for cell in table.cells]
    return [cell for cell in cells if cell.box and fold(cell.text)]


def is_at(cell: Cell, printed: Cell) -> bool:
    """Whether a cell as read has its middle in the printed one."""
    own, box = printed.box, cell.box
    if own is None or box is None or cell.page != printed.page:
        return False
    return own.x0 <= (box.x0 + box.x1) / 2 <= own.x1 and own.y0 <= (box.y0 + box.y1) / 2 <= own.y1


def count(numbers: Sequence[Place]) -> Counter[str]:
    """What is reported of a set of numbers."""
    tally: Counter[str] = Counter()
    for number in (place for place in numbers if place.is_number):
        tally["numbers"] += 1
        tally["right before"] += number.was_right
        tally["right after"] += number.is_right
        tally["wrong in a broken identity"] += number.is_broken and not number.was_right
        tally["repaired"] += not number.was_right and number.is_right
        tally["false repairs"] += number.repaired is not None and not number.is_right
    return tally


def is_held_out(name: str) -> bool:
    """Whether a document is kept from the fit: every second golden one. Planted ones share their base texts."""
    return not name.startswith(PLANTED) and int(name[:2]) % 2 == 0


def fit(places: Sequence[Place]) -> tuple[list[float], list[float]]:
    """Scores and the shares of places read right from each on, never falling (pool adjacent violators)."""
    pools: list[tuple[float, float, float]] = []  # first score, right, n
    for low, high in zip(STEPS, (*STEPS[1:], 1.01), strict=True):
        inside = [n for n in places if n.least_score is not None and low <= n.least_score < high]
        if not inside:
            continue
        pools.append((low, float(sum(n.is_right for n in inside)), float(len(inside))))
        while len(pools) > 1 and pools[-2][1] / pools[-2][2] >= pools[-1][1] / pools[-1][2]:
            last = pools.pop()
            first = pools.pop()
            pools.append((first[0], first[1] + last[1], first[2] + last[2]))
    starts = [0.0, *(start for start, _, _ in pools[1:])]
    return starts, [round((right + 1) / (n + 2), 3) for _, right, n in pools]  # never quite sure of anything


def print_reliability(numbers: Sequence[Place]) -> None:
    """Claimed against observed, for numbers of documents that were not used for the fit."""
    rated = [n for n in numbers if n.confidence is not None and n.is_number]
    for low, high in itertools.pairwise(BINS):
        inside = [n for n in rated if low <= (n.confidence or 0.0) < high]
        if inside:
            claimed = sum(n.confidence or 0.0 for n in inside) / len(inside)
            right = sum(n.is_right for n in inside) / len(inside)
            print(f"| {low:.2f}–{min(high, 1.0):.2f} | {len(inside)} | {claimed:.3f} | {right:.3f} |")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--styles", default="jpeg10,blur")
    parser.add_argument("--only", default=".")
    parser.add_argument("--kept", action="store_true", help="only scans that were read before")
    parser.add_argument("--fit", action="store_true")
    asked = parser.parse_args()
    found: list[tuple[str, str, list[Place]]] = []
    for style in asked.styles.split(","):
        for name in print_names():
            kept = asked.keep / f"{name.replace('/', '_')}__{style}.pkl" if asked.keep else None
            if re.search(asked.only, name) and not (asked.kept and not (kept and kept.exists())):
                found.append((name, style, places_of(read_scan(name, style, asked.keep))))
    groups: dict[str, list[Place]] = {}
    for name, style, numbers in found:
        group = f"{style}, planted" if name.startswith(PLANTED) else style
        groups.setdefault(group, []).extend(numbers)
    groups["all"] = [number for _, _, numbers in found for number in numbers]
    for group, numbers in groups.items():
        print(group, dict(count(numbers)))
    if asked.fit:
        for kind in ("proven", "number", "text"):
            used = [n for name, _, ns in found if not is_held_out(name) for n in ns if n.kind == kind]
            starts, shares = fit(used)
            print(f"[{kind}]  # {len(used)} cells\nleast_score = {starts}\nright = {shares}")
    print_reliability([n for name, _, ns in found if is_held_out(name) for n in ns])
    return 1 if count(groups["all"])["false repairs"] else 0


if __name__ == "__main__":
    sys.exit(main())
