"""A Prisma schema as common syntax facts: its models are classes, its attributes annotations.

Source of the language: prisma.io, "Prisma schema reference". A schema is read line by line and never parsed, so that `skim`
gives everything and nothing else of an adapter is asked for.
"""

import re
from collections.abc import Iterator
from functools import cache

import tree_sitter_javascript
from tree_sitter import Language, Node

from dblint.languages.driver import Source
from dblint.languages.prisma.fields import decorators
from dblint.languages.prisma.schema import Block, blocks
from dblint.languages.vocabulary import Vocabulary
from dblint.model.syntax import Binding, Call, Class, Comment, Import, Module, Name, Text

__all__ = ["grammar", "literals", "module", "skim", "tolerates"]

_COMMENT = re.compile(r"//+\s*(dblint:.*)")


@cache
def grammar() -> Language:
    """Any grammar: none is asked for."""
    return Language(tree_sitter_javascript.language())


def literals() -> re.Pattern[bytes]:
    """Strings and comments."""
    return re.compile(rb'//[^\n]*|"(?:[^"\\\n]|\\.)*+"')


def tolerates(error: Node) -> bool:
    """Nothing."""
    _ = error
    return False


def skim(path: str, text: str, _: Vocabulary) -> Module:
    """Everything that a schema says."""
    found = tuple(blocks(text))
    models = [block for block in found if block.kind in {"model", "view"}]
    return Module(
        path,
        "prisma",
        imports=tuple(Import(name, "@prisma/client/schema", name, "", 1) for name in ("Model", "View")),
        classes=tuple(_class(block) for block in models),
        bindings=(*_outputs(found), *(binding for block in models for binding in _fields(block, found))),
        comments=tuple(_comments(text)),
    )


def module(source: Source, vocabulary: Vocabulary) -> Module:
    """The same of a parsed file."""
    return skim(source.path, source.data.decode("utf-8", "replace"), vocabulary)


def _class(block: Block) -> Class:
    marks = tuple(
        Call(Name(name, line), (Text(value, line),), (), line)
        for name in ("map", "schema")
        for value, line in block.attribute(name)
    )
    base = "View" if block.kind == "view" else "Model"
    return Class(block.name, "", (Name(base, block.line),), (), marks, block.line, block.end)


def _outputs(found: tuple[Block, ...]) -> Iterator[Binding]:
    """Where clients are generated, relative to the schema."""
    for block in found:
        for name, value in block.settings if block.kind == "generator" else ():
            if name == "output":
                yield Binding("@output", "", "=", Text(value, block.line), block.line)


def _fields(block: Block, schema: tuple[Block, ...]) -> Iterator[Binding]:
    for field in block.fields:
        yield Binding(
            field.name,
            block.name,
            ":",
            None,
            field.line,
            Name(field.type, field.line),
            decorators(field, block, schema),
        )


def _comments(text: str) -> Iterator[Comment]:
    for number, line in enumerate(text.split("\n"), start=1):
        if "dblint:" in line and (found := _COMMENT.search(line)):
            yield Comment(found[1].strip(), number, own_line=not line[: found.start()].strip())
