"""Markup laid out. An HTML document and the files it names in; WeasyPrint's document out.

Fonts and pictures come from memory, through a fetcher that knows no other source.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import weasyprint
from weasyprint.urls import URLFetcher, URLFetcherResponse

from fleuron.formats.pdf import mends
from fleuron.formats.pdf.known import faces
from fleuron.formats.pdf.mends import axes
from fleuron.formats.pdf.mends import faces as mended
from fleuron.formats.pdf.mends.savings import lines

Assets = Mapping[str, tuple[str, bytes]]  # path → media type and bytes


_left: list[bool] = []  # whether boxes of a layout, which hold each other, were left lying


@contextmanager
def undisturbed() -> Iterator[None]:
    """Without the garbage collector, which would look at every box laid out so far again and again
    and find none to collect: a fifth of the time of a hundred pages, more of a thousand.

    Nor does it look through them all at the end: they count as old, and are cleared away before the
    next work of this kind begins, or by `clear`. Where objects are frozen, to be shared by
    processes, they stay so, and it looks at the end.
    """
    if not gc.isenabled():
        yield
        return
    clear()
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():
            gc.freeze()
            gc.unfreeze()
        else:
            _left.clear()
        gc.enable()


def clear() -> None:
    """Clears away what layouts have left."""
    if _left:
        _left.clear()
        gc.collect()


def lay_out(markup: str, assets: Assets, kept: lines.Kept | None = None) -> Any:
    """`markup` as pages, with lines that are `kept` from the last time."""
    _left[:] = [True]
    with lines.keeping(kept, _look(markup, assets) if kept else None):
        return opened(markup, assets).render(font_config=faces(markup, assets))


def _look(markup: str, assets: Assets) -> Any:
    """What lines depend on besides their text: the style sheet, and the faces that it names."""
    style, _, _ = markup.partition("</style>")
    return style.partition("<style")[2], {n: d for n, (_, d) in assets.items() if "fonts/" in n}


def opened(markup: str, assets: Assets) -> Any:
    """`markup` as WeasyPrint reads it."""
    mends.apply()
    mended.undated()
    axes.own()
    return weasyprint.HTML(string=markup, base_url="fleuron:/", url_fetcher=_Fetcher(assets))


class _Fetcher(URLFetcher):  # type: ignore[misc]
    """Knows the edition's own assets and nothing else: no file, no address is ever opened."""

    def __init__(self, assets: Assets) -> None:
        super().__init__()
        self.assets = assets

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        asset = self.assets.get(url.removeprefix("fleuron:/"))
        if asset is None:
            raise ValueError(f"an edition loads nothing from outside: {url}")
        media_type, data = asset
        return URLFetcherResponse(url, data, {"Content-Type": media_type})
