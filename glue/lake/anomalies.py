"""Anomalies: each room's scores beside the readings they belong to, and which of them are beyond the room's threshold.

    index/<channel>/room_id=…/<name>.csv        timestamp,value   ─┐ line k belongs to line k
    scores/<channel>/room_id=…/<name>.csv.out   {"score": x}      ─┴─▶ scored ─▶ judged ─▶ differing

Data frames in, data frames out.
"""
from __future__ import annotations

from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as F

#: Standard deviations above the mean: SageMaker Developer Guide, "Random Cut Forest (RCF) Algorithm".
DEVIATIONS = 3

#: What a row of the table says beside its identity; the run that last changed it is told by run_id.
SAID = ["value", "score", "threshold", "anomaly"]


class Misaligned(Exception):
    """Scores that can't be told which reading they belong to."""


def files_of(spark: SparkSession, uri: str, ending: str) -> DataFrame:
    """room, name, lines: one row a file under `uri`; `room` is the room's folder as written, `name` is without `ending`."""
    place = r"room_id=([^/]*)/([^/]*)" + ending.replace(".", r"\.") + "$"
    # The path of a file is told percent-encoded once more. (input_file_name would do, but MERGE takes it for random.)
    path = F.url_decode("_metadata.file_path")
    texts = spark.read.option("recursiveFileLookup", "true").option("pathGlobFilter", f"*{ending}").text(uri, wholetext=True)
    return texts.select(
        F.regexp_extract(path, place, 1).alias("room"),
        F.regexp_extract(path, place, 2).alias("name"),
        # AssembleWith "Line" can leave an empty line between batches.
        F.filter(F.split("value", "\r?\n"), lambda line: line != "").alias("lines"),
    )


def paired(index: DataFrame, scores: DataFrame) -> DataFrame:
    """room_id, readings, scores: the lines of both files of a room; raises Misaligned for a room that does not fit."""
    both = (
        index.withColumnRenamed("lines", "readings")
        .join(scores.withColumnRenamed("lines", "scores"), ["room", "name"], "left")
        .select(F.url_decode("room").alias("room_id"), "name", "readings", "scores")
    )
    unfit = both.where(F.col("scores").isNull() | (F.size("scores") != F.size("readings"))).select(
        F.concat_ws("", F.lit("room "), "room_id", F.when(F.col("scores").isNull(), F.lit(" has no scores for its present readings")).otherwise(
            F.format_string(" has %d scores for %d readings", F.size("scores"), F.size("readings")))))
    faults = sorted(row[0] for row in unfit.collect())
    if faults:
        raise Misaligned("; ".join(faults) + "; train and score these rooms first")
    return both


def scored(pairs: DataFrame) -> DataFrame:
    """timestamp, room_id, value, score: one row a reading. A line that can't be read leaves a null."""
    each = pairs.select("room_id", F.explode(F.arrays_zip("readings", "scores")).alias("line"))
    reading = F.split("line.readings", ",")
    return each.select(
        reading[0].cast("timestamp_ntz").alias("timestamp"),
        "room_id",
        reading[1].cast("double").alias("value"),
        F.get_json_object("line.scores", "$.score").cast("double").alias("score"),
    )


def unreadable(rows: DataFrame) -> list[str]:
    """Rooms with a line that is no reading or no score."""
    broken = rows.where(F.col("timestamp").isNull() | F.col("value").isNull() | F.col("score").isNull() | F.isnan("score"))
    return sorted(row["room_id"] for row in broken.select("room_id").distinct().collect())


def judged(rows: DataFrame) -> DataFrame:
    """Each row with its room's threshold, and whether the score is beyond it."""
    whole = Window.partitionBy("room_id").rowsBetween(Window.unboundedPreceding, Window.unboundedFollowing)
    threshold = F.avg("score").over(whole) + DEVIATIONS * F.stddev_pop("score").over(whole)
    # Sums of floats depend on their order in the last digits; a rerun must not differ by them.
    return rows.withColumn("threshold", F.round(threshold, 9)).withColumn("anomaly", F.col("score") > F.col("threshold"))


def differing(rows: DataFrame, known: DataFrame) -> DataFrame:
    """Rows that the table lacks or has otherwise; `_new` tells which."""
    before = known.select(F.col("room_id").alias("_room_id"), F.col("timestamp").alias("_timestamp"), *(F.col(name).alias(f"_{name}") for name in SAID))
    same: Column = F.lit(True)
    for name in SAID:
        same = same & F.col(name).eqNullSafe(F.col(f"_{name}"))
    new = F.col("_timestamp").isNull()
    return (
        rows.join(before, [F.col("room_id") == F.col("_room_id"), F.col("timestamp") == F.col("_timestamp")], "left")
        .where(new | ~same)
        .select("timestamp", "room_id", *SAID, new.alias("_new"))
    )
