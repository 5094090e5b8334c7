"""What an engine read, kept on disk by the picture that it read: a change of rules does not cost OCR again.

The key is the hash of the pixels, the lines asked for, and the engine's name and version; so an entry is never
wrong, only unused. Entries are written whole; the oldest go where the folder grows over its limit.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.ocr.engine import Character, Engine, Point, Quad, RecognisedLine

if TYPE_CHECKING:
    from pipeline.ocr.engine import Image

CACHE_VARIABLE = "JIXIAO_CACHE"
MAX_CACHE_BYTES = 500_000_000
KEPT_SHARE = 0.8  # of the limit, once old entries are removed
WRITES_BETWEEN_CHECKS = 200
SUFFIX = ".ocr"


def cache_folder() -> Path:
    """The user's cache folder for OCR: $JIXIAO_CACHE, else the place that the system has for such files."""
    chosen = os.environ.get(CACHE_VARIABLE)
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "jixiao" / "ocr"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "jixiao" / "ocr"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jixiao" / "ocr"


class Cache:
    """Bytes by key in one folder. A folder that cannot be written to, or an entry that is damaged, is as if empty."""

    def __init__(self, folder: Path, max_bytes: int = MAX_CACHE_BYTES) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._n_writes = 0

    def get(self, key: str) -> bytes | None:
        path = self._path(key)
        try:
            content = path.read_bytes()
            os.utime(path)  # the age of an entry is the time since it was last of use
        except OSError:
            return None
        try:
            return zlib.decompress(content)
        except zlib.error:
            return None

    def put(self, key: str, content: bytes) -> None:
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
            with os.fdopen(handle, "wb") as stream:
                stream.write(zlib.compress(content))
            Path(temporary).replace(path)
        except OSError:
            return
        if self._n_writes % WRITES_BETWEEN_CHECKS == 0:
            self.shrink()
        self._n_writes += 1

    def shrink(self) -> None:
        """Entries that were not used for longest removed, down to a share of the limit, where it is passed."""
        entries = []
        for path in self._folder.glob(f"*/*{SUFFIX}"):
            try:
                state = path.stat()
            except OSError:
                continue
            entries.append((state.st_mtime, state.st_size, path))
        total = sum(size for _, size, _ in entries)
        if total <= self._max_bytes:
            return
        for _, size, path in sorted(entries):
            if total <= KEPT_SHARE * self._max_bytes:
                return
            path.unlink(missing_ok=True)
            total -= size

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}{SUFFIX}"


@dataclass(frozen=True, slots=True)
class CachedEngine:
    """An engine that reads no picture twice."""

    engine: Engine
    cache: Cache

    @property
    def name(self) -> str:
        return self.engine.name

    @property
    def version(self) -> str:
        return self.engine.version

    def find(self, image: Image) -> list[Quad]:
        key = self._key("find", image, None)
        kept = self.cache.get(key)
        if kept is not None:
            return [_to_quad(quad) for quad in json.loads(kept)]
        quads = self.engine.find(image)
        self.cache.put(key, json.dumps(quads).encode())
        return quads

    def read(self, image: Image, quads: Sequence[Quad] | None = None) -> list[RecognisedLine]:
        key = self._key("read", image, quads)
        kept = self.cache.get(key)
        if kept is not None:
            return [_to_line(line) for line in json.loads(kept)]
        lines = self.engine.read(image, quads)
        self.cache.put(key, json.dumps([_from_line(line) for line in lines], ensure_ascii=False).encode())
        return lines

    def _key(self, question: str, image: Image, quads: Sequence[Quad] | None) -> str:
        asked = [question, self.name, self.version, image.shape, quads]
        digest = hashlib.sha256(json.dumps(asked).encode())
        digest.update(image.tobytes())
        return digest.hexdigest()


def _from_line(line: RecognisedLine) -> list[Any]:
    return [line.text, line.quad, line.confidence, [[c.text, c.x0, c.x1, c.alternatives] for c in line.characters]]


def _to_line(kept: list[Any]) -> RecognisedLine:
    text, quad, confidence, characters = kept
    return RecognisedLine(
        text,
        _to_quad(quad),
        confidence,
        tuple(Character(c, x0, x1, tuple((other, score) for other, score in more)) for c, x0, x1, more in characters),
    )


def _to_quad(kept: list[list[float]]) -> Quad:
    a, b, c, d = (Point(x, y) for x, y in kept)
    return Quad(a, b, c, d)
