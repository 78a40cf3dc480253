"""Reading faults: what is wrong with a text, or a value that has its type already, that shall be a field of a reading.

A fault is a fixed sentence without the value, the same words that functions/judge uses for messages, so that both can be
counted together.
"""
from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

from lake.channel import Field

#: Clocks of sources may run ahead of ours by at most this.
MOST_AHEAD = "INTERVAL 1 DAY"

TIME = r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?$"
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
WHOLE = r"^[+-]?\d+$"

#: Types of columns whose values need not be read as texts to be judged, by the type of the field.
WHOLES = ("tinyint", "smallint", "int")
TYPED = {"timestamp": ("timestamp",), "double": ("double", *WHOLES, "bigint", "decimal"), "int": WHOLES, "bigint": (*WHOLES, "bigint")}

#: Types of columns that a field can come from at all, told apart by value or not: of any other type no row would be a reading.
TEXTS = ("string", "varchar", "char")
NUMBERS = (*WHOLES, "bigint", "float", "double", "decimal", *TEXTS)
HELD = {"timestamp": ("timestamp", "timestamp_ntz", *TEXTS), "double": NUMBERS, "int": NUMBERS, "bigint": NUMBERS}
NO_TEXT = ("binary", "array", "struct", "map")

#: What nearly every name looks like: nothing of UNFIT is in it. One pattern is quicker than six.
PLAIN = r"^[A-Za-z0-9_-]++(?:[ .][A-Za-z0-9_-]++)*+\z"

#: No two texts that look the same may name two rooms, and none may look like a path. Spark has no test for Unicode's
#: composed form; a letter with a separate accent is what people meet of it.
UNFIT = [
    (r"^$", "is empty"),
    (r"[\p{Cc}\p{Zl}\p{Zp}]", "has a control character or a line break"),
    (r"\p{Cf}", "has an invisible character"),
    (r"^\s|\s$", "begins or ends with a space"),
    (r"[/\\]|\.\.", r"has a part of a path (/, \ or ..)"),
    (r"[\p{IsLatin}\p{IsGreek}\p{IsCyrillic}]\p{Mn}|[\u1100-\u1112][\u1161-\u1175]", "has a letter with a separate accent"),
]


def is_typed(field: Field, kind: str) -> bool:
    """Whether a column of a type (Spark's name of it) is judged as it is; all others are judged as texts."""
    return kind.partition("(")[0] in TYPED.get(field.type, ())


def is_held(field: Field, kind: str) -> bool:
    """Whether a column of a type can hold a field."""
    plain = kind.partition("(")[0].partition("<")[0]
    return plain in HELD[field.type] if field.type in HELD else plain not in NO_TEXT


def fault_of(field: Field, value: Column, arrival: Column, typed: bool = False) -> Column:
    """What is wrong with a value, or null. @param value a text, or `typed`"""
    told = F.when(value.isNull(), F.lit("is missing"))
    if field.type == "timestamp":
        return _misplaced(told if typed else _unlike_a_time(told, value), value.cast("timestamp"), arrival)
    if field.type == "string":
        return _string_fault(told, field, value)
    return _out_of_range(_no_number(told, field, value) if typed else _unlike_a_number(told, field, value), field, value.cast(field.spark))


def _unlike_a_time(told: Column, text: Column) -> Column:
    return (told
            .when(~text.rlike(TIME), F.lit("is not written as YYYY-MM-DD HH:MM:SS"))
            .when(text.cast("timestamp").isNull(), F.lit("is no time of the calendar")))


def _misplaced(told: Column, value: Column, arrival: Column) -> Column:
    return (told
            .when(value < F.lit("1970-01-01").cast("timestamp"), F.lit("is before 1970"))
            .when(value > arrival + F.expr(MOST_AHEAD), F.lit("is more than a day after arrival")))


def _string_fault(told: Column, field: Field, text: Column) -> Column:
    fits = text.rlike(PLAIN)
    if field.max_length is not None:
        # First of all: a text of a megabyte would keep the patterns busy for half a second.
        short = F.length(text) <= field.max_length
        told, fits = told.when(~short, F.lit(f"is longer than {field.max_length} characters")), short & fits
    for pattern, fault in UNFIT:
        told = told.when(text.rlike(pattern), F.lit(fault))
    return F.when(fits, F.lit(None)).otherwise(told)


def _no_number(told: Column, field: Field, value: Column) -> Column:
    if field.type != "double":
        return told
    value = value.cast("double")
    return told.when(F.isnan(value) | (F.abs(value) == float("inf")), F.lit("is not written as a number"))


def _unlike_a_number(told: Column, field: Field, text: Column) -> Column:
    value = text.cast(field.spark)
    whole = field.type != "double"
    told = told.when(~text.rlike(WHOLE if whole else NUMBER), F.lit("is not written as a whole number" if whole else "is not written as a number"))
    if whole:
        return told.when(value.isNull(), F.lit(f"is beyond what {'an int' if field.type == 'int' else 'a bigint'} holds"))
    return told.when(F.abs(value) == float("inf"), F.lit("is beyond what a double holds"))


def _out_of_range(told: Column, field: Field, value: Column) -> Column:
    of = f" {field.unit}" if field.unit else ""
    if field.min is not None:
        told = told.when(value < field.min, F.lit(f"is below {field.min}{of}"))
    if field.max is not None:
        told = told.when(value > field.max, F.lit(f"is above {field.max}{of}"))
    return told
