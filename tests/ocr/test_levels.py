"""Heads of levels whose ordinals faded."""

from __future__ import annotations

import pytest

from pipeline.document import Box, Word
from pipeline.ocr.levels import restore_levels


def row_of(*texts: str, y: float = 100.0) -> tuple[Word, ...]:
    return tuple(Word(text, Box(80.0 * i, y, 80.0 * i + 40, y + 10)) for i, text in enumerate(texts))


@pytest.mark.parametrize(
    ("read", "restored"),
    [
        (("级指标", "级指标", "三级指标"), ["一级指标", "二级指标", "三级指标"]),
        (("级指标", "级指标", "级指标"), ["一级指标", "二级指标", "三级指标"]),
        (("—级指标", "二级指标", "指标值"), ["一级指标", "二级指标", "指标值"]),
        (("一级指标", "级指标"), ["一级指标", "二级指标"]),
        (("级指标", "三级指标"), ["级指标", "三级指标"]),
        (("级指标", "指标值"), ["级指标", "指标值"]),
        (("一级指标", "级指标", "一级指标", "二级指标"), ["一级指标", "级指标", "一级指标", "二级指标"]),
        (("级指标",) * 5, ["级指标"] * 5),
    ],
)
def test_ordinals_follow_the_order_unless_one_that_is_left_speaks_against_it(
    read: tuple[str, ...], restored: list[str]
) -> None:
    assert [word.text for word in restore_levels(row_of(*read))] == restored


def test_heads_of_two_rows_are_no_row() -> None:
    words = (*row_of("级指标"), *row_of("级指标", y=200.0))
    assert restore_levels(words) == words


def test_the_alternatives_stay_one_for_each_character() -> None:
    offers = (("级", 0.9),), (("指", 0.9),), (("标", 0.9),)
    words = tuple(Word("级指标", word.box, alternatives=offers) for word in row_of("级指标", "级指标"))
    assert [word.alternatives for word in restore_levels(words)] == [
        ((("一", 1.0),), *offers),
        ((("二", 1.0),), *offers),
    ]
