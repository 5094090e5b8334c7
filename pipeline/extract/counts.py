"""A counted number in a clause → what is counted."""

from __future__ import annotations

import re

from pipeline.extract.carried import Carried, Reading, Readings
from pipeline.extract.changes import read_change
from pipeline.extract.clauses import Place
from pipeline.extract.phrases import left_phrase, names_persons, right_phrase, strip_lead
from pipeline.extract.roles import change_verb, compares, reaches_end_value
from pipeline.labels import item_code
from pipeline.normalize.text import narrow
from pipeline.records import Measure

_NEEDS_OWNER = re.compile(r"^(?:每|占地|占|单[座个台]|日|面积|总?长度?|其中)")
_VERB_LEAD = re.compile(
    r"^(?:新建|建设|建成|改造|改建|扩建|修建|购置|采购|安装|铺设|布设|发放|发出|印发|完成|开展|举办|受理|接待|收到|处理|抽检|共)(?=..)"
)
_PART_OF_ALL = re.compile(
    r"^(?:有效)?(?:回收|收回|在线|办结|结案|审结|验收|投产|开工|竣工|达标|合格|完工|完成|整改|销号|结项|立项|建成|改造|新建|修建|救助|培训)$"
)
_RATE_OF_COUNT = frozenset({"提高", "提升", "上升", "下降", "降低", "缩短"})
_ASPECTS = re.compile(r"^.*\d\s*(?:个方面|个层级|大类)")  # `从产出、效益3个方面共21个指标`
_PLACE_KINDS = frozenset("县乡镇村区省市州")  # `3个县（区）`
_PLACE = re.compile(r"[\u4e00-\u9fff][省市县区旗州镇乡村](?:范围)?内?$")  # where things are, not what is counted
_BASE = re.compile(r"(?:较|比|与|同)[^,;]{1,12}的$")  # `比2020年的11183批次增加…`
_JOINT = re.compile(r"(?:以及|及|和|与|、)$")
_LISTED = re.compile(r"[\u4e00-\u9fff]{2,10}(?=[、，,;；。|]|$)")  # the counted thing of an item of a list
_COUNTED_TAIL = re.compile(r"[\d一二三四五六七八九十两]+\s*\S{1,3}$")


def read_count(place: Place, carried: Carried) -> Readings:
    quantity, left = place.quantity, narrow(place.left)
    at_end = reaches_end_value(left)
    verb = None if at_end else change_verb(strip_lead(left))
    after_base = carried.compared and not place.break_before
    if verb and (compares(left.replace(verb, "")) or verb in _RATE_OF_COUNT or after_base):
        return read_change(place, carried._replace(compared=False), verb)
    carried = carried._replace(compared=verb is None and _BASE.search(left) is not None)
    if carried.compared and re.search(r"[较比与同]年初的$", left):
        return [], carried
    item = carried.started if carried.started and at_end else _counted_item(place, carried)
    if not item:
        return [], carried
    counted = (*(pair for pair in carried.counted if pair[0] != quantity.unit), (quantity.unit or "", item))
    carried = carried._replace(counted=counted, last=item)
    if quantity.silent:
        return [], carried
    code = item_code("实有人数" if item == "实有" and quantity.unit in ("人", "名") else item) or ""
    return [
        Reading(item, code if code.startswith("staff_") else None, Measure.COUNT, quantity.value, quantity.unit)
    ], carried


def _counted_item(place: Place, carried: Carried) -> str:
    """What is counted: the noun behind the unit, else the one before it, else what the clause before spoke of."""
    phrase = left_phrase(_ASPECTS.sub("", place.left))
    after, verb = right_phrase(place.right)
    alone = len(after) > 1 or place.right.strip("| ") == after
    if after and alone and phrase.item and phrase.item == carried.last and not place.break_before:
        return after  # `12个乡镇86个村`: what stands before was counted already
    after = after if len(after) > 1 or after in _PLACE_KINDS else ""
    if not after and _JOINT.search(narrow(place.left).strip()) and (listed := _LISTED.match(place.right)):
        return listed[0]
    if after and _PLACE.search(phrase.item):
        return after
    complete = phrase.has_verb or names_persons(phrase.item) or place.right.lstrip().startswith("的")
    copula = re.search(r"(?:主要)?[是为以由对在将]$|等$", narrow(place.left).rstrip()) is not None
    if after and (copula or not (phrase.noun_final and complete)):
        return after
    if phrase.item and not phrase.bare:
        return _owned(phrase.item.removesuffix("的"), place, carried)
    if phrase.item and verb:
        return phrase.last_word + verb
    if phrase.item:
        same_unit = dict(carried.counted).get(place.quantity.unit or "", "") if _PART_OF_ALL.match(phrase.item) else ""
        return (
            _owned(phrase.item, place, carried) if _NEEDS_OWNER.match(phrase.item) else _joined(phrase.item, same_unit)
        )
    return _owner(place, carried)


def _owner(place: Place, carried: Carried) -> str:
    """The thing in front of a parenthesis or of a clause without a subject."""
    counted_before = not place.outer or _COUNTED_TAIL.search(place.outer) is not None
    return carried.last if counted_before else left_phrase(place.outer).item or carried.last


def _owned(item: str, place: Place, carried: Carried) -> str:
    """`每座占地` with the thing in front: it says nothing alone."""
    owner = _VERB_LEAD.sub("", _owner(place, carried))
    return f"{owner}{item}" if _NEEDS_OWNER.match(item) and owner and not owner.endswith(item) else item


def _joined(verb: str, noun: str) -> str:
    """`回收` after `发放问卷320份` → `回收问卷`."""
    return verb if not noun or verb in noun else f"{verb}{_VERB_LEAD.sub('', noun)}"
