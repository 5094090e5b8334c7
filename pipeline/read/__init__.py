"""Files in: pages (pdf, image) or blocks (word, sheet, html, text). One module per kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module

from pipeline.document import Document, Issue, MediaKind, Paragraph, Source
from pipeline.errors import InputError

# kind → "module:function"; a module is imported when a file of its kind is met.
_READERS: dict[MediaKind, str] = {
    "docx": "pipeline.read.word:read_docx",
    "doc": "pipeline.read.office:read_doc",
    "html": "pipeline.read.html:read_html",
    "xlsx": "pipeline.read.sheet:read_xlsx",
    "xls": "pipeline.read.sheet:read_xls",
    "csv": "pipeline.read.sheet:read_csv",
    "text": "pipeline.read.text:read_text",
}
_REFUSALS: dict[MediaKind, str] = {
    "pdf": "PDF 是分页文件，不能按流式文件读取：请用 jixiao 的 PDF 读取入口",
    "image": "图片识别尚未提供：请先用扫描软件识别为 PDF 或 Word 再读取",
    "archive": "这是压缩包：请先解压，再读取其中的文件",
    "unknown": "无法识别的文件：请确认它是 PDF、Word、Excel、网页或文本",
}


def read_blocks(source: Source) -> Document:
    """The Document of a flowing file; InputError for kinds that have no blocks (images, archives).

    A file without a character of text is said to be blank: its row must not look like that of a document that was read.
    """
    if source.kind in _REFUSALS:
        raise InputError(_REFUSALS[source.kind])
    module, _, function = _READERS[source.kind].partition(":")
    reader: Callable[[Source], Document] = getattr(import_module(module), function)
    document = reader(source)
    return document if document.issues or document.pictures or _has_text(document) else _say_blank(document)


def _has_text(document: Document) -> bool:
    texts = ((b.text,) if isinstance(b, Paragraph) else (c.text for c in b.cells) for b in document.blocks)
    return any(text.strip() for block in texts for text in block)


def _say_blank(document: Document) -> Document:
    blank = Issue("document_blank", "文件里没有文字，没有可读的内容：请核对是否选错或导错了文件")
    return replace(document, issues=(blank,))
