from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalize.text import fold, is_blank_value, join_lines, narrow, squeeze


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("得 分", "得分"),
        ("主\u3000管\u00a0部\u200b门", "主管部门"),
        ("执行率（％）：", "执行率(%):"),
        ("\ufeff绩\n效\r\n指\t标", "绩效指标"),
        ("⺠政局⻓", "民政局长"),
        ("", ""),
    ],
)
def test_fold_removes_every_blank_and_unifies_forms(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_narrow_keeps_the_length_so_that_offsets_hold(text: str) -> None:
    assert len(narrow(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("绿化养\n护面积", "绿化养护面积"),
        ("绿化养 \n 护面积", "绿化养护面积"),
        ("≥12 处\n", "≥12 处"),
        ("１２．\r\n５", "１２．５"),
        ("1,234,5\n67.89", "1,234,567.89"),
        ("100.0\n0", "100.00"),
        ("10\n0", "100"),
        ("5\n5", "5 5"),  # two numbers of a column whose border was lost
        ("10\n7.5", "10 7.5"),
        ("Word\nPress 平台", "Word Press 平台"),
        ("  两端  ", "两端"),
        ("\n\n", ""),
    ],
)
def test_join_lines_leaves_no_trace_of_a_line_break_and_keeps_other_blanks(text: str, joined: str) -> None:
    assert join_lines(text) == joined


@pytest.mark.parametrize(
    "text", ["", " ", "-", "—", "－", "/", "／", "\\", "无", "--", "——", " 无\n", None, "\u3000", "一", "一一"]
)
def test_a_mark_for_no_value_is_blank(text: str | None) -> None:
    assert is_blank_value(text)


@pytest.mark.parametrize("text", ["0", "0.00", "无变化", "-5", "1/2", "a", "壹", "一个", "二"])
def test_a_value_is_not_blank(text: str) -> None:
    assert not is_blank_value(text)


@pytest.mark.parametrize(
    ("text", "squeezed"), [("20 万 元", "20万元"), ("12 000", "12 000"), ("≥ 9　8", "≥9 8"), ("70. 68", "70.68")]
)
def test_squeeze_keeps_only_a_blank_between_digits(text: str, squeezed: str) -> None:
    assert squeeze(text) == squeezed
