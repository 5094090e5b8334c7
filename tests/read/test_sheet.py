from __future__ import annotations

import io
import shutil

import pytest

from pipeline.document import Document, Paragraph, Table
from pipeline.errors import InputError
from pipeline.read import read_blocks, sheet_blocks
from pipeline.read.source import content_to_source

PROSE = "本项目全年安排资金三十万元，用于乡村图书室购置图书和桌椅，年末资金全部支付完毕，受益群众满意。"


def text(reference: str, value: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c>'


def rows(*lines: str) -> str:
    return "<sheetData>" + "".join(f"<row>{line}</row>" for line in lines) + "</sheetData>"


def merges(*references: str) -> str:
    return "<mergeCells>" + "".join(f'<mergeCell ref="{r}"/>' for r in references) + "</mergeCells>"


def read(content: bytes, name: str = "表.xlsx") -> Document:
    return read_blocks(content_to_source(content, name))


def grid(table: Table) -> list[tuple[int, int, int, int, str]]:
    return [(c.row, c.col, c.rowspan, c.colspan, c.text) for c in table.cells]


def test_merged_areas_become_spans_and_blank_edges_are_trimmed(make_xlsx):
    inside = rows(
        text("C4", "资金") + text("D4", "预算"), text("D5", "10"), text("C6", "备注") + text("D6", "无")
    ) + merges("C4:C5", "D6:E6")
    (table,) = read(make_xlsx(("甲", "visible", inside))).blocks
    assert grid(table) == [
        (0, 0, 2, 1, "资金"), (0, 1, 1, 1, "预算"), (1, 1, 1, 1, "10"), (2, 0, 1, 1, "备注"), (2, 1, 1, 2, "无"),
    ]  # fmt: skip


def test_numbers_stand_as_their_cells_show_them(make_xlsx):
    inside = rows(
        '<c r="A1" s="1"><v>0.98499999999999999</v></c><c r="B1"><v>70.679999999999993</v></c>'
        '<c r="C1" s="2"><v>44927</v></c><c r="D1" t="s"><v>0</v></c><c r="E1" t="b"><v>1</v></c>'
        '<c r="F1" t="str"><f>A1&amp;B1</f><v>合计</v></c><c r="G1" t="e"><v>#DIV/0!</v></c>'
    )
    content = make_xlsx(
        ("甲", "visible", inside),
        formats=("0.00%", "yyyy-mm-dd"),
        strings="<si><r><t>得</t></r><r><t>分</t></r><rPh><t>x</t></rPh></si>",
    )
    (table,) = read(content).blocks
    assert [c.text for c in table.cells] == ["98.50%", "70.68", "2023-01-01", "得分", "TRUE", "合计", "#DIV/0!"]


def test_a_target_typed_as_a_formula_of_one_number_keeps_its_sign(make_xlsx):
    cells = '<c r="A1"><f>100%</f><v>1</v></c><c r="B1"><f>5+5</f><v>10</v></c>'
    (table,) = read(make_xlsx(("甲", "visible", f'<sheetData><row r="1">{cells}</row></sheetData>'))).blocks
    assert [cell.text for cell in table.cells] == ["=100%", "10"]


def test_hidden_and_empty_sheets_are_left_out_and_names_kept(make_xlsx):
    one = rows(text("A1", "甲") + text("B1", "1"))
    document = read(make_xlsx(("表一", "visible", one), ("底稿", "hidden", one), ("空", "visible", "<sheetData/>")))
    assert len(document.blocks) == 1
    assert document.meta == (("工作表", "表一"),)


def test_hidden_rows_and_columns_are_left_out_and_said(make_xlsx):
    inside = (
        '<cols><col min="2" max="2" hidden="1"/></cols><sheetData>'
        + f'<row r="1">{text("A1", "名称")}{text("B1", "MC")}{text("C1", "金额")}</row>'
        + f'<row r="2" hidden="1">{text("A2", "旧项目")}{text("C2", "9")}</row>'
        + f'<row r="3">{text("A3", "桥梁")}{text("B3", "07")}{text("C3", "5")}</row>'
        + f'<row r="4">{text("A4", "合计")}{text("C4", "5")}</row></sheetData>'
        + merges("A3:B3")
    )
    document = read(make_xlsx(("甲", "visible", inside)))
    (table,) = document.blocks
    assert grid(table) == [
        (0, 0, 1, 1, "名称"), (0, 1, 1, 1, "金额"), (1, 0, 1, 1, "桥梁"), (1, 1, 1, 1, "5"), (2, 0, 1, 1, "合计"),
        (2, 1, 1, 1, "5"),
    ]  # fmt: skip
    assert [(issue.code, issue.message) for issue in document.issues] == [
        (
            "hidden_cells_skipped",
            "表格中有 1 行、1 列是隐藏的，其中的内容没有读取：需要读取请取消隐藏后另存",
        )
    ]


def test_rows_that_a_filter_or_a_folded_group_hides_belong_to_the_sheet(make_xlsx):
    inside = (
        '<cols><col min="2" max="2" hidden="1" outlineLevel="1"/></cols><sheetData>'
        + f'<row r="1">{text("A1", "名称")}{text("B1", "金额")}</row>'
        + f'<row r="2" hidden="1">{text("A2", "道路")}{text("B2", "9")}</row>'
        + f'<row r="3">{text("A3", "桥梁")}{text("B3", "5")}</row></sheetData><autoFilter ref="A1:B3"/>'
    )
    document = read(make_xlsx(("甲", "visible", inside)))
    (table,) = document.blocks
    assert [cell.text for cell in table.cells] == ["名称", "金额", "道路", "9", "桥梁", "5"]
    assert document.issues == ()


def test_a_title_merged_out_of_a_hidden_column_is_kept(make_xlsx):
    inside = (
        '<cols><col min="1" max="1" hidden="1"/></cols>'
        + rows(text("A1", "自评表"), text("B2", "名称") + text("C2", "桥梁"), text("B3", "金额") + text("C3", "5"))
        + merges("A1:C1")
    )
    document = read(make_xlsx(("甲", "visible", inside)))
    (table,) = document.blocks
    assert grid(table) == [
        (0, 0, 1, 2, "自评表"), (1, 0, 1, 1, "名称"), (1, 1, 1, 1, "桥梁"), (2, 0, 1, 1, "金额"), (2, 1, 1, 1, "5"),
    ]  # fmt: skip
    assert document.issues == ()


def test_formulas_saved_without_their_values_are_said(make_xlsx):
    cells = (
        f'{text("A1", "合计")}<c r="B1"><f>C1+1</f><v></v></c><c r="C1"><f>5+5</f></c>'
        '<c r="D1" t="str"><f>IF(C1,"","无")</f><v></v></c><c r="E1"><f>C1/2</f><v>5</v></c>'
    )
    document = read(make_xlsx(("甲", "visible", f'<sheetData><row r="1">{cells}</row></sheetData>')))
    (table,) = document.blocks
    assert [cell.text for cell in table.cells] == ["合计", "5"]
    assert [(issue.code, issue.message) for issue in document.issues] == [
        (
            "formula_without_value",
            "有 2 个单元格（如 B1）是公式，文件里没有保存计算结果：请用 Excel/WPS 打开并保存后再读取",
        )
    ]


def test_rows_and_cells_without_numbers_follow_one_another(make_xlsx):
    cell = '<c t="inlineStr"><is><t>甲</t></is></c>'
    inside = f"<sheetData><row>{cell * 2}</row><row/><row>{cell * 2}</row></sheetData>"
    (table,) = read(make_xlsx(("甲", "visible", inside))).blocks
    assert [(c.row, c.col) for c in table.cells] == [(0, 0), (0, 1), (2, 0), (2, 1)]


def test_sentences_around_a_form_become_paragraphs_and_its_title_stays(make_xlsx):
    inside = rows(
        text("A1", "自评报告"), text("A2", PROSE), text("A3", "自评表"), text("A4", "名称") + text("B4", "植树"),
        text("A5", "指标") + text("B5", "5"), text("A6", PROSE),
    ) + merges("A2:B2", "A3:B3", "A6:B6")  # fmt: skip
    document = read(make_xlsx(("甲", "visible", inside)))
    assert [type(b) for b in document.blocks] == [Paragraph, Paragraph, Table, Paragraph]
    assert [c.text for c in document.blocks[2].cells] == ["自评表", "名称", "植树", "指标", "5"]


def test_a_caption_between_two_parts_of_a_form_stays_inside(make_xlsx):
    inside = rows(
        text("A1", "名称") + text("B1", "植树"), text("A2", "资金情况"), text("A3", "预算") + text("B3", "5")
    ) + merges("A2:B2")
    document = read(make_xlsx(("甲", "visible", inside)))
    assert [b.n_rows for b in document.blocks if isinstance(b, Table)] == [3]


def test_cells_at_the_far_corner_make_no_giant_table(make_xlsx):
    inside = rows(
        text("A1", "甲") + text("B1", "1"), '<c r="XFD1048576"><v>2</v></c><c r="XFC1048576"><v>3</v></c>'
    ) + merges("A1:XFD1048576")
    content = make_xlsx(("甲", "visible", '<dimension ref="A1:XFD1048576"/>' + inside))
    tables = [b for b in read(content).blocks if isinstance(b, Table)]
    assert sum(t.n_rows * t.n_cols for t in tables) < 10_000
    assert [c.text for t in tables for c in t.cells if c.text] == ["甲", "1", "3", "2"]


def test_more_cells_than_any_form_has_are_refused(make_xlsx, monkeypatch):
    monkeypatch.setattr(sheet_blocks, "MAX_CELLS", 3)
    with pytest.raises(InputError, match="超过 3 个"):
        read(make_xlsx(("甲", "visible", rows(*[text(f"A{n}", "x") + text(f"B{n}", "y") for n in range(1, 4)]))))


@pytest.mark.parametrize(
    "cell", ['<c r="A1" t="s"><v>9</v></c>', '<c r="A1" s="-5"><v>5</v></c>', '<c r="?"><v>x</v></c>']
)
def test_cells_that_point_nowhere_break_nothing(make_xlsx, cell):
    content = make_xlsx(("甲", "visible", rows(cell + text("B1", "乙") + text("C1", "丙"))))
    assert "乙" in [c.text for b in read(content).blocks if isinstance(b, Table) for c in b.cells]


def test_entities_in_a_sheet_are_refused(make_zip):
    content = make_zip(
        {"xl/workbook.xml": '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/hosts">]><workbook>&a;</workbook>'}
    )
    with pytest.raises(InputError, match="外部实体"):
        read(content)


def test_csv_fields_are_kept_as_written():
    content = '"资金,万元",预算\r\n"第一行\n第二行","1,004.12"\r\n植树,０.5\r\n'.encode("gb18030")
    (table,) = read(content, "表.csv").blocks
    assert [c.text for c in table.cells] == ["资金,万元", "预算", "第一行\n第二行", "1,004.12", "植树", "０.5"]


def test_a_quote_that_never_closes_does_not_swallow_the_file(monkeypatch):
    monkeypatch.setattr("csv.field_size_limit", lambda *_: 2**31 - 1)  # another part of the process may have raised it
    content = ("名称,数量\n" + '桥梁,"3\n' + "道路,4\n" * 40_000).encode()
    (table,) = read(content, "表.csv").blocks
    assert table.n_rows == 40_002


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_an_xls_is_read_with_its_spans_and_formats():
    from openpyxl import Workbook

    from pipeline.read.office import convert

    book = Workbook()
    sheet = book.active
    for row in (["资金", "执行率"], [None, 0.985], ["合计", 70.68], ["日期", "完"]):
        sheet.append(row)
    sheet.merge_cells("A1:A2")
    sheet["B2"].number_format = "0.00%"
    book.create_sheet("底稿").sheet_state = "hidden"
    sheet["C1"], sheet["A6"] = "YSZXL", "旧项目"
    sheet.column_dimensions["C"].hidden = sheet.row_dimensions[6].hidden = True
    buffer = io.BytesIO()
    book.save(buffer)
    source = content_to_source(buffer.getvalue(), "表.xlsx")
    old = content_to_source(convert(source, "xls"), "表.et")
    assert old.kind == "xls"
    (table,) = read_blocks(old).blocks
    assert grid(table) == [
        (0, 0, 2, 1, "资金"), (0, 1, 1, 1, "执行率"), (1, 1, 1, 1, "98.50%"), (2, 0, 1, 1, "合计"),
        (2, 1, 1, 1, "70.68"), (3, 0, 1, 1, "日期"), (3, 1, 1, 1, "完"),
    ]  # fmt: skip
    assert read_blocks(source).blocks == (table,)
    assert read_blocks(old).issues == read_blocks(source).issues
    assert [issue.code for issue in read_blocks(old).issues] == ["hidden_cells_skipped"]


def test_a_broken_xls_is_one_line_of_advice():
    from pipeline.document import Source

    source = Source(
        "a", "a.xls", "xls", "application/vnd.ms-excel", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "0"
    )
    with pytest.raises(InputError, match="xls"):
        read_blocks(source)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("空.html", b"<html><body><p> </p><table><tr><td></td></tr></table></body></html>"),
        ("空.txt", "\u3000\n".encode()),
    ],
)
def test_a_file_without_a_character_of_text_is_said_to_be_blank(name, content):
    assert [issue.code for issue in read(content, name).issues] == ["document_blank"]


def test_an_empty_workbook_is_said_to_be_blank(make_xlsx):
    assert [issue.code for issue in read(make_xlsx(("甲", "visible", "<sheetData/>"))).issues] == ["document_blank"]
