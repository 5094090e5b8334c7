"""A change of money, of a count or of a rate, with the sign of its verb."""

from __future__ import annotations

import re
from decimal import Decimal

from pipeline.extract.carried import MONEY_NAME, RATE_NAME, Carried, Reading, Readings
from pipeline.extract.clauses import Place
from pipeline.extract.phrases import left_phrase, money_phrase, strip_copula, strip_lead
from pipeline.extract.roles import change_sign, is_generic, is_whole, money_code, rate_code, strip_role
from pipeline.labels import item_code
from pipeline.normalize.text import narrow
from pipeline.records import Measure

_COMPARED_WITH = re.compile(
    r"(?:相?较于?|(?<![占对])比(?![例重率])|[与同](?=上年|去年|往年|同期|预算|\d{4})|同比|环比|相比)[^,，;；]*$"
)
_TOTAL = re.compile(r"(?:收入|支出|收支)(?:总计|合计|总额)$")


def read_change_rate(place: Place, carried: Carried, verb: str | None) -> Readings:
    """A change in percent or points, signed by its verb; points without a verb of change mean nothing."""
    if verb is None:
        return [], carried
    if "分别" in place.left and len(carried.recent) > 1 and not re.search("率|度|费|资金", place.left):
        value = _signed(place, verb)
        waiting = carried._replace(pending=carried.recent[1:], verb=verb)
        return [Reading(carried.recent[0], None, Measure.CHANGE_RATE, value, "percent")], waiting
    item = _changed_item(place.left, verb)
    if is_generic(item):
        item = carried.last or carried.subject or carried.topic
        item = item.removesuffix("占") or item  # a share's clause goes on: `项目支出占45%，同比增长3%`
    if not item:
        return [], carried
    named = item in (carried.subject, carried.part) or is_whole(item) or MONEY_NAME.search(narrow(item))
    is_money = named and "占" not in item
    code = money_code(item, Measure.CHANGE_RATE) if is_money else item_code(item)
    code = rate_code(item) if RATE_NAME.search(narrow(item)) else code
    value = _signed(place, verb)
    return [Reading(item, code, Measure.CHANGE_RATE, value, "percent")], carried._replace(last=item)


def _signed(place: Place, verb: str) -> Decimal | None:
    """The change with its sign; None for a decline by a negative number (`减少-12万元`), which may mean either."""
    value, sign = place.quantity.value, change_sign(verb)
    return None if value < 0 and sign < 0 else abs(value) if not value else value * sign


def _changed_item(left: str, verb: str) -> str:
    """What changed: the words before `较上年`, else before the verb; empty where the clause does not say."""
    before = left[: left.rfind(verb)] if verb in left else left
    before = _COMPARED_WITH.sub("", before)
    before = re.sub(r"(?:总体|整体|同比|环比|各|同期|相比|本年)+$", "", strip_copula(strip_lead(before)))
    if MONEY_NAME.search(narrow(strip_role(before))):
        return strip_role(money_phrase(before))
    phrase = left_phrase(before)
    return "" if phrase.bare else strip_role(phrase.item)


def read_change(place: Place, carried: Carried, verb: str) -> Readings:
    """A change of money or of a count, signed by its verb."""
    item, is_money = _changed_item(place.left, verb), place.quantity.kind == "money"
    if is_generic(item):
        counted = dict(carried.counted).get(place.quantity.unit or "", "")
        known = carried.part or carried.subject or carried.topic if is_money else counted
        of_last = re.match(r"每[人户亩]", carried.last) or (_TOTAL.search(carried.last) and place.break_before == ",")
        known = carried.last if is_money and of_last else known
        item = known or carried.last or item or verb
    value = _signed(place, verb)
    code = money_code(item, Measure.CHANGE) if is_money else None
    named = is_money and not carried.part and not is_whole(item)
    carried = carried._replace(last=item, subject=item if named else carried.subject)
    return [Reading(item, code, Measure.CHANGE, value, place.quantity.unit)], carried
