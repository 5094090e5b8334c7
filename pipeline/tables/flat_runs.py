"""Rows whose cells run together without any separator: split where heads, operators and numbers leave no doubt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from pipeline.labels import level1_code, level2_code
from pipeline.lexicon import load_toml
from pipeline.normalize.text import fold
from pipeline.tables.flat_kinds import head_kind
from pipeline.tables.flat_tokens import MAX_REMEMBERED, section_field

MIN_HEADS = 4
MAX_NAME_CHARS = 14
_NUMBER = r"\d+(?:\.\d+)?"
_UNIT = r"(?:%|[^\d\s.,。;≥≤=<>]{1,6})"
_TARGET_ACTUAL = re.compile(
    rf"(?P<level3>.+?)(?P<target>[≥≤=<>]{{1,2}}{_NUMBER}(?P<unit>{_UNIT}))(?P<actual>{_NUMBER}(?P=unit))(?P<points>\d[\d.]*)?"
)
_PLAIN = re.compile(r"(?:0|[1-9]\d{0,2})(?:\.\d+)?")
_TOTALS = re.compile(r"(总分|合计|总计)(\d[\d.]*)")


@lru_cache(MAX_REMEMBERED)
def split_heads(line: str) -> tuple[str, ...] | None:
    """The heads that a line is made of (`一级指标二级指标…得分`); None where any of it is something else."""
    text = fold(line)
    if not 12 <= len(text) <= 120 or len(line.split()) > 1:
        return None
    best: dict[int, tuple[str, ...]] = {0: ()}
    for end in range(2, len(text) + 1):
        pieces = [(*best[k], text[k:end]) for k in range(max(0, end - 16), end) if k in best and _is_head(text[k:end])]
        if pieces:
            best[end] = min(pieces, key=len)
    heads = best.get(len(text), ())
    return heads if len(heads) >= MIN_HEADS and head_kind(heads) == "indicators" else None


@lru_cache(MAX_REMEMBERED)
def _is_head(text: str) -> bool:
    return any(text in words for words in load_toml("heads.toml")["indicators"].values())


def split_run(line: str, heads: Sequence[str]) -> tuple[str, ...] | None:
    """The cells of a data row under `heads`, blank where its text does not tell; None where it does not tell enough."""
    fields = [section_field("indicators", head) for head in heads]
    text = fold(line)
    totals = _TOTALS.fullmatch(text)
    if totals:
        found = {"level1": totals.group(1), **_points(totals.group(2))}
        return tuple(found.get(f or "", "") for f in fields)
    level1, text = _level_prefix(text, "level1")
    level2, text = _level_prefix(text, "level2")
    match = _TARGET_ACTUAL.fullmatch(text)
    if match is None or fields.index("target") > fields.index("actual") or "target_op" in fields:
        return None
    found = {"level1": level1, "level2": level2, **{k: match.group(k) for k in ("level3", "target", "actual")}}
    after = fields[fields.index("actual") + 1 :]
    if match.group("points") and after[:2] == ["weight", "score"]:
        found.update(_points(match.group("points")))
    return tuple(found.get(f or "", "") for f in fields)


def _level_prefix(text: str, level: str) -> tuple[str, str]:
    """The level name that a row begins with, and the rest; a name must end in 指标 or in points to be told."""
    code = level1_code if level == "level1" else level2_code
    for end in range(min(MAX_NAME_CHARS, len(text)), 2, -1):
        name = text[:end]
        if re.search(r"(?:指标|分\))$", name) and code(name) is not None:
            return name, text[end:]
    return "", text


def _points(digits: str) -> dict[str, str]:
    """Weight and score of digits that run together (`1010` → 10 and 10), where one split alone makes sense."""
    ways = []
    for k in range(1, len(digits)):
        weight, score = digits[:k], digits[k:]
        plain = all(_PLAIN.fullmatch(part) for part in (weight, score))
        if plain and Decimal(score) <= Decimal(weight) <= 100:
            ways.append((weight, score))
    return dict(zip(("weight", "score"), ways[0], strict=True)) if len(ways) == 1 else {}
