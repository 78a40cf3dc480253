"""Transforms: the classes of AWS's generated scripts; each is one method of DynamicFrame."""
from __future__ import annotations

from collections.abc import Callable

from awsglue.dynamicframe import DynamicFrame
from awsglue.faults import NotInLab

#: Transforms of AWS that are not here; named so that an import fails clearly (Glue Developer Guide, "PySpark transforms reference").
ABSENT = [
    "DropNullFields", "ErrorsAsDynamicFrame", "EvaluateDataQuality", "FillMissingValues", "FindIncrementalMatches", "FindMatches", "FlatMap", "Relationalize",
    "SelectFromCollection", "SimplifyDdbJson", "Spigot", "SplitFields", "SplitRows", "Unbox", "UnnestFrame",
]


class ApplyMapping:
    @staticmethod
    def apply(frame: DynamicFrame, mappings: list[tuple], case_sensitive: bool = False, transformation_ctx: str = "") -> DynamicFrame:
        return frame.apply_mapping(mappings, case_sensitive, transformation_ctx)


class ResolveChoice:
    @staticmethod
    def apply(frame: DynamicFrame, specs: list[tuple] | None = None, choice: str = "", transformation_ctx: str = "") -> DynamicFrame:
        return frame.resolveChoice(specs, choice, transformation_ctx)


class SelectFields:
    @staticmethod
    def apply(frame: DynamicFrame, paths: list[str], transformation_ctx: str = "") -> DynamicFrame:
        return frame.select_fields(paths, transformation_ctx)


class DropFields:
    @staticmethod
    def apply(frame: DynamicFrame, paths: list[str], transformation_ctx: str = "") -> DynamicFrame:
        return frame.drop_fields(paths, transformation_ctx)


class RenameField:
    @staticmethod
    def apply(frame: DynamicFrame, old_name: str, new_name: str, transformation_ctx: str = "") -> DynamicFrame:
        return frame.rename_field(old_name, new_name, transformation_ctx)


class Filter:
    @staticmethod
    def apply(frame: DynamicFrame, f: Callable, transformation_ctx: str = "") -> DynamicFrame:
        return frame.filter(f, transformation_ctx)


class Map:
    @staticmethod
    def apply(frame: DynamicFrame, f: Callable, transformation_ctx: str = "") -> DynamicFrame:
        return frame.map(f, transformation_ctx)


class Join:
    @staticmethod
    def apply(frame1: DynamicFrame, frame2: DynamicFrame, keys1: list[str], keys2: list[str], transformation_ctx: str = "") -> DynamicFrame:
        return frame1.join(keys1, keys2, frame2, transformation_ctx)


def __getattr__(name: str):
    if name in ABSENT:
        raise NotInLab(f"the transform {name}")
    raise AttributeError(name)
