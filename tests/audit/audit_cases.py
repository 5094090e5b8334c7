"""Documents with planted contradictions, and documents that only look like it: one base text, few words exchanged."""

from __future__ import annotations

import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from render import Sample, render
from render.sample import Grid, Line, rows_to_grid

from pipeline.audit import find_findings
from pipeline.records import Finding
from pipeline.run import extract_file

GOLDEN = Path(__file__).parent / "golden"


@dataclass(frozen=True, slots=True)
class Case:
    """A document and the findings that it must give: checks of severity error, and of any severity."""

    name: str
    text: str
    expect: tuple[str, ...]
    unusual: tuple[str, ...]  # checks that may be warnings here
    refs: str | None


def read_cases(file: str) -> list[Case]:
    """The cases of a TOML file: each is a base text in which `replace` exchanges words that stand there once."""
    written = tomllib.loads((GOLDEN / file).read_text(encoding="utf-8"))
    cases = []
    for case in written["case"]:
        text = written["base"][case["base"]] if "base" in case else case["text"]
        for old, new in case.get("replace", ()):
            if text.count(old) != 1:
                raise ValueError(f"{file}, {case['name']}: “{old}” stands {text.count(old)} times")
            text = text.replace(old, new)
        expect, unusual = tuple(case.get("expect", ())), tuple(case.get("unusual", ()))
        cases.append(Case(case["name"], text, expect, unusual, case.get("refs")))
    return cases


def text_to_sample(name: str, text: str) -> Sample:
    """A document written in lines: `# ` to `### ` headings, `| a | b |` rows (`<` and `^` merge), else paragraphs."""
    blocks: list[Line | Grid] = []
    rows: list[list[str]] = []
    for line in [*text.strip().split("\n"), ""]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip().strip("|").split("|")])
            continue
        if rows:
            blocks.append(rows_to_grid(rows, [10] * len(rows[0])))
            rows = []
        if line.startswith("#"):
            level = len(line) - len(line.lstrip("#"))
            blocks.append(Line(line.lstrip("# "), level, "center" if level == 1 else "left"))
        elif line.strip():
            blocks.append(Line(line.strip()))
    return Sample(name, tuple(blocks), "tabs")


def findings_of(case: Case) -> tuple[Finding, ...]:
    """What the audit says about the case's document, read from a web page."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document.html"
        path.write_bytes(render(text_to_sample("document", case.text), "html"))
        return find_findings(extract_file(str(path)))
