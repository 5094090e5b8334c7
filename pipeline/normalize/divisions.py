"""The divisions of GB/T 2260 (models/divisions.tsv), and where a text names them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipeline.lexicon import load_toml, model_path
from pipeline.normalize.text import fold

MUNICIPALITIES = ("11", "12", "31", "50")  # 北京 天津 上海 重庆: province and city in one
_SUFFIX = re.compile(r"(?:省|市|地区|盟|特别行政区|(?:[壮回]族|维吾尔)?自治区|州|林区)$")
_ORG = re.compile(r"(?!管理|建设|改造|开发|规划|拆迁)[\u4e00-\u9fff]{1,14}(?:局|委员会|办公室|政府|法院|检察院|中心)")
SHORTEST_FREE_NAME = 3  # a name of two characters ends longer words as well (高县: 提高县级)


@dataclass(frozen=True, slots=True)
class Division:
    """One division: its 6-digit code, its name, and the last revision that has it (None: it exists)."""

    code: str
    name: str
    until: str | None

    @property
    def level(self) -> int:
        """0 province, 1 city (地级), 2 county (县级)."""
        return 0 if self.code.endswith("0000") else 1 if self.code.endswith("00") else 2

    def holds(self, other: Division) -> bool:
        """Whether `other` lies in this division, or is it."""
        return other.code.startswith(self.code[: (2, 4, 6)[self.level]])


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in a text that names a division; several candidates where several bear the name."""

    start: int
    end: int
    candidates: tuple[Division, ...]


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The names to look for: `full` ends a mention by itself, `short` only stands before a mention or a zone."""

    by_code: dict[str, Division]
    full: dict[str, tuple[Division, ...]]
    short: dict[str, tuple[Division, ...]]
    last_char: re.Pattern[str]
    zone: re.Pattern[str]
    longest: int


@cache
def gazetteer() -> Gazetteer:
    """The names of divisions.tsv and regions.toml, indexed; read once."""
    divisions = tuple(_read_divisions())
    by_code = {division.code: division for division in divisions if division.until is None}
    rules = load_toml("regions.toml")
    groups = "|".join(sorted(rules["ethnic_groups"], key=len, reverse=True))
    autonomous = re.compile(rf"(?:(?:{groups})族?)+(?:自治(?=[州县旗])|(?=区$))")
    full: dict[str, tuple[Division, ...]] = {}
    short: dict[str, tuple[Division, ...]] = {}
    for division in divisions:
        full[division.name] = (*full.get(division.name, ()), division)
    for division in divisions:
        alias = autonomous.sub("", division.name)
        alias = alias if len(alias) > 1 else re.sub("族?自治", "", division.name)  # 鄂温克族自治旗 → 鄂温克旗
        spoken = re.sub(rf"(?:(?:{groups})族?)+(?=自治州$)", "", division.name)  # 湘西土家族苗族自治州 → 湘西自治州
        for name in {alias, spoken} - {division.name}:
            if len(name) >= SHORTEST_FREE_NAME:
                full[name] = (*full.get(name, ()), division)
        bare = _SUFFIX.sub("", alias)
        if division.level < 2 and division.until is None and len(bare) > 1:
            short[bare] = (*short.get(bare, ()), division)
    full |= {name: (by_code[code],) for name, code in rules["aliases"].items()}
    last_char = re.compile(f"[{''.join(sorted({name[-1] for name in full}))}]")
    zone = re.compile("|".join(sorted(rules["zones"], key=len, reverse=True)))
    return Gazetteer(by_code, full, short, last_char, zone, max(map(len, full)))


def _read_divisions() -> Iterator[Division]:
    for line in model_path("divisions.tsv").read_text(encoding="utf-8").splitlines():
        code, _, rest = line.partition("\t")
        name, _, until = rest.partition("\t")
        if code.isdigit():
            yield Division(code, name, until or None)


def prepare(text: str) -> str:
    """`text` as `find_mentions` wants it: folded, its line breaks kept as word boundaries."""
    return "\n".join(fold(line) for line in text.splitlines())


def find_mentions(text: str) -> list[Mention]:
    """Every division that the prepared `text` names, in order, mentions not overlapping.

    A name inside a longer word is no mention (`东方市场`, `提高县级`); a bare name counts only directly before another
    mention (`某省` without 省), before a zone of a city, or at the very start of a text.
    """
    names, rules = gazetteer(), load_toml("regions.toml")
    ends = sorted({(match.end(), False) for match in names.last_char.finditer(text)} | _zone_starts(text, names))
    mentions: list[Mention] = []
    for end, is_zone in ends:
        found = _short_ending(text, end, names) if is_zone else _full_ending(text, end, names, rules, mentions)
        if found is None or (mentions and found.start < mentions[-1].start):
            continue
        if mentions and found.start < mentions[-1].end and not _inside_parent(mentions[-1], found):
            mentions.pop()
        bare = None if is_zone else _short_ending(text, found.start, names)
        if bare and not (mentions and bare.start < mentions[-1].end) and any(_hold(bare.candidates, found.candidates)):
            mentions.append(bare)
        mentions.append(found)
    return _leading_province(text, names, rules, mentions) + mentions


def _zone_starts(text: str, names: Gazetteer) -> set[tuple[int, bool]]:
    return {(match.start(), True) for match in names.zone.finditer(text)}


def _full_ending(text: str, end: int, names: Gazetteer, rules: dict[str, Any], before: list[Mention]) -> Mention | None:
    """The longest full name that ends at `end` and stands there as a word of its own."""
    if text.startswith(tuple(rules["not_before"].get(text[end - 1], ())), end):
        return None
    for start in range(max(0, end - names.longest), end - 1):
        candidates = names.full.get(text[start:end])
        if candidates is None:
            continue
        mention = Mention(start, end, candidates)
        if _stands_alone(text, mention, names, rules, before):
            return mention
    return None


def _stands_alone(text: str, mention: Mention, names: Gazetteer, rules: dict[str, Any], before: list[Mention]) -> bool:
    name = text[mention.start : mention.end]
    parent = before[-1] if before and before[-1].end in (mention.start, mention.start + 1) else None
    if parent is None:
        parent = _short_ending(text, mention.start, names)
    if parent and any(_hold(parent.candidates, mention.candidates)):
        return True
    if name in rules["needs_parent"]:
        return mention.start == 0 and _ORG.fullmatch(text, mention.end) is not None
    free = len(name) >= SHORTEST_FREE_NAME and name not in rules["needs_start"]
    return free or mention.start == 0 or not "\u4e00" <= text[mention.start - 1] <= "\u9fff"


def _short_ending(text: str, end: int, names: Gazetteer) -> Mention | None:
    """The longest bare name of a province or city that ends at `end`."""
    for start in range(max(0, end - 8), end - 1):
        if candidates := names.short.get(text[start:end]):
            return Mention(start, end, candidates)
    return None


def _leading_province(text: str, names: Gazetteer, rules: dict[str, Any], found: list[Mention]) -> list[Mention]:
    """A bare name of a province with which the text begins, roads and the like named after it left out."""
    for end in (3, 2):
        candidates = tuple(d for d in names.short.get(text[:end], ()) if d.level == 0)
        if candidates and text[end : end + 1] not in tuple(rules["not_after_short"]):
            return [] if found and found[0].start < end else [Mention(0, end, candidates)]
    return []


def _hold(parents: Iterable[Division], children: tuple[Division, ...]) -> Iterator[bool]:
    """Whether each pair of a parent and a child is a proper one."""
    return (p.code != c.code and p.holds(c) for p in parents for c in children)


def _inside_parent(parent: Mention, child: Mention) -> bool:
    """`某市市中区` written with one 市: the names share a character, and the one holds the other."""
    return child.start == parent.end - 1 and any(_hold(parent.candidates, child.candidates))
