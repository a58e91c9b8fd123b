"""C# source as common syntax facts."""

import re

from tree_sitter import Node

from dblint.languages.csharp.collector import CsharpCollector
from dblint.languages.csharp.expressions import grammar
from dblint.languages.csharp.imports import imports
from dblint.languages.csharp.strings import QUOTE
from dblint.languages.driver import Source
from dblint.languages.vocabulary import Vocabulary, may_hold_sql
from dblint.model.syntax import Module

__all__ = ["grammar", "literals", "module", "prepared", "skim", "tolerates"]

_LITERALS = re.compile(
    rb'//[^\n]*|/\*.*?\*/|"""+(?:.*?)"""+|[$@]*@[$@]*"(?:[^"]|"")*+"|\$?"(?:[^"\\\n]|\\.)*+"|\'(?:[^\'\\\n]|\\.)*+\'',
    re.DOTALL,
)
_INTERPOLATED_VERBATIM = re.compile(rb'(?:\$@|@\$)"(?:[^"]|"")*+"')
# A class that another file may need: an entity is known by no word of a framework, only by its properties; a repository by the
# type that it derives from. What is left are enumerations, attributes and files of directives.
_DECLARES = re.compile(r"\b(?:class|record|struct|interface)\s+\w")


def literals() -> re.Pattern[bytes]:
    """Strings and comments."""
    return _LITERALS


def prepared(data: bytes) -> bytes:
    """The source without doubled quotes in interpolated verbatim strings; no place moves.

    The grammar takes those beside the first and the last quote, with these, for the quotes of a raw string.
    """
    if b'"""' not in data:
        return data
    return _INTERPOLATED_VERBATIM.sub(_unquoted, data)


def _unquoted(literal: re.Match[bytes]) -> bytes:
    written = literal[0]
    return written[:3] + written[3:-1].replace(b'""', QUOTE.encode()) + written[-1:]


def tolerates(error: Node) -> bool:
    """Directives of the preprocessor in places where the grammar does not expect them."""
    return error.type == "ERROR" and bool(error.children) and all(child.type.startswith("preproc") for child in error.children)


def skim(path: str, text: str, vocabulary: Vocabulary) -> Module | None:
    """The imports of a file that declares no type and holds no marker and no SQL; None for any other file."""
    if _DECLARES.search(text) or "dblint:" in text or may_hold_sql(text) or vocabulary.marks(text):
        return None
    return Module(path, "csharp", imports=tuple(imports(text)))


def module(source: Source, vocabulary: Vocabulary) -> Module:
    """The facts of a parsed file."""
    collector = CsharpCollector(source, vocabulary.calls)
    return collector.module("csharp", namespace=collector.namespace)
