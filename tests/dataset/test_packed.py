"""Packed rows come back without a loss."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from sample_results import make_failed, make_report, make_result

from pipeline.dataset.packed import TEXT_SEGMENT, pack_document, unpack_rows, unpack_text
from pipeline.dataset.rows import result_to_rows
from pipeline.dataset.schema import TABLES
from pipeline.records import Result


def assert_comes_back(result: Result) -> None:
    document = result_to_rows(result)
    packed = pack_document(document)
    for number, table in enumerate(TABLES):
        rows = unpack_rows(table, packed.segments[number])
        assert rows == list(document.rows[table.name])
        assert [[type(v) for v in row] for row in rows] == [[type(v) for v in r] for r in document.rows[table.name]]
        assert packed.n_rows[number] == len(rows)
    assert unpack_text(packed.segments[TEXT_SEGMENT]) == document.text


def test_every_table_and_the_text_come_back() -> None:
    assert_comes_back(make_result())
    assert_comes_back(make_failed())


@given(st.text(), st.decimals(allow_nan=False, allow_infinity=False, places=6), st.dates())
def test_any_text_number_and_date_comes_back(title: str, score: Decimal, date: object) -> None:
    assert_comes_back(make_result(report=make_report(title=title, score=score, report_date=date), text=title))


def test_the_same_document_gives_the_same_bytes() -> None:
    assert pack_document(result_to_rows(make_result())) == pack_document(result_to_rows(make_result()))
