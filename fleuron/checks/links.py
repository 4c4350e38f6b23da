"""Addresses: whole, closed, and marked as such. Sources in, diagnostics out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from fleuron.checks.common import prose, shown
from fleuron.checks.hidden import hidden
from fleuron.checks.passages import at
from fleuron.diagnostics import diagnostic
from fleuron.model import Diagnostic, Galley, Locale, Proof
from fleuron.theme import Theme

_HEAD = re.compile(r"https?://(?=\s+[\w-]+(?:\.[\w-]+)+)")
_TAIL = re.compile(r"https?://[^\s<>()\[\]]*[-_./=&@?%#](?=[ \n][^\s<>]*)")
_OPENED = re.compile(r"(\]\(|<|\()(https?://[^\s<>]*)")
_CODE = re.compile(r"`[^`\n]+`")


def addresses(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """An address with a space in it, as a narrow column leaves it, or that is not closed."""
    if galley.manuscript.pseudo:
        return
    for source in galley.manuscript.sources:
        text = _readable(source.text)
        for match in _parted(text):
            said = shown(text[match.start() : match.end() + 15].partition(")")[0], 60)
            message = f"the address has a space in it: {said}"
            hint = "join its parts; a line may break in an address by itself"
            yield diagnostic("X103", at(source, match.end()), message, hint)
        for match in _OPENED.finditer(text):
            if _unclosed(text, match):
                message = f"the address is not closed: {shown(match[2], 60)}"
                hint = f"close it with {'>' if match[1] == '<' else ')'} where it ends"
                place, length = at(source, match.start(2)), len(match[2])
                yield diagnostic("X103", place, message, hint, length=length)


@lru_cache(maxsize=256)
def _readable(text: str) -> str:
    return _CODE.sub(lambda m: " " * len(m[0]), hidden(text))


def _parted(text: str) -> list[re.Match[str]]:
    """Addresses up to the space that parts them."""
    found = [*_HEAD.finditer(text), *(m for m in _TAIL.finditer(text) if _goes_on(text, m))]
    return list({match.start(): match for match in found}.values())


def _goes_on(text: str, match: re.Match[str]) -> bool:
    """Whether what follows the space is the address's next part."""
    before, last = text[max(0, match.start() - 1)], match[0][-1]
    if before == "<":
        return ">" in text[match.end() : match.end() + 200].split("\n")[0]
    token = re.match(r"[ \n]([^\s<>]*)", text[match.end() :])
    word = token[1] if token else ""
    if not word or "://" in word or word[0] in "[(":
        return False
    closes = before == "(" and bool(re.fullmatch(r"[\w%.=&-]+\)[).,;]*", word))
    path = bool(re.search(r"\w/\w|%[\dA-F]{2}|\w\.\w", word))
    if last in "./":
        joined = before == "(" and word.count("-") > 1
        return (path or closes or joined) and (closes or not word[0].isupper() or "%" in word)
    return path or closes or "-" in word or "_" in word


def _unclosed(text: str, match: re.Match[str]) -> bool:
    """Whether an address that something opens is never closed, in its paragraph."""
    rest = re.split(r"\n[ \t]*\n", text[match.start(2) : match.end() + 3000], maxsplit=1)[0]
    if match[1] == "<":
        return ">" not in rest.split("\n")[0]
    depth = 0
    for mark in re.findall(r"[()]", rest):
        depth += 1 if mark == "(" else -1
        if depth < 0:
            return False
    return True


@lru_cache(maxsize=256)
def _broken(text: str) -> frozenset[int]:
    """Where an address begins that is not whole."""
    unclosed = {m.start(2) for m in _OPENED.finditer(text) if _unclosed(text, m)}
    return frozenset(unclosed | {m.start() for m in _parted(text)})


def bare(galley: Galley, proof: Proof, theme: Theme, locale: Locale) -> Iterator[Diagnostic]:
    """An address that is typed as it is: no link in any edition, and broken anywhere."""
    for passage in prose(galley):
        broken = _broken(_readable(passage.file.text)) if passage.bare else ()
        for index in passage.bare:
            start = passage.offsets[index]
            if start in broken:
                continue  # X103
            address = re.match(r"[^\s<>]*", passage.file.text[start:])
            words = address[0].rstrip(".,;:!?)’”\"'") if address else ""
            message = f"{shown(words, 60)} is not marked as an address"
            hint = "write it between < and >, or as [words](address)"
            yield diagnostic("X201", passage.place(index), message, hint, length=len(words) or 1)
