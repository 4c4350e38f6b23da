"""Letter case. A piece and the name of a case in, the piece in that case out; `nocase` is kept.

The cases are those of CSL: lowercase, uppercase, capitalize-first, capitalize-all, sentence, title.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from fleuron.citations.output import CAPS, NOCASE, SUB, SUPER, Part, Piece

# Words that title case leaves alone, as CSL 1.0.2 (appendix "title case") names them.
STOP_WORDS = frozenset(
    "a about above across afore after against al along alongside amid amidst among amongst an and "
    "anenst apropos apud around as aside astride at athwart atop barring before behind below "
    "beneath beside besides between beyond but by c ca circa d' de despite down during et except "
    "for forenenst from given in inside into lest like modulo near next nor notwithstanding of off "
    "on onto or out over per plus pro qua sans since so than the through throughout thru thruout "
    "till to toward towards under underneath until unto up upon v v. van versus via vis-à-vis von "
    "vs vs. with within without yet".split()
)
# Small capitals, superscripts and subscripts in a field are left alone like `nocase`.
_PROTECTED = frozenset({NOCASE, CAPS, SUPER, SUB})
_WORD = re.compile(r"\S+")


def set_case(part: Part, case: str, english: bool = True) -> Part:
    """`part` in `case`; title case is for English only (CSL 1.0.2, "text-case")."""
    if case in ("lowercase", "uppercase"):
        change = str.lower if case == "lowercase" else _upper
        return _each(part, change)
    if case == "capitalize-first":
        return _first(part)
    if case == "capitalize-all":
        return _words(part, lambda word, _: _capital(word))
    if case == "sentence":
        return _sentence(part)
    if case == "title":
        return _title(part) if english else part
    return part


def _upper(text: str) -> str:
    return text.upper()


def _capital(word: str) -> str:
    for i, letter in enumerate(word):
        if letter.isalpha():
            return word[:i] + letter.upper() + word[i + 1 :]
        if letter.isdigit():
            break
    return word


def _each(part: Part, change: Callable[[str], str]) -> Part:
    if isinstance(part, str):
        return change(part)
    if NOCASE in part.marks:
        return part
    return Piece(
        [_each(p, change) for p in part.parts],
        part.marks,
        change(part.prefix),
        change(part.suffix),
        change(part.delimiter),
    )


def _leaves(part: Part, protected: bool = False) -> list[tuple[str, bool]]:
    """The texts of a part in order, each with whether its case is protected."""
    if isinstance(part, str):
        return [(part, protected)]
    inside = protected or any(m in _PROTECTED for m in part.marks)
    out: list[tuple[str, bool]] = []
    if part.prefix:
        out.append((part.prefix, protected))
    for child in part.parts:
        out.extend(_leaves(child, inside))
    if part.suffix:
        out.append((part.suffix, protected))
    return out


def _rebuilt(part: Part, texts: list[str]) -> Part:
    """`part` with its texts, in order, taken from `texts`."""
    if isinstance(part, str):
        return texts.pop(0)
    prefix = texts.pop(0) if part.prefix else ""
    parts = [_rebuilt(p, texts) for p in part.parts]
    suffix = texts.pop(0) if part.suffix else ""
    return Piece(parts, part.marks, prefix, suffix, part.delimiter)


def _first(part: Part) -> Part:
    leaves = _leaves(part)
    texts = [t for t, _ in leaves]
    for i, (text, protected) in enumerate(leaves):
        if not text.strip():
            continue
        if not protected:
            texts[i] = _capital(text) if text[:1].isalpha() or not text[:1].isdigit() else text
        if any(c.isalnum() for c in text):
            break
    return _rebuilt(part, texts)


Change = Callable[[str, "_Place"], str]


class _Place:
    """Where a word stands in the whole text."""

    __slots__ = ("after", "first", "last")

    def __init__(self, first: bool, last: bool, after: str) -> None:
        self.first, self.last, self.after = first, last, after


def _words(part: Part, change: Callable[[str, _Place], str]) -> Part:
    """Each word of the whole text changed; a word may run over several leaves, and its first
    leaf decides. Protected leaves stay."""
    leaves = _leaves(part)
    whole = "".join(t for t, _ in leaves)
    matches = list(_WORD.finditer(whole))
    starts = {m.start(): i for i, m in enumerate(matches)}
    texts: list[str] = []
    offset = 0
    for text, protected in leaves:
        if protected:
            texts.append(text)
            offset += len(text)
            continue
        out: list[str] = []
        at = 0
        for m in _WORD.finditer(text):
            out.append(text[at : m.start()])
            index = starts.get(offset + m.start())
            if index is None:
                out.append(m[0])
            else:
                before = matches[index - 1][0] if index else ""
                place = _Place(index == 0, index == len(matches) - 1, before)
                out.append(change(m[0], place))
            at = m.end()
        out.append(text[at:])
        texts.append("".join(out))
        offset += len(text)
    return _rebuilt(part, texts)


def _sentence(part: Part) -> Part:
    whole = "".join(t for t, _ in _leaves(part))
    shouting = whole.upper() == whole

    def change(word: str, place: _Place) -> str:
        if shouting or _is_capitalised(word):
            word = word.lower()
        return _capital(word) if place.first else word

    return _words(part, change)


def _is_capitalised(word: str) -> bool:
    """One capital letter, then small ones: a word that lost its capital loses nothing else."""
    letters = [c for c in word if c.isalpha()]
    return bool(letters) and letters[0].isupper() and not any(c.isupper() for c in letters[1:])


def _title(part: Part) -> Part:
    def change(word: str, place: _Place) -> str:
        if any(c.isupper() for c in word[1:]):
            return word
        bare = word.strip("\"'“”‘’()[]«»,.;:!?—–")
        starts = (
            place.first
            or place.after.endswith((":", "?", "!", "—", "–"))
            or place.after in ("—", "–")
        )
        if (
            not starts
            and not place.last
            and (word.lower() in STOP_WORDS or bare.lower() in STOP_WORDS)
        ):
            return word if not _is_capitalised(word) else word.lower()
        return _title_word(word)

    return _words(part, change)


def _title_word(word: str) -> str:
    """A word with a capital, and after a hyphen too unless a small word stands there."""
    parts = re.split(r"([-–—/‐])", word)
    if len(parts) == 1:
        return _capital(word) if word.islower() or word[:1] in "\"'“‘([«" else word
    out = []
    for i, piece in enumerate(parts):
        small = i > 0 and (piece.lower() in STOP_WORDS or len(piece) == 1)
        small = small or (len(piece) == 1 and not piece.isascii())
        out.append(piece if small or not piece.islower() else _capital(piece))
    return "".join(out)
