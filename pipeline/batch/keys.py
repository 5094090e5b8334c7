"""What a reading depends on beside the bytes of the file: as long as that stands, it need not be done again."""

from __future__ import annotations

import hashlib
import shutil
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from pipeline import __version__
from pipeline.batch.watchdog import Limits
from pipeline.lexicon import model_path
from pipeline.settings import ocr_settings

# Code that has no say in what is read out of a document.
WITHOUT_SAY = frozenset(
    (
        *("api.py", "batch", "canvas.py", "cli.py", "console.py", "crawl", "inspect.py", "review", "show.py"),
        *("sources.py", "trace.py"),
    )
)
RULE_SUFFIXES = frozenset((".py", ".toml", ".txt", ".csv", ".tsv", ".json", ".jsonl"))
A_MODEL = "codes.toml"
OPTIONAL_TOOLS = ("soffice", "7zz", "7z", "bsdtar", "unar")
OPTIONAL_PACKAGES = ("rapidocr", "onnxruntime", "cv2", "paddleocr")


def reading_key() -> str:
    """Version of the program, digest of its code and rules, OCR engine: a changed rule reads everything again."""
    return f"{__version__} {_program_digest()} {ocr_settings().engine}"


@cache
def _program_digest() -> str:
    package = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for root in (package, model_path(A_MODEL).parent):
        for file in sorted(p for p in root.rglob("*") if p.suffix in RULE_SUFFIXES):
            name = file.relative_to(root)
            if root == package and name.parts[0] in WITHOUT_SAY:
                continue
            digest.update(f"\0{name.as_posix()}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def environment_key(limits: Limits) -> str:
    """What may have kept a document from being read wholly: tools, packages, limits. Where it changes, try again."""
    tools = [name for name in OPTIONAL_TOOLS if shutil.which(name)]
    packages = [name for name in OPTIONAL_PACKAGES if find_spec(name) is not None]
    return f"{' '.join(tools + packages)} {limits.timeout_s:g} s {limits.memory_mb} MB"
