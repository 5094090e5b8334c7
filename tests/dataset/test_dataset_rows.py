"""Results become rows with ids that follow from their place."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_results import DOC_ID, NATIVE, make_failed, make_report, make_result

from pipeline.dataset.rows import DatasetRows, results_to_rows
from pipeline.dataset.schema import TABLE_BY_NAME, fits
from pipeline.records import Evaluation, Figure, Fund, Measure


def column(dataset: DatasetRows, table: str, name: str) -> list[object]:
    position = TABLE_BY_NAME[table].column_names.index(name)
    return [row[position] for row in dataset.rows[table]]


def test_every_row_of_an_evaluation_carries_its_id() -> None:
    dataset = results_to_rows([make_result()])
    assert column(dataset, "evaluations", "eval_id") == [f"{DOC_ID}-01"]
    assert column(dataset, "funds", "eval_id") == [f"{DOC_ID}-01"] * 2
    assert column(dataset, "indicators", "eval_id") == [f"{DOC_ID}-01"] * 2
    assert column(dataset, "figures", "eval_id") == [f"{DOC_ID}-01", None]


def test_seq_restarts_with_each_evaluation() -> None:
    first = make_result().evaluations[0]
    dataset = results_to_rows([make_result(evaluations=(first, first))])
    assert column(dataset, "funds", "seq") == [1, 2, 1, 2]
    assert column(dataset, "indicators", "eval_id") == [f"{DOC_ID}-01"] * 2 + [f"{DOC_ID}-02"] * 2
    assert column(dataset, "figures", "seq") == [1, 2]


def test_evidence_becomes_page_and_box_text() -> None:
    dataset = results_to_rows([make_result()])
    assert column(dataset, "funds", "page") == [2, 2]
    assert column(dataset, "funds", "bbox") == ["10.0 20.2 110.0 32.0"] * 2
    assert column(dataset, "figures", "bbox") == [None, None]
    assert column(dataset, "figures", "confidence") == [0.9, 1.0]


def test_documents_are_sorted_by_id_whatever_their_order() -> None:
    results = [make_result(), make_failed("in/b.pdf", "bb" * 8), make_failed("in/a.pdf")]
    assert results_to_rows(results) == results_to_rows(reversed(results))
    assert column(results_to_rows(results), "reports", "doc_id") == [DOC_ID, "aa" * 8, "bb" * 8]


def test_the_same_bytes_under_two_names_give_two_reports_and_one_content() -> None:
    copy = make_result(report=make_report(source="in/copy.txt", file_name="copy.txt"))
    dataset = results_to_rows([make_result(), copy])
    assert column(dataset, "reports", "source") == ["in/copy.txt", "in/sample.txt"]
    assert len(dataset.rows["evaluations"]) == 1
    assert len(dataset.rows["tables"]) == 1
    assert len(dataset.texts) == 1


def test_a_copy_that_failed_does_not_hide_the_one_that_was_read() -> None:
    dataset = results_to_rows([make_failed("in/a.txt", DOC_ID), make_result()])
    assert column(dataset, "reports", "status") == ["failed", "ok"]
    assert len(dataset.rows["indicators"]) == 2


def test_an_amount_below_the_fen_is_left_empty_and_kept_exactly_in_a_finding() -> None:
    fund = Fund(item_raw="合计", item="total", executed_raw="0.1234567", executed=Decimal("1234.567"), evidence=NATIVE)
    evaluation = Evaluation(kind="project", funds=(fund,), evidence=NATIVE)
    dataset = results_to_rows([make_result(evaluations=(evaluation,), figures=(), findings=())])
    assert column(dataset, "funds", "executed") == [None]
    assert column(dataset, "funds", "executed_raw") == ["0.1234567"]
    assert column(dataset, "findings", "check") == ["precision"]
    assert column(dataset, "findings", "severity") == ["warning"]
    assert column(dataset, "findings", "actual") == ["1234.567"]
    assert column(dataset, "findings", "refs") == ["funds:1.executed"]
    assert column(dataset, "findings", "eval_id") == [f"{DOC_ID}-01"]
    assert column(dataset, "findings", "page") == [2]


def test_a_number_that_is_not_finite_is_left_empty() -> None:
    figure = Figure(item_raw="数", measure=Measure.AMOUNT, value=Decimal("Infinity"), evidence=NATIVE)
    dataset = results_to_rows([make_result(figures=(figure,), findings=())])
    assert column(dataset, "figures", "value") == [None]
    assert column(dataset, "findings", "refs") == ["figures:1.value"]


def test_empty_text_is_null_and_unwritable_characters_are_replaced() -> None:
    dataset = results_to_rows([make_result(report=make_report(title="坏\ud800字\x00", org=""))])
    assert column(dataset, "reports", "title") == ["坏\ufffd字\ufffd"]
    assert column(dataset, "reports", "org") == [None]
    assert column(dataset, "tables", "text") == [None]


@pytest.mark.parametrize(
    ("number", "type_", "expected"),
    [
        ("706800.00", "money", True),
        ("706800.000", "money", True),
        ("0.005", "money", False),
        ("999999999999999999.99", "money", True),
        ("1000000000000000000", "money", False),
        ("1E+17", "money", True),
        ("1E+18", "money", False),
        ("1E+999999", "money", False),
        ("0E-999", "money", True),
        ("98.512345678901", "decimal", True),
        ("98.5123456789012", "decimal", False),
        ("99999999999999999999999999.000000000001", "decimal", True),
        ("NaN", "decimal", False),
    ],
)
def test_fits_says_whether_the_last_digit_can_be_stored(number: str, type_: str, expected: bool) -> None:
    assert fits(Decimal(number), type_) is expected  # type: ignore[arg-type]


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**17), max_value=10**17, places=2))
def test_every_amount_in_yuan_and_fen_fits(amount: Decimal) -> None:
    assert fits(amount, "money")
