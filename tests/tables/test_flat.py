"""Flattened forms get their grid back: invented forms, dumped in every style, give the same text under each head."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.document import Paragraph, Table
from tests.tables.flat_dumps import (
    COVERED,
    KEEPING,
    LOSING,
    Form,
    dump_pipes,
    expected_rows,
    lines_to_blocks,
    only_table,
    rows_below,
)

LABELS = (("项目名称", "山塘清淤经费"), ("主管部门", "云岭县水务局", "实施单位", "云岭县河道管理站"))
NAMES = (
    "清淤山塘座数",
    "护坡长度",
    "工程验收合格率",
    "按期完工率",
    "亩均投入",
    "灌溉面积",
    "水质改善情况",
    "周边村民认可度",
)
VALUES = (
    ("≥12座", "13座"),
    ("≤3.5公里", "3.2公里"),
    ("≥95%", "96%"),
    ("=100%", "100%"),
    ("明显改善", "明显改善"),
    ("800亩", "812亩"),
)
LEVELS = (
    ("产出指标（50分）", ("数量指标", "质量指标", "时效指标", "成本指标")),
    ("效益指标", ("经济效益指标", "社会效益指标", "生态效益指标")),
    ("满意度指标", ("服务对象满意度指标",)),
)


@st.composite
def forms(draw: st.DrawFn, *, may_be_blank: bool) -> Form:
    """A form with an indicator block: columns vary in set and order, levels are merged, notes may be blank."""
    split_target = draw(st.booleans())
    weight_first = draw(st.booleans())
    two_scores = draw(st.booleans())
    target = ["指标性质", "指标值", "度量单位"] if split_target else ["年度指标值"]
    values = [*target, "实际完成值"]
    points = ["分值", "自评得分", "评价得分"] if two_scores else ["分值", "得分"]
    columns = [points[0], *values, *points[1:]] if weight_first else [*values, *points]
    heads = ["一级指标", "二级指标", "三级指标", *columns, "偏差原因分析及改进措施"]
    grid: list[tuple[str | None, ...]] = [tuple(heads)]
    for level1, seconds in LEVELS[: draw(st.integers(1, 3))]:
        name1: str | None = level1
        for second in seconds[: draw(st.integers(1, len(seconds)))]:
            name2: str | None = second
            for _ in range(draw(st.integers(1, 3))):
                cells = _data_cells(draw, split_target=split_target, may_be_blank=may_be_blank)
                grid.append((name1, name2, draw(st.sampled_from(NAMES)), *(cells[c] for c in columns), cells["note"]))
                name1 = name2 = COVERED
    totals = {"分值": "100", "得分": "97.5", "自评得分": "98", "评价得分": "97.5"}
    grid.append(("总分", "", "", *(totals.get(c, "") for c in columns), ""))
    return Form("2030年度项目支出绩效自评表", LABELS, tuple(grid))


def _data_cells(draw: st.DrawFn, *, split_target: bool, may_be_blank: bool) -> dict[str, str]:
    weight = draw(st.sampled_from(("5", "7.5", "10", "20")))
    score = draw(st.sampled_from((weight, "4", "3.5")))
    target, actual = draw(st.sampled_from(VALUES))
    note = draw(st.sampled_from(("", "雨季停工，工期顺延。")))
    if split_target:
        op, number, unit = draw(st.sampled_from((("≥", "12", "座"), ("≤", "3.5", "公里"), ("=", "100", "%"))))
        actual = draw(st.sampled_from((number, "完成")))
        return {
            "指标性质": op, "指标值": number, "度量单位": unit, "实际完成值": actual, "分值": weight,
            "得分": score, "自评得分": score, "评价得分": "3.5", "note": note,
        }  # fmt: skip
    if may_be_blank and draw(st.integers(0, 5)) == 0:
        actual = ""
    return {
        "年度指标值": target, "实际完成值": actual, "分值": weight,
        "得分": score, "自评得分": score, "评价得分": "3.5", "note": note,
    }  # fmt: skip


@pytest.mark.parametrize("dump", KEEPING)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(form=forms(may_be_blank=True))
def test_every_value_comes_back_under_its_head_where_the_dump_keeps_blanks(dump, form) -> None:  # type: ignore[no-untyped-def]
    assert rows_below(only_table(dump(form)), "三级指标")[:-1] == expected_rows(form)[:-1]


@pytest.mark.parametrize("dump", LOSING)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(form=forms(may_be_blank=False))
def test_every_value_comes_back_under_its_head_where_only_the_kinds_of_values_tell(dump, form) -> None:  # type: ignore[no-untyped-def]
    assert rows_below(only_table(dump(form)), "三级指标")[:-1] == expected_rows(form)[:-1]


@pytest.mark.parametrize("dump", [*KEEPING, *LOSING])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(form=forms(may_be_blank=False))
def test_the_totals_row_keeps_its_points_under_their_heads(dump, form) -> None:  # type: ignore[no-untyped-def]
    totals = rows_below(only_table(dump(form)), "三级指标")[-1]
    assert totals["分值"] == "100"
    assert {v for k, v in totals.items() if "得分" in k} == {
        v for k, v in expected_rows(form)[-1].items() if "得分" in k
    }


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(form=forms(may_be_blank=True))
def test_cells_of_a_rebuilt_table_never_overlap(form) -> None:  # type: ignore[no-untyped-def]
    for dump in (*KEEPING, *LOSING):
        taken: set[tuple[int, int]] = set()
        for table in (b for b in lines_to_blocks(dump(form)) if isinstance(b, Table)):
            taken.clear()
            for cell in table.cells:
                spots = {(cell.row + r, cell.col + c) for r in range(cell.rowspan) for c in range(cell.colspan)}
                assert not spots & taken
                taken |= spots


def test_labels_keep_their_values_to_the_right() -> None:
    form = Form("2030年度项目支出绩效自评表", LABELS, (("一级指标", "二级指标", "三级指标", "指标值", "分值", "得分"),
                ("产出指标", "数量指标", "清淤山塘座数", "≥12座", "10", "10")))  # fmt: skip
    for dump in (*KEEPING, *LOSING):
        cells = {(c.row, c.col): c.text for c in only_table(dump(form)).cells}
        right = {text: cells.get((row, col + 1)) for (row, col), text in cells.items()}
        assert right["项目名称"] == "山塘清淤经费"
        assert right["主管部门"] == "云岭县水务局"
        assert right["实施单位"] == "云岭县河道管理站"


def test_a_label_without_a_value_takes_none_from_its_neighbour() -> None:
    text = (
        "项目名称 | 山塘清淤经费 | ||\n主管部门 | 实施单位 | 云岭县河道管理站 | |\n"
        "一级指标 | 二级指标 | 三级指标 | 指标值 | 分值 |"
    )
    cells = {c.text: c for c in only_table(text).cells}
    assert cells["实施单位"].col == cells["主管部门"].col + 2
    assert cells["云岭县河道管理站"].col == cells["实施单位"].col + 1


def test_a_row_shifted_by_a_stray_tab_is_put_back() -> None:
    text = (
        "一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\t偏差原因\n"
        "产出指标\t数量指标\t清淤山塘座数\t≥12座\t13座\t20\t20\t\n"
        "\t质量指标\t工程验收合格率\t\t≥95%\t96%\t20\t18\t\n"
        "\t时效指标\t按期完工率\t=100%\t100%\t10\t10\t\n"
    )
    row = rows_below(only_table(text), "三级指标")[1]
    assert row == {
        "一级指标": "产出指标", "二级指标": "质量指标", "三级指标": "工程验收合格率", "年度指标值": "≥95%",
        "实际完成值": "96%", "分值": "20", "得分": "18",
    }  # fmt: skip


def test_blank_lines_and_broken_words_inside_a_cell_do_not_end_its_row() -> None:
    text = (
        "\t一级\n指标\n\t二级指标\n\t三级指标\n\t指标值\n\t\n完成值\n\t分值\n\n"
        "\t\n\n\n产出指\n标\n\t数量\n\n指标\n\t清淤山 塘座数\n\t≥12座\n\t13座\n\t20\n\n"
        "\t\n\t\n\t护坡长度\n\n\t≤3公里\n\t3公里\n\t10\n\n\n填表人：×× 填表日期：2031年3月1日\n"
    )
    rows = rows_below(only_table(text), "三级指标")
    assert [r["三级指标"] for r in rows] == ["清淤山塘座数", "护坡长度"]
    assert list(rows[1].values()) == ["产出指标", "数量指标", "护坡长度", "≤3公里", "3公里", "10"]


def test_signatures_and_titles_between_forms_stay_paragraphs() -> None:
    form = (
        "\t项目名称\n\t{}\n\n\t一级指标\n\t二级指标\n\t三级指标\n\t指标值\n\t分值\n\n"
        "\t产出指标\n\t数量指标\n\t护坡长度\n\t3公里\n\t10\n\n"
    )
    text = "项目支出绩效自评表\n" + form.format("甲渠") + "\n填表人：××\n\n项目支出绩效自评表\n" + form.format("乙渠")
    kinds = [b.text if isinstance(b, Paragraph) else "form" for b in lines_to_blocks(text)]
    assert kinds == ["项目支出绩效自评表", "form", "填表人：××", "项目支出绩效自评表", "form"]


def test_forms_with_their_titles_in_cells_come_apart() -> None:
    one = (
        "项目支出绩效自评表（2030年度） | |||||\n项目名称 | {} | ||||\n"
        "一级指标 | 二级指标 | 三级指标 | 指标值 | 分值 | 得分 |\n产出指标 | 数量指标 | 护坡长度 | 3公里 | 10 | 10 |"
    )
    tables = [b for b in lines_to_blocks(one.format("甲渠") + "\n" + one.format("乙渠")) if isinstance(b, Table)]
    assert [t.n_rows for t in tables] == [4, 4]


def test_a_row_without_enough_amounts_gives_none_to_a_head() -> None:
    text = (
        "项目资金（万元） | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 |\n"
        "年度资金总额 | 30 | 45 | 40.5 | 10 | 90% | 9 |\n其他资金 | 5 | |||||\n"
    )
    row = rows_below(only_table(text), "全年执行数")[1]
    assert not {"年初预算数", "全年预算数", "全年执行数", "分值", "得分"} & set(row)


def test_an_execution_rate_tells_which_two_amounts_are_there() -> None:
    text = (
        "项目资金（万元） | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 |\n"
        "年度资金总额 | 45 | 40.5 | 10 | 90% | 9 | |"
    )
    row = rows_below(only_table(text), "全年执行数")[0]
    assert (row.get("年初预算数"), row["全年预算数"], row["全年执行数"], row["执行率"]) == (None, "45", "40.5", "90%")


def test_signs_for_no_value_follow_the_columns_of_full_rows() -> None:
    text = (
        "预算执行情况 | 资金来源 | 年初预算 | 调整后预算数 | 预算执行数 | 执行率 | 权重 | 得分 |\n"
        "总额 | 3 | 4 | 4 | 100% | 10 | 10 |\n"
        "其中：财政资金 | 3 | 4 | 4 | 100% | / | / |\n其他资金 | / | / | |||||"
    )
    last = rows_below(only_table(text), "执行率")[2]
    assert {k: v for k, v in last.items() if v == "/"} == {"权重": "/", "得分": "/"}


def test_mirrored_labels_without_figures_keep_their_places() -> None:
    text = (
        "甲项支出 | 12 | 乙项支出 | 9 |\n其中：中央财政 | 其中：中央财政 | ||\n"
        "市财政 | 8 | 市财政 | 7 |\n综合得分 | 90 | 评价等级 | 优 |"
    )
    cells = [(c.col, c.text) for c in only_table(text).cells if c.text.startswith("其中")]
    assert cells == [(0, "其中：中央财政"), (2, "其中：中央财政")]


def test_a_level_that_a_page_break_printed_late_covers_the_rows_above_it() -> None:
    text = (
        "一级指标\t二级指标\t三级指标\t指标值\t分值\n产出指标\t数量指标\t护坡长度\t3公里\t10\n"
        "\t经济效益指标\t增收\t5万元\t10\n效益指标\t社会效益指标\t受益村数\t6个\t10\n"
    )
    assert [r["一级指标"] for r in rows_below(only_table(text), "三级指标")] == ["产出指标", "效益指标", "效益指标"]


def test_repeated_heads_of_a_next_page_are_no_rows() -> None:
    head = "一级指标\t二级指标\t三级指标\t指标值\t分值\n"
    text = head + "产出指标\t数量指标\t护坡长度\t3公里\t10\n\n" + head + "\t质量指标\t合格率\t95%\t10\n"
    assert [r["三级指标"] for r in rows_below(only_table(text), "三级指标")] == ["护坡长度", "合格率"]


def test_a_base_data_row_and_a_statement_stand_under_their_heads() -> None:
    text = (
        "\t人员情况(人)\n\n\t编制数\n\t2030年实际在职人数\n\t控制率\n\n\t\n\t31\n\t30\n\t96.77%\n\n"
        "\t经费情况(万元)\n\t2029年决算数\n\t2030年预算数\n\t2030年决算数\n\n\t公务接待\n\t\n\t2.5\n\t1.1\n"
    )
    table = only_table(text)
    staff = rows_below(table, "编制数")[0]
    assert (staff["编制数"], staff["2030年实际在职人数"], staff["控制率"]) == ("31", "30", "96.77%")
    assert rows_below(table, "2030年决算数")[0] == {
        "经费情况(万元)": "公务接待",
        "2030年预算数": "2.5",
        "2030年决算数": "1.1",
    }


def test_running_text_is_no_table() -> None:
    text = (
        "2030年03月19日 星期二 |\n一、基本情况\n"
        "全年清淤山塘12座，完成率100%，  投入资金45万元。\n数量指标：清淤12座，得分20分。"
    )
    assert not [b for b in lines_to_blocks(text) if isinstance(b, Table)]


def test_no_text_of_a_form_is_lost_when_its_columns_are_unknown() -> None:
    text = dump_pipes(Form("明细表", (), (("支出方向", "数额", "备注"), ("护坡", "12", "完工"), ("清淤", "9", "在建"))))
    assert [c.text for c in only_table(text).cells] == [
        "支出方向",
        "数额",
        "备注",
        "护坡",
        "12",
        "完工",
        "清淤",
        "9",
        "在建",
    ]


def test_columns_far_apart_without_known_heads_are_a_table_all_the_same() -> None:
    text = (
        "以下为明细。\n护坡工程    12.5    完工\n山塘清淤    9    在建\n渠道维修    3.1    完工\n以上金额单位为万元。"
    )
    assert [(c.row, c.col, c.text) for c in only_table(text).cells if c.col == 1] == [
        (0, 1, "12.5"),
        (1, 1, "9"),
        (2, 1, "3.1"),
    ]


def test_points_of_levels_in_columns_of_their_own_cover_their_rows() -> None:
    lines = [
        "一级指标\t分值\t二级指标\t分值\t三级指标\t分值\t得分",
        "过程\t30\t预算执行\t20\t预算执行率\t12\t11",
        "\t\t\t\t预算调整率\t8\t8",
        "产出\t70\t职责履行\t70\t实际完成率\t70\t69",
    ]
    (table,) = (block for block in lines_to_blocks("\n".join(lines)) if isinstance(block, Table))
    points = {cell.text: cell.rowspan for cell in table.cells if cell.text in ("30", "20") and cell.col in (1, 3)}
    assert points == {"30": 2, "20": 2}


def test_a_label_reaches_to_its_value_over_lost_blanks() -> None:
    head, row = "一级指标\t二级指标\t三级指标\t指标值\t完成值", "产出指标\t数量指标\t甲\t1个\t1个"
    lines = ["项目名称\t\t渔港清淤\t\t", head, row]
    (table,) = (block for block in lines_to_blocks("\n".join(lines)) if isinstance(block, Table))
    label = next(cell for cell in table.cells if cell.text == "项目名称")
    value = next(cell for cell in table.cells if cell.text == "渔港清淤")
    assert label.col + label.colspan == value.col


def test_a_list_of_places_without_row_ends_stands_under_its_heads() -> None:
    heads = ("序号", "市县", "下达资金", "到位资金", "支出资金", "支出率")
    rows = (("1", "甲县", "300.00", "280.00", "210.00", "70%"), ("2", "乙市", "200.00", "200.00", "200.00", "100%"))
    table = only_table("".join(f"{cell} |\n" for row in (heads, *rows) for cell in row))
    assert [tuple(row[head] for head in heads) for row in rows_below(table, "支出率")] == list(rows)


def test_a_hundred_beside_a_line_of_money_is_its_rate_and_no_score() -> None:
    table = only_table(
        "资金来源 | 年初预算数 | 全年预算数 | 全年执行数 | 执行率（%） | 分值 | 得分 |\n"
        "资金总额 | 29.00 | 29.00 | 28.50 | 98.28 | 10 | 9.83 |\n"
        "其中：中央资金 | 26.00 | 26.00 | 26.00 | 100 | ||\n"
    )
    assert rows_below(table, "资金来源")[1]["执行率(%)"] == "100"


def test_a_list_of_projects_without_row_ends_stands_under_its_heads() -> None:
    heads = ("序号", "项目名称", "全年预算数", "全年执行数", "执行率", "自评得分", "自评等级")
    rows = (
        ("1", "机井建设", "62.00", "58.90", "95%", "95.8", "优"),
        ("2", "河道清淤", "13.00", "11.00", "84.62%", "88", "良"),
    )
    table = only_table("".join(f"{cell} |\n" for row in (heads, *rows) for cell in row))
    assert [tuple(row[head] for head in heads) for row in rows_below(table, "自评等级")] == list(rows)


def test_a_level_that_says_what_must_be_filled_in_is_a_level_with_one_name_below_it() -> None:
    table = only_table(
        "项目名称 | 湖滨绿化项目 |\n"
        "绩 效 指 标 | 一级指标 | 二级指标 | 三级指标 | 指标值 |\n"
        "产出指标 | 数量指标 (必填硬性指标) | 栽植面积（亩） | 800 |\n"
        "效益指标 | 社会效益 指标 (必填) | 受益人数（人） | 132 |\n"
        "生态效益 指标 (选填) | 提高绿化覆盖率，促进物种保护。 | ||\n"
    )
    assert [cell.col for cell in table.cells if "选填" in cell.text] == [2]
    assert [cell.col for cell in table.cells if cell.text.startswith("提高")] == [3]


def test_a_label_whose_cell_ends_on_the_next_line_begins_the_form() -> None:
    table = only_table(
        "项目名称\n|\n山塘清淤经费\n|\n||||||||\n主管部门\n|\n某市水利局\n|\n项目实施单位\n|\n某市水利站\n|\n||||||\n"
        "项目类别\n|\n1、部门预算项目 R 2、市直专项 □\n|\n||||||||\n"
        "预算执行情况(万元)\n|\n|\n预算数(A)\n|\n执行数(B)\n|\n执行率(B/A)\n|\n得分\n|\n||||\n"
        "年度财政资金总额\n|\n34.6\n|\n34.6\n|\n100%\n|\n20\n|\n|||||\n"
    )
    texts = [cell.text for cell in table.cells if cell.text.strip()]
    assert texts[:6] == ["项目名称", "山塘清淤经费", "主管部门", "某市水利局", "项目实施单位", "某市水利站"]
    assert "1、部门预算项目 R 2、市直专项 □" in texts


def test_points_and_names_broken_between_blank_lines_are_whole() -> None:
    cells = ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分")
    rows = (
        ("产出指标", "(50)", "数量", "指标", "清淤山塘", "6座", "6座", "25", "25"),
        ("效益指标", "30分)", "经济效", "益指标", "新增灌溉收入", "90万元", "93万元", "15", "15"),
    )
    table = only_table("项目名称\n\n山塘清淤\n\n" + "\n\n".join([*cells, *(c for row in rows for c in row)]) + "\n")
    assert rows_below(table, "一级指标") == [
        {
            "一级指标": "产出指标(50分)", "二级指标": "数量指标", "三级指标": "清淤山塘", "年度指标值": "6座",
            "实际完成值": "6座", "分值": "25", "得分": "25",
        },
        {
            "一级指标": "效益指标(30分)", "二级指标": "经济效益指标", "三级指标": "新增灌溉收入",
            "年度指标值": "90万元", "实际完成值": "93万元", "分值": "15", "得分": "15",
        },
    ]  # fmt: skip


def test_the_points_below_a_block_s_label_leave_its_unit_in_place() -> None:
    cells = ("预算执行情况(万元)", "(20分)", "预算数(A)", "执行数(B)", "执行率(B/A)", "得分", "年度财政资金总额")
    table = only_table("\n\n".join(("项目名称", "某村养殖场建设", *cells, "50", "10", "20", "4")))
    assert "预算执行情况(万元)(20分)" in [cell.text for cell in table.cells]
    assert rows_below(table, "预算数(A)") == [{"预算数(A)": "50", "执行数(B)": "10", "执行率(B/A)": "20", "得分": "4"}]


def test_what_was_done_begins_where_the_numbers_of_the_goals_begin_anew() -> None:
    goals = ("目标1：植树1.2万亩，", "目标2抚育16.3万亩", "目标3：防治3.4万亩")
    done = ("目标1：植树1.2万亩，", "目标2抚育15.9万亩", "目标3：防治3.4万亩")
    head = ("年度总体目标", "预期目标", "实际完成情况")
    table = only_table(
        "项目名称\n\n林业专项\n\n" + "\n\n".join((*head, *goals, *done, "一级指标", "二级指标", "三级指标", "指标值"))
    )
    assert rows_below(table, "预期目标")[0]["预期目标"] == "".join(goals).replace("：", ":").replace("，", ",")
    assert rows_below(table, "预期目标")[0]["实际完成情况"] == "".join(done).replace("：", ":").replace("，", ",")


def test_a_name_that_is_a_label_elsewhere_is_an_indicator_where_its_points_follow() -> None:
    table = only_table(
        "附表1 绩效评价指标表 |\n序号 |\n一级指标 |\n二级指标 |\n三级指标 |\n指标分值 |\n"
        "指标解释说明 |\n评分标准 |\n自评 |\n"
        "1 |\n投入 |\n项目立项（6分） |\n项目立项依据 |\n2 |\n考核立项是否符合政策要求。 |\n"
        "符合规定的，得2分。 |\n2 |\n"
        "2 |\n目标编制 |\n4 |\n考核是否制定年度绩效目标。 |\n制定的，得4分；未制定的不得分。 |\n4 |\n"
    )
    assert [(row["三级指标"], row["指标分值"], row["自评"]) for row in rows_below(table, "三级指标")] == [
        ("项目立项依据", "2", "2"),
        ("目标编制", "4", "4"),
    ]
