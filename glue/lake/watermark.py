"""Watermark: up to where a table of the source database was read, and how the rest is asked for.

The column keeps the time of a row's last change. Rows at the old mark are read again, since others may have been committed
with the same time after it was taken; the curated table knows them and changes nothing.
"""
from __future__ import annotations

from dataclasses import dataclass

#: Driver of each engine that Glue 5 brings, and of the lab's source: Glue Developer Guide, "JDBC connections".
DRIVERS = {
    "sqlserver": "com.microsoft.sqlserver.jdbc.SQLServerDriver",
    "postgresql": "org.postgresql.Driver",
    "mysql": "com.mysql.cj.jdbc.Driver",
    "oracle": "oracle.jdbc.OracleDriver",
    "h2": "org.h2.Driver",
}

#: How an engine reads a text as the time of a watermark.
CASTS = {
    "sqlserver": "CAST('{0}' AS datetime2(7))",
    "postgresql": "CAST('{0}' AS timestamp)",
    "mysql": "CAST('{0}' AS datetime(6))",
    "oracle": "TO_TIMESTAMP('{0}', 'YYYY-MM-DD HH24:MI:SS.FF')",
    "h2": "CAST('{0}' AS timestamp(7))",
}

#: How an engine writes such a time as a text with all its digits: Spark would cut it to the microsecond, and rows at the mark would wait for ever.
TEXTS = {
    "sqlserver": "CONVERT(varchar(40), {0}, 121)",
    "postgresql": "CAST({0} AS varchar(40))",
    "mysql": "CAST({0} AS char(40))",
    "oracle": "TO_CHAR({0}, 'YYYY-MM-DD HH24:MI:SS.FF9')",
    "h2": "CAST({0} AS varchar(40))",
}

#: Quotes around a name: MySQL has its own.
QUOTES = {"mysql": "`"}


class UnknownEngine(Exception):
    """The connection's URL is of an engine that import_db has no words for."""


@dataclass(frozen=True)
class Engine:
    name: str

    @staticmethod
    def of(url: str) -> Engine:
        """@param url such as `jdbc:sqlserver://host:1433;databaseName=readings`"""
        name = url.split(":")[1] if url.startswith("jdbc:") and url.count(":") > 1 else ""
        if name not in DRIVERS:
            raise UnknownEngine(f"JDBC engine \"{name}\" is not known; use one of {', '.join(sorted(DRIVERS))}")
        return Engine(name)

    @property
    def driver(self) -> str:
        return DRIVERS[self.name]

    def quoted(self, column: str) -> str:
        quote = QUOTES.get(self.name, '"')
        return f"{quote}{column.replace(quote, quote * 2)}{quote}"

    def time(self, text: str) -> str:
        return CASTS[self.name].format(text.replace("'", "''"))

    def text(self, time: str) -> str:
        return TEXTS[self.name].format(time)


def newest(table: str, column: str, engine: Engine) -> str:
    """Asks for the newest mark of a table, as `mark`."""
    return f"SELECT {engine.text(f'MAX({engine.quoted(column)})')} AS {engine.quoted('mark')} FROM {table}"


def changed(table: str, columns: list[str], column: str, engine: Engine, since: str | None, until: str) -> str:
    """Asks for the rows changed from `since` (all when None) up to `until`, both included, so that what changes meanwhile waits its turn."""
    mark = engine.quoted(column)
    conditions = [f"{mark} <= {engine.time(until)}"] + ([f"{mark} >= {engine.time(since)}"] if since else [])
    return f"SELECT {', '.join(map(engine.quoted, columns))} FROM {table} WHERE {' AND '.join(conditions)}"
