"""Lines that cross one another → the sets that hang together: of rulings on a page as of strokes in a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Line = TypeVar("Line")


def group_crossing(
    across: Sequence[Line], down: Sequence[Line], meet: Callable[[Line, Line], bool]
) -> list[tuple[list[Line], list[Line]]]:
    """(horizontal, vertical) lines of each set that hangs together, each with at least one of both kinds.

    `meet` says whether a horizontal line and a vertical one touch.
    """
    parent = list(range(len(across) + len(down)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for j, v in enumerate(down):
        for i, h in enumerate(across):
            if meet(h, v):
                parent[root(len(across) + j)] = root(i)
    groups: dict[int, tuple[list[Line], list[Line]]] = {}
    for i, h in enumerate(across):
        groups.setdefault(root(i), ([], []))[0].append(h)
    for j, v in enumerate(down):
        groups.setdefault(root(len(across) + j), ([], []))[1].append(v)
    return [(hs, vs) for hs, vs in groups.values() if hs and vs]
