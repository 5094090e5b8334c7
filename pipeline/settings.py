"""What holds for a whole run: which files of a folder are read, where to write, how to exit."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

# A folder is read as a whole; only what is surely no document is left out (and counted), so that a report with an odd
# suffix (`.aspx`, `.jhtml`, none) is not lost. Files that are named on the command line are always read.
# fmt: off
NOT_DOCUMENT_SUFFIXES = frozenset(
    (
        ".json", ".jsonl", ".xml", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".log", ".lock", ".py", ".pyc",
        ".js", ".css", ".sh", ".bat", ".ps1", ".exe", ".dll", ".so", ".jar", ".lnk", ".url", ".db",
        ".sqlite", ".parquet", ".feather", ".pkl", ".npy", ".part", ".tmp", ".bak", ".crdownload", ".md5",
        ".sha256", ".sig", ".ico", ".svg", ".woff", ".woff2", ".ttf", ".mp3", ".mp4", ".avi", ".mov", ".wav",
        ".git",
    )
)
# fmt: on
NOT_DOCUMENT_NAMES = frozenset(("thumbs.db", "desktop.ini", "ehthumbs.db", "readme.md", "readme.txt", "readme"))
HIDDEN_PREFIXES = (".", "~$")  # dot files; the lock files that Office leaves beside an open document

DEFAULT_OUTPUT = "data/processed"
EXIT_DONE_WITH_FAILURES = 5
EXIT_INTERRUPTED = 130
EXIT_BROKEN_PIPE = 141


ENGINE_VARIABLE = "JIXIAO_ENGINE"
NO_CACHE_VARIABLE = "JIXIAO_NO_CACHE"
THREADS_VARIABLE = "JIXIAO_THREADS"
MAX_THREADS = 4  # of one recogniser: a form's lines are many small pieces of work, more threads wait for one another


def threads_per_worker(n_workers: int) -> int:
    """Threads of the recogniser of each of `n_workers` processes, so that all together they have a core each."""
    return max(1, min(MAX_THREADS, (os.cpu_count() or 1) // max(1, n_workers)))


@dataclass(frozen=True, slots=True)
class OcrSettings:
    """How pages without a text layer are read. `engine` None: they are not, and an issue says so."""

    engine: str | None = "rapid"
    use_cache: bool = True
    threads: int = field(default_factory=lambda: threads_per_worker(1))


def ocr_settings() -> OcrSettings:
    """The settings that the environment gives: one way for the command, worker processes and notebooks alike.

    `JIXIAO_ENGINE` names the engine (`none` for no OCR), `JIXIAO_NO_CACHE=1` reads every page anew, `JIXIAO_THREADS`
    is the number of threads of this process's recogniser: one per core, at most MAX_THREADS, where it is no number.
    """
    engine = os.environ.get(ENGINE_VARIABLE) or "rapid"
    stated = os.environ.get(THREADS_VARIABLE, "")
    threads = int(stated) if stated.isascii() and stated.isdigit() and int(stated) else threads_per_worker(1)
    return OcrSettings(None if engine == "none" else engine, not os.environ.get(NO_CACHE_VARIABLE), threads)
