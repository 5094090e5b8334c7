"""The manifest of the models against what is installed."""

from __future__ import annotations

from dataclasses import replace
from importlib import metadata

import pytest

from pipeline.errors import DependencyError
from pipeline.ocr import models
from pipeline.ocr.engine import ENGINES, make_engine
from pipeline.ocr.models import find_model, list_models, model_path, verify_model

TASKS = ["det", "rec"]


@pytest.mark.parametrize("task", TASKS)
def test_the_installed_model_is_the_one_that_was_tested(task: str) -> None:
    state = verify_model(find_model(task))
    assert (state.state, state.package_version) == ("ok", metadata.version("rapidocr"))
    assert state.path == model_path(task)


def test_every_model_names_its_licence_and_its_source() -> None:
    assert [model.task for model in list_models()] == TASKS
    assert all(model.licence == "Apache-2.0" and model.source and len(model.sha256) == 64 for model in list_models())


def test_another_file_in_its_place_is_noticed() -> None:
    assert verify_model(replace(find_model("det"), sha256="0" * 64)).state == "changed"


def test_a_model_that_is_not_there_is_missing() -> None:
    assert verify_model(replace(find_model("det"), path="models/none.onnx")).state == "missing"
    assert verify_model(replace(find_model("det"), package="no_such_package")).state == "missing"


def test_a_missing_model_names_the_command_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = replace(find_model("det"), package="no_such_package")
    monkeypatch.setattr(models, "list_models", lambda: (gone,))
    with pytest.raises(DependencyError, match="pip install no_such_package"):
        model_path("det")


def test_an_unknown_engine_is_refused_with_the_names_of_the_known_ones() -> None:
    with pytest.raises(DependencyError, match="、".join(ENGINES)):
        make_engine("crystal-ball")
