"""What is asked of a source database, engine by engine."""
import pytest

from lake.watermark import Engine, UnknownEngine, changed, newest

SINCE, UNTIL = "2024-01-01 00:00:00.1234567", "2024-01-02 00:00:00.7654321"


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


def test_the_newest_mark_comes_with_all_its_digits():
    assert newest("dbo.readings", "updated_at", Engine("sqlserver")) == 'SELECT CONVERT(varchar(40), MAX("updated_at"), 121) AS "mark" FROM dbo.readings'


def test_rows_are_asked_for_with_both_ends():
    assert changed("dbo.readings", ["room_id", "timestamp"], "updated_at", Engine("sqlserver"), SINCE, UNTIL) == (
        'SELECT "room_id", "timestamp" FROM dbo.readings WHERE "updated_at" <= CAST(\'2024-01-02 00:00:00.7654321\' AS datetime2(7)) '
        'AND "updated_at" >= CAST(\'2024-01-01 00:00:00.1234567\' AS datetime2(7))')


def test_the_first_time_all_rows_are_asked_for():
    assert "WHERE `updated_at` <= CAST('" in changed("readings", ["a"], "updated_at", Engine("mysql"), None, UNTIL)
    assert ">=" not in changed("readings", ["a"], "updated_at", Engine("mysql"), None, UNTIL)


def test_names_and_marks_can_not_leave_their_quotes():
    query = changed("t", ['a" FROM x; --'], "m", Engine("postgresql"), None, "x' OR '1'='1")
    assert '"a"" FROM x; --"' in query and "CAST('x'' OR ''1''=''1' AS timestamp)" in query
