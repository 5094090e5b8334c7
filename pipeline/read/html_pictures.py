"""Pictures of web pages: embedded in the page, packed with it, or saved in the folder beside it. Nothing is fetched."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from pipeline.document import PICTURE_MARK, Block, Paragraph
from pipeline.read.html_blocks import text_of
from pipeline.read.pictures import MAX_PICTURE_BYTES, PictureShelf

if TYPE_CHECKING:
    from lxml import etree

TEXT_IMAGE_MIN_PX = 120
PT_PER_PX = 0.75  # CSS: 96 pixels to the inch
_WORDS_BESIDE_MIN_CHARS = 50
_EMBEDDED = re.compile(r"data:[\w.+/-]+;base64,([A-Za-z0-9+/=\s]*)")
_EMBEDDED_NAME = re.compile(r"embedded-picture:([0-9]+)")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//|\\\\")


@dataclass(frozen=True, slots=True)
class PictureFiles:
    """Where the pictures of one page may be found."""

    embedded: Sequence[str] = ()  # base64
    parts: Mapping[str, bytes] = field(default_factory=dict)  # of a single file web page, by location
    folder: Path | None = None  # in which the page was saved

    def find(self, address: str) -> bytes | None:
        """The picture at an address of the page; None for one that is elsewhere, outside the page's folder included."""
        embedded = _EMBEDDED_NAME.fullmatch(address)
        if embedded and int(embedded[1]) < len(self.embedded):
            try:
                return base64.b64decode(self.embedded[int(embedded[1])])
            except (binascii.Error, ValueError):
                return b""
        if address in self.parts:
            return self.parts[address]
        if _SCHEME.match(address) or self.folder is None:
            return None
        return _read_beside(self.folder, unquote(re.split(r"[?#]", address)[0]).replace("\\", "/"))


def _read_beside(folder: Path, address: str) -> bytes | None:
    """A file below the folder, links followed to where they lead; None for anything else."""
    try:
        root, file = folder.resolve(), (folder / address).resolve()
        if not file.is_relative_to(root) or not file.is_file():
            return None
        with file.open("rb") as stream:
            return stream.read(MAX_PICTURE_BYTES + 1)
    except (OSError, ValueError):
        return None


def take_out_embedded(markup: str) -> tuple[str, list[str]]:
    """The markup with a short name in place of each embedded picture, and the pictures by these names' numbers."""
    embedded: list[str] = []

    def name(match: re.Match[str]) -> str:
        embedded.append(match[1])
        return f"embedded-picture:{len(embedded) - 1}"

    return (_EMBEDDED.sub(name, markup), embedded) if "base64," in markup else (markup, embedded)


def mark_pictures(root: etree._Element) -> dict[int, etree._Element]:
    """The pictures that may hold text by number, each with the mark of its number set behind it in the page's text."""
    images = dict(enumerate((image for image in root.iter("img") if _may_hold_text(image)), start=1))
    for number, image in images.items():
        image.tail = f"\ufdd0{number}\ufdd1{image.tail or ''}"
    return images


def shelve_pictures(
    blocks: Sequence[Block], images: Mapping[int, etree._Element], files: PictureFiles, shelf: PictureShelf
) -> list[Block]:
    """Blocks in which the marks of `images` are those of the pictures on the shelf; all other marks are gone."""
    marks = {n: shelf.add(files.find(image.get("src") or ""), _width_pt(image)) for n, image in images.items()}

    def renumber(text: str) -> str:
        return PICTURE_MARK.sub(lambda match: marks.get(int(match[1]), ""), text) if "\ufdd0" in text else text

    renumbered: list[Block] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            text = renumber(block.text)
            renumbered += [block if text == block.text else replace(block, text=text.strip())] if text else []
            continue
        cells = tuple(replace(c, text=renumber(c.text).strip()) if "\ufdd0" in c.text else c for c in block.cells)
        if any(cell.text for cell in cells):
            renumbered.append(block if cells == block.cells else replace(block, cells=cells))
    return renumbered


def text_images(
    images: Mapping[int, etree._Element], root: etree._Element, has_furniture: bool
) -> dict[int, etree._Element]:
    """Those of the pictures that may hold text of the article.

    On a page with furniture, banners do not count: only pictures beside words, or all where the article has hardly any.
    """
    if not has_furniture:
        return dict(images)
    beside_words = {}
    for number, image in images.items():
        box = next((a for a in image.iterancestors("div", "td", "section", "article", "body")), root)
        n_link_chars = sum(len(text_of(a)) for a in box.iter("a"))
        is_page = box.tag == "body" or box.find(".//table//table") is not None
        if not is_page and len(PICTURE_MARK.sub("", text_of(box)).strip()) - n_link_chars >= _WORDS_BESIDE_MIN_CHARS:
            beside_words[number] = image
    return beside_words


def _may_hold_text(image: etree._Element) -> bool:
    """Whether a picture is not a mere icon: no side is stated to be small."""
    sizes = (_stated_px(image, "width"), _stated_px(image, "height"))
    return bool(image.get("src")) and all(size is None or size >= TEXT_IMAGE_MIN_PX for size in sizes)


def _width_pt(image: etree._Element) -> float | None:
    width = _stated_px(image, "width")
    return width * PT_PER_PX if width else None


def _stated_px(image: etree._Element, name: str) -> int | None:
    """Width or height in pixels, as the attribute or the style states it; None for percentages and other units."""
    stated = (image.get(name) or "").removesuffix("px")
    if stated.isascii() and stated.isdigit():
        return int(stated)
    styled = re.search(rf"(?<![\w-]){name}\s*:\s*(\d+)(?:\.\d+)?px", image.get("style") or "")
    return int(styled[1]) if styled else None
