"""A server that speaks S3 on this machine's loopback, for tests, and the environment that points there."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from batch.ray_cluster import HOST, WAIT_S, free_port

REGION = "us-east-1"


@contextmanager
def s3_server() -> Iterator[str]:
    """The server's URL; while it runs, the environment of this process and of those that it starts names it."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://{HOST}:{port}"
    names = {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "invented",
        "AWS_SECRET_ACCESS_KEY": "invented",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    try:
        _wait_until_listening(port)
        with mock.patch.dict(os.environ, names):
            yield url
    finally:
        server.kill()
        server.wait()


def _wait_until_listening(port: int) -> None:
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1):
            return
        time.sleep(0.1)
    raise TimeoutError("the S3 server does not answer")


def client() -> object:
    """Another maker's client, to look at what ours has done."""
    import boto3

    return boto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"], region_name=REGION)


def make_bucket(name: str, objects: Mapping[str, bytes] | None = None) -> None:
    """Nothing comes out; a new bucket holds these objects."""
    s3 = client()
    s3.create_bucket(Bucket=name)  # type: ignore[attr-defined]
    for key, content in (objects or {}).items():
        s3.put_object(Bucket=name, Key=key, Body=content)  # type: ignore[attr-defined]


def objects_in(bucket: str, prefix: str = "") -> dict[str, bytes]:
    """Key below the prefix → bytes of each object of a bucket."""
    s3 = client()
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)  # type: ignore[attr-defined]
    keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
    read = {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}  # type: ignore[attr-defined]
    return {key.removeprefix(prefix): content for key, content in sorted(read.items())}


def files_as_objects(folder: Path, prefix: str) -> dict[str, bytes]:
    """Key → bytes of the files of a folder, below the prefix."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {prefix + path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
