"""Lines as recognised → words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import Ruling
from pipeline.ocr.engine import Character, RecognisedLine, rectangle
from pipeline.ocr.words import lines_to_words, widen_punctuation

WHITE = np.full((200, 400), 255, np.uint8)
NO_INK = np.zeros((200, 400), np.uint8)


def line(text: str, x0: float = 100, x1: float = 300, confidence: float = 0.98) -> RecognisedLine:
    """A line of evenly spaced characters, 20 pixels high."""
    step = 1 / len(text)
    characters = tuple(Character(c, i * step, (i + 1) * step, ((c, 0.9), ("8", 0.05))) for i, c in enumerate(text))
    return RecognisedLine(text, rectangle(x0, 90, x1, 110), confidence, characters)


def words(*lines: RecognisedLine, rulings: tuple[Ruling, ...] = (), ink: np.ndarray = NO_INK, dpi: float = 72.0):
    return lines_to_words(lines, WHITE, ink, rulings, dpi)


def test_a_line_becomes_a_word_in_points() -> None:
    (word,) = words(line("合计12.50"), dpi=144.0)
    assert (word.text, word.box) == ("合计12.50", (50, 45, 150, 55))
    assert word.confidence == 0.98


def test_a_line_across_a_border_is_cut_between_the_characters_there() -> None:
    cut = words(line("得分10分值"), rulings=(Ruling(200, 0, 200, 200),))
    assert [word.text for word in cut] == ["得分1", "0分值"]
    assert cut[0].box.x1 <= 200 <= cut[1].box.x0 + 0.01


def test_each_character_keeps_its_alternatives_through_cutting_and_stripping() -> None:
    cut = words(line(" 3 5 "), rulings=(Ruling(200, 0, 200, 200),))
    assert ["".join(a[0][0] for a in word.alternatives) for word in cut] == [word.text for word in cut]


def test_unsure_and_empty_lines_are_dropped() -> None:
    assert words(line("x", confidence=0.2), line("  ")) == ()


def test_the_box_is_drawn_to_the_ink() -> None:
    ink = NO_INK.copy()
    ink[95:106, 120:281] = 255
    (word,) = words(line("合计"), ink=ink)
    assert word.box == (120, 95, 281, 106)


def test_the_size_is_the_step_from_one_han_character_to_the_next() -> None:
    ink = NO_INK.copy()
    ink[90:110, 100:300] = 255
    (word,) = words(line("绩效目标完成情况表头", 100, 300), ink=ink)
    assert word.size == pytest.approx(20, abs=0.1)


def test_the_size_of_two_han_characters_is_their_width_where_dust_adds_to_their_height() -> None:
    ink = NO_INK.copy()
    ink[86:110, 100:140] = 255
    (word,) = words(line("评表", 100, 140), ink=ink)
    assert word.size == pytest.approx(20, abs=0.1)


def test_figures_are_not_taken_for_small_type() -> None:
    ink = NO_INK.copy()
    ink[93:107, 100:300] = 255
    (word,) = words(line("1004.12"), ink=ink)
    assert word.size == pytest.approx(14 / 0.72, abs=0.1)


@pytest.mark.parametrize("text", ["93%。", "1,004.12", "(12)"])
def test_a_stop_or_a_bracket_makes_a_line_of_figures_higher_but_its_type_no_larger(text: str) -> None:
    ink = NO_INK.copy()
    ink[92:110, 100:300] = 255
    (word,) = words(line(text), ink=ink)
    assert word.size == pytest.approx(18 / 0.87, abs=0.1)


def test_an_engine_that_does_not_place_characters_gives_whole_lines() -> None:
    bare_line = RecognisedLine("合计", rectangle(100, 90, 300, 110), 0.8)
    (word,) = words(bare_line, rulings=(Ruling(200, 0, 200, 200),))
    assert (word.text, word.alternatives) == ("合计", ())


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("资金到位:按期", "资金到位：按期"),
        ("产出指标(30分)", "产出指标（30分）"),
        ("(6分)", "（6分）"),
        ("完成,其中", "完成，其中"),
        ("1,004.12", "1,004.12"),
        ("12:30", "12:30"),
        ("≥95%", "≥95%"),
        ("90%-95%", "90%-95%"),
        ("-", "-"),
        ("(3)", "(3)"),
        ("A(b)", "A(b)"),
        ("数(1)", "数（1）"),
        ("", ""),
    ],
)
def test_punctuation_by_chinese_is_wide_and_figures_stay(read: str, meant: str) -> None:
    assert widen_punctuation(read) == meant


@given(st.text(alphabet="合计(（)）:：,，1.%≥-A ", max_size=20))
def test_widening_keeps_the_length_and_comes_to_rest(text: str) -> None:
    once = widen_punctuation(text)
    assert len(once) == len(text)
    assert [c for c in once if c.isalnum()] == [c for c in text if c.isalnum()]


def test_two_unlike_steps_give_a_size_between_them() -> None:
    places = (("姓", 0.0), ("名", 0.6), ("表", 0.8))
    characters = tuple(Character(c, x, x + 0.2, ((c, 0.9),)) for c, x in places)
    spread = RecognisedLine("姓名表", rectangle(100, 90, 300, 190), 0.98, characters)
    assert [round(word.size) for word in lines_to_words([spread], WHITE, NO_INK, (), 72.0)] == [80]
