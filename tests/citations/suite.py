"""The public CSL test-suite: a fixture in, the output our engine gives for it out.

The fixtures lie beside the repository (../shared/csl-suite) and are no part of it. A case passes
when the output equals RESULT, entity spelling, outer white space and recompute markers set aside.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from fleuron.citations import output, richtext
from fleuron.citations.engine import Cluster, Item, frame, process
from fleuron.citations.output import Token

FOLDER = Path(__file__).parents[3] / "shared" / "csl-suite"
_SECTION = re.compile(r">>=+ ([A-Z-]+) =+>>\n(.*?)\n?<<=+ \1 =+<<", re.DOTALL)
_SHELF = resources.files("citeproc") / "data" / "locales"

_OPEN = {
    output.ITALIC: "<i>", output.BOLD: "<b>", output.SUPER: "<sup>", output.SUB: "<sub>",
    output.UNDERLINE: '<span style="text-decoration:underline;">',
    output.CAPS: '<span style="font-variant:small-caps;">',
    output.UPRIGHT: '<span style="font-style:normal;">',
    output.UNBOLD: '<span style="font-weight:normal;">',
    output.UNCAPS: '<span style="font-variant:normal;">',
}  # fmt: skip
_CLOSE = {output.ITALIC: "</i>", output.BOLD: "</b>", output.SUPER: "</sup>", output.SUB: "</sub>"}
_DISPLAY = {
    "block": ('\n\n    <div class="csl-block">', "</div>\n"),
    "left-margin": ('\n    <div class="csl-left-margin">', "</div>"),
    "right-inline": ('<div class="csl-right-inline">', "</div>\n  "),
    "indent": ('<div class="csl-indent">', "</div>\n  "),
}
_FLIP = {output.ITALIC: output.UPRIGHT, output.BOLD: output.UNBOLD, output.CAPS: output.UNCAPS}
_BACK = {v: k for k, v in _FLIP.items()}


def sections(text: str) -> dict[str, str]:
    return {m[1]: m[2] for m in _SECTION.finditer(text)}


def locales(xml: str) -> dict[str, str]:
    """The locale files a style asks for, the first choice first."""
    found = re.search(r'default-locale="([^"]+)"', xml)
    lang = found[1] if found else "en-US"
    return locale_files(lang)


def locale_files(lang: str) -> dict[str, str]:
    main = json.loads((_SHELF / "locales.json").read_text(encoding="utf-8"))["primary-dialects"]
    out: dict[str, str] = {}
    for tag in (lang, lang[:2], main.get(lang[:2], ""), "en-US"):
        spot = _SHELF / f"locales-{tag}.xml"
        if tag and tag not in out and spot.is_file():
            out[tag] = spot.read_text(encoding="utf-8")
    return out


def run(text: str) -> tuple[str, str]:
    """(expected, actual) of a fixture."""
    parts = sections(text)
    xml = parts["CSL"]
    files = locales(xml)
    found = re.search(r'default-locale="([^"]+)"', xml)
    style = frame(xml, files, found[1] if found else "en-US")
    items = json.loads(parts["INPUT"])
    items = [{"id": f"unnamed-{n}", **item} for n, item in enumerate(items)]
    references = {str(i["id"]): i for i in items}
    keys = list(references)
    if "BIBENTRIES" in parts:
        keys = [str(k) for k in json.loads(parts["BIBENTRIES"])[-1]]
    if "CITATIONS" in parts:
        clusters = _citations(json.loads(parts["CITATIONS"]))
        cited = {i.key for c in clusters for i in c.items}
        listed = keys if "BIBENTRIES" in parts else [k for k in keys if k in cited]
        done = process(clusters, references, style, [] if "BIBENTRIES" not in parts else listed)
    else:
        raw = json.loads(parts["CITATION-ITEMS"]) if "CITATION-ITEMS" in parts else None
        rows = raw if raw is not None else [[{"id": k} for k in keys]]
        clusters = [Cluster(tuple(cluster_item(i) for i in row), 0) for row in rows]
        given = [list(row) for row in rows]
        if parts["MODE"].strip() == "bibliography" and raw is None:
            clusters, given = [], []
        done = process(clusters, references, style, keys, place=_given(given))
    if parts["MODE"].strip() == "bibliography":
        entries = [t for _, t in done.entries]
        actual = _bibliography(entries, style)
    else:
        actual = "\n".join(markup(t) for t in done.citations)
    return _normal(parts["RESULT"], "CITATIONS" in parts), _normal(actual, False)


def _given(rows: list[list[dict[str, Any]]]) -> Any:
    """Positions as the fixture states them; all others are first."""

    def place(citations: Sequence[tuple[int, Sequence[Any]]], near: int) -> None:
        for (_, cites), row in zip(citations, rows, strict=False):
            for cite, raw in zip(cites, row, strict=False):
                number = int(raw.get("position", 0))
                names = ["first", "subsequent", "ibid", "ibid-with-locator"]
                found = {"first"} if not number else set(names[1 : number + 1])
                if raw.get("near-note"):
                    found.add("near-note")
                cite.positions = frozenset(found)
                cite.first_note = int(raw.get("first-reference-note-number", 0) or 0)

    return place


def cluster_item(raw: dict[str, Any]) -> Item:
    mode = "suppress-author" if raw.get("suppress-author") else ""
    mode = "author-only" if raw.get("author-only") else mode
    label = str(raw.get("label") or "page")
    return Item(
        str(raw["id"]), str(raw.get("locator") or ""), label,
        _rich(raw.get("prefix")), _rich(raw.get("suffix")), mode,
    )  # fmt: skip


def _rich(text: Any) -> Any:
    return richtext.parse(str(text)) if text else ""


def _citations(rows: list[Any]) -> list[Cluster]:
    """The citations of a document in their last order."""
    known: dict[str, dict[str, Any]] = {}
    order: list[tuple[str, int]] = []
    for citation, before, after in rows:
        name = str(citation.get("citationID", f"auto-{len(known)}"))
        known[name] = citation
        note = int(citation.get("properties", {}).get("noteIndex", 0))
        order = [*((str(a), b) for a, b in before), (name, note), *((str(a), b) for a, b in after)]
    return [
        Cluster(tuple(cluster_item(i) for i in known[name]["citationItems"]), note)
        for name, note in order
        if name in known
    ]


# ---------------------------------------------------------------- markup


def markup(tokens: Sequence[Token]) -> str:
    """Tokens as the HTML of citeproc-js."""
    out: list[str] = []
    stack: list[tuple[str, str]] = []
    on: list[str] = []
    for token in tokens:
        if token.kind == "text":
            out.append(_escaped(token.value))
        elif token.kind == "open":
            mark = token.value
            opening = closing = ""
            if mark.startswith("display:"):
                opening, closing = _DISPLAY[mark[8:]]
            elif mark in _OPEN:
                real = _FLIP.get(mark, mark) if mark in on else mark
                plain_now = real in _BACK and _BACK[real] not in on
                if not plain_now:
                    opening, closing = _OPEN[real], _CLOSE.get(real, "</span>")
                    if real in _BACK:
                        on.remove(_BACK[real])
                        stack.append((mark, closing + "\0" + _BACK[real]))
                        out.append(opening)
                        continue
                    on.append(real)
                    stack.append((mark, closing + "\1" + real))
                    out.append(opening)
                    continue
            stack.append((mark, closing))
            out.append(opening)
        else:
            mark, closing = stack.pop()
            for sign in ("\0", "\1"):
                if sign in closing:
                    closing, _, state = closing.partition(sign)
                    if sign == "\0":
                        on.append(state)
                    else:
                        on.remove(state)
            out.append(closing)
    return "".join(out)


def _escaped(text: str) -> str:
    return text.replace("&", "&#38;").replace("<", "&#60;").replace(">", "&#62;")


def _bibliography(entries: list[list[Token]], style: Any) -> str:
    rows = [f'  <div class="csl-entry">{markup(tokens)}</div>\n' for tokens in entries]
    return '<div class="csl-bib-body">\n' + "".join(rows) + "</div>"


def _normal(text: str, marked: bool) -> str:
    if marked:
        text = re.sub(r"(?m)^(?:>>|\.\.)\[\d+\] ", "", text)
    text = html.unescape(html.unescape(text.replace("&#60;", "\ue000").replace("&#62;", "\ue001")))
    return text.strip()


def cases() -> list[Path]:
    return sorted(FOLDER.glob("*.txt"))


def passes(path: Path) -> bool:
    """Whether our engine gives what the fixture expects; an exception is a failure of the run."""
    expected, got = run(path.read_text(encoding="utf-8"))
    return expected == got
