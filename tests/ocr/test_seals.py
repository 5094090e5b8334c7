"""What a lifted seal leaves, read as figures."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.ocr.engine import RecognisedLine, rectangle
from pipeline.ocr.seals import drop_seal_traces

SEALS = np.zeros((200, 400), np.uint8)
SEALS[:, 200:] = 255


def line_at(x: float, text: str, confidence: float) -> RecognisedLine:
    return RecognisedLine(text, rectangle(x, 50, x + 60, 80), confidence)


@pytest.mark.parametrize(
    ("line", "is_kept"),
    [
        (line_at(250, "9421", 0.67), False),
        (line_at(250, "LA/4", 0.6), False),
        (line_at(250, "94.21", 0.98), True),
        (line_at(20, "9421", 0.67), True),
        (line_at(250, "合计", 0.67), True),
        (line_at(250, "9421 3000", 0.67), True),
    ],
    ids=["figures", "signs", "sure", "beside the seal", "text", "long"],
)
def test_only_doubtful_figures_under_a_seal_are_dropped(line: RecognisedLine, is_kept: bool) -> None:
    assert drop_seal_traces([line], SEALS) == ([line] if is_kept else [])


def test_a_page_without_a_seal_keeps_its_lines() -> None:
    assert drop_seal_traces([line_at(250, "9421", 0.67)], None) == [line_at(250, "9421", 0.67)]
