"""Pictures met while a flowing file is read: numbered in reading order, each leaves its mark in the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.document import Issue, Picture

MAX_PICTURES = 500  # in one document
MAX_PICTURE_BYTES = 60_000_000


@dataclass(slots=True)
class PictureShelf:
    """Pictures that were taken from a file, and how many could not be had."""

    pictures: list[Picture] = field(default_factory=list)
    n_absent: int = 0  # referred to, but neither in the file nor beside it
    n_refused: int = 0

    def add(
        self,
        content: bytes | None,
        width_pt: float | None = None,
        cut_off: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0),
    ) -> str:
        """The mark that stands for a picture in the text; "" where it cannot be had, which `issues` tells."""
        if content is None:
            self.n_absent += 1
            return ""
        if len(self.pictures) >= MAX_PICTURES or len(content) > MAX_PICTURE_BYTES:
            self.n_refused += 1
            return ""
        picture = Picture(len(self.pictures) + 1, content, width_pt, cut_off)
        self.pictures.append(picture)
        return picture.mark

    def issues(self, place: str) -> Iterator[Issue]:
        """What is lost with the pictures that could not be had; `place` names the kind of file (`网页`)."""
        if self.n_absent:
            found = f"{place}中有 {self.n_absent} 张图片不在文件里（只有链接），图片里的文字没有读取"
            yield Issue("image_text_skipped", f"{found}：请把图片一并保存，或核对其中是否有表格或数字")
        if self.n_refused:
            found = f"{place}中有 {self.n_refused} 张图片过大或过多，图片里的文字没有读取"
            yield Issue("image_text_skipped", f"{found}：请核对其中是否有表格或数字")
