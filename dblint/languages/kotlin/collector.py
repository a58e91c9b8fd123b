"""What the captured slots of a Kotlin file mean."""

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from tree_sitter import Node

from dblint.languages.collector import Assignment, Bound, Collector, Handler, Scope
from dblint.languages.driver import Source
from dblint.languages.kotlin.expressions import annotation, constructed, read_arguments, reader, statements, stray
from dblint.languages.kotlin.imports import imported
from dblint.languages.reader import field as part
from dblint.languages.reader import line_of, meaningful, type_parameters
from dblint.model.syntax import Call, Class, Expression, Function, Lambda, Name, Parameter

_TYPES = frozenset({"user_type", "nullable_type", "function_type", "parenthesized_type", "non_nullable_type"})
_NO_VALUE = _TYPES | {"modifiers", "variable_declaration", "multi_variable_declaration", "getter", "setter", "type_parameters"}
_NO_VALUE |= {"property_delegate", "type_constraints"}
# Slots of their own, or made of slots of their own.
_OTHERWISE = frozenset(
    {"property_declaration", "assignment", "for_statement", "while_statement", "do_while_statement", "return_expression"}
    | {"function_declaration", "class_declaration", "object_declaration", "throw_expression", "block", "when_subject"}
    | {"when_entry", "lambda_parameters", "identifier"}
)
_LOOPS = frozenset({"for_statement", "while_statement", "do_while_statement"})  # which have no value
_BRANCHING = frozenset({"if_expression", "when_expression", "try_expression"})


class KotlinCollector(Collector):
    """The facts of one Kotlin file."""

    called: ClassVar[re.Pattern[bytes]] = re.compile(rb"\b[A-Za-z_]\w*+")  # parentheses are not needed for a call
    outlives: ClassVar[tuple[str, ...]] = ("this.",)

    def __init__(self, source: Source, calls: frozenset[str]) -> None:
        self._read: list[Node] = []  # the values around the place that we are at
        super().__init__(source, calls, reader(source.data, calls))

    def handlers(self) -> Mapping[str, Handler]:
        """What each capture means."""
        return {
            "import": self._import,
            "callback": self._callback,
            "class": self._class,
            "companion": self._companion,
            "constant": self._enum_constant,
            "function": self._function,
            "body": self._body,
            "property": self._property,
            "assignment": self._assignment,
            "for": self._for,
            "return": self._return,
            "annotation": self._annotation,
            "statement": self._statement,
        }

    def bind(self, target: Node, operator: str, value: Expression | None) -> Iterator[Bound]:
        """What Kotlin's targets bind: a name, or a property of `this`."""
        if target.type == "identifier":
            yield self.reader.text(target).strip("`"), operator, value
        elif target.type == "navigation_expression" and meaningful(target)[0].type == "this_expression":
            yield f"self.{self.reader.text(meaningful(target)[-1])}", operator, value

    def _import(self, node: Node, _: Scope) -> None:
        self.imports += imported(self.source.text(node), line_of(node))

    def _class(self, node: Node, scope: Scope) -> None:
        named = node.child_by_field_name("name")
        name = self.reader.text(named) if named is not None else "Companion"
        bases, keywords = self._bases(node)
        body = next((child for child in node.children if child.type in {"class_body", "enum_class_body"}), None)
        companion = next((child for child in meaningful(body) if child.type == "companion_object"), None) if body else None
        if companion is not None:
            keywords += self._of_companion(companion)
        keywords += type_parameters(node, self.reader.text)
        found = Class(
            name, scope.qualified, bases, keywords, self._decorators(node), line_of(named or node), node.end_point.row + 1
        )
        self.define_class(found, body or node.children[-1], node.end_byte)
        for child in node.children:
            if child.type == "primary_constructor":
                self._primary(child, self.scopes[-1])

    def _callback(self, node: Node, _: Scope) -> None:
        """The lines of the lambda that a call is given (`template.execute { … }`, `transaction(db) { … }`)."""
        function = meaningful(node.parent)[0] if node.parent is not None else None
        while function is not None and function.type == "call_expression":
            function = meaningful(function)[0]
        if function is not None:
            name = meaningful(function)[-1] if function.type == "navigation_expression" else function
            self.govern_callback(function, name, self.scope_at(node.start_byte), node)

    def _companion(self, node: Node, scope: Scope) -> None:
        """A companion's members are named like the class's own."""

    def _of_companion(self, node: Node) -> tuple[tuple[str, Expression], ...]:
        """What a companion's supertype is given (`companion object : IntEntityClass<User>(Users)`)."""
        _, keywords = self._bases(node)
        return tuple(("companion", value) for key, value in keywords if key == "0")

    def _bases(self, node: Node) -> tuple[tuple[Expression, ...], tuple[tuple[str, Expression], ...]]:
        """The supertypes, and the arguments of the superclass's constructor by position and name."""
        bases: list[Expression] = []
        keywords: list[tuple[str, Expression]] = []
        specifiers = next((child for child in node.children if child.type == "delegation_specifiers"), None)
        for each in meaningful(specifiers) if specifiers is not None else ():
            inner = meaningful(each)[0]
            if inner.type == "constructor_invocation":
                made = constructed(self.reader, inner)
                bases.append(made.function)
                keywords += [*((str(place), value) for place, value in enumerate(made.arguments)), *made.keywords]
            else:
                bases.append(self.reader.read(meaningful(inner)[0] if inner.type == "explicit_delegation" else inner))
        return tuple(bases), tuple(keywords)

    def _primary(self, node: Node, scope: Scope) -> None:
        """The parameters of a primary constructor can be seen in the whole class; those with `val` or `var` are its fields."""
        parameters = [child for each in meaningful(node) if each.type == "class_parameters" for child in meaningful(each)]
        made = tuple(Parameter(*self._parameter(child)) for child in parameters)
        end = node.end_point.row + 1
        function = Function("__init__", scope.qualified, (Parameter("self"), *made), (), (), line_of(node), end)
        self.define_function(function, None, node.end_byte)
        for child in parameters:
            kept = any(each.type in {"val", "var"} for each in child.children)
            decorators = (*self._decorators(child), *(() if kept else (Name("transient", line_of(child)),)))
            name = next(each for each in meaningful(child) if each.type == "identifier")
            kind = next((each for each in meaningful(child) if each.type in _TYPES), None)
            self.assign(Assignment(scope, [name], ":", None, kind, decorators))

    def _parameters(self, node: Node) -> tuple[Parameter, ...]:
        """The parameters of a function; a default stands behind its parameter."""
        found: list[Parameter] = []
        for child in meaningful(node):
            if child.type == "parameter":
                found.append(Parameter(*self._parameter(child)))
            elif child.type != "parameter_modifiers" and found:
                found[-1] = Parameter(found[-1].name, found[-1].annotation, self.reader.read(child))
        return tuple(found)

    def _parameter(self, node: Node) -> tuple[str, Expression | None, Expression | None]:
        """The name, type and default of a parameter."""
        inner = [child for child in meaningful(node) if child.type not in {"modifiers", "parameter_modifiers"}]
        kind = next((child for child in inner if child.type in _TYPES), None)
        default = inner[-1] if len(inner) > 2 and any(child.type == "=" for child in node.children) else None
        return (
            self.reader.text(inner[0]),
            self.reader.read(kind) if kind is not None else None,
            self.reader.read(default) if default is not None else None,
        )

    def _decorators(self, node: Node) -> tuple[Expression, ...]:
        modifiers = next((child for child in node.children if child.type in {"modifiers", "parameter_modifiers"}), None)
        inside = modifiers.children if modifiers is not None else ()
        return (*stray(self.reader, node), *(annotation(self.reader, child) for child in inside if child.type == "annotation"))

    def _enum_constant(self, node: Node, scope: Scope) -> None:
        parts = meaningful(node)
        name = next((child for child in parts if child.type == "identifier"), node)
        written = next((child for child in parts if child.type == "value_arguments"), None)
        arguments, keywords = read_arguments(self.reader, written)
        kind = Name(scope.qualified.rpartition(".")[2], line_of(node))
        self.bind_value(name, Call(kind, arguments, keywords, line_of(node)), scope)

    def _function(self, node: Node, scope: Scope) -> None:
        constructor = node.type == "secondary_constructor"
        named = node.child_by_field_name("name")
        parameters = next((child for child in node.children if child.type == "function_value_parameters"), None)
        written = self._parameters(parameters) if parameters is not None else ()
        after = [child for child in node.children if parameters is not None and child.start_byte >= parameters.end_byte]
        kind = next((child for child in after if child.type in _TYPES), None)
        body = next((child for child in node.children if child.type in {"function_body", "block"}), None)
        found = Function(
            "__init__" if constructor or named is None else self.reader.text(named).strip("`"),
            scope.qualified,
            (*self._receiver(node, scope), *written),
            self._decorators(node),
            (),
            line_of(named or node),
            node.end_point.row + 1,
            self.reader.read(kind) if kind is not None else None,
            abstract=body is None,
        )
        self.define_function(found, body, node.end_byte)

    def _receiver(self, node: Node, scope: Scope) -> tuple[Parameter, ...]:
        around = node.parent
        if scope.is_function or not scope.qualified or around is None:
            return ()
        static = around.parent is not None and around.parent.type in {"companion_object", "object_declaration"}
        return (Parameter("cls" if static else "self"),)

    def _body(self, node: Node, scope: Scope) -> None:
        """`fun f() = value` returns a value."""
        if node.type == "block":
            return
        self._enter(node)
        if scope.is_function:
            self.give_back(node, scope)
        else:
            self.evaluate(node, scope)

    def _property(self, node: Node, scope: Scope) -> None:
        inner = meaningful(node)
        value = next((child for child in reversed(inner) if child.type not in _NO_VALUE), None) or _got(inner)
        decorators = self._decorators(node)
        delegate = next((child for child in inner if child.type == "property_delegate"), None)
        for declared in (child for child in inner if child.type == "variable_declaration"):
            parts = meaningful(declared)
            name = next(child for child in parts if child.type == "identifier")
            kind = next((child for child in parts if child.type in _TYPES), None)
            if delegate is not None:
                self._delegated(name, meaningful(delegate)[0], scope)
                continue
            if value is not None:
                self._enter(value)
            self.assign(Assignment(scope, [name], "=" if value is not None else ":", value, kind, decorators))
        if value is not None and any(child.type == "multi_variable_declaration" for child in inner):
            self._enter(value)
            self.evaluate(value, scope)

    def _delegated(self, name: Node, value: Node, scope: Scope) -> None:
        """`val x by lazy { … }` has the value that the lambda gives."""
        self._enter(value)
        match self.reader.read(value):
            case Call(function=Name(name="lazy"), arguments=(Lambda(body=body), *_)):
                self.bind_value(name, body, scope)
            case _:
                self.evaluate(value, scope)

    def _assignment(self, node: Node, scope: Scope) -> None:
        value = part(node, "right")
        self._enter(value)
        operator = next((child.type for child in node.children if not child.is_named and child.type.endswith("=")), "=")
        self.assign(Assignment(scope, [part(node, "left")], operator, value))

    def _for(self, node: Node, scope: Scope) -> None:
        inner = meaningful(node)
        declared = next((child for child in inner if child.type == "variable_declaration"), None)
        iterated = [
            child for child in inner if child.type not in {"variable_declaration", "multi_variable_declaration", "block"}
        ]
        if not iterated:
            return
        self._enter(iterated[0])
        if declared is None:
            self.evaluate(iterated[0], scope)
        else:
            self.assign(Assignment(scope, [meaningful(declared)[0]], "for", iterated[0]))

    def _return(self, node: Node, scope: Scope) -> None:
        label = node.child_by_field_name("label")
        for value in [child for child in meaningful(node) if child != label][-1:]:
            if self._is_covered(value):
                continue
            self._enter(value)
            if label is None:
                self.give_back(value, scope)
            else:  # what a lambda gives
                self.evaluate(value, scope)

    def _annotation(self, node: Node, scope: Scope) -> None:
        inner = next(child for child in meaningful(node) if child.type == "constructor_invocation")
        self.evaluate(inner, self.of_method(node, scope, "function_declaration"))

    def _statement(self, node: Node, scope: Scope) -> None:
        if node.type in _OTHERWISE or self._is_covered(node):
            return
        if node.type not in _BRANCHING:
            self._enter(node)
            self.evaluate(node, scope)

    def _enter(self, node: Node) -> None:
        """Notes a value that is read, so that what it shows is not read once more."""
        while self._read and self._read[-1].end_byte <= node.start_byte:
            self._read.pop()
        self._read.append(node)

    def _is_covered(self, node: Node) -> bool:
        """Whether the value around a slot shows it: nothing between them has several statements, or is a body of its own."""
        while self._read and self._read[-1].end_byte <= node.start_byte:
            self._read.pop()
        if not self._read or self._read[-1].start_byte > node.start_byte:
            return False
        around, last = node.parent, self._read[-1]
        while around is not None and around.start_byte >= last.start_byte and around.end_byte <= last.end_byte:
            if around.type in {"block", "lambda_literal"} and len(statements(around)) > 1:
                return False
            if around.type in _LOOPS or around.type in {"function_body", "class_body", "finally_block", "catch_block"}:
                return False
            around = around.parent
        return True


def _got(inner: list[Node]) -> Node | None:
    """The expression that the getter of a property gives (`val table get() = "orders"`), None for one of several statements."""
    getter = next((child for child in inner if child.type == "getter"), None)
    body = next((child for child in meaningful(getter) if child.type == "function_body"), None) if getter is not None else None
    given = meaningful(body) if body is not None else []
    return given[0] if len(given) == 1 and given[0].type != "block" else None
