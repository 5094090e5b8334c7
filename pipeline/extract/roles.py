"""What a number in a sentence is: its measure, its item code, its sign and its year."""

from __future__ import annotations

import re

from pipeline.extract.figure_rules import figure_rules
from pipeline.labels import item_code
from pipeline.normalize.text import narrow
from pipeline.records import Measure

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*年")
_COMPARED = re.compile(r"(?:较|比|与|同|对比|相比|相较于?)\s*$")
_SINCE = re.compile(r"[^,，。;；]{0,16}以来")
_LASTS_UNTIL = re.compile(
    r"(?:执行|延续|延长|持续|实施|有效期|期限)[至到]\s*$"
)  # `执行至2024年底`: how long a rule holds
_KIND_OF_BUDGET = re.compile(
    r"(?:一般公共|政府性基金|国有资本经营|社会保险基金)预算(?=$|[(（]|财政|拨款|资金|[、和与及])"
)
_TITLES = re.compile(
    r"(?:19|20)\d{2}年[^,;。]{0,20}会议|(?:(?:19|20)\d{2}年)?《[^》]*》|关于[^,;。《》]{2,50}的(?:通知|批复|意见|函|决定|请示)"
)
_LAST_YEAR = re.compile(r"(?<![较比与同])(?:上年度?|去年|上一年度?)(?!度?(?:同期|财政拨款)?(?:结转|结余|相比|同期))")
_COMPARISON = re.compile(r"较|比|同比|环比|上年|去年|增[长加幅]|降")
_TAIL_ROLE = re.compile(
    r"(?:(?:申请|批复|核定)?总?(?:预算|计划|决算|执行|(?<!转移)支付|支出|使用|安排|到位|下达|拨付|批复|发放|投入|完成|兑付)(?:数|额|金额|资金|情况|总额|总计|合计)?|实际|累计|实现|全年|年度|年初|年末|当年|本年|已|(?<=[资金费补助项目贴程])应|共计?|总计|合计|(?<!资)金额|总额|每年)$"
)
_KEEP_TAIL = re.compile(r"(?:基本|项目|其他|服务|福利|三公[”\"]?经费|整体|公用经费|运行经费|财政拨款|预算)支出$")
_RESIDUE = re.compile(r"(?:上级|各级|未|尚未|没有|没|不|第[一二三四五六七八九十\d]+[批次期])?")
_LEAD_TIME = re.compile(r"^(?:年初|年末|年底前?|当年|全年|本年度?|今年|上年度?|去年|年度|实际|累计|共计?|已)+")
_PARENS = re.compile(r"[(（][^()（）]*[)）]")


def find_measure(words: str) -> Measure | None:
    """The measure that the words before an amount name, or None. A kind of budget (一般公共预算) is none."""
    words = _KIND_OF_BUDGET.sub("", words)
    for code, pattern in figure_rules().measures:
        if pattern.search(words):
            return code
    return None


def change_verb(words: str) -> str | None:
    """The verb of change right before a number (`较上年增加` → `增加`), or None."""
    match = figure_rules().change.search(words)
    return match["verb"] if match else None


def change_sign(verb: str) -> int:
    """1 for verbs of growth, -1 for verbs of decline."""
    return 1 if any(re.fullmatch(up, verb) for up in figure_rules().up) else -1


def reaches_end_value(words: str) -> bool:
    """Whether the words lead up to a final value (`由88%提高到`): no change, the value itself."""
    return (
        re.search(
            r"(?:提高|提升|增加|增长|上升|减少|下降|降低|压缩|缩短|缩减|扩大|上涨|调整|降|升|增|减|精简|压减|优化|改善)(?:到|至|为|成)(?:了|约|近)*(?:(?:19|20)\d{2}年度?的?)?$",
            words,
        )
        is not None
    )


def is_start_value(left: str, right: str) -> bool:
    """Whether a number is where a change began (`由88%`提高到…): the next one counts, this does not."""
    return (
        re.search(r"(?:由|从)(?:每[人户月年亩天次个吨]{1,4}|原来?|[^,;。]{0,12}的|(?:19|20)\d{2}年)?$", left)
        is not None
        and re.match(
            r"\s*(?:左右|,)?\s*(?:大幅|逐步|进一步|平均)?(?:提高|提升|增加|增长|上升|减少|下降|降低|压缩|缩短|缩减|扩大|上涨|调整|降|升|增|减|精简|压减|优化)(?:到|至|为|成)",
            right,
        )
        is not None
    )


def compares(words: str) -> bool:
    """Whether the words set a number against another year's."""
    return _COMPARISON.search(words) is not None


def years_in(text: str) -> list[tuple[int, int, bool]]:
    """(offset, year, is a mere month's) of each year that figures after it belong to.

    Years compared with (`较2022年`) and those in the titles of documents are left out; `截至2021年12月31日` stands for
    its year.
    """
    narrowed = _TITLES.sub(lambda title: "。" * len(title[0]), narrow(text))
    found = []
    for match in _YEAR.finditer(narrowed):
        before = narrowed[: match.start()]
        if not _COMPARED.search(before) and not _LASTS_UNTIL.search(before):
            is_month = re.match(r"\s*\d{1,2}\s*月", narrowed[match.end() :]) is not None
            until = re.search(r"(?:截[至止]到?|到|至)\s*$", before) is not None
            begins = before.endswith(("由", "从")) and re.match("度?的", narrowed[match.end() :])
            since = before.endswith(("自", "从")) and _SINCE.match(narrowed[match.end() :])
            if not begins and not since:  # `由2021年的81%提高至88.5%`, `自1951年有记录以来`: of the start only
                found.append((match.start(), int(match[1]), is_month and not until))
    return found


def names_last_year(words: str) -> bool:
    """Whether the words make an amount one of the year before (`上年支出`), not a carry-over or a comparison."""
    return _LAST_YEAR.search(words) is not None


def strip_role(item: str) -> str:
    """`文化活动经费计划` → `文化活动经费`, `全年基本支出` → `基本支出`: what measure and year say already.

    Nothing is taken off that the item code hangs on (`年初财政拨款结转`).
    """
    while not _KEEP_TAIL.search(narrow(item)) and item != "保险金额":
        shorter = _TAIL_ROLE.sub("", item).rstrip("的")
        if (
            shorter == item
            or _RESIDUE.fullmatch(shorter)
            or (item_code(item) and item_code(shorter) != item_code(item))
        ):
            break
        item = shorter
    shorter = _LEAD_TIME.sub("", item).removesuffix("的")
    shorter = re.sub(r"^预算(?=.{3,}(?:经费|资金|费|补助|支出)$)", "", shorter)
    return shorter if shorter and item_code(item) in (None, item_code(shorter)) else item


def is_generic(item: str) -> bool:
    """Whether the words name no line of their own (`资金`, `决算数`)."""
    return figure_rules().generic.fullmatch(_PARENS.sub("", item)) is not None or not item


def is_whole(item: str) -> bool:
    """Whether the words name the whole project or department (`该专项支出`, `项目资金总额`)."""
    return figure_rules().whole.fullmatch(narrow(item)) is not None or item_code(item) == "total"


def money_code(item: str, measure: Measure) -> str | None:
    """Item code of an amount's item: the label rules, then `total` for the whole, `project_item` for a named line."""
    rules, name = figure_rules(), narrow(item).strip('“”"')
    if re.search(r"中央.*(?:省|市|县|自治区)|(?:省|自治区).*(?:市|县)级?", name) and not name.startswith(
        ("省级", "中央财政")
    ):
        return None
    if code := item_code(item):
        return code
    if name.endswith("预算项目支出"):
        return "project_expenditure"
    if measure in (Measure.REVENUE, Measure.BALANCE):
        return None
    if rules.whole.fullmatch(name) or (is_generic(item) and "收入" not in name):
        return "total" if name else None
    return "project_item" if rules.named_line.search(name) and not rules.not_a_line.search(name) else None


def rate_code(item: str) -> str | None:
    """Item code of a percentage's item: 控制率 and rates of execution of a known or named line."""
    name = narrow(item)
    line = re.sub(r"(?:资金|预算|支出|支付)?(?:执行|支付|支出|到位|使用|完成)?(?:完成)?(?:率|进度)$", "", name)
    if code := item_code(item):
        return code if code == "staff_control_rate" or line != name else None
    if line == name:
        return None
    if re.search(r"(?:执行|支付|支出|使用)(?:完成)?(?:率|进度)$", name):
        return (
            "total"
            if re.fullmatch(r"(?:项目|部门|总体|整体|全年|年度|资金|预算|财政)*", line)
            else money_code(line, Measure.AMOUNT)
        )
    return None
