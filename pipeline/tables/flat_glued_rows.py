"""Numbers that ran together → the only values that columns, units and sums allow; nothing where several would do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from pipeline.records import FUND_AMOUNTS

MAX_WAYS = 60  # splits of one text before it counts as undecided
MIN_ROW_CHARS = 5
MAX_FUNDS_POINTS = 50
SCORE_TOLERANCE = Decimal("0.1")  # of the points: how far a score may be from rate × points to decide between splits
_PLAIN = r"(?:0|[1-9]\d{0,7})(?:\.\d{1,6})?"
_IS_PLAIN = re.compile(_PLAIN)
_OP = r"(?:[≥≤=<>＞＜]|不低于|不少于|不超过)"
_QUANTITY = re.compile(rf"({_OP}?)({_PLAIN})(%|‰|[^\d\s.,。;≥≤=<>%（()]{{0,4}})")
_POINTS = re.compile(r"(?:100|[1-9]?\d)(?:\.\d{1,2})?")
_NAME = re.compile(r"[\u4e00-\u9fff]")
_IS_NAME = re.compile(r"[^、,。;)…≥≤=<>%][^≥≤=<>%]*[^\d.≥≤=<>%(、]")
_WORDS = re.compile(r"[\u4e00-\u9fff]{2,14}|[高好优良是无有]")
READ = ("level3", "weight", "target", "actual", "score", "score_self")
_Row = dict[str, str]


def split_amounts(run: str, fields: Sequence[str], total: Mapping[str, str]) -> _Row | None:
    """Field → text of a funds line's figures that ran together; None where not exactly one split is right.

    A line with a rate is split by its rate. One without it is known only where it repeats the amounts of the total.
    """
    named = [f for f in fields if f in (*FUND_AMOUNTS, "weight", "execution_rate", "score")]
    amounts = [f for f in named if f in FUND_AMOUNTS]
    if total and run == "".join(total.get(f, "") for f in amounts):
        return {f: total[f] for f in amounts if total.get(f)}
    ways = [w for w in _cuts(run, named) if _agrees(w)]
    return ways[0] if len(ways) == 1 else None


def _cuts(run: str, fields: Sequence[str]) -> Iterator[_Row]:
    """All ways to cut a run of figures into one per field."""
    if not fields:
        if not run:
            yield {}
        return
    for end in range(1, len(run) + 1):
        piece = run[:end]
        if _fits(piece, fields[0]):
            for rest in _cuts(run[end:], fields[1:]):
                yield {fields[0]: piece, **rest}


def _fits(piece: str, field: str) -> bool:
    if field == "execution_rate":
        return piece.endswith("%") and _IS_PLAIN.fullmatch(piece[:-1]) is not None
    if field in ("weight", "score"):
        return _POINTS.fullmatch(piece) is not None
    return _IS_PLAIN.fullmatch(piece) is not None


def _agrees(way: Mapping[str, str]) -> bool:
    """Whether the rate is executed over budget to its last digit, and the score what rate and points give."""
    if not {"annual_budget", "executed", "execution_rate"} <= set(way):
        return False
    budget, executed = Decimal(way["annual_budget"]), Decimal(way["executed"])
    rate = Decimal(way["execution_rate"].rstrip("%"))
    if budget == 0 or abs(executed / budget * 100 - rate) > Decimal("0.51").scaleb(int(rate.as_tuple().exponent)):
        return False
    if "score" not in way or "weight" not in way:
        return True
    weight, score = Decimal(way["weight"]), Decimal(way["score"])
    return score <= weight <= MAX_FUNDS_POINTS and abs(weight * rate / 100 - score) <= weight * SCORE_TOLERANCE


def split_points_pair(run: str) -> tuple[str, str] | None:
    """Total points and total score that ran together (`10098.5`), where one split alone makes sense."""
    ways = [
        (run[:k], run[k:])
        for k in range(1, len(run))
        if all(_POINTS.fullmatch(part) for part in (run[:k], run[k:])) and Decimal(run[k:]) <= Decimal(run[:k])
    ]
    return ways[0] if len(ways) == 1 else None


def split_rows(chunk: str, fields: Sequence[str]) -> tuple[list[_Row], str]:
    """The rows of a text that ran together, and what is left of it where it can be cut no further.

    `fields` begin with the name's (`level3`). A row is taken where every way to cut the text gives it alike.
    """
    wanted = [f for f in fields if f in READ]
    for end in range(len(chunk), MIN_ROW_CHARS, -1):
        rows = _only_way(chunk[:end], wanted) if end == len(chunk) or _may_begin_name(chunk, end) else None
        if rows is not None:
            return rows, chunk[end:]
    return [], chunk


def _only_way(chunk: str, fields: Sequence[str]) -> list[_Row] | None:
    """The one way to cut a text into the most rows; None where there is none, or several."""
    ways = list(_ways(chunk, fields))
    if not ways or len(ways) >= MAX_WAYS:
        return None
    most = max(len(way) for way in ways)
    best = [way for way in ways if len(way) == most]
    whole = [way for way in best if "weight" in fields and all(_is_met_in_full(row) for row in way)]
    best = whole or best
    return best[0] if all(way == best[0] for way in best[1:]) else None


def _is_met_in_full(row: Mapping[str, str]) -> bool:
    """Whether a row says that its target was reached as set, and gives all its points for that."""
    score = row.get("score") or row.get("score_self")
    return row.get("target") == row.get("actual") is not None and row.get("weight") == score


def _is_sound(row: Mapping[str, str]) -> bool:
    """Whether a row gives all its points where what was reached is word for word the target."""
    score = row.get("score") or row.get("score_self")
    given = row.get("target") == row.get("actual") is not None and "weight" in row and score is not None
    return not given or Decimal(row["weight"]) == Decimal(score or 0)


def _may_begin_name(chunk: str, k: int) -> bool:
    return _NAME.match(chunk[k]) is not None and not _NAME.match(chunk[k - 1])


def _ways(chunk: str, fields: Sequence[str]) -> Iterator[list[_Row]]:
    """All ways to cut a text into rows, at most MAX_WAYS."""
    count = 0
    stack: list[tuple[int, list[_Row]]] = [(0, [])]
    while stack and count < MAX_WAYS:
        pos, rows = stack.pop()
        if pos == len(chunk):
            count += 1
            yield rows
            continue
        stack.extend((end, [*rows, row]) for row, end in _row_at(chunk, pos, fields))


def _row_at(chunk: str, pos: int, fields: Sequence[str]) -> Iterator[tuple[_Row, int]]:
    """Every row that can begin at `pos`, and where it ends. A number is never cut to begin a name with its digits."""
    if pos and chunk[pos - 1 : pos + 1].isdigit():
        return
    for start in range(pos + 2, min(len(chunk), pos + 60)):
        name = chunk[pos:start]
        if len(_NAME.findall(name)) < 2 or not _IS_NAME.fullmatch(name):
            continue
        if not re.match(rf"\d|{_OP}|[\u4e00-\u9fff]", chunk[start:]):
            continue
        for values, end in _values_at(chunk, start, fields[1:], {}):
            if _is_sound(values):
                yield {"level3": name, **values}, end


def _values_at(chunk: str, pos: int, fields: Sequence[str], found: _Row) -> Iterator[tuple[_Row, int]]:
    if not fields:
        yield found, pos
        return
    field, rest = fields[0], fields[1:]
    for text, end in _texts_at(chunk, pos, field, found):
        if field.startswith("score") and "weight" in found and Decimal(text) > Decimal(found["weight"]):
            continue
        yield from _values_at(chunk, end, rest, {**found, field: text})


def _texts_at(chunk: str, pos: int, field: str, found: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    if field in ("weight", "score", "score_self"):
        for end in range(pos + 1, min(len(chunk), pos + 6) + 1):
            if _POINTS.fullmatch(chunk[pos:end]):
                yield chunk[pos:end], end
        return
    if field == "actual":
        yield from _actuals_at(chunk, pos, found.get("target", ""))
        return
    yield from _targets_at(chunk, pos)


def _targets_at(chunk: str, pos: int) -> Iterator[tuple[str, int]]:
    """Targets: a quantity, cut at every length of its number and unit, or words that are printed twice."""
    for end in range(pos + 1, min(len(chunk), pos + 20) + 1):
        if _QUANTITY.fullmatch(chunk[pos:end]):
            yield chunk[pos:end], end
    for end in range(pos + 1, min(len(chunk), pos + 14) + 1):
        word = chunk[pos:end]
        if _WORDS.fullmatch(word) and chunk.startswith(word, end):
            yield word, end


def _actuals_at(chunk: str, pos: int, target: str) -> Iterator[tuple[str, int]]:
    """Actual values: a quantity of the target's unit, or the target's own words."""
    quantity = _QUANTITY.fullmatch(target)
    if quantity is None:
        if chunk.startswith(target, pos):
            yield target, pos + len(target)
        return
    unit = quantity.group(3)
    for end in range(pos + 1, min(len(chunk), pos + 20) + 1):
        match = _QUANTITY.fullmatch(chunk[pos:end])
        if match and match.group(3) == unit:
            yield chunk[pos:end], end
