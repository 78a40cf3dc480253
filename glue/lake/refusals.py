"""Refusals: rows that are no readings, from where they are judged to the line that is kept of each.

    judged: origin (what the row was read from, one text)  ─▶  staged: `thing` = origin, tab, reason  ─▶  told: reason, line

The line is JSON, which Spark writes row by row outside of what it compiles; so in the pass over all rows only texts are joined, and
only of rows with a fault, and the line is made of the few that were refused.
"""
from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from lake.channel import Channel

#: Says of an origin that it is the bytes that a row was read from; of a value, that there is none. Neither begins a text in base64.
WHOLE, NONE = "=", "-"


def origin(channel: Channel, whole: Column | None) -> Column:
    """What a row was read from: its values as texts, or the `whole` row, binary, where there is that."""
    texts = F.concat_ws(" ", *(F.coalesce(F.base64(F.col(name).cast("string").cast("binary")), F.lit(NONE)) for name in channel.names))
    return texts if whole is None else F.coalesce(F.concat(F.lit(WHOLE), F.base64(whole)), texts)


def staged(origin: Column, reason: Column) -> Column:
    return F.concat(origin, F.lit("\t"), reason)


def payload(origin: Column, channel: Channel) -> Column:
    """The exact bytes, or the values as JSON texts."""
    parts = F.split(origin, " ")
    texts = [F.when(parts[at] != NONE, F.decode(F.unbase64(parts[at]), "UTF-8")).alias(name) for at, name in enumerate(channel.names)]
    values = F.encode(F.to_json(F.struct(*texts), {"ignoreNullFields": "false"}), "UTF-8")
    return F.when(origin.startswith(WHOLE), F.unbase64(F.substring(origin, 2, 2**31 - 1))).otherwise(values)


def told(thing: DataFrame, channel: Channel, source: str, received_at: str) -> DataFrame:
    """Of each staged `thing` its `reason` and the `line` that is kept. @param received_at `YYYY-MM-DD HH:MM:SS`, UTC"""
    where = F.substring_index("thing", "\t", 1)
    reason = F.expr("substring(thing, length(substring_index(thing, '\\t', 1)) + 2)")
    line = F.to_json(F.struct(
        reason.alias("reason"),
        # Spark breaks base64 into lines.
        F.translate(F.base64(payload(where, channel)), "\r\n", "").alias("payload"),
        F.lit(None).cast("string").alias("thing"),
        F.lit(f"{received_at.replace(' ', 'T')}.000Z").alias("received_at"),
        F.lit(channel.name).alias("channel"),
        F.lit(source).alias("source")), {"ignoreNullFields": "false"})
    return thing.select(reason.alias("reason"), line.alias("line"))
