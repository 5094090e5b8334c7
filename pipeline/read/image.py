"""Pictures of pages: image files (a TIFF has several), pages of a PDF rendered once at their own resolution."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pipeline.document import Box, Issue, PageImage, Picture, Source
from pipeline.errors import DependencyError, InputError
from pipeline.read.pdf_file import PdfFile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_SIDE_PX = 20_000
MAX_PIXELS = 100_000_000  # 300 MB as colour: A3 at 600 dpi passes
MAX_DPI = 200.0
MIN_DPI = 72.0
TEXT_DPI = 200.0  # of a page that is drawn, not scanned
POINTS_PER_INCH = 72.0
PDF_IMAGE_DEPTH = 3  # of forms inside forms in which a page's image is looked for
MIN_TEXT_WIDTH_PX, MIN_TEXT_HEIGHT_PX = 100, 24  # of a picture inside a document
PAGE_RATIO, PAGE_RATIO_TOLERANCE = 297 / 210, 0.08
MIN_PAGE_PX = 700  # width from which a picture of a page's shape is the scan of one
SHEET_WIDTH_PT = 595.0
SHEET_MARGIN_PT = 20.0
MIN_SHEET_PT = 310.0  # longest side of the sheet under a small picture
SCREEN_DPI = 96.0
MAX_SHOWN_DPI = 300.0  # of a picture that is shown smaller than it was taken
MIN_IMAGE_SHARE = 0.25  # of the page, for an image to set the resolution


def read_page_images(source: Source) -> Iterator[PageImage | Issue]:
    """The pages of an image file one at a time; an Issue in place of one that cannot be decoded.

    Raises InputError where not even the first page can be opened or it is larger than is taken.
    """
    from PIL import Image, ImageSequence, UnidentifiedImageError

    _know_heif(source)
    try:
        with _quiet():
            picture = Image.open(io.BytesIO(source.content))
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError, SyntaxError, ValueError) as error:
        raise InputError(f"{source.name}：图片已损坏或过大，无法打开；请重新扫描或导出") from error
    if source.media_type != "image/tiff":
        yield _decode(picture, 1, source.name)
        return
    frames = enumerate(ImageSequence.Iterator(picture), start=1)
    number = 0
    while True:
        try:
            with _quiet():
                number, frame = next(frames)
        except StopIteration:
            return
        except (OSError, SyntaxError, ValueError, KeyError, TypeError, EOFError):
            yield Issue("page_unreadable", f"第{number + 1}页起图片不完整，无法解码；请重新扫描或导出", number + 1)
            return
        yield _decode(frame, number, source.name)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without Pillow's warnings on files that are damaged or large: both are told in issues."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _decode(frame: Any, number: int, name: str) -> PageImage | Issue:
    """One picture as pixels, turned as the camera says."""
    import numpy as np
    from PIL import Image, ImageOps

    width, height = frame.size
    if max(width, height) > MAX_SIDE_PX or width * height > MAX_PIXELS:
        message = f"{name}：图片有 {width}×{height} 像素，超过上限（1 亿像素）；请以 200～300 dpi 重新扫描"
        if number == 1:
            raise InputError(message)
        return Issue("page_too_large", message, number)
    dpi = _stated_dpi(frame)
    try:
        with _quiet():
            frame.load()
            flat = _flatten_colours(ImageOps.exif_transpose(frame))
    except (OSError, SyntaxError, ValueError, EOFError, TypeError, Image.DecompressionBombError) as error:
        message = f"第{number}页的图片不完整，无法解码；请重新扫描或导出"
        if number == 1:
            raise InputError(f"{name}：图片不完整，无法解码；请重新扫描或导出") from error
        return Issue("page_unreadable", message, number)
    return PageImage(number, np.asarray(flat), dpi)


def picture_to_image(picture: Picture) -> PageImage | Issue | None:
    """A picture inside a file as a page; None for one too small to hold text, an Issue for one that cannot be shown.

    One of a page's shape is taken for a scanned page, any other is laid on a sheet of the size at which it is shown.
    """
    from PIL import Image, UnidentifiedImageError

    name = f"第{picture.number}张图片"
    lost = Issue("image_text_skipped", f"{name}无法显示（格式特殊或已损坏），其中的文字没有读取", picture.number)
    try:
        with _quiet():
            frame = Image.open(io.BytesIO(picture.content))
        if frame.width < MIN_TEXT_WIDTH_PX or frame.height < MIN_TEXT_HEIGHT_PX:
            return None
        decoded = _decode(frame, picture.number, name)
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError, SyntaxError, ValueError, InputError):
        return lost
    return decoded if isinstance(decoded, Issue) else _lay_on_sheet(decoded, picture)


def _lay_on_sheet(image: PageImage, picture: Picture) -> PageImage:
    """The part of a picture that is shown, with paper around it unless it is a page itself."""
    height, width = image.pixels.shape[:2]
    left, top, right, bottom = picture.cut_off
    pixels = image.pixels[
        round(top * height) : round((1 - bottom) * height), round(left * width) : round((1 - right) * width)
    ]
    height, width = pixels.shape[:2]
    if abs(max(height, width) / min(height, width) / PAGE_RATIO - 1) <= PAGE_RATIO_TOLERANCE and width >= MIN_PAGE_PX:
        return PageImage(image.number, pixels, None)
    shown_dpi = width * POINTS_PER_INCH / (picture.width_pt or SHEET_WIDTH_PT)
    return _put_on_sheet(image.number, pixels, min(max(shown_dpi, SCREEN_DPI), MAX_SHOWN_DPI))


def cut_from_page(image: PageImage, box: Box, page_width: float) -> PageImage:
    """The part of a page's picture inside `box` (points), on a sheet: SHEET_MARGIN_PT of paper before it."""
    scale = image.pixels.shape[1] / page_width  # pixels per point
    x0, y0, x1, y1 = (max(0, round(side * scale)) for side in box)
    return _put_on_sheet(image.number, image.pixels[y0:y1, x0:x1], scale * POINTS_PER_INCH)


def _put_on_sheet(number: int, pixels: NDArray[np.uint8], dpi: float) -> PageImage:
    """A picture with paper around it, enough for a sheet of some paper size."""
    import numpy as np

    margin = round(SHEET_MARGIN_PT * dpi / POINTS_PER_INCH)
    short = max(0, round(MIN_SHEET_PT * dpi / POINTS_PER_INCH) - max(pixels.shape[:2]) - 2 * margin)
    sides = [(margin, margin + short), (margin, margin + short)] + [(0, 0)] * (pixels.ndim - 2)
    return PageImage(number, np.pad(pixels, sides, constant_values=255), dpi)


def _flatten_colours(picture: Any) -> Any:
    """The picture as grey or as red, green, blue; what is transparent becomes paper."""
    from PIL import Image

    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        rgba = picture.convert("RGBA")
        paper = Image.new("RGB", rgba.size, "white")
        paper.paste(rgba, mask=rgba.getchannel("A"))
        return paper
    if picture.mode in ("I;16", "I;16B", "I;16L", "I", "F"):
        low, high = picture.getextrema()
        return picture.point(lambda v: (v - low) * 255 / max(high - low, 1)).convert("L")
    return picture.convert("L" if picture.mode in ("1", "L") else "RGB")


def _stated_dpi(frame: Any) -> float | None:
    """The resolution that the file states, if it states one."""
    stated = frame.info.get("dpi")
    if not isinstance(stated, tuple) or not stated or not stated[0]:
        return None
    return float(stated[0]) or None


def _know_heif(source: Source) -> None:
    """Pillow taught to open the photographs of telephones; AVIF it knows by itself."""
    if source.media_type != "image/heic" or source.content[8:12] == b"avif":
        return
    try:
        import pi_heif  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError as error:
        advice = "请运行 pip install pi-heif，或把照片另存为 JPG"
        raise DependencyError(f"{source.name}：读取 HEIC 照片需要 pi-heif：{advice}") from error
    pi_heif.register_heif_opener()


class PdfPictures:
    """Pictures of the pages of one PDF; the file is opened when the first is asked for."""

    def __init__(self, source: Source) -> None:
        self._content = source.content
        self._pdf: PdfFile | None = None

    def __enter__(self) -> PdfPictures:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pdf is not None:
            self._pdf.close()

    def render(self, number: int) -> PageImage | Issue:
        """The picture of page `number` (from 1), an Issue where it cannot be made."""
        if self._pdf is None:
            self._pdf = PdfFile(self._content)
        with contextlib.closing(self._pdf.open_page(number - 1)) as page:
            return render_page(page, number)


def render_page(page: Any, number: int) -> PageImage | Issue:
    """Picture of an open pdfium page: at the resolution of the image that covers it, at most 200 dpi."""
    import pypdfium2

    width_pt, height_pt = page.get_size()
    dpi, n_pixels = _image_resolution(page)
    if n_pixels > MAX_PIXELS or max(width_pt, height_pt) * dpi / POINTS_PER_INCH > MAX_SIDE_PX:
        return Issue("page_too_large", f"第{number}页的图片过大（超过 1 亿像素）；请以 200～300 dpi 重新扫描", number)
    try:
        bitmap = page.render(scale=dpi / POINTS_PER_INCH, rev_byteorder=True)
    except pypdfium2.PdfiumError:
        return Issue("page_unreadable", f"第{number}页无法显示；请取得完整的文件后重试", number)
    with contextlib.closing(bitmap):
        return PageImage(number, _bitmap_to_pixels(bitmap), dpi)


def _bitmap_to_pixels(bitmap: Any) -> NDArray[np.uint8]:
    import numpy as np

    pixels = bitmap.to_numpy()
    return np.array(pixels[:, :, :3]) if pixels.ndim == 3 and pixels.shape[2] > 1 else np.array(pixels).squeeze()


def _image_resolution(page: Any) -> tuple[float, int]:
    """Dots per inch to render at, and the number of pixels of the largest image on the page."""
    import pypdfium2.raw as c

    left, bottom, right, top = page.get_cropbox()
    area = (right - left) * (top - bottom)
    dpi, n_pixels = 0.0, 0
    for image in page.get_objects(filter=(c.FPDF_PAGEOBJ_IMAGE,), max_depth=PDF_IMAGE_DEPTH):
        x0, y0, x1, y1 = image.get_bounds()
        width_px, height_px = image.get_px_size()
        n_pixels = max(n_pixels, width_px * height_px)
        covered = max(0.0, min(x1, right) - max(x0, left)) * max(0.0, min(y1, top) - max(y0, bottom))
        if area > 0 and covered >= MIN_IMAGE_SHARE * area:
            dpi = max(dpi, POINTS_PER_INCH * (width_px * height_px / ((x1 - x0) * (y1 - y0))) ** 0.5)
    return (min(max(dpi, MIN_DPI), MAX_DPI) if dpi else TEXT_DPI), n_pixels
