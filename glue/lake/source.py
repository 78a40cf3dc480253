"""Source: the database behind a Glue connection. What is asked is decided in watermark.py and parts.py, and asked in one session; rows come by Spark."""
from __future__ import annotations

from dataclasses import dataclass

from awsglue.context import GlueContext
from pyspark.sql import DataFrame, SparkSession

from lake import encryption
from lake.engine import Engine
from lake.parts import Column, bounds, conditions, next_bound
from lake.session import Session
from lake.watermark import Print


@dataclass(frozen=True)
class Reading:
    """How rows are read: by settings of the job."""

    #: Rows of a part; parts are read side by side, as many at once as the job has cores.
    part_rows: int = 500_000
    #: Rows that come from the database in one piece.
    fetch_rows: int = 10_000
    #: Seconds before the mark in which rows may still be committed.
    overlap: int = 300
    #: Each part from a snapshot, where the engine asks for that in words.
    snapshot: bool = False


class Source:
    def __init__(self, glue: GlueContext, connection: str, reading: Reading | None = None) -> None:
        self.spark: SparkSession = glue.spark_session
        self.reading = reading or Reading()
        self._conf = lambda: glue.extract_jdbc_conf(connection)
        self._log_in(self._conf())

    def _log_in(self, conf: dict[str, str]) -> None:
        self.login = (conf["user"], conf["password"])
        url = conf.get("fullUrl") or conf["url"]
        self.engine = Engine.of(url)
        self.url, tls = encryption.connected(self.engine.name, url, conf, self.spark._jvm.java.lang.System.getProperty, self._text)
        first = self.engine.session(self.reading.snapshot)
        self.options = {
            **self.engine.properties, **tls, "driver": self.engine.driver, "user": conf["user"], "password": conf["password"],
            "fetchsize": str(self.reading.fetch_rows), **({"sessionInitStatement": first} if first else {})}

    def _text(self, uri: str) -> str:
        return self.spark.sparkContext.wholeTextFiles(uri).values().first()

    def has_new_login(self) -> bool:
        """Whether the secret has another login by now; from here on that one is used."""
        conf = self._conf()
        if (conf["user"], conf["password"]) == self.login:
            return False
        self._log_in(conf)
        return True

    def columns(self, table: str) -> dict[str, tuple[str, str]]:
        """Columns of a table by their names in lower case: their own name and Spark's type. No row is asked for."""
        found = self.spark.read.format("jdbc").options(**self.options, url=self.url, dbtable=table).load().dtypes
        return {name.lower(): (name, kind) for name, kind in found}

    def session(self) -> Session:
        return Session(self.spark, self.url, self.options)

    def parts(self, session: Session, table: str, condition: str, column: Column) -> list[str]:
        """The conditions of the parts that a read is cut into."""
        return conditions(column, condition, bounds(lambda after: one(session, next_bound(table, column, condition, after, self.reading.part_rows))))

    def rows(self, table: str, parts: list[str], columns: dict[str, tuple[str, str]]) -> DataFrame:
        """One partition, one connection and one query a part. @param columns as columns() tells them"""
        wider = ", ".join(f"`{name}` {self.engine.wide(kind)}" for name, kind in columns.values() if self.engine.wide(kind) != kind)
        return self.spark.read.jdbc(self.url, table, predicates=parts, properties={**self.options, **({"customSchema": wider} if wider else {})})


def one(session: Session, query: str) -> str | None:
    """A single value; None when there is no row."""
    rows = session.answers(query)
    return rows[0][0] if rows else None


def prints(session: Session, query: str) -> dict[str, Print]:
    return {str(part).strip(): Print(int(str(rows)), str(digest)) for part, rows, digest in session.answers(query)}
