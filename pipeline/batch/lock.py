"""One run at a time per output folder."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import OutputError
from pipeline.storage import disk_reason


@contextmanager
def locked(folder: Path, path: Path) -> Iterator[None]:
    """The output folder is ours while this holds. OutputError where another run has it.

    The lock is the system's, on an open file: it ends with the process that holds it, however that ends, so there is
    no stale lock to clear away.
    """
    import fcntl

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise OutputError(f"输出文件夹 {folder} 不可写：{disk_reason(error)}。请用 --out 指定另一个文件夹") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip()
            who = f"（进程 {holder}）" if holder else ""
            reason = f"另一个 jixiao 正在写 {folder}{who}：请等它结束，或用 --out 指定另一个文件夹"
            raise OutputError(reason) from error
        with contextlib.suppress(OSError):  # the number is a courtesy; a full disk must not stop the run here
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
        yield
