"""YAML with positions, typed. Text in, a pydantic model and diagnostics out. Opens no file.

Every scalar is read as the string that stands in the file (`lang: no` stays "no", an ISBN keeps
its zero, `1.10` stays "1.10") and pydantic gives it its type, so that each error can be told at
`file:line:column` with the nearest key.
"""

from __future__ import annotations

import difflib
import re
import textwrap
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Generic, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from yaml.reader import ReaderError

from fleuron.diagnostics import diagnostic
from fleuron.model import Diagnostic, Place, Spot


class Typed(BaseModel):
    """The base of every schema: unknown keys are errors, values are frozen. `STAND_INS` are values
    for required keys that a file lacks, so that the rest of a brief can be checked in spite of it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    STAND_INS: ClassVar[Mapping[str, Any]] = {}


class BadIdentifier(ValueError):
    """An identifier whose digits cannot be right."""


T = TypeVar("T", bound=BaseModel)
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """A file of metadata as it was read: the model, which has stand-ins where there are slips and
    is None where nothing can be made of the file; where each value stands, by its keys with points
    between them; and what is wrong."""

    model: T | None
    spots: Mapping[str, Spot]
    slips: tuple[Diagnostic, ...]


# A file of metadata has few nodes; a YAML "bomb" grows by aliases, so they are not allowed at all.
_MOST_NODES = 20_000
_DEEPEST = 20


class _Loader(yaml.SafeLoader):
    """PyYAML's parser with no implicit types: each plain scalar is a string (YAML 1.2, 10.1)."""


_Loader.yaml_implicit_resolvers = {}


def load(text: str, file: str, schema: type[T]) -> tuple[T | None, tuple[Diagnostic, ...]]:
    """`text` as `schema`, and what is wrong with it; the model is None where anything is."""
    result = read(text, file, schema)
    return (None if result.slips else result.model), result.slips


def read(
    text: str, file: str, schema: type[T], beside: Mapping[str, type[BaseModel]] = {}
) -> Read[T]:
    """`text` as `schema`, whole or with stand-ins. `beside` are the schemas of other files, by the
    files' names: an unknown key may belong there."""
    data, spots, found = _positioned(text, file)
    if data is None and found:
        return Read(None, {}, found)
    model, slips = _model({} if data is None else data, spots, schema, beside)
    named = {".".join(map(str, path)): spot for path, spot in spots.items() if "<key>" not in path}
    return Read(model, named, found + slips)


def parse(text: str, file: str) -> tuple[Any, dict[Path, Place], tuple[Diagnostic, ...]]:
    """The data of `text` as strings, lists and dicts, the place of every value and key in it
    (a key's path ends in "<key>"), and the diagnostics for bad YAML and duplicate keys."""
    data, spots, found = _positioned(text, file)
    return data, {path: spot.place for path, spot in spots.items()}, found


def json_schema(schema: type[Typed]) -> dict[str, Any]:
    """`schema` as a JSON Schema, for the tools of an editor."""
    table = schema.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **table}


# ------------------------------------------------------------------ from text to data


def _positioned(text: str, file: str) -> tuple[Any, dict[Path, Spot], tuple[Diagnostic, ...]]:
    try:
        root = _composed(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return None, {}, (_bad_yaml(error, text, file),)
    spots: dict[Path, Spot] = {(): Spot(Place(file))}
    found: list[Diagnostic] = []
    data = None if root is None else _value(root, (), spots, found, file)
    return data, spots, tuple(found)


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


# The metadata of a brief is read for each of its editions, and by the preview after every save.
_composed = lru_cache(maxsize=32)(_compose)


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
    node: yaml.Node, path: Path, spots: dict[Path, Spot], found: list[Diagnostic], file: str
) -> Any:
    spots[path] = _spot(node, file)
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(node, path, spots, found, file))
    if isinstance(node, yaml.SequenceNode):
        return [_value(v, (*path, i), spots, found, file) for i, v in enumerate(node.value)]
    return node.value


def _pairs(
    node: yaml.MappingNode,
    path: Path,
    spots: dict[Path, Spot],
    found: list[Diagnostic],
    file: str,
) -> Iterator[tuple[str, Any]]:
    seen: dict[str, Place] = {}
    for key_node, value_node in node.value:
        key, spot = str(key_node.value), _spot(key_node, file)
        if not isinstance(key_node, yaml.ScalarNode):
            message, hint = "a key must be a word", "write “word: value”"
            found.append(diagnostic("M105", spot.place, message, hint, length=spot.length))
            continue
        if key in seen:
            message = f"the key “{key}” stands twice"
            related = [(seen[key], "first defined here")]
            found.append(
                diagnostic(
                    "M104", spot.place, message, "keep one", length=spot.length, related=related
                )
            )
            continue
        seen[key] = spot.place
        spots[(*path, key, "<key>")] = spot
        yield key, _value(value_node, (*path, key), spots, found, file)


def _spot(node: yaml.Node, file: str) -> Spot:
    """Where a node stands; its length, if it ends in the line where it begins."""
    start, end = node.start_mark, node.end_mark
    length = end.column - start.column if end.line == start.line else 1
    return Spot(Place(file, start.line + 1, start.column + 1), max(1, length))


# ------------------------------------------------------------------ from data to a model


def _model(
    data: Any,
    spots: Mapping[Path, Spot],
    schema: type[T],
    beside: Mapping[str, type[BaseModel]],
) -> tuple[T | None, tuple[Diagnostic, ...]]:
    """`data` as `schema`. Where it does not fit, every slip is told, what does not fit is left out,
    and what is missing is stood in for, as long as that leads anywhere."""
    slips: tuple[Diagnostic, ...] = ()
    for attempt in range(6):
        try:
            return schema.model_validate(data), slips
        except ValidationError as error:
            errors = error.errors(include_url=False)
            if not attempt:
                slips = tuple(_explain(e, spots, schema, beside) for e in _meant(errors))
            data = _mended(data, errors, schema)
    return None, slips


def _mended(data: Any, errors: Iterable[Any], schema: type[BaseModel]) -> Any:
    data = _copied(data) if isinstance(data, dict) else {}
    stand_ins: Mapping[str, Any] = getattr(schema, "STAND_INS", {})
    lost = []
    for error in errors:
        location: Path = tuple(error["loc"])
        if error["type"] == "missing" and len(location) == 1:
            data.update({k: v for k, v in stand_ins.items() if k == location[0]})
        else:
            lost.append(location[:-1] if error["type"] == "missing" else location)
    # The last of a list goes first, so that the places of the others stay.
    for location in sorted(lost, key=repr, reverse=True):
        _drop(data, location)
    return data


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    return [_copied(inner) for inner in value] if isinstance(value, list) else value


def _drop(data: Any, location: Path) -> None:
    """Takes out the value at `location`, as far as the data goes: pydantic also names the branch
    of a union."""
    holder, last = None, None
    for part in location:
        inside = part in data if isinstance(data, dict) else _is_index(data, part)
        if inside:
            holder, last, data = data, part, data[part]
    if holder is not None:
        del holder[last]


def _is_index(data: Any, part: str | int) -> bool:
    return isinstance(data, list) and isinstance(part, int) and part < len(data)


# ------------------------------------------------------------------ what is wrong, in words

# What pydantic calls a slip, and what an editor is told.
_SAID = {
    "string_type": "words are wanted here",
    "string_too_short": "this may not be empty",
    "bool_parsing": "this is either true or false",
    "bool_type": "this is either true or false",
    "list_type": "a list is wanted here, an item a line, “- item”",
    "model_type": "here stand keys with their values, “key: value”",
    "dict_type": "here stand keys with their values, “key: value”",
}


def _meant(errors: Sequence[Any]) -> Iterator[Any]:
    """Of a value that may have one of two forms, only what is wrong in the form it was given."""
    for number, error in enumerate(errors):
        around = error["loc"][:-1]
        others = [
            not _of_another_form(other) or place < number
            for place, other in enumerate(errors)
            if place != number
            and len(other["loc"]) > len(around)
            and other["loc"][: len(around)] == around
            and _is_form(other["loc"][len(around)])
        ]
        if not (_of_another_form(error) and any(others)):
            yield error


def _of_another_form(error: Any) -> bool:
    misfit = error["type"] in ("string_type", "model_type") and len(error["loc"]) > 0
    return misfit and _is_form(error["loc"][-1])


def _is_form(part: str | int) -> bool:
    """Whether a part of a path is what pydantic calls one form of a value."""
    return str(part).endswith(("Schema", "]"))


def _explain(
    error: Any,
    spots: Mapping[Path, Spot],
    schema: type[BaseModel],
    beside: Mapping[str, type[BaseModel]],
) -> Diagnostic:
    location: Path = tuple(error["loc"])
    name = str(location[-1]) if location else ""
    if error["type"] == "extra_forbidden":
        return _unknown(name, location, spots, schema, beside)
    spot = spots[_real(location, spots)]
    if error["type"] == "missing":
        spot = _first_key(_real(location[:-1], spots), spots) or spot
        message, hint = f"the key “{name}” is missing", f"add “{name}: …”"
        return diagnostic("M103", spot.place, message, hint, length=spot.length)
    return _misfit(error, location, spot, _all_keys(schema))


def _misfit(error: Any, location: Path, spot: Spot, known: frozenset[str]) -> Diagnostic:
    message = _SAID.get(error["type"]) or str(error["msg"]).removeprefix("Value error, ")
    hint = f"the file says “{error['input']}”"
    if error["type"] == "literal_error":
        wanted = str(error["ctx"]["expected"])
        message = f"this is one of {wanted}"
        values = re.findall("'(.+?)'", wanted)
        near = difflib.get_close_matches(str(error["input"]).lower(), values, 1)
        hint = f"did you mean “{near[0]}”?" if near else hint
    # pydantic names the branch of a union in the path: that is no key of the file's.
    where = ".".join(str(p) for p in location if isinstance(p, int) or p in known)
    bad = isinstance(error.get("ctx", {}).get("error"), BadIdentifier)
    said = f"{where}: {message}" if where else message
    return diagnostic("M106" if bad else "M105", spot.place, said, hint, length=spot.length)


def _unknown(
    name: str,
    location: Path,
    spots: Mapping[Path, Spot],
    schema: type[BaseModel],
    beside: Mapping[str, type[BaseModel]],
) -> Diagnostic:
    known = _keys(_inner(schema, location[:-1]))
    near = difflib.get_close_matches(name, known, 1)
    elsewhere = [file for file, other in beside.items() if name in _keys(other)]
    if near:
        hint = f"did you mean “{near[0]}”?"
    elif elsewhere:
        hint = f"it belongs in {elsewhere[0]}"
    else:
        hint = f"the keys here are: {', '.join(known)}"
    spot = spots.get((*_real(location, spots), "<key>")) or spots[()]
    return diagnostic("M102", spot.place, f"unknown key “{name}”", hint, length=spot.length)


def _keys(schema: type[BaseModel]) -> list[str]:
    return sorted(f.alias or name for name, f in schema.model_fields.items())


def _inner(schema: type[BaseModel], location: Path) -> type[BaseModel]:
    """The schema that holds at `location`."""
    for part in location:
        for name, field in schema.model_fields.items():
            if (field.alias or name) == part:
                schema = next(_schemas(field.annotation), schema)
    return schema


def _schemas(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in typing.get_args(annotation):
        yield from _schemas(inner)


def _all_keys(schema: type[BaseModel]) -> frozenset[str]:
    """Every key that `schema` and the schemas inside it know."""
    inner = {s for f in schema.model_fields.values() for s in _schemas(f.annotation)}
    return frozenset(_keys(schema)).union(*map(_all_keys, inner))


def _real(location: Path, spots: Mapping[Path, Spot]) -> Path:
    """`location` as far as the file goes, without the names of schemas that pydantic puts in."""
    path: Path = ()
    for part in location:
        path = (*path, part) if (*path, part) in spots else path
    return path


def _first_key(location: Path, spots: Mapping[Path, Spot]) -> Spot | None:
    """The first key of the mapping at `location`: where something is missing, there it begins."""
    deep = len(location) + 2
    keys = (s for p, s in spots.items() if len(p) == deep and p[:-2] == location)
    return next((s for s in keys), None) if location else None


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
