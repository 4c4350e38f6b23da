"""Signs of a citation that is none: an @ that cites nothing, a key without its @. Passages in,
diagnostics out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fleuron.checks.common import prose, shown, slip
from fleuron.model import Diagnostic, Galley, Locale, Proof
from fleuron.theme import Theme


def strays(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """An @ in the text that is no citation and no address; one that is meant is written \\@."""
    for passage in prose(galley):
        for match in re.finditer("@", passage.text):
            if passage.file.text[passage.offsets[match.start()]] == "\\":
                continue
            around = shown(passage.text[max(0, match.start() - 12) : match.end() + 12])
            message = f"an @ that cites nothing: “{around}”"
            hint = "cite a key, [@key], or write \\@ where the sign itself is meant"
            yield slip("C110", passage, match.start(), match.end(), message, hint)
