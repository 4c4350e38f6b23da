"""YAML with positions, typed. Text in, a pydantic model and diagnostics out. Opens no file.

Every scalar is read as the string that stands in the file (`lang: no` stays "no", an ISBN keeps
its zero, `1.10` stays "1.10") and pydantic gives it its type, so that each error can be told at
`file:line:column` with the nearest key.
"""

from __future__ import annotations

import difflib
import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from yaml.reader import ReaderError

from fleuron.diagnostics import diagnostic
from fleuron.model import Diagnostic, Place


class Typed(BaseModel):
    """The base of every schema: unknown keys are errors, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class BadIdentifier(ValueError):
    """An identifier whose digits cannot be right."""


T = TypeVar("T", bound=BaseModel)
Path = tuple[str | int, ...]

# A file of metadata has few nodes; a YAML "bomb" grows by aliases, so they are not allowed at all.
_MOST_NODES = 20_000
_DEEPEST = 20


class _Loader(yaml.SafeLoader):
    """PyYAML's parser with no implicit types: each plain scalar is a string (YAML 1.2, 10.1)."""


_Loader.yaml_implicit_resolvers = {}


def load(text: str, file: str, schema: type[T]) -> tuple[T | None, tuple[Diagnostic, ...]]:
    """`text` as `schema`, and what is wrong with it; the model is None where it cannot be made."""
    data, places, found = parse(text, file)
    if data is None and found:
        return None, found
    try:
        model = schema.model_validate(data if data is not None else {})
    except ValidationError as error:
        known = _keys(schema)
        more = [_explain(e, places, known) for e in error.errors(include_url=False)]
        return None, found + tuple(_plainest(more))
    return (None if found else model), found


def parse(text: str, file: str) -> tuple[Any, dict[Path, Place], tuple[Diagnostic, ...]]:
    """The data of `text` as strings, lists and dicts, the place of every value and key in it
    (a key's path ends in "<key>"), and the diagnostics for bad YAML and duplicate keys."""
    try:
        root = _compose(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return None, {}, (_bad_yaml(error, text, file),)
    places: dict[Path, Place] = {(): Place(file)}
    found: list[Diagnostic] = []
    data = None if root is None else _value(root, (), places, found, file)
    return data, places, tuple(found)


def _compose(text: str) -> yaml.Node | None:
    depth = 0
    for nodes, event in enumerate(yaml.parse(text, Loader=_Loader)):
        mark: Any = event.start_mark
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise yaml.MarkedYAMLError(problem="nested too deeply", problem_mark=mark)
        if isinstance(event, yaml.AliasEvent):
            problem = "aliases (*name) are not used here"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=mark)
        if nodes > _MOST_NODES:
            raise yaml.MarkedYAMLError(problem="too long", problem_mark=mark)
    root: yaml.Node | None = yaml.compose(text, Loader=_Loader)
    return root


def _bad_yaml(error: Exception, text: str, file: str) -> Diagnostic:
    mark = getattr(error, "problem_mark", None)
    place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
    if isinstance(error, ReaderError):
        at = error.position  # of a character that YAML does not allow (YAML 1.2.2, 5.1)
        place = Place(file, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
    problem = (
        getattr(error, "problem", None) or "it nests too deeply or holds a forbidden character"
    )
    hint = "indent with spaces; put a value that holds “: ” or “#” in quotation marks"
    return diagnostic("M101", place, f"this is not valid YAML: {problem}", hint)


def _value(
    node: yaml.Node, path: Path, places: dict[Path, Place], found: list[Diagnostic], file: str
) -> Any:
    places[path] = _place(node, file)
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(node, path, places, found, file))
    if isinstance(node, yaml.SequenceNode):
        return [_value(v, (*path, i), places, found, file) for i, v in enumerate(node.value)]
    return node.value


def _pairs(
    node: yaml.MappingNode,
    path: Path,
    places: dict[Path, Place],
    found: list[Diagnostic],
    file: str,
) -> Iterator[tuple[str, Any]]:
    seen: dict[str, Place] = {}
    for key_node, value_node in node.value:
        key, place = str(key_node.value), _place(key_node, file)
        if not isinstance(key_node, yaml.ScalarNode):
            message, hint = "a key must be a word", "write “word: value”"
            found.append(diagnostic("M105", place, message, hint))
            continue
        if key in seen:
            message = f"the key “{key}” stands twice"
            related = [(seen[key], "first defined here")]
            found.append(
                diagnostic("M104", place, message, "keep one", length=len(key), related=related)
            )
            continue
        seen[key] = place
        places[(*path, key, "<key>")] = place
        yield key, _value(value_node, (*path, key), places, found, file)


def _place(node: yaml.Node, file: str) -> Place:
    return Place(file, node.start_mark.line + 1, node.start_mark.column + 1)


def _plainest(slips: list[Diagnostic]) -> Iterator[Diagnostic]:
    """What may be one thing or another fails as both: of a bad identifier no more is said."""
    identifiers = {d.place for d in slips if d.code == "M106"}
    return (d for d in slips if d.code != "M105" or d.place not in identifiers)


def _keys(schema: type[BaseModel]) -> list[str]:
    """Every key that `schema` and the schemas inside it know."""
    definition = schema.model_json_schema(by_alias=True)
    parts = [definition, *definition.get("$defs", {}).values()]
    return sorted({key for part in parts for key in part.get("properties", {})})


def _explain(error: Any, places: dict[Path, Place], known: Iterable[str]) -> Diagnostic:
    location: Path = tuple(error["loc"])
    name = str(location[-1]) if location else ""
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(name, list(known), 1)
        hint = f"did you mean “{near[0]}”?" if near else f"the keys are: {', '.join(known)}"
        place = places.get((*location, "<key>")) or _nearest(location, places)
        return diagnostic("M102", place, f"unknown key “{name}”", hint, length=len(name))
    place = _nearest(location, places)
    if error["type"] == "missing":
        return diagnostic("M103", place, f"the key “{name}” is missing", f"add “{name}: …”")
    # pydantic names the branch of a union in the path: that is no key of the file's.
    named = (part for part in location if isinstance(part, int) or part in known)
    where = ".".join(map(str, named))
    message = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] in ("model_type", "dict_type"):
        message = "here stand keys with their values, “key: value”"
    if where:
        message = f"{where}: {message}"
    bad = isinstance(error.get("ctx", {}).get("error"), BadIdentifier)
    said = str(error["input"])
    hint, length = f"the file says “{said}”", len(said) if isinstance(error["input"], str) else 1
    return diagnostic("M106" if bad else "M105", place, message, hint, length=max(1, length))


def _nearest(location: Path, places: dict[Path, Place]) -> Place:
    while location not in places:
        location = location[:-1]
    return places[location]


# ------------------------------------------------------------------ rewriting


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value as it is typed: its keys, its words, where it stands in the text, and how it is
    quoted ("", "'", '"', "|" or ">")."""

    path: Path
    words: str
    start: int
    end: int
    style: str


def scalars(text: str) -> tuple[Scalar, ...]:
    """Every value of `text`, in its order; none where it is not YAML."""
    try:
        root = _compose(text)
    except (yaml.YAMLError, RecursionError, ValueError):
        return ()
    return tuple(_scalars(root, ())) if root else ()


def _scalars(node: yaml.Node, path: Path) -> Iterator[Scalar]:
    if isinstance(node, yaml.ScalarNode):
        start, end = node.start_mark.index, node.end_mark.index
        yield Scalar(path, str(node.value), start, end, node.style or "")
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(value, (*path, str(key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _scalars(value, (*path, index))


def typed(words: str, style: str, indent: str = "  ") -> str:
    """Words as a value: folded where one was folded, else plain where YAML lets them be, else in
    quotation marks."""
    words = " ".join(words.split())
    if style in ("|", ">"):
        folded = textwrap.wrap(words, 96, break_long_words=False, break_on_hyphens=False)
        return ">-\n" + "".join(f"{indent}{line}\n" for line in folded)
    if not style and _plainly(words):
        return words
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' if style != "'" else "'" + words.replace("'", "''") + "'"


def _plainly(words: str) -> bool:
    """Whether words need no quotation marks, be it in a list in brackets (YAML 1.2.2, 7.3.3)."""
    if re.search(r": |:$| #|[\[\]{},]|^[-?:&*!|>'\"%@`#]|^\s|\s$", words):
        return False
    try:
        node = _compose(f"k: {words}")
    except yaml.YAMLError:
        return False
    value: Any = node.value[0][1] if node else None
    return isinstance(value, yaml.ScalarNode) and value.value == words
