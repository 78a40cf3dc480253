"""Files of exports before Spark sees them: unpacked within bounds, laid out, and split into rows without losing a byte."""
import gzip
import io
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lake.json_values import texts, values
from lake.layouts import Layout, Limits, layout_of, needs_whole
from lake.unpacked import BadFile, unpacked

NAMES = ["timestamp", "room_id", "temperature"]
LIMITS = Limits(unpacked=1 << 16, line=1 << 12)

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
nested = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3), max_leaves=8)
members = st.dictionaries(st.text(max_size=5), nested, max_size=4)


def pieces(data: bytes, cut: random.Random) -> list[bytes]:
    """The data cut anywhere, as reads from a network are."""
    found = []
    while data:
        at = cut.randint(1, max(1, min(len(data), 7)))
        found.append(data[:at])
        data = data[at:]
    return found


@given(st.lists(members, max_size=5), st.sampled_from(["array", "pretty", "lines", "behind"]), st.booleans(), st.randoms())
def test_rows_of_json_come_out_as_they_were_written_however_the_file_is_laid_out_and_cut(rows, layout, ascii_only, cut):
    written = [json.dumps(row, ensure_ascii=ascii_only, indent=2 if layout == "pretty" else None).encode("utf-8", "surrogatepass") for row in rows]
    inside = b" ,\n".join(written)
    data = {"array": b"[" + inside + b"]\n", "pretty": b" [\n" + inside + b"\n]", "lines": b"\n".join(written), "behind": b"".join(written)}[layout]
    assert list(values(pieces(data, cut), 1 << 20)) == written


@given(st.binary(max_size=60), st.sampled_from([b"", b"[", b'{"a":1},', b'[{"a":1},']), st.randoms())
def test_no_byte_of_a_broken_file_is_lost_unless_all_of_it_is_refused(rest, begin, cut):
    data = begin + rest
    try:
        found = list(values(pieces(data, cut), 1 << 20))
    except BadFile:
        return
    kept = sorted(b"".join(found).translate(None, b" \t\r\n[],"))
    assert kept == sorted(data.translate(None, b" \t\r\n[],"))


@given(st.lists(st.tuples(st.text(alphabet="abcT_", max_size=3), scalars), max_size=5))
def test_a_row_of_json_is_read_by_its_names_or_told_why_not(pairs):
    line = "{" + ",".join(f"{json.dumps(name)}:{json.dumps(value)}" for name, value in pairs) + "}"
    told, fault = texts(line.encode(), ["a", "t"])
    found = {name: [value for key, value in pairs if key.lower() == name] for name in ("a", "t")}
    twice = [f"{name} stands more than once" for name, those in found.items() if len(those) > 1]
    assert fault == ("; ".join(twice) or None)
    if not fault:
        plain = [those[0] if those else None for those in found.values()]
        assert told == [value if value is None or isinstance(value, str) else json.dumps(value) for value in plain]


@pytest.mark.parametrize(("line", "fault"), [
    (b"", "row is no JSON"), (b"[1]", "row is no JSON object"), (b'{"a":NaN}', "row is no JSON"), (b'{"a":1}{"a":2}', "row is no JSON"), (b"{" * 100_000, "row is no JSON"),
    (b'{"a":"\xff"}', "row is no valid UTF-8"), (b'{"a":{"b":1}}', "a is no single value"), (b'{"a":[]}', "a is no single value"), (b'{"a":"\\ud800"}', "a is no valid text"),
])
def test_a_row_that_is_no_object_of_plain_values_is_told_as_such(line, fault):
    assert texts(line, ["a"]) == ([None], fault)


def test_numbers_stay_as_they_are_written():
    assert texts(b'{"a":21.50,"b":9007199254740993,"c":1e400,"d":true,"e":null,"f":"007"}', list("abcdefg")) == (
        ["21.50", "9007199254740993", "1e400", "true", None, "007", None], None)


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=4))
def test_gzip_of_any_number_of_members_is_unpacked_whole(parts):
    packed = b"".join(map(gzip.compress, parts))
    assert b"".join(unpacked(packed[:5], io.BytesIO(packed[5:]), "x.gz", 1 << 16)) == b"".join(parts)


@given(st.binary(min_size=1, max_size=200), st.integers(1, 500))
def test_gzip_that_is_cut_is_never_taken_for_whole(data, cut):
    packed = gzip.compress(data)
    short = packed[:-min(cut, len(packed) - 2)]
    with pytest.raises(BadFile):
        list(unpacked(short, io.BytesIO(), "x.gz", 1 << 16))


def test_a_bomb_is_unpacked_no_further_than_its_bound():
    bomb = gzip.compress(b"0" * (200 << 20))
    seen = 0
    with pytest.raises(BadFile, match="unpacks to more than 3145728 bytes"):
        for piece in unpacked(bomb, io.BytesIO(), "x.gz", 3 << 20):
            seen += len(piece)
    assert seen <= 3 << 20


def test_a_value_beyond_its_bound_is_not_gathered():
    endless = iter(lambda: b'"' + b"x" * 1000, b"")
    with pytest.raises(BadFile, match="has a value of more than 4096 bytes"):
        list(values(endless, 4096))


@pytest.mark.parametrize(("content", "layout"), [
    (b"timestamp,room_id,temperature\n", Layout("csv", b"timestamp,room_id,temperature", ",", tuple(NAMES))),
    (b'\xef\xbb\xbf"Room_ID"|temperature|"timestamp"|more\r\nx', Layout("csv", b'"Room_ID"|temperature|"timestamp"|more\r', "|", ("room_id", "temperature", "timestamp", "more"))),
    (b'{"timestamp":1}\n{"x":\n', Layout("json")), (b'\xef\xbb\xbf \n{"a":1}', Layout("json")), (b'{\n"timestamp":1}\n', Layout("values")), (b'[{"a":1}]', Layout("values")),
])
def test_a_layout_is_told_by_the_first_bytes(content, layout):
    assert layout_of([content], NAMES, LIMITS, True) == layout


def test_a_file_is_read_to_its_end_only_where_that_can_tell_more():
    assert not needs_whole(b"timestamp", LIMITS.line, LIMITS)
    assert needs_whole(b"timestamp", LIMITS.line + 1, LIMITS)
    assert needs_whole(gzip.compress(b"x"), 30, LIMITS)
    endless = iter(lambda: b"x" * 1000, b"")
    with pytest.raises(BadFile, match="has a line of more than 4096 bytes"):
        layout_of([b"timestamp,room_id,temperature\n", *(next(endless) for _ in range(5))], NAMES, LIMITS, True)
