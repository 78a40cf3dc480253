"""Watermark: up to where a table of the source database was read, and which of its rows a run reads.

    ──────────────[since … mark]──────────── … until]        horizon          time of a row's last change
        read before     │window      read now      │            │  ahead: no mark yet
                        └ its print is kept        └ fixed before a row is read

The upper end is fixed first: a row that changes during the read gets a later time and comes with the next run. Rows may still be
committed with a time that was passed already: with the very time of the mark, or, by a transaction that took long, with an earlier
one. So the rows of the window before the mark (`overlap` seconds, at least the instant of the mark itself) are summed up by the
database as a print, before they are read; the next run asks for that print again and reads the window once more only if it differs.
Rows with no usable time (NULL, or further ahead than the horizon) are read, all of them, whenever their print has changed.
"""
from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from lake.engine import Engine

#: Clocks of databases may run ahead of ours, or be of another time zone, by at most this.
MOST_AHEAD = timedelta(days=1)

TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?)?")


@dataclass(frozen=True)
class Print:
    """How many rows, and the sum of what they hold."""

    rows: int = 0
    digest: str = "0"


@dataclass(frozen=True)
class Mark:
    """What is kept of a table from one run to the next."""

    watermark: str | None = None
    #: Where the window before the mark begins.
    since: str | None = None
    window: Print | None = None
    unset: Print = Print()
    ahead: Print = Print()
    #: Name of the files that were landed last.
    landed: str | None = None

    @staticmethod
    def parse(document: dict | None) -> Mark:
        known = {name: value for name, value in (document or {}).items() if name in Mark.__dataclass_fields__}
        return Mark(**{name: Print(**value) if isinstance(value, dict) else value for name, value in known.items()})

    def landed_as(self, name: str) -> Mark:
        return replace(self, landed=name)

    def document(self, run_id: str) -> dict:
        return {**asdict(self), "run_id": run_id}


def horizon(now: datetime) -> str:
    """Times after it are no mark: one row of the year 9999 would hide all that come later."""
    return (now.astimezone(UTC) + MOST_AHEAD).strftime("%Y-%m-%d %H:%M:%S")


def earlier(mark: str, seconds: int) -> str:
    """The start of the window before a mark; the mark itself when it is written in a way that has no arithmetic here."""
    found = TIME.match(mark)
    if not seconds or not found:
        return mark
    year, month, day, hour, minute, second, fraction = found.groups(default="0")
    time = datetime(*map(int, (year, month, day, hour, minute, second)), int(fraction[:6].ljust(6, "0")))
    return (time - timedelta(seconds=seconds)).isoformat(" ", "microseconds") if time.year > 1 else mark


@dataclass(frozen=True)
class Table:
    """A table of the source, by the words of its engine."""

    engine: Engine
    name: str
    #: The column that keeps the time of a row's last change.
    column: str

    @property
    def _mark(self) -> str:
        return self.engine.quoted(self.column)

    def newest(self, before: str) -> str:
        """Asks for the newest mark up to a horizon, as `mark`: one step into the column's index. (For MAX with a condition H2 reads all of it.)"""
        newest = self.engine.text(self._mark, "timestamp")
        return (f"SELECT {newest} AS {self.engine.quoted('mark')} FROM {self.name} WHERE {self._mark} <= {self.engine.time(before)} "
                f"ORDER BY {self._mark} DESC {self.engine.one_row_on(0)}")

    def window(self, since: str, until: str) -> str:
        return f"{self._mark} >= {self.engine.time(since)} AND {self._mark} <= {self.engine.time(until)}"

    def after(self, mark: str, until: str) -> str:
        return f"{self._mark} > {self.engine.time(mark)} AND {self._mark} <= {self.engine.time(until)}"

    def up_to(self, until: str) -> str:
        return f"{self._mark} <= {self.engine.time(until)}"

    @property
    def unset(self) -> str:
        return f"{self._mark} IS NULL"

    def ahead(self, before: str) -> str:
        return f"{self._mark} > {self.engine.time(before)}"

    def prints(self, groups: dict[str, str], columns: dict[str, str]) -> str:
        """Asks for the print of each group of rows (name → condition) over some columns (name → Spark's type), in one query."""
        digest, (part, rows, total) = self.engine.digest(columns), map(self.engine.quoted, ("part", "rows", "digest"))
        return " UNION ALL ".join(
            f"SELECT '{name}' AS {part}, COUNT(*) AS {rows}, {digest} AS {total} FROM {self.name} WHERE {condition}" for name, condition in groups.items())


@dataclass(frozen=True)
class Plan:
    """What a run reads, and the mark that it leaves."""

    #: Condition of the rows between two times, which may be many and are cut into parts; None when there are none.
    dated: str | None
    #: Conditions of rows without a usable time.
    undated: list[str]
    mark: Mark


def groups(table: Table, known: Mark, until: str | None, before: str, overlap: int) -> dict[str, str]:
    """The groups of rows whose prints a plan is made from."""
    found = {"unset": table.unset, "ahead": table.ahead(before)}
    if until is not None:
        found["window"] = table.window(earlier(until, overlap), until)
    if known.watermark is not None:
        found["known"] = table.window(known.since or known.watermark, known.watermark)
    return found


def plan(table: Table, known: Mark, until: str | None, before: str, overlap: int, prints: dict[str, Print]) -> Plan:
    """@param known an empty mark reads everything"""
    undated = [condition for group, condition in (("unset", table.unset), ("ahead", table.ahead(before)))
               if prints[group].rows and prints[group] != getattr(known, group)]
    since = None if until is None else earlier(until, overlap)
    mark = replace(known, watermark=until, since=since, window=prints.get("window"), unset=prints["unset"], ahead=prints["ahead"])
    return Plan(_dated(table, known, until, prints), undated, mark)


def _dated(table: Table, known: Mark, until: str | None, prints: dict[str, Print]) -> str | None:
    if known.watermark is None:
        return None if until is None else table.up_to(until)
    if prints["known"].rows and prints["known"] != known.window:
        # Texts of times of one column are in the order of the times.
        return table.window(known.since or known.watermark, max(until or "", known.watermark))
    return None if until in (None, known.watermark) else table.after(known.watermark, until)
