"""The finished files of one edition, opened together. Bytes by format in; a `Finished` out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from fleuron.lint import paper, screen
from fleuron.lint.paper import Pdf
from fleuron.lint.reading import Reading
from fleuron.lint.screen import Book, Document


@dataclass(frozen=True)
class Fault:
    """What a rule has found: the file, what is wrong, and the line where a file has lines."""

    file: str
    message: str
    line: int = 1


@dataclass(frozen=True)
class Finished:
    """An edition's files as far as they are there; `faults` tells what could not be read."""

    pdf: Pdf | None = None
    book: Book | None = None
    page: Document | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def documents(self) -> Iterator[Document]:
        """Every document of the book, then the page."""
        yield from self.book.documents if self.book else ()
        yield from [self.page] if self.page else ()

    @property
    def texts(self) -> Iterator[Document]:
        """The documents without the book's own furniture: nav and cover."""
        hidden = {"nav.xhtml", "cover.xhtml"}
        return (d for d in self.documents if d.href not in hidden)

    @cached_property
    def readings(self) -> dict[str, Reading]:
        """What a reader gets, by format."""
        found = {}
        if self.page:
            found["html"] = screen.read_page(self.page)
        if self.book:
            found["epub"] = screen.read_book(self.book)
        if self.pdf:
            found["pdf"] = paper.read(self.pdf)
        return found

    def file(self, form: str) -> str:
        named = {"pdf": self.pdf and self.pdf.name, "epub": self.book and self.book.file}
        return str((self.page and self.page.file) if form == "html" else named[form])


def opened(files: Mapping[str, bytes]) -> Finished:
    """The files of one edition by their names, whose endings say what they are."""
    pdf, book, page, faults = None, None, None, []
    for name, data in files.items():
        try:
            match name.rpartition(".")[2]:
                case "pdf":
                    pdf = paper.open_pdf(name, data)
                case "epub":
                    book = screen.book(name, data)
                    faults += [Fault(name, fault) for fault in book.faults]
                case "html":
                    page = screen.page(name, data)
        except ValueError as error:
            faults.append(Fault(name, str(error)))
    return Finished(pdf, book, page, tuple(faults))
