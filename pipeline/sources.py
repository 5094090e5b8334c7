"""Paths as the user gives them → the files to read: folders walked, patterns expanded, what is left out counted."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.dataset.schema import is_dataset_file
from pipeline.errors import InputError
from pipeline.settings import HIDDEN_PREFIXES, NOT_DOCUMENT_NAMES, NOT_DOCUMENT_SUFFIXES
from pipeline.storage import is_remote, list_objects, reason

WEB_ADDRESS = re.compile("https?://", re.I)


@dataclass(frozen=True, slots=True)
class FileList:
    """The files to read, sorted, each once; and those of the folders that are no documents."""

    files: tuple[str, ...]
    skipped: tuple[str, ...]


def find_files(paths: Iterable[str], *, output: Path | str | None = None) -> FileList:
    """The files that `paths` (files, folders, glob patterns) stand for, without a dataset that lies in `output`.

    Addresses in an object store (`s3://…`) stand for one object, or for all below them. Patterns are expanded here too:
    a shell that does not do it, or a quoted pattern, must work alike. A path that does not exist stays in the list
    beside others, so that its row says so, and so do a web address and a link that leads nowhere; links to folders are
    left out. InputError where nothing is left to read.
    """
    kept: dict[Path, str] = {}
    missing: dict[Path, str] = {}
    skipped: set[str] = set()
    given = list(paths)
    web = [text for text in given if WEB_ADDRESS.match(text)]
    objects = [_find_objects(text, output) for text in given if is_remote(text)]
    output = None if output is None or is_remote(str(output)) else Path(output)
    for path in (match for text in given if not is_remote(text) and text not in web for match in _expand(text)):
        for file, named in _walk(path):
            if not file.exists():
                if named or is_document_name(file.name):
                    missing.setdefault(file, str(file))
                continue
            resolved = file.resolve()
            if not named and output is not None and is_dataset_file(resolved, output.resolve()):
                continue
            if named or (file.is_file() and is_document_name(file.name)):
                kept.setdefault(resolved, str(file))
            elif not file.name.startswith(HIDDEN_PREFIXES):
                skipped.add(str(file))
    remote = {address for listed in objects for address in listed.files}
    skipped.update(address for listed in objects for address in listed.skipped)
    if not kept and not remote and web:
        raise InputError(f"{web[0]} 是网址，不是文件：请先把网页或附件下载到本地再读取")
    if not kept and not remote and missing:
        raise InputError(f"找不到 {'、'.join(missing.values())}：请检查路径是否写对")
    if not kept and not remote:
        advice = "请给出 PDF、Word、Excel、网页或文本文件，或装有它们的文件夹"
        raise InputError(f"没有可读的文件：{'、'.join(given)}。{advice}")
    return FileList(tuple(sorted({*kept.values(), *missing.values(), *web, *remote})), tuple(sorted(skipped)))


def _find_objects(address: str, output: Path | str | None) -> FileList:
    """The objects that an address stands for, by the rules for folders. InputError where the store gives none."""
    try:
        found = sorted(list_objects(address))
    except OSError as error:
        raise InputError(f"读不了 {address}：{reason(error)}") from error
    if found == [address]:
        return FileList((address,), ())
    ours = Path(str(output).rstrip("/")) if output is not None and is_remote(str(output)) else None
    names = {one: one.removeprefix(address.rstrip("/")).strip("/").split("/") for one in found}
    visible = [one for one in found if not any(part.startswith(HIDDEN_PREFIXES) for part in names[one])]
    visible = [one for one in visible if ours is None or not is_dataset_file(Path(one), ours)]
    files = tuple(one for one in visible if is_document_name(names[one][-1]))
    return FileList(files, tuple(one for one in visible if one not in set(files)))


def is_document_name(name: str) -> bool:
    """Whether a file found in a folder may be a document: not hidden, no lock file, no program's own file."""
    lower = name.lower()
    if lower.startswith(HIDDEN_PREFIXES) or lower in NOT_DOCUMENT_NAMES:
        return False
    return Path(lower).suffix not in NOT_DOCUMENT_SUFFIXES


def _expand(text: str) -> list[Path]:
    """The paths that one argument stands for; an existing path is taken literally, even with `[` in its name."""
    path = Path(text).expanduser()
    if path.exists():
        return [path]
    matches = sorted(glob.glob(str(path), recursive=True)) if glob.has_magic(text) else []  # noqa: PTH207 (a Path cannot take an absolute pattern)
    return [Path(match) for match in matches] or [path]


def _walk(path: Path) -> Iterator[tuple[Path, bool]]:
    """Each file under `path`, and whether the user named it; hidden and linked folders are not entered.

    A linked folder stands for itself, and so does a link that leads nowhere: neither must be lost without a word.
    """
    if not path.is_dir():
        yield path, True
        return
    try:
        children = sorted(path.iterdir())
    except PermissionError:  # the folder stands for itself: opening it says why
        yield path, True
        return
    for child in children:
        if child.is_symlink():
            yield child, False
        elif child.is_dir():
            if not child.name.startswith(HIDDEN_PREFIXES):
                yield from _walk(child)
        elif child.is_file():
            yield child, False
