"""Store: small texts in a bucket, through Spark's own file system so that a job needs no other client.

A bucket is a name, or the URI of a folder where there are no buckets.
"""
from __future__ import annotations

import json

from pyspark.sql import SparkSession


def at(bucket: str, *parts: str) -> str:
    """The address of something in a bucket."""
    root = bucket.rstrip("/") if "://" in bucket else f"s3://{bucket}"
    return "/".join([root, *parts])


def read_json(spark: SparkSession, uri: str) -> dict | None:
    """The document at `uri`; None when there is none."""
    files, path = _opened(spark, uri)
    if not files.exists(path):
        return None
    stream = files.open(path)
    try:
        return json.loads(bytes(spark._jvm.org.apache.commons.io.IOUtils.toByteArray(stream)).decode("utf-8"))
    finally:
        stream.close()


def write_json(spark: SparkSession, uri: str, document: dict) -> None:
    """Put a document at `uri`, whole or not at all (an object appears when its upload ends)."""
    files, path = _opened(spark, uri)
    stream = files.create(path, True)
    stream.write(bytearray(json.dumps(document, sort_keys=True, ensure_ascii=False).encode("utf-8")))
    stream.close()


def files_in(spark: SparkSession, folder: str) -> list[str]:
    """The files right below a folder, in the order of their names, with data in them; none when there is no such folder."""
    files, path = _opened(spark, folder)
    if not files.exists(path):
        return []
    found = (each for each in files.listStatus(path) if each.isFile() and each.getLen())
    return sorted(name for name in (each.getPath().toString() for each in found) if not name.rsplit("/", 1)[1].startswith(("_", ".")))


def move(spark: SparkSession, source: str, target: str) -> None:
    """Give a file another name; raises OSError when the store does not."""
    files, path = _opened(spark, source)
    target_path = spark._jvm.org.apache.hadoop.fs.Path(target)
    files.mkdirs(target_path.getParent())
    if not files.rename(path, target_path):
        raise OSError(f"{source} could not be moved to {target}")


def remove(spark: SparkSession, uri: str) -> None:
    """Remove a file, or a folder with all that is in it; nothing when it is not there."""
    files, path = _opened(spark, uri)
    files.delete(path, True)


def _opened(spark: SparkSession, uri: str):
    path = spark._jvm.org.apache.hadoop.fs.Path(uri)
    return path.getFileSystem(spark._jsc.hadoopConfiguration()), path
