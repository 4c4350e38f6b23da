"""Pages of a finished PDF as pictures. Bytes in, bytes out; knows nothing of how they were set."""

from __future__ import annotations

import io
import threading

import pypdfium2

_ONE_AT_A_TIME = threading.Lock()  # PDFium is not made for threads


def sizes(data: bytes) -> tuple[tuple[int, int], ...]:
    """The width and height of each page, in points."""
    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(data)
        try:
            pages = (document.get_page_size(n) for n in range(len(document)))
            return tuple((round(width), round(height)) for width, height in pages)
        finally:
            document.close()


def picture(data: bytes, number: int, width: int) -> bytes:
    """The page of that number, counted from 1, as a PNG so many pixels wide. Raises IndexError."""
    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(data)
        try:
            if not 0 < number <= len(document):
                raise IndexError(number)
            page = document[number - 1]
            image = page.render(scale=width / page.get_width()).to_pil().convert("RGB")
        finally:
            document.close()
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()
