"""Documents to measure with: a number of pages in; the same Markdown on every machine out.

The text reads like a policy study: sections, paragraphs, lists, tables, quotations and five notes a
page. It is drawn from the lists below by a generator of our own, because the order in which
`random.choice` draws has changed between versions of Python. Writes nothing but what it prints.

    python benchmarks/documents.py 100 > study.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

NOTES_A_PAGE = 5
# Words of running text that fill an A4 page above five notes of this length, at 10.5 on 14 points.
WORDS_A_PAGE = 325
SECTIONS_A_CHAPTER = 4
PARAGRAPHS_A_SECTION = 4

WHO = """Member States;Regional authorities;Municipal governments;Grid operators;Local health boards
;Independent auditors;Smaller enterprises;Civil society organisations;Housing associations
;Border agencies;Procurement officers;Statistical institutes;Development banks;Port authorities
;Central banks;Labour inspectorates;Universities and research institutes;Consumer organisations
;National parliaments;Supervisory boards""".replace("\n", "").split(";")
DOES = """have underestimated;should reconsider;are likely to accelerate;must publish
;continue to rely on;have repeatedly postponed;will need to finance;struggle to coordinate
;report growing concern about;have begun to harmonise;cannot credibly enforce;have quietly abandoned
;are obliged to review;tend to overstate;failed to anticipate;increasingly depend upon
;are now negotiating""".replace("\n", "").split(";")
WHAT = """the distributional consequences of carbon pricing
;the resilience of cross-border interconnectors;the procurement rules for critical medicines
;the interoperability of digital identity schemes;long-term commitments to regional cohesion
;the administrative burden on smaller municipalities;the transparency of ownership registers
;the quality of disaggregated household data;sanctions enforcement in third countries
;the governance of automated decisions in public services;the maintenance backlog of railways
;the affordability of rental housing in metropolitan areas;early-warning mechanisms for drought
;the screening of foreign direct investment;the conditions attached to reconstruction funding
;the recognition of professional qualifications;the fiscal space available to indebted regions
""".replace("\n", "").split(";")
HOW = """, although the available evidence remains fragmentary
;, a pattern that has persisted since the 2008 financial crisis
; despite explicit commitments made for 2021–2027
;, particularly where administrative capacity is weakest
;, which complicates any straightforward comparison
; even when the legal basis is not in dispute
;, and the costs fall on lower-income households
; within the timetable agreed by ministers
;, as the interviews conducted for this study confirm
; without a corresponding increase in oversight
;, notwithstanding the objections raised by several delegations
; in at least seventeen countries
;;""".replace("\n", "").split(";")
SINCE = """In practice, ;By contrast, ;Nevertheless, ;Over the same period, ;Where data exist, ;\
In this respect, ;For the purposes of this study, ;Taken together, ;As a consequence, ;;;;;;;;
""".replace("\n", "").split(";")
BY = """Kowalczyk, A.;Müller, J.;García Fernández, M.;Ó Súilleabháin, T.;Björnsdóttir, S.;Dvořák, P.
;Lefèvre, C.;Papadopoulos, N.;Šimonytė, R.;Nagy, Z.;Ionescu, D.;Van den Berg, K.""".replace(
    "\n", ""
).split(";")
IN = """Public Policy;Common Market Studies;Regional Science;Energy Economics;Social Policy
;Administrative Law;Comparative Government""".replace("\n", "").split(";")
LANDS = """Austria Belgium Bulgaria Croatia Cyprus Czechia Denmark Estonia Finland France Germany
Greece Hungary Ireland Italy Latvia""".split()


class Draw:
    """A linear congruential generator (Knuth, MMIX), so that every machine draws the same."""

    def __init__(self, seed: int) -> None:
        self.state = seed

    def below(self, limit: int) -> int:
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % limit

    def one(self, words: list[str]) -> str:
        return words[self.below(len(words))]


def document(pages: int, seed: int = 7) -> str:
    """Markdown that fills about `pages` A4 pages, with five notes for each."""
    draw = Draw(seed)
    notes: list[str] = []
    parts = [f"% A study of {pages} pages\n"]
    words = chapter = 0
    while words < pages * WORDS_A_PAGE:
        chapter += 1
        for part in _chapter(draw, chapter, notes, words):
            parts.append(part)
            words += len(part.split())
            if words >= pages * WORDS_A_PAGE:
                break
    parts += [f"[^{number}]: {text}\n" for number, text in enumerate(notes, 1)]
    return "\n".join(parts)


def _chapter(draw: Draw, number: int, notes: list[str], words: int) -> Iterator[str]:
    yield f"# {_title(draw)} {{#c{number}}}\n"
    for section in range(SECTIONS_A_CHAPTER):
        yield f"## {_title(draw)} {{#c{number}-{section}}}\n"
        for paragraph in range(PARAGRAPHS_A_SECTION):
            text = _paragraph(draw, notes, words)
            words += len(text.split())
            yield text
            if (section, paragraph) == (0, 2):
                yield "".join(f"- {_sentence(draw)};\n" for _ in range(3))
            if (section, paragraph) == (1, 1):
                yield _table(draw)
            if (section, paragraph) == (2, 2):
                yield f"> {_sentence(draw)}.\n"


def _paragraph(draw: Draw, notes: list[str], words: int) -> str:
    """Four to six sentences; a note ends one wherever the text so far is owed one."""
    sentences = []
    for _ in range(4 + draw.below(3)):
        sentence = _sentence(draw) + "."
        words += len(sentence.split())
        if len(notes) * WORDS_A_PAGE < words * NOTES_A_PAGE:
            notes.append(_note(draw))
            sentence += f"[^{len(notes)}]"
        sentences.append(sentence)
    return " ".join(sentences) + "\n"


def _sentence(draw: Draw) -> str:
    opening, who, what = draw.one(SINCE), draw.one(WHO), draw.one(WHAT)
    chance = draw.below(16)
    if chance < 2:
        what = f"*{what}*"
    elif chance == 2:
        what = f"[{what}](https://example.org/{draw.below(9999)})"
    subject = who[0].lower() + who[1:] if opening and not who.startswith("Member") else who
    return f"{opening}{subject} {draw.one(DOES)} {what}{draw.one(HOW)}"


def _note(draw: Draw) -> str:
    start = 1 + draw.below(400)
    text = (
        f"{draw.one(BY)}, ‘{_title(draw)}’, *Journal of {draw.one(IN)}* {1 + draw.below(60)}, "
        f"{2001 + draw.below(25)}, pp. {start}–{start + 1 + draw.below(30)}, "
        f"<https://doi.org/10.{1000 + draw.below(9000)}/{draw.below(99999)}>."
    )
    return f"{text} {_sentence(draw)}." if draw.below(5) < 2 else text


def _table(draw: Draw) -> str:
    rows = ["| Country | 2019 | 2021 | 2023 |", "|:--|--:|--:|--:|"]
    first = draw.below(len(LANDS) - 7)
    for land in LANDS[first : first + 7]:
        rows.append(f"| {land} | " + " | ".join(str(draw.below(1000) / 10) for _ in "123") + " |")
    return "\n".join(rows) + f"\n\n: {_title(draw)}, selected countries\n"


def _title(draw: Draw) -> str:
    what = draw.one(WHAT)
    return what[0].upper() + what[1:]


if __name__ == "__main__":
    sys.stdout.write(document(int(sys.argv[1])))
