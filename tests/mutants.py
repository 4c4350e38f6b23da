"""Finished editions with one defect each. A row of `mutants/editions.yaml` and good files in; files
with the defect out.

A defect in an EPUB or a page is a change of text, made once; in a PDF it is a change of an object,
named by where it stands. A row whose place is not found is no mutant, and fails.
"""

from __future__ import annotations

import fnmatch
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pikepdf
import yaml
from pikepdf import Array, Dictionary, Name, String

TABLE = Path(__file__).parent / "mutants" / "editions.yaml"


def table() -> list[dict[str, Any]]:
    rows = yaml.safe_load(TABLE.read_text("utf-8"))
    assert len({row["is"] for row in rows}) == len(rows), "two mutants of one name"
    return list(rows)


def form(row: Mapping[str, Any]) -> str:
    return next(kind for kind in ("epub", "html", "pdf") if kind in row)


def mutated(row: Mapping[str, Any], data: bytes) -> bytes:
    """The file of the row's format with its one defect."""
    match form(row):
        case "epub":
            return _epub(row, data)
        case "html":
            return _text(row, data.decode()).encode()
        case _:
            return _pdf(row, data)


# ------------------------------------------------------------------ text


def _text(row: Mapping[str, Any], text: str) -> str:
    if "swap" in row:
        one, other = row["swap"]
        assert one in text and other in text, f"{row['is']}: nothing to swap"
        return text.replace(one, "\0").replace(other, one).replace("\0", other)
    if "all" in row:
        one, other = row["all"]
        assert one in text, f"{row['is']}: nothing to replace"
        return text.replace(one, other)
    pattern, into = row["replace"]
    found = re.search(pattern, text, re.DOTALL)
    assert found, f"{row['is']}: nothing to replace"
    new = text[: found.start()] + found.expand(into) + text[found.end() :]
    assert new != text, row["is"]
    return new


def _epub(row: Mapping[str, Any], data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {i.filename: archive.read(i) for i in archive.infolist()}
    if "drop" in row:
        name = next(n for n in files if fnmatch.fnmatch(n, row["epub"]))
        del files[name]
    elif "add" in row:
        files[row["epub"]] = row["add"].encode()
    else:
        name = next(n for n in _named(files, row["epub"]) if _fits(row, files[n].decode()))
        files[name] = _text(row, files[name].decode()).encode()
    return _zipped(files, row.get("order", False))


def _named(files: Mapping[str, bytes], glob: str) -> Iterator[str]:
    return (name for name in files if fnmatch.fnmatch(name, glob))


def _fits(row: Mapping[str, Any], text: str) -> bool:
    if "swap" in row:
        return all(part in text for part in row["swap"])
    return re.search(row["replace"][0], text, re.DOTALL) is not None


def _zipped(files: Mapping[str, bytes], backwards: bool) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in reversed(files) if backwards else files:
            kind = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), files[name], kind)
    return out.getvalue()


# ------------------------------------------------------------------ PDF


def _pdf(row: Mapping[str, Any], data: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        if "bytes" in row:
            one, other = (part.encode() for part in row["bytes"])
            assert one in data, row["is"]
            return data.replace(one, other, 1)
        if "xmp" in row:
            stream = pdf.Root.Metadata
            text = stream.read_bytes().decode()
            stream.write(_text({"is": row["is"], "replace": row["xmp"]}, text).encode())
        elif "title" in row:
            with pdf.open_outline() as outline:
                item = outline.root[row["title"][0]]
                item.title = row["title"][1]
        else:
            for place in _places(pdf, row["pdf"]):
                _change(place, row, pdf)
        out = io.BytesIO()
        pdf.save(out, static_id=True, linearize=False)
        return out.getvalue()


def _change(place: Any, row: Mapping[str, Any], pdf: pikepdf.Pdf) -> None:
    if "drop" in row:
        assert row["drop"] in place, row["is"]
        del place[row["drop"]]
    if "set" in row:
        for key, value in row["set"].items():
            place[key] = _value(value, pdf)
    if "turn" in row:
        kids = list(place["/K"])
        place["/K"] = Array([*kids[1:], kids[0]] if row["turn"] == "first" else kids[::-1])
    if "cut" in row:
        kids = list(place["/K"])
        del kids[row["cut"]]
        place["/K"] = Array(kids)
    if "stream" in row:
        data = place.Contents.read_bytes()
        one, other = (part.encode() for part in row["stream"])
        new = re.sub(one, other, data, count=1)
        assert new != data, row["is"]
        place.Contents = pdf.make_stream(new)


def _value(value: Any, pdf: pikepdf.Pdf) -> Any:
    """YAML as an object of PDF: /Name, text, numbers, lists, maps."""
    if isinstance(value, str):
        return Name(value) if value.startswith("/") else String(value)
    if isinstance(value, list):
        return Array([_value(item, pdf) for item in value])
    if isinstance(value, dict):
        return pdf.make_indirect(Dictionary({k: _value(v, pdf) for k, v in value.items()}))
    return value


def _places(pdf: pikepdf.Pdf, where: str) -> Iterator[Any]:
    """`Root`, `Info`, `Root/MarkInfo`, `page 2`, `font 1`, `descriptor 1`, `link #fn-1`, `label`,
    or the n-th element of a role, `Figure 1`."""
    kind, _, rest = where.partition(" ")
    if kind.startswith("Root"):
        at: Any = pdf.Root
        for step in kind.split("/")[1:]:
            at = at[f"/{step}"]
        yield at
    elif kind == "Info":
        yield pdf.docinfo
    elif kind == "label":
        yield pdf.Root.PageLabels.Nums[1]
    elif kind == "page":
        yield pdf.pages[int(rest) - 1].obj
    elif kind in ("font", "descriptor"):
        fonts = list(pdf.pages[0].obj.Resources.Font.values())
        font = fonts[int(rest) - 1]
        yield font if kind == "font" else font.DescendantFonts[0].FontDescriptor
    elif kind == "link":
        yield next(a for a in _links(pdf) if _target(a) == rest)
    else:
        found = [e for e in _elements(pdf.Root.StructTreeRoot.K) if str(e.S) == f"/{kind}"]
        yield found[int(rest) - 1]


def _links(pdf: pikepdf.Pdf) -> Iterator[Any]:
    for page in pdf.pages:
        yield from page.obj.get("/Annots", [])


def _target(link: Any) -> str:
    if "/Dest" in link:
        return f"#{link.Dest}"
    return "web" if "/URI" in link.get("/A", {}) else ""


def _elements(item: Any) -> Iterator[Any]:
    for kid in item if isinstance(item, Array) else [item]:
        if isinstance(kid, Dictionary) and "/S" in kid:
            yield kid
            yield from _elements(kid.get("/K", Array([])))
