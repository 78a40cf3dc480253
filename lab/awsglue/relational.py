"""Relational: nested rows as flat tables, by the names that Glue gives them.

    a: {b: 1, c: [{d: 2}, {d: 3}]}   ─▶   <root>        a.b = 1, a.c = 1 (a key)
                                          <root>_a.c    id = 1, index = 0 and 1, a.c.val.d = 2 and 3
"""
from __future__ import annotations

from pyspark import StorageLevel
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from awsglue.faults import NotInLab
from awsglue.paths import column, leaves


def unnested(frame: DataFrame) -> DataFrame:
    """Fields of structs as columns whose names have dots."""
    return frame.select(*(column(names).alias(".".join(names)) for names, _ in leaves(frame.schema)))


def relationalized(frame: DataFrame, root: str, table: str = "") -> dict[str, DataFrame]:
    """
    The flat table, and one a list in it, down to the last; tables in the order they are met.

    @param table name of this one, where it is not the root
    """
    flat = unnested(frame)
    maps = [field.name for field in flat.schema if isinstance(field.dataType, T.MapType)]
    if maps:
        raise NotInLab(f"relationalize of maps ({', '.join(maps)})")
    lists = [field.name for field in flat.schema if isinstance(field.dataType, T.ArrayType)]
    if not lists:
        return {table or root: flat}
    # Keys are numbered as rows are met: computed again they could be others.
    keyed = flat.withColumn("_key", F.monotonically_increasing_id() + 1).persist(StorageLevel.MEMORY_AND_DISK)
    key = {name: F.when(F.col(f"`{name}`").isNotNull(), F.col("_key")).alias(name) for name in lists}
    tables = {table or root: keyed.select(*(key.get(name, F.col(f"`{name}`")) for name in flat.columns))}
    for name in lists:
        items = keyed.select(F.col("_key").alias("id"), F.posexplode(F.col(f"`{name}`")).alias("index", f"{name}.val"))
        tables.update(relationalized(items, root, f"{root}_{name}"))
    return tables
