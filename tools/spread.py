"""The README's picture: pages of the built brief, side by side. A PDF in dist/ in; a PNG out."""

from __future__ import annotations

import sys
from pathlib import Path

import pypdfium2
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
PDF = ROOT / "dist" / "military-district" / "en" / "military-district-en.pdf"
PAGES = (1, 10)
HEIGHT = 900  # pixels
AIR = 24


def main() -> None:
    if not PDF.is_file():
        raise SystemExit("spread: there is no PDF of the brief yet: make")
    document = pypdfium2.PdfDocument(PDF)
    pages = [_page(document[number - 1]) for number in PAGES]
    width = sum(page.width for page in pages) + AIR * (len(pages) + 1)
    sheet = Image.new("RGB", (width, HEIGHT + 2 * AIR), "#d9d6cf")
    left = AIR
    for page in pages:
        sheet.paste(page, (left, AIR))
        left += page.width + AIR
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "spread.png"
    out.parent.mkdir(exist_ok=True)
    sheet.quantize(128).save(out, "PNG", optimize=True)


def _page(page: pypdfium2.PdfPage) -> Image.Image:
    picture: Image.Image = page.render(scale=HEIGHT / page.get_height()).to_pil()
    return picture.convert("RGB")


if __name__ == "__main__":
    main()
