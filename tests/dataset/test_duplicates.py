"""Repeats are recognised by nearly all text and numbers, and forms after one template are not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dataset.duplicates import (
    Candidate,
    Sketch,
    bytes_to_sketch,
    find_duplicates,
    is_corrected,
    shared,
    sketch_to_bytes,
    text_to_sketch,
)

LINES = [
    f"第{n}项：疏浚{n * 17 + 12}米，投入资金{n * 31 + 40}.{n + 10}万元，受益农户{n * 7 + 21}户。" for n in range(30)
]
REPORT = "2031年度青溪镇沟渠疏浚项目支出绩效自评报告\n" + "\n".join(LINES)


def candidate(doc_id: str, text: str, rank: int = 0, source: str = "") -> Candidate:
    return Candidate(doc_id, source or doc_id, rank, sketch_to_bytes(text_to_sketch(text)))


def test_another_layout_of_the_same_text_is_a_repeat() -> None:
    as_table = "| " + REPORT.replace("，", " | ").replace("\n", " |\n| ") + " |"
    wide = REPORT.replace("资金", " 资 金 ").translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)})
    found = find_duplicates([candidate("a", REPORT), candidate("b", as_table), candidate("c", wide)])
    assert found == {("b", "b"): "a", ("c", "c"): "a"}


def test_a_form_of_the_same_template_with_other_numbers_is_no_repeat() -> None:
    other = "\n".join(line.replace("7", "8").replace("1", "5").replace("2", "9") for line in REPORT.splitlines())
    assert find_duplicates([candidate("a", REPORT), candidate("b", other)]) == {}


def test_the_same_numbers_in_another_text_are_no_repeat() -> None:
    numbers_only = "".join(c if c.isdigit() or c == "." else "其他说明文字"[i % 6] for i, c in enumerate(REPORT))
    assert find_duplicates([candidate("a", REPORT), candidate("b", numbers_only)]) == {}


def test_a_text_with_hardly_a_number_is_never_called_a_repeat() -> None:
    assert text_to_sketch("关于报送自评材料的通知，请各单位于3月前报送。") is None
    assert find_duplicates([Candidate("a", "a", 0, b""), Candidate("b", "b", 0, b"")]) == {}


def test_the_better_copy_stands_for_the_others() -> None:
    found = find_duplicates([candidate("a", REPORT, rank=1), candidate("b", REPORT, rank=0)])
    assert found == {("a", "a"): "b"}


def test_equal_bytes_under_two_names_repeat_the_document_itself_or_its_original() -> None:
    twice = [candidate("b", REPORT, source="1"), candidate("b", REPORT, source="2")]
    assert find_duplicates(twice) == {("b", "2"): "b"}
    assert find_duplicates([*twice, candidate("a", REPORT)]) == {("b", "1"): "a", ("b", "2"): "a"}


def test_the_order_of_the_files_does_not_matter() -> None:
    files = [candidate(name, REPORT + f"抽查{n * 1000 + 1234}户") for n, name in enumerate("abcdef")]
    assert find_duplicates(files) == find_duplicates(files[::-1])


HASHES = st.frozensets(st.integers(0, 2**32 - 1), max_size=128)


@given(HASHES, HASHES, HASHES)
def test_a_sketch_comes_back_from_its_bytes(
    text: frozenset[int], numbers: frozenset[int], names: frozenset[int]
) -> None:
    assert bytes_to_sketch(sketch_to_bytes(Sketch(text, numbers, names))) == Sketch(text, numbers, names)


@given(HASHES, HASHES)
def test_the_share_is_symmetric_and_whole_for_equal_sets(a: frozenset[int], b: frozenset[int]) -> None:
    assert shared(a, b) == shared(b, a)
    assert shared(a, a) == (1.0 if a else 0.0)


PDF, WORD = "application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CORRECTED = REPORT.replace("投入资金257.17万元", "投入资金275.17万元")


def test_a_corrected_version_in_the_same_format_is_no_repeat() -> None:
    assert CORRECTED != REPORT
    files = [replace(candidate(name, text), media_type=WORD) for name, text in (("a", REPORT), ("b", CORRECTED))]
    assert find_duplicates(files) == {}


@pytest.mark.parametrize(
    ("text", "media_type", "rank"),
    [
        (CORRECTED, PDF, 0),  # another format: its text may come out otherwise
        (CORRECTED, WORD, 1),  # recognised: a digit may be misread
        (REPORT + "\n第12页", WORD, 0),  # nothing is said otherwise
        (REPORT, WORD, 0),
    ],
)
def test_what_may_come_from_the_reading_is_no_correction(text: str, media_type: str, rank: int) -> None:
    files = [
        replace(candidate("a", REPORT), media_type=WORD),
        replace(candidate("b", text, rank), media_type=media_type),
    ]
    assert find_duplicates(files) == {("b", "b"): "a"}


def test_web_pages_around_which_dates_differ_are_repeats() -> None:
    pages = [f"发布日期：2031-05-{day} 浏览次数：{day}7\n{REPORT}" for day in (11, 29)]
    files = [replace(candidate(name, text), media_type="text/html") for name, text in zip("ab", pages, strict=True)]
    assert find_duplicates(files) == {("b", "b"): "a"}


@given(st.integers(0, 2000), st.integers(1, 9))
def test_only_what_both_sketches_know_of_counts_as_another_number(n_numbers: int, n_more: int) -> None:
    numbers = [f"{n}.25" for n in range(100, 100 + n_numbers)]
    more = [*numbers, *(f"{n}.75" for n in range(n_more))]
    texts = (f"{REPORT} {' '.join(numbers)}", f"{REPORT} {' '.join(more)}")
    a, b = (replace(candidate(name, text), media_type=WORD) for name, text in zip("ab", texts, strict=True))
    assert not is_corrected(a, b)
