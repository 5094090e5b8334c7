"""The recogniser's models: where they are, and whether they are what the manifest says (models/ocr_models.toml)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import metadata, util
from pathlib import Path

from pipeline.errors import DependencyError
from pipeline.lexicon import load_toml

CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Model:
    """One model as the manifest describes it. `path` lies inside the distribution `package`."""

    task: str
    name: str
    version: str
    package: str
    path: str
    sha256: str
    licence: str
    source: str


@dataclass(frozen=True, slots=True)
class ModelState:
    """A model and what was found of it: `ok`, `missing` or `changed`."""

    model: Model
    state: str
    path: Path | None
    package_version: str | None


@cache
def list_models() -> tuple[Model, ...]:
    """The models of the manifest, in its order."""
    return tuple(Model(**entry) for entry in load_toml("ocr_models.toml")["model"])


def find_model(task: str) -> Model:
    """The model for `det` (finding lines) or `rec` (reading them)."""
    return next(model for model in list_models() if model.task == task)


def model_path(task: str) -> Path:
    """The file of the model for this task. Raises DependencyError where its package is not installed."""
    model = find_model(task)
    path = _locate(model)
    if path is None or not path.exists():
        raise DependencyError(f"没有识别模型 {model.name}：请运行 pip install {model.package}=={model.version}")
    return path


def verify_model(model: Model) -> ModelState:
    """Whether the model is there and byte for byte the one that was tested."""
    path = _locate(model)
    try:
        installed = metadata.version(model.package)
    except metadata.PackageNotFoundError:
        installed = None
    if path is None or not path.exists():
        return ModelState(model, "missing", None, installed)
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
    return ModelState(model, "ok" if digest.hexdigest() == model.sha256 else "changed", path, installed)


def _locate(model: Model) -> Path | None:
    """Where the package keeps the file; the package is not imported for it."""
    spec = util.find_spec(model.package)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / model.path
