"""Rows of funds and figures → amounts that a later report may be held against, and the comparison of two of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from pipeline.dataset.link_names import RULES, project_to_key
from pipeline.lexicon import load_toml
from pipeline.normalize.number import NUMBER, format_number, parse_number
from pipeline.normalize.text import fold, narrow
from pipeline.records import FUND_AMOUNTS

UNIT_FACTORS = (("亿", Decimal(10**8)), ("万", Decimal(10**4)))
FEN = Decimal("0.01")
_NUMBER = re.compile(NUMBER)

Record = Mapping[str, Any]  # a row by column name
Key = tuple[str, str]  # item code, and the name of the line where the code alone does not tell it


@dataclass(frozen=True, slots=True)
class Fact:
    """One amount in yuan as a document prints it: what it is of, which year, how exact, and where it stands."""

    doc_id: str
    eval_id: str | None
    ref: str
    key: Key
    name: str
    measure: str
    year: int
    value: Decimal
    step: Decimal  # one unit of the last printed place, in yuan
    scale: Decimal  # yuan of one unit as printed: 10000 where the form is in 万元
    page: int | None
    bbox: str | None
    source: str
    confidence: float


def figure_to_fact(row: Record) -> Fact | None:
    """The amount of a row of `figures`; None where it is no money, has no year, or is approximate or a goal."""
    if row["unit"] != "CNY" or row["value"] is None or row["fiscal_year"] is None or row["qualifier"] is not None:
        return None
    if row["measure"] not in _groups() or (row["source"] == "text" and not is_said_of(row)):
        return None
    key = (row["item"] or "", _line_name(row["item"], row["item_raw"]))
    return _fact(row, f"figures:{row['seq']}.value", key, row["measure"], row["fiscal_year"], "value")


def is_said_of(row: Record) -> bool:
    """Whether a sentence prints the amount directly behind what it is of: nothing but a year and words between.

    In `公务接待费9.93万元，上年为11.24万元` the second amount's subject is inferred: no report is held against it.
    """
    name, raw = re.escape(fold(row["item_raw"])), re.escape(fold(row["value_raw"] or ""))
    if not name or not raw:
        return False
    return re.search(rf"{name}(?:[^\d,;。]|(?:19|20)\d\d年)*{raw}(?![\d.])", fold(row["context"] or "")) is not None


def fund_to_facts(row: Record, year: int) -> Iterator[Fact]:
    """The budgets and the execution of one line of a funds block in a report on `year`."""
    key = (row["item"] or "", _line_name(row["item"], row["item_raw"]))
    for measure in FUND_AMOUNTS:
        if row[measure] is not None:
            yield _fact(row, f"funds:{row['seq']}.{measure}", key, measure, year, measure)


def _fact(row: Record, ref: str, key: Key, measure: str, year: int, column: str) -> Fact:
    value = row[column]
    scale, step = printed_scale(value, row[f"{column}_raw"], row["unit_raw"])
    return Fact(
        doc_id=row["doc_id"],
        eval_id=row["eval_id"],
        ref=ref,
        key=key,
        name=row["item_raw"],
        measure=measure,
        year=year,
        value=value,
        step=step,
        scale=scale,
        page=row["page"],
        bbox=row["bbox"],
        source=row["source"],
        confidence=row["confidence"],
    )


def _line_name(item: str | None, name: str) -> str:
    return (project_to_key(name) or "") if item in (None, "project_item") else ""


@cache
def _groups() -> dict[str, int]:
    """Measure → the group of measures that say the same."""
    groups = load_toml(RULES)["measures"]
    return {measure: number for number, group in enumerate(groups) for measure in group}


def group_of(fact: Fact) -> int:
    """The number of the group of measures that a fact's own belongs to."""
    return _groups()[fact.measure]


def printed_scale(value: Decimal, raw: str | None, unit: str | None) -> tuple[Decimal, Decimal]:
    """(yuan of one printed unit, yuan of one unit of the last printed place): `12.35` for 123500 → (10000, 100).

    The scale is the value over the printed number; of a printed zero it is the unit's, where one is printed.
    """
    match = _NUMBER.search(narrow(raw or ""))
    number = parse_number(match[0]) if match else None
    if match is None or number is None:
        return Decimal(1), FEN
    scale = abs(value / number) if number else _factor(unit)
    return scale, scale.scaleb(-len(match[0].partition(".")[2]))


def _factor(unit: str | None) -> Decimal:
    return next((factor for word, factor in UNIT_FACTORS if word in (unit or "")), Decimal(1))


def agree(one: Fact, other: Fact) -> bool:
    """Whether two amounts are equal to one unit of the coarser one's last place: less is rounding."""
    return abs(one.value - other.value) <= max(one.step, other.step)


def show_amount(yuan: Decimal, scale: Decimal) -> str:
    """An amount for a message, in the unit in which the document prints it."""
    word = next((word for word, factor in UNIT_FACTORS if factor == scale), "")
    return f"{format_number(yuan / scale if word else yuan)}{word}元"
