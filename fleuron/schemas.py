"""The front matter of a brief and of an edition, typed. Schemas only: reads nothing, finds nothing.

What stands in `brief.yaml` and `edition.yaml`, key by key, with what an editor's tools say of each
(`docs/schema/` is made from here), and how a value is held to its form: dates, language tags, web
addresses, and the check digits of ISBN, ISSN, DOI and ORCID.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PositiveInt

from fleuron import metadata
from fleuron.metadata import BadIdentifier
from fleuron.model import Brief, Contributor

# BCP 47 (RFC 5646), the part that editions use: language, script, region, private use.
LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?(-x(-[a-z\d]{1,8})+)?")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def language(tag: str) -> str:
    """`tag`, if it is one that an edition can bear; ValueError says what is wrong with it."""
    import langcodes
    from langcodes.tag_parser import LanguageTagError

    try:
        standard = langcodes.standardize_tag(tag)
        known = langcodes.tag_is_valid(tag)
    except LanguageTagError:
        standard, known = "", False
    if standard and standard != tag and known:
        raise ValueError(f"the language tag “{tag}” is written “{standard}” (BCP 47)")
    if not LANGUAGE_TAG.fullmatch(tag):
        raise ValueError(f"“{tag}” is not a language tag such as en, en-GB or sr-Latn (BCP 47)")
    if not known:
        raise ValueError(f"“{tag}” is no language that the registry of BCP 47 knows")
    return tag


def _slug(name: str) -> str:
    if not _SLUG.fullmatch(name):
        raise ValueError("a slug has only small letters a–z, digits and single hyphens")
    return name


def _web(url: str) -> str:
    if not re.fullmatch(r"https?://[^\s<>\"]+", url):
        raise ValueError("a web address starts with http:// or https:// and has no spaces")
    return url


def _day(value: object) -> object:
    """A date as ISO 8601 writes it, and nothing else that pydantic would take for one."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise ValueError("a date is written year, month, day: 2024-02-29")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value} is no day of the calendar") from None


def _role(code: str) -> str:
    if not re.fullmatch(r"[a-z]{3}", code):
        raise ValueError("a role is one of MARC's codes of three letters: aut, edt, trl, ill, …")
    return code


def _number(identifier: str, module: str, name: str) -> str:
    checker = importlib.import_module(f"stdnum.{module}")
    if not checker.is_valid(identifier):
        raise BadIdentifier(f"“{identifier}” is not a valid {name}: check its digits")
    return identifier


def _isbn(identifier: str) -> str:
    return _number(identifier, "isbn", "ISBN")


def _issn(identifier: str) -> str:
    return _number(identifier, "issn", "ISSN")


def _orcid(identifier: str) -> str:
    return _number(identifier, "isni", "ORCID")


def _doi(identifier: str) -> str:
    if not re.fullmatch(r"10\.\d{4,9}/\S+", identifier):
        raise BadIdentifier(f"“{identifier}” is not a DOI such as 10.5281/zenodo.123")
    return identifier


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, (str, dict)) else value


def _named(value: object) -> object:
    """A contributor may be given by name alone."""
    many = _one_or_many(value)
    if not isinstance(many, list):
        return value
    return [{"name": item} if isinstance(item, str) else item for item in many]


def _shaped(pattern: str) -> Any:
    """What an editor's tools are told of a value's form."""
    return Field(json_schema_extra={"pattern": f"^({pattern})$"})


# In a YAML file that an editor's tool reads, `1.10` is a number; here it is what stands there.
_AS_WRITTEN = {"type": ["string", "number"]}

Tag = Annotated[str, AfterValidator(language), _shaped(LANGUAGE_TAG.pattern)]
Slug = Annotated[str, AfterValidator(_slug), _shaped(_SLUG.pattern)]
Url = Annotated[str, AfterValidator(_web), _shaped(r"https?://\S+")]
Day = Annotated[date, BeforeValidator(_day, json_schema_input_type=date)]
Isbn = Annotated[str, AfterValidator(_isbn), _shaped(r"[\dX -]+")]
Issn = Annotated[str, AfterValidator(_issn), _shaped(r"\d{4}-?\d{3}[\dXx]")]
Doi = Annotated[str, AfterValidator(_doi), _shaped(r"10\.\d{4,9}/\S+")]
Orcid = Annotated[str, AfterValidator(_orcid), _shaped(r"(\d{4}-){3}\d{3}[\dX]")]
Role = Annotated[str, AfterValidator(_role), _shaped("[a-z]{3}")]
AsWritten = Annotated[str, Field(json_schema_extra=_AS_WRITTEN)]


class ContributorSchema(metadata.Typed):
    """A person or a body with its part in the brief."""

    name: str = Field(min_length=1, description="the name as it is printed")
    role: Role = Field("aut", description="a MARC relator code: aut, edt, trl, ctb, ill, …")
    sort_name: str = Field("", alias="sort-name", description="the name as a list sorts it")
    orcid: Orcid | None = Field(None, description="the person's ORCID iD, without the address")
    affiliation: str = Field("", description="where the person works")
    kind: Literal["person", "organisation"] = Field("person", description="who it is")

    def value(self) -> Contributor:
        return Contributor(
            self.name,
            self.role,
            self.sort_name or self.name,
            self.orcid or "",
            self.affiliation,
            self.kind == "organisation",
        )


_Given = str | ContributorSchema | list[str | ContributorSchema]
Contributors = Annotated[
    list[ContributorSchema], BeforeValidator(_named, json_schema_input_type=_Given)
]
Words = Annotated[list[str], BeforeValidator(_one_or_many, json_schema_input_type=str | list[str])]


class SeriesSchema(metadata.Typed):
    """The series that the brief is a part of."""

    title: str = Field(description="the series' title")
    number: AsWritten = Field("", description="the brief's number in it")
    issn: Issn | None = Field(None, description="the series' ISSN")


class RightsSchema(metadata.Typed):
    """Who may do what with the text."""

    statement: str = Field(description="the statement as it is printed, such as CC BY 4.0")
    url: Url = Field("", description="where the licence can be read")


class BriefSchema(metadata.Typed):
    """`brief.yaml`: what is true of a brief in every language."""

    STAND_INS: ClassVar[Mapping[str, Any]] = {
        "slug": "brief",
        "source-language": "en",
        "issued": "1970-01-01",
        "contributors": [],
        "publisher": "",
        "rights": {"statement": ""},
    }

    slug: Slug = Field(description="the brief's name in file names and addresses")
    source_language: Tag = Field(
        alias="source-language", description="the language it was written in (BCP 47)"
    )
    issued: Day = Field(description="the day of issue, as 2024-02-29")
    contributors: Contributors = Field(description="who made it: names, or names with more")
    publisher: str = Field(description="who issues it")
    rights: RightsSchema = Field(description="who may do what with the text")
    series: SeriesSchema | None = Field(None, description="the series it is a part of")
    version: AsWritten = Field("", description="the version, which the tag of a release repeats")
    url: Url = Field("", description="where the brief can be read")
    citation_style: str = Field(
        "house",
        alias="citation-style",
        description="a style in bibliography/styles/, or any of the CSL repository",
    )
    citation_engine: Literal["", "citeproc-py", "pandoc"] = Field(
        "", alias="citation-engine", description="only to compare: who writes the citations"
    )
    reference_list: bool = Field(
        False, alias="reference-list", description="whether a list of all references closes it"
    )
    theme: Annotated[str, AfterValidator(lambda v: v and _slug(v))] = Field(
        "", description="a folder in templates/themes/; the house's own where none is named"
    )
    certifier: str = Field(
        "", description="who certifies its accessibility; printed where a release has proven it"
    )
    typography: Literal["national", "eu-isg"] = Field(
        "national", description="by the nation's habit, or by the EU's style guide"
    )
    pdf_standard: Literal["ua-1", "ua-2"] = Field(
        "ua-1",
        alias="pdf-standard",
        description="PDF/UA-1 with PDF/A-3a, which every reader knows; or PDF/UA-2 with PDF/A-4",
    )

    def value(self) -> Brief:
        return Brief(
            slug=self.slug,
            source_lang=self.source_language,
            issued=self.issued,
            contributors=tuple(c.value() for c in self.contributors),
            publisher=self.publisher,
            rights=self.rights.statement,
            licence_url=self.rights.url,
            series=self.series.title if self.series else "",
            number=self.series.number if self.series else "",
            issn=(self.series.issn if self.series else "") or "",
            version=self.version,
            url=self.url,
            citation_style=self.citation_style,
            citation_engine=self.citation_engine,
            reference_list=self.reference_list,
            theme=self.theme,
            certifier=self.certifier.strip(),
            typography=self.typography,
            pdf_standard=self.pdf_standard,
        )


class IsbnSchema(metadata.Typed):
    """An ISBN for each format."""

    pdf: Isbn | None = None
    epub: Isbn | None = None
    html: Isbn | None = None
    print: Isbn | None = None


class DoiSchema(metadata.Typed):
    """A DOI for each format."""

    pdf: Doi | None = None
    epub: Doi | None = None
    html: Doi | None = None
    print: Doi | None = None


class IdentifiersSchema(metadata.Typed):
    """A number for each format: the EU Interinstitutional Style Guide, 4.4.1, wants one each."""

    isbn: IsbnSchema = Field(IsbnSchema(), description="an ISBN for each format")
    doi: DoiSchema | Doi | None = Field(None, description="a DOI for all formats, or one for each")
    catalogue: AsWritten = Field("", description="the publisher's own catalogue number")

    def value(self) -> dict[str, str]:
        doi = {"": self.doi} if isinstance(self.doi, str) else self.doi and self.doi.model_dump()
        parts = {"isbn": self.isbn.model_dump(), "doi": doi or {}}
        flat = {
            f"{kind}-{fmt}" if fmt else kind: number
            for kind, numbers in parts.items()
            for fmt, number in numbers.items()
            if number
        }
        return flat | ({"catalogue": self.catalogue} if self.catalogue else {})


class EditionSchema(metadata.Typed):
    """`edition.yaml`: what is true of one language's edition."""

    STAND_INS: ClassVar[Mapping[str, Any]] = {"title": "—"}

    title: str = Field(min_length=1, description="the title, in this language")
    subtitle: str = Field("", description="the subtitle")
    running_head: str = Field(
        "", alias="running-head", description="the title as short as a running head needs it"
    )
    abstract: str = Field("", description="what the brief says, in a few sentences")
    keywords: Words = Field(default_factory=list, description="words to find it by")
    translators: Contributors = Field(default_factory=list, description="who translated it")
    names: dict[str, str] = Field(
        default_factory=dict,
        description="names of the brief's contributors as this language writes them",
    )
    series: str = Field("", description="the series' title, in this language")
    publisher: str = Field("", description="the publisher's name, in this language")
    rights: str = Field("", description="the statement of rights, in this language")
    language: Tag | None = Field(
        None, description="the language tag, where the folder's name is not it (BCP 47)"
    )
    identifiers: IdentifiersSchema = Field(
        IdentifiersSchema(), description="ISBN, DOI and catalogue number of this edition"
    )


class WaiverSchema(metadata.Typed):
    """A finding that is let stand, and why."""

    code: str = Field(pattern=r"^[A-Z]\d{3}$", description="the code, such as P203")
    file: str = Field(
        min_length=1, description="the file, from the brief's folder: en/10-introduction.md"
    )
    line: PositiveInt | None = Field(None, description="the line, if only there")
    text: str = Field("", description="words of the line, if only where they stand")
    reason: str = Field(min_length=1, description="why it may stand")
    until: Day | None = Field(None, description="the last day on which it may")


class WaiversSchema(metadata.Typed):
    """`waivers.yaml`: findings that are let stand in a brief, each with its reason."""

    waivers: list[WaiverSchema] = Field(description="a waiver an item")


FILES: Mapping[str, type[metadata.Typed]] = {
    "brief": BriefSchema,
    "edition": EditionSchema,
    "waivers": WaiversSchema,
}
