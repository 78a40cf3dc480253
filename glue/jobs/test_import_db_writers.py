"""What import_db reads while others write: the real queries against H2, without Spark between, so that hundreds of histories are quick."""
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jobs.import_db import what_to_read
from lake.engine import Engine
from lake.parts import Column
from lake.session import Session
from lake.source import Reading, Source
from lake.watermark import Mark, Table

URL = "jdbc:h2:mem:writers;MODE=MSSQLServer;DATABASE_TO_LOWER=TRUE"
FIELDS = {"room_id": "string", "timestamp": "timestamp", "temperature": "double"}
OVERLAP, START = 10, datetime(2024, 5, 1)


class Watched(Session):
    """A session in which `meanwhile` is called before each question, as others may write at any time."""

    def __init__(self, connection, meanwhile):
        self._connection, self.meanwhile = connection, meanwhile

    def answers(self, query):
        self.meanwhile()
        return super().answers(query)

    def __exit__(self, *_):
        pass


class Asking(Source):
    """A Source with that session alone."""

    def __init__(self, connection, part_rows, meanwhile):
        self.reading, self.engine, self.watched = Reading(part_rows=part_rows, overlap=OVERLAP), Engine("h2"), Watched(connection, meanwhile)

    def session(self):
        return self.watched


class Writers:
    """Transactions of others: each gives a row a new value and the time at which it began, and may commit up to OVERLAP seconds later."""

    def __init__(self, connect, steps):
        self.connect, self.steps, self.clock, self.value, self.open = connect, list(steps), 0, 0, []
        self.connection = connect()

    def step(self, *_):
        if not self.steps:
            return
        kind, room, seconds = self.steps.pop(0)
        self.clock += seconds
        while self.open and (kind == "commit" or self.open[0][0] < self.clock - OVERLAP):
            self.open.pop(0)[1].commit()
            kind = ""
        if kind in ("write", "begin") and not any(room == each for _, _, each in self.open):
            connection = self.connect()
            connection.setAutoCommit(False)
            self.write(connection, room)
            self.open.append((self.clock, connection, room))
            if kind == "write":
                self.open.pop()[1].commit()

    def write(self, connection, room):
        self.value += 1
        mark = "NULL" if room == 0 else f"'{START + timedelta(seconds=self.clock)}'"
        statement = connection.createStatement()
        if not statement.executeUpdate(f"UPDATE dbo.readings SET temperature = {self.value}, updated_at = {mark} WHERE room_id = 'r{room}'"):
            statement.execute(f"INSERT INTO dbo.readings VALUES ('r{room}', '2024-01-01', {self.value}, {mark})")

    def finish(self):
        while self.steps:
            self.step()
        for _, connection, _ in self.open:
            connection.commit()


@pytest.fixture
def connect(spark):
    made = []

    def connection():
        made.append(spark._jvm.org.h2.Driver.load().connect(URL, spark._jvm.java.util.Properties()))
        return made[-1]
    first = connection().createStatement()
    first.execute('CREATE SCHEMA "dbo"')
    first.execute('CREATE TABLE "dbo"."readings" ("room_id" varchar(64) PRIMARY KEY, "timestamp" datetime2, "temperature" float, "updated_at" datetime2(7))')
    first.execute('CREATE INDEX "dbo"."by_change" ON "dbo"."readings" ("updated_at")')
    yield connection
    for each in made:
        each.close()


def run(source, known, lake):
    """One run of the import: what it read goes to `lake`, later rows over earlier ones. The mark it leaves, and how many rows it read."""
    plan, parts = what_to_read(source, Table(source.engine, "dbo.readings", "updated_at"), known, FIELDS, Column(source.engine, "updated_at", "timestamp"))
    read = [row for part in parts for row in source.session().answers(f"SELECT room_id, temperature FROM dbo.readings WHERE {part}")]
    lake.update(read)
    return plan.mark, len(read)


STEP = st.tuples(st.sampled_from(["write", "write", "begin", "commit", "wait"]), st.integers(0, 6), st.sampled_from([0, 0, 1, 4]))


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(before=st.lists(STEP, max_size=20), during=st.lists(st.lists(STEP, max_size=25), min_size=1, max_size=4), part_rows=st.integers(1, 4))
def test_whatever_others_write_during_the_runs_nothing_is_missed_and_then_nothing_is_read(connect, before, during, part_rows):
    connect().createStatement().execute("DELETE FROM dbo.readings")
    writers, mark, lake = Writers(connect, before), Mark(), {}
    while writers.steps:
        writers.step()
    for steps in during:
        writers.steps = list(steps)
        mark, _ = run(Asking(connect(), part_rows, writers.step), mark, lake)
    writers.finish()
    quiet = Asking(connect(), part_rows, lambda: None)
    mark, _ = run(quiet, mark, lake)
    assert sorted(lake.items()) == sorted(quiet.session().answers("SELECT room_id, temperature FROM dbo.readings"))
    assert run(quiet, mark, lake) == (mark, 0)
