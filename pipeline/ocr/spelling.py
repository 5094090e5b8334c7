"""Words that a recogniser all but read: a doubtful 汉字 exchanged for another reading of it that makes a known word.

`部内` is `部门` where the recogniser offers `门` too, and a county whose name has a rare character is the one that
exists. Only 汉字, only readings that the recogniser itself offers, and only where what was read makes no known word.
What is known is what models/ holds of labels, terms and place names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from pipeline.lexicon import load_toml, model_path

if TYPE_CHECKING:
    Alternatives = tuple[tuple[str, float], ...]

HAN = re.compile("[\u3400-\u9fff]")
WORD = re.compile("[\u3400-\u9fff]{2,12}")
DOUBT = 0.98  # score of a reading below which another may be meant
MIN_SCORE = 0.005  # of the other reading
MIN_UNIT = 0.05  # of the unit that is meant behind a figure
# Amounts, time, points and ranks: never exchanged for a counted unit.
OTHER_UNITS = frozenset("万亿千百十分元角年月日天时秒周季岁届折期级类度点号倍成位")
GRADES = frozenset("优良中差")  # behind or below a score: never exchanged for a unit
MAX_WORD = 12
MIN_PLACE = 3  # characters of a place name: shorter ones are parts of other words
LABEL_FILES = ("forms.toml", "heads.toml", "indicators.toml", "items.toml")
COMMON = ("部门", "单位", "资金", "预算", "执行", "指标", "项目", "上门", "专门", "门诊", "闸门", "阀门")
NEW_FORMS = dict(zip("門單資預執項績標實", "门单资预执项绩标实", strict=True))  # of the characters of labels
STROKES = frozenset("lI|丨")
MIN_ONE = 0.05  # of `1`, for a stroke before a unit


def respell(alternatives: Sequence[Alternatives]) -> tuple[Alternatives, ...]:
    """The alternatives of each character of a word, a doubtful 汉字's put so that the first reading makes a word."""
    settled = list(alternatives)
    for k, choices in enumerate(settled):
        if k == 0 and _is_one(settled):
            settled[k] = _put_first("1", choices)
        if not is_doubtful(choices):
            continue
        if k == len(settled) - 1 and _follows_figure(settled) and (unit := _unit_meant(choices)):
            settled[k] = unit
            continue
        text = [readings[0][0] if readings else "\n" for readings in settled]
        if _makes_word(text, k):
            continue
        for read, score in choices[1:]:
            meant = NEW_FORMS.get(read, read)
            if score >= MIN_SCORE and HAN.fullmatch(meant) and _makes_word([*text[:k], meant, *text[k + 1 :]], k):
                settled[k] = ((meant, score), *(choice for choice in choices if choice[0] not in (read, meant)))
                break
    return tuple(settled)


def is_doubtful(choices: Alternatives) -> bool:
    """Whether a 汉字 was read that may be another."""
    return len(choices) > 1 and choices[0][1] < DOUBT and bool(HAN.fullmatch(choices[0][0]))


def _is_one(alternatives: Sequence[Alternatives]) -> bool:
    """Whether a word is a stroke that may be a `1`, and a unit: no letter has one (`l起`)."""
    if len(alternatives) != 2 or not all(alternatives) or alternatives[0][0][0] not in STROKES:
        return False
    return dict(alternatives[0]).get("1", 0.0) >= MIN_ONE and alternatives[1][0][0] in known_units() | OTHER_UNITS


def _put_first(text: str, choices: Alternatives) -> Alternatives:
    """The alternatives with one of them put first."""
    first = next(choice for choice in choices if choice[0] == text)
    return (first, *(choice for choice in choices if choice is not first))


def _follows_figure(alternatives: Sequence[Alternatives]) -> bool:
    """Whether the last character stands behind a figure: it is a unit then (`4支`)."""
    return len(alternatives) > 1 and bool(alternatives[-2]) and alternatives[-2][0][0].isdecimal()


def _unit_meant(choices: Alternatives) -> Alternatives | None:
    """The readings of a unit with a counted one first; None where the first is a unit or a grade, and stays."""
    if choices[0][0] in known_units() | OTHER_UNITS | GRADES:
        return None
    meant = next((text for text, score in choices[1:] if score >= MIN_UNIT and text in known_units()), None)
    return None if meant is None else _put_first(meant, choices)


def _makes_word(characters: Sequence[str], k: int) -> bool:
    """Whether the k-th character is part of a known word."""
    text = "".join(characters)
    start = sum(len(c) for c in characters[:k])
    words = known_words()
    return any(
        text[i:j] in words
        for i in range(max(0, start - MAX_WORD + 1), start + 1)
        for j in range(max(i + 2, start + 1), min(len(text), i + MAX_WORD) + 1)
    )


@cache
def known_units() -> frozenset[str]:
    """The counted units of one character that figures in sentences have."""
    units = load_toml("figures.toml")["units"]
    return frozenset(unit for unit in (*units["list"], *(unit for unit, _ in units["guarded"])) if len(unit) == 1)


@cache
def known_words() -> frozenset[str]:
    """Labels, terms and place names of models/, of 汉字 alone."""
    words = set(COMMON)
    for name in LABEL_FILES:
        words.update(text for text in _texts(load_toml(name)) if WORD.fullmatch(text))
    for name, least in (("fiscal_terms.txt", 2), ("divisions.tsv", MIN_PLACE)):
        for field in re.split(r"[\s]+", model_path(name).read_text(encoding="utf-8")):
            if WORD.fullmatch(field) and len(field) >= least:
                words.add(field)
    return frozenset(words)


def _texts(entry: Any) -> Iterator[str]:
    """Every string in a table of a TOML file, keys too."""
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, dict):
        for key, value in entry.items():
            yield key
            yield from _texts(value)
    elif isinstance(entry, list):
        for value in entry:
            yield from _texts(value)
