"""Amounts beside labels of their own in flattened text (预算数 | 158 | 执行数 | 150), and the parts below them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile

from pipeline.labels import head_field
from pipeline.normalize.text import fold
from pipeline.tables.flat_tokens import is_figure_or_none, is_item, label_kind

PAIR_FIELDS = ("initial_budget", "annual_budget", "appropriation", "executed")


def pairs_end(cells: Sequence[str], k: int) -> int:
    """The end of 预算数 | 158 | 执行数 | 150 that begins at cell `k`, or behind a block's label there, else 0.

    Of the parts below (其中：财政拨款 | 100 | 其中：财政拨款 | 100) a row has the same name twice.
    """
    start = k + (label_kind(cells[k]) == "sections")
    names = _pair_names(cells, start)
    amounts = list(dict.fromkeys(takewhile(lambda name: name in PAIR_FIELDS, names)))
    if len(amounts) >= 2:
        return start + 2 * len(amounts)
    is_part = start == k and len(names) >= 2 and names[0] == names[1] and not amounts
    return k + 4 if is_part else 0


def _pair_names(cells: Sequence[str], k: int) -> list[str]:
    """What the labels from cell `k` on name, as long as each has its figure behind it."""
    names: list[str] = []
    while k + 1 < len(cells) and is_figure_or_none(cells[k + 1]):
        name = head_field("pairs", cells[k]) or (fold(cells[k]) if is_item(cells[k]) else None)
        if name is None:
            break
        names.append(name)
        k += 2
    return names


def covered_label(parts: Sequence[str], above: Iterable[Sequence[str]]) -> int:
    """1 for a row of parts and their amounts that the label of their block covers, which begins a row above; else 0.

    `above` are the rows above, the nearest first.
    """
    if not _is_pairs(parts):
        return 0
    first = next((row for row in above if not _is_pairs(row)), ())
    begins = bool(first) and label_kind(first[0]) == "sections"
    return int(begins and len(first) == len(parts) + 1 and _is_pairs(first[1:]))


def _is_pairs(cells: Sequence[str]) -> bool:
    """Whether cells are names of money, each with its amount behind it, twice at least."""
    names, amounts = cells[::2], cells[1::2]
    return (
        len(cells) >= 4
        and len(names) == len(amounts)
        and all(is_item(name) or head_field("pairs", name) for name in names)
        and all(is_figure_or_none(amount) for amount in amounts)
    )
