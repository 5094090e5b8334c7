"""Figures that could stand under more than one head: left without a head rather than guessed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations

from pipeline.normalize.money import parse_money
from pipeline.normalize.rate import parse_percent
from pipeline.normalize.text import fold
from pipeline.tables.flat_tokens import Token, is_numeric

Placed = tuple[int, Token]  # (column, token)
MONEY_FIELDS = ("initial_budget", "annual_budget", "executed", "money")
RATE_TOLERANCE_PERCENT = Decimal("0.06")


def settle_row(row: Sequence[Placed], fields: Sequence[str]) -> list[Placed]:
    """The row, its amounts moved right of all heads where fewer stand there than columns wait and nothing tells which.

    Blanks that the dump kept tell; so does an execution rate that only one choice of columns can give.
    """
    by_rate = _by_rate(row, fields)
    if by_rate is not None:
        return by_rate
    waiting = [c for c, f in enumerate(fields) if f in MONEY_FIELDS]
    amounts = [(c, t) for c, t in row if c in waiting and fold(t.text)]
    blanks = sum(1 for c, t in row if c in waiting and not fold(t.text))
    if not amounts or not any(is_numeric(t.text) for _, t in amounts) or len(amounts) + blanks >= len(waiting):
        return list(row)
    moved = {id(t): len(fields) + k for k, (_, t) in enumerate(amounts)}
    return sorted(((moved.get(id(t), c), t) for c, t in row), key=_column)


def _column(placed: Placed) -> int:
    return placed[0]


def _by_rate(row: Sequence[Placed], fields: Sequence[str]) -> list[Placed] | None:
    """The row with its figures under the only heads that agree with the execution rate; None if none or several do."""
    rate = next((c for c, t in row if c < len(fields) and fields[c] == "execution_rate" and is_numeric(t.text)), None)
    if rate is None or not {"annual_budget", "executed"} <= set(fields[:rate]) or any(not fold(t.text) for _, t in row):
        return None
    columns = [c for c, f in enumerate(fields[:rate]) if f in (*MONEY_FIELDS, "weight")]
    figures = [t for c, t in row if c in columns]
    if len(figures) == len(columns):
        return None
    rate_text = next(t.text for c, t in row if c == rate)
    choices = [c for c in combinations(columns, len(figures)) if _agrees(c, figures, fields, rate_text)]
    if len(choices) != 1:
        return None
    chosen = {id(t): c for t, c in zip(figures, choices[0], strict=True)}
    return sorted(((chosen.get(id(t), c), t) for c, t in row), key=_column)


def _agrees(columns: Sequence[int], figures: Sequence[Token], fields: Sequence[str], rate_text: str) -> bool:
    """Whether executed / annual budget is the printed rate when the figures stand in `columns`."""
    texts = {fields[c]: t.text for c, t in zip(columns, figures, strict=True)}
    budget, executed = (parse_money(texts.get(name), "元") for name in ("annual_budget", "executed"))
    rate = parse_percent(rate_text, in_percent_column=True)
    if budget is None or executed is None or rate is None or budget == 0:
        return False
    return abs(executed / budget * 100 - rate) <= RATE_TOLERANCE_PERCENT
