"""What the captured slots of a Scala file mean."""

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

import msgspec
from tree_sitter import Node

from dblint.languages.collector import Assignment, Bound, Collector, Handler, Scope
from dblint.languages.driver import Source
from dblint.languages.reader import field as part
from dblint.languages.reader import line_of, meaningful
from dblint.languages.scala import forms
from dblint.languages.scala.expressions import ScalaReader, annotation, read_arguments
from dblint.languages.scala.imports import imported
from dblint.model.syntax import Class, Expression, Function, Item, Items, Literal, Name, Parameter

_NO_STATEMENTS = forms.DEFINITIONS | forms.BLOCKS | forms.FORMS
_NO_STATEMENTS |= {"case_clause", "lambda_expression", "return_expression", "throw_expression", "comment", "unit"}


class ScalaCollector(Collector):
    """The facts of one Scala file."""

    called: ClassVar[re.Pattern[bytes]] = re.compile(rb"\b[A-Za-z_]\w*+|\+\+?=")  # parentheses are not needed for a call
    outlives: ClassVar[tuple[str, ...]] = ("this.",)

    def __init__(self, source: Source, calls: frozenset[str]) -> None:
        self._scala = ScalaReader(source.data, calls)
        self._tails: set[tuple[int, int]] = set()
        super().__init__(source, calls, self._scala)

    def handlers(self) -> Mapping[str, Handler]:
        """What each capture means."""
        return {
            "import": self._import,
            "class": self._class,
            "function": self._function,
            "value": self._value,
            "assignment": self._assignment,
            "return": self._return,
            "enumerator": self._enumerator,
            "lambda": self._lambda,
            "statement": self._statement,
        }

    def bind(self, target: Node, operator: str, value: Expression | None) -> Iterator[Bound]:
        """What Scala's targets bind: a name, a member of `this`, the parts of a tuple."""
        match target.type:
            case "identifier":
                yield self.reader.text(target).strip("`"), operator, value
            case "field_expression" if self.reader.text(part(target, "value")) == "this":
                yield f"self.{self.reader.text(part(target, 'field'))}", operator, value
            case "typed_pattern":
                yield from self.bind(part(target, "pattern"), operator, value)
            case "identifiers":
                for name in meaningful(target):
                    yield from self.bind(name, operator, value)
            case "tuple_pattern":
                elements = meaningful(target)
                if isinstance(value, Items) and len(value.values) == len(elements):
                    for element, share in zip(elements, value.values, strict=True):
                        yield from self.bind(element, operator, share)
                    return
                whole, line = self.reader.text(target), line_of(target)
                yield whole, operator, value
                for index, element in enumerate(elements):
                    yield from self.bind(element, "=", Item(Name(whole, line), Literal(index, line), line))

    def _import(self, node: Node, _: Scope) -> None:
        self.imports += imported(self.source.text(node), line_of(node))

    def _class(self, node: Node, scope: Scope) -> None:
        named = node.child_by_field_name("name")
        if named is None:
            return
        name = self.reader.text(named).strip("`")
        bases, keywords = self._bases(node)
        found = Class(name, scope.qualified, bases, keywords, self._decorators(node), line_of(named), node.end_point.row + 1)
        body = node.child_by_field_name("body")
        companion = next((index for index, each in enumerate(self.classes) if each.qualified == found.qualified), None)
        if companion is None:
            self.define_class(found, body or node.children[-1], node.end_byte)
        else:  # what an object says, its class says too
            known = self.classes[companion]
            first, second = (known, found) if node.type == "object_definition" else (found, known)
            merged = msgspec.structs.replace(
                first, bases=(*first.bases, *second.bases), keywords=(*first.keywords, *second.keywords)
            )
            self.classes[companion] = merged
            self.scopes.append(Scope(found.qualified, (body or node.children[-1]).start_byte, node.end_byte))
        self._primary(node, self.scopes[-1])

    def _bases(self, node: Node) -> tuple[tuple[Expression, ...], tuple[tuple[str, Expression], ...]]:
        """The supertypes, and the arguments of the superclass's constructor by position and name."""
        clause = node.child_by_field_name("extend")
        bases: list[Expression] = []
        keywords: list[tuple[str, Expression]] = []
        for child in meaningful(clause) if clause is not None else ():
            if child.type == "arguments":
                arguments, named = read_arguments(self.reader, child)
                keywords += [*((str(place), value) for place, value in enumerate(arguments)), *named]
            elif child.type == "compound_type":
                bases += [self.reader.read(each) for each in meaningful(child)]
            else:
                bases.append(self.reader.read(child))
        return tuple(bases), tuple(keywords)

    def _primary(self, node: Node, scope: Scope) -> None:
        """The parameters of a primary constructor can be seen in the whole class; those of a case class are its fields."""
        lists = node.children_by_field_name("class_parameters")
        parameters = [child for each in lists for child in meaningful(each) if child.type == "class_parameter"]
        if not lists:
            return
        case = any(child.type == "case" for child in node.children)
        made = tuple(self._parameter(child) for child in parameters)
        end = node.end_point.row + 1
        function = Function("__init__", scope.qualified, (Parameter("self"), *made), (), (), line_of(node), end)
        self.define_function(function, None, node.end_byte)
        for child in parameters:
            kept = case or any(each.type in {"val", "var"} for each in child.children)
            decorators = (*self._decorators(child), *(() if kept else (Name("transient", line_of(child)),)))
            kind = child.child_by_field_name("type")
            self.assign(Assignment(scope, [part(child, "name")], ":", None, kind, decorators))

    def _parameter(self, node: Node) -> Parameter:
        kind, default = node.child_by_field_name("type"), node.child_by_field_name("default_value")
        return Parameter(
            self.reader.text(part(node, "name")).strip("`"),
            self.reader.read(kind) if kind is not None else None,
            self.reader.read(default) if default is not None else None,
        )

    def _decorators(self, node: Node) -> tuple[Expression, ...]:
        return tuple(annotation(self.reader, child) for child in node.children if child.type == "annotation")

    def _function(self, node: Node, scope: Scope) -> None:
        named = part(node, "name")
        lists = node.children_by_field_name("parameters")
        written = tuple(self._parameter(child) for each in lists for child in meaningful(each) if child.type == "parameter")
        kind, body = node.child_by_field_name("return_type"), node.child_by_field_name("body")
        found = Function(
            self.reader.text(named).strip("`"),
            scope.qualified,
            (*self._receiver(node, scope), *written),
            self._decorators(node),
            (),
            line_of(named),
            self._last_line(body or node),
            self.reader.read(kind) if kind is not None else None,
            abstract=body is None,
        )
        self.define_function(found, body, node.end_byte)
        if body is not None:
            self._tails.update((tail.start_byte, tail.end_byte) for tail in forms.tails(body))

    def _last_line(self, node: Node) -> int:
        """The last line of a definition: for the grammar, one without braces goes on to where the next one begins."""
        written = self.source.data[node.start_byte : node.end_byte]
        return node.end_point.row + 1 - written[len(written.rstrip()) :].count(b"\n")

    @staticmethod
    def _receiver(node: Node, scope: Scope) -> tuple[Parameter, ...]:
        around = node.parent
        if scope.is_function or not scope.qualified or around is None:
            return ()
        static = around.parent is not None and around.parent.type in {"object_definition", "package_object"}
        return (Parameter("cls" if static else "self"),)

    def _value(self, node: Node, scope: Scope) -> None:
        value = node.child_by_field_name("value") or (
            node.child_by_field_name("body") if node.type == "given_definition" else None
        )
        target = node.child_by_field_name("pattern") or node.child_by_field_name("name")
        if target is None:
            return
        if value is not None and value.type in {"with_template_body", "template_body"}:
            return
        kind = node.child_by_field_name("type") or node.child_by_field_name("return_type")
        if target.type not in {"identifier", "tuple_pattern", "typed_pattern", "identifiers"}:
            if value is not None:
                self.evaluate(value, scope)
            return
        self.assign(Assignment(scope, [target], "=" if value is not None else ":", value, kind, self._decorators(node)))

    def _assignment(self, node: Node, scope: Scope) -> None:
        if node.parent is not None and node.parent.type == "arguments":
            return  # a named argument
        self.assign(Assignment(scope, [part(node, "left")], "=", part(node, "right")))

    def _return(self, node: Node, scope: Scope) -> None:
        for value in meaningful(node)[:1]:
            if scope.is_function:
                self.give_back(value, scope)
            else:
                self.evaluate(value, scope)

    def _enumerator(self, node: Node, scope: Scope) -> None:
        """`u <- users` gives a name to each element; the value is evaluated where the comprehension stands."""
        values = [child for child in meaningful(node) if child.type != "guard"]
        if len(values) < 2:
            return
        generator = any(child.type == "<-" for child in node.children)
        if values[0].type in {"identifier", "tuple_pattern", "typed_pattern"}:
            self.assign(Assignment(scope, [values[0]], "each" if generator else "=", values[1]))
        elif not generator:
            self.evaluate(values[1], scope)

    def _lambda(self, node: Node, scope: Scope) -> None:
        """A function without a name: its parameter is bound to what it is called on that the function is passed to."""
        call = node.parent
        while call is not None and call.type in {"block", "arguments", "indented_block"}:
            call = call.parent
        if call is None or call.type != "call_expression":
            return
        function = part(call, "function")
        while function.type in {"call_expression", "generic_function"}:
            function = part(function, "function")
        named = part(function, "field") if function.type == "field_expression" else function
        self.govern_callback(function, named, scope, node)
        written = node.child_by_field_name("parameters")
        receiver = part(function, "value") if function.type == "field_expression" else None
        inner = [written] if written is not None and written.type == "identifier" else meaningful(written) if written else []
        if receiver is None or len(inner) != 1:
            return
        name = inner[0].child_by_field_name("name") or inner[0]
        if name.type == "identifier":
            self.assign(Assignment(scope, [name], "each", receiver, inner[0].child_by_field_name("type")))

    def _statement(self, node: Node, scope: Scope) -> None:
        """A statement that is an expression."""
        place = (node.start_byte, node.end_byte)
        if node.type in _NO_STATEMENTS or node.type == "assignment_expression" or place in self._scala.taken:
            return
        if place in self._tails and scope.is_function:
            self.give_back(node, scope)
        else:
            self.evaluate(node, scope)
