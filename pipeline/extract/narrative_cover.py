"""Label and value lines of a cover, lines above and below forms, and the signature at a report's end."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.document import Block, Paragraph, Table
from pipeline.extract.narrative_lines import fold_places, load_words
from pipeline.labels import head_field
from pipeline.lexicon import load_toml
from pipeline.normalize.dates import parse_date

LABEL_LENGTH = 14  # characters of a label
LINE_LENGTH = 120  # characters: a longer line is running text
SIGNATURE_LINES = 3
BODY_LENGTH = 40
_TICK_BOXES = re.compile(r"[□☐☑√R]")
_EMPTY = re.compile(r"[\s_＿—×xX＊*/\\（）()盖章签字公]*")


@dataclass(frozen=True, slots=True)
class Cover:
    """What label lines outside tables and the signature say. People and telephone numbers are never kept."""

    subject: str | None = None
    competent_dept: str | None = None
    implementing_unit: str | None = None
    filled_by: str | None = None
    dates: tuple[tuple[str, datetime.date, int], ...] = ()  # (label, date, block index)
    signature_org: str | None = None
    signature_date: datetime.date | None = None

    @property
    def report_date(self) -> datetime.date | None:
        """The date the report is signed with, else the one lone date on its cover, else the date of its filling in."""
        if self.signature_date is not None:
            return self.signature_date
        for wanted in ("", "报告日期", "填报日期", "填表日期"):
            for label, date, _ in self.dates:
                if label == wanted:
                    return date
        return self.dates[0][1] if self.dates else None


def read_cover(blocks: Sequence[Block]) -> Cover:
    """The labelled values of all lines outside tables: the first of each label counts."""
    values: dict[str, str] = {}
    dates: list[tuple[str, datetime.date, int]] = []
    for index, block in enumerate(blocks):
        if not isinstance(block, Paragraph) or len(block.text) > LINE_LENGTH:
            continue
        pairs = list(split_pairs(block.text))
        for field, label, value in pairs:
            date = parse_date(value) if field == "form_date" else None
            if date is not None:
                dates.append((label, date, index))
            elif field not in ("form_date", "ignored", "unused", "year"):
                values.setdefault(field, value)
        if not pairs and (date := lone_date(block.text)) is not None:
            dates.append(("", date, index))
    org, signed = read_signature(blocks)
    return Cover(
        subject=values.get("subject"),
        competent_dept=values.get("competent_dept"),
        implementing_unit=values.get("implementing_unit") or values.get("department"),
        filled_by=values.get("filled_by"),
        dates=tuple(dates),
        signature_org=org,
        signature_date=signed,
    )


def split_pairs(text: str) -> Iterator[tuple[str, str, str]]:
    """(field, label, value) of each label on a line: `填报单位：X　填报日期：Y`, or `项目单位　X` without colons.

    Only labels that models/heads.toml knows; empty, masked and ticked values are left out. A reader may have lost the
    blanks between the pairs, so a pair ends where the next known label begins.
    """
    folded = fold_places(text)
    if re.search(r"[。;]", folded.text):
        return
    marks = list(_label_pattern().finditer(folded.text))
    if not marks:
        yield from _spaced_pair(text)
        return
    for mark, end in zip(marks, [*(later.start() for later in marks[1:]), len(folded.text)], strict=True):
        field = head_field("labels", mark["label"])
        value = folded.raw(mark.end(), end)
        if field != "form_date":
            value = re.split(r"[\s\u3000]{2,}|[\s\u3000](?=\S{2,10}[:：])|\u3000", value)[0]
        value = re.sub(r"\s*[（(](?:盖章|公章|签章|章|签字)[)）]$", "", value)
        if field and is_filled(value) and ":" not in fold_places(value).text:
            yield field, mark["label"], value


@cache
def _label_pattern() -> re.Pattern[str]:
    """Any known label with a colon behind it, longest first; the opening of a line or a value may stand before it."""
    words = {label for labels in load_toml("heads.toml")["labels"].values() for label in labels}
    ranked = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True) if len(word) > 2)
    return re.compile(rf"(?P<label>{ranked}|(?<![一-鿿])日期)(?:\([^()]{{1,8}}\))?:")


def is_filled(value: str) -> bool:
    """Whether a value says something: no blank, no mask (××), no row of boxes."""
    return bool(value) and not _EMPTY.fullmatch(value) and not _TICK_BOXES.search(value)


def _spaced_pair(text: str) -> Iterator[tuple[str, str, str]]:
    """Labels and values with only blanks between, a label itself perhaps spread (`主 管 部 门 某局 实施单位 某站`)."""
    words = re.sub(r"[\s\u3000]+", " ", text).strip().split(" ")
    while len(words) > 1:
        count = next((n for n in range(min(len(words) - 1, LABEL_LENGTH), 0, -1) if _spaced_label(words[:n])), 0)
        if not count:
            return
        label = _spaced_label(words[:count])
        end = next((k for k in range(count, len(words)) if _is_next_label(words[k])), len(words))
        value = " ".join(words[count:end])
        field = head_field("labels", label)
        if field and is_filled(value):
            yield field, fold_places(label).text, value
        words = words[end:]


def _spaced_label(words: list[str]) -> str:
    """The label that the words spell together; empty for none."""
    label = re.sub(r"[（(][^（）()]*[)）]$", "", "".join(words))
    return label if 2 < len(label) <= LABEL_LENGTH and head_field("labels", label) else ""


def _is_next_label(word: str) -> bool:
    """Whether a word behind a value begins the next pair (`自评得分`, `实施单位`)."""
    return bool(_spaced_label([word])) or (2 < len(word) <= LABEL_LENGTH and head_field("totals", word) is not None)


def lone_date(text: str) -> datetime.date | None:
    """The date of a line that holds nothing else (`2022年4月8日`, `日期：…` is a label line)."""
    folded = fold_places(text).text
    lone = re.fullmatch(
        r"[(]?(?:20\d{2}|二[〇○零]{1,2}[一二三四五六七八九〇○零]{1,2})[年./-].{1,4}[月./-].{1,3}[日号]?[)]?", folded
    )
    return parse_date(folded.strip("()")) if lone else None


def read_signature(blocks: Sequence[Block]) -> tuple[str | None, datetime.date | None]:
    """(body, date) of the last signature: a lone date with a lone body above it, or both on one line."""
    for index in range(len(blocks) - 1, -1, -1):
        block = blocks[index]
        if not isinstance(block, Paragraph) or not block.text.strip():
            continue
        date = lone_date(block.text)
        if date is not None and _is_behind_prose(blocks, index):
            return _body_above(blocks, index), date
        is_month = re.fullmatch(r"20\d{2}年\d{1,2}月", fold_places(block.text).text) is not None
        if is_month and _is_behind_prose(blocks, index) and (body := _body_above(blocks, index)):
            return body, None
        joined = re.fullmatch(r"\s*(?P<org>\D{3,40}?)\s*(?P<date>20\d{2}\s*[年./-].{2,12})\s*", block.text)
        if joined and is_body(joined["org"]) and (date := lone_date(joined["date"])) is not None:
            return joined["org"].strip(), date
    return _last_body(blocks), None


def _is_behind_prose(blocks: Sequence[Block], index: int) -> bool:
    """Whether running text or a table stands above a line: a date on a cover signs nothing."""
    return any(isinstance(block, Table) or "。" in block.text for block in blocks[:index])


def _body_above(blocks: Sequence[Block], index: int) -> str | None:
    above = [block for block in blocks[:index] if isinstance(block, Paragraph) and block.text.strip()]
    for block in reversed(above[-SIGNATURE_LINES:]):
        text = re.sub(r"[（(](?:盖章|公章|签章)[)）]", "", block.text).strip()
        if is_body(text):
            return re.sub(r"\s+", "", text)
    return None


def _last_body(blocks: Sequence[Block]) -> str | None:
    """The last filled line, where it is a body and nothing else."""
    for block in reversed(blocks):
        if isinstance(block, Table):
            return None
        if block.text.strip():
            return re.sub(r"\s+", "", block.text) if is_body(block.text) else None
    return None


def is_body(text: str) -> bool:
    """Whether a line is the name of a public body and nothing else; auditing firms are none."""
    folded = fold_places(text).text
    if len(folded) > BODY_LENGTH or re.search(rf"[。;:,]|{load_words('agency')}", folded):
        return False
    if re.match(r"\(?[一二三四五六七八九十\d]{1,3}[)、.]", folded):
        return False
    return len(folded) >= 4 and re.fullmatch(rf".+(?:{load_words('org')})(?:\([^()]{{1,12}}\))?", folded) is not None
