"""How lines on a page lean and bend, fitted to the strokes that were traced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.ocr.rulings_trace import Floats, Stroke

ALONG_DEGREE = 3  # a curled page bends a line no more often than a cubic does
ROBUST_ROUNDS = 3
OUTLIER_PX = 2.5
RIDGE_WEIGHT = 0.003  # pulls coefficients that few lines speak for towards zero


@dataclass(frozen=True, slots=True)
class Bend:
    """The displacement of lines of one direction: a line meant to stand at `c` is seen at `c + shift(along, c)`."""

    terms: tuple[tuple[int, int], ...] = ()
    weights: tuple[float, ...] = ()
    along_range: tuple[float, float] = (0.0, 1.0)
    across_range: tuple[float, float] = (0.0, 1.0)
    offset: float = 0.0

    def shift(self, along: Floats, across: Floats) -> Floats:
        """Pixels by which the page displaces a point; beyond the fitted lines that of the nearest fitted place."""
        total = np.full(np.broadcast(along, across).shape, -self.offset)
        if not self.terms:
            return total
        u = _to_unit(along, self.along_range)
        v = _to_unit(across, self.across_range)
        powers_u, powers_v = _powers(u), _powers(v)
        for (i, j), weight in zip(self.terms, self.weights, strict=True):
            total += weight * powers_u[i] * powers_v[j]
        return total

    def straighten(self, along: Floats, across: Floats) -> Floats:
        """Where points seen at `across` were meant to stand."""
        return np.asarray(across - self.shift(along, across), np.float64)


def _to_unit(values: Floats, limits: tuple[float, float]) -> Floats:
    """Values scaled to −1..1 between the limits, clamped outside."""
    low, high = limits
    return np.clip((np.asarray(values, np.float64) - low) / max(high - low, 1.0) * 2 - 1, -1.0, 1.0)


def _powers(values: Floats) -> tuple[Floats, ...]:
    """Powers from 0 to ALONG_DEGREE, by multiplication: much faster than `**`."""
    powers = [np.ones_like(values), values]
    while len(powers) <= ALONG_DEGREE:
        powers.append(powers[-1] * values)
    return tuple(powers)


def fit_bend(strokes: Sequence[Stroke], min_length: float) -> Bend:
    """The bend that straightens the long strokes best; none where no stroke is long enough.

    Each line keeps its own place, so only leaning and bending are fitted: cubic along the line, and changing across
    the page as far as enough lines speak for it. Points off the fit (text that touches a line) lose their say.
    """
    long = [stroke for stroke in strokes if stroke.length >= min_length]
    if not long:
        return Bend()
    along = np.concatenate([s.along for s in long])
    across = np.concatenate([s.across for s in long])
    place = np.concatenate([np.full(len(s.along), float(np.mean(s.across))) for s in long])
    owner = np.concatenate([np.full(len(s.along), k) for k, s in enumerate(long)])
    along_range = (float(along.min()), float(along.max()))
    across_range = (float(across.min()), float(across.max()))
    longest = max(s.length for s in long)
    terms = _choose_terms(sum(1 for s in long if s.length >= 0.5 * longest))
    u, v = _to_unit(along, along_range), _to_unit(place, across_range)
    design = np.stack([u**i * v**j for i, j in terms], axis=1)
    weights = _robust_fit(design, across, owner, len(long))
    bend = Bend(terms, tuple(float(w) for w in weights), along_range, across_range)
    offset = float(np.mean(bend.shift(along, place)))
    return Bend(terms, bend.weights, along_range, across_range, offset)


def _choose_terms(n_lines: int) -> tuple[tuple[int, int], ...]:
    """Exponents (along, across) of the fitted polynomial: the more lines, the freer."""
    across_degree = 0 if n_lines < 3 else 1 if n_lines < 5 else 2
    along_degree = 2 if n_lines < 3 else ALONG_DEGREE
    return tuple((i, j) for i in range(1, along_degree + 1) for j in range(across_degree + 1))


def _robust_fit(design: Floats, target: Floats, owner: Floats, n_lines: int) -> Floats:
    """Coefficients by least squares on deviations from each line's own mean, outliers dropped between rounds."""
    kept = np.ones(len(target))
    weights = np.zeros(design.shape[1])
    lines = owner.astype(np.int64)
    for _ in range(ROBUST_ROUNDS):
        mass = np.maximum(np.bincount(lines, kept, n_lines), 1e-9)
        means = np.stack([np.bincount(lines, kept * column, n_lines) / mass for column in (*design.T, target)], axis=1)[
            lines
        ]
        x, y = design - means[:, :-1], target - means[:, -1]
        normal = (x * kept[:, None]).T @ x
        normal += np.eye(len(normal)) * RIDGE_WEIGHT * max(float(kept.sum()), 1.0)
        weights = np.linalg.solve(normal, (x * kept[:, None]).T @ y)
        off = np.abs(y - x @ weights)
        kept = (off <= max(OUTLIER_PX, 2 * float(np.median(off)))).astype(np.float64)
    return np.asarray(weights, np.float64)
