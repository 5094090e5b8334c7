"""Memory between pages: what a page took is given back before the next."""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import Any


def give_back_memory() -> None:
    """Freed memory handed back to the system, where the C library can be asked to (glibc); else nothing happens.

    Pages are arrays of many megabytes. glibc takes such arrays from its heap once some were freed, where small things
    that stay pin the holes that they leave: the process grows with the pages though nothing is kept.
    """
    trim = _trimmer()
    if trim is not None:
        trim(0)


@cache
def _trimmer() -> Any:
    return getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform.startswith("linux") else None
