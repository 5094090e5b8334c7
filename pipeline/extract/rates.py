"""A percentage in a clause → what it is of."""

from __future__ import annotations

import re
from decimal import Decimal

from pipeline.extract.carried import RATE_NAME, RESPECTIVELY, Carried, Reading, Readings, split_items
from pipeline.extract.changes import read_change_rate
from pipeline.extract.clauses import Place
from pipeline.extract.figure_rules import figure_rules
from pipeline.extract.phrases import left_phrase, money_phrase, rate_phrase, right_phrase, strip_copula, strip_lead
from pipeline.extract.roles import (
    change_sign,
    change_verb,
    is_generic,
    is_whole,
    money_code,
    rate_code,
    reaches_end_value,
    strip_role,
)
from pipeline.normalize.text import narrow
from pipeline.records import Measure

# `为年初预算的98%`
_OF_PLAN = re.compile(r"^(?:占|为|是|相当于)?(?:年初|年度|全年|调整|上年|当年)*(?:预算|决算|计划)数?的$")
_REACHES = re.compile(r"(?:提高|提升|上升|增加|下降|降低|减少|稳定|保持|控制|降|升|增)(?:到|至|在)(?:了)?$")
_UNPAID = re.compile(r"(?P<name>[^,，;；。]{3,}?)(?:尚未|暂未|未|没有)(?:支付|支出|使用|拨付|执行|到位|下达|实施)$")
_OF_ALL = re.compile(r"总体|整体|综合|合计|总(?=执行|支出|支付)")
_ACTS = frozenset({"完成", "实际完成", "实现", "达到"})  # no name of a rate


def read_rate(place: Place, carried: Carried) -> Readings:
    left, value = narrow(place.left), place.quantity.value
    verb = None if reaches_end_value(left) else change_verb(strip_lead(left))
    if carried.started and reaches_end_value(left):
        return _rates([carried.started], value), carried._replace(last=carried.started)
    words = strip_copula(strip_lead(place.left))
    if match := None if verb else figure_rules().change_with_object.match(words):
        item, signed = words[match.end() :], value * change_sign(match["verb"])
        code = money_code(item, Measure.CHANGE_RATE)
        return [Reading(item, code, Measure.CHANGE_RATE, signed, "percent")], carried._replace(last=item)
    if verb or place.quantity.kind == "points":
        return read_change_rate(place, carried, verb)
    if carried.pending and not re.search(r"[\u4e00-\u9fff]", left.strip("、和及与")):
        item, rest = carried.pending[0], carried.pending[1:]
        if carried.verb:
            change = Reading(item, None, Measure.CHANGE_RATE, value * change_sign(carried.verb), "percent")
            return [change], carried._replace(pending=rest, verb="", last=item)
        return _rates([item], value), carried._replace(pending=rest, last=item)
    chunk = _REACHES.sub("", place.left)
    items = split_items(chunk, RATE_NAME)
    if len(items) > 1:
        names = [rate_phrase(item) or item for item in items]
        if RESPECTIVELY.search(left.rstrip()):
            carried, names = carried._replace(pending=tuple(names[1:])), names[:1]
        return _rates(names, value), carried._replace(last=names[-1])
    if match := _OF_PLAN.search(words):
        item = f"{carried.subject or carried.last}{match[0].removesuffix('的')}"
        return _rates([item], value), carried
    item = _rate_item(items[0], place, carried)
    if not item:
        return [], carried
    counted = carried.counted[-1][1] if carried.counted else ""
    of_count = counted and carried.last == counted and item.startswith("完成")
    of_part = carried.part if carried.run == 1 and not place.outer else ""
    owner = counted if of_count else of_part or _unpaid(place) or carried.paid or carried.subject
    carried = carried._replace(run=0)
    owner = owner if owner and not is_whole(owner) and not _OF_ALL.match(item) else ""
    if item == "控制率" and not carried.paid:  # of posts, where no money was spent before it
        owner = ""
    if owner and owner not in item and (is_generic(item) or item.startswith("完成") or item == "控制率"):
        code = money_code(owner, Measure.AMOUNT)
        name = f"{owner}{item[2:] if item.startswith('资金') and owner.endswith(('资金', '经费')) else item}"
        return [Reading(name, code, Measure.RATE, value, "percent")], carried._replace(last=item)
    return _rates([item], value), carried._replace(last=item)


def _unpaid(place: Place) -> str:
    """The money of `；退耕还林补助未支付，执行率为0%`, which no amount went before."""
    match = _UNPAID.search(place.before)
    return strip_role(money_phrase(strip_lead(match["name"]))) if match else ""


def _rates(items: list[str], value: Decimal) -> list[Reading]:
    return [Reading(item, rate_code(item), Measure.RATE, value, "percent") for item in items]


def _rate_item(chunk: str, place: Place, carried: Carried) -> str:
    """What a percentage is of: a share (`占…的`), a part done (`完成…的`), the noun before it, or the one behind."""
    stripped = strip_copula(strip_lead(chunk))
    if (match := re.search(r"占[^,，;；]{0,24}$", stripped)) and match[0] != "占比":
        owner = left_phrase(stripped[: match.start()]).item or carried.last
        return owner + re.sub(r"(?:的|比重|比例|为|达|到)+$", "", match.group())
    if match := re.search(r"完成[^,，;；]{1,16}的$", stripped):
        return re.sub(r"[\d.,，]+\s*\S{0,4}$", "", match.group().rstrip("的"))
    if re.search(r"(?:支出|支付|执行|到位|使用)(?:完成)?(?:率|进度)$", stripped):
        return strip_role(money_phrase(re.sub(r"(?:率|进度)$", "", stripped))) and stripped
    if RATE_NAME.search(narrow(stripped)):
        return rate_phrase(chunk)
    phrase = left_phrase(chunk)
    if phrase.item and phrase.item not in _ACTS and not (phrase.bare and len(phrase.item) <= 1):
        return phrase.item
    return right_phrase(place.right)[0] or left_phrase(place.outer).item or carried.last
