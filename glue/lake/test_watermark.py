"""What a run reads of a table, and the mark that it leaves; the rows themselves are read in jobs/test_import_db.py."""
from datetime import UTC, datetime, timedelta, timezone

import pytest

from lake.engine import Engine
from lake.watermark import Mark, Plan, Print, Table, earlier, groups, horizon, plan

TABLE = Table(Engine("h2"), "dbo.readings", "updated_at")
BEFORE, OLD, NEW = "2024-06-02 00:00:00", "2024-05-01 00:10:00", "2024-05-02 00:00:00.1234567"
ONE, TWO, NONE = Print(1, "11"), Print(2, "22"), Print()
KNOWN = Mark(OLD, "2024-05-01 00:05:00.000000", ONE, landed="before")


def planned(before, until, /, **prints):
    return plan(TABLE, before, until, BEFORE, 300, {"unset": NONE, "ahead": NONE, "window": TWO, "known": ONE, **prints})


def time(text):
    return f"CAST('{text}' AS timestamp(7))"


def test_the_first_time_everything_up_to_the_newest_mark_is_read():
    assert planned(Mark(), NEW) == Plan(f'"updated_at" <= {time(NEW)}', [], Mark(NEW, "2024-05-01 23:55:00.123456", TWO))


def test_later_only_what_is_beyond_the_mark():
    found = planned(KNOWN, NEW)
    assert found.dated == f'"updated_at" > {time(OLD)} AND "updated_at" <= {time(NEW)}'
    assert (found.mark.watermark, found.mark.window, found.mark.landed) == (NEW, TWO, "before")


def test_with_nothing_new_nothing_is_read_and_the_mark_stays():
    assert planned(KNOWN, OLD, window=ONE) == Plan(None, [], KNOWN)


def test_a_window_that_has_changed_is_read_once_more_with_what_is_new():
    assert planned(KNOWN, NEW, known=TWO).dated == f'"updated_at" >= {time(KNOWN.since)} AND "updated_at" <= {time(NEW)}'
    assert planned(KNOWN, OLD, known=TWO).dated == f'"updated_at" >= {time(KNOWN.since)} AND "updated_at" <= {time(OLD)}'


def test_a_window_whose_rows_have_all_moved_on_is_not_read_again():
    assert planned(KNOWN, NEW, known=NONE).dated == f'"updated_at" > {time(OLD)} AND "updated_at" <= {time(NEW)}'


def test_a_mark_goes_back_with_the_table():
    found = planned(KNOWN, "2024-04-01 00:00:00", known=NONE)
    assert found.mark.watermark == "2024-04-01 00:00:00"
    assert planned(KNOWN, None, known=NONE) == Plan(None, [], Mark(None, None, TWO, landed="before"))


def test_rows_without_a_usable_time_are_read_when_they_have_changed():
    both = planned(KNOWN, OLD, unset=ONE, ahead=TWO)
    assert both.undated == ['"updated_at" IS NULL', f'"updated_at" > {time(BEFORE)}']
    assert planned(both.mark, OLD, unset=ONE, ahead=TWO).undated == []
    assert planned(both.mark, OLD).undated == []
    assert planned(both.mark, OLD, unset=TWO, ahead=TWO).undated == ['"updated_at" IS NULL']


def test_a_state_without_prints_makes_the_instant_of_its_mark_be_read_again():
    known = Mark.parse({"watermark": OLD, "run_id": "r"})
    assert groups(TABLE, known, NEW, BEFORE, 300)["known"] == TABLE.window(OLD, OLD)
    assert planned(known, NEW).dated == f'"updated_at" >= {time(OLD)} AND "updated_at" <= {time(NEW)}'


def test_a_mark_comes_back_from_its_document():
    assert Mark.parse(KNOWN.document("r")) == KNOWN
    assert Mark.parse(None) == Mark()


@pytest.mark.parametrize(("mark", "seconds", "start"), [
    (NEW, 0, NEW), (NEW, 1, "2024-05-01 23:59:59.123456"), ("2024-05-01", 60, "2024-04-30 23:59:00.000000"), ("2024-05-01 00:00:00.1+00", 1, "2024-04-30 23:59:59.100000"),
    ("0001-01-01 00:00:00", 60, "0001-01-01 00:00:00"), ("infinity", 60, "infinity"),
])
def test_a_window_begins_its_seconds_before_the_mark(mark, seconds, start):
    assert earlier(mark, seconds) == start


def test_the_horizon_is_a_day_ahead_in_utc():
    assert horizon(datetime(2024, 5, 1, 1, tzinfo=timezone(timedelta(hours=2)))) == "2024-05-01 23:00:00"
    assert horizon(datetime(2024, 5, 1, tzinfo=UTC)) == "2024-05-02 00:00:00"
