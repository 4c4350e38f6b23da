"""Notes: called and written once, in their order, linked both ways, ready for pop-ups."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from fleuron.lint.finished import Fault, Finished
from fleuron.lint.reading import number
from fleuron.lint.screen import Document, Element, kinds, local, resolved, roles, text_of

_NOTE = re.compile(r"fn-\d+")


def calls(document: Document) -> Iterator[Element]:
    """The calls of notes, by their looks and not by the roles that they may lack."""
    for sup in document.all("sup"):
        yield from (a for a in sup if local(a) == "a" and _NOTE.search(a.get("href") or ""))


def bodies(document: Document) -> Iterator[Element]:
    return (li for li in document.all("li") if _NOTE.fullmatch(li.get("id") or ""))


def led_astray(edition: Finished) -> Iterator[Fault]:
    """A call leads to the note whose number it shows, and opens no other."""
    for document in edition.documents:
        for call in calls(document):
            shown = number(text_of(call))
            opens = call.get("interestfor", f"note-{shown}")
            if not (call.get("href") or "").endswith(f"#fn-{shown}") or opens != f"note-{shown}":
                yield Fault(
                    document.file, f"the call of note {shown} leads elsewhere", document.line(call)
                )
    for element in edition.pdf.tree.walk() if edition.pdf else ():
        if element.role == "Reference" and (shown := number(element.text)):
            leads = [target for kid in element.walk() for target in kid.targets]
            if set(leads) != {f"#fn-{shown}"}:
                yield Fault(edition.file("pdf"), f"the call of note {shown} leads to {leads}")


def no_way_back(edition: Finished) -> Iterator[Fault]:
    """A note leads back to where it is called."""
    for document in edition.documents:
        for note in bodies(document):
            n = note.get("id").removeprefix("fn-")
            backs = [a for a in note.iter("{*}a") if "doc-backlink" in roles(a)]
            good = [a for a in backs if _leads_to(edition, document, a, f"ref-{n}")]
            if len(backs) != 1 or len(good) != 1:
                yield Fault(
                    document.file, f"note {n} does not lead back to its call", document.line(note)
                )
    for element in edition.pdf.tree.walk() if edition.pdf else ():
        if element.role in ("Note", "FENote"):
            n = element.id.removeprefix("fn-")
            leads = {t for e in element.walk() for t in e.targets if t.startswith("#ref-")}
            if leads != {f"#ref-{n}"}:
                yield Fault(edition.file("pdf"), f"note {n} does not lead back to its call")


def _leads_to(edition: Finished, document: Document, link: Element, ident: str) -> bool:
    href, to = resolved(document, link.get("href") or "")
    home = edition.book.by_href.get(href) if edition.book and document.href else document
    return to == ident and home is not None and to in home.by_id


def miscounted(edition: Finished) -> Iterator[Fault]:
    """Notes are called and written once each, from 1 on, and the same in every format."""
    counts = {}
    for form, reading in edition.readings.items():
        wanted = list(range(1, len(reading.calls) + 1))
        counts[form] = len(wanted)
        if reading.calls != wanted:
            yield Fault(edition.file(form), f"notes are called in the order {_odd(reading.calls)}")
        # On paper a note stands where it is called, be that in a table's cell or in its caption.
        written = list(reading.notes) or sorted(reading.bodies)
        if written != wanted:
            told = _odd(written)
            yield Fault(edition.file(form), f"notes are written in the order {told}")
    if len(set(counts.values())) > 1:
        yield Fault(edition.file("html"), f"formats differ in their notes: {counts}")


def _odd(numbers: list[int]) -> str:
    at = next((i for i, n in enumerate(numbers) if n != i + 1), len(numbers))
    return "… " + ", ".join(map(str, numbers[max(0, at - 1) : at + 3])) + " …"


def misnumbered(edition: Finished) -> Iterator[Fault]:
    """The number that a list shows is the number of the note."""
    for document in edition.documents:
        for notes in document.all("ol"):
            items = [li for li in notes if _NOTE.fullmatch(li.get("id") or "")]
            shown = int(notes.get("start") or 1)
            if items and notes.get("reversed") is not None:
                yield Fault(document.file, "the notes are counted down", document.line(notes))
            for at, item in enumerate(items):
                told = int(item.get("value") or shown + at)
                if item.get("id") != f"fn-{told}":
                    yield Fault(
                        document.file, f"{item.get('id')} shows as {told}", document.line(item)
                    )
    for element in edition.pdf.tree.walk() if edition.pdf else ():
        if element.role in ("Note", "FENote"):
            labels = [number(e.text) for e in element.walk() if e.role == "Lbl"][:1]
            if labels != [number(element.id.removeprefix("fn-"))]:
                yield Fault(edition.file("pdf"), f"{element.id} bears the label {labels}")


def no_pop_up(edition: Finished) -> Iterator[Fault]:
    """A reader's program knows calls and notes by their types, and finds words alone in a call."""
    for document in edition.documents:
        book = bool(document.href)
        for call in calls(document):
            good = "doc-noteref" in roles(call) and not len(call)
            if not good or (book and "noteref" not in kinds(call)):
                yield Fault(document.file, "a call without its type", document.line(call))
        for note in bodies(document):
            typed = {"endnote", "footnote"} <= set(kinds(note))
            hint = [e for e in note.iter("{*}div") if e.get("popover") is not None and e.get("id")]
            if not (typed if book else hint):
                yield Fault(document.file, f"{note.get('id')} lacks its type", document.line(note))
        for section in (s for s in document.all("section") if any(True for _ in _own(s))):
            typed = {"endnotes", "footnotes"} <= set(kinds(section)) or not book
            if "doc-endnotes" not in roles(section) or not typed:
                yield Fault(document.file, "the notes lack their type", document.line(section))


def _own(section: Element) -> Iterator[Element]:
    for part in section:
        if local(part) == "ol":
            yield from (li for li in part if _NOTE.fullmatch(li.get("id") or ""))


# "Ibid." and its kin, as the styles of several languages have them, without marks and spaces.
_ONLY_WHERE = re.compile(
    r"(?:ibid|ibidem|idem|opcit|loccit|ebd|ebenda|aao|tamże|тамже|тамсамо|ópcit|ver)(?:[ps]{1,3})?$",
    re.IGNORECASE,
)


def says_nothing(edition: Finished) -> Iterator[Fault]:
    """A note that says no more than "ibid." is linked to the work it stands for."""
    for document in edition.documents:
        for note in bodies(document):
            links = [a for a in note.iter("{*}a") if "doc-backlink" not in roles(a)]
            text = re.sub(r"[\W\d_]+", "", _without_back(note))
            if not links and _ONLY_WHERE.match(text):
                yield Fault(
                    document.file, f"{note.get('id')} says only “{text}”", document.line(note)
                )


def _without_back(note: Element) -> str:
    back = "".join("".join(a.itertext()) for a in note.iter("{*}a") if "doc-backlink" in roles(a))
    return "".join(note.itertext()).replace(back, "")


RULES: dict[str, Callable[[Finished], Iterator[Fault]]] = {
    "E102": led_astray,
    "E103": no_way_back,
    "E104": miscounted,
    "E105": misnumbered,
    "E106": no_pop_up,
    "E201": says_nothing,
}
