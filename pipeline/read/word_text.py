"""What a Word paragraph says: its text as shown on the page, its place in the outline, and what floats beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.read.numbering import Numbering
from pipeline.read.package import attribute, child, is_on, name_of, value_of
from pipeline.read.word_pictures import ShownPicture, shown_pictures

if TYPE_CHECKING:
    from lxml import etree

# Not part of the text as printed: deletions, moved-away text, field codes, notes, comments.
_SILENT = frozenset(
    {
        "del", "moveFrom", "delText", "instrText", "delInstrText", "pPr", "rPr", "footnoteReference",
        "endnoteReference",
        "commentReference", "annotationRef", "footnoteRef", "endnoteRef", "rt", "sdtPr", "sdtEndPr", "bookmarkStart",
        "bookmarkEnd", "proofErr", "ctrlPr", "oMathParaPr", "fPr", "sSupPr", "sSubPr", "fldData",
    }
)  # fmt: skip
_CHARACTER = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}
_PICTURES = frozenset({"drawing", "pict", "object"})
# Signs of the fonts Symbol and Wingdings that stand in forms, by their code without the private-use offset.
_SYMBOL = {0xB3: "≥", 0xA3: "≤", 0xB1: "±", 0xB4: "×", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈", 0x25: "%", 0x2B: "+",
           0x2D: "−", 0x3C: "<", 0x3D: "=", 0x3E: ">", 0xB0: "°", 0xD7: "·"}  # fmt: skip
_WINGDINGS = {0xFC: "√", 0xFE: "☑", 0x52: "☑", 0x6F: "□", 0xA8: "□", 0x71: "□", 0x72: "□", 0xFB: "×",
              0xFD: "☒", 0x51: "☒", 0x6C: "●", 0x6E: "■"}  # fmt: skip
_WINGDINGS_2 = {0x52: "☑", 0x50: "√", 0xA3: "□"}
TakePicture = Callable[[ShownPicture], str]
_NUMBER_LEAD = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style with what it inherits: outline level (0 = first), list, alignment, name in lower case."""

    name: str = ""
    outline: int | None = None
    list_id: str | None = None
    list_level: int | None = None
    alignment: str | None = None
    hidden: bool = False


@dataclass(slots=True)
class Gathered:
    """What one paragraph gave: its text with the marks of its pictures, and the text boxes anchored in it."""

    take_picture: TakePicture
    parts: list[str] = field(default_factory=list)
    text_boxes: list[etree._Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.parts)


def read_styles(root: etree._Element | None) -> dict[str, Style]:
    """Paragraph and character styles by id, inheritance resolved; a circle of styles ends where it closes."""
    elements = {} if root is None else {attribute(e, "styleId") or "": e for e in root if name_of(e) == "style"}

    def resolve(style_id: str, seen: frozenset[str]) -> Style:
        element = elements[style_id]
        based_on = value_of(element, "basedOn")
        base = resolve(based_on, seen | {style_id}) if based_on in elements and based_on not in seen else Style()
        properties = child(element, "pPr")
        numbers = child(properties, "numPr")
        outline, level = value_of(properties, "outlineLvl"), value_of(numbers, "ilvl")
        return Style(
            name=(value_of(element, "name") or "").lower(),
            outline=int(outline) if outline and outline.isdigit() else base.outline,
            list_id=value_of(numbers, "numId") or base.list_id,
            list_level=int(level) if level and level.isdigit() else base.list_level,
            alignment=value_of(properties, "jc") or base.alignment,
            hidden=is_on(child(element, "rPr"), "vanish") or base.hidden,
        )

    return {style_id: resolve(style_id, frozenset({style_id})) for style_id in elements}


def default_style_id(root: etree._Element | None) -> str | None:
    """The style of paragraphs that name none."""
    for element in root if root is not None else ():
        is_paragraph_style = name_of(element) == "style" and attribute(element, "type") == "paragraph"
        if is_paragraph_style and attribute(element, "default") in ("1", "true", "on"):
            return attribute(element, "styleId")
    return None


def gather(paragraph: etree._Element, styles: dict[str, Style], take_picture: TakePicture) -> Gathered:
    """The printed text of a paragraph, without revisions that were deleted, field codes and hidden runs.

    A picture that may hold text leaves what `take_picture` gives for it.
    """
    gathered = Gathered(take_picture)
    _gather_into(gathered, paragraph, styles)
    return gathered


def _gather_into(gathered: Gathered, parent: etree._Element, styles: dict[str, Style]) -> None:
    for element in parent:
        name = name_of(element)
        if name in _SILENT:
            continue
        if name == "t":
            gathered.parts.append(element.text or "")
        elif name in _CHARACTER:
            gathered.parts.append(_CHARACTER[name])
        elif name == "br":
            gathered.parts.append("\n" if attribute(element, "type") in (None, "textWrapping") else "")
        elif name == "sym":
            gathered.parts.append(symbol(attribute(element, "font"), attribute(element, "char")))
        elif name in _PICTURES:
            _gather_picture(gathered, element)
        elif name == "AlternateContent":
            _gather_into(gathered, _chosen(element), styles)
        elif name == "r" and _is_hidden(element, styles):
            continue
        elif name == "f":  # a fraction of Office Math
            _gather_into(gathered, _part(element, "num"), styles)
            gathered.parts.append("/")
            _gather_into(gathered, _part(element, "den"), styles)
        else:
            _gather_into(gathered, element, styles)


def _part(element: etree._Element, name: str) -> etree._Element:
    found = child(element, name)
    return element if found is None else found


def _chosen(alternates: etree._Element) -> etree._Element:
    """The branch of mc:AlternateContent to read: the first choice, so that nothing is read twice."""
    branches = {name_of(b): b for b in reversed(list(alternates))}
    return branches.get("Choice", branches.get("Fallback", alternates))


def _is_hidden(run: etree._Element, styles: dict[str, Style]) -> bool:
    properties = child(run, "rPr")
    style = styles.get(value_of(properties, "rStyle") or "", Style())
    if child(properties, "vanish") is not None:
        return is_on(properties, "vanish")
    return style.hidden


def symbol(font: str | None, code: str | None) -> str:
    """The character that `w:sym` draws: Symbol's F0B3 is ≥. An unknown private sign gives nothing rather than noise."""
    if not code or not re.fullmatch(r"[0-9A-Fa-f]{1,6}", code):
        return ""
    point = int(code, 16)
    in_font = point - 0xF000 if 0xF000 <= point <= 0xF0FF else point
    name = (font or "").lower()
    if name.startswith("symbol"):
        return _SYMBOL.get(in_font, "")
    if name.startswith("wingdings 2"):
        return _WINGDINGS_2.get(in_font, "")
    if name.startswith("wingdings"):
        return _WINGDINGS.get(in_font, "")
    return chr(point) if not 0xE000 <= point <= 0xF8FF and point <= 0x10FFFF else ""


def _gather_picture(gathered: Gathered, element: etree._Element) -> None:
    """Text boxes below a drawing, once each; where it has none, the marks of its pictures."""
    boxes = list(_outer_text_boxes(element))
    gathered.text_boxes.extend(boxes)
    if not boxes:
        gathered.parts.extend(gathered.take_picture(shown) for shown in shown_pictures(element))


def _outer_text_boxes(element: etree._Element) -> Iterator[etree._Element]:
    """The txbxContent elements that are not inside another one, fallbacks left out."""
    for below in element:
        name = name_of(below)
        if name == "txbxContent":
            yield below
        elif name == "AlternateContent":
            yield from _outer_text_boxes(_chosen(below))
        else:
            yield from _outer_text_boxes(below)


def number_label(paragraph: etree._Element, style: Style, numbering: Numbering) -> str:
    """The list number that Word draws in front of a paragraph; "" where it has none."""
    numbers = child(child(paragraph, "pPr"), "numPr")
    list_id = value_of(numbers, "numId") or style.list_id
    level = value_of(numbers, "ilvl")
    if list_id in (None, "0"):
        return ""
    return numbering.label(list_id, int(level) if level and level.isdigit() else style.list_level or 0)


def join_label(label: str, text: str) -> str:
    """Label and text as one line; a blank keeps a number in the text apart from a number in the label."""
    if label and label[-1].isdigit() and _NUMBER_LEAD.match(text):
        return f"{label} {text}"
    return label + text
