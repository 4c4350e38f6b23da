"""The values that pass between the phases. Manuscript → Galley → Proof → Artefact.

Frozen dataclasses only: what a phase may rely on stands in the type it is handed, so a `Proof`
has its notes numbered and its citations placed, and no format asks. Reads nothing, decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath
from typing import Any, Literal, Protocol

from fleuron.nodes import Block, Division, Inline

Severity = Literal["error", "warning"]

STATEMENT = "-accessibility"  # behind an edition's name in that of its accessibility statement


class Html(str):
    """Markup that is ready to stand in a page: a template does not escape it again."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


class Unreadable(Exception):
    """A text that pandoc cannot come to an end with, and the path of its file, if it is known."""

    def __init__(self, path: str = "") -> None:
        super().__init__(path or "a text")
        self.path = path


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in a source file: 1-based line and column, columns counted in code points."""

    file: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Spot:
    """A place and how many code points of its line it takes."""

    place: Place
    length: int = 1


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One slip of an author's: a stable code, where it is, what is wrong, what to do.

    `length` counts code points from the place; `related` points to a second place
    ("first defined here") with its own words.
    """

    code: str
    severity: Severity
    place: Place
    message: str
    hint: str = ""
    length: int = 1
    related: tuple[tuple[Place, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding that an editor lets stand: its code, the end of its file's path, why, and where
    that is written. It covers `lines` of the file, or all of it where there are none, and with
    `words` only what they stand in. `fault` says why it cannot be taken."""

    code: str
    file: str
    reason: str
    spot: Spot
    until: date | None = None
    lines: tuple[int, ...] = ()
    words: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Contributor:
    """A person or body with a role (a MARC relator code: aut, edt, trl, ctb, …)."""

    name: str
    role: str = "aut"
    sort_name: str = ""
    orcid: str = ""
    affiliation: str = ""
    corporate: bool = False


@dataclass(frozen=True, slots=True)
class Brief:
    """What is true of a brief in every language (`brief.yaml`)."""

    slug: str
    source_lang: str
    issued: date
    contributors: tuple[Contributor, ...]
    publisher: str
    rights: str
    series: str = ""
    number: str = ""
    issn: str = ""
    version: str = ""
    url: str = ""
    licence_url: str = ""
    citation_style: str = "house"
    citation_engine: str = ""
    reference_list: bool = False
    theme: str = ""
    certifier: str = ""
    typography: str = "national"
    pdf_standard: str = "ua-1"


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another edition of the same brief: its folder's name, its language tag, its title, its
    numbers, and whether it is the one that all others translate."""

    name: str
    lang: str
    title: str
    identifiers: Mapping[str, str] = field(default_factory=dict)
    original: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """What will stand beside an edition where it is put: its other formats, and the web pages of
    its siblings, by the names of their folders (None: every one). It links to nothing else."""

    formats: tuple[str, ...] = ("pdf", "epub", "html")
    siblings: tuple[str, ...] | None = None

    def has(self, sibling: Sibling) -> bool:
        return self.siblings is None or sibling.name in self.siblings


@dataclass(frozen=True, slots=True)
class Edition:
    """A brief in one language (`edition.yaml` beside `brief.yaml`)."""

    brief: Brief
    lang: str
    title: str
    subtitle: str = ""
    running_head: str = ""
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    contributors: tuple[Contributor, ...] = ()
    identifiers: Mapping[str, str] = field(default_factory=dict)
    name: str = ""  # of its folder, which is its language as file names say it
    draft: bool = False  # a translation that lacks something or differs from its source
    siblings: tuple[Sibling, ...] = ()

    @property
    def slug(self) -> str:
        return f"{self.brief.slug}-{self.name or self.lang}"

    @property
    def statement(self) -> str:
        """The name of its accessibility statement, which stands beside it once it is verified."""
        return f"{self.slug}{STATEMENT}.html"


@dataclass(frozen=True, slots=True)
class Gate:
    """What the text gate knows of a language; nothing of it is printed.

    `ibid` are the words that only a citation style should write ("op. cit."), `again` those that
    are slips only where a note begins with them or a locator follows; `note` stand before the
    number of a note ("fn. 6"), `numbered` before a number in parentheses that calls no note
    ("Article 5 (2)"). Words of `twice` may stand twice running; those of `apostrophes` begin with
    one ("'tis"). `joins` and `others` stand between and behind the names of authors. `twins` are
    spellings of one word, of its beginning ("colour-") or its end ("-ise").
    """

    ibid: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    note: tuple[str, ...] = ()
    numbered: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
    apostrophes: tuple[str, ...] = ()
    joins: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    twins: tuple[tuple[str, str], ...] = ()
    hyphen_ranges: bool = False
    capital_nouns: bool = False


@dataclass(frozen=True, slots=True)
class Locale:
    """How a language prints: its words, marks and habits (`templates/locales/<tag>.yaml`).

    `tag` is the language asked for, `name` its own name for itself, `script` its writing system
    (ISO 15924), `letters` its small letters. `quotes` are the opening and closing marks of the
    outer level, then of the inner. `hyphenation` is the language whose patterns break words, empty
    for none.

    `spacing` maps "before ;" or "after «" to the space that stands there, empty for none. No line
    ends after a word of `ties`, between one of `before_number` and a number, or between a number
    and one of `units`.
    `dash` is what stands between spaces for a break in the sentence; `note_call` shapes the number
    of a note where it is called.
    """

    tag: str
    name: str
    direction: Literal["ltr", "rtl"]
    quotes: tuple[str, str, str, str]
    date: str
    hyphenation: str
    terms: Mapping[str, str]
    spacing: Mapping[str, str] = field(default_factory=dict)
    script: str = "Latn"
    letters: str = ""
    note_call: str = "{n}"
    dash: str = ""
    ties: tuple[str, ...] = ()
    before_number: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    gate: Gate = field(default_factory=Gate)

    def term(self, key: str, **values: object) -> str:
        """The words for `key` with `values` put in; KeyError where the locale has none."""
        words = self.terms[key]
        return words.format(**values) if values else words


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A section's source: its path as a diagnostic shows it, and its text."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """Words that stand in a file of metadata: the file's name, their key, and their place."""

    file: str
    key: str
    words: str
    place: Place


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A content folder of one language, read but not parsed.

    `lines` are the words of its files of metadata that a translation has in its own language.
    `assets` maps a path relative to the edition ("figures/map.svg") to its bytes; a figure of the
    language stands in place of the brief's own. `strings` holds the words of its drawings by key.
    """

    edition: Edition
    sources: tuple[SourceFile, ...]
    assets: Mapping[str, bytes]
    strings: Mapping[str, str] = field(default_factory=dict)
    folder: PurePosixPath = field(default_factory=PurePosixPath)
    lines: tuple[Line, ...] = ()
    references: tuple[SourceFile, ...] = ()  # files of the brief's own
    faces: Mapping[str, bytes] = field(default_factory=dict)  # the brief's own fonts and licences
    pseudo: str = ""  # how its words are made strange, to test a layout without a translator
    spots: Mapping[str, Spot] = field(default_factory=dict)  # of its metadata, by dotted key
    waivers: tuple[Waiver, ...] = ()  # of the brief's own file


@dataclass(frozen=True, slots=True)
class Section:
    """One source file as nodes."""

    path: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Galley:
    """A manuscript parsed: nodes as the author wrote them, nothing placed or numbered.

    `front` holds the edition's own lines (title, subtitle, …), which are Markdown too, by the name
    of their field.
    """

    manuscript: Manuscript
    sections: tuple[Section, ...]
    front: Mapping[str, tuple[Block, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CitationItem:
    """One work in a citation, with its locator parsed out of the suffix.

    `label` is a CSL locator label ("page", "section", …); `mode` is "" for an ordinary item,
    "suppress-author" or "author-in-text".
    """

    key: str
    prefix: tuple[Inline, ...] = ()
    suffix: tuple[Inline, ...] = ()
    locator: str = ""
    label: str = "page"
    mode: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """A cluster of items cited at one place, in the note of that number (0: in the text).

    `discursive` says that other words stand around it in its note.
    """

    items: tuple[CitationItem, ...]
    note: int = 0
    discursive: bool = False


@dataclass(frozen=True, slots=True)
class PlacedNote:
    """A numbered note: its body as blocks, and the number of the division that calls it."""

    number: int
    blocks: tuple[Block, ...]
    division: int
    id: str = ""


@dataclass(frozen=True, slots=True)
class NavEntry:
    """A heading in the contents: its id, words, level (1 for a section), and what is under it."""

    id: str
    title: tuple[Inline, ...]
    level: int
    entries: tuple[NavEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """An edition ready to be set: citations placed, notes numbered from 1, references resolved."""

    edition: Edition
    divisions: tuple[Division, ...]
    notes: tuple[PlacedNote, ...]
    nav: tuple[NavEntry, ...]
    assets: Mapping[str, bytes]
    strings: Mapping[str, str] = field(default_factory=dict)
    works: Mapping[str, tuple[Inline, ...]] = field(default_factory=dict)  # full citations by key
    figures: int = 0
    tables: int = 0
    words: int = 0  # of the divisions
    letters: frozenset[str] = frozenset()  # that stand in divisions and notes
    engine: str = ""  # that rendered the citations
    why: str = ""
    beside: Beside = field(default_factory=Beside)
    version: str = ""  # of fleuron
    build: str = ""  # a digest of all that the edition is made from
    certifier: str = ""  # who is named as certifying it, once it is proven to conform


@dataclass(frozen=True, slots=True)
class PageBreak:
    """Where a page of the PDF begins: its label, the block (the writer's number for it) and how
    many characters of that block, white space not counted, stand before it."""

    label: str
    block: int
    offset: int


@dataclass(frozen=True, slots=True)
class Artefact:
    """A finished file."""

    name: str
    media_type: str
    data: bytes


class Hands(Protocol):
    """Does a piece of work on each of many things, in their order; what they share goes with it."""

    def __call__(
        self, work: Callable[[Any, Any], Any], shared: Any, items: Sequence[Any]
    ) -> Iterator[Any]: ...


def alone(work: Callable[[Any, Any], Any], shared: Any, items: Sequence[Any]) -> Iterator[Any]:
    """One thing after the other, here."""
    return (work(shared, item) for item in items)


class Shelf(Protocol):
    """Keeps what was made, under the digest of what it was made from."""

    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, data: bytes) -> None: ...
