"""Rust source as common syntax facts."""

import re

from tree_sitter import Node

from dblint.languages.driver import Source
from dblint.languages.rust.collector import RustCollector
from dblint.languages.rust.expressions import grammar
from dblint.languages.rust.imports import skimmed
from dblint.languages.vocabulary import Vocabulary, may_hold_sql
from dblint.model.syntax import Comment, Module

__all__ = ["grammar", "literals", "module", "skim", "tolerates"]

_LITERALS = re.compile(
    rb'//[^\n]*|/\*.*?\*/|b?r#+".*?"#+|b?r"[^"]*+"|b?"(?:[^"\\]|\\.)*+"|\'(?:[^\'\\\n]|\\.[^\'\n]*)\'', re.DOTALL
)
# A file without any marker matters to others if it declares a type or names a string, or has functions that return text.
_DECLARES = re.compile(
    r"\n[ \t]*+(?:pub(?:\([^)\n]*\))?[ \t]++)?(?:struct\b|type\b|(?:const|static)[ \t]+\w+[ \t]*:[ \t]*&|impl\b|r?#*\"|format!)"
)
_MACROS = re.compile(r"\b(?:table|query\w*)!\s*[({]")


def literals() -> re.Pattern[bytes]:
    """Strings and comments."""
    return _LITERALS


def tolerates(error: Node) -> bool:
    """Nothing: what the grammar does not know may hide something."""
    _ = error
    return False


def skim(path: str, text: str, vocabulary: Vocabulary) -> Module | None:
    """The imports of a file that holds no marker, no SQL and nothing that others may need; None for any other file."""
    if (
        _DECLARES.search("\n" + text)
        or _MACROS.search(text)
        or "dblint:" in text
        or may_hold_sql(text)
        or vocabulary.marks(text)
    ):
        return None
    return Module(path, "rust", imports=tuple(skimmed(path, text)))


def module(source: Source, vocabulary: Vocabulary) -> Module:
    """The facts of a parsed file."""
    collector = RustCollector(source, vocabulary.calls)
    return Module(
        source.path,
        "rust",
        imports=tuple(collector.everything_imported()),
        classes=tuple(collector.classes),
        functions=tuple(collector.functions),
        bindings=collector.bindings,
        evaluations=collector.evaluations,
        comments=_comments(source),
        broken=source.broken,
    )


def _comments(source: Source) -> tuple[Comment, ...]:
    return tuple(
        Comment(_said(source.text(node)), node.start_point.row + 1, own_line=_is_alone(source.data, node))
        for node in source.comments
    )


def _said(written: str) -> str:
    """A comment without its signs."""
    return written.strip("/*! \t\n")


def _is_alone(data: bytes, node: Node) -> bool:
    """Whether only space stands before a comment on its line."""
    return not data[data.rfind(b"\n", 0, node.start_byte) + 1 : node.start_byte].strip()
