"""Engine: the words of each database that import_db reads from. Plain texts in and out; nothing is asked here.

Each engine is told apart in what the others would get wrong: how a time is written with all its digits and read again, how a
name is quoted, how one row is taken from further on in an order, how a row is summed up as a number, and what a driver needs
so that it does not gather a whole answer in memory.
"""
from __future__ import annotations

import re
from dataclasses import dataclass

#: Driver of each engine that Glue 5 brings, and of the lab's source: Glue Developer Guide, "JDBC connections".
DRIVERS = {
    "sqlserver": "com.microsoft.sqlserver.jdbc.SQLServerDriver",
    "postgresql": "org.postgresql.Driver",
    "mysql": "com.mysql.cj.jdbc.Driver",
    "oracle": "oracle.jdbc.OracleDriver",
    "h2": "org.h2.Driver",
}

#: How an engine reads a text as a time.
TIMES = {
    "sqlserver": "CAST('{0}' AS datetime2(7))",
    "postgresql": "CAST('{0}' AS timestamp)",
    "mysql": "CAST('{0}' AS datetime(6))",
    "oracle": "TO_TIMESTAMP('{0}', 'YYYY-MM-DD HH24:MI:SS.FF')",
    "h2": "CAST('{0}' AS timestamp(7))",
}

#: How an engine writes a time as a text with all its digits: Spark would cut it to the microsecond, and rows at the mark would wait for ever.
#: SQL Server compares a `datetime` by its 1/300 s where it prints milliseconds, so it is made a datetime2 first (since 2016, compatibility level
#: 130); Oracle has no fractions of a DATE.
TIME_TEXTS = {
    "sqlserver": "CONVERT(varchar(40), CAST({0} AS datetime2(7)), 121)",
    "postgresql": "CAST({0} AS varchar(40))",
    "mysql": "CAST({0} AS char(40))",
    "oracle": "TO_CHAR(CAST({0} AS timestamp(9)), 'YYYY-MM-DD HH24:MI:SS.FF9')",
    "h2": "CAST({0} AS varchar(40))",
}

#: Any other value as a text. SQL Server rounds a float to 6 digits unless asked for all 17 (style 3, since 2016).
TEXTS = {
    "sqlserver": "CONVERT(varchar(64), {0})",
    "postgresql": "CAST({0} AS varchar(64))",
    "mysql": "CAST({0} AS char(64))",
    "oracle": "TO_CHAR({0})",
    "h2": "CAST({0} AS varchar(64))",
}
FLOAT_TEXTS = {**TEXTS, "sqlserver": "CONVERT(varchar(64), {0}, 3)"}

#: 32 bits of a text, as a number that can be summed without overflow.
DIGESTS = {
    "sqlserver": "CAST(CAST(SUBSTRING(HASHBYTES('SHA2_256', {0}), 1, 4) AS int) AS bigint)",
    "postgresql": "CAST(CAST('x' || SUBSTR(MD5({0}), 1, 8) AS bit(32)) AS bigint)",
    "mysql": "CAST(CONV(SUBSTRING(MD5({0}), 1, 8), 16, 10) AS UNSIGNED)",
    "oracle": "ORA_HASH({0})",
    "h2": "ORA_HASH({0})",
}

#: Quotes around a name, and one row from further on, where an engine has its own.
QUOTES = {"mysql": "`"}
ONE_ROW_ON = {"mysql": "LIMIT 1 OFFSET {0}"}

#: Connection properties: half a minute to connect, ten minutes for a next piece of rows, so that a database that has gone quiet is a fault with a name.
#: MySQL's driver keeps a whole answer in memory, whatever the fetch size, unless it uses a cursor: Connector/J Developer Guide, "ResultSet" (PostgreSQL's
#: needs a transaction for it, which Spark begins; the others follow the fetch size). H2 gives up connecting after 2 s by itself.
PROPERTIES = {
    "sqlserver": {"loginTimeout": "30", "socketTimeout": "600000"},
    "postgresql": {"connectTimeout": "30", "loginTimeout": "30", "socketTimeout": "600"},
    "mysql": {"useCursorFetch": "true", "connectTimeout": "30000", "socketTimeout": "600000"},
    "oracle": {"oracle.net.CONNECT_TIMEOUT": "30000", "oracle.jdbc.ReadTimeout": "600000"},
}

#: Types that Spark makes of a column and that have fewer digits than it: H2's `float` has 53 bits, which Spark 3 reads as 24.
WIDER = {"h2": {"float": "double"}}

#: What a session begins with. H2 gathers an answer on its disk first, unless it is lazy: H2 documentation, "SET LAZY_QUERY_EXECUTION".
SESSIONS = {"h2": "SET LAZY_QUERY_EXECUTION 1"}

#: One view of the data for a whole statement, without waiting for writers, is what a session has anyway except in SQL Server, where the database
#: must allow it: Transact-SQL reference, "SET TRANSACTION ISOLATION LEVEL". Spark's `isolationLevel` is for writing only.
SNAPSHOTS = {**SESSIONS, "sqlserver": "SET TRANSACTION ISOLATION LEVEL SNAPSHOT"}

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


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

    @property
    def properties(self) -> dict[str, str]:
        return PROPERTIES.get(self.name, {})

    def wide(self, kind: str) -> str:
        """The type to read a column as, where Spark's own choice (its name) would lose digits. A decimal of all of Spark's digits may have more: one would end the run."""
        return "string" if kind.startswith("decimal(38,") else WIDER.get(self.name, {}).get(kind, kind)

    def session(self, snapshot: bool) -> str | None:
        """What a session is told before it reads; None when nothing."""
        return (SNAPSHOTS if snapshot else SESSIONS).get(self.name)

    def quoted(self, column: str) -> str:
        quote = QUOTES.get(self.name, '"')
        return f"{quote}{column.replace(quote, quote * 2)}{quote}"

    def time(self, text: str) -> str:
        return TIMES[self.name].format(text.replace("'", "''"))

    def number(self, text: str) -> str:
        if not NUMBER.fullmatch(text.strip()):
            raise ValueError(f"{text!r} is no number")
        return text.strip()

    def text(self, value: str, kind: str) -> str:
        """@param kind Spark's name of the type: `timestamp`, `string`, `double` …"""
        if kind == "string":
            return value
        return (TIME_TEXTS if kind.startswith("timestamp") else FLOAT_TEXTS if kind in ("double", "float") else TEXTS)[self.name].format(value)

    def digest(self, columns: dict[str, str]) -> str:
        """The sum of what rows hold in some columns (name → Spark's type), as a text: other rows, another sum, all but surely."""
        texts = [f"COALESCE({self.text(self.quoted(name), kind)}, 'NULL')" for name, kind in columns.items()]
        row = f"CONCAT({', '.join(self._separated(texts))})" if self.name in ("sqlserver", "mysql") else " || '|' || ".join(texts)
        return TEXTS[self.name].format(f"COALESCE(SUM({DIGESTS[self.name].format(row)}), 0)")

    @staticmethod
    def _separated(texts: list[str]) -> list[str]:
        return [part for text in texts for part in (text, "'|'")]

    def one_row_on(self, rows: int) -> str:
        """Ends a query in an order: only the row after that many."""
        return ONE_ROW_ON.get(self.name, "OFFSET {0} ROWS FETCH NEXT 1 ROW ONLY").format(rows)
