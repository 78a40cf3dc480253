"""Raw zone: where rows of an import land, and where those that are no readings are kept.

    <raw>/<table>/source=<door>/day=YYYY-MM-DD/*.parquet        day of arrival, UTC
    <raw>/rejected/<channel>/source=<door>/day=YYYY-MM-DD/*     one line of JSON a row

A source is read once, and each row is judged once: readings and the rest are written side by side, aside from where anybody looks,
and counted there. How they get from there to these places at once, and what a killed run leaves: delivery.py.
"""
from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lake import readings, refusals
from lake.channel import Channel
from lake.delivery import READING, REJECTED, Delivery, Landing

__all__ = ["Landing", "land", "published"]


def land(source: DataFrame, channel: Channel, landing: Landing, name: str) -> dict:
    """Judge the rows of a source, write what are readings, keep the rest; counts of each. @param name of the source, for people"""
    delivery = Delivery(source.sparkSession, channel, landing, name)
    delivery.recover()
    counts = published(source, channel, landing, delivery)
    delivery.settle()
    return counts


def published(source: DataFrame, channel: Channel, landing: Landing, delivery: Delivery) -> dict:
    """The same, up to where a run that ends now can still be taken back: see Delivery.recover and Delivery.settle."""
    rows = readings.judged(readings.of_channel(source, channel, delivery.of), channel, landing.received_at)
    delivery.stage(staged(rows, channel, landing))
    written, rejected = delivery.counts()
    delivery.publish()
    return {"read": written + sum(rejected.values()), "written": written, "rejected": rejected}


def staged(rows: DataFrame, channel: Channel, landing: Landing) -> DataFrame:
    """Rows of the raw table and those that are no readings, told apart by `kind`; of the latter only `thing` counts, from which a line is made."""
    refused = F.col("fault").isNotNull()
    return rows.select(
        *channel.names,
        F.when(refused, refusals.staged(F.col("origin"), F.col("fault"))).alias("thing"),
        F.lit(landing.received_at).cast("timestamp").alias("received_at"),
        F.when(refused, F.lit(REJECTED)).otherwise(F.lit(READING)).alias("kind"))
