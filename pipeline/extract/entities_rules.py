"""models/entities.toml, compiled: how entities are told, and what only looks like one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipeline.errors import RuleError
from pipeline.extract.figure_rules import NOT_INSIDE, NUMBER, figure_rules
from pipeline.lexicon import load_toml


@dataclass(frozen=True, slots=True)
class SpanRule:
    """A pattern over characters; `kind` says how its value is read, `not_in` what its clause must not say."""

    label: str
    kind: str
    pattern: re.Pattern[str]
    needs: re.Pattern[str] | None
    not_in: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class TokenRule:
    """Patterns over words in spaCy's form, and what takes a match back: its text, or what stands around it."""

    label: str
    name: str
    patterns: tuple[list[dict[str, Any]], ...]
    ends: frozenset[str]  # a match ends with a word of one of these classes
    reject: re.Pattern[str]
    not_before: re.Pattern[str] | None
    not_after: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class EntityRules:
    """The compiled rules; see the file for what each stands for."""

    spans: tuple[SpanRule, ...]
    masks: tuple[re.Pattern[str], ...]  # hide amounts, counts and points
    number_masks: tuple[re.Pattern[str], ...]  # hide amounts and counts
    tokens: tuple[TokenRule, ...]
    word_class: dict[str, str]
    ending_class: tuple[tuple[str, re.Pattern[str]], ...]
    plain: frozenset[str]
    split: dict[str, tuple[str, ...]]
    more_counts: re.Pattern[str]
    ticked_row: re.Pattern[str]
    worth_cutting: re.Pattern[str]
    clause_end: re.Pattern[str]


@cache
def entity_rules() -> EntityRules:
    """The rules of models/entities.toml; compiled once."""
    rules = load_toml("entities.toml")
    endings = dict(rules["ending"])
    plain = frozenset(endings.pop("plain"))
    unused = set(rules["unused_masks"])
    if unknown := unused - {name for name, _ in figure_rules().masks}:
        raise RuleError(f"models/entities.toml: unused_masks names no mask of figures.toml: {sorted(unknown)}")
    return EntityRules(
        spans=tuple(_span_rule(rule) for rule in rules["span"]),
        masks=tuple(re.compile(rule["pattern"]) for rule in rules["mask"]),
        number_masks=tuple(mask for name, mask in figure_rules().masks if name not in unused),
        tokens=tuple(_token_rule(rule) for rule in rules["token"]),
        word_class={word: name for name, words in rules["class"].items() for word in words},
        ending_class=tuple((name, re.compile(pattern)) for name, pattern in endings.items()),
        plain=plain,
        split={word: tuple(parts) for word, parts in rules["split"].items()},
        more_counts=_count_pattern(rules["more_units"]),
        ticked_row=re.compile(rules["ticked_row"]),
        worth_cutting=re.compile(rules["worth_cutting"]),
        clause_end=re.compile(rules["clause_end"]),
    )


def _count_pattern(units: list[str]) -> re.Pattern[str]:
    either = "|".join(map(re.escape, sorted(units, key=len, reverse=True)))
    return re.compile(rf"{NOT_INSIDE}(?P<number>{NUMBER})\s?余?(?P<large>[百千]?万|亿|千)?余?\s?(?P<unit>{either})")


def _span_rule(rule: dict[str, Any]) -> SpanRule:
    needs, not_in = (re.compile(rule[key]) if key in rule else None for key in ("needs", "not_in"))
    return SpanRule(rule["label"], rule["kind"], re.compile(rule["pattern"]), needs, not_in)


def _token_rule(rule: dict[str, Any]) -> TokenRule:
    before, after = rule.get("not_before"), rule.get("not_after")
    return TokenRule(
        label=rule["label"],
        name=rule["name"],
        patterns=tuple(rule["patterns"]),
        ends=frozenset(rule["ends"]),
        reject=re.compile(rule["reject"]),
        not_before=re.compile(f"(?:{before})$") if before else None,
        not_after=re.compile(after) if after else None,
    )
