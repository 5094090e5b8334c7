"""Every golden document as a text dump in every style that is met in the wild, held against its gold."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path

import pytest
from golden_score import core, score_result
from render import read_sample
from render.dump import STYLES, render_text
from render.sample import Grid
from test_golden import FLOORS, SOURCES, gold_of, told

from pipeline.run import extract_file

DUMPS = [
    pytest.param(name, style, id=f"{name}-{style}")
    for name, path in SOURCES.items()
    for style in STYLES
    if (sample := read_sample(path)).text_style != style and any(isinstance(block, Grid) for block in sample.blocks)
]


@pytest.mark.parametrize(("name", "style"), DUMPS)
def test_core_fields_of_a_dump_agree_with_gold(name: str, style: str) -> None:
    sample = dataclasses.replace(read_sample(SOURCES[name]), text_style=style)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.txt"
        path.write_bytes(render_text(sample))
        tally = core(score_result(extract_file(str(path)), gold_of(name)))
    floors = FLOORS["dumps"]
    assert tally.f1 >= float(floors.get(f"{name}.{style}", floors["all"])), told(tally.misses)
