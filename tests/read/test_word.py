from __future__ import annotations

import pytest

from pipeline.document import Paragraph, Table
from pipeline.errors import InputError
from pipeline.read import read_blocks
from pipeline.read.grid import RawCell
from pipeline.read.source import content_to_source
from pipeline.read.word import drop_slivers


def p(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def tc(inside: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside or '<w:p/>'}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


@pytest.fixture
def read(make_docx):
    def read_body(body: str, **parts: str):
        return read_blocks(content_to_source(make_docx(body, **parts), "x.docx"))

    return read_body


def grid(table: Table) -> list[tuple[int, int, int, int, str]]:
    return [(c.row, c.col, c.rowspan, c.colspan, c.text) for c in table.cells]


def test_paragraphs_and_tables_keep_the_order_of_the_body(read):
    document = read(p("前言") + tbl(tr(tc(p("甲")), tc(p("1")))) + p("后记"))
    assert [type(b) for b in document.blocks] == [Paragraph, Table, Paragraph]
    assert grid(document.blocks[1]) == [(0, 0, 1, 1, "甲"), (0, 1, 1, 1, "1")]


def test_merged_cells_get_their_exact_spans(read):
    start, more = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    document = read(
        tbl(
            tr(tc(p("资金"), start), tc(p("预算和执行"), '<w:gridSpan w:val="2"/>')),
            tr(tc("", more), tc(p("预算")), tc(p("执行"))),
            tr(tc("", more), tc(p("10")), tc(p("9"))),
            tr(tc(p("备注")), tc(p("无"), '<w:gridSpan w:val="2"/>')),
        )
    )
    assert grid(document.blocks[0]) == [
        (0, 0, 3, 1, "资金"), (0, 1, 1, 2, "预算和执行"), (1, 1, 1, 1, "预算"), (1, 2, 1, 1, "执行"),
        (2, 1, 1, 1, "10"), (2, 2, 1, 1, "9"), (3, 0, 1, 1, "备注"), (3, 1, 1, 2, "无"),
    ]  # fmt: skip


def test_a_row_that_starts_late_keeps_its_columns(read):
    document = read(
        tbl(tr(tc(p("a")), tc(p("b")), tc(p("c"))), tr(tc(p("d")), tc(p("e")), properties='<w:gridBefore w:val="1"/>'))
    )
    assert grid(document.blocks[0])[3:] == [(1, 1, 1, 1, "d"), (1, 2, 1, 1, "e")]


def test_a_table_inside_a_cell_of_a_form_stands_in_its_text_and_on_its_own(read):
    inner = tbl(tr(tc(p("数量")), tc(p("5"))), tr(tc(p("质量")), tc(p("6"))))
    document = read(tbl(tr(tc(p("名称")), tc(p("河道清淤"))), tr(tc(p("指标")), tc(inner + "<w:p/>"))))
    outer, lifted = document.blocks
    assert grid(outer)[3] == (1, 1, 1, 1, "数量 5\n质量 6")
    assert [c.text for c in lifted.cells] == ["数量", "5", "质量", "6"]


def test_a_table_that_only_frames_another_gives_way_to_it(read):
    inner = tbl(tr(tc(p("数量")), tc(p("5"))))
    document = read(tbl(tr(tc(p("表一") + inner + "<w:p/>"))))
    assert [type(b) for b in document.blocks] == [Paragraph, Table]


def test_revisions_field_codes_and_hidden_runs_are_not_text(read):
    document = read(
        "<w:p><w:r><w:t>执行</w:t></w:r><w:del><w:r><w:delText>80</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>95</w:t></w:r></w:ins><w:r><w:instrText> PAGE </w:instrText></w:r>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r><w:r><w:t>%</w:t></w:r></w:p>"
    )
    assert [b.text for b in document.blocks] == ["执行95%"]


def test_deleted_rows_are_no_rows(read):
    document = read(tbl(tr(tc(p("a")), tc(p("1"))), tr(tc(p("b")), tc(p("2")), properties="<w:del/>")))
    assert document.blocks[0].n_rows == 1


LISTS = (
    '<w:abstractNum w:abstractNumId="1">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>'
    '<w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="l"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="7"><w:abstractNumId w:val="1"/></w:num>'
)


def numbered(text: str, level: int) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="7"/></w:numPr>')


def test_list_numbers_are_written_out_as_word_draws_them(read):
    document = read(
        "".join(
            numbered(t, n)
            for t, n in [("总体", 0), ("甲", 1), ("乙", 1), ("5万元", 2), ("点", 3), ("结论", 0), ("丙", 1)]
        ),
        numbering=LISTS,
    )
    assert [b.text for b in document.blocks] == [
        "一、总体",
        "（一）甲",
        "（二）乙",
        "1. 5万元",
        "点",
        "二、结论",
        "（一）丙",
    ]
    assert [b.level for b in document.blocks] == [2, 3, 3, 4, 0, 2, 3]


def test_a_numbered_column_shows_its_numbers(read):
    rows = [tr(tc(numbered("", 2).replace("<w:r><w:t></w:t></w:r>", "")), tc(p(name))) for name in ("道路", "桥梁")]
    assert [c.text for c in read(tbl(*rows), numbering=LISTS).blocks[0].cells] == ["1.", "道路", "2.", "桥梁"]


def test_the_outline_of_a_style_makes_a_heading_and_centring_is_kept(read):
    styles = (
        '<w:style w:type="paragraph" w:styleId="A"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr>'
        '</w:style><w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/></w:style>'
    )
    document = read(p("自评报告", '<w:pStyle w:val="B"/><w:jc w:val="center"/>') + p("正文。"), styles=styles)
    assert [(b.level, b.centered) for b in document.blocks] == [(1, True), (0, False)]


def test_a_text_box_is_read_once_though_the_file_holds_it_twice(read):
    box = f"<w:txbxContent>{p('附表二')}</w:txbxContent>"
    document = read(
        "<w:p><w:r><w:t>见表</w:t></w:r><w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx>"
        f"{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    assert [b.text for b in document.blocks] == ["见表", "附表二"]


def test_a_picture_that_may_hold_text_is_reported_and_an_icon_is_not(read):
    def picture(width_emu: int) -> str:
        return (
            f'<w:p><w:r><w:drawing><wp:inline><wp:extent cx="{width_emu}" cy="{width_emu}"/><a:blip/></wp:inline>'
            "</w:drawing></w:r></w:p>"
        )

    assert [i.code for i in read(picture(3_000_000)).issues] == ["image_text_skipped"]
    assert [i.code for i in read(picture(200_000)).issues] == ["document_blank"]


def test_symbols_of_symbol_fonts_become_the_signs_they_draw(read):
    document = read('<w:p><w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r><w:r><w:t>95%</w:t></w:r></w:p>')
    assert document.blocks[0].text == "≥95%"


def test_lines_of_a_table_of_contents_are_left_out(read):
    styles = '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="toc 1"/></w:style>'
    document = read(p("一、概况 3", '<w:pStyle w:val="T"/>') + p("一、概况"), styles=styles)
    assert [b.text for b in document.blocks] == ["一、概况"]


def test_a_grid_column_of_a_few_twips_is_closed_unless_a_cell_has_it_to_itself():
    cells = [RawCell(0, 0, 1, 2, ()), RawCell(0, 2, 1, 1, ()), RawCell(1, 0, 1, 1, ()), RawCell(1, 1, 1, 2, ())]
    assert [(c.col, c.colspan) for c in drop_slivers(cells, [900, 20, 900])] == [(0, 1), (1, 1), (0, 1), (1, 1)]
    alone = [RawCell(0, 0, 1, 1, ()), RawCell(0, 1, 1, 1, ()), RawCell(0, 2, 1, 1, ())]
    assert drop_slivers(alone, [900, 20, 900]) == alone


def test_entities_in_the_document_are_refused(read):
    laughs = '<!DOCTYPE x [<!ENTITY a "哈哈"><!ENTITY b "&a;&a;&a;">]>'
    with pytest.raises(InputError, match="外部实体"):
        read(p("&b;"), prolog=laughs)


def test_a_part_that_unpacks_beyond_measure_is_refused(read):
    with pytest.raises(InputError, match="压缩比"):
        read(f"<!--{' ' * 40_000_000}-->")


def test_broken_xml_is_one_line_of_advice(make_zip):
    with pytest.raises(InputError) as caught:
        read_blocks(content_to_source(make_zip({"word/document.xml": "<w:document><w:body>"}), "x.docx"))
    assert "\n" not in str(caught.value)
