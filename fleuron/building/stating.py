"""The accessibility statements of what stands in a build's folder. A report of `verify` in; their
files, and the records that know them, written.

A statement is written for an edition whose files are those that the report speaks of. It stands in
the records beside the edition until one of these files changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fleuron import __version__, cache, output
from fleuron.building import records
from fleuron.cache import Built
from fleuron.provenance import digest

if TYPE_CHECKING:
    from fleuron.model import Artefact, Locale
    from fleuron.statement import Subject


def state(dist: Path, templates: Path, report: Mapping[str, Any]) -> bool:
    """Writes the statement of every edition that `report` speaks of; whether anything is other
    than before."""
    with output.locked(dist):
        before = cache.load(dist)
        editions = {
            slug: _stated(dist, templates, slug, built, report)
            for slug, built in before.editions.items()
        }
        if editions == before.editions:
            return False
        records.put(dist, templates, replace(before, editions=editions))
        return True


def _stated(
    dist: Path, templates: Path, slug: str, built: Built, report: Mapping[str, Any]
) -> Built:
    from fleuron import statement, theme
    from fleuron.passes import typography

    subject = _subject(dist, slug, built)
    locale, _ = theme.locale(
        templates, str(built.facts["lang"]), str(built.facts.get("typography", "national"))
    )
    if locale is None or not statement.reported(subject, report):
        return built
    done = statement.checks(subject, report)
    made = _made(subject, done, templates, typography.house(locale))
    home = Path(next(iter(subject.files))).parent
    files = {(home / one.name).as_posix(): one.data for one in made}
    for path, data in files.items():
        output.write(dist / path, data)
    digests = {path: digest(data) for path, data in files.items()}
    return replace(built, statement=digests, proven=statement.proven(done))


def _subject(dist: Path, slug: str, built: Built) -> Subject:
    from fleuron import statement

    endings = tuple(f".{form}" for form in statement.FORMS)
    files = {path: value for path, value in built.outputs.items() if path.endswith(endings)}
    sizes = {path: (dist / path).stat().st_size for path in files if (dist / path).is_file()}
    return statement.Subject(slug, files, sizes, built.facts)


def _made(subject: Subject, done: Any, templates: Path, locale: Locale) -> tuple[Artefact, ...]:
    from fleuron import statement, theme

    look = theme.load(templates, str(subject.facts.get("theme", "")), locale.script)
    page = statement.page(subject, done, look, locale, __version__)
    return page, statement.data(subject, done)
