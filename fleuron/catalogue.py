"""The catalogue: what has been built, as a page and as a manifest. Facts in, artefacts out.

Knows nothing of formats but the names and sizes of their files; reads and writes nothing.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from PIL import Image

from fleuron import cldr, inserts
from fleuron.cache import Built
from fleuron.model import Artefact, Locale
from fleuron.theme import Theme

_MEDIA = {"pdf": "application/pdf", "epub": "application/epub+zip", "html": "text/html"}
THUMBNAIL = 320  # pixels wide


def render(
    state: Mapping[str, Built],
    sizes: Mapping[str, int],
    cover: Callable[[Built], bytes],
    theme: Theme,
    locale: Locale,
) -> Artefact:
    """`dist/index.html`. `sizes` gives the bytes of each output by its path beneath dist, `cover`
    a PNG of an edition; it is asked for one edition of each brief."""
    briefs = [_brief(name, group, sizes, cover, locale) for name, group in _by_brief(state)]
    return inserts.page("index.html", "catalogue", "index.html", theme, l=locale, briefs=briefs)


def thumbnail(cover: bytes) -> bytes:
    """A cover made small."""
    with Image.open(io.BytesIO(cover)) as image:
        small = image.convert("RGB")
        small.thumbnail((THUMBNAIL, THUMBNAIL * 2), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        small.quantize(48).save(out, "PNG", optimize=True)
    return out.getvalue()


def _by_brief(state: Mapping[str, Built]) -> Iterable[tuple[str, list[tuple[str, Built]]]]:
    groups: dict[str, list[tuple[str, Built]]] = {}
    for slug, built in sorted(state.items()):
        groups.setdefault(str(built.facts["brief"]), []).append((slug, built))
    return sorted(
        groups.items(), key=lambda g: (str(g[1][0][1].facts["issued"]), g[0]), reverse=True
    )


def _brief(
    name: str,
    group: list[tuple[str, Built]],
    sizes: Mapping[str, int],
    cover: Callable[[Built], bytes],
    locale: Locale,
) -> dict[str, Any]:
    # The edition in the page's own language speaks for the brief, or else the first.
    own = [item for item in group if str(item[1].facts["lang"]).split("-")[0] == locale.tag]
    _, first = (own or group)[0]
    picture = cover(first)
    with Image.open(io.BytesIO(picture)) as image:
        width, height = image.size
    issued = date.fromisoformat(str(first.facts["issued"]))
    return {
        **first.facts,
        "slug": name,
        "date": format_date(issued, locale.date, locale=cldr.of(locale.tag)),
        "cover": f"data:image/png;base64,{base64.b64encode(picture).decode()}",
        "width": width,
        "height": height,
        "editions": [
            {
                **built.facts,
                "files": list(_files(built, sizes, locale)),
                "statement": next((p for p in built.statement if p.endswith(".html")), ""),
            }
            for _, built in group
        ],
    }


def _files(built: Built, sizes: Mapping[str, int], locale: Locale) -> Iterable[dict[str, str]]:
    by_form = {path.rpartition(".")[2]: path for path in built.outputs}
    for form, path in ((form, by_form[form]) for form in _MEDIA if form in by_form):
        yield {
            "href": path,
            "form": locale.term(form),
            "media_type": _MEDIA[form],
            "size": size(sizes[path], locale),
        }


def size(count: int, locale: Locale) -> str:
    """A number of bytes as the locale says it, in kB or MB of a thousand."""
    unit, scale = ("megabytes", 1e6) if count >= 1e6 else ("kilobytes", 1e3)
    amount = round(count / scale, 1 if unit == "megabytes" else 0)
    return locale.term(unit, n=format_decimal(amount, locale=cldr.of(locale.tag)))


def manifest(state: Mapping[str, Built], tools: Mapping[str, str]) -> Artefact:
    """`dist/manifest.json`: what was built from what, with what."""
    table = {
        "fleuron": tools.get("fleuron", ""),
        "tools": dict(sorted(tools.items())),
        "editions": {
            slug: {
                "key": built.key,
                "inputs": dict(sorted(built.inputs.items())),
                "build": built.facts.get("build", ""),
                "lang": built.facts.get("lang", ""),
                "title": built.facts.get("title", ""),
                "issued": built.facts.get("issued", ""),
                "draft": bool(built.facts.get("draft")),
                "certifier": built.facts.get("certifier", ""),
                "pdf-standard": built.facts.get("pdf-standard", ""),
                "outputs": dict(sorted(built.outputs.items())),
                "statement": dict(sorted(built.statement.items())),
            }
            for slug, built in sorted(state.items())
        },
    }
    data = json.dumps(table, indent=1, ensure_ascii=False) + "\n"
    return Artefact("manifest.json", "application/json", data.encode())
