"""A golden document as a web page: bare, or inside the page of a government site."""

from __future__ import annotations

from html import escape

from render.sample import Grid, GridCell, Line, Sample, Site

BARE = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title></head>
<body>
{body}
</body></html>
"""

CHROME = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8">
<meta name="SiteName" content="{site}"><meta name="ColumnName" content="{column}">
<meta name="PubDate" content="{published}">
<title>{title}-{column}-{site}</title><style>body{{font-family:SimSun}} .con p{{text-indent:2em}}</style>
<script>var visits = 1024;</script></head>
<body>
<div class="header"><a href="/">{site}</a></div>
<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/zwgk/">政务公开</a></li>
<li><a href="/hd/">互动交流</a></li></ul></div>
<div class="position">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; {column}</div>
<table class="meta"><tr><td>索引号</td><td>{index}</td><td>主题分类</td><td>财政</td></tr>
<tr><td>发布日期</td><td>{published}</td><td>有效性</td><td>有效</td></tr></table>
<div class="tools">【字体：<a href="#">大</a> <a href="#">中</a> <a href="#">小</a>】
<a href="#">打印本页</a>　浏览次数：<span>136</span></div>
<div class="con">
{body}
</div>
<div class="page"><p>上一篇：<a href="1.html">2024年政府预算公开</a></p>
<p>下一篇：<a href="2.html">财政收支情况</a></p></div>
<div class="footer"><p>主办：{site}</p><p>网站标识码：0000000000　ICP备00000000号</p></div>
</body></html>
"""


def cell_html(cell: GridCell) -> str:
    spans = "".join(
        f' {name}="{count}"' for name, count in (("rowspan", cell.rowspan), ("colspan", cell.colspan)) if count > 1
    )
    inside = "<br>".join(escape(line) for line in cell.text.split("\n")) or "&nbsp;"
    return f"<td{spans}>{inside}</td>"


def block_html(block: Line | Grid) -> str:
    if isinstance(block, Grid):
        rows = ("<tr>" + "".join(cell_html(c) for c in block.starting(r)) + "</tr>" for r in range(block.n_rows))
        return '<table border="1">\n' + "\n".join(rows) + "\n</table>"
    if block.level:
        return f'<h{block.level} style="text-align:{block.align}">{escape(block.text)}</h{block.level}>'
    return f'<p style="text-align:{block.align}">{escape(block.text)}</p>'


def render_html(sample: Sample) -> bytes:
    """The document as a UTF-8 page; its tables keep their spans."""
    title = next((b.text for b in sample.blocks if isinstance(b, Line)), "")
    body = "\n".join(block_html(b) for b in sample.blocks)
    if sample.site is None:
        return BARE.format(title=escape(title), body=body).encode("utf-8")
    return in_site(sample.site, escape(title), body).encode("utf-8")


def in_site(site: Site, title: str, body: str) -> str:
    """The page of the site with the document in its middle."""
    return CHROME.format(
        site=site.name, column=site.column, published=site.published, index=site.index, title=title, body=body
    )
