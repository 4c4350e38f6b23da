"""What a PDF can be written to. A table only.

Each part of PDF/UA goes with the PDF/A of the same PDF. PDF/A-4 has no level of its own for tagged
files, as PDF/UA-2 says all of that; its 4f is for files that hold other files, and ours hold none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fleuron.formats.pdf.tags import UA1, UA2, Vocabulary


@dataclass(frozen=True, slots=True)
class Standard:
    """What a file conforms to: WeasyPrint's name for the nearest it knows, the tagger's terms."""

    variant: str
    vocabulary: Vocabulary

    @property
    def options(self) -> dict[str, Any]:
        """What WeasyPrint is told."""
        return {"pdf_variant": self.variant, "pdf_tags": True, "custom_metadata": False}


# By what a brief's `pdf-standard` says.
STANDARDS = {
    "ua-1": Standard("pdf/a-3a", UA1),  # PDF 1.7: PDF/UA-1 and PDF/A-3a
    "ua-2": Standard("pdf/a-4f", UA2),  # PDF 2.0: PDF/UA-2 and PDF/A-4
}
