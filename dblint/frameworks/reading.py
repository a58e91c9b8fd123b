"""Framework files: read, checked, and their mistakes told with the line and the key that is wrong."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect

from dblint.config import document
from dblint.config.words import meant, shown
from dblint.frameworks.schema import Framework
from dblint.naming import CONVENTIONS

Keys = tuple[str | int, ...]


class FrameworkError(ValueError):
    """A framework file that does not have the right shape; the message names the file, the line, the key and what is wrong."""


def parse(text: str, origin: str) -> Framework:
    """Return the framework that a YAML text describes.

    Raises:
        FrameworkError: with the place and the key that is wrong.
    """
    import yaml  # noqa: PLC0415 -- only where a framework is read: it is half of the cost of `dblint --help`

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        written = yaml.load(text, Loader=loader)  # noqa: S506 -- one of the safe loaders
    except (yaml.YAMLError, ValueError, RecursionError):
        raise _unreadable(text, origin) from None
    try:
        framework = msgspec.convert(written, Framework)
    except msgspec.ValidationError as error:
        raise _misshapen(text, origin, written, str(error)) from None
    for place, convention in _conventions(framework):
        if convention not in CONVENTIONS:
            hint = meant(convention, sorted(CONVENTIONS))
            raise _mistake(text, origin, place, f"'{shown(convention)}' is no naming convention{hint}")
    return framework


def read(file: Path, origin: str) -> Framework:
    """Return the framework of a file of the user's.

    Raises:
        FrameworkError: also when the file cannot be read, or would exhaust memory.
    """
    try:
        text = file.read_text(encoding="utf-8")
        document.documents(text)
    except document.DocumentError as error:
        raise FrameworkError(f"{origin}:{error.line}:{error.column} {error.message}") from None
    except OSError:
        raise FrameworkError(f"{origin}: cannot be read") from None
    except UnicodeDecodeError:
        raise FrameworkError(f"{origin}: not UTF-8") from None
    return parse(text, origin)


def _conventions(framework: Framework) -> Iterator[tuple[Keys, str]]:
    rule = framework.model
    if rule is not None and rule.convention not in {"", "django"}:
        yield ("model", "convention"), rule.convention
    if rule is not None and rule.column_convention:
        yield ("model", "column_convention"), rule.column_convention
    beside = rule.beside if rule is not None else None
    for key in ("convention", "column_convention") if beside is not None else ():
        if named := getattr(beside, key):
            yield ("model", "beside", key), named
    if rule is not None and rule.convention_switch[1]:
        yield ("model", "convention_switch"), rule.convention_switch[1]


def _unreadable(text: str, origin: str) -> FrameworkError:
    try:
        document.documents(text)
    except document.DocumentError as error:
        return FrameworkError(f"{origin}:{error.line}:{error.column} {error.message}")
    return FrameworkError(f"{origin}:1:1 not valid YAML")


def _misshapen(text: str, origin: str, written: object, message: str) -> FrameworkError:
    """Return the mistake that the conversion met, in our words, with the keys that lead to it."""
    said, _, steps = message.rpartition(" - at ")
    keys = _keys(written, steps.strip("`"), message) if said else ()
    said = said or message
    if unknown := re.fullmatch(r"Object contains unknown field `(.*)`", said):
        hint = meant(unknown[1], _words(_kind(keys)))
        return _mistake(text, origin, (*keys, unknown[1]), f"unknown key{hint}")
    if missing := re.fullmatch(r"Object missing required field `(.*)`", said):
        return _mistake(text, origin, keys, f"the key '{missing[1]}' is missing")
    if wrong := re.fullmatch(r"Invalid enum value '(.*)'", said):
        allowed = _words(_kind(keys))
        return _mistake(text, origin, keys, f"'{shown(wrong[1])}' is none of {', '.join(filter(None, allowed))}")
    if kinds := re.fullmatch(r"Expected `(.*)`, got `(.*)`", said):
        return _mistake(text, origin, keys, f"expected {_said(kinds[1])}, found {_said(kinds[2])}")
    return _mistake(text, origin, keys, "this is not what may stand here")


def _said(kinds: str) -> str:
    names = {
        "str": "text",
        "array": "a list",
        "object": "a mapping",
        "bool": "true or false",
        "int": "a number",
        "null": "nothing",
    }
    return " or ".join(names.get(kind.strip(), kind.strip()) for kind in kinds.split("|"))


def _keys(written: object, steps: str, message: str) -> Keys:
    """Return the keys of a path such as `$.verbs.query[...].does`, which does not say which key stands for `[...]`.

    Each candidate is tried with its siblings left out: the one that still gives the same message is the one meant.
    """
    path: list[str | int] = []
    for name, index in re.findall(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]", steps):
        if name or index.isdigit():
            path.append(name or int(index))
        else:
            holder = _at(written, path)
            candidates = list(holder) if isinstance(holder, dict) else []
            path.append(next((key for key in candidates if _complaint(_only(written, path, key)) == message), ""))
    return tuple(path)


def _at(written: Any, path: list[str | int]) -> object:
    for step in path:
        written = written[step]
    return written


def _only(written: Any, path: list[str | int], key: str) -> object:
    """Return the document with one key alone in the mapping at a path."""
    if not path:
        return {key: written[key]}
    first, rest = path[0], path[1:]
    if isinstance(written, list):
        return [_only(item, rest, key) if number == first else item for number, item in enumerate(written)]
    return {**written, first: _only(written[first], rest, key)}


def _complaint(written: object) -> str:
    try:
        msgspec.convert(written, Framework)
    except msgspec.ValidationError as error:
        return str(error)
    return ""


def _kind(keys: Keys) -> inspect.Type:
    """Return the type of what stands at some keys."""
    kind: inspect.Type = inspect.type_info(Framework)
    for key in keys:
        options = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
        for option in options:
            match option:
                case inspect.StructType(fields=fields):
                    kind = next((field.type for field in fields if field.encode_name == key), kind)
                case inspect.DictType(value_type=value):
                    kind = value
                case inspect.VarTupleType(item_type=item):
                    kind = item
    return kind


def _words(kind: inspect.Type) -> list[str]:
    """Return the words that a type allows: the values of a choice, the keys of a mapping."""
    match kind:
        case inspect.LiteralType(values=values):
            return [str(value) for value in values]
        case inspect.StructType(fields=fields):
            return [field.encode_name for field in fields]
        case inspect.UnionType(types=types):
            return [word for inner in types for word in _words(inner)]
    return []


def _mistake(text: str, origin: str, keys: Keys, message: str) -> FrameworkError:
    """Return a mistake at the key that some keys lead to."""
    root = document.documents(text)
    node, key = document.at(root[0], keys) if root else (None, None)
    place = key or node
    written = ".".join(shown(str(step)) for step in keys)
    where = f"{origin}:{place.line}:{place.column}" if place else f"{origin}:1:1"
    return FrameworkError(f"{where} {written}: {message}" if written else f"{where} {message}")
