"""A checker's ticks beside figures."""

from __future__ import annotations

import pytest

from pipeline.document import Box, Word
from pipeline.ocr.ticks import take_off_ticks


def word_at(text: str, x0: float, x1: float, y0: float = 100.0) -> Word:
    return Word(text, Box(x0, y0, x1, y0 + 10), alternatives=tuple(((char, 0.9),) for char in text))


@pytest.mark.parametrize(
    ("read", "left"),
    [
        ("10√", "10"),
        ("98.81 √", "98.81"),
        ("≥96%✓", "≥96%"),
        ("2个√", "2个"),
        ("88%/", "88%/"),
        ("10/", "10/"),
        ("√", "√"),
        ("是√", "是√"),
        ("□是√否", "□是√否"),
    ],
)
def test_only_behind_a_figure_a_tick_goes(read: str, left: str) -> None:
    (word,) = take_off_ticks((word_at(read, 10, 50),))
    assert word.text == left
    assert len(word.alternatives) == len(left)


@pytest.mark.parametrize(
    ("tick", "texts"),
    [
        (word_at("√", 42, 52, 97.0), ["912.50"]),
        (word_at("√", 80, 90), ["912.50", "√"]),
        (word_at("√", 42, 52, 130.0), ["912.50", "√"]),
        (word_at("√", 0, 6), ["912.50", "√"]),
    ],
    ids=["hard by", "far", "below", "before"],
)
def test_a_tick_of_its_own_goes_where_it_stands_hard_by_a_figure(tick: Word, texts: list[str]) -> None:
    assert [word.text for word in take_off_ticks((word_at("912.50", 10, 40), tick))] == texts
