"""Training: keeps the training files of every room in step with the curated table, and reads only what it must.

`state/training/<channel>.json` says which version of the table the files were made of. The version that this run began with:
only the rooms that it changed are made anew. Another one, after a run that ended in between: all are looked at.
"""
from __future__ import annotations

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from lake import tables
from lake.channel import Channel
from lake.features import write_training
from lake.store import at, read_json, write_json


def refreshed(spark: SparkSession, channel: Channel, name: str, lake_bucket: str, shingle: int, before: int | None, touched: list[str]) -> list[dict]:
    """Every room with its files; `changed` where they are new. @param before version of the table that the run began with."""
    place = at(lake_bucket, "state", "training", f"{channel.name}.json")
    state = read_json(spark, place) or {}
    known = {room["room_id"]: {**room, "changed": False} for room in state.get("rooms", [])} if state.get("shingle") == shingle else {}
    now = tables.snapshot(spark, name)
    if now is None or (known and state["snapshot"] == now):
        return sorted_rooms(known)
    curated = spark.table(name)
    if known and state["snapshot"] == before:
        curated = curated.where(F.col(channel.key).isin(touched))
    else:
        known = {}
    made = write_training(curated, channel, lake_bucket, shingle)
    rooms = sorted_rooms(known | {room["room_id"]: room for room in made})
    write_json(spark, place, {"snapshot": now, "shingle": shingle, "rooms": rooms})
    return rooms


def sorted_rooms(rooms: dict[str, dict]) -> list[dict]:
    return [rooms[room] for room in sorted(rooms)]
