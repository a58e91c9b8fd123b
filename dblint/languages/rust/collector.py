"""What the captured slots of a Rust file mean."""

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from dblint.languages.collector import Assignment, Bound, Collector, Handler, Scope
from dblint.languages.driver import Source
from dblint.languages.reader import field as part
from dblint.languages.reader import line_of, meaningful
from dblint.languages.rust import macros
from dblint.languages.rust.expressions import reader, tail_of
from dblint.languages.rust.imports import imports
from dblint.model.syntax import (
    Binding,
    Call,
    Class,
    Expression,
    Function,
    Import,
    Item,
    Literal,
    Member,
    Name,
    Parameter,
)

_CRATE = re.compile(rb"(?<![\w:.])([a-z_][a-z0-9_]*)(?=::)")
_CRATES = frozenset(
    {"sqlx", "diesel", "sea_orm", "sea_query", "tokio_postgres", "rusqlite", "postgres", "mongodb", "redis", "std"}
)
# What sea-orm derives from the struct `Model` of an entity's module.
_DERIVED = ("Entity", "ActiveModel")


class RustCollector(Collector):
    """The facts of one Rust file."""

    called = re.compile(rb"\b[A-Za-z_]\w*+(?=\s*+(?:\(|!|::\s*<))")

    def __init__(self, source: Source, calls: frozenset[str]) -> None:
        self._used: set[str] = set()
        self._types: list[tuple[int, int, str]] = []
        self._traits: dict[tuple[int, int], Expression] = {}
        super().__init__(source, calls, reader(source.data, calls))

    def handlers(self) -> Mapping[str, Handler]:
        """What each capture means."""
        return {
            "use": self._use,
            "struct": self._struct,
            "impl": self._impl,
            "trait": self._trait,
            "function": self._function,
            "signature": self._function,
            "constant": self._constant,
            "alias": self._alias,
            "let": self._let,
            "assignment": self._assignment,
            "for": self._for,
            "return": self._return,
            "block": self._block,
            "definition": self._definition,
            "value": self._value,
        }

    def crates_named(self) -> Iterator[Import]:
        """The crates that paths name without an import (https://doc.rust-lang.org/reference/names/preludes.html)."""
        known = {item.name for item in self.imports} | {item.name for item in self.classes}
        named = {found.group(1).decode() for found in _CRATE.finditer(self.source.data)} | self._used
        for name in sorted(named & _CRATES - known):
            yield Import(name, name, "", "", 1)

    def bind(self, target: Node, operator: str, value: Expression | None) -> Iterator[Bound]:
        """What a pattern binds: a name, a field of `self`, or the elements of a tuple."""
        while target.type in {"mut_pattern", "ref_pattern", "captured_pattern", "reference_pattern"} and meaningful(target):
            target = meaningful(target)[-1]
        if target.type in {"identifier", "field_expression"}:
            name = self._dotted(target)
            if name and name != "_":
                yield name, operator, value
        elif target.type in {"tuple_struct_pattern", "tuple_pattern"}:
            inner = [each for each in meaningful(target) if each != target.child_by_field_name("type")]
            if len(inner) == 1:
                yield from self.bind(inner[0], operator, value)
                return
            whole = ", ".join(self.source.text(each) for each in inner)
            line = line_of(target)
            yield whole, operator, value
            for index, each in enumerate(inner):
                yield from self.bind(each, "=", Item(Name(whole, line), Literal(index, line), line))

    def _dotted(self, node: Node) -> str:
        names: list[str] = []
        while node.type == "field_expression":
            names.append(self.source.text(part(node, "field")))
            node = part(node, "value")
        if node.type not in {"identifier", "self"}:
            return ""
        return ".".join((self.source.text(node), *reversed(names)))

    def _use(self, node: Node, _: Scope) -> None:
        tree = self.source.text(part(node, "argument"))
        self.imports += imports(self.source.path, tree, line_of(node))

    def _attributes(self, node: Node) -> Iterator[Expression]:
        """The attributes above an item or a field: `#[sea_orm(table_name = "x")]`; those of `derive` one by one."""
        above = node.prev_sibling
        found: list[Expression] = []
        while above is not None and (above.type == "attribute_item" or above.is_extra):
            if above.type == "attribute_item":
                found += self._attribute(meaningful(above)[0]) if meaningful(above) else ()
            above = above.prev_sibling
        yield from found

    def _attribute(self, node: Node) -> Iterator[Expression]:
        name, *_ = [*meaningful(node), node]
        tokens = node.child_by_field_name("arguments")
        function = self.reader.read(name)
        if tokens is None:
            yield function
            return
        arguments, keywords = macros.split(self.reader, tokens)
        if getattr(function, "name", "") == "derive":
            yield from arguments
        else:
            yield Call(function, tuple(arguments), tuple(keywords.items()), line_of(node))

    def _struct(self, node: Node, scope: Scope) -> None:
        name = self.source.text(part(node, "name"))
        marks = tuple(self._attributes(node))
        body = node.child_by_field_name("body")
        found = Class(name, scope.qualified, (), (), marks, line_of(node), node.end_point.row + 1)
        self.define_class(found, body or node, node.end_byte)
        for each in meaningful(body) if body is not None else ():
            if each.type == "field_declaration":
                target = part(each, "name")
                self.keep_binding(
                    target,
                    Binding(
                        self.source.text(target),
                        found.qualified,
                        ":",
                        None,
                        line_of(target),
                        self.reader.read(part(each, "type")),
                        tuple(self._attributes(each)),
                    ),
                )
        if name == "Model" and any(
            getattr(getattr(mark, "function", mark), "name", "") == "DeriveEntityModel" for mark in marks
        ):
            for derived in _DERIVED:
                self.keep_binding(node, Binding(derived, scope.qualified, "=", Name(name, line_of(node)), line_of(node)))

    def _impl(self, node: Node, _: Scope) -> None:
        kind = self.reader.read(part(node, "type"))
        if isinstance(kind, Item):
            kind = kind.value
        if isinstance(kind, Name):
            self._types.append((node.start_byte, node.end_byte, kind.name))
            trait = node.child_by_field_name("trait")
            if trait is not None:
                self._traits[node.start_byte, node.end_byte] = self.reader.read(trait)

    def _trait(self, node: Node, scope: Scope) -> None:
        name = self.source.text(part(node, "name"))
        self._types.append((node.start_byte, node.end_byte, name))
        self.classes.append(Class(name, scope.qualified, (), (), (), line_of(node), node.end_point.row + 1))

    def _trait_at(self, place: int) -> Iterator[Expression]:
        """The trait that a method is part of: it marks it, as whoever has the trait may call it."""
        yield from (trait for (start, end), trait in self._traits.items() if start <= place < end)

    def _type_at(self, place: int) -> str:
        return next((name for start, end, name in reversed(self._types) if start <= place < end), "")

    def _function(self, node: Node, scope: Scope) -> None:
        owner = "" if scope.is_function else self._type_at(node.start_byte)
        result = node.child_by_field_name("return_type")
        annotation = self.reader.read(result) if result else None
        if isinstance(annotation, Name) and annotation.name == "Self" and owner:
            annotation = Name(owner, annotation.line)
        found = Function(
            self.source.text(part(node, "name")),
            owner or scope.qualified,
            tuple(self._parameters(node, owner)),
            tuple(self._trait_at(node.start_byte)) if owner else (),
            (),
            line_of(node),
            node.end_point.row + 1,
            annotation,
        )
        self.define_function(found, node.child_by_field_name("body"), node.end_byte)

    def _parameters(self, node: Node, owner: str) -> Iterator[Parameter]:
        parameters = node.child_by_field_name("parameters")
        declared = meaningful(parameters) if parameters else []
        if owner and not any(each.type == "self_parameter" for each in declared):
            yield Parameter("cls", Name(owner, line_of(node)))
        for each in declared:
            if each.type == "self_parameter":
                yield Parameter("self", Name(owner, line_of(each)))
            elif each.type == "parameter":
                pattern = part(each, "pattern")
                while pattern.type != "identifier" and meaningful(pattern):
                    pattern = meaningful(pattern)[-1]
                yield Parameter(self.source.text(pattern), self.reader.read(part(each, "type")))

    def _constant(self, node: Node, scope: Scope) -> None:
        owner = scope.qualified or self._type_at(node.start_byte)
        value = node.child_by_field_name("value")
        if value is not None:
            name = part(node, "name")
            self.keep_binding(node, Binding(self.source.text(name), owner, "=", self.reader.read(value), line_of(name)))

    def _alias(self, node: Node, scope: Scope) -> None:
        name = part(node, "name")
        value = self.reader.read(part(node, "type"))
        self.keep_binding(node, Binding(self.source.text(name), scope.qualified, "=", value, line_of(name)))

    def _let(self, node: Node, scope: Scope) -> None:
        annotation, value = node.child_by_field_name("type"), node.child_by_field_name("value")
        self.assign(Assignment(scope, [part(node, "pattern")], "=" if value else ":", value, annotation))

    def _assignment(self, node: Node, scope: Scope) -> None:
        operator = part(node, "operator").type if node.child_by_field_name("operator") else "="
        self.assign(Assignment(scope, [part(node, "left")], operator, part(node, "right")))

    def _for(self, node: Node, scope: Scope) -> None:
        self.assign(Assignment(scope, [part(node, "pattern")], "for", part(node, "value")))

    def _return(self, node: Node, scope: Scope) -> None:
        for child in meaningful(node):
            self.give_back(child, scope)

    def _block(self, node: Node, scope: Scope) -> None:
        """A block, whose last expression is its value: what a function returns, or what is evaluated where it stands."""
        tail = tail_of(node)
        if tail is None:
            return
        around = node.parent
        if around is not None and around.type == "function_item":
            self.give_back(tail, scope)
        else:
            self.evaluate(tail, scope)

    def _definition(self, node: Node, scope: Scope) -> None:
        """`table! { … }` of diesel."""
        name = self.source.text(part(node, "macro")).rpartition("::")[2]
        tokens = next((child for child in node.children if child.type == "token_tree"), None)
        if name != "table" or tokens is None:
            return
        found = macros.table(self.reader, tokens, line_of(node))
        if found is not None:
            module, call = found
            self._used.add("diesel")
            self.keep_binding(node, Binding(module, scope.qualified, "=", call, call.line))

    def _value(self, node: Node, scope: Scope) -> None:
        if node.type == "let_condition":
            self.assign(Assignment(scope, [part(node, "pattern")], "=", part(node, "value")))
        elif node.type not in {"block", "assignment_expression", "compound_assignment_expr", "return_expression"}:
            self._push(node, scope)
            self.evaluate(node, scope)

    def _push(self, node: Node, scope: Scope) -> None:
        """`sql.push_str(" where …")` is `sql += …`, for a `QueryBuilder` too."""
        if node.type != "call_expression" or part(node, "function").type != "field_expression":
            return
        function = self.reader.read(part(node, "function"))
        arguments = node.child_by_field_name("arguments")
        given = self.reader.all(arguments.named_children, 0) if arguments else ()
        if (
            isinstance(function, Member)
            and function.name in {"push_str", "push"}
            and isinstance(function.value, Name)
            and given
        ):
            self.keep_binding(node, Binding(function.value.name, scope.qualified, "+=", given[0], line_of(node)))
