"""Text → codes of the dataset."""

from __future__ import annotations

import re

from pipeline.normalize.text import fold

_GRADE_OF = {
    "优秀": "优", "优": "优", "良好": "良", "良": "良", "中等": "中", "中": "中", "一般": "中", "合格": "中",
    "较差": "差", "差": "差", "不合格": "差",
}  # fmt: skip
_AS_WRITTEN = re.compile(r"基本合格|[A-E][+-]?|[一二三四]等|(?:基本|未|不)?达标|较好|较为?优秀")
_WORD = "|".join(sorted((*_GRADE_OF, "基本合格"), key=len, reverse=True))
_TICK = "[R☑☒√✓✔■●◉þ\uf052\uf0fe\u2611]"
_MARK = f"{_TICK}|[□☐○◯◻▢o\uf0a8\uf06f\uf0a3]"
_TOKEN = re.compile(f"(?P<mark>{_MARK})|(?P<word>{_WORD})")
_PREFIX = re.compile(
    r"^(?:.{0,12}(?:等级|等次|结果|结论|评级|级别|档次|综合评价))?(?:评定|确定|评|认定)?(?:为|是|[:：])*"
)
_SUFFIX = re.compile(r"(?:等级|等次|档次|[等档级])$")
_PARENS = re.compile(r"[(\[][^()\[\]]*[0-9][^()\[\]]*[)\]]")
_QUOTES = re.compile(r"[“”\"'‘’「」《》【】()。;；,]")


def parse_grade(text: str | None) -> str | None:
    """`优` `良` `中` `差` of a grade as printed (`优秀`, `评价等级：良好`, `优秀□ 良好☑ 合格□`), or another as written.

    In a row of boxes exactly one must be ticked. A scale without a tick (`优良中低差`) is no grade.
    """
    folded = _PARENS.sub("", fold(text or ""))
    if re.search(_MARK, folded) and len(re.findall(_WORD, folded)) > 1:
        return _ticked_grade(folded)
    word = _QUOTES.sub("", re.sub(_TICK, "", folded)) if not folded.isascii() else folded
    bare = _SUFFIX.sub("", word)
    for candidate in (word, bare, _PREFIX.sub("", word), _PREFIX.sub("", bare)):
        if candidate in _GRADE_OF:
            return _GRADE_OF[candidate]
        if _AS_WRITTEN.fullmatch(candidate):
            return candidate
    return None


def _ticked_grade(folded: str) -> str | None:
    """The one grade whose box is ticked; boxes stand all before or all behind their words."""
    tokens = [(match.lastgroup, match[0]) for match in _TOKEN.finditer(folded)]
    ticks = [at for at, (kind, mark) in enumerate(tokens) if kind == "mark" and re.fullmatch(_TICK, mark)]
    if len(ticks) != 1:
        return None
    step = 1 if tokens[0][0] == "mark" else -1
    at = ticks[0] + step
    if not 0 <= at < len(tokens) or tokens[at][0] != "word":
        return None
    return _GRADE_OF.get(tokens[at][1], tokens[at][1])
