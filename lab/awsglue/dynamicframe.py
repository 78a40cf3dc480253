"""DynamicFrame: a DataFrame some of whose columns are choices of two types, until someone resolves them (choices.py)."""
from __future__ import annotations

from collections.abc import Callable

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from awsglue import records, relational
from awsglue.choices import Choices
from awsglue.collection import DynamicFrameCollection
from awsglue.faults import NotInLab
from awsglue.frame_fields import FrameFields
from awsglue.frame_outputs import FrameOutputs
from awsglue.paths import column, found, listed, parts

__all__ = ["DynamicFrame", "DynamicFrameCollection", "ResolveOption"]

COMPARISONS = {">": "__gt__", "<": "__lt__", ">=": "__ge__", "<=": "__le__", "=": "__eq__", "==": "__eq__", "!=": "__ne__"}


class DynamicFrame(FrameFields, FrameOutputs):
    def __init__(self, frame: DataFrame | None, glue_ctx: object, name: str = "", choices: dict[str, str] | None = None, errors: tuple[DataFrame, ...] = ()) -> None:
        """@param frame None when there is nothing, not even columns. @param choices declared type of columns that hold texts."""
        self._frame = frame if frame is not None else glue_ctx.spark_session.createDataFrame([], T.StructType([]))
        self._choices = Choices(self._frame, choices or {})
        self._errors = errors
        self.glue_ctx = glue_ctx
        self.name = name

    @classmethod
    def fromDF(cls, dataframe: DataFrame, glue_ctx: object, name: str = "") -> DynamicFrame:
        return cls(dataframe, glue_ctx, name)

    def _with(self, frame: DataFrame | None, choices: dict[str, str] | None = None, errors: tuple[DataFrame, ...] = ()) -> DynamicFrame:
        """Another frame that keeps the choices it still has the columns of, and the error records so far."""
        return DynamicFrame(frame, self.glue_ctx, self.name, self._choices.declared if choices is None else choices, (*self._errors, *errors))

    def split_fields(self, paths: list[str] | str, name1: str, name2: str, transformation_ctx: str = "", **thresholds: object) -> DynamicFrameCollection:
        return self._two(self.select_fields(paths), name1, self.drop_fields(paths), name2)

    def split_rows(self, comparison_dict: dict, name1: str = "frame1", name2: str = "frame2", transformation_ctx: str = "", **thresholds: object) -> DynamicFrameCollection:
        frame = self.toDF()
        chosen = F.lit(True)
        for path, comparisons in comparison_dict.items():
            for sign, value in comparisons.items():
                chosen = chosen & getattr(column(found(frame.schema, path) or parts(path)), COMPARISONS[sign])(value)
        rest = ~F.coalesce(chosen, F.lit(False))
        return self._two(self._with(frame.where(chosen), {}), name1, self._with(frame.where(rest), {}), name2)

    def _two(self, first: DynamicFrame, name1: str, second: DynamicFrame, name2: str) -> DynamicFrameCollection:
        first.name, second.name = name1, name2
        return DynamicFrameCollection({name1: first, name2: second}, self.glue_ctx)

    def filter(self, f: Callable, transformation_ctx: str = "", info: str = "", stageThreshold: int = 0, totalThreshold: int = 0) -> DynamicFrame:
        kept, bad = records.filtered(self.toDF(), f)
        return self._with(kept, {}, (bad,)).checked(stageThreshold, totalThreshold)

    def map(self, f: Callable, preservesPartitioning: bool = False, transformation_ctx: str = "", info: str = "", stageThreshold: int = 0, totalThreshold: int = 0) -> DynamicFrame:
        made, bad = records.mapped(self.toDF(), f)
        return self._with(made, {}, (bad,)).checked(stageThreshold, totalThreshold)

    def unbox(self, path: str, format: str, transformation_ctx: str = "", info: str = "", stageThreshold: int = 0, totalThreshold: int = 0, **options: object) -> DynamicFrame:
        if format != "json" or options:
            raise NotInLab(f"unbox of {format}" + "".join(f" with {name}" for name in options))
        frame = self.toDF()
        names = found(frame.schema, path)
        if not names or len(names) > 1:
            raise NotInLab(f"unbox of {path}, which is no column")
        schema, rows, bad = records.unboxed(frame, names[0])
        return self._with(rows.withColumn(names[0], F.from_json(f"`{names[0]}`", schema)), {}, (bad,)).checked(stageThreshold, totalThreshold)

    def unnest(self, transformation_ctx: str = "", **thresholds: object) -> DynamicFrame:
        return self._with(relational.unnested(self.toDF()), {})

    def relationalize(self, root_table_name: str, staging_path: str | None = None, options: dict | None = None, transformation_ctx: str = "",
                      **thresholds: object) -> DynamicFrameCollection:
        tables = relational.relationalized(self.toDF(), root_table_name)
        return DynamicFrameCollection({name: DynamicFrame(frame, self.glue_ctx, name) for name, frame in tables.items()}, self.glue_ctx)

    def union(self, other_frame: DynamicFrame, transformation_ctx: str = "", **thresholds: object) -> DynamicFrame:
        return self._with(self.toDF().unionByName(other_frame.toDF(), allowMissingColumns=True), {}, other_frame._errors)

    def join(self, paths1: list[str] | str, paths2: list[str] | str, frame2: DynamicFrame, transformation_ctx: str = "", **thresholds: object) -> DynamicFrame:
        """Of two columns of one name the second's is put behind a dot, as Glue does; only where a row that was joined has it."""
        left, right = self.toDF(), frame2.toDF()
        shared = {name.lower() for name in left.columns}
        dotted = [f".{name}" for name in right.columns if name.lower() in shared]
        right = right.select(*(F.col(f"`{name}`").alias(f".{name}" if f".{name}" in dotted else name) for name in right.columns))
        keys = [(a.strip("`"), b.strip("`")) for a, b in zip(listed(paths1), listed(paths2), strict=True)]
        joined = left.join(right, [left[f"`{a}`"] == right[f"`{'.' if b.lower() in shared else ''}{b}`"] for a, b in keys])
        return DynamicFrame(_merged(joined, dotted), self.glue_ctx, self.name + frame2.name, None, (*self._errors, *frame2._errors))

    def mergeDynamicFrame(self, stage_dynamic_frame: DynamicFrame, primary_keys: list[str] | str, transformation_ctx: str = "",
                          options: dict | None = None, **thresholds: object) -> DynamicFrame:
        """Rows of the staged frame take the place of those with the same keys."""
        stage = stage_dynamic_frame.toDF()
        kept = self.toDF().join(stage.select(*listed(primary_keys)).distinct(), listed(primary_keys), "left_anti")
        return self._with(kept.unionByName(stage, allowMissingColumns=True), {})

    def __getattr__(self, name: str):
        if name.startswith("_"):
            raise AttributeError(name)
        raise NotInLab(f"DynamicFrame.{name}")


class ResolveOption:
    """How toDF shall resolve one choice: Project or Cast to a type, or KeepAsStruct."""

    def __init__(self, path: str, action: str, target: T.DataType | None = None) -> None:
        self.path, self.action, self.target = path, action, target


def __getattr__(name: str):
    """The reader and the writer stand beside the frame on AWS."""
    if name in ("DynamicFrameReader", "DynamicFrameWriter"):
        from awsglue import reader, writer
        return reader.DynamicFrameReader if name == "DynamicFrameReader" else writer.DynamicFrameWriter
    raise AttributeError(f"module 'awsglue.dynamicframe' has no attribute {name!r}")


def _merged(joined: DataFrame, dotted: list[str]) -> DataFrame:
    """Records on AWS have no field that they have no value of: where the first has none, the second's keeps its name."""
    kinds = dict(joined.dtypes)
    both = {name[1:]: name for name in dotted if kinds[name] == kinds.get(name[1:])}
    def shown(name: str):
        value, other = F.col(f"`{name}`"), both.get(name.removeprefix("."))
        if not other or name not in (other, other[1:]):
            return value
        first, second = F.col(f"`{other[1:]}`"), F.col(f"`{other}`")
        return (F.when(first.isNotNull(), second) if name == other else F.coalesce(first, second)).alias(name)
    merged = joined.select(*(shown(name) for name in joined.columns))
    counts = merged.agg(*(F.count(F.col(f"`{name}`")).alias(name) for name in dotted)).first() if dotted else {}
    return merged.select(*(F.col(f"`{name}`") for name in merged.columns if name not in dotted or counts[name]))
