from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.document import Document, Paragraph, Table
from pipeline.errors import InputError
from pipeline.lexicon import load_toml
from pipeline.read import html, read_blocks
from pipeline.read.html import strip_site_name
from pipeline.read.source import content_to_source
from pipeline.read.web_furniture import furniture_rule, line_to_pairs


def read(body: str, head: str = "", encoding: str = "utf-8") -> Document:
    page = f"<html><head>{head}</head><body>{body}</body></html>"
    return read_blocks(content_to_source(page.encode(encoding), "页.html"))


def texts(document: Document) -> list[str]:
    return [b.text for b in document.blocks if isinstance(b, Paragraph)]


def grid(table: Table) -> list[tuple[int, int, int, int, str]]:
    return [(c.row, c.col, c.rowspan, c.colspan, c.text) for c in table.cells]


def only_table(document: Document) -> Table:
    (table,) = [b for b in document.blocks if isinstance(b, Table)]
    return table


def test_spans_place_cells_as_a_browser_does():
    document = read(
        "<table><tr><th rowspan=2>项目</th><th colspan=2>资金</th></tr><tr><td>预算<td>执行</tr>"
        "<tr><td>修路</td><td>10</td><td>9</td></tr></table>"
    )
    assert grid(only_table(document)) == [
        (0, 0, 2, 1, "项目"), (0, 1, 1, 2, "资金"), (1, 1, 1, 1, "预算"), (1, 2, 1, 1, "执行"),
        (2, 0, 1, 1, "修路"), (2, 1, 1, 1, "10"), (2, 2, 1, 1, "9"),
    ]  # fmt: skip


def test_a_rowspan_of_zero_reaches_the_end_of_its_group_and_no_span_leaves_it():
    document = read(
        "<table><thead><tr><td rowspan=9>甲</td><td>乙</td></tr></thead>"
        "<tbody><tr><td rowspan=0>丙</td><td>1</td></tr><tr><td>2</td></tr></tbody></table>"
    )
    assert grid(only_table(document)) == [
        (0, 0, 1, 1, "甲"), (0, 1, 1, 1, "乙"), (1, 0, 2, 1, "丙"), (1, 1, 1, 1, "1"), (2, 1, 1, 1, "2"),
    ]  # fmt: skip


def test_a_title_that_spans_more_columns_than_there_are_ends_with_the_table():
    document = read("<table><tr><td colspan=20>自评表</td></tr><tr><td>名称</td><td>植树</td></tr></table>")
    assert only_table(document).n_cols == 2


@pytest.mark.parametrize("span", ["", "x", "-3", "1.7", "2;", "99999999999"])
def test_nonsense_in_spans_breaks_nothing(span):
    document = read(f'<table><tr><td colspan="{span}">甲</td><td>乙</td></tr><tr><td>丙</td><td>丁</td></tr></table>')
    assert [c.text for c in only_table(document).cells] == ["甲", "乙", "丙", "丁"]


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 4)), min_size=1, max_size=5), min_size=1, max_size=6)
)
def test_cells_never_overlap_and_none_is_lost(rows):
    body = "".join(
        "<tr>" + "".join(f'<td rowspan="{r}" colspan="{c}">字</td>' for r, c in row) + "<td>尾</td></tr>"
        for row in rows
    )
    tables = [b for b in read(f"<table>{body}</table>").blocks if isinstance(b, Table)]
    assert len(tables) == 1
    places = [
        (row, col)
        for c in tables[0].cells
        for row in range(c.row, c.row + c.rowspan)
        for col in range(c.col, c.col + c.colspan)
    ]
    assert len(places) == len(set(places))
    assert len(tables[0].cells) == sum(len(row) + 1 for row in rows)
    assert tables[0].n_rows == len(rows)


def test_lines_inside_a_cell_are_kept_and_source_line_breaks_are_not():
    document = read("<table><tr><td>绩<br>效</td><td><p>第一\n 行</p><p>&nbsp;</p><p>第二行 A\nB</p></td></tr></table>")
    assert [c.text for c in only_table(document).cells] == ["绩\n效", "第一行\n第二行 A B"]


def test_a_layout_table_gives_way_to_its_contents():
    document = read(
        "<table><tr><td><p>自评报告</p></td></tr><tr><td>说明文字。<table><tr><td>名称</td><td>植树</td></tr>"
        "<tr><td>数量</td><td>5</td></tr></table></td></tr></table>"
    )
    assert texts(document) == ["自评报告", "说明文字。"]
    assert only_table(document).n_rows == 2


def test_a_table_inside_a_form_stays_in_its_cell_and_is_lifted_out_too():
    document = read(
        "<table><tr><td>名称</td><td>植树</td></tr><tr><td>指标</td><td><table><tr><td>数量</td><td>5</td></tr>"
        "<tr><td>质量</td><td>6</td></tr></table></td></tr></table>"
    )
    outer, inner = document.blocks
    assert isinstance(outer, Table) and isinstance(inner, Table)
    assert outer.cells[3].text == "数量 5\n质量 6"
    assert [c.text for c in inner.cells] == ["数量", "5", "质量", "6"]


def test_a_saved_article_is_kept_whole():
    document = read("<h1>自评<br>报告</h1><p>附件1</p><p>一、概况</p><div>短</div>尾<p>2021年3月1日</p>")
    assert texts(document) == ["自评报告", "附件1", "一、概况", "短", "尾", "2021年3月1日"]
    assert [b.level for b in document.blocks] == [1, 0, 2, 0, 0, 0]


PROSE = "本项目全年安排资金三十万元，用于乡村图书室购置图书和桌椅，年末资金全部支付完毕，受益群众满意。"
SITE = f"""
<div class="top">某某网 <a href=/>首页</a> <a href=/a>公开</a> <a href=/b>互动</a></div>
<div>当前位置：<a href=/>首页</a> &gt; 正文</div>
META
<h2>图书室建设自评报告</h2>
<div>来源：文化站　日期：2022-05-06　浏览次数：12　【字体：<a>大</a> <a>中</a> <a>小</a>】</div>
<div class="article"><p>{PROSE}</p><table><tr><td>指标</td><td>得分</td></tr><tr><td>数量</td><td>20</td></tr></table>
<p>文化站</p><p>2022年3月1日</p></div>
<div>附件：<a href="x.xls">得分表.xls</a></div>
<div>上一篇：<a href=1>公告（3000万元）</a></div>
<div class="xg"><h3>相关文章</h3>
<ul><li><a href=1>甲</a></li><li><a href=2>乙</a></li><li><a href=3>丙</a></li></ul></div>
<div>主办：某某办公室　承办：某某中心</div><div>某ICP备00000000号</div>
"""
METAS = {
    "table": "<table><tr><td>索 引 号</td><td>X-1</td><td>发布机构</td><td>文化站</td></tr></table>",
    "cells": "<table><tr><td>索引号：X-1</td><td>发布机构：文化站</td></tr></table>",
    "bullets": "<ul><li><b>索引号：</b>X-1</li><li><b>发布机构：</b>文化站</li></ul>",
    "brackets": "<p>[ 索 引 号 ] X-1</p><p>[ 发布机构 ] 文化站</p>",
    "lines": "<div>索引号</div><div>X-1</div><div>发布机构</div><div>文化站</div>",
    "dl": "<dl><dt>索引号：</dt><dd>X-1</dd><dt>发布机构：</dt><dd>文化站</dd></dl>",
}


@pytest.mark.parametrize("form", METAS)
def test_an_article_is_freed_of_its_page_and_the_metadata_goes_to_meta(form):
    document = read(SITE.replace("META", METAS[form]), head="<title>图书室建设自评报告-公开-某某网</title>")
    assert texts(document) == ["图书室建设自评报告", PROSE, "文化站", "2022年3月1日", "附件：得分表.xls"]
    assert only_table(document).n_rows == 2
    meta = dict(document.meta)
    assert (meta["索引号"], meta["发布机构"], meta["title"]) == ("X-1", "文化站", "图书室建设自评报告")


def test_metadata_rows_above_an_article_in_one_table_are_parted_from_it():
    inner = "<table><tr><td>指标</td><td>得分</td></tr><tr><td>数量</td><td>20</td></tr></table>"
    document = read(
        "<table><tr><td>索引号</td><td>X-1</td></tr><tr><td>发布机构</td><td>文化站</td></tr>"
        f"<tr><td colspan=2><p>{PROSE}</p>{inner}</td></tr></table>"
    )
    assert texts(document) == [PROSE]
    assert only_table(document).cells[3].text == "20"
    assert dict(document.meta)["索引号"] == "X-1"


def test_a_form_with_one_word_of_metadata_is_no_metadata():
    document = read("<table><tr><td>项目名称</td><td>植树</td></tr><tr><td>发布日期</td><td>2020-1-1</td></tr></table>")
    assert only_table(document).n_rows == 2 and document.meta == ()


def test_a_table_with_figures_survives_whatever_its_box_is_called():
    table = (
        "<table><tr><td>指标</td><td>分值</td><td>得分</td></tr><tr><td>数量</td><td>20</td><td>18</td></tr></table>"
    )
    document = read(f'<div class="nav share sidebar">{table}</div><p>{PROSE}</p>')
    assert only_table(document).n_rows == 2


def test_what_a_browser_hides_is_not_read_unless_it_is_the_article():
    hidden = '<p style="display: none">草稿 99</p>'
    assert texts(read(f"<p>{PROSE}</p>{hidden}<script>var x = 1;</script>")) == [PROSE]
    assert texts(read(f'<div style="display:none"><p>{PROSE}</p></div><p>载入中</p>')) == [PROSE, "载入中"]


def test_marks_of_word_exports_are_removed():
    document = read(
        "<p><!--[if gte mso 9]><xml>98</xml><![endif]--><![if !supportLists]>一、<![endif]>概况[bookmark: _GoBack]</p>"
        '<p>HYPERLINK \\l "_Toc123456" 二、结论 PAGEREF _Toc123456 \\h 3</p><p>正文<o:p>&nbsp;</o:p></p>'
    )
    assert texts(document) == ["一、概况", "二、结论 3", "正文"]


def test_preformatted_text_gives_a_paragraph_per_line():
    assert texts(read("<pre>一、概况\n  资金 30 万元\n\n完</pre>")) == ["一、概况", "资金 30 万元", "完"]


@pytest.mark.parametrize("claim", ["gb2312", "utf-8", "gbk", "windows-1252"])
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-16"])
def test_pages_are_decoded_whatever_they_claim(claim, encoding):
    document = read(f"<p>{PROSE}</p>", head=f'<meta charset="{claim}">', encoding=encoding)
    assert texts(document) == [PROSE]


def test_a_single_file_web_page_gives_its_page():
    page = f"<html><body><p>{PROSE}</p></body></html>"
    import base64

    body = base64.encodebytes(page.encode("gbk")).decode()
    mht = (
        'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n--b\n'
        f'Content-Type: text/html; charset="gb2312"\nContent-Transfer-Encoding: base64\n\n{body}\n--b--\n'
    )
    assert texts(read_blocks(content_to_source(mht.encode(), "报告.doc"))) == [PROSE]


def test_a_picture_in_the_article_is_reported():
    assert [i.code for i in read(f'<p>{PROSE}</p><img src="a.jpg"><img src="b.gif" width=16>').issues] == [
        "image_text_skipped"
    ]


def test_a_banner_is_no_picture_of_text_and_an_article_that_is_a_picture_is():
    banner = '<div><img src="banner.jpg" width=1000 height=200></div>'
    page = SITE.replace("META", banner)
    assert read(page).issues == ()
    scanned = '<div>当前位置：首页 &gt; 正文</div><p>自评表</p><div><img src="1.jpg"></div><div>下一篇：无</div>'
    assert [i.code for i in read(scanned).issues] == ["image_text_skipped"]


def test_control_characters_break_nothing():
    assert texts(read(f"<p>{PROSE}&#1;</p>\x02<script>1</script>&#3;尾<p>完\x0c</p>")) == [PROSE, "尾", "完"]


def test_embedded_pictures_do_not_count_towards_the_limit(monkeypatch):
    monkeypatch.setattr(html, "MAX_MARKUP_CHARS", 2000)
    document = read(f'<p>{PROSE}</p><img src="data:image/png;base64,{"A" * 50_000}">')
    assert texts(document) == [PROSE, document.pictures[0].mark]
    with pytest.raises(InputError, match="不像绩效文件"):
        read(f"<p>{PROSE * 100}</p>")


def test_deep_nesting_ends_in_an_issue_not_in_a_crash():
    deep = "<table><tr><td>" * 300 + "底" + "</td></tr></table>" * 300
    assert "part_skipped" in [i.code for i in read(f"<p>{PROSE}</p>{deep}").issues]
    assert texts(read("<div>" * 1500 + PROSE + "</div>" * 1500)) == [PROSE]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("自评报告-财政公开-某县人民政府网", "自评报告"),
        ("某县人民政府门户网站_自评报告", "自评报告"),
        ("2021-2022年度自评报告", "2021-2022年度自评报告"),
        ("自评报告", "自评报告"),
    ],
)
def test_the_site_is_cut_from_a_window_title(title, expected):
    assert strip_site_name(title) == expected


def test_a_metadata_line_gives_all_its_pairs():
    assert line_to_pairs("来源：文化站　发布时间：2022-05-06 10:30　浏览次数：12 次") == [
        ("来源", "文化站"), ("发布时间", "2022-05-06 10:30"), ("浏览次数", "12 次"),
    ]  # fmt: skip
    assert line_to_pairs("项目资金来源：财政拨款") == []


RULES = load_toml("web_pages.toml")["line"]


@pytest.mark.parametrize(("rule", "text"), [(r["id"], t) for r in RULES for t in r["examples"]])
def test_a_furniture_rule_tells_its_examples(rule, text):
    found = furniture_rule(text)
    assert found is not None and found.id == rule


@pytest.mark.parametrize("text", [t for r in RULES for t in r["rejects"]])
def test_no_furniture_rule_takes_a_line_of_a_report(text):
    assert furniture_rule(text) is None


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<html><body><table><tr><td>数量指标", True),
        ("<HTML><BODY><TABLE><TR><TD>数量指标</TD></TR><TR><TD>质", True),
        ("<html><body><table><tr><td>数量指标</table>", False),
        ("<html><body><table><tr><td>数量指标</body></html>", False),
        ("<html><body><table><tr><td>数量指标</html>", False),
        ("<table><tr><td>数量指标", False),
    ],
)
def test_a_page_that_breaks_off_inside_a_table_is_told(page, expected):
    issues = read_blocks(content_to_source(page.encode(), "页.html")).issues
    assert ("page_cut_off" in {issue.code for issue in issues}) == expected
