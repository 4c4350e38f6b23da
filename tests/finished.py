"""Finished files by their paths, read with the readers of `fleuron.lint`."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tinyhtml5
from lxml import etree

from fleuron.lint import paper, screen
from fleuron.lint.reading import LOOSE, Reading, differences, start, words
from fleuron.lint.screen import spine as _spine

__all__ = ["LOOSE", "Reading", "differences", "start", "words"]


def html_tree(path: Path) -> Any:
    """The page as a browser's parser reads it (HTML, 13.2), without namespaces."""
    return tinyhtml5.parse(path.read_text("utf-8"), namespace_html_elements=False)


def html(path: Path) -> Reading:
    return screen.read_page(screen.page(path.name, path.read_bytes()))


def epub_files(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def package(files: Mapping[str, bytes]) -> Any:
    return etree.fromstring(files["EPUB/package.opf"])


def spine(files: Mapping[str, bytes]) -> list[str]:
    return _spine(package(files))


def epub(path: Path) -> Reading:
    return screen.read_book(screen.book(path.name, path.read_bytes()))


def open_pdf(path: Path) -> paper.Pdf:
    return paper.open_pdf(path.name, path.read_bytes())


def pdf(path: Path) -> Reading:
    return paper.read(open_pdf(path))
