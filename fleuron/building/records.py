"""What a build leaves beside the editions: its state, catalogue, manifest and checksums."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from fleuron import __version__, cache, output
from fleuron.building.orders import Order
from fleuron.building.stale import Desk
from fleuron.cache import Built, State
from fleuron.provenance import digest

if TYPE_CHECKING:
    from fleuron.model import Artefact, Shelf

_TOOLS = ("pypandoc-binary", "weasyprint", "citeproc-py", "jinja2", "fonttools", "uharfbuzz")


def stand(dist: Path, state: State, wanted: str) -> bool:
    """Whether catalogue, manifest and checksums are there and agree with what was built, made with
    what they would be made with now."""
    digests = _digests(state.editions)
    try:
        for name in ("index.html", "manifest.json"):
            digests[name] = digest((dist / name).read_bytes())
        whole = (dist / "SHA256SUMS").read_bytes() == cache.sums(digests)
    except OSError:
        return False
    if any(any(cache.spoilt(built.statement, dist)) for built in state.editions.values()):
        return False
    return whole and state.records == wanted and not any(map(_gone, state.editions.values()))


def _digests(editions: Mapping[str, Built]) -> dict[str, str]:
    every = ({**built.outputs, **built.statement} for built in editions.values())
    return {path: value for files in every for path, value in files.items()}


def _gone(built: Built) -> bool:
    return not Path(str(built.facts.get("folder"))).is_dir()


def write(order: Order, new: Mapping[str, Built], desk: Desk) -> None:
    """The state, the catalogue, the manifest and the checksums, for all that stands in the build's
    folder; another build may have written there meanwhile."""
    before = cache.load(order.dist)
    both = {**before.editions, **new}
    editions = {
        slug: _stated(order.dist, built, before.editions.get(slug))
        for slug, built in both.items()
        if not _gone(built)
    }
    if editions:
        state = State(editions, {**before.tables, **desk.known}, desk.records)
        from fleuron import hands

        # What makes the catalogue's page makes its covers small.
        shelf = hands.Kept(order.root / ".cache" / "covers", desk.records)
        put(order.dist, order.templates, state, shelf)


def _stated(dist: Path, built: Built, before: Built | None) -> Built:
    """`built` with the statement that stands beside it, as long as that is as it was made and no
    file that it speaks of has changed; one that has lost its hold is taken away."""
    if before is None or not before.statement:
        return replace(built, statement={}, proven=False)
    same = dict(before.outputs) == dict(built.outputs)
    if same and not any(cache.spoilt(before.statement, dist)):
        return replace(built, statement=before.statement, proven=before.proven)
    for path in before.statement:
        (dist / path).unlink(missing_ok=True)
    return replace(built, statement={}, proven=False)


def put(dist: Path, templates: Path, state: State, shelf: Shelf | None = None) -> None:
    """Writes the state, and the catalogue, the manifest and the checksums that follow from it.
    Covers that the `shelf` has in small are not made small again."""
    output.write(dist / cache.STATE, cache.save(state))
    digests = _digests(state.editions)
    for record in (_index(dist, templates, state.editions, shelf), _manifest(state.editions)):
        output.write(dist / record.name, record.data)
        digests[record.name] = digest(record.data)
    output.write(dist / "SHA256SUMS", cache.sums(digests))


def _index(
    dist: Path, templates: Path, state: Mapping[str, Built], shelf: Shelf | None
) -> Artefact:
    from fleuron import catalogue, theme

    # The catalogue speaks the language of most of its briefs' sources: the first edition's brief.
    locale, _ = theme.locale(templates, "en")
    assert locale is not None
    paths = [path for built in state.values() for path in built.outputs]
    sizes = {path: (dist / path).stat().st_size for path in paths}

    def small(built: Built) -> bytes:
        path = next(path for path in built.outputs if path.endswith("-cover.png"))
        key = built.outputs[path]
        kept = shelf.get(key) if shelf else None
        made = kept or catalogue.thumbnail((dist / path).read_bytes())
        if shelf and not kept:
            shelf.put(key, made)
        return made

    words = (str(fact) for built in state.values() for fact in built.facts.values())
    return catalogue.render(state, sizes, small, theme.speaking(templates, words), locale)


def _manifest(state: Mapping[str, Built]) -> Artefact:
    from fleuron import catalogue

    tools = {name: importlib.metadata.version(name) for name in _TOOLS}
    return catalogue.manifest(state, {"fleuron": __version__, **tools})
