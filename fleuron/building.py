"""A build of many editions: what is stale is made, side by side, and written.

Paths in, a report out.

Between `cache`, which knows what need not be made, and `pipeline`, which makes one edition. Only
here are artefacts written; an edition with errors leaves its earlier files as they are.
"""

from __future__ import annotations

import concurrent.futures
import importlib.metadata
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fleuron import __version__, cache, output
from fleuron.cache import Built

if TYPE_CHECKING:
    from fleuron.model import Artefact, Beside, Diagnostic
    from fleuron.pipeline import House, Made

_TOOLS = ("pypandoc-binary", "weasyprint", "citeproc-py", "jinja2", "fonttools", "uharfbuzz")
ALL_FORMATS = ("pdf", "epub", "html")
_LONG = 200_000  # characters: where sections may be set side by side
_SECTIONS = ("fleuron.formats.pdf.books.composing",)  # what does that


@dataclass(frozen=True, slots=True)
class Order:
    """What to build, with what, into what."""

    content: Path
    dist: Path
    templates: Path
    bibliography: Path
    root: Path
    langs: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    force: bool = False
    strict: bool = False
    jobs: int = 1
    pseudo: str = ""  # the pseudo-language to build in, for a look at the layout
    whole: bool = False  # what is not built here will stand beside it in the end


@dataclass(frozen=True, slots=True)
class Row:
    """One edition in the summary."""

    slug: str
    facts: Mapping[str, Any]
    bytes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a build."""

    rows: tuple[Row, ...] = ()
    fresh: int = 0
    diagnostics: tuple[Diagnostic, ...] = ()
    good: bool = True


@dataclass(slots=True)
class _Work:
    """The stale editions and the records of the others."""

    state: dict[str, Built]
    stale: list[tuple[Path, str]] = field(default_factory=list)
    beside: dict[Path, Beside] = field(default_factory=dict)
    fresh: int = 0


def run(order: Order, progress: Callable[[str], None]) -> Report:
    """Builds every stale edition of `order`; writes artefacts, catalogue, manifest, checksums."""
    folders = chosen(order.content, order.langs)
    if not folders:
        return _nothing(order)
    house = cache.house(order.root, order.bibliography, order.templates) + order.pseudo
    work = _sorted_out(order, folders, house)
    if not work.stale and _records_stand(order.dist, work.state):
        return Report(fresh=work.fresh)
    rows, found, good = _made(order, work, house, progress)
    with output.locked(order.dist):
        _write_records(order, work.state)
    return Report(tuple(rows), work.fresh, tuple(found), good)


def chosen(content: Path, langs: Sequence[str]) -> tuple[Path, ...]:
    """The edition folders beneath `content`, of the languages asked for."""
    single = (content / "edition.yaml").is_file()
    found = [content / "edition.yaml"] if single else sorted(content.rglob("edition.yaml"))
    folders = [path.parent for path in found if not path.parent.is_symlink()]
    return tuple(
        f for f in folders if not langs or f.name in langs or f.name.split("-")[0] in langs
    )


def _nothing(order: Order) -> Report:
    from fleuron.diagnostics import diagnostic
    from fleuron.model import Place

    where = f" in {', '.join(order.langs)}" if order.langs else ""
    hint = "an edition is a folder with edition.yaml in it, beside a brief.yaml"
    slip = diagnostic("S101", Place(str(order.content)), f"no edition stands here{where}", hint)
    return Report(diagnostics=(slip,), good=False)


def _sorted_out(order: Order, folders: Sequence[Path], house: str) -> _Work:
    work = _Work(cache.load(order.dist))
    by_folder = {str(built.facts.get("folder")): built for built in work.state.values()}
    wanted = order.formats or ALL_FORMATS
    for folder in folders:
        base = cache.digest(f"{house}\n{cache.edition(folder)}".encode())
        built = by_folder.get(str(folder.resolve()))
        work.beside[folder] = _beside(order, folder, folders, by_folder, base)
        key = f"{base}-{cache.digest(repr(work.beside[folder]).encode())[:8]}"
        if order.strict and built is not None and built.facts.get("warnings"):
            built = None  # a strict build must say again what it said
        have = {path.rpartition(".")[2] for path in built.outputs} if built else set()
        whole = cache.fresh(built, key, order.dist) and have.issuperset(wanted)
        if whole and not order.force:
            work.fresh += 1
        else:
            work.stale.append((folder, key))
    return work


def _beside(
    order: Order, folder: Path, folders: Sequence[Path], have: Mapping[str, Built], base: str
) -> Beside:
    """What an edition may link to: what is built with it now, and what was built before and still
    stands, of its own as long as it is made from the same source."""
    from fleuron.model import Beside

    if order.whole:
        return Beside()
    wanted = order.formats or ALL_FORMATS

    def stands(path: Path, form: str) -> bool:
        built = have.get(str(path.resolve()))
        outputs = built.outputs if built else {}
        return any(o.endswith(f".{form}") and (order.dist / o).is_file() for o in outputs)

    own = have.get(str(folder.resolve()))
    same = own is not None and _base(own.key) == base
    formats = [f for f in ALL_FORMATS if f in wanted or (same and stands(folder, f))]
    others = (path.parent for path in sorted(folder.parent.glob("*/edition.yaml")))
    siblings = [
        path.name
        for path in others
        if path != folder and ((path in folders and "html" in wanted) or stands(path, "html"))
    ]
    return Beside(tuple(formats), tuple(siblings))


def _base(key: str) -> str:
    """A key without what an edition links to."""
    return key.partition("-")[0]


def _made(
    order: Order, work: _Work, house: str, progress: Callable[[str], None]
) -> tuple[list[Row], list[Diagnostic], bool]:
    from fleuron import hands
    from fleuron.pipeline import House

    crew = hands.Crew(order.jobs // max(1, min(order.jobs, len(work.stale))), _SECTIONS)
    shelf = hands.kept(order.root)
    with_ = House(order.templates, order.bibliography, house, order.pseudo, crew, shelf)
    rows: list[Row] = []
    found: list[Diagnostic] = []
    good = True
    for folder, key, made, seconds in _results(order, work, with_, progress):
        found += made.diagnostics
        if fails(made.diagnostics, order.strict) or not made.artefacts:
            good = False
            continue
        built = _write(order.dist, folder, key, made, work.state.get(made.slug))
        work.state[made.slug] = built
        size = sum((order.dist / path).stat().st_size for path in built.outputs)
        rows.append(Row(made.slug, made.facts, size, seconds))
    return rows, _once(found), good


def _once(found: list[Diagnostic]) -> list[Diagnostic]:
    from fleuron.diagnostics import in_order

    return list(in_order(found))


def _results(
    order: Order, work: _Work, house: House, progress: Callable[[str], None]
) -> Iterable[tuple[Path, str, Made, float]]:
    """Each stale edition made: in this process where there is one, else side by side."""
    stale, beside = work.stale, work.beside
    jobs = min(order.jobs, len(stale))
    if jobs <= 1:
        for folder, key in stale:
            said = _named(folder, progress)
            made, seconds = make(folder, house, order.formats, said, beside[folder])
            yield folder, key, made, seconds
        return
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        futures = {
            pool.submit(make, folder, house, order.formats, _unsaid, beside[folder]): (folder, key)
            for folder, key in stale
        }
        for count, future in enumerate(concurrent.futures.as_completed(futures), 1):
            folder, key = futures[future]
            progress(f"{count} of {len(stale)}: {folder.parent.name}/{folder.name}")
            made, seconds = future.result()
            yield folder, key, made, seconds


def _named(folder: Path, progress: Callable[[str], None]) -> Callable[[str], None]:
    return lambda words: progress(f"{folder.parent.name}/{folder.name}: {words}")


def _unsaid(words: str) -> None:
    """Progress in another process, which nobody sees."""


def make(
    folder: Path,
    house: House,
    formats: tuple[str, ...] = (),
    progress: Callable[[str], None] = _unsaid,
    beside: Beside | None = None,
) -> tuple[Made, float]:
    """The edition in `folder`, made, and the seconds it took."""
    from fleuron import content, hands, pipeline, pseudo, standing

    started = time.monotonic()
    manuscripts, slips = content.load(folder)
    if not manuscripts:
        return pipeline.Made(folder.name, (), slips, {}), time.monotonic() - started
    manuscript = manuscripts[0]
    if house.pseudo:
        manuscript = pseudo.manuscript(manuscript, house.pseudo)
    if isinstance(house.hands, hands.Crew) and sum(len(s.text) for s in manuscript.sources) > _LONG:
        house.hands.ready()
    manuscript, told = standing.marked(manuscript)
    slips = (*slips, *told)
    made = pipeline.make(manuscript, house, formats, progress, beside)
    made = pipeline.Made(made.slug, made.artefacts, (*slips, *made.diagnostics), made.facts)
    return made, time.monotonic() - started


def _write(dist: Path, folder: Path, key: str, made: Made, before: Built | None) -> Built:
    home = Path(folder.parent.name) / folder.name
    outputs = dict(before.outputs) if before is not None and _base(before.key) == _base(key) else {}
    for artefact in made.artefacts:
        path = home / artefact.name
        output.write(dist / path, artefact.data)
        outputs[path.as_posix()] = cache.digest(artefact.data)
    warnings = sum(d.severity == "warning" for d in made.diagnostics)
    facts = {**made.facts, "folder": str(folder.resolve()), "warnings": warnings}
    return Built(key, outputs, facts)


# ------------------------------------------------------------------ records


def _records_stand(dist: Path, state: Mapping[str, Built]) -> bool:
    """Whether catalogue, manifest and checksums are there and agree with what was built."""
    digests = _digests(state)
    try:
        for name in ("index.html", "manifest.json"):
            digests[name] = cache.digest((dist / name).read_bytes())
        whole = (dist / "SHA256SUMS").read_bytes() == cache.sums(digests)
    except OSError:
        return False
    return whole and not any(map(_gone, state.values()))


def _digests(state: Mapping[str, Built]) -> dict[str, str]:
    return {path: value for built in state.values() for path, value in built.outputs.items()}


def _gone(built: Built) -> bool:
    return not Path(str(built.facts.get("folder"))).is_dir()


def _write_records(order: Order, made: dict[str, Built]) -> None:
    """The state, the catalogue, the manifest and the checksums, for all that stands in `dist`."""
    state = {**cache.load(order.dist), **made}
    state = {slug: built for slug, built in state.items() if not _gone(built)}
    if not state:
        return
    output.write(order.dist / cache.STATE, cache.save(order.dist, state))
    digests = _digests(state)
    for record in (_index(order, state), _manifest(state)):
        output.write(order.dist / record.name, record.data)
        digests[record.name] = cache.digest(record.data)
    from fleuron.catalogue import checksums

    output.write(order.dist / "SHA256SUMS", checksums(digests).data)


def _index(order: Order, state: Mapping[str, Built]) -> Artefact:
    from fleuron import catalogue, theme

    # The catalogue speaks the language of most of its briefs' sources: the first edition's brief.
    locale, _ = theme.locale(order.templates, "en")
    assert locale is not None
    paths = [path for built in state.values() for path in built.outputs]
    sizes = {path: (order.dist / path).stat().st_size for path in paths}
    covers = {
        slug: catalogue.thumbnail((order.dist / path).read_bytes())
        for slug, built in state.items()
        for path in built.outputs
        if path.endswith("-cover.png")
    }
    return catalogue.render(state, sizes, covers, theme.load(order.templates), locale)


def _manifest(state: Mapping[str, Built]) -> Artefact:
    from fleuron import catalogue

    tools = {name: importlib.metadata.version(name) for name in _TOOLS}
    return catalogue.manifest(state, {"fleuron": __version__, **tools})


# ------------------------------------------------------------------ checking


def check(
    content_folder: Path, templates: Path, bibliography: Path, langs: tuple[str, ...]
) -> tuple[Diagnostic, ...]:
    """Every diagnostic of every edition; nothing is built."""
    from fleuron import content, pipeline, standing, translation
    from fleuron.diagnostics import in_order

    folders = chosen(content_folder, langs)
    manuscripts, slips = content.load(content_folder)
    found = list(slips)
    wanted = {folder.as_posix() for folder in folders}
    house = pipeline.House(templates, bibliography)
    for manuscript in manuscripts:
        if str(manuscript.folder) in wanted or not langs:
            found += pipeline.prepare(manuscript, house)[1]
            if (status := standing.of(manuscript)) is not None:
                found += translation.to_do(status)
    return in_order(found)


def disagreeing(content_folder: Path, version: str) -> list[tuple[str, str]]:
    """Briefs whose version is another than `version`, with theirs."""
    from fleuron import content

    manuscripts, _ = content.load(content_folder)
    briefs = {m.edition.brief.slug: m.edition.brief.version for m in manuscripts}
    return sorted((slug, own) for slug, own in briefs.items() if own != version)


def fails(found: Iterable[Diagnostic], strict: bool) -> bool:
    return any(d.severity == "error" or strict for d in found)


def tally(found: Sequence[Diagnostic]) -> str:
    errors = sum(d.severity == "error" for d in found)
    warnings = len(found) - errors
    return f"{_count(errors, 'error')}, {_count(warnings, 'warning')}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def summary(report: Report) -> str:
    """The table that ends a build."""
    from fleuron import printing

    rows = [
        {
            "edition": row.slug,
            "pages": str(row.facts.get("pages", "")),
            "notes": str(row.facts.get("notes", "")),
            "figures": str(row.facts.get("figures", "")),
            "citations": str(row.facts.get("engine", "")),
            "kB": f"{row.bytes / 1000:.0f}",
            "seconds": f"{row.seconds:.1f}",
        }
        for row in sorted(report.rows, key=lambda row: row.slug)
    ]
    notes = [
        f"{row.slug}: citations by {row.facts['engine']}, since {row.facts['why']}"
        for row in report.rows
        if row.facts.get("engine") not in ("", "fleuron")
    ]
    notes += [
        f"{row.slug}: a book set in a single run, since {row.facts['bound']} (docs/themes.md)"
        for row in report.rows
        if row.facts.get("bound")
    ]
    return "\n".join([printing.table(rows), *notes])


def outcome(report: Report) -> str:
    """One line: what was made, what was left alone."""
    if not report.rows:
        return f"{_count(report.fresh, 'edition')} up to date, nothing to build"
    left = f", {report.fresh} up to date" if report.fresh else ""
    return f"{_count(len(report.rows), 'edition')} built{left}"
