"""Amounts that a sentence adds up: parts of a total, a total behind its parts, and what was left of what was given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from pipeline.audit.places import FigureIndex, has_break, name_of
from pipeline.audit.printed import HUNDRED, Printed, gap_of, is_slip, show, show_money
from pipeline.audit.rules import has, make_finding
from pipeline.audit.sentences import Sentence, Token
from pipeline.records import Finding, Severity

NEAR = Decimal("0.05")
FAR = Decimal("0.5")  # share of the total: farther off, the amounts are no parts of it
SHARES_NOISE = Decimal("0.5")  # percent: what rounding moves the sum of shares


def check_balance(sentence: Sentence, index: FigureIndex) -> Iterator[Finding]:
    """`下达A万元，支出B万元，结转C万元`: A against B + C; with `上年结转D万元` before B, A + D.

    Only where these amounts stand together and no other with them.
    """
    for amounts in _segments(sentence):
        if len(amounts) not in (3, 4):
            continue
        *given, spent, left = amounts
        is_left = has("remainder", left.clause) and not has("opening", left.clause) and "预算" not in left.clause
        is_spent = has("executed", spent.clause) and not has("remainder", spent.clause)
        opening = [token for token in given if has("opening", token.clause)]
        budgets = [token for token in given if token not in opening and has("budget", token.label)]
        if not is_left or not is_spent or len(budgets) != 1 or len(opening) != len(given) - 1:
            continue
        parts = [spent.printed, left.printed, *(_negative(token.printed) for token in opening)]
        gap, rounding = gap_of(budgets[0].printed, parts)
        if abs(gap) > rounding:
            refs = index.place(sentence, amounts).refs
            yield _sum_finding("balance", Severity.ERROR, budgets[0], gap, refs, index, sentence)


def _segments(sentence: Sentence) -> Iterator[list[Token]]:
    """The amounts between two semicolons."""
    amounts: list[Token] = []
    for token in sentence.tokens:
        if has_break(token):
            yield amounts
            amounts = []
        if token.kind == "money" and not has("per", token.clause):
            amounts.append(token)
    yield amounts


def _negative(printed: Printed) -> Printed:
    return replace(printed, value=-printed.value)


def check_parts_said(sentence: Sentence, index: FigureIndex) -> Iterator[Finding]:
    """`A万元，其中：甲a万元、乙b万元`: A against a + b, for amounts and for counts of one unit.

    Many lists name some parts only, so less than the total says nothing unless it looks mistyped, or the list is of
    the sources of money or of both kinds of spending, or its shares add up to 100 %.
    """
    tokens = sentence.tokens
    for at in range(1, len(tokens) - 1):
        if not has("parts", _last_clause(tokens[at])):
            continue
        for total in _totals_before(tokens, at):
            parts, shares = _parts_from(tokens, at, total)
            if len(parts) < 2 or any(has("partial", _last_clause(part)) for part in parts):
                continue
            gap, rounding = gap_of(total.printed, [part.printed for part in parts])
            severity = _severity_of(total, parts, gap, shares)
            if abs(gap) > rounding and severity is not None and not _adds_up_elsewhere(tokens, total, parts):
                refs = index.place(sentence, (total, *parts)).refs
                yield _sum_finding("parts_sum", severity, total, gap, refs, index, sentence)


def _totals_before(tokens: Sequence[Token], at: int) -> list[Token]:
    """What a list may be the parts of: the level before it, and one of another kind before that (`15个，2.36亿元`)."""
    levels = [t for t in tokens[:at] if t.kind in ("money", "count") and not has("change", t.clause)]
    last = levels[-1:]
    return [*last, *(t for t in levels[-2:-1] if last and t.kind != last[0].kind)]


def _last_clause(token: Token) -> str:
    """The label behind its last semicolon: a list without numbers may stand before it."""
    return token.label.replace("；", ";").rpartition(";")[2]


def _adds_up_elsewhere(tokens: Sequence[Token], total: Token, parts: list[Token]) -> bool:
    """Whether the first parts are the total already, or all parts are another amount of the sentence."""
    for end in range(2, len(parts)):
        gap, rounding = gap_of(total.printed, [part.printed for part in parts[:end]])
        if abs(gap) <= rounding:
            return True
    summed = sum((part.value for part in parts), Decimal(0))
    return any(token.kind == total.kind and token.value == summed for token in tokens)


def _severity_of(total: Token, parts: list[Token], gap: Decimal, shares: list[Token]) -> Severity | None:
    """How firmly the parts of a sentence contradict their total."""
    near = abs(gap) <= abs(total.value) * NEAR
    slip = is_slip(total.value + gap, total.value) or any(is_slip(p.value - gap, p.value) for p in parts)
    is_whole = bool(shares) and abs(sum((t.value for t in shares), Decimal(0)) - HUNDRED) <= SHARES_NOISE
    if (near and (slip or gap > 0)) or (is_whole and len(shares) == len(parts)):
        return Severity.ERROR if total.kind == "money" else Severity.WARNING
    is_set = all(has("source", part.label) for part in parts) or all(has("spending", part.label) for part in parts)
    if total.kind == "money" and is_set and abs(gap) <= abs(total.value) * FAR:
        return Severity.WARNING
    return None


def _parts_from(tokens: Sequence[Token], at: int, total: Token) -> tuple[list[Token], list[Token]]:
    """The parts of a total from a token on and their shares: of its kind and unit, up to a change, verb or new list."""
    parts, shares = list[Token](), list[Token]()
    for token in tokens[at:]:
        if token.kind == "percent" and parts and not has("change", token.clause):
            shares.append(token)
            continue
        if parts and has("parts", _last_clause(token)):
            return [], []
        if has("verb_first", token.label) or has("change", token.clause) or has("per", token.clause):
            break
        same = token.kind == total.kind and (token.kind == "money" or token.unit == total.unit)
        if same and token.value > total.value:
            break
        if same:
            parts.append(token)
    return parts, shares


def check_sums_said(sentence: Sentence, index: FigureIndex) -> Iterator[Finding]:
    """`甲a万元，乙b万元，合计c万元`: c against a + b, where all amounts of the clause stand before it."""
    for amounts in _segments(sentence):
        for at, total in enumerate(amounts):
            parts = amounts[:at]
            if at < 2 or not has("sum", total.clause) or any(has("change", token.clause) for token in parts):
                continue
            gap, rounding = gap_of(total.printed, [part.printed for part in parts])
            twice = any(part.value == total.value for part in parts)
            if abs(gap) <= rounding or twice or abs(gap) > total.value * FAR:
                break
            near = abs(gap) <= total.value * NEAR
            slip = is_slip(total.value + gap, total.value) or any(is_slip(p.value - gap, p.value) for p in parts)
            refs = index.place(sentence, (total, *parts)).refs
            severity = Severity.ERROR if near and slip else Severity.WARNING
            yield _sum_finding("parts_sum", severity, total, gap, refs, index, sentence)
            break


def _sum_finding(
    message: str,
    severity: Severity,
    total: Token,
    gap: Decimal,
    refs: list[str],
    index: FigureIndex,
    sentence: Sentence,
) -> Finding:
    def worded(value: Decimal) -> str:
        return show_money(value, total.unit) if total.kind == "money" else f"{show(value)}{total.unit}"

    place = index.place(sentence, (total,))
    return make_finding(
        "parts_sum",
        severity,
        message=message,
        expected=worded(total.value + gap),
        actual=worded(total.value),
        refs=refs,
        evaluation=place.evaluation,
        evidence=place.evidence,
        where="正文",
        name=name_of(total),
        gap=worded(abs(gap)),
    )
