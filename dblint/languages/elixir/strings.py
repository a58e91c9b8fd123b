"""Elixir's strings, charlists, atoms and sigils, decoded, with the places where their source goes to a new line."""

import re
from functools import partial

from tree_sitter import Node

from dblint.languages.reader import Reader, interpolated, line_of
from dblint.model.syntax import Expression, Items, Opaque, Text

_WRITTEN = frozenset({"quoted_content", "escape_sequence"})
_TEXTS = frozenset({"s", "S", "c", "C"})
_WORDS = frozenset({"w", "W"})

# https://hexdocs.pm/elixir/String.html#module-escape-characters
_ESCAPE = re.compile(r"\\(\n|u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x\{[0-9a-fA-F]+\}|x[0-9a-fA-F]{1,2}|.)", re.DOTALL)
_SIMPLE = {"\n": "", "0": "\0", "a": "\a", "b": "\b", "d": "\x7f", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "s": " "}
_SIMPLE |= {"t": "\t", "v": "\v"}


def string(reader: Reader, node: Node, depth: int) -> Expression:
    """Return a string, charlist or quoted atom."""
    return _pieces(reader, node, depth, escapes=True)


def sigil(reader: Reader, node: Node, depth: int) -> Expression:
    """Return a sigil that gives text (`~s`) or a list of words (`~w`), and nothing of any other."""
    name = next((reader.text(child) for child in node.children if child.type == "sigil_name"), "")
    if name in _WORDS:
        text = _pieces(reader, node, depth, escapes=False)
        words = text.value.split() if isinstance(text, Text) else []
        return Items(tuple(Text(word, text.line) for word in words), line_of(node))
    if len(name) == 1 and name not in _TEXTS:
        return Opaque(line_of(node))
    return _pieces(reader, node, depth, escapes=name.islower())


def _pieces(reader: Reader, node: Node, depth: int, *, escapes: bool) -> Expression:
    """Return a text, or a template if it has holes."""
    return interpolated(reader, node, depth, _WRITTEN, partial(decoded, escapes=escapes))


def decoded(raw: str, *, escapes: bool) -> tuple[str, tuple[int, ...]]:
    """Return the value of a literal's source text and the offsets in it at which a new source line begins."""
    if not escapes or "\\" not in raw:
        return raw, tuple(found.end() for found in re.finditer("\n", raw))
    pieces: list[str] = []
    breaks: list[int] = []
    length = position = 0
    for escape in _ESCAPE.finditer(raw):
        plain = raw[position : escape.start()]
        breaks += [length + found.end() for found in re.finditer("\n", plain)]
        value = _value(escape.group(1))
        length += len(plain) + len(value)
        if escape.group(1) == "\n":
            breaks.append(length)
        pieces += (plain, value)
        position = escape.end()
    plain = raw[position:]
    breaks += [length + found.end() for found in re.finditer("\n", plain)]
    return "".join((*pieces, plain)), tuple(breaks)


def _value(code: str) -> str:
    """Return what an escape stands for; any other character stands for itself."""
    if code in _SIMPLE:
        return _SIMPLE[code]
    if code[0] in "ux" and len(code) > 1:
        number = int(code[1:].strip("{}"), 16)
        # A lone surrogate can be written to no report.
        return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else ""
    return code
