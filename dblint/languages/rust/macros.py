"""What macros stand for: their arguments are tokens, of which only strings, names and paths are read."""

from collections.abc import Iterator

from tree_sitter import Node

from dblint.languages.reader import Reader, line_of, meaningful
from dblint.languages.rust.strings import pieces
from dblint.model.syntax import Call, Expression, Items, Literal, Member, Name, Opaque, Template, Text

# `concatcp` and its like are const_format's, `concatcp!(SELECT, " where …")` of constants (https://docs.rs/const_format).
_CONCATENATING = frozenset({"concat", "concatcp", "concatc"})
_FORMATS = frozenset({"format", "format_args", "formatcp", "formatc"})
_FILES = frozenset({"include_str", "query_file", "query_file_as", "query_file_scalar"})
_SAYING = """
println print eprintln eprint panic assert assert_eq assert_ne debug info warn error trace log todo unimplemented unreachable
bail anyhow ensure debug_assert dbg write writeln span info_span instrument json
"""
_NEVER = frozenset(_SAYING.split())


def read(reader: Reader, function: Expression, tokens: Node, line: int) -> Expression:
    """The text, the list or the call that a macro stands for."""
    name = getattr(function, "name", "")
    if name in _NEVER:
        return Opaque(line)
    arguments, keywords = split(reader, tokens)
    if name in _CONCATENATING:
        return Template(tuple(arguments), line)
    if name in _FORMATS and arguments:
        return _formatted(arguments, keywords, line)
    if name == "vec":
        return Items(tuple(arguments), line)
    if name in _FILES:
        arguments = [_content(each) for each in arguments]
        if name == "include_str":
            return arguments[0] if arguments else Opaque(line)
    if name in reader.calls:
        reader.found = True
    return Call(function, tuple(arguments), tuple(keywords.items()), line)


def _content(argument: Expression) -> Expression:
    """The content of the file that a string names."""
    if isinstance(argument, Text):
        return Call(Member(argument, "read_text", argument.line), (), (), argument.line)
    return argument


def split(reader: Reader, tokens: Node) -> tuple[list[Expression], dict[str, Expression]]:
    """The arguments between commas, those of the form `name = value` apart."""
    arguments: list[Expression] = []
    keywords: dict[str, Expression] = {}
    for part in _parts(tokens):
        if len(part) > 2 and part[0].type == "identifier" and part[1].type == "=" and part[2].type != "=":
            keywords[reader.text(part[0])] = value(reader, part[2:])
        else:
            arguments.append(value(reader, part))
    return arguments, keywords


def _parts(tokens: Node) -> Iterator[list[Node]]:
    part: list[Node] = []
    for token in tokens.children[1:-1]:
        if token.type == ",":
            if part:
                yield part
            part = []
        elif not token.is_extra:
            part.append(token)
    if part:
        yield part


def value(reader: Reader, tokens: list[Node]) -> Expression:
    """What a run of tokens says: a text, texts put together, a name, a path; anything else is opaque."""
    line = line_of(tokens[0])
    kinds = [token.type for token in tokens]
    strings = [token for token in tokens if token.type in {"string_literal", "raw_string_literal"}]
    if strings and all(kind in {"string_literal", "raw_string_literal", "+"} for kind in kinds):
        read_ = tuple(reader.read(each) for each in strings)
        return read_[0] if len(read_) == 1 else Template(read_, line)
    tokens = [token for token in tokens if token.type not in {"&", "*", "mutable_specifier"}]
    kinds = [token.type for token in tokens]
    if kinds and all(kind in {"identifier", "self", "super", "crate", ".", "::", "type_identifier"} for kind in kinds):
        found: Expression | None = None
        for token in tokens:
            if token.type in {".", "::"}:
                continue
            name = reader.text(token)
            found = Member(found, name, line_of(token)) if found is not None else Name(name, line_of(token))
        return found or Opaque(line)
    if kinds == ["boolean_literal"]:
        return Literal(reader.text(tokens[0]) == "true", line)
    return Opaque(line)


def _formatted(arguments: list[Expression], keywords: dict[str, Expression], line: int) -> Expression:
    template, *values = arguments
    if not isinstance(template, Text):
        return Opaque(line)
    parts: list[Expression] = []
    for offset, written, hole in pieces(template.value):
        at = template.line + sum(1 for start in template.breaks if start <= offset)
        if hole is None:
            breaks = tuple(start - offset for start in template.breaks if offset < start <= offset + len(written))
            parts.append(Text(written, at, breaks))
        elif hole.isdigit():
            parts.append(values[int(hole)] if int(hole) < len(values) else Opaque(at))
        else:
            parts.append(keywords.get(hole) or Name(hole, at))
    return parts[0] if len(parts) == 1 and isinstance(parts[0], Text) else Template(tuple(parts), template.line)


def table(reader: Reader, tokens: Node, line: int) -> tuple[str, Call] | None:
    """(module, call that declares the table) of diesel's `table!`: `schema.name (key) { column -> Type, }`.

    Source: https://docs.diesel.rs/master/diesel/macro.table.html.
    """
    children = [child for child in tokens.children[1:-1] if not child.is_extra]
    body = next((child for child in children if child.type == "token_tree" and reader.text(child).startswith("{")), None)
    names = [reader.text(child) for child in children if child.type == "identifier" and _before(child, body)]
    renamed = _renamed(reader, children)
    if body is None or not names:
        return None
    # `use diesel::sql_types::*;` may stand before the table
    start = max((number for number, name in enumerate(names) if name == "use"), default=-1)
    schema, name = (names[-2], names[-1]) if len(names) - start > 2 and _dotted(children) else ("", names[-1])
    columns = tuple(_columns(reader, body))
    physical = f"{schema}.{renamed or name}" if schema else renamed or name
    return name, Call(Member(Name("diesel", line), "table", line), (Text(physical, line), *columns), (), line)


def _before(node: Node, body: Node | None) -> bool:
    return body is not None and node.start_byte < body.start_byte


def _dotted(children: list[Node]) -> bool:
    return any(child.type == "." for child in children)


def _renamed(reader: Reader, children: list[Node]) -> str:
    """The name in `#[sql_name = "x"]`."""
    for child in children:
        if child.type == "token_tree" and reader.text(child).startswith("["):
            inner = meaningful(child)
            if inner and reader.text(inner[0]) == "sql_name" and len(inner) > 1:
                found = reader.read(inner[1])
                return found.value if isinstance(found, Text) else ""
    return ""


def _columns(reader: Reader, body: Node) -> Iterator[Call]:
    for part in _parts(body):
        names = [token for token in part if token.type in {"identifier", "primitive_type", "type_identifier"}]
        arrow = next((token for token in part if reader.text(token) == "->"), None)
        before = [token for token in names if arrow is not None and token.start_byte < arrow.start_byte]
        if arrow is None or not before:
            continue
        column = before[-1]
        kind = [token for token in names if token.start_byte > arrow.start_byte][-1:]
        written = _renamed(reader, part) or reader.text(column)
        line = line_of(column)
        given: tuple[Expression, ...] = (Text(written, line), *(Name(reader.text(each), line) for each in kind))
        yield Call(Member(Name("diesel", line), "column", line), given, (), line)
