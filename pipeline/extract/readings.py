"""One quantity with the words around it → the figures that it states."""

from __future__ import annotations

import re

from pipeline.extract.amounts import read_money, read_zero
from pipeline.extract.carried import Carried, Readings
from pipeline.extract.clauses import Place
from pipeline.extract.counts import read_count
from pipeline.extract.phrases import left_phrase, rate_phrase
from pipeline.extract.rates import read_rate


def read_place(place: Place, carried: Carried) -> Readings:
    """The figures that one quantity states (several for `办结率、满意率达100%`), and what is carried on."""
    match place.quantity.kind:
        case "money":
            return read_money(place, carried)
        case "zero":
            return read_zero(place, carried)
        case "count":
            return read_count(place, carried)
        case _:
            return read_rate(place, carried)


def start_item(place: Place, carried: Carried) -> str:
    """The item of a value that a change began with: `保证率由88%` → `保证率`."""
    before = re.sub(r"(?:由|从)[^由从]*$", "", place.left)
    if before.endswith(("率", "占比", "比例")):
        return rate_phrase(before) or carried.last
    return left_phrase(before).item or carried.last
