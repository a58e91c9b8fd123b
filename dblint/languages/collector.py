"""One pass over the captured slots of a file: scopes, and what is kept of each. The same for every language.

A language derives its own collector: its `handlers` say what each capture of its query means, in terms of `define_class`,
`define_function`, `assign`, `give_back` and `value`. This class decides what is worth keeping.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import ClassVar, NamedTuple

import msgspec
from tree_sitter import Node

from dblint.languages.driver import Source
from dblint.languages.keep import Local, Stretch, needed, words
from dblint.languages.reader import Reader, line_of
from dblint.languages.remarks import remarks
from dblint.languages.vocabulary import Names, may_open_transaction, part_may_hold_sql
from dblint.model.syntax import Binding, Block, Class, Evaluation, Expression, Function, Import, Module, Opaque

# Nodes of a value beyond which it is taken for a table of data, unless it holds a call or a string that matters.
_LARGEST_TABLE = 5_000

Bound = tuple[str, str, Expression | None]
"""What one target of an assignment gets: target as written, operator, value."""
Given = tuple[str, str, Expression | None, int]
"""The same, with the line of the target."""


@lru_cache(maxsize=64)
def _encoded(names: frozenset[str]) -> frozenset[bytes]:
    """The names as they stand in UTF-8 source."""
    return frozenset(name.encode() for name in names)


class Scope(msgspec.Struct):
    """A class or function whose body goes from `start` to `end`; names in `elsewhere` are declared global or nonlocal."""

    qualified: str
    start: int
    end: int
    is_function: bool = False
    returns: list[Expression] = []
    elsewhere: dict[str, str] = {}


class Assignment(NamedTuple):
    """An assignment not yet converted; `targets` of a chain (`a = b = value`) are in source order."""

    scope: Scope
    targets: list[Node]
    operator: str
    value: Node | None
    annotation: Node | None = None
    decorators: tuple[Expression, ...] = ()


Handler = Callable[[Node, Scope], None]


class Collector(ABC):
    """The facts of one file, collected in source order."""

    called: ClassVar[re.Pattern[bytes]] = re.compile(rb"\b[A-Za-z_]\w*+(?=\s*+\()")
    """Finds the names of what is called, in bare source; may find some too many, never too few."""
    outlives: ClassVar[tuple[str, ...]] = ("self.", "cls.")
    """How a target begins that more than the function around it can see."""

    def __init__(self, source: Source, calls: frozenset[str], reader: Reader) -> None:
        self.source = source
        self.reader = reader
        self.imports: list[Import] = []
        self.classes: list[Class] = []
        self.blocks: list[Block] = []
        self.covered = 0  # up to here, everything belongs to a slot that has been looked at
        self.scopes = [Scope("", 0, len(source.data) + 1)]
        self._calls = _encoded(calls)
        self._functions: list[tuple[Function, Scope]] = []
        self._bindings: list[tuple[int, Binding]] = []
        self._evaluations: dict[int, Evaluation] = {}  # by their first byte
        self._kept: list[Stretch] = []
        self._pending: list[tuple[Assignment, list[Given] | None]] = []  # with what they bind, if that is known
        self._barren = (0, 0)  # a piece of source in which nothing matters, the last that was looked at
        handlers = self.handlers()
        for name, node in source.captures:
            if handler := handlers.get(name):
                scope = self.scope_at(node.start_byte)
                handler(node, scope)
                if reader.asides:
                    self._keep_asides(scope)
        self._keep_locals()

    @abstractmethod
    def handlers(self) -> Mapping[str, Handler]:
        """What to do with each capture of the language's query; a capture without a handler is passed over."""

    @abstractmethod
    def bind(self, target: Node, operator: str, value: Expression | None) -> Iterator[Bound]:
        """What an assignment of `value` to `target` binds; nothing for a target that is no chain of names."""

    def written(self, target: Node) -> str:
        """A target of an assignment as the common syntax has it; by default as it stands in the source."""
        return self.source.text(target)

    @property
    def functions(self) -> Iterator[Function]:
        """All functions, with what they return."""
        for function, scope in self._functions:
            yield msgspec.structs.replace(function, returns=(*function.returns, *scope.returns))

    @property
    def bindings(self) -> tuple[Binding, ...]:
        """The kept bindings in source order."""
        return tuple(binding for _, binding in sorted(self._bindings, key=lambda each: each[0]))

    @property
    def evaluations(self) -> tuple[Evaluation, ...]:
        """The kept evaluations in source order."""
        return tuple(self._evaluations[place] for place in sorted(self._evaluations))

    def module(self, language: str, *, imports: Iterable[Import] = (), namespace: str = "") -> Module:
        """All that was collected; `imports` are those of a language that has more than the collected ones."""
        return Module(
            self.source.path,
            language,
            imports=(*self.imports, *imports),
            classes=tuple(self.classes),
            functions=tuple(self.functions),
            bindings=self.bindings,
            evaluations=self.evaluations,
            comments=remarks(self.source),
            broken=self.source.broken,
            blocks=tuple(self.blocks),
            namespace=namespace,
        )

    def scope_at(self, start: int) -> Scope:
        """The innermost scope whose body holds a byte; slots come in source order."""
        scopes = self.scopes
        while start >= scopes[-1].end:
            scopes.pop()
        # Between the name and the body of a definition (decorators, defaults, bases) the scope around it still holds.
        return scopes[-1] if start >= scopes[-1].start else scopes[-2]

    def define_class(self, found: Class, body: Node, end: int) -> None:
        """Adds a class whose members stand in `body`."""
        self.classes.append(found)
        self.scopes.append(Scope(found.qualified, body.start_byte, end))

    def define_function(self, found: Function, body: Node | None, end: int) -> None:
        """Adds a function; one without a body (an abstract method) opens no scope."""
        start = body.start_byte if body else end
        scope = Scope(found.qualified, start, end, is_function=True)
        self._functions.append((found, scope))
        if body:
            self.scopes.append(scope)

    def give_back(self, node: Node, scope: Scope) -> None:
        """Adds a value that the function around it returns."""
        scope.returns.append(self.reader.read(node))
        self._kept.append(Stretch(scope.qualified, node.start_byte, node.end_byte))

    def of_method(self, node: Node, scope: Scope, kind: str) -> Scope:
        """The scope of the method that an annotation stands at, which is a node of this kind; `scope` for any other annotation.

        A query that an annotation holds runs when its method is called.
        """
        holder = node.parent.parent if node.parent is not None else None
        name = holder.child_by_field_name("name") if holder is not None and holder.type == kind else None
        if name is None:
            return scope
        qualified = f"{scope.qualified}.{self.source.text(name)}".lstrip(".")
        return Scope(qualified, node.start_byte, node.end_byte, is_function=True)

    def value(self, node: Node, scope: Scope) -> None:
        """Adds an expression that is evaluated, if it matters and does not belong to a larger one."""
        if node.start_byte < self.covered:
            return
        self.covered = node.end_byte
        self.evaluate(node, scope)

    def evaluate(self, node: Node, scope: Scope) -> None:
        """Adds an expression that is evaluated, if it matters."""
        if not self.may_matter(node):
            return
        expression, matters = self.reader.test(node)
        if matters:
            self.keep(node, expression, scope)

    def keep(self, node: Node, expression: Expression, scope: Scope) -> None:
        """Adds an expression that is evaluated, and the local names that it uses."""
        self._evaluations[node.start_byte] = Evaluation(expression, scope.qualified, line_of(node))
        self._kept.append(Stretch(scope.qualified, node.start_byte, node.end_byte))

    def keep_binding(self, node: Node, binding: Binding) -> None:
        """Adds a binding that matters in any case; `node` is where it stands."""
        self._bindings.append((node.start_byte, binding))

    def govern(self, node: Node, scope: Scope, line: int, end: int) -> None:
        """Adds the lines that a call governs, if the call matters."""
        if self._governs(self.called.findall(self.source.data, node.start_byte, node.end_byte)):
            self.blocks.append(Block(self.reader.read(node), scope.qualified, line, end))
            self.needs(node, scope)

    def govern_callback(self, function: Node, name: Node | None, scope: Scope, body: Node) -> None:
        """Adds the lines of a callback, if the function that is called with it matters; `name` is that function's last name."""
        if name is not None and self._governs([self.source.data[name.start_byte : name.end_byte]]):
            last = body.end_point.row + 1
            self.blocks.append(Block(self.reader.read(function), scope.qualified, line_of(function), last))
            self.needs(function, scope)

    def _governs(self, found: list[bytes]) -> bool:
        """Whether one of the words is a name that matters, or one of the tree that may open a transaction."""
        return self.names_matter(found) or any(may_open_transaction(name.decode("utf-8", "replace")) for name in found)

    def needs(self, node: Node, scope: Scope) -> None:
        """Keeps the local names that a piece of source uses."""
        self._kept.append(Stretch(scope.qualified, node.start_byte, node.end_byte))

    def may_matter(self, node: Node) -> bool:
        """A test of the bare source, much cheaper than conversion; right whenever it says no."""
        start, end = node.start_byte, node.end_byte
        if self._barren[0] <= start and end <= self._barren[1]:  # a statement inside of one that was looked at
            return False
        data = self.source.data
        if self.names_matter(self.called.findall(data, start, end)) or part_may_hold_sql(data, start, end):
            return True
        self._barren = start, end
        return False

    def names_matter(self, found: list[bytes]) -> bool:
        """Whether one of the words is a name that matters."""
        if not self._calls.isdisjoint(found):
            return True
        known = self.reader.calls
        return isinstance(known, Names) and any(map(known.in_source.__getitem__, found))

    def assign(self, assignment: Assignment) -> None:
        """Adds what an assignment binds; of the local names of a function only those that something kept uses."""
        value = assignment.value
        is_local = self._is_local(assignment)
        if is_local and (value is None or not self.may_matter(value)):
            self._pending.append((assignment, None))
            return
        bound, matters = self._bound(assignment)
        if is_local and not matters:
            self._pending.append((assignment, bound))
        elif bound:
            self._bind(assignment, bound)
        elif value is not None and matters:
            self.evaluate(value, assignment.scope)

    def bind_value(self, target: Node, value: Expression, scope: Scope, annotation: Expression | None = None) -> None:
        """Adds a name whose value does not stand in the source as such: a constant of an enumeration."""
        found = Binding(self.source.text(target), scope.qualified, "=", value, line_of(target), annotation)
        self._bindings.append((target.start_byte, found))

    def again(self, last: Node, value: Expression | None) -> Expression | None:
        """What the other targets of a chain get, whose value is bound to `last`: by default the value once more."""
        _ = last
        return value

    def _is_local(self, assignment: Assignment) -> bool:
        """Whether only the function that it stands in can see what is bound."""
        if not assignment.scope.is_function:
            return False
        written = self.written(assignment.targets[0])
        return not written.startswith(self.outlives) and written not in assignment.scope.elsewhere

    def _bound(self, assignment: Assignment) -> tuple[list[Given], bool]:
        """All that an assignment binds, and whether its value matters by itself."""
        *others, last = assignment.targets
        value: Expression | None = None
        matters = False
        if assignment.value is not None:
            value, matters = self._value_of(assignment.value)
        bound = [(*each, line_of(last)) for each in self.bind(last, assignment.operator, value)]
        # The value of a chain is bound once; the other targets get the name that has it.
        for other in others:
            bound += [(*each, line_of(other)) for each in self.bind(other, assignment.operator, self.again(last, value))]
        return bound, matters

    def _value_of(self, node: Node) -> tuple[Expression, bool]:
        if node.descendant_count > _LARGEST_TABLE and not self.may_matter(node):
            return Opaque(line_of(node)), False
        return self.reader.test(node)

    def _bind(self, assignment: Assignment, bound: list[Given]) -> None:
        scope, place = assignment.scope, assignment.targets[0].start_byte
        annotation = self.reader.read(assignment.annotation) if assignment.annotation else None
        for target, operator, value, line in bound:
            owner = scope.elsewhere.get(target, scope.qualified)
            inside = scope.qualified if owner != scope.qualified else ""
            found = Binding(target, owner, operator, value, line, annotation, assignment.decorators, inside)
            self._bindings.append((place, found))
        self._kept.append(_stretch(assignment))

    def bind_to(self, found: Binding, node: Node) -> None:
        """Adds a binding that stands at `node` and outlives its function, or that costs nothing to keep."""
        self._bindings.append((node.start_byte, found))
        self._kept.append(Stretch(found.scope, node.start_byte, node.end_byte))

    def _keep_asides(self, scope: Scope) -> None:
        for node, expression in self.reader.asides:
            self.keep(node, expression, scope)
        self.reader.asides.clear()

    def _keep_locals(self) -> None:
        """Adds the local bindings that something kept uses."""
        data = self.source.data
        locals_ = [Local(_names(data, each.targets), _stretch(each)) for each, _ in self._pending]
        for index in needed(locals_, self._kept, data):
            assignment, bound = self._pending[index]
            self._bind(assignment, self._bound(assignment)[0] if bound is None else bound)
        self.reader.asides.clear()  # of bindings that do not matter


def _names(data: bytes, targets: list[Node]) -> frozenset[bytes]:
    return frozenset[bytes]().union(*(words(data, target.start_byte, target.end_byte) for target in targets))


def _stretch(assignment: Assignment) -> Stretch:
    value = assignment.value or assignment.targets[-1]
    return Stretch(assignment.scope.qualified, value.start_byte, value.end_byte)
