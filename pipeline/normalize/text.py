"""Text → text: forms of a string for matching labels, and the raw text that the dataset keeps."""

from __future__ import annotations

import re
import unicodedata

from pipeline.normalize.radicals import RADICALS

# Every blank, breaking or not, and what prints as nothing: zero-width characters, soft hyphen, byte-order mark.
BLANKS = r"[\s\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202f\u205f-\u206f\u3164\ufeff\uffa0]"
_BLANK = re.compile(BLANKS + "+")
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_LINE_BREAK = re.compile(r"\r\n|[\r\n\v\f\x85\u2028\u2029]")
_DASHES = re.compile(r"[-‐-―−─━_/\\|｜]+|[一ー]{1,2}|\*+|无|N/?A", re.IGNORECASE)
_SHORT_NUMBER = re.compile(r"(?:^| )[1-9][0-9]?(?:\.[0-9]+)?$")  # of a column too wide to break one
_LONE_BLANK = re.compile(r"(?<![0-9]) | (?![0-9])")
_MINUS = str.maketrans({"−": "-", "﹣": "-", "\u2010": "-", "\u2011": "-"})
_FULL_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20}
_RADICALS = str.maketrans(RADICALS)


def fold(text: str) -> str:
    """`text` for matching labels and heads: compatibility forms unified (NFKC), every blank removed."""
    unified = _BLANK.sub("", unicodedata.normalize("NFKC", _BLANK.sub("", text)).translate(_RADICALS))
    return unicodedata.normalize("NFKC", unified)  # a blank may have kept two combining marks apart


def narrow(text: str) -> str:
    """`text` with full-width ASCII made half-width, character by character: offsets and units such as `㎡` stay."""
    return text.translate(_FULL_WIDTH)


def squeeze(text: str) -> str:
    """Half-width `text` without blanks, save one between two digits: it may separate thousands, or two numbers."""
    return _LONE_BLANK.sub("", _BLANK.sub(" ", narrow(text).translate(_MINUS)))


def join_lines(text: str) -> str:
    """A cell's text on one line, as the dataset's raw columns keep it: line breaks removed, other blanks kept.

    Chinese is broken anywhere, so a break leaves no blank behind; one stands only between two Latin words, and between
    two short numbers: they are two cells whose border was not found, and no one number.
    """
    joined = ""
    for line in (part.strip() for part in _LINE_BREAK.split(_INVISIBLE.sub("", text))):
        if not line:
            continue
        latin = joined[-1:].isascii() and joined[-1:].isalpha() and line[0].isascii() and line[0].isalpha()
        stacked = _SHORT_NUMBER.search(joined) is not None and _SHORT_NUMBER.fullmatch(line) is not None
        joined += f" {line}" if latin or stacked else line
    return joined


def is_blank_value(text: str | None) -> bool:
    """Whether a cell says that there is no value: empty, a dash or a slash of any kind, `无`. `0` is a value.

    A lone `一` is a dash that was typed or read so: nobody writes one amount of a column as a word.
    """
    folded = fold(text or "")
    return not folded or _DASHES.fullmatch(folded) is not None
