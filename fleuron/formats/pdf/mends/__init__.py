"""WeasyPrint 70.0, mended: no note is lost (`notes`), words and plates stand where they should
(`drawings`, `placing`) and are told as they are seen (`mirrors`), nothing is worked out twice
(`savings`), and files are written sooner (`squeezing`). Nothing is mended but that."""

from __future__ import annotations

import weasyprint

from fleuron.formats.pdf.mends import (
    drawings,
    holding,
    mirrors,
    notes,
    parts,
    placing,
    savings,
    squeezing,
)
from fleuron.formats.pdf.mends.patching import Moved

VERSION = "70.0"
_applied: list[str] = []


def apply(without: tuple[str, ...] = ()) -> None:
    """Puts every mend and saving in, save those named; a second call does nothing."""
    if _applied:
        return
    if weasyprint.__version__ != VERSION:
        raise Moved(
            f"the mends are for WeasyPrint {VERSION}, not {weasyprint.__version__}: "
            f"install weasyprint=={VERSION} (see requirements.lock)"
        )
    own = (
        *(*notes.MENDS, *drawings.MENDS, *holding.MENDS, *placing.MENDS),
        *(*mirrors.MENDS, *parts.MENDS, *squeezing.MENDS),
    )
    for mend in (*own, *savings.SAVINGS):
        if mend.__name__ not in without:
            mend()
            _applied.append(mend.__name__)


def applied() -> tuple[str, ...]:
    """The names of what was put in."""
    return tuple(_applied)
