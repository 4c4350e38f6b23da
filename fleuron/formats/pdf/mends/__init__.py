"""WeasyPrint, mended."""

from __future__ import annotations

import weasyprint

from fleuron.formats.pdf.mends import drawings, notes, placing
from fleuron.formats.pdf.mends.patching import Moved

VERSION = "70.0"
_applied: list[str] = []


def apply() -> None:
    if _applied:
        return
    if weasyprint.__version__ != VERSION:
        raise Moved(
            f"the mends are for WeasyPrint {VERSION}, not {weasyprint.__version__}: "
            f"install weasyprint=={VERSION} (see requirements.lock)"
        )
    for mend in (*notes.MENDS, *drawings.MENDS, *placing.MENDS):
        mend()
        _applied.append(mend.__name__)
