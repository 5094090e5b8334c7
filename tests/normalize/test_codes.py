from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalize.codes import parse_grade


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("优秀", "优"),
        ("优", "优"),
        ("良好", "良"),
        ("良", "良"),
        ("中", "中"),
        ("一般", "中"),
        ("合格", "中"),
        ("较差", "差"),
        ("差", "差"),
        ("不合格", "差"),
        (" 优 秀 ", "优"),
        ("评价等级：优", "优"),
        ("评价结果为“良好”", "良"),
        ("优（90-100）", "优"),
        ("良好等次", "良"),
        ("优秀□ 良好R 合格□", "良"),
        ("□优秀 ☑良好 □中", "良"),
        ("优秀√ 良好 合格 不合格", "优"),
        ("优□良□中■差□", "中"),
        ("基本合格", "基本合格"),
        ("A", "A"),
    ],
)
def test_a_grade_is_read_from_a_word_or_a_tick(text: str, grade: str) -> None:
    assert parse_grade(text) == grade


@pytest.mark.parametrize(
    "text", ["", None, "优良中低差", "优秀□ 良好□", "优秀☑ 良好☑", "完成", "100", "优化营商环境", "中央财政", "差异"]
)
def test_a_scale_or_another_word_is_no_grade(text: str | None) -> None:
    assert parse_grade(text) is None


@given(st.text() | st.text(alphabet="优秀良好中差合格不一般□☑√R■为：等级 "))
def test_parse_grade_never_raises(text: str) -> None:
    assert parse_grade(text) is None or parse_grade(text) != ""
