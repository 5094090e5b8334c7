"""Rules are data; each carries examples that must match and rejects that must not."""

from __future__ import annotations

import pytest

from pipeline.labels import head_field, is_form_title, is_prompt, item_code, level1_code, level2_code
from pipeline.lexicon import load_toml

ITEMS = [(rule["code"], text) for rule in load_toml("items.toml")["item"] for text in rule["examples"]]
NOT_ITEMS = [(rule["code"], text) for rule in load_toml("items.toml")["item"] for text in rule["rejects"]]
LEVELS = [
    (level, rule["code"], text)
    for level in ("level1", "level2")
    for rule in load_toml("indicators.toml")[level]
    for text in rule["examples"]
]
NOT_LEVELS = [
    (level, rule["code"], text)
    for level in ("level1", "level2")
    for rule in load_toml("indicators.toml")[level]
    for text in rule["rejects"]
]
CODE = {"level1": level1_code, "level2": level2_code}


@pytest.mark.parametrize(("code", "text"), ITEMS)
def test_an_item_rule_gives_its_code_to_its_examples(code: str, text: str) -> None:
    assert item_code(text) == code


@pytest.mark.parametrize(("code", "text"), NOT_ITEMS)
def test_an_item_rule_refuses_its_rejects(code: str, text: str) -> None:
    assert item_code(text) != code


@pytest.mark.parametrize(("level", "code", "text"), LEVELS)
def test_a_level_rule_gives_its_code_to_its_examples(level: str, code: str, text: str) -> None:
    assert CODE[level](text) == code


@pytest.mark.parametrize(("level", "code", "text"), NOT_LEVELS)
def test_a_level_rule_refuses_its_rejects(level: str, code: str, text: str) -> None:
    assert CODE[level](text) != code


FORMS = load_toml("forms.toml")


@pytest.mark.parametrize("text", FORMS["title"]["examples"])
def test_a_form_title_is_told(text: str) -> None:
    assert is_form_title(text)


@pytest.mark.parametrize("text", FORMS["title"]["rejects"])
def test_what_only_speaks_of_a_form_is_no_title(text: str) -> None:
    assert not is_form_title(text)


@pytest.mark.parametrize("text", FORMS["prompt"]["examples"])
def test_a_prompt_of_the_template_is_told(text: str) -> None:
    assert is_prompt(text)


@pytest.mark.parametrize("text", FORMS["prompt"]["rejects"])
def test_what_somebody_filled_in_is_no_prompt(text: str) -> None:
    assert not is_prompt(text)


PATTERNS = [(r["section"], r["field"], text) for r in load_toml("heads.toml")["pattern"] for text in r["examples"]]
NOT_PATTERNS = [(r["section"], r["field"], text) for r in load_toml("heads.toml")["pattern"] for text in r["rejects"]]


@pytest.mark.parametrize(("section", "field", "text"), PATTERNS)
def test_a_head_pattern_gives_its_field_to_its_examples(section: str, field: str, text: str) -> None:
    assert head_field(section, text) == field


@pytest.mark.parametrize(("section", "field", "text"), NOT_PATTERNS)
def test_a_head_pattern_refuses_its_rejects(section: str, field: str, text: str) -> None:
    assert head_field(section, text) != field
