"""Heads as they are matched."""

from __future__ import annotations

import pytest

from pipeline.labels import bare, head_field


@pytest.mark.parametrize(
    ("head", "matched"),
    [
        ("权重（%）", "权重"),
        ("权重（%", "权重"),
        ("得分（分", "得分"),
        ("分值（", "分值"),
        ("金额（其中", "金额(其中"),
        ("权重（%）说明", "权重说明"),
    ],
)
def test_a_unit_falls_away_though_its_parenthesis_is_not_closed(head: str, matched: str) -> None:
    assert bare(head) == matched


def test_a_head_whose_parenthesis_the_scan_lost_still_names_its_column() -> None:
    assert head_field("indicators", "权重（%") == "weight"
