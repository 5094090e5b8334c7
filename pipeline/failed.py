"""The row of a file that could not be read."""

from __future__ import annotations

from hashlib import file_digest, sha256
from pathlib import Path

from pipeline import __version__
from pipeline.document import Source
from pipeline.records import Report, Result, Status
from pipeline.storage import open_binary


def failed(path: str, source: Source | None, reason: str) -> Result:
    """The row of a file that could not be read: its name, its hash where it has bytes, and one line that says why."""
    size, digest = (len(source.content), source.sha256) if source else hash_file(path)
    return Result(
        report=Report(
            doc_id=(digest or sha256(path.encode()).hexdigest())[:16],
            source=path,
            file_name=source.name if source else Path(path).name,
            media_type=source.media_type if source else None,
            bytes=size,
            sha256=digest,
            status=Status.FAILED,
            error=reason,
            pipeline_version=__version__,
        )
    )


def hash_file(path: str) -> tuple[int | None, str | None]:
    """Size and SHA-256 of a file that was refused, read in pieces; nothing where it cannot be read."""
    try:
        with open_binary(path) as file:
            digest = file_digest(file, "sha256").hexdigest()
            return file.tell(), digest
    except OSError:
        return None, None
