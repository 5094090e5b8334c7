"""`jixiao inspect` and `jixiao models`."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from ocr.drawn import form_page
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.ocr.cache import CACHE_VARIABLE
from pipeline.settings import ENGINE_VARIABLE, NO_CACHE_VARIABLE, THREADS_VARIABLE, ocr_settings, threads_per_worker


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setenv(ENGINE_VARIABLE, "")
    monkeypatch.setenv(NO_CACHE_VARIABLE, "")


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "form.png"
    cv2.imwrite(str(path), form_page())
    return path


def inspect(*arguments: object) -> tuple[int, str]:
    outcome = CliRunner().invoke(app, ["inspect", *map(str, arguments)])
    return outcome.exit_code, outcome.output


def test_rulings_and_words_are_drawn_on_the_page(scan: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.png"
    assert inspect(scan, "--out", out) == (0, "")
    drawn = cv2.imread(str(out))
    assert drawn.shape[:2] == pytest.approx(form_page().shape[:2], abs=3)
    coloured = np.ptp(drawn.astype(int), axis=2) > 60
    assert coloured[410:970, 195:1460].mean() > 0.02
    assert not coloured[1900:].any()


def test_one_step_alone_is_drawn(scan: Path, tmp_path: Path) -> None:
    out = tmp_path / "ink.png"
    assert inspect(scan, "--out", out, "--step", "ink") == (0, "")
    assert set(np.unique(cv2.imread(str(out)))) == {0, 255}


def test_a_page_that_is_not_there_is_refused(scan: Path, tmp_path: Path) -> None:
    code, output = inspect(scan, "--page", 4, "--out", tmp_path / "page.png")
    assert code == 3 and "第 4 页" in output


def test_a_file_without_pages_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "report.txt"
    text.write_text("绩效自评", encoding="utf-8")
    code, output = inspect(text, "--out", tmp_path / "page.png")
    assert code == 3 and "不是分页文件" in output


def test_a_place_that_cannot_be_written_to_is_named(scan: Path, tmp_path: Path) -> None:
    code, output = inspect(scan, "--step", "picture", "--out", tmp_path / "none" / "page.png")
    assert code == 2 and "无法写入" in output


def test_models_are_listed_with_version_and_licence() -> None:
    outcome = CliRunner().invoke(app, ["models"])
    assert outcome.exit_code == 0
    assert [line.split()[0] for line in outcome.stdout.splitlines()] == ["PP-OCRv6_small_det", "PP-OCRv6_small_rec"]
    assert all(line.endswith("ok") and "Apache-2.0" in line for line in outcome.stdout.splitlines())


@pytest.mark.parametrize(
    ("engine", "no_cache", "expected"),
    [("", "", ("rapid", True)), ("paddle", "1", ("paddle", False)), ("none", "", (None, True))],
)
def test_the_environment_says_how_to_read(
    monkeypatch: pytest.MonkeyPatch, engine: str, no_cache: str, expected: tuple[str | None, bool]
) -> None:
    monkeypatch.setenv(ENGINE_VARIABLE, engine)
    monkeypatch.setenv(NO_CACHE_VARIABLE, no_cache)
    assert (ocr_settings().engine, ocr_settings().use_cache) == expected


@pytest.mark.parametrize(("stated", "expected"), [("3", 3), ("", 4), ("0", 4), ("-2", 4), ("many", 4)])
def test_the_environment_says_how_many_threads_recognise(
    monkeypatch: pytest.MonkeyPatch, stated: str, expected: int
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 16)
    monkeypatch.setenv(THREADS_VARIABLE, stated)
    assert ocr_settings().threads == expected


@pytest.mark.parametrize(("cores", "workers", "expected"), [(2, 1, 2), (2, 2, 1), (2, 8, 1), (16, 1, 4), (16, 8, 2)])
def test_workers_share_the_cores(monkeypatch: pytest.MonkeyPatch, cores: int, workers: int, expected: int) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    assert threads_per_worker(workers) == expected
