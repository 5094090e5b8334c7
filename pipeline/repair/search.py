"""The one set of changes that makes everything around it add up, or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from pipeline.records import Result
from pipeline.repair.candidates import Candidate
from pipeline.repair.identities import Identity, find_identities
from pipeline.repair.patches import CellKey, Number, Patch, apply_patch

MAX_TOGETHER = 6  # cells changed at once; more than two only where the picture speaks clearly for each
MAX_TRIALS = 600  # sets of one size
MIN_PROOFS = 2  # independent identities that bear a number out where the picture does not speak clearly


@dataclass(frozen=True, slots=True)
class Change:
    """One cell with another text, and what that makes of the result's numbers."""

    key: CellKey
    candidate: Candidate
    patch: Patch


@dataclass(frozen=True, slots=True)
class Repair:
    """Changes that belong together; the identities they satisfy, by cell; and the broken ones that they mend."""

    changes: tuple[Change, ...]
    proofs: tuple[tuple[Identity, ...], ...]
    mended: frozenset[tuple[str, ...]]


def find_repairs(result: Result, changes: Sequence[Change]) -> list[Repair]:
    """The repairs of a result that are proven and without a rival, each by as few changes as can be.

    A rival mends one of the same identities in another way: then nobody knows, and none is given.
    """
    before = find_identities(result)
    for size in range(1, MAX_TOGETHER + 1):
        chosen = [change for change in changes if size <= 2 or change.candidate.is_clear]
        found = [repair for together in _sets(chosen, size) if (repair := prove(result, before, together)) is not None]
        single = [repair for repair in found if not any(_are_rivals(repair, other) for other in found)]
        if single:
            return _without_overlap(single)
        if found:
            rivals = {key for repair in found for key in repair.mended}
            touched = {ref for refs in rivals for ref in refs}
            changes = [change for change in changes if touched.isdisjoint(change.patch)]
    return []


def _sets(changes: Sequence[Change], size: int) -> Iterable[tuple[Change, ...]]:
    """Sets of changes of different cells, at most MAX_TRIALS."""
    n_tried = 0
    for together in combinations(changes, size):
        if len({change.key for change in together}) == size:
            n_tried += 1
            if n_tried > MAX_TRIALS:
                return
            yield together


def prove(result: Result, before: Sequence[Identity], changes: tuple[Change, ...]) -> Repair | None:
    """The repair that these changes are, None where it is not proven.

    Every identity around must hold, and at least one that was broken. Each number needs two independent identities
    that it did not satisfy before, or one and a clear picture; several numbers together need one more than there are.
    """
    patch: dict[str, Number] = {}
    for change in changes:
        patch.update(change.patch)
    after = find_identities(apply_patch(result, patch))
    around = [identity for identity in after if not patch.keys().isdisjoint(identity.refs)]
    if any(identity.state == "broken" for identity in around):
        return None
    held = {identity.refs for identity in before if identity.state == "holds"}
    broken = {identity.refs for identity in before if identity.state == "broken"}
    holding = [one for one in around if one.state == "holds" and (one.proves or one.refs in broken)]
    fresh = [one for one in holding if one.refs not in held]
    mended = frozenset(identity.refs for identity in before if _is_mended(identity, patch, result))
    if not any(one.proves for one in fresh) or not mended:
        return None
    by_cell = tuple(tuple(i for i in fresh if not change.patch.keys().isdisjoint(i.refs)) for change in changes)
    for change, own in zip(changes, by_cell, strict=True):
        needed = 1 if change.candidate.is_clear else MIN_PROOFS
        if count_independent(own, change.patch.keys()) < needed:
            return None
    all_clear = all(change.candidate.is_clear for change in changes)
    if len(changes) > 1 and len(fresh) < len(changes) + (0 if all_clear else 1):
        return None
    return Repair(changes, by_cell, mended)


def _is_mended(identity: Identity, patch: Patch, result: Result) -> bool:
    return identity.state == "broken" and not patch.keys().isdisjoint(identity.refs)


def count_independent(identities: Sequence[Identity], changed: Iterable[str]) -> int:
    """How many identities differ in what they say of the changed numbers: not in those numbers and not all others."""
    own = set(changed)
    return len({frozenset(identity.refs) - own for identity in identities})


def _are_rivals(one: Repair, other: Repair) -> bool:
    return one is not other and not one.mended.isdisjoint(other.mended)


def _without_overlap(repairs: Sequence[Repair]) -> list[Repair]:
    """Repairs that touch no number twice, the first of those that do."""
    kept: list[Repair] = []
    touched: set[str] = set()
    for repair in repairs:
        refs = {ref for change in repair.changes for ref in change.patch}
        if touched.isdisjoint(refs):
            kept.append(repair)
            touched |= refs
    return kept
