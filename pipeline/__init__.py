"""jixiao (绩效): numbers out of Chinese public performance reports.

>>> from pipeline import extract
>>> extract("report.docx").indicators
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

from pipeline.errors import DependencyError, InputError, JixiaoError, OutputError, RuleError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pipeline.api import Extraction
    from pipeline.dataset.reader import read_dataset

__version__ = "0.1.0"
__all__ = [
    "DependencyError",
    "Extraction",
    "InputError",
    "JixiaoError",
    "OutputError",
    "RuleError",
    "__version__",
    "extract",
    "read_dataset",
]

_LAZY = {"Extraction": "pipeline.api", "read_dataset": "pipeline.dataset.reader"}


def extract(paths: str | Path | Iterable[str | Path]) -> Extraction:
    """What stands in a file, a folder or a glob pattern, or in several of them, as pandas frames with exact types.

    A file that cannot be read does not raise: its row in `.reports` says `failed` and why. Raises InputError where a
    path does not exist.
    """
    from pipeline.api import extract_paths

    return extract_paths(paths)


def __getattr__(name: str) -> object:
    """The public names that need more than the errors, imported on first use: `import pipeline` stays instant."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_LAZY[name]), name)


class _Package(ModuleType):
    """This package as a module whose function `extract` stays when its stage of that name (`pipeline.extract.…`) loads.

    The import system sets a loaded subpackage as an attribute of its parent, which would replace the function.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (name == "extract" and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
