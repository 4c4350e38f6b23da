"""Every diagnostic of every edition, and whether they let it pass; nothing is built."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from fleuron.building.orders import chosen

if TYPE_CHECKING:
    from fleuron.model import Diagnostic


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
