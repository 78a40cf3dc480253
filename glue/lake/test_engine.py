"""What is asked of a source database, engine by engine. That each text is of its engine's language is checked by parsing it as that."""
import pytest
import sqlglot

from lake.engine import DRIVERS, Engine, UnknownEngine
from lake.parts import Column, next_bound
from lake.watermark import Table

MARK = "2024-01-01 00:00:00.1234567"
DIALECTS = {"sqlserver": "tsql", "postgresql": "postgres", "mysql": "mysql", "oracle": "oracle", "h2": "postgres"}
COLUMNS = {"room_id": "string", "timestamp": "timestamp", "temperature": "double"}


@pytest.mark.parametrize(("url", "name"), [
    ("jdbc:sqlserver://h:1433;databaseName=d", "sqlserver"), ("jdbc:postgresql://h:5432/d", "postgresql"), ("jdbc:mysql://h:3306/d", "mysql"),
    ("jdbc:oracle:thin://@h:1521/s", "oracle"), ("jdbc:h2:tcp://127.0.0.1:1/d;MODE=MSSQLServer", "h2"),
])
def test_the_engine_is_told_by_the_url(url, name):
    assert Engine.of(url).name == name


@pytest.mark.parametrize("url", ["jdbc:db2://h:1/d", "sqlserver://h", "jdbc:", ""])
def test_an_engine_without_words_is_refused(url):
    with pytest.raises(UnknownEngine, match="use one of h2, mysql, oracle, postgresql, sqlserver"):
        Engine.of(url)


@pytest.mark.parametrize(("name", "newest", "time"), [
    ("sqlserver", 'CONVERT(varchar(40), CAST("m" AS datetime2(7)), 121) AS "mark"', f"CAST('{MARK}' AS datetime2(7))"),
    ("postgresql", 'CAST("m" AS varchar(40)) AS "mark"', f"CAST('{MARK}' AS timestamp)"),
    ("mysql", "CAST(`m` AS char(40)) AS `mark`", f"CAST('{MARK}' AS datetime(6))"),
    ("oracle", "TO_CHAR(CAST(\"m\" AS timestamp(9)), 'YYYY-MM-DD HH24:MI:SS.FF9') AS \"mark\"", f"TO_TIMESTAMP('{MARK}', 'YYYY-MM-DD HH24:MI:SS.FF')"),
    ("h2", 'CAST("m" AS varchar(40)) AS "mark"', f"CAST('{MARK}' AS timestamp(7))"),
])
def test_the_newest_mark_comes_with_all_its_digits_and_goes_back_as_the_same_time(name, newest, time):
    column = "`m`" if name == "mysql" else '"m"'
    table = Table(Engine(name), "dbo.readings", "m")
    end = "LIMIT 1 OFFSET 0" if name == "mysql" else "OFFSET 0 ROWS FETCH NEXT 1 ROW ONLY"
    assert table.newest(MARK) == f"SELECT {newest} FROM dbo.readings WHERE {column} <= {time} ORDER BY {column} DESC {end}"
    assert table.after(MARK, MARK) == f"{column} > {time} AND {column} <= {time}"


@pytest.mark.parametrize(("name", "end"), [
    ("sqlserver", 'ORDER BY "id" OFFSET 499 ROWS FETCH NEXT 1 ROW ONLY'), ("postgresql", 'ORDER BY "id" OFFSET 499 ROWS FETCH NEXT 1 ROW ONLY'),
    ("mysql", "ORDER BY `id` LIMIT 1 OFFSET 499"), ("oracle", 'ORDER BY "id" OFFSET 499 ROWS FETCH NEXT 1 ROW ONLY'),
    ("h2", 'ORDER BY "id" OFFSET 499 ROWS FETCH NEXT 1 ROW ONLY'),
])
def test_a_bound_is_one_row_from_further_on(name, end):
    assert next_bound("t", Column(Engine(name), "id", "bigint"), "1 = 1", "7", 500).endswith(end)


@pytest.mark.parametrize(("name", "digest"), [
    ("sqlserver", "CONVERT(varchar(64), COALESCE(SUM(CAST(CAST(SUBSTRING(HASHBYTES('SHA2_256', CONCAT(COALESCE(\"room_id\", 'NULL'), '|', "
                  "COALESCE(CONVERT(varchar(40), CAST(\"timestamp\" AS datetime2(7)), 121), 'NULL'), '|', "
                  "COALESCE(CONVERT(varchar(64), \"temperature\", 3), 'NULL'), '|')), 1, 4) AS int) AS bigint)), 0))"),
    ("postgresql", "CAST(COALESCE(SUM(CAST(CAST('x' || SUBSTR(MD5(COALESCE(\"room_id\", 'NULL') || '|' || COALESCE(CAST(\"timestamp\" AS varchar(40)), 'NULL') "
                   "|| '|' || COALESCE(CAST(\"temperature\" AS varchar(64)), 'NULL')), 1, 8) AS bit(32)) AS bigint)), 0) AS varchar(64))"),
    ("mysql", "CAST(COALESCE(SUM(CAST(CONV(SUBSTRING(MD5(CONCAT(COALESCE(`room_id`, 'NULL'), '|', COALESCE(CAST(`timestamp` AS char(40)), 'NULL'), '|', "
              "COALESCE(CAST(`temperature` AS char(64)), 'NULL'), '|')), 1, 8), 16, 10) AS UNSIGNED)), 0) AS char(64))"),
    ("oracle", "TO_CHAR(COALESCE(SUM(ORA_HASH(COALESCE(\"room_id\", 'NULL') || '|' || "
               "COALESCE(TO_CHAR(CAST(\"timestamp\" AS timestamp(9)), 'YYYY-MM-DD HH24:MI:SS.FF9'), 'NULL') || '|' || COALESCE(TO_CHAR(\"temperature\"), 'NULL'))), 0))"),
])
def test_rows_are_summed_up_by_the_database_with_all_digits_of_their_values(name, digest):
    assert Engine(name).digest(COLUMNS) == digest


@pytest.mark.parametrize("name", DRIVERS)
def test_every_query_is_of_its_engines_language(name):
    table = Table(Engine(name), "dbo.readings", "updated_at")
    found = {"window": table.window(MARK, MARK), "unset": table.unset, "ahead": table.ahead(MARK)}
    column = Column(Engine(name), "updated_at", "timestamp")
    for query in (table.newest(MARK), table.prints(found, COLUMNS), next_bound("dbo.readings", column, table.up_to(MARK), MARK, 9)):
        assert sqlglot.parse_one(query, read=DIALECTS[name]) is not None


def test_a_column_is_read_as_a_type_that_holds_all_its_digits():
    assert [Engine(name).wide("float") for name in ("h2", "sqlserver")] == ["double", "float"]
    assert [Engine("oracle").wide(kind) for kind in ("decimal(38,10)", "decimal(10,2)", "timestamp")] == ["string", "decimal(10,2)", "timestamp"]


def test_names_and_marks_can_not_leave_their_quotes():
    table = Table(Engine("postgresql"), "t", 'a" FROM x; --')
    assert table.up_to("x' OR '1'='1") == '"a"" FROM x; --" <= CAST(\'x\'\' OR \'\'1\'\'=\'\'1\' AS timestamp)'
    with pytest.raises(ValueError, match="is no number"):
        Engine("h2").number("1 OR 1=1")


def test_a_session_reads_from_a_snapshot_where_that_has_to_be_asked_for():
    asked = {name: (Engine(name).session(False), Engine(name).session(True)) for name in DRIVERS}
    lazy = "SET LAZY_QUERY_EXECUTION 1"
    assert asked == {**dict.fromkeys(DRIVERS, (None, None)), "sqlserver": (None, "SET TRANSACTION ISOLATION LEVEL SNAPSHOT"), "h2": (lazy, lazy)}


def test_no_driver_gathers_a_whole_answer_or_waits_for_ever():
    assert Engine("mysql").properties["useCursorFetch"] == "true"
    assert [name for name in DRIVERS if name != "h2" and len([key for key in Engine(name).properties if "imeout" in key or "TIMEOUT" in key]) < 2] == []
