"""Golden documents as scans: printed, degraded by our own renderer, recognised and held against the same gold.

One style for each document; `docs/measured.md` has the figures of all styles.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from golden_score import core, score_result
from render import read_sample, render
from render.scan import OTHER_STYLES, STYLES, has_chinese_font, pdf_to_sheets, render_scan

from pipeline.ocr.cache import CACHE_VARIABLE
from pipeline.read.pdf import read_pages
from pipeline.read.source import content_to_source
from pipeline.records import Status
from pipeline.run import extract_file

HERE = Path(__file__).parent
FLOORS = tomllib.loads((HERE / "floors.toml").read_text(encoding="utf-8"))["scans"]
SEED = 1
CHOSEN = (
    ("01_road_form", "turned"),
    ("02_training_report", "mixed"),
    ("03_forest_two_forms", "fax"),
    ("07_civil_scoring", "bleed"),
    ("12_school_form_prompts", "jpeg"),
    ("13_library_in_yuan", "seal"),
    ("35_policy_form", "dpi100"),
    ("49_plain_other_wording", "jpeg"),
)
CHOSEN_OTHER = (
    ("22_units_in_a_column", "grey150"),
    ("22_units_in_a_column", "ticks"),
    ("35_policy_form", "streaks"),
    ("46_blanks_and_total_on_top", "app"),
    ("49_plain_other_wording", "phone"),
)


@pytest.fixture(scope="module")
def printed() -> dict[str, bytes]:
    """The chosen documents as PDF with text."""
    return {name: render(read_sample(HERE / "golden" / f"{name}.toml"), "pdf") for name, _ in (*CHOSEN, *CHOSEN_OTHER)}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))


def n_words(pdf: bytes) -> list[int]:
    """Number of words of each page's text layer."""
    return [len(page.words) for page in read_pages(content_to_source(pdf, "scan.pdf"))]


@pytest.mark.parametrize(("name", "style"), (*CHOSEN, *CHOSEN_OTHER), ids=lambda value: value)
def test_the_scan_of_a_golden_document_gives_its_core_fields(
    name: str, style: str, printed: dict[str, bytes], tmp_path: Path
) -> None:
    if not has_chinese_font(printed[name]):
        pytest.skip("no Chinese font on this machine: the page cannot be drawn")
    path = tmp_path / f"{name}.pdf"
    path.write_bytes(render_scan(printed[name], style, SEED))
    gold: dict[str, Any] = json.loads((HERE / "golden" / f"{name}.gold.json").read_text(encoding="utf-8"))
    result = extract_file(str(path))
    tally = core(score_result(result, gold))
    assert result.report.status is Status.OK
    assert result.report.ocr_pages >= 1
    assert tally.f1 >= float(FLOORS.get(f"{name}.{style}", FLOORS["all"])), "\n".join(tally.misses[:40])


def test_every_style_is_read_in_some_document() -> None:
    assert {style for _, style in CHOSEN} == set(STYLES)
    assert {style for _, style in CHOSEN_OTHER} == set(OTHER_STYLES)


@pytest.mark.parametrize("style", sorted({*STYLES, *OTHER_STYLES} - {"mixed"}))
def test_a_scan_has_as_many_pages_as_its_print_and_no_text(style: str, printed: dict[str, bytes]) -> None:
    pdf = printed["03_forest_two_forms"]
    assert n_words(render_scan(pdf, style, SEED)) == [0] * len(n_words(pdf))


def test_every_second_page_of_a_mixed_scan_keeps_its_text(printed: dict[str, bytes]) -> None:
    pdf = printed["03_forest_two_forms"]
    assert n_words(render_scan(pdf, "mixed", SEED)) == [0, *n_words(pdf)[1:2]]


def test_the_seal_lies_on_figures(printed: dict[str, bytes]) -> None:
    pdf = printed["03_forest_two_forms"]
    print_side, stamped = (pdf_to_sheets(p, 100.0)[0] for p in (pdf, render_scan(pdf, "seal", SEED)))
    red = stamped.pixels[:, :, 0].astype(np.int16) - stamped.pixels[:, :, 2] > 60
    rows, columns = np.nonzero(red)
    inside = [
        (x, y) for x, y in print_side.figures if columns.min() < x < columns.max() and rows.min() < y < rows.max()
    ]
    assert inside


def test_the_same_seed_gives_the_same_pictures(printed: dict[str, bytes]) -> None:
    pdf = printed["03_forest_two_forms"]
    once, again, other = (pdf_to_sheets(render_scan(pdf, "fax", seed), 100.0)[0].pixels for seed in (1, 1, 2))
    assert np.array_equal(once, again)
    assert not np.array_equal(once, other)
