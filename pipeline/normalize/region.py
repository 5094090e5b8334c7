"""Texts → the province, city and county that a document is of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.normalize.divisions import MUNICIPALITIES, Division, Mention, find_mentions, gazetteer, prepare

TRUSTED_CHARS = 200  # a text no longer than this is an org or a title: its first place is the document's
MAJORITY = 0.6  # share of a body's mentions that one county, or one city, must have
OFFICE_WEIGHT = 3  # a place that an office is named after counts more than one that is talked about
_OFFICE = re.compile(
    r"[\u4e00-\u9fff]{0,14}?(?:局|委员会|委|办公室|厅|人民政府|中心|法院|检察院|医院|学校|学院|中学|小学|大队|支队|管理站|协会)"
)
# Whoever was hired to write the report sits elsewhere.
_CONSULTANT = re.compile(
    r"[^，。；、,;\s]{0,20}?(?:事务所|(?:咨询|评估|会计|招标|造价|审计|税务)[^，。；、,;\s]{0,10}?公司)"
)
_LEFT_OUT = re.compile(r"(?:不含|不包括|不包含)\s*$")  # `16个市（不含某市）`: the document is not of it


@dataclass(frozen=True, slots=True)
class Region:
    """Names after GB/T 2260, and the code of the finest level known. A municipality is its own city."""

    province: str
    city: str | None
    county: str | None
    adcode: str


@dataclass(frozen=True, slots=True)
class _Chain:
    """Mentions that stand directly one behind the other, each holding the next: `某省某市某区`."""

    start: int
    end: int
    candidates: tuple[Division, ...]
    parents: tuple[Division, ...]
    weight: int


def find_region(texts: Sequence[str]) -> Region | None:
    """The region of the document that `texts` come from, in order of trust: org, title, then body.

    The first text that names a place decides; a name that several divisions bear is settled by what the other texts
    name, else left open: then only the level above that is sure is given, or None. Of a body (a long text) the place
    that most mentions speak of is taken, if they agree.
    """
    chained = [_text_to_chains(prepare(text)) for text in texts if text]
    bodies = [text for text in texts if text]
    seen = _evidence(chain for chains in chained for chain in chains)
    for text, chains in zip(bodies, chained, strict=True):
        if not chains:
            continue
        if len(text) > TRUSTED_CHARS:
            division = _vote(chains, seen, bodies)
            if division is None:
                continue
        else:
            division = _first_place(chains, seen, bodies)
        return None if division is None else division_to_region(division)
    return None


def division_to_region(division: Division) -> Region:
    """The names above `division`, and its code."""
    by_code = gazetteer().by_code
    province = by_code[division.code[:2] + "0000"]
    county = division.name if division.level == 2 else None
    if division.code[:2] in MUNICIPALITIES:
        return Region(province.name, province.name, county, division.code)
    city = division if division.level == 1 else by_code.get(division.code[:4] + "00")
    named_city = city.name if city and city.level == 1 else None
    return Region(province.name, named_city, county, division.code)


def _text_to_chains(text: str) -> list[_Chain]:
    chains: list[_Chain] = []
    for mention in find_mentions(text):
        last = chains[-1] if chains else None
        if last and not text[last.end : mention.start].strip() and (joined := _extend(last, mention, text)):
            chains[-1] = joined
        else:
            weight = (
                0 if _LEFT_OUT.search(text, max(0, mention.start - 6), mention.start) else _weight(text, mention.end)
            )
            chains.append(_Chain(mention.start, mention.end, mention.candidates, (), weight))
    return [chain for chain in chains if chain.weight]


def _weight(text: str, end: int) -> int:
    if _CONSULTANT.match(text, end):
        return 0
    return OFFICE_WEIGHT if _OFFICE.match(text, end) else 1


def _extend(chain: _Chain, mention: Mention, text: str) -> _Chain | None:
    """`chain` with one more level; None where the mention does not lie in it."""
    inside = tuple(d for d in mention.candidates if any(p.code != d.code and p.holds(d) for p in chain.candidates))
    if not inside:
        return None
    parents = tuple(p for p in chain.candidates if any(p.holds(d) for d in inside))
    return _Chain(chain.start, mention.end, inside, parents, _weight(text, mention.end))


def _evidence(chains: Iterable[_Chain]) -> Counter[str]:
    """How often each province and city is named beyond doubt, by itself or through a county that it holds."""
    seen: Counter[str] = Counter()
    for chain in chains:
        for division in chain.candidates[:1] if len(chain.candidates) == 1 else ():
            seen[division.code[:2] + "0000"] += 1
            seen[division.code[:4] + "00"] += division.level > 0
    return seen


def _settle(chain: _Chain, seen: Counter[str], texts: Sequence[str]) -> Division | None:
    """The one division that a chain means; the level above where only that is sure."""
    candidates = _current(chain.candidates)
    if len(chain.candidates) == 1:
        return chain.candidates[0]
    for length, zeros in ((4, "00"), (2, "0000")):
        supported = [d for d in chain.candidates if seen[d.code[:length] + zeros]]
        if len(supported) > 1 and length == 2:
            supported = list(_current(supported))
        if len(supported) == 1:
            return supported[0]
    by_short_name = [d for d in chain.candidates if _city_is_named(d, texts)]
    for choice in (by_short_name, candidates):
        if len(choice) == 1:
            return choice[0]
    provinces = {d.code[:2] for d in chain.candidates if seen[d.code[:2] + "0000"]}
    if len(chain.parents) == 1:
        return chain.parents[0]
    return gazetteer().by_code[provinces.pop() + "0000"] if len(provinces) == 1 else None


def _current(divisions: Iterable[Division]) -> tuple[Division, ...]:
    """The divisions that exist; the abolished ones only where there is no other."""
    listed = tuple(divisions)
    return tuple(d for d in listed if d.until is None) or listed


def _city_is_named(division: Division, texts: Sequence[str]) -> bool:
    """Whether a text has the bare name of the city above (`南京` for 南京市)."""
    city = gazetteer().by_code.get(division.code[:4] + "00")
    bare = city.name.removesuffix("市") if city and city.level == 1 else ""
    return len(bare) > 1 and any(bare in text for text in texts)


def _first_place(chains: Sequence[_Chain], seen: Counter[str], texts: Sequence[str]) -> Division | None:
    """The place that a title or an org names first, made finer by a later one that lies in it."""
    first = _settle(chains[0], seen, texts)
    for chain in chains[1:]:
        later = _settle(chain, seen, texts)
        if first and later and later.level > first.level and first.holds(later):
            first = later
    return first


def _vote(chains: Sequence[_Chain], seen: Counter[str], texts: Sequence[str]) -> Division | None:
    """The finest division that most mentions of a body agree on; None where they do not."""
    counts: Counter[Division] = Counter()
    for chain in chains:
        division = _settle(chain, seen, texts)
        if division is not None:
            counts[division] += chain.weight
    for level in (2, 1, 0):
        votes: Counter[str] = Counter()
        for division, count in counts.items():
            if division.level >= level:
                votes[division.code[: (2, 4, 6)[level]].ljust(6, "0")] += count
        winner = _winner(votes, counts, level)
        if winner is not None:
            return winner
    return None


def _winner(votes: Counter[str], counts: Counter[Division], level: int) -> Division | None:
    """The division of `level` with a majority of the votes, not outnumbered by places that do not hold it."""
    if not votes:
        return None
    code, count = votes.most_common(1)[0]
    named = next((d for d in counts if d.code == code), None) or gazetteer().by_code.get(code)
    if named is None or count < MAJORITY * sum(votes.values()):
        return None
    holders = sum(n for d, n in counts.items() if d.code != code and d.level < level and d.holds(named))
    elsewhere = sum(n for d, n in counts.items() if not d.holds(named) and not named.holds(d))
    if level == 2 and (elsewhere > count or holders > 6 * count):
        return None
    return named
