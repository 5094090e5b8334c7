"""Scores of a CTC recogniser → characters."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.ocr.decode import MIN_ALTERNATIVE_SCORE, N_ALTERNATIVES, mean_confidence, scores_to_characters

ALPHABET = ["", "3", "8", "B", "6", "0", "O", "."]


def scores(*steps: dict[str, float]) -> np.ndarray:
    """One row of scores per step; what is not named has none. `""` is the blank."""
    table = np.zeros((len(steps), len(ALPHABET)), np.float32)
    for row, step in zip(table, steps, strict=True):
        for text, score in step.items():
            row[ALPHABET.index(text)] = score
    return table


def test_a_run_of_steps_is_one_character_and_a_blank_between_makes_two() -> None:
    steps = scores({"3": 0.9}, {"3": 0.8}, {"": 0.9}, {"3": 0.7}, {"8": 0.9})
    assert [c.text for c in scores_to_characters(steps, ALPHABET)] == ["3", "3", "8"]


def test_alternatives_come_from_the_surest_step_with_the_reading_first() -> None:
    steps = scores({"": 0.9}, {"8": 0.5, "B": 0.4}, {"8": 0.7, "3": 0.2, "B": 0.05, "": 0.05}, {"": 1.0})
    (only,) = scores_to_characters(steps, ALPHABET)
    assert only.alternatives == (("8", 0.7), ("3", 0.2), ("B", 0.05))


def test_the_reading_comes_first_even_where_another_is_as_likely() -> None:
    (only,) = scores_to_characters(scores({"8": 0.5, "3": 0.5}), ALPHABET)
    assert only.alternatives[0][0] == only.text


def test_no_more_alternatives_are_kept_than_are_of_use() -> None:
    many = dict.fromkeys(ALPHABET[1:], 0.1) | {"0": 0.4}
    (only,) = scores_to_characters(scores(many), ALPHABET)
    assert len(only.alternatives) == N_ALTERNATIVES


def test_a_reading_that_is_next_to_impossible_is_no_alternative() -> None:
    (only,) = scores_to_characters(scores({"8": 0.99, "3": MIN_ALTERNATIVE_SCORE / 2}), ALPHABET)
    assert only.alternatives == (("8", pytest.approx(0.99)),)


def test_places_are_shares_of_the_line_without_its_padding() -> None:
    steps = scores({"3": 1}, {"": 1}, {"8": 1}, {"": 1}, {"": 1}, {"": 1}, {"": 1}, {"": 1})
    first, second = scores_to_characters(steps, ALPHABET, width_share=0.5)
    assert first.x1 == second.x0 == pytest.approx((0.5 + 2.5) / 2 / 4)
    assert second.x1 == pytest.approx(3.5 / 4)


def test_characters_stand_in_order_and_do_not_overlap() -> None:
    steps = scores({"3": 1}, {"": 1}, {"8": 1}, {"6": 1}, {"": 1}, {"0": 1})
    found = scores_to_characters(steps, ALPHABET)
    edges = [v for c in found for v in (c.x0, c.x1)]
    assert edges == sorted(edges) and edges[0] >= 0 and edges[-1] <= 1


def test_blanks_alone_are_no_text() -> None:
    assert scores_to_characters(scores({"": 1}, {"": 1}), ALPHABET) == []


def test_the_confidence_of_a_line_is_the_mean_of_its_characters() -> None:
    found = scores_to_characters(scores({"3": 0.5}, {"": 1}, {"8": 1.0}), ALPHABET)
    assert mean_confidence(found) == pytest.approx(0.75)
    assert mean_confidence([]) == 0.0
