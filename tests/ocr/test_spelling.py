"""Doubtful 汉字 exchanged for the reading that makes a known word."""

from __future__ import annotations

import pytest

from pipeline.ocr.spelling import known_words, respell


def alternatives(*characters: str | dict[str, float]) -> list[tuple[tuple[str, float], ...]]:
    """Alternatives of a word: a sure character, or readings with their scores."""
    return [((c, 1.0),) if isinstance(c, str) else tuple(c.items()) for c in characters]


def spelt(*characters: str | dict[str, float]) -> str:
    return "".join(choices[0][0] for choices in respell(alternatives(*characters)))


def test_the_reading_that_makes_a_known_word_stands() -> None:
    assert spelt("部", {"内": 0.88, "门": 0.1}, "预", "算") == "部门预算"


def test_the_old_form_of_a_character_gives_way_to_the_one_of_the_forms() -> None:
    assert spelt("主", "管", "部", {"門": 0.84, "门": 0.12}) == "主管部门"


def test_a_character_offered_in_its_old_form_alone_is_written_in_the_new_one() -> None:
    assert spelt("主", "管", "部", {"內": 0.65, "内": 0.26, "門": 0.04}) == "主管部门"


def test_a_place_that_exists_stands_for_one_that_does_not() -> None:
    assert spelt({"婴": 0.6, "婺": 0.3}, "源", "县", "水", "利", "局") == "婺源县水利局"


@pytest.mark.parametrize(
    "characters",
    [
        ("部", {"内": 0.995, "门": 0.004}, "预", "算"),
        ("部", {"内": 0.9}, "预", "算"),
        ("部", {"内": 0.9, "肉": 0.09}, "预", "算"),
        ("预", {"算": 0.7, "箅": 0.3}),
        ({"8": 0.6, "3": 0.4}, "分"),
    ],
    ids=["sure", "not offered", "no word either", "a word already", "a figure"],
)
def test_what_was_read_stays_where_nothing_better_is_known(characters: tuple[str | dict[str, float], ...]) -> None:
    assert respell(alternatives(*characters)) == tuple(alternatives(*characters))


def test_the_reading_that_gave_way_stays_among_the_alternatives() -> None:
    assert respell(alternatives("部", {"内": 0.88, "门": 0.1}))[1] == (("门", 0.1), ("内", 0.88))


def test_characters_without_alternatives_are_left_alone() -> None:
    assert respell([(), (("门", 0.5), ("内", 0.4))]) == ((), (("门", 0.5), ("内", 0.4)))


def test_words_are_known_from_labels_terms_and_places() -> None:
    assert {"主管部门", "执行率", "婺源县"} <= known_words()


@pytest.mark.parametrize(
    ("last", "text"),
    [
        ({"枝": 0.5, "支": 0.4}, "4支"),
        ({"喵": 0.7, "亩": 0.2}, "4亩"),
        ({"枝": 0.9, "支": 0.01}, "4枝"),
        ({"个": 0.6, "支": 0.4}, "4个"),
        ({"分": 0.6, "份": 0.4}, "4分"),
        ({"天": 0.6, "人": 0.4}, "4天"),
        ({"万": 0.6, "方": 0.4}, "4万"),
        ({"枝": 0.99, "支": 0.06}, "4枝"),
    ],
    ids=["offered", "no unit", "hardly offered", "a unit already", "points", "time", "ten thousand", "sure"],
)
def test_behind_a_figure_a_counted_unit_is_meant(last: dict[str, float], text: str) -> None:
    assert spelt("4", last) == text


def test_a_grade_below_or_behind_a_score_is_no_unit() -> None:
    assert spelt("9", "5", {"优": 0.9, "份": 0.06}) == "95优"


@pytest.mark.parametrize(
    ("stroke", "unit", "text"),
    [
        ({"l": 0.7, "1": 0.28}, "起", "1起"),
        ({"|": 0.7, "1": 0.28}, "次", "1次"),
        ({"l": 0.7, "1": 0.01}, "起", "l起"),
        ({"l": 0.7, "1": 0.28}, "型", "l型"),
    ],
    ids=["a letter", "a bar", "hardly offered", "no unit"],
)
def test_a_stroke_before_a_unit_is_a_one(stroke: dict[str, float], unit: str, text: str) -> None:
    assert spelt(stroke, unit) == text
