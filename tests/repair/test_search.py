"""What proves a repair."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from scanned import read, scanned_form

from pipeline.repair.candidates import Candidate
from pipeline.repair.identities import Identity, find_identities
from pipeline.repair.patches import CellKey, Number, apply_patch, find_patch
from pipeline.repair.search import Change, count_independent, find_repairs

WEIGHT = "evaluations:1/indicators:2.weight"
EXECUTED = "evaluations:1/funds:1.executed"
WRONG = read(scanned_form({(8, 5): "16"}))


def change(text: str, *, is_clear: bool = False) -> Change:
    return Change(CellKey(0, 0), Candidate(text, 3, 0.5, is_clear), {WEIGHT: Number(text, Decimal(text))})


def test_no_identity_of_a_form_that_adds_up_is_broken() -> None:
    identities = find_identities(read(scanned_form()))
    assert [one for one in identities if one.state == "broken"] == []
    assert {one.kind for one in identities if one.proves and one.state == "holds"} == {
        "execution_rate",
        "level_weight",
        "parts_sum",
        "scores_sum",
        "weights_sum",
    }


def test_a_wrong_number_breaks_what_it_takes_part_in_and_nothing_else() -> None:
    result = read(scanned_form({(3, 4): "76.60"}))
    broken = [one for one in find_identities(result) if one.state == "broken"]
    assert {one.kind for one in broken} == {"execution_rate", "parts_sum"}
    assert all(EXECUTED in one.refs for one in broken)


def test_identities_with_the_same_other_numbers_are_one() -> None:
    one = Identity("parts_sum", ("a", "b", "c"), "holds")
    again = Identity("change_amount", ("c", "b", "a"), "holds")
    other = Identity("execution_rate", ("a", "d"), "holds")
    assert count_independent([one, again], {"a"}) == 1
    assert count_independent([one, again, other], {"a"}) == 2


def test_the_change_that_mends_all_is_found() -> None:
    (repair,) = find_repairs(WRONG, [change("15"), change("10")])
    assert [one.candidate.text for one in repair.changes] == ["15"]
    assert {one.kind for one in repair.proofs[0]} == {"level_weight", "weights_sum"}


def test_a_change_that_mends_nothing_is_no_repair() -> None:
    assert find_repairs(WRONG, [change("19", is_clear=True)]) == []
    assert find_repairs(read(scanned_form()), [change("16", is_clear=True)]) == []


def test_a_patch_holds_the_numbers_that_differ_and_their_texts() -> None:
    patch = find_patch(WRONG, read(scanned_form()))
    assert patch == {WEIGHT: Number("15", Decimal(15))}
    assert apply_patch(WRONG, patch).evaluations[0].indicators[1].weight_raw == "15"
    assert apply_patch(WRONG, patch, keep_raw=True).evaluations[0].indicators[1].weight_raw == "16"


def test_results_that_differ_in_more_than_numbers_give_no_patch() -> None:
    assert find_patch(WRONG, read(scanned_form({(8, 5): "15", (8, 2): "更换灯罩"}))) is None
    fewer = replace(WRONG.evaluations[0], indicators=WRONG.evaluations[0].indicators[:-1])
    assert find_patch(WRONG, replace(WRONG, evaluations=(fewer,))) is None
