"""PaddleOCR 3: the engines `paddle` (the models at hand, no network) and `paddle-official` (its own, fetched by it).

Its modules for finding and for reading lines are used apart, so that lines can be cut at borders in between. The
scores behind a text, which PaddleOCR does not give out, are picked up where it decodes them.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Sequence
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import DependencyError
from pipeline.ocr.cache import cache_folder
from pipeline.ocr.decode import mean_confidence, scores_to_characters
from pipeline.ocr.detect import crop_line, order_corners
from pipeline.ocr.engine import Quad, RecognisedLine
from pipeline.ocr.models import find_model, model_path
from pipeline.ocr.opencv import cv2
from pipeline.ocr.rapid import DETECT_SIDE_PX, LINE_HEIGHT_PX, read_alphabet, split_batches

if TYPE_CHECKING:
    from pipeline.ocr.engine import Image

TRAINED_WIDTH_PX = 320  # PaddleOCR pads shorter lines to it
DETECTOR_CONFIG: dict[str, Any] = {
    "PreProcess": {
        "transform_ops": [
            {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
            {"DetResizeForTest": {"resize_long": DETECT_SIDE_PX}},
            {
                "NormalizeImage": {
                    "mean": [0.485, 0.456, 0.406],
                    "std": [0.229, 0.224, 0.225],
                    "scale": "1./255.",
                    "order": "hwc",
                }
            },
            {"ToCHWImage": None},
            {"KeepKeys": {"keep_keys": ["image", "shape"]}},
        ]
    },
    "PostProcess": {
        "name": "DBPostProcess",
        "thresh": 0.3,
        "box_thresh": 0.6,
        "max_candidates": 1000,
        "unclip_ratio": 1.5,
    },
}
RECOGNISER_CONFIG: dict[str, Any] = {
    "PreProcess": {
        "transform_ops": [
            {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
            {"MultiLabelEncode": {"gtc_encode": "NRTRLabelEncode"}},
            {"RecResizeImg": {"image_shape": [3, LINE_HEIGHT_PX, TRAINED_WIDTH_PX]}},
            {"KeepKeys": {"keep_keys": ["image"]}},
        ]
    },
    "PostProcess": {"name": "CTCLabelDecode"},
}


class PaddleEngine:
    """Lines and texts by PaddleOCR. Raises DependencyError where it is missing or cannot load its models."""

    def __init__(self, threads: int = 1, *, official: bool = False) -> None:
        self.name = "paddle-official" if official else "paddle"
        os.environ.setdefault("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", "True")
        try:
            from paddleocr import TextDetection, TextRecognition  # type: ignore[import-untyped,unused-ignore]
        except ImportError as error:
            raise DependencyError("没有 PaddleOCR：请运行 pip install paddleocr") from error
        self._detector = _load(TextDetection, "det", official, threads)
        self._recogniser = _load(TextRecognition, "rec", official, threads)
        self._keeper = _ScoreKeeper(self._recogniser)

    @cached_property
    def version(self) -> str:
        models = "official" if self.name == "paddle-official" else find_model("rec").sha256[:8]
        return f"{metadata.version('paddleocr')}/{models}/{DETECT_SIDE_PX}"

    def find(self, image: Image) -> list[Quad]:
        page = next(iter(self._detector.predict(_to_bgr(image), batch_size=1)))
        return [order_corners(corners) for corners in page["dt_polys"]]

    def read(self, image: Image, quads: Sequence[Quad] | None = None) -> list[RecognisedLine]:
        pixels = _to_bgr(image)
        lines = self.find(image) if quads is None else quads
        crops = [crop_line(pixels, quad) for quad in lines]
        widths = [max(1, round(LINE_HEIGHT_PX * crop.shape[1] / crop.shape[0])) for crop in crops]
        found: dict[int, RecognisedLine] = {}
        for members in split_batches(widths):
            texts = list(self._recogniser.predict([crops[i] for i in members], batch_size=len(members)))
            widest = max(TRAINED_WIDTH_PX, *(widths[i] for i in members))
            for i, text, scores in zip(members, texts, self._keeper.take(len(members)), strict=True):
                found[i] = _to_line(lines[i], text, scores, self._keeper.alphabet, widths[i] / widest)
        return [found[i] for i in range(len(lines))]


def official_paddle(threads: int = 1) -> PaddleEngine:
    """PaddleOCR with its own default models: it fetches them from its hub, so only where that was asked for."""
    return PaddleEngine(threads, official=True)


class _ScoreKeeper:
    """Keeps the scores that pass through the recogniser's decoder."""

    def __init__(self, recogniser: Any) -> None:
        predictor = recogniser.paddlex_predictor
        self._decode = predictor.post_op
        self._scores: list[Any] = []
        self.alphabet: list[str] = ["", *self._decode.character[1:]]
        predictor.post_op = self

    def __call__(self, predictions: Any, **options: Any) -> Any:
        self._scores.extend(predictions[0])
        return self._decode(predictions, **options)

    def take(self, n_lines: int) -> list[Any]:
        """The scores of the lines read since the last call."""
        taken, self._scores = self._scores, []
        return taken if len(taken) == n_lines else [None] * n_lines


def _to_line(quad: Quad, text: Any, scores: Any, alphabet: Sequence[str], width_share: float) -> RecognisedLine:
    if scores is None:
        return RecognisedLine(text["rec_text"], quad, float(text["rec_score"]))
    characters = scores_to_characters(scores, alphabet, width_share)
    return RecognisedLine(
        "".join(character.text for character in characters), quad, mean_confidence(characters), tuple(characters)
    )


def _to_bgr(image: Image) -> Image:
    """The channel order in which PaddleOCR takes arrays."""
    bgr: Image = cv2.cvtColor(image, cv2.COLOR_GRAY2BGR if image.ndim == 2 else cv2.COLOR_RGB2BGR)
    return bgr


def _load(module: Any, task: str, official: bool, threads: int) -> Any:
    """One module of PaddleOCR with its model."""
    try:
        if official:
            return module()
        return module(
            model_name=find_model(task).name,
            model_dir=str(prepare_folder(task)),
            engine="onnxruntime",
            engine_config={"intra_op_num_threads": threads},
        )
    except (RuntimeError, OSError, ValueError, ImportError) as error:
        reason = "无法取得官方模型（需要网络）" if official else "无法载入模型"
        raise DependencyError(f"PaddleOCR {reason}：请改用 --engine rapid，或检查安装：{error}") from error


def prepare_folder(task: str) -> Path:
    """A folder as PaddleOCR wants it: the model and its description, made beside the cache; nothing is fetched."""
    model = find_model(task)
    folder = cache_folder().parent / "paddle-models" / f"{model.name}-{model.sha256[:8]}"
    folder.mkdir(parents=True, exist_ok=True)
    config = {"Global": {"model_name": model.name}, **(DETECTOR_CONFIG if task == "det" else RECOGNISER_CONFIG)}
    if task == "rec":
        config["PostProcess"] = {"name": "CTCLabelDecode", "character_dict": read_alphabet()}
    _write_whole(folder / "inference.yml", json.dumps(config, ensure_ascii=False).encode())  # JSON is YAML
    target = folder / "inference.onnx"
    if not target.exists():
        _write_whole(target, model_path(task).read_bytes())
    return folder


def _write_whole(path: Path, content: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with contextlib.closing(os.fdopen(handle, "wb")) as stream:
        stream.write(content)
    Path(temporary).replace(path)
