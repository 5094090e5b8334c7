"""Text of heads and labels → what they stand for, from models/heads.toml, items.toml and indicators.toml."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from pipeline.lexicon import load_toml
from pipeline.normalize.text import fold

FORM_PARTS = ("labels", "sections", "totals", "funds", "indicators", "goals")  # of heads.toml
LIST_NUMBER = re.compile(
    r"^(\d{1,2}[、.．](?!\d)|[一二三四五六七八九十]+[、.]|\([一二三四五六七八九十\d]{1,3}\)|[①-⑳])"
)
FILL_NOTE = re.compile(r"\((?:必填|选填|可选|必选|自选)[^()]{0,8}\)")
LEVEL_MARK = re.compile(r"^[A-Z]\d{0,3}[.、:-]?(?=[\u4e00-\u9fff])")
UNIT_OR_LETTER = re.compile(
    r"\((单位[:]?)?(人民币)?(万|亿|千|百万)?元?\)|\((单位[:]?)[^()]*\)|\([A-Za-z%/|(×*÷\d.%分人个]*(?:\)|$)|\((盖章|签章|公章|签字|可选|选填)\)"
)


def bare(text: str) -> str:
    """A head or label for matching: folded, without unit and letter parentheses, list numbers and colons.

    The parenthesis may be open at the end: a closing one that touches its cell's border is lost in scans (`权重（%`);
    a stroke in it may be read as another (`执行率（B(A)`).
    """
    label = UNIT_OR_LETTER.sub("", fold(text))
    return LIST_NUMBER.sub("", label).strip(":*：#")


@cache
def _heads(section: str) -> dict[str, str]:
    return {bare(word): field for field, words in load_toml("heads.toml")[section].items() for word in words}


@cache
def _head_patterns(section: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    rules = load_toml("heads.toml")["pattern"]
    return tuple((rule["field"], re.compile(rule["pattern"])) for rule in rules if rule["section"] == section)


@cache
def head_field(section: str, text: str) -> str | None:
    """The field that a head or label cell names (`heads.toml` section), or None.

    A word of the lists comes first, then a pattern; what labels a whole section is no column by a pattern.
    """
    label = bare(text)
    heads = _heads(section)
    if label in heads:
        return heads[label]
    without = re.sub(r"\([^()]*\)", "", label)
    named = heads.get(without) or heads.get(label.replace("(", "").replace(")", ""))
    if named or (section != "sections" and label in _heads("sections")):
        return named
    return next((field for field, pattern in _head_patterns(section) if pattern.fullmatch(without)), None)


@cache
def item_code(text: str) -> str | None:
    """The item code of a money or staff line's label, or None."""
    label = re.sub(r"^其中:?", "", fold(text).strip(":"))
    label = re.sub(r"^其中:?", "", LIST_NUMBER.sub("", label))
    label = re.sub(r"^(按)?(资金|收入|支出|预算)?(来源|结构|构成|性质)(划分|分)?(:|(?=\(\d))", "", label)
    label = LIST_NUMBER.sub("", label)
    label = UNIT_OR_LETTER.sub("", label).strip(":")
    for code, pattern in _item_rules():
        if pattern.search(label):
            return code
    return None


@cache
def _item_rules() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((rule["code"], re.compile(rule["pattern"])) for rule in load_toml("items.toml")["item"])


@cache
def _level_rules(level: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((rule["code"], re.compile(rule["pattern"])) for rule in load_toml("indicators.toml")[level])


def bare_level(text: str) -> str:
    """A level's name for matching, without points, number, code and `（必填）` (`B1资金管理（8分）` → 资金管理)."""
    name = LIST_NUMBER.sub("", FILL_NOTE.sub("", fold(split_points(text)[0]))).strip(":")
    return LEVEL_MARK.sub("", name)


def _level_code(level: str, text: str) -> str | None:
    name = bare_level(text)
    for code, pattern in _level_rules(level):
        if pattern.fullmatch(name):
            return code
    return None


@cache
def level1_code(text: str) -> str | None:
    """The code of a level-1 name (`产出指标（30分）` → output), or None."""
    return _level_code("level1", text)


@cache
def level2_code(text: str) -> str | None:
    """The code of a level-2 name (`数量指标` → quantity), or None."""
    return _level_code("level2", text)


POINTS = re.compile(
    r"\s*[（(【\[]\s*(?:权重|分值|满分|共|计|总分)?\s*[:：]?\s*([0-9０-９]{1,3}(?:[.．][0-9０-９]+)?)\s*"
    r"(?:(?:分|[%％])?\s*[)）】\]]\s*[)）]?|分)\s*$"
)


def split_points(text: str) -> tuple[str, Decimal | None]:
    """The name and the points in its trailing parentheses: `产出指标（30分）` → (`产出指标`, 30).

    A bare number in parentheses counts; a unit such as （次） or （%） stays part of the name. Behind 分 the
    parenthesis may be open: a closing one that touches its cell's border is lost in scans.
    """
    match = POINTS.search(text)
    if match is None:
        return text, None
    number = fold(match.group(1))
    return text[: match.start()].rstrip(), Decimal(number)


YEAR_HEAD = re.compile(r"((?:19|20)\d{2})年?(?:度)?")
RELATIVE_YEAR = (
    ("上上年", -2),
    ("前年", -2),
    ("上年", -1),
    ("去年", -1),
    ("本年", 0),
    ("当年", 0),
    ("今年", 0),
    ("下年", 1),
)


@cache
def measure_head(text: str) -> tuple[str, int | None, int | None] | None:
    """Measure, year and relative year of a statement column: `2022年决算数` → (final_account, 2022, None).

    None where the text is no head of a money column.
    """
    label = bare(text)
    if len(label) > 24 or any(char in label for char in "。；;！"):
        return None
    year = YEAR_HEAD.search(label)
    offset = next((step for word, step in RELATIVE_YEAR if word in label), None)
    without = YEAR_HEAD.sub("", label)
    for word, _ in RELATIVE_YEAR:
        without = re.sub(word + "度?", "", without)
    without = re.sub(r"^(比|较|同比|与)(?=[增减变差])", "", without.strip("()"))
    for rule in load_toml("heads.toml")["measure"]:
        if re.fullmatch(rf"(?:{rule['pattern']})(?:\([^()]*\))?", without):
            is_change = rule["code"] in ("change", "change_rate")
            return rule["code"], int(year.group(1)) if year and not is_change else None, None if is_change else offset
    return None


def is_known_label(text: str) -> bool:
    """True for a head or label of any part of a form."""
    return any(head_field(group, text) for group in FORM_PARTS)


@cache
def title_pattern() -> re.Pattern[str]:
    """What the folded title of a form says somewhere in it."""
    return re.compile(load_toml("forms.toml")["title"]["pattern"])


@cache
def is_form_title(text: str) -> bool:
    """True for the title of a form (`2023年度项目支出绩效自评表`), as a line of its own."""
    folded = fold(text)
    if (
        len(folded) > 60
        or re.search(r"[。；;，]|[(（]?附.{0,6}表[)）]?$", folded)
        or re.match(r"[一二三四五六七八九十]+、|\d+[.、]", folded)
        or re.search(r"[如见][下上附](表|图)?\d*:?$", folded)
    ):
        return False
    return title_pattern().search(folded) is not None


@cache
def is_prompt(text: str) -> bool:
    """True for the words of a template that nobody filled in (`（填写说明：……）`)."""
    folded = fold(text)
    return any(re.search(pattern, folded) for pattern in load_toml("forms.toml")["prompt"]["patterns"])


ANOTHER_LABEL = re.compile(
    r"\s+(?=[^\s\d:：]{2,12}(?:[（(][^()（）]{0,12}[)）])?\s*[:：])"
    r"|(?:金额)?单位\s*[:：]\s*(?:人民币)?[万亿千]?元"
)


@cache
def _label_pattern() -> re.Pattern[str]:
    """Every label of `heads.toml` with its colon, blanks allowed between its characters; the longest first."""
    words = {word for words in load_toml("heads.toml")["labels"].values() for word in words}
    spread = (r"\s*".join(map(re.escape, word)) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"({'|'.join(spread)})\s*(?:[（(][^()（）]{{0,12}}[)）])?\s*[:：]")


def label_marks(text: str) -> list[tuple[str, int, int]]:
    """Every known label of a line that a colon follows: (label, where its value starts, where the label starts)."""
    return [(mark.group(1), mark.end(), mark.start()) for mark in _label_pattern().finditer(text)]


def _label_start(text: str, mark: re.Match[str]) -> int:
    """Where a label begins: with a short one (签字), at the blank before the words that it ends (`主要领导签字：`)."""
    if len(mark.group(1)) > 2 or not re.match(r"\w", text[mark.start() - 1 : mark.start()]):
        return mark.start()
    blank = re.search(r"\s\S{1,8}$", text[: mark.start()])
    return blank.start() if blank else mark.start()


def _ends_a_word(text: str, mark: re.Match[str]) -> bool:
    """Whether 日期 is the end of another label (`起始日期：`): not the day on which the form was filled in."""
    return mark.group(1) == "日期" and re.search(r"[一-鿿]$", text[: mark.start()]) is not None


def split_labels(text: str) -> list[tuple[str, str]]:
    """Label and value of every `label：value` in a line, also where the blanks between them were lost.

    `填表人：某填报日期：2024年3月1日` → (填表人, 某), (填报日期, 2024年3月1日).
    """
    marks = [mark for mark in _label_pattern().finditer(text) if not _ends_a_word(text, mark)]
    ends = [_label_start(text, mark) for mark in marks[1:]] + [len(text)]
    return [
        (mark.group(1), ANOTHER_LABEL.split(text[mark.end() : end], maxsplit=1)[0].strip())
        for mark, end in zip(marks, ends, strict=False)
    ]
