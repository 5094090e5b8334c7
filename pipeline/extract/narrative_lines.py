"""Paragraphs of a narrative as lines that rules can be matched on, each match leading back to the text as written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.document import Block, Paragraph
from pipeline.lexicon import load_toml
from pipeline.records import Evidence

NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
LIST_MARK = re.compile(
    r"(?:[-–—•·●◆■*]+)?(?:(?:目标)?\(?\d{1,2}(?:\)?[、.](?!\d)|\)|:)|\([一二三四五六七八九十\d]{1,3}\)|[①-⑳]"
    r"|[一二三四五六七八九十]{1,3}[、.]|[一二三四五六七八九十]{1,2}是(?=\S)|[-–—•·●◆■*]+)"
)
HEADING_LENGTH = 40  # characters: a longer line is running text, whatever number it starts with
PROSE_LENGTH = 25  # characters: a shorter line is a heading, a label or a signature


@dataclass(frozen=True, slots=True)
class Folded:
    """Text for matching (half-width, no blanks) that knows where each character stands in the text as written."""

    text: str
    written: str
    places: tuple[int, ...]

    def raw(self, start: int, end: int) -> str:
        """The text as written between two places of the folded text, without outer blanks."""
        if start >= end:
            return ""
        return self.written[self.places[start] : self.places[end - 1] + 1].strip()

    def part(self, start: int, end: int) -> Folded:
        """The piece between two places, as a folded text of its own."""
        return Folded(self.text[start:end], self.written, self.places[start:end])


def fold_places(written: str) -> Folded:
    """Folded form of `written`, one character for one: ligatures such as ㎡ or ① stay, so that places never shift."""
    text: list[str] = []
    places: list[int] = []
    for place, char in enumerate(written):
        if char.isspace() or unicodedata.category(char) == "Cf":
            continue
        folded = unicodedata.normalize("NFKC", char)
        text.append(folded if len(folded) == 1 and unicodedata.category(char) != "No" else char)
        places.append(place)
    return Folded("".join(text), written, tuple(places))


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of a narrative and the headings above it, outermost first."""

    index: int
    folded: Folded
    paragraph: Paragraph
    headings: tuple[str, ...]
    is_heading: bool

    @property
    def text(self) -> str:
        return self.folded.text

    @property
    def evidence(self) -> Evidence:
        source = self.paragraph
        return Evidence(page=source.page, box=source.box, source="text", confidence=source.confidence)


@cache
def load_rules(section: str) -> tuple[re.Pattern[str], ...]:
    """The compiled patterns of one section of models/narrative.toml, in their order; `<<name>>` is a word list."""
    return tuple(
        re.compile(re.sub(r"<<(\w+)>>", lambda name: load_words(name[1]), rule["pattern"]))
        for rule in load_toml("narrative.toml")[section]
    )


@cache
def load_words(name: str) -> str:
    """A word list of models/narrative.toml as one alternation, longest word first."""
    words: list[str] = load_toml("narrative.toml")["words"][name]
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def match_any(section: str, text: str) -> re.Match[str] | None:
    """The first full match of `text` by a rule of the section, or None."""
    return next((match for rule in load_rules(section) if (match := rule.fullmatch(text))), None)


def strip_mark(text: str) -> str:
    """Folded text without its list number, dash or bullet."""
    match = LIST_MARK.match(text)
    return text[match.end() :] if match else text


def heading_depth(paragraph: Paragraph, text: str) -> int:
    """1 for 一、, 2 for （一）, 3 for 1., 4 for (1), else the reader's own level; 0 for running text."""
    if not text or len(text) > HEADING_LENGTH or re.search(r"[。;!?]", text[:-1]):
        return 0
    if re.match(r"[一二三四五六七八九十]{1,3}[、.]", text):
        return 1
    if re.match(r"\([一二三四五六七八九十]{1,3}\)", text):
        return 2
    is_item = text.endswith(("。", ";")) and re.search(r"(?:情况|指标|分析|结论|概况)。$", text) is None
    if re.match(r"\d{1,2}[、.](?!\d)|\(\d{1,2}\)", text) and not is_item:
        return 4 if text.startswith("(") else 3
    if re.fullmatch(rf"[“\"]?(?:{load_words('part_fund')})[^,:、\d]{{0,6}}(?:情况|经费|支出)", text):
        return paragraph.level or 4  # its number was lost in a scan: the money below is a part's all the same
    return paragraph.level


def read_lines(blocks: Sequence[Block], first: int, last: int) -> list[Line]:
    """The filled paragraphs of blocks first..last (inclusive) as lines; tables are skipped."""
    lines: list[Line] = []
    stack: list[tuple[int, str]] = []
    for index in range(first, last + 1):
        block = blocks[index]
        if not isinstance(block, Paragraph):
            continue
        folded = fold_places(block.text)
        if not folded.text:
            continue
        depth = heading_depth(block, folded.text)
        if depth:
            stack = [entry for entry in stack if entry[0] < depth]
        lines.append(Line(index, folded, block, tuple(text for _, text in stack), bool(depth)))
        if depth:
            stack.append((depth, folded.text))
    return lines


def split_sentences(folded: Folded) -> Iterator[Folded]:
    """The sentences of a text, each with its end mark; a mark inside quotes or parentheses ends none."""
    start = depth = 0
    for place, char in enumerate(folded.text):
        depth += (char in "(“《〈") - (char in ")”》〉" and depth > 0)
        if char in "。!?" or (char == ";" and depth == 0):
            yield folded.part(start, place + 1)
            start, depth = place + 1, 0
    if start < len(folded.text):
        yield folded.part(start, len(folded.text))


def clause_start(text: str, place: int) -> int:
    """Where the clause that holds `place` begins: after the last comma, stop or colon that is not inside a number."""
    for at in range(place - 1, -1, -1):
        inside = text[at] == "," and at > 0 and text[at - 1].isdigit() and re.match(r"\d{3}(?!\d)", text[at + 1 :])
        if text[at] in ",。;:!?" and not inside:
            return at + 1
    return 0


def is_prose(text: str) -> bool:
    """Whether a folded paragraph is running text, not a heading, a label line or a note under a form."""
    if len(text) < PROSE_LENGTH or not re.search(r"[。;,]", text):
        return False
    return re.match(rf"(?:\d{{1,2}}[.、])?(?:{load_words('note')})", text) is None


def ordered_likeness(one: str, other: str) -> float:
    """How much two names share in order (longest common subsequence), 0 to 1."""
    if not one or not other:
        return 0.0
    row = [0] * (len(other) + 1)
    for char in one:
        previous = 0
        for at, mate in enumerate(other, 1):
            previous, row[at] = row[at], previous + 1 if char == mate else max(row[at], row[at - 1])
    return 2 * row[-1] / (len(one) + len(other))
