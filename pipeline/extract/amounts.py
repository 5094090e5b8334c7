"""An amount of money in a clause → its item, measure and code."""

from __future__ import annotations

import re
from decimal import Decimal

from pipeline.extract.carried import LIST, MONEY_NAME, RATE_NAME, RESPECTIVELY, Carried, Reading, Readings, split_items
from pipeline.extract.changes import read_change
from pipeline.extract.clauses import Place
from pipeline.extract.figure_rules import figure_rules
from pipeline.extract.phrases import left_phrase, money_phrase, rate_phrase, right_phrase, strip_copula, strip_lead
from pipeline.extract.roles import (
    change_sign,
    change_verb,
    compares,
    find_measure,
    is_generic,
    is_whole,
    money_code,
    rate_code,
    reaches_end_value,
    strip_role,
)
from pipeline.labels import item_code
from pipeline.normalize.text import narrow
from pipeline.records import Measure

_LIST_FRAME = re.compile(
    r"^.*?(?:包括|包含|来源于?为?|分为|主要有|由)|等?[两二三四五六七八九](?:项|类|个|部分|块|方面|笔)(?:资金)?(?:组成|构成)?$|(?:组成|构成)$"
)
_MONEY_SOURCE = re.compile(
    r"(?:资金|投资|经费|补助|配套|自筹|债券|拨款|贷款|费用?|收入|预算|支出)(?:[(（][^()（）]*[)）])?$"
)
LONGEST_OWNER = 24  # characters before 每 that can name what a price of one is for
_FUNDING = (Measure.BUDGET, Measure.INITIAL_BUDGET, Measure.ANNUAL_BUDGET, Measure.APPROPRIATION)
_ADJUSTED_TO = re.compile(r"(?:调减|调增|追加|核减)(?:预算)?(?:至|到|为)$")  # `年中调减至98万元`
_OF_THAT = re.compile(r"(?:[即合共]?计|约?为|即|是)")
_JOINT_ONLY = re.compile(r"\s*(?:、|和|及|与|以及)\s*")
_EACH = re.compile(r"(?:均|都|各)(?:为|是)?$")
_SPENT = re.compile(r"(?:完成|支出|支付|执行|使用|拨付)(?:了|为|共)*$")
_SAID = re.compile(r"[\d.]+\s*(?:%|[亿万]?元).*")
_COMPARED_YEAR = re.compile(
    r"^(?:相?较于?|同?比|与)(?:上年度?|去年|上一年度?|(?:19|20)\d{2}年度?)(?:同期)?的?|^(?:相?较|同?比|与).*"
)
_SET_AGAINST = re.compile(
    r"(?P<item>[^,，;；]{2,}?)(?:相?较于?|同?比|与|同)(?:上年度?|去年|上一年度?|(?:19|20)\d{2}年度?)(?:同期)?"
    r"(?:(?:支出|决算|预算|执行)(?:数|额)?)?的?"
)
_SOURCES = ("carryover", "central_transfer", "province_transfer", "local_funds")  # no subject of later clauses
_TOTALS = re.compile(r"(?:收入|支出|收支)(?:总计|合计|总额)(?=为|是|$)")
_REST = re.compile(r"(?:其余|剩余|尚余|余下|还剩)")
_OTHER_YEAR = re.compile(
    r"\W*(?:上年度?|去年|上一年度?|(?:19|20)\d{2}年度?)(?:同期)?(?:预算|决算|支出|执行)?数?(?:约?为|是)?\s*"
)
_PER_HEAD = re.compile(r"(?:按照?|每年)?(?P<each>[人户亩次车年月生]均)$")
_STANDARD = re.compile(r"每(?:人|户|亩|公里|平方米|站|校|班|所|座|台|吨|村|名|个|次)")  # the price of one
_NO_SUBJECT = re.compile(r"上缴|应缴|收缴|收回")
_PLAN_DONE = re.compile(r"^完成(?:年初|调整后?|全年|年度|部门)*预算数?$")  # `完成预算18万元的79.89%`
_DEDUCTED = re.compile(r"每[^,;。]{0,12}(?<![代抵])扣$")
_FOR_EACH = re.compile(
    r"\s*的?(?P<word>标准)?(?:进行|予以|给予)?(?:发放|补助|拨付|补贴|支付)?(?P<what>[\u4e00-\u9fff]{2,10}?(?:补贴|补助|津贴|奖励|优待金|生活费|经费|工资|费))?"
)
_BOUGHT = re.compile(r"购买|购置|采购|新建|建设|安装|更换|维修|改造|增设|配备|租用|租赁")
_NAMED_BEHIND = re.compile(  # `其中500万元为中央水利发展资金`
    r"\s*(?:为|是|系)(?P<name>[\u4e00-\u9fff]{2,20}?(?:资金|经费|补助|拨款|自筹|投资))(?=[,，;；。、]|$)"
)
_MONEY_OUTSIDE = re.compile(r"(?:^|[\d年度对将把])(?P<name>[^\d年度对将把]{3,25}(?:资金|经费|补助|补贴|基金|金))$")
_QUOTED_NAME = re.compile(r"[“\"]([^”\"]{4,}(?:项目|工程|专项|资金|经费))[”\"]\s*$")
_COMPARED_OBJECT = re.compile(
    r"(?:较|比|与|同比)[^,;]*?(?P<verb>增加|减少|压减|节省|缩减|增长|下降)了?(?P<object>[\u4e00-\u9fff]{2,12})$"
)


def read_money(place: Place, carried: Carried) -> Readings:
    left = narrow(place.left)
    words = strip_copula(strip_lead(place.left))
    if _ADJUSTED_TO.search(left):
        item = carried.subject or carried.funded or (carried.last if item_code(carried.last) else "") or "预算"
        reading = Reading(
            item, money_code(item, Measure.ANNUAL_BUDGET), Measure.ANNUAL_BUDGET, place.quantity.value, "CNY"
        )
        return [reading], carried._replace(last=item, started="")
    if carried.started and reaches_end_value(left):
        return _amount(carried.started, find_measure(narrow(carried.started)), place, carried)
    if carried.pending and not re.search(r"[\u4e00-\u9fff]", left.strip("、和及与,")):
        item, rest = carried.pending[0], carried.pending[1:]
        return _amount(item, find_measure(narrow(item)), place, carried._replace(pending=rest))
    verb = None if reaches_end_value(left) else change_verb(strip_lead(left))
    compared = compares(left.replace(verb or "", "")) or (carried.compared and not place.break_before)
    if verb and (compared or verb not in ("增收", "节约")):
        return read_change(place, carried, verb)
    if match := figure_rules().change_with_object.match(words) or _COMPARED_OBJECT.search(words):
        object_raw = match["object"] if match.re is _COMPARED_OBJECT else words[match.end() :]
        item = strip_role(object_raw) or carried.subject
        value = place.quantity.value * change_sign(match["verb"])
        code = money_code(item, Measure.CHANGE)
        return [Reading(item, code, Measure.CHANGE, value, "CNY")], carried._replace(last=item)
    listed = [
        part for part in (strip_lead(piece) for piece in LIST.split(re.sub("(?:分别|均|都|各).*$", "", words))) if part
    ]
    if _EACH.search(left.rstrip()) and len(listed) > 1 and all(MONEY_NAME.search(narrow(part)) for part in listed):
        return [
            reading for name in listed for reading in _amount(name, find_measure(narrow(words)), place, carried)[0]
        ], carried
    if RESPECTIVELY.search(left.rstrip()) and len(listed) > 1:
        names = listed
        return _amount(names[0], find_measure(narrow(words)), place, carried._replace(pending=tuple(names[1:])))
    if RESPECTIVELY.fullmatch(left.strip()) and (names := _listed_sources(place.before or carried.last)):
        return _amount(names[0], find_measure(narrow(names[0])), place, carried._replace(pending=tuple(names[1:])))
    if RESPECTIVELY.search(left.rstrip()) and len(listed) == 1 and is_generic(strip_role(listed[0])):
        return _unnamed(listed[0], find_measure(narrow(words)), place, carried)
    if carried.last and _JOINT_ONLY.fullmatch(left):
        return _unnamed(carried.last, None, place, carried)
    if place.break_before == "(" and not words and place.quantity.value == carried.amount:
        return [], carried
    if _DEDUCTED.search(left):
        return [], carried  # what a grading rule takes off
    base = _compared_base(words, carried)
    if base:
        own = find_measure(narrow(words)) or carried.measure or carried.told or Measure.AMOUNT
        reading = Reading(base, money_code(base, own), own, place.quantity.value, "CNY")
        return [reading], carried._replace(compared=True, last=base)
    item, named = _money_item(place, carried)
    measure = _money_measure(place, words, item, carried)
    announced = re.search(r"其中\W*$", place.head) or re.search(r"其中\W*$", place.before)
    in_parts = (
        re.match(r"\W*其中", left) is not None
        or announced is not None
        or (bool(carried.part) and (named or place.break_before == "、"))
        or bool(place.outer)
    )
    named_measure = find_measure(narrow(words)) if place.break_before != "(" and not in_parts else None
    head = named_measure if named_measure not in (None, Measure.AMOUNT) else carried.measure
    last = carried.last if _PER_HEAD.search(item) else _STANDARD.split(item)[0] or carried.last
    named = named and _NO_SUBJECT.search(item) is None
    last = "完成预算" if _PLAN_DONE.search(words) and place.right.startswith("的") else last
    carried = carried._replace(
        subject=item if named and not in_parts and not is_whole(item) else carried.subject,
        part=item if in_parts else "",
        run=carried.run + 1 if in_parts else 0,
        last=last,
        paid=item if not in_parts and (measure == Measure.EXECUTED or _SPENT.search(left)) else carried.paid,
        amount=place.quantity.value,
        measure=head,
        funded=item if measure in _FUNDING and not in_parts and _is_line(item) else carried.funded,
    )
    if place.quantity.value < 0 and measure in (Measure.BUDGET, Measure.ANNUAL_BUDGET):
        measure = Measure.CHANGE
    return [Reading(item, money_code(item, measure), measure, place.quantity.value, "CNY")], carried


def _is_line(item: str) -> bool:
    """Whether an item is something that money is given to, not the whole, a kind of budget or a sum."""
    return not is_whole(item) and not is_generic(item) and re.search(r"预算|总额|收入|支出$", item) is None


def _listed_sources(clause: str) -> list[str]:
    """The names of `资金包括A、B、C三项`, each one of money; empty where the clause lists none."""
    names = [part for part in (strip_lead(piece) for piece in LIST.split(_LIST_FRAME.sub("", clause))) if part]
    return names if len(names) > 1 and all(_MONEY_SOURCE.search(name) for name in names) else []


def _unnamed(item: str, own: Measure | None, place: Place, carried: Carried) -> Readings:
    """One of several amounts whose names stand elsewhere (`资金分别为5万元、3万元和2万元`): no code, it is no total."""
    measure = own or carried.measure or Measure.AMOUNT
    return [Reading(item, None, measure, place.quantity.value, "CNY")], carried._replace(last=item, measure=measure)


def _compared_base(words: str, carried: Carried) -> str:
    """The item of an amount that another is set against (`较2021年的26万元`); empty where the words compare nothing."""
    if match := _SET_AGAINST.fullmatch(words):
        return strip_role(money_phrase(match["item"]))
    if re.match(r"(?:相?较于?|同?比|与)", words) is None or item_code(words) is not None:
        return ""
    last = carried.paid if RATE_NAME.search(carried.last) else carried.last
    return carried.subject or strip_role(_COMPARED_YEAR.sub("", words)) or last or carried.topic


def _amount(name: str, own: Measure | None, place: Place, carried: Carried) -> Readings:
    """One of several amounts that belong to names listed before them."""
    item, measure = strip_role(name), own or carried.measure or Measure.AMOUNT
    if is_generic(item) and carried.subject:
        item = carried.subject
    reading = Reading(item, money_code(item, measure), measure, place.quantity.value, "CNY")
    return [reading], carried._replace(last=item, measure=carried.measure or measure)


def _money_measure(place: Place, words: str, item: str, carried: Carried) -> Measure:
    """Measure by the words before the amount, else by what it hangs on, else by the words after it."""
    own = find_measure(narrow(words)) or (find_measure(narrow(place.lead)) if place.lead else None)
    among = place.break_before == "、" or "其中" in place.left + place.head + place.before or bool(carried.part)
    if own == Measure.APPROPRIATION and carried.measure == Measure.EXECUTED and among:
        return carried.measure
    if re.match(r"[^,，;；。\d]{0,8}(?:未|尚未|没有)(?:支付|拨付|使用|到位|支出|下达)", place.right):
        return Measure.AMOUNT
    if own is None and re.match(r"(?:资金|经费|补助)?[已均全部足额及时]*(?:拨付|下达)?到位", place.right):
        return Measure.APPROPRIATION
    if re.match(r"\s*(?:按规定|按要求|全部|当年|已|由[^,，。]{0,8})*(?:收回|上缴|缴回|交回|结转)", place.right):
        return Measure.BALANCE if own is None else own
    if own == Measure.FINAL_ACCOUNT:
        return own
    if own is None and _REST.match(words):
        return Measure.AMOUNT
    is_part = carried.part or re.search("其中", place.head + place.before) or re.match(r"\W*其中", narrow(place.left))
    if is_part and carried.measure and item.endswith("支出") and find_measure(narrow(words).replace(item, "")) is None:
        return carried.measure  # 支出 belongs to the name of the part
    if own is None and item and item in place.before:
        own = find_measure(narrow(place.before))
    return own or carried.measure or (find_measure(narrow(item)) if not words else None) or Measure.AMOUNT


def _money_item(place: Place, carried: Carried) -> tuple[str, bool]:
    """(item of an amount, whether it has a name of its own that later clauses may carry)."""
    full = money_phrase(place.left).removesuffix("的")
    after, verb = right_phrase(place.right)
    if match := _PER_HEAD.fullmatch(full):
        return f"{carried.last}{match['each']}", False
    if match := re.search(r"每[人户亩座件台个名公生吨站校班所村平次][^,，;；]*$", full):
        return _standard_item(match.group(), place, carried, after or verb), False
    if match := _TOTALS.match(strip_lead(place.left).strip()):
        return match[0], False
    item = strip_role(full).removesuffix("的")
    if item != full and re.search(r"(?:局|委|会|办|院|中心|政府|处|站|本)(?:部门|单位)$", item):
        return full, False  # `区管委会部门预算批复总额`: the body, no line of its own
    if (
        after
        and not is_generic(after)
        and item != full
        and full.endswith(("支付", "拨付", "下达", "安排", "投入", "发放"))
    ):
        return after, True
    if not is_generic(item) and left_phrase(item).item:
        is_source = re.match(r"上级|各级|下达|收到", item) is not None or item_code(item) in _SOURCES
        return item, not is_source and bool(MONEY_NAME.search(narrow(item)) or money_code(item, Measure.AMOUNT))
    if after and not is_generic(after) and not left_phrase(full).noun_final:
        return after, True
    if item_code(full) == "total":
        return full, False
    if place.break_before == "(" and not place.left.strip() and (quoted := _QUOTED_NAME.search(place.outer)):
        return quoted[1], False
    if not place.break_before and carried.last and _OF_THAT.fullmatch(narrow(place.left).strip()):
        return carried.last, False  # `省级财政补贴32.5%为420万元`
    introduced = "" if place.left.strip() else strip_role(money_phrase(re.sub(_SAID, "", place.head)))
    if introduced and not is_generic(introduced):
        return introduced, bool(MONEY_NAME.search(narrow(introduced)) or money_code(introduced, Measure.AMOUNT))
    before = strip_role(money_phrase(place.before)) if place.before else ""
    is_line = MONEY_NAME.search(narrow(before)) or money_code(before, Measure.AMOUNT) == "project_item"
    if before and not is_generic(before) and is_line:
        return before, True
    if not place.left.strip() and place.lead and _BOUGHT.search(place.lead):
        return strip_lead(place.lead), False  # `购买变压器一套18.8万元`
    if named_behind := _NAMED_BEHIND.match(place.right):
        return named_behind["name"], False
    if place.break_before == "(" and (outer := _MONEY_OUTSIDE.search(narrow(place.outer))) and not place.left.strip():
        return outer["name"], True
    spent = place.break_before == "," and figure_rules().generic.fullmatch(item or full) is not None
    owner = (carried.funded if spent else "") or carried.subject or carried.topic
    if re.search(r"收入$", full) and owner.endswith(("支出", "费")):
        return full, True
    if place.break_before == "," and _OTHER_YEAR.fullmatch(narrow(place.left)):
        is_money = MONEY_NAME.search(narrow(carried.last)) or item_code(carried.last)
        owner = carried.part or (carried.last if is_money else "") or owner
    if owner:
        return owner, True
    words = strip_copula(strip_lead(place.left))
    said = re.sub(r"[¥￥\s]", "", place.left)
    return full or words or introduced or left_phrase(place.outer).item or carried.last or after or said, False


def _standard_item(each: str, place: Place, carried: Carried, after: str) -> str:
    """The price of one by what it is paid for: `每人每月450元标准发放保育员补贴` → `保育员补贴每人每月标准`."""
    if len(re.sub(r"每[\u4e00-\u9fff]{1,2}", "", each)) > 1:
        return each  # `每人每年工资`, `每公里养护定额`
    paid = re.match(r"\s*(补助|补贴|奖励|资助)", place.right)
    behind = _FOR_EACH.match(place.right)
    owner = behind["what"] if behind and behind["what"] and not paid else _standard_owner(place, carried)
    stated = "标准" if (behind and behind["word"]) or "标准" in place.left else "" if owner else after
    return f"{owner}{each}{paid[1] if paid else stated}"


def _standard_owner(place: Place, carried: Carried) -> str:
    """What a price of one is for, said before it: `优待金按每户每年` → `优待金`; empty where nothing names it."""
    before = re.split(r"每", strip_copula(strip_lead(place.left)), maxsplit=1)[0]
    name = strip_role(money_phrase(re.sub(r"(?:标准)?(?:按照?|为|的)?$", "", before)))
    if name and not is_generic(name) and len(before) <= LONGEST_OWNER and not left_phrase(name).bare:
        return name
    return (
        carried.subject if place.break_before and carried.subject.endswith(("补贴", "补助", "津贴", "金", "费")) else ""
    )


def read_zero(place: Place, carried: Carried) -> Readings:
    """`差错率为零`, `运维费和出国费均为0`: a rate or amounts, each named one its own figure."""
    chunk = strip_copula(place.left)
    ending = RATE_NAME if RATE_NAME.search(narrow(chunk)) else MONEY_NAME
    if not ending.search(narrow(chunk)):
        return [], carried
    readings = []
    for item in split_items(chunk, ending):
        if ending is RATE_NAME:
            name = rate_phrase(item) or item
            readings.append(Reading(name, rate_code(name), Measure.RATE, Decimal(0), "percent"))
            continue
        name = strip_role(money_phrase(item))
        measure = find_measure(narrow(item)) or carried.measure or Measure.EXECUTED
        readings.append(Reading(name, money_code(name, measure), measure, Decimal(0), "CNY"))
    return readings, carried
