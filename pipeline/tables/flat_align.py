"""Cells in reading order → cells under heads: the cheapest way to lay them out row by row (Viterbi)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.normalize.text import fold
from pipeline.tables.flat_costs import POINTS_FIELDS, SKIP, SKIP_FUNDS, SKIP_OTHER, emission, parse_points
from pipeline.tables.flat_tokens import Token, cell_kind, label_kind

FORBIDDEN = 40.0
Row = list[tuple[int, Token]]  # (column, token), left to right
SHIFT_COST = 2.5  # a stray separator moved the rest of the row
ONLY_LEVELS_COST = 1.0  # a row that names levels and is else empty
SCORE_OVER_WEIGHT_COST = 4.0
BLANK_START_COST = 2.5  # a row that begins with a blank cell, and nothing says that it begins
LONE_TOTAL_COST = 3.0  # a totals label without its figures
LONE_POINTS_COST = 6.0  # the points of a level without its name
MAX_FUNDS_POINTS = 30
LARGE_POINTS_COST = 2.0  # more points than a line of money ever has: a rate
TOTAL_FIELDS = (*POINTS_FIELDS, "initial_budget", "annual_budget", "executed", "money", "any")
MARK_ELSEWHERE_COST = 3.0  # a `/` in a column that has none, where full rows have theirs in others


@dataclass(frozen=True, slots=True)
class Layout:
    """What a dump kept of the grid: what it costs to begin a row without evidence, to go on over it,
    to drop a blank."""

    wrap: float
    stay: tuple[float, float, float]  # by the token's gap
    drop: float
    skip: float  # factor on SKIP


@dataclass(frozen=True, slots=True)
class _Step:
    cost: float
    col: int  # column of the last placed token
    begins_row: bool
    back: int  # index of the step before, in the layer of the token before
    placed: bool


class _Lattice:
    """The search over (token, column) for one section."""

    def __init__(self, fields: Sequence[str], layout: Layout, totals: Sequence[bool], marked: frozenset[int]) -> None:
        self.fields = list(fields)
        self.layout = layout
        self.n = len(fields)
        self.is_total = list(totals)
        self.marked = marked
        special = SKIP_FUNDS if "label" in fields else {}
        self.beside = frozenset(
            c + 1 for c, f in enumerate(fields[:-1]) if f in ("level1", "level2") and fields[c + 1] == "weight"
        )
        skips = [
            0.0 if c in self.beside else special.get(f, SKIP.get(f, SKIP_OTHER)) * layout.skip
            for c, f in enumerate(fields)
        ]
        self.before = [0.0]
        for cost in skips:
            self.before.append(self.before[-1] + cost)

    def between(self, first: int, last: int) -> float:
        return self.before[last] - self.before[first] if last > first else 0.0

    def emission(self, text: str, col: int) -> float:
        misplaced = bool(self.marked) and col not in self.marked and cell_kind(text) == "mark"
        cost = emission(text, self.fields[col]) + (MARK_ELSEWHERE_COST if misplaced else 0.0)
        if not {"label", "weight"} <= set(self.fields) or self.fields[col] not in POINTS_FIELDS:
            return cost
        points = parse_points(text)
        return cost + (LARGE_POINTS_COST if points is not None and points > MAX_FUNDS_POINTS else 0.0)

    def end_cost(self, col: int, total: bool) -> float:
        """Cost of ending a row after `col`: the columns left blank."""
        if total:
            return 0.0 if any(f in TOTAL_FIELDS for f in self.fields[: col + 1]) else LONE_TOTAL_COST
        if self.fields[col] in ("level1", "level2", "lead", "label"):
            return ONLY_LEVELS_COST
        return self.between(col + 1, self.n)

    def start_cost(self, col: int, token: Token, total: bool) -> float:
        if total:
            return 0.0 if col == 0 else FORBIDDEN
        blank = BLANK_START_COST if token.gap == 0 and not fold(token.text) else 0.0
        blank += LONE_POINTS_COST if col in self.beside else 0.0
        return blank + self.between(0, col) + self.shift(token, col, None, 0)

    def shift(self, token: Token, col: int, previous: Token | None, previous_col: int) -> float:
        """Cost of a row that moves against its printed positions."""
        if token.place is None:
            return 0.0
        moved = col - token.place
        before = previous_col - previous.place if previous is not None and previous.place is not None else 0
        return SHIFT_COST if moved != before else 0.0

    def pair_cost(self, previous: Token, previous_col: int, token: Token, col: int) -> float:
        fields = (self.fields[previous_col], self.fields[col])
        if "weight" not in fields or not set(fields) <= set(POINTS_FIELDS):
            return 0.0
        first, second = parse_points(previous.text), parse_points(token.text)
        if first is None or second is None:
            return 0.0
        weight, score = (first, second) if fields[0] == "weight" else (second, first)
        return SCORE_OVER_WEIGHT_COST if score > weight else 0.0


def align(tokens: Sequence[Token], fields: Sequence[str], layout: Layout) -> list[Row]:
    """The rows of a section: per row its (column, token) pairs, in order; blanks that fit nowhere are dropped.

    Columns are searched for all tokens at once, and once more with what the full rows show about their columns.
    """
    if not tokens:
        return []
    rows = _search(tokens, fields, layout, frozenset())
    marked = _marked_columns(rows)
    return _search(tokens, fields, layout, marked) if marked else rows


def _marked_columns(rows: Sequence[Row]) -> frozenset[int]:
    """The columns in which the fullest rows print a sign for no value (`/`)."""
    fullest = max(len(row) for row in rows)
    return frozenset(c for row in rows if len(row) >= fullest - 1 for c, t in row if cell_kind(t.text) == "mark")


def _search(tokens: Sequence[Token], fields: Sequence[str], layout: Layout, marked: frozenset[int]) -> list[Row]:
    totals = [label_kind(t.text) == "totals" for t in tokens]
    lattice = _Lattice(fields, layout, totals, marked)
    layers = [_first_layer(tokens[0], lattice)]
    for i in range(1, len(tokens)):
        layers.append(_next_layer(i, tokens, layers, lattice))
    return _trace(tokens, layers, lattice)


def _first_layer(token: Token, lattice: _Lattice) -> list[_Step]:
    total = lattice.is_total[0]
    return [
        _Step(
            lattice.start_cost(c, token, total) + (0.0 if total and c == 0 else lattice.emission(token.text, c)),
            c,
            True,
            -1,
            True,
        )
        for c in range(lattice.n)
    ]


def _next_layer(i: int, tokens: Sequence[Token], layers: list[list[_Step]], lattice: _Lattice) -> list[_Step]:
    token, layout = tokens[i], lattice.layout
    total = lattice.is_total[i]
    before = layers[i - 1]
    ends = [
        step.cost + lattice.end_cost(step.col, _row_total(layers, i - 1, k, lattice)) for k, step in enumerate(before)
    ]
    best_end = min(range(len(before)), key=lambda k: ends[k])
    wrap = layout.wrap if token.gap == 0 else 0.0
    stay = layout.stay[token.gap] + (FORBIDDEN if total else 0.0)
    steps: list[_Step] = []
    for c in range(lattice.n):
        emit = 0.0 if total and c == 0 else lattice.emission(token.text, c)
        choice = _Step(ends[best_end] + wrap + lattice.start_cost(c, token, total) + emit, c, True, best_end, True)
        for k, step in enumerate(before):
            if step.col >= c:
                continue
            free = token.gap == 1 and lattice.fields[step.col] in ("level1", "level2")
            cost = step.cost + (0.0 if free else stay) + emit + _inner_cost(i, k, c, tokens, layers, lattice)
            if cost < choice.cost:
                choice = _Step(cost, c, False, k, True)
        steps.append(choice)
    if not fold(token.text):
        steps.extend(_dropped(before, layout.drop))
    return steps


def _dropped(before: Sequence[_Step], drop: float) -> list[_Step]:
    """The steps that leave a blank cell out: the cheapest per column stands for all."""
    cheapest: dict[int, _Step] = {}
    for k, step in enumerate(before):
        if step.col not in cheapest or step.cost + drop < cheapest[step.col].cost:
            cheapest[step.col] = _Step(step.cost + drop, step.col, False, k, False)
    return list(cheapest.values())


def _last_placed(layers: list[list[_Step]], i: int, k: int) -> int:
    while not layers[i][k].placed:
        k = layers[i][k].back
        i -= 1
    return i


def _row_total(layers: list[list[_Step]], i: int, k: int, lattice: _Lattice) -> bool:
    """Whether the row that step `k` of token `i` stands in began with a totals label."""
    while not (layers[i][k].placed and layers[i][k].begins_row):
        k = layers[i][k].back
        i -= 1
    return lattice.is_total[i]


def _inner_cost(i: int, k: int, c: int, tokens: Sequence[Token], layers: list[list[_Step]], lattice: _Lattice) -> float:
    step = layers[i - 1][k]
    placed = _last_placed(layers, i - 1, k)
    previous = tokens[placed]
    if _row_total(layers, i - 1, k, lattice):
        fits = lattice.fields[c] in TOTAL_FIELDS or not fold(tokens[i].text)
        passed = sum(f in POINTS_FIELDS for f in lattice.fields[step.col + 1 : c])
        moved = lattice.shift(tokens[i], c, previous, step.col) * 0.4
        return moved + (0.0 if fits else 1.0) + 0.3 * passed
    if c in lattice.beside and step.col != c - 1:
        return FORBIDDEN
    levels_only = lattice.fields[step.col] in ("lead", "level1") and lattice.fields[c] in ("level2", "level3")
    skipped = 0.6 * (c - step.col - 1) if levels_only else lattice.between(step.col + 1, c)
    return (
        skipped + lattice.shift(tokens[i], c, previous, step.col) + lattice.pair_cost(previous, step.col, tokens[i], c)
    )


def _trace(tokens: Sequence[Token], layers: list[list[_Step]], lattice: _Lattice) -> list[Row]:
    last = len(tokens) - 1
    finals = [
        s.cost + lattice.end_cost(s.col, _row_total(layers, last, k, lattice)) for k, s in enumerate(layers[last])
    ]
    k = min(range(len(finals)), key=lambda j: finals[j])
    rows: list[Row] = [[]]
    for i in range(last, -1, -1):
        step = layers[i][k]
        if step.placed:
            rows[-1].append((step.col, tokens[i]))
            if step.begins_row and i > 0:
                rows.append([])
        k = step.back
    return [row[::-1] for row in reversed(rows) if row]
