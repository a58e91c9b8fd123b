"""One pass over the captured slots of a Python file: scopes, and what is kept of each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from tree_sitter import Node

from dblint.languages.driver import Source
from dblint.languages.keep import Local, Stretch, needed, words
from dblint.languages.python.expressions import Reader, line_of, meaningful, read_arguments
from dblint.languages.python.expressions import field as part
from dblint.languages.python.imports import imports
from dblint.languages.python.targets import bind, dotted
from dblint.languages.vocabulary import part_may_hold_sql
from dblint.model.syntax import (
    Binding,
    Call,
    Class,
    Evaluation,
    Expression,
    Function,
    Import,
    Item,
    Member,
    Name,
    Opaque,
    Parameter,
)

_CALLED = re.compile(rb"[A-Za-z_]\w*+(?=\s*+\()")
_SETTING = re.compile(rb"\b[A-Z][A-Z0-9_]{4,}\b")

# Nodes of a value beyond which it is taken for a table of data, unless it holds a call or a string that matters.
_LARGEST_TABLE = 5_000


@lru_cache(maxsize=8)
def _encoded(names: frozenset[str]) -> frozenset[bytes]:
    """The names as they stand in UTF-8 source."""
    return frozenset(name.encode() for name in names)


@dataclass(slots=True)
class _Scope:
    """A class or function whose body goes from `start` to `end`; names in `elsewhere` are declared global or nonlocal."""

    qualified: str
    start: int
    end: int
    is_function: bool = False
    returns: list[Expression] = field(default_factory=list)
    elsewhere: dict[str, str] = field(default_factory=dict)


class _Assignment(NamedTuple):
    """An assignment not yet converted; `targets` of a chain (`a = b = value`) are in source order."""

    scope: _Scope
    targets: list[Node]
    operator: str
    value: Node | None
    annotation: Node | None = None


class Collector:
    """The facts of one file, collected in source order."""

    def __init__(self, source: Source, calls: frozenset[str]) -> None:
        self.source = source
        self.reader = Reader(source.data, calls)
        self.imports: list[Import] = []
        self.classes: list[Class] = []
        self._calls = _encoded(calls)
        self._scopes = [_Scope("", 0, len(source.data) + 1)]
        self._functions: list[tuple[Function, _Scope]] = []
        self._bindings: list[tuple[int, Binding]] = []
        self._evaluations: dict[int, Evaluation] = {}  # by their first byte
        self._kept: list[Stretch] = []
        self._pending: list[_Assignment] = []
        self._decorated: Node | None = None
        self._covered = 0  # up to here, everything belongs to a slot that has been looked at
        handlers = {
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
        for name, node in source.captures:
            if handler := handlers.get(name):
                scope = self._scope_at(node.start_byte)
                handler(node, scope)
                if self.reader.asides:
                    self._keep_asides(scope)
        self._keep_locals()

    @property
    def functions(self) -> Iterator[Function]:
        """All functions, with what they return."""
        for function, scope in self._functions:
            yield Function(
                function.name,
                function.scope,
                function.parameters,
                function.decorators,
                tuple(scope.returns),
                function.line,
                function.end,
                function.annotation,
            )

    @property
    def bindings(self) -> tuple[Binding, ...]:
        """The kept bindings in source order."""
        return tuple(binding for _, binding in sorted(self._bindings, key=lambda each: each[0]))

    @property
    def evaluations(self) -> tuple[Evaluation, ...]:
        """The kept evaluations in source order."""
        return tuple(self._evaluations[place] for place in sorted(self._evaluations))

    def _scope_at(self, start: int) -> _Scope:
        scopes = self._scopes
        while start >= scopes[-1].end:
            scopes.pop()
        # Between the name and the body of a definition (decorators, defaults, bases) the scope around it still holds.
        return scopes[-1] if start >= scopes[-1].start else scopes[-2]

    def _import(self, node: Node, scope: _Scope) -> None:
        self.imports += imports(self.source.text(node), scope.qualified, line_of(node))

    def _decorated_definition(self, node: Node, _: _Scope) -> None:
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

    def _class(self, node: Node, scope: _Scope) -> None:
        bases, keywords = read_arguments(self.reader, node.child_by_field_name("superclasses"))
        name = self.reader.text(part(node, "name"))
        found = Class(name, scope.qualified, bases, keywords, self._decorators(node), line_of(node), node.end_point.row + 1)
        self.classes.append(found)
        self._scopes.append(_Scope(found.qualified, part(node, "body").start_byte, node.end_byte))

    def _function(self, node: Node, scope: _Scope) -> None:
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
        body = _Scope(found.qualified, part(node, "body").start_byte, node.end_byte, is_function=True)
        self._functions.append((found, body))
        self._scopes.append(body)

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

    def _assignment(self, node: Node, scope: _Scope) -> None:
        if node.start_byte < self._covered:
            return  # the rest of a chain
        self._covered = node.end_byte
        targets = [part(node, "left")]
        annotation, value = node.child_by_field_name("type"), node.child_by_field_name("right")
        while value is not None and value.type == "assignment":
            targets.append(part(value, "left"))
            value = value.child_by_field_name("right")
        self._assign(_Assignment(scope, targets, "=" if value else ":", value, annotation))

    def _augmented(self, node: Node, scope: _Scope) -> None:
        self._covered = node.end_byte
        self._assign(_Assignment(scope, [part(node, "left")], part(node, "operator").type, part(node, "right")))

    def _return(self, node: Node, scope: _Scope) -> None:
        self._covered = node.end_byte
        for child in meaningful(node):
            scope.returns.append(self.reader.read(child))
            self._kept.append(Stretch(scope.qualified, child.start_byte, child.end_byte))

    def _for(self, node: Node, scope: _Scope) -> None:
        value = part(node, "right")
        self._covered = value.end_byte
        self._assign(_Assignment(scope, [part(node, "left")], "for", value))

    def _with(self, node: Node, scope: _Scope) -> None:
        value = part(node, "value")
        target = value.child_by_field_name("alias") if value.type == "as_pattern" else None
        if target is None:
            self._value(value, scope)
        else:
            self._assign(_Assignment(scope, [target], "with", meaningful(value)[0]))
        self._covered = node.end_byte

    def _walrus(self, node: Node, scope: _Scope) -> None:
        self._assign(_Assignment(scope, [part(node, "name")], "=", part(node, "value")))

    def _declared_elsewhere(self, node: Node, scope: _Scope) -> None:
        owner = ""
        if node.type == "nonlocal_statement":
            owner = next((each.qualified for each in reversed(self._scopes[:-1]) if each.is_function), "")
        for name in meaningful(node):
            scope.elsewhere[self.reader.text(name)] = owner

    def _value(self, node: Node, scope: _Scope) -> None:
        """An expression that is evaluated: kept if it matters and does not belong to a larger one."""
        if node.start_byte < self._covered:
            return
        self._covered = node.end_byte
        while node.type == "parenthesized_expression" and (inner := meaningful(node)):
            node = inner[0]
        if node.type != "named_expression":  # that is a binding
            self._evaluate(node, scope)

    def _evaluate(self, node: Node, scope: _Scope) -> None:
        if not self._may_matter(node):
            return
        expression, matters = self.reader.test(node)
        if matters:
            self._keep(node, expression, scope)

    def _keep_asides(self, scope: _Scope) -> None:
        for node, expression in self.reader.asides:
            self._keep(node, expression, scope)
        self.reader.asides.clear()

    def _keep(self, node: Node, expression: Expression, scope: _Scope) -> None:
        self._evaluations[node.start_byte] = Evaluation(expression, scope.qualified, line_of(node))
        self._kept.append(Stretch(scope.qualified, node.start_byte, node.end_byte))

    def _may_matter(self, node: Node) -> bool:
        """A test of the bare source, much cheaper than conversion; right whenever it says no."""
        start, end = node.start_byte, node.end_byte
        data = self.source.data
        return not self._calls.isdisjoint(_CALLED.findall(data, start, end)) or part_may_hold_sql(data, start, end)

    def _assign(self, assignment: _Assignment) -> None:
        if self._is_setting(assignment):
            self._set(assignment)
            return
        value = assignment.value
        is_local = self._is_local(assignment)
        if is_local and (value is None or not self._may_matter(value)):
            self._pending.append(assignment)
            return
        bound, matters = self._bound(assignment)
        if is_local and not matters:
            self._pending.append(assignment)
        elif bound:
            self._bind(assignment, bound)
        elif value is not None and matters:
            self._evaluate(value, assignment.scope)

    def _is_setting(self, assignment: _Assignment) -> bool:
        """Whether an entry of a dictionary is set under a name that matters (`app.config["SQLALCHEMY_DATABASE_URI"] = …`)."""
        target = assignment.targets[0]
        if target.type != "subscript" or assignment.operator != "=" or assignment.value is None:
            return False
        return not self._calls.isdisjoint(_SETTING.findall(self.source.data, target.start_byte, target.end_byte))

    def _set(self, assignment: _Assignment) -> None:
        """Keeps what is set under a name as the call that it is: `holder.__setitem__(name, value)`."""
        target, value = assignment.targets[0], assignment.value
        item = self.reader.read(target)
        if isinstance(item, Item) and value is not None:
            function = Member(item.value, "__setitem__", item.line)
            self._keep(target, Call(function, (item.key, self.reader.read(value)), (), item.line), assignment.scope)
            self._kept.append(Stretch(assignment.scope.qualified, value.start_byte, value.end_byte))

    def _is_local(self, assignment: _Assignment) -> bool:
        """Whether only the function that it stands in can see what is bound."""
        if not assignment.scope.is_function:
            return False
        written = self.source.text(assignment.targets[0])
        return not written.startswith(("self.", "cls.")) and written not in assignment.scope.elsewhere

    def _bound(self, assignment: _Assignment) -> tuple[list[tuple[str, str, Expression | None, int]], bool]:
        """All (name, operator, value, line) of an assignment, and whether its value matters by itself."""
        *others, last = assignment.targets
        value: Expression | None = None
        matters = False
        if assignment.value is not None:
            value, matters = self._value_of(assignment.value)
        bound = [(*each, line_of(last)) for each in bind(self.reader, last, assignment.operator, value)]
        # The value of a chain is bound once; the other targets get the name that has it.
        for other in others:
            name = dotted(self.reader, last)
            again = Name(name, line_of(last)) if name else value
            bound += [(*each, line_of(other)) for each in bind(self.reader, other, assignment.operator, again)]
        return bound, matters

    def _value_of(self, node: Node) -> tuple[Expression, bool]:
        if node.descendant_count > _LARGEST_TABLE and not self._may_matter(node):
            return Opaque(line_of(node)), False
        return self.reader.test(node)

    def _bind(self, assignment: _Assignment, bound: list[tuple[str, str, Expression | None, int]]) -> None:
        scope, place = assignment.scope, assignment.targets[0].start_byte
        annotation = self.reader.read(assignment.annotation) if assignment.annotation else None
        for target, operator, value, line in bound:
            owner = scope.elsewhere.get(target, scope.qualified)
            self._bindings.append((place, Binding(target, owner, operator, value, line, annotation)))
        self._kept.append(_stretch(assignment))

    def _keep_locals(self) -> None:
        """Adds the local bindings that something kept uses."""
        data = self.source.data
        locals_ = [Local(_names(data, each.targets), _stretch(each)) for each in self._pending]
        for index in needed(locals_, self._kept, data):
            assignment = self._pending[index]
            self._bind(assignment, self._bound(assignment)[0])
        self.reader.asides.clear()  # of bindings that do not matter


def _names(data: bytes, targets: list[Node]) -> frozenset[bytes]:
    return frozenset[bytes]().union(*(words(data, target.start_byte, target.end_byte) for target in targets))


def _stretch(assignment: _Assignment) -> Stretch:
    value = assignment.value or assignment.targets[-1]
    return Stretch(assignment.scope.qualified, value.start_byte, value.end_byte)
