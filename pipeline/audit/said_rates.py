"""Rates that a sentence states, against the amounts before them."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.audit.places import FigureIndex, has_break, name_of
from pipeline.audit.printed import HUNDRED, agrees, divide, show
from pipeline.audit.rules import has, make_finding
from pipeline.audit.sentences import Sentence, Token
from pipeline.records import Finding, Severity

MAX_AMOUNTS = 6  # before one rate: initial, adjusted and appropriated budget, their parts, and what was spent
MIN_PARTS = 2
MAX_VERB_CHARS = 8  # `；实际支出` goes on about the budget before it; a longer label names another


def check_rates_said(sentence: Sentence, index: FigureIndex) -> Iterator[Finding]:
    """`预算A万元，支付B万元，支付率r%`: r against B ÷ A, or against B over any other budget before it."""
    amounts: list[Token] = []
    earlier: list[Token] = []
    for token in sentence.tokens:
        if has_break(token):
            earlier, amounts = amounts or earlier, []
        if token.kind == "money" and not has("per", token.clause):
            amounts.append(token)
        elif token.kind == "percent":
            if has("rate", token.clause) and "个百分" not in token.label:
                yield from _rate_said(sentence, amounts, earlier, token, index)
            earlier, amounts = amounts or earlier, []


def _rate_said(
    sentence: Sentence, amounts: list[Token], earlier: list[Token], rate: Token, index: FigureIndex
) -> Iterator[Finding]:
    """The finding on one rate. It is an error where two amounts or a budget named as such stand before it.

    An amount alone goes on about the budget of the clause before it, where nothing but a verb parts them.
    """
    goes_on = len(amounts) == 1 and _is_verb(amounts[0])
    known = _without_parts([*earlier, *amounts] if goes_on else amounts)
    split = _split_amounts(known) if 2 <= len(known) <= MAX_AMOUNTS else None
    if split is None:
        return
    executed, budgets = split
    intervals = [interval for token in budgets if (interval := divide(executed.printed, token.printed))]
    if not intervals or any(agrees(rate.printed, interval) for interval in intervals):
        return
    named = [token for token in reversed(budgets) if has("budget", token.label)]
    if all(
        token.clause.endswith(("支出", "支付", "执行", "使用")) and "预算" not in token.clause
        for token in (executed, *budgets)
    ):
        return  # spending beside spending (`A支出3万元，B支出2万元，总体执行率95%`): no budget is said
    is_sure = not goes_on and (len(budgets) == 1 or budgets[-1] in named)
    budget = named[0] if named else budgets[-1]
    place = index.place(sentence, (rate, executed, budget))
    yield make_finding(
        "execution_rate",
        Severity.ERROR if is_sure else Severity.WARNING,
        expected=show(executed.value / budget.value * HUNDRED),
        actual=show(rate.value, 4),
        refs=place.refs,
        evaluation=place.evaluation,
        evidence=place.evidence,
        where="正文",
        name=name_of(budget),
        executed=executed.raw,
        budget=budget.raw,
    )


def _without_parts(amounts: list[Token]) -> list[Token]:
    """The amounts without those that add up to the one before them (`支出90万元，其中人员60万元，公用30万元`)."""
    for at, whole in enumerate(amounts):
        for end in range(at + MIN_PARTS + 1, len(amounts) + 1):
            parts = amounts[at + 1 : end]
            announced = "其中" in parts[0].label + parts[0].clause
            if announced and sum(token.value for token in parts) == whole.value:
                return [*amounts[: at + 1], *_without_parts(amounts[end:])]
    return amounts


def _split_amounts(amounts: list[Token]) -> tuple[Token, list[Token]] | None:
    """What was executed and what it may be measured by; None where amounts of another kind stand among them."""
    words = [token.clause for token in amounts]
    if any(has("remainder", clause) or has("change", clause) for clause in words) or has("opening", amounts[0].label):
        return None
    first, last = words[0], words[-1]
    if has("executed", first) and not has("budget", first) and has("budget", last) and not has("executed", last):
        return amounts[0], amounts[1:]
    return (amounts[-1], amounts[:-1]) if has("executed", amounts[-1].label) else None


def _is_verb(token: Token) -> bool:
    words = token.label.strip(",，;；、")
    return len(words) <= MAX_VERB_CHARS and has("verb_first", token.label)
