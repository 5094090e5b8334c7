"""What every recogniser offers, and the recognisers by name.

An engine finds the lines of an upright page image and reads the ones it is given. The two are apart so that a line
that runs over a cell's border can be cut before it is read, and a cell that was missed can be read once more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, Protocol

from pipeline.errors import DependencyError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Image = NDArray[np.uint8]  # height × width (grey) or height × width × 3 (red, green, blue)

DEFAULT_ENGINE = "rapid"


class Point(NamedTuple):
    """A place on an image, in pixels from its top left."""

    x: float
    y: float


class Quad(NamedTuple):
    """The four corners of a line of text in pixels: clockwise, from where the text's top left is."""

    a: Point
    b: Point
    c: Point
    d: Point

    @property
    def width(self) -> float:
        return (_distance(self.a, self.b) + _distance(self.d, self.c)) / 2

    @property
    def height(self) -> float:
        return (_distance(self.a, self.d) + _distance(self.b, self.c)) / 2

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """x0, y0, x1, y1 of the upright rectangle around it."""
        xs, ys = [p.x for p in self], [p.y for p in self]
        return min(xs), min(ys), max(xs), max(ys)


def _distance(p: Point, q: Point) -> float:
    return float(((p.x - q.x) ** 2 + (p.y - q.y) ** 2) ** 0.5)


def rectangle(x0: float, y0: float, x1: float, y1: float) -> Quad:
    """The upright quad with these edges."""
    return Quad(Point(x0, y0), Point(x1, y0), Point(x1, y1), Point(x0, y1))


@dataclass(frozen=True, slots=True)
class Character:
    """One character that was read: where it stands along its line (0 = left end, 1 = right end), and what else it
    may be, best first, with scores of 0..1; the first alternative is the reading itself."""

    text: str
    x0: float
    x1: float
    alternatives: tuple[tuple[str, float], ...] = ()

    def read_as(self, text: str, score: float) -> Character:
        """The character with another reading, which is put first among the alternatives with its score."""
        others = (alternative for alternative in self.alternatives if alternative[0] != text)
        return replace(self, text=text, alternatives=((text, score), *others))


@dataclass(frozen=True, slots=True)
class RecognisedLine:
    """One line as the engine read it. `characters` is () where the engine does not say where they stand."""

    text: str
    quad: Quad
    confidence: float
    characters: tuple[Character, ...] = ()

    def with_characters(self, characters: Sequence[Character]) -> RecognisedLine:
        """The line with other characters, and their text."""
        return replace(self, text="".join(c.text for c in characters), characters=tuple(characters))


class Engine(Protocol):
    """A recogniser. `version` changes whenever the same image may give another text: it is part of the cache's key."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def find(self, image: Image) -> list[Quad]:
        """Lines of text of an image, in no particular order."""
        ...

    def read(self, image: Image, quads: Sequence[Quad] | None = None) -> list[RecognisedLine]:
        """Text of each of `quads`, in their order, empty text included; of the lines it finds itself where None."""
        ...


# name → "module:constructor"; a module is imported when its engine is asked for.
ENGINES: dict[str, str] = {
    "rapid": "pipeline.ocr.rapid:RapidEngine",
    "paddle": "pipeline.ocr.paddle:PaddleEngine",
    "paddle-official": "pipeline.ocr.paddle:official_paddle",
    "tesseract": "pipeline.ocr.tesseract:TesseractEngine",
}


def make_engine(name: str = DEFAULT_ENGINE, threads: int = 1) -> Engine:
    """The engine of this name, its models loaded, which works with `threads` threads.

    Raises DependencyError where it is unknown or not installed.
    """
    if name not in ENGINES:
        raise DependencyError(f"没有名为 {name} 的识别引擎：可用的有 {'、'.join(ENGINES)}")
    module, _, constructor = ENGINES[name].partition(":")
    build: Callable[[int], Engine] = getattr(import_module(module), constructor)
    return build(threads)
