"""The rules, by their codes. A rule is a generator: an edition's files in, faults out.

notes · links · pictures · languages · navigation · words · styles · claims · safety · marks

One rule has one code; `fleuron.diagnostics` says what it means and what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fleuron.lint.finished import Fault, Finished
from fleuron.lint.rules import (
    claims,
    languages,
    links,
    marks,
    navigation,
    notes,
    pictures,
    safety,
    styles,
    words,
)

Rule = Callable[[Finished], Iterator[Fault]]

RULES: dict[str, Rule] = {
    code: rule
    for module in (
        *(notes, links, pictures, languages, navigation),
        *(words, styles, claims, safety, marks),
    )
    for code, rule in module.RULES.items()
}
