"""The PP-OCRv6 models inside the package rapidocr, run by ONNX Runtime: the engine `rapid`.

rapidocr's own pipeline gives one string a line; the scores behind it are needed for the alternatives, and its
batches pad every cell of a form to a long line. So its models are run here, and nothing is ever downloaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.errors import DependencyError
from pipeline.ocr.decode import mean_confidence, scores_to_characters
from pipeline.ocr.detect import crop_line, image_to_batch, map_to_quads
from pipeline.ocr.engine import Quad, RecognisedLine
from pipeline.ocr.models import model_path
from pipeline.ocr.opencv import cv2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.ocr.engine import Image

DETECT_SIDE_PX = 960
LINE_HEIGHT_PX = 48
MIN_LINE_WIDTH_PX = 64  # padding cells to the 320 of the training only costs time: the texts are the same
MAX_LINE_WIDTH_PX = 3200
WIDTH_STEP_PX = 32
BATCH_WIDTH_PX = 1920  # summed widths of one batch: bounds the memory, and lines of a batch are of like width


class RapidEngine:
    """Lines and texts by PP-OCRv6 small. Raises DependencyError where rapidocr or onnxruntime is missing."""

    name = "rapid"

    def __init__(self, threads: int = 1) -> None:
        self._detector = _open_session("det", threads)
        self._recogniser = _open_session("rec", threads)
        self._alphabet = ["", *_session_alphabet(self._recogniser), " "]

    @cached_property
    def version(self) -> str:
        return f"PP-OCRv6-small/{DETECT_SIDE_PX}/{MIN_LINE_WIDTH_PX}"

    def find(self, image: Image) -> list[Quad]:
        rgb = image if image.ndim == 3 else cv2.cvtColor(image, cv2.COLOR_GRAY2RGB)
        batch = image_to_batch(rgb, DETECT_SIDE_PX)
        probability = self._detector.run(None, {"x": batch})[0][0, 0]
        return map_to_quads(probability, image.shape[1], image.shape[0])

    def read(self, image: Image, quads: Sequence[Quad] | None = None) -> list[RecognisedLine]:
        rgb = image if image.ndim == 3 else cv2.cvtColor(image, cv2.COLOR_GRAY2RGB)
        lines = self.find(rgb) if quads is None else quads
        found: dict[int, RecognisedLine] = {}
        strips = [_crop_to_strip(crop_line(rgb, quad)) for quad in lines]
        for members in split_batches([strip.shape[1] for strip in strips]):
            batch, width = _stack([strips[i] for i in members])
            scores = self._recogniser.run(None, {"x": batch})[0]
            for i, line_scores in zip(members, scores, strict=True):
                characters = scores_to_characters(line_scores, self._alphabet, strips[i].shape[1] / width)
                text = "".join(character.text for character in characters)
                found[i] = RecognisedLine(text, lines[i], mean_confidence(characters), tuple(characters))
        return [found[i] for i in range(len(lines))]


def split_batches(widths: Sequence[int]) -> Iterator[list[int]]:
    """Positions of the lines to be read together: of like width, and not more than memory is meant for."""
    batch: list[int] = []
    for i in sorted(range(len(widths)), key=lambda i: (widths[i], i)):
        if batch and (len(batch) + 1) * max(widths[i], MIN_LINE_WIDTH_PX) > BATCH_WIDTH_PX:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def _crop_to_strip(crop: Image) -> Image:
    """The line at the network's height, its width in proportion."""
    width = round(LINE_HEIGHT_PX * crop.shape[1] / crop.shape[0])
    size = (min(max(width, 8), MAX_LINE_WIDTH_PX), LINE_HEIGHT_PX)
    strip: Image = cv2.resize(crop, size, interpolation=cv2.INTER_LINEAR)
    return strip


def _stack(strips: Sequence[Image]) -> tuple[NDArray[np.float32], int]:
    """The network's input, padded on the right to one width, and that width."""
    widest = max(strip.shape[1] for strip in strips)
    width = max(MIN_LINE_WIDTH_PX, -(-widest // WIDTH_STEP_PX) * WIDTH_STEP_PX)
    batch = np.zeros((len(strips), 3, LINE_HEIGHT_PX, width), np.float32)
    for row, strip in zip(batch, strips, strict=True):
        row[:, :, : strip.shape[1]] = strip.astype(np.float32).transpose(2, 0, 1) / 127.5 - 1.0
    return batch, width


def read_alphabet() -> list[str]:
    """The characters that the recogniser knows, as its model file lists them."""
    return _session_alphabet(_open_session("rec", 1))


def _session_alphabet(session: Any) -> list[str]:
    listed: str = session.get_modelmeta().custom_metadata_map["character"]
    return listed.splitlines()


def _open_session(task: str, threads: int) -> Any:
    """The ONNX session of one model, which computes with `threads` threads."""
    try:
        import onnxruntime  # type: ignore[import-untyped,unused-ignore]
    except ImportError as error:
        raise DependencyError("没有 onnxruntime，无法识别扫描件：请运行 pip install onnxruntime") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # an arena keeps the largest batch's memory for good
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model_path(task)), options, providers=["CPUExecutionProvider"])
