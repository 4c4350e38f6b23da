"""The accessibility statement of an edition, as a page and as data: what was checked in its files,
by which program, with which result, and what is known to fall short.

A report of `verify` and what is known of an edition in; artefacts out. Reads and writes nothing,
says no time and measures nothing, so that the same files and programs give the same bytes. A
program's own messages stand in the data alone: the page says its rules and files, in no language.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from fleuron import catalogue, inserts, titling
from fleuron.model import STATEMENT, Artefact, Locale
from fleuron.theme import Theme

FORMS = ("pdf", "epub", "html")
_LONGEST = 70  # characters of a title, as html-validate counts them: in the source
_LIMITS = (
    "limit-descriptions",
    "limit-people",
)  # what no program has looked at: terms of the locales
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """An edition as its statement speaks of it: its files by their paths beneath dist, with their
    digests and sizes, and the facts that its build left."""

    slug: str
    files: Mapping[str, str]
    sizes: Mapping[str, int]
    facts: Mapping[str, Any]

    @property
    def home(self) -> str:
        """Its name in the report where it is looked at as a whole."""
        return next(iter(self.files)).rpartition(".")[0]

    def file(self, form: str) -> str:
        return next((path for path in self.files if path.endswith(f".{form}")), "")


@dataclass(frozen=True, slots=True)
class Check:
    """What one program said of one edition."""

    row: Row
    state: str
    findings: tuple[Row, ...]


def names(slug: str) -> tuple[str, str]:
    """What the page and the data are called."""
    return f"{slug}{STATEMENT}.html", f"{slug}{STATEMENT}.json"


def reported(subject: Subject, report: Mapping[str, Any]) -> bool:
    """Whether the report speaks of the edition's files as they are."""
    told = report.get("files", {})
    return bool(subject.files) and all(told.get(p) == d for p, d in subject.files.items())


def checks(subject: Subject, report: Mapping[str, Any]) -> tuple[Check, ...]:
    """Of a report, what concerns the edition."""
    own = {subject.home, *subject.files}
    rows = (row for row in report["results"] if own.intersection(row["looked-at"]))
    return tuple(_check(subject, row) for row in rows)


def _check(subject: Subject, row: Row) -> Check:
    own = {subject.home, *subject.files}
    findings = tuple(f for f in row["findings"] if f["file"] in own and not f["measured"])
    if row["state"] in ("broken", "missing"):
        return Check(row, row["state"], findings)
    return Check(row, "faults" if findings else "good", findings)


def proven(done: Iterable[Check]) -> bool:
    """Whether every check was made and found nothing: what a claim of conformance wants."""
    states = {check.state for check in done}
    return states == {"good"}


# ------------------------------------------------------------------ as data


def data(subject: Subject, done: Sequence[Check]) -> Artefact:
    """What the page says, for programs, with the messages in the words of their makers."""
    facts = subject.facts
    table = {
        "edition": subject.slug,
        "lang": facts["lang"],
        "title": facts["title"],
        "build": facts["build"],
        "proven": proven(done),
        "conforms-to": list(_claims(subject).values()),
        "certified-by": facts["certifier"],
        "files": {
            path.rpartition("/")[2]: {"sha256": digest, "bytes": subject.sizes[path]}
            for path, digest in subject.files.items()
        },
        "checks": [_told(check) for check in done],
        "not-checked-by-programs": list(_LIMITS),
    }
    text = json.dumps(table, ensure_ascii=False, indent=1) + "\n"
    return Artefact(names(subject.slug)[1], "application/json", text.encode())


def _told(check: Check) -> dict[str, Any]:
    keys = ("validator", "version", "format", "standards", "set-aside")
    return {
        **{key: check.row[key] for key in keys},
        "state": check.state,
        "findings": [
            {key: f[key] for key in ("file", "place", "rule", "message")} for f in check.findings
        ],
    }


# ------------------------------------------------------------------ as a page


def page(
    subject: Subject, done: Sequence[Check], theme: Theme, locale: Locale, version: str
) -> Artefact:
    """The statement in the edition's language, set as the house's other pages about editions."""
    own, machine = names(subject.slug)
    return inserts.page(
        own,
        "statement",
        "page.html",
        theme,
        l=locale,
        f=subject.facts,
        title=_title(subject, locale.term("statement")),
        version=version,
        proven=proven(done),
        standards=[(s, locale.term(form)) for form, s in _claims(subject).items()],
        groups=list(_groups(subject, done, locale)),
        faults=[_fault(check, locale) for check in done if check.state == "faults"],
        unmade=[_shown(check, locale) for check in done if check.state in ("broken", "missing")],
        aside=[_shown(check, locale) for check in done if check.row["set-aside"]],
        limits=[locale.term(key) for key in _LIMITS],
        data=machine,
    )


def _title(subject: Subject, words: str) -> str:
    """The page's title, no longer than a window or a list of results shows."""
    long = (f"{subject.facts['title']} · {words}", f"{words} · {subject.slug}")
    return next((title for title in long if len(escape(title)) <= _LONGEST), words)


def _claims(subject: Subject) -> dict[str, str]:
    """What each format claims to conform to."""
    # What was built before there was a choice is of PDF/UA-1.
    known = titling.standards(str(subject.facts.get("pdf-standard", "ua-1")))
    return {f: known[f] for f in FORMS if subject.facts["certifier"] and subject.file(f)}


def _groups(subject: Subject, done: Sequence[Check], locale: Locale) -> Iterator[dict[str, Any]]:
    """The checks by what they look at: each format with its file, then all formats together."""
    for form in (form for form in FORMS if subject.file(form)):
        path = subject.file(form)
        yield {
            "title": locale.term(form),
            "href": path.rpartition("/")[2],
            "size": catalogue.size(subject.sizes[path], locale),
            "digest": ("SHA-256", subject.files[path]),
            "checks": [_shown(check, locale) for check in done if check.row["format"] == form],
        }
    both = [_shown(check, locale) for check in done if check.row["format"] == "edition"]
    if both:
        yield {"title": locale.term("all-formats"), "href": "", "checks": both}


def _shown(check: Check, locale: Locale) -> dict[str, Any]:
    row = check.row
    about = (row["standards"], locale.term(row["term"]) if row["term"] else "")
    return {
        "state": check.state,
        "about": " · ".join(filter(None, about)),
        "program": row["program"],
        "version": row["version"],
        "faults": len(check.findings),
        "aside": row["set-aside"],
    }


def _fault(check: Check, locale: Locale) -> dict[str, Any]:
    """A check with the rules that its findings are of, and how many of each in which file."""
    told = Counter((f["rule"], f["file"].rpartition("/")[2]) for f in check.findings)
    rules = [{"rule": r, "file": file, "count": n} for (r, file), n in sorted(told.items())]
    return {**_shown(check, locale), "rules": rules}
