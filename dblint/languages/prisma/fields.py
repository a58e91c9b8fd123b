"""What the fields of a Prisma model are: columns, foreign keys, and relations that add no column."""

import re

from dblint.languages.prisma.schema import Block, Field
from dblint.model.syntax import Call, Expression, Literal, Name, Text

SCALARS = frozenset({"String", "Int", "BigInt", "Float", "Decimal", "Boolean", "DateTime", "Json", "Bytes"})
_MAP = re.compile(r'@map\(\s*(?:name:\s*)?"([^"\n]*)"')
_RELATION = re.compile(r"@relation\((.*)\)")
_NAME = re.compile(r'(?:^\s*|name:\s*)"([^"\n]*)"')
_FIELDS = re.compile(r"fields:\s*\[([^\]]*)\]")


def decorators(field: Field, block: Block, schema: tuple[Block, ...]) -> tuple[Expression, ...]:
    """The annotations that say what a field is, in the words of the framework file."""
    line = field.line
    if _is_relation(field, schema):
        return (_relation(field, block, schema),)
    keywords: list[tuple[str, Expression]] = []
    if found := _MAP.search(field.attributes):
        keywords.append(("name", Text(found[1], line)))
    keywords.append(("nullable", Literal(field.optional, line)))
    if re.search(r"@default\(", field.attributes):
        keywords.append(("server_default", Literal(True, line)))
    made: list[Expression] = []
    target = next((each for each in block.fields if field.name in _keys(each)), None)
    if target is not None:
        enforced = not any(("relationMode", "prisma") in each.settings for each in schema)
        given = (*keywords, ("enforced", Literal(enforced, line)))
        made.append(Call(Name("foreign", line), (Name(target.type, line),), given, line))
    else:
        made.append(Call(Name("field", line), (), tuple(keywords), line))
    if re.search(r"@id\b", field.attributes):
        made.append(Call(Name("id", line), (), (), line))
    return tuple(made)


def _is_relation(field: Field, schema: tuple[Block, ...]) -> bool:
    if field.type in SCALARS or field.type.startswith("Unsupported"):
        return False
    kind = next((block.kind for block in schema if block.name == field.type), "")
    if kind:
        return kind in {"model", "view"}
    return field.is_list or "@relation" in field.attributes  # of another file of the schema


def _relation(field: Field, block: Block, schema: tuple[Block, ...]) -> Call:
    line = field.line
    target: tuple[Expression, ...] = (Name(field.type, line),)
    if not field.is_list:
        return Call(Name("relation", line), target, (), line)
    other = next((each for each in schema if each.name == field.type), None)
    if other is None:
        return Call(Name("lists", line), target, (), line)
    name = _name(field)
    backwards = [each for each in other.fields if each.type == block.name and _name(each) == name and each is not field]
    if not backwards or not all(each.is_list for each in backwards):
        return Call(Name("relation", line), target, (), line)
    table = f"_{name}" if name else "_" + "To".join(sorted((block.name, other.name)))
    return Call(Name("many", line), target, (("through", Text(table, line)),), line)


def _name(field: Field) -> str:
    """The name of a relation, empty if it has none."""
    written = _RELATION.search(field.attributes)
    found = _NAME.search(written[1]) if written else None
    return found[1] if found else ""


def _keys(field: Field) -> tuple[str, ...]:
    """The scalar fields that hold a relation's foreign key."""
    written = _RELATION.search(field.attributes)
    found = _FIELDS.search(written[1]) if written else None
    return tuple(name.strip() for name in found[1].split(",")) if found else ()
