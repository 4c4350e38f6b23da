"""The text that glyphs stand for. Fonts' maps in, their pairs set right in place.

A face has one glyph for the space and the no-break space, one for the hyphen and the hyphen-minus.
WeasyPrint's map from glyphs to text keeps whichever the page used first, so that an address could
be copied with hyphens that no server knows. The plain character serves everywhere. A glyph that is
only a part of a letter, as the dots of Arabic, is mapped to nothing, which is no mapping at all.
"""

from __future__ import annotations

import re
from typing import Any

# The last: a space of no width, which no word and no reader minds.
_TEXTS = {b"00a0": b"0020", b"2010": b"002d", b"2011": b"002d", b"": b"200b"}
_PAIR = re.compile(rb"^(<[0-9a-f]{2,4}> <)(00a0|2010|2011|)(>)$")


def plain(pdf: Any) -> None:
    """Sets the maps of all fonts in `pdf` (ToUnicode, ISO 32000-1, 9.10.3)."""
    for item in list(pdf.objects):
        if isinstance(item, dict) and "ToUnicode" in item:
            stream = pdf.objects[int(item["ToUnicode"].split()[0])].stream
            stream[:] = [_PAIR.sub(_replaced, line) for line in stream]


def _replaced(match: re.Match[bytes]) -> bytes:
    return match[1] + _TEXTS[match[2]] + match[3]
