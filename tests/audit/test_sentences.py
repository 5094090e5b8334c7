"""Sentences alone: what numbers they hold, which of them contradict each other, and how fast they are read."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path

import pytest
from sample_results import make_report

from pipeline.audit import find_findings
from pipeline.audit.sentences import find_tokens, split_sentences
from pipeline.records import Finding, Result

GOLDEN = Path(__file__).parent / "golden"
BELIEVED = (GOLDEN / "believed.txt").read_text(encoding="utf-8").splitlines()
DOUBTED = [line.split("\t") for line in (GOLDEN / "doubted.txt").read_text(encoding="utf-8").splitlines()]
CHARS_PER_SECOND = 100_000


def findings_in(text: str) -> tuple[Finding, ...]:
    return find_findings(Result(report=make_report(fiscal_year=None, report_date=None, score=None), text=text))


@pytest.mark.parametrize("sentence", BELIEVED)
def test_a_sentence_that_adds_up_or_says_too_little_is_believed(sentence: str) -> None:
    assert [finding.message for finding in findings_in(sentence)] == []


@pytest.mark.parametrize(("check", "sentence"), DOUBTED)
def test_a_sentence_that_contradicts_itself_gives_one_finding(check: str, sentence: str) -> None:
    assert [finding.check for finding in findings_in(sentence)] == [check]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("支出1,204.5万元", [("money", "12045000")]),
        ("投资0.15亿元，占15.4%", [("money", "15000000"), ("percent", "15.4")]),
        ("综合得分91.8分，用时3分钟", [("points", "91.8")]),
        ("培训3期，参训1.2万人次", [("count", "3"), ("count", "12000")]),
        ("标准为80元/人·月", []),
        ("文号〔2018〕45号，电话12345", []),
    ],
)
def test_numbers_are_told_by_their_units(text: str, tokens: list[tuple[str, str]]) -> None:
    assert [(token.kind, token.value) for token in find_tokens(text)] == [(kind, Decimal(v)) for kind, v in tokens]


def test_a_sentence_said_twice_is_read_once_and_one_number_makes_none() -> None:
    text = "预算10万元，支出9万元。预算10万元，支出9万元。\n支出9万元。"
    assert [sentence.text for sentence in split_sentences(text)] == ["预算10万元,支出9万元"]


def test_cells_of_a_table_are_sentences_of_their_own() -> None:
    text = "| 预算10万元，支出9万元 | 执行率80%，到位率100% |"
    assert [len(sentence.tokens) for sentence in split_sentences(text)] == [2, 2]


def test_a_long_document_is_checked_at_a_hundred_thousand_characters_a_second() -> None:
    text = "\n".join(f"{sentence}（{number}）" for number in range(60) for sentence in BELIEVED)
    findings_in(text[:5000])
    started = time.process_time()
    findings_in(text)
    assert len(text) / (time.process_time() - started) >= CHARS_PER_SECOND


def test_a_sentence_without_end_does_not_hold_up_the_audit() -> None:
    started = time.process_time()
    findings_in("较上年同比" * 40_000 + "增加3万元，增长5%")
    findings_in("支出3万元，" + "同比较上年" * 200 + "增加3万元，增长5%")
    assert time.process_time() - started < 2
