"""What an archive asks of a file besides its structure and metadata. A PDF in, set right in place.

Called last, when nothing more will be written into a stream.
"""

from __future__ import annotations

from typing import Any

import pydyf

from fleuron.formats.pdf.mends.squeezing import squeezed


def keep(pdf: Any) -> None:
    """Pictures that nobody smooths, streams whose end nobody can mistake."""
    for item in pdf.objects:
        if isinstance(item, pydyf.Stream):
            # It looks the same for ever (ISO 19005-3, 6.2.8).
            if item.extra.get("Subtype") == "/Image":
                item.extra.pop("Interpolate", None)
            if item.compress:
                _pack(item)


def _pack(stream: Any) -> None:
    """Compresses a stream now, as pydyf would when it is written.

    The line feed before `endstream` is not of the data. Where the data ends in a carriage return, a
    reader may take both for the end of the line and find the stream a byte short of its Length
    (ISO 19005-3, 6.1.7.1). What follows the end of a deflated stream is read by nobody (RFC 1950).
    """
    data = squeezed(b"\n".join(map(pydyf._to_bytes, stream.stream)))
    stream.stream = [data + b"\0" if data.endswith(b"\r") else data]
    stream.extra["Filter"] = "/FlateDecode"
    stream.compress = False
