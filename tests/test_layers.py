"""The definition of the layers: each module imports only lower ones, and stages do not import each other."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "pipeline"
LAYERS = (
    {"errors", "settings"},
    {"crossings", "document", "storage"},
    {"records"},
    {"lexicon"},
    {"normalize"},  # pure text → value: the one stage that the others may use
    {"labels"},
    {"read", "ocr", "layout", "tables", "extract", "audit", "dataset"},
    {"pages", "failed", "repair"},
    {"pictures"},
    {"run"},
    {"sources"},
    {"batch", "crawl", "review"},
    {"api"},
    {"canvas", "console"},
    {"inspect", "show", "trace"},
    {"cli"},
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}


def imported_parts(source: str) -> Iterator[str]:
    """The first name under `pipeline` of every import statement, wherever it stands in the file."""
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "pipeline" and len(parts) > 1:
                yield parts[1]


def is_allowed(importer: str, imported: str) -> bool:
    if importer == imported or imported == "__version__":
        return True
    return LEVEL[imported] < LEVEL[importer]


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


@pytest.mark.parametrize("module", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_lower_layers(module: Path) -> None:
    part = module.relative_to(PACKAGE).parts[0].removesuffix(".py")
    upward = [name for name in imported_parts(module.read_text(encoding="utf-8")) if not is_allowed(part, name)]
    assert upward == []


def test_every_module_has_its_place_in_the_layers() -> None:
    parts = {module.relative_to(PACKAGE).parts[0].removesuffix(".py") for module in modules()}
    assert parts - set(LEVEL) == set()


@pytest.mark.parametrize(
    ("importer", "imported", "allowed"),
    [
        ("cli", "run", True),
        ("run", "read", True),
        ("extract", "normalize", True),
        ("read", "document", True),
        ("extract", "read", False),
        ("normalize", "extract", False),
        ("document", "records", False),
        ("read", "run", False),
        ("errors", "document", False),
    ],
)
def test_the_rule_itself(importer: str, imported: str, allowed: bool) -> None:
    assert is_allowed(importer, imported) is allowed
