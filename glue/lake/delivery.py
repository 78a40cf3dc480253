"""Delivery: rows of one source on their way into the raw zone, so that a run may be killed anywhere.

    stage    landing/<table>/source=<door>/<of>/rows/kind=reading|rejected/*.parquet    nobody looks here
    publish  landing/…/<of>/published.json   names what is put in place, written first; then each file is moved to
             <table>/source=<door>/day=…/<name>-00000.parquet  and  rejected/<channel>/source=<door>/day=…/<name>-00000.json
    settle   landing/…/<of>/ is removed, after whoever reads the source has noted how far it read

A run that finds a landing folder comes after one that was ended: what that one published under a name that nobody noted is taken
back, since its rows are read again; a half-written stage just goes. So a source has at most one delivery under way, which a job's
one concurrent run sees to.
"""
from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as T

from lake import refusals
from lake.channel import Channel
from lake.store import at, files_in, move, read_json, remove, write_json

READING, REJECTED = "reading", "rejected"

#: Spark writes a file without an extra rename a task, since what it writes lies aside anyhow; and no `_SUCCESS`.
WRITER = {"mapreduce.fileoutputcommitter.algorithm.version": "2", "mapreduce.fileoutputcommitter.marksuccessfuljobs": "false"}


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


class Delivery:
    def __init__(self, spark: SparkSession, channel: Channel, landing: Landing, of: str) -> None:
        """@param of what is read, such as a table's name"""
        self.spark, self.channel, self.landing, self.of = spark, channel, landing, of
        source = re.sub(r"[^A-Za-z0-9_.-]+", "-", of).strip("-.")
        #: Begins the names of its files.
        self.name = f"{source}-{re.sub('[^0-9]', '', landing.received_at)}-{uuid4().hex[:8]}"
        self._folder = at(landing.bucket, "landing", channel.table, f"source={landing.source}", source)
        self._rows, self._lines, self._published = (f"{self._folder}/{part}" for part in ("rows", "lines", "published.json"))

    def recover(self, noted: str | None = None) -> None:
        """Undo what a run left that was ended. @param noted the name under which rows were landed that count as read"""
        left = read_json(self.spark, self._published)
        if left and left["name"] != noted:
            for folder in self._places(left["day"]):
                for file in files_in(self.spark, folder):
                    if file.rsplit("/", 1)[1].startswith(left["name"]):
                        remove(self.spark, file)
        remove(self.spark, self._folder)

    def stage(self, rows: DataFrame) -> None:
        """@param rows the columns of the raw table and `kind`; of a rejected one `thing` tells what it was and why"""
        # Both kinds are written as they come: sorting them apart first would cost more than all the rest.
        self.spark.conf.set("spark.sql.maxConcurrentOutputFileWriters", "2")
        rows.write.mode("overwrite").options(**WRITER).partitionBy("kind").parquet(self._rows)

    def counts(self) -> tuple[int, dict[str, int]]:
        """How many of what is staged are readings, and how many are not for which reason."""
        written = self._staged(READING, T.StructType([])).count() if self._has(READING) else 0
        reasons = self._refused().groupBy("reason").count().collect() if self._has(REJECTED) else []
        return written, dict(sorted((row["reason"], row["count"]) for row in reasons))

    def publish(self) -> None:
        """Put all of it where it belongs, under one name."""
        readings, rejected = self._places(self.landing.day)
        write_json(self.spark, self._published, {"name": self.name, "day": self.landing.day})
        self._moved(f"{self._rows}/kind={READING}", readings, ".parquet")
        if self._has(REJECTED):
            self._refused().select("line").write.mode("overwrite").options(**WRITER).text(self._lines)
            self._moved(self._lines, rejected, ".json")

    def settle(self) -> None:
        """How far the source was read is noted: nothing of this delivery is taken back any more."""
        remove(self.spark, self._folder)

    def _places(self, day: str) -> tuple[str, str]:
        where = [f"source={self.landing.source}", f"day={day}"]
        return at(self.landing.bucket, self.channel.table, *where), at(self.landing.bucket, "rejected", self.channel.name, *where)

    def _has(self, kind: str) -> bool:
        return bool(files_in(self.spark, f"{self._rows}/kind={kind}"))

    def _staged(self, kind: str, schema: T.StructType) -> DataFrame:
        return self.spark.read.schema(schema).parquet(f"{self._rows}/kind={kind}")

    def _refused(self) -> DataFrame:
        thing = self._staged(REJECTED, T.StructType([T.StructField("thing", T.StringType())]))
        return refusals.told(thing, self.channel, self.landing.source, self.landing.received_at)

    def _moved(self, source: str, place: str, ending: str) -> None:
        for number, file in enumerate(files_in(self.spark, source)):
            move(self.spark, file, f"{place}/{self.name}-{number:05d}{ending}")
