"""What the captured slots of a Python file mean."""

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from dblint.languages.collector import Assignment, Bound, Collector, Handler, Scope
from dblint.languages.driver import Source
from dblint.languages.python.expressions import read_arguments, reader
from dblint.languages.python.imports import imports
from dblint.languages.python.targets import bind, dotted
from dblint.languages.reader import field as part
from dblint.languages.reader import line_of, meaningful
from dblint.model.syntax import Call, Class, Expression, Function, Item, Member, Name, Parameter

_SETTING = re.compile(rb"\b[A-Z][A-Z0-9_]{4,}\b")


class PythonCollector(Collector):
    """The facts of one Python file."""

    def __init__(self, source: Source, calls: frozenset[str]) -> None:
        self._decorated: Node | None = None
        super().__init__(source, calls, reader(source.data, calls))

    def handlers(self) -> Mapping[str, Handler]:
        """What each capture means."""
        return {
            "import": self._import,
            "decorated": self._decorated_definition,
            "class": self._class,
            "function": self._function,
            "assignment": self._assignment,
            "augmented": self._augmented,
            "return": self._return,
            "for": self._for,
            "with": self._with,
            "walrus": self._walrus,
            "global": self._declared_elsewhere,
            "nonlocal": self._declared_elsewhere,
            "value": self._value,
        }

    def bind(self, target: Node, operator: str, value: Expression | None) -> Iterator[Bound]:
        """What Python's targets bind."""
        return bind(self.reader, target, operator, value)

    def again(self, last: Node, value: Expression | None) -> Expression | None:
        """The name that has the value already."""
        name = dotted(self.reader, last)
        return Name(name, line_of(last)) if name else value

    def _import(self, node: Node, scope: Scope) -> None:
        self.imports += imports(self.source.text(node), scope.qualified, line_of(node))

    def _decorated_definition(self, node: Node, _: Scope) -> None:
        self._decorated = node

    def _decorators(self, node: Node) -> tuple[Expression, ...]:
        decorated = self._decorated
        if decorated is None or decorated.end_byte != node.end_byte or part(decorated, "definition") != node:
            return ()
        return tuple(
            self.reader.read(meaningful(child)[0])
            for child in decorated.children
            if child.type == "decorator" and meaningful(child)
        )

    def _class(self, node: Node, scope: Scope) -> None:
        bases, keywords = read_arguments(self.reader, node.child_by_field_name("superclasses"))
        name = self.reader.text(part(node, "name"))
        found = Class(name, scope.qualified, bases, keywords, self._decorators(node), line_of(node), node.end_point.row + 1)
        self.define_class(found, part(node, "body"), node.end_byte)

    def _function(self, node: Node, scope: Scope) -> None:
        annotation = node.child_by_field_name("return_type")
        found = Function(
            self.reader.text(part(node, "name")),
            scope.qualified,
            tuple(self._parameters(node)),
            self._decorators(node),
            (),
            line_of(node),
            node.end_point.row + 1,
            self.reader.read(annotation) if annotation else None,
        )
        self.define_function(found, part(node, "body"), node.end_byte)

    def _parameters(self, node: Node) -> Iterator[Parameter]:
        """The parameters; `*args` and `**kwargs` keep their stars, bare `*` and `/` are left out."""
        parameters = node.child_by_field_name("parameters")
        for child in meaningful(parameters) if parameters else ():
            if child.type == "identifier":
                yield Parameter(self.reader.text(child))
                continue
            if child.type in {"keyword_separator", "positional_separator"}:
                continue
            annotation, default = child.child_by_field_name("type"), child.child_by_field_name("value")
            name = child.child_by_field_name("name") or (meaningful(child)[0] if child.type == "typed_parameter" else child)
            yield Parameter(
                self.reader.text(name),
                self.reader.read(annotation) if annotation else None,
                self.reader.read(default) if default else None,
            )

    def _assignment(self, node: Node, scope: Scope) -> None:
        if node.start_byte < self.covered:
            return  # the rest of a chain
        self.covered = node.end_byte
        targets = [part(node, "left")]
        annotation, value = node.child_by_field_name("type"), node.child_by_field_name("right")
        while value is not None and value.type == "assignment":
            targets.append(part(value, "left"))
            value = value.child_by_field_name("right")
        found = Assignment(scope, targets, "=" if value else ":", value, annotation)
        if self._is_setting(found):
            self._set(found)
        else:
            self.assign(found)

    def _augmented(self, node: Node, scope: Scope) -> None:
        self.covered = node.end_byte
        self.assign(Assignment(scope, [part(node, "left")], part(node, "operator").type, part(node, "right")))

    def _return(self, node: Node, scope: Scope) -> None:
        self.covered = node.end_byte
        for child in meaningful(node):
            self.give_back(child, scope)

    def _for(self, node: Node, scope: Scope) -> None:
        value = part(node, "right")
        self.covered = value.end_byte
        self.assign(Assignment(scope, [part(node, "left")], "for", value))

    def _with(self, node: Node, scope: Scope) -> None:
        value = part(node, "value")
        body = node.parent.parent if node.parent else None
        if body is not None:
            call = meaningful(value)[0] if value.type == "as_pattern" else value
            self.govern(call, scope, line_of(node), body.end_point.row + 1)
        target = value.child_by_field_name("alias") if value.type == "as_pattern" else None
        if target is None:
            self._value(value, scope)
        else:
            self.assign(Assignment(scope, [target], "with", meaningful(value)[0]))
        self.covered = node.end_byte

    def _walrus(self, node: Node, scope: Scope) -> None:
        self.assign(Assignment(scope, [part(node, "name")], "=", part(node, "value")))

    def _declared_elsewhere(self, node: Node, scope: Scope) -> None:
        owner = ""
        if node.type == "nonlocal_statement":
            owner = next((each.qualified for each in reversed(self.scopes[:-1]) if each.is_function), "")
        for name in meaningful(node):
            scope.elsewhere[self.reader.text(name)] = owner

    def _value(self, node: Node, scope: Scope) -> None:
        """An expression that is evaluated: kept if it matters and does not belong to a larger one."""
        if node.start_byte < self.covered:
            return
        self.covered = node.end_byte
        while node.type == "parenthesized_expression" and (inner := meaningful(node)):
            node = inner[0]
        if node.type != "named_expression":  # that is a binding
            self.evaluate(node, scope)

    def _is_setting(self, assignment: Assignment) -> bool:
        """Whether an entry of a dictionary is set under a name that matters (`app.config["SQLALCHEMY_DATABASE_URI"] = …`)."""
        target = assignment.targets[0]
        if target.type != "subscript" or assignment.operator != "=" or assignment.value is None:
            return False
        return self.names_matter(_SETTING.findall(self.source.data, target.start_byte, target.end_byte))

    def _set(self, assignment: Assignment) -> None:
        """Keeps what is set under a name as the call that it is: `holder.__setitem__(name, value)`."""
        target, value = assignment.targets[0], assignment.value
        item = self.reader.read(target)
        if isinstance(item, Item) and value is not None:
            function = Member(item.value, "__setitem__", item.line)
            self.keep(target, Call(function, (item.key, self.reader.read(value)), (), item.line), assignment.scope)
            self.needs(value, assignment.scope)
