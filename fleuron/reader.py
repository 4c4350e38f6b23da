"""The pandoc door: Markdown becomes nodes. The only module that runs pandoc.

A manuscript in, a galley out. pandoc is started once for all sections of an edition, twice for
those of a book, and never from PATH: the binary is the one in the `pypandoc_binary` wheel, whose
version the lock file pins.
"""

from __future__ import annotations

import json
import os
import pickle
import re
from bisect import bisect
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import accumulate, chain
from pathlib import Path
from typing import Any

import pypandoc

from fleuron import provenance
from fleuron.model import Galley, Manuscript, Section, Shelf, Unreadable
from fleuron.nodes import Block, decode

FRONT = ("title", "subtitle", "running_head", "abstract")  # fields of an edition that are prose
_SECTIONS = Path(__file__).with_name("sections.lua")
_BOUNDED = Path(__file__).with_name("pandoc.sh")
_SEPARATOR = "\x1d"
_LONG = 300_000  # characters
_WORTH_KEEPING = 20_000  # characters: a shorter text is parsed in the time that pandoc starts
# C0 and C1 controls other than tab and newline have no place in a text (XML 1.0, 2.2).
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Memory:
    """What the texts of editions were read as the last time, by the edition's folder: a text that
    is as it was is not read again."""

    def __init__(self) -> None:
        self._read: dict[str, dict[str, tuple[Block, ...]]] = {}

    def blocks(
        self, folder: str, texts: Sequence[str], shelf: Shelf | None = None
    ) -> tuple[tuple[Block, ...], ...]:
        before = self._read.get(folder, {})
        new = [text for text in dict.fromkeys(texts) if text not in before]
        read = dict(zip(new, blocks(new, shelf), strict=True)) if new else {}
        now = {text: read[text] if text in read else before[text] for text in texts}
        self._read[folder] = now
        return tuple(now[text] for text in texts)


def read(
    manuscript: Manuscript, memory: Memory | None = None, shelf: Shelf | None = None
) -> Galley:
    """`manuscript` parsed, section by section, and its title lines with it; not those texts that
    the `memory` of this process has, nor long ones that the `shelf` has."""
    parts = _parts(manuscript, _texts(manuscript), memory, shelf)
    names = (source.path for source in manuscript.sources)
    sections = tuple(map(Section, names, parts))
    return Galley(manuscript, sections, dict(zip(FRONT, parts[len(sections) :], strict=True)))


def ahead(manuscript: Manuscript) -> None:
    """Has pandoc read a `manuscript` of usual length before `read` is asked for it."""
    texts = _texts(manuscript)
    if sum(map(len, texts)) < _LONG:
        _short(tuple(texts))


def _texts(manuscript: Manuscript) -> list[str]:
    """What pandoc reads of an edition: its sections, then the title lines in their order."""
    texts = _labelled([source.text for source in manuscript.sources])
    return [*texts, *(_line(getattr(manuscript.edition, name)) for name in FRONT)]


def _parts(
    manuscript: Manuscript, texts: list[str], memory: Memory | None, shelf: Shelf | None
) -> tuple[tuple[Block, ...], ...]:
    """The texts as blocks. Raises Unreadable with the file that cannot be read."""
    try:
        if memory is not None:
            return memory.blocks(str(manuscript.folder), texts, shelf)
        return blocks(texts, shelf)
    except RuntimeError:
        for source, text in zip(manuscript.sources, texts, strict=False):
            try:
                blocks([text])
            except RuntimeError as error:
                raise Unreadable(source.path) from error
        raise Unreadable() from None


def blocks(texts: Sequence[str], shelf: Shelf | None = None) -> tuple[tuple[Block, ...], ...]:
    """Each Markdown text as its blocks; notes and link definitions do not cross between them."""
    if sum(map(len, texts)) < _LONG:
        return _short(tuple(texts))
    kept = {text: data for text in texts if (data := _kept(text, shelf)) is not None}
    new = [text for text in texts if text not in kept]
    heaps = _heaps(new)
    with ThreadPoolExecutor(max(1, len(heaps))) as pool:
        fresh = chain.from_iterable(pool.map(_documents, heaps))
        return tuple(
            kept[text] if text in kept else _shelved(text, decode(next(fresh)), shelf)
            for text in texts
        )


@lru_cache(maxsize=8)
def _short(texts: tuple[str, ...]) -> tuple[tuple[Block, ...], ...]:
    """A translation is read to be compared with its source, and again to be set."""
    return tuple(map(decode, _documents(texts))) if texts else ()


def _kept(text: str, shelf: Shelf | None) -> tuple[Block, ...] | None:
    """What a long text was read as before."""
    if shelf is None or len(text) < _WORTH_KEEPING:
        return None
    data = shelf.get(_key(text))
    return None if data is None else tuple(pickle.loads(data))


def _shelved(text: str, read: tuple[Block, ...], shelf: Shelf | None) -> tuple[Block, ...]:
    if shelf is not None and len(text) >= _WORTH_KEEPING:
        shelf.put(_key(text), pickle.dumps(read, protocol=5))
    return read


def _key(text: str) -> str:
    return f"text {provenance.of(text)}"


def _heaps(texts: Sequence[str]) -> list[Sequence[str]]:
    """Long texts in two heaps, for a pandoc each; its start is lost on short ones."""
    sizes = list(accumulate(map(len, texts)))
    if not sizes or sizes[-1] < _LONG:
        return [texts] if texts else []
    half = bisect(sizes, sizes[-1] // 2)
    return [heap for heap in (texts[:half], texts[half:]) if heap]


def _documents(texts: Sequence[str]) -> list[list[Any]]:
    """The blocks of each text in pandoc's JSON."""
    joined = _SEPARATOR.join(_CONTROLS.sub("\ufffd", text) for text in texts)
    divs = json.loads(pandoc(joined, str(_SECTIONS), "json", ["--sandbox"]))["blocks"]
    assert len(divs) == len(texts)
    return [div["c"][1] for div in divs]


def _line(words: str) -> str:
    """A title as a line of a line block, so that “1914. A year” is no list; what would be a tag, a
    citation, a link or a note in a text is none here."""
    plain = re.sub(r"[<@\[\]^]", r"\\\g<0>", re.sub(r"[ \t\r\n]+", " ", words).strip())
    return f"| {plain}" if words else ""


def _labelled(texts: list[str]) -> list[str]:
    """pandoc forgets the label of a note; one that `@fn:label` refers to keeps it in a span."""
    wanted = {label for text in texts for label in re.findall(r"@\{?fn:([\w-]+)", text)}
    if not wanted:
        return texts
    labels = "|".join(map(re.escape, sorted(wanted)))
    pattern = re.compile(rf"^\[\^({labels})\]:[ \t]*", re.MULTILINE)
    return [pattern.sub(r'[^\1]: []{.note-label label="\1"}', text) for text in texts]


def csl_json(text: str, form: str) -> str:
    """References in one of pandoc's formats as CSL-JSON."""
    return pandoc(text, form, "csljson")


def pandoc(text: str, source: str, target: str, options: Sequence[str] = ()) -> str:
    """`text` from one pandoc format to another. Raises RuntimeError with pandoc's own words."""
    return converted(text, source, target, options)


def converted(data: str | bytes, source: str, target: str, options: Sequence[str] = ()) -> str:
    """The same for a file of a word processor, which is bytes."""
    # pypandoc asks every pandoc it can find for its version, that on PATH first; told where the
    # wheel's own is, it starts no other and starts it once.
    module: Any = pypandoc
    own = os.path.join(os.path.dirname(pypandoc.__file__), "files", "pandoc")
    module.__dict__["__pandoc_path"] = str(_BOUNDED)
    os.environ["FLEURON_PANDOC"] = own
    out = pypandoc.convert_text(
        data, target, format=source, extra_args=["--quiet", *options], verify_format=False
    )
    return str(out)
