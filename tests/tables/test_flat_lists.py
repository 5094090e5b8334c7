"""Lists with a project or department per row, flattened: all tables are invented."""

from __future__ import annotations

from pipeline.document import Paragraph, Table
from pipeline.tables.flat import rebuild_tables

HEADS = ("序号", "部门名称", "部门预算数", "支出决算数", "预算执行率", "产出（40分）", "综合得分", "评价等级")
ROWS = (
    ("1", "某县林业局", "200.00", "180.00", "90%", "38", "95", "优"),
    ("2", "某县水利局", "100.00", "85.00", "85%", "33.5", "88.5", "良"),
)


def only_table(text: str) -> Table:
    """The one table of a dump."""
    (table,) = [b for b in rebuild_tables([Paragraph(line) for line in text.split("\n")]) if isinstance(b, Table)]
    return table


def rows_of(table: Table) -> list[tuple[str, ...]]:
    rows = sorted({cell.row for cell in table.cells})
    return [tuple(c.text for c in table.cells if c.row == row) for row in rows]


def stream(*rows: tuple[str, ...]) -> str:
    """Cells on lines of their own with a bar at each end: nothing says where a row ends."""
    return "\n".join(f"{cell} |" for row in rows for cell in row)


def test_a_head_that_no_list_knows_is_one_among_heads_that_are_known() -> None:
    assert rows_of(only_table(stream(HEADS, *ROWS))) == [HEADS, *ROWS]


def test_cells_on_one_line_are_a_list_too() -> None:
    assert rows_of(only_table(" | ".join(cell for row in (HEADS, *ROWS) for cell in row))) == [HEADS, *ROWS]


def test_amounts_divided_below_the_other_heads_stand_in_their_place() -> None:
    upper = ("序号", "项目名称", "实施单位", "资金情况", "自评得分", "自评等级")
    lower = ("年初预算", "调整预算", "支出数", "执行率")
    row = ("1", "湿地巡护", "某县湿地站", "20.00", "25.00", "20.00", "80%", "92", "优")
    table = only_table(stream(upper, lower, row, row))
    assert rows_of(table) == [(*upper[:3], *lower, *upper[4:]), row, row]


def test_the_labels_of_a_form_and_their_values_are_no_heads_of_a_list() -> None:
    labels = ("项目名称", "湿地巡护", "主管部门", "某县林业局", "实施单位", "某县湿地站")
    funds = ("项目资金（万元）", "预算数", "执行数", "执行率", "自评分")
    table = only_table(stream(labels, funds, ("资金总额", "20.00", "18.00", "90%", "9")))
    assert [row for row in rows_of(table) if len(row) == 2] == [labels[:2], labels[2:4], labels[4:]]


def test_a_row_without_a_rate_among_rows_with_theirs_is_laid_out_by_it() -> None:
    heads = ("项目名称", "年初预算数", "调整预算数", "支出数", "执行率", "自评得分")
    rows = (("湿地巡护", "20", "25", "20", "80", "92"), ("苗圃改造", "10", "10", "9", "90", "95"))
    late = ("水质监测", "50.00", "0.00", "0.00", "61")
    table = only_table("\n".join(" | ".join(row) + " |" for row in (heads, *rows, late)))
    assert [(c.col, c.text) for c in table.cells if c.row == 3] == [
        (0, "水质监测"),
        (2, "50.00"),
        (3, "0.00"),
        (4, "0.00"),
        (5, "61"),
    ]


def test_a_figure_that_is_no_rate_of_its_row_may_be_its_score_and_is_neither() -> None:
    heads = ("项目名称", "年初预算数", "调整预算数", "支出数", "执行率", "自评得分")
    rows = (("湿地巡护", "20", "25", "20", "80", "92"), ("苗圃改造", "10", "10", "9", "90", "95"))
    late = ("水质监测", "20", "40", "20", "85")
    table = only_table(stream(heads, *rows, late, ("护林补助", "10", "10", "10", "100", "99")))
    assert [(c.col, c.text) for c in table.cells if c.row == 3] == [
        (0, "水质监测"),
        (1, "20"),
        (2, "40"),
        (3, "20"),
        (6, "85"),
    ]


def test_a_body_over_a_date_below_a_form_signs_what_it_stands_in() -> None:
    cells = ["", *(cell for row in (HEADS, *ROWS) for cell in row), "某县财政局", "2023年9月15日"]
    blocks = rebuild_tables([Paragraph(line) for cell in cells for line in (cell, "")])
    assert [b.text for b in blocks if isinstance(b, Paragraph)][-2:] == ["某县财政局", "2023年9月15日"]


def test_a_short_word_that_ends_like_a_title_is_a_proof_within_a_form() -> None:
    heads = ("一级指标", "二级指标", "三级指标", "分值", "得分", "佐证材料")
    rows = (
        ("投入", "目标设定", "目标合理性", "5", "5", "绩效目标表"),
        ("过程", "预算执行", "预算完成率", "8", "7.6", "支付凭证"),
    )
    table = only_table(stream(heads, *rows))
    assert [c.text for c in table.cells if c.row == 2] == list(rows[1])


def test_a_list_of_scores_and_grades_without_amounts_is_one_too() -> None:
    heads = ("序号", "项目名称", "项目单位", "评价得分", "评价等级")
    rows = (("1", "公园改造", "某市园林中心", "88.6", "良"), ("2", "数字乡村", "某市农业局", "92", "优"))
    assert rows_of(only_table(stream(heads, *rows))) == [heads, *rows]


def test_two_heads_that_are_known_are_not_one_head_broken_over_lines() -> None:
    heads = ("序号", "项目名称", "项目单位", "评价得分", "评价等级")
    lines = [part for cell in (*heads, "1", "公园改造", "某市园林中心", "88.6", "良") for part in (cell, "")]
    blocks = rebuild_tables([Paragraph(line) for line in lines])
    (table,) = [block for block in blocks if isinstance(block, Table)]
    assert rows_of(table)[0] == heads


def test_the_signature_below_rows_of_blanks_is_no_row() -> None:
    lines = [" ".join(row) for row in (HEADS, *ROWS)]
    blocks = rebuild_tables([Paragraph(line) for line in (*lines, "", "某县财政局", "", "2023年9月15日")])
    assert [b.text for b in blocks if isinstance(b, Paragraph)] == ["某县财政局", "2023年9月15日"]


def test_a_word_that_heads_prose_elsewhere_names_an_indicator_over_figures() -> None:
    heads = ("一级指标", "二级指标", "三级指标", "四级指标", "分值", "得分")
    row = ("决策", "项目立项", "立项依据", "立项依据充分性", "4", "4")
    table = only_table(stream(heads, row, ("立项程序", "程序规范性", "4", "3")))
    assert [c.text for c in table.cells if c.row == 1] == list(row)


def test_words_over_rows_of_as_many_figures_head_them_whatever_they_are() -> None:
    rows = (
        ("单位名称", "项目个数", "预算资金", "实际支出", "优", "良"),
        ("某县林业局", "32", "21,540.00", "20,866.50", "29", "3"),
        ("某县水利局", "27", "18,320.60", "17,005.44", "22", "5"),
    )
    assert rows_of(only_table("\n".join(" ".join(row) for row in rows))) == list(rows)


def test_figures_parted_by_blanks_are_not_cut_at_the_commas_of_their_thousands() -> None:
    lines = ("甲 1,540.00 20,866.50 3,000", "乙 8,320.60 17,005.44 5,000", "丙 9,815.00 24,912.30 4,000")
    blocks = rebuild_tables([Paragraph(line) for line in lines])
    assert not any(cell.text.startswith("540") for b in blocks if isinstance(b, Table) for cell in b.cells)


def test_an_unknown_head_at_the_end_is_told_by_how_the_rows_fit() -> None:
    heads = ("项目名称", "主管部门", "预算金额", "决算金额", "综合得分", "评价等级", "主要问题")
    rows = (
        ("湿地巡护", "某县林业局", "200.00", "180.00", "95", "优", "无"),
        ("河道清淤", "某县水利局", "500.00", "300.00", "81.5", "良", "进度偏慢"),
    )
    assert rows_of(only_table(stream(heads, *rows))) == [heads, *rows]
