"""The blocks of a Prisma schema with their fields and attributes, line by line."""

import re
from collections.abc import Iterator

from dblint.model.base import Fact

_OPENING = re.compile(r"\s*(model|view|enum|type|datasource|generator)\s+(\w+)\s*\{")
_FIELD = re.compile(r"\s*(\w+)\s+(Unsupported\(\"[^\"\n]*\"\)|\w+)(\[\])?(\?)?(.*)")
_BLOCK_ATTRIBUTE = re.compile(r'@@(\w+)\(\s*(?:name:\s*)?"([^"\n]*)"\s*\)')
_SETTING = re.compile(r'\s*(\w+)\s*=\s*"([^"\n]*)"')
# A comment, but not the slashes inside a string.
_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*+")|//.*')


class Field(Fact, frozen=True):
    """A field of a model: `type` without list and question marks, `attributes` as written."""

    name: str
    type: str
    is_list: bool
    optional: bool
    attributes: str
    line: int


class Block(Fact, frozen=True):
    """A block from `line` to `end`; `attributes` are those of the block (`@@map`), `settings` the entries of a datasource."""

    kind: str
    name: str
    line: int
    end: int
    fields: tuple[Field, ...]
    attributes: tuple[tuple[str, str, int], ...]
    settings: tuple[tuple[str, str], ...]

    def attribute(self, name: str) -> list[tuple[str, int]]:
        """The value of an attribute of the block and its line; empty where it has none."""
        return [(value, line) for known, value, line in self.attributes if known == name]


def blocks(text: str) -> Iterator[Block]:
    """All blocks of a schema; what is none is passed over."""
    lines = text.split("\n")
    position = 0
    while position < len(lines):
        opened = _OPENING.match(lines[position])
        start = position
        position += 1
        if opened is None:
            continue
        if "}" in lines[start]:
            continue
        while position < len(lines) and not lines[position].lstrip().startswith("}"):
            position += 1
        inside = [(number + 1, _bare(lines[number])) for number in range(start + 1, min(position, len(lines)))]
        yield _block(opened[1], opened[2], start + 1, position + 1, inside)


def _bare(line: str) -> str:
    return _COMMENT.sub(lambda found: found[1] or "", line)


def _block(kind: str, name: str, first: int, last: int, inside: list[tuple[int, str]]) -> Block:
    attributes = tuple(
        (found[1], found[2], number)
        for number, line in inside
        if line.lstrip().startswith("@@") and (found := _BLOCK_ATTRIBUTE.search(line))
    )
    settings = tuple((found[1], found[2]) for _, line in inside if (found := _SETTING.match(line)))
    fields = tuple(
        Field(found[1], found[2], bool(found[3]), bool(found[4]), found[5], number)
        for number, line in inside
        if kind in {"model", "view", "type"} and (found := _FIELD.match(line))
    )
    return Block(kind, name, first, last, fields, attributes, settings)
