"""What a text read off a picture may stand for."""

from __future__ import annotations

import pytest
from scanned import doubtful, sure

from pipeline.document import Alternatives, Cell
from pipeline.repair.candidates import Candidate, clean_numbers, exchange_scores, find_candidates, mend_points


def cell_of(text: str, readings: Alternatives) -> Cell:
    return Cell(0, 0, text, alternatives=readings)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("[10", "10"),
        ("860:00", "860.00"),
        ("S0.00", "50.00"),
        ("98%6", "98%"),
        ("97.8994", "97.89%"),
        ("100%s", "100%"),
        ("2.986.40", "2,986.40"),
        ("IO", "10"),
        ("3,.812.40", "3,812.40"),
    ],
)
def test_a_sign_that_is_no_digit_is_mended(text: str, number: str) -> None:
    assert number in set(clean_numbers(text))


@pytest.mark.parametrize("text", ["12.5", "0", "98%", "1,004.12", "-4.32", "≥95%"])
def test_a_number_stands_for_itself_alone(text: str) -> None:
    assert list(clean_numbers(text)) == [text]


@pytest.mark.parametrize("text", ["", "总分", "—", "1" * 30, "2023年"])
def test_what_is_no_number_gives_none(text: str) -> None:
    assert [number for number in clean_numbers(text) if number] == []


@pytest.mark.parametrize(
    ("text", "mended"),
    [("2.986.40", "2,986.40"), ("650,00", "650.00"), ("1,480", "1,480"), ("12..5", "12.5"), ("7.5", "7.5")],
)
def test_groups_of_three_say_which_sign_is_the_point(text: str, mended: str) -> None:
    assert mend_points(text) == mended


def test_alternatives_are_exchanged_one_or_two_at_a_time() -> None:
    readings = (("1", 0.9), ("7", 0.09)), (("3", 0.6), ("8", 0.3)), (("0", 0.999),)
    assert exchange_scores(cell_of("130", readings)) == {
        "730": pytest.approx(0.1),
        "180": pytest.approx(0.5),
        "780": pytest.approx(0.05),
    }


def test_readings_that_all_agree_offer_nothing() -> None:
    assert find_candidates(cell_of("85", sure("85")), ["85"] * 6) == []


def test_the_text_that_most_readings_give_is_clear() -> None:
    found = find_candidates(cell_of("41.06", doubtful("41.06", 4, [("5", 0.3)])), ["41.05"] * 4 + ["41.06", "41.05"])
    assert found == [Candidate("41.05", 5, round(0.3 / 0.7, 4), True)]


def test_as_many_readings_for_either_leave_it_open() -> None:
    found = find_candidates(cell_of("85", sure("85")), ["95", "95", "95", "85", "85", "95"])
    assert [(one.text, one.votes, one.is_clear) for one in found] == [("95", 4, True)]
    found = find_candidates(cell_of("85", sure("85")), ["95", "95", "95", "85", "85"])
    assert [(one.text, one.votes, one.is_clear) for one in found] == [("95", 3, False)]
