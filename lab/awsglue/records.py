"""Records: rows through a script's own Python, one by one. A row that it fails on is an error record, and the others go on.

Glue Developer Guide, "Map class": errors do not stop a job unless `stageThreshold` or `totalThreshold` says so.
"""
from __future__ import annotations

import json
from collections.abc import Callable

from pyspark import StorageLevel
from pyspark.errors import PySparkTypeError
from pyspark.sql import DataFrame
from pyspark.sql import types as T

from awsglue.faults import NotInLab

ERROR = T.StructType([T.StructField("error", T.StructType([T.StructField("msg", T.StringType()), T.StructField("input", T.StringType())]))])


def mapped(frame: DataFrame, f: Callable) -> tuple[DataFrame | None, DataFrame]:
    """What `f` makes of each row, with the types found in it, and the rows it failed on. None when nothing is left."""
    good, bad = _tried(frame, f)
    if good.isEmpty():
        return None, bad
    try:
        made = frame.sparkSession.createDataFrame(good, samplingRatio=1.0)
        # Spark sorts the names of what it finds in dictionaries.
        first = list(good.first())
        return made.select(*(f"`{name}`" for name in [*first, *(name for name in made.columns if name not in first)])), bad
    except PySparkTypeError as fault:
        raise NotInLab(f"Map to values of different types under one name ({fault})") from None


def filtered(frame: DataFrame, f: Callable) -> tuple[DataFrame, DataFrame]:
    def kept(row: dict):
        return bool(f(row))
    good, bad = _tried(frame, kept, keep=True)
    return frame.sparkSession.createDataFrame(good, frame.schema), bad


def unboxed(frame: DataFrame, name: str) -> tuple[str, DataFrame, DataFrame]:
    """The schema (DDL) of the JSON texts in a column, the rows whose text is JSON, and those whose text is not."""
    def sound(row: dict):
        return row[name] is None or json.loads(row[name]) is not None
    good, bad = _tried(frame, sound, keep=True)
    rows = frame.sparkSession.createDataFrame(good, frame.schema)
    texts = rows.where(rows[name].isNotNull()).select(name).rdd.map(lambda row: row[0])
    schema = frame.sparkSession.read.json(texts).schema
    return schema.simpleString(), rows, bad


def _tried(frame: DataFrame, f: Callable, keep: bool = False):
    """Results of `f`, or with `keep` the rows that it says yes to; and the errors."""
    def attempt(row):
        try:
            told = f(row.asDict(recursive=True))
            return [("row", row if keep else told)] if told or not keep else []
        except Exception as fault:  # noqa: BLE001 - whatever a script's function raises makes an error record
            return [("error", f"{type(fault).__name__}: {fault}", str(row.asDict(recursive=True)))]
    tried = frame.rdd.flatMap(attempt).persist(StorageLevel.MEMORY_AND_DISK)
    good = tried.filter(lambda each: each[0] == "row").map(lambda each: each[1])
    bad = frame.sparkSession.createDataFrame(tried.filter(lambda each: each[0] == "error").map(lambda each: ((each[1], each[2]),)), ERROR)
    return good, bad
