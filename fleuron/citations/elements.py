"""The elements of a style that render texts, numbers and labels, and that choose between parts.

Each is citeproc-py's element of that name with our own `render`: a `Cite` in, a part or None out.
`prepare` runs once for each element, so that rendering asks lxml for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

from citeproc import model

from fleuron.citations import numbers, output, richtext
from fleuron.citations.cite import Cite
from fleuron.citations.frame import CS, Frame
from fleuron.citations.output import Part, Piece
from fleuron.citations.textcase import set_case
from fleuron.citations.works import NUMBERS

_MARKS = (
    ("vertical-align", {"sup": output.SUPER, "sub": output.SUB, "baseline": output.BASELINE}),
    ("text-decoration", {"underline": output.UNDERLINE, "none": output.UNUNDERLINE}),
    ("font-weight", {"bold": output.BOLD, "normal": output.UNBOLD, "light": output.UNBOLD}),
    ("font-variant", {"small-caps": output.CAPS, "normal": output.UNCAPS}),
    ("font-style", {"italic": output.ITALIC, "oblique": output.ITALIC, "normal": output.UPRIGHT}),
)
# What is in the language of the work.
_TITLES = frozenset({"title", "title-short", "container-title", "container-title-short"})
_ADDRESSES = {"URL": "", "DOI": "https://doi.org/", "PMID": "https://www.ncbi.nlm.nih.gov/pubmed/"}


class Rendering:
    """What all elements share: attributes, children and marks, read once."""

    a: dict[str, str]
    kids: tuple[Any, ...]
    marks: tuple[str, ...]
    frame: Frame

    def prepare(self, frame: Frame) -> None:
        element: Any = self
        self.a = dict(element.attrib)
        self.kids = tuple(element)
        self.frame = frame
        for name in ("prefix", "suffix", "delimiter", "value"):
            if "&" in self.a.get(name, ""):
                self.a[name] = unescape(self.a[name])  # some styles escape a tab twice
        self.prefix_, self.suffix_ = self.a.get("prefix", ""), self.a.get("suffix", "")
        marks = [table[self.a[n]] for n, table in _MARKS if self.a.get(n) in table]
        if "display" in self.a:
            marks.insert(0, f"display:{self.a['display']}")
        self.marks = tuple(marks)
        self.case_ = self.a.get("text-case", "")
        self.bare = not (self.marks or self.prefix_ or self.suffix_)

    def dressed(self, part: Part, delimiter: str = "") -> Part:
        """`part` with the element's marks and affixes."""
        if self.bare and not delimiter:
            return part
        return Piece([part], self.marks, self.prefix_, self.suffix_)

    def cased(self, part: Part, cite: Cite) -> Part:
        return set_case(part, self.case_, _is_english(cite)) if self.case_ else part


def _is_english(cite: Cite) -> bool:
    """Whether title case applies: the work's own language, else the style's, is English."""
    language = cite.work.language or cite.frame.root.get("default-locale") or "en"
    return language.lower().startswith("en")


def render_children(element: Any, cite: Cite) -> list[Part]:
    """What the children of `element` render; nothing where they render nothing."""
    out = []
    for child in element.kids:
        part = child.render(cite)
        if part is not None and part != "":
            out.append(part)
    return out


def stripped(part: Part) -> Part:
    if isinstance(part, str):
        return part.replace(".", "")
    return Piece(
        [stripped(p) for p in part.parts], part.marks, part.prefix, part.suffix, part.delimiter
    )


class Text(Rendering, model.Text):  # type: ignore[misc]
    """cs:text: a variable, a macro, a term or a value."""

    def prepare(self, frame: Frame) -> None:
        super().prepare(frame)
        self.quotes_ = self.a.get("quotes") == "true"
        self.strip_ = self.a.get("strip-periods") == "true"
        self.kind_ = next((k for k in ("variable", "macro", "term", "value") if k in self.a), "")
        self.what_ = self.a.get(self.kind_, "")
        if self.quotes_:
            self.marks = (output.QUOTE, *self.marks)
            self.bare = False

    def render(self, cite: Cite) -> Part | None:
        part: Part | None
        if self.kind_ == "variable":
            part = self.variable_part(cite)
        elif self.kind_ == "macro":
            part = self.macro_part(cite)
        elif self.kind_ == "term":
            part = self.term_part(cite)
        else:
            part = richtext.parse(self.what_, self.frame.quotes)
            if part:
                cite.opening = False
        if part is None or part == "":
            return None
        if self.strip_:
            part = stripped(part)
        return self.dressed(self.cased(part, cite))

    def variable_part(self, cite: Cite) -> Part | None:
        name = self.what_
        if name in cite.suppressed:
            cite.called += 1
            return None
        value, used = self.value_of(cite)
        cite.note_variable(name, bool(value))
        if not value:
            return None
        cite.opening = False
        if name in ("page", "locator"):
            return self.pages_part(value, cite)
        if name in _ADDRESSES:
            return _address(name, value)
        if name in ("citation-number", "year-suffix"):
            cite.suffixed = cite.suffixed or name == "year-suffix"
            return Piece([value], (f"var:{name}",))
        if name in NUMBERS and numbers.is_numeric(value):
            value = numbers.pages(value, "", "–")
        part = richtext.parse(value, self.frame.quotes)
        if used in _TITLES and cite.work.language:
            return Piece([part], (f"lang:{cite.work.language}",))
        return part

    def value_of(self, cite: Cite) -> tuple[str, str]:
        if self.a.get("form") == "short":
            short = cite.text(f"{self.what_}-short")
            if short:
                return short, f"{self.what_}-short"
        return cite.text(self.what_), self.what_

    def pages_part(self, value: str, cite: Cite) -> Part:
        """Page ranges in the style's form; "\\-" is a hyphen that the author means."""
        if self.what_ == "locator" and cite.label not in ("page", ""):
            return richtext.parse(numbers.pages(value, "", "–").replace("\\-", "-"))
        dash = self.frame.terms.get("page-range-delimiter") or "–"
        style = self.frame.root.a.get("page-range-format", "")
        return richtext.parse(numbers.pages(value, style, dash).replace("\\-", "-"))

    def macro_part(self, cite: Cite) -> Part | None:
        macro = cite.frame.macros.get(self.what_)
        return None if macro is None else macro.render(cite)

    def term_part(self, cite: Cite) -> Part | None:
        name = self.what_
        words = cite.frame.terms.get(
            name, self.a.get("form", "long"), self.a.get("plural") == "true"
        )
        if not words:
            return None
        if cite.opening:
            cite.opening = False
            if self.case_ != "lowercase":
                words = str(set_case(words, "capitalize-first"))
        return richtext.parse(words)


def _address(name: str, value: str) -> Part:
    url = value if "://" in value else _ADDRESSES[name] + value
    return Piece([value], (f"link:{url}",)) if "://" in url else value


class Macro(Rendering, model.Macro):  # type: ignore[misc]
    """cs:macro: like a group, it is nothing where all its variables are empty."""

    def render(self, cite: Cite) -> Part | None:
        called, got, opening = cite.called, cite.got, cite.opening
        parts = render_children(self, cite)
        if not parts or (cite.called > called and cite.got == got):
            cite.opening = opening
            return None
        if cite.got == got:
            # CSL 1.0.2, "Group": a macro that prints counts as a variable that is found.
            cite.called += 1
            cite.got += 1
        return parts[0] if len(parts) == 1 else Piece(parts)


class Group(Rendering, model.Group):  # type: ignore[misc]
    """cs:group: its parts with a delimiter, or nothing where all its variables are empty."""

    def prepare(self, frame: Frame) -> None:
        super().prepare(frame)
        self.delimiter_ = self.a.get("delimiter", "")

    def render(self, cite: Cite) -> Part | None:
        called, got, opening = cite.called, cite.got, cite.opening
        parts: list[Part] = []
        for child in self.kids:
            part = child.render(cite)
            if part is None or part == "":
                continue
            if (
                type(child) is Choose
                and self.delimiter_
                and isinstance(part, Piece)
                and "choose" in part.marks
            ):
                parts.extend(part.parts)
            else:
                parts.append(part)
        if not parts or (cite.called > called and cite.got == got):
            cite.opening = opening
            return None
        if cite.got == got:
            cite.called += 1
            cite.got += 1
        if len(parts) == 1 and self.bare:
            return parts[0]
        return Piece(parts, self.marks, self.prefix_, self.suffix_, self.delimiter_)


class Choose(Rendering, model.Choose):  # type: ignore[misc]
    """cs:choose: transparent, so its parts are handed to the group it stands in."""

    def render(self, cite: Cite) -> Part | None:
        for branch in self.kids:
            if branch.holds(cite):
                parts = render_children(branch, cite)
                return Piece(_unwrapped(parts), ("choose",)) if parts else None
        return None


def _unwrapped(parts: list[Part]) -> list[Part]:
    out: list[Part] = []
    for part in parts:
        if isinstance(part, Piece) and "choose" in part.marks:
            out.extend(part.parts)
        else:
            out.append(part)
    return out


class Else(Rendering, model.Else):  # type: ignore[misc]
    def holds(self, cite: Cite) -> bool:
        return True


_TESTS = ("type", "variable", "is-numeric", "is-uncertain-date", "locator", "position")


class If(Rendering, model.If):  # type: ignore[misc]
    """cs:if: tests over all values of all attributes, joined by `match`."""

    def prepare(self, frame: Frame) -> None:
        super().prepare(frame)
        self.match_ = self.a.get("match", "all")
        self.tests_ = [(name, value) for name in _TESTS for value in self.a.get(name, "").split()]
        if "disambiguate" in self.a:
            self.tests_.append(("disambiguate", self.a["disambiguate"]))

    def holds(self, cite: Cite) -> bool:
        results: Iterator[bool] = (_TEST[name](cite, value) for name, value in self.tests_)
        if self.match_ == "any":
            return any(results)
        if self.match_ == "none":
            return not any(results)
        return all(results)


class Else_If(If):
    pass


def _numeric(cite: Cite, variable: str) -> bool:
    value = cite.text(variable)
    return bool(value) and numbers.is_numeric(value)


def _uncertain(cite: Cite, variable: str) -> bool:
    date = cite.work.date(variable)
    return date is not None and date.circa


def _locator(cite: Cite, value: str) -> bool:
    return bool(cite.locator) and label_term(cite.label) == label_term(value)


def _position(cite: Cite, value: str) -> bool:
    return cite.area != "bibliography" and value in cite.positions


def _variable(cite: Cite, name: str) -> bool:
    return cite.has(name)


_TEST: dict[str, Callable[[Cite, str], bool]] = {
    "type": lambda cite, value: cite.work.kind == value,
    "variable": _variable,
    "is-numeric": _numeric,
    "is-uncertain-date": _uncertain,
    "locator": _locator,
    "position": _position,
    "disambiguate": lambda cite, value: cite.help.choose == (value == "true"),
}

# Locator labels that share their word with an item type have a term of their own (CSL 1.0.2).
_LABEL_TERMS = {"article": "article-locator", "title": "title-locator", "sub verbo": "sub-verbo"}


def label_term(label: str) -> str:
    return _LABEL_TERMS.get(label, label)


class Number(Rendering, model.Number):  # type: ignore[misc]
    """cs:number: numeric, ordinal, long-ordinal or roman."""

    def render(self, cite: Cite) -> Part | None:
        name = self.a["variable"]
        if name in cite.suppressed:
            return None
        value = cite.text(name)
        cite.note_variable(name, bool(value))
        if not value:
            return None
        cite.opening = False
        if name in ("page", "locator") and self.a.get("form", "numeric") == "numeric":
            dash = self.frame.terms.get("page-range-delimiter") or "–"
            part: Part = numbers.pages(value, self.frame.root.a.get("page-range-format", ""), dash)
        elif numbers.is_numeric(value):
            part = richtext.parse(self.formed(value, name))
        else:
            part = richtext.parse(value, self.frame.quotes)
        return self.dressed(self.cased(part, cite))

    def formed(self, value: str, name: str) -> str:
        form = self.a.get("form", "numeric")
        gender = _gender(self.frame, name)
        terms = self.frame.terms
        out = []
        for kind, text in numbers.split(value):
            if kind == "join":
                out.append(self.joint(text))
            elif form == "ordinal":
                out.append(numbers.ordinal(text, terms, gender))
            elif form == "long-ordinal":
                out.append(numbers.long_ordinal(text, terms, gender))
            elif form == "roman":
                out.append(numbers.roman(text))
            else:
                out.append(text)
        return "".join(out)

    def joint(self, text: str) -> str:
        if text == "&":
            symbol = self.frame.terms.exact("and", "symbol")
            return f" {symbol.single if symbol is not None else '&'} "
        return "–" if text in "-–—" else f"{text} "


def _gender(frame: Frame, variable: str) -> str:
    name = {"number-of-pages": "page", "number-of-volumes": "volume"}.get(variable, variable)
    term = frame.terms.term(name)
    return term.gender if term is not None else ""


class Label(Rendering, model.Label):  # type: ignore[misc]
    """cs:label: the term for a variable, in the plural where there are several."""

    def render(self, cite: Cite) -> Part | None:
        name = self.a.get("variable", "")
        value = cite.text(name) or (cite.locator if name == "page" else "")
        if not value or name in cite.suppressed:
            return None
        term = label_term(cite.label or "page") if name == "locator" else name
        return self.worded(term, self.is_plural(name, value), cite)

    def is_plural(self, name: str, value: str) -> bool:
        plural = self.a.get("plural", "contextual")
        if plural != "contextual":
            return plural == "always"
        if name in ("number-of-pages", "number-of-volumes"):
            return value.strip().isdigit() and int(value) > 1 or numbers.is_plural(value)
        return numbers.is_plural(value)

    def worded(self, term: str, plural: bool, cite: Cite) -> Part | None:
        words = self.frame.terms.get(term, self.a.get("form", "long"), plural)
        cite.opening = False
        if not words:
            return None
        if self.a.get("strip-periods") == "true":
            words = words.replace(".", "")
        part: Part = richtext.parse(words)
        return self.dressed(self.cased(part, cite))


class Layout(Rendering, model.Layout):  # type: ignore[misc]
    """cs:layout of a citation or of the bibliography: one cite's parts."""

    def render(self, cite: Cite) -> Part | None:
        parts = render_children(self, cite)
        if not parts:
            return None
        return parts[0] if len(parts) == 1 else Piece(parts)


class Plain(Rendering, model.CitationStylesElement):  # type: ignore[misc]
    """Any other element: prepared, and never rendered."""

    def render(self, cite: Cite) -> Part | None:
        return None


class Plain_Style(Plain, model.Style):  # type: ignore[misc]
    pass


class Plain_Locale(Plain, model.Locale):  # type: ignore[misc]
    pass


class Area(Rendering, model.CitationStylesElement):  # type: ignore[misc]
    """cs:citation or cs:bibliography: its layout and its sort."""

    def prepare(self, frame: Frame) -> None:
        super().prepare(frame)
        self.layout_ = self.find(f"{CS}layout")
        self.sort_ = self.find(f"{CS}sort")
