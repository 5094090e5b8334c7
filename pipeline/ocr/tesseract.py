"""tesseract, where it is installed with Chinese: the engine `tesseract`, a fallback: it misreads ten times as often."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import DependencyError
from pipeline.ocr.detect import crop_line
from pipeline.ocr.engine import Quad, RecognisedLine, rectangle
from pipeline.ocr.opencv import cv2

if TYPE_CHECKING:
    from pipeline.ocr.engine import Image

LANGUAGE = "chi_sim"
INSTALL = "apt-get install tesseract-ocr tesseract-ocr-chi-sim"
TIMEOUT_S = 300
PAGE_LAYOUT = "3"  # of a whole page
ONE_LINE_LAYOUT = "7"
LINE_PAD_PX = 8
WORD_LEVEL = "5"


class TesseractEngine:
    """Lines and texts by tesseract. Raises DependencyError where it or its Chinese model is missing."""

    name = "tesseract"

    def __init__(self, threads: int = 1) -> None:
        program = shutil.which("tesseract")
        if program is None:
            raise DependencyError(f"没有 tesseract：请运行 {INSTALL}")
        self._program = program
        self._environment = {**os.environ, "OMP_THREAD_LIMIT": str(threads)}
        languages = subprocess.run([program, "--list-langs"], capture_output=True, text=True, check=False).stdout
        if LANGUAGE not in languages.split():
            raise DependencyError(f"tesseract 没有中文模型：请运行 {INSTALL}")

    @cached_property
    def version(self) -> str:
        shown = subprocess.run([self._program, "--version"], capture_output=True, text=True, check=False).stdout
        return shown.split("\n", 1)[0]

    def find(self, image: Image) -> list[Quad]:
        with tempfile.TemporaryDirectory() as folder:
            return rows_to_quads(self._run([_save(image, Path(folder) / "page.png")], PAGE_LAYOUT))

    def read(self, image: Image, quads: Sequence[Quad] | None = None) -> list[RecognisedLine]:
        lines = self.find(image) if quads is None else quads
        if not lines:
            return []
        with tempfile.TemporaryDirectory() as folder:
            crops = [_save(_padded(crop_line(image, quad)), Path(folder) / f"{i}.png") for i, quad in enumerate(lines)]
            rows = self._run(crops, ONE_LINE_LAYOUT)
        return rows_to_lines(rows, lines)

    def _run(self, images: Sequence[Path], layout: str) -> list[dict[str, str]]:
        """tesseract's table of words for all `images`, read by one process."""
        listed = images[0].with_name("images.txt")
        listed.write_text("".join(f"{image}\n" for image in images), encoding="utf-8")
        command = [self._program, str(listed), "stdout", "-l", LANGUAGE, "--psm", layout, "tsv"]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=TIMEOUT_S, check=True, env=self._environment
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            raise DependencyError("tesseract 运行失败：请检查安装，或改用 --engine rapid") from error
        return list(csv.DictReader(io.StringIO(done.stdout), delimiter="\t", quoting=csv.QUOTE_NONE))


def rows_to_quads(rows: Sequence[dict[str, str]]) -> list[Quad]:
    """The lines of a page: the boxes around the words that tesseract puts in one line."""
    lines: dict[tuple[str, ...], list[tuple[int, int, int, int]]] = defaultdict(list)
    for row in rows:
        if row["level"] == WORD_LEVEL and row["text"].strip():
            x, y, w, h = (int(row[column]) for column in ("left", "top", "width", "height"))
            lines[tuple(row[c] for c in ("block_num", "par_num", "line_num"))].append((x, y, x + w, y + h))
    sides = [tuple(zip(*boxes, strict=True)) for boxes in lines.values()]
    return [rectangle(min(lefts), min(tops), max(rights), max(bottoms)) for lefts, tops, rights, bottoms in sides]


def rows_to_lines(rows: Sequence[dict[str, str]], quads: Sequence[Quad]) -> list[RecognisedLine]:
    """One line for each quad, from words that carry the number of the quad's picture (from 1)."""
    words: dict[int, list[tuple[str, float]]] = defaultdict(list)
    for row in rows:
        if row["level"] == WORD_LEVEL and row["text"].strip():
            words[int(row["page_num"])].append((row["text"], max(0.0, float(row["conf"])) / 100))
    return [
        RecognisedLine(
            "".join(text for text, _ in words[i]),
            quad,
            sum(score for _, score in words[i]) / len(words[i]) if words[i] else 0.0,
        )
        for i, quad in enumerate(quads, start=1)
    ]


def _padded(crop: Image) -> Image:
    """The line with paper around it, without which tesseract sees nothing."""
    padded: Image = cv2.copyMakeBorder(crop, *(LINE_PAD_PX,) * 4, cv2.BORDER_CONSTANT, value=(255, 255, 255))
    return padded


def _save(image: Image, path: Path) -> Path:
    cv2.imwrite(str(path), image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    return path
