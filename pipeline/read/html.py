"""Web pages and saved web pages: the article's paragraphs and exact tables, without what surrounds it."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.document import Block, Document, Issue, Paragraph, Source, Table
from pipeline.errors import InputError
from pipeline.read.encoding import declared_charset, decode
from pipeline.read.grid import MAX_TABLE_CELLS, clean_text, heading_level
from pipeline.read.html_blocks import Walk, element_to_blocks, inline_text, text_of
from pipeline.read.html_pictures import PictureFiles, mark_pictures, shelve_pictures, take_out_embedded, text_images
from pipeline.read.pictures import PictureShelf
from pipeline.read.text import encoding_issues
from pipeline.read.web_furniture import (
    drop_furniture,
    is_same_title,
    knowledge,
    shows_frame,
    split_metadata,
    split_metadata_rows,
)

if TYPE_CHECKING:
    from lxml import etree

MAX_MARKUP_CHARS = 20_000_000  # after embedded pictures are taken out
MAX_TAGS = 2_000_000
_PICTURE_ARTICLE_MAX_CHARS = 200
CUT_OFF = "网页在表格中间断开，没有结尾，可能没有下载完整：请重新下载"
_FRAME_TAG = re.compile(r"</?(?:html|body|table)\b", re.I)
_CELL_START = re.compile(r"<t[dh][\s>]", re.I)
_SILENT_TAGS = (
    "script", "style", "noscript", "template", "iframe", "frameset", "object", "embed", "svg", "canvas", "video",
    "audio", "select", "button", "input", "textarea", "nav", "footer", "xml",
)  # fmt: skip
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.I)
_KEPT_SHARE = 0.5  # an element with more of the page's text than this is its article, whatever it is called or styled
_CONTAINER_TAGS = frozenset({"div", "ul", "ol", "dl", "section", "header", "aside", "table", "td", "p", "span"})
_MENU_MIN_LINKS = 3
_MENU_LINK_SHARE = 0.6
_LINKS_ONLY_SHARE = 0.9  # two links make a menu where there is next to nothing else
_FILE_LINK = re.compile(r"\.(?:docx?|xlsx?|pdf|wps|et|zip|rar|7z|ofd|csv)\b", re.I)
_NAME_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_SITE_NAME = re.compile(r"网$|门户|政府$|网站|信息公开|政务公开|首页|平台$|频道")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_EMPTY_TITLE = re.compile(
    r"无标题|新建|未命名|untitled|microsoft|文档\d|document|index\b|[\w-]+\.(?:docx?|html?|xlsx?)$", re.I
)
_HEAD_NAMES = {
    "articletitle": "title", "pubdate": "发布日期", "contentsource": "来源", "sitename": "网站名称",
    "columnname": "栏目名称",
}  # fmt: skip


def read_html(source: Source) -> Document:
    """Paragraphs and tables of a page's article; its metadata block and title go to `meta`.

    A saved article without a site around it is kept whole. Raises InputError for a page too large to be one.
    """
    content, charset, parts = source.content, None, dict[str, bytes]()
    if source.media_type == "multipart/related":
        content, charset, parts = mhtml_to_html(content)
    decoded = decode(content, charset or declared_charset(content))
    markup, embedded = take_out_embedded(decoded.text)
    if len(markup) > MAX_MARKUP_CHARS:
        raise InputError(f"网页有 {len(markup) // 1_000_000} 百万字符，不像绩效文件：请只保存正文后再读取")
    if markup.count("<") > MAX_TAGS or len(_CELL_START.findall(markup)) > MAX_TABLE_CELLS:
        raise InputError(f"网页表格单元格超过 {MAX_TABLE_CELLS} 个，不像绩效文件：请只保存正文后再读取")
    root = parse_markup(markup)
    head_pairs = list(_head_pairs(root))
    _drop_hidden(root)
    is_framed = _drop_menus(root)
    images = mark_pictures(root)
    walk = Walk(split_rows=split_metadata_rows)
    body = root.find("body")
    blocks = element_to_blocks(root if body is None else body, walk)
    is_framed = is_framed or shows_frame(blocks)
    blocks, pairs = split_metadata(blocks, is_framed)
    title = _page_title(root, dict(head_pairs).get("title"), pairs)
    blocks = drop_furniture(blocks, title, is_framed or bool(pairs))
    if title:
        blocks = _mark_title(blocks, title, is_framed)
    title_pairs = [("title", title)] if title else []
    meta = (*title_pairs, *(p for p in head_pairs if p[0] != "title"), *pairs)
    kept = text_images(images, root, is_framed and _says_something(blocks))
    shelf = PictureShelf()
    blocks = shelve_pictures(blocks, kept, PictureFiles(embedded, parts, _folder_of(source)), shelf)
    cut_off = (Issue("page_cut_off", CUT_OFF),) if is_cut_off(markup) else ()
    issues = encoding_issues(decoded.n_replaced) + cut_off + tuple(_issues(shelf, walk))
    return Document(source=source, blocks=tuple(blocks), issues=issues, pictures=tuple(shelf.pictures), meta=meta)


def is_cut_off(markup: str) -> bool:
    """Whether a page breaks off inside a table: its download was not finished.

    A closing tag that is merely missing does not tell: careless pages have no `</html>`, others leave a table open.
    """
    tags = [tag.lower() for tag in _FRAME_TAG.findall(markup)]
    return "<html" in tags and not {"</html", "</body"} & set(tags) and tags.count("<table") > tags.count("</table")


def _folder_of(source: Source) -> Path | None:
    """The folder that a page was saved in; None for one that did not come from a file of its own."""
    file = Path(source.path)
    return file.parent if source.path and file.is_file() else None


def _issues(shelf: PictureShelf, walk: Walk) -> Iterator[Issue]:
    yield from shelf.issues("网页")
    if walk.n_skipped:
        yield Issue("part_skipped", f"网页中有 {walk.n_skipped} 个表格嵌套过深，没有读取：请用浏览器打开核对")


def mhtml_to_html(content: bytes) -> tuple[bytes, str | None, dict[str, bytes]]:
    """The page inside a `single file web page`, the charset that its part declares, and its pictures by location."""
    message = email.message_from_bytes(content, policy=email.policy.compat32)
    page: tuple[bytes, str | None] | None = None
    pictures: dict[str, bytes] = {}
    for part in message.walk():
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes):
            continue
        if part.get_content_type() == "text/html":
            page = page or (payload, part.get_content_charset())
        elif part.get_content_maintype() == "image":
            location, number = part.get("Content-Location"), part.get("Content-ID")
            pictures |= {str(location): payload} if location else {}
            pictures |= {f"cid:{str(number).strip('<> ')}": payload} if number else {}
    if page is None:
        raise InputError("单文件网页（mht）里没有正文：请用浏览器打开后另存为网页")
    return *page, pictures


def parse_markup(markup: str) -> etree._Element:
    """The tree of a page. Word's `<![if …]>` marks are taken out first, for what stands between them is shown."""
    from lxml import etree, html

    markup = re.sub(r"<!\[(?:if[^\]<>]*|endif)\]>", "", markup)
    markup = re.sub(r"^\s*<\?xml[^>]*>", "", markup)
    parser: Any = html.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=True, no_network=True)
    try:
        root = html.document_fromstring(_NOT_XML.sub("", markup), parser=parser)
    except (etree.ParserError, ValueError) as error:
        raise InputError("网页没有内容：请用浏览器打开后另存为网页") from error
    return root


def _head_pairs(root: etree._Element) -> Iterator[tuple[str, str]]:
    """What the page's head says of the article: title, date, source, site and column."""
    for element in root.iter("meta"):
        label = _HEAD_NAMES.get((element.get("name") or "").strip().lower())
        content = clean_text(element.get("content") or "")
        if label and content:
            yield label, content


def _page_title(root: etree._Element, stated: str | None, pairs: list[tuple[str, str]]) -> str | None:
    """The article's title: as the page's head states it, its only h1, or the window title without the site's name."""
    if stated:
        return stated
    for label, value in pairs:
        if label in ("标题", "名称", "信息名称", "文件名称") and value:
            return value
    headings = [inline_text(text_of(h)).replace("\n", "") for h in root.iter("h1")]
    headings = [h for h in headings if h and not heading_level(h)]
    if len(headings) == 1:
        return headings[0]
    window = next((clean_text(text_of(t)) for t in root.iter("title")), "")
    title = strip_site_name(window.replace("\n", " "))
    return None if not title or _EMPTY_TITLE.match(title) else title


def strip_site_name(title: str) -> str:
    """A window title without column and site: `某报告-财政公开-某县人民政府网` → `某报告`."""
    parts = [p.strip() for p in re.split(r"\s*[_|｜]+\s*|\s*-+\s*|\s+[—–]+\s+", title) if p.strip()]
    if len(parts) < 2 or (not _SITE_NAME.search(parts[-1]) and not _SITE_NAME.search(parts[0])):
        return title.strip()
    own = [p for p in parts if not _SITE_NAME.search(p)] or parts
    return max(own, key=len)


def _drop_hidden(root: etree._Element) -> None:
    """Takes out what a browser does not show, unless the page's text itself is hidden until a script runs."""
    n_all = len(text_of(root))
    for element in list(root.iter(*_SILENT_TAGS)):
        if element.tag not in ("nav", "footer", "object") or not _holds_article(element, n_all):
            _drop(element)
    n_text = len(text_of(root))
    for element in list(root.iter()):
        hides = element.get("hidden") is not None or _HIDDEN_STYLE.search(element.get("style") or "")
        if hides and element.tag not in ("html", "body") and not _holds_article(element, n_text):
            _drop(element)


def _holds_article(element: etree._Element, n_page_chars: int) -> bool:
    return len(text_of(element)) > n_page_chars * _KEPT_SHARE


def _drop(element: etree._Element) -> None:
    """Takes an element out of the tree and leaves the text behind it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        previous = element.getprevious()
        if previous is None:
            parent.text = _NOT_XML.sub("", (parent.text or "") + element.tail)
        else:
            previous.tail = _NOT_XML.sub("", (previous.tail or "") + element.tail)
    parent.remove(element)


def _drop_menus(root: etree._Element) -> bool:
    """Takes out menus, link lists and parts whose names say that they are furniture; whether there were any."""
    n_text = sum(len(t.strip()) for t in root.itertext())
    dropped = False
    for element in list(root.iter(*_CONTAINER_TAGS)):
        if element.getroottree().getroot() is not root or not _is_menu(element, n_text):
            continue
        _drop(element)
        dropped = True
    return dropped


def _is_menu(element: etree._Element, n_page_chars: int) -> bool:
    """Whether an element is page furniture by its name or because it holds little but links."""
    named = _has_furniture_name(element)
    links = list(element.iter("a")) if named or element.tag not in ("p", "span") else []
    if not named and len(links) < 2:
        return False
    text = text_of(element)
    n_chars = len("".join(text.split()))
    if n_chars > n_page_chars * _KEPT_SHARE or text.count("。") >= 3 or _has_figures(element):
        return False
    if any(_FILE_LINK.search(a.get("href") or "") or _FILE_LINK.search(a.text or "") for a in links):
        return False
    if named:
        return True
    n_link_chars = sum(len("".join(text_of(a).split())) for a in links)
    share = _MENU_LINK_SHARE if len(links) >= _MENU_MIN_LINKS else _LINKS_ONLY_SHARE
    return n_link_chars >= n_chars * share


def _has_furniture_name(element: etree._Element) -> bool:
    name = f"{element.get('class') or ''} {element.get('id') or ''}"
    if not name.strip():
        return False
    words = {w.lower() for w in _NAME_WORDS.findall(name)} | set(name.lower().split())
    return bool(words & knowledge().container_words)


def _has_figures(element: etree._Element) -> bool:
    """Whether an element holds a table with figures: such a table is never furniture."""
    for table in element.iter("table"):
        cells = [text_of(td).strip() for td in table.iter("td", "th") if td.find(".//a") is None]
        if sum(1 for text in cells if re.fullmatch(r"[≥≤=<>]?[\d,，.]+[%％]?.{0,4}", text)) >= 2:
            return True
    return False


def _says_something(blocks: list[Block]) -> bool:
    """Whether an article has a table or more than a few words, so that it is not a picture with a caption."""
    n_chars = sum(len(b.text) for b in blocks if isinstance(b, Paragraph))
    return n_chars >= _PICTURE_ARTICLE_MAX_CHARS or any(isinstance(b, Table) for b in blocks)


def _mark_title(blocks: list[Block], title: str, is_framed: bool) -> list[Block]:
    """The blocks with the page's title as a heading of the first level, however the site set it."""
    marked: list[Block] = []
    found = False
    for block in blocks:
        may_be_title = isinstance(block, Paragraph) and (block.level > 1 or (is_framed and not found))
        if may_be_title and isinstance(block, Paragraph) and is_same_title(block.text, title):
            marked.append(replace(block, level=1))
            found = True
        else:
            marked.append(block)
    return marked
