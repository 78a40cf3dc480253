"""Layouts: what a text file of exports is, decided from its bytes: CSV with which header, JSON a line, or JSON values. Pure.

    pieces ──first line──▶ header, or { or [ ──rest──▶ read to its end where its end can be broken, or a line too long
"""
from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from lake.json_values import values
from lake.unpacked import GZIP, BadFile

DELIMITERS = ",;\t|\x01"
BOM = b"\xef\xbb\xbf"
WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
PARQUET = b"PAR1"


@dataclass(frozen=True)
class Limits:
    """Bounds on what a file may do to memory and disk; beyond them it is set aside."""

    #: Bytes that a file may unpack to.
    unpacked: int
    #: Bytes that a line, or a value of JSON, may have.
    line: int = 64 << 20


@dataclass(frozen=True)
class Layout:
    """How the rows of a file are written."""

    #: csv, json (one value a line), values (JSON laid out in any other way) or parquet
    format: str
    #: First line of a CSV, without its line feed and without a byte order mark; schema of a Parquet file.
    header: bytes = b""
    delimiter: str = ""
    #: Of a CSV, in lower case.
    columns: tuple[str, ...] = ()


def layout_of(pieces: Iterable[bytes], names: list[str], limits: Limits, whole: bool) -> Layout:
    """
    The layout of a text file.

    @param names of the fields that a row must have
    @param whole read it to its end, even where that is not needed to know its layout
    @raises BadFile when it is none of the layouts or breaks a limit
    """
    stream = iter(pieces)
    head = next(stream, b"")
    if head.startswith(WIDE_BOMS):
        raise BadFile("is UTF-16, not UTF-8")
    if b"\x00" in head[:1 << 16].split(b"\n", 1)[0]:
        raise BadFile("is binary, no text")
    text = head.removeprefix(BOM).lstrip()
    if not text.startswith((b"{", b"[")):
        found = _csv(head, names)
    elif text.startswith(b"[") or not _is_json(text.split(b"\n", 1)[0]):
        for _ in values(chain([head.removeprefix(BOM)], stream), limits.line):
            pass
        return Layout("values")
    else:
        found = Layout("json")
    if whole:
        _bounded(chain([head], stream), limits.line)
    return found


def needs_whole(head: bytes, size: int, limits: Limits) -> bool:
    """Whether only reading a file to its end tells that nothing in it is broken or too long."""
    return head.startswith(GZIP) or size > limits.line


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _csv(head: bytes, names: list[str]) -> Layout:
    line = head.split(b"\n", 1)[0]
    if b"\n" not in head and b"\r" in line.rstrip(b"\r"):
        raise BadFile("ends its lines by CR alone")
    try:
        text = line.removeprefix(BOM).decode("utf-8").rstrip("\r")
    except UnicodeDecodeError:
        raise BadFile("has a header that is no valid UTF-8") from None
    for delimiter in DELIMITERS:
        columns = tuple(column.strip().lower() for column in _fields(text, delimiter))
        if all(name in columns for name in names):
            twice = [name for name in names if columns.count(name) > 1]
            if twice:
                raise BadFile(f"has the column {', '.join(twice)} twice in its header")
            return Layout("csv", line.removeprefix(BOM), delimiter, columns)
    raise BadFile(f"has no header with {', '.join(names)}")


def _fields(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return []


def _bounded(pieces: Iterator[bytes], most: int) -> None:
    """Read to the end; raises when a line is longer than may be."""
    length = 0
    for piece in pieces:
        first, *rest = piece.split(b"\n")
        length += len(first)
        longest = max([length, *map(len, rest)])
        if longest > most:
            raise BadFile(f"has a line of more than {most} bytes")
        if rest:
            length = len(rest[-1])
