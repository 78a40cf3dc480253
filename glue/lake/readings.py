"""Readings: what counts as one, which of two wins, and which of them the lake does not know yet.

    table of a source ──of_channel──▶ its fields ──judged──▶ typed rows, each with `fault` (null when it is a reading)
    raw table ──conformed──▶ rows ──latest──▶ one a (key, time) ──differing──▶ what the curated table lacks

Data frames in, data frames out; nothing is read or written here.
"""
from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from lake import refusals
from lake.channel import Channel, Field
from lake.reading_faults import fault_of, is_typed

#: What the door adds to a reading.
ARRIVAL = ["thing", "received_at", "source"]

#: Columns that a reader of files may add: the exact bytes that a row was read from, and what kept it from being read.
BYTES, UNREAD = "_bytes", "_unread"


class MissingColumns(Exception):
    """The table of a source lacks what its channel needs: nothing is read from it."""


class WrongTypes(Exception):
    """The table of a source has columns of types that no reading comes from: nothing is read from it."""


def of_channel(source: DataFrame, channel: Channel, name: str) -> DataFrame:
    """The channel's fields, whatever their types; other columns are left behind. Column names are matched in any case."""
    known = {column.lower(): column for column in source.columns}
    missing = [field for field in channel.names if field not in known]
    if missing:
        raise MissingColumns(f"{name} has no column {', '.join(missing)}; it has {', '.join(source.columns) or 'none'}")
    told = [F.col(name) for name in (BYTES, UNREAD) if name in source.columns]
    return source.select(*(F.col(f"`{known[field]}`").alias(field) for field in channel.names), *told)


def judged(rows: DataFrame, channel: Channel, received_at: str) -> DataFrame:
    """
    Each row typed, with every fault of it in one sentence and, when it has one, its `origin`: what it was read from.

    @param rows of_channel(): texts, or values of the fields' own types, which are not made texts and back to be judged
    @param received_at when it arrived, `YYYY-MM-DD HH:MM:SS`, UTC
    """
    arrival, kinds = F.lit(received_at).cast("timestamp"), dict(rows.dtypes)
    typed = {field.name: is_typed(field, kinds[field.name]) for field in channel.fields}
    values = {name: F.col(name) if typed[name] else F.col(name).cast("string") for name in channel.names}
    faults = [F.concat(F.lit(f"{field.name} "), fault_of(field, values[field.name], arrival, typed[field.name])) for field in channel.fields]
    fault = F.concat_ws("; ", *faults)
    if UNREAD in rows.columns:
        fault = F.coalesce(F.col(UNREAD), fault)
    return rows.select(
        *(_typed(field, values[field.name]).alias(field.name) for field in channel.fields),
        F.when(fault != "", fault).alias("fault"),
        F.when(fault != "", refusals.origin(channel, F.col(BYTES) if BYTES in rows.columns else None)).alias("origin"))


def _typed(field: Field, value: Column) -> Column:
    value = value.cast(field.spark)
    # -0 is what a sensor just below zero rounds to, and is zero.
    return F.when(value == 0, F.lit(0.0)).otherwise(value) if field.type == "double" else value


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
