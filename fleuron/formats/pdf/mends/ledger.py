"""The ledger of notes: which page each note stands on, and which notes a page hands to the next.

WeasyPrint keeps count of notes while it lays out, undoes and lays out again the same lines; its
count goes wrong in more places than can be mended one by one. So the ledger balances each page
when its text stands: a note whose call is on the page stands there or goes over to the next page,
a note whose call is not on the page waits, and none stands twice. When only some pages are made
again, for a table of contents, say, each page still gets the notes that its predecessor hands it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import LayoutContext, block, page

from fleuron.formats.pdf.mends.patching import rewrite
from fleuron.formats.pdf.mends.tall import cut, ready, whole

TOLERANCE = 0.01  # pixels, see `notes`
# A page leaves this share of its height to the text, however many notes its predecessor hands it.
TEXT = 1 / 4


class Waiting(dict[Any, None]):
    """Notes whose calls are not laid out yet: in order like a list, found as fast as in a set.

    `late` are those that came back since a page was last begun.
    """

    def __init__(self, notes: Iterable[Any] = ()) -> None:
        super().__init__(dict.fromkeys(notes))
        self.late: list[Any] = []

    def append(self, note: Any) -> None:
        self[note] = None
        self.late.append(note)

    def remove(self, note: Any) -> None:
        del self[note]

    def copy(self) -> Waiting:
        return Waiting(self)


@dataclass
class Ledger:
    """What is known of the notes of one document while it is laid out."""

    order: dict[Any, int]
    last: int = 0  # the page that was begun last
    placed: dict[Any, int] = field(default_factory=dict)  # note: page
    standing: dict[int, tuple[Any, ...]] = field(default_factory=dict)  # page: notes
    entering: dict[int, tuple[Any, ...]] = field(default_factory=dict)  # page: notes handed to it
    floats: dict[int, dict[Any, Any]] = field(default_factory=dict)  # page: broken floats, likewise

    def earlier(self, note: Any, number: int) -> bool:
        """Whether `note` stands on a page before `number`, or was called there."""
        return self.placed.get(note, number) < number or note in self.entering.get(number, ())

    def place(self, notes: Iterable[Any], number: int) -> None:
        """`notes` stand on page `number`; a note in parts is placed where it begins."""
        self.standing[number] = tuple(notes)
        for note in self.standing[number]:
            self.placed.setdefault(whole(note), number)


def ledger(context: Any) -> Ledger:
    """The ledger of the document that `context` lays out."""
    found: Ledger | None = getattr(context, "ledger", None)
    if found is None:
        order = {note: place for place, note in enumerate(context.footnotes)}
        found = context.ledger = Ledger(order)
    return found


def enter(context: Any, number: int) -> None:
    """Before page `number` is made: what its predecessor hands it is written down."""
    book = ledger(context)
    book.entering[number] = tuple(context.reported_footnotes)
    book.floats[number] = dict(context.broken_out_of_flow)
    if book.last >= number:
        book.placed = {note: page for note, page in book.placed.items() if page < number}
    book.last = number
    if isinstance(context.footnotes, Waiting):
        # Only those that came back may be here by mistake: the others were taken out before.
        stray = [note for note in context.footnotes.late if note in book.placed]
        context.footnotes.late.clear()
    else:
        context.footnotes = Waiting(context.footnotes)
        stray = list(book.placed)
    for note in (*stray, *book.entering[number]):
        context.footnotes.pop(whole(note), None)


def carry(context: Any, notes: Iterable[Any]) -> None:
    """At the head of a page: lay out the notes handed to it, as many as leave room for text."""
    notes = list(notes)
    for index, note in enumerate(notes):
        context.footnotes.append(note)
        overflow = context.layout_footnote(note) or _crowded(context)
        if overflow and index:
            context.report_footnote(note)
            context.reported_footnotes = notes[index:]
            break
        if overflow and _begun(context, note, notes[1:]):
            break


def _crowded(context: Any) -> bool:
    area = context.current_footnote_area
    room = context.page_bottom - area.page.content_box_y()
    return bool(room < TEXT * area.page.height)


def _begun(context: Any, note: Any, others: list[Any]) -> bool:
    """Whether a note too tall for the page could be begun on it, the rest handed on."""
    parts = cut(context, note, (1 - TEXT) * context.current_footnote_area.page.height)
    if parts is not None:
        _write(context, [parts[0]], [parts[1], *others])
    return parts is not None


def begin(context: Any, note: Any, bottom: float) -> None:
    """A note that does not fit even below the first line of a page is begun beneath that line.

    The line ends at `bottom`; the note has just been reported.
    """
    if context.in_column or context.current_page_footnotes or context.reported_footnotes != [note]:
        return
    page = context.current_footnote_area.page
    text = max(bottom, page.content_box_y() + TEXT * page.height)
    parts = cut(context, note, context.page_bottom - text)
    if parts is not None:
        _write(context, [parts[0]], [parts[1]])


def undo(context: Any, note: Any) -> None:
    """The call of `note` is taken off the page again: so are the parts of it."""
    for notes in (context.current_page_footnotes, context.reported_footnotes):
        notes[:] = [n for n in notes if n is note or whole(n) is not note]


def settle(context: Any, root: Any, number: int) -> None:
    """When the text of page `number` stands: every note it calls stands on it or is handed on."""
    book = ledger(context)
    called = [note for note in _once(_called(root)) if not book.earlier(note, number)]
    ours = {*called, *map(whole, book.entering[number])}

    def belongs(note: Any) -> bool:
        return whole(note) in ours

    shown = _once(note for note in context.current_page_footnotes if belongs(note))
    late = _once(n for n in context.reported_footnotes if belongs(n) and n not in shown)
    for note in (*context.current_page_footnotes, *context.reported_footnotes):
        if not belongs(note) and not book.earlier(whole(note), number):
            context.footnotes.append(whole(note))
    present = {whole(note) for note in (*shown, *late)}
    dropped = [note for note in called if note not in present]
    if dropped or shown != context.current_page_footnotes or late != context.reported_footnotes:
        _write(context, shown, late)
        _take_up(context, dropped, _bottom(root), book)
    for note in context.current_page_footnotes:
        context.footnotes.pop(whole(note), None)
    book.place(context.current_page_footnotes, number)


def _write(context: Any, shown: list[Any], late: list[Any]) -> None:
    context.current_page_footnotes = shown
    context.reported_footnotes = late
    context._update_footnote_area()


def _take_up(context: Any, dropped: list[Any], bottom: float, book: Ledger) -> None:
    """Notes that layout has dropped: on this page where there is room, else on the next."""
    for note in dropped:
        context.footnotes.append(note)
        overflow = context.layout_footnote(note)
        if overflow or bottom > context.page_bottom + TOLERANCE:
            context.report_footnote(note)
    shown = sorted(context.current_page_footnotes, key=lambda note: book.order[whole(note)])
    late = sorted(context.reported_footnotes, key=lambda note: book.order[whole(note)])
    _write(context, shown, late)


def _once(notes: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(notes))


def _called(root: Any) -> Iterator[Any]:
    """The notes called on a page, in reading order."""
    for box in root.descendants(placeholders=True):
        if box.footnote is not None:
            yield box.footnote


def _bottom(root: Any) -> float:
    """Where the lowest line or picture of a page ends."""
    lowest: float = max(
        (
            box.position_y + box.margin_height()
            for box in root.descendants()
            if isinstance(box, (boxes.LineBox, boxes.ReplacedBox))
        ),
        default=root.position_y,
    )
    return lowest


class Stuck(RuntimeError):
    """Layout would make the same page for ever."""


def leave(context: Any, number: int, resume_at: Any) -> None:
    """When page `number` is made: its successor is made again if it is handed something else."""
    book = ledger(context)
    before, after = _parts(book.floats[number]), _parts(context.broken_out_of_flow)
    if before and before == after and resume_at == context.page_maker[number - 1][0]:
        raise Stuck(f"a float that does not fit on page {number} does not fit on any page")
    following = number + 1
    if following not in book.entering or len(context.page_maker) <= number:
        return
    notes = book.entering[following] != tuple(context.reported_footnotes)
    floats = _parts(book.floats[following]) != _parts(context.broken_out_of_flow)
    if notes or floats:
        context.page_maker[number][-1]["content_changed"] = True


def _parts(broken: dict[Any, Any]) -> list[Any]:
    return [(box.element, resume_at) for box, _, _, resume_at in broken.values()]


def keep(context: Any, number: int) -> list[Any]:
    """Page `number` stays as it is: what it hands to its successor is handed over again."""
    book = ledger(context)
    book.place(book.standing[number], number)
    if isinstance(context.footnotes, Waiting):
        for note in book.standing[number]:
            context.footnotes.pop(whole(note), None)
    context.reported_footnotes = list(book.entering.get(number + 1, ()))
    context.broken_out_of_flow = dict(book.floats.get(number + 1, {}))
    reported: list[Any] = context.reported_footnotes
    return reported


def balance_each_page() -> None:
    """The ledger is opened, balanced and closed with each page.

    Symptom: with tables, columns, blocks kept together or widows some notes are lost and some stand
    twice; with page references all notes that a page hands to the next are lost.
    Cause: `unlayout_footnote` cannot tell notes of earlier pages from those of this one; blocks
    that are undone leave their notes behind, or take along those of the parts that stay; and
    `make_all_pages` forgets the notes (and broken floats) handed over by a page it keeps.
    """
    names = {"_enter": enter, "_carry": carry, "_settle": settle, "_leave": leave, "_keep": keep}
    rewrite(
        page.make_page,
        "656f183328e8b1b5",
        (
            "    for i, reported_footnote in enumerate(reported_footnotes):\n"
            "        context.footnotes.append(reported_footnote)\n"
            "        overflow = context.layout_footnote(reported_footnote)\n"
            "        if overflow and i != 0:\n"
            "            context.report_footnote(reported_footnote)\n"
            "            context.reported_footnotes = reported_footnotes[i:]\n"
            "            break\n",
            "    _carry(context, reported_footnotes)\n",
        ),
        (
            "    root_box.children = out_of_flow_boxes + root_box.children\n",
            "    root_box.children = out_of_flow_boxes + root_box.children\n"
            "    _settle(context, root_box, page_number)\n",
        ),
        **names,
    )
    rewrite(
        page.remake_page,
        "1ff09b2dffa17839",
        (
            "    page_number = index + 1\n",
            "    page_number = index + 1\n    _enter(context, page_number)\n",
        ),
        (
            "    return page, resume_at\n",
            "    _leave(context, page_number, resume_at)\n    return page, resume_at\n",
        ),
    )
    rewrite(
        page.make_all_pages,
        "b5e4034894841caa",
        ("if (len(pages) == 0 or", "if (i >= len(pages) or"),
        (
            "            reported_footnotes = None\n            yield pages[i]\n",
            "            reported_footnotes = _keep(context, i + 1)\n            yield pages[i]\n",
        ),
    )
    rewrite(
        LayoutContext.unlayout_footnote,
        "49574508df8c5de9",
        (
            "    if footnote not in self.footnotes:\n",
            "    if footnote not in self.footnotes and not (\n"
            "            _ledger(self).earlier(footnote, self.current_page)):\n"
            "        _undo(self, footnote)\n",
        ),
        _ledger=ledger,
        _undo=undo,
    )


def continue_tall_notes() -> None:
    """A note taller than its page goes on at the foot of the next one (Kozea/WeasyPrint#1833).

    Symptom: such a note overprints its page, and pages before it hold two lines each.
    Cause: a note is laid out as one piece. It is cut at the end of a line where three quarters of
    a page are full (see `tall`), at the head of the page that it is handed to or under its call.
    """
    rewrite(
        LayoutContext._update_footnote_area,
        "0fcc68f3897d5ef0",
        (
            "build.create_anonymous_boxes(\n            self.current_footnote_area.deepcopy())",
            "_ready(self.current_footnote_area)",
        ),
        _ready=ready,
    )
    rewrite(
        page.make_page,
        "656f183328e8b1b5",
        (
            "build.create_anonymous_boxes(footnote_area.deepcopy())",
            "_ready(footnote_area)",
        ),
        _ready=ready,
    )
    rewrite(
        block._linebox_layout,
        "e07bbe000974787e",
        (
            "                    if new_children or not page_is_empty:\n",
            "                    if not new_children and page_is_empty:\n"
            "                        _begin(context, footnote, new_position_y + offset_y)\n"
            "                    if new_children or not page_is_empty:\n",
        ),
        _begin=begin,
    )
