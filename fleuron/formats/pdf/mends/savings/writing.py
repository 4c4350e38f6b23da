"""A file written once. Objects in, the same bytes out.

pydyf makes the data of each object twice, streams squeezed and all: for its place in the file, and
for the digest that tells files apart. For each line of the outline it writes down the references
of all pages. And of each number or name that it writes it asks first what it is not.
"""

from __future__ import annotations

from typing import Any

import pydyf

from fleuron.formats.pdf.mends.patching import rewrite


def make_data_once() -> None:
    rewrite(
        pydyf.PDF.write,
        "7a3fefe995236fcd",
        ("    # Convert version and identifier to bytes.\n", "    made = {}\n"),
        (
            "                self.write_line(object_.indirect, output)\n\n        # Write comp",
            "                self.write_line(_made(object_, made), output)\n\n        # Write comp",
        ),
        (
            "            data = object_.data\n",
            "            data = made[object_.number] = object_.data\n",
        ),
        (
            "        self.write_line(object_stream.indirect, output)\n",
            "        self.write_line(_made(object_stream, made), output)\n",
        ),
        (
            "b''.join(obj.data for obj in self.objects if obj.free != 'f')",
            "b''.join(made[obj.number] for obj in self.objects if obj.free != 'f')",
        ),
        _made=indirect,
    )


def indirect(item: Any, made: dict[int, bytes]) -> bytes:
    """`item` as it stands in a file; its data is kept in `made`, by its number."""
    data = made[item.number] = item.data
    return b"%d %d obj\n%b\nendobj" % (item.number, item.generation, data)


def write_page_references_once() -> None:
    pydyf.PDF.page_references = property(references)


def references(pdf: Any) -> tuple[bytes, ...]:
    """The references of the pages that a file has so far."""
    kids = pdf.pages["Kids"]
    known, found = pdf.__dict__.get("references", (0, ()))
    if known != len(kids):
        found = tuple(b"%d 0 R" % number for number in kids[::3])
        pdf.references = len(kids), found
    return tuple(found)


def ask_what_is_written_by_its_type() -> None:
    pydyf._to_bytes = to_bytes


_stock_bytes = pydyf._to_bytes


def to_bytes(item: Any) -> bytes:
    """As pydyf's, with the kinds that are most of a page first."""
    kind = type(item)
    if kind is bytes:
        data: bytes = item
        return data
    if kind is str:
        return bytes(item.encode("ascii"))
    if kind is int:
        return b"%d" % item
    return bytes(_stock_bytes(item))


SAVINGS = (make_data_once, write_page_references_once, ask_what_is_written_by_its_type)
