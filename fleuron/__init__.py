"""fleuron: structured Markdown and a CSL bibliography become PDF, EPUB and HTML editions.

How it is built
===============

    content/ ─content─▶ Manuscript ─reader─▶ Galley ─┬───────passes─▶ Proof ─┬─checks──▶ Diagnostics
    bibliography/ ─────▶ Library ────────────────────┴─citations─▶ notes ─┘  └─formats─▶ Artefacts
    templates/ ────────▶ Theme, Locale ─────────────────────────────────────────┘

Each phase is a function from one frozen value to the next, and each value has its own type, so that
no phase can be handed half-done work: a `Proof` has its notes numbered, and no format asks.

floor  module        one line
0      nodes         the pandoc AST as values: decode, walk, rewrite
       provenance    what an edition is made from, by name, and its digest
       model         the values that pass between phases
1      diagnostics   the table of codes
       metadata      YAML with positions, typed
       nesting       how deep a text nests, before anything reads it
       schemas       what stands in brief.yaml and edition.yaml
       content       a content folder becomes manuscripts; the only module that knows its layout
       reader        Markdown becomes nodes; the only module that runs pandoc
       bibliography  CSL-JSON, BibTeX, RIS and CSL files become a library and a style
       theme         templates/ becomes a theme and locales; the only module that knows Jinja
2      citations     clusters in, notes out; the only package that knows the citation engine
       pictures      drawings made safe, photographs looked at
       formulas      MathML made safe, drawn, and said in words
       cldr          dates, lists and language names from CLDR
       pseudo        pseudo-languages, to try a layout in
       titling       dates, names, colophon
       woff          faces packed for the web
3      passes        clean · structure · descriptions · notes · works · references · typography
       writer        nodes become markup that is HTML and XML at once, through components
       marking       the PDF's page breaks marked in that markup
       fonts         faces cut down to the characters in use
       faces         the faces that a brief brings, looked at before they set type
4      checks        a small generator for each diagnostic; the text gate, language by language
       translation   source and translation compared block by block
       exchange      editions on their way to translation tools (PO, XLIFF) and back
       importing     old text, from a word processor or plain, becomes a content folder
       waivers       findings that an editor lets stand
       formats       pdf (the only package that knows WeasyPrint) · epub · html
       lint          finished files read back and compared, a rule for each code
5      pipeline      the phases in order, for one edition
       standing      an edition compared with the one it translates
       cache         what need not be built again; standard library only
       inserts       pages about editions, in the house's faces
       catalogue     index, manifest, checksums
       output        files written beside their place and renamed into it
       statement     what was checked in an edition, as a page and as data
       hands         processes for work that falls into parts, and a shelf for what they made
       aside         work done by a second process while one edition is set: checks, other formats
       phases        what each format is made from, and what of it still stands
       printing      diagnostics and tables as lines
6      building      many editions: what is stale is made, side by side or on a cluster, written;
                     or everything wrong with them is told, and what was told before is kept;
                     their accessibility statements, and what falls with a file that changes
       translating   translations begun, looked at, accepted
       preview       the live preview: the newest pages on 127.0.0.1, a press that stays warm
       verify        every validator that the machine has, and one report
7      cli           arguments, exit codes

A module imports only from floors beneath its own, or from its own; `tests/test_architecture.py`
reads the imports and says so.

What never happens
==================

- Between the doors (floor 1) and the way out (floors 5 to 7) nothing opens a file, reads a clock or
  looks at the environment.
- No format imports another. The PDF is laid out first, and hands on where its pages begin.
- No Python file and no template holds a word that a reader of an edition sees: words come from the
  content or from templates/locales/.
- A guest library's types stay in its own module.
- A build opens no network connection; nothing in a finished edition loads anything from outside.
- Nothing is written outside dist/ and .cache/, and a good file is never replaced by a broken one.

Three things worth knowing before you change anything
=====================================================

Blocks are numbered by the writer (`data-b`), in one walk that is the same for every format: that is
how a page break found in WeasyPrint's layout is found again in the same word of the EPUB and the
web page (`formats/pdf/pages`, `marking`).

`formats/pdf/loading` imports WeasyPrint in half the time, with what others compiled ahead of it.
What WeasyPrint works out again and again, `formats/pdf/mends/savings` has it work out once; the
tests leave out each saving in turn and compare every byte.

WeasyPrint 70.0 loses footnotes without a word; `formats/pdf/mends` mends that, refuses to load on
another version, and `formats/pdf/astray` counts every call and every body after each layout, and
looks where every text stands: a PDF that lacks a note or hides a text is not written.

A long brief is laid out section by section and bound (`formats/pdf/books`), and has to be the same
as from a single run: what a section draws knows no page number, whatever couples sections is asked
of what came out, and a style sheet that couples them in another way is laid out as a whole.
"""

__version__ = "0.1.0"
