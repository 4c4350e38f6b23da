"""cs:names and what stands in it: people and bodies, in the order and length a style wants."""

from __future__ import annotations

from typing import Any

from citeproc import model

from fleuron.citations import richtext
from fleuron.citations.cite import Cite
from fleuron.citations.elements import Rendering, stripped
from fleuron.citations.frame import Frame
from fleuron.citations.output import NAME, PERSON, Part, Piece
from fleuron.citations.people import Manner, one_name
from fleuron.citations.works import Name as Person

# Options of cs:name by their names on cs:style, cs:citation and cs:bibliography.
_OPTIONS = {
    "and": "and",
    "delimiter-precedes-et-al": "delimiter-precedes-et-al",
    "delimiter-precedes-last": "delimiter-precedes-last",
    "et-al-min": "et-al-min",
    "et-al-use-first": "et-al-use-first",
    "et-al-use-last": "et-al-use-last",
    "et-al-subsequent-min": "et-al-subsequent-min",
    "et-al-subsequent-use-first": "et-al-subsequent-use-first",
    "initialize": "initialize",
    "initialize-with": "initialize-with",
    "name-as-sort-order": "name-as-sort-order",
    "sort-separator": "sort-separator",
    "form": "name-form",
    "delimiter": "name-delimiter",
}


class Name(Rendering, model.Name):  # type: ignore[misc]
    """cs:name: how each name is printed, and what stands between them."""

    def prepare(self, frame: Frame) -> None:
        super().prepare(frame)
        self.parts_ = {k.get("name"): k for k in _kids(self, Name_Part)}


class Name_Part(Rendering, model.Name_Part):  # type: ignore[misc]
    def put(self, text: str, cite: Cite) -> Part:
        part = self.cased(richtext.parse(text, cite.frame.quotes), cite)
        if self.a.get("strip-periods") == "true":
            part = stripped(part)
        return part


class Et_Al(Rendering, model.Et_Al):  # type: ignore[misc]
    def render(self, cite: Cite) -> Part | None:
        return None


class Substitute(Rendering, model.Substitute):  # type: ignore[misc]
    def render(self, cite: Cite) -> Part | None:
        return None


class Institution(Rendering, model.CitationStylesElement):  # type: ignore[misc]
    def render(self, cite: Cite) -> Part | None:
        return None


def _kids(element: Any, kind: type[Any]) -> list[Any]:
    return [k for k in element.iterchildren() if isinstance(k, kind)]


class Names(Rendering, model.Names):  # type: ignore[misc]
    """cs:names: one or more variables of names, with labels, et al. and substitutes."""

    def prepare(self, frame: Frame) -> None:
        super().prepare(frame)
        self.variables_ = self.a.get("variable", "").split()
        self.name_ = next(iter(_kids(self, Name)), None)
        self.et_al_ = next(iter(_kids(self, Et_Al)), None)
        self.substitute_ = next(iter(_kids(self, Substitute)), None)
        self.labels_ = [k for k in self.iterchildren() if type(k).__name__ == "Label"]
        tags = [type(k).__name__ for k in self.iterchildren()]
        self.label_first_ = (
            "Label" in tags
            and ("Name" not in tags or tags.index("Label") < tags.index("Name"))
            and "Name" in tags
        )
        self.manners_: dict[tuple[str, Any], Manner] = {}

    def render(self, cite: Cite) -> Part | None:
        return self.as_child_of(self if cite.outer_names is None else cite.outer_names, cite)

    def as_child_of(self, outer: Any, cite: Cite) -> Part | None:
        """The names; `outer` is the cs:names whose cs:name and cs:label hold for a substitute."""
        own = self.name_ is not None or self.labels_ or self.et_al_ is not None or outer is self
        model_ = self if own else outer
        inside, cite.outer_names = cite.outer_names, None
        manner = self.manner(model_, cite)
        found = []
        for variable in self.grouped(cite):
            people = () if variable[0] in cite.suppressed else cite.work.names(variable[0])
            for name in variable:
                cite.note_variable(name, bool(people))
            if people:
                found.append(self.one_variable(model_, variable, people, manner, cite))
        cite.outer_names = inside
        if not found:
            return self.substituted(cite)
        if manner.form == "count":
            total = sum(int(str(f)) for f in found)
            return self.dressed(str(total)) if total else None
        delimiter = self.a.get("delimiter", outer.a.get("delimiter", self.inherited(cite)))
        body: Part = found[0] if len(found) == 1 else Piece(found, delimiter=delimiter)
        cite.opening = False
        dressed = self.dressed(body)
        if self is not outer and self.bare:
            dressed = outer.dressed(body)
        return Piece([dressed], (f"names:{' '.join(self.variables_)}",))

    def inherited(self, cite: Cite) -> str:
        area = cite.frame.area(cite.area)
        for element in (area, cite.frame.root):
            if element is not None and "names-delimiter" in element.a:
                return str(element.a["names-delimiter"])
        return ""

    def grouped(self, cite: Cite) -> list[tuple[str, ...]]:
        """The variables; editor and translator as one where they are the same people."""
        wanted = self.variables_
        if set(wanted) == {"editor", "translator"} and self.frame.terms.get("editortranslator"):
            both = cite.work.names("editor")
            if both and both == cite.work.names("translator"):
                return [("editor", "translator")]
        return [(v,) for v in wanted]

    def substituted(self, cite: Cite) -> Part | None:
        if self.substitute_ is None:
            return None
        for child in self.substitute_.kids:
            outer_trace, cite.trace = cite.trace, []
            outer, cite.outer_names = cite.outer_names, self
            part = child.render(cite)
            cite.outer_names = outer
            used, cite.trace = cite.trace, outer_trace
            if part is not None and part != "":
                cite.got += 1
                # What a substitute printed is not printed again (CSL 1.0.2, "Substitute").
                cite.suppressed.update(used)
                if outer_trace is not None:
                    outer_trace.extend(used)
                return Piece([part], (f"names:{' '.join(self.variables_)}",))
        return None

    # -------------------------------------------------------- options

    def manner(self, model_: Any, cite: Cite) -> Manner:
        if cite.sorting:
            return self._manner(model_, cite)
        key = (cite.area, id(model_))
        manner = self.manners_.get(key)
        if manner is None:
            manner = self.manners_[key] = self._manner(model_, cite)
        return manner

    def _manner(self, model_: Any, cite: Cite) -> Manner:
        name = model_.name_.a if model_.name_ is not None else {}
        area = cite.frame.area(cite.area)
        root = cite.frame.root.a
        chain = [name, {} if area is None else area.a, root]

        def option(own: str, default: str | None = None) -> str | None:
            for level, attributes in enumerate(chain):
                key = own if level == 0 else _OPTIONS[own]
                if key in attributes:
                    return str(attributes[key])
            return default

        def number(own: str) -> int:
            return int(option(own, "0") or 0)

        manner = Manner(
            option("and", "") or "",
            option("delimiter-precedes-et-al", "contextual") or "",
            option("delimiter-precedes-last", "contextual") or "",
            number("et-al-min"),
            int(option("et-al-use-first", "1") or 1),
            option("et-al-use-last") == "true",
            number("et-al-subsequent-min"),
            number("et-al-subsequent-use-first"),
            option("initialize", "true") != "false",
            option("initialize-with"),
            option("name-as-sort-order", "") or "",
            option("sort-separator", ", ") or "",
            option("form", "long") or "long",
            _none_or(option("delimiter"), ", "),
            root.get("initialize-with-hyphen", "true") != "false",
            root.get("demote-non-dropping-particle", "display-and-sort"),
        )
        if cite.sorting:
            _for_sorting(manner, cite.key_options or {})
        return manner

    # -------------------------------------------------------- a list of names

    def one_variable(
        self,
        model_: Any,
        variable: tuple[str, ...],
        people: tuple[Person, ...],
        manner: Manner,
        cite: Cite,
    ) -> Part:
        shown, et_al = how_many(manner, len(people), variable[0], cite)
        cite.shown[variable[0]] = (shown, len(people))
        if manner.form == "count":
            return str(shown if et_al else len(people))
        names = self.listed(model_, variable[0], people, shown, et_al, manner, cite)
        label = None
        if model_.labels_ and not cite.sorting:
            term = "editortranslator" if len(variable) > 1 else variable[0]
            element = model_.labels_[0]
            setting = element.a.get("plural", "contextual")
            plural = setting == "always" or (setting == "contextual" and len(people) > 1)
            if model_.label_first_:
                label = element.worded(term, plural, cite)
            else:
                cite.opening = False
                label = element.worded(term, plural, cite)
        if label is None:
            return names
        parts = [label, names] if model_.label_first_ else [names, label]
        return Piece(parts)

    def listed(
        self,
        model_: Any,
        variable: str,
        people: tuple[Person, ...],
        shown: int,
        et_al: bool,
        manner: Manner,
        cite: Cite,
    ) -> Piece:
        element = model_.name_
        printed: list[Part] = []
        for index, person in enumerate(people[:shown]):
            level = cite.help.given.get((variable, index), 0) if not cite.sorting else 0
            name = one_name(element, person, index, manner, cite, level)
            printed.append(Piece([name], (PERSON,)))
        joined = self.joined(model_, people, printed, et_al, manner, cite)
        if element is not None and not element.bare:
            joined = Piece([joined], element.marks, element.prefix_, element.suffix_)
        return Piece([joined], (NAME,))

    def joined(
        self,
        model_: Any,
        people: tuple[Person, ...],
        printed: list[Part],
        et_al: bool,
        manner: Manner,
        cite: Cite,
    ) -> Piece:
        delimiter = manner.delimiter
        if et_al:
            return self.with_et_al(model_, people, printed, manner, cite)
        conjunction = self.conjunction(manner)
        if not conjunction or len(printed) < 2:
            return Piece(printed, delimiter=delimiter)
        last = people[len(printed) - 2]
        before = _precedes(manner.precedes_last, len(printed) - 1, manner, last)
        space = "" if delimiter.endswith(" ") or not before else " "
        lead = delimiter + space if before else " "
        head = Piece(printed[:-1], delimiter=delimiter)
        if not _spaced(conjunction):
            return Piece([head, Piece([printed[-1]], prefix=f"{conjunction}")])
        return Piece([head, Piece([printed[-1]], prefix=f"{lead}{conjunction} ")])

    def conjunction(self, manner: Manner) -> str:
        if manner.conjunction == "symbol":
            symbol = self.frame.terms.exact("and", "symbol")
            return symbol.single if symbol is not None else "&"
        return self.frame.terms.get("and") if manner.conjunction == "text" else ""

    def with_et_al(
        self,
        model_: Any,
        people: tuple[Person, ...],
        printed: list[Part],
        manner: Manner,
        cite: Cite,
    ) -> Piece:
        if manner.et_al_last and len(people) - len(printed) > 1 and printed:
            last = one_name(model_.name_, people[-1], len(people) - 1, manner, cite, 0)
            return Piece([*printed, Piece([last], prefix="… ")], delimiter=manner.delimiter)
        words = self.et_al_part(model_, cite)
        head = Piece(printed, delimiter=manner.delimiter)
        if words is None:
            return head
        if not printed:
            return Piece([words])
        lead = (
            manner.delimiter
            if _precedes(manner.precedes_et_al, len(printed), manner, people[len(printed) - 1])
            else " "
        )
        return Piece([head, Piece([words], prefix=lead)])

    def et_al_part(self, model_: Any, cite: Cite) -> Part | None:
        element = self.et_al_ if model_.et_al_ is None else model_.et_al_
        term = element.a.get("term", "et-al") if element is not None else "et-al"
        words = self.frame.terms.get(term)
        if not words:
            return None
        return words if element is None else element.dressed(words)


def _none_or(value: str | None, default: str) -> str:
    return default if value is None else value


def _for_sorting(manner: Manner, options: dict[str, str]) -> None:
    """CSL 1.0.2, "Sorting": names from macros sort as family name first, at full length."""
    manner.sort_order, manner.form = "all", "long" if manner.form != "count" else "count"
    manner.conjunction, manner.delimiter = "", "  "
    manner.subsequent_min = 0
    for own, name in (("et_al_min", "names-min"), ("et_al_first", "names-use-first")):
        if name in options:
            setattr(manner, own, int(options[name]))
    if "names-use-last" in options:
        manner.et_al_last = options["names-use-last"] == "true"


def how_many(manner: Manner, total: int, variable: str, cite: Cite) -> tuple[int, bool]:
    """How many names to print, and whether others are left out."""
    least, first = manner.et_al_min, manner.et_al_first
    if "subsequent" in cite.positions and cite.area == "citation" and manner.subsequent_min:
        least, first = manner.subsequent_min, manner.subsequent_first or first
    if not least or total < least:
        return total, False
    if not cite.sorting:
        first = max(first, cite.help.names.get(variable, 0))
    shown = min(first, total)
    return shown, shown < total


def _precedes(rule: str, before: int, manner: Manner, last: Person) -> bool:
    if rule == "always":
        return True
    if rule == "never":
        return False
    if rule == "after-inverted-name":
        inverted = manner.sort_order == "all" or (manner.sort_order == "first" and before == 1)
        return inverted and bool(last.given)
    return before > 1


def _spaced(word: str) -> bool:
    """A conjunction of a script that writes without spaces stands close."""
    return not any("\u3040" <= c <= "\u9fff" for c in word)
