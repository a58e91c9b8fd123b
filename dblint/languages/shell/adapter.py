"""A shell script as common syntax facts: every piece of SQL for a database's client is a call of that client.

A script is searched for clients and never parsed, so that `skim` gives everything and nothing else of an adapter is asked for.
"""

import re
from collections.abc import Iterator
from functools import cache

import tree_sitter_javascript
from tree_sitter import Language, Node

from dblint.languages.driver import Source
from dblint.languages.shell.commands import CLIENTS, Given, commands, parts
from dblint.languages.vocabulary import Vocabulary
from dblint.model.syntax import Call, Comment, Evaluation, Expression, Module, Name, Opaque, Template, Text

__all__ = ["grammar", "literals", "module", "skim", "tolerates"]

_COMMENT = re.compile(r"#+\s*(dblint:.*)")


@cache
def grammar() -> Language:
    """Any grammar: none is asked for."""
    return Language(tree_sitter_javascript.language())


def literals() -> re.Pattern[bytes]:
    """Strings and comments."""
    return re.compile(rb"#[^\n]*|'[^']*'")


def tolerates(error: Node) -> bool:
    """Nothing."""
    _ = error
    return False


def skim(path: str, text: str, _: Vocabulary) -> Module:
    """Everything that a script says."""
    given = commands(text) if any(client in text for client in CLIENTS) else ()
    calls = [Call(Name(each.client, each.line), (_sql(each),), (), each.line) for each in given]
    evaluations = tuple(Evaluation(call, "", call.line) for call in calls)
    return Module(path, "shell", evaluations=evaluations, comments=tuple(_comments(text)))


def module(source: Source, vocabulary: Vocabulary) -> Module:
    """The same of a parsed file."""
    return skim(source.path, source.data.decode("utf-8", "replace"), vocabulary)


def _sql(given: Given) -> Expression:
    found: list[Expression] = []
    for piece, line in parts(given):
        breaks = tuple(index + 1 for index, character in enumerate(piece) if character == "\n")
        found.append(Text(piece, line, breaks) if piece else Opaque(line))
    return found[0] if len(found) == 1 and isinstance(found[0], Text) else Template(tuple(found), given.line)


def _comments(text: str) -> Iterator[Comment]:
    for number, line in enumerate(text.split("\n"), start=1):
        if "dblint:" in line and (found := _COMMENT.search(line)):
            yield Comment(found[1].strip(), number, own_line=not line[: found.start()].strip())
