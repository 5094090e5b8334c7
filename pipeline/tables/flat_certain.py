"""Figures that could stand under more than one head: left without a head rather than guessed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations

from pipeline.normalize.money import parse_money
from pipeline.normalize.rate import parse_percent
from pipeline.normalize.text import fold
from pipeline.tables.flat_costs import parse_points
from pipeline.tables.flat_tokens import Token, cell_kind, is_numeric

Placed = tuple[int, Token]  # (column, token)
PlacedRow = tuple[tuple[int, int, str], ...]  # (column, colspan, text) of one row, left to right
MONEY_FIELDS = ("initial_budget", "annual_budget", "executed", "money")
MAX_POINTS = 40  # of one indicator: beyond, two bare numbers may well be a target and its value
MIN_RATED = 2  # so many rows have their rate for one that has none
RATE_TOLERANCE_PERCENT = Decimal("0.06")


def settle_rows(rows: Sequence[Sequence[Placed]], fields: Sequence[str]) -> list[list[Placed]]:
    """The rows, each settled by itself; one without a rate among rows that have theirs is laid out so that it has one.

    Its last amount is the rate where only one choice of columns makes it so (50.00 | 0.00 | 0.00 in a list). A bare
    figure that is not the row's rate though the others' are, in a row without a score, stands right of all heads.
    """
    if sum(_has_own_rate(row, fields) is True for row in rows) >= MIN_RATED:
        rows = [_without_false_rate(row, fields) if _has_own_rate(row, fields) is False else row for row in rows]
    rated = sum(any(_heads(fields, c, "execution_rate") and is_numeric(t.text) for c, t in row) for row in rows)
    others_rated = rated >= MIN_RATED and (len(rows) - rated) * MIN_RATED <= rated
    shifted = [_with_rate(row, fields) if others_rated else None for row in rows]
    return [settle_row(row, fields) if found is None else found for row, found in zip(rows, shifted, strict=True)]


def _heads(fields: Sequence[str], col: int, field: str) -> bool:
    return col < len(fields) and fields[col] == field


def _has_own_rate(row: Sequence[Placed], fields: Sequence[str]) -> bool | None:
    """Whether the row's figures give the rate that it has; None where it lacks one of them."""
    texts = {fields[c]: t for c, t in row if c < len(fields)}
    columns = [fields.index(name) for name in ("annual_budget", "executed") if name in texts]
    if len(columns) < 2 or "execution_rate" not in texts or not is_numeric(texts["execution_rate"].text):
        return None
    figures = [texts[fields[c]] for c in columns]
    return _agrees(columns, figures, fields, texts["execution_rate"].text)


def _without_false_rate(row: Sequence[Placed], fields: Sequence[str]) -> list[Placed]:
    """The row with the figure under its rate right of all heads where it may be its score, which it lacks."""
    score = _index(fields, ("score", "score_self"))
    is_list = "weight" not in fields  # the parts of a form's money have no score
    if score is None or not is_list or any(c == score and fold(t.text) for c, t in row):
        return list(row)
    return sorted(
        (
            (len(fields) if _heads(fields, c, "execution_rate") and "%" not in fold(t.text) else c, t)
            for c, t in row
            if c != score
        ),
        key=_column,
    )


def _with_rate(row: Sequence[Placed], fields: Sequence[str]) -> list[Placed] | None:
    """A row without a rate, its figures under the only heads that give it one; None where it has one or none fits."""
    rate = fields.index("execution_rate")
    columns = [c for c, f in enumerate(fields[:rate]) if f in MONEY_FIELDS]
    figures = [t for c, t in row if c in columns]
    if any(c == rate for c, _ in row) or not {"annual_budget", "executed"} <= set(fields[:rate]) or len(figures) < 2:
        return None
    choices = [c for c in combinations(columns, len(figures) - 1) if _agrees(c, figures[:-1], fields, figures[-1].text)]
    if len(choices) != 1:
        return None
    chosen = {id(t): c for t, c in zip(figures, (*choices[0], rate), strict=True)}
    return sorted(((chosen.get(id(t), c), t) for c, t in row), key=_column)


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


def settle_points(rows: Sequence[PlacedRow], fields: Sequence[str]) -> tuple[PlacedRow, ...]:
    """The rows, two bare numbers behind a name under its points where other rows have values before theirs.

    An indicator that has no target and no value keeps its points: `验收合格 | 10 | 10` among rows of four figures.
    """
    weight, score, level3 = (_index(fields, names) for names in (("weight",), ("score", "score_self"), ("level3",)))
    if weight is None or score is None or level3 is None or not {"target", "actual"} <= set(fields):
        return tuple(rows)
    if not any({weight, score} <= {cell[0] for cell in row} and len(_figures(row, level3)) >= 4 for row in rows):
        return tuple(rows)
    columns = sorted((weight, score))
    return tuple(_under_points(row, level3, columns) for row in rows)


def _under_points(row: PlacedRow, level3: int, columns: Sequence[int]) -> PlacedRow:
    figures = [text for _, _, text in _figures(row, level3)]
    if len(figures) != 2 or not _are_points(figures):
        return row
    return (*row[:-2], *((column, 1, text) for column, text in zip(columns, figures, strict=True)))


def _index(fields: Sequence[str], names: Sequence[str]) -> int | None:
    return next((fields.index(name) for name in names if name in fields), None)


def _figures(row: PlacedRow, level3: int) -> PlacedRow:
    """The cells right of a row's name; none where it has no name."""
    named = any(cell[0] == level3 and fold(cell[2]) for cell in row)
    return tuple(cell for cell in row if cell[0] > level3) if named else ()


def _are_points(texts: Sequence[str]) -> bool:
    points = [parse_points(text) for text in texts if cell_kind(text) == "number"]
    known = [p for p in points if p is not None]
    return len(known) == 2 and MAX_POINTS >= known[0] >= known[1] >= 0


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
