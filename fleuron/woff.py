"""Faces packed for the web. A TrueType or OpenType file in; the same as WOFF or WOFF2 out.

Written by hand because fontTools takes a third of a second to load and has Brotli try its hardest,
which costs ten times what the rest of a web page does and saves a twelfth of the face. The tables
go in as they are: of WOFF2's transformations only that of no change is used (WOFF2, 5.1 and 5.3).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import brotli

QUALITY = 9  # of 11: above it, the last tenth takes ten times as long
# The tags that a WOFF2 directory names by number (WOFF2, 5.2).
_KNOWN = (
    "cmap head hhea hmtx maxp name OS/2 post cvt. fpgm glyf loca prep CFF. VORG EBDT EBLC gasp hdmx"
    " kern LTSH PCLT VDMX vhea vmtx BASE GDEF GPOS GSUB EBSC JSTF MATH CBDT CBLC COLR CPAL SVG."
    " sbix acnt avar bdat bloc bsln cvar fdsc feat fmtx fvar gvar hsty just lcar mort morx opbd"
    " prop trak Zapf Silf Glat Gloc Feat Sill"
)
_NUMBERS = {tag.replace(".", " ").encode(): n for n, tag in enumerate(_KNOWN.split())}
_LOSSLESS = 1 << 11  # of head's flags: the font went through a lossless change


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a font file, with its checksum as the file states it."""

    tag: bytes
    checksum: int
    data: bytes


def woff(font: bytes) -> bytes:
    """`font` as WOFF, each table deflated by itself."""
    tables = list(_tables(font))
    offset = 44 + 20 * len(tables)
    directory, body = b"", b""
    for table in tables:
        small = zlib.compress(table.data, 9)
        data = small if len(small) < len(table.data) else table.data
        size = len(table.data)
        directory += struct.pack(
            ">4s4L", table.tag, offset + len(body), len(data), size, table.checksum
        )
        body += _padded(data)
    head = struct.pack(
        ">4s4sLHHLHHLLLLL", b"wOFF", font[:4], offset + len(body), len(tables), 0,
        _size(tables), 1, 0, *(0,) * 5,
    )  # fmt: skip
    return head + directory + body


def woff2(font: bytes) -> bytes:
    """`font` as WOFF2, all tables squeezed at once."""
    tables = list(map(_marked, _neighbours(_tables(font))))
    directory = b"".join(map(_entry, tables))
    packed = brotli.compress(
        b"".join(table.data for table in tables), mode=brotli.MODE_FONT, quality=QUALITY
    )
    body = _padded(directory + packed)
    head = struct.pack(
        ">4s4sLHHLLHHLLLLL", b"wOF2", font[:4], 48 + len(body), len(tables), 0,
        _size(tables), len(packed), 1, 0, *(0,) * 5,
    )  # fmt: skip
    return head + body


def _tables(font: bytes) -> Iterator[Table]:
    """The tables of a font file, in the order of their tags (OpenType, Table Directory)."""
    (count,) = struct.unpack_from(">H", font, 4)
    for number in range(count):
        tag, checksum, offset, length = struct.unpack_from(">4s3L", font, 12 + 16 * number)
        yield Table(tag, checksum, font[offset : offset + length])


def _neighbours(tables: Iterator[Table]) -> Iterator[Table]:
    """Without a signature, which would be wrong now; loca next to glyf (WOFF2, 5.1, 5.5)."""
    kept = {table.tag: table for table in tables if table.tag != b"DSIG"}
    loca = kept.pop(b"loca", None)
    for tag, table in kept.items():
        yield table
        if tag == b"glyf" and loca is not None:
            yield loca


def _marked(table: Table) -> Table:
    if table.tag != b"head":
        return table
    (flags,) = struct.unpack_from(">H", table.data, 16)
    marked = table.data[:16] + struct.pack(">H", flags | _LOSSLESS) + table.data[18:]
    return Table(table.tag, table.checksum, marked)


def _entry(table: Table) -> bytes:
    number = _NUMBERS.get(table.tag, 63)
    unchanged = 3 << 6 if table.tag in (b"glyf", b"loca") else 0
    name = table.tag if number == 63 else b""
    return bytes([number | unchanged]) + name + _base128(len(table.data))


def _base128(number: int) -> bytes:
    """UIntBase128 (WOFF2, 4.1): seven bits a byte, the highest first."""
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(number & 0x7F | 0x80)
    return bytes(reversed(digits))


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _size(tables: list[Table]) -> int:
    """How large the unpacked file is: header, directory, tables."""
    return 12 + sum(16 + len(_padded(table.data)) for table in tables)
