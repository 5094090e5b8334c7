"""Bytes to text, whatever the file claims about its own encoding."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ALIASES = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030"}
_DECLARED_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_\-]+)|encoding\s*=\s*["']([A-Za-z0-9_\-]+)["']""")
_DECLARATION_WINDOW_BYTES = 4096
_SAMPLE_CHARS = 200_000

# Characters that make up most of any Chinese official text (both scripts): mojibake hardly ever hits them.
_FREQUENT = frozenset(
    "的一是在不了有和人这中大为上个国以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所"
    "民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日"
    "那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想"
    "绩效项目支出预算资金指标单位财评价得值执满意完成情况管理服务实际總會員國務項預財報來時產業對發開關單執值業"
)
_MAX_REPLACED_SHARE = 0.02


class Decoded(NamedTuple):
    """Text, the encoding that gave it, and how many characters could not be decoded (U+FFFD stands for each)."""

    text: str
    encoding: str
    n_replaced: int


def declared_charset(content: bytes) -> str | None:
    """The charset that markup names in its first 4 KB (`<meta charset=…>`, `<?xml encoding=…?>`)."""
    match = _DECLARED_CHARSET.search(content[:_DECLARATION_WINDOW_BYTES])
    if match is None:
        return None
    return _known_codec((match.group(1) or match.group(2)).decode("ascii"))


def _known_codec(name: str) -> str | None:
    """The Python codec for a charset label, gb2312 and GBK widened to GB18030; None for an unknown label."""
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        return None
    return _ALIASES.get(codec, _ALIASES.get(name.lower(), codec))


def _codec_by_zero_bytes(content: bytes) -> str | None:
    """UTF-16 without a BOM, told by the side on which the zero bytes of its ASCII characters stand."""
    sample = content[:_DECLARATION_WINDOW_BYTES]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) < max(4, len(sample) // 40) or min(even, odd) > max(even, odd) // 10:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def decode(content: bytes, declared: str | None = None) -> Decoded:
    """Text of `content` in the encoding that fits it best; a claim (`declared`) is only one candidate among others.

    A BOM wins; then strict UTF-8, because nothing else looks like it by chance; then the candidate with the fewest
    undecodable bytes and the most everyday Chinese characters. Pages that say gb2312 or utf-8 are often neither.
    """
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return _decode_as(content[len(bom) :], encoding)
    wide = _codec_by_zero_bytes(content)
    if wide is not None:
        return _decode_as(content, wide)
    try:
        return Decoded(content.decode("utf-8"), "utf-8", 0)
    except UnicodeDecodeError:
        pass
    names = ["gb18030", "utf-8", "big5"]
    claimed = _known_codec(declared) if declared else None
    if claimed and claimed not in names and claimed not in ("ascii", "iso8859-1", "cp1252"):
        names.append(claimed)
    return max((_decode_as(content, name) for name in names), key=_fitness)


def is_legible(decoded: Decoded) -> bool:
    """Whether this is text for a person: next to no undecodable characters and no control characters."""
    sample = decoded.text[:_SAMPLE_CHARS]
    if not sample:
        return False
    odd = sum(1 for c in sample if (c < " " and c not in "\t\n\r\f\v") or c == "\x7f")
    return decoded.n_replaced <= len(decoded.text) * _MAX_REPLACED_SHARE and odd <= len(sample) // 500 + 1


def _decode_as(content: bytes, encoding: str) -> Decoded:
    """`content` in `encoding`, U+FFFD where it does not fit (one cut character at the very end is dropped)."""
    text = content.decode(encoding, errors="replace")
    n_replaced = text.count("\ufffd")
    if n_replaced == 1 and text.endswith("\ufffd"):
        return Decoded(text[:-1], encoding, 0)
    return Decoded(text, encoding, n_replaced)


def _fitness(decoded: Decoded) -> float:
    """How Chinese the text looks: share of frequent characters, less a heavy price for what could not be decoded."""
    sample = decoded.text[:_SAMPLE_CHARS]
    beyond_ascii = [c for c in sample if c > "\x7f"]
    if not beyond_ascii:
        return 0.0
    frequent = sum(1 for c in beyond_ascii if c in _FREQUENT)
    private = sum(1 for c in beyond_ascii if "\ue000" <= c <= "\uf8ff")
    return (frequent - private - 3 * sample.count("\ufffd")) / len(beyond_ascii)
