"""Words broken over the lines of a cell."""

from __future__ import annotations

import pytest

from pipeline.document import Box, Ruling, Word
from pipeline.ocr.broken_words import respell_broken


def word(text: str, x0: float, y0: float, *readings: dict[str, float]) -> Word:
    """A word in type of 10 points, the last of its characters with other readings."""
    sure = [((c, 1.0),) for c in text[: len(text) - len(readings)]]
    doubtful = [tuple(choices.items()) for choices in readings]
    return Word(text, Box(x0, y0, x0 + 10 * len(text), y0 + 10), alternatives=(*sure, *doubtful))


ABOVE = word("主管部", 50, 100)
BROKEN = word("内", 50, 112, {"内": 0.8, "门": 0.1})


def test_the_end_of_a_label_is_spelt_with_the_line_above() -> None:
    assert [w.text for w in respell_broken([ABOVE, BROKEN], ())] == ["主管部", "门"]


def test_the_beginning_of_a_label_is_spelt_with_the_line_below() -> None:
    begun = word("主管部", 50, 100)
    begun = Word("主营部", begun.box, alternatives=((("主", 1.0),), (("营", 0.6), ("管", 0.3)), (("部", 1.0),)))
    assert [w.text for w in respell_broken([begun, word("门", 50, 112)], ())] == ["主管部", "门"]


@pytest.mark.parametrize(
    ("words", "rulings"),
    [
        ([ABOVE, BROKEN], [Ruling(40, 111, 90, 111)]),
        ([word("主管部", 50, 60), BROKEN], []),
        ([word("主管部", 80, 100), BROKEN], []),
        ([ABOVE, word("内", 50, 112)], []),
    ],
    ids=["a ruling between them", "too far above", "beside it", "sure"],
)
def test_what_is_no_part_of_one_word_stays_as_it_was_read(words: list[Word], rulings: list[Ruling]) -> None:
    assert respell_broken(words, rulings) == tuple(words)


def test_long_lines_are_left_alone() -> None:
    line = word("本年度共完成采购内", 50, 112, {"内": 0.8, "门": 0.1})
    assert respell_broken([word("部", 130, 100), line], ()) == (word("部", 130, 100), line)
