"""Export rows: files of exports as rows of texts, each with the exact bytes of its line where it has one.

Lines are read and split by Spark itself; a line of a CSV that holds a quoted line break is two lines here, and no reading.
"""
from __future__ import annotations

import re

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from lake.exports import Export, opened
from lake.json_values import texts, values
from lake.layouts import BOM, Layout, Limits
from lake.readings import BYTES, UNREAD
from lake.unpacked import PIECE, unpacked

#: Bytes of a line beyond which it is not looked into: no reading is near it, and a parser needs a place for each of its fields.
LONGEST_ROW = 1 << 20

#: Spark takes signs of a pattern in a path as they stand, as it does for the files of its own tables.
AS_THEY_STAND = {"__globPaths__": "false"}


def rows(spark: SparkSession, files: dict[Layout, list[Export]], names: list[str], limits: Limits) -> DataFrame:
    """All rows of files that were looked into, as texts under `names`, with their bytes and what kept them from being read."""
    read = {"csv": _csv, "json": _json_lines, "values": _json_values, "parquet": _parquet}
    frames = [read[layout.format](spark, layout, exports, names, limits) for layout, exports in files.items()]
    whole = frames[0]
    for frame in frames[1:]:
        whole = whole.unionByName(frame)
    return whole


def _csv(spark: SparkSession, layout: Layout, exports: list[Export], names: list[str], limits: Limits) -> DataFrame:
    text = F.regexp_replace(F.decode(F.col(BYTES), "UTF-8"), "\r$", "")
    places = [f"c{place}" for place in range(len(layout.columns))]
    schema = ", ".join(f"{place} string" for place in [*places, "misfit"])
    options = {"sep": layout.delimiter, "quote": '"', "escape": '"', "mode": "PERMISSIVE", "columnNameOfCorruptRecord": "misfit", "maxColumns": str(LONGEST_ROW)}
    lines = (_lines(spark, exports).where(F.col(BYTES) != F.lit(bytearray(layout.header)))
             .withColumn(UNREAD, _unread()).withColumn("text", F.when(F.col(UNREAD).isNull(), text)))
    parsed = lines.withColumn("row", F.from_csv("text", schema, options))
    misfit = F.when(F.col("row.misfit").isNotNull(), F.lit(f"row has not the {len(places)} fields of the header"))
    return parsed.select(
        *(F.col(f"row.c{layout.columns.index(name)}").alias(name) for name in names),
        F.col(BYTES), F.coalesce(F.col(UNREAD), misfit).alias(UNREAD))


def _lines(spark: SparkSession, exports: list[Export]) -> DataFrame:
    """Lines as bytes, without those that are blank."""
    # Spark puts the bytes of a line into its text as they are, valid or not; only a byte order mark before the first it takes away.
    value = spark.read.options(**AS_THEY_STAND, lineSep="\n").text([each.uri for each in exports]).select(F.col("value").cast("binary").alias(BYTES))
    return value.where(~F.decode(F.col(BYTES), "ISO-8859-1").rlike(r"^\s*$"))


def _unread() -> Column:
    line = F.col(BYTES)
    return (F.when(F.length(line) > LONGEST_ROW, F.lit(f"row is longer than {LONGEST_ROW} bytes"))
            .when(F.encode(F.decode(line, "UTF-8"), "UTF-8") != line, F.lit("row is no valid UTF-8")))


def _json_lines(spark: SparkSession, layout: Layout, exports: list[Export], names: list[str], limits: Limits) -> DataFrame:
    return _judged(spark, _lines(spark, exports).rdd.map(lambda row: bytes(row[0])), names)


def _json_values(spark: SparkSession, layout: Layout, exports: list[Export], names: list[str], limits: Limits) -> DataFrame:
    def elements(export: Export):
        with opened(export) as stream:
            pieces = unpacked(stream.read(PIECE), stream, export.name, limits.unpacked)
            yield from values(_without_bom(pieces), limits.line)
    return _judged(spark, spark.sparkContext.parallelize(exports, len(exports)).flatMap(elements), names)


def _without_bom(pieces):
    for place, piece in enumerate(pieces):
        yield piece if place else piece.removeprefix(BOM)


def _judged(spark: SparkSession, found, names: list[str]) -> DataFrame:
    def row(line: bytes) -> tuple:
        told, unread = texts(line, names)
        return (*told, bytearray(line), unread)
    schema = T.StructType([*(T.StructField(name, T.StringType()) for name in names), T.StructField(BYTES, T.BinaryType()), T.StructField(UNREAD, T.StringType())])
    return spark.createDataFrame(found.map(row), schema, verifySchema=False)


def _parquet(spark: SparkSession, layout: Layout, exports: list[Export], names: list[str], limits: Limits) -> DataFrame:
    """Files of one schema. Times of nanoseconds, which Spark has not, are read as numbers and lose what is below a microsecond."""
    spark.conf.set("spark.sql.legacy.parquet.nanosAsLong", "true")
    frame = spark.read.options(**AS_THEY_STAND).parquet(*(each.uri for each in exports))
    known = {column.lower(): column for column in frame.columns}
    nanos = set(re.findall(r"int64 (\S+) \(TIMESTAMP\(NANOS", layout.header.decode("utf-8")))

    def text(name: str) -> Column:
        column = f"`{known[name]}`"
        value = F.timestamp_micros(F.expr(f"{column} div 1000")) if known[name] in nanos else F.col(column)
        return value.cast("string").alias(name)
    return frame.select(*(text(name) for name in names), F.lit(None).cast("binary").alias(BYTES), F.lit(None).cast("string").alias(UNREAD))
