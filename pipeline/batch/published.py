"""A dataset folder published in an object store: changed files put, old ones removed, `datapackage.json` last.

A store knows no rename of many objects at once. So the data package is emptied first and put when all else is in place:
beside an empty `datapackage.json` stands a dataset that is just being published, or whose publishing was broken off.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pipeline.dataset.schema import PACKAGE_NAME, is_dataset_file
from pipeline.errors import OutputError
from pipeline.storage import copy_object, delete_object, list_objects, put_object, reason

PUBLISHED_NAME = "published.json"  # in the state folder: what was put, by name, with size and time of the file
N_UPLOADS = 8  # at the same time: a store answers slowly, but many at once

Stamps = dict[str, list[int]]


def work_folder(address: str, chosen: Path | None) -> Path:
    """Where on this machine the dataset of an address is made and its journal kept, from one run to the next."""
    if chosen is not None:
        return chosen
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "jixiao" / "out" / hashlib.sha256(address.rstrip("/").encode()).hexdigest()[:16]


def check_store(address: str) -> None:
    """Nothing comes out where objects can be written below an address; tried before any work is done.

    The data package that stands there is put once more as it is; an empty one where there is none. Raises OutputError.
    """
    package = f"{address.rstrip('/')}/{PACKAGE_NAME}"
    with tempfile.NamedTemporaryFile() as copy:
        try:
            with contextlib.suppress(FileNotFoundError):
                copy_object(package, Path(copy.name))
            put_object(Path(copy.name), package)
        except OSError as error:
            raise OutputError(f"输出位置 {address} 不能用：{reason(error)}") from error


def publish(folder: Path, address: str, state: Path) -> int:
    """How many objects were put, so that the dataset in `folder` stands at `address`, and nothing older beside it.

    What already stands there as it was put is left alone; objects that are no part of a dataset are never touched.
    Raises OutputError; the next run then goes on.
    """
    root = address.rstrip("/")
    try:
        there = _published(root)
        names = _dataset_names(folder)
        put = _read_stamps(state / PUBLISHED_NAME)
        due = [name for name, stamp in names.items() if put.get(name) != stamp or there.get(name) != stamp[0]]
        old = [name for name in there if name not in names]
        if not due and not old:
            return 0
        _put_empty(f"{root}/{PACKAGE_NAME}")
        first = [name for name in due if name != PACKAGE_NAME]
        with ThreadPoolExecutor(N_UPLOADS) as uploads:
            list(uploads.map(lambda name: put_object(folder / name, f"{root}/{name}"), first))
            list(uploads.map(lambda name: delete_object(f"{root}/{name}"), old))
        put_object(folder / PACKAGE_NAME, f"{root}/{PACKAGE_NAME}")
        (state / PUBLISHED_NAME).write_text(json.dumps(names), encoding="utf-8")
    except OSError as error:
        advice = f"数据集已在本机 {folder}，再运行同一命令即接着上传"
        raise OutputError(f"写不进 {address}：{reason(error)}（{advice}）") from error
    return len(first) + 1


def _put_empty(address: str) -> None:
    with tempfile.NamedTemporaryFile() as empty:
        put_object(Path(empty.name), address)


def _published(root: str) -> dict[str, int]:
    """Name → bytes of each file of a dataset that stands at an address."""
    try:
        found = list_objects(root + "/")
    except FileNotFoundError:
        return {}
    names = {address.removeprefix(root + "/"): size for address, size in found.items()}
    return {name: size for name, size in names.items() if is_dataset_file(Path(root) / name, Path(root))}


def _dataset_names(folder: Path) -> Stamps:
    """Name → size and time of each file of the dataset in a folder, sorted."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and is_dataset_file(path, folder)]
    return {path.relative_to(folder).as_posix(): [path.stat().st_size, path.stat().st_mtime_ns] for path in files}


def _read_stamps(path: Path) -> Stamps:
    try:
        stamps = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) else {}
