"""What all files of a program define and call, by names: the questions that are put to the whole tree."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from posixpath import dirname
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from zlib import crc32

from dblint.interpret.evaluation.arguments import called
from dblint.interpret.tree.inside import Loop
from dblint.model.syntax import Binding, Call, Class, Function, Item, Member, Name, Text

if TYPE_CHECKING:
    from dblint.interpret.tree.grounds import Grounds
    from dblint.interpret.tree.units import Unit

Row = TypeVar("Row")
_UPWARD = frozenset({"super", "__init__", "self"})
Made = tuple[Call, "Unit", str, tuple[Loop, ...]]
"""A call, its file and scope, and the loops around it."""


class Index(Generic[Row]):
    """The rows that each file has under a name, by the names; what is asked is taken down."""

    def __init__(self, kind: str, rows: "Callable[[Unit], Iterable[tuple[str, Row]]]", indexes: "Indexes") -> None:
        self._kind, self._rows, self._indexes = kind, rows, indexes
        self._numbers: dict[str, int] = {}

    def of(self, name: str) -> Sequence[Row]:
        """Return the rows of a name, in the order of the files' paths."""
        number = self._numbers.get(name)
        if number is None:
            number = self._numbers[name] = self._number(name)
        self._indexes.grounds.ask(number)
        return self._found.get(name, ())

    def __iter__(self) -> Iterator[tuple[str, Sequence[Row]]]:
        """Yield all names with their rows."""
        for unit in self._indexes.units:
            self._indexes.grounds.look(unit.path)
        return iter(self._found.items())

    def keys(self, unit: "Unit") -> set[int]:
        """Return the numbers of the questions whose answers a file is part of."""
        return {self._number(name) for name, _ in self._rows(unit)}

    def build(self) -> None:
        """Make the index now."""
        _ = self._found

    def _number(self, name: str) -> int:
        return crc32(f"{self._kind} {name}".encode("utf-8", "surrogatepass"))

    @cached_property
    def _found(self) -> dict[str, list[Row]]:
        found: defaultdict[str, list[Row]] = defaultdict(list)
        for unit in self._indexes.units:
            for name, row in self._rows(unit):
                found[name].append(row)
        return dict(found)


class Indexes:
    """All indexes of a program."""

    def __init__(self, units: "Sequence[Unit]", grounds: "Grounds") -> None:
        self.units, self.grounds = units, grounds
        self.holding = Index("holds", _holding, self)
        self.methods = Index("has method", _methods, self)
        self.chains = Index("sets", _chains, self)
        self.qualified = Index("opens", _qualified, self)
        self.classes = Index("has class", _classes, self)
        self.described = Index("describes", _described, self)
        self.constants = Index("constant", _constants, self)
        self.deriving = Index("derives from", _deriving, self)
        self.extensions = Index("extends", _extensions, self)
        self.calls = Index("calls", _calls, self)
        self.upward = Index("hands up", _upward, self)

    def __iter__(self) -> Iterator[Index[Any]]:
        """Yield every index."""
        yield from (each for each in vars(self).values() if isinstance(each, Index))

    def keys(self, unit: "Unit") -> frozenset[int]:
        """Return the numbers of all questions whose answers a file is part of."""
        return frozenset().union(*(index.keys(unit) for index in self))


def _holding(unit: "Unit") -> Iterator[tuple[str, "Unit"]]:
    """The units by the classes, functions and constants that they define for others."""
    names = {item.name for item in unit.module.classes}
    names |= {item.name for item in unit.module.functions if not item.scope}
    names |= {item.target for item in unit.module.bindings if not item.scope and "." not in item.target}
    yield from ((name, unit) for name in names)


def _methods(unit: "Unit") -> Iterator[tuple[str, "Unit"]]:
    """The units by the folder and the full name of the methods in them, of languages whose package is a folder."""
    if unit.traits.modules == "folder":
        for function in unit.module.functions:
            if function.scope:
                yield f"{dirname(unit.path)}:{function.qualified}", unit


def _chains(unit: "Unit") -> Iterator[tuple[str, tuple["Unit", Binding]]]:
    """The bindings of attributes of longer chains, by the attribute (`config.active_record.table_name_prefix`)."""
    for binding in unit.module.bindings:
        if binding.target.count(".") > 1 or "::" in binding.target:
            yield binding.target.rpartition(".")[2], (unit, binding)


def _qualified(unit: "Unit") -> Iterator[tuple[str, "Unit"]]:
    """The units by the full names of the classes that they define."""
    yield from ((qualified, unit) for qualified in unit.classes)


def _classes(unit: "Unit") -> Iterator[tuple[str, "Unit"]]:
    """The units by the last parts of the full names of the classes that they define."""
    yield from ((name, unit) for name in {qualified.rpartition(".")[2] for qualified in unit.classes})


def _described(unit: "Unit") -> Iterator[tuple[str, "Unit"]]:
    """The units by the full names of the classes of which they say what those descend from."""
    yield from ((qualified, unit) for qualified, definition in unit.classes.items() if definition.bases)


def _constants(unit: "Unit") -> Iterator[tuple[str, tuple["Unit", str]]]:
    """The strings that module constants hold, by the names."""
    for binding in unit.module.bindings:
        if not binding.scope and isinstance(binding.value, Text):
            yield binding.target, (unit, binding.value.value)


def _deriving(unit: "Unit") -> Iterator[tuple[str, tuple["Unit", Class]]]:
    """The classes by the last names of their bases."""
    for definition in unit.module.classes:
        for written in definition.bases:
            base = written.value if isinstance(written, Item) else written
            if isinstance(base, Name | Member):
                yield base.name, (unit, definition)


def _extensions(unit: "Unit") -> Iterator[tuple[str, tuple["Unit", Function]]]:
    """The methods that classes add to other types, by their names."""
    for item in unit.module.functions if unit.traits.namespaces else ():
        if any(isinstance(each, Name) and each.name == "extension" for each in item.decorators):
            yield item.name, (unit, item)


def _calls(unit: "Unit") -> Iterator[tuple[str, Made]]:
    """The calls by the called name."""
    for item in unit.outermost:
        for call, loops in item.calls_with_loops():
            yield called(call), (call, unit, item.scope, loops)


def _upward(unit: "Unit") -> Iterator[tuple[str, Made]]:
    """The calls of the constructor above, by the file and scope that they stand in."""
    for name, made in _calls(unit):
        call, _, scope, _ = made
        bare = isinstance(call.function, Name) and (name == "super" or scope.endswith(".constructor"))
        of_call = isinstance(call.function, Member) and isinstance(call.function.value, Call)
        if name in _UPWARD and (bare or of_call):
            yield f"{unit.path} {scope}", made
