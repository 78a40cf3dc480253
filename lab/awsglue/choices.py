"""Choices: columns that hold texts and were declared as something else; only where all texts fit that is there no choice.

Glue's reader finds types value by value (Glue Developer Guide, "ResolveChoice class"): a column declared bigint that holds `n/a`
somewhere is a choice of long and string.
"""
from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from awsglue.faults import NotInLab
from awsglue.paths import glue_type, spark_type


class Choices:
    """@param declared type of each column that is read as text"""

    def __init__(self, frame: DataFrame, declared: dict[str, str]) -> None:
        self.frame = frame
        self.declared = {name: kind for name, kind in declared.items() if name in frame.columns}
        self._open: set[str] | None = None

    @property
    def open(self) -> set[str]:
        """Columns with at least one text that is not of the declared type. Asks the data, once."""
        if self._open is None:
            misfits = [F.max(self.text(name).isNotNull() & self.typed(name).isNull()).alias(name) for name in self.declared]
            row = self.frame.agg(*misfits).first() if misfits else None
            self._open = {name for name in self.declared if row and row[name]}
        return self._open

    def text(self, name: str) -> Column:
        # An empty cell of a CSV has no value, whatever its type.
        return F.when(F.col(f"`{name}`") != "", F.col(f"`{name}`"))

    def typed(self, name: str) -> Column:
        return self.text(name).cast(spark_type(self.declared[name]))

    def shown(self, name: str) -> Column:
        """As a DataFrame has it: a struct with one field a type while it is open."""
        if name not in self.declared:
            return F.col(f"`{name}`")
        return (self.struct(name) if name in self.open else self.typed(name)).alias(name)

    def struct(self, name: str) -> Column:
        fits = self.typed(name)
        both = F.struct(fits.alias(glue_type(self.declared[name])), F.when(fits.isNull(), self.text(name)).alias("string"))
        return F.when(self.text(name).isNotNull(), both)

    def resolved(self, name: str, action: str, catalog_type: str | None) -> DataFrame:
        """@param catalog_type of this column in the table that match_catalog names"""
        verb, _, kind = action.lower().partition(":")
        if verb == "match_catalog":
            kind = catalog_type or ""
            if not kind:
                return self.frame.withColumn(name, self.shown(name))
        if verb in ("cast", "project", "match_catalog") and kind:
            value = self.text(name) if name in self.declared and spark_type(kind) != "string" else F.col(f"`{name}`")
            return self.frame.withColumn(name, value.cast(spark_type(kind)))
        if verb not in ("make_cols", "make_struct"):
            raise NotInLab(f"ResolveChoice action {action}")
        if verb == "make_struct" or name not in self.open:
            return self.frame.withColumn(name, self.shown(name))
        fits = self.typed(name)
        two = [fits.alias(f"{name}_{glue_type(self.declared[name])}"), F.when(fits.isNull(), self.text(name)).alias(f"{name}_string")]
        return self.frame.select(*(each for column in self.frame.columns for each in (two if column == name else [F.col(f"`{column}`")])))
