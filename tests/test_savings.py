"""WeasyPrint's repeated work is saved, and every byte is the same. `pdf/savings/*.html` in.

Pages with measures and words of every kind, the pages of other tests, the first of them again (so
that what was kept is met) and the specimen are written with every saving, with none, and (in the
long run) with each left out. What is written differs in no byte: where it does, the saving has
changed what is printed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT
from test_mends import PAGES, filled

from fleuron.formats.pdf.mends import savings

OWN = sorted((ROOT / "tests" / "pdf" / "savings").glob("*.html"))
NAMES = [saving.__name__ for saving in savings.SAVINGS]

# Writes each page given on standard input as JSON, then the specimen as our own PDF, with the
# mends but without those named; prints a digest of each file and what was put in.
_WRITE = """
import hashlib, json, sys
from pathlib import Path
import weasyprint
from fleuron import content, pipeline
from fleuron.formats import pdf
from fleuron.formats.pdf import mends
mends.apply(without=tuple(sys.argv[1:]))
from fleuron.formats.pdf.mends import axes, faces
faces.undated(), axes.own()
pages = json.load(sys.stdin)
files = [weasyprint.HTML(string=page).write_pdf(pdf_identifier=b"page") for page in pages]
house = pipeline.House(Path("templates"), Path("bibliography"))
(manuscript,), _ = content.load(Path("content", "specimen", "en"))
made, _ = pipeline.prepare(manuscript, house)
files.append(pdf.render(made.proof, made.theme, made.locale).artefact.data)
print(json.dumps([[hashlib.sha256(data).hexdigest() for data in files], mends.applied()]))
"""


_TRIED = (
    "border-box|calc(|display: grid|collapse|first-line|position: fixed|word-spacing|&shy;"
    '|hyphens: auto|letter-spacing|leader(|columns: 2|dir="rtl"|float: footnote|@layer'
    "|@counter-style|@media"
).split("|")


def written(*without: str) -> list[str]:
    """Digests of the files written without the savings named."""
    pages = [filled(page, 12) for page in (*OWN, *PAGES, *OWN)]
    done = subprocess.run(
        [sys.executable, "-c", _WRITE, *without],
        input=json.dumps(pages),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    digests, applied = json.loads(done.stdout.splitlines()[-1])
    assert set(NAMES) - set(without) == set(NAMES) & set(applied)
    assert len(digests) == len(pages) + 1
    return list(digests)


@pytest.fixture(scope="module")
def stock() -> list[str]:
    return written(*NAMES)


def test_every_byte_is_the_same(stock: list[str]) -> None:
    assert written() == stock


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_byte_is_the_same_without(name: str, stock: list[str]) -> None:
    assert written(name) == stock


# Prints, as JSON, where words of each language break, in patterns as they are or as we read them.
_BREAK = """
import json, sys, pyphen
from pathlib import Path
how, *langs = sys.argv[1:]
if how == "ours":
    import fleuron.formats.pdf
    from fleuron.formats.pdf.mends.savings import reading
    reading.take_patterns_apart_when_asked()
found = {}
for lang in langs:
    path = pyphen.LANGUAGES[lang]
    words = Path(path).read_text("utf-8", "ignore").split()
    some = range(0, len(words), len(words) // 1500 or 1)
    words = ["".join(words[n:n + 4]).strip("0123456789./") for n in some]
    patterns = pyphen.HyphDict(path)
    found[lang] = [[int(p), p.data] for w in words for p in patterns.positions(w)]
print(json.dumps(found))
"""


@pytest.mark.parametrize(
    "langs",
    [
        pytest.param(("en_GB", "hu_HU", "be_BY"), id="some"),
        pytest.param(("de_DE", "fr", "uk_UA"), id="more", marks=pytest.mark.slow),
    ],
)
def test_words_break_where_they_broke(langs: tuple[str, ...]) -> None:
    """Languages with many patterns, with other letters, and with words that change at a break."""
    stock, ours = (
        json.loads(
            subprocess.run(
                [sys.executable, "-c", _BREAK, how, *langs],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        )
        for how in ("stock", "ours")
    )
    for lang in langs:
        assert len(stock[lang]) > 500
        assert ours[lang] == stock[lang], lang


def test_a_saving_has_a_name_of_its_own() -> None:
    assert len(set(NAMES)) == len(NAMES)


def test_pages_try_what_is_saved() -> None:
    """What the savings make an exception of stands on the pages."""
    text = "".join(Path(page).read_text("utf-8") for page in OWN)
    for said in _TRIED:
        assert said in text
