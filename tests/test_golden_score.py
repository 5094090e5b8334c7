"""The scorer of the golden documents, and the gold files themselves."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from golden_score import CORE, Tally, align, by_name, core, differences, same

GOLDEN = Path(__file__).parent / "golden"
GOLD_FILES = sorted(GOLDEN.glob("*.gold.json"))


def read_gold(path: Path) -> dict[str, Any]:
    gold: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return gold


def contradicts_itself(path: Path) -> bool:
    """Whether gold names a total that differs from its parts."""
    return any(f["check"] == "scores_sum" for f in read_gold(path)["findings"])


CONSISTENT = [path for path in GOLD_FILES if not contradicts_itself(path)]


def test_a_right_row_scores_one_and_a_wrong_field_counts_against_both_sides() -> None:
    want = {"item": "total", "executed": "8932500"}
    tally = Tally()
    tally.count("fund", ("item", "executed"), {"item": "total", "executed": Decimal("8932500.00")}, want)
    assert (tally.f1, tally.misses) == (1.0, [])
    tally.count("fund", ("item", "executed"), {"item": "total", "executed": Decimal("893250")}, want)
    assert (tally.precision, tally.recall) == (0.75, 0.75)


def test_a_value_where_gold_has_none_counts_against_precision_only() -> None:
    tally = Tally()
    tally.count("fund", ("item", "weight"), {"item": "total", "weight": Decimal(10)}, {"item": "total"})
    assert (tally.precision, tally.recall) == (0.5, 1.0)


def test_an_empty_field_is_right_where_gold_lists_none_among_the_readings() -> None:
    tally = Tally()
    tally.count("indicator", ("level2",), {}, {"level2": "target_setting", "level2_alt": [None]})
    assert (tally.given, tally.gold, tally.misses) == (0, 0, [])


def test_a_row_too_many_and_a_row_too_few_both_cost() -> None:
    got = [{"level3": "造林面积"}, {"level3": "巡查次数"}]
    want = [{"level3": "造林面积"}, {"level3": "游客满意度"}]
    pairs = align(got, want, by_name("level3"))
    assert (got[0], want[0]) in pairs
    assert (got[1], {}) in pairs
    assert ({}, want[1]) in pairs


@pytest.mark.parametrize(
    ("got", "want"),
    [("≥95％", "≥95%"), ("９５", "95"), ("1,420 公里", "1420公里"), ("（一）", "(一)"), ("98.50", "98.5")],
)
def test_width_blanks_and_separators_do_not_count_as_differences(got: str, want: str) -> None:
    assert same(got, want)


def test_two_numbers_that_differ_are_never_the_same() -> None:
    assert not same("9.85", "98.5")
    assert not same("≥95%", "≤95%")


def test_results_of_two_doors_differ_only_in_what_was_read() -> None:
    one = {"page": 1, "rows": ({"score": Decimal(10), "box": (0, 0, 1, 1)},)}
    other = {"page": None, "rows": ({"score": Decimal(9), "box": None},)}
    assert differences(one, other) == ["/rows/0/score: Decimal('10') against Decimal('9')"]


def test_the_core_is_the_sum_of_its_parts() -> None:
    parts = {name: Tally(given=2, gold=2, right=1) for name in CORE}
    assert (core(parts).given, core(parts).right) == (8, 4)


def test_every_golden_document_has_its_gold_and_every_gold_its_document() -> None:
    assert {p.name.split(".")[0] for p in GOLD_FILES} == {p.stem for p in GOLDEN.glob("*.toml")}


@pytest.mark.parametrize("path", CONSISTENT, ids=lambda p: p.name.split(".")[0])
def test_the_points_of_a_gold_form_add_up_to_its_totals(path: Path) -> None:
    for evaluation in (e for e in read_gold(path)["evaluations"] if e["funds"] and e.get("weight_total")):
        indicators = evaluation["indicators"]
        rows = [*evaluation["funds"], *indicators]
        unweighted = [r for r in rows if r.get("score") and not r.get("weight")]  # the form prints no points for them
        if not unweighted:
            assert Decimal(evaluation["weight_total"]) in (points(rows, "weight"), points(indicators, "weight"))
        assert Decimal(evaluation["score_total"]) in (points(rows, "score"), points(indicators, "score"))


def points(rows: list[dict[str, str]], field: str) -> Decimal:
    """The points of some rows; a total row may count those of the indicators alone."""
    return sum((Decimal(row.get(field) or 0) for row in rows), Decimal(0))
