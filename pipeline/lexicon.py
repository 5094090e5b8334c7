"""Loader of models/: what the program knows about forms, as data."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.errors import RuleError

_HERE = Path(__file__).parent


def model_path(name: str) -> Path:
    """Path of a data file of models/, in an installed wheel (pipeline/models) and in a checkout (models)."""
    for folder in (_HERE / "models", _HERE.parent / "models"):
        if (folder / name).exists():
            return folder / name
    raise RuleError(f"models/{name} is missing: reinstall jixiao")


@cache
def load_toml(name: str) -> dict[str, Any]:
    """A TOML file of models/ as a dict; read once."""
    try:
        return tomllib.loads(model_path(name).read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"models/{name}: {error}") from error
