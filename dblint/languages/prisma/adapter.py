"""A Prisma schema as common syntax facts: its models are classes, its attributes annotations.

Source of the language: prisma.io, "Prisma schema reference". A schema is read line by line and never parsed.
"""

import re
from collections.abc import Iterator

from dblint.languages.prisma.fields import decorators
from dblint.languages.prisma.schema import Block, blocks
from dblint.model.syntax import Binding, Call, Class, Comment, Import, Module, Name, Text

_COMMENT = re.compile(r"//+\s*(dblint:.*)")


def read(path: str, text: str) -> Module:
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
