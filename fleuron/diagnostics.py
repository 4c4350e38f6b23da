"""Diagnostic codes and how a diagnostic is made. One table; reads nothing, prints nothing.

A code's first letter says what it is about (`LETTERS`); x1xx is an error, x2xx a warning, and older
codes stay what they were. `docs/diagnostics.md` is made from this table and `tests/checks/`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fleuron.model import Diagnostic, Place, Severity

LETTERS = {
    "M": "Metadata",
    "S": "Folders, files and their structure",
    "C": "Citations and references",
    "N": "Notes",
    "X": "Cross-references and links",
    "F": "Figures and tables",
    "P": "Prose",
    "R": "Raw markup",
    "T": "Translations",
    "W": "Waivers",
    "I": "Import",
    "B": "Building",
    "E": "Finished editions",
}


@dataclass(frozen=True, slots=True)
class Code:
    """What every diagnostic of one code shares: its severity, its one-line meaning, and what to do
    about it. With a slip that `breaks` an edition no waiver is taken."""

    severity: Severity
    meaning: str
    cure: str
    breaks: bool = False


def _error(meaning: str, cure: str) -> Code:
    """An error that an editor may waive, since the edition is whole in spite of it."""
    return Code("error", meaning, cure)


def _broken(meaning: str, cure: str) -> Code:
    """An error that leaves no whole edition: it must be mended."""
    return Code("error", meaning, cure, breaks=True)


def _warning(meaning: str, cure: str) -> Code:
    return Code("warning", meaning, cure)


CODES: dict[str, Code] = {
    "M101": _broken(
        "the file is not YAML",
        "Indent with spaces, and put a value that holds “: ” or “#” in quotation marks.",
    ),
    "M102": _broken(
        "unknown key",
        "Write the key as the hint names it, or delete the line; no key is passed over in silence.",
    ),
    "M103": _broken("missing key", "Add the key with its value."),
    "M104": _broken("duplicate key", "Keep one of the two lines."),
    "M105": _broken(
        "a value of the wrong type or form",
        "Give a value of the kind that the message asks for.",
    ),
    "M106": _broken(
        "an identifier that is malformed or used twice",
        "Compare it with the certificate it was given by; every edition and format has its own.",
    ),
    "S101": _broken(
        "nothing to build in the folder",
        "An edition is a folder with `edition.yaml` and sections (`10-….md`), "
        "beside a `brief.yaml`.",
    ),
    "S102": _broken("a file that cannot be read as text", "Save the file as UTF-8 text."),
    "S103": _broken("a file that is too large", "Split the text, or scale the picture down."),
    "S104": _broken(
        "a file that leads out of the content folder",
        "Put a copy of the file in place of the link.",
    ),
    "S105": _broken(
        "two briefs or editions of one name", "Give each brief its own slug in `brief.yaml`."
    ),
    "S106": _error(
        "an unknown component",
        "Call the component by the name of its folder in `templates/components/`.",
    ),
    "S107": _broken(
        "a section that does not start with its heading",
        "Begin the file with `# Heading {#id}`.",
    ),
    "S108": _broken("an identifier defined twice", "Give one of the two another id."),
    "S109": _broken(
        "a language the house does not know",
        "Copy the nearest file in `templates/locales/` to this language's name and translate it.",
    ),
    "S110": _broken(
        "a theme that does not exist", "Name a folder of `templates/themes/`, or none."
    ),
    "S111": _error(
        "a heading whose level is skipped",
        "Go down one level at a time: after `#` comes `##`.",
    ),
    "S112": _broken(
        "a div that is not closed, or closed and not opened",
        "Close each `::: name` with a line `:::` of its own.",
    ),
    "S113": _broken(
        "a text that nests deeper than anyone reads",
        "Close brackets, lists, quotations and divs where they end.",
    ),
    "S114": _broken(
        "a text that cannot be read to its end",
        "Look for brackets and stars that open again and again; pandoc gave up on them.",
    ),
    "S121": _broken(
        "a face of the brief's own that cannot be used",
        "Put a TrueType or OpenType font there that may be embedded and is no face of the house.",
    ),
    "S201": _warning(
        "a heading that is too long, or ends with a full stop",
        "Say it in a few words; the sentence can begin the text beneath.",
    ),
    "S202": _warning(
        "a bold paragraph in place of a heading",
        "Make it a heading, so that contents and screen readers know of it.",
    ),
    "S221": _warning(
        "a face of the brief's own without its licence",
        "Put the licence that came with the font beside it in `faces/`, as a `.txt`.",
    ),
    "S222": _warning(
        "letters that no face has",
        "Put a font that has them into the brief's `faces/`, with its licence.",
    ),
    "C101": _broken(
        "a citation of a reference that does not exist",
        "Cite the key as the bibliography has it, or add the reference.",
    ),
    "C102": _broken(
        "a bibliography that cannot be read",
        "Mend the file; each reference is an object with an `id`.",
    ),
    "C103": _broken(
        "a citation style that cannot be used",
        "Name a file of `bibliography/styles/`, or a style of the CSL repository.",
    ),
    "C104": _warning(
        "a reference that lacks what readers need", "Complete the reference in the bibliography."
    ),
    "C105": _warning(
        "a locator nobody understands",
        "Say it as `p. 5`, `chap. 2`, `§ 3`, in the brief's language or in English.",
    ),
    "C106": _error(
        "a citation in a heading",
        "Cite it in the first sentence beneath: contents and running heads have no notes.",
    ),
    "C107": _broken(
        "two references that differ only in case, or share an id",
        "Give one of the two references another id.",
    ),
    "C108": _error(
        "“ibid.”, “op. cit.” or their kin, typed by hand",
        "Cite the work again, `[@key, p. 3]`: the style writes the short form where it is due.",
    ),
    "C109": _error(
        "an author and a year, typed as a citation",
        "Put the work into the bibliography and cite its key: `[@key, p. 3]`.",
    ),
    "C110": _error(
        "an @ that cites nothing",
        "Cite a key, `[@key]`, or write `\\@` where the sign itself is meant.",
    ),
    "C111": _broken(
        "a key in the wrong case", "Write the key letter by letter as the bibliography has it."
    ),
    "C201": _warning(
        "a translated title that is not in the edition's language",
        "Write the translation in an overlay of the bibliography for this language.",
    ),
    "C202": _warning(
        "a reference of the brief's own that it does not cite",
        "Cite it where it belongs, or delete it; what other briefs may cite stands in "
        "`bibliography/`.",
    ),
    "N101": _broken(
        "a note that is called but not written",
        "Write the note in the same file: `[^name]: …`.",
    ),
    "N102": _broken(
        "a note that is written but not called",
        "Call it where it belongs: `[^name]`, or delete it.",
    ),
    "N103": _broken("a note defined twice", "Give one of the two notes another name."),
    "N104": _warning(
        "a note longer than a third of a page",
        "Say it in the text, or shorter: so long a note may begin on the page after its call.",
    ),
    "N105": _error(
        "the number of a note, typed by hand",
        "Write the note as `[^name]: …` and call it, `[^name]`; refer to it with `@fn:name`.",
    ),
    "N106": _error(
        "a note number out of sequence",
        "See whether a call was lost, and words with it; notes that have names need no order.",
    ),
    "N201": _warning("a note without a final stop", "End the note as a sentence ends."),
    "X101": _broken(
        "a reference to something that does not exist",
        "Point to an id that the brief has, or define it: `{#id}`.",
    ),
    "X102": _broken(
        "a link the editions cannot carry",
        "Link to an address that begins with http:, https:, mailto:, tel: or doi:, or to an `#id`.",
    ),
    "X103": _error(
        "an address with a space in it, or not closed",
        "Join the parts of the address, and close the bracket that opens before it.",
    ),
    "X201": _warning(
        "an address that is not marked as one",
        "Write it between `<` and `>`, or put it behind words: `[words](address)`.",
    ),
    "F101": _broken(
        "a picture that does not exist",
        "Put the picture into `figures/` and call it by its name there.",
    ),
    "F102": _broken(
        "a figure without alternative text",
        'Say in `alt="…"` what the picture shows, in a sentence; a file\'s name says nothing.',
    ),
    "F103": _broken(
        "a picture that is not safe or not readable",
        "Save it again as a plain picture, without scripts and without anything loaded.",
    ),
    "F104": _error(
        "a figure without a credit or source line", 'Add `credit="…"` to its attributes.'
    ),
    "F105": _warning(
        "text in a figure that has no words in this language",
        "Add the words to `figures.yaml` beside the sections.",
    ),
    "F106": _error(
        "a formula that cannot be read",
        "Write it in TeX's mathematics: look for a misspelt command or a missing brace.",
    ),
    "P101": _error(
        "a quotation mark without its partner",
        "Close the quotation where it ends, or open it where it begins.",
    ),
    "P102": _error("a bracket without its partner", "Close it, or open it, or delete it."),
    "P103": _error("a word that stands twice running", "Delete one of the two."),
    "P104": _error(
        "a space that is missing after a stop, a comma or a call",
        "Put a space before the next word.",
    ),
    "P105": _error(
        "a paragraph or sentence that stands twice",
        "Delete one of the two; what repeats a sentence on purpose is a `::: pull-quote`.",
    ),
    "P106": _error(
        "a paragraph that breaks off in mid-sentence, or begins there",
        "Write how it ends, or join it to its neighbour.",
    ),
    "P107": _error(
        "a pull quote that quotes nothing in the brief",
        "Quote a sentence of the brief word by word; mark what is left out with “…”.",
    ),
    "P108": _error(
        "a word with letters of two scripts",
        "Type the letter again on the keyboard of its language.",
    ),
    "P201": _warning(
        "a hyphen in place of a dash",
        "Type `--` for a dash between words or between the ends of a range.",
    ),
    "P202": _warning(
        "a space before % in one place and none in another", "Write all of them in one way."
    ),
    "P203": _warning("one name in two spellings", "Choose one transliteration for the brief."),
    "P204": _warning("more than one space", "Delete the others."),
    "P205": _warning("one word in two spellings", "Choose one spelling for the brief."),
    "P206": _warning(
        "quotation marks that the language does not use",
        "Type straight marks: they are set as the language sets them.",
    ),
    "P207": _warning(
        "words in another script without their language",
        "Mark them with their language: `[слово]{lang=uk}`.",
    ),
    "P208": _warning(
        "a paragraph that nearly repeats a sentence",
        "Mark it as a `::: pull-quote` and quote word by word, or delete it; see too whether one "
        "of the two has lost words.",
    ),
    "I201": _warning(
        "a note of the old text that nothing calls, or a number without a note",
        "Look up in the original where the note is called, and write its call there: `[^30]`.",
    ),
    "I202": _warning(
        "a sentence of the old text that breaks off",
        "Look for its end in the original.",
    ),
    "I203": _warning(
        "a heading whose level is guessed",
        "Give it as many `#` as it stands deep; a section has a file of its own.",
    ),
    "I204": _warning(
        "parts that the old text announces and does not have",
        "Look for the heading that is lost, or mend the number.",
    ),
    "I205": _warning(
        "a paragraph taken for a pull quote",
        "Make it say word by word what the text says; if it is none, take the `:::` away.",
    ),
    "I206": _warning(
        "a picture that did not come with the old text",
        "Put it into `figures/` and write its line; the credit stands in a comment where it was.",
    ),
    "I207": _warning(
        "a line that is no text and was left out",
        "If it was text, write it in again.",
    ),
    "I208": _warning(
        "an encoding that had to be guessed",
        "Look at the letters with accents; if they are wrong, save the original as UTF-8.",
    ),
    "I209": _warning(
        "a number that may call a note, out of sequence",
        "If it calls a note, write `[^7]` in its place.",
    ),
    "I210": _warning(
        "addresses that were put together from pieces",
        "Open each of them once.",
    ),
    "I211": _warning(
        "a reference that could not be made out",
        "Add it to the bibliography and cite it by its key.",
    ),
    "I212": _warning(
        "a reference whose key had to be changed",
        "Nothing, unless other texts cite it by the old key.",
    ),
    "I213": _warning(
        "a tracked change",
        "See whether it should stay; `--changes reject` takes none of them.",
    ),
    "I214": _warning(
        "a comment on the old text",
        "Answer it; it is left out of the text.",
    ),
    "I215": _warning(
        "a bold line that may be a heading",
        "If it is a heading, write `##` before it and take the asterisks away.",
    ),
    "R101": _broken("raw markup in the text", "Say it in Markdown, or delete it."),
    "T201": _warning(
        "a part of the source that the translation lacks", "Translate it, and put it in its place."
    ),
    "T202": _warning(
        "a part of the translation that the source lacks",
        "Delete it, or add it to the source.",
    ),
    "T203": _warning(
        "a block of another kind than in the source",
        "Give the block the form it has in the source.",
    ),
    "T204": _warning(
        "a citation or locator that differs from the source", "Cite what the source cites."
    ),
    "T205": _warning("notes that differ from the source", "Call the notes that the source calls."),
    "T206": _warning("a number that differs from the source", "Write the number of the source."),
    "T207": _warning(
        "a link or picture that differs from the source", "Point to what the source points to."
    ),
    "T208": _warning("a block that is not translated yet", "Translate it."),
    "T209": _warning(
        "a translation older than its source",
        "Bring it up to the source, then say so: `python build.py accept --lang xx`.",
    ),
    "T210": _warning(
        "a translation that is not finished, built as a draft",
        "See what `make status` tells, mend it, then say so: `python build.py accept --lang xx`.",
    ),
    "T211": _warning(
        "an id that differs from the source",
        "Give it the id of the source: links lead to the same place in every language.",
    ),
    "T212": _warning(
        "emphasis that differs from the source", "Emphasise what the source emphasises."
    ),
    "T213": _warning(
        "a placeholder that a translation tool lost, added or broke",
        "Put it back where it belongs; until then the block stays as it was.",
    ),
    "T214": _warning(
        "a block of a translation tool's file that has no place",
        "Export the edition again, and translate the block there.",
    ),
    "T215": _warning(
        "a block that a translation tool cannot be given",
        "Translate it in the file: a table drawn in columns, a cell of several paragraphs.",
    ),
    "T216": _warning(
        "a term that is not called what was agreed",
        "Say it as `glossary.yaml` does, or add another form of the translation to it.",
    ),
    "W101": _broken(
        "a waiver that says nothing, or asks for too much",
        "Write `<!-- waive P203: why it may stand, until 2027-01-01 -->` before what it is for; "
        "the day may be left out.",
    ),
    "W201": _warning("a waiver that covers nothing", "Delete it."),
    "W202": _warning(
        "a waiver that has ended", "Mend what it was for, or give it another day to end on."
    ),
    "B101": _broken(
        "a note lost between text and page", "Report it: it is a fault of the layout, not yours."
    ),
    "B102": _warning(
        "a note on a later page than its call",
        "Shorten the note, or move its call to another sentence.",
    ),
    "B103": _broken(
        "text beyond the edge of its page",
        "Make what pushes it there smaller: a wide table, a long word, much in the margin.",
    ),
    "B104": _warning(
        "text cut off by the edge of its page",
        "Give the table fewer or narrower columns, or the long word a place to break.",
    ),
    "E101": _broken(
        "a finished file that cannot be read", "Build it anew; if it stays so, report it."
    ),
    "E102": _broken(
        "a call that leads to another note",
        "Number calls and notes in one walk; a call leads to the note it shows.",
    ),
    "E103": _broken(
        "a note that does not lead back to its call",
        "Give each note one backlink, to the id of its call.",
    ),
    "E104": _broken(
        "notes lost, repeated or out of order",
        "Every note is called once and written once, from 1 on, in every format.",
    ),
    "E105": _broken(
        "a note that shows another number than its own",
        "Let the list count from 1, without `start`, `value` or `reversed`.",
    ),
    "E106": _broken(
        "a call or note without the type that pop-ups ask for",
        "Give calls the role doc-noteref, notes their types, and a call nothing but text.",
    ),
    "E110": _broken("a link to nowhere", "Give the target its id, or mend the link."),
    "E111": _broken("an id that is given twice", "Give each element an id of its own."),
    "E112": _broken(
        "a link to the outside that is no address",
        "Write a whole address, with its scheme and host.",
    ),
    "E113": _broken(
        "an address that leads to another than it shows", "Print the address that is followed."
    ),
    "E114": _broken(
        "a link without words", "Give the link words, or a label for those who hear it."
    ),
    "E115": _broken(
        "an address that one format links and another does not",
        "Write the formats from the same text.",
    ),
    "E120": _broken("a picture without words", "Write what the picture shows, in a sentence."),
    "E121": _broken(
        "a picture whose words are a name of a file or say nothing",
        "Write what the picture shows, in a sentence.",
    ),
    "E122": _broken(
        "a picture whose words repeat its caption",
        "Say in the words what the caption does not: what is to be seen.",
    ),
    "E123": _broken("a figure without credit or source", "Add `credit` or `source` to the figure."),
    "E124": _broken(
        "a picture that one format has and another has not", "Write the formats from the same text."
    ),
    "E125": _broken("two figures or tables of one label", "Number each kind in one walk."),
    "E130": _broken(
        "a file that names another language for the edition",
        "State the language once, in edition.yaml, for all files.",
    ),
    "E131": _broken("`lang` and `xml:lang` that differ", "Write both, alike."),
    "E132": _broken(
        "a language by no tag that exists", "Use a tag of BCP 47, such as `fr` or `ru-Latn`."
    ),
    "E133": _broken(
        "words of another script without a language of their own",
        "Mark the words: [слова]{lang=ru}.",
    ),
    "E134": _broken(
        "words that are foreign in one format and not in another",
        "Write the formats from the same text.",
    ),
    "E135": _broken("a page that runs against its script", "Take the direction from the locale."),
    "E140": _broken(
        "a landmark that is missing", "Mark the parts that readers jump to, and give each a name."
    ),
    "E141": _broken(
        "outlines that differ", "Make headings, contents, nav, NCX and bookmarks from one list."
    ),
    "E142": _broken(
        "an entry of the contents that leads to another heading",
        "Make the contents from the headings.",
    ),
    "E143": _broken(
        "headings that skip a level, or are empty",
        "Go down by one level at a time, from one heading of the first.",
    ),
    "E144": _broken(
        "a document without a title, or with another's", "Give each document a title of its own."
    ),
    "E145": _broken(
        "page numbers that differ", "Take page labels, page marks and page lists from the layout."
    ),
    "E146": _broken(
        "a page that begins with other words",
        "Set the page mark before the first word of the page.",
    ),
    "E147": _broken(
        "a part without its role or name",
        "Give the part its role, its type and the heading that names it.",
    ),
    "E150": _broken(
        "an EPUB with other words than the page", "Write the formats from the same text."
    ),
    "E151": _broken(
        "a PDF with other words than the screen", "Tag all text, once, in the order it is read."
    ),
    "E152": _broken(
        "a note with other words in another format", "Write the formats from the same text."
    ),
    "E153": _broken(
        "a character that cannot be read",
        "Set the text in a face that has the character, and read sources as UTF-8.",
    ),
    "E154": _broken(
        "parts that one format has and another has not", "Write the formats from the same text."
    ),
    "E155": _broken(
        "a table without heads or their scope",
        "Begin a table with a row of heads, each with its scope.",
    ),
    "E160": _broken(
        "a fixed colour where the reader's own should show",
        "Leave colours out of a book; in a page, name them once as tokens.",
    ),
    "E161": _broken("a fixed size of type", "Use em, rem or %."),
    "E162": _broken(
        "a custom property that is never set",
        "Set the property, or leave the rule to the formats that have it.",
    ),
    "E163": _broken(
        "a reader's setting overruled", "Take the rule out, or keep it for those who ask for it."
    ),
    "E164": _broken("a face that is not in the file", "Embed the face, and list it."),
    "E170": _broken(
        "a claim of conformance that is missing, misworded, at odds with another or vouched for by"
        " nobody",
        "State it as its standard words it, where it is proven, and with who certifies it; a PDF"
        " says the PDF/UA and the PDF/A of its own version.",
    ),
    "E171": _broken(
        "accessibility metadata that are not true", "Compute them from what the book holds."
    ),
    "E172": _broken(
        "facts that differ between files",
        "State a fact once, in brief.yaml or edition.yaml, for all files.",
    ),
    "E173": _broken("a date that is none", "Write dates as year, month and day."),
    "E174": _broken(
        "a list of pages without its edition",
        "Name the edition in dc:source, refined by source-of.",
    ),
    "E175": _broken(
        "a package that is not in order",
        "List each file, mimetype first, and a cover; keep one order.",
    ),
    "E176": _broken(
        "a PDF that does not say how it is to be shown",
        "Set DisplayDocTitle, Marked, and Tabs on each page.",
    ),
    "E180": _broken("something that runs", "Take it out: no edition needs a script."),
    "E181": _broken("something loaded from outside", "Put it into the file."),
    "E182": _broken(
        "a page that its security policy does not guard",
        "Forbid all but what the page needs, the style sheet by its digest.",
    ),
    "E183": _broken(
        "a trace of the machine it was made on", "Use addresses that mean something anywhere."
    ),
    "E184": _broken(
        "an element or attribute with a prefix of its own",
        "Write XHTML without prefixes, and types as epub:type.",
    ),
    "E190": _broken(
        "furniture that is read out", "Mark leaders, running heads and folios as artifacts."
    ),
    "E191": _broken("an empty element in the structure", "Leave out what holds nothing."),
    "E192": _broken(
        "an element in a place that is not its own", "Keep items in lists, and cells in rows."
    ),
    "E193": _broken("contents that are none", "Tag the contents as TOC, with a link in each item."),
    "E201": _warning("a note that says only where to look", "Link it to the work it stands for."),
    "E202": _warning(
        "marks of the source left in the text", "Close the mark in the source, or escape it."
    ),
    "E203": _warning(
        "a face that some readers' devices cannot open", "Use WOFF 1, OTF or TTF in an EPUB."
    ),
    "E204": _warning("a table without a name", "Give the table a caption."),
}


def diagnostic(
    code: str,
    place: Place,
    message: str,
    hint: str = "",
    *,
    length: int = 1,
    related: Iterable[tuple[Place, str]] = (),
) -> Diagnostic:
    """A diagnostic of `code`, with the severity its row in `CODES` gives."""
    severity = CODES[code].severity
    return Diagnostic(code, severity, place, message, hint, length, tuple(related))


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Each diagnostic once, by file, line, column and code; those that only follow from another
    are left out until that is mended."""
    key = {(d.place, d.code, d.message): d for d in diagnostics}
    causes = {(d.code, _reach(d.code, d.place.file)) for d in key.values() if d.code in ECHOES}
    return tuple(key[k] for k in sorted(key) if not _echoes(key[k], causes))


# What a slip makes the checks say besides: all that was cited from a file of references that
# cannot be read is missing, all that referred to a section, all that follows in an open div.
ECHOES: dict[str, frozenset[str]] = {
    "C102": frozenset({"C101", "C111"}),
    "S102": frozenset({"X101", "P107"}),
    "S103": frozenset({"X101", "P107"}),
    "S104": frozenset({"X101", "P107"}),
    "S112": frozenset({"P105", "P107"}),
}


def _reach(cause: str, file: str) -> str:
    """How far a slip is heard: everywhere, in the sections beside it, or in its own file."""
    if cause[0] == "C":
        return ""
    return file if cause == "S112" else file.rpartition("/")[0]


def _echoes(said: Diagnostic, causes: set[tuple[str, str]]) -> bool:
    return any(
        said.code in ECHOES[cause] and reach == _reach(cause, said.place.file)
        for cause, reach in causes
    )
