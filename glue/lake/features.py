"""Training features: each room's series as records for Random Cut Forest, and which reading each record belongs to.

    curated ─▶ one line a reading that has n-1 readings before it ─┬─▶ training/<channel>/room_id=…/<name>.csv   v1,…,vn
                                                                   └─▶ index/<channel>/room_id=…/<name>.csv      timestamp,vn

Line k of the one belongs to line k of the other. <name> is made of what is inside, so a room whose readings did not change
keeps its file, and scores can't be taken for those of other readings. A record is n readings in a row as they came:
missing hours are not filled, so a gap shows as the step that it is.
"""
from __future__ import annotations

from urllib.parse import quote

from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as F

from lake.channel import Channel
from lake.store import at


def shingles(curated: DataFrame, channel: Channel, size: int) -> DataFrame:
    """room_id, timestamp, features, index: one row a reading with size-1 readings before it in its room."""
    recent = Window.partitionBy(channel.key).orderBy(channel.time).rowsBetween(1 - size, Window.currentRow)
    values = F.collect_list(measure(channel)).over(recent)
    moment = F.date_format(channel.time, "yyyy-MM-dd HH:mm:ss")
    return (
        curated.where(F.col(measure(channel)).isNotNull())
        .withColumn("values", values)
        .where(F.size("values") == size)
        .select(
            F.col(channel.key).alias("room_id"),
            F.col(channel.time).alias("timestamp"),
            F.concat_ws(",", F.col("values").cast("array<string>")).alias("features"),
            F.concat_ws(",", moment, F.col(measure(channel)).cast("string")).alias("index"),
        )
    )


def measure(channel: Channel) -> str:
    """The field that is scored: the first one that the schema calls a measure."""
    return channel.measures[0]


def write_training(curated: DataFrame, channel: Channel, lake_bucket: str, shingle: int) -> list[dict]:
    """Write the files of rooms whose readings changed. {room_id, rows, training_uri, index_uri, changed} a room; a room
    that a forest can't learn from has 0 rows, no files, and says why in `skipped`."""
    lines = shingles(curated, channel, shingle).withColumn("room", room_key()).repartition("room").persist()
    try:
        series = {row["room_id"]: row for row in lines.groupBy("room_id", "room").agg(*described()).collect()}
        store = Store(lines.sparkSession, lake_bucket, channel.name)
        reports = [report(room, series.get(room), store) for room in rooms_of(curated, channel)]
        changed = {series[one["room_id"]]["room"]: one for one in reports if one["changed"]}
        if changed:
            store.write(lines.where(F.col("room").isin(*changed)), changed)
        return reports
    finally:
        lines.unpersist()


def rooms_of(curated: DataFrame, channel: Channel) -> list[str]:
    return [row[0] for row in curated.select(channel.key).distinct().orderBy(channel.keys[0]).collect()]


def room_key() -> Column:
    """A room's name as a path takes it, whatever characters it has."""
    return F.sha2("room_id", 256)


def described() -> list[Column]:
    return [
        F.count("*").alias("rows"),
        (F.min("features") == F.max("features")).alias("flat"),
        F.bit_xor(F.xxhash64("features", "index")).alias("sum"),
    ]


def report(room: str, series, store: Store) -> dict:
    unfit = why_unfit(series)
    if unfit:
        return {"room_id": room, "rows": 0, "training_uri": None, "index_uri": None, "changed": False, "skipped": unfit}
    name = f"{series['rows']}-{series['sum'] & 0xFFFF_FFFF_FFFF_FFFF:016x}.csv"
    training, index = (f"{store.folder(kind, room)}/{name}" for kind in ("training", "index"))
    changed = not (store.exists(training) and store.exists(index))
    return {"room_id": room, "rows": series["rows"], "training_uri": training, "index_uri": index, "changed": changed}


def why_unfit(series) -> str | None:
    if series is None:
        return "fewer readings than a record needs"
    return "every record is the same" if series["flat"] else None


class Store:
    """The lake's folders of one channel, through Spark's own file system as in lake/store.py."""

    def __init__(self, spark: SparkSession, bucket: str, channel: str) -> None:
        self.bucket, self.channel = bucket, channel
        self.path = spark._jvm.org.apache.hadoop.fs.Path
        self.files = self.path(at(bucket, "")).getFileSystem(spark._jsc.hadoopConfiguration())

    def folder(self, kind: str, room: str) -> str:
        return at(self.bucket, kind, self.channel, f"room_id={quote(room, safe='')}")

    def exists(self, uri: str) -> bool:
        return self.files.exists(self.path(uri))

    def write(self, lines: DataFrame, changed: dict[str, dict]) -> None:
        """Spark writes one file a room and kind aside; each then takes its place, and what it replaces goes."""
        staging = at(self.bucket, "training", "_staging", self.channel)
        both = [lines.select(F.lit(kind).alias("kind"), "room", "timestamp", F.col(kind_of).alias("line"))
                for kind, kind_of in (("training", "features"), ("index", "index"))]
        (
            both[0].unionByName(both[1])
            .repartition("kind", "room").sortWithinPartitions("kind", "room", "timestamp")
            .select("kind", "room", "line")
            .write.partitionBy("kind", "room").mode("overwrite").text(staging)
        )
        for kind in ("index", "training"):
            for room, said in changed.items():
                self.place(f"{staging}/kind={kind}/room={room}", said[f"{kind}_uri"])
        self.files.delete(self.path(staging), True)

    def place(self, staged: str, uri: str) -> None:
        """The one file of a staged folder becomes `uri`; its elder siblings go last."""
        [written] = [one.getPath() for one in self.files.listStatus(self.path(staged)) if one.getPath().getName().startswith("part-")]
        target = self.path(uri)
        self.files.mkdirs(target.getParent())
        if self.files.exists(target):
            self.files.delete(target, False)
        if not self.files.rename(written, target):
            raise OSError(f"{written} could not be moved to {uri}")
        for other in self.files.listStatus(target.getParent()):
            if other.getPath().getName() != target.getName():
                self.files.delete(other.getPath(), False)
