"""JavaScript and TypeScript as far as settings need it: objects, strings, look-ups in the environment, calls."""

import re
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias, Union

from dblint.config.secrets import is_secret

_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)|(?P<string>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")|(?P<template>`(?:[^`\\]|\\.)*`)
      |(?P<word>[A-Za-z_$][\w$]*)|(?P<number>\d[\w.]*)|(?P<mark>\?\?|\|\||=>|\?\.|\.\.\.|.)""",
    re.VERBOSE | re.DOTALL,
)
_HOLE = re.compile(r"\$\{([^{}]*)\}")
_ENV = re.compile(r"\A(?:process\.env|import\.meta\.env|Bun\.env|env|ENV)\.(\w+)\Z")
_DESTRUCTURED = re.compile(r"\b(?:const|let|var)\s*\{([^{}]*)\}\s*=\s*process\.env\b")
_READS = frozenset({"get", "getOrThrow", "env", "getEnv", "getenv", "required", "getString", "getNumber", "getPort"})
_PASSING = frozenset({"Number", "String", "parseInt", "parseFloat", "toString", "trim", "asString", "asPortNumber", "required"})
_OPEN, _CLOSE = "([{", ")]}"
_MAX_TOKENS, _MAX_DEPTH = 60_000, 40
UNKNOWN = "${?}"


class Map(NamedTuple):
    """An object literal: its keys and values in order, and its line."""

    entries: tuple[tuple[str, "Value"], ...]
    line: int


Value: TypeAlias = Union[str, Map, None]  # noqa: UP007 - a name in quotes cannot be part of `|`
"""A text (with `${NAME}` for what the environment gives), an object, or something that is neither."""


class Token(NamedTuple):
    """A word, string, number or mark with its line; `name` is what stands there where `text` is the value of a constant."""

    kind: str
    text: str
    line: int
    name: str = ""


Tokens: TypeAlias = tuple[Token, ...]


def tokens(text: str) -> Tokens:
    """The tokens of a file, blanks and comments left out; of a huge file the first."""
    found: list[Token] = []
    line = 1
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind != "space":
            found.append(Token(kind, match[0], line))
            if len(found) >= _MAX_TOKENS:
                break
        line += match[0].count("\n")
    return tuple(found)


def with_constants(stream: Tokens, text: str) -> Tokens:
    """The tokens, names of texts that the same file sets replaced by these: `const HOST = process.env.HOST`."""
    known: dict[str, str] = {}
    for listed in _DESTRUCTURED.findall(text):
        for name, renamed, default in re.findall(
            r"(\w+)\s*(?::\s*(\w+))?\s*(?:=\s*['\"]?([^,'\"]*)['\"]?)?\s*(?:,|\Z)", listed
        ):
            known[renamed or name] = f"${{{name}:-{default.strip()}}}" if default.strip() else f"${{{name}}}"
    for index in range(len(stream) - 3):
        if stream[index].text in ("const", "let", "var") and stream[index + 1].kind == "word":
            at = index + 2
            while stream[at].text in (":", "string", "number", "|", "undefined") and at + 1 < len(stream):
                at += 1
            value, _ = _value(stream, at + 1, 0) if stream[at].text == "=" else (None, 0)
            if isinstance(value, str) and value and not is_secret(stream[index + 1].text):
                known.setdefault(stream[index + 1].text, value)
    if not known:
        return stream
    return tuple(_constant(stream, index, known) for index in range(len(stream)))


def _constant(stream: Tokens, index: int, known: dict[str, str]) -> Token:
    token = stream[index]
    if token.kind == "template":
        return token._replace(text=_HOLE.sub(lambda found: _in_template(known.get(found[1].strip()), found[0]), token.text))
    if token.kind != "word" or token.text not in known:
        return token
    before = stream[index - 1].text if index else ""
    after = stream[index + 1].text if index + 1 < len(stream) else ""
    is_key = after == ":" and before in ("{", ",")
    if before in (".", "?.", "const", "let", "var") or after in ("(", "=", ".") or is_key:
        return token
    return Token("value", known[token.text], token.line, token.text)


def _in_template(value: str | None, written: str) -> str:
    """A known text as a template holds it: what the environment gives as the look-up that it is."""
    found = re.fullmatch(r"\$\{(\w+)(?::-([^{}`']*))?\}", value) if value else None
    if found:
        return f"${{process.env.{found[1]} || '{found[2]}'}}" if found[2] else f"${{process.env.{found[1]}}}"
    return value if value and "$" not in value else written


def calls_and_objects(stream: Tokens) -> Iterator[tuple[str, tuple[Value, ...], int]]:
    """Every call with its arguments, and every object that is no argument, under an empty name; none of them twice."""
    index = 0
    while index < len(stream):
        token = stream[index]
        following = stream[index + 1].text if index + 1 < len(stream) else ""
        if token.kind == "word" and following in ("(", "<") and (opened := _call_opens(stream, index + 1)) is not None:
            arguments, end = _arguments(stream, opened, 0)
            if any(isinstance(each, Map) or (isinstance(each, str) and each) for each in arguments):
                yield token.text, arguments, token.line
                index = (
                    end if any(isinstance(each, Map) for each in arguments) and not _holds_code(stream, opened, end) else opened
                )
                continue
        elif token.text == "{" and index and _starts_object(stream, index):
            found, end = _object(stream, index, 0)
            if found.entries:
                yield "", (found,), token.line
                index = max(end, index + 1) if not _holds_code(stream, index, end) else index + 1
                continue
        index += 1


def _starts_object(stream: Tokens, index: int) -> bool:
    """Whether a brace opens an object rather than a block."""
    before = stream[index - 1].text
    return before in ("=", ":", "(", "[", ",", "default", "return", "=>", "?", "||", "??") or before == "satisfies"


def _holds_code(stream: Tokens, start: int, end: int) -> bool:
    return any(token.text in ("=>", "function", "async", "return") for token in stream[start:end])


def _call_opens(stream: Tokens, index: int) -> int | None:
    """Where the arguments of a call begin, past its type arguments; None where it is no call."""
    if stream[index].text == "(":
        return index
    for at in range(index, min(index + 12, len(stream))):
        if stream[at].text == ">" and at + 1 < len(stream) and stream[at + 1].text == "(":
            return at + 1
        if stream[at].text in (";", "{", ")"):
            return None
    return None


def _arguments(stream: Tokens, index: int, depth: int) -> tuple[tuple[Value, ...], int]:
    """The values between the bracket at `index` and its end, and the place after it."""
    found: list[Value] = []
    at = index + 1
    while at < len(stream) and stream[at].text not in _CLOSE:
        value, at = _value(stream, at, depth + 1)
        found.append(value)
        if at < len(stream) and stream[at].text in (",", ";"):
            at += 1
    return tuple(found), at + 1


def _object(stream: Tokens, index: int, depth: int) -> tuple[Map, int]:
    """The object that opens at `index`, and the place after it; values of secret names are left out."""
    entries: list[tuple[str, Value]] = []
    at = index + 1
    while at < len(stream) and stream[at].text != "}":
        token = stream[at]
        key = token.text if token.kind in ("word", "number") else _plain(token) if token.kind == "string" else ""
        if key and at + 1 < len(stream) and stream[at + 1].text == ":":
            value, at = _value(stream, at + 2, depth + 1)
            if isinstance(value, Map) or not is_secret(key):
                entries.append((key, value))
        else:
            value, after = _value(stream, at, depth + 1)
            if token.name and after == at + 1 and not is_secret(token.name):  # `{ host, port }`
                entries.append((token.name, value))
            at = after
        if at < len(stream) and stream[at].text in (",", ";"):
            at += 1
        elif at < len(stream) and stream[at].text in (")", "]"):
            break
    return Map(tuple(entries), stream[index].line), at + 1


def _value(stream: Tokens, index: int, depth: int) -> tuple[Value, int]:
    """The value that begins at `index`, and the place of the comma or bracket after it."""
    value, at = _operand(stream, index, depth)
    while at < len(stream) and stream[at].text not in (",", ";", *_CLOSE) and not _ends_statement(stream, at):
        operator = stream[at].text
        other, after = _operand(stream, at + 1, depth)
        if operator in ("||", "??"):
            value = _defaulted(value, other)
        elif operator == "+" and isinstance(value, str) and isinstance(other, str):
            value += other
        elif operator == "as":
            pass
        elif operator != "!":
            value = other if operator == "=>" and isinstance(other, Map) else None
        else:
            after = at + 1
        at = max(after, at + 1)
    return value, at


def _ends_statement(stream: Tokens, at: int) -> bool:
    """Whether the token at `at` begins a statement after a line that has no semicolon."""
    token = stream[at]
    return (
        token.kind == "word" and token.line > stream[at - 1].line and token.text not in ("as", "satisfies", "in", "instanceof")
    )


def _operand(stream: Tokens, index: int, depth: int) -> tuple[Value, int]:
    """One operand with everything that is called on it."""
    if index >= len(stream) or depth > _MAX_DEPTH:
        return None, _skipped(stream, index)
    token = stream[index]
    if token.kind == "string":
        return _plain(token), index + 1
    if token.kind == "template":
        return _template(token), index + 1
    if token.kind in ("number", "value"):
        return token.text, index + 1
    if token.text == "{":
        return _object(stream, index, depth)
    if token.text == "[":
        items, at = _arguments(stream, index, depth)
        return (items[0] if items and isinstance(items[0], str) else None), at
    if token.text == "(":
        inner, at = _arguments(stream, index, depth)
        return (inner[0] if len(inner) == 1 else None), at
    if token.text in ("...", "+", "-", "!", "new", "await", "async", "function"):
        return _operand(stream, index + 1, depth + 1)
    if token.kind == "word":
        return _chain(stream, index, depth)
    return None, index + 1


def _chain(stream: Tokens, index: int, depth: int) -> tuple[Value, int]:
    """A dotted name with its calls: `process.env.X`, `Number(process.env.X)`, `config.get<string>("X", "default")`."""
    path, at = stream[index].text, index + 1
    value: Value = None
    while at < len(stream):
        text = stream[at].text
        if text in (".", "?.") and at + 1 < len(stream) and stream[at + 1].kind == "word":
            path += f".{stream[at + 1].text}"
            at += 2
        elif text == "[" and at + 2 < len(stream) and stream[at + 1].kind == "string" and stream[at + 2].text == "]":
            path += f".{_plain(stream[at + 1])}"
            at += 3
        elif text in ("(", "<") and (opened := _call_opens(stream, at)) is not None:
            arguments, at = _arguments(stream, opened, depth + 1)
            value = _called(path.rpartition(".")[2], arguments, value)
            path = ""
        elif text == "!":
            at += 1
        else:
            break
        if read := _ENV.match(path):
            value = f"${{{read[1]}}}"
    return value, at


def _called(name: str, arguments: tuple[Value, ...], before: Value) -> Value:
    """What a call gives: a setting by its name, or its argument made a number."""
    first = arguments[0] if arguments else None
    if name in _READS and isinstance(first, str) and re.fullmatch(r"[A-Za-z_][\w.]*", first):
        default = next((each for each in arguments[1:] if isinstance(each, str)), "")
        return f"${{{first}:-{default}}}" if default and "$" not in default else f"${{{first}}}"
    if name in _PASSING or not name:
        return first if isinstance(first, str) and not isinstance(before, str) else before
    return next((each for each in arguments if isinstance(each, Map)), None) if name in ("defineConfig", "registerAs") else None


def _defaulted(value: Value, other: Value) -> Value:
    """`value || other`: a look-up with its default."""
    found = re.fullmatch(r"\$\{([\w.]+)\}", value) if isinstance(value, str) else None
    if found and isinstance(other, str):
        return f"${{{found[1]}:-{other}}}" if "$" not in other else value
    return value if value is not None else other


def _skipped(stream: Tokens, index: int) -> int:
    """The place of the next bracket that closes what is open at `index`."""
    depth = 0
    while index < len(stream):
        text = stream[index].text
        if text in _OPEN:
            depth += 1
        elif text in _CLOSE:
            if depth == 0:
                return index
            depth -= 1
        index += 1
    return index


def _plain(token: Token) -> str:
    return re.sub(r"\\(.)", r"\1", token.text[1:-1])


def _template(token: Token) -> str:
    """A template's text, look-ups in the environment as `${NAME}` and everything else as a hole."""

    def filled(found: re.Match[str]) -> str:
        value, _ = _value(tokens(found[1]), 0, 0)
        return value if isinstance(value, str) and value else UNKNOWN

    return _HOLE.sub(filled, token.text[1:-1])
