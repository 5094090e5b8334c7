"""Golden documents rendered to every kind of file that the pipeline reads."""

from __future__ import annotations

from collections.abc import Callable

from render.dump import render_text
from render.pdf import render_pdf
from render.sample import Sample, read_sample
from render.sheet import render_xlsx
from render.web import render_html
from render.word import render_docx

RENDERERS: dict[str, Callable[[Sample], bytes]] = {
    "docx": render_docx,
    "html": render_html,
    "xlsx": render_xlsx,
    "pdf": render_pdf,
    "txt": render_text,
}

__all__ = ["RENDERERS", "Sample", "read_sample", "render"]


def render(sample: Sample, door: str) -> bytes:
    """The document as a file of the kind `docx`, `html`, `xlsx`, `pdf` or `txt`."""
    return RENDERERS[door](sample)
