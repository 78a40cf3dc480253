"""Channel: one kind of message with one schema, read from schema/<channel>.json (in the job's zip: lake/schema/)."""
from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from pyspark.sql import types as T

SPARK_TYPES = {
    "timestamp": T.TimestampType(),
    "string": T.StringType(),
    "double": T.DoubleType(),
    "int": T.IntegerType(),
    "bigint": T.LongType(),
}


@dataclass(frozen=True)
class Field:
    name: str
    type: str
    #: time, key or measure
    role: str
    unit: str | None = None
    description: str | None = None
    min: float | None = None
    max: float | None = None
    max_length: int | None = None

    @property
    def spark(self) -> T.DataType:
        return SPARK_TYPES[self.type]

    @property
    def comment(self) -> str:
        return ", ".join(part for part in (self.description, self.unit and f"in {self.unit}") if part)


@dataclass(frozen=True)
class Channel:
    name: str
    table: str
    fields: tuple[Field, ...]

    @staticmethod
    def load(name: str) -> Channel:
        """The schema of a channel; raises FileNotFoundError when the project has none of that name."""
        return Channel.parse(json.loads(_schema(name)))

    @staticmethod
    def parse(schema: dict) -> Channel:
        fields = tuple(
            Field(each["name"], each["type"], each["role"], each.get("unit"), each.get("description"),
                  each.get("min"), each.get("max"), each.get("maxLength"))
            for each in schema["fields"])
        return Channel(schema["channel"], schema["table"], fields)

    @property
    def names(self) -> list[str]:
        return [field.name for field in self.fields]

    @property
    def time(self) -> str:
        return next(field.name for field in self.fields if field.role == "time")

    @property
    def keys(self) -> list[str]:
        return [field.name for field in self.fields if field.role == "key"]

    @property
    def key(self) -> str:
        """The key that series are told apart by, such as the room."""
        return self.keys[0]

    @property
    def identity(self) -> list[str]:
        """What makes two rows the same reading: the keys and the time."""
        return [*self.keys, self.time]

    @property
    def measures(self) -> list[str]:
        return [field.name for field in self.fields if field.role == "measure"]


def _schema(name: str) -> str:
    packaged = files("lake") / "schema" / f"{name}.json"
    if packaged.is_file():
        return packaged.read_text("utf-8")
    return (Path(__file__).parents[2] / "schema" / f"{name}.json").read_text("utf-8")
