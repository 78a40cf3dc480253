"""DynamicFrame: a DataFrame some of whose columns are choices of two types, until someone resolves them.

Here a choice is a column of texts with the type it was declared as; only where all texts fit that type is there no choice.
"""
from __future__ import annotations

from collections.abc import Callable

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from awsglue.faults import NotInLab

#: Names of types that Glue's mappings and casts use, where Spark has another.
TYPE_NAMES = {"long": "bigint", "short": "smallint", "byte": "tinyint"}


def spark_type(name: str) -> str:
    return TYPE_NAMES.get(name.lower(), name)


def column(path: str) -> Column:
    """A column or a field inside one: `a.b`, `` `a.b` `` where the dot is part of the name."""
    return F.col(path if "`" in path else ".".join(f"`{part}`" for part in path.split(".")))


class DynamicFrame:
    def __init__(self, frame: DataFrame | None, glue_ctx: object, name: str = "", choices: dict[str, str] | None = None) -> None:
        """@param frame None when there is nothing, not even columns. @param choices declared type of columns that hold texts."""
        self._frame = frame if frame is not None else glue_ctx.spark_session.createDataFrame([], T.StructType([]))
        self._choices = choices or {}
        self.glue_ctx = glue_ctx
        self.name = name

    @classmethod
    def fromDF(cls, dataframe: DataFrame, glue_ctx: object, name: str = "") -> DynamicFrame:
        return cls(dataframe, glue_ctx, name)

    def toDF(self, options: list | None = None) -> DataFrame:
        """A choice that is still open becomes a struct with one field a type; one that all values decide becomes that type."""
        if options:
            raise NotInLab("DynamicFrame.toDF options")
        open_ones = self._open_choices()
        return self._frame.select(*(self._shown(name, name in open_ones).alias(name) for name in self._frame.columns))

    def _open_choices(self) -> set[str]:
        """Columns with at least one text that is not of the declared type."""
        if not self._choices:
            return set()
        misfits = [F.max(self._text(name).isNotNull() & self._declared(name).isNull()).alias(name) for name in self._choices]
        row = self._frame.agg(*misfits).first()
        return {name for name in self._choices if row[name]}

    def _text(self, name: str) -> Column:
        # An empty cell of a CSV has no value, whatever its type.
        return F.when(F.col(f"`{name}`") != "", F.col(f"`{name}`"))

    def _declared(self, name: str) -> Column:
        return self._text(name).cast(spark_type(self._choices[name]))

    def _shown(self, name: str, is_open: bool) -> Column:
        if name not in self._choices:
            return F.col(f"`{name}`")
        if not is_open:
            return self._declared(name)
        kind, fits = self._choices[name], self._declared(name)
        return F.when(self._text(name).isNotNull(), F.struct(fits.alias(kind), F.when(fits.isNull(), self._text(name)).alias("string")))

    def _with(self, frame: DataFrame, choices: dict[str, str] | None = None) -> DynamicFrame:
        kept = self._choices if choices is None else choices
        return DynamicFrame(frame, self.glue_ctx, self.name, {name: kind for name, kind in kept.items() if name in frame.columns})

    def count(self) -> int:
        return self._frame.count()

    def schema(self) -> T.StructType:
        return self.toDF().schema

    def printSchema(self) -> None:
        self.toDF().printSchema()

    def show(self, num_rows: int = 20) -> None:
        for line in self.toDF().toJSON().take(num_rows):
            print(line)

    def repartition(self, num_partitions: int) -> DynamicFrame:
        return self._with(self._frame.repartition(num_partitions))

    def coalesce(self, num_partitions: int) -> DynamicFrame:
        return self._with(self._frame.coalesce(num_partitions))

    def resolveChoice(self, specs: list[tuple[str, str]] | None = None, choice: str = "", transformation_ctx: str = "") -> DynamicFrame:
        if bool(specs) == bool(choice):
            raise ValueError("resolveChoice takes either specs or choice")
        frame, choices = self._frame, dict(self._choices)
        for name, action in specs or [(name, choice) for name in self._choices]:
            if name in frame.columns:
                frame = self._resolved(frame, name, action)
                choices.pop(name, None)
        return self._with(frame, choices)

    def _resolved(self, frame: DataFrame, name: str, action: str) -> DataFrame:
        verb, _, kind = action.partition(":")
        is_choice = name in self._choices
        if verb in ("cast", "project") and kind:
            value = F.col(f"`{name}`") if not is_choice or spark_type(kind) == "string" else self._text(name)
            return frame.withColumn(name, value.cast(spark_type(kind)))
        if verb not in ("make_cols", "make_struct"):
            raise NotInLab(f"ResolveChoice action {action}")
        if not is_choice or name not in self._open_choices():
            return frame.withColumn(name, self._shown(name, False))
        if verb == "make_struct":
            return frame.withColumn(name, self._shown(name, True))
        fits = self._declared(name)
        return (frame.withColumn(f"{name}_{self._choices[name]}", fits)
                .withColumn(f"{name}_string", F.when(fits.isNull(), self._text(name))).drop(name))

    def apply_mapping(self, mappings: list[tuple], case_sensitive: bool = False, transformation_ctx: str = "") -> DynamicFrame:
        """Only what is mapped stays. A mapping is (from, from type, to, to type), or (from, to)."""
        columns = []
        for mapping in mappings:
            source, target, kind = (mapping[0], mapping[2], mapping[3]) if len(mapping) == 4 else (*mapping, None)
            value = self._text(source) if source in self._choices else column(source)
            columns.append((value.cast(spark_type(kind)) if kind else value).alias(target.strip("`")))
        return self._with(self._frame.select(*columns), {})

    def select_fields(self, paths: list[str], transformation_ctx: str = "") -> DynamicFrame:
        return self._with(self._frame.select(*(column(path) for path in paths if path.strip("`").split(".")[0] in self._frame.columns)))

    def drop_fields(self, paths: list[str], transformation_ctx: str = "") -> DynamicFrame:
        nested = [path for path in paths if "." in path and "`" not in path]
        if nested:
            raise NotInLab(f"drop_fields inside a column ({nested[0]})")
        return self._with(self._frame.drop(*(path.strip("`") for path in paths)))

    def rename_field(self, oldName: str, newName: str, transformation_ctx: str = "") -> DynamicFrame:
        old, new = oldName.strip("`"), newName.strip("`")
        choices = {new if name == old else name: kind for name, kind in self._choices.items()}
        return self._with(self._frame.withColumnRenamed(old, new), choices)

    def filter(self, f: Callable, transformation_ctx: str = "") -> DynamicFrame:
        frame = self.toDF()
        kept = frame.rdd.filter(lambda row: f(row.asDict(recursive=True)))
        return DynamicFrame(frame.sparkSession.createDataFrame(kept, frame.schema), self.glue_ctx, self.name)

    def map(self, f: Callable, transformation_ctx: str = "") -> DynamicFrame:
        """Types are found again in what `f` returns."""
        frame = self.toDF()
        mapped = frame.rdd.map(lambda row: f(row.asDict(recursive=True)))
        made = None if mapped.isEmpty() else frame.sparkSession.createDataFrame(mapped, samplingRatio=1.0)
        return DynamicFrame(made, self.glue_ctx, self.name)

    def union(self, other_frame: DynamicFrame, transformation_ctx: str = "") -> DynamicFrame:
        return DynamicFrame(self.toDF().unionByName(other_frame.toDF(), allowMissingColumns=True), self.glue_ctx, self.name)

    def join(self, paths1: list[str], paths2: list[str], frame2: DynamicFrame, transformation_ctx: str = "") -> DynamicFrame:
        left, right = self.toDF(), frame2.toDF()
        same = [left[a] == right[b] for a, b in zip(paths1, paths2, strict=True)]
        return DynamicFrame(left.join(right, same), self.glue_ctx, self.name)

    def __getattr__(self, name: str):
        if name.startswith("_"):
            raise AttributeError(name)
        raise NotInLab(f"DynamicFrame.{name}")
