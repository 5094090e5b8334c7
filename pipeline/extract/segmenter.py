"""Chinese text → words: jieba with the fiscal lexicon, loaded once for all that read words."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import DependencyError
from pipeline.lexicon import model_path

if TYPE_CHECKING:
    import jieba


@dataclass(frozen=True, slots=True)
class Segmenter:
    """jieba's tokenizer with models/fiscal_terms.txt, and the part of speech of each word of its dictionaries."""

    tokenizer: jieba.Tokenizer
    tags: dict[str, str]

    def cut(self, text: str, cut_all: bool = False) -> Iterable[str]:
        """The words of `text`; unknown ones fall into characters, because a guessed word differs from run to run.

        Takes `cut_all` as jieba's own function does, so that spaCy can cut with it.
        """
        words: Iterable[str] = self.tokenizer.cut(text, cut_all=cut_all, HMM=False)
        return words


@cache
def load_segmenter() -> Segmenter:
    """The one segmenter of a process: jieba's default tokenizer, because spaCy's Chinese tokenizer loads that too."""
    try:
        import jieba
        import jieba.posseg
    except ImportError as error:
        raise DependencyError("reading Chinese words needs jieba: pip install jieba") from error
    jieba.setLogLevel(logging.CRITICAL)
    jieba.dt.tmp_dir = _cache_folder()
    jieba.dt.initialize()
    jieba.dt.load_userdict(str(model_path("fiscal_terms.txt")))
    tags = {**jieba.posseg.dt.word_tag_tab, **jieba.dt.user_word_tag_tab}
    return Segmenter(jieba.dt, tags)


def _cache_folder() -> str | None:
    """Where jieba keeps its compiled dictionary: the user's cache folder; None (jieba's own choice) without one."""
    try:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jixiao"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return None
    return str(folder)
