"""Parts: the rows of one read cut into ranges of a column, one JDBC query each, read side by side.

    bounds b1 < b2 < …, each some rows further on in the order of the column:  …b1] (b1…b2] (b2…

Ends are shared, one side taking what equals them: whatever the values, equal ones or none, a row is in exactly one part.
A bound costs one step along the column's index; no value is read but the bounds themselves.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lake.engine import Engine

#: Spark's types that a split column may have, by how a bound of them is written.
NUMBERS = ("tinyint", "smallint", "int", "bigint", "float", "double", "decimal")


class BadSplit(Exception):
    """A table's split column has no order that a bound could be written in."""


@dataclass(frozen=True)
class Column:
    """A column to cut by."""

    engine: Engine
    name: str
    #: Spark's name of its type.
    kind: str
    #: Whether rows without a value in it are to be read, too.
    nulls: bool = False

    def __post_init__(self) -> None:
        if not self.kind.startswith(("timestamp", *NUMBERS)):
            raise BadSplit(f"split column {self.name} is of type {self.kind}; set a column of numbers or times")

    @property
    def quoted(self) -> str:
        return self.engine.quoted(self.name)

    def literal(self, bound: str) -> str:
        return self.engine.time(bound) if self.kind.startswith("timestamp") else self.engine.number(bound)


def next_bound(table: str, column: Column, condition: str, after: str | None, rows: int) -> str:
    """Asks for the bound that many rows further on, as `mark`; no row when fewer are left."""
    beyond = f"{column.quoted} > {column.literal(after)}" if after is not None else f"{column.quoted} IS NOT NULL"
    return (f"SELECT {column.engine.text(column.quoted, column.kind)} AS {column.engine.quoted('mark')} FROM {table} "
            f"WHERE {condition} AND {beyond} ORDER BY {column.quoted} {column.engine.one_row_on(rows - 1)}")


def bounds(ask: Callable[[str | None], str | None]) -> list[str]:
    """All bounds in order. @param ask gives the bound after one (None: the first); None when there is none"""
    found: list[str] = []
    while (bound := ask(found[-1] if found else None)) is not None:
        if found and bound == found[-1]:  # a text that is not all of the value
            break
        found.append(bound)
    return found


def conditions(column: Column, condition: str, cuts: list[str]) -> list[str]:
    """A condition cut at its bounds: the WHERE of each part. Rows without a value in the column are in the first, if anywhere."""
    if not cuts:
        return [condition]
    quoted, literals = column.quoted, [column.literal(cut) for cut in cuts]
    between = [f"{quoted} > {low} AND {quoted} <= {high}" for low, high in zip(literals, literals[1:], strict=False)]
    first = f"{quoted} <= {literals[0]}"
    cut = [f"({first} OR {quoted} IS NULL)" if column.nulls else first, *between, f"{quoted} > {literals[-1]}"]
    return [f"{condition} AND {each}" for each in cut]
