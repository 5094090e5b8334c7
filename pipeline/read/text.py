"""Plain text: decoded, and nothing more. Tables in flattened text are rebuilt later, from the raw lines."""

from __future__ import annotations

from pipeline.document import Document, Issue, Paragraph, Source
from pipeline.errors import InputError
from pipeline.read.encoding import decode

MAX_TEXT_BYTES = 50_000_000


def read_text(source: Source) -> Document:
    """One Paragraph per physical line, raw: tabs and blanks stay, blank lines too, because columns may hang on them."""
    if len(source.content) > MAX_TEXT_BYTES:
        raise InputError(f"文本文件超过 {MAX_TEXT_BYTES // 1_000_000} MB，不像绩效文件：请拆分后再读")
    decoded = decode(source.content)
    lines = decoded.text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    return Document(
        source=source,
        blocks=tuple(Paragraph(line) for line in lines),
        issues=encoding_issues(decoded.n_replaced),
    )


def encoding_issues(n_replaced: int) -> tuple[Issue, ...]:
    """An issue where characters could not be decoded: what stands there is lost, and a person should know."""
    if n_replaced == 0:
        return ()
    return (Issue("undecodable_text", f"有 {n_replaced} 个字符无法解码，已用“\ufffd”代替：请核对原文件的编码"),)
