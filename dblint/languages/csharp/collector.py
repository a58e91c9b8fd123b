"""What the captured slots of a C# file mean."""

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from tree_sitter import Node

from dblint.languages.collector import Assignment, Bound, Collector, Handler, Scope
from dblint.languages.converts import without_root
from dblint.languages.csharp import declarations
from dblint.languages.csharp.expressions import reader
from dblint.languages.csharp.imports import imports
from dblint.languages.csharp.lambdas import BLOCKS, block_of, is_plain, parameters
from dblint.languages.csharp.reading import given
from dblint.languages.csharp.targets import appended, bind, names_in
from dblint.languages.driver import Source
from dblint.languages.reader import field as part
from dblint.languages.reader import line_of, meaningful
from dblint.model.syntax import Call, Class, Expression, Function, Member, Parameter

MAIN = "Main"
"""The function that top-level statements are."""
CONFIGURING = "OnModelCreating"
"""The method in which every call matters, as any can be a function of the project that changes the model."""
_REGISTERS = re.compile(rb"Context>\s*+\(")
_NAMED = re.compile(rb"[A-Za-z_]\w*+(?=\s*+[?!]?\.)")
# A function that saves writes back what it changes on the rows it has loaded: attributes that it sets, methods that it calls.
_SAVES = re.compile(rb"\.\s*(?:Save\w*|Commit\w*|CompleteAsync|Complete)\s*\(")
_APPENDED = "append"
# Expressions that do something as statements, besides assignments.
_EVALUATED = frozenset(
    {"invocation_expression", "await_expression", "object_creation_expression", "conditional_access_expression"}
    | {"postfix_unary_expression", "prefix_unary_expression", "parenthesized_expression"}
)
_FUNCTIONS = frozenset({"method_declaration", "constructor_declaration", "local_function_statement", "accessor_declaration"})


class CsharpCollector(Collector):
    """The facts of one C# file."""

    called: ClassVar[re.Pattern[bytes]] = re.compile(rb"\b[A-Za-z_]\w*+(?=\s*+(?:<[^;(){}]*+)?[({])")
    outlives: ClassVar[tuple[str, ...]] = ("this.",)

    def __init__(self, source: Source, calls: frozenset[str]) -> None:
        self.namespace = ""
        self._locals: dict[str, set[str]] = {}
        self._saving: dict[str, bool] = {}
        made = reader(source.data, calls)
        self._repositories = made.repositories
        super().__init__(source, calls, made)

    def handlers(self) -> Mapping[str, Handler]:
        """What each capture means."""
        return {
            "import": self._import,
            "unit": self._unit,
            "namespace": self._namespace,
            "class": self._class,
            "method": self._method,
            "constructor": self._constructor,
            "local_function": self._local_function,
            "property": self._property,
            "accessor": self._accessor,
            "field": self._field,
            "local": self._local,
            "using": self._using,
            "for": self._for,
            "foreach": self._foreach,
            "assignment": self._assignment,
            "pattern": self._pattern,
            "lambda": self._lambda,
            "return": self._return,
            "arrow": self._arrow,
            "expression": self._expression,
            "value": self._value,
        }

    def bind(self, target: Node, operator: str, value: Expression | None) -> Iterator[Bound]:
        """What C#'s targets bind: a local name, a member of `this`, an attribute of either."""
        if operator == _APPENDED:
            value, operator = without_root(value), "+="
        scope = self._binding or self.scopes[-1]
        yield from bind(self.reader, target, operator, value, lambda name: self._is_local_name(name, scope))

    _binding: Scope | None = None

    def _bound(self, assignment: Assignment) -> tuple[list[tuple[str, str, Expression | None, int]], bool]:
        """What an assignment binds, seen from the scope that it stands in."""
        self._binding = assignment.scope
        found = super()._bound(assignment)
        self._binding = None
        return found

    def may_matter(self, node: Node) -> bool:
        """A query expression matters, whatever it calls, and every call of a repository."""
        data, start, end = self.source.data, node.start_byte, node.end_byte
        if super().may_matter(node) or _REGISTERS.search(data, start, end):
            return True
        if data.find(b"from ", start, end) >= 0 and data.find(b" in ", start, end) >= 0:
            return True
        return bool(self._repositories) and not self._repositories.isdisjoint(_NAMED.findall(data, start, end))

    def _is_local(self, assignment: Assignment) -> bool:
        target = assignment.targets[0]
        if target.type == "member_access_expression" and self._saves(assignment.scope):
            return False
        if target.type == "identifier" and not self._is_local_name(self.reader.text(target), assignment.scope):
            return False
        return super()._is_local(assignment)

    def _saves(self, scope: Scope) -> bool:
        """Whether the function of a scope saves what it has changed."""
        if scope.qualified not in self._saving:
            self._saving[scope.qualified] = _SAVES.search(self.source.data, scope.start, scope.end) is not None
        return scope.is_function and self._saving[scope.qualified]

    def _is_local_name(self, name: str, scope: Scope) -> bool:
        """Whether a name was declared in a function around; any other is a member of the class."""
        if not scope.is_function:
            return True  # the member itself
        qualified = scope.qualified
        while qualified:
            if name in self._locals.get(qualified, ()):
                return True
            qualified = qualified.rpartition(".")[0]
        return not any(not each.is_function and each.qualified for each in self.scopes)

    def _declare(self, scope: Scope, *names: str) -> None:
        if scope.is_function:
            self._locals.setdefault(scope.qualified, set()).update(names)

    def _import(self, node: Node, _: Scope) -> None:
        self.imports += imports(self.source.text(node), line_of(node))

    def _unit(self, node: Node, _: Scope) -> None:
        """Top-level statements are the body of the program's entry."""
        statements = [child for child in node.children if child.type == "global_statement"]
        if statements:
            first, last = statements[0], statements[-1]
            found = Function(MAIN, "", (), (), (), line_of(first), last.end_point.row + 1)
            self.define_function(found, first, last.end_byte)

    def _namespace(self, node: Node, _: Scope) -> None:
        self.namespace = self.namespace or "".join(self.reader.text(node).split())

    def _class(self, node: Node, scope: Scope) -> None:
        read = self.reader
        found = Class(
            read.text(part(node, "name")),
            scope.qualified,
            tuple(declarations.bases(read, node)),
            declarations.keywords(read, node),
            declarations.decorators(read, node),
            line_of(part(node, "name")),
            node.end_point.row + 1,
        )
        body = node.child_by_field_name("body")
        if body is None:  # `record Order(int Id);`
            self.classes.append(found)
            inside = Scope(found.qualified, node.end_byte, node.end_byte)
        else:
            self.define_class(found, body, node.end_byte)
            inside = self.scopes[-1]
        record = node.type == "record_declaration"
        for name, kind, decorators in declarations.primary(read, node, is_record=record):
            self.assign(Assignment(inside, [name], ":", None, kind, decorators))

    def _function(self, node: Node, scope: Scope, name: str, annotation: Node | None, receiver: str) -> None:
        held = tuple(declarations.parameters(self.reader, node))
        written = node.child_by_field_name("body")
        found = Function(
            name,
            scope.qualified,
            (Parameter(receiver), *held) if receiver else held,
            (
                *declarations.decorators(self.reader, node),
                *declarations.overriding(self.reader, node),
                *declarations.extends(self.reader, node),
            ),
            (),
            line_of(part(node, "name")),
            node.end_point.row + 1,
            self.reader.read(annotation) if annotation else None,
            abstract=written is None,
        )
        self.define_function(found, written, node.end_byte)
        self._locals[found.qualified] = {each.name.lstrip("*") for each in held}

    def _method(self, node: Node, scope: Scope) -> None:
        name = self.reader.text(part(node, "name"))
        receiver = "cls" if "static" in declarations.modifiers(self.reader, node) else "self"
        self._function(node, scope, name, node.child_by_field_name("returns"), receiver)

    def _constructor(self, node: Node, scope: Scope) -> None:
        self._function(node, scope, "__init__", None, "self")

    def _local_function(self, node: Node, scope: Scope) -> None:
        self._function(node, scope, self.reader.text(part(node, "name")), node.child_by_field_name("type"), "")

    def _property(self, node: Node, scope: Scope) -> None:
        """A property is a field; one that is computed has what it gives as value."""
        value = node.child_by_field_name("value")
        found = (*declarations.decorators(self.reader, node), *declarations.storage(self.reader, node))
        self.assign(Assignment(scope, [part(node, "name")], "=" if value else ":", value, part(node, "type"), found))

    def _accessor(self, node: Node, scope: Scope) -> None:
        holder = node.parent.parent if node.parent else None
        if holder is None or holder.type != "property_declaration":
            return
        word = next((child.type for child in node.children if child.type in {"get", "set", "init"}), "get")
        name = f"{word}_{self.reader.text(part(holder, 'name'))}"
        end = node.end_point.row + 1
        self.define_function(
            Function(name, scope.qualified, (Parameter("self"),), (), (), line_of(node), end), part(node, "body"), node.end_byte
        )
        self._declare(self.scopes[-1], "value")

    def _field(self, node: Node, scope: Scope) -> None:
        found = (*declarations.decorators(self.reader, node), *declarations.storage(self.reader, node))
        for child in meaningful(node):
            if child.type == "variable_declaration":
                self._variables(child, scope, "=", found)

    def _local(self, node: Node, scope: Scope) -> None:
        for child in meaningful(node):
            if child.type == "variable_declaration":
                self._variables(child, scope, "=")

    def _using(self, node: Node, scope: Scope) -> None:
        for child in meaningful(node):
            if child.type == "variable_declaration" or child.type.endswith("_expression"):
                self.govern(_made(child), scope, line_of(node), node.end_point.row + 1)
            if child.type == "variable_declaration":
                self._variables(child, scope, "with")
            elif child.type != "block" and not child.type.endswith("_statement"):
                self._value(child, scope)

    def _for(self, node: Node, scope: Scope) -> None:
        initializer = node.child_by_field_name("initializer")
        if initializer is not None and initializer.type == "variable_declaration":
            self._variables(initializer, scope, "=")

    def _variables(self, node: Node, scope: Scope, operator: str, decorators: tuple[Expression, ...] = ()) -> None:
        kind = part(node, "type")
        annotation = None if kind.type == "implicit_type" else kind
        for child in meaningful(node):
            if child.type != "variable_declarator":
                continue
            target, value = meaningful(child)[0], given(child)
            self._declare(scope, *names_in(self.reader, target))
            self.assign(Assignment(scope, [target], operator if value else ":", value, annotation, decorators))
            if value is not None:
                self.covered = max(self.covered, value.end_byte)

    def _foreach(self, node: Node, scope: Scope) -> None:
        target, value, kind = part(node, "left"), part(node, "right"), node.child_by_field_name("type")
        annotation = None if kind is None or kind.type == "implicit_type" else kind
        self._declare(scope, *names_in(self.reader, target))
        self.assign(Assignment(scope, [target], "for", value, annotation))
        self.covered = max(self.covered, value.end_byte)

    def _assignment(self, node: Node, scope: Scope) -> None:
        if node.start_byte < self.covered or (node.parent is not None and node.parent.type == "initializer_expression"):
            return  # the rest of a chain; what an initializer sets
        targets, value = [part(node, "left")], part(node, "right")
        while value.type == "assignment_expression":
            targets.append(part(value, "left"))
            value = part(value, "right")
        operator = part(node, "operator").type.replace("??=", "=")
        self.covered = value.start_byte
        self._set(node, targets[-1], value, scope)
        self.assign(Assignment(scope, targets, operator, value))
        if self._saves(scope):
            self.needs(targets[-1], scope)
        self.covered = value.end_byte

    def _set(self, node: Node, target: Node, value: Node, scope: Scope) -> None:
        """Keeps what is set as a property that matters as the call that it is: `command.CommandText(sql)`."""
        found = self.reader.read(target)
        if isinstance(found, Member) and found.name in self.reader.calls:
            self.keep(node, Call(found, (self.reader.read(value),), (), found.line), scope)

    def _pattern(self, node: Node, scope: Scope) -> None:
        """`order is Order found`: a name of that type."""
        name, kind = node.child_by_field_name("name"), node.child_by_field_name("type")
        if name is not None and name.type == "identifier":
            self._declare(scope, self.reader.text(name))
            if kind is not None:
                self.assign(Assignment(scope, [name], ":", None, kind))

    def _lambda(self, node: Node, scope: Scope) -> None:
        block = block_of(node)
        for name, kind in parameters(node):
            self._declare(scope, self.reader.text(name))
            if kind is not None:
                self.assign(Assignment(scope, [name], ":", None, kind))
        if block is not None and not is_plain(block):
            self.covered = block.start_byte  # its statements are slots of their own

    def _return(self, node: Node, scope: Scope) -> None:
        if node.start_byte < self.covered:
            return  # of a lambda that is one expression
        for child in meaningful(node):
            self._give_back(child, scope)

    def _arrow(self, node: Node, scope: Scope) -> None:
        if node.parent is not None and node.parent.type in _FUNCTIONS:
            for child in meaningful(node):
                self._give_back(child, scope)

    def _give_back(self, node: Node, scope: Scope) -> None:
        if node.type == "assignment_expression":
            return  # a slot of its own
        if _in_lambda(node):
            self.evaluate(node, scope)
        else:
            self.give_back(node, scope)
        self.covered = max(self.covered, node.end_byte)

    def _expression(self, node: Node, scope: Scope) -> None:
        """A statement that is an expression; what is assigned in one is a capture of its own."""
        if node.type in _EVALUATED:
            self._value(node, scope)

    def _value(self, node: Node, scope: Scope) -> None:
        """An expression that is evaluated: kept if it matters and does not belong to a larger one."""
        if node.start_byte < self.covered:
            return
        while node.type in {"parenthesized_expression", "await_expression"} and (inner := meaningful(node)):
            node = inner[0]
        self.covered = node.end_byte
        builder = appended(node) if b".Append" in self.source.data[node.start_byte : node.end_byte] else None
        if builder is not None:
            self.assign(Assignment(scope, [builder], _APPENDED, node))
        elif scope.qualified.endswith(f".{CONFIGURING}") or _is_own(node) or (_is_of_name(node) and self._saves(scope)):
            self.keep(node, self.reader.read(node), scope)
        elif node.type != "assignment_expression":
            self.evaluate(node, scope)
        else:
            self.covered = node.start_byte


def _is_own(node: Node) -> bool:
    """Whether a node is the call of a method of the same class: what that sets, the caller sets."""
    return node.type == "invocation_expression" and part(node, "function").type == "identifier"


def _is_of_name(node: Node) -> bool:
    """Whether a node is the call of a method on a variable."""
    function = part(node, "function") if node.type == "invocation_expression" else node
    return function.type == "member_access_expression" and part(function, "expression").type == "identifier"


def _in_lambda(node: Node) -> bool:
    """Whether a value is given back by a lambda, not by the method around it."""
    around = node.parent
    while around is not None and around.type not in _FUNCTIONS:
        if around.type in BLOCKS:
            return True
        around = around.parent
    return False


def _made(node: Node) -> Node:
    """The value in a declaration with `using`: the last node of the declaration of its one variable."""
    while node.type in {"variable_declaration", "variable_declarator"} and (inner := meaningful(node)):
        node = inner[-1]
    return node
