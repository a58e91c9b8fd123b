"""Scala source as common syntax facts."""

import re

from tree_sitter import Node

from dblint.languages.driver import Source
from dblint.languages.scala.collector import ScalaCollector
from dblint.languages.scala.expressions import grammar
from dblint.languages.scala.imports import skimmed
from dblint.languages.vocabulary import Vocabulary, may_hold_sql
from dblint.model.syntax import Module

__all__ = ["grammar", "literals", "module", "prepared", "skim", "tolerates"]

_LITERALS = re.compile(
    rb'//[^\n]*|/\*.*?\*/|"""(?:[^"]|"(?!""))*+"""|"(?:[^"\\\n]|\\.)*+"|\'(?:[^\'\\\n]|\\.)\'',
    re.DOTALL,
)
# A file without any marker matters to others if it has values, derives from something, or gives text.
_DECLARES = re.compile(r"\b(?:val|var)\s|\b(?:class|trait|object)\b[^{\n]*\bextends\b|\bcase\s+class\b|=[ \t]*+[a-z]*\"")


_KEYWORDS = (
    rb"abstract|case|catch|class|def|do|else|extends|false|final|finally|for|if|implicit|import|lazy|match|new|null|object|override"
    rb"|package|private|protected|return|sealed|super|this|throw|trait|try|true|type|val|var|while|with|yield"
)
# A symbol that is spelled like a keyword (`'type -> value`), and `enum` as a name, which only Scala 3 took for itself.
_MISREAD = re.compile(_LITERALS.pattern + rb"|'(?P<symbol>(?:" + _KEYWORDS + rb")\b)|\b(?P<name>enum)\b(?!\s+[\w`])", re.DOTALL)
_MAY_BE_MISREAD = re.compile(rb"'(?:" + _KEYWORDS + rb")\b|\benum\b")


def literals() -> re.Pattern[bytes]:
    """Strings and comments."""
    return _LITERALS


def prepared(data: bytes) -> bytes:
    """The source without keywords of another version of Scala where they are plain names; no place moves."""
    return _MISREAD.sub(_plain, data) if _MAY_BE_MISREAD.search(data) else data


def _plain(found: re.Match[bytes]) -> bytes:
    if symbol := found["symbol"]:
        return b"'" + symbol.capitalize()
    return b"enuM" if found["name"] else found[0]


def tolerates(error: Node) -> bool:
    """Errors that hide nothing: a missing line end or semicolon."""
    return error.is_missing and error.type in {";", "_automatic_semicolon", "_outdent"}


def skim(path: str, text: str, vocabulary: Vocabulary) -> Module | None:
    """The imports of a file that holds no marker, no SQL and nothing that others may need; None for any other file."""
    if _DECLARES.search(text) or "dblint:" in text or may_hold_sql(text) or vocabulary.marks(text):
        return None
    return Module(path, "scala", imports=tuple(skimmed(text)))


def module(source: Source, vocabulary: Vocabulary) -> Module:
    """The facts of a parsed file."""
    return ScalaCollector(source, vocabulary.calls).module("scala")
