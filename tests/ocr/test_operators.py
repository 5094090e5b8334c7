"""Lone signs in a column of operators."""

from __future__ import annotations

import pytest

from pipeline.ocr.engine import Character, RecognisedLine, rectangle
from pipeline.ocr.operators import settle_operator_columns

Offers = tuple[tuple[str, float], ...]


def sign_at(row: int, *offers: tuple[str, float], x: float = 100.0) -> RecognisedLine:
    text = offers[0][0]
    quad = rectangle(x, 50.0 * row, x + 20, 50.0 * row + 24)
    return RecognisedLine(text, quad, offers[0][1], (Character(text, 0.0, 1.0, offers),))


COLUMN = (sign_at(0, ("≥", 0.9)), sign_at(1, ("=", 0.9)))


@pytest.mark.parametrize(
    ("offers", "text"),
    [
        ((("7", 0.81), (">", 0.12)), ">"),
        ((("2", 0.92), ("≥", 0.06), (">", 0.01)), "≥"),
        ((("2", 0.9), (">", 0.06), ("≥", 0.01)), "≥"),
        ((("二", 0.5), ("=", 0.46)), "="),
        ((("2", 0.99), ("≥", 0.005)), "2"),
        ((("1", 0.9), ("=", 0.05)), "1"),
        ((("-", 0.9), ("=", 0.05)), "-"),
    ],
)
def test_in_a_column_of_operators_a_sign_that_may_be_one_is(offers: Offers, text: str) -> None:
    assert settle_operator_columns([*COLUMN, sign_at(2, *offers)])[2].text == text


def test_outside_such_a_column_only_much_doubt_makes_it_one() -> None:
    assert settle_operator_columns([*COLUMN, sign_at(2, ("2", 0.92), ("≥", 0.06), x=300.0)])[2].text == "2"
    assert settle_operator_columns([sign_at(2, ("2", 0.6), ("≥", 0.3))])[0].text == "≥"


def test_an_operator_that_was_read_unsurely_counts_in_its_column() -> None:
    read = (*COLUMN, sign_at(2, ("≤", 0.32), ("C", 0.2)))
    assert settle_operator_columns(read)[2].confidence == 0.6


def test_the_reading_that_was_replaced_stays_among_the_alternatives() -> None:
    settled = settle_operator_columns([*COLUMN, sign_at(2, ("7", 0.8), (">", 0.12))])[2]
    assert settled.characters[0].alternatives == ((">", 0.6), ("7", 0.8))
