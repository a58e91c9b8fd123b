"""What the captured slots of a Ruby file mean."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import cast

import msgspec
from tree_sitter import Node

from dblint.languages.collector import Assignment, Bound, Collector, Handler, Scope
from dblint.languages.driver import Source
from dblint.languages.reader import field as part
from dblint.languages.reader import line_of, meaningful
from dblint.languages.ruby.expressions import LAMBDAS, RubyReader, has_arguments, name_of, symbol, tails
from dblint.model.syntax import (
    Binding,
    Call,
    Class,
    Expression,
    Function,
    Import,
    Item,
    Items,
    Literal,
    Member,
    Name,
    Opaque,
    Parameter,
    Text,
)

# Statements whose parts are captured by themselves.
_STATEMENTS = """
    class module singleton_class method singleton_method assignment operator_assignment return for if unless elsif case
    case_match when in_clause while until begin rescue ensure else then do heredoc_body if_modifier unless_modifier
    while_modifier until_modifier rescue_modifier parenthesized_statements body_statement block_body alias undef
"""
_COMPOUND = frozenset(_STATEMENTS.split())
# Methods whose block gets the elements of what they are called on, one by one.
_ITERATING = """
    each map flat_map collect filter_map select filter reject find_each each_with_index each_with_object group_by index_by
    sort_by sum any? all? none? each_entry find detect partition to_h tally_by uniq min_by max_by map! in_groups_of
"""
_ELEMENTS = frozenset(_ITERATING.split())
_WHOLE = frozenset({"tap", "then", "yield_self", "find_in_batches", "in_batches", "each_slice", "presence", "with_lock"})
"""Methods whose block gets what they are called on."""
_MIXED_IN = frozenset({"include", "extend", "prepend"})
_LOADS = frozenset({"require", "require_relative", "load", "autoload"})
_PERCENT = re.compile(
    rb"%[qQ]?[(\[{<|!]\s*(?:select|insert|update|delete|with|create|alter|drop|truncate|call|merge)\s", re.IGNORECASE
)
_MARKED = frozenset({"string", "heredoc_beginning", "chained_string", "binary"})


class RubyCollector(Collector):
    """The facts of one Ruby file."""

    called = re.compile(rb"\b[A-Za-z_]\w*+[?!]?|<<")
    outlives = ("@", "$", "self.")

    def __init__(self, source: Source, calls: frozenset[str]) -> None:
        beginnings = [node for name, node in source.captures if name == "heredoc"]
        bodies = [node for name, node in source.captures if name == "heredoc_body"]
        paired = dict(zip((node.start_byte for node in beginnings), bodies, strict=False))
        self._heredocs = sorted(paired)
        self._ruby = RubyReader(source.data, calls, paired)
        self._names = calls
        self._singletons: list[tuple[int, int]] = []
        self._tails: set[tuple[int, int]] = set()
        super().__init__(source, calls, self._ruby)

    def handlers(self) -> Mapping[str, Handler]:
        """What each capture means."""
        return {
            "class": self._class,
            "singleton": self._singleton,
            "function": self._function,
            "assignment": self._assignment,
            "augmented": self._augmented,
            "return": self._return,
            "for": self._for,
            "block": self._block,
            "heredoc_body": self.needs,
            "value": self._value,
        }

    def may_matter(self, node: Node) -> bool:
        """A test of the bare source; a heredoc stands outside of the expression that it belongs to."""
        start, end = node.start_byte, node.end_byte
        place = bisect_left(self._heredocs, start)
        if place < len(self._heredocs) and self._heredocs[place] < end:
            return True
        return super().may_matter(node) or _PERCENT.search(self.source.data, start, end) is not None

    def bind(self, target: Node, operator: str, value: Expression | None) -> Iterator[Bound]:
        """What Ruby's targets bind."""
        match target.type:
            case "identifier" | "constant" | "instance_variable" | "class_variable" | "global_variable":
                yield name_of(self.reader, target), operator, value
            case "simple_symbol":
                yield symbol(self.reader.text(target)), operator, value
            case "call":
                if name := self._attribute(target):
                    yield name, operator, value
            case "left_assignment_list" | "destructured_left_assignment":
                yield from self._destructured(target, operator, value)

    def _attribute(self, target: Node) -> str:
        """`x` for `self.x` in the body of a class, else `self.x` or `row.x`; empty for what is no chain of names."""
        receiver = part(target, "receiver")
        name = self.reader.text(part(target, "method"))
        if receiver.type == "self":
            return f"self.{name}" if self.scope_at(target.start_byte).is_function else name
        if receiver.type in {"identifier", "instance_variable", "constant", "scope_resolution"}:
            return f"{name_of(self.reader, receiver)}.{name}"
        if receiver.type == "call" and receiver.child_by_field_name("receiver") is not None and not has_arguments(receiver):
            holder = self._attribute(receiver)  # `config.active_record.table_name_prefix = ...`
            return f"{holder}.{name}" if holder else ""
        return ""

    def say(self, scope: Scope, name: str, line: int, place: int) -> None:
        """Keeps what a class says by a name alone."""
        self._bindings.append((place, Binding(name, scope.qualified, "=", Literal(True, line), line)))

    def _destructured(self, target: Node, operator: str, value: Expression | None) -> Iterator[Bound]:
        elements = meaningful(target)
        if isinstance(value, Items) and len(value.values) == len(elements):
            for element, share in zip(elements, value.values, strict=True):
                yield from self.bind(element, operator, share)
            return
        whole, line = self.reader.text(target), line_of(target)
        yield whole, operator, value
        for index, element in enumerate(elements):
            yield from self.bind(element, "=", Item(Name(whole, line), Literal(index, line), line))

    def _class(self, node: Node, scope: Scope) -> None:
        path = self.reader.text(part(node, "name")).strip(":").split("::")
        base = node.child_by_field_name("superclass")
        bases = tuple(self.reader.read(child) for child in meaningful(base)[:1]) if base else ()
        around = ".".join(filter(None, [scope.qualified, *path[:-1]]))
        found = Class(path[-1], around, bases, _given(bases), (), line_of(node), node.end_point.row + 1)
        self.define_class(found, node.child_by_field_name("body") or node, node.end_byte)

    def _singleton(self, node: Node, _: Scope) -> None:
        self._singletons.append((node.start_byte, node.end_byte))

    def _function(self, node: Node, scope: Scope) -> None:
        of_class = node.type == "singleton_method" or any(
            start <= node.start_byte < end for start, end in self._singletons[-2:]
        )
        in_class = any(each.qualified == scope.qualified for each in reversed(self.classes))
        first = (Parameter("cls" if of_class else "self"),) if in_class else ()
        found = Function(
            self.reader.text(part(node, "name")),
            scope.qualified,
            (*first, *self._parameters(node)),
            (),
            (),
            line_of(node),
            node.end_point.row + 1,
        )
        body = node.child_by_field_name("body")
        self.define_function(found, body, node.end_byte)
        self._tails.update((tail.start_byte, tail.end_byte) for tail in (tails(body) if body else ()))

    def _parameters(self, node: Node) -> Iterator[Parameter]:
        """The parameters; `*args` and `**options` keep their stars, a block is left out."""
        parameters = node.child_by_field_name("parameters")
        for child in meaningful(parameters) if parameters else ():
            if child.type in {"identifier", "splat_parameter", "hash_splat_parameter"}:
                yield Parameter(self.reader.text(child))
            elif child.type in {"optional_parameter", "keyword_parameter"}:
                default = child.child_by_field_name("value")
                yield Parameter(self.reader.text(part(child, "name")), None, self.reader.read(default) if default else None)

    def _assignment(self, node: Node, scope: Scope) -> None:
        left, value = part(node, "left"), part(node, "right")
        targets = [left]
        while value.type == "assignment":
            targets.append(part(value, "left"))
            value = part(value, "right")
        if node.parent is not None and node.parent.type == "assignment":
            return  # the rest of a chain
        self.assign(Assignment(scope, targets, "=", value))
        if self._is_tail(node):
            scope.returns.append(self.reader.read(left))
            self.needs(left, scope)

    def _augmented(self, node: Node, scope: Scope) -> None:
        operator = part(node, "operator").type
        self.assign(Assignment(scope, [part(node, "left")], "=" if operator == "||=" else operator, part(node, "right")))
        if self._is_tail(node):
            scope.returns.append(self.reader.read(part(node, "left")))
            self.needs(part(node, "left"), scope)

    def _return(self, node: Node, scope: Scope) -> None:
        for child in meaningful(node):
            values = meaningful(child) if child.type == "argument_list" else [child]
            for value in values if len(values) == 1 else [child]:
                self._give_back(value, scope)

    def _give_back(self, node: Node, scope: Scope) -> None:
        if scope.is_function:
            self.give_back(node, scope)
        else:  # out of a block
            self.evaluate(node, scope)

    def _for(self, node: Node, scope: Scope) -> None:
        value = meaningful(part(node, "value"))
        if value:
            self.assign(Assignment(scope, [part(node, "pattern")], "for", value[0]))

    def _block(self, node: Node, scope: Scope) -> None:
        """A block: its parameters are bound to what the call gives it; its statements stand in the scope around it."""
        call = node.parent
        if call is None or call.type != "call":
            return
        receiver, method = call.child_by_field_name("receiver"), call.child_by_field_name("method")
        name = self.reader.text(method) if method else ""
        if receiver is None and name in LAMBDAS:
            return
        self.govern(call, scope, line_of(node), node.end_point.row + 1)
        parameters = node.child_by_field_name("parameters")
        first = meaningful(parameters)[:1] if parameters else []
        for parameter in first:
            if parameter.type != "identifier":
                continue
            if receiver is not None and (name in _ELEMENTS or name in _WHOLE):
                self.assign(Assignment(scope, [parameter], "each" if name in _ELEMENTS else "block", receiver))
            else:
                self.assign(Assignment(scope, [parameter], "block", call))
        if receiver is not None and name in {"up", "down"}:  # the directions of a reversible migration are kept apart
            found = Function(name, scope.qualified, (), (), (), line_of(node), node.end_point.row + 1)
            self.define_function(found, node.child_by_field_name("body"), node.end_byte)

    def _value(self, node: Node, scope: Scope) -> None:
        """A statement that is an expression."""
        kind, place = node.type, (node.start_byte, node.end_byte)
        if kind in _COMPOUND or place in self._ruby.taken:
            return
        if kind == "call" and not scope.is_function and self._said_of_class(node, scope):
            return
        if kind == "identifier" and not scope.is_function and self.reader.text(node) in self._names:
            self.say(scope, self.reader.text(node), line_of(node), node.start_byte)  # `primary_abstract_class`
            return
        if kind == "binary" and self._appended(node, scope):
            return
        if self._is_tail(node) and scope.is_function:
            self.give_back(node, scope)
        else:
            self.evaluate(node, scope)

    def _is_tail(self, node: Node) -> bool:
        return (node.start_byte, node.end_byte) in self._tails

    def _said_of_class(self, node: Node, scope: Scope) -> bool:
        """Whether a call without a receiver says something of the class or file around it, and is kept as that."""
        if node.child_by_field_name("receiver") is not None:
            return False
        name = self.reader.text(part(node, "method"))
        arguments = node.child_by_field_name("arguments")
        given = meaningful(arguments) if arguments else []
        if name in _LOADS:
            self._load(name, given, line_of(node))
            return True
        holder = next((index for index, each in enumerate(self.classes) if each.qualified == scope.qualified), None)
        if holder is None or not given:
            return False
        if name in _MIXED_IN:
            mixed = tuple(self.reader.read(child) for child in given if child.type in {"constant", "scope_resolution"})
            known = self.classes[holder]
            self.classes[holder] = msgspec.structs.replace(known, bases=(*known.bases, *mixed))
            return True
        if name not in self._names:
            return False
        method, first = part(node, "method"), given[0]
        if first.type == "simple_symbol":
            # `has_many :posts` describes an attribute of the class as `posts = has_many(...)` would
            self.assign(Assignment(scope, [first], "=", node))
        if first.type in {"simple_symbol", "string"}:  # `establish_connection :legacy`
            self.assign(Assignment(scope, [method], "=", first))
        elif first.type == "pair":  # `connects_to database: {...}`
            self.assign(Assignment(scope, [method], "=", node))
        return first.type in {"simple_symbol", "pair"}

    def _load(self, name: str, given: list[Node], line: int) -> None:
        written = self.reader.read(given[-1]) if given else Opaque(line)
        path = cast("str", getattr(written, "value", "")) if written.__class__.__name__ == "Text" else ""
        path = path.removesuffix(".rb")
        if not path:
            return
        if name == "require_relative" or path.startswith("."):
            steps = path.split("/")
            above = steps.count("..")
            module = "." * (above + 1) + ".".join(step for step in steps if step not in {".", ".."})
        else:
            module = path.replace("/", ".")
        # Ruby loads a file for what it defines; no name of this file stands for it.
        self.imports.append(Import(f"require {path}", module, "", "", line))

    def _appended(self, node: Node, scope: Scope) -> bool:
        """Whether a statement appends text to a variable (`sql << "WHERE ..."`); it is kept as `sql += ...`."""
        rights: list[Node] = []
        while node.type == "binary" and part(node, "operator").type == "<<":
            rights.append(part(node, "right"))
            node = part(node, "left")
        if (
            not rights
            or node.type not in {"identifier", "instance_variable"}
            or any(each.type not in _MARKED for each in rights)
        ):
            return False
        for right in reversed(rights):
            self.assign(Assignment(scope, [node], "+=", right))
        return True


def _given(bases: tuple[Expression, ...]) -> tuple[tuple[str, Expression], ...]:
    """The table that the call of a base is given: `Sequel::Model(:orders)`, `Sequel::Model(DB[:orders].where(open: true))`."""
    given: Expression | None = next((base.arguments[0] for base in bases if isinstance(base, Call) and base.arguments), None)
    while isinstance(given, Call | Member):
        given = given.function if isinstance(given, Call) else given.value
    named = given.key if isinstance(given, Item) else given
    return (("0", named),) if isinstance(named, Text) else ()
