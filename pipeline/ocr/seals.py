"""What a lifted seal leaves: strokes of its letters and star that look like figures to a recogniser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.ocr.spelling import HAN

if TYPE_CHECKING:
    from pipeline.ocr.engine import Image, RecognisedLine

MAX_TRACE = 6  # characters
MIN_CONFIDENCE = 0.75  # below it a figure under a seal is taken for a trace: a wrong number is worse than none


def drop_seal_traces(lines: Sequence[RecognisedLine], seals: Image | None) -> list[RecognisedLine]:
    """The lines without short ones of figures or signs, read unsurely, whose middle lies where a seal was taken off.

    `seals` is 255 there; None where the page had no seal.
    """
    if seals is None:
        return list(lines)
    return [line for line in lines if not (is_doubtful(line) and _is_sealed(line, seals))]


def is_doubtful(line: RecognisedLine) -> bool:
    """Whether a line is short, has no 汉字 and was read unsurely."""
    return len(line.text) <= MAX_TRACE and line.confidence < MIN_CONFIDENCE and not HAN.search(line.text)


def _is_sealed(line: RecognisedLine, seals: Image) -> bool:
    x0, y0, x1, y1 = line.quad.extent
    height, width = seals.shape
    x, y = min(max(round((x0 + x1) / 2), 0), width - 1), min(max(round((y0 + y1) / 2), 0), height - 1)
    return bool(seals[y, x])
