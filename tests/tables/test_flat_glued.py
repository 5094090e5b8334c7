"""Forms whose cells ran together: cut where one way alone makes sense, left as text where several do."""

from __future__ import annotations

import pytest

from pipeline.tables.flat_glued import unglue
from pipeline.tables.flat_glued_rows import split_amounts, split_points_pair, split_rows
from pipeline.tables.flat_unfold import unfold_lines

FUNDS = ("annual_budget", "executed", "weight", "execution_rate", "score")
FORM = (
    "根据安排开展自评。绩效目标自评表(2031年度)项目名称云岭山塘加固主管部门云岭县水务局实施单位云岭县河道站"
    "资金情况(万元)全年预算数(A)全年执行数(B)分值执行率(B/A)得分年度资金总额:40301075.00%7.5其中:县级资金4030其他资金"
    "年度总体目标年初设定目标全年实际完成情况加固山塘,消除隐患。已完工。"
    "绩效指标一级指标二级指标三级指标分值年度指标值全年实际值得分未完成原因"
    "产出指标(60分)数量指标加固山塘20≥6座6座20新建护坡长度20≥300米280米18时效指标按期完工率20100%100%20"
    "效益指标(30分)社会效益指标受益群众安全感15明显提升明显提升15灌溉面积15800亩800亩15……总分10095.5注:略"
)


def test_a_form_that_ran_together_gives_its_rows() -> None:
    rows = unglue(FORM) or []
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows if row.startswith("|")]
    assert [row[:2] for row in cells[:3]] == [
        ["项目名称", "云岭山塘加固"],
        ["主管部门", "云岭县水务局"],
        ["实施单位", "云岭县河道站"],
    ]
    assert [row[1:7] for row in cells[4:6]] == [
        ["年度资金总额:", "40", "30", "10", "75.00%", "7.5"],
        ["其中:县级资金", "40", "30", "", "", ""],
    ]
    assert [row[:7] for row in cells[7:]] == [
        ["产出指标(60分)", "数量指标", "加固山塘", "20", "≥6座", "6座", "20"],
        ["", "", "新建护坡长度", "20", "≥300米", "280米", "18"],
        ["", "时效指标", "按期完工率", "20", "100%", "100%", "20"],
        ["效益指标(30分)", "社会效益指标", "受益群众安全感", "15", "明显提升", "明显提升", "15"],
        ["", "", "灌溉面积", "15", "800亩", "800亩", "15"],
        ["总分", "", "", "100", "", "", "95.5"],
    ]


def test_the_title_and_the_text_around_a_glued_form_stay_lines() -> None:
    rows = unglue(FORM) or []
    lines = [row for row in rows if not row.startswith("|")]
    assert lines == ["根据安排开展自评。", "绩效目标自评表(2031年度)", "注:略"]


def test_a_sentence_about_indicators_is_not_cut() -> None:
    line = "指标体系由一级指标、二级指标和三级指标构成，分值合计100分，自评得分96分，其中产出指标得分58分。" * 3
    assert unfold_lines([line]) == [line]


def test_a_form_parted_by_blanks_gives_a_cell_per_line() -> None:
    heads = "一级指标 二级指标 三级指标 年度指标值 实际完成值 分值 得分"
    rows = "产出指标 数量指标 加固山塘 ≥6座 6座 20 20 质量指标 验收合格率 100% 100% 20 20 合计 40 40 备注 无 无 无"
    assert unfold_lines([f"{heads} {rows}"]) == [*heads.split(), *rows.split()]


def test_pages_of_a_preview_are_joined_in_the_middle_of_a_row() -> None:
    first, second = FORM[:-60], FORM[-60:]
    assert unfold_lines([f"1、{first}", f"2、{second}"]) == unfold_lines([FORM])


@pytest.mark.parametrize(
    ("run", "values"),
    [
        ("403010.75.00%7.5", None),
        ("303010100.00%10", ("30", "30", "10", "100.00%", "10")),
        ("157.6150.21095.3%9.53", ("157.6", "150.2", "10", "95.3%", "9.53")),
        ("00100%10", None),
    ],
)
def test_amounts_are_cut_where_the_rate_leaves_one_way(run: str, values: tuple[str, ...] | None) -> None:
    expected = None if values is None else dict(zip(FUNDS, values, strict=True))
    assert split_amounts(run, FUNDS, {}) == expected


def test_a_line_without_a_rate_is_known_only_where_it_repeats_the_total() -> None:
    total = {"annual_budget": "30", "executed": "28.5"}
    assert split_amounts("3028.5", FUNDS, total) == total
    assert split_amounts("1514.5", FUNDS, total) is None


@pytest.mark.parametrize(("run", "pair"), [("10098.5", ("100", "98.5")), ("100100", ("100", "100")), ("1098", None)])
def test_total_points_and_score_are_cut_where_one_way_makes_sense(run: str, pair: tuple[str, str] | None) -> None:
    assert split_points_pair(run) == pair


def test_a_row_that_could_be_cut_in_two_ways_is_left_as_text() -> None:
    assert split_rows("加固山塘1010", ("level3", "target", "actual")) == ([], "加固山塘1010")


def test_what_stands_behind_the_last_certain_row_is_left() -> None:
    rows, rest = split_rows("加固山塘100%100%因雨季停工未完成", ("level3", "target", "actual"))
    assert rows == [{"level3": "加固山塘", "target": "100%", "actual": "100%"}]
    assert rest == "因雨季停工未完成"


def test_a_target_reached_as_set_with_all_its_points_decides_between_ways() -> None:
    rows, rest = split_rows("发放种苗8550万株550万株8", ("level3", "weight", "target", "actual", "score"))
    assert rows == [{"level3": "发放种苗", "weight": "8", "target": "550万株", "actual": "550万株", "score": "8"}]
    assert rest == ""


def test_no_row_gives_fewer_points_for_a_target_reached_as_set() -> None:
    assert split_rows("发放种苗85500", ("level3", "weight", "target", "actual", "score")) == ([], "发放种苗85500")
