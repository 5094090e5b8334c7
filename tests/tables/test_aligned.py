"""Text in columns without rulings → tables, and never out of running text."""

from __future__ import annotations

from drawn import line_words, page_of, word

from pipeline.document import Box, Word
from pipeline.tables.aligned import find_aligned_tables

ROWS = [
    ("科目", "预算数", "决算数"),
    ("办公费", "12.50", "11.80"),
    ("差旅费", "3.00", "2.45"),
    ("培训费", "-", "0.60"),
]


def columns(rows: list[tuple[str, ...]], y: float = 200.0) -> list[Word]:
    return [
        word(text, 80 + 120 * col, y + 20 * i) for i, row in enumerate(rows) for col, text in enumerate(row) if text
    ]


def test_columns_with_figures_are_a_table() -> None:
    (table,) = find_aligned_tables(page_of(columns(ROWS)), [])
    assert [[c.text for c in table.cells if c.row == i] for i in range(4)] == [list(row) for row in ROWS]
    assert table.origin == "aligned"


def test_the_paragraphs_around_a_table_are_not_part_of_it() -> None:
    prose = ["\u3000\u3000本年度各项支出均按照年初批复的预算执行，支出", "结构合理，没有超出预算的情况，见下表。"]
    words = [*line_words(*prose, y=100), *columns(ROWS), *line_words(*prose, y=300)]
    (table,) = find_aligned_tables(page_of(words), [])
    assert table.n_rows == 4
    assert {c.text for c in table.cells if c.row == 3} == {"培训费", "-", "0.60"}


def test_a_wrapped_cell_is_one_cell() -> None:
    rows = [ROWS[0], ("公务用车运行", "5.00", "4.20"), ("维护费", "", ""), ROWS[1], ROWS[2]]
    (table,) = find_aligned_tables(page_of(columns(rows)), [])
    assert [c.text for c in table.cells if c.row == 1] == ["公务用车运行\n维护费", "5.00", "4.20"]


def test_running_text_is_no_table() -> None:
    lines = [
        "\u3000\u30002022年全年预算12.50万元，实际支出11.80万元，执行",
        "率94.4%，其中办公费3.00万元，差旅费2.45万元，培训费",
        "0.60万元，其余为维护费用，各项支出均有凭证。",
    ]
    assert find_aligned_tables(page_of(line_words(*lines)), []) == []


def test_signature_lines_are_no_table() -> None:
    rows = [
        ("填表人：甲", "审核人：乙", "负责人：丙"),
        ("日期：三月", "日期：三月", "日期：三月"),
        ("科室", "股室", "单位"),
    ]
    assert find_aligned_tables(page_of(columns(rows)), []) == []


def test_words_of_other_tables_are_left_alone() -> None:
    assert find_aligned_tables(page_of(columns(ROWS)), [Box(70, 190, 500, 300)]) == []


FORM = [
    ("项目名称", "河道保洁"),
    ("主管部门", "水利局", "", "实施单位", "河道管理所下属管理站"),
    ("项目资金", "", "预算", "执行", "分值", "得分"),
    ("", "总额", "320.5", "318.2", "10", "9.9"),
    ("", "其他", "0", "0", "-", "-"),
    ("产出", "数量", "≥8", "9", "20", "20"),
    ("", "质量", "≥95%", "96%", "30", "28.5"),
    ("总分", "", "", "", "100", "98.4"),
]


def form(pitch: float = 55.0) -> list[Word]:
    return [
        word(text, 60 + pitch * col, 200 + 20 * i) for i, row in enumerate(FORM) for col, text in enumerate(row) if text
    ]


def test_a_text_of_a_merged_cell_hides_no_border() -> None:
    (table,) = find_aligned_tables(page_of(form()), [])
    rows = [[c.text for c in table.cells if c.row == i] for i in range(table.n_rows)]
    assert rows == [[text for text in row if text] for row in FORM]
    assert [(c.col, c.colspan) for c in table.cells if c.text in ("河道管理所下属管理站", "98.4")] == [(4, 2), (5, 1)]


def test_rows_of_a_label_and_its_value_above_the_columns_belong_to_the_table() -> None:
    heading = word("项目支出绩效自评表", 150.0, 175.0, 14.0)
    (table,) = find_aligned_tables(page_of([heading, *form()]), [])
    assert [(c.row, c.col, c.text) for c in table.cells if c.row == 0] == [(0, 0, "项目名称"), (0, 1, "河道保洁")]


def test_a_sentence_above_the_columns_is_not_drawn_in() -> None:
    lines = ["本年度各项任务全部完成，资金使用 符合规定。"]
    (table,) = find_aligned_tables(page_of([*line_words(*lines, x=60.0, y=180.0, size=10.0), *form()]), [])
    assert table.n_rows == len(FORM)


def test_texts_that_begin_anywhere_make_no_borders() -> None:
    rows = [("道路", "12.50"), ("桥梁维修和加固工程", "8.00"), ("涵洞", "0.60"), ("排水沟的清淤", "2.00")]
    words = [word(a, 80, 200 + 20 * i) for i, (a, _) in enumerate(rows)]
    words += [word(b, 300, 200 + 20 * i) for i, (_, b) in enumerate(rows)]
    words += [word("备注", 420, 200), word("无", 420, 220), word("无", 420, 240), word("无", 420, 260)]
    (table,) = find_aligned_tables(page_of(words), [])
    assert table.n_cols == 3
