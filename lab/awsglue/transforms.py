"""Transforms: the classes of AWS's generated scripts; each is one method of DynamicFrame (Developer Guide, "PySpark transforms reference")."""
from __future__ import annotations

from collections.abc import Callable

from pyspark.sql import functions as F
from pyspark.sql import types as T

from awsglue.collection import DynamicFrameCollection
from awsglue.dynamicframe import DynamicFrame
from awsglue.faults import NotInLab
from awsglue.paths import column, leaves

#: Transforms of AWS that are not here: those that a model of AWS does, and those of DynamoDB. Named so that an import fails clearly.
ABSENT = ["FillMissingValues", "FindIncrementalMatches", "FindMatches", "SimplifyDdbJson"]

__all__ = [
    "ApplyMapping", "Coalesce", "DropFields", "DropNullFields", "ErrorsAsDynamicFrame", "Filter", "FlatMap", "Join", "Map", "MapToCollection", "Relationalize", "RenameField",
    "Repartition", "ResolveChoice", "SelectFields", "SelectFromCollection", "Spigot", "SplitFields", "SplitRows", "Unbox", "Union", "UnnestFrame",
]


def _transform(call: Callable) -> type:
    """A class with `apply`, whose instances can be called, too."""
    def told(self, *args, **named):
        return call(*args, **named)
    return type(call.__name__, (), {"apply": staticmethod(call), "__call__": told, "name": classmethod(lambda cls: cls.__name__), "__doc__": call.__doc__})


def _method(name: str, method: str, second: str = "") -> type:
    """A transform that is a method of its frame. @param second name that its first argument after the frame goes by here, where the method's is another"""
    def call(frame: DynamicFrame, *args, **named):
        for here, there in (pair.split("=") for pair in second.split() if pair):
            if here in named:
                named[there] = named.pop(here)
        return getattr(frame, method)(*args, **named)
    call.__name__ = name
    return _transform(call)


ApplyMapping = _method("ApplyMapping", "apply_mapping")
Coalesce = _method("Coalesce", "coalesce")
DropFields = _method("DropFields", "drop_fields")
ErrorsAsDynamicFrame = _method("ErrorsAsDynamicFrame", "errorsAsDynamicFrame")
Filter = _method("Filter", "filter")
Map = _method("Map", "map")
Relationalize = _method("Relationalize", "relationalize", "name=root_table_name")
RenameField = _method("RenameField", "rename_field", "old_name=oldName new_name=newName")
Repartition = _method("Repartition", "repartition")
ResolveChoice = _method("ResolveChoice", "resolveChoice")
SelectFields = _method("SelectFields", "select_fields")
Spigot = _method("Spigot", "spigot")
SplitFields = _method("SplitFields", "split_fields")
SplitRows = _method("SplitRows", "split_rows")
Unbox = _method("Unbox", "unbox")
UnnestFrame = _method("UnnestFrame", "unnest")


@_transform
def Join(frame1: DynamicFrame, frame2: DynamicFrame, keys1: list[str] | str, keys2: list[str] | str, transformation_ctx: str = "") -> DynamicFrame:
    return frame1.join(keys1, keys2, frame2, transformation_ctx)


@_transform
def Union(frame1: DynamicFrame, frame2: DynamicFrame, transformation_ctx: str = "", **thresholds: object) -> DynamicFrame:
    return frame1.union(frame2, transformation_ctx)


@_transform
def SelectFromCollection(dfc: DynamicFrameCollection, key: str, transformation_ctx: str = "") -> DynamicFrame:
    return dfc.select(key, transformation_ctx)


@_transform
def MapToCollection(dfc: DynamicFrameCollection, callable: Callable, transformation_ctx: str = "") -> DynamicFrameCollection:
    return dfc.map(callable, transformation_ctx)


@_transform
def FlatMap(dfc: DynamicFrameCollection, BaseTransform: type, frame_name: str, transformation_ctx: str = "", **base: object) -> DynamicFrameCollection:
    return dfc.flatmap(lambda frame, context: BaseTransform.apply(**{frame_name: frame, "transformation_ctx": context, **base}), transformation_ctx)


@_transform
def DropNullFields(frame: DynamicFrame, transformation_ctx: str = "", **thresholds: object) -> DynamicFrame:
    """Less the fields, inside structs, too, that have no value in any row."""
    data = frame.toDF()
    fields = [(names, kind) for names, kind in leaves(data.schema) if isinstance(kind, T.DataType)]
    counts = data.agg(*(F.count(column(names)).alias(str(place)) for place, (names, _) in enumerate(fields))).first() if fields else {}
    empty = [".".join(f"`{name}`" for name in names) for place, (names, _) in enumerate(fields) if not counts[str(place)]]
    return frame.drop_fields(empty)


def __getattr__(name: str):
    if name in ABSENT:
        raise NotInLab(f"the transform {name}")
    raise AttributeError(name)
