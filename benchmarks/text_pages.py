"""Character error rate of text pages read by the whole chain beside bare rapidocr with its defaults, same pictures.

    python benchmarks/text_pages.py 11:jpeg 08:fax 10:dpi100

Each argument is the number or name of a golden document and a style of `tests/render/scan.py`, drawn with seed 1
(`mixed`, of a document of one page, is a clean scan).
Only the paragraphs are drawn, not the tables; white space and the width of punctuation do not count. The bare engine's
lines are ordered by height, then from the left. Fails where the chain reads a page worse than the bare engine.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))

from render import read_sample, render  # noqa: E402
from render.sample import Line  # noqa: E402
from render.scan import pdf_to_sheets, render_scan  # noqa: E402

from pipeline.document import Paragraph  # noqa: E402
from pipeline.normalize.text import fold  # noqa: E402
from pipeline.read.source import content_to_source  # noqa: E402
from pipeline.run import read_document  # noqa: E402
from pipeline.settings import OcrSettings  # noqa: E402

GOLDEN = HERE.parent / "tests" / "golden"
SEED = 1
# at which the pictures are drawn, and given to the bare engine
DPI = {"mixed": 200.0, "fax": 200.0, "dpi100": 100.0, "jpeg": 150.0}
SAME_LINE_SHARE = 0.6  # of a line's height by which tops of one line may differ


def edit_distance(read: str, truth: str) -> int:
    """Fewest characters to insert, remove or exchange that make `read` into `truth`."""
    previous = list(range(len(truth) + 1))
    for i, character in enumerate(read, 1):
        row = [i]
        for j, wanted in enumerate(truth, 1):
            row.append(min(previous[j] + 1, row[-1] + 1, previous[j - 1] + (character != wanted)))
        previous = row
    return previous[-1]


def chain_text(pdf: bytes) -> str:
    """What the whole chain reads: the paragraphs in their order."""
    document = read_document(content_to_source(pdf, "scan.pdf"), OcrSettings())
    return "".join(block.text for block in document.blocks if isinstance(block, Paragraph))


def bare_text(pdf: bytes, dpi: float) -> str:
    """What rapidocr reads on the same pictures, line by line."""
    from rapidocr import RapidOCR

    engine = RapidOCR(params={"Global.log_level": "error"})
    text = ""
    for sheet in pdf_to_sheets(pdf, dpi):
        found = engine(sheet.pixels)
        if found.boxes is None:
            continue
        height = min(float(box[:, 1].max() - box[:, 1].min()) for box in found.boxes)
        places = [
            (round(float(box[:, 1].mean()) / (height * SAME_LINE_SHARE)), float(box[:, 0].min())) for box in found.boxes
        ]
        text += "".join(line for _, line in sorted(zip(places, found.txts, strict=True)))
    return text


def main(asked: list[str]) -> int:
    """Prints a row for each page; 1 where the chain is worse than the bare engine."""
    worse = 0
    print("| document | scan | characters | whole chain | bare engine |\n|---|---|---|---|---|")
    for name, style in (argument.split(":") for argument in asked):
        path = next(path for path in sorted(GOLDEN.glob("*.toml")) if f"{path.stem}_".startswith(f"{name}_"))
        sample = read_sample(path)
        lines = tuple(block for block in sample.blocks if isinstance(block, Line))
        truth = fold("".join(line.text for line in lines))
        scan = render_scan(render(replace(sample, blocks=lines), "pdf"), style, SEED)
        ours, theirs = (
            edit_distance(fold(text), truth) / len(truth) for text in (chain_text(scan), bare_text(scan, DPI[style]))
        )
        worse += ours > theirs
        print(f"| {path.stem} | {style} | {len(truth)} | {ours:.4f} | {theirs:.4f} |", flush=True)
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
