"""The golden documents: each rendered to every kind of file, read back and held against hand-written gold."""

from __future__ import annotations

import functools
import json
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import pytest
from golden_score import core, differences, result_to_rows, score_result
from render import RENDERERS, read_sample, render

from pipeline.records import Result, Status
from pipeline.run import extract_file

HERE = Path(__file__).parent
SOURCES = {path.stem: path for path in sorted((HERE / "golden").glob("*.toml"))}
FLOORS = tomllib.loads((HERE / "floors.toml").read_text(encoding="utf-8"))["golden"]
DOORS = tuple(RENDERERS)
EVERY_FILE = [pytest.param(name, door, id=f"{name}-{door}") for name in SOURCES for door in DOORS]
OTHER_DOORS = [pytest.param(name, door, id=f"{name}-{door}") for name in SOURCES for door in DOORS if door != "docx"]


@functools.cache
def gold_of(name: str) -> dict[str, Any]:
    gold: dict[str, Any] = json.loads((HERE / "golden" / f"{name}.gold.json").read_text(encoding="utf-8"))
    return gold


@functools.cache
def extract(name: str, door: str) -> Result:
    """What the pipeline reads out of a golden document that came through one door."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.{door}"
        path.write_bytes(render(read_sample(SOURCES[name]), door))
        return extract_file(str(path))


def floor(part: str, name: str, door: str) -> float:
    """The floor of a part: the document's own at this door, else the door's, else the general one."""
    floors = FLOORS[part]
    return float(floors.get(f"{name}.{door}", floors.get(door, floors["all"])))


def told(misses: list[str]) -> str:
    return "\n".join(misses[:40])


@pytest.mark.parametrize(("name", "door"), EVERY_FILE)
def test_every_golden_document_is_read_whole(name: str, door: str) -> None:
    assert extract(name, door).report.status is Status.OK


@pytest.mark.parametrize(("name", "door"), EVERY_FILE)
def test_core_fields_agree_with_gold(name: str, door: str) -> None:
    tally = core(score_result(extract(name, door), gold_of(name)))
    assert tally.f1 >= floor("core", name, door), told(tally.misses)


@pytest.mark.parametrize("part", ["prose", "figures", "findings"])
@pytest.mark.parametrize(("name", "door"), EVERY_FILE)
def test_other_parts_agree_with_gold(name: str, door: str, part: str) -> None:
    tally = score_result(extract(name, door), gold_of(name))[part]
    assert tally.f1 >= floor(part, name, door), told(tally.misses)


@pytest.mark.parametrize(("name", "door"), OTHER_DOORS)
def test_every_door_leads_to_the_dataset_of_the_word_file(name: str, door: str) -> None:
    one, other = (result_to_rows(extract(name, d)) for d in ("docx", door))
    found = [d for part in ("report", "evaluations") for d in differences(one[part], other[part], f"/{part}")]
    assert len(found) <= floor("door_differences", name, door), told(found)
