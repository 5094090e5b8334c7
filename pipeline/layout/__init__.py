"""Words → lines → reading order → headings, paragraphs; furniture (page numbers, running heads) dropped."""

from pipeline.layout.blocks import page_to_blocks
from pipeline.layout.furniture import drop_furniture
from pipeline.layout.paragraphs import join_paragraphs

__all__ = ["drop_furniture", "join_paragraphs", "page_to_blocks"]
