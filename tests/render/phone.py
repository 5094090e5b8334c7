"""A sheet on a desk, photographed with a telephone: every picture at another angle, in another light."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from render.scan import Sheet

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

DESKS_RGB = ((58, 50, 46), (128, 92, 60), (92, 98, 104), (30, 32, 36))  # dark, wood, grey, black
ROOM_SHARE = (0.03, 0.10)  # of the sheet's side that is seen of the desk beside it
TILT_SHARE = 0.035  # of the sheet's side by which each corner is off
TURN_DEG = 3.0
CURL_SHARE = 0.006  # of the sheet's height by which the middle of a line rises
SHADE = (0.55, 0.9)  # light in the darkest corner
SHADOW = (0.72, 0.9)  # light within the shadow of the hand
TINT = 0.05  # by which the lamp's colour is off
BLUR_PX = (0.5, 0.9)
NOISE = 3.5


def photograph(sheet: Sheet, rng: np.random.Generator) -> Pixels:
    """The sheet from above, askew and slightly curled, on a desk in uneven light."""
    curled = _curl(sheet.pixels, rng)
    height, width = curled.shape[:2]
    corners, size = _corners(width, height, rng)
    turn = cv2.getPerspectiveTransform(_rectangle(width, height), corners)
    paper = cv2.warpPerspective(curled, turn, size, flags=cv2.INTER_AREA).astype(np.float32)
    cover = cv2.warpPerspective(np.ones((height, width), np.float32), turn, size, flags=cv2.INTER_LINEAR)[:, :, None]
    scene = paper * cover + _desk(size, rng) * (1 - cover)
    scene *= _light(size, rng)[:, :, None]
    scene *= 1 + rng.uniform(-TINT, TINT, 3).astype(np.float32)
    soft = cv2.GaussianBlur(scene, (0, 0), float(rng.uniform(*BLUR_PX)))
    soft += rng.normal(0.0, NOISE, soft.shape).astype(np.float32)
    return np.clip(soft, 0, 255).astype(np.uint8)


def _rectangle(width: int, height: int) -> Floats:
    return np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)


def _corners(width: int, height: int, rng: np.random.Generator) -> tuple[Floats, tuple[int, int]]:
    """Where the sheet's corners lie in the picture, and the picture's size."""
    angle = np.deg2rad(rng.uniform(-TURN_DEG, TURN_DEG))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    centre = np.array([width / 2, height / 2])
    corners = (_rectangle(width, height) - centre) @ turn
    corners += rng.uniform(-TILT_SHARE, TILT_SHARE, (4, 2)) * (width, height)
    room = rng.uniform(*ROOM_SHARE, 2) * (width, height)
    corners += room - corners.min(axis=0)
    wide, high = (corners.max(axis=0) + rng.uniform(*ROOM_SHARE, 2) * (width, height)).round().astype(int)
    return corners.astype(np.float32), (int(wide), int(high))


def _curl(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """The sheet with its lines bent: it does not lie flat."""
    height, width = pixels.shape[:2]
    rise = rng.uniform(-CURL_SHARE, CURL_SHARE) * height
    bend = rise * np.sin(np.linspace(0, np.pi, width, dtype=np.float32))
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    white = (255, 255, 255)
    bent = cv2.remap(
        pixels,
        columns,
        (rows + bend).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=white,
    )
    return np.asarray(bent, np.uint8)


def _desk(size: tuple[int, int], rng: np.random.Generator) -> Floats:
    """A desk with some grain."""
    width, height = size
    grain = cv2.resize(rng.normal(0.0, 1.0, (height // 40, width // 6)).astype(np.float32), size)
    colour = np.array(DESKS_RGB[int(rng.integers(len(DESKS_RGB)))], np.float32)
    return np.asarray(colour + 6.0 * grain[:, :, None], np.float32)


def _light(size: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Light that falls off to one side, and the soft shadow of a hand."""
    width, height = size
    x, y = np.meshgrid(np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32))
    angle = rng.uniform(0, 2 * np.pi)
    along = (x * np.cos(angle) + y * np.sin(angle) + 1.42) / 2.84
    least = rng.uniform(*SHADE)
    light = least + (1 - least) * along
    middle = rng.uniform(-0.8, 0.8, 2)
    distance = np.hypot(x - middle[0], (y - middle[1]) * 1.4)
    shadow = rng.uniform(*SHADOW)
    light *= shadow + (1 - shadow) / (1 + np.exp(-(distance - 0.45) * 12))
    return np.asarray(light, np.float32)
