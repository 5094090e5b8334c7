"""Core F1 of the golden documents as scans: every document in every style, beside its score with a text layer.

    python benchmarks/golden_scans.py --scores scores.json --keep renders --styles jpeg fax --documents 01 17 --misses

What is in `--scores` already is not read again unless `--again`; what the recogniser read is in its cache, so that a
changed rule costs seconds, not the recognition. Prints the table of docs/measured.md, worst documents last; fails
where a file is below FLOOR of what the document gives with a text layer.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))

from golden_score import core, score_result  # noqa: E402
from render import read_sample, render  # noqa: E402
from render.scan import OTHER_STYLES, STYLES, render_scan  # noqa: E402

from pipeline.run import extract_file  # noqa: E402

GOLDEN = HERE.parent / "tests" / "golden"
FLOOR = 0.96
NATIVE = "native"
Scores = dict[str, dict[str, float]]  # document → style → F1


def document_path(name: str, style: str, seed: int, folder: Path) -> Path:
    """The file of a document in a style, drawn where `folder` has none yet."""
    path = folder / (f"{name}.{NATIVE}.pdf" if style == NATIVE else f"{name}.{style}.{seed}.pdf")
    if not path.exists():
        printed = render(read_sample(GOLDEN / f"{name}.toml"), "pdf")
        path.write_bytes(printed if style == NATIVE else render_scan(printed, style, seed))
    return path


def score_file(name: str, path: Path) -> tuple[float, list[str]]:
    """Core F1 of one file, and its misses in words."""
    gold: dict[str, Any] = json.loads((GOLDEN / f"{name}.gold.json").read_text(encoding="utf-8"))
    result = extract_file(str(path))
    tally = core(score_result(result, gold))
    return round(tally.f1, 4), [*([f"status {result.report.status}"] if result.report.error else []), *tally.misses]


def measure(asked: argparse.Namespace) -> Scores:
    """Scores of what was asked for, added to those kept; each is written as soon as it is known."""
    kept: Path = asked.scores
    scores: Scores = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    asked.keep.mkdir(parents=True, exist_ok=True)
    names = [path.stem for path in sorted(GOLDEN.glob("*.toml"))]
    for style in asked.styles:
        for name in names:
            if asked.documents and not name.startswith(tuple(asked.documents)):
                continue
            if style in scores.get(name, {}) and not asked.again:
                continue
            started = time.perf_counter()
            f1, misses = score_file(name, document_path(name, style, asked.seed, asked.keep))
            before = scores.get(name, {}).get(style)
            change = "" if before in (None, f1) else f" (before {before:.4f})"
            print(f"{name} {style} {f1:.4f}{change} {time.perf_counter() - started:.1f} s", file=sys.stderr, flush=True)
            for miss in misses if asked.misses else ():
                print(f"    {miss}", file=sys.stderr, flush=True)
            scores.setdefault(name, {})[style] = f1
            kept.write_text(json.dumps(scores, indent=1, sort_keys=True), encoding="utf-8")
    return scores


def scores_to_table(scores: Scores) -> str:
    """The scores as a table in Markdown, a row for each document."""
    styles = [style for style in (NATIVE, *STYLES) if any(style in row for row in scores.values())]
    lines = ["| document | " + " | ".join(styles) + " |", "|---" * (len(styles) + 1) + "|"]
    for name, row in sorted(scores.items()):
        shown = (f"{row[style]:.3f}" if style in row else "" for style in styles)
        lines.append(f"| {name} | " + " | ".join(shown) + " |")
    return "\n".join(lines)


def below_floor(scores: Scores) -> list[str]:
    """Files whose score is below FLOOR of what the same document gives with a text layer."""
    return [
        f"{name} {style} {f1:.4f}"
        for name, row in sorted(scores.items())
        for style, f1 in row.items()
        if f1 < FLOOR * row.get(NATIVE, 1.0)
    ]


def main() -> int:
    """Prints the table and what is below the floor; 1 where something is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--styles", nargs="+", default=[NATIVE, *STYLES], choices=[NATIVE, *STYLES, *OTHER_STYLES])
    parser.add_argument("--documents", nargs="*", default=[], help="beginnings of names; all where none is given")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scores", type=Path, default=Path("golden_scans.json"))
    parser.add_argument("--keep", type=Path, default=Path("golden_scans"), help="folder of the files as drawn")
    parser.add_argument("--again", action="store_true", help="read also what has a score")
    parser.add_argument("--misses", action="store_true", help="name each wrong field on stderr")
    scores = measure(parser.parse_args())
    low = below_floor(scores)
    print(scores_to_table(scores))
    print(f"{sum(len(row) for row in scores.values())} files, {len(low)} below {FLOOR} of the text layer's score")
    print("\n".join(low))
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
