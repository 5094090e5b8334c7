"""What a cell costs under a head: by its kind, and by what is known of level names, labels and points."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from pipeline.labels import bare_level
from pipeline.normalize.text import fold
from pipeline.tables.flat_tokens import (
    Kind,
    cell_kind,
    has_points,
    is_item,
    is_level1,
    is_level2,
    is_template_name,
    label_kind,
)

Costs = dict[str, float]

# What a cell of a kind costs under a head: 0 fits, 1 is unusual, 5 and more is wrong.
_POINTS: Costs = {
    "number": 0,
    "mark": 0.3,
    "none": 1.5,
    "quantity": 4,
    "percent": 2.5,
    "opnum": 7,
    "word": 6,
    "text": 8,
    "long": 9,
    "op": 8,
}
_MONEY: Costs = {
    "number": 0,
    "mark": 0.3,
    "none": 0.8,
    "quantity": 0.5,
    "percent": 4,
    "opnum": 7,
    "word": 5,
    "text": 7,
    "long": 9,
    "op": 8,
}
_RATE: Costs = {
    "percent": 0,
    "number": 0.3,
    "mark": 0.3,
    "none": 0.8,
    "quantity": 3,
    "opnum": 4,
    "word": 5,
    "text": 7,
    "long": 9,
    "op": 8,
}
_VALUE: Costs = {
    "opnum": 0,
    "percent": 0,
    "quantity": 0,
    "number": 0.3,
    "mark": 0.5,
    "none": 0.4,
    "word": 0.6,
    "text": 0.8,
    "long": 1.6,
    "op": 5,
}
_PROSE: Costs = {
    "long": 0,
    "text": 0.1,
    "word": 0.3,
    "mark": 0.2,
    "none": 0,
    "opnum": 4,
    "quantity": 3,
    "percent": 4,
    "number": 5,
    "op": 7,
}
_NAME: Costs = {
    "word": 0.2,
    "text": 0.2,
    "long": 1.2,
    "quantity": 3,
    "mark": 4,
    "none": 4,
    "opnum": 6,
    "percent": 6,
    "number": 6,
    "op": 7,
}
_OP: Costs = {"op": 0, "mark": 0.8, "word": 4, "none": 3}
_UNIT: Costs = {"word": 0.4, "mark": 0.3, "none": 0.8, "text": 3}
_NUMBER: Costs = {"number": 0, "mark": 3}
_UNIT_WORD = re.compile(
    r"[%‰]|[万亿]?元|平方米|㎡|万字|人次|人天"
    r"|[万亿]?[人个次件项户座台套条公里米亩吨天月年份期场家所名辆处篇册批]{1,2}"
)
POINTS_FIELDS = ("weight", "score", "score_self", "score_review")
EMISSION: dict[str, Costs] = {
    "weight": _POINTS, "score": _POINTS, "score_self": _POINTS, "score_review": _POINTS, "money": _MONEY,
    "initial_budget": _MONEY,
    "annual_budget": _MONEY, "executed": _MONEY, "adjustment": _MONEY, "balance": _MONEY,
    "last_year": _MONEY, "arrived": _MONEY, "previous": _VALUE,
    "execution_rate": _RATE, "target": _VALUE, "actual": _VALUE,
    "deviation": _PROSE, "explanation": _PROSE, "criteria": _PROSE, "evidence": _PROSE, "expected": _VALUE,
    "goal_actual": _VALUE, "level3": _NAME, "label": _NAME, "target_op": _OP, "target_unit": _UNIT, "number": _NUMBER,
    "completion": _RATE, "deduction": _POINTS, "sub": _NAME, "any": {**dict.fromkeys(_PROSE, 0.5), "number": 1.2},
}  # fmt: skip
# What it costs to leave a column blank where blanks were lost.
SKIP: Costs = {
    "lead": 0, "sub": 0, "level1": 0, "level2": 0, "level3": 6, "label": 5, "target": 2.5, "target_op": 1.2,
    "target_unit": 1.2, "actual": 2, "weight": 2.5, "score": 1.5, "score_self": 1.5, "score_review": 0.8,
    "deviation": 0.3,
    "completion": 1.5, "deduction": 1,
    "explanation": 1.5, "criteria": 1.2, "evidence": 0.6, "number": 0.5, "execution_rate": 1,
}  # fmt: skip
SKIP_OTHER = 1.5
# In a funds block the rows below the first carry amounts, and often nothing else.
SKIP_FUNDS: Costs = {
    "initial_budget": 2.5, "annual_budget": 2.5, "executed": 2.5, "weight": 0.8, "execution_rate": 0.8, "score": 0.6,
}  # fmt: skip
BOTH_LEVELS_COST = 0.3  # of a level-1 name that names a level 2 as well (预算管理), where it is taken for the former
BLANK_NAME_COST: Costs = {"label": 3.0, "level3": 0.8}


def emission(text: str, field: str) -> float:
    """The cost of a cell's text under a head: by its kind, and by what is known of level names and labels."""
    kind = cell_kind(text)
    if kind == "blank":
        return BLANK_NAME_COST.get(field, 0.4 if field in ("level1", "level2") else 0.1)
    if field == "lead":
        return (
            0.0
            if label_kind(text) == "sections"
            else 4.0
            if is_level2(text)
            else 5.0 + (kind not in ("word", "text")) * 4
        )
    if field in ("level1", "level2"):
        return _level_cost(text, kind, field)
    if field in POINTS_FIELDS and kind == "quantity" and fold(text).endswith("分"):
        kind = "number"
    cost = EMISSION.get(field, _PROSE).get(kind, 6.0)
    if field not in ("sub", "any") and (is_level1(text) or is_level2(text)):
        cost += 2.2 if bare_level(text).endswith("指标") or (has_points(text) and field != "level3") else 1.6
    if kind == "word" and _UNIT_WORD.fullmatch(fold(text)):
        cost += {"target_unit": -0.4, "target": 2.0, "actual": 2.0}.get(field, 0.5)
    if field == "label":
        cost += -0.2 if is_item(text) else 0.4
    if field in POINTS_FIELDS and kind == "number":
        cost += _points_cost(text)
    return cost


def _level_cost(text: str, kind: Kind, field: str) -> float:
    if kind not in ("word", "text") or is_template_name(text):
        return 8.0
    own, other = (is_level1, is_level2) if field == "level1" else (is_level2, is_level1)
    if own(text):
        return BOTH_LEVELS_COST if field == "level1" and other(text) else 0.0
    if has_points(text):
        return 0.5
    if fold(text).endswith("指标"):
        return 2.5 if other(text) else 0.8
    if other(text):
        return 3.0
    return 2.2 if kind == "word" else 4.0


def _points_cost(text: str) -> float:
    number = parse_points(text)
    return 3.0 if number is None or number < 0 or number > 110 else 0.0


def parse_points(text: str) -> Decimal | None:
    """A number of points, also as `10分` or `10%`; None for any other text."""
    try:
        return Decimal(fold(text).replace(",", "").rstrip("%分"))
    except InvalidOperation:
        return None
