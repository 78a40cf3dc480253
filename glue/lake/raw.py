"""Raw zone: where rows of an import land, and where those that are no readings are kept.

    <raw>/<table>/source=<door>/day=YYYY-MM-DD/*.parquet        day of arrival, UTC
    <raw>/rejected/<channel>/source=<door>/day=YYYY-MM-DD/*     one line of JSON a row

Each door writes below its own prefix: Spark keeps what is not committed in `_temporary` there, and removes all of it at the end.
"""
from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from pyspark import StorageLevel
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lake import readings
from lake.channel import Channel
from lake.store import at

#: A crawler would take Spark's `_SUCCESS` for data.
NO_MARKERS = {"mapreduce.fileoutputcommitter.marksuccessfuljobs": "false"}


@dataclass(frozen=True)
class Landing:
    """Where and when the rows of one run land."""

    bucket: str
    #: history or external
    source: str
    #: `YYYY-MM-DD HH:MM:SS`, UTC
    received_at: str

    @staticmethod
    def now(bucket: str, source: str) -> Landing:
        return Landing(bucket, source, datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"))

    @property
    def day(self) -> str:
        return self.received_at[:10]


def land(source: DataFrame, channel: Channel, landing: Landing, name: str) -> dict:
    """Judge the rows of a source, write what are readings, keep the rest; counts of each."""
    rows = readings.judged(readings.as_text(source, channel, name), channel, landing.received_at)
    # Judged once: a second reading of a source could see other rows.
    rows.persist(StorageLevel.MEMORY_AND_DISK)
    counts = {row["fault"]: row["count"] for row in rows.groupBy("fault").count().collect()}
    written = counts.pop(None, 0)
    if written:
        _write_readings(rows, channel, landing)
    if counts:
        _write_rejected(rows, channel, landing)
    rows.unpersist()
    return {"read": written + sum(counts.values()), "written": written, "rejected": dict(sorted(counts.items()))}


def _write_readings(rows: DataFrame, channel: Channel, landing: Landing) -> None:
    readings_only = rows.where("fault IS NULL").select(
        *channel.names,
        F.lit(None).cast("string").alias("thing"),
        F.lit(landing.received_at).cast("timestamp").alias("received_at"),
        F.lit(landing.day).alias("day"))
    path = at(landing.bucket, channel.table, f"source={landing.source}")
    readings_only.write.mode("append").options(**NO_MARKERS).partitionBy("day").parquet(path)


def _write_rejected(rows: DataFrame, channel: Channel, landing: Landing) -> None:
    rejected = rows.where("fault IS NOT NULL").select(
        F.col("fault").alias("reason"),
        F.base64("payload").alias("payload"),
        F.lit(None).cast("string").alias("thing"),
        F.lit(f"{landing.received_at.replace(' ', 'T')}.000Z").alias("received_at"),
        F.lit(channel.name).alias("channel"),
        F.lit(landing.source).alias("source"))
    path = at(landing.bucket, "rejected", channel.name, f"source={landing.source}", f"day={landing.day}")
    # One file: there are few, and each part without a row would leave an empty one.
    rejected.coalesce(1).write.mode("append").options(**NO_MARKERS, ignoreNullFields="false").json(path)
