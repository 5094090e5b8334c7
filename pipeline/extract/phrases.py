"""The words before or after a number → the noun phrase that says what is counted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from pipeline.extract.figure_rules import figure_rules
from pipeline.extract.segmenter import load_segmenter

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_PHRASE_CHARS = 40
KEPT_PHRASES = 64  # one clause is asked about several times in a row, hardly ever later
_MONTH_PREFIX = re.compile(r"^(?:截[至止]到?)?\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?(?:底|末|初|份)?(?:前|止|起)?")
_YEAR_PREFIX = re.compile(
    r"^[,、;:：，；。\s]*(?:(?:截[至止]到?|自|从|于|到|在)?(?:19|20)\d{2}\s*年度?(?:\s*\d{1,2}\s*月(?:份|底|末)?)?(?:\s*\d{1,2}\s*日)?(?:以来|底|末|初|全年|以前|起|中(?!央)|内|间|期间|上半年|下半年)?[,，]?)"
)
_YEARS_START = re.compile(r"(?<=\d{4})年初(?=(?:部门|项目|财政)?(?:预算|批复|安排|核定))")  # `2020年初预算数`: 年 twice
_LIST_PREFIX = re.compile(
    r"^\s*(?:[(（]?\d{1,2}[)）.、]|[一二三四五六七八九十]+是|[一二三四五六七八九十]+、|[(（][一二三四五六七八九十]+[)）]|[①-⑳]|其中[:：,，]?)\s*"
)
_ORIGIN = re.compile(r"^(?:该|本)?项目(?:的)?资金来源(?:主要)?(?:为|是|于)")
_BY_RULE = re.compile(  # `按合同进度及时足额拨付`: how it was paid, not what
    r"(?:已|均|严格)*按照?[^,，;；]{2,20}?(?:进度|约定|规定|要求)(?:已|均|及时|足额|按时|全额)*(?=拨付|支付|支出|发放|下达|使用|$)"
)
_RECIPIENT = re.compile(r"^(?:至|给|到)[\u4e00-\u9fff]{1,10}?(?=(?:项目|专项|补助)?(?:资金|经费|款项?)$)")
_RECIPIENT_ONLY = re.compile(
    r"[我本该][\u4e00-\u9fff]{0,2}(?:省|市|县|区|州|旗|镇|乡|街道|局|委|校|院|馆|站|所|中心|单位|部门)"
)
_EDGE = re.compile(r"^[,、;:：，；。\s”’)）.]+|[,、;:：，；。\s“‘(（]+$")
_ALIAS = re.compile(r"[（(](?:以下|下文)?(?:统一)?简称[^（()）]{1,30}[)）]")
_ENUMERATING = re.compile(r"^(?:分别|主要)(?:是|为|包括)(?=[\u4e00-\u9fff“])")
_LEAD_JOINT = re.compile(r"^(?:以及|及|和|与|并且|并|的)(?=[\u4e00-\u9fff“])(?!谐|平|时|其)")
_DATE = re.compile(
    r"(?:(?:19|20)\d{2}\s*年)?\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?(?:底|末|初|份)?(?:前|起|止)?|(?:19|20)\d{2}\s*年度?(?:底|末|初)?"
)
_COPULA = re.compile(
    r"(?:分别|合计|共计|总计|累计|平均|大约|仅仅|仅|只有|只|(?<![节合条预契制])约为?|共有|共|(?<![人户亩车年月日场生])均|人民币|[¥￥]|都|各|近|已|再|又|也|即|达到|(?<!下)(?<!送)(?<!抵)达|为|是|(?<![实保])有|了|到|至|超过|突破|不少于|不低于|不超过|不足|超|至少|低于|高于|[:：=＝≥≤<>]|等|,|，|应?(?:大于|小于)或者?等于|(?<=[\u4e00-\u9fff]{2})(?<![其集初高])中)+$"
)
_VALUE_WORD = re.compile(
    r"(?:年初|年度|全年|实际|预期)*(?:目标|指标|完成|计划)(?:完成)?值$|(?<=[\u4e00-\u9fff]{3})(?<!完成)(?<!任务)目标$"
)
_UNIT_PARENS = re.compile(r"[（(](?:[%％‰]|[百千万亿]*元|[人个项件次户家名处座场份亩吨台套米公里平方米]{1,3})[)）]$")
_SUFFIXES = (
    "率",
    "度",
    "量",
    "数",
    "额",
    "费",
    "费用",
    "人数",
    "户数",
    "金额",
    "数量",
    "人员",
    "比例",
    "比率",
    "比重",
    "面积",
    "单位",
    "资金",
    "所",
)
_STOP_FLAGS = frozenset({"d", "p", "r", "u", "uj", "ul", "uz", "ud", "c", "y"})
_MANNER = frozenset({"及时", "按时", "按期", "全面", "有效", "足额", "基本", "顺利", "成功", "实际", "平均"})
_COMPOUND_HEADS = frozenset(
    (
        "活动",
        "工作",
        "项目",
        "服务",
        "培训",
        "中心",
        "设备",
        "设施",
        "系统",
        "平台",
        "人员",
        "经费",
        "机构",
        "材料",
        "事项",
        "业务",
        "任务",
        "面积",
        "里程",
        "能力",
        "工程",
        "场所",
        "资料",
    )
)
_REACHING = frozenset({"实现", "保障", "保证", "确保", "达到", "使", "有", "保持", "显示", "需"})
_LIGHT_ACTS = frozenset({"设置", "设立", "设有", "共有", "有", "拥有", "建有", "涉及", "包括", "需", "配备", "配有"})
_PERSONS = re.compile(r"(?:人员|职工|干部|户|对象|群众|学生|人口|员|者|农民|编制|人数)$")


@dataclass(frozen=True, slots=True)
class LeftPhrase:
    """`item`: the noun phrase, its verb included where that says something (`铺设砂石路`); `bare`: a verb only."""

    item: str
    bare: bool
    noun_final: bool
    last_word: str = ""
    has_verb: bool = False  # a verb with its object: complete, so that what follows the number is another matter


@cache
def _tagger() -> Callable[[str], list[tuple[str, str]]]:
    """Segmenter of a phrase into (word, part of speech), jieba with models/fiscal_terms.txt."""
    segmenter = load_segmenter()

    def tag(text: str) -> list[tuple[str, str]]:
        return _merge_suffixes(_merge_negations([(word, _flag(word, segmenter.tags)) for word in segmenter.cut(text)]))

    return tag


def _flag(word: str, tags: dict[str, str]) -> str:
    if word in figure_rules().adverbs:
        return "d"
    if word in "、和及与或以及并":
        return "c"
    if word.startswith("每"):
        return "b"
    if word in ("的", "之"):
        return "uj"
    return tags.get(word, "n" if re.search(r"[\u4e00-\u9fffA-Za-z0-9]", word) else "w")


def _merge_negations(tokens: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """`不 合格` → one word of the second's kind: without its 不 a name says the opposite."""
    merged: list[tuple[str, str]] = []
    for word, flag in tokens:
        if merged and merged[-1][0] in ("不", "非") and len(word) > 1:
            merged[-1] = (merged[-1][0] + word, flag)
        else:
            merged.append((word, flag))
    return merged


def _merge_suffixes(tokens: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """`支付 率` → one noun: a verb before a word such as 率, 人数, 面积 is part of a name."""
    merged: list[tuple[str, str]] = []
    for word, flag in tokens:
        if merged and word in _SUFFIXES and merged[-1][1][0] in "nvab" and merged[-1][0] not in figure_rules().light:
            merged[-1] = (merged[-1][0] + word, "n")
        else:
            merged.append((word, flag))
    return merged


@lru_cache(maxsize=KEPT_PHRASES)
def strip_lead(text: str) -> str:
    """`text` without list numbers, 其中, year and scope words in front (`（1）2022年全市` …)."""
    scope = figure_rules().scope
    text = _YEARS_START.sub("年年初", _ALIAS.sub("", text))
    while True:
        shorter = _LEAD_JOINT.sub("", _EDGE.sub("", text))
        for pattern in (_ENUMERATING, _LIST_PREFIX, _YEAR_PREFIX, _MONTH_PREFIX, scope):
            shorter = pattern.sub("", shorter)
        if shorter == text:
            return balance(text)
        text = shorter


@lru_cache(maxsize=KEPT_PHRASES)
def strip_copula(text: str) -> str:
    """`text` without 为, 达, 共有, 约, 指标值 … and a unit in parentheses at its end."""
    text = _EDGE.sub("", text)
    while (shorter := _EDGE.sub("", _VALUE_WORD.sub("", _UNIT_PARENS.sub("", _COPULA.sub("", text))))) != text:
        text = shorter
    return text


def balance(text: str) -> str:
    """`text` without a parenthesis or quote that has no partner."""
    for opening, closing in ("（）", "()", "“”", "‘’", "《》"):
        if text.count(opening) != text.count(closing):
            at = text.rfind(opening)
            if text.count(opening) > text.count(closing) and at >= 0:
                text = text[:at] + text[at + 1 :]
            else:
                text = text.replace(closing, "", 1)
    return text


def rate_phrase(chunk: str) -> str:
    """The name of a rate that ends `chunk`, verbs and manner included (`城镇登记失业率`, `按时办结率`)."""
    text = strip_copula(strip_lead(chunk))
    tokens = [
        (word, "b" if word in _MANNER or (flag == "d" and word not in figure_rules().adverbs) else flag)
        for word, flag in _tagger()(_DATE.sub("，", text[-MAX_PHRASE_CHARS:]))
    ]
    tokens = _after_last_stop(tokens)
    while len(tokens) > 1 and tokens[0][0] in _REACHING:
        tokens = tokens[1:]
    return balance(_EDGE.sub("", "".join(word for word, _ in tokens)))


@lru_cache(maxsize=KEPT_PHRASES)
def left_phrase(chunk: str) -> LeftPhrase:
    """The noun phrase that ends `chunk`, adverbs, subjects and prepositions in front of it left out."""
    text = strip_copula(strip_lead(chunk))
    if not text:
        return LeftPhrase("", bare=True, noun_final=False)
    tokens = _tagger()(_DATE.sub("，", text[-MAX_PHRASE_CHARS:]))
    if chunk.rstrip().endswith("的") and re.search(r"[为是]", text[-8:]):
        return LeftPhrase(text[-MAX_PHRASE_CHARS:], bare=False, noun_final=False)
    tokens = _after_last_stop(tokens)
    tokens = _from_last_clause_verb(tokens)
    has_verb = len(tokens) > 1 and (tokens[0][1] == "v" or tokens[0][0] in figure_rules().light)
    while len(tokens) > 1 and tokens[0][0] in figure_rules().light and tokens[1][0] != "机构":
        tokens = tokens[1:]
    item = balance(_EDGE.sub("", "".join(word for word, _ in tokens)))
    nouns = any(_is_noun(flag) for _, flag in tokens)
    light = item in figure_rules().light or item in figure_rules().adverbs
    final = (
        bool(tokens) and _is_noun(tokens[-1][1]) and not chunk.rstrip().endswith(("的", "等", "和", "及", "与", "、"))
    )
    return LeftPhrase(
        "" if light else item,
        bare=light or not nouns,
        noun_final=final and not light,
        last_word=tokens[-1][0] if tokens else "",
        has_verb=has_verb,
    )


def money_phrase(chunk: str) -> str:
    """The words that name an amount's item: those behind a verb of paying, a year or 将, else all of the clause.

    Names of spending lines are long and full of verbs (`网站维护、培训管理专项经费`), so they are not taken apart.
    """
    text = strip_copula(strip_lead(re.sub(r"^\s*的", "", chunk)))
    text = re.sub(r"^.*(?<![\u4e00-\u9fff])(?:将|把)|^.{0,14}(?:局|部|委|府|办|中心)?已?(?:将|把)(?!来)", "", text)
    text = re.sub(r"(?<!\d)(?:19|20)\d{2}\s*年度?", "", text)
    text = _BY_RULE.sub("", _ORIGIN.sub("", text))
    tail = figure_rules().money_verb.sub("", text)
    if _RECIPIENT_ONLY.fullmatch(tail) and len(tail) < len(text):
        text = text[: -len(tail)]
        return balance(
            strip_lead(re.sub(r"(?:已|实际|共)*(?:下达|拨付|安排|划拨|分配|拨入|下拨)(?:至|给|到)?$", "", text))
        )
    tail = _RECIPIENT.sub("", tail)
    return balance(strip_lead(tail)) if tail else text


@lru_cache(maxsize=KEPT_PHRASES)
def right_phrase(text: str) -> tuple[str, str]:
    """(noun phrase right behind a unit, lone verb there): `基层特岗人员按月` → `基层特岗人员`; `就业` → ``, `就业`."""
    body = re.split(r"的(?=部分|所有|全部|各)", re.sub(r"^\s*的?", "", text.rstrip("|")))[0]
    tokens = _tagger()(body[:MAX_PHRASE_CHARS])
    if not tokens or body.startswith(("按", "由", "用", "均", "已", "全部", "主要", "其中", "以")):
        return (_relative(body, tokens) if tokens else ""), ""
    if _is_verb(tokens[0][1]) or tokens[0][1] in _STOP_FLAGS:
        return _relative(body, tokens), tokens[0][0] if _is_verb(tokens[0][1]) and len(tokens) <= 2 else ""
    words: list[str] = []
    noun = False
    for index, (word, flag) in enumerate(tokens):
        following = tokens[index + 1][1] if index + 1 < len(tokens) else ""
        if flag in ("uj", "c") and noun and _is_noun(following or "x") and following:
            words.append(word)
            continue
        if word in '“”"' and (not noun or "“" in words):
            words.append(word)
            continue
        if flag in _STOP_FLAGS or flag == "w" or (flag == "m" and noun) or (_is_verb(flag) and noun):
            break
        words.append(word)
        noun = noun or _is_noun(flag)
    item = re.sub("(?<=..)(?:中|之间)$", "", balance(_EDGE.sub("", "".join(words))))  # `50个项目中，有33个完工`
    return (item if noun else ""), ""


def names_persons(text: str) -> bool:
    """Whether a noun phrase ends in a word for people or households (`在职人员`): the number behind counts them."""
    return _PERSONS.search(text) is not None


def _relative(body: str, tokens: list[tuple[str, str]]) -> str:
    """`原来由部门专窗受理的审批业务`: a clause with 的 in front of its noun; empty where there is none."""
    at = body.find("的")
    if not 1 < at < 20 or tokens[0][1] not in ("t", "d", "v", "p", "b") or tokens[0][0] in ("用于", "是", "为", "主要"):
        return ""
    noun, _ = right_phrase(body[at + 1 :]) if body[at + 1 : at + 2] != "的" else ("", "")
    return body[: at + 1] + noun if noun and tokens[0][0] not in ("其中", "主要") else ""


def _is_noun(flag: str) -> bool:
    return flag[:1] in "nbjlisaxfeqzkt" or flag in ("vn", "an", "ng", "eng")


def _is_verb(flag: str) -> bool:
    return flag[:1] == "v" and flag != "vn"


def _after_last_stop(tokens: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The tokens after the last adverb, preposition, pronoun, time word or 的 that a noun follows."""
    for at in range(len(tokens) - 1, -1, -1):
        word, flag = tokens[at]
        rest = tokens[at + 1 :]
        if flag in ("uj", "u") and rest and all(_is_noun(f) for _, f in tokens[:at]):
            continue
        if flag == "c" and rest and at and word != "并":
            continue
        is_digit = flag == "m" and re.search(r"\d", word) is not None
        is_within = word == "中" and at > 1 and tokens[at - 1][0] not in "（("
        is_stop = flag in _STOP_FLAGS or is_digit or is_within or (flag == "w" and word not in '（）()“”"-—')
        if is_stop and rest:
            return rest
        if is_stop and not rest:
            return _after_last_stop(tokens[:at]) if at else []
    return tokens


def _from_last_clause_verb(tokens: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """From the last verb with a noun in front and one behind: `全县 布设 应急广播终端` → from 布设."""
    for at in range(len(tokens) - 2, 0, -1):
        flag, before = tokens[at][1], tokens[at - 1][1]
        verb = (_is_verb(flag) and len(tokens[at][0]) > 1) or tokens[at][0] in _LIGHT_ACTS
        if tokens[at + 1][0] in _COMPOUND_HEADS and tokens[at][0] not in _LIGHT_ACTS:
            continue
        if verb and _is_noun(before) and any(_is_noun(f) for _, f in tokens[at + 1 :]):
            return tokens[at:]
    return tokens
