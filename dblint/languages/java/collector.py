"""What the captured slots of a Java file mean."""

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from tree_sitter import Node

from dblint.languages.collector import Assignment, Bound, Collector, Handler, Scope
from dblint.languages.converts import without_root
from dblint.languages.driver import Source
from dblint.languages.java.expressions import reader
from dblint.languages.java.imports import imported
from dblint.languages.reader import field as part
from dblint.languages.reader import line_of, meaningful, type_parameters
from dblint.model.syntax import Call, Class, Expression, Function, Name, Parameter

_APPENDED = "append"
_ANNOTATIONS = frozenset({"annotation", "marker_annotation"})


class JavaCollector(Collector):
    """The facts of one Java file."""

    called: ClassVar[re.Pattern[bytes]] = re.compile(rb"\b[A-Za-z_]\w*+(?=\s*+\()|(?<=::)[A-Za-z_]\w*+")
    outlives: ClassVar[tuple[str, ...]] = ("this.",)

    def __init__(self, source: Source, calls: frozenset[str]) -> None:
        super().__init__(source, calls, reader(source.data, calls))

    def handlers(self) -> Mapping[str, Handler]:
        """What each capture means."""
        return {
            "import": self._import,
            "class": self._class,
            "function": self._function,
            "field": self._field,
            "constant": self._enum_constant,
            "local": self._variables,
            "resource": self._resource,
            "for": self._for,
            "assignment": self._assignment,
            "return": self._return,
            "constructed": self._value,
            "annotation": self._annotated,
            "callback": self._callback,
            "switch": self._switch,
            "value": self._value,
        }

    def bind(self, target: Node, operator: str, value: Expression | None) -> Iterator[Bound]:
        """What Java's targets bind: a name, or a field of `this`."""
        if operator == _APPENDED:
            value, operator = without_root(value), "+="
        if target.type == "identifier":
            yield self.reader.text(target), operator, value
        elif target.type == "field_access" and part(target, "object").type == "this":
            yield f"self.{self.reader.text(part(target, 'field'))}", operator, value

    def _import(self, node: Node, _: Scope) -> None:
        self.imports += imported(self.source.text(node), line_of(node))

    def _class(self, node: Node, scope: Scope) -> None:
        name, bases = self.reader.text(part(node, "name")), tuple(self._bases(node))
        generic = type_parameters(node, self.reader.text)
        found = Class(name, scope.qualified, bases, generic, self._decorators(node), line_of(node), node.end_point.row + 1)
        self.define_class(found, part(node, "body"), node.end_byte)
        if node.type == "record_declaration":
            self._components(part(node, "parameters"), self.scopes[-1])

    def _bases(self, node: Node) -> Iterator[Expression]:
        """The superclass first, then the interfaces."""
        for child in meaningful(node):
            if child.type == "superclass":
                yield self.reader.read(meaningful(child)[0])
            elif child.type in {"super_interfaces", "extends_interfaces"}:
                yield from self.reader.all(meaningful(child)[0].named_children, 0)

    def _components(self, parameters: Node, scope: Scope) -> None:
        """The components of a record are its fields."""
        for child in meaningful(parameters):
            name = child.child_by_field_name("name")
            if name is not None:
                decorators = self._decorators(child)
                self.assign(Assignment(scope, [name], ":", None, child.child_by_field_name("type"), decorators))

    def _modifiers(self, node: Node) -> Node | None:
        return next((child for child in node.children if child.type == "modifiers"), None)

    def _decorators(self, node: Node) -> tuple[Expression, ...]:
        modifiers = self._modifiers(node)
        return tuple(self.reader.read(child) for child in modifiers.children if child.type in _ANNOTATIONS) if modifiers else ()

    def _is_static(self, node: Node) -> bool:
        modifiers = self._modifiers(node)
        return modifiers is not None and any(child.type == "static" for child in modifiers.children)

    def _annotated(self, node: Node, scope: Scope) -> None:
        if self.may_matter(node):
            self.value(node, self.of_method(node, scope, "method_declaration"))

    def _function(self, node: Node, scope: Scope) -> None:
        annotation = node.child_by_field_name("type")
        name = self.reader.text(part(node, "name")) if annotation else "__init__"
        found = Function(
            name,
            scope.qualified,
            tuple(self._parameters(node, scope)),
            self._decorators(node),
            (),
            line_of(part(node, "name")),
            node.end_point.row + 1,
            self.reader.read(annotation) if annotation else None,
            abstract=node.child_by_field_name("body") is None,
        )
        self.define_function(found, node.child_by_field_name("body"), node.end_byte)

    def _parameters(self, node: Node, scope: Scope) -> Iterator[Parameter]:
        """The parameters, the receiver first; a method of an anonymous class has none of its own."""
        if not scope.is_function:
            yield Parameter("cls" if self._is_static(node) else "self")
        written = node.child_by_field_name("parameters")
        for child in meaningful(written) if written else ():
            if child.type == "formal_parameter":
                yield Parameter(self.reader.text(part(child, "name")), self.reader.read(part(child, "type")))
            elif child.type == "spread_parameter":
                declared = meaningful(child)
                kind = next((each for each in declared if each.type != "modifiers"), child)
                yield Parameter("*" + self.reader.text(part(declared[-1], "name")), self.reader.read(kind))

    def _field(self, node: Node, scope: Scope) -> None:
        modifiers = self._modifiers(node)
        lasting = [child.type for child in modifiers.children if child.type in {"static", "transient"}] if modifiers else []
        self._variables(node, scope, (*self._decorators(node), *(Name(word, line_of(node)) for word in lasting)))

    def _variables(self, node: Node, scope: Scope, decorators: tuple[Expression, ...] = ()) -> None:
        kind = part(node, "type")
        for child in node.children_by_field_name("declarator"):
            value = child.child_by_field_name("value")
            annotation = None if kind.text == b"var" else kind
            found = Assignment(scope, [part(child, "name")], "=" if value else ":", value, annotation, decorators)
            self.assign(found)

    def _enum_constant(self, node: Node, scope: Scope) -> None:
        """`PAID("paid")` is what the enumeration makes of its arguments."""
        name, arguments = part(node, "name"), node.child_by_field_name("arguments")
        kind = Name(scope.qualified.rpartition(".")[2], line_of(node))
        given = self.reader.all(arguments.named_children, 0) if arguments else ()
        self.bind_value(name, Call(kind, given, (), line_of(node)), scope)

    def _resource(self, node: Node, scope: Scope) -> None:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is not None and value is not None:
            self.assign(Assignment(scope, [name], "with", value, self._annotation(node)))

    def _annotation(self, node: Node) -> Node | None:
        kind = part(node, "type")
        return None if kind.text == b"var" else kind

    def _for(self, node: Node, scope: Scope) -> None:
        self.assign(Assignment(scope, [part(node, "name")], "for", part(node, "value"), self._annotation(node)))

    def _assignment(self, node: Node, scope: Scope) -> None:
        if node.start_byte < self.covered:
            return  # the rest of a chain
        targets, value = [part(node, "left")], part(node, "right")
        while value.type == "assignment_expression":
            targets.append(part(value, "left"))
            value = part(value, "right")
        self.covered = value.start_byte
        self.assign(Assignment(scope, targets, part(node, "operator").type, value))

    def _return(self, node: Node, scope: Scope) -> None:
        for child in meaningful(node):
            if _in_lambda(node):
                self.evaluate(child, scope)
            else:
                self.give_back(child, scope)

    def _callback(self, node: Node, _: Scope) -> None:
        """The lines of what is passed to a call (`template.execute(status -> { … })`)."""
        call = node.parent.parent if node.parent is not None else None
        name = call.child_by_field_name("name") if call is not None and call.type == "method_invocation" else None
        if call is not None and name is not None:
            self.govern_callback(call, name, self.scope_at(call.start_byte), node)

    def _switch(self, node: Node, scope: Scope) -> None:
        """What a `switch` that is a statement decides by; its branches are slots of their own."""
        if node.parent is not None and node.parent.type in {"block", "expression_statement"}:
            self.evaluate(part(node, "condition"), scope)

    def _value(self, node: Node, scope: Scope) -> None:
        """An expression that is evaluated."""
        while node.type == "parenthesized_expression" and (inner := meaningful(node)):
            node = inner[0]
        builder = _appended_to(node) if self.source.data[node.start_byte : node.end_byte].count(b".append(") else None
        if builder is not None:
            self.assign(Assignment(scope, [builder], _APPENDED, node))
        elif node.type not in {"assignment_expression", "switch_expression"}:  # slots of their own
            self.evaluate(node, scope)


def _appended_to(node: Node) -> Node | None:
    """The name in `sql.append("…").append("…")`, which is no value that anybody uses."""
    while node.type == "method_invocation" and part(node, "name").text == b"append":
        node = part(node, "object")
    return node if node.type in {"identifier", "field_access"} else None


def _in_lambda(node: Node) -> bool:
    """Whether a `return` belongs to a lambda."""
    around = node.parent
    while around is not None and around.type not in {"method_declaration", "constructor_declaration", "class_body"}:
        if around.type == "lambda_expression":
            return True
        around = around.parent
    return False
