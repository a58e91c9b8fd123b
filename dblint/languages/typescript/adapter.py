"""TypeScript source as common syntax facts."""

import re
from functools import cache

import tree_sitter_typescript
from tree_sitter import Language

from dblint.languages.driver import Source
from dblint.languages.javascript.adapter import literals, skim_as, tolerates
from dblint.languages.javascript.collector import JavaScriptCollector
from dblint.languages.javascript.elements import readable
from dblint.languages.javascript.expressions import reader
from dblint.languages.typescript.newer import without_newer_words
from dblint.languages.typescript.tags import without_type_arguments
from dblint.languages.vocabulary import Vocabulary
from dblint.model.syntax import Module

__all__ = ["grammar", "grammar_of", "literals", "module", "prepared", "skim", "tolerates"]

_TSX = re.compile(r"\.(?:tsx|[cm]?jsx?)\Z", re.IGNORECASE)


@cache
def grammar() -> Language:
    """The TypeScript grammar."""
    return Language(tree_sitter_typescript.language_typescript())


@cache
def _tsx() -> Language:
    return Language(tree_sitter_typescript.language_tsx())


def grammar_of(path: str) -> Language:
    """The grammar of a file: in a `.tsx`, and in JavaScript with Flow's types, `<T>` begins an element and no assertion."""
    return _tsx() if _TSX.search(path) else grammar()


def prepared(data: bytes) -> bytes:
    """The source as the grammar can read it, every place unchanged."""
    return readable(without_newer_words(without_type_arguments(data)))


def skim(path: str, text: str, vocabulary: Vocabulary) -> Module | None:
    """The imports of a file that holds no marker, no SQL and nothing that others may need; None for any other file."""
    return skim_as("typescript", path, text, vocabulary)


def module(source: Source, vocabulary: Vocabulary) -> Module:
    """The facts of a parsed file."""
    made = reader(source.data, vocabulary.calls, grammar_of(source.path))
    return JavaScriptCollector(source, vocabulary.calls, made).module("typescript")
