"""Unpacked: the bytes of a file, gunzipped where it is gzip, in pieces of bounded size and only up to a bound."""
from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO

PIECE = 1 << 20
GZIP = b"\x1f\x8b"

#: Endings by which Spark's reader takes a file for compressed; of these only gzip is read here.
OTHER_ENDINGS = (".bz2", ".deflate", ".lz4", ".snappy", ".zst", ".xz", ".zip")


class BadFile(Exception):
    """Nothing of a file is taken; the message says why, without a value of it."""


def unpacked(head: bytes, stream: BinaryIO, name: str, most: int) -> Iterator[bytes]:
    """
    Pieces of at most 1 MiB.

    @param head what was read of the stream already, at least its first two bytes
    @param most bytes that a file may unpack to
    @raises BadFile when gzip is broken, ends early or unpacks to more
    """
    lower = name.lower()
    if lower.endswith(OTHER_ENDINGS):
        raise BadFile(f"is compressed as {lower[lower.rindex('.'):]}; only gzip is read")
    if head.startswith(GZIP) != lower.endswith(".gz"):
        raise BadFile("is gzip and not named .gz" if head.startswith(GZIP) else "is named .gz and is no gzip")
    total = 0
    for piece in (_gunzipped(head, stream) if head.startswith(GZIP) else _plain(head, stream)):
        total += len(piece)
        if total > most:
            raise BadFile(f"unpacks to more than {most} bytes")
        yield piece


def _plain(head: bytes, stream: BinaryIO) -> Iterator[bytes]:
    piece = head
    while piece:
        yield piece
        piece = stream.read(PIECE)


def _gunzipped(head: bytes, stream: BinaryIO) -> Iterator[bytes]:
    packed, member = head, zlib.decompressobj(wbits=31)
    try:
        while packed:
            piece = member.decompress(packed, PIECE)
            if piece:
                yield piece
            if member.eof:
                # A gzip file may hold several members, one behind the other.
                packed = member.unused_data or stream.read(PIECE)
                member = zlib.decompressobj(wbits=31) if packed else member
            else:
                packed = member.unconsumed_tail or stream.read(PIECE)
    except zlib.error:
        raise BadFile("is a broken gzip") from None
    if not member.eof:
        raise BadFile("is a gzip that ends early")
