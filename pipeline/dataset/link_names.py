"""Names as documents write them → keys under which the reports of one body, and of one project, meet over years.

P before R: a name that several bodies may bear, and that nothing in the document settles, gives no key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pipeline.lexicon import load_toml
from pipeline.normalize.divisions import Division, Mention, find_mentions, gazetteer
from pipeline.normalize.text import fold

RULES = "links.toml"
NATION = "000000"  # the code of a body that needs no place
CORE_CHARS_MIN = 2
_SEVERAL = re.compile(r"[、,，;；/]")


@dataclass(frozen=True, slots=True, order=True)
class BodyKey:
    """One body: the code of the division it is of, and its name without that (`310115`, `财政局`)."""

    adcode: str
    name: str


def org_to_key(org: str | None, adcode: str | None) -> BodyKey | None:
    """The key of the body that `org` names, `adcode` being the place that the document is known to be of.

    `甲省乙县财政局`, `乙县财政局` and, in a report of 乙县, `县财政局` are one. None where the place stays open: a
    county whose name others bear as well, a `财政局` in a document of no known place, several bodies in one name.
    """
    name = _spelling(fold(org or ""))
    if not name or _SEVERAL.search(name):
        return None
    start, divisions = _leading_place(name)
    core = name[start:]
    if start:
        code = _settled(divisions, adcode)
    elif _pattern("needs_no_place").search(name):
        code = NATION
    else:
        code, core = adcode, _pattern("level_word").sub("", name)
    if code is None or len(core) < CORE_CHARS_MIN:
        return None
    return BodyKey(code, core)


def project_to_key(subject: str | None) -> str | None:
    """The name of a project without its year, code, quotes and a closing 项目; None where nothing is left."""
    name = _pattern("project_noise").sub("", fold(subject or ""))
    name = _pattern("project_noise").sub("", name)
    return name if len(name) >= CORE_CHARS_MIN else None


def _spelling(name: str) -> str:
    for pattern, plain in load_toml(RULES)["spelling"]:
        name = re.sub(pattern, plain, name)
    return name


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(load_toml(RULES)[name]["pattern"])


def _leading_place(name: str) -> tuple[int, tuple[Division, ...]]:
    """Where the places end with which a name begins, and the divisions that the finest of them may be."""
    end = 0
    chain: tuple[Division, ...] = ()
    for mention in find_mentions(name):
        if not end - 1 <= mention.start <= end or (chain and mention.end <= end):
            break
        inside = _inside(chain, mention)
        if chain and not inside:
            break
        end, chain = mention.end, inside
    return end, _existing(chain)


def _inside(chain: tuple[Division, ...], mention: Mention) -> tuple[Division, ...]:
    """The divisions of a mention that lie in the place before it; all of them where there is none."""
    if not chain:
        return mention.candidates
    return tuple(d for d in mention.candidates if any(p.code != d.code and p.holds(d) for p in chain))


def _existing(divisions: tuple[Division, ...]) -> tuple[Division, ...]:
    return tuple(d for d in divisions if d.until is None) or divisions


def _settled(divisions: tuple[Division, ...], adcode: str | None) -> str | None:
    """The code of the one division that is meant: the only one, or the only one that agrees with `adcode`."""
    codes = {division.code for division in divisions}
    if len(codes) > 1 and adcode is not None:
        known = gazetteer().by_code.get(adcode)
        codes = {d.code for d in divisions if d.code == adcode or (known is not None and known.holds(d))}
    return codes.pop() if len(codes) == 1 else None
