"""A text dump's lines → paragraphs and tables: flattened forms get their grid back from heads and kinds of values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from pipeline.document import Block, Paragraph
from pipeline.labels import head_field
from pipeline.normalize.text import fold, join_lines
from pipeline.tables.flat_cells import Dump, region_to_dump
from pipeline.tables.flat_divided import join_divided_heads, order_divided_heads
from pipeline.tables.flat_grid import strips_to_table
from pipeline.tables.flat_halves import split_side_by_side
from pipeline.tables.flat_lines import Region, split_regions
from pipeline.tables.flat_prose import lines_to_paragraphs
from pipeline.tables.flat_sections import Strip, rows_to_strips
from pipeline.tables.flat_stream import cut_stream
from pipeline.tables.flat_tokens import is_title, is_unit_line
from pipeline.tables.flat_unfold import unfold_lines


def rebuild_tables(blocks: Sequence[Block]) -> list[Block]:
    """The blocks of a text dump (one Paragraph per physical line) with its paragraphs joined and its tables rebuilt.

    Each form gives one Table of origin `flat`. Blocks that are tables already stay as they are.
    """
    rebuilt: list[Block] = []
    for is_line, run in groupby(blocks, key=lambda block: isinstance(block, Paragraph)):
        if not is_line:
            rebuilt.extend(run)
            continue
        lines = [block.text for block in run if isinstance(block, Paragraph)]
        for region in split_regions(unfold_lines(lines)):
            rebuilt.extend(_region_to_blocks(region))
    return rebuilt


def _region_to_blocks(region: Region) -> list[Block]:
    if region.style == "prose":
        return list(lines_to_paragraphs(region.lines))
    return [block for dump in split_side_by_side(region_to_dump(region)) for block in _dump_to_blocks(dump)]


def _dump_to_blocks(dump: Dump) -> list[Block]:
    dump = join_divided_heads(dump)
    if dump.style in ("pipe_cells", "cell_lines"):
        dump = Dump(tuple(cut_stream(order_divided_heads(dump.rows[0].cells))), dump.style, dump.layout)
    blocks: list[Block] = []
    for form in split_forms(rows_to_strips(dump)):
        if any(len(row) > 1 for strip in form for row in strip.rows) or any(strip.head for strip in form):
            blocks.append(strips_to_table(form, positional=dump.positional))
        else:
            blocks.extend(
                lines_to_paragraphs([join_lines(t) for strip in form for row in strip.rows for _, _, t in row])
            )
    return blocks


def split_forms(strips: Sequence[Strip]) -> Iterator[list[Strip]]:
    """The strips of each form: a new one begins at a title, and where a form's object is named a second time."""
    form: list[Strip] = []
    seen: set[str] = set()
    for strip in strips:
        named = _named_objects(strip)
        if form and ((_is_title_strip(strip) and not _is_title_strip(form[-1])) or named & seen):
            heading = form[-1:] if len(form) > 1 and _names_unit(form[-1]) else []
            yield form[: len(form) - len(heading)]
            form, seen = heading, set()
        form.append(strip)
        seen |= named
    if form:
        yield form


def _is_title_strip(strip: Strip) -> bool:
    return strip.head is None and any(len(row) == 1 and is_title(row[0][2]) for row in strip.rows)


def _names_unit(strip: Strip) -> bool:
    """Whether a strip is the line above a form that names its unit (某局 | 单位：万元)."""
    return strip.head is None and any(is_unit_line(text) for row in strip.rows for _, _, text in row)


def _named_objects(strip: Strip) -> set[str]:
    """The labels of a free row that name what the form is about."""
    if strip.head is not None:
        return set()
    fields = (head_field("labels", text) for row in strip.rows for _, _, text in row if len(fold(text)) <= 20)
    return {field for field in fields if field in ("subject", "department")}
