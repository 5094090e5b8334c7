"""What one quantity states, and what later clauses inherit from earlier ones."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from pipeline.extract.phrases import strip_copula, strip_lead
from pipeline.normalize.text import narrow
from pipeline.records import Measure

LIST = re.compile(r"[、，,]|以及|和|及|与")  # between the names of an enumeration
RATE_NAME = re.compile(r"(?:率|度|比例|占比)$")
MONEY_NAME = re.compile(r"(?:费|经费|支出|费用|资金|金额|预算|收入)$")
RESPECTIVELY = re.compile(r"分别(?:为|是|达到?|完成|支出)?$")


class Carried(NamedTuple):
    """What later clauses of a paragraph inherit from earlier ones; a tuple, since a new one is made at every step."""

    year: int | None
    topic: str = ""  # the item that the heading names
    subject: str = ""  # the last item of an amount that has a name of its own
    counted: tuple[tuple[str, str], ...] = ()  # unit → the last thing counted in it
    last: str = ""  # the last item of any kind
    outside: str = ""  # the last item before the parenthesis that is being read: it holds again behind it
    paid: str = ""  # the item of the last amount of this sentence that was spent: a rate behind it is of it
    funded: str = ""  # the item of the last amount that this sentence gives to something: what is spent next is of it
    started: str = ""  # the item whose start value came just before (`由88%提高到…`)
    measure: Measure | None = None  # of the head that an enumeration hangs on
    told: Measure | None = None  # of the sentence before: its parts may follow in one that begins with 其中
    run: int = 0  # parts in a row since the last rate: a rate behind one is of it, behind several of the whole
    part: str = ""  # the last item of an enumeration with 其中; the subject stays the whole
    amount: Decimal | None = None  # the last amount: a parenthesis that says it again is no figure
    compared: bool = False  # the quantity before is what this clause compares with (`比预算12万元节约`)
    recent: tuple[str, ...] = ()  # the items of the last two amounts or counts of this sentence
    verb: str = ""  # of the changes that pending items wait for (`A、B分别上升1%和2%`)
    pending: tuple[str, ...] = ()  # items still waiting for their number (`A、B分别为1万元、2万元`)


class Reading(NamedTuple):
    """What one figure is of; where and how it is printed is the quantity's."""

    item: str
    code: str | None
    measure: Measure
    value: Decimal | None
    unit: str | None


Readings = tuple[list[Reading], Carried]


def split_items(chunk: str, ending: re.Pattern[str]) -> list[str]:
    """The names of an enumeration (`办结率、满意率和正确率`) where each ends as it should; else the one name."""
    name = strip_copula(strip_lead(chunk))
    parts = [part for part in (strip_lead(piece) for piece in LIST.split(name)) if part]
    return parts if len(parts) > 1 and all(ending.search(narrow(part)) for part in parts) else [name]
