"""JSON values: the rows of a JSON file as exact bytes, and the texts of one row.

A file is one value a line, or one array of values however it is laid out, or values one behind the other.
"""
from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from lake.unpacked import BadFile

#: A whole text, the begin of one that is not whole yet, or what opens, closes and parts values.
TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|"|[{}\[\],]', re.DOTALL)
SPACE = b" \t\r\n"


def values(pieces: Iterable[bytes], most: int) -> Iterator[bytes]:
    """
    The elements of the array that a file is, or its values one behind the other, without the space around them.

    @param most bytes that one value may have
    @raises BadFile when the file ends within a value or a value is longer
    """
    buffer, at, depth, base = b"", 0, 0, None
    for piece in pieces:
        buffer += piece
        while token := TOKEN.search(buffer, at):
            sign = token.group()
            if sign == b'"':
                break
            at = token.end()
            if base is None:
                base = 1 if sign == b"[" and not buffer[:token.start()].strip(SPACE) else 0
                if base:
                    buffer, at, depth = buffer[at:], 0, 1
                    continue
            closing = sign in b"}]"
            depth = max(0, depth + (1 if sign in b"{[" else -1 if closing else 0))
            if base == 1 and depth == 0 and sign != b"]":
                raise BadFile("is a JSON array that is closed as something else")
            ends = base == 0 and closing and depth == 0
            if ends or (base == 1 and ((sign == b"," and depth == 1) or (closing and depth == 0))):
                yield from _told(buffer[:at if ends else token.start()], base == 1 and not closing)
                buffer, at = buffer[at:], 0
                if base == 1 and closing:
                    # What comes behind the array is told as values, too: nothing is lost.
                    base = 0
        if len(buffer) > most:
            raise BadFile(f"has a value of more than {most} bytes")
    if depth > 0:
        raise BadFile("is JSON that ends early")
    yield from _told(buffer, False)


def _told(value: bytes, even_empty: bool) -> Iterator[bytes]:
    text = value.strip(SPACE)
    if text or even_empty:
        yield text


class Members(list):
    """Names and values of an object, in their order."""


def texts(value: bytes, names: list[str]) -> tuple[list[str | None], str | None]:
    """What a row has under each name, in any case, as text; and what keeps it from being read at all."""
    nothing: list[str | None] = [None] * len(names)
    try:
        found = json.loads(value.decode("utf-8"), object_pairs_hook=Members, parse_float=str, parse_int=str, parse_constant=_refused)
    except UnicodeDecodeError:
        return nothing, "row is no valid UTF-8"
    except (ValueError, RecursionError):
        return nothing, "row is no JSON"
    if not isinstance(found, Members):
        return nothing, "row is no JSON object"
    members: dict[str, list] = {}
    for name, one in found:
        members.setdefault(name.lower(), []).append(one)
    faults = [fault for name in names if (fault := _fault(name, members.get(name, [])))]
    return (nothing, "; ".join(faults)) if faults else ([_text(members[name][0]) if name in members else None for name in names], None)


def _refused(constant: str) -> None:
    raise ValueError(constant)


def _fault(name: str, found: list) -> str | None:
    if len(found) > 1:
        return f"{name} stands more than once"
    if any(isinstance(one, list) for one in found):
        return f"{name} is no single value"
    # JSON can write half of a character, no text can hold it.
    return f"{name} is no valid text" if any(isinstance(one, str) and re.search("[\ud800-\udfff]", one) for one in found) else None


def _text(value: str | bool | None) -> str | None:
    return json.dumps(value) if isinstance(value, bool) else value
