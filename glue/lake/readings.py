"""Readings: what counts as one, which of two wins, and which of them the lake does not know yet.

    table of a source ──as_text──▶ texts ──judged──▶ typed rows, each with `fault` (null when it is a reading)
    raw table ──conformed──▶ rows ──latest──▶ one a (key, time) ──differing──▶ what the curated table lacks

Data frames in, data frames out; nothing is read or written here. A fault is a fixed sentence without the value, the same
words that functions/judge uses for messages, so that both can be counted together.
"""
from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from lake.channel import Channel, Field

#: What the door adds to a reading.
ARRIVAL = ["thing", "received_at", "source"]

#: Clocks of sources may run ahead of ours by at most this.
MOST_AHEAD = "INTERVAL 1 DAY"

TIME = r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?$"
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
WHOLE = r"^[+-]?\d+$"

#: No two texts that look the same may name two rooms, and none may look like a path. Spark has no test for Unicode's
#: composed form; a letter with a separate accent is what people meet of it.
UNFIT = [
    (r"^$", "is empty"),
    (r"[\p{Cc}\p{Zl}\p{Zp}]", "has a control character or a line break"),
    (r"\p{Cf}", "has an invisible character"),
    (r"^\s|\s$", "begins or ends with a space"),
    (r"[/\\]|\.\.", r"has a part of a path (/, \ or ..)"),
    (r"[\p{IsLatin}\p{IsGreek}\p{IsCyrillic}]\p{Mn}|[\u1100-\u1112][\u1161-\u1175]", "has a letter with a separate accent"),
]


#: Columns that a reader of files may add: the exact bytes that a row was read from, and what kept it from being read.
BYTES, UNREAD = "_bytes", "_unread"


class MissingColumns(Exception):
    """The table of a source lacks what its channel needs: nothing is read from it."""


def as_text(source: DataFrame, channel: Channel, name: str) -> DataFrame:
    """The channel's fields as texts, whatever their types; other columns are left behind. Column names are matched in any case."""
    known = {column.lower(): column for column in source.columns}
    missing = [field for field in channel.names if field not in known]
    if missing:
        raise MissingColumns(f"{name} has no column {', '.join(missing)}; it has {', '.join(source.columns) or 'none'}")
    told = [F.col(name) for name in (BYTES, UNREAD) if name in source.columns]
    return source.select(*(F.col(f"`{known[field]}`").cast("string").alias(field) for field in channel.names), *told)


def judged(texts: DataFrame, channel: Channel, received_at: str) -> DataFrame:
    """
    Each row typed, with every fault of it in one sentence, and its payload: the bytes it was read from, or its texts as JSON.

    @param received_at when it arrived, `YYYY-MM-DD HH:MM:SS`, UTC
    """
    arrival = F.lit(received_at).cast("timestamp")
    faults = [F.concat(F.lit(f"{field.name} "), _fault(field, F.col(field.name), arrival)) for field in channel.fields]
    fault = F.concat_ws("; ", *faults)
    if UNREAD in texts.columns:
        fault = F.coalesce(F.col(UNREAD), fault)
    payload = F.encode(F.to_json(F.struct(*(F.col(name) for name in channel.names)), {"ignoreNullFields": "false"}), "UTF-8")
    if BYTES in texts.columns:
        payload = F.coalesce(F.col(BYTES), payload)
    return texts.select(
        *(_typed(field, F.col(field.name)).alias(field.name) for field in channel.fields),
        F.when(fault != "", fault).alias("fault"),
        payload.alias("payload"))


def _typed(field: Field, text: Column) -> Column:
    value = text.cast(field.spark)
    # -0 is what a sensor just below zero rounds to, and is zero.
    return F.when(value == 0, F.lit(0.0)).otherwise(value) if field.type == "double" else value


def _fault(field: Field, text: Column, arrival: Column) -> Column:
    """What is wrong with a value, or null."""
    told = F.when(text.isNull(), F.lit("is missing"))
    if field.type == "timestamp":
        return _time_fault(told, text, arrival)
    return _string_fault(told, field, text) if field.type == "string" else _number_fault(told, field, text)


def _time_fault(told: Column, text: Column, arrival: Column) -> Column:
    value = text.cast("timestamp")
    return (told
            .when(~text.rlike(TIME), F.lit("is not written as YYYY-MM-DD HH:MM:SS"))
            .when(value.isNull(), F.lit("is no time of the calendar"))
            .when(value < F.lit("1970-01-01").cast("timestamp"), F.lit("is before 1970"))
            .when(value > arrival + F.expr(MOST_AHEAD), F.lit("is more than a day after arrival")))


def _string_fault(told: Column, field: Field, text: Column) -> Column:
    for pattern, fault in UNFIT:
        told = told.when(text.rlike(pattern), F.lit(fault))
    if field.max_length is not None:
        told = told.when(F.length(text) > field.max_length, F.lit(f"is longer than {field.max_length} characters"))
    return told


def _number_fault(told: Column, field: Field, text: Column) -> Column:
    value = text.cast(field.spark)
    whole = field.type != "double"
    told = told.when(~text.rlike(WHOLE if whole else NUMBER), F.lit("is not written as a whole number" if whole else "is not written as a number"))
    if whole:
        told = told.when(value.isNull(), F.lit(f"is beyond what {'an int' if field.type == 'int' else 'a bigint'} holds"))
    else:
        told = told.when(F.abs(value) == float("inf"), F.lit("is beyond what a double holds"))
    of = f" {field.unit}" if field.unit else ""
    if field.min is not None:
        told = told.when(value < field.min, F.lit(f"is below {field.min}{of}"))
    if field.max is not None:
        told = told.when(value > field.max, F.lit(f"is above {field.max}{of}"))
    return told


def conformed(raw: DataFrame, channel: Channel) -> DataFrame:
    """Rows of the raw table in the curated types, with the place that each stands at: file, then position in it."""
    return raw.select(
        *(F.col(f"`{field.name}`").cast(field.spark).alias(field.name) for field in channel.fields),
        *(F.col(name).cast("timestamp" if name == "received_at" else "string").alias(name) for name in ARRIVAL),
        F.input_file_name().alias("_file"), F.monotonically_increasing_id().alias("_position"))


def complete(rows: DataFrame, channel: Channel) -> Column:
    """True where every field has a value."""
    every = F.lit(True)
    for name in channel.names:
        every = every & rows[name].isNotNull()
    return every


def latest(rows: DataFrame, channel: Channel) -> DataFrame:
    """One row a (key, time): the latest arrival; of equal ones the door later in the alphabet, then the later place."""
    order = [F.col("received_at").desc_nulls_last(), F.col("source").desc(), F.col("_file").desc(), F.col("_position").desc()]
    window = Window.partitionBy(*channel.identity).orderBy(*order)
    return (rows.withColumn("_rank", F.row_number().over(window)).where("_rank = 1")
            .select(*channel.names, *ARRIVAL))


def differing(rows: DataFrame, curated: DataFrame, channel: Channel) -> DataFrame:
    """Rows that the curated table lacks or has with another measure; `_new` tells which. An older arrival changes nothing."""
    known = curated.select(*(F.col(name).alias(f"_{name}") for name in [*channel.names, "received_at"]))
    same_reading = [rows[name] == known[f"_{name}"] for name in channel.identity]
    same_measures = F.lit(True)
    for name in channel.measures:
        same_measures = same_measures & F.col(name).eqNullSafe(F.col(f"_{name}"))
    new = F.col(f"_{channel.time}").isNull()
    # Unknown arrivals count as oldest.
    outdated = F.coalesce(F.col("received_at") < F.col("_received_at"), F.lit(False))
    return (rows.join(known, same_reading, "left")
            .where(new | (~same_measures & ~outdated))
            .select(*channel.names, *ARRIVAL, new.alias("_new")))
