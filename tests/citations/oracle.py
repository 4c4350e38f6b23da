"""The reference processors beside ours: one document of notes, rendered by each, in a style.

citeproc-js runs in node (npm `citeproc`, in tools/node or where ORACLE_HOME says); pandoc and
citeproc-py come with the project. Everything here is for tests and the report.
"""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from fleuron.bibliography import Style, style
from fleuron.citations.engine import Cluster, frame, process
from tests.citations.suite import cluster_item, locale_files, markup

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SCRIPT = HERE / "oracle.mjs"
DOCUMENT: dict[str, Any] = json.loads((HERE / "document.json").read_text(encoding="utf-8"))
REFERENCES: dict[str, Any] = {r["id"]: r for r in DOCUMENT["references"]}
CLUSTERS = [
    Cluster(tuple(cluster_item(i) for i in items), note)
    for note, items in enumerate(DOCUMENT["citations"], 1)
]
# What citeproc-js prints where a style gives nothing at all; we print nothing.
NOTHING = "[CSL STYLE ERROR: reference with no printed form.]"


def home() -> Path | None:
    """The folder whose node_modules hold citeproc, or None."""
    places = [Path(os.environ["ORACLE_HOME"])] if "ORACLE_HOME" in os.environ else []
    for place in (*places, ROOT / "tools" / "node"):
        if (place / "node_modules" / "citeproc").is_dir():
            return place
    return None


def missing() -> str:
    """Why the oracle cannot be asked, or "" where it can."""
    if shutil.which("node") is None:
        return "node is not on this machine"
    return "" if home() else "npm's citeproc is not installed in tools/node"


@cache
def known(name: str) -> Style:
    found, slips = style(name, ROOT / "bibliography", "")
    assert found is not None, slips
    lang = found.lang or "en-US"
    return Style(found.name, found.xml, lang, found.note, locale_files(lang))


def ask(names: Iterable[str], with_list: bool = False) -> Iterator[dict[str, Any]]:
    """citeproc-js's answer for each style: {name, citations, entries, error}."""
    styles = [{"name": n, "xml": known(n).xml, "lang": known(n).lang} for n in names]
    locales: dict[str, str] = {}
    for one in styles:
        locales |= known(one["name"]).locales
    for tag in list(locales):
        locales.setdefault(tag[:2], locales[tag])
    job = {
        "styles": styles, "locales": locales, "references": DOCUMENT["references"],
        "bibliography": with_list,
        "citations": [{"note": n, "items": i} for n, i in enumerate(DOCUMENT["citations"], 1)],
    }  # fmt: skip
    where = home()
    assert where is not None
    done = subprocess.run(
        ["node", str(SCRIPT)], input=json.dumps(job), capture_output=True, text=True, check=True,
        env={**os.environ, "ORACLE_HOME": f"{where}/"},
    )  # fmt: skip
    for line in done.stdout.splitlines():
        if line.startswith('{"name"'):
            yield json.loads(line)


def ours(name: str, with_list: bool = False) -> tuple[list[str], list[str]]:
    """Our notes and entries for the document, as HTML."""
    one = known(name)
    style_frame = frame(one.xml, one.locales, one.lang)
    done = process(CLUSTERS, REFERENCES, style_frame, with_list=with_list)
    return [markup(t) for t in done.citations], [markup(t) for _, t in done.entries]


def comparable(note: str) -> str:
    """A note's HTML with entities spelt out, so that marks and text can be compared."""
    return html.unescape(note.replace(NOTHING, "")).strip()


def words(note: str) -> str:
    """A note's text: no marks, runs of blanks as one, the case of its first letter set aside."""
    text = re.sub(r"<[^>]+>", "", note.replace(NOTHING, ""))
    text = re.sub(r"[ \u00a0]{2,}", " ", html.unescape(text)).strip()
    return "" if not text.strip(". ") else text[:1].lower() + text[1:]


def entry(text: str) -> str:
    """An entry's HTML without the boxes it is laid out in."""
    return re.sub(r"\s*</?div[^>]*>\s*", "", comparable(text))
