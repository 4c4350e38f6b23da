"""Editions to translation tools and back: what is not translated comes back byte for byte, what is
stands in its place, and no placeholder is lost without a word."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree
from support import ROOT, STOCK, good_pages

from fleuron import content, reader, standing
from fleuron.cli import main
from fleuron.exchange import back, inline, messages, po, slots, xliff
from fleuron.exchange.inline import Code
from fleuron.translating import begin, exchanging
from fleuron.translation.units import units

EDITIONS = sorted(path.parent for path in (ROOT / "content").glob("*/*/edition.yaml"))
XLIFF = ROOT / "tests" / "xliff" / "xliff-core-2.0.xsd"

every_edition = pytest.mark.parametrize(
    "edition", EDITIONS, ids=lambda p: f"{p.parent.name}-{p.name}"
)
every_form = pytest.mark.parametrize("form", exchanging.FORMS)


def laid_out(edition: Path, tmp_path: Path) -> Path:
    """A copy of the edition's brief; gives back the edition's folder in it."""
    home = tmp_path / "content" / edition.parent.name
    shutil.copytree(edition.parent, home)
    return home / edition.name


def files(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.is_file()}


def exported(folder: Path, form: str) -> Path:
    done = exchanging.export(folder, [], form, folder.parent.parent.parent / "exchange")
    assert done.found == ()
    return done.paths[0]


# ------------------------------------------------------------------ there and back


@every_form
@every_edition
def test_there_and_back_changes_nothing(edition: Path, form: str, tmp_path: Path) -> None:
    folder = laid_out(edition, tmp_path)
    done = exchanging.bring(exported(folder, form), tmp_path / "content")
    assert (done.paths, done.found) == ((), ())
    assert files(folder) == files(edition)


@every_edition
def test_every_word_of_every_edition_travels(edition: Path) -> None:
    (manuscript,), _ = content.load(edition)
    held = units(reader.read(manuscript))
    assert len(held) > 50
    assert list(messages.stranded(content.texts(edition), held)) == []


@every_edition
def test_a_slot_is_its_parts(edition: Path) -> None:
    for text in (p.read_text("utf-8") for p in edition.glob("*.md")):
        for slot in slots.slots(text):
            assert inline.markdown(inline.parts(slot.text)) == slot.text
            assert "\n".join(text[a:b] for a, b in slot.spans) == slot.text


SPECIMEN = ROOT / "content" / "specimen" / "ar"


@pytest.mark.parametrize(
    ("edition", "form"),
    [
        pytest.param(SPECIMEN, "po", id="specimen-po"),
        pytest.param(SPECIMEN, "xliff", id="specimen-xliff"),
        *(
            pytest.param(edition, "po", id=edition.name, marks=pytest.mark.slow)
            for edition in EDITIONS
            if edition.parent.name != "specimen"
        ),
    ],
)
def test_a_translation_of_everything_keeps_its_form(
    edition: Path, form: str, tmp_path: Path
) -> None:
    """Every word of every message made another: nothing differs from the source but the words, in
    lists, grids and notes alike."""
    folder = laid_out(edition, tmp_path)
    path = exported(folder, form)
    before = units(reader.read(content.load(folder)[0][0]))
    path.write_bytes({"po": _other_po, "xliff": _other_xliff}[form](path.read_bytes()))
    done = exchanging.bring(path, tmp_path / "content")
    assert done.found == ()
    assert len(done.paths) > 3
    after = units(reader.read(content.load(folder)[0][0]))
    assert [unit.kind for unit in after] == [unit.kind for unit in before]
    for old, new in zip(before, after, strict=True):
        assert (new.cites, new.targets, new.notes) == (old.cites, old.targets, old.notes)
        assert new.words.replace("x", "") == old.words.replace("x", "")
    changed = sum(new.words != old.words for old, new in zip(before, after, strict=True))
    assert changed > 0.75 * len(before)


def _other(words: str) -> str:
    """Words with a letter more at each end; what is code in the text stays."""
    return re.sub(r"[^\W\d_]{3,}", lambda m: f"x{m[0]}x", words)


def _other_po(data: bytes) -> bytes:
    out = []
    own = False
    for line in data.decode().splitlines():
        own = line.startswith("msgstr") or (own and line.startswith('"'))
        if own and ":" not in line.split('"')[1][:20]:
            key, _, words = line.partition('"')
            parts = re.split(r"(\{\w+\}|\\n|&\w+;)", words)
            line = f'{key}"' + "".join(p if i % 2 else _other(p) for i, p in enumerate(parts))
        out.append(line)
    return "\n".join(out).encode() + b"\n"


def _other_xliff(data: bytes) -> bytes:
    root = etree.fromstring(data)
    for target in root.iter(f"{{{xliff.NS}}}target"):
        for element in target.iter():
            if element.text:
                element.text = _other(element.text)
            if element is not target and element.tail:
                element.tail = _other(element.tail)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


# ------------------------------------------------------------------ what authors may write


@pytest.mark.parametrize("page", sorted(good_pages()), ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_pages_come_back_as_they_were_and_what_cannot_travel_is_known(page: Path) -> None:
    text = page.read_text("utf-8")
    found = slots.slots(text)
    for only in ("a", ""):
        assert slots.replaced(text, {s.id: s.text for s in found}, only) == text
    for slot in found:
        assert inline.markdown(inline.parts(slot.text)) == slot.text


# Pages of which a tool is not given all: cells over several columns or of several paragraphs, and
# blocks within others that begin with a comment.
STRANDED = {"comments": 2, "tables-blocks": 5, "tables-spans": 11}


def test_what_no_message_holds_is_told_at_its_place(tmp_path: Path) -> None:
    home = tmp_path / "content" / "stock"
    shutil.copytree(STOCK / "content", home)
    for page in good_pages():
        shutil.copy(page, home / "en" / f"{page.parent.name}-{page.name}")
    done = exchanging.export(home / "en", [], "po", tmp_path)
    told: dict[str, int] = {}
    for slip in done.found:
        name = re.sub(r"-\w+\.md$", "", Path(slip.place.file).name)
        told[name] = told.get(name, 0) + 1
    assert {slip.code for slip in done.found} == {"T215"}
    assert told == STRANDED


# ------------------------------------------------------------------ forms


@every_edition
def test_xliff_is_valid(edition: Path, tmp_path: Path) -> None:
    schema = etree.XMLSchema(etree.parse(str(XLIFF)))
    document = etree.parse(str(exported(laid_out(edition, tmp_path), "xliff")))
    schema.assertValid(document)
    kinds = {etree.QName(e).localname for e in document.iter("{*}ph", "{*}pc")}
    assert kinds == {"ph", "pc"}


def test_the_schema_is_the_one_of_the_standard() -> None:
    """It refuses what is no XLIFF."""
    schema = etree.XMLSchema(etree.parse(str(XLIFF)))
    assert not schema.validate(etree.fromstring(f'<xliff xmlns="{xliff.NS}" version="2.0"/>'))


@every_edition
def test_gettext_finds_no_fault(edition: Path, tmp_path: Path) -> None:
    if shutil.which("msgfmt") is None:
        pytest.skip("gettext, Debian: apt install gettext")
    path = exported(laid_out(edition, tmp_path), "po")
    done = subprocess.run(
        ["msgfmt", "--check", "--output-file", tmp_path / "x.mo", path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_gettext_sees_a_lost_placeholder(tmp_path: Path) -> None:
    """That is what the form of the placeholders is for."""
    if shutil.which("msgfmt") is None:
        pytest.skip("gettext, Debian: apt install gettext")
    path = exported(laid_out(ROOT / "content" / "specimen" / "ar", tmp_path), "po")
    text = path.read_text("utf-8")
    path.write_text(text.replace("{cite1}", "", text.count("{cite1}")), "utf-8")
    path.write_text(re.sub(r"(msgstr[^{]*)\{note1\}", r"\1", text), "utf-8")
    done = subprocess.run(
        ["msgfmt", "--check", "--output-file", tmp_path / "x.mo", path], capture_output=True
    )
    assert done.returncode == 1


# ------------------------------------------------------------------ slips of a tool


@pytest.fixture
def arabic(tmp_path: Path) -> Path:
    return laid_out(ROOT / "content" / "specimen" / "ar", tmp_path)


SLIPS: list[tuple[str, Callable[[str], str], str]] = [
    ("a lost note", lambda t: t.replace("الدار.{cite1}", "الدار."), "cite1 is missing"),
    ("a note twice", lambda t: t.replace("الدار.{cite1}", "الدار.{cite1}{cite1}"), "too often"),
    ("a wrong name", lambda t: t.replace("الدار.{cite1}", "الدار.{cite77}"), "placeholder cite77"),
    ("a cut brace", lambda t: t.replace("الدار.{cite1}", "الدار.{cite1"), "a brace stands alone"),
    ("a pair turned", lambda t: re.sub(r"\{span1\}([^{]*)\{end1\}(?=[^{]*\{span2\}[^{]*\{end2\}،)",
                                       r"{end1}\1{span1}", t), "does not close"),
    ("a new source", lambda t: t.replace("A citation is a key in", "A citation was a key in"),
     "has changed since"),
]  # fmt: skip


@pytest.mark.parametrize(("slip", "said"), [s[1:] for s in SLIPS], ids=[s[0] for s in SLIPS])
def test_what_a_tool_breaks_is_told_and_left(
    arabic: Path, slip: Callable[[str], str], said: str
) -> None:
    path, before = exported(arabic, "po"), files(arabic)
    text = path.read_text("utf-8")
    broken = slip(text)
    assert broken != text
    # The words around it are new, so that the block would be written.
    broken = broken.replace("الإحالة مفتاح", "الإحالة هي مفتاح").replace("وتُصفّ", "وستُصفّ")
    path.write_text(broken, "utf-8")
    done = exchanging.bring(path, arabic.parent.parent)
    told = [f"{d.code} {d.message}" for d in done.found if d.code in ("T213", "T214")]
    assert any(said in line for line in told), told
    assert all(Path(d.place.file) == path for d in done.found if d.code in ("T213", "T214"))
    lines = broken.splitlines()
    assert any('"' in lines[d.place.line - 1] or "#" in lines[d.place.line - 1] for d in done.found)
    left = "20-notes.md"
    kept = "الإحالة مفتاح" if "pair" not in said and "close" not in said else "وتُصفّ"
    assert kept in files(arabic)[left].decode() and kept in before[left].decode()


def test_an_xliff_that_lost_a_code_is_told(arabic: Path) -> None:
    path = exported(arabic, "xliff")
    root = etree.fromstring(path.read_bytes())
    target = next(t for t in root.iter("{*}target") if t.find("{*}ph") is not None)
    target.remove(target.find("{*}ph"))
    target.text = "كلمات أخرى"
    path.write_bytes(etree.tostring(root))
    done = exchanging.bring(path, arabic.parent.parent)
    assert done.paths == ()
    assert [d.code for d in done.found] == ["T213"]
    units_ = etree.parse(str(path)).iter("{*}unit")
    assert done.found[0].place.line in [unit.sourceline for unit in units_]


def test_a_tool_may_cut_units_into_sentences_and_pairs_into_halves(arabic: Path) -> None:
    """Segments, ignorable white space between them, `sc` and `ec` in place of `pc` (XLIFF 2.0,
    4.2.2.5, 4.7.2.3)."""
    path = exported(arabic, "xliff")
    text = path.read_text("utf-8")
    cut = (
        "<source>Two boxes stand at the top, text and references.",
        "<source>Two boxes stand at the top, text and references.</source>"
        "<target>في الأعلى إطاران.</target></segment><ignorable><source>\n</source></ignorable>"
        '<segment state="translated"><source>',
    )
    assert cut[0] in text
    text = text.replace(f"{cut[0]}\n", cut[1])
    text = re.sub(
        r'<pc id="(\d+)"[^>]*>(raison d\'être)</pc>(?=، وكذلك)',
        r'<sc id="\1"/>\2 !<ec startRef="\1"/>',
        text,
    )
    path.write_text(text, "utf-8")
    done = exchanging.bring(path, arabic.parent.parent)
    assert done.found == ()
    assert "[raison d'être !]{lang=fr}" in (arabic / "20-notes.md").read_text("utf-8")
    folder = (arabic / "10-folder.md").read_text("utf-8")
    assert "::: long-description\nفي الأعلى إطاران.\n" in folder


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.po", b"not a PO file"),
        ("x.po", b'msgid ""\nmsgstr "Project-Id-Version: ../../etc 1\\n"\n'),
        ("x.xlf", b"<not-xml"),
        ("x.xlf", b"<xliff xmlns='urn:oasis:names:tc:xliff:document:1.2' version='1.2'/>"),
        ("x.xlf", b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><xliff>&a;</xliff>"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(exchanging.Unusable):
        exchanging.bring(tmp_path / name, tmp_path)


# ------------------------------------------------------------------ a translation from nothing


def test_a_new_translation_is_made_in_a_tool(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "content" / "specimen", tmp_path / "content" / "specimen")
    folder = tmp_path / "content" / "specimen" / "de"
    begin(tmp_path / "content", "specimen", "de", ROOT / "templates")
    path = exported(folder, "po")
    text = path.read_text("utf-8")
    assert 'msgid "How a brief is made"\nmsgstr ""' in text
    text = text.replace(
        'msgid "How a brief is made"\nmsgstr ""',
        'msgid "How a brief is made"\nmsgstr "Wie ein Bericht: entsteht"',
    ).replace('msgid "Web page"\nmsgstr ""', 'msgid "Web page"\nmsgstr "Webseite"')
    path.write_text(text, "utf-8")
    assert main(["import", str(path), "--content", str(tmp_path / "content")]) == 0
    (manuscript,), slips = content.load(folder)
    assert slips == ()
    assert manuscript.edition.title == "Wie ein Bericht: entsteht"
    assert manuscript.strings["way.html"] == "Webseite"
    status = standing.of(manuscript)
    assert status is not None and status.count("untranslated") > 40


def test_a_stale_block_is_fuzzy_and_shows_the_old_source(tmp_path: Path) -> None:
    folder = laid_out(ROOT / "content" / "specimen" / "ar", tmp_path)
    assert main(["accept", str(folder)]) == 0
    source = folder.parent / "en" / "20-notes.md"
    text = source.read_text("utf-8").replace("The text ends", "The text ends")
    source.write_text(text.replace("Whoever has to look up", "Who has to look up"), "utf-8")
    entry = exported(folder, "po").read_text("utf-8").split("\n\n")
    (fuzzy,) = [e for e in entry if "#, fuzzy" in e]
    assert '#| msgid "Whoever has to look up' in fuzzy
    assert 'msgid "Who has to look up' in fuzzy


# ------------------------------------------------------------------ placeholders


PARTS = [
    ("As [see @a, p. 7; also @b] says.", "As {cite1}see {cite2}; also {cite3}{end1} says."),
    ("Said.[@a, p. 7]", "Said.{cite1}"),
    ("@a [p. 3] says so[^n] in `x{y}`.", "{cite1} says so{note2} in {code3}."),
    ("[the *old* page](https://x.org){.y}", "{link1}the *old* page{end1}"),
    ("a {brace} and 5 * 3 * 2 and a_b_c", "a {{brace}} and 5 * 3 * 2 and a_b_c"),
    ("**bold** $n = 1$ <https://x.org>", "**bold** {math1} {tag2}"),
    ("a note ^[so @a]", "a note {note1}so {cite2}{end1}"),
    (r"\[no link\] \*no stress\*", r"\[no link\] \*no stress\*"),
    ("[mot]{lang=fr} [x][y]", "{span1}mot{end1} {link2}x{end2}"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "shown"), PARTS)
def test_what_a_tool_must_not_break_is_a_placeholder(typed: str, shown: str) -> None:
    parts = inline.parts(typed)
    assert po.encoded(parts) == shown
    assert back.shape(po.decoded(shown)) == back.shape(parts)
    codes = [p for p in parts if isinstance(p, Code)]
    assert list(inline.faults(parts, parts)) == []
    for lost in codes:
        assert list(inline.faults([p for p in parts if p is not lost], parts))
