"""Physical lines of running text → paragraphs: wrapped and page-cut ones joined, furniture dropped, headings marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import quantiles
from unicodedata import east_asian_width

from pipeline.document import Paragraph
from pipeline.normalize.text import fold
from pipeline.tables.flat_tokens import is_signature, is_title

WRAP_SLACK_COLUMNS = 5  # how much shorter than the others a full wrapped line may be, in half-width columns
MIN_WRAP_SHARE = 0.35
MAX_HEADING_CHARS = 40
MIN_CUT_CHARS = 12
MAX_TITLE_PART_CHARS = 40
MAX_LOOK_BACK_LINES = 12  # of a paragraph, to tell whether a line goes on with it
_FURNITURE = re.compile(
    r"(?:扫描全能王创建|由扫描全能王扫描创建|CamScanner|第\d+页(?:[,，/]?共\d+页)?|[-—–~]*\d{1,3}[-—–~]*|\d+/\d+|\f)"
)
_FIELD_CODES = re.compile(
    r"\[bookmark: ?[^\]]*\]|TOC\s*\\o[^\n]*?\\u|HYPERLINK\s*\\l\s*\"?[\w_]+\"?"
    r"|PAGEREF\s+_Toc\d+(?:\s*\\h)?(?:\s*\d+)?"
)
_HEADINGS = (
    (1, re.compile(r"^(?:[一二三四五六七八九十]{1,3}\s*[、.．]|第[一二三四五六七八九十]{1,3}[部章]分?)")),
    (2, re.compile(r"^[（(]\s*[一二三四五六七八九十]{1,3}\s*[）)]")),
    (3, re.compile(r"^\d{1,2}\s*[.．、](?!\d)")),
)
_STARTS_ITEM = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、:](?!\d)|[①-⑳]|[-•·●■◆]|目标\d+:|附[件表:]|\d{4}年\d{1,2}月\d{1,2}日$)"
)
_OPENS_TITLE = re.compile(  # what may stand above a whole title and belong to it: a body, a place, a year
    r"(?:19|20)\d\d|二[〇○零]|^关于|(?:[局委厅办院校站所馆处会镇乡县市区省州盟旗园队社]|中心|政府|街道|公司|单位|部门|中学|小学)$"
)
_ENDS = tuple("。！？；：:;!?…”）)】")


def lines_to_paragraphs(lines: Sequence[str]) -> list[Paragraph]:
    """The paragraphs of prose lines, in order."""
    wrap = wrap_columns(lines)
    kept = [(clean_line(line), line) for line in lines if not is_furniture(line)]
    parts: list[list[str]] = []
    last_raw = ""
    blank = True
    for text, raw in kept:
        if not text.strip():
            blank = True
            continue
        so_far = "".join(parts[-1][-MAX_LOOK_BACK_LINES:]) if parts else ""
        if parts and _goes_on(so_far, last_raw, text, raw, blank=blank, wrap=wrap, first=len(parts) == 1):
            parts[-1].append(_glued(so_far, text.strip()))
        else:
            parts.append([text.strip(" \u3000\t\u00a0")])
        last_raw = raw
        blank = False
    texts = ["".join(part) for part in parts]
    return [Paragraph(text, heading_level(text)) for text in texts if text]


def clean_line(line: str) -> str:
    """A line without the field codes that a word processor's export left in it."""
    return (
        _FIELD_CODES.sub("", line).replace("\u200b", "").replace("\ufeff", "").strip("|｜ \t\u3000\u00a0")
        if "|" in line
        else _FIELD_CODES.sub("", line)
    )


def is_furniture(line: str) -> bool:
    """Whether a line is a scanner app's footer or a page number alone."""
    return _FURNITURE.fullmatch(fold(line)) is not None


def heading_level(text: str) -> int:
    """Level of a heading by its number: 一、→1, （一）→2, 1.→3; 0 for body text, that is where a sentence follows."""
    body = text.strip()
    sentences = re.search(r"[。；;！？].", body) or body.endswith(("；", ";", "，", ","))
    if (
        len(body) > MAX_HEADING_CHARS
        or sentences
        or len(re.findall("[，,]", body)) > (len(body) <= MAX_HEADING_CHARS // 2)
    ):
        return 0
    return next((level for level, prefix in _HEADINGS if prefix.match(body)), 0)


def columns_of(text: str) -> int:
    """Printed width of a line in half-width columns."""
    return sum(2 if east_asian_width(ch) in "WF" else 1 for ch in text.rstrip())


def wrap_columns(lines: Sequence[str]) -> int | None:
    """The width at which lines were broken, in half-width columns; None where each paragraph is one line."""
    widths = [w for w in (columns_of(line) for line in lines) if w > 16]
    if len(widths) < 6:
        return None
    top = round(quantiles(widths, n=20)[-2])
    if top > 130 or max(widths) > top * 1.4:
        return None
    full = sum(1 for w in widths if w >= top - WRAP_SLACK_COLUMNS)
    return top if full >= MIN_WRAP_SHARE * len(widths) else None


def _goes_on(part: str, last_raw: str, text: str, raw: str, *, blank: bool, wrap: int | None, first: bool) -> bool:
    """Whether a line goes on with the paragraph above it."""
    head, tail = fold(part), fold(text)
    if not (is_title(text) and not first) and _is_split_title(part, text, blank=blank and not first):
        return True
    if _STARTS_ITEM.match(tail) or is_title(text) or is_signature(text) or is_title(part) or heading_level(part) == 1:
        return False
    if len(tail) <= 14 and tail.endswith(":"):
        return False
    if wrap is not None and not blank:
        indented = raw[:2].strip(" \u3000") == "" and len(raw) > 2
        return columns_of(last_raw) >= wrap - WRAP_SLACK_COLUMNS and not indented
    body = _STARTS_ITEM.sub("", head)
    if len(head) < MIN_CUT_CHARS or head.endswith(_ENDS) or heading_level(part):
        return False
    return is_cut_sentence(body) and (blank or not raw.startswith(("  ", "\u3000")))


def is_cut_sentence(text: str) -> bool:
    """Whether a text breaks off: it has commas or an open bracket or quote, and no final stop."""
    opened = sum(text.count(a) - text.count(b) for a, b in ("()", "《》", "“”", "〔〕"))
    return opened > 0 or re.search(r"[,;。]", text) is not None or text.endswith(("、", "的", "和", "及", "与", ","))


def _is_split_title(part: str, text: str, *, blank: bool) -> bool:
    if (
        blank
        or is_title(part)
        or heading_level(text)
        or _STARTS_ITEM.match(fold(part))
        or _STARTS_ITEM.match(fold(text))
        or (is_title(text) and not _OPENS_TITLE.search(fold(part)))
    ):
        return False
    short = len(fold(part)) <= MAX_TITLE_PART_CHARS and len(fold(text)) <= MAX_TITLE_PART_CHARS
    return (
        short
        and not re.search(r"[。；，,：:]", part + text)
        and is_title(part + text)
        and not part.strip().endswith(("表", "报告"))
    )


def _glued(part: str, text: str) -> str:
    """The text that is appended to a paragraph: with a blank where a Latin word would else run into the next."""
    latin = part[-1:].isascii() and part[-1:].isalnum() and text[:1].isascii() and text[:1].isalnum()
    return f" {text}" if latin and not (part[-1].isdigit() and text[0].isdigit()) else text
