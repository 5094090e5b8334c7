"""The codebook knows every code that the program can give."""

from __future__ import annotations

from enum import StrEnum

import pytest

from pipeline.dataset.codebook import codebook, load_codes
from pipeline.dataset.schema import TABLES
from pipeline.lexicon import load_toml
from pipeline.records import DocType, Measure, Severity, Status


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("reports.doc_type", DocType),
        ("reports.status", Status),
        ("figures.measure", Measure),
        ("findings.severity", Severity),
    ],
)
def test_every_code_of_the_records_has_its_term(name: str, codes: type[StrEnum]) -> None:
    assert set(load_codes()[name]) == {code.value for code in codes}


@pytest.mark.parametrize(
    ("name", "file", "key"),
    [
        ("item", "items.toml", "item"),
        ("indicators.level1", "indicators.toml", "level1"),
        ("indicators.level2", "indicators.toml", "level2"),
    ],
)
def test_every_code_that_a_rule_gives_has_its_term(name: str, file: str, key: str) -> None:
    assert {rule["code"] for rule in load_toml(file)[key]} - set(load_codes()[name]) == set()


def test_every_column_stands_in_the_codebook() -> None:
    text = codebook()
    for table in TABLES:
        for column in table.columns:
            assert f"| `{column.name}` |" in text
            assert column.zh and column.en


def test_codes_belong_to_columns_of_type_code() -> None:
    code_columns = {f"{table.name}.{c.name}" for table in TABLES for c in table.columns if c.type == "code"}
    names = {name.split(".")[-1] for name in code_columns}
    assert {name for name in load_codes() if name not in code_columns and name not in names} == set()
