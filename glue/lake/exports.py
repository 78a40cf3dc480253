"""Exports: the files at a location, each as one version of it, and which versions were taken already.

Glue's own bookmarks count what its reader has read, and its reader fails a whole run at one file that is broken. So this door
keeps a ledger of its own beside its state: URI → ETag, written after the data (docs/decisions/016).
"""
from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlparse

import boto3
from botocore.exceptions import ClientError


@dataclass(frozen=True)
class Export:
    """One version of one file."""

    uri: str
    #: Bytes, as stored.
    size: int
    etag: str

    @property
    def name(self) -> str:
        return self.uri.rsplit("/", 1)[-1]


class Gone(Exception):
    """The file is not there any more."""


class Overwritten(Exception):
    """Another version lies there now."""


def listed(location: str) -> list[Export]:
    """Files with data in them below a location, by URI; as for crawlers, what begins with _ or . is none."""
    where = urlparse(location)
    root = location.rstrip("/") + "/"
    found = _in_folder(Path(where.path)) if where.scheme == "file" else _in_bucket(where.netloc, f"{where.path.strip('/')}/".lstrip("/"))
    return sorted((each for each in found if each.size and not _hidden(each.uri[len(root):])), key=lambda each: each.uri)


def fresh(exports: list[Export], taken: dict[str, str]) -> tuple[list[Export], dict[str, int]]:
    """What was not taken in this version, and how many files are new, changed since they were taken, and as they were."""
    new = [each for each in exports if each.uri not in taken]
    changed = [each for each in exports if taken.get(each.uri, each.etag) != each.etag]
    return sorted([*new, *changed], key=lambda each: each.uri), {
        "new": len(new), "changed": len(changed), "unchanged": len(exports) - len(new) - len(changed)}


def opened(export: Export) -> BinaryIO:
    """The bytes of exactly this version; raises Gone or Overwritten when it can't be had."""
    where = urlparse(export.uri)
    if where.scheme == "file":
        return _opened_file(export, Path(where.path))
    try:
        return _s3().get_object(Bucket=where.netloc, Key=where.path.lstrip("/"), IfMatch=f'"{export.etag}"')["Body"]
    except ClientError as fault:
        if fault.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            raise Gone(export.uri) from None
        if fault.response["ResponseMetadata"]["HTTPStatusCode"] == 412:
            raise Overwritten(export.uri) from None
        raise


def stored(stream: BinaryIO, uri: str) -> None:
    """Put what a stream holds at a URI, piece by piece."""
    where = urlparse(uri)
    if where.scheme != "file":
        return _s3().upload_fileobj(stream, where.netloc, where.path.lstrip("/"))
    path = Path(where.path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        while piece := stream.read(1 << 20):
            target.write(piece)


@functools.cache
def _s3():
    return boto3.client("s3")


def _hidden(path: str) -> bool:
    return any(part[:1] in ("_", ".") for part in path.split("/"))


def _in_bucket(bucket: str, prefix: str) -> list[Export]:
    pages = _s3().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [Export(f"s3://{bucket}/{each['Key']}", each["Size"], each["ETag"].strip('"')) for page in pages for each in page.get("Contents", [])]


def _in_folder(root: Path) -> list[Export]:
    return [_file(Path(folder) / name) for folder, _, names in os.walk(root) for name in names]


def _file(path: Path) -> Export:
    stat = path.stat()
    return Export(f"file://{path}", stat.st_size, f"{stat.st_size}-{stat.st_mtime_ns}")


def _opened_file(export: Export, path: Path) -> BinaryIO:
    if not path.exists():
        raise Gone(export.uri)
    if _file(path).etag != export.etag:
        raise Overwritten(export.uri)
    return path.open("rb")
