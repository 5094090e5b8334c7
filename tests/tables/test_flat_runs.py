"""Cells that run together are split only where nothing else is possible."""

from __future__ import annotations

import pytest

from pipeline.document import Table
from pipeline.tables.flat_runs import split_heads, split_run
from tests.tables.flat_dumps import lines_to_blocks, only_table, rows_below

HEADS = ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因")


def test_a_line_of_heads_is_cut_into_its_heads() -> None:
    assert split_heads("一级指标二级指标三级指标年度指标值实际完成值分值得分偏差原因") == HEADS


def test_a_sentence_about_indicators_is_no_line_of_heads() -> None:
    assert split_heads("一级指标和二级指标以及三级指标的分值得分情况") is None


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        (
            "产出指标数量指标培训人次≥100人次120人次1010",
            ("产出指标", "数量指标", "培训人次", "≥100人次", "120人次", "10", "10", ""),
        ),
        ("质量指标合格率≥95%96%108.5", ("", "质量指标", "合格率", "≥95%", "96%", "10", "8.5", "")),
        ("时效指标按期率=100%100%", ("", "时效指标", "按期率", "=100%", "100%", "", "", "")),
        ("总分10096", ("总分", "", "", "", "", "100", "96", "")),
    ],
)
def test_a_row_is_cut_where_operators_units_and_points_leave_one_way(line: str, cells: tuple[str, ...]) -> None:
    assert split_run(line, HEADS) == cells


def test_points_that_can_be_split_in_two_ways_stay_blank() -> None:
    assert split_run("总分1211", HEADS) == ("总分", "", "", "", "", "12", "11", "")
    assert split_run("总分1111", HEADS) == ("总分", "", "", "", "", "11", "11", "")
    assert split_run("总分111", HEADS) == ("总分", "", "", "", "", "11", "1", "")
    assert split_run("总分1000", HEADS) == ("总分", "", "", "", "", "100", "0", "")
    assert split_run("总分50.55", HEADS) == ("总分", "", "", "", "", "", "", "")


def test_a_row_with_a_target_in_words_is_not_split() -> None:
    assert split_run("效益指标社会效益指标环境改善情况明显改善明显改善1010", HEADS) is None


def test_rows_that_run_together_give_a_table_and_the_text_around_them_stays() -> None:
    text = (
        "本表反映培训情况。\n" + "".join(HEADS) + "\n产出指标数量指标培训人次≥100人次120人次1010\n"
        "质量指标合格率≥95%96%108.5\n以上数据真实。"
    )
    assert [isinstance(b, Table) for b in lines_to_blocks(text)] == [False, True, False]
    rows = rows_below(only_table(text), "三级指标")
    assert rows[1] == {
        "一级指标": "产出指标", "二级指标": "质量指标", "三级指标": "合格率", "年度指标值": "≥95%",
        "实际完成值": "96%", "分值": "10", "得分": "8.5",
    }  # fmt: skip
