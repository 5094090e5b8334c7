"""Sentences → the subject's budget and its execution, as one line of a funds block."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.extract.narrative_lines import (
    NUMBER,
    Line,
    clause_start,
    load_rules,
    load_words,
    match_any,
    ordered_likeness,
    split_sentences,
)
from pipeline.normalize.money import parse_money
from pipeline.normalize.rate import parse_percent
from pipeline.records import Evidence, Fund, Kind

CLAUSE_LENGTH = 80  # characters before an amount that can say what it is
REACH_LINES = 4  # how far below its budget an execution may be stated
LIKENESS = 0.5  # names of one project share at least this much
RATE_ROUNDING = Decimal("0.06")  # percent points
WHOLE = 100  # percent
EXECUTED_OVER_BUDGET = 2  # more than this many times the budget is the execution of something else
_AMOUNT = re.compile(
    rf"(?P<value>(?<![\d.,])(?:{NUMBER})|[一二三四五六七八九十百千零点两]+)(?P<unit>亿元|[千百]?万元|千元|元(?!/|每|旦)|[千百]?万(?=[,。;、)]|$))"
)
_OTHER_YEAR = re.compile(r"上年|去年|往年|上一年|同期|下年|次年|来年")
_LEADING = re.compile(
    r"^(?:我[校局院委办所站县市区镇乡]|确定|收到(?:上级|中央|省|市|县|财政)*(?:下[达拨])?|根据.*?精神|经[^,]{0,12}?(?:批准|批复|同意)|20\d{2}年(?:度(?:财政)?)?(?:预算(?=[^数总资金安额]))?|\d{1,2}月(?:\d{1,2}日)?|当年|本年度?|共|实际|"
    r"截[至止].{0,14}?[日月底末]|(?:该|本)?项目(?=.{4,})|由|的|并|[一二三四五六七八九十]是)+"
)
_PAID_LEADING = re.compile(
    r"(?:20\d{2}年度?|本年度?|当年|全年|年底前?|年末|期末|年度|由|已|共|实际|累计|目前|均|该|本)+"
)
_PAID_TRAILING = re.compile(r"(?:已经?|累计|共计?|实际|全年|当年|年底前?|年末|期末|完成|均|总)$")
_PLANNED = re.compile(r"预算支出(?:总?额|数|合计)?(?:为|是|:|共计|合计)*$")  # an estimate, whatever its last word
_FIRM = re.compile(
    r"实际|累计|已|共计?(?:支出|支付|使用)|截[至止]|全年|年末|年底|执行数|资金支出|资金使用|决算"
)  # words of a whole's execution
_UNTIL = re.compile(r"截[至止][^。;]{0,24},$")  # `截至2020年5月底，`: what follows is the whole's
_INLINE_HEADING = re.compile(
    r"(?:\([一二三四五六七八九十]{1,3}\)|[一二三四五六七八九十]{1,3}、|\d{1,2}[.、])(?P<name>[^。:,;\d]{2,20})[。:]"
)
_ASIDE = re.compile(r"元\([^()]*$")  # a parenthesis behind an amount says it again
_TORN_TAIL = re.compile(r"(?:专项)?(?:经费|资金|补助)(?=项目|预算)")
_TORN_HEAD = re.compile(r"[^该本此各]{2}(?:项目|资金|经费|补助|专项|工程|基金)$")
_RECIPIENT = re.compile(r"^(?:至|给|到)[^,]{1,10}?(?=(?:项目|专项)?(?:资金|经费|款项?)$)")
_LEVEL = re.compile(r"中央|省级?|市级?|县级?|区级?|地方|上级|本级")
_ADDED = re.compile(r"追加|调增|增加|新增|增拨")
_PART_SPENT = re.compile(r"(?:基本|项目|人员|公用)(?:经费)?支出$")
_GENERAL = re.compile(
    r"^(?:该|本|年度|全年|部门|单位|中央|省级?|市级?|县级?|区级?|本级|地方|上级|财政|项目|专项|支出|预算|总|投资|安排|下达|批复|计划|投入|落实|"
    r"资金|经费|补助|补贴|奖补|工程款|款项?|整体|年初|调整后?|拨款|性|数|额|金额|规模)*$"
)


@dataclass(frozen=True, slots=True)
class _Amount:
    role: str  # budget or executed
    name: str  # what the money is for, as written
    folded_name: str
    value: Decimal
    raw: str
    unit: str
    is_initial: bool
    is_adjusted: bool
    is_firm: bool
    line: int  # place in the list of lines
    sentence: str
    clause: str  # the words before it


def find_fund(lines: Sequence[Line], subject: str | None, kind: Kind | None) -> Fund | None:
    """The one funds line that sentences state: a budget and, after it, its execution; None where either is missing.

    Parts, other years, balances and the money of others (合同, 劳务报酬) count for nothing. For a department only the
    whole counts, not 基本支出 or 项目支出.
    """
    amounts = [
        amount
        for place, line in enumerate(lines)
        if not (kind == "department" and _is_under_part(line))
        for amount in _line_amounts(line, place)
    ]
    for at, budget in enumerate(amounts):
        if budget.role != "budget" or not _is_own(budget, subject, kind):
            continue
        if subject is None and any(one.role == "budget" and one.value > budget.value for one in amounts[:at]):
            continue  # nothing says that the smaller money is the whole's
        for later in amounts[at + 1 :]:
            if later.line - budget.line > REACH_LINES:
                break
            if later.role == "budget":
                if later.is_adjusted or budget.is_initial:
                    continue
                break
            if _pays(budget, later, subject):
                fund = _to_fund(lines, amounts, budget, later)
                return None if _is_of_another(fund, lines[budget.line : later.line + 1]) else fund
    return None


def _line_amounts(line: Line, place: int) -> list[_Amount]:
    """The amounts of a line that are a budget or an execution, in order."""
    found: list[_Amount] = []
    source_name = ""
    for sentence in split_sentences(line.folded):
        for match in _AMOUNT.finditer(sentence.text):
            start = clause_start(sentence.text, match.start())
            clause = sentence.text[start : match.start()][-CLAUSE_LENGTH:]
            start = match.start() - len(clause)
            if (
                clause.startswith("(")
                or _ASIDE.search(clause)
                or match_any("not_fund", clause)
                or _OTHER_YEAR.search(clause)
            ):
                continue
            role, name_span = _read_role(clause)
            value = parse_money(match["value"], match["unit"])
            if role is None or value is None or _is_part(sentence.text[: match.start()], role, clause):
                continue
            span = (start + name_span[0], start + name_span[1])
            span = _without_torn_start(sentence.text, span)
            name, folded_name = sentence.raw(*span), sentence.text[slice(*span)]
            if role == "budget" and re.fullmatch(r"(?:安排|下达|批复|计划安排)", folded_name):
                earlier = re.search(r"(?:资金来源|来源)(?:为|是|:)([^。;]{3,40}?),[^。;]{0,20}$", sentence.text[:start])
                if earlier:
                    name, folded_name = sentence.raw(*earlier.span(1)), earlier[1]
            found.append(
                _Amount(
                    role, name or source_name, folded_name, value, sentence.raw(*match.span()), match["unit"],
                    "年初" in clause, re.search(r"调整|全年预算|(?:调减|调增|追加)[至到]", clause) is not None,
                    _FIRM.search(clause) is not None or _UNTIL.search(sentence.text[:start]) is not None,
                    place, sentence.text, clause,
                )
            )  # fmt: skip
    return found


def _is_under_part(line: Line) -> bool:
    """Whether the nearest heading names one part of a department's money only (`（二）“三公”经费情况`)."""
    opening = _INLINE_HEADING.match(line.text)  # `(三)“三公”经费。预算8万元`
    heading = opening["name"] if opening else line.headings[-1] if line.headings else ""
    parts = set(re.findall(load_words("part_fund"), heading))
    return len(parts) == 1 and re.search(r"整体|总体|收支|部门预算", heading) is None


def _without_torn_start(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """The span of a name without the 年 of the number before it, and without the end of a parenthesis that began
    before it and the joint behind that."""
    name = text[slice(*span)]
    if year := re.match(r"年度?(?!初)(?=.{2})", name) if text[: span[0]][-1:].isdigit() else None:
        return span[0] + year.end(), span[1]
    closing = name.find(")")
    if closing < 0 or "(" in name[:closing]:
        return span
    joint = re.match(r"[和及与、的]*", name[closing + 1 :])
    return span[0] + closing + 1 + (joint.end() if joint else 0), span[1]


def _is_part(before: str, role: str, clause: str) -> bool:
    """Whether an amount is one of the parts that 其中 or 分别为 announced: other budgets, 基本支出, 项目支出."""
    announced = (
        re.search(r"其中|(?:^|[,:。])分别[为是]", re.sub(r"\([^()]*\)", "", before).rpartition(";")[2]) is not None
    )
    return announced and (role == "budget" or _PART_SPENT.search(clause) is not None)


def _read_role(clause: str) -> tuple[str | None, tuple[int, int]]:
    """`budget` or `executed` and the span of the money's name, from the clause before an amount."""
    for rule in load_rules("executed"):
        if _PLANNED.search(clause):
            break
        if match := rule.fullmatch(clause):
            if match.groupdict().get("noun") and match.end("noun") > match.start("noun"):
                return "executed", match.span("noun")
            return "executed", _paid_name(clause, match.start("verb"))
    for rule in load_rules("budget"):
        if match := rule.fullmatch(clause):
            begin, end = match.span("noun")
            torn = _TORN_TAIL.match(clause[begin:end]) and not clause[:begin].endswith("年度")
            if torn or _TORN_HEAD.search(clause[:begin]):
                begin = 0  # the noun's rule cut a name in two
            if clause[:begin].endswith("预算") and clause[begin:end].startswith(("安排", "下达")):
                begin -= len("预算")
            lead = _LEADING.match(clause[begin:end])
            shifted = begin + lead.end() if lead and lead.end() < end - begin else begin
            return "budget", (shifted, end)
    return None, (0, 0)


def _paid_name(clause: str, end: int) -> tuple[int, int]:
    """The span of what was paid, before the verb at `end`: without dates (截至…日, 到年底) and 已, 累计, 实际."""
    until = re.match(r".*(?:截[至止]?|到|至).*[日月底末前止]", clause[:end])
    start = until.end() if until else 0
    lead = _PAID_LEADING.match(clause, start, end)
    start = lead.end() if lead else start
    while match := _PAID_TRAILING.search(clause, start, end):
        end = match.start()
    return start, end


def _is_own(budget: _Amount, subject: str | None, kind: Kind | None) -> bool:
    """Whether a budget is the subject's whole: its name is general or like the subject's, no part of a department."""
    name = budget.folded_name
    if kind == "department":
        return re.search(load_words("part_fund"), budget.clause) is None
    if subject is None or _GENERAL.fullmatch(name) or _GENERAL.fullmatch(re.sub(r"\(.*\)", "", name)):
        return True
    likeness = ordered_likeness(name, subject)
    return likeness >= LIKENESS or name in subject or subject in name or _is_source(name)


def _is_source(name: str) -> bool:
    """Whether a name says where money comes from (`水利发展资金`, `一般债券资金`), not what it buys."""
    return re.search(r"(?:资金|补助|债券|专项)(?:\([^()]*\))?$", name) is not None


def _pays(budget: _Amount, executed: _Amount, subject: str | None) -> bool:
    """Whether an execution is that of the budget: no other name, and not far above it."""
    if not executed.is_firm and executed.sentence != budget.sentence:
        return False
    name = _RECIPIENT.sub("", executed.folded_name)
    level = _LEVEL.match(name)
    if level and level[0] not in budget.folded_name:
        return False  # what one level paid is not all
    short = len(name) < 3 and not name.endswith(("基金", "费"))
    own = not name or _GENERAL.fullmatch(name) is not None or short
    own = own or any(
        ordered_likeness(name, other) >= LIKENESS for other in (budget.folded_name, subject or "") if other
    )
    return own and executed.value <= budget.value * EXECUTED_OVER_BUDGET


def _to_fund(lines: Sequence[Line], amounts: Sequence[_Amount], budget: _Amount, executed: _Amount) -> Fund:
    rate_raw = _find_rate(lines, executed)
    rate = parse_percent(rate_raw) if rate_raw else None
    annual_raw, annual = _annual_budget(lines, amounts, budget, executed, rate)
    is_initial = annual_raw != budget.raw
    source: Evidence = lines[budget.line].evidence
    return Fund(
        item_raw=budget.name,
        item="total",
        initial_budget_raw=budget.raw if is_initial else None,
        initial_budget=budget.value if is_initial else None,
        annual_budget_raw=annual_raw,
        annual_budget=annual,
        executed_raw=executed.raw,
        executed=executed.value,
        unit_raw=budget.unit,
        execution_rate_raw=rate_raw,
        execution_rate=rate,
        evidence=source,
    )


def _annual_budget(
    lines: Sequence[Line], amounts: Sequence[_Amount], budget: _Amount, executed: _Amount, rate: Decimal | None
) -> tuple[str | None, Decimal | None]:
    """(text, value) of the year's budget: an adjusted one, what the text adds up, else the budget itself.

    None where the budget is the year's first, more than it was spent, and the rate said is below the whole: then the
    adjusted budget that the rate is of is not stated.
    """
    for other in amounts:
        near = 0 <= other.line - budget.line <= 1
        if near and other.role == "budget" and other.is_adjusted and not budget.is_adjusted:
            return other.raw, other.value
    if budget.is_initial:
        if total := _added_up(lines[budget.line : executed.line + 1], budget):
            return total
        if rate is not None and rate < WHOLE and executed.value > budget.value:
            return None, None
    return budget.raw, budget.value


def _added_up(lines: Sequence[Line], initial: _Amount) -> tuple[str, Decimal] | None:
    """(text, value) of the year's whole where the text adds it up: `年初预算300万元，追加50万元，全年350万元`."""
    added: list[Decimal] = []
    for line in lines:
        for match in _AMOUNT.finditer(line.text):
            value = parse_money(match["value"], match["unit"])
            clause = line.text[clause_start(line.text, match.start()) : match.start()]
            if value is None:
                continue
            if _ADDED.search(clause):
                added.append(value)
            elif added and value == initial.value + sum(added):
                return line.folded.raw(*match.span()), value
    return None


def _is_of_another(fund: Fund, lines: Sequence[Line]) -> bool:
    """Whether the rate said is that of another amount, or of the budget and another: then no budget is known.

    `资金14.6亿元，其中项目资金8.5亿元。项目资金支出6.2亿元，进度73%`: the execution is of the 8.5. A rate that fits no
    amount is the document's own slip and stays.
    """
    budget, executed, rate = fund.annual_budget, fund.executed, fund.execution_rate
    if not budget or not executed or not rate or abs(executed / budget * 100 - rate) <= 1:
        return False
    found = [parse_money(match["value"], match["unit"]) for line in lines for match in _AMOUNT.finditer(line.text)]
    bases = [base for other in found if other and other != executed for base in (other, budget + other)]
    return any(abs(executed / base * 100 - rate) <= RATE_ROUNDING for base in bases)


def _find_rate(lines: Sequence[Line], executed: _Amount) -> str | None:
    """The execution rate printed with the execution: in its sentence or the one after it."""
    sentences = list(split_sentences(lines[executed.line].folded))
    place = next((at for at, sentence in enumerate(sentences) if sentence.text == executed.sentence), 0)
    for sentence in sentences[place : place + 2]:
        for pattern in load_rules("rate"):
            if match := pattern.search(sentence.text):
                return sentence.raw(*match.span("value"))
    return None
