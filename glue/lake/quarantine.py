"""Quarantine: files that can't be read: the file itself as it came, and a line about it among the rejected.

    <raw>/quarantine/<channel>/<digest>/<name>                      the file, byte for byte
    <raw>/rejected/<channel>/source=<door>/day=…/file-<digest>.json its reason, URI, ETag, size, and where it is kept

Names follow from URI and ETag: doing it again overwrites.
"""
from __future__ import annotations

import hashlib

from pyspark.sql import SparkSession

from lake.channel import Channel
from lake.exports import Export, Gone, Overwritten, opened, stored
from lake.raw import Landing
from lake.store import at, write_json


def keep(spark: SparkSession, channel: Channel, landing: Landing, export: Export, reason: str) -> bool:
    """False when the file was deleted or overwritten before it could be kept: then there is nothing to set aside."""
    digest = hashlib.sha256(f"{export.uri} {export.etag}".encode()).hexdigest()[:32]
    kept = at(landing.bucket, "quarantine", channel.name, digest, export.name)
    try:
        with opened(export) as stream:
            stored(stream, kept)
    except (Gone, Overwritten):
        return False
    line = {
        "reason": reason, "payload": "", "thing": None, "received_at": f"{landing.received_at.replace(' ', 'T')}.000Z", "channel": channel.name,
        "source": landing.source, "file": {"uri": export.uri, "etag": export.etag, "bytes": export.size, "kept": kept}}
    write_json(spark, at(landing.bucket, "rejected", channel.name, f"source={landing.source}", f"day={landing.day}", f"file-{digest}.json"), line)
    return True
