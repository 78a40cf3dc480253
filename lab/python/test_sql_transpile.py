"""What a statement of Athena becomes, and what is refused."""
import duckdb
import pytest

from sql_transpile import transpile

TABLES = {
    "lake.readings": {"columns": {"timestamp": "TIMESTAMP", "room_id": "VARCHAR", "temperature": "DOUBLE", "n": "INTEGER"}},
    "lake.landed": {"columns": {"room_id": "VARCHAR", "source": "VARCHAR", "day": "VARCHAR"}, "partitions": ["source", "day"]},
    "lake.latest": {"view": {"sql": "SELECT room_id, max_by(temperature, timestamp) AS temperature FROM readings GROUP BY room_id",
                             "database": "lake", "columns": [{"name": "room_id"}, {"name": "temperature"}]}},
    "lake.stale": {"view": {"sql": "SELECT room_id FROM readings", "database": "lake", "columns": [{"name": "thing"}]}},
    "lake.gone": {"absent": "table"},
    "nowhere.x": {"absent": "schema"},
}


def asked(sql, *parameters):
    return transpile({"sql": sql, "database": "lake", "parameters": list(parameters), "tables": TABLES})


def fault(sql, *parameters):
    return asked(sql, *parameters)["error"]


def rows(sql, *parameters):
    """What DuckDB answers to the outcome, on three rows."""
    with duckdb.connect() as db:
        db.execute('CREATE TABLE "lake.readings" AS FROM (VALUES '
                   "(TIMESTAMP '2020-01-01 10:59:00', 'a', 2.5, 7), (TIMESTAMP '2020-01-01 11:01:00', 'a', NULL, -7), "
                   "(TIMESTAMP '2020-01-01 12:00:00', '=b''\"', -2.5, 0)) v(\"timestamp\", room_id, temperature, n)")
        return db.execute(asked(sql, *parameters)["sql"]).fetchall()


def test_names_what_has_no_name_as_athena_does():
    assert asked("SELECT room_id, count(*), *, 1 AS one FROM latest GROUP BY 1, 3, 4")["columns"] == ["room_id", "_col1", "room_id", "temperature", "one"]


def test_asks_for_tables_that_it_knows_nothing_of():
    assert transpile({"sql": "WITH a AS (SELECT 1 x) SELECT * FROM a, other.T, b", "database": "lake"}) == {
        "statement": "query", "missing": ["lake.b", "other.t"]}


@pytest.mark.parametrize(("sql", "value"), [
    ("SELECT 7/2", 3), ("SELECT n/2 FROM readings WHERE n < 0", -3), ("SELECT 9007199254740993/1", 9007199254740993),
    ("SELECT date_diff('hour', min(timestamp), max(timestamp)) FROM readings", 1),
    ("SELECT max_by(temperature, timestamp) FROM readings WHERE room_id = 'a'", None),
    ("SELECT CAST(temperature AS bigint) FROM readings WHERE n = 7", 3), ("SELECT CAST(temperature AS bigint) FROM readings WHERE n = 0", -3),
])
def test_means_what_trino_means_where_duckdb_differs(sql, value):
    assert rows(sql) == [(value,)]


def test_compares_times_of_any_precision():
    assert rows("SELECT count(*) FROM readings WHERE timestamp AT TIME ZONE 'UTC' > timestamp '2020-01-01 11:00:00' AND timestamp < CAST(? AS timestamp(3))",
                "'2020-01-01 11:59:59'") == [(1,)]


def test_fails_on_a_division_by_zero():
    with pytest.raises(duckdb.Error, match="DIVISION_BY_ZERO"):
        rows("SELECT 1/n FROM readings")


@pytest.mark.parametrize("hostile", ["' OR 1=1 --", "'; DROP TABLE readings; --", "x') UNION SELECT * FROM (SELECT 1", "=b'\"", "\\'", "?"])
def test_a_parameter_stays_a_value(hostile):
    literal = "'" + hostile.replace("'", "''") + "'"
    assert rows("SELECT count(*) FROM readings WHERE room_id = ?", literal) == [(1 if hostile == "=b'\"" else 0,)]
    assert rows("SELECT ?", literal) == [(hostile,)]


@pytest.mark.parametrize("parameter", ["x", "(SELECT 1)", "1 FROM readings", "'a' OR 1=1", "1; SELECT 2", "now()", "", "1, 2", "'a"])
def test_refuses_a_parameter_that_is_no_literal(parameter):
    assert fault("SELECT ? FROM readings", parameter)["code"] in {"INVALID_PARAMETER_USAGE"}


def test_counts_parameters():
    assert fault("SELECT ? FROM readings WHERE room_id = '?' -- ?")["message"] == "Incorrect number of parameters: expected 1 but found 0"


@pytest.mark.parametrize(("sql", "code", "message"), [
    ("SELECT nosuch FROM readings", "COLUMN_NOT_FOUND", "line 1:8: Column 'nosuch' cannot be resolved or requester is not authorized to access requested resources"),
    ("SELECT 1 FROM gone", "TABLE_NOT_FOUND", "line 1:15: Table 'awsdatacatalog.lake.gone' does not exist"),
    ("SELECT 1 FROM nowhere.x", "SCHEMA_NOT_FOUND", "line 1:23: Schema 'nowhere' does not exist"),
    ("SELECT * FROM readings WHERE temperature > 'a'", "TYPE_MISMATCH", "line 1:30: Cannot apply operator: double > varchar"),
    ("SELECT room_id FROM stale", "VIEW_IS_STALE", "line 1:21: View 'lake.stale' is stale or in invalid state: it declares thing and selects room_id"),
])
def test_tells_faults_in_athenas_words(sql, code, message):
    assert fault(sql) == {"code": code, "message": message, "phase": "run"}


@pytest.mark.parametrize("sql", [
    "SELECT read_text('/etc/passwd')", "SELECT * FROM read_parquet('/etc/passwd')", "SELECT * FROM glob('/*')", "SELECT getenv('HOME')",
    "SELECT 1; SELECT 2", "COPY readings TO '/tmp/x'", "ATTACH 'x'", "INSTALL httpfs", "LOAD httpfs", "SET memory_limit = '1GB'", "PRAGMA version",
    "CREATE TABLE a AS SELECT 1", "CREATE VIEW v AS SELECT 1", "DROP TABLE readings", "INSERT INTO readings SELECT 1", "UNLOAD (SELECT 1) TO 's3://x'",
    "SELECT * FROM readings TABLESAMPLE BERNOULLI (1)", "SELECT * FROM readings FOR TIMESTAMP AS OF now()", "SELECT * FROM other.lake.readings",
    "EXPLAIN SELECT 1", "SHOW CREATE TABLE readings", "", "selec 1", "(" * 3000 + "SELECT 1" + ")" * 3000,
])
def test_refuses_by_name_what_it_does_not_do(sql):
    assert fault(sql)["message"]


def test_reads_only_the_partitions_that_a_condition_needs():
    touched = asked("SELECT source FROM landed l WHERE day BETWEEN '1' AND '3' AND source IN ('live') AND room_id = 'x'")["reads"]
    assert touched["lake.landed"]["columns"] == ["day", "room_id", "source"]
    assert touched["lake.landed"]["partitions"] == "\"day\" BETWEEN '1' AND '3' AND \"source\" IN ('live')"


@pytest.mark.parametrize("sql", [
    "SELECT 1 FROM landed WHERE day = '1' OR room_id = 'x'",
    "SELECT 1 FROM readings r LEFT JOIN landed l ON l.day = '1' WHERE l.day IS NULL",
    "SELECT 1 FROM landed a, (SELECT * FROM landed) b WHERE a.day = '1'",
    "SELECT 1 FROM (SELECT day, row_number() OVER (ORDER BY day) r FROM landed) WHERE day = '1'",
    "SELECT 1 FROM landed WHERE day = (SELECT max(day) FROM landed)",
])
def test_skips_no_partition_where_it_is_not_sure(sql):
    assert asked(sql)["reads"]["lake.landed"]["partitions"] is None


def test_knows_which_files_a_condition_leaves_out_by_their_bounds():
    touched = asked("SELECT 1 FROM readings WHERE timestamp >= CAST(? AS timestamp(3)) AND timestamp < TIMESTAMP '2020-01-02 00:00:00' AND room_id = 'a' "
                    "AND n > temperature AND 2 <= n", "'2020-01-01 00:00:00'")["reads"]
    assert touched["lake.readings"]["bounds"] == [[
        ["timestamp", ">=", "CAST('2020-01-01 00:00:00' AS TIMESTAMP)"], ["timestamp", "<", "CAST('2020-01-02 00:00:00' AS TIMESTAMP)"],
        ["room_id", "=", "'a'"], ["n", ">=", "2"]]]
    both = asked("SELECT 1 FROM readings a LEFT JOIN readings b ON a.n = 1 WHERE a.n = 2 UNION ALL SELECT n FROM readings WHERE n BETWEEN 1 AND 3")["reads"]
    assert sorted(both["lake.readings"]["bounds"]) == [[], [], [["n", ">=", "1"], ["n", "<=", "3"]]]


@pytest.mark.parametrize(("sql", "answer"), [
    ("SHOW DATABASES", {"statement": "show_databases", "pattern": None}),
    ("show tables in raw '*temp*';", {"statement": "show_tables", "pattern": "*temp*", "database": "raw"}),
    ("SHOW COLUMNS IN readings", {"statement": "show_columns", "pattern": None, "database": "lake", "table": "readings"}),
    ("DESCRIBE raw.`Landed` -- all", {"statement": "describe", "pattern": None, "database": "raw", "table": "landed"}),
])
def test_reads_what_asks_about_the_catalogue(sql, answer):
    assert asked(sql) == answer
