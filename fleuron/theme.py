"""The theme door: `templates/` becomes a theme and locales. The only module that knows Jinja.

A folder in, a `Theme` out: tokens, faces with their bytes, and a way to render a template. A theme
in `templates/themes/<name>/` stands before the base folder, so that it holds only what differs:
`tokens.yaml` is laid over the base's, any other file of the same path replaces the base's, and
`theme.css` comes after the base's style sheets. Holds no word that a reader sees.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import importlib.resources
import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import fontpkg
import jinja2
from pydantic import AfterValidator, BeforeValidator, Field

from fleuron import metadata
from fleuron.diagnostics import diagnostic
from fleuron.model import Diagnostic, Gate, Html, Locale, Place, Spot

FORMULAS = "STIX Two Math"  # the family of the face of formulas


@dataclass(frozen=True, slots=True)
class Face:
    """One font file: its family as the style sheets call it, its style, the weights it spans."""

    family: str
    style: str
    weights: tuple[int, int]
    data: bytes
    version: str

    @property
    def name(self) -> str:
        low, high = self.weights
        weight = str(low) if low == high != 400 else ""
        style = self.style if self.style != "normal" else ""
        return "-".join(filter(None, [self.family.lower().replace(" ", "-"), weight, style]))


class Families(tuple[str, ...]):
    """Names of faces, the first that has a character first: a style sheet's `font-family`."""

    def __str__(self) -> str:
        return ", ".join(self)


@dataclass(frozen=True, slots=True)
class Theme:
    """How editions look: named measures, faces, and templates ready to be filled."""

    name: str
    tokens: Mapping[str, Any]
    faces: tuple[Face, ...]
    components: frozenset[str]
    fill: Callable[[str, Mapping[str, Any]], str]
    licences: tuple[tuple[str, bytes], ...] = ()  # of the faces that a brief brought, by file name

    def render(self, template: str, **context: Any) -> Html:
        """The template of that path beneath `templates/`, filled; the tokens are `t` in it."""
        return Html(self.fill(template, {"t": self.tokens, **context}))

    def stylesheet(self, form: str, **context: Any) -> str:
        """The style sheet of a format: its own, each component's, then the theme's last word."""
        names = [f"formats/{form}/style.css"]
        names += [f"components/{name}/style.css" for name in sorted(self.components)]
        names += ["theme.css"]
        return "\n".join(self.fill(n, {"t": self.tokens, "format": form, **context}) for n in names)


def themes(templates: Path) -> tuple[str, ...]:
    """The names a brief may give as its theme; "" is the house's own."""
    return ("", *sorted(p.name for p in (templates / "themes").glob("*") if p.is_dir()))


@lru_cache(maxsize=8)
def load(
    templates: Path, name: str = "", script: str = "Latn", others: tuple[str, ...] = ()
) -> Theme:
    """The theme of that name, with the faces of the edition's script (ISO 15924) before its own,
    and those of other scripts in it behind. Raises KeyError where there is none."""
    if name not in themes(templates):
        raise KeyError(name)
    folders = [templates / "themes" / name, templates] if name else [templates]
    tokens = _tokens(folders)
    table = tokens.get("scripts", {})
    guests = [table.get(other, {}) for other in others]
    tokens["faces"] = _stacked(tokens["faces"], table.get(script, {}), guests)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders),
        autoescape=lambda template: not (template or "").endswith(".css"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    # "{{ t.faces.serif | tojson }}" in a style sheet is a list of quoted names.
    environment.policies["json.dumps_function"] = _dumped
    components = frozenset(
        path.parent.name for folder in folders for path in folder.glob("components/*/template.html")
    )

    def fill(template: str, context: Mapping[str, Any]) -> str:
        return environment.get_template(template).render(context)

    visiting = frozenset(family for guest in guests for family in guest.values())
    return Theme(name, tokens, _faces(tokens["faces"], visiting), components, fill)


def _tokens(folders: list[Path]) -> dict[str, Any]:
    tokens: dict[str, Any] = {}
    for folder in reversed(folders):
        path = folder / "tokens.yaml"
        if path.is_file():
            data, _, slips = metadata.parse(path.read_text("utf-8"), str(path))
            assert not slips, slips
            tokens = _laid_over(tokens, dict(data or {}))
    return tokens


def _laid_over(base: dict[str, Any], top: dict[str, Any]) -> dict[str, Any]:
    both = dict(base)
    for key, value in top.items():
        old = both.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            both[key] = _laid_over(old, value)
        else:
            both[key] = value
    return both


def _stacked(
    base: Mapping[str, str], own: Mapping[str, str], guests: Iterable[Mapping[str, str]]
) -> dict[str, Families]:
    """Each role's faces: those of the edition's script, the base's for what they lack, then those
    of any other script that stands in it."""
    return {
        role: Families(
            dict.fromkeys(filter(None, (own.get(role), family, *(g.get(role) for g in guests))))
        )
        for role, family in base.items()
    }


def speaking(templates: Path, words: Iterable[str]) -> Theme:
    """The house's own theme, with faces for all scripts that `words` are of."""
    return load(templates, others=scripts(load(templates), "".join(words)))


def policy(style: str) -> str:
    """A content security policy that lets a page's own style sheet and data in, and nothing else
    (CSP Level 3)."""
    # A browser hashes the text of the element as the parser hands it on: line ends as LF.
    sheet = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{sheet}'; img-src data:; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


# How Unicode's names of characters begin, for the scripts a theme may have faces of.
_NAMED = {
    "Arab": ("ARABIC",),
    "Armn": ("ARMENIAN",),
    "Deva": ("DEVANAGARI",),
    "Geor": ("GEORGIAN",),
    "Hans": ("CJK",),
    "Hant": ("CJK",),
    "Hebr": ("HEBREW",),
    "Jpan": ("HIRAGANA", "KATAKANA"),
    "Kore": ("HANGUL",),
}


def scripts(theme: Theme, characters: Iterable[str]) -> tuple[str, ...]:
    """The scripts that `characters` are of and the theme has faces for."""
    names = [unicodedata.name(c, "") for c in set(characters)]
    return tuple(
        script
        for script in sorted(theme.tokens.get("scripts", {}))
        if any(name.startswith(_NAMED.get(script, ("?",))) for name in names)
    )


def _dumped(value: Any, **options: Any) -> str:
    # Letters as they are: what stands in a style sheet is CSS, which knows no \\u0643.
    if isinstance(value, Families):
        return ", ".join(json.dumps(name, ensure_ascii=False) for name in value)
    return json.dumps(value, **{**options, "ensure_ascii": False})


def _faces(table: Mapping[str, Families], guests: frozenset[str]) -> tuple[Face, ...]:
    """Every file of the font packages that `tokens.faces` names, by family; of a guest among them,
    which sets no more than a phrase, the upright regular alone."""
    faces = {}
    for family in (name for names in table.values() for name in names):
        package = fontpkg.family(family)
        for file in package.files:
            if family in guests and (file.style != "normal" or file.weight not in (None, 400)):
                continue
            weights = (file.wght_min or file.weight or 400, file.wght_max or file.weight or 400)
            face = Face(package.name, file.style, weights, file.path.read_bytes(), package.version)
            faces[face.name] = face
    return tuple(faces.values())


@lru_cache(maxsize=1)
def of_formulas() -> Face:
    """The face of formulas, which ziamath brings and draws them in; it has a MATH table, and the
    SIL Open Font License 1.1."""
    file = importlib.resources.files("ziamath.fonts") / "STIXTwoMath-Regular.ttf"
    version = importlib.metadata.version("ziamath")
    return Face(FORMULAS, "normal", (400, 400), file.read_bytes(), version)


# ------------------------------------------------------------------ locales


_SPACES = {"no-break": "\u00a0", "narrow": "\u202f", "none": ""}


def _space(name: str) -> str:
    if name not in _SPACES:
        raise ValueError(f"a space is one of {', '.join(_SPACES)}")
    return _SPACES[name]


Space = Annotated[str, AfterValidator(_space)]
Words = Annotated[
    tuple[str, ...], BeforeValidator(lambda v: v.split() if isinstance(v, str) else v)
]


class QuotesSchema(metadata.Typed):
    outer: tuple[str, str]
    inner: tuple[str, str]


class ProfileSchema(metadata.Typed):
    """One of the ways in which a language is set."""

    note_call: str = Field("{n}", alias="note-call", pattern=r"^[^{}]*\{n\}[^{}]*$")
    quotes: QuotesSchema | None = None
    spacing: dict[str, Space] = {}


def _pairs(value: Any) -> Any:
    return [pair.split() for pair in value.split(",")] if isinstance(value, str) else value


class GateSchema(metadata.Typed):
    """What the text gate knows of a language (see `model.Gate`)."""

    ibid: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    note: Words = ()
    numbered: Words = ()
    twice: Words = ()
    apostrophes: Words = ()
    joins: Words = ()
    others: tuple[str, ...] = ()
    twins: Annotated[tuple[tuple[str, str], ...], BeforeValidator(_pairs)] = ()
    hyphen_ranges: bool = Field(False, alias="hyphen-ranges")
    capital_nouns: bool = Field(False, alias="capital-nouns")


class LocaleSchema(metadata.Typed):
    """`templates/locales/<tag>.yaml`."""

    name: str
    script: str = Field("Latn", pattern=r"^[A-Z][a-z]{3}$")
    direction: Literal["ltr", "rtl"] = "ltr"
    letters: str = ""
    quotes: QuotesSchema
    date: str = "d MMMM y"
    hyphenation: str = ""
    dash: str = ""
    ties: Words = ()
    before_number: Words = Field((), alias="before-number")
    units: Words = ()
    typography: dict[Literal["national", "eu-isg"], ProfileSchema] = {}
    gate: GateSchema = GateSchema()
    terms: dict[str, str]


def locale(
    templates: Path, tag: str, profile: str = "national", spot: Spot | None = None
) -> tuple[Locale | None, tuple[Diagnostic, ...]]:
    """The locale for a language tag, set by a profile of its typography: its own file, or that of
    the tag shortened from its end (RFC 4647, 3.4, lookup). Without one, a diagnostic names the file
    that is missing; `spot` is where the tag stands."""
    folder = templates / "locales"
    for known in _shorter(tag):
        path = folder / f"{known}.yaml"
        if path.is_file():
            return _locale(path, tag, profile)
    have = ", ".join(sorted(p.stem for p in folder.glob("*.yaml")))
    file = (folder / f"{tag}.yaml").as_posix()
    spot = spot or Spot(Place(file))
    message = f"the house has no locale for “{tag}”: {file} is missing"
    hint = f"copy en.yaml to this name and translate its terms; there are: {have}"
    return None, (diagnostic("S109", spot.place, message, hint, length=spot.length),)


def _shorter(tag: str) -> list[str]:
    parts = tag.split("-")
    return ["-".join(parts[:n]) for n in range(len(parts), 0, -1)]


@lru_cache(maxsize=64)
def _locale(path: Path, tag: str, profile: str) -> tuple[Locale | None, tuple[Diagnostic, ...]]:
    schema, slips = metadata.load(path.read_text("utf-8"), path.as_posix(), LocaleSchema)
    if schema is None:
        return None, slips
    # What the EU's style guide leaves alone is set as the nation sets it.
    national = schema.typography.get("national", ProfileSchema())
    own = schema.typography.get(profile, national)  # type: ignore[call-overload]
    quotes = own.quotes or schema.quotes
    return Locale(
        tag=tag,
        name=schema.name,
        direction=schema.direction,
        quotes=(*quotes.outer, *quotes.inner),
        date=schema.date,
        hyphenation=schema.hyphenation,
        terms=schema.terms,
        spacing=own.spacing,
        script=schema.script,
        letters=schema.letters,
        note_call=own.note_call,
        dash=schema.dash,
        ties=schema.ties,
        before_number=schema.before_number,
        units=schema.units,
        gate=Gate(**schema.gate.model_dump()),
    ), slips


def fingerprint(theme: Theme) -> str:
    """A digest of all faces, for the manifest."""
    digest = hashlib.sha256()
    for face in theme.faces:
        digest.update(face.name.encode() + face.data)
    return digest.hexdigest()


def forget() -> None:
    """Reads themes and locales anew when they are next asked for: a template has changed."""
    load.cache_clear()
    _locale.cache_clear()
