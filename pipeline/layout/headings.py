"""Which paragraphs are headings, by their numbering and setting."""

from __future__ import annotations

import re

MAX_HEADING_CHARS = 45
MAX_ITEM_CHARS = 30
TITLE_LEVEL = 1
SENTENCE = re.compile(r"[。；;！!]")
CHAPTER = re.compile(r"^第?[一二三四五六七八九十]{1,3}(、|[．.](?!\d)|\s|部分|章)")
SECTION = re.compile(r"^[（(][一二三四五六七八九十]{1,3}[）)]")
ITEM = re.compile(r"^\d{1,2}([.．](?!\d)|、)")


def heading_level(text: str) -> int:
    """1 for 一、 2 for （一） 3 for `1.`, 0 for body text. A sentence that merely begins with a number is body text."""
    stripped = text.strip()
    body = stripped.rstrip("。：:")
    if len(body) > MAX_HEADING_CHARS or SENTENCE.search(body):
        return 0
    if CHAPTER.match(stripped):
        return 1
    if SECTION.match(stripped):
        return 2
    if ITEM.match(stripped) and len(body) <= MAX_ITEM_CHARS and stripped[-1:] not in "。，、,":
        return 3
    return 0


def is_numbered(text: str) -> bool:
    """Whether a line begins with a heading's number, which no wrapped line of a paragraph is likely to."""
    stripped = text.lstrip()
    return bool(CHAPTER.match(stripped) or SECTION.match(stripped) or ITEM.match(stripped))
