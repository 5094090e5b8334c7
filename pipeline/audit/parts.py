"""Sums of amounts: the lines of a funds block, the rows of a statement, and codes that are made up of others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pipeline.audit.printed import Printed, gap_of, is_slip, read_printed, show_money
from pipeline.audit.rules import codes, has, make_finding, short, where_of
from pipeline.lexicon import load_toml
from pipeline.normalize.text import fold
from pipeline.records import FUND_AMOUNTS, Evidence, Figure, Finding, Fund, Measure, Result, Severity

NEAR = Decimal("0.05")  # share of the total: farther off, the rows are not the parts of it
OTHER_UNIT = Decimal(50)  # parts so many times their total are in another unit
MIN_ROUNDING_PARTS = 3  # fewer lines that differ by a last digit are not worth a word
UNIT_LINE = re.compile("单位资金|自有资金|自筹")
WITHIN = re.compile("^其中|^[(（][0-9一二三四五六七八九十]+[)）]|^[①-⑳]|^[-—]")
NUMBERED = re.compile("^(?:[一二三四五六七八九十]+、|[0-9]{1,2}[、.．])")


# What the parts are: all parts of the total; all rows of a table, if it was read whole; or some of them, maybe all.
Cover = Literal["all", "rows", "some"]


@dataclass(frozen=True, slots=True)
class Sum:
    """A total and its parts, with where they stand and what to call them."""

    name: str
    total: Printed
    parts: list[Printed]
    refs: list[str]
    unit: str | None
    evaluation: int | None
    evidence: Evidence
    cover: Cover = "all"


def check_parts(result: Result) -> Iterator[Finding]:
    """parts_sum of every funds block, statement and code identity."""
    for index, evaluation in enumerate(result.evaluations):
        for column in FUND_AMOUNTS:
            for total in fund_sums(evaluation.funds, column, index):
                yield from judge(result, total)
    for table_sum in statement_sums(result.figures):
        yield from judge(result, table_sum)
    for identity in identity_sums(result.figures):
        yield from judge(result, identity)
    for listed in (*listed_sums(result.figures), *named_sums(result.figures)):
        yield from judge(result, listed)


def judge(result: Result, amount: Sum) -> Iterator[Finding]:
    """What the difference between a total and its parts says.

    Beyond rounding it is an error where the parts are all parts, where all rows come near the total, and where some
    parts come near it and exceed it or are off by what a mistyped digit makes; within rounding it is a warning for
    sums of many exact amounts.
    """
    gap, rounding = gap_of(amount.total, amount.parts)
    if not gap:
        return
    is_rounding = abs(gap) <= rounding
    coarser = amount.total.places < max(part.places for part in amount.parts)
    if is_rounding and (coarser or len(amount.parts) < MIN_ROUNDING_PARTS):
        return
    summed = amount.total.value + gap
    near = abs(gap) <= abs(amount.total.value) * NEAR
    slip = is_slip(summed, amount.total.value) or any(is_slip(p.value - gap, p.value) for p in amount.parts)
    shows = {"all": True, "rows": near, "some": near and (slip or gap > 0)}
    if not is_rounding and not shows[amount.cover]:
        return
    yield make_finding(
        "parts_sum",
        Severity.WARNING if is_rounding else Severity.ERROR,
        message="parts_rounding" if is_rounding else "parts_sum",
        expected=show_money(summed, amount.unit),
        actual=show_money(amount.total.value, amount.unit),
        refs=amount.refs,
        evaluation=amount.evaluation,
        evidence=amount.evidence,
        where="" if amount.evaluation is None else where_of(result, amount.evaluation),
        name=short(amount.name),
        gap=show_money(abs(gap), amount.unit),
    )


def fund_sums(funds: Sequence[Fund], column: str, index: int) -> Iterator[Sum]:
    """The sums of one column of a funds block: the total by source, by budget and by kind of spending.

    A set of blanks and zeros was not filled in; one line alone, or a blank among the numbers, may lack a part.
    """
    tabled = [row for row in enumerate(funds, 1) if row[1].evidence.source == "table"]
    totals = [row for row in tabled if row[1].item == "total"]
    if len(totals) != 1 or getattr(totals[0][1], column) is None:
        return
    seq, total = totals[0]
    own = read_printed(getattr(total, f"{column}_raw"), getattr(total, column))
    for section in ("sources", "levels", "budgets", "spending"):
        wanted = _codes_of(section, {_source_code(fund) for number, fund in tabled if number > seq})
        printed = [row for row in tabled if row[0] > seq and _source_code(row[1]) in wanted]
        members = [row for row in printed if getattr(row[1], column) is not None]
        by_source = section == "levels" and any(fund.item == "fiscal" for _, fund in tabled)
        if by_source or not _is_breakdown(members, column, section):
            continue
        parts = [read_printed(getattr(fund, f"{column}_raw"), getattr(fund, column)) for _, fund in members]
        if section in ("sources", "levels"):
            parts = _without_included(own, parts, members)
        refs = [f"funds:{number}.{column}" for number in (seq, *(number for number, _ in members))]
        is_whole = len(printed) == len(members) >= 2 and section != "budgets"
        cover: Cover = "all" if is_whole or _exceeds(own, parts) else "some"
        yield Sum(total.item_raw.rstrip("：:"), own, parts, refs, total.unit_raw, index, total.evidence, cover)


def _codes_of(section: str, present: set[str | None]) -> set[str]:
    """The codes of a set of parts. Without a line for fiscal money, budgets by kind stand beside 单位资金 as parts of
    one total: then they are one set, and the sources alone are none."""
    wanted, kinds = set(codes("funds", section)), set(codes("funds", "budgets"))
    sources = set(codes("funds", "sources"))
    if "fiscal" in present or not present & (kinds - sources):
        return wanted
    return {"sources": set(), "budgets": kinds | sources}.get(section, wanted)


def _exceeds(total: Printed, parts: list[Printed]) -> bool:
    """Whether the parts are more than the total, and all in its unit."""
    summed = sum((part.value for part in parts), Decimal(0))
    return total.value < summed < total.value * OTHER_UNIT


def _source_code(fund: Fund) -> str | None:
    """The code of a line; 单位资金 has none of its own in the dataset."""
    return "unit" if fund.item is None and UNIT_LINE.search(fund.item_raw) else fund.item


def _is_breakdown(members: list[tuple[int, Fund]], column: str, section: str) -> bool:
    """Whether the lines of a set are filled in as parts: not all zero, and spending of both kinds."""
    values = [getattr(fund, column) for _, fund in members]
    present = {_source_code(fund) for _, fund in members}
    if section == "spending" and len(present) < 2:
        return False
    return any(values)


def _without_included(own: Printed, parts: list[Printed], members: list[tuple[int, Fund]]) -> list[Printed]:
    """The parts without a carryover that the line of fiscal money already holds (`其中：财政拨款` equals the total)."""
    kept = [part for part, (_, fund) in zip(parts, members, strict=True) if fund.item != "carryover"]
    return kept if sum((part.value for part in kept), Decimal(0)) == own.value else parts


def statement_sums(figures: Sequence[Figure]) -> Iterator[Sum]:
    """The 合计 rows of statements, each with the rows of its column above it, or below where none stand above.

    Of rows in levels (`一、` over `1、`, `其中：`) the level that adds up is taken; where none does, all rows above.
    """
    columns: dict[tuple[object, ...], list[tuple[int, Figure]]] = {}
    for seq, figure in enumerate(figures, 1):
        if figure.measure is Measure.CHANGE or figure.unit != "CNY" or figure.value is None:
            continue
        item, _, head = (figure.context or "").partition(" | ")
        if figure.evidence.source == "table" and head and fold(item):
            key = (figure.evaluation, fold(head), figure.measure, figure.fiscal_year)
            columns.setdefault(key, []).append((seq, figure))
    for rows in columns.values():
        yield from _column_sums(rows)


def _column_sums(rows: list[tuple[int, Figure]]) -> Iterator[Sum]:
    block: list[tuple[int, Figure]] = []
    for at, (seq, figure) in enumerate(rows):
        if not has("total_row", fold(figure.item_raw)):
            block.append((seq, figure))
            continue
        below: list[tuple[int, Figure]] = []
        if not block:
            rest = rows[at + 1 :]
            end = next((i for i, row in enumerate(rest) if has("total_row", fold(row[1].item_raw))), len(rest))
            below = rest[:end]
        members = _level_that_adds_up(figure, block or below)
        if len(members) >= 2:
            yield _figure_sum(seq, figure, members, "rows")
        block = []


def _level_that_adds_up(total: Figure, rows: list[tuple[int, Figure]]) -> list[tuple[int, Figure]]:
    """The rows of one level of a statement whose sum is the total; all top rows where no level adds up."""
    outer = [row for row in rows if not WITHIN.search(row[1].item_raw.strip())]
    numbered = [row for row in outer if NUMBERED.search(row[1].item_raw.strip())]
    plain = [row for row in outer if not NUMBERED.search(row[1].item_raw.strip())]
    for level in (rows, outer, numbered, plain):
        if level and sum((row[1].value or Decimal(0) for row in level), Decimal(0)) == total.value:
            return level
    spending = [row for row in outer if row[1].item in codes("funds", "spending")]
    if len(spending) == len(codes("funds", "spending")):
        return spending
    is_flat = len(outer) == len(rows) and (not numbered or not plain)
    return rows if is_flat and not _holds_a_subtotal(total, rows) else []


def _holds_a_subtotal(total: Figure, rows: list[tuple[int, Figure]]) -> bool:
    """Whether the sum exceeds the total by rows that follow each other: parts of a row above them."""
    values = [row[1].value or Decimal(0) for row in rows]
    excess = sum(values, Decimal(0)) - (total.value or Decimal(0))
    for start in range(1, len(values) if excess > 0 else 0):
        run = Decimal(0)
        for value in values[start:]:
            run += value
            if run == excess:
                return True
    return False


def _figure_sum(seq: int, total: Figure, members: list[tuple[int, Figure]], cover: Cover) -> Sum:
    parts = [read_printed(row.value_raw, row.value) for _, row in members if row.value is not None]
    own = read_printed(total.value_raw, total.value or Decimal(0))
    refs = [f"figures:{number}.value" for number in (seq, *(number for number, _ in members))]
    return Sum(total.item_raw, own, parts, refs, total.unit_raw, total.evaluation, total.evidence, cover)


def identity_sums(figures: Sequence[Figure]) -> Iterator[Sum]:
    """The sums of codes that are made up of other codes (三公经费), per source, measure, year and evaluation.

    Only codes with one amount each take part; a set of parts with one missing is not all parts.
    """
    groups: dict[tuple[object, ...], dict[str, list[tuple[int, Figure]]]] = {}
    for seq, figure in enumerate(figures, 1):
        if figure.item and figure.unit == "CNY" and figure.value is not None and figure.qualifier is None:
            place = "table" if figure.evidence.source == "table" else figure.context
            key = (figure.evaluation, place, figure.measure, figure.fiscal_year)
            groups.setdefault(key, {}).setdefault(figure.item, []).append((seq, figure))
    for group in groups.values():
        for identity in load_toml("checks.toml")["identity"]:
            yield from _identity(group, identity)


def _identity(group: dict[str, list[tuple[int, Figure]]], identity: dict[str, object]) -> Iterator[Sum]:
    found = group.get(str(identity["total"]), [])
    if len(found) != 1:
        return
    sets = identity["groups"]
    assert isinstance(sets, list)
    for wanted in sets:
        rows = [group[code] for code in wanted if code in group]
        if len(rows) >= 2 and all(len(row) == 1 for row in rows):
            is_whole = len(rows) == len(wanted) and bool(identity["complete"])
            yield _figure_sum(*found[0], [row[0] for row in rows], "all" if is_whole else "some")
            return


def listed_sums(figures: Sequence[Figure]) -> Iterator[Sum]:
    """本级专项资金 with the projects that a base-data table lists below it, per column."""
    columns: dict[tuple[object, ...], list[tuple[int, Figure]]] = {}
    for seq, figure in enumerate(figures, 1):
        if figure.evidence.source == "table" and figure.unit == "CNY" and figure.value is not None:
            columns.setdefault((figure.evaluation, figure.measure, figure.fiscal_year), []).append((seq, figure))
    for rows in columns.values():
        for at, (seq, figure) in enumerate(rows):
            if figure.item != "special_funds":
                continue
            rest = rows[at + 1 :]
            end = next((i for i, row in enumerate(rest) if row[1].item != "project_item"), len(rest))
            if end >= 2:
                yield _figure_sum(seq, figure, rest[:end], "some")


def named_sums(figures: Sequence[Figure]) -> Iterator[Sum]:
    """Amounts that bear their total's name (`到位资金：省财政`), per measure, with that total."""
    tabled = [row for row in enumerate(figures, 1) if row[1].evidence.source == "table" and row[1].unit == "CNY"]
    parts: dict[tuple[object, ...], list[tuple[int, Figure]]] = {}
    for seq, figure in tabled:
        name, colon, part = fold(figure.item_raw).partition(":")
        if colon and part and figure.value is not None:
            parts.setdefault((figure.evaluation, name, figure.measure, figure.fiscal_year), []).append((seq, figure))
    for seq, figure in tabled:
        name = re.sub(r"\(.*\)$", "", fold(figure.item_raw))
        members = parts.get((figure.evaluation, name, figure.measure, figure.fiscal_year), [])
        if len(members) >= 2 and figure.value is not None:
            yield _figure_sum(seq, figure, members, "rows")
