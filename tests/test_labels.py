"""Heads as they are matched."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.labels import bare, bare_level, head_field, level1_code, level2_code, split_points


@pytest.mark.parametrize(
    ("head", "matched"),
    [
        ("权重（%）", "权重"),
        ("权重（%", "权重"),
        ("得分（分", "得分"),
        ("分值（", "分值"),
        ("金额（其中", "金额(其中"),
        ("权重（%）说明", "权重说明"),
        ("执行率（B(A)", "执行率"),
        ("执行率（B/A）", "执行率"),
    ],
)
def test_a_unit_falls_away_though_its_parenthesis_is_not_closed(head: str, matched: str) -> None:
    assert bare(head) == matched


def test_a_head_whose_parenthesis_the_scan_lost_still_names_its_column() -> None:
    assert head_field("indicators", "权重（%") == "weight"


@pytest.mark.parametrize(
    ("text", "name", "points"),
    [
        ("产出指标（30分）", "产出指标", "30"),
        ("产出指标（30分", "产出指标", "30"),  # the closing parenthesis lost on its cell's border
        ("效益(30)", "效益", "30"),
        ("效益(30", "效益(30", None),
        ("完成率（%）", "完成率（%）", None),
        ("培训人数（1200人次", "培训人数（1200人次", None),
    ],
)
def test_points_stand_in_the_parentheses_that_end_a_name(text: str, name: str, points: str | None) -> None:
    assert split_points(text) == (name, None if points is None else Decimal(points))


@pytest.mark.parametrize(
    ("name", "matched"),
    [
        ("A决策（20分）", "决策"),
        ("B1资金管理", "资金管理"),
        ("C-产出", "产出"),
        ("D2.满意度", "满意度"),
        ("GDP增速", "GDP增速"),
    ],
)
def test_the_code_before_a_levels_name_falls_away(name: str, matched: str) -> None:
    assert bare_level(name) == matched


def test_levels_with_codes_have_the_codes_of_their_names() -> None:
    assert [level1_code("A决策（20分）"), level2_code("C2产出质量")] == ["decision", "quality"]
