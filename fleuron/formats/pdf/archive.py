"""What an archive asks of a file besides its structure and metadata. A PDF in, set right in place."""

from __future__ import annotations

from typing import Any


def keep(pdf: Any) -> None:
    """No picture is smoothed by whoever shows it (ISO 19005-3, 6.2.8): it looks the same for ever."""
    for item in pdf.objects:
        extra = getattr(item, "extra", {})
        if extra.get("Subtype") == "/Image":
            extra.pop("Interpolate", None)
