"""Notes that name works become citations. A sheet and a library in; drafts of references out.

A note such as "Marin, A., ‘The Union State’, Vilnius Institute, 2020, p. 7 (https://…)." is read
into CSL-JSON and becomes `[@marin2020, p. 7]`; "op. cit.", "Ibid." and a title that was given
before lead back to its key. What is not understood stays a note in its own words, and is told.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher, get_close_matches
from typing import Any

from fleuron.bibliography import Library, Reference
from fleuron.importing import described
from fleuron.importing.described import Described
from fleuron.importing.plain import marked
from fleuron.importing.sheet import Part, Sheet, Slips, shortened

Draft = dict[str, Any]

_IBID = re.compile(r"(ibid(em)?|ebd|ebenda|id(em)?|там само|там же)\.?", re.IGNORECASE)
_AGAIN = re.compile(r",?\s*(op|loc)\.\s*cit\.?,?|,?\s*a\.\s*a\.\s*O\.,?", re.IGNORECASE)
_SURE = 0.6  # of a title that a later mention must repeat
_SAME = 0.93  # how like two spellings of one title are (difflib's ratio)
_OPENING = 24  # letters at the start of a title that are enough to know it by


@dataclass(slots=True)
class Shelf:
    """Works met so far: by key, with what they can be known again by."""

    library: Library
    drafts: dict[str, Draft] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)  # folded title → key
    mains: dict[str, str] = field(default_factory=dict)  # title before its colon, folded → key
    names: dict[str, str] = field(default_factory=dict)  # folded name of an author met → key
    mended: list[int] = field(default_factory=list)  # lines of addresses put together from pieces
    last: str = ""  # the only work of the last note, for Ibid.

    def key(self, draft: Draft) -> str:
        """The key of a work: that of the library, of an earlier mention, or a new one."""
        folded = _folded(str(draft.get("title", "")))
        near = (
            [folded] if folded in self.titles else get_close_matches(folded, self.titles, 1, _SAME)
        )
        if near:
            key = self.titles[near[0]]
            self._remember(key, draft)
            return key
        key = self._fresh(draft)
        self.drafts[key] = {"id": key, **draft}
        self._remember(key, draft)
        return key

    def known(self, words: str) -> str:
        """The key of the work whose title `words` are, or begin, or hold."""
        folded = _folded(words)
        for title, key in self.titles.items():
            short, long = sorted((folded, title), key=len)
            whole = len(short) > 8 and short in long and len(short) >= _SURE * len(long)
            opens = len(short) >= _OPENING and _alike(short, long[: len(short)])
            if whole or opens:
                return key
        return self.mains.get(folded) or self.names.get(_folded(words.split(",")[0]), "")

    def _remember(self, key: str, draft: Reference) -> None:
        """The title, its part before a colon, and the first author's name lead to the key."""
        title = str(draft.get("title", ""))
        self.titles[_folded(title)] = key
        self.mains[_folded(title.split(":")[0])] = key
        author: Reference = next(iter(draft.get("author") or []), {})
        self.names[_folded(str(author.get("family") or author.get("literal")))] = key

    def _fresh(self, draft: Draft) -> str:
        names: list[dict[str, Any]] = draft.get("author") or [{}]
        container = draft.get("container-title", draft.get("title"))
        name = names[0].get("family") or names[0].get("literal") or container or "work"
        year = draft.get("issued", {}).get("date-parts", [[""]])[0][0]
        words: list[str] = re.findall(r"[a-z]{2,}", _latin(str(name)).lower()) or ["work"]
        base: str = ("".join(words) if "family" in names[0] else words[0]) + str(year)
        for mark in ["", *string.ascii_lowercase]:
            key: str = base + mark
            if key not in self.drafts and key not in self.library:
                return key
        return f"{base}-{len(self.drafts)}"


def cited(sheet: Sheet, library: Library, told: Slips) -> tuple[Sheet, list[Draft]]:
    """`sheet` with citations in place of notes that name works, and the works that are new."""
    titles = {_folded(str(ref.get("title", ""))): key for key, ref in library.references.items()}
    shelf = Shelf(library, titles={t: k for t, k in titles.items() if t})
    bare: dict[int, str] = {}
    notes: dict[int, Part] = {}
    for number, note in sorted(sheet.notes.items()):
        words = list(_cited(note, shelf, told))
        if words and all(isinstance(w, Item) and not w.lead for w in words):
            bare[number] = f"[{'; '.join(str(w) for w in words)}]"
        else:
            notes[number] = replace(note, text=_discursive(words))
    parts = [_replaced(part, bare) for part in sheet.parts]
    for number, cluster in bare.items():  # a note that nothing calls stays to be seen
        if not any(f"[^{number}]" in part.text for part in sheet.parts):
            notes[number] = replace(sheet.notes[number], text=f"{cluster}.")
    if shelf.mended:
        lines = list(map(str, dict.fromkeys(shelf.mended)))
        where = f"line {lines[0]}" if len(lines) == 1 else f"lines {', '.join(lines)}"
        message = f"addresses with spaces in them were put together, in {where}"
        told.tell("I210", shelf.mended[0], message, "open each once")
    return replace(sheet, parts=tuple(parts), notes=notes), list(shelf.drafts.values())


@dataclass(frozen=True, slots=True)
class Item:
    """A citation of one work: words before it in its note, its key, its locator."""

    key: str
    locator: str = ""
    lead: str = ""

    def __str__(self) -> str:
        return f"@{self.key}{f', {self.locator}' if self.locator else ''}"


def _cited(note: Part, shelf: Shelf, told: Slips) -> Iterator[Item | str]:
    """What a note is made of: citations, and words of its own."""
    found: list[str] = []
    for piece in described.pieces(note.text):
        item = _item(piece, shelf, note, told)
        yield item or piece
        found += [item.key] if item else []
    shelf.last = found[0] if len(set(found)) == 1 else ""


def _item(piece: str, shelf: Shelf, note: Part, told: Slips) -> Item | None:
    words = piece.strip().rstrip(".")
    bare, locator = described.locator(words)
    if _IBID.fullmatch(bare.strip(" ,.")):
        key = shelf.last
        return Item(key, locator) if key else _untold(piece, note, told)
    if _AGAIN.search(words):
        key = shelf.known(described.title(_AGAIN.sub("", bare)))
        return Item(key, locator) if key else _untold(piece, note, told)
    work = described.work(words)
    if work is not None and _is_new(work):
        if work.mended:
            shelf.mended.append(note.line)
        return Item(shelf.key(work.draft), work.locator, work.lead)
    key = shelf.known(described.title(bare))
    if key:
        return Item(key, locator)
    if re.search(r"https?://|\b(19|20)\d\d\b", words) and work is None:
        return _untold(piece, note, told)
    return None


def _is_new(work: Described) -> bool:
    return bool(work.draft.get("title")) and bool(work.draft.get("URL") or work.draft.get("issued"))


def _untold(piece: str, note: Part, told: Slips) -> Item | None:
    message = f"no work could be made out, so the words stay: “{shortened(piece)}”"
    told.tell("I211", note.line, message, "add the reference and cite it by its key")
    return None


def _discursive(words: Iterable[Item | str]) -> str:
    """A note in words, with the citations in them."""
    out = ""
    for word in words:
        if isinstance(word, Item):
            lead = f"{marked(word.lead)} " if word.lead else ""
            cite = f"[{word}]"
            out += f"{' ' if out else ''}{lead}{cite}"
            out += "."
        else:
            out += f"{' ' if out else ''}{marked(word.strip())}"
    return out


def _replaced(part: Part, bare: Mapping[int, str]) -> Part:
    def put(match: re.Match[str]) -> str:
        return bare.get(int(match[1]), match[0])

    return replace(part, text=re.sub(r"\[\^(\d+)\]", put, part.text))


def _alike(one: str, other: str) -> bool:
    return one == other or SequenceMatcher(None, one, other).ratio() >= _SAME


def _folded(title: str) -> str:
    return re.sub(r"[\W_]+", "", _latin(title).casefold())


# Letters that Unicode does not take apart.
_LETTERS = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ß": "ss"})


def _latin(text: str) -> str:
    text = text.translate(_LETTERS)
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
