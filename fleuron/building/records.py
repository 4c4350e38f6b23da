"""What a build leaves beside the editions: its state, catalogue, manifest and checksums."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from fleuron import __version__, cache, output
from fleuron.building.orders import Order
from fleuron.building.stale import Desk
from fleuron.cache import Built, State
from fleuron.provenance import digest

if TYPE_CHECKING:
    from fleuron.model import Artefact

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
    return whole and state.records == wanted and not any(map(_gone, state.editions.values()))


def _digests(editions: Mapping[str, Built]) -> dict[str, str]:
    return {path: value for built in editions.values() for path, value in built.outputs.items()}


def _gone(built: Built) -> bool:
    return not Path(str(built.facts.get("folder"))).is_dir()


def write(order: Order, new: Mapping[str, Built], desk: Desk) -> None:
    """The state, the catalogue, the manifest and the checksums, for all that stands in the build's
    folder; another build may have written there meanwhile."""
    before = cache.load(order.dist)
    both = {**before.editions, **new}
    editions = {slug: built for slug, built in both.items() if not _gone(built)}
    if not editions:
        return
    state = State(editions, {**before.tables, **desk.known}, desk.records)
    output.write(order.dist / cache.STATE, cache.save(state))
    digests = _digests(editions)
    for record in (_index(order, editions), _manifest(editions)):
        output.write(order.dist / record.name, record.data)
        digests[record.name] = digest(record.data)
    output.write(order.dist / "SHA256SUMS", cache.sums(digests))


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
