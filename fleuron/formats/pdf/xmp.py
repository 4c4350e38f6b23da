"""What a PDF says of itself. A proof in; an XMP packet and the information dictionary out.

XMP (ISO 16684-1) is what libraries and reading programs go by; PDF/A wants it to agree with the
older information dictionary. Dates are the edition's own; nothing asks a clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pydyf
from lxml import etree

from fleuron import titling
from fleuron.model import Proof
from fleuron.titling import by_role

_NS = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
}
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# PDF/A wants each schema that it does not know described in the file (ISO 19005-3, 6.6.2.3.3).
_PDFUA_SCHEMA = (
    ("part", "Integer", "internal", "Indicates which part of ISO 14289 the file conforms to"),
)


def write(pdf: Any, proof: Proof, standard: str, label: str = "") -> None:
    """Puts the packet into `pdf`, in place of the one that is there; completes its information.

    `standard` is "ua-1", "ua-2", or "" for a file that claims none. `label` says what kind of file
    it is to those who keep it (XMP 8.4, xmp:Label): that it is a draft.
    """
    number = int(pdf.catalog["Metadata"].split()[0])
    # Left as it is, so that a program that knows nothing of PDF finds it (ISO 32000-1, 14.3.2).
    stream = pydyf.Stream(
        [packet(proof, standard, label)], {"Type": "/Metadata", "Subtype": "/XML"}
    )
    stream.number = number
    pdf.objects[number] = stream
    pdf.info["Author"] = pydyf.String("; ".join(c.name for c in by_role(proof.edition, "aut")))


def packet(proof: Proof, standard: str, label: str = "") -> bytes:
    """The XMP packet for `proof`, as the standard it is written to identifies itself."""
    meta = etree.Element(_name("x:xmpmeta"), nsmap={"x": _NS["x"]})
    rdf = etree.SubElement(meta, _name("rdf:RDF"), nsmap={"rdf": _NS["rdf"]})
    prefixes = {k: v for k, v in _NS.items() if k not in ("x", "rdf")}
    description = etree.SubElement(rdf, _name("rdf:Description"), nsmap=prefixes)
    description.set(_name("rdf:about"), "")
    for key, value in _identified(standard):
        etree.SubElement(description, _name(key)).text = value
    _described(description, proof)
    _plain(description, "xmp:Label", label)
    if standard == "ua-1":
        _extension(description)
    etree.cleanup_namespaces(meta)
    body: str = etree.tostring(meta, encoding="unicode", pretty_print=True)
    head = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    return (head + body + '<?xpacket end="r"?>').encode()


def _identified(standard: str) -> Iterator[tuple[str, str]]:
    if standard == "ua-2":
        yield from (("pdfaid:part", "4"), ("pdfaid:rev", "2020"))
        yield from (("pdfuaid:part", "2"), ("pdfuaid:rev", "2024"))
    elif standard == "ua-1":
        yield from (("pdfaid:part", "3"), ("pdfaid:conformance", "A"), ("pdfuaid:part", "1"))


def _described(into: Any, proof: Proof) -> None:
    edition, brief = proof.edition, proof.edition.brief
    issued = brief.issued.isoformat()
    identifier = f"urn:fleuron:{edition.slug}:{proof.build}"
    _plain(into, "dc:format", "application/pdf")
    _alternatives(into, "dc:title", edition.title, edition.lang)
    _alternatives(into, "dc:description", edition.abstract, edition.lang)
    _alternatives(into, "dc:rights", brief.rights, brief.source_lang)
    _listed(into, "dc:creator", "Seq", (c.name for c in by_role(edition, "aut")))
    others = (c for c in (*brief.contributors, *edition.contributors) if c.role != "aut")
    _listed(into, "dc:contributor", "Bag", (c.name for c in others))
    _listed(into, "dc:publisher", "Bag", [brief.publisher])
    _listed(into, "dc:subject", "Bag", edition.keywords)
    _listed(into, "dc:language", "Bag", [edition.lang])
    _listed(into, "dc:date", "Seq", [issued])
    own = titling.urn(brief, edition.name or edition.lang, edition.identifiers, "pdf")
    originals, translations = titling.related(edition, "pdf")
    _plain(into, "dc:identifier", _identifier(edition.identifiers) or own)
    # What a translation was made from (DCMI, source); else where the brief is published.
    _plain(into, "dc:source", next((o.urn for o in originals), brief.url))
    _listed(into, "dc:relation", "Bag", (r.urn for r in (*originals, *translations)))
    _plain(into, "xmpRights:WebStatement", brief.licence_url)
    _plain(into, "xmp:CreateDate", issued)
    _plain(into, "xmp:ModifyDate", issued)
    _plain(into, "xmp:CreatorTool", f"fleuron {proof.version}")
    _plain(into, "xmpMM:DocumentID", identifier)
    _plain(into, "pdf:Producer", _producer())
    _plain(into, "pdf:Keywords", ", ".join(edition.keywords))


def _producer() -> str:
    import weasyprint

    return f"WeasyPrint {weasyprint.__version__}"


def _identifier(identifiers: Mapping[str, str]) -> str:
    for key in ("isbn-pdf", "doi", "isbn"):
        if identifiers.get(key):
            number = str(identifiers[key])
            return f"doi:{number}" if key == "doi" else f"urn:isbn:{number.replace('-', '')}"
    return ""


def _name(key: str) -> str:
    prefix, local = key.split(":")
    return f"{{{_NS[prefix]}}}{local}"


def _plain(into: Any, key: str, value: str) -> None:
    if value:
        etree.SubElement(into, _name(key)).text = value


def _inside(into: Any, key: str, container: str) -> Any:
    return etree.SubElement(etree.SubElement(into, _name(key)), _name(container))


def _listed(into: Any, key: str, kind: str, values: Iterable[str]) -> None:
    values = [value for value in values if value]
    if values:
        container = _inside(into, key, f"rdf:{kind}")
        for value in values:
            etree.SubElement(container, _name("rdf:li")).text = value


def _alternatives(into: Any, key: str, value: str, lang: str) -> None:
    """A text with its language; the first is for those who ask for none (ISO 16684-1)."""
    if not value:
        return
    container = _inside(into, key, "rdf:Alt")
    for tag in ("x-default", lang):
        item = etree.SubElement(container, _name("rdf:li"))
        item.set(_XML_LANG, tag)
        item.text = value


def _extension(into: Any) -> None:
    schema = _resource(_inside(into, "pdfaExtension:schemas", "rdf:Bag"))
    _plain(schema, "pdfaSchema:schema", "PDF/UA identification schema")
    _plain(schema, "pdfaSchema:namespaceURI", _NS["pdfuaid"])
    _plain(schema, "pdfaSchema:prefix", "pdfuaid")
    properties = _inside(schema, "pdfaSchema:property", "rdf:Seq")
    for name, kind, category, description in _PDFUA_SCHEMA:
        item = _resource(properties)
        _plain(item, "pdfaProperty:name", name)
        _plain(item, "pdfaProperty:valueType", kind)
        _plain(item, "pdfaProperty:category", category)
        _plain(item, "pdfaProperty:description", description)


def _resource(container: Any) -> Any:
    item = etree.SubElement(container, _name("rdf:li"))
    item.set(_name("rdf:parseType"), "Resource")
    return item
