"""JavaScript source as common syntax facts."""

import re

from tree_sitter import Node

from dblint.languages.driver import Source
from dblint.languages.javascript.collector import JavaScriptCollector
from dblint.languages.javascript.elements import readable
from dblint.languages.javascript.expressions import grammar, reader
from dblint.languages.javascript.imports import skimmed
from dblint.languages.vocabulary import Vocabulary, may_hold_sql
from dblint.model.syntax import Module

__all__ = ["grammar", "literals", "module", "prepared", "skim", "skim_as", "tolerates"]

_LITERALS = re.compile(
    rb"//[^\n]*|/\*.*?\*/|\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'|`(?:[^`\\]|\\.)*+`",
    re.DOTALL,
)

_HARMLESS = re.compile(rb"[^(){}<>]*\(?")
_ARROW_TYPE = re.compile(rb"=>\s*[\w$.\[\]| ]+")

# A file without any marker matters to others if it passes names on, names a text, declares a class that has a base or fields
# with decorators, or gives another name to the type of what runs queries.
_DECLARES = re.compile(
    r"\n[ \t]*+(?:export[ \t]+(?:\*|\{|default\b|(?:const|let|var)[ \t]+[\w$]+[^=\n]*=(?![ \t]*(?:async\b|\(|function\b)))"
    r"|(?:const|let|var)[ \t]+[\w$]+[^=\n]*=[ \t]*(?:[\"'`{\[]|new\b)"
    r"|(?:export[ \t]+)?(?:default[ \t]+)?(?:abstract[ \t]+)?class[ \t]+[\w$]+[^{\n]*\b(?:extends|implements)\b"
    r"|(?:export[ \t]+)?(?:const[ \t]+)?enum\b"
    r"|(?:export[ \t]+)?type[ \t]+[\w$]+[^=\n]*=\s*"
    r"(?:Omit|Pick|Parameters|[\w.$]*(?:Client|Service|Manager|Transaction|Pool))\b"
    r"|(?:module\.)?exports\b|return[ \t]*+\(?[\"'`]|@[A-Z]\w*\()"
)


def literals() -> re.Pattern[bytes]:
    """Strings and comments."""
    return _LITERALS


def tolerates(error: Node) -> bool:
    """An `&` in the text or an attribute of an element, and `(string) => T` as a type: valid, and without any call inside."""
    around = error.parent
    if around is not None and around.type == "string":
        around = around.parent
    in_element = around is not None and around.type.startswith("jsx_")
    text = error.text or b""
    if in_element:
        return _HARMLESS.fullmatch(text) is not None
    in_type = around is not None and around.type in {"class_body", "interface_body", "object_type"}
    return in_type and _ARROW_TYPE.fullmatch(text) is not None


def prepared(data: bytes) -> bytes:
    """The source as the grammar can read it, every place unchanged."""
    return readable(data)


def skim(path: str, text: str, vocabulary: Vocabulary) -> Module | None:
    """The imports of a file that holds no marker, no SQL and nothing that others may need; None for any other file."""
    return skim_as("javascript", path, text, vocabulary)


def skim_as(language: str, path: str, text: str, vocabulary: Vocabulary) -> Module | None:
    """The same for either of the two languages."""
    if _DECLARES.search("\n" + text) or "dblint:" in text or may_hold_sql(text) or vocabulary.marks(text):
        return None
    return Module(path, language, imports=tuple(skimmed(text)))


def module(source: Source, vocabulary: Vocabulary) -> Module:
    """The facts of a parsed file."""
    made = reader(source.data, vocabulary.calls, grammar())
    return JavaScriptCollector(source, vocabulary.calls, made).module("javascript")
