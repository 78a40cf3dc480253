"""Session: one connection to the database for the few short answers that a read is planned by. Rows come through Spark's own reader.

Each such question would be a job of Spark's that is planned, compiled and asked twice: seconds, where the database answers in milliseconds.
The connection is made as Spark makes its own for a partition (driver, provider, properties), by the function of its dialect.
"""
from __future__ import annotations

from pyspark.sql import SparkSession


class Session:
    def __init__(self, spark: SparkSession, url: str, options: dict[str, str]) -> None:
        """@param options as for Spark's JDBC reader; raises what the driver raises when there is no connection to be had"""
        spark_sql = spark._jvm.org.apache.spark.sql
        given = spark_sql.execution.datasources.jdbc.JDBCOptions(url, "none", spark._jvm.PythonUtils.toScalaMap(options))
        self._connection = spark_sql.jdbc.JdbcDialects.get(url).createConnectionFactory(given).apply(-1)
        if "sessionInitStatement" in options:
            self._connection.createStatement().execute(options["sessionInitStatement"])

    def answers(self, query: str) -> list[tuple[str | None, ...]]:
        """All rows of an answer, as texts. For answers of a few rows."""
        statement = self._connection.createStatement()
        try:
            found = statement.executeQuery(query)
            columns, rows = range(1, found.getMetaData().getColumnCount() + 1), []
            while found.next():
                rows.append(tuple(found.getString(column) for column in columns))
            return rows
        finally:
            statement.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
