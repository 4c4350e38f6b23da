"""The HTML edition: one file that needs nothing else. A proof and the PDF's page breaks in.

No script, nothing loaded from anywhere: style, faces and pictures stand in the file, and a content
security policy says so. Each note stands once, in the list at the end, and opens at its call where
the browser knows how; elsewhere the call is a link.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from typing import Any

from lxml import etree

from fleuron import fonts, formulas, marking, pictures, titling
from fleuron.marking import XHTML, Element
from fleuron.model import Artefact, Html, Locale, NavEntry, PageBreak, Proof, Sibling
from fleuron.nodes import Math
from fleuron.theme import Theme, policy
from fleuron.writer import Setting, reminders, write, write_inlines

_A11Y = "http://www.idpf.org/epub/vocab/package/a11y/"


def render(
    proof: Proof,
    theme: Theme,
    locale: Locale,
    breaks: Sequence[PageBreak],
    cover: bytes,
    besides: frozenset[str] = frozenset(),
) -> Artefact:
    """`proof` as one HTML file. Its faces have the characters `besides` its own, too."""
    setting = _setting(proof, theme, locale)
    lines = titling.titling(proof, theme, locale)
    body, colophon = _marked(
        (write(proof.divisions, setting), titling.colophon(proof, theme, locale, 2, linked=True)),
        breaks,
        locale,
    )
    context: dict[str, Any] = {
        "e": proof.edition,
        "l": locale,
        "version": proof.version,
        "date": lines.date,
        "authors": lines.authors,
        "body": body,
        "notes": _notes(proof, setting, theme, locale),
        "nav": [_entry(entry, setting) for entry in proof.nav],
        "formats": [form for form in proof.beside.formats if form != "html"],
        "siblings": [
            {"lang": s.lang, "href": _page(s, proof), "title": s.title, "original": s.original}
            | {"name": titling.language(s.lang, s.name)}
            for s in proof.edition.siblings
            if proof.beside.has(s)
        ],
        "colophon": colophon,
        "linked_data": _linked_data(proof, locale),
        "identifiers": proof.edition.identifiers,
    }
    style = theme.stylesheet(
        "html",
        faces=fonts.declared(fonts.shared(theme, fonts.prose(proof, locale) | besides)),
        hyphenate=bool(locale.hyphenation),
        l=locale,
    )
    text = theme.render(
        "formats/html/document.html", style=Html(style), policy=policy(style), **context
    )
    return Artefact(f"{proof.edition.slug}.html", "text/html", text.encode())


def _setting(proof: Proof, theme: Theme, locale: Locale) -> Setting:
    def call(number: int) -> str:
        label = escape(locale.term("show-note", n=number))
        shown = escape(locale.note_call.format(n=number))
        return (
            f'<sup class="note-call"><a id="ref-{number}" href="#fn-{number}" '
            f'interestfor="note-{number}" role="doc-noteref" aria-label="{label}">{shown}</a></sup>'
        )

    picture = pictures.placer(proof.assets, proof.strings, theme.tokens["faces"], _within)

    def math(formula: Math) -> str:
        return formulas.markup(formula, locale)

    return Setting(theme, locale, call, picture, math, holding=True)


def _within(_: str, photo: pictures.Photo) -> str:
    """The address of a photograph that stands in the page itself (RFC 2397)."""
    return f"data:{photo.media_type};base64,{base64.b64encode(photo.data).decode()}"


def _marked(parts: Sequence[str], breaks: Sequence[PageBreak], locale: Locale) -> tuple[Html, ...]:
    """Parts of the page with a mark where each page of the PDF begins."""
    roots = [marking.tree(part) for part in parts]

    def marker(label: str) -> Element:
        mark = etree.Element(f"{{{XHTML}}}span")
        mark.set("class", "page")
        mark.set("id", f"page-{label}")
        # Whoever does not know DPUB-ARIA takes the next role in the list (ARIA 1.2, 5.1).
        mark.set("role", "doc-pagebreak separator")
        mark.set("aria-label", locale.term("page-n", n=label))
        mark.set("data-label", label)
        return mark

    marking.mark(roots, breaks, marker)
    return tuple(Html(marking.html(marking.serialise(root))) for root in roots)


def _notes(proof: Proof, setting: Setting, theme: Theme, locale: Locale) -> Html:
    if not proof.notes:
        return Html("")
    quiet = replace(setting, note_call=lambda _: "", numbered=False)
    notes = [
        {
            "n": note.number,
            "body": Html(marking.html(write(note.blocks, quiet))),
            "works": [
                (number, Html(marking.html(write_inlines(inlines, quiet))))
                for number, inlines in reminders(note, proof)
            ],
        }
        for note in proof.notes
    ]
    return theme.render("formats/html/notes.html", l=locale, notes=notes)


def _entry(entry: NavEntry, setting: Setting) -> dict[str, Any]:
    return {
        "id": entry.id,
        "title": Html(marking.html(write_inlines(entry.title, setting))),
        "entries": [_entry(child, setting) for child in entry.entries if child.id],
    }


def _linked_data(proof: Proof, locale: Locale) -> Html:
    """schema.org's words for the edition, as JSON-LD."""
    edition, brief = proof.edition, proof.edition.brief
    kinds = {True: "Organization", False: "Person"}
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@id": titling.urn(brief, edition.name or edition.lang, edition.identifiers, "html"),
        "@type": "Report",
        "name": edition.title,
        "alternativeHeadline": edition.subtitle,
        "abstract": edition.abstract,
        "inLanguage": edition.lang,
        "datePublished": brief.issued.isoformat(),
        "version": brief.version,
        "creativeWorkStatus": locale.term("draft") if edition.draft else "",
        "license": brief.licence_url,
        "keywords": list(edition.keywords),
        "reportNumber": brief.number,
        "author": [
            {"@type": kinds[c.corporate], "name": c.name}
            for c in brief.contributors
            if c.role == "aut"
        ],
        "publisher": {"@type": "Organization", "name": brief.publisher},
        "isPartOf": {"@type": "Periodical", "name": brief.series} if brief.series else "",
        "identifier": edition.identifiers.get("doi", ""),
    }
    originals, translations = titling.related(edition, "html")
    if originals:
        data["translationOfWork"] = _work(originals[0], proof)
    data["workTranslation"] = [_work(translation, proof) for translation in translations]
    if proof.certifier:
        data |= _claim(proof.certifier)
    kept = {key: value for key, value in data.items() if value}
    # `</script>` in a title must not end the element (HTML, 4.12.1.3).
    return Html(json.dumps(kept, ensure_ascii=False, indent=1).replace("<", "\\u003c"))


def _claim(certifier: str) -> dict[str, Any]:
    """What the page claims to conform to, in the words of EPUB: schema.org has none for it."""
    own = {"dcterms": "http://purl.org/dc/terms/", "a11y": f"{_A11Y}#"}
    standard = {"@id": "https://www.w3.org/TR/WCAG22/", "name": titling.STANDARDS["html"]}
    return {
        "@context": ["https://schema.org", own],
        "dcterms:conformsTo": {"@type": "dcterms:Standard", **standard},
        "a11y:certifiedBy": certifier,
    }


def _work(related: titling.Related, proof: Proof) -> dict[str, str]:
    """Another edition in schema.org's words, with its page where that stands beside this one."""
    sibling = related.sibling
    work = {
        "@id": related.urn,
        "@type": "Report",
        "name": sibling.title,
        "inLanguage": sibling.lang,
    }
    return work | ({"url": _page(sibling, proof)} if proof.beside.has(sibling) else {})


def _page(sibling: Sibling, proof: Proof) -> str:
    """The way to a sibling's page, as they lie in dist."""
    return f"../{sibling.name}/{proof.edition.brief.slug}-{sibling.name}.html"
