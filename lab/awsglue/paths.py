"""Paths: fields inside fields, as Glue's transforms name them: `a.b` is field b of a; in back-ticks a dot is part of a name."""
from __future__ import annotations

import re

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from awsglue.faults import NotInLab

#: Names of types that Glue's mappings and casts use, where Spark has another.
TYPE_NAMES = {"long": "bigint", "short": "smallint", "byte": "tinyint"}
#: Types that a mapping names without saying of what: the field stays as it is.
UNSAID = ("array", "struct", "map", "choice", "null", "object")


def spark_type(name: str) -> str:
    return TYPE_NAMES.get(name.lower(), name)


def glue_type(name: str) -> str:
    return {spark: glue for glue, spark in TYPE_NAMES.items()}.get(name, name)


def parts(path: str) -> list[str]:
    """Names along a path."""
    if "[]" in path:
        raise NotInLab(f"a path into arrays ({path})")
    return [name.strip("`") for name in re.findall(r"`[^`]*`|[^.]+", path)]


def listed(paths: list[str] | tuple[str, ...] | str) -> list[str]:
    return [paths] if isinstance(paths, str) else list(paths)


def found(schema: T.StructType, path: str) -> list[str] | None:
    """Names along a path as the schema spells them; None when it leads nowhere. A column may bear the path as its name."""
    whole = _named(schema, path.strip("`"))
    if whole:
        return [whole]
    names: list[str] = []
    kind: T.DataType = schema
    for part in parts(path):
        name = _named(kind, part) if isinstance(kind, T.StructType) else None
        if name is None:
            return None
        names.append(name)
        kind = kind[name].dataType
    return names


def column(names: list[str]) -> Column:
    return F.col(".".join(f"`{name}`" for name in names))


def _named(schema: T.StructType, name: str) -> str | None:
    exact = [one for one in schema.names if one == name]
    return (exact or [one for one in schema.names if one.lower() == name.lower()] or [None])[0]


def mapped(frame: DataFrame, mappings: list[tuple[Column, list[str], str | None]]) -> DataFrame:
    """Only these: (value, names along the path it goes to, type or none). Paths with a common begin become one struct."""
    tree: dict = {}
    for value, names, kind in mappings:
        at = tree
        for name in names[:-1]:
            at = at.setdefault(name, {})
        at[names[-1]] = value.cast(spark_type(kind)) if kind and kind.lower() not in UNSAID else value
    return frame.select(*(_built(value).alias(name) for name, value in tree.items()))


def _built(value: Column | dict) -> Column:
    return F.struct(*(_built(inner).alias(name) for name, inner in value.items())) if isinstance(value, dict) else value


def without(frame: DataFrame, paths: list[str]) -> DataFrame:
    """Less these fields; of structs what is left stays, and a struct that loses its last field goes. Unknown paths are passed over."""
    for path in paths:
        names = found(frame.schema, path)
        if names and len(names) == 1:
            frame = frame.drop(F.col(f"`{names[0]}`"))
        elif names:
            kind = frame.schema[names[0]].dataType
            alone = isinstance(kind, T.StructType) and len(names) == 2 and kind.names == [names[1]]
            inner = ".".join(f"`{name}`" for name in names[1:])
            frame = frame.drop(names[0]) if alone else frame.withColumn(names[0], F.col(f"`{names[0]}`").dropFields(inner))
    return frame


def leaves(schema: T.StructType, before: tuple[str, ...] = ()) -> list[tuple[list[str], T.DataType]]:
    """Every field that is no struct, with the names along its path."""
    told: list[tuple[list[str], T.DataType]] = []
    for field in schema:
        names = (*before, field.name)
        told += leaves(field.dataType, names) if isinstance(field.dataType, T.StructType) else [([*names], field.dataType)]
    return told
