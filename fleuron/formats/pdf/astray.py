"""What went astray in a layout: notes that are not where their call is, texts beyond the paper."""

from __future__ import annotations

from itertools import chain
from typing import Any

from fleuron.formats.pdf import edges, notes_check

Astray = notes_check.Fault | edges.Cut


def check(document: Any) -> tuple[Astray, ...]:
    """All that is amiss with a laid-out `document`: first its notes, then its other texts."""
    return tuple(chain(notes_check.check(document), edges.check(document)))
