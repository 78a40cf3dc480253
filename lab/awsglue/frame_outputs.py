"""Frame outputs: what a DynamicFrame tells of itself, and where it can be put. Part of DynamicFrame."""
from __future__ import annotations

from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import types as T

from awsglue import records


class FrameOutputs:
    def toDF(self, options: list | None = None) -> DataFrame:
        """A choice that is still open becomes a struct with one field a type; one that all values decide becomes that type."""
        if not options:
            return self._frame.select(*(self._choices.shown(name) for name in self._frame.columns))
        actions = [(each.path, "make_struct" if each.action == "KeepAsStruct" else f"{each.action.lower()}:{each.target.simpleString()}") for each in options]
        return self.resolveChoice(specs=actions).toDF()

    def count(self) -> int:
        return self._frame.count()

    def schema(self) -> T.StructType:
        return self.toDF().schema

    def printSchema(self) -> None:
        self.toDF().printSchema()

    def show(self, num_rows: int = 20) -> None:
        for line in self.toDF().toJSON().take(num_rows):
            print(line)

    def getNumPartitions(self) -> int:
        return self._frame.rdd.getNumPartitions()

    def repartition(self, num_partitions: int, transformation_ctx: str = "", **thresholds: object):
        return self._with(self._frame.repartition(num_partitions))

    def coalesce(self, num_partitions: int, shuffle: bool = False, transformation_ctx: str = "", **thresholds: object):
        return self._with(self._frame.repartition(num_partitions) if shuffle else self._frame.coalesce(num_partitions))

    def write(self, connection_type: str, connection_options: dict | None = None, format: str | None = None, format_options: dict | None = None, accumulator_size: int = 0):
        return self.glue_ctx.write_from_options(self, connection_type, connection_options or {}, format, format_options or {})

    def spigot(self, path: str, options: dict | None = None, transformation_ctx: str = "", **thresholds: object):
        """A sample as JSON lines at `path`: `topk` the first k rows, `prob` each row by this chance."""
        chosen = options or {}
        frame = self.toDF()
        if "prob" in chosen:
            frame = frame.sample(fraction=float(chosen["prob"]))
        frame.limit(int(chosen.get("topk", 100))).coalesce(1).write.mode("append").json(path)
        return self

    def errorsAsDynamicFrame(self):
        """Rows that a transform before failed on, each with what was wrong."""
        spark = self.glue_ctx.spark_session
        whole = reduce(DataFrame.unionByName, self._errors, spark.createDataFrame([], records.ERROR))
        return type(self)(whole, self.glue_ctx, f"{self.name}_errors")

    def errorsCount(self) -> int:
        return self.errorsAsDynamicFrame().count()

    def stageErrorsCount(self) -> int:
        """Of the last transform alone."""
        return self._errors[-1].count() if self._errors else 0

    def checked(self, stage: int, total: int):
        """This frame, unless there are more error records than a script allows; 0: any number."""
        if (stage and self.stageErrorsCount() > stage) or (total and self.errorsCount() > total):
            first = self.errorsAsDynamicFrame().toDF().first()
            raise RuntimeError(f"more error records than allowed (stageThreshold {stage}, totalThreshold {total}); the first: {first['error']['msg']}")
        return self
