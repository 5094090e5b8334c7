"""Which files repeat another: the same bytes under two names, or the same report as Word and as PDF.

Two files hold the same report where nearly all their text and nearly all their numbers agree, and nothing that names
the report differs: year, body, title, objects. Text alone does not decide: two forms after one template differ in
little but their numbers, and those of one school in two years, or of two schools in one, may not even differ in these.
A corrected version is no repeat: where two files of one format have each a number that the other lacks, both stay.
"""

from __future__ import annotations

import re
import sys
import unicodedata
import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SHINGLE_CHARS = 5
SKETCH_HASHES = 128  # the estimate of a share of 0.9 is good to about ±0.03
BANDS, BAND_HASHES = 6, 3  # two documents of which 9 numbers in 10 agree meet in some band, 1 in 2,000 excepted
BUCKET_MAX = 50  # what more documents share says nothing about any two of them
TEXT_SHARE_MIN = 0.8
NUMBER_SHARE_MIN = 0.9
NUMBERS_MANY = 6  # with fewer numbers, all of them and nearly all the text must agree
TEXT_SHARE_FEW_NUMBERS = 0.95
NUMBERS_MIN = 2  # with fewer telling numbers nothing is claimed
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_TELLING_DIGITS = 2  # 100 and 2 stand in every form
_MASK = 0xFFFFFFFF
_FACTORS = tuple(zlib.crc32(str(n).encode()) | 1 for n in range(BANDS * BAND_HASHES))  # odd: each a permutation
_KIND_MASK = 3
_EXACT_TYPES = ("application/pdf", "application/msword", "application/vnd.")  # PDF, Word, sheets
_LETTERS = re.compile(r"[^\w]|_")


@dataclass(frozen=True, slots=True)
class Sketch:
    """The smallest hashes of a text's shingles and of its numbers: enough to estimate what two texts share.

    `names` are the hashes of what the report is called, each with its kind (`Names`) in the lowest bits.
    """

    text: frozenset[int]
    numbers: frozenset[int]
    names: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Names:
    """What a report was read to be of; an empty set where that is not known."""

    years: frozenset[str]
    bodies: frozenset[str]
    titles: frozenset[str]
    subjects: frozenset[str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One input file: its document, how good a copy it is (lower is better), and its sketch (empty: none)."""

    doc_id: str
    source: str
    rank: int
    sketch: bytes
    media_type: str | None = None


NO_NAMES = Names(*[frozenset[str]()] * 4)


def text_to_sketch(text: str, names: Names = NO_NAMES) -> Sketch | None:
    """The sketch of a text, blind to layout (blanks, punctuation, table rules); None where it has too few numbers."""
    folded = unicodedata.normalize("NFKC", text)
    numbers = {n.replace(",", "").rstrip(".") for n in _NUMBER.findall(folded)}
    telling = {n for n in numbers if sum(c.isdigit() for c in n.strip("0.")) >= _TELLING_DIGITS}
    if len(telling) < NUMBERS_MIN:
        return None
    letters = _LETTERS.sub("", folded)
    shingles = {letters[i : i + SHINGLE_CHARS] for i in range(len(letters) - SHINGLE_CHARS + 1)}
    return Sketch(_smallest(shingles), _smallest(telling), _hash_names(names))


def _hash_names(names: Names) -> frozenset[int]:
    hashed: set[int] = set()
    for kind, group in enumerate((names.years, names.bodies, names.titles, names.subjects)):
        for name in group:
            letters = _LETTERS.sub("", unicodedata.normalize("NFKC", name))
            hashed.add(zlib.crc32(letters.encode("utf-8", "replace")) & ~_KIND_MASK | kind)
    return frozenset(hashed)


def _smallest(items: Iterable[str]) -> frozenset[int]:
    return frozenset(sorted({zlib.crc32(item.encode("utf-8")) for item in items})[:SKETCH_HASHES])


def sketch_to_bytes(sketch: Sketch | None) -> bytes:
    """The sketch as bytes: how many hashes of text and names, then all, 4 bytes each, little-endian; empty for none."""
    if sketch is None:
        return b""
    groups = (sketch.text, sketch.names, sketch.numbers)
    numbers = array("I", [len(sketch.text), len(sketch.names), *(n for group in groups for n in sorted(group))])
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def bytes_to_sketch(content: bytes) -> Sketch:
    """The sketch that `sketch_to_bytes` wrote."""
    numbers = array("I", content)
    if sys.byteorder == "big":
        numbers.byteswap()
    n_text, n_names, *rest = numbers
    end = n_text + n_names
    return Sketch(frozenset(rest[:n_text]), frozenset(rest[end:]), frozenset(rest[n_text:end]))


def shared(a: frozenset[int], b: frozenset[int]) -> float:
    """The estimated share of all items of two sets that both hold (Broder's bottom-k sketch)."""
    union = sorted(a | b)[:SKETCH_HASHES]
    return sum(h in a and h in b for h in union) / len(union) if union else 0.0


def are_named_apart(a: Sketch, b: Sketch) -> bool:
    """Whether both are known to be of some year, body, title or objects, and not of the same."""
    for kind in range(_KIND_MASK + 1):
        ours, theirs = ({name for name in sketch.names if name & _KIND_MASK == kind} for sketch in (a, b))
        if ours and theirs and ours != theirs:
            return True
    return False


def is_same_report(a: Sketch, b: Sketch) -> bool:
    """Whether two texts are the same report, read through different doors."""
    if are_named_apart(a, b):
        return False
    if max(len(a.numbers), len(b.numbers)) < NUMBERS_MANY:
        return a.numbers == b.numbers and shared(a.text, b.text) >= TEXT_SHARE_FEW_NUMBERS
    return shared(a.numbers, b.numbers) >= NUMBER_SHARE_MIN and shared(a.text, b.text) >= TEXT_SHARE_MIN


def is_corrected(a: Candidate, b: Candidate) -> bool:
    """Whether one of two files that hold the same report says other numbers: both were read to the letter, alike.

    Not said of a web page or a text, around which dates and counters differ, nor of what was recognised.
    """
    alike = a.media_type is not None and a.media_type == b.media_type and a.media_type.startswith(_EXACT_TYPES)
    if not alike or a.rank or b.rank:
        return False
    ours, theirs = bytes_to_sketch(a.sketch).numbers, bytes_to_sketch(b.sketch).numbers
    known = min(max(n) if len(n) == SKETCH_HASHES else _MASK for n in (ours, theirs))  # a sketch lacks larger hashes
    return any(n <= known for n in ours - theirs) and any(n <= known for n in theirs - ours)


def find_duplicates(candidates: Sequence[Candidate]) -> dict[tuple[str, str], str]:
    """(doc_id, source) of each repeat → doc_id of the document that it repeats, its own where the bytes are equal.

    The one that stands for the others is the best copy: read whole before read in part, text before OCR.
    """
    first: dict[str, Candidate] = {}
    copies: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda c: (c.rank, c.doc_id, c.source)):
        if first.setdefault(candidate.doc_id, candidate) is not candidate:
            copies.append(candidate)
    same = _same_reports(list(first.values()))
    repeats = {(doc_id, first[doc_id].source): original for doc_id, original in same.items()}
    return repeats | {(copy.doc_id, copy.source): same.get(copy.doc_id, copy.doc_id) for copy in copies}


def _same_reports(documents: list[Candidate]) -> dict[str, str]:
    """doc_id → doc_id of the better copy of the same report; only those that meet in a band are compared."""
    buckets: dict[tuple[int, ...], array[int]] = defaultdict(lambda: array("L"))
    found: dict[str, str] = {}
    for place, document in enumerate(documents):
        if not document.sketch:
            continue
        sketch = bytes_to_sketch(document.sketch)
        keys = _bands(sketch.numbers)
        near = sorted({other for key in keys for other in buckets[key][:BUCKET_MAX]})
        original = next((o for o in near if _is_repeat(document, sketch, documents[o])), None)
        if original is not None:
            found[document.doc_id] = documents[original].doc_id
            continue
        for key in keys:
            buckets[key].append(place)
    return found


def _is_repeat(document: Candidate, sketch: Sketch, other: Candidate) -> bool:
    return is_same_report(bytes_to_sketch(other.sketch), sketch) and not is_corrected(document, other)


def _bands(numbers: frozenset[int]) -> list[tuple[int, ...]]:
    """Keys that agree for two sets with about the chance that the sets do, to the power of `BAND_HASHES` (MinHash)."""
    minima = [min((n * factor + factor) & _MASK for n in numbers) for factor in _FACTORS]
    return [(band, *minima[band::BANDS]) for band in range(BANDS)]
