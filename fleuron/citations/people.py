"""One name. A person and the manner of printing names in; the name as a part out.

Which of the parts of a name come first, what becomes of particles, and initials.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from fleuron.citations import richtext
from fleuron.citations.cite import Cite
from fleuron.citations.output import Part, Piece
from fleuron.citations.works import Name as Person


@dataclass(slots=True)
class Manner:
    """How names are printed at one place: the options in force there."""

    conjunction: str
    precedes_et_al: str
    precedes_last: str
    et_al_min: int
    et_al_first: int
    et_al_last: bool
    subsequent_min: int
    subsequent_first: int
    initialize: bool
    initialize_with: str | None
    sort_order: str
    separator: str
    form: str
    delimiter: str
    hyphen: bool
    demote: str


def one_name(
    element: Any, person: Person, index: int, manner: Manner, cite: Cite, level: int
) -> Part:
    if person.literal:
        return _affixed(element, "family", _formatted(element, "family", person.literal, cite))
    inverted = manner.sort_order == "all" or (manner.sort_order == "first" and index == 0)
    form = "long" if level and manner.form == "short" else manner.form
    if not _romanesque(person.family + person.given):
        return _eastern(element, person, form, cite)
    given = person.given
    initials = manner.initialize_with if level < 2 else None
    if initials is not None and given:
        given = initial(given, initials, manner.initialize, manner.hyphen)
    if form == "short":
        return _short(element, person, inverted, manner, cite)
    if person.static:
        return Piece([_formatted(element, "family", person.family, cite), given], delimiter=" ")
    if inverted:
        return _inverted(element, person, given, manner, cite)
    return _upright(element, person, given, cite)


def _short(element: Any, person: Person, inverted: bool, manner: Manner, cite: Cite) -> Part:
    if inverted and person.particle and manner.demote == "display-and-sort":
        family = _formatted(element, "family", person.family, cite)
        return Piece([family, person.particle], delimiter=manner.separator)
    return _affixed(element, "family", _family(element, person.particle, person.family, cite))


def _upright(element: Any, person: Person, given: str, cite: Cite) -> Part:
    """Given name first; the affixes of the family name hold its particles and suffix too."""
    family: Part = _family(element, person.particle, person.family, cite)
    if person.dropping:
        dropping = _formatted(element, "family", _curled(person.dropping), cite)
        family = Piece([dropping, family], delimiter=_space_after(person.dropping, " "))
    if person.suffix:
        between = ", " if person.comma_suffix else " "
        family = Piece([family, person.suffix], delimiter=between)
    family = _affixed(element, "family", family)
    if not given:
        return family
    first = _affixed(element, "given", _formatted(element, "given", given, cite))
    return Piece([first, family], delimiter=" ")


def _inverted(element: Any, person: Person, given: str, manner: Manner, cite: Cite) -> Part:
    """Family name first: "Togt, T. van der", or "van der Togt, T." where particles stay."""
    demoted = manner.demote == "display-and-sort" or (cite.sorting and manner.demote == "sort-only")
    parts: list[Part] = [_formatted(element, "given", given, cite)] if given else []
    if person.dropping:
        parts.append(_formatted(element, "given", _curled(person.dropping), cite))
    if demoted and person.particle:
        parts.append(_formatted(element, "family", _curled(person.particle), cite))
    particle = "" if demoted else person.particle
    family = _affixed(element, "family", _family(element, particle, person.family, cite))
    out: list[Part] = [family]
    if parts:
        out.append(_affixed(element, "given", Piece(parts, delimiter=" ")))
    whole = Piece(out, delimiter=manner.separator)
    if not person.suffix:
        return whole
    return Piece([whole, person.suffix], delimiter=manner.separator)


def _curled(text: str) -> str:
    return text.replace("'", "’")


def _space_after(particle: str, space: str) -> str:
    return "" if particle[-1] in "'’-\u00a0" else space


def _glued(particle: str, family: str) -> str:
    return f"{_curled(particle)}{_space_after(particle, ' ')}{family}" if particle else family


def _family(element: Any, particle: str, family: str, cite: Cite) -> Part:
    """A family name with its particle, which the style dresses like the name but apart from it.

    French, Russian and Czech keep the two on one line.
    """
    name = _formatted(element, "family", family, cite)
    if not particle:
        return name
    space = "\u00a0" if cite.frame.lang[:2] in ("fr", "ru", "cs") else " "
    first = _formatted(element, "family", _curled(particle), cite)
    return Piece([first, name], delimiter=_space_after(particle, space))


def _formatted(element: Any, name: str, text: str, cite: Cite) -> Part:
    """A part of a name with the marks and the case of its cs:name-part."""
    part = richtext.parse(text, cite.frame.quotes)
    if element is None or name not in element.parts_:
        return part
    maker = element.parts_[name]
    put = maker.put(text, cite)
    return Piece([put], maker.marks) if maker.marks else put


def _affixed(element: Any, name: str, part: Part) -> Part:
    if element is None or name not in element.parts_:
        return part
    maker = element.parts_[name]
    if not (maker.prefix_ or maker.suffix_):
        return part
    return Piece([part], (), maker.prefix_, maker.suffix_)


def _eastern(element: Any, person: Person, form: str, cite: Cite) -> Part:
    """Names in scripts that put the family first, without a space."""
    family = _formatted(element, "family", _glued(person.particle, person.family), cite)
    if form == "short" or not person.given:
        return family
    return Piece([family, _formatted(element, "given", person.given, cite)])


def _romanesque(text: str) -> bool:
    """Whether a name is in a script that writes given and family name apart."""
    for letter in text:
        if letter.isalpha():
            name = unicodedata.name(letter, "")
            return not name.startswith(("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "YI "))
    return True


# ---------------------------------------------------------------- initials


def initial(given: str, mark: str, shorten: bool, hyphen: bool) -> str:
    """ "Jean-Luc Marie" → "J.-L. M."; with `shorten` off, only initials are given `mark`."""
    text = given.replace("\u2010", "-").replace("’", "’")
    if not hyphen:
        text = text.replace("-", " ") if shorten else text
    words = re.split(r"([\s\u00a0]+|-)", re.sub(r"\.(?=[^\s\-.])", ". ", text.strip()))
    out: list[str] = []
    for i in range(0, len(words), 2):
        word = words[i]
        joint = words[i - 1] if i else ""
        if not word:
            continue
        out.append(_initialled(word, joint, mark, shorten, out))
    text = "".join(out)
    return re.sub(r"\s+$", "", text) if mark.endswith(" ") or not mark.strip() else text.strip()


def _initialled(word: str, joint: str, mark: str, shorten: bool, before: list[str]) -> str:
    """One word of a given name, joined to those before it."""
    bare = word.rstrip(".")
    abbreviated = word.endswith(".") and bare[:1].isupper()
    single = (len(bare) == 1 and bare.isupper()) or abbreviated
    glue = ""
    if before and joint == "-":
        glue = "-"
        before[-1] = before[-1].rstrip()
    elif before and not before[-1].endswith(" ") and not _is_mark(before[-1], mark):
        glue = " "
    if bare[:1].isalpha() and not bare[:1].isupper():
        if joint == "-" and shorten:
            return glue + bare[:1] + mark
        gap = glue or (" " if before and not before[-1].endswith(" ") else "")
        return gap + word + " "
    if shorten or single:
        return glue + (bare if abbreviated or not shorten else bare[:1]) + mark
    gap = " " if before and not before[-1].endswith(" ") and not glue else glue
    return gap + word


def _is_mark(text: str, mark: str) -> bool:
    return bool(text) and (
        text.endswith(mark) if mark else len(text.rstrip("-")) <= 2 or text[-1].isupper()
    )
