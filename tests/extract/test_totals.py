"""The last row of a block of indicators: all tables are invented."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from forms_by_hand import draw, read


def test_a_flattened_total_less_than_the_points_before_it_is_the_score() -> None:
    table = draw(
        ["一级指标", "权重", "三级指标", "分值", "得分"],
        ["产出指标", "100", "甲", "100", "92.2"],
        ["合计", "100", "", "92.2", ""],
    )
    (form,) = read(replace(table, origin="flat"))
    assert form.total is not None
    assert (form.total.weight, form.total.score) == (100, Decimal("92.2"))
