"""Planted contradictions are found, and what only looks like one is not."""

from __future__ import annotations

import functools

import pytest
from audit_cases import Case, findings_of, read_cases

from pipeline.lexicon import load_toml
from pipeline.records import Finding, Severity

FILES = ("forms.toml", "reports.toml", "sentences.toml")
CASES = [case for file in FILES for case in read_cases(file)]
PLANTED = [case for case in CASES if case.expect]
CLEAN = [case for case in CASES if not case.expect]
MIN_PLANTED = 60
FLOOR = 0.95
UNCHECKED = {"ocr_repair"}
CHECKS = {
    *("weights_sum", "scores_sum", "level_weight", "score_over_weight", "execution_rate", "rate_score", "parts_sum"),
    *("change_amount", "change_rate", "inconsistent", "control_rate", "target_missed", "year_mismatch", "date_order"),
    "missing_attachment",
}


@functools.cache
def found_in(name: str) -> tuple[Finding, ...]:
    return findings_of(next(case for case in CASES if case.name == name))


def told(case: Case) -> list[str]:
    return [f"{finding.severity} {finding.check}: {finding.message} {finding.refs}" for finding in found_in(case.name)]


@pytest.mark.parametrize("case", PLANTED, ids=lambda case: case.name)
def test_a_planted_contradiction_is_found_and_nothing_else_called_an_error(case: Case) -> None:
    found = found_in(case.name)
    firm = [f.check for f in found if f.severity is Severity.ERROR]
    assert set(case.expect) - {f.check for f in found} == set(), told(case)
    assert set(case.expect) - set(case.unusual) - set(firm) == set(), told(case)
    assert set(firm) - set(case.expect) == set(), told(case)


@pytest.mark.parametrize("case", [case for case in PLANTED if case.refs], ids=lambda case: case.name)
def test_a_finding_names_the_rows_it_speaks_of(case: Case) -> None:
    refs = [ref for f in found_in(case.name) if f.check in case.expect for ref in (f.refs or "").split(";")]
    assert case.refs in refs


@pytest.mark.parametrize("case", CLEAN, ids=lambda case: case.name)
def test_what_rounding_and_habit_explain_is_no_finding(case: Case) -> None:
    assert told(case) == []


def test_every_check_is_planted_somewhere() -> None:
    assert {check for case in PLANTED for check in case.expect} == CHECKS


def test_there_are_as_many_clean_documents_as_planted_ones() -> None:
    assert len(CLEAN) >= len(PLANTED) >= MIN_PLANTED


def test_names_of_cases_are_their_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


def test_recall_and_precision_of_errors_hold_their_floor() -> None:
    wanted = given = right = 0
    for case in CASES:
        found = [f.check for f in found_in(case.name)]
        errors = [f.check for f in found_in(case.name) if f.severity is Severity.ERROR]
        hits = [check for check in case.expect if check in found]
        wanted, right = wanted + len(case.expect), right + len(hits)
        given += len(hits) + sum(check not in case.expect for check in errors)
    assert right / wanted >= FLOOR
    assert right / given >= FLOOR


@pytest.mark.parametrize("case", PLANTED, ids=lambda case: case.name)
def test_a_message_is_one_chinese_sentence(case: Case) -> None:
    for finding in found_in(case.name):
        assert finding.message.endswith("。")
        assert finding.message.count("。") == 1
        assert "None" not in finding.message
        assert "{" not in finding.message


WORDS = load_toml("checks.toml")["words"]


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, rule in WORDS.items() for text in rule["examples"]])
def test_a_word_pattern_fits_its_examples(name: str, text: str) -> None:
    from pipeline.audit.rules import has

    assert has(name, text)


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, rule in WORDS.items() for text in rule["rejects"]])
def test_a_word_pattern_refuses_its_rejects(name: str, text: str) -> None:
    from pipeline.audit.rules import has

    assert not has(name, text)
