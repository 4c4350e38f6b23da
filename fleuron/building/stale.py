"""Which editions are to be built again, and why. What the last build left and the folders as they
are in; reasons out.

First by the bytes of files, which starts nothing. Where files have changed that an edition only
takes something from – the references it cites, the style, titles of its siblings, the text that it
translates – what it takes is looked at: if that is as it was, the edition stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fleuron import cache, provenance
from fleuron.building import claims
from fleuron.building.orders import ALL_FORMATS, Beside, Order, Seen
from fleuron.cache import Built, State
from fleuron.provenance import Table

if TYPE_CHECKING:
    from fleuron.pipeline import House, Trail

# Kinds of files of which an edition takes a part, and what it takes from them.
_IN_PART = {
    "references": ("references",),
    "styles": ("style",),
    "siblings": ("edition",),
    "source": ("edition",),
}
_SECTIONS = ("fleuron.formats.pdf.books.composing",)  # what sets the sections of a book


def key(inputs: Table, beside: Beside) -> str:
    """The key of an edition: what it is made from, and what it links to."""
    return f"{provenance.of(inputs)}-{provenance.of(beside)[:8]}"


class Desk:
    """Everything that the editions of one order are made from, each file read once."""

    def __init__(self, order: Order, state: State, folders: Sequence[Path]) -> None:
        self.order, self.state, self.folders = order, state, folders
        self.have = {
            str(built.facts.get("folder")): (slug, built) for slug, built in state.editions.items()
        }
        self.shelf = cache.Shelf()
        self.known: dict[str, Table] = {}  # tables by their digest
        self._house = self._kinds()
        self.records = self._records()

    # -------------------------------------------------------------- what there is

    def _kinds(self) -> dict[str, Table]:
        order = self.order
        library = self.shelf.tree(order.bibliography)
        shown = {f"{order.bibliography.name}/{name}": value for name, value in library.items()}
        deep = {name for name in shown if name.count("/") > 1}
        flat = {n: d for n, d in shown.items() if n not in deep}
        endings = provenance.REFERENCES
        return {
            "references": {n: d for n, d in flat.items() if n.lower().endswith(endings)},
            "styles": {name: shown[name] for name in deep},
            "code": cache.code(self.shelf, order.root),
            "tools": cache.tools(order.root),
            "settings": {"pseudo-language": order.pseudo, "certified by": ""},
        }

    def _records(self) -> str:
        modules = self.shelf.tree(self.order.root / "fleuron")
        code = [modules.get(name, "") for name in ("catalogue.py", "inserts.py")]
        files = self.shelf.tree(self.order.templates)
        return provenance.of([*code, provenance.catalogue(files), self._house["tools"]])

    def tables(self, folder: Path, facts: Mapping[str, Any]) -> dict[str, Table]:
        """What the edition in `folder` is made from, by kind, as it was when this build began."""
        home = self.shelf.tree(folder.parent, provenance.counts)
        own = provenance.content(home, folder.name, str(facts.get("source", "")))
        own["references"] = {**self._house["references"], **own["references"]}
        files = self.shelf.tree(self.order.templates)
        used = provenance.templates(files, *(facts.get(n, "") for n in _USED))
        named = {f"{self.order.templates.name}/{name}": value for name, value in used.items()}
        # A claim is kept as it was printed, and falls when it is no longer proven (`claims`).
        certified = {"certified by": str(facts.get("certifier", ""))}
        settings = {"settings": {**self._house["settings"], **certified}}
        tables = {**self._house, **own, **settings, "templates": named}
        self.known.update({provenance.of(table): table for table in tables.values()})
        return tables

    def house(self, editions: int = 1) -> House:
        """The house as so many editions are made in it, side by side."""
        from fleuron import hands
        from fleuron.pipeline import House

        order = self.order
        jobs = order.jobs // max(1, min(order.jobs, editions))  # for each of them
        crew = hands.Crew(jobs, _SECTIONS)
        parts = cache.one({kind: self._house[kind] for kind in ("code", "tools")})
        files = self.shelf.tree(order.templates)
        shelf = hands.kept(order.root)
        told = (parts, files, self._house["code"], order.pseudo, crew, shelf)
        more: dict[str, Any] = {"today": order.today, "claim": bool(order.claim)}
        return House(order.templates, order.bibliography, *told, spare=jobs > 1, **more)

    # -------------------------------------------------------------- what became of it

    def look(self, folder: Path) -> Seen:
        """The edition in `folder`, and whether it is to be built."""
        slug, built = self.have.get(str(folder.resolve()), ("", None))
        tables = self.tables(folder, built.facts if built else {})
        if built is None:
            beside = self._beside(folder, same=False)
            why = ("it has not been built here before",)
            return Seen(folder, beside, why, formats=self.order.formats)
        changed, aside = self._compared(folder, built, tables)
        beside = self._beside(folder, same=not changed)
        stale = (*changed, *self._lacks(built, beside, same=not changed))
        if not changed:
            built = replace(built, seen=cache.one(tables))
        return Seen(folder, beside, stale, aside, built, slug, claims.formats(self.order, built))

    def _compared(
        self, folder: Path, built: Built, tables: Mapping[str, Table]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What changed that the edition is made from, and what changed beside it."""
        new = cache.one(tables)
        kinds = [
            kind for kind in sorted({*new, *built.seen}) if new.get(kind) != built.seen.get(kind)
        ]
        told = {kind: tuple(self._told(built, kind, tables)) for kind in kinds}
        whole = tuple(words for kind in kinds if kind not in _IN_PART for words in told[kind])
        every = tuple(dict.fromkeys(words for kind in kinds for words in told[kind]))
        if whole or not kinds:
            return whole, ()
        differing = self._taken(folder, built, {k for kind in kinds for k in _IN_PART[kind]})
        return (differing, ()) if differing else ((), every)

    def _told(self, built: Built, kind: str, tables: Mapping[str, Table]) -> Iterator[str]:
        old = self.state.seen(built, kind)
        if old is None:
            yield f"its {kind} are not on record"
        else:
            yield from provenance.changes(old, tables.get(kind, {}))

    def _taken(self, folder: Path, built: Built, kinds: set[str]) -> tuple[str, ...]:
        """How what the edition takes from files that changed differs from what it took."""
        from fleuron import pipeline
        from fleuron.building.making import taken

        house = self.house()
        manuscript, _ = taken(folder, house)
        now = manuscript and pipeline.inputs(manuscript, house, _trail(built.facts))
        if not now:
            return ("references or sections cannot be read as they are",)
        inputs, cited = now
        old: Any = built.facts.get("cited", {})
        told = tuple(f"reference “{words}" for words in _quoted(provenance.changes(old, cited)))
        others = sorted(k for k in inputs if inputs[k] != built.inputs.get(k) and k != "references")
        return (*told, *(_SAID.get(kind, f"its {kind} changed") for kind in others))

    def _lacks(self, built: Built, beside: Beside, same: bool) -> Iterator[str]:
        order = self.order
        have = {path.rpartition(".")[2] for path in built.outputs}
        if order.force:
            yield "it was asked for with --force"
        yield from cache.spoilt(built.outputs, order.dist)
        for form in order.formats or ALL_FORMATS:
            if form not in have:
                yield f"there is no {form} of it yet"
        if same and built.key != key(built.inputs, beside):
            yield "other formats or editions stand beside it"
        if order.strict and built.facts.get("warnings"):
            yield "a strict build says its warnings again"
        yield from claims.amiss(order, built)

    def _beside(self, folder: Path, same: bool) -> Beside:
        """What an edition may link to: what is built with it now, and what was built before and
        still stands, of its own as long as it is made from the same source."""
        order = self.order
        if order.whole:
            return ALL_FORMATS, None
        wanted = order.formats or ALL_FORMATS
        formats = [f for f in ALL_FORMATS if f in wanted or (same and self._stands(folder, f))]
        others = (path.parent for path in sorted(folder.parent.glob("*/edition.yaml")))
        siblings = [
            path.name
            for path in others
            if path != folder
            and ((path in self.folders and "html" in wanted) or self._stands(path, "html"))
        ]
        return tuple(formats), tuple(siblings)

    def _stands(self, path: Path, form: str) -> bool:
        _, built = self.have.get(str(path.resolve()), ("", None))
        outputs = built.outputs if built else {}
        return any(o.endswith(f".{form}") and (self.order.dist / o).is_file() for o in outputs)


_USED = ("theme", "langs", "components")
_SAID = {"edition": "what it says of its siblings, or its state as a translation, changed"}


def _quoted(changes: Iterator[str]) -> Iterator[str]:
    """A key in its quotation marks: a change of a reference begins with its key."""
    for words in changes:
        name, _, rest = words.partition(" ")
        yield f"{name}” {rest}"


def _trail(facts: Mapping[str, Any]) -> Trail:
    from fleuron.pipeline import Trail

    langs, components = (tuple(facts.get(name, ())) for name in ("langs", "components"))
    return Trail(str(facts.get("theme", "")), langs, components, facts.get("cited", {}))
