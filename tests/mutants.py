"""Damage for whole files: bytes flipped, cut, doubled, swapped, filled; in zips also behind right checksums."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable

Mutate = Callable[[bytes, random.Random], bytes]


def flip(content: bytes, chance: random.Random) -> bytes:
    """Some bytes changed."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 3, 20, max(1, len(content) // 50)))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(content: bytes, chance: random.Random) -> bytes:
    """The first part only, or all but a piece."""
    a, b = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    return content[:a] if chance.random() < 0.5 else content[:a] + content[b:]


def double(content: bytes, chance: random.Random) -> bytes:
    """A piece once more, up to a thousand times."""
    a, b = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    b = min(b, a + 4000)
    return content[:b] + content[a:b] * chance.choice((1, 2, 50, 1000)) + content[b:]


def swap(content: bytes, chance: random.Random) -> bytes:
    """Two pieces in each other's place."""
    a, b, c = sorted(chance.randrange(len(content) + 1) for _ in range(3))
    return content[:a] + content[b:c] + content[a:b] + content[c:]


def fill(content: bytes, chance: random.Random) -> bytes:
    """A piece of zeros, of 0xff, of digits, or of noise."""
    a, b = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    b = min(b, a + chance.choice((4, 64, 2000)))
    piece = chance.choice((b"\0", b"\xff", b"9", b"<", b"(", chance.randbytes(1)))
    return content[:a] + piece * (b - a) + content[b:]


def numbers(content: bytes, chance: random.Random) -> bytes:
    """Digits made into absurd ones: sizes, counts, spans, dates and amounts alike."""
    places = [i for i, byte in enumerate(content) if 48 <= byte <= 57]
    changed = bytearray(content)
    for i in chance.sample(places, min(len(places), chance.choice((1, 5, 50)))):
        changed[i] = chance.choice(b"0123456789-.")
    return bytes(changed)


def inside_zip(content: bytes, chance: random.Random) -> bytes:
    """A zip with one member mutated and packed again, checksums right."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        names = archive.namelist()
        victim = chance.choice([name for name in names if archive.getinfo(name).file_size] or names)
        for name in names:
            member = archive.read(name)
            target.writestr(name, chance.choice(MUTATIONS)(member, chance) if name == victim and member else member)
    return stream.getvalue()


MUTATIONS: tuple[Mutate, ...] = (flip, cut, double, swap, fill, numbers)


def mutate(suffix: str, content: bytes, chance: random.Random) -> bytes:
    """One to three mutations; half of those of a zip (docx, xlsx) within it."""
    if suffix in ("docx", "xlsx", "zip") and chance.random() < 0.5:
        return inside_zip(content, chance)
    for _ in range(chance.choice((1, 1, 2, 3))):
        content = chance.choice(MUTATIONS)(content, chance) or b"\0"
    return content
